import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minorUnitsOf } from '../../src/commands/money.ts';
import { type PricingRangeInput, rulesOf } from '../../src/commands/pricing-ranges.ts';
import { ruleFor } from '../../src/data/pricing.ts';
import { decimalOf } from '../../src/schema/money.ts';

const CURRENCIES = ['JPY', 'USD', 'KWD'] as const;
const MOST = 999_999_999_999_999n;

const terms = fc.oneof(
  fc.record({ amount: fc.constantFrom('0', '3', '12') }),
  fc.record({ percentage: fc.constantFrom('0', '2.5', '1.75', '100', '100.00') }),
);
const payer = fc.constantFrom('CUSTOMER' as const, 'BRAND' as const);

/** Ranges as they have to be: cut at ascending points, from 0 on, the last one open. */
const valid = fc
  .record({
    currency: fc.constantFrom(...CURRENCIES),
    cuts: fc.uniqueArray(fc.bigInt(1n, MOST), { maxLength: 8 }),
    terms: fc.array(fc.tuple(terms, payer), { minLength: 9, maxLength: 9 }),
  })
  .map(({ currency, cuts, terms }) => {
    const starts = [0n, ...cuts.sort((a, b) => (a < b ? -1 : 1))];
    const decimal = (minorUnits: bigint) => decimalOf({ minorUnits, currency });
    const ranges = starts.map((start, index): PricingRangeInput => {
      const end = starts[index + 1];
      const [price, paidBy] = terms[index] ?? [{ amount: '1' }, 'CUSTOMER' as const];
      return {
        min: decimal(start),
        max: end === undefined ? null : decimal(end),
        ...price,
        paidBy,
      };
    });
    return { currency, starts, ranges };
  });

const problemsOf = (ranges: readonly PricingRangeInput[], currency: string) => {
  const read = rulesOf(ranges, currency);
  return 'problems' in read ? read.problems.map(({ message }) => message) : [];
};

/** The ranges with one of them changed. */
const changed = (
  ranges: readonly PricingRangeInput[],
  index: number,
  change: Partial<PricingRangeInput>,
) => ranges.map((range, other) => (other === index ? { ...range, ...change } : range));

describe('ranges that touch, from 0 on', () => {
  it('have exactly one rule for every subtotal', () => {
    fc.assert(
      fc.property(
        valid,
        fc.array(fc.bigInt(0n, 2n * MOST)),
        ({ ranges, currency, starts }, more) => {
          const read = rulesOf(ranges, currency);
          if ('problems' in read) return expect.fail(JSON.stringify(read.problems));
          const edges = starts.flatMap((start) => [start - 1n, start, start + 1n]);
          for (const subtotal of [...edges, ...more].filter((value) => value >= 0n)) {
            const holding = read.rules.filter((rule) => ruleFor([rule], subtotal) !== null);
            expect(holding).toHaveLength(1);
            const index = starts.filter((start) => start <= subtotal).length - 1;
            expect(holding[0]).toBe(read.rules[index]);
          }
        },
      ),
    );
  });

  it('are what was sent, to the last minor unit', () => {
    fc.assert(
      fc.property(valid, ({ ranges, currency }) => {
        const read = rulesOf(ranges, currency);
        if ('problems' in read) return expect.fail(JSON.stringify(read.problems));
        read.rules.forEach(({ minimum, maximum, paidBy, amountType, amount }, index) => {
          const range = ranges[index] ?? expect.fail('a rule too many');
          expect([minimum, maximum, paidBy]).toEqual([
            minorUnitsOf(range.min, currency),
            range.max == null ? null : minorUnitsOf(range.max, currency),
            range.paidBy,
          ]);
          expect(amountType).toBe(range.amount == null ? 'PERCENTAGE' : 'FIXED');
          const hundredths = BigInt(Math.round(Number(range.percentage ?? 0) * 100));
          expect(amount).toBe(
            range.amount == null ? hundredths : minorUnitsOf(range.amount, currency),
          );
        });
      }),
    );
  });
});

