import { getTableColumns } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { ENTITIES, type Entity } from '../src/data/entities.ts';

/** Values that are in the database, so that what is asked finds something. */
export interface Samples {
  /** Values of a column of one store, at most so many and of different rows; fewer where there are fewer. */
  of(entity: Entity, column: string, count: number): Promise<readonly string[]>;
  /** The values of some columns in one row. */
  row(entity: Entity, columns: readonly string[]): Promise<readonly string[] | null>;
}

/** Reads as whoever the pool's user is, who must see the store's rows. */
export function createSamples(pool: pg.Pool, storeId: string): Samples {
  const read = async (entity: Entity, columns: readonly string[], count: number) => {
    const table = ENTITIES[entity];
    const { schema, name } = getTableConfig(table);
    const all = getTableColumns(table) as Readonly<Record<string, { readonly name: string }>>;
    const selected = columns.map((column) => `"${all[column]?.name}"::text`);
    const owner = entity === 'store' ? 'id' : 'store_id';
    // Ids begin with a hash, so the first of them are spread over all dates.
    const order = all.id === undefined ? '' : 'order by id';
    const { rows } = await pool.query<Readonly<Record<string, string>>>(
      `select ${selected.join(', ')} from "${schema}"."${name}" where ${owner} = $1
        and num_nulls(${selected.join(', ')}) = 0 ${order} limit ${count}`,
      [storeId],
    );
    return rows.map((row) => Object.values(row));
  };
  return {
    of: async (entity, column, count) => (await read(entity, [column], count)).flat(),
    row: async (entity, columns) => (await read(entity, columns, 20)).at(-1) ?? null,
  };
}
