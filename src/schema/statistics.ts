import { compiled, incbet, incbi, ndtr, ndtri } from 'cephes';

// The functions are there once the module that has them is compiled.
await compiled;

/** How sure an interval is, and what a p-value is compared with: 95 %, two-sided. */
export const LEVEL = 0.05;

/** Fewer than this many are expected on some side: the normal distribution is then no approximation. */
const FEWEST = 5;

/** How many of how many. */
export interface Proportion {
  readonly count: number;
  readonly of: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's score interval of a proportion: it stays between 0 and 1, and holds for few and for rare
 * ones. Null of none.
 */
export function wilsonInterval({ count, of }: Proportion): Interval | null {
  if (of === 0) return null;
  const z = ndtri(1 - LEVEL / 2);
  const share = count / of;
  const scale = 1 + z ** 2 / of;
  const middle = (share + z ** 2 / (2 * of)) / scale;
  const margin = (z / scale) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return { low: Math.max(0, middle - margin), high: Math.min(1, middle + margin) };
}

/**
 * The p-value of the two-proportion z-test with the pooled variance: how often two proportions would be at
 * least so far apart if they were one. Null where either side is too small to say.
 */
export function compareProportions(one: Proportion, other: Proportion): number | null {
  const pooled = (one.count + other.count) / (one.of + other.of);
  const expected = [one.of, other.of].flatMap((of) => [of * pooled, of * (1 - pooled)]);
  if (!expected.every((count) => count >= FEWEST)) return null;
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / one.of + 1 / other.of));
  const z = (one.count / one.of - other.count / other.of) / error;
  return Math.min(1, 2 * ndtr(-Math.abs(z)));
}

/** Amounts by what is kept of them: how many, their sum and the sum of their squares. */
export interface Sample {
  readonly size: number;
  readonly sum: bigint;
  readonly squares: bigint;
}

/** The variance of the mean, from whole numbers up to the last division. */
function varianceOfMean({ size, sum, squares }: Sample): number {
  const n = BigInt(size);
  return Number(n * squares - sum * sum) / Number(n * n * (n - 1n));
}

/** Both tails of Student's t distribution beyond `t`. */
const tails = (t: number, freedom: number) => incbet(freedom / 2, 0.5, freedom / (freedom + t * t));

/** The `t` beyond which both tails have `LEVEL` between them. */
const criticalT = (freedom: number) =>
  Math.sqrt(freedom * (1 / incbi(freedom / 2, 0.5, LEVEL) - 1));

/** The interval of the mean of amounts. */
export interface MeanInterval {
  readonly low: bigint;
  readonly high: bigint;
}

/** The t-interval of a mean in whole units, rounded outwards, not below 0. Null of fewer than two. */
export function meanInterval(sample: Sample): MeanInterval | null {
  if (sample.size < 2) return null;
  const n = BigInt(sample.size);
  const margin = BigInt(Math.ceil(criticalT(sample.size - 1) * Math.sqrt(varianceOfMean(sample))));
  const low = sample.sum / n - margin;
  return { low: low < 0n ? 0n : low, high: (sample.sum + n - 1n) / n + margin };
}

/**
 * The p-value of Welch's t-test, which takes no two variances for equal: how often two means would be at
 * least so far apart if they were one. Null of fewer than two, or where nothing varies.
 */
export function compareMeans(one: Sample, other: Sample): number | null {
  if (one.size < 2 || other.size < 2) return null;
  const [a, b] = [varianceOfMean(one), varianceOfMean(other)];
  if (a + b === 0) return null;
  const [n, m] = [BigInt(one.size), BigInt(other.size)];
  const difference = Number(one.sum * m - other.sum * n) / Number(n * m);
  const freedom = (a + b) ** 2 / (a ** 2 / (one.size - 1) + b ** 2 / (other.size - 1));
  return tails(difference / Math.sqrt(a + b), freedom);
}