/** Any non-negative ends, in any order: mostly wrong. */
const anyRanges = fc.record({
  currency: fc.constantFrom(...CURRENCIES),
  ranges: fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 6 }), fc.option(fc.integer({ min: 0, max: 6 })), payer)
      .map(([min, max, paidBy]): PricingRangeInput => {
        return { min: `${min}`, max: max === null ? null : `${max}`, amount: '1', paidBy };
      }),
    { minLength: 1, maxLength: 4 },
  ),
});

describe('ranges that leave a subtotal without a rule, or give it two', () => {
  it('are refused, and those alone', () => {
    fc.assert(
      fc.property(anyRanges, ({ ranges, currency }) => {
        const whole = ranges.map(({ min, max }) => ({
          minimum: minorUnitsOf(min, currency) ?? 0n,
          maximum: max == null ? null : minorUnitsOf(max, currency),
          amountType: 'FIXED' as const,
          amount: 0n,
        }));
        const subtotals = Array.from({ length: 9 }, (_, units) =>
          minorUnitsOf(`${units}`, currency),
        );
        const exact = subtotals.every((subtotal) => {
          return whole.filter((rule) => ruleFor([rule], subtotal ?? 0n) !== null).length === 1;
        });
        const ordered = whole.every(({ minimum, maximum }, index) => {
          const next = whole[index + 1];
          return (next === undefined || minimum < next.minimum) && (maximum ?? MOST) > minimum;
        });
        const problems = problemsOf(ranges, currency);
        expect(problems.length === 0).toBe(exact && ordered);
        for (const message of problems) expect(message).toMatch(/^Range [1-4] /);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are refused wherever a gap or an overlap is, by its name', () => {
    fc.assert(
      fc.property(valid, fc.nat(), fc.boolean(), ({ ranges, currency, starts }, at, gap) => {
        fc.pre(ranges.length > 1);
        const index = 1 + (at % (ranges.length - 1));
        const start = starts[index] ?? 0n;
        const moved = gap ? start + 1n : start - 1n;
        // Behind the largest amount that can be said there is no gap to be found.
        fc.pre(moved <= MOST);
        const min = decimalOf({ minorUnits: moved, currency });
        const [first] = problemsOf(changed(ranges, index, { min }), currency);
        const end = ranges[index - 1]?.max;
        expect(first).toBe(
          gap
            ? `Range ${index + 1} begins at ${min}: there is a gap after range ${index}, which ends at ${end}.`
            : `Range ${index + 1} begins at ${min}: it overlaps range ${index}, which ends at ${end}.`,
        );
      }),
    );
  });
});

const open = { min: '0', max: null, amount: '1', paidBy: 'CUSTOMER' } as const;
const cut = (min: string, max: string | null) => ({ ...open, min, max });

describe('what is wrong with a range', () => {
  it.each([
    [
      'a first one that is not at 0',
      [cut('1', null)],
      'Range 1 begins at 1, but the first one begins at 0.',
    ],
    ['a last one with an end', [cut('0', '9')], 'Range 1 ends at 9, but the last one has no end.'],
    [
      'an end before the last',
      [cut('0', null), cut('9', null)],
      'Range 1 has no end, but only the last one has none.',
    ],
    [
      'an empty one',
      [cut('0', '0'), cut('0', null)],
      'Range 1 ends at 0, which is not after its beginning.',
    ],
    [
      'more decimal places than the currency has',
      [cut('0', '1.234'), cut('1.234', null)],
      'Range 1 has more decimal places than the 2 of USD.',
    ],
    [
      'more than can be stored',
      [cut('0', '10000000000000'), cut('10000000000000', null)],
      'Range 1 has more than 15 digits.',
    ],
    ['neither price', [{ ...open, amount: null }], 'Range 1 has either an amount or a percentage.'],
    [
      'both prices',
      [{ ...open, percentage: '1' }],
      'Range 1 has either an amount or a percentage.',
    ],
    [
      'more than all of the subtotal',
      [{ ...open, amount: null, percentage: '100.01' }],
      'Range 1 has a percentage that is not from 0 to 100 with at most two decimal places.',
    ],
    [
      'a percentage of three decimal places',
      [{ ...open, amount: null, percentage: '2.125' }],
      'Range 1 has a percentage that is not from 0 to 100 with at most two decimal places.',
    ],
  ])('is %s', (_what, ranges, message) => {
    expect(problemsOf(ranges, 'USD')[0]).toBe(message);
  });
});
