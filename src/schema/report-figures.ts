import type { ReportInterval, ReportRange, ReportRows } from '../data/source.ts';
import { CLAIM_STATES, CLAIM_TYPES } from '../data/values.ts';
import { AppError } from '../errors.ts';
import type { Money } from './money.ts';

type Days = Pick<ReportRange, 'from' | 'to'>;

/** Ten years. */
const MAXIMUM_DAYS = 3_660;
const MAXIMUM_PERIODS = 400;

/**
 * The days that a report covers.
 *
 * @throws AppError INVALID_INPUT for days in the wrong order, or for more of them than one report covers.
 */
export function daysOf({ from, to }: Days): Days {
  const coordinate = 'Query.analytics';
  const days = numberOf(to) - numberOf(from) + 1;
  if (days < 1) {
    throw new AppError(
      'INVALID_INPUT',
      `${coordinate} takes a "from" that is not after its "to", and was asked for ${from} to ${to}.`,
    );
  }
  if (days > MAXIMUM_DAYS) {
    throw new AppError(
      'INVALID_INPUT',
      `${coordinate} covers at most ${MAXIMUM_DAYS} days and was asked for ${days}.`,
    );
  }
  return { from, to };
}

/**
 * The days in periods.
 *
 * @throws AppError INVALID_INPUT for more periods than one series has.
 */
export function periodsOf({ from, to }: Days, interval: ReportInterval): ReportRange {
  const periods = PERIOD_NUMBER[interval](to) - PERIOD_NUMBER[interval](from) + 1;
  if (periods > MAXIMUM_PERIODS) {
    throw new AppError(
      'INVALID_INPUT',
      `Analytics.series has at most ${MAXIMUM_PERIODS} periods and was asked for ${periods} by ${interval}. Ask for fewer days, or for a longer interval.`,
    );
  }
  return { from, to, interval };
}

/** Days since 1970. */
const numberOf = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

/** Periods are numbered through; 1970 began on the fourth day of a week. */
const PERIOD_NUMBER: Readonly<Record<ReportInterval, (day: string) => number>> = {
  DAY: numberOf,
  WEEK: (day) => Math.floor((numberOf(day) + 3) / 7),
  MONTH: (day) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)),
};

/** The part with six decimal places: more would be noise of binary fractions. */
export function attachRateOf(orders: number, protectedOrders: number): number | null {
  return orders === 0 ? null : Math.round((protectedOrders / orders) * 1e6) / 1e6;
}

/** The sums, one for each currency. */
export const sumsOf = (rows: readonly { currency: string; sum: string }[]): Money[] =>
  rows.map(({ currency, sum }) => ({ minorUnits: BigInt(sum), currency }));

type ClaimRow = ReportRows['claims'];

export interface TypeCount {
  readonly type: (typeof CLAIM_TYPES)[number] | null;
  readonly count: number;
}

export interface StateCount {
  readonly state: (typeof CLAIM_STATES)[number];
  readonly count: number;
}

export const claimsIn = (rows: readonly ClaimRow[]) =>
  rows.reduce((sum, { count }) => sum + count, 0);

/** How many there are of each type, in the order of the types; without one last. */
export const claimsByType = (rows: readonly ClaimRow[]): TypeCount[] =>
  [...CLAIM_TYPES, null].flatMap((type) => {
    const count = claimsIn(rows.filter((row) => row.type === type));
    return count === 0 ? [] : [{ type, count }];
  });

/** How many there are in each state, in the order of the states. */
export const claimsByState = (rows: readonly ClaimRow[]): StateCount[] =>
  CLAIM_STATES.flatMap((state) => {
    const count = claimsIn(rows.filter((row) => row.state === state));
    return count === 0 ? [] : [{ state, count }];
  });
