import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPriceOverrides } from '../../../src/commands/price-overrides.ts';
import { ruleFor } from '../../../src/data/pricing.ts';
import { DEMO_STORES } from '../../../src/data/seed/demo-stores.ts';
import {
  AB_TEST_KINDS,
  AB_TEST_STATUSES,
  POLICY_KINDS,
  STORE_CREDIT_FORMS,
  WIDGET_KINDS,
} from '../../../src/data/values.ts';
import { all, DAY, demo, distinct, grouped, NOW, orderDatesOf, sum, sumsOf } from './demo.ts';

describe('the settings of a store', () => {
  it('are one of each, and one of each kind', () => {
    for (const rows of demo) {
      expect(rows.storeSettings).toHaveLength(1);
      expect(rows.claimSettings).toHaveLength(1);
      expect(rows.storeCreditSettings).toHaveLength(1);
      expect(rows.priceSettings.map(({ kind }) => kind)).toEqual([...POLICY_KINDS]);
      expect(rows.widgets.map(({ kind }) => kind)).toEqual([...WIDGET_KINDS]);
    }
    expect(distinct(all('storeCreditSettings').map(({ form }) => form))).toEqual(
      distinct(STORE_CREDIT_FORMS),
    );
    expect(distinct(all('storeCreditSettings').map(({ bonusType }) => bonusType))).toEqual([
      'FIXED',
      'PERCENTAGE',
      'null',
    ]);
  });

  it('are in the currency of the store, and of a past that tells nothing of orders', () => {
    for (const rows of demo) {
      const [store] = rows.stores;
      const dates = orderDatesOf(rows);
      for (const { currency } of [...rows.claimSettings, ...rows.storeCreditSettings]) {
        expect(currency).toBe(store?.currency);
      }
      const dated = [rows.storeSettings, rows.claimSettings, rows.priceSettings].flat();
      for (const { updatedAt, version } of [
        ...dated,
        ...rows.storeCreditSettings,
        ...rows.widgets,
      ]) {
        expect(updatedAt < NOW).toBe(true);
        expect(dates.has(updatedAt.toISOString())).toBe(false);
        expect(version).toBeGreaterThan(0);
      }
      for (const { createdAt, updatedAt, accentColor } of rows.widgets) {
        expect(createdAt < updatedAt).toBe(true);
        expect(accentColor).toMatch(/^#[0-9a-f]{6}$/);
      }
    }
  });
});

describe('a seeded price setting', () => {
  const SETTINGS = demo.flatMap(({ priceSettings, pricingRules, stores }) =>
    priceSettings.map(({ kind }) => ({
      name: `${kind} of ${stores[0]?.domain}`,
      rules: pricingRules.filter((rule) => rule.kind === kind),
    })),
  );

  it.each(SETTINGS)('has exactly one rule for every subtotal: $name', ({ rules }) => {
    const borders = rules.flatMap(({ minimum }) => [minimum - 1n, minimum, minimum + 1n]);
    const subtotals = fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 18n }),
      fc.bigInt({ min: 0n, max: 100_000n }),
      fc.constantFrom(...borders.filter((border) => border >= 0n)),
    );
    fc.assert(
      fc.property(subtotals, (subtotal) => {
        const rule = ruleFor(rules, subtotal);
        expect(rule).not.toBeNull();
        expect(
          ruleFor(
            rules.filter((other) => other !== rule),
            subtotal,
          ),
        ).toBeNull();
      }),
    );
  });
});

