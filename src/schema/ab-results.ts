import type { Row } from '../data/entities.ts';
import type { Loaders } from '../data/loaders.ts';
import type { Money } from './money.ts';
import {
  compareMeans,
  compareProportions,
  type Interval,
  LEVEL,
  meanInterval,
  type Proportion,
  type Sample,
  wilsonInterval,
} from './statistics.ts';

/** Whether a figure differs from the control's; nothing for the control itself, or too few of them. */
interface Comparison {
  readonly pValue: number | null;
  readonly significant: boolean | null;
}

export interface Rate extends Comparison {
  readonly value: number;
  readonly interval: Interval;
}

export interface Revenue extends Comparison {
  readonly total: Money;
  readonly perSession: Money;
  readonly low: Money | null;
  readonly high: Money | null;
}

/** What became of the sessions of a variant. A rate is null where there is nothing to be a part of. */
export interface Results {
  readonly sessions: number;
  readonly orders: number;
  readonly protectedOrders: number;
  readonly conversion: Rate | null;
  readonly attachRate: Rate | null;
  /** One for each currency. */
  readonly revenue: readonly Revenue[];
}

/** The sums over the days of a variant, one for each currency. */
type Totals = Awaited<ReturnType<typeof totalsOf>>;

const totalsOf = (loaders: Loaders, id: string) => loaders.totals('totalsByAbVariant', id);

/** The results of a variant, compared with those of the first variant of its test. */
export async function loadResults(
  variant: Pick<Row<'abVariant'>, 'id' | 'testId'>,
  loaders: Loaders,
): Promise<Results> {
  const [own, [control]] = await Promise.all([
    totalsOf(loaders, variant.id),
    loaders.page('variantsByAbTest', variant.testId, {
      columns: ['position', 'id'],
      direction: 'asc',
      filter: [],
      after: null,
      before: null,
      limit: 1,
      fromEnd: false,
    }),
  ]);
  const isControl = control === undefined || control.id === variant.id;
  return resultsOf(own, isControl ? null : await totalsOf(loaders, control.id));
}

/** The results of one variant's sums; of a control's, or null for the control itself. */
export function resultsOf(own: Totals, control: Totals | null): Results {
  const counts = countsOf(own);
  const others = control && countsOf(control);
  return {
    ...counts,
    conversion: rateOf(
      { count: counts.orders, of: counts.sessions },
      others && { count: others.orders, of: others.sessions },
    ),
    attachRate: rateOf(
      { count: counts.protectedOrders, of: counts.orders },
      others && { count: others.protectedOrders, of: others.orders },
    ),
    revenue: own.map((row) => {
      const other = control?.find(({ currency }) => currency === row.currency);
      return revenueOf(row.currency, sampleOf(row), other ? sampleOf(other) : null);
    }),
  };
}

function countsOf(totals: Totals) {
  const sum = (column: 'sessions' | 'orders' | 'protectedOrders') =>
    totals.reduce((total, row) => total + Number(row[column]), 0);
  return {
    sessions: sum('sessions'),
    orders: sum('orders'),
    protectedOrders: sum('protectedOrders'),
  };
}

const sampleOf = (row: Totals[number]): Sample => ({
  size: Number(row.sessions),
  sum: row.sum,
  squares: BigInt(row.revenueSquares),
});

function rateOf(own: Proportion, control: Proportion | null): Rate | null {
  const interval = wilsonInterval(own);
  if (interval === null) return null;
  return {
    value: rounded(own.count / own.of),
    interval: { low: rounded(interval.low), high: rounded(interval.high) },
    ...comparison(control && compareProportions(own, control)),
  };
}

function revenueOf(currency: string, own: Sample, control: Sample | null): Revenue {
  const money = (minorUnits: bigint): Money => ({ minorUnits, currency });
  const size = BigInt(own.size || 1);
  const interval = meanInterval(own);
  return {
    total: money(own.sum),
    perSession: money((2n * own.sum + size) / (2n * size)),
    low: interval && money(interval.low),
    high: interval && money(interval.high),
    ...comparison(control && compareMeans(own, control)),
  };
}

const comparison = (pValue: number | null): Comparison => ({
  pValue: pValue === null ? null : rounded(pValue),
  significant: pValue === null ? null : pValue < LEVEL,
});

/** Six decimal places: more would be none of what a sample can tell. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
