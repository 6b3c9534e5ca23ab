import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import { getOrMake } from '../scopes/caches.ts';
import { grouped } from '../scopes/grouped.ts';
import type { Transaction } from './transactions.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows of one statement: bounds what it takes of memory. */
const CHUNK = 1_000;

interface BulkUpsert {
  /** Before and after the one parameter. */
  readonly text: readonly [before: string, after: string];
  readonly columns: readonly (readonly [key: string, column: PgColumn])[];
}

const prepared = new WeakMap<PgTable, Map<string, BulkUpsert>>();

/**
 * Inserts rows, or makes the rows with these ids say the same; gives the ids of those that were inserted or changed.
 * A row that says the same already is not touched; a change counts in `version` where the table has one. A column
 * that a row does not name keeps what it has, or its default.
 */
export async function upsertRows<T extends PgTable>(
  transaction: Transaction,
  table: T,
  rows: readonly T['$inferInsert'][],
): Promise<ReadonlySet<string>> {
  const changed = new Set<string>();
  const alike = grouped(rows as readonly Row[], (row) => bulkUpsert(table, row));
  for (const [{ text, columns }, all] of alike) {
    for (let start = 0; start < all.length; start += CHUNK) {
      const records = all.slice(start, start + CHUNK).map((row) => recordOf(row, columns));
      const result = await transaction.execute(
        sql`${sql.raw(text[0])}${JSON.stringify(records)}${sql.raw(text[1])}`,
      );
      const { rows: written } = result as unknown as { readonly rows: readonly { id: string }[] };
      for (const { id } of written) changed.add(id);
    }
  }
  return changed;
}

/** The statement for rows that name the same columns as this one. */
function bulkUpsert(table: PgTable, row: Row): BulkUpsert {
  const columns = Object.entries<PgColumn>(getTableColumns(table)).filter(
    ([key, column]) =>
      row[key] !== undefined && column.generated === undefined && key !== 'version',
  );
  const ofTable = getOrMake(prepared, table, () => new Map());
  return getOrMake(ofTable, columns.map(([key]) => key).join(), () => makeUpsert(table, columns));
}

/** One parameter for any number of rows, read by position because names would be half of the text. */
function makeUpsert(table: PgTable, columns: BulkUpsert['columns']): BulkUpsert {
  const target = `"${getTableConfig(table).schema}"."${getTableName(table)}"`;
  const names = columns.map(([, { name }]) => `"${name}"`);
  const types = columns.map(([, column], at) => `"${at}" ${column.getSQLType()}`);
  const own = names.filter((name) => name !== '"id"');
  const count = 'version' in getTableColumns(table) ? ', version = t.version + 1' : '';
  return {
    columns,
    text: [
      `insert into ${target} as t (${names.join(', ')}) select * from json_to_recordset(`,
      `::json) as r(${types.join(', ')}) on conflict (id) do update set ${own
        .map((name) => `${name} = excluded.${name}`)
        .join(', ')}${count} where (${own.map((name) => `t.${name}`).join(', ')})
        is distinct from (${own.map((name) => `excluded.${name}`).join(', ')}) returning id`,
    ],
  };
}

function recordOf(row: Row, columns: BulkUpsert['columns']): Row {
  const record: Record<number, unknown> = {};
  columns.forEach(([key], at) => {
    const value = row[key];
    // JSON has no integers of 64 bits: PostgreSQL reads them from a string.
    record[at] = typeof value === 'bigint' ? value.toString() : value;
  });
  return record;
}
