import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareMeans,
  compareProportions,
  meanInterval,
  type Sample,
  wilsonInterval,
} from '../../src/schema/statistics.ts';

const sampleOf = (amounts: readonly bigint[]): Sample => ({
  size: amounts.length,
  sum: amounts.reduce((sum, amount) => sum + amount, 0n),
  squares: amounts.reduce((sum, amount) => sum + amount * amount, 0n),
});

const counts = fc
  .integer({ min: 1, max: 100_000 })
  .chain((of) => fc.record({ count: fc.integer({ min: 0, max: of }), of: fc.constant(of) }));
const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 2, maxLength: 40 });

describe("Wilson's interval of a proportion", () => {
  // The four proportions of Newcombe's comparison of seven methods (1998), by the score method without correction.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is from %f to %f', (count, of, low, high) => {
    const interval = wilsonInterval({ count, of });
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  it('is none of nothing', () => {
    expect(wilsonInterval({ count: 0, of: 0 })).toBeNull();
  });

  it('lies between 0 and 1, holds its proportion, and is the mirror of its opposite', () => {
    fc.assert(
      fc.property(counts, ({ count, of }) => {
        const { low, high } = wilsonInterval({ count, of }) ?? expect.fail('no interval');
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(count / of + 1e-12);
        expect(high).toBeGreaterThanOrEqual(count / of - 1e-12);
        expect(wilsonInterval({ count: of - count, of })?.low).toBeCloseTo(1 - high, 10);
      }),
    );
  });
});

describe('the comparison of two proportions', () => {
  it('is that of the z-test with pooled variance', () => {
    // Heart attacks in the trial of aspirin among physicians, the standard table of two by two: z is -5.00.
    const aspirin = { count: 104, of: 11_037 };
    const placebo = { count: 189, of: 11_034 };
    expect(compareProportions(aspirin, placebo)).toBeCloseTo(5.692e-7, 10);
    // By hand: 0.375 pooled, an error of 0.06847, z is 2.191.
    expect(compareProportions({ count: 45, of: 100 }, { count: 30, of: 100 })).toBeCloseTo(
      0.02846,
      5,
    );
    // By hand: half of both, an error of 0.15811, z is 1.265.
    expect(compareProportions({ count: 8, of: 20 }, { count: 12, of: 20 })).toBeCloseTo(0.2059, 4);
  });

  it('of equal ones is 1', () => {
    expect(compareProportions({ count: 5, of: 10 }, { count: 50, of: 100 })).toBe(1);
  });

  it.each([
    ['nothing', { count: 0, of: 0 }, { count: 50, of: 100 }],
    ['so few', { count: 2, of: 9 }, { count: 50, of: 100 }],
    ['so rare ones', { count: 1, of: 100 }, { count: 2, of: 100 }],
    ['so frequent ones', { count: 99, of: 100 }, { count: 98, of: 100 }],
    ['none at all', { count: 0, of: 100 }, { count: 0, of: 100 }],
  ])('says nothing of %s', (_, one, other) => {
    expect(compareProportions(one, other)).toBeNull();
    expect(compareProportions(other, one)).toBeNull();
  });

  it('is a probability, and the same from both sides', () => {
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        const p = compareProportions(one, other);
        expect(compareProportions(other, one)).toEqual(p);
        if (p !== null) expect(p >= 0 && p <= 1).toBe(true);
      }),
    );
  });
});

describe('the comparison of two means', () => {
  // Hours of sleep gained under two drugs, in tenths: the data of Student's paper of 1908.
  const FIRST = [7n, -16n, -2n, -12n, -1n, 34n, 37n, 8n, 0n, 20n];
  const SECOND = [19n, 8n, 11n, 1n, -1n, 44n, 55n, 16n, 46n, 34n];

  it("is that of Welch's t-test", () => {
    // t is -1.8608 with 17.776 degrees of freedom.
    expect(compareMeans(sampleOf(FIRST), sampleOf(SECOND))).toBeCloseTo(0.07939, 5);
  });

  it('is the same whatever the unit, also beyond what a float can count', () => {
    const scaled = (list: readonly bigint[]) => sampleOf(list.map((x) => x * 10n ** 18n));
    expect(compareMeans(scaled(FIRST), scaled(SECOND))).toBeCloseTo(0.07939, 5);
  });

  it.each([
    ['nothing', [], [1n, 2n]],
    ['one', [5n], [1n, 2n]],
    ['what does not vary', [5n, 5n], [7n, 7n]],
  ])('says nothing of %s', (_, one, other) => {
    expect(compareMeans(sampleOf(one), sampleOf(other))).toBeNull();
    expect(compareMeans(sampleOf(other), sampleOf(one))).toBeNull();
  });

  it('is a probability, and the same from both sides', () => {
    fc.assert(
      fc.property(amounts, amounts, (one, other) => {
        const p = compareMeans(sampleOf(one), sampleOf(other));
        expect(compareMeans(sampleOf(other), sampleOf(one)) ?? -1).toBeCloseTo(p ?? -1, 12);
        if (p !== null) expect(p >= 0 && p <= 1).toBe(true);
      }),
    );
  });
});

describe('the interval of a mean', () => {
  it("is that of Student's t, rounded outwards", () => {
    // The second drug above: 2.33 hours, from 0.8977 to 3.7623; here in hundred-thousandths.
    const gained = [19n, 8n, 11n, 1n, -1n, 44n, 55n, 16n, 46n, 34n].map((x) => x * 10_000n);
    expect(meanInterval(sampleOf(gained))).toEqual({ low: 89_767n, high: 376_233n });
    // Two amounts have one degree of freedom, for which tables say 12.706; nothing is below 0.
    expect(meanInterval(sampleOf([0n, 2_000n]))).toEqual({ low: 0n, high: 13_707n });
  });

  it('is its amount where nothing varies, and none of fewer than two', () => {
    expect(meanInterval(sampleOf([7n, 7n, 7n]))).toEqual({ low: 7n, high: 7n });
    expect(meanInterval(sampleOf([7n]))).toBeNull();
    expect(meanInterval(sampleOf([]))).toBeNull();
  });

  it('holds its mean', () => {
    fc.assert(
      fc.property(amounts, (list) => {
        const sample = sampleOf(list);
        const { low, high } = meanInterval(sample) ?? expect.fail('no interval');
        const n = BigInt(sample.size);
        expect(low >= 0n && low * n <= sample.sum && sample.sum <= high * n).toBe(true);
      }),
    );
  });
});
