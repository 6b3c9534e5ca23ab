import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VARIANTS } from '../../src/commands/ab-variants.ts';
import { minorUnitsOf } from '../../src/commands/money.ts';
import { readPriceOverrides } from '../../src/commands/price-overrides.ts';
import { overriddenBy } from '../../src/commands/price-test.ts';

const decimal = fc
  .tuple(fc.nat({ max: 20_000 }), fc.stringMatching(/^\d{0,4}$/))
  .map(([whole, fraction]) => (fraction === '' ? `${whole}` : `${whole}.${fraction}`));

const currency = fc.constantFrom('JPY', 'USD', 'KWD');
const overrides = fc.record(
  {
    factor: fc.option(decimal),
    fixed: fc.option(fc.record({ amount: decimal, currencyCode: currency })),
    paidBy: fc.option(fc.constantFrom('CUSTOMER' as const, 'BRAND' as const)),
  },
  { requiredKeys: [] },
);

const RULE = {
  currency: 'USD',
  paidBy: 'CUSTOMER',
  amountType: 'PERCENTAGE',
  amount: 250n,
} as const;
const parse = (priceOverrides: unknown) =>
  VARIANTS.safeParse([
    { key: 'control', name: 'As it is', weight: 1 },
    { key: 'other', name: 'Other', weight: 1, priceOverrides },
  ]);

it('takes no price that a quote could not read, and none that it would read otherwise', () => {
  let taken = 0;
  fc.assert(
    fc.property(overrides, (sent) => {
      const stored = parse(sent).data?.[1]?.priceOverrides;
      if (stored == null) return;
      taken += 1;
      const kept = JSON.parse(JSON.stringify(stored));
      expect(readPriceOverrides(kept)).toEqual(stored);
      const rule = { ...RULE, currency: sent.fixed?.currencyCode ?? 'USD' };
      const paidBy = sent.paidBy ?? 'CUSTOMER';
      const { fixed, factor } = sent;
      if (fixed != null) {
        const amount = minorUnitsOf(fixed.amount, fixed.currencyCode);
        expect(overriddenBy(rule, kept)).toEqual({ ...rule, paidBy, amountType: 'FIXED', amount });
      } else {
        const hundredths = Math.round(Number(factor ?? '100') * 100);
        const amount = (250n * BigInt(hundredths) + 5_000n) / 10_000n;
        expect(overriddenBy(rule, kept)).toEqual({ ...rule, paidBy, amount });
      }
    }),
    { numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(50);
});
