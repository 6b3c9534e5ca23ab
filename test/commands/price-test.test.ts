import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPriceOverrides } from '../../src/commands/price-overrides.ts';
import { overriddenBy, variantOf } from '../../src/commands/price-test.ts';

const armOf = (key: string, weight = 1, testId = 'abt_1') => ({
  testId,
  key,
  weight,
  overrides: {},
});

describe('the variant of a session', () => {
  const arms = fc
    .array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 6 })
    .map((weights) => weights.map((weight, index) => armOf(`v${index}`, weight)));

  it('is one of the test, and always the same', () => {
    fc.assert(
      fc.property(arms, fc.string({ minLength: 1 }), (variants, key) => {
        const variant = variantOf(variants, key);
        expect(variants).toContain(variant);
        expect(variantOf([...variants], key)).toBe(variant);
      }),
    );
  });

  it('is the control without a session, and none without a test', () => {
    const variants = [armOf('control'), armOf('other', 1_000)];
    expect(variantOf(variants, null)).toBe(variants[0]);
    expect(variantOf([], 's')).toBeNull();
    expect(variantOf([], null)).toBeNull();
  });

  it('is drawn by the weights', () => {
    const variants = [armOf('a', 5), armOf('b', 3), armOf('c', 2)];
    const drawn = new Map<string, number>();
    for (let session = 0; session < 10_000; session += 1) {
      const key = variantOf(variants, `session ${session}`)?.key ?? '';
      drawn.set(key, (drawn.get(key) ?? 0) + 1);
    }
    // Four standard deviations of so many draws.
    expect(Math.abs((drawn.get('a') ?? 0) - 5_000)).toBeLessThan(200);
    expect(Math.abs((drawn.get('b') ?? 0) - 3_000)).toBeLessThan(184);
    expect(Math.abs((drawn.get('c') ?? 0) - 2_000)).toBeLessThan(160);
  });

  it('says nothing of the variant that it has in another test', () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `s${index}`);
    const drawnIn = (test: string) =>
      keys.map((key) => variantOf([armOf('a', 1, test), armOf('b', 1, test)], key)?.key);
    const [one, other] = [drawnIn('abt_1'), drawnIn('abt_2')];
    const same = one.filter((key, index) => key === other[index]).length;
    expect(Math.abs(same - 500)).toBeLessThan(64);
  });
});

describe('what a variant changes in a price', () => {
  const RULE = {
    id: 'prl_1',
    currency: 'KWD',
    paidBy: 'CUSTOMER',
    amountType: 'PERCENTAGE',
    amount: 175n,
  } as const;

  it.each<[string, unknown, object]>([
    ['nothing', {}, {}],
    ['its percentage by a factor, half up', { factor: 9_000 }, { amount: 158n }],
    [
      'it into a fixed amount',
      { fixed: { amount: '250', currency: 'KWD' } },
      { amountType: 'FIXED', amount: 250n },
    ],
    ['who pays', { paidBy: 'BRAND' }, { paidBy: 'BRAND' }],
    ['both', { factor: 20_000, paidBy: 'BRAND' }, { amount: 350n, paidBy: 'BRAND' }],
    ['what is known, beside what is not', { factor: 0, banner: 'x' }, { amount: 0n }],
  ])('is %s', (_, overrides, changes) => {
    expect(overriddenBy(RULE, overrides)).toEqual({ ...RULE, ...changes });
  });

  it('is nothing, and never a failure, whatever stands there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (overrides) => {
        const read = readPriceOverrides(overrides);
        const priced = overriddenBy(RULE, overrides);
        expect(priced.amount >= 0n).toBe(true);
        if (read === null) expect(priced).toEqual(RULE);
      }),
    );
  });
});
