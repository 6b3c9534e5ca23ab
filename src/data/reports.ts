import type { Statement } from './database.ts';
import type { Report, ReportInterval, ReportName } from './source.ts';

/** How PostgreSQL calls the intervals. */
const UNITS: Readonly<Record<ReportInterval, string>> = {
  DAY: 'day',
  WEEK: 'week',
  MONTH: 'month',
};

/** The first day of the period that a day is in: that of its week or month, but none before the range. */
function startOf(interval: ReportInterval | null): string {
  if (interval === null) return '$1::date';
  const start = `date_trunc('${UNITS[interval]}', t.day::timestamp)::date`;
  return `greatest(${start}, $1::date)`;
}

/**
 * The rows of a table of which a moment lies within the range, each with the day that it was in the store's time
 * zone. The day decides, because at a change of the clock midnight may be twice, or never; the moments a day around
 * the range are there for the index, whose operator must not depend on the store's row.
 */
const within = (table: string, moment: string, columns: string, where: string) => `(
    select (r.${moment} at time zone s.timezone)::date as day, ${columns}
    from commerce.stores s join ${table} r on r.store_id = s.id
    where r.${moment} >= ($1::date - 1)::timestamp at time zone 'UTC'
      and r.${moment} < ($2::date + 2)::timestamp at time zone 'UTC'
      and ${where}
  ) t where t.day between $1::date and $2::date`;

/** Every report that there is. All of them count or sum: none selects a row, and none takes but days. */
const REPORTS: Readonly<Record<ReportName, (interval: ReportInterval | null) => string>> = {
  // Timestamps without a time zone: no change of a clock makes a day longer.
  periods: (interval) =>
    interval === null
      ? `select $1::date as "from", $2::date as "to"`
      : `select greatest(d::date, $1::date) as "from",
    least((d + interval '1 ${UNITS[interval]}')::date - 1, $2::date) as "to"
  from generate_series(date_trunc('${UNITS[interval]}', $1::date::timestamp), $2::date::timestamp, interval '1 ${UNITS[interval]}') d
  order by d`,

  orders: (interval) => `select ${startOf(interval)} as "from", count(*)::int as "orders",
    (count(*) filter (where t.protection_status = 'PROTECTED'))::int as "protectedOrders"
  from ${within('commerce.orders', 'created_at', 'r.protection_status', 'r.cancelled_at is null and r.original_order_id is null')}
  group by 1 order by 1`,

  premiums: (
    interval,
  ) => `select ${startOf(interval)} as "from", t.currency as "currency", sum(t.premium)::text as "sum"
  from ${within('commerce.policies', 'created_at', 'r.currency, r.premium', "r.paid_by = 'CUSTOMER' and r.status <> 'CANCELLED' and r.premium > 0")}
  group by 1, 2 order by 1, 2`,

  claims: (
    interval,
  ) => `select ${startOf(interval)} as "from", t.type as "type", t.state as "state", count(*)::int as "count"
  from ${within('commerce.claims', 'created_at', 'r.type, r.state', 'true')}
  group by 1, 2, 3 order by 1, 2, 3`,

  payouts: (
    interval,
  ) => `select ${startOf(interval)} as "from", t.currency as "currency", sum(t.paid_value)::text as "sum"
  from ${within('commerce.claim_resolutions', 'created_at', 'r.currency, r.paid_value', 'r.paid_value > 0')}
  group by 1, 2 order by 1, 2`,
};

/** The statement that answers a report, in the session of its store. */
export function reportStatement({ name, from, to, interval }: Report): Statement {
  return {
    name: `report:${name}:${interval ?? 'whole'}`,
    text: REPORTS[name](interval),
    values: [from, to],
  };
}
