import { getTableColumns } from 'drizzle-orm';
import { encodeCell, type LoadedColumn, typeOfColumn } from '../cells.ts';
import { ENTITIES, type Entity } from '../entities.ts';
import type { CellRow, SourceRow } from '../source.ts';
import { policyOf } from './policies.ts';
import { type Comparable, compare, type Field, fieldOf, type Order, orderValue } from './ranges.ts';

/** A row and its cells, which are made when they are first asked for, and once. */
export class StoredRow {
  readonly values: SourceRow;
  readonly #columns: readonly LoadedColumn[];
  #cells: CellRow | null = null;

  constructor(values: SourceRow, columns: readonly LoadedColumn[]) {
    this.values = values;
    this.#columns = columns;
  }

  /** A cell for each column of the table. */
  get cells(): CellRow {
    this.#cells ??= this.#columns.map(({ name, type }) => encodeCell(type, this.values[name]));
    return this.#cells;
  }
}

/** Rows that are looked up and ordered in as many ways as are asked for: each is made when it is first needed, and kept. */
export class Sequence {
  readonly rows: StoredRow[] = [];
  #indexes: Map<string, ReadonlyMap<Comparable, Sequence>> | null = null;
  #orders: Map<string, readonly StoredRow[]> | null = null;

  /** Those of the rows that have a value in a column. */
  having(field: Field, value: Comparable): Sequence {
    this.#indexes ??= new Map();
    let index = this.#indexes.get(field.name);
    if (index === undefined) {
      index = indexOf(this.rows, field);
      this.#indexes.set(field.name, index);
    }
    return index.get(value) ?? NO_ROWS;
  }

  /** The rows by the first column of the order, then by the next. */
  orderedBy({ name, fields }: Order): readonly StoredRow[] {
    this.#orders ??= new Map();
    let rows = this.#orders.get(name);
    if (rows === undefined) {
      rows = this.rows.toSorted((one, other) => compareRows(fields, one.values, other.values));
      this.#orders.set(name, rows);
    }
    return rows;
  }
}

/** What is in sight of a session that sees nothing. */
export const NO_ROWS = new Sequence();

function indexOf(rows: readonly StoredRow[], { name, read }: Field): Map<Comparable, Sequence> {
  const index = new Map<Comparable, Sequence>();
  for (const row of rows) {
    const value = read(row.values[name]);
    if (value === null) continue;
    const sequence = index.get(value) ?? new Sequence();
    sequence.rows.push(row);
    index.set(value, sequence);
  }
  return index;
}

function compareRows(fields: readonly Field[], one: SourceRow, other: SourceRow): number {
  for (const field of fields) {
    const order = compare(orderValue(field, one), orderValue(field, other));
    if (order !== 0) return order;
  }
  return 0;
}

/** The rows of an entity. `columns` are those of their cells. */
export class MemoryTable {
  readonly columns: readonly string[];
  readonly #store: Field;
  readonly #rows = new Sequence();
  /** By the list itself: whoever asks again and again asks with the same one. */
  readonly #positions = new WeakMap<readonly string[], readonly number[]>();

  constructor(entity: Entity, rows: readonly SourceRow[]) {
    const { store, deleted } = policyOf(entity);
    this.columns = Object.keys(getTableColumns(ENTITIES[entity]));
    this.#store = fieldOf(entity, store);
    const columns = this.columns.map((name) => ({ name, type: typeOfColumn(entity, name) }));
    for (const row of rows) {
      const isDeleted = deleted !== undefined && row[deleted] != null;
      if (!isDeleted) this.#rows.rows.push(new StoredRow(row, columns));
    }
  }

  /** Where columns are in the cells of a row. */
  positionsOf(columns: readonly string[]): readonly number[] {
    const known = this.#positions.get(columns);
    // A list that is still being written would be another one afterwards.
    if (known?.length === columns.length) return known;
    const positions = columns.map((name) => this.columns.indexOf(name));
    this.#positions.set(columns, positions);
    return positions;
  }

  /** What a store has. No store has nothing. */
  ofStore(storeId: string): Sequence {
    return storeId ? this.#rows.having(this.#store, storeId) : NO_ROWS;
  }
}

/** A table for every entity. */
export type MemoryTables = { readonly [E in Entity]: MemoryTable };
