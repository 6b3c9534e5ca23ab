import DataLoader from 'dataloader';
import { grouped } from '../scopes/grouped.ts';
import type { Granted } from '../scopes/requirement.ts';
import {
  type BesideOf,
  type EntityOf,
  PAGE_BATCHES,
  type PageBatchName,
  ROW_BATCHES,
  type RowBatchName,
  TOTALS_BATCHES,
  type TotalsBatchName,
} from './batches.ts';
import type { Entity, Row } from './entities.ts';
import {
  guardReports,
  guardRows,
  readableColumns,
  saidBy,
  usedByPage,
  usedByTotals,
} from './guards.ts';
import type {
  Condition,
  CountRow,
  Load,
  Page,
  Report,
  ReportName,
  ReportRange,
  ReportRows,
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
  /** Forgets what was loaded: a write may have changed it. */
  clear(): void;
  /** Counts and sums of a parent's rows, one for each currency. */
  totals<B extends TotalsBatchName>(
    batch: B,
    parent: string,
  ): Promise<readonly (TotalsRow & Readonly<Record<BesideOf<B>, string>>)[]>;
  /** Counts and sums over the whole store, by the first day of their period. */
  report<R extends ReportName>(
    name: R,
    range: ReportRange,
  ): Promise<ReadonlyMap<string, readonly ReportRows[R][]>>;
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
          const groups = grouped(rows, (row) => row[column]);
          return keys.map((value) => groups.get(value) ?? []);
        },
        { batchScheduleFn: waves.schedule },
      );
      loaders.set(name, loader);
    }
    return loader.load(key?.value ?? '');
  };

  const reports = new DataLoader<Report, ReadonlyMap<unknown, readonly SourceRow[]>, string>(
    async (asked) => {
      const answers = await source.report(session, asked);
      return asked.map((_, index) => grouped(answers[index] ?? [], ({ from }) => from));
    },
    { batchScheduleFn: waves.schedule, cacheKeyFn: (report) => nameOf(report.name, report) },
  );

  const columnLists = new Map<Entity, readonly string[]>();
  const columnsOf = (entity: Entity): readonly string[] => {
    const known = columnLists.get(entity);
    if (known) return known;
    const columns = readableColumns(entity, granted);
    columnLists.set(entity, columns);
    return columns;
  };

  return {
    clear() {
      loaders.clear();
      reports.clearAll();
    },

    async row(batch, key) {
      const { entity, key: column } = ROW_BATCHES[batch];
      const columns = columnsOf(entity);
      guardRows(entity, [column], granted, [{ column, value: key }]);
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
      const used = usedByPage(batch, page.columns, page.filter);
      guardRows(entity, used, granted, saidBy(column, parent, page.filter));
      const columns = columnsOf(entity);
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
      const used = usedByPage(batch, [], filter);
      guardRows(entity, used, granted, saidBy(column, parent, filter));
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
      guardRows(entity, usedByTotals(batch), granted, [{ column, value: parent }]);
      const key = { column: 'parent', value: parent };
      const rows = await loadRows(batch, key, (parents) => ({ kind: 'totals', batch, parents }));
      return rows as never;
    },

    async report(name, { from, to, interval }) {
      guardReports(granted);
      return (await reports.load({ name, from, to, interval })) as never;
    },
  };
}

function keyOf(column: string | null, value: string | null) {
  return column === null || value === null ? null : { column, value };
}

/** Two loads with the same name are the same load but for its keys. */
function nameOf(batch: string, shape: object): string {
  const text = JSON.stringify(shape, (_, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  return `${batch} ${text}`;
}
