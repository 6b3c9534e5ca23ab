import {
  PAGE_BATCHES,
  type PageBatchName,
  ROW_BATCHES,
  type RowBatchName,
  TOTALS_BATCHES,
  type TotalsBatchName,
} from '../data/batches.ts';
import { decodeRows } from '../data/cells.ts';
import type { Entity } from '../data/entities.ts';
import {
  guardRows,
  opensAlike,
  type Said,
  saidBy,
  usedByPage,
  usedByTotals,
} from '../data/guards.ts';
import type { CellRow, Condition, Load, Page, SourceRow } from '../data/source.ts';
import {
  bindingOf,
  COUNTED,
  cut,
  type PageArguments,
  pageOf,
  type Sequence,
} from '../schema/connection.ts';
import { Anomaly } from './anomaly.ts';
import type { Columns } from './columns.ts';
import type { Fetch, Loaded, LoadedList, Run } from './run.ts';

/** Where the keys of a field position are: in a column of the rows above it. */
export interface Above {
  /** The number of the position above. */
  readonly slot: number;
  /** The cell that holds the key. */
  readonly cell: number;
}

/** The keys of all rows above, each once. */
function keysOf(run: Run, { slot, cell }: Above): string[] {
  const keys = new Set<string>();
  for (const row of run.loaded[slot]?.rows ?? []) {
    const key = row[cell];
    if (key !== null && key !== undefined) keys.add(key);
  }
  return [...keys];
}

/** The rows of a batch that the rows above refer to. */
export const edgeFetch = (
  batch: RowBatchName,
  columns: Columns,
  slot: number,
  above: Above,
): Fetch => lookupFetch(batch, columns, slot, (run) => keysOf(run, above));

const NOTHING: Loaded = { rows: [], byKey: new Map() };

/** The rows of a batch with the keys that are known when their turn comes. */
export function lookupFetch(
  batch: RowBatchName,
  columns: Columns,
  slot: number,
  keysIn: (run: Run) => readonly string[],
): Fetch {
  const { entity, key: column } = ROW_BATCHES[batch];
  const key = columns.indexOf(column);
  return (run, ask) => {
    const keys = keysIn(run);
    run.loaded[slot] = NOTHING;
    if (keys.length === 0) return;
    guardKeys(run, entity, [column], keys, (value) => [{ column, value }]);
    const { names, joins } = columns;
    const load: Load = { kind: 'rows', batch, keys, columns: names, joins };
    askWithJoined(run, ask, columns, load, (rows) => {
      const byKey = new Map<string | null, CellRow>();
      for (const row of rows) byKey.set(row[key] ?? null, row);
      run.loaded[slot] = { rows, byKey };
    });
  };
}

/** Asks for rows and those that come with them, of which the data layer's own lock is asked as well. */
function askWithJoined(
  run: Run,
  ask: Parameters<Fetch>[1],
  columns: Columns,
  load: Load,
  take: (rows: readonly CellRow[]) => void,
): void {
  for (const { batch } of columns.joins) {
    const { entity, key } = ROW_BATCHES[batch];
    guardRows(entity, [key], run.granted, []);
  }
  ask(load, (rows) => {
    takeJoined(run, columns, rows);
    take(rows);
  });
}

/** Gives each position its rows that came with others: each once, however many refer to it. */
function takeJoined(run: Run, { names, joined }: Columns, rows: readonly CellRow[]): void {
  let start = names.length;
  for (const { batch, slot, columns } of joined) {
    const end = start + columns.names.length;
    const key = start + columns.cellOf(ROW_BATCHES[batch].key);
    const byKey = new Map<string | null, CellRow>();
    for (const row of rows) {
      if (row.length < end) throw new Anomaly('A row came without what it was to come with.');
      const value = row[key] ?? null;
      if (value !== null && !byKey.has(value)) byKey.set(value, row.slice(start, end));
    }
    run.loaded[slot] = { rows: [...byKey.values()], byKey };
    start = end;
  }
}

/** A list as its field asks for it in one request. */
export type SequenceOf = (run: Run) => Pick<Sequence, 'columns' | 'direction' | 'filter'> & {
  readonly args: PageArguments;
};

export interface ListOf {
  readonly batch: PageBatchName;
  readonly columns: Columns;
  readonly slot: number;
  /** Null for a list of the whole store. */
  readonly above: Above | null;
  readonly coordinate: string;
  readonly sequenceOf: SequenceOf;
}

