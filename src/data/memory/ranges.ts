import { getOrMake } from '../../scopes/caches.ts';
import { compareBytewise, lowerCase } from '../bytewise.ts';
import { type CellType, typeOfColumn } from '../cells.ts';
import type { Entity } from '../entities.ts';
import type { Condition, SourceRow } from '../source.ts';

/** A value of a column, as rows are compared by it. Moments are milliseconds. */
export type Comparable = string | number | bigint;

/** A column that rows are compared by. */
export interface Field {
  readonly name: string;
  /** What a value of the column is compared by, whether a row or a load has it; null of null. */
  read(value: unknown): Comparable | null;
}

const READERS: { readonly [T in CellType]?: (value: unknown) => Comparable } = {
  text: String,
  date: String,
  integer: Number,
  bigint: (value) => BigInt(value as string | number | bigint),
  timestamptz: (value) => (value instanceof Date ? value.getTime() : Date.parse(String(value))),
};

const FIELDS = new Map<Entity, Map<string, Field>>();

/**
 * A column of an entity, to compare rows by. Reading throws where a value is none of the column's type: what cannot be
 * compared must not count as what is in sight.
 *
 * @throws TypeError for a column of a type that rows are not compared by.
 */
export function fieldOf(entity: Entity, name: string): Field {
  const ofEntity = getOrMake(FIELDS, entity, () => new Map());
  return getOrMake(ofEntity, name, () => newField(entity, name));
}

function newField(entity: Entity, name: string): Field {
  const type = typeOfColumn(entity, name);
  const read = READERS[type];
  if (read === undefined) throw new TypeError(`${entity} rows are not compared by "${name}".`);
  return {
    name,
    read(value) {
      if (value === null || value === undefined) return null;
      const comparable = read(value);
      if (!Number.isNaN(comparable)) return comparable;
      throw new TypeError(`A value of "${name}" of ${entity} rows is no ${type}.`);
    },
  };
}

/** Columns that order rows, the first one first. */
export interface Order {
  readonly name: string;
  readonly fields: readonly Field[];
}

export const orderOf = (entity: Entity, columns: readonly string[]): Order => ({
  name: columns.join(),
  fields: columns.map((column) => fieldOf(entity, column)),
});

/** The value that orders a row. Nothing orders rows by a column that may be null. */
export function orderValue({ name, read }: Field, row: SourceRow): Comparable {
  const value = read(row[name]);
  if (value !== null) return value;
  throw new TypeError(`Rows are not ordered by "${name}": one of them lacks it.`);
}

/** Which of two values of one column is first. Text is compared bytewise: what orders rows is an identifier or a code. */
export function compare(one: Comparable, other: Comparable): number {
  if (typeof one === 'string' || typeof other === 'string') {
    return compareBytewise(String(one), String(other));
  }
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** A condition, as the values of its column that it holds for. A bound that is null is none. */
export interface Range {
  readonly field: Field;
  /** The first of the values. */
  readonly low: Comparable | null;
  /** Where the values end. */
  readonly high: Comparable | null;
  /** Whether `high` is one of them. */
  readonly closed: boolean;
}

const BOUNDS: Readonly<Record<Condition['operator'], (value: Comparable) => Omit<Range, 'field'>>> =
  {
    equals: (value) => ({ low: value, high: value, closed: true }),
    from: (value) => ({ low: value, high: null, closed: false }),
    before: (value) => ({ low: null, high: value, closed: false }),
    prefix: (value) => ({ low: value, high: `${value}\u{10ffff}`, closed: false }),
  };

/** The range of a condition on rows of an entity. */
export function rangeOf(entity: Entity, condition: Condition): Range {
  const { column, operator, value, ignoreCase = false } = condition;
  const field = fieldOf(entity, column);
  const asked = field.read(ignoreCase ? lowerCase(String(value)) : value);
  if (asked === null) throw new TypeError('A condition needs a value.');
  return { field, ...BOUNDS[operator](asked) };
}

/** Whether a value is in the range, or after it. */
export const isFrom = ({ low }: Range, value: Comparable) =>
  low === null || compare(value, low) >= 0;

/** Whether a value is after the range. */
export const isBeyond = ({ high, closed }: Range, value: Comparable) =>
  high !== null && compare(value, high) >= (closed ? 1 : 0);

/** Whether a row is in all of the ranges. One that lacks a value is in no range of it, as with SQL's null. */
export function isIn(ranges: readonly Range[], row: SourceRow): boolean {
  for (const range of ranges) {
    const value = range.field.read(row[range.field.name]);
    if (value === null || !isFrom(range, value) || isBeyond(range, value)) return false;
  }
  return true;
}
