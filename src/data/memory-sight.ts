import { type Entity, ORDER_REFERENCES } from './entities.ts';
import { pageOf } from './memory-pages.ts';
import { boundsOf, inWindow, policyOf } from './memory-policies.ts';
import { isIn, type Range, rangeOf } from './memory-ranges.ts';
import { type MemoryTables, NO_ROWS, type Sequence, type StoredRow } from './memory-table.ts';
import type { CellRow, Condition, Page, Session } from './source.ts';

/** The creation of the order, in rows that outlive it. */
const ORDER_CREATED_AT = 'orderCreatedAt';

/** What a session sees of the rows of an entity. Whatever is asked for, the session's bounds are asked for as well. */
export class Sight {
  readonly #entity: Entity;
  readonly #session: Session;
  readonly #columns: readonly string[];
  readonly #rows: Sequence;
  readonly #bounds: readonly Range[];
  readonly #references: readonly string[];

  constructor(tables: MemoryTables, entity: Entity, session: Session) {
    const table = tables[entity];
    const bounds = boundsOf(policyOf(entity), session);
    this.#entity = entity;
    this.#session = session;
    this.#columns = table.columns;
    this.#rows = bounds === null ? NO_ROWS : table.ofStore(session.storeId);
    this.#bounds = this.#rangesOf(bounds ?? []);
    this.#references = ORDER_REFERENCES[entity] ?? [];
  }

  /** All rows for which the conditions hold. */
  rows(conditions: readonly Condition[]): readonly StoredRow[] {
    const { sequence, ranges } = this.#narrow(conditions);
    return sequence.rows.filter((row) => isIn(ranges, row.values));
  }

  /** How many they are; counting stops at `atMost`. */
  count(conditions: readonly Condition[], atMost: number): number {
    const { sequence, ranges } = this.#narrow(conditions);
    if (ranges.length === 0) return Math.min(sequence.rows.length, atMost);
    let count = 0;
    for (const row of sequence.rows) {
      if (count === atMost) break;
      if (isIn(ranges, row.values)) count += 1;
    }
    return count;
  }

  /** A page of them, in its order. */
  page(conditions: readonly Condition[], page: Page): readonly StoredRow[] {
    const { sequence, ranges } = this.#narrow(conditions);
    return pageOf(this.#entity, sequence, page, ranges);
  }

  /** What holds of the rows of a parent. An order out of sight has none, not even those that outlive the window. */
  ownRows(parent: string, key: string): readonly Condition[] {
    const isOrder = this.#references.includes(parent);
    return [equals(parent, key), ...(isOrder ? [inWindow(ORDER_CREATED_AT, this.#session)] : [])];
  }

  /** How the cells of these columns are taken out of a row; what tells of an order out of sight is null. */
  cellsOf(columns: readonly string[]): (row: StoredRow) => CellRow {
    const all = columns.map((name) => this.#columns.indexOf(name));
    const covered = columns.map((name, at) => (this.#references.includes(name) ? -1 : all[at]));
    const inSight = this.#rangesOf(
      this.#references.length > 0 ? [inWindow(ORDER_CREATED_AT, this.#session)] : [],
    );
    return ({ values, cells }) =>
      (isIn(inSight, values) ? all : covered).map((at = -1) => cells[at] ?? null);
  }

  /** Equality has an index, which leaves the other conditions to be looked at. */
  #narrow(conditions: readonly Condition[]): { sequence: Sequence; ranges: readonly Range[] } {
    const ranges = [...this.#rangesOf(conditions), ...this.#bounds];
    const equal = ranges.find(({ closed }) => closed);
    if (equal === undefined || equal.low === null) return { sequence: this.#rows, ranges };
    return {
      sequence: this.#rows.having(equal.field, equal.low),
      ranges: ranges.filter((range) => range !== equal),
    };
  }

  #rangesOf(conditions: readonly Condition[]): readonly Range[] {
    return conditions.map((condition) => rangeOf(this.#entity, condition));
  }
}

/** The condition that a column has a value. */
export const equals = (column: string, value: string): Condition => ({
  column,
  operator: 'equals',
  value,
});
