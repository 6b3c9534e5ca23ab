import { decodeCell } from '../data/cells.ts';
import type { Cell, CellRow } from '../data/source.ts';
import { Anomaly } from './anomaly.ts';
import type { Columns } from './columns.ts';
import type { Compiling, Json, Keyed, Parents, Place, Reading, Rows } from './places.ts';
import { NO_ROW, type Run } from './run.ts';

/** The rows of a field position. */
export function rowsAt(
  { steps, lists }: Place,
  { slot, depth, columns }: Pick<Rows, 'depth' | 'columns'> & { readonly slot: number },
): Rows {
  return {
    steps,
    lists,
    depth,
    columns,
    all: (run) => run.loaded[slot]?.rows ?? [],
    keyed(column) {
      const cell = columns.indexOf(column);
      return { above: { slot, cell }, keyOf: (row) => row[cell] ?? null };
    },
    reading: (names) => readingOf(columns, names),
  };
}

function readingOf(columns: Columns, names: readonly string[]): Reading<CellRow> {
  const cells = names.map((name) => {
    const type = columns.typeOf(name);
    return { name, cell: columns.indexOf(name), decode: (text: string) => decodeCell(type, text) };
  });
  return {
    read(row) {
      const values: Record<string, unknown> = {};
      for (const { name, cell, decode } of cells) {
        const text = row[cell];
        values[name] = text === null || text === undefined ? null : decode(text);
      }
      return values;
    },
    spell: (row) => JSON.stringify(cells.map(({ cell }) => row[cell] ?? null)),
  };
}

/** What the fields of the root hang off: a row without columns. */
export const ROOT: Parents<CellRow> = {
  steps: [],
  lists: 0,
  depth: 0,
  columns: null,
  all: () => [NO_ROW],
  keyed() {
    throw new Anomaly('There is no row above.');
  },
  reading(names) {
    if (names.length > 0) throw new Anomaly('There is no row above.');
    return { read: () => ({}), spell: () => '' };
  },
};

/** The values that fields made, as far as there are any; `all` may make them anew whenever it is asked. */
export function valuesAt(
  compiling: Compiling,
  { steps, lists }: Place,
  { depth, all }: Pick<Parents<Json>, 'depth' | 'all'>,
): Parents<Json> {
  const keys: string[] = [];
  let slot: number | null = null;
  /** Keys are taken from rows: those of values are of the columns that hold keys. */
  const slotOfKeys = (): number => {
    if (slot !== null) return slot;
    const own = compiling.newSlot();
    compiling.fetch(depth, (run: Run) => {
      const rows = all(run).map((value) => keys.map((name) => keyIn(value, name)));
      run.loaded[own] = { rows, byKey: new Map() };
    });
    slot = own;
    return own;
  };
  const keyed = (column: string): Keyed<Json> => {
    const known = keys.indexOf(column);
    const cell = known >= 0 ? known : keys.push(column) - 1;
    return { above: { slot: slotOfKeys(), cell }, keyOf: (value) => keyIn(value, column) };
  };
  const reading = (names: readonly string[]): Reading<Json> => ({
    read: (value) => value,
    spell: (value) =>
      JSON.stringify(
        names.map((name) => value[name] ?? null),
        exactly,
      ),
  });
  return { steps, lists, depth, columns: null, all, keyed, reading };
}

function keyIn(value: Json, name: string): Cell {
  const key = value[name] ?? null;
  if (key !== null && typeof key !== 'string') throw new Anomaly(`${name} is no key.`);
  return key;
}

/** JSON has no big integers. */
const exactly = (_name: string, value: unknown) =>
  typeof value === 'bigint' ? `${value}n` : value;
