import type { RowBatchName } from '../data/batches.ts';
import { type CellType, typeOfColumn } from '../data/cells.ts';
import type { Entity } from '../data/entities.ts';
import { columnGuard } from '../data/guards.ts';
import type { Join } from '../data/source.ts';
import { type Granted, isSatisfied } from '../scopes/requirement.ts';
import { Anomaly } from './anomaly.ts';

/** A field position whose rows come with those that refer to them. */
export interface Joined {
  readonly batch: RowBatchName;
  /** Its number. */
  readonly slot: number;
  /** The column that holds the key, in the row that refers. */
  readonly from: string;
  readonly columns: Columns;
}

/** The columns of an entity that a field position needs: no others are loaded. */
export class Columns {
  readonly entity: Entity;
  /** In the order of the cells of a row. */
  readonly names: string[] = [];
  readonly #joined: Joined[] = [];
  readonly #joins: Join[] = [];
  readonly #granted: Granted;

  constructor(entity: Entity, granted: Granted) {
    this.entity = entity;
    this.#granted = granted;
  }

  /** Whose rows come with these; their cells follow. */
  get joined(): readonly Joined[] {
    return this.#joined;
  }

  /** The same as a load says it. */
  get joins(): readonly Join[] {
    return this.#joins;
  }

  join(joined: Joined): void {
    const { batch, from, columns } = joined;
    this.#joined.push(joined);
    this.#joins.push({ batch, from, columns: columns.names });
  }

  /**
   * Where in a row the cell of a column is.
   *
   * @throws Anomaly for a column that takes more than was granted: the data layer's lock, which holds here as well.
   */
  indexOf(name: string): number {
    const known = this.names.indexOf(name);
    if (known >= 0) return known;
    if (!this.mayRead(name)) {
      throw new Anomaly(`${this.entity}.${name} takes more than was granted.`);
    }
    return this.names.push(name) - 1;
  }

  /** Whether what was granted suffices for a column. */
  mayRead(name: string): boolean {
    const needed = columnGuard(this.entity, name);
    return needed === null || isSatisfied(needed, this.#granted);
  }

  /**
   * The same once everything is compiled: rows have the columns then that were named until then.
   *
   * @throws Anomaly for a column that is not loaded.
   */
  cellOf(name: string): number {
    const cell = this.names.indexOf(name);
    if (cell < 0) throw new Anomaly(`${this.entity}.${name} is not loaded.`);
    return cell;
  }

  typeOf(name: string): CellType {
    return typeOfColumn(this.entity, name);
  }
}
