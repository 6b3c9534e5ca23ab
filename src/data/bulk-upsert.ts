import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { Transaction } from './writer.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows of one statement: bounds what it takes of memory. */
const CHUNK = 1_000;

interface BulkUpsert {
  /** Before and after the one parameter. */
  readonly text: readonly [before: string, after: string];
  readonly columns: readonly (readonly [key: string, column: PgColumn])[];
}

const prepared = new WeakMap<PgTable, BulkUpsert>();

/**
 * Inserts rows, or makes the rows with these ids say the same; gives the ids of those that were inserted or changed.
 * A row that says the same already is not touched; a change counts in `version` where the table has one. Every column
 * is set: one that a row leaves out becomes null.
 */
export async function upsertRows<T extends PgTable>(
  transaction: Transaction,
  table: T,
  rows: readonly T['$inferInsert'][],
): Promise<ReadonlySet<string>> {
  const changed = new Set<string>();
  const { text, columns } = bulkUpsert(table);
  for (let start = 0; start < rows.length; start += CHUNK) {
    const json = JSON.stringify(
      rows.slice(start, start + CHUNK).map((row) => recordOf(row as Row, columns)),
    );
    const result = await transaction.execute(sql`${sql.raw(text[0])}${json}${sql.raw(text[1])}`);
    const { rows: written } = result as unknown as { readonly rows: readonly { id: string }[] };
    for (const { id } of written) changed.add(id);
  }
  return changed;
}

/** One parameter for any number of rows, read by position because names would be half of the text. */
function bulkUpsert(table: PgTable): BulkUpsert {
  const before = prepared.get(table);
  if (before !== undefined) return before;
  const all = getTableColumns(table);
  const columns = Object.entries<PgColumn>(all).filter(
    ([key, column]) => column.generated === undefined && key !== 'version',
  );
  const target = `"${getTableConfig(table).schema}"."${getTableName(table)}"`;
  const names = columns.map(([, { name }]) => `"${name}"`);
  const types = columns.map(([, column], at) => `"${at}" ${column.getSQLType()}`);
  const own = names.filter((name) => name !== '"id"');
  const count = 'version' in all ? ', version = t.version + 1' : '';
  const made: BulkUpsert = {
    columns,
    text: [
      `insert into ${target} as t (${names.join(', ')}) select * from json_to_recordset(`,
      `::json) as r(${types.join(', ')}) on conflict (id) do update set ${own
        .map((name) => `${name} = excluded.${name}`)
        .join(', ')}${count} where (${own.map((name) => `t.${name}`).join(', ')})
        is distinct from (${own.map((name) => `excluded.${name}`).join(', ')}) returning id`,
    ],
  };
  prepared.set(table, made);
  return made;
}

function recordOf(row: Row, columns: BulkUpsert['columns']): Row {
  const record: Record<number, unknown> = {};
  columns.forEach(([key], at) => {
    const value = row[key];
    // JSON has no integers of 64 bits: PostgreSQL reads them from a string.
    record[at] = typeof value === 'bigint' ? value.toString() : (value ?? null);
  });
  return record;
}
