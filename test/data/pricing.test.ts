import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PricingRule, premiumOf, ruleFor } from '../../src/data/pricing.ts';
import { decimalOf, minorUnitsOf } from '../../src/schema/money.ts';

interface Rule extends PricingRule {
  readonly id: string;
  readonly maximum: bigint | null;
}

const ruleOf = (changes: Partial<Rule> = {}): Rule => ({
  id: 'rul_1',
  minimum: 0n,
  maximum: null,
  amountType: 'FIXED',
  amount: 98n,
  ...changes,
});

/** Rules that follow each other without a gap from zero, the last one open. */
function rulesAt(borders: readonly bigint[]): Rule[] {
  return [0n, ...borders].map((minimum, index) =>
    ruleOf({ id: `rul_${index}`, minimum, maximum: borders[index] ?? null }),
  );
}

const amounts = fc.bigInt({ min: 1n, max: 10n ** 18n });
const borders = fc
  .uniqueArray(fc.oneof(amounts, fc.bigInt({ min: 1n, max: 20n })), { maxLength: 8 })
  .map((list) => list.toSorted((a, b) => (a < b ? -1 : 1)));
const subtotals = fc.oneof(
  fc.bigInt({ min: 0n, max: 10n ** 20n }),
  fc.bigInt({ min: 0n, max: 25n }),
);

describe('the rule of a subtotal', () => {
  it('is exactly one where the ranges follow each other, whatever their order', () => {
    const shuffled = borders.chain((list) => {
      const rules = rulesAt(list);
      return fc.shuffledSubarray(rules, { minLength: rules.length, maxLength: rules.length });
    });
    fc.assert(
      fc.property(shuffled, subtotals, (rules, subtotal) => {
        const rule = ruleFor(rules, subtotal);
        const { minimum, maximum } = rule ?? expect.fail('no rule');
        expect(minimum <= subtotal && (maximum === null || subtotal < maximum)).toBe(true);
        const others = rules.filter((other) => other !== rule);
        expect(ruleFor(others, subtotal)).toBeNull();
      }),
    );
  });

  it('holds its minimum, and not its maximum, which the next one has', () => {
    fc.assert(
      fc.property(borders, (list) => {
        const rules = rulesAt(list);
        list.forEach((border, index) => {
          expect(ruleFor(rules, border - 1n)?.id).toBe(`rul_${index}`);
          expect(ruleFor(rules, border)?.id).toBe(`rul_${index + 1}`);
        });
      }),
    );
  });

  it.each([
    [0n, 'rul_0'],
    [9_999n, 'rul_0'],
    [10_000n, 'rul_1'],
    [49_999n, 'rul_1'],
    [50_000n, 'rul_2'],
    [10n ** 30n, 'rul_2'],
  ])('of %s is %s', (subtotal, id) => {
    expect(ruleFor(rulesAt([10_000n, 50_000n]), subtotal)?.id).toBe(id);
  });

  it.each([
    ['below the first', [ruleOf({ minimum: 100n })], 99n],
    ['beyond a last that is not open', [ruleOf({ maximum: 100n })], 100n],
    ['in a gap', [ruleOf({ maximum: 100n }), ruleOf({ minimum: 101n })], 100n],
    ['without rules', [], 0n],
  ])('is none %s', (_, rules, subtotal) => {
    expect(ruleFor(rules, subtotal)).toBeNull();
  });
});

describe('a premium', () => {
  const percent = (amount: bigint) => ruleOf({ amountType: 'PERCENTAGE', amount });

  it('is the fixed amount, whatever the subtotal', () => {
    fc.assert(
      fc.property(subtotals, amounts, (subtotal, amount) => {
        expect(premiumOf(ruleOf({ amount }), subtotal)).toBe(amount);
      }),
    );
  });

  it('is the percentage to the nearest minor unit, a half rounded up', () => {
    const hundredths = fc.bigInt({ min: 0n, max: 10_000n });
    fc.assert(
      fc.property(subtotals, hundredths, (subtotal, amount) => {
        const error = premiumOf(percent(amount), subtotal) * 10_000n - subtotal * amount;
        expect(error > -5_000n && error <= 5_000n).toBe(true);
      }),
    );
  });

  it('never falls when the subtotal grows', () => {
    fc.assert(
      fc.property(subtotals, amounts, (subtotal, more) => {
        const rule = percent(217n);
        expect(premiumOf(rule, subtotal + more) >= premiumOf(rule, subtotal)).toBe(true);
      }),
    );
  });

  it.each([
    ['2.17 % of 100.00 USD', 217n, 10_000n, 'USD', '2.17'],
    ['1 % of 0.49 USD', 100n, 49n, 'USD', '0.00'],
    ['1 % of 0.50 USD', 100n, 50n, 'USD', '0.01'],
    ['1 % of 1.49 USD', 100n, 149n, 'USD', '0.01'],
    ['1 % of 1.50 USD', 100n, 150n, 'USD', '0.02'],
    ['0.01 % of 49.99 USD', 1n, 4_999n, 'USD', '0.00'],
    ['0.01 % of 50.00 USD', 1n, 5_000n, 'USD', '0.01'],
    ['100 % of 12.34 USD', 10_000n, 1_234n, 'USD', '12.34'],
    ['0 % of 12.34 USD', 0n, 1_234n, 'USD', '0.00'],
    ['1.5 % of 1,033 JPY', 150n, 1_033n, 'JPY', '15'],
    ['1.5 % of 1,034 JPY', 150n, 1_034n, 'JPY', '16'],
    ['1.5 % of 9.999 KWD', 150n, 9_999n, 'KWD', '0.150'],
    ['1.5 % of 9.966 KWD', 150n, 9_966n, 'KWD', '0.149'],
    ['1.5 % of 9.967 KWD', 150n, 9_967n, 'KWD', '0.150'],
  ])('is exact: %s', (_, hundredths, subtotal, currency, premium) => {
    const minorUnits = premiumOf(percent(hundredths), subtotal);
    expect(decimalOf({ minorUnits, currency })).toBe(premium);
  });
});

describe('the minor units of a decimal', () => {
  it.each<[string, string, bigint | null]>([
    ['12.50', 'USD', 1_250n],
    ['12.5', 'USD', 1_250n],
    ['12', 'USD', 1_200n],
    ['0', 'USD', 0n],
    ['0.01', 'USD', 1n],
    ['007.10', 'USD', 710n],
    ['12.505', 'USD', null],
    ['12.500', 'USD', null],
    ['12', 'JPY', 12n],
    ['12.0', 'JPY', null],
    ['12.5', 'JPY', null],
    ['12.505', 'KWD', 12_505n],
    ['12.5', 'KWD', 12_500n],
    ['12.5055', 'KWD', null],
    ['12.50', 'XXY', 1_250n],
    ['999999999999999.99', 'USD', 99_999_999_999_999_999n],
  ])('%s in %s: %s', (decimal, currency, minorUnits) => {
    expect(minorUnitsOf(decimal, currency)).toBe(minorUnits);
  });

  it.each(['JPY', 'USD', 'KWD', 'XXY'])('are those that it was written from, in %s', (currency) => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (minorUnits) => {
        expect(minorUnitsOf(decimalOf({ minorUnits, currency }), currency)).toBe(minorUnits);
      }),
    );
  });
});
