import { type Entity, ORDER_REFERENCES } from '../entities.ts';
import type { Cell, CellRow, Condition, Session } from '../source.ts';
import { boundsOf, inWindow, policyOf } from './policies.ts';
import { fieldOf, isIn, type Range, rangeOf } from './ranges.ts';
import {
  type MemoryTable,
  type MemoryTables,
  NO_ROWS,
  type Sequence,
  type StoredRow,
} from './table.ts';

/** The creation of the order, in rows that outlive it. */
const ORDER_CREATED_AT = 'orderCreatedAt';

/** Rows to look through, and the ranges that those of them are in which are meant. */
export interface Selection<S> {
  readonly rows: S;
  readonly ranges: readonly Range[];
}

/** What a session sees of the rows of an entity. Whatever is asked for, the session's bounds are asked for as well. */
export class Sight {
  readonly #entity: Entity;
  readonly #table: MemoryTable;
  readonly #rows: Sequence;
  readonly #bounds: readonly Range[];
  /** Columns that tell of an order, and what holds of the row while they may. */
  readonly #references: readonly string[];
  readonly #orderInSight: readonly Range[];

  constructor(tables: MemoryTables, entity: Entity, session: Session) {
    const table = tables[entity];
    const bounds = boundsOf(policyOf(entity), session);
    this.#entity = entity;
    this.#table = table;
    this.#rows = bounds === null ? NO_ROWS : table.ofStore(session.storeId);
    this.#bounds = this.#rangesOf(bounds ?? []);
    this.#references = ORDER_REFERENCES[entity] ?? [];
    const window = this.#references.length > 0 ? [inWindow(ORDER_CREATED_AT, session)] : [];
    this.#orderInSight = this.#rangesOf(window);
  }

  /** The rows for which conditions hold. Equality has an index, and leaves the others to be looked at. */
  where(conditions: readonly Condition[]): Selection<Sequence> {
    const ranges = [...this.#rangesOf(conditions), ...this.#bounds];
    const equal = ranges.find(({ closed }) => closed);
    if (equal === undefined || equal.low === null) return { rows: this.#rows, ranges };
    return {
      rows: this.#rows.having(equal.field, equal.low),
      ranges: ranges.filter((range) => range !== equal),
    };
  }

  /** The same of the rows of each key: those that have it in a column. */
  byKey(
    column: string,
    keys: readonly string[],
    conditions: readonly Condition[] = [],
  ): Selection<readonly Sequence[]> {
    const field = fieldOf(this.#entity, column);
    return {
      rows: keys.map((key) => this.#rows.having(field, key)),
      ranges: [...this.#rangesOf(conditions), ...this.#bounds],
    };
  }

  /** The same of the rows of each parent. An order out of sight has none, not even those that outlive the window. */
  byParent(
    column: string,
    keys: readonly string[],
    conditions: readonly Condition[],
  ): Selection<readonly Sequence[]> {
    const { rows, ranges } = this.byKey(column, keys, conditions);
    if (!this.#references.includes(column)) return { rows, ranges };
    return { rows, ranges: [...ranges, ...this.#orderInSight] };
  }

  /** Takes the cells of these columns out of rows: what tells of an order out of sight is null. */
  cellsOf(columns: readonly string[], rows: readonly StoredRow[]): Cell[][] {
    const all = this.#table.positionsOf(columns);
    if (this.#orderInSight.length === 0) return rows.map(({ cells }) => cellsAt(cells, all));
    const covered = columns.map((name, at) => (this.#references.includes(name) ? -1 : all[at]));
    return rows.map(({ values, cells }) =>
      cellsAt(cells, isIn(this.#orderInSight, values) ? all : covered),
    );
  }

  #rangesOf(conditions: readonly Condition[]): readonly Range[] {
    return conditions.map((condition) => rangeOf(this.#entity, condition));
  }
}

/** The cells at these places; null at none. */
function cellsAt(cells: CellRow, places: readonly (number | undefined)[]): Cell[] {
  const taken = new Array<Cell>(places.length);
  for (let index = 0; index < places.length; index += 1) {
    taken[index] = cells[places[index] ?? -1] ?? null;
  }
  return taken;
}