describe('seeded A/B tests', () => {
  it('run one of each kind in the main store, and never two of a kind in any', () => {
    const running = demo.map(({ abTests }) =>
      abTests.filter(({ status }) => status === 'RUNNING').map(({ kind }) => kind),
    );
    expect([...(running[0] ?? [])].sort()).toEqual([...AB_TEST_KINDS].sort());
    for (const kinds of running) expect(new Set(kinds).size).toBe(kinds.length);
    for (const { abTests } of demo) {
      expect(distinct(abTests.map(({ status }) => status))).toEqual(distinct(AB_TEST_STATUSES));
    }
  });

  it('are dated as their status says', () => {
    for (const { status, createdAt, startedAt, stoppedAt, updatedAt } of all('abTests')) {
      expect(startedAt == null).toBe(status === 'DRAFT');
      expect(stoppedAt != null).toBe(status === 'STOPPED');
      if (startedAt) expect(createdAt < startedAt && startedAt < NOW).toBe(true);
      if (startedAt && stoppedAt) expect(startedAt < stoppedAt && stoppedAt < NOW).toBe(true);
      expect(updatedAt).toEqual(stoppedAt ?? startedAt ?? createdAt);
    }
  });

  it('have two variants or more, the first unchanged, with overrides that can be read', () => {
    for (const rows of demo) {
      const variants = grouped(rows.abVariants, ({ testId }) => testId);
      expect(variants.size).toBe(rows.abTests.length);
      for (const { id, kind } of rows.abTests) {
        const own = variants.get(id) ?? [];
        expect(own.length).toBeGreaterThan(1);
        expect(own.map(({ position }) => position)).toEqual([...own.keys()]);
        expect(new Set(own.map(({ key }) => key)).size).toBe(own.length);
        expect([own[0]?.key, own[0]?.overrides]).toEqual(['control', {}]);
        expect(own.every((variant) => variant.kind === kind && variant.weight > 0)).toBe(true);
        expect(own.slice(1).every(({ overrides }) => Object.keys(overrides).length > 0)).toBe(true);
        const price = own.map(({ overrides }) => readPriceOverrides(overrides));
        if (kind === 'PRICE') expect(price).not.toContain(null);
      }
    }
  });

  it('name the variants that the quotes of the last weeks tell of', () => {
    for (const rows of demo) {
      const test = rows.abTests.find(
        ({ kind, status }) => kind === 'PRICE' && status === 'RUNNING',
      );
      const keys = rows.abVariants.flatMap(({ testId, key }) => (testId === test?.id ? key : []));
      for (const { abVariant, createdAt } of rows.quotes) {
        if (!abVariant) continue;
        expect(keys).toContain(abVariant);
        expect(createdAt > (test?.startedAt ?? NOW)).toBe(true);
      }
    }
  });
});

describe('the days of a variant', () => {
  const offsetOf = new Map([-7, 1, 9, 3].map((hours, index) => [DEMO_STORES[index]?.id, hours]));

  it('are those of its test in the time of the store, each once', () => {
    for (const rows of demo) {
      const offset = (offsetOf.get(rows.stores[0]?.id as never) ?? 0) * (DAY / 24);
      const dayOf = (date: Date) => new Date(date.getTime() + offset).toISOString().slice(0, 10);
      const tests = new Map(rows.abTests.map((test) => [test.id, test]));
      const days = grouped(rows.abVariantDays, ({ variantId }) => variantId);
      for (const { id, testId } of rows.abVariants) {
        const { startedAt, stoppedAt } = tests.get(testId) ?? expect.fail('no test');
        const own = (days.get(id) ?? []).map(({ day }) => day);
        if (!startedAt) {
          expect(own).toEqual([]);
          continue;
        }
        const expected = new Set<string>();
        const end = stoppedAt ?? NOW;
        for (let at = startedAt.getTime(); at < end.getTime(); at += DAY / 48) {
          expected.add(dayOf(new Date(at)));
        }
        expected.add(dayOf(end));
        expect(own).toEqual([...expected]);
      }
    }
  });

  it('are plausible: fewer orders than sessions, fewer protected than orders, sums that fit', () => {
    for (const rows of demo) {
      const orders = sumsOf(rows);
      for (const day of rows.abVariantDays) {
        expect(day.currency).toBe(rows.stores[0]?.currency);
        expect(day.sessions >= day.orders && day.orders >= day.protectedOrders).toBe(true);
        expect(day.revenue === 0n).toBe(day.orders === 0);
        const squares = BigInt(day.revenueSquares);
        // No spread is below 0, and none is larger than that of one order that has it all.
        expect(squares * BigInt(day.orders) >= day.revenue * day.revenue).toBe(true);
        expect(squares <= day.revenue * day.revenue).toBe(true);
        if (day.revenue > 0n) expect(orders.has(day.revenue)).toBe(false);
      }
      const sessions = rows.abVariantDays.reduce((total, day) => total + day.sessions, 0);
      const made = rows.abVariantDays.reduce((total, day) => total + day.orders, 0);
      expect(made / sessions).toBeGreaterThan(0.02);
      expect(made / sessions).toBeLessThan(0.045);
      expect(sum(rows.abVariantDays.map(({ revenue }) => revenue))).toBeGreaterThan(0n);
    }
  });
});
