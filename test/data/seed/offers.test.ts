import { describe, expect, it } from 'vitest';
import {
  DISCOUNT_METHODS,
  DISCOUNT_TARGETS,
  DISCOUNT_VALUE_TYPES,
  PAYERS,
  POLICY_KINDS,
  UNKNOWN,
} from '../../../src/data/values.ts';
import { all, byId, DAY, demo, distinct, grouped, NOW, sum } from './demo.ts';

const known = (values: readonly string[]) => distinct(values.filter((value) => value !== UNKNOWN));

describe('discounts', () => {
  it('are some dozen in every store, of every sort: running, over and to come', () => {
    for (const { discounts } of demo) {
      expect(discounts.length).toBeGreaterThanOrEqual(12);
      expect(distinct(discounts.map(({ method }) => method))).toEqual(known(DISCOUNT_METHODS));
      expect(distinct(discounts.map(({ target }) => target))).toEqual(known(DISCOUNT_TARGETS));
      expect(distinct(discounts.map(({ valueType }) => valueType))).toEqual(
        known(DISCOUNT_VALUE_TYPES),
      );
      const statuses = discounts.map(({ startsAt, endsAt }) =>
        startsAt > NOW ? 'SCHEDULED' : endsAt && endsAt <= NOW ? 'EXPIRED' : 'ACTIVE',
      );
      expect(distinct(statuses)).toEqual(['ACTIVE', 'EXPIRED', 'SCHEDULED']);
      for (const discount of discounts) {
        const { method, codes, createdAt, updatedAt, startsAt, endsAt } = discount;
        expect(codes.length > 0).toBe(method === 'CODE');
        expect(createdAt <= updatedAt && updatedAt <= NOW && createdAt <= startsAt).toBe(true);
        if (endsAt) expect(startsAt < endsAt).toBe(true);
        expect(discount.percentage === null).toBe(discount.valueType !== 'PERCENTAGE');
        expect(discount.amount === null).toBe(discount.valueType !== 'FIXED_AMOUNT');
      }
    }
  });

  it('add up on each order to what the order was reduced by, in one application or two', () => {
    for (const rows of demo) {
      const applications = grouped(rows.discountApplications, ({ orderId }) => orderId);
      for (const { id, discountTotal } of rows.orders) {
        const own = applications.get(id) ?? [];
        expect(own.length > 0).toBe(discountTotal > 0n);
        expect(own.length).toBeLessThanOrEqual(2);
        expect(own.map(({ position }) => position)).toEqual([0, 1].slice(0, own.length));
        expect(sum(own.map(({ total }) => total))).toBe(discountTotal);
      }
      expect([...applications.values()].some((own) => own.length === 2)).toBe(true);
    }
  });

  it('were in force when an order used them, or are gone and leave their title', () => {
    for (const rows of demo) {
      const discount = byId(rows.discounts);
      const order = byId(rows.orders);
      for (const row of rows.discountApplications) {
        expect(row.title).not.toBe('');
        expect(row.orderCreatedAt).toEqual(order(row.orderId).createdAt);
        if (row.discountId === null) continue;
        const { title, codes, percentage, target, startsAt, endsAt } = discount(row.discountId);
        expect([row.title, row.percentage, row.target]).toEqual([title, percentage, target]);
        if (codes.length > 0) expect(codes).toContain(row.code);
        else expect(row.code).toBeNull();
        expect(startsAt <= row.orderCreatedAt).toBe(true);
        expect(!endsAt || endsAt >= row.orderCreatedAt).toBe(true);
      }
      const gone = rows.discountApplications.filter(({ discountId }) => discountId === null);
      expect(gone.length).toBeGreaterThan(5);
      expect(gone.length).toBeLessThan(rows.discountApplications.length / 2);
      expect(gone.some(({ code }) => code !== null)).toBe(true);
    }
  });
});

describe('pricing rules', () => {
  it('of each kind start at 0, touch, and end open', () => {
    for (const rows of demo) {
      for (const kind of POLICY_KINDS) {
        const rules = rows.pricingRules.filter((rule) => rule.kind === kind);
        expect(rules.length).toBeGreaterThan(1);
        expect(rules.map(({ position }) => position)).toEqual([...rules.keys()]);
        expect(rules[0]?.minimum).toBe(0n);
        expect(rules.map(({ maximum }) => maximum)).toEqual([
          ...rules.slice(1).map(({ minimum }) => minimum),
          null,
        ]);
        for (const { minimum, maximum } of rules) {
          if (maximum != null) expect(maximum > minimum).toBe(true);
        }
        expect(distinct(rules.map(({ amountType }) => amountType))).toEqual([
          'FIXED',
          'PERCENTAGE',
        ]);
      }
      expect(distinct(rows.pricingRules.map(({ paidBy }) => paidBy))).toEqual(distinct(PAYERS));
    }
  });
});

describe('quotes', () => {
  it('price carts of the store by the rule that holds their subtotal', () => {
    for (const rows of demo) {
      const rule = byId(rows.pricingRules);
      const products = new Map(rows.products.map((product) => [product.sourceId, product]));
      const variants = new Map(rows.productVariants.map((variant) => [variant.sourceId, variant]));
      expect(rows.quotes.length).toBe(150);
      for (const quote of rows.quotes) {
        for (const { sourceProductId, sourceVariantId, unitPrice } of quote.lines) {
          const product = products.get(sourceProductId);
          const variant = variants.get(sourceVariantId ?? '');
          expect(product).toBeDefined();
          if (sourceVariantId !== null) expect(variant?.productId).toBe(product?.id);
          expect(unitPrice).toBe(String((variant ?? product)?.price));
        }
        const amounts = quote.lines.map((line) => BigInt(line.unitPrice) * BigInt(line.quantity));
        expect(quote.subtotal).toBe(sum(amounts));
        const { kind, minimum, maximum, amountType, amount, paidBy } = rule(quote.ruleId);
        expect(kind).toBe('SHIPPING_INSURANCE');
        expect(minimum <= quote.subtotal && quote.subtotal < (maximum ?? 1n << 60n)).toBe(true);
        const share = (quote.subtotal * amount + 5_000n) / 10_000n;
        expect(quote.premium).toBe(amountType === 'FIXED' ? amount : share);
        expect(quote.paidBy).toBe(paidBy);
      }
    }
    expect(distinct(all('quotes').map(({ paidBy }) => paidBy))).toEqual(distinct(PAYERS));
    expect(distinct(all('quotes').map(({ abVariant }) => abVariant)).length).toBe(3);
  });

  it('are of the last weeks and live half an hour, a few of them still', () => {
    for (const { quotes } of demo) {
      for (const { createdAt, expiresAt } of quotes) {
        expect(expiresAt.getTime() - createdAt.getTime()).toBe(30 * 60_000);
        const age = NOW.getTime() - createdAt.getTime();
        expect(age > 0 && age < 31 * DAY).toBe(true);
      }
      expect(quotes.filter(({ expiresAt }) => expiresAt > NOW).length).toBeGreaterThan(1);
    }
  });
});
