import { getTableColumns } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { PAGE_BATCHES } from '../../../src/data/batches.ts';
import { ENTITIES, type Entity } from '../../../src/data/entities.ts';
import type { MemoryData } from '../../../src/data/memory/source.ts';
import { DEMO_TABLES } from '../../../src/data/seed/rows.ts';
import type { CellRow, Load, SourceRow } from '../../../src/data/source.ts';
import { seededStores } from '../../support/queries-seed.ts';
import { completeRows } from './complete-rows.ts';

export const ENTITY_NAMES = Object.keys(ENTITIES) as Entity[];

/** The columns of an entity that rows are inserted with. */
export const insertedColumns = (entity: Entity) =>
  Object.entries(getTableColumns(ENTITIES[entity])).filter(
    ([, column]) => column.generated === undefined,
  );

/** The columns that tell a row from all others. */
export function identityOf(entity: Entity): readonly string[] {
  const { primaryKeys } = getTableConfig(ENTITIES[entity]);
  const columns = Object.entries(getTableColumns(ENTITIES[entity]));
  const own = columns.filter(([, column]) => column.primary);
  const of = primaryKeys.flatMap((key) => key.columns.map(({ name }) => name));
  return [...own, ...columns.filter(([, { name }]) => of.includes(name))].map(([name]) => name);
}

/** The demo data as memory holds it. */
export function demoData(): MemoryData {
  const tables = Object.entries(DEMO_TABLES) as [keyof typeof DEMO_TABLES, unknown][];
  return Object.fromEntries(
    ENTITY_NAMES.map((entity) => {
      const name = tables.find(([, table]) => table === ENTITIES[entity])?.[0];
      const rows = name ? seededStores().flatMap((store): readonly unknown[] => store[name]) : [];
      return [entity, completeRows(entity, rows as never)];
    }),
  );
}

const tableOf = (entity: Entity) => {
  const { schema, name } = getTableConfig(ENTITIES[entity]);
  return `"${schema}"."${name}"`;
};

/** Everything in one statement each: on the embedded database statements are dear. */
const asOne = (statementOf: (entity: Entity, index: number) => string) =>
  `with ${ENTITY_NAMES.map((entity, index) => `d${index} as (${statementOf(entity, index)})`).join(', ')} select`;

/** Removes the rows of every entity, for whoever may. */
export const DELETE_ALL = asOne((entity) => `delete from ${tableOf(entity)}`);

/** Inserts rows of every entity out of its one value, for whoever may. */
export const INSERT_ALL = asOne((entity) => {
  const names = insertedColumns(entity).map(([, { name }]) => `"${name}"`);
  const table = tableOf(entity);
  return `insert into ${table} (${names}) select ${names} from json_populate_recordset(null::${table}, $1::json -> '${entity}')`;
});

/** The value of `INSERT_ALL`. */
export function jsonOf(data: MemoryData): string {
  const records = ENTITY_NAMES.map((entity) => {
    const columns = insertedColumns(entity);
    const rows: readonly SourceRow[] = data[entity] ?? [];
    const record = (row: SourceRow) =>
      Object.fromEntries(columns.map(([key, { name }]) => [name, row[key]]));
    return [entity, rows.map(record)];
  });
  return JSON.stringify(Object.fromEntries(records), (_, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/**
 * An answer without what no source promises: in which order rows by key come, or the parents of a page. A page's columns
 * begin with the parent.
 */
export function comparable(load: Load, rows: readonly CellRow[]): unknown {
  if (load.kind === 'totals') return rows;
  if (load.kind !== 'page') return rows.map((row) => JSON.stringify(row)).sort();
  if (PAGE_BATCHES[load.batch].parent === null) return rows;
  const parents = new Map<unknown, CellRow[]>();
  for (const row of rows) parents.set(row[0], [...(parents.get(row[0]) ?? []), row]);
  return Object.fromEntries(parents);
}
