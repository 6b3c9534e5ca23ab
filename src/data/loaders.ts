import DataLoader from 'dataloader';
import { getTableColumns } from 'drizzle-orm';
import { AppError } from '../errors.ts';
import type { Granted } from '../scopes/requirement.ts';
import {
  type EntityOf,
  PAGE_BATCHES,
  type PageBatchName,
  ROW_BATCHES,
  type RowBatchName,
  TOTALS_BATCHES,
  type TotalsBatchName,
} from './batches.ts';
import { ENTITIES, type Entity, GUARDS, type Row } from './entities.ts';
import type {
  Condition,
  CountRow,
  Load,
  Page,
  Session,
  Source,
  SourceRow,
  TotalsRow,
} from './source.ts';
import { Waves } from './waves.ts';

/**
 * The only way from a resolver to data. Loads of one depth become one wave, equal loads one load.
 *
 * @throws AppError INSUFFICIENT_SCOPE for an entity or column that the token lacks the scope for. A
 * refusal higher up makes that unreachable: it is the third lock, not the answer to a client.
 */
export interface Loaders {
  /** The row with this key, or null when the session sees none. */
  row<B extends RowBatchName>(batch: B, key: string): Promise<Row<EntityOf<B>> | null>;
  /** A page of rows in the page's order. */
  page<B extends PageBatchName>(
    batch: B,
    parent: string | null,
    page: Page,
  ): Promise<readonly Row<EntityOf<B>>[]>;
  /** How many rows there are, counted up to `atMost`. */
  count(
    batch: PageBatchName,
    parent: string | null,
    filter: readonly Condition[],
    atMost: number,
  ): Promise<number>;
  /** Counts and sums of a parent's rows, one for each currency. */
  totals(batch: TotalsBatchName, parent: string): Promise<readonly TotalsRow[]>;
}

/** Loaders for one request: what they return is shared within it and never beyond. */
export function createLoaders(source: Source, session: Session, granted: Granted): Loaders {
  const waves = new Waves(source, session);
  const loaders = new Map<string, DataLoader<string, readonly SourceRow[]>>();

  /** Rows by key; a load whose rows have no key is one load for everybody, under the empty key. */
  const loadRows = (
    name: string,
    key: { readonly column: string; readonly value: string } | null,
    loadOf: (keys: readonly string[]) => Load,
  ): Promise<readonly SourceRow[]> => {
    let loader = loaders.get(name);
    if (loader === undefined) {
      const column = key?.column;
      loader = new DataLoader<string, readonly SourceRow[]>(
        async (keys) => {
          const rows = await waves.load(loadOf(keys));
          if (column === undefined) return [rows];
          const groups = groupBy(rows, column);
          return keys.map((value) => groups.get(value) ?? []);
        },
        { batchScheduleFn: waves.schedule },
      );
      loaders.set(name, loader);
    }
    return loader.load(key?.value ?? '');
  };

  return {
    async row(batch, key) {
      const { entity, key: column } = ROW_BATCHES[batch];
      const columns = readable(entity, granted);
      guard(entity, [column], granted);
      const [row] = await loadRows(batch, { column, value: key }, (keys) => ({
        kind: 'rows',
        batch,
        columns,
        keys,
      }));
      return (row ?? null) as Row<EntityOf<typeof batch>> | null;
    },

    async page(batch, parent, page) {
      const { entity, parent: column } = PAGE_BATCHES[batch];
      const filtered = page.filter.map((condition) => condition.column);
      guard(entity, [...page.columns, ...filtered, ...listOf(column)], granted);
      const columns = readable(entity, granted);
      const rows = await loadRows(nameOf(batch, page), keyOf(column, parent), (keys) => ({
        kind: 'page',
        batch,
        columns,
        parents: column === null ? null : keys,
        page,
      }));
      return rows as readonly Row<EntityOf<typeof batch>>[];
    },

    async count(batch, parent, filter, atMost) {
      const { entity, parent: column } = PAGE_BATCHES[batch];
      const filtered = filter.map((condition) => condition.column);
      guard(entity, [...filtered, ...listOf(column)], granted);
      const name = nameOf(batch, { count: atMost, filter });
      const key = keyOf(column === null ? null : 'parent', parent);
      const [row] = await loadRows(name, key, (keys) => ({
        kind: 'count',
        batch,
        parents: column === null ? null : keys,
        filter,
        atMost,
      }));
      return (row as unknown as CountRow | undefined)?.count ?? 0;
    },

    async totals(batch, parent) {
      const { entity, parent: column } = TOTALS_BATCHES[batch];
      guard(entity, [column], granted);
      const key = { column: 'parent', value: parent };
      const rows = await loadRows(batch, key, (parents) => ({ kind: 'totals', batch, parents }));
      return rows as unknown as readonly TotalsRow[];
    },
  };
}

function keyOf(column: string | null, value: string | null) {
  return column === null || value === null ? null : { column, value };
}

function groupBy(rows: readonly SourceRow[], key: string): Map<unknown, SourceRow[]> {
  const groups = new Map<unknown, SourceRow[]>();
  for (const row of rows) {
    const group = groups.get(row[key]);
    if (group) group.push(row);
    else groups.set(row[key], [row]);
  }
  return groups;
}

/** Two loads with the same name are the same load but for its keys. */
function nameOf(batch: string, shape: object): string {
  const text = JSON.stringify(shape, (_, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  return `${batch} ${text}`;
}

function guardOf(entity: Entity, column: string) {
  const columns: Readonly<Record<string, string | undefined>> = GUARDS[entity].columns ?? {};
  return columns[column];
}

const COLUMNS = new Map<Entity, readonly string[]>(
  Object.entries(ENTITIES).map(([entity, table]) => [
    entity as Entity,
    Object.keys(getTableColumns(table)),
  ]),
);

/** The columns of an entity that the token may read. */
function readable(entity: Entity, granted: Granted): readonly string[] {
  return (COLUMNS.get(entity) ?? []).filter((column) => {
    const scope = guardOf(entity, column);
    return scope === undefined || granted?.has(scope) === true;
  });
}

const listOf = (column: string | null) => (column === null ? [] : [column]);

function guard(entity: Entity, columns: readonly string[], granted: Granted): void {
  const rows = GUARDS[entity].rows;
  const needed = [rows, ...columns.map((column) => guardOf(entity, column))];
  const missing = needed.filter((scope) => scope != null).filter((scope) => !granted?.has(scope));
  if (granted === null || missing.length > 0) {
    throw new AppError(
      'INSUFFICIENT_SCOPE',
      `Loading ${entity} rows needs ${missing.join(', ') || 'a token'}.`,
    );
  }
}
