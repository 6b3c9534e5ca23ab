import type { Statement } from './database.ts';
import type { Report, ReportInterval, ReportName } from './source.ts';

/** What a report makes of the rows of one table, each of which counts on the day that it was created. */
interface Counted {
  readonly table: string;
  /** Which rows count, by their own columns. */
  readonly where: string;
  /** The columns that figures are kept apart by, beside the period. */
  readonly groups: readonly string[];
  /** The columns that figures are made of. */
  readonly columns: readonly string[];
  /** Counts and sums, each with its name. */
  readonly figures: string;
}

/** Every report that there is but the list of periods. All of them count or sum: none selects a row. */
const COUNTED: Readonly<Record<Exclude<ReportName, 'periods'>, Counted>> = {
  orders: {
    table: 'commerce.orders',
    where: 'r.cancelled_at is null and r.original_order_id is null',
    groups: [],
    columns: ['protection_status'],
    figures: `count(*)::int as "orders", (count(*) filter (where t.protection_status = 'PROTECTED'))::int as "protectedOrders"`,
  },
  premiums: {
    table: 'commerce.policies',
    where: "r.paid_by = 'CUSTOMER' and r.status <> 'CANCELLED' and r.premium > 0",
    groups: ['currency'],
    columns: ['premium'],
    figures: 'sum(t.premium)::text as "sum"',
  },
  claims: {
    table: 'commerce.claims',
    where: 'true',
    groups: ['type', 'state'],
    columns: [],
    figures: 'count(*)::int as "count"',
  },
  payouts: {
    table: 'commerce.claim_resolutions',
    where: 'r.paid_value > 0',
    groups: ['currency'],
    columns: ['paid_value'],
    figures: 'sum(t.paid_value)::text as "sum"',
  },
};

/** How PostgreSQL calls the intervals. */
const UNITS: Readonly<Record<ReportInterval, string>> = {
  DAY: 'day',
  WEEK: 'week',
  MONTH: 'month',
};

/** The statement that answers a report, in the session of its store. It takes the first and the last day, and no more. */
export function reportStatement({ name, from, to, interval }: Report): Statement {
  return {
    name: `report:${name}:${interval ?? 'whole'}`,
    text: name === 'periods' ? periodsText(interval) : countedText(COUNTED[name], interval),
    values: [from, to],
  };
}

/** Days are timestamps without a time zone here: no change of a clock makes one of them longer. */
function periodsText(interval: ReportInterval | null): string {
  if (interval === null) return 'select $1::date as "from", $2::date as "to"';
  const unit = UNITS[interval];
  const starts = `generate_series(date_trunc('${unit}', $1::date::timestamp), $2::date::timestamp, interval '1 ${unit}') d`;
  const last = `(d + interval '1 ${unit}')::date - 1`;
  return `select greatest(d::date, $1::date) as "from", least(${last}, $2::date) as "to" from ${starts} order by d`;
}

/**
 * The day that a row was created on in the store's time zone decides, and not two moments: at a change of the clock
 * midnight may be twice, or never. The moments a day around the range are for the index, which under row-level
 * security takes no condition that computes with a column.
 */
function countedText(
  { table, where, groups, columns, figures }: Counted,
  interval: ReportInterval | null,
): string {
  const read = [...groups, ...columns].map((column) => `, r.${column}`).join('');
  const rows = `select (r.created_at at time zone s.timezone)::date as day${read}
    from commerce.stores s join ${table} r on r.store_id = s.id
    where r.created_at >= ($1::date - 1)::timestamp at time zone 'UTC'
      and r.created_at < ($2::date + 2)::timestamp at time zone 'UTC'
      and ${where}`;
  const keys = groups.map((column) => `t.${column} as "${column}", `).join('');
  const order = ['1', ...groups.map((_, index) => index + 2)].join(', ');
  return `select ${startOf(interval)} as "from", ${keys}${figures}
  from (${rows}) t
  where t.day between $1::date and $2::date
  group by ${order} order by ${order}`;
}

/** The first day of the period that a day is in: that of its week or month, but none before the range. */
function startOf(interval: ReportInterval | null): string {
  if (interval === null) return '$1::date';
  return `greatest(date_trunc('${UNITS[interval]}', t.day::timestamp)::date, $1::date)`;
}
