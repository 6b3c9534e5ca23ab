import { getTableColumns, getTableName } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import { OWNER_ROLE, SYSTEM_ROLE } from '../tables/columns.ts';
import type { DemoAccessToken } from './demo-apps.ts';
import { generateDemo } from './generate.ts';
import { type DemoSecrets, PLATFORM_TABLES, platformRows } from './platform-rows.ts';
import { DEMO_TABLES } from './rows.ts';

/** Executes one statement; the caller has begun a transaction as the tables' owner. */
export type Run = (text: string, values: readonly unknown[]) => Promise<unknown>;

type Row = Readonly<Record<string, unknown>>;

const ANALYZE = 'analyze commerce.products, commerce.product_variants';

/** Rows per statement: bounds memory; 400 to 2,000 took the same time. */
const CHUNK = 1_000;

/**
 * Inserts the demo data. Row-level security binds the owner too, so each store's rows go in under a
 * session of that store, and the platform's under the system role, which the owner is a member of;
 * afterwards the role is the owner's again, and the settings end with the caller's transaction.
 * Without `accessTokens` no opaque token opens anything, and without `secrets` no app can authenticate.
 */
export async function insertDemo(
  run: Run,
  now: Date,
  accessTokens: readonly DemoAccessToken[] = [],
  secrets: DemoSecrets = {},
): Promise<void> {
  const insertStore = inserter(run, DEMO_TABLES);
  for (const rows of generateDemo(now)) {
    await run(
      "select set_config('scopegate.store_id', $1, true), set_config('scopegate.orders_since', '-infinity', true)",
      [rows.stores[0]?.id],
    );
    await insertStore(rows);
  }
  await run(`set local role ${SYSTEM_ROLE}`, []);
  await inserter(run, PLATFORM_TABLES)(platformRows(now, accessTokens, secrets));
  await run(`set local role ${OWNER_ROLE}`, []);
}

/** Inserts rows into the tables, in the order of the tables. */
function inserter<T extends string>(run: Run, tables: Readonly<Record<T, PgTable>>) {
  const names = Object.keys(tables) as T[];
  const statements = names.map((name) => [name, bulkInsert(tables[name])] as const);
  return async (rows: Readonly<Record<T, readonly Row[]>>): Promise<void> => {
    for (const [name, { text, encode }] of statements) {
      const all = rows[name];
      for (let start = 0; start < all.length; start += CHUNK) {
        await run(text, [encode(all.slice(start, start + CHUNK))]);
      }
      // Without statistics the foreign keys of 10,000 line items scan a store's variants each time.
      if (name === 'productVariants') await run(ANALYZE, []);
    }
  };
}

/** The text of an insert and how its one parameter is made of rows. */
interface BulkInsert {
  readonly text: string;
  readonly encode: (rows: readonly Row[]) => string;
}

/**
 * One parameter for any number of rows. Measured on PGlite for all of the demo data: 2.4 s, where
 * drizzle's inserts of 500 rows took 5 s; `jsonb` cost a tenth more than `json`.
 * Keys are positions and not names, because the keys are half of the text to parse.
 */
function bulkInsert(table: PgTable): BulkInsert {
  const columns = Object.entries<PgColumn>(getTableColumns(table)).filter(
    ([, column]) => column.generated === undefined,
  );
  const names = columns.map(([, column]) => `"${column.name}"`).join(', ');
  const types = columns.map(([, column], at) => `"${at}" ${column.getSQLType()}`).join(', ');
  const target = `"${getTableConfig(table).schema}"."${getTableName(table)}"`;
  return {
    text: `insert into ${target} (${names}) select * from json_to_recordset($1::json) as t(${types})`,
    encode: (rows) => JSON.stringify(rows.map((row) => recordOf(row, columns))),
  };
}

function recordOf(row: Row, columns: readonly (readonly [key: string, column: PgColumn])[]): Row {
  const record: Record<number, unknown> = {};
  columns.forEach(([key, column], at) => {
    record[at] = jsonOf(row[key] === undefined ? column.default : row[key]);
  });
  return record;
}

/** JSON has no integers of 64 bits: PostgreSQL reads them from a string. */
function jsonOf(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