/** The rows of a connection, and of each parent where it has parents. */
export function listFetch(list: ListOf): Fetch {
  const { batch, columns, slot, coordinate } = list;
  const { parent } = PAGE_BATCHES[batch];
  const cell = parent === null ? null : columns.indexOf(parent);
  return (run, ask) => {
    const { args, columns: order, direction, filter } = list.sequenceOf(run);
    const keys = parentsOf(run, list);
    run.loaded[slot] = NOTHING;
    if (keys.length === 0) return;
    const hasPosition = args.after != null || args.before != null;
    if (hasPosition && keys.length > 1) throw new Anomaly('A cursor belongs to one list.');
    const sequence = { batch, coordinate, columns: order, direction, filter };
    const bindingFor = (key: string | null) =>
      bindingOf({ ...sequence, parent: key }, run.principal);
    const [first = null] = keys;
    const binding = hasPosition ? bindingFor(first) : NO_BINDING;
    const page = pageOf({ ...sequence, parent: first }, args, run.cursors, binding);
    guardList(run, batch, page.columns, page.filter, keys);
    const parents = cell === null ? null : (keys as readonly string[]);
    const load = pageLoad(batch, columns, parents, page);
    askWithJoined(run, ask, columns, load, (rows) => {
      const byKey = cell === null ? new Map([[null, rows]]) : grouped(rows, cell);
      const groups = [...byKey.values()];
      const isWhole = groups.every(({ length }) => length < page.limit);
      const shown = isWhole ? rows : groups.flatMap((group) => cut(group, page).rows);
      run.loaded[slot] = { rows: shown, byKey, page, bindingFor } as LoadedList;
    });
  };
}

const pageLoad = (
  batch: PageBatchName,
  columns: Columns,
  parents: readonly string[] | null,
  page: Page,
): Load => ({ kind: 'page', batch, columns: columns.names, parents, page, joins: columns.joins });

/** The parents that a list is asked for: for one of the whole store that is null, which is no parent. */
const parentsOf = (run: Run, { above }: ListOf): readonly (string | null)[] =>
  above === null ? [null] : keysOf(run, above);

const NO_BINDING = { storeId: '', connection: '' };

/** How many rows a connection has in all, for each parent. */
export function countFetch(list: ListOf, slot: number): Fetch {
  const { batch, above } = list;
  return (run, ask) => {
    const keys = parentsOf(run, list);
    run.loaded[slot] = NOTHING;
    if (keys.length === 0) return;
    const { filter } = list.sequenceOf(run);
    guardList(run, batch, [], filter, keys);
    const parents = above === null ? null : (keys as readonly string[]);
    ask({ kind: 'count', batch, parents, filter, atMost: COUNTED + 1 }, (rows) => {
      const byKey = new Map(rows.map(([key = null, count]) => [key, Number(count)]));
      run.loaded[slot] = { rows: [], byKey };
    });
  };
}

/** The data layer's own lock on the rows of a list and on the columns that it compares. */
function guardList(
  run: Run,
  batch: PageBatchName,
  order: readonly string[],
  filter: readonly Condition[],
  keys: readonly (string | null)[],
): void {
  const { entity, parent } = PAGE_BATCHES[batch];
  const used = usedByPage(batch, order, filter);
  guardKeys(run, entity, used, keys, (key) => saidBy(parent, key, filter));
}

/** The data layer's own lock: once, or for each key where keys tell kinds of rows apart. */
function guardKeys<K extends string | null>(
  { granted }: Run,
  entity: Entity,
  columns: readonly string[],
  keys: readonly K[],
  saidOf: (key: K) => readonly Said[],
): void {
  for (const key of opensAlike(entity) ? keys.slice(0, 1) : keys) {
    guardRows(entity, columns, granted, saidOf(key));
  }
}

/** All rows of a batch that belong to each parent. */
export function wholeFetch(
  batch: PageBatchName,
  columns: Columns,
  slot: number,
  above: Above,
  page: Page,
): Fetch {
  const { parent } = PAGE_BATCHES[batch];
  if (parent === null) throw new Anomaly(`${batch} has no parents.`);
  const cell = columns.indexOf(parent);
  return (run, ask) => {
    const keys = keysOf(run, above);
    run.loaded[slot] = NOTHING;
    if (keys.length === 0) return;
    guardList(run, batch, page.columns, page.filter, keys);
    askWithJoined(run, ask, columns, pageLoad(batch, columns, keys, page), (rows) => {
      run.loaded[slot] = { rows, byKey: grouped(rows, cell) };
    });
  };
}

/** Where totals have their parent: it is the first of their columns. */
const PARENT = 0;

/** The sums that belong to each parent, as objects. */
export function totalsFetch(batch: TotalsBatchName, slot: number, above: Above): Fetch {
  const { entity, parent } = TOTALS_BATCHES[batch];
  const used = usedByTotals(batch);
  return (run, ask) => {
    const parents = keysOf(run, above);
    run.loaded[slot] = NOTHING;
    if (parents.length === 0) return;
    guardKeys(run, entity, used, parents, (value) => [{ column: parent, value }]);
    const load: Load = { kind: 'totals', batch, parents };
    ask(load, (rows) => {
      const byKey = new Map<string | null, readonly SourceRow[]>();
      for (const [key, own] of grouped(rows, PARENT)) byKey.set(key, decodeRows(load, own));
      run.loaded[slot] = { rows: [], byKey };
    });
  };
}

function grouped(rows: readonly CellRow[], cell: number): Map<string | null, CellRow[]> {
  const groups = new Map<string | null, CellRow[]>();
  for (const row of rows) {
    const key = row[cell] ?? null;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
