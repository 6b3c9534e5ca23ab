import { compareBytewise } from '../bytewise.ts';
import type { Entity, Row } from '../entities.ts';
import type { Report, ReportName, SourceRow } from '../source.ts';
import { DAY, type Day, dayOf, daysIn, dayText, periodStart, periodsOf } from './days.ts';
import type { MemoryTables } from './table.ts';

/** What a report makes of the rows of one entity, each of which counts on the day that it was created. */
interface Counted<E extends Entity = Entity> {
  readonly entity: E;
  /** Which rows count. */
  counts(row: Row<E>): boolean;
  /** What figures are kept apart by, beside the period. */
  readonly groups: readonly (keyof Row<E> & string)[];
  figures(rows: readonly Row<E>[]): SourceRow;
}

const counted = <E extends Entity>(report: Counted<E>) => report as unknown as Counted;

const sumOf = (values: readonly bigint[]) => ({
  sum: String(values.reduce((sum, value) => sum + value, 0n)),
});

/** Every report but the list of periods, as `reports.ts` asks a database for it. */
const COUNTED: Readonly<Record<Exclude<ReportName, 'periods'>, Counted>> = {
  orders: counted({
    entity: 'order',
    counts: ({ cancelledAt, originalOrderId }) => cancelledAt === null && originalOrderId === null,
    groups: [],
    figures: (rows) => {
      const isProtected = rows.filter((row) => row.protectionStatus === 'PROTECTED');
      return { orders: rows.length, protectedOrders: isProtected.length };
    },
  }),
  premiums: counted({
    entity: 'policy',
    counts: ({ paidBy, status, premium }) =>
      paidBy === 'CUSTOMER' && status !== 'CANCELLED' && premium > 0n,
    groups: ['currency'],
    figures: (rows) => sumOf(rows.map(({ premium }) => premium)),
  }),
  claims: counted({
    entity: 'claim',
    counts: () => true,
    groups: ['type', 'state'],
    figures: (rows) => ({ count: rows.length }),
  }),
  payouts: counted({
    entity: 'claimResolution',
    counts: ({ paidValue }) => paidValue > 0n,
    groups: ['currency'],
    figures: (rows) => sumOf(rows.map(({ paidValue }) => paidValue)),
  }),
};

/** Rows that are counted together. */
interface Group {
  readonly start: Day;
  /** The values that tell it from the others of its period. */
  readonly keys: readonly (string | null)[];
  readonly rows: Row<Entity>[];
}

/** What a report says of a store: over all that it has, in the order of the periods. */
export function reportRows(
  tables: MemoryTables,
  storeId: string,
  report: Report,
): readonly SourceRow[] {
  if (report.name === 'periods') return periodsOf(report);
  const { entity, counts, groups, figures } = COUNTED[report.name];
  const [store] = tables.store.ofStore(storeId).rows;
  if (store === undefined) return [];
  const periodOf = periodIn(String(store.values.timezone), report);
  const found = new Map<string, Group>();
  for (const { values } of tables[entity].ofStore(storeId).rows) {
    const row = values as Row<Entity>;
    const start = counts(row) ? periodOf(values.createdAt as Date) : null;
    if (start === null) continue;
    const keys = groups.map((name) => values[name] as string | null);
    const name = JSON.stringify([start, ...keys]);
    const group = found.get(name) ?? { start, keys, rows: [] };
    group.rows.push(row);
    found.set(name, group);
  }
  return [...found.values()].sort(compareGroups).map(({ start, keys, rows }) => ({
    from: dayText(start),
    ...Object.fromEntries(groups.map((name, index) => [name, keys[index]])),
    ...figures(rows),
  }));
}

/** Tells in which period of a report a moment is; null for none. */
function periodIn(timeZone: string, report: Report): (moment: Date) => Day | null {
  const dayIn = daysIn(timeZone);
  const [first, last] = [dayOf(report.from), dayOf(report.to)];
  return (moment) => {
    // No zone is a day away from UTC, and to ask for the day in a zone takes a while.
    const days = moment.getTime() / DAY;
    if (days < first - 1 || days >= last + 2) return null;
    const day = dayIn(moment);
    return day < first || day > last ? null : periodStart(day, report);
  };
}

function compareGroups(one: Group, other: Group): number {
  if (one.start !== other.start) return one.start - other.start;
  for (const [index, key] of one.keys.entries()) {
    const order = compareNullsLast(key, other.keys[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareNullsLast(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return compareBytewise(one, other);
}
