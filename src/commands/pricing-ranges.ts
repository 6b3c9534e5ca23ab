import { z } from 'zod';
import type { pricingRules } from '../data/tables/quotes.ts';
import { PAYERS } from '../data/values.ts';
import { digitsOf, hundredthsOf, minorUnitsOf } from './money.ts';

/** A range of subtotals as it is sent: decimals that the schema's scalar has checked. */
const PRICING_RANGE = z.object({
  min: z.string(),
  max: z.string().nullish(),
  amount: z.string().nullish(),
  percentage: z.string().nullish(),
  paidBy: z.enum(PAYERS),
});

export const PRICING_RANGES = z
  .array(PRICING_RANGE)
  .min(1, 'There is at least one range.')
  .max(100, 'There are at most 100 ranges.');

export type PricingRangeInput = z.infer<typeof PRICING_RANGE>;

/** A rule but for what it belongs to. */
export type NewRule = Pick<
  typeof pricingRules.$inferInsert,
  'minimum' | 'paidBy' | 'amountType' | 'amount'
> & { readonly maximum: bigint | null };

/** What is wrong with one range. The sentence names it, counted from 1. */
export interface RangeProblem {
  readonly index: number;
  readonly field: keyof PricingRangeInput;
  readonly message: string;
}

/** The most that an amount can be, in minor units: what PostgreSQL and a stored override can hold. */
const MOST = 999_999_999_999_999n;

/**
 * The rules that these ranges are, or what is wrong with them. Every subtotal from 0 on has exactly one rule: the
 * ranges are in their order, the first begins at 0, each ends where the next begins, and the last has no end.
 */
export function rulesOf(
  ranges: readonly PricingRangeInput[],
  currency: string,
): { readonly rules: readonly NewRule[] } | { readonly problems: readonly RangeProblem[] } {
  const problems: RangeProblem[] = [];
  const rules = ranges.map((range, index): NewRule => {
    const report = (field: RangeProblem['field'], message: string) =>
      problems.push({ index, field, message: `Range ${index + 1} ${message}` });
    const amountOf = (field: 'min' | 'max' | 'amount'): bigint => {
      const minorUnits = minorUnitsOf(range[field] ?? '0', currency);
      if (minorUnits !== null && minorUnits <= MOST) return minorUnits;
      const limit =
        minorUnits === null
          ? `has more decimal places than the ${digitsOf(currency)} of ${currency}.`
          : 'has more than 15 digits.';
      report(field, limit);
      return 0n;
    };
    const before = problems.length;
    const minimum = amountOf('min');
    const maximum = range.max == null ? null : amountOf('max');
    if (problems.length === before)
      reportPlace(ranges, index, { minimum, maximum }, currency, report);
    return { minimum, maximum, paidBy: range.paidBy, ...termsOf(range, amountOf, report) };
  });
  return problems.length > 0 ? { problems } : { rules };
}

type Report = (field: RangeProblem['field'], message: string) => void;

/** What is wrong with where a range stands: a range is compared with the end of the one before. */
function reportPlace(
  ranges: readonly PricingRangeInput[],
  index: number,
  { minimum, maximum }: Pick<NewRule, 'minimum' | 'maximum'>,
  currency: string,
  report: Report,
): void {
  const { min, max } = ranges[index] as PricingRangeInput;
  const before = ranges[index - 1];
  const isLast = index === ranges.length - 1;
  if (before === undefined) {
    if (minimum !== 0n) report('min', `begins at ${min}, but the first one begins at 0.`);
  } else if (before.max != null) {
    const end = minorUnitsOf(before.max, currency);
    if (end !== null && minimum > end) {
      report(
        'min',
        `begins at ${min}: there is a gap after range ${index}, which ends at ${before.max}.`,
      );
    } else if (end !== null && minimum < end) {
      report('min', `begins at ${min}: it overlaps range ${index}, which ends at ${before.max}.`);
    }
  }
  if (maximum === null && !isLast) report('max', 'has no end, but only the last one has none.');
  if (maximum === null) return;
  if (maximum <= minimum) report('max', `ends at ${max}, which is not after its beginning.`);
  if (isLast) report('max', `ends at ${max}, but the last one has no end.`);
}

/** Either a fixed amount or a percentage. */
function termsOf(
  { amount, percentage }: PricingRangeInput,
  amountOf: (field: 'amount') => bigint,
  report: Report,
): Pick<NewRule, 'amountType' | 'amount'> {
  if ((amount == null) === (percentage == null)) {
    report('amount', 'has either an amount or a percentage.');
    return { amountType: 'FIXED', amount: 0n };
  }
  if (percentage == null) return { amountType: 'FIXED', amount: amountOf('amount') };
  const hundredths = hundredthsOf(percentage);
  if (hundredths === null || hundredths > 10_000n) {
    report(
      'percentage',
      'has a percentage that is not from 0 to 100 with at most two decimal places.',
    );
  }
  return { amountType: 'PERCENTAGE', amount: hundredths ?? 0n };
}
