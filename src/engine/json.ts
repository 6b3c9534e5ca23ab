import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { type CellType, decodeCell } from '../data/cells.ts';
import { Anomaly } from './anomaly.ts';
import type { Write } from './run.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes just these.
const UNSAFE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A string as JSON, just as `JSON.stringify` writes it. */
export const quoted = (text: string): string =>
  UNSAFE.test(text) ? JSON.stringify(text) : `"${text}"`;

/** Writes a cell that is not null as JSON. */
export type WriteCell = (cell: string) => string;

/**
 * How cells of a column are written as a leaf of the schema. What is the same text in PostgreSQL and in JSON is not read
 * on the way; everything else is read and serialized by its type, as graphql-js does it.
 */
export function cellWriter(type: GraphQLLeafType, cellType: CellType): WriteCell {
  const slowly: WriteCell = (cell) => writeLeaf(type, decodeCell(cellType, cell));
  if (isEnumType(type) && cellType === 'text') return remembered(slowly, type.getValues().length);
  return FAST[`${type.name} ${cellType}`]?.(slowly) ?? slowly;
}

const FAST: Readonly<Record<string, (slowly: WriteCell) => WriteCell>> = {
  'ID text': () => quoted,
  'String text': () => quoted,
  'CurrencyCode text': () => quoted,
  'Int integer': () => (cell) => cell,
  'Boolean boolean': () => (cell) => (cell === 't' ? 'true' : 'false'),
  'DateTime timestamptz': (slowly) => (cell) => momentOf(cell) ?? slowly(cell),
};

/** `2026-11-21 21:49:00.12+00` as JSON has it; null for years that do not have four digits. */
function momentOf(cell: string): string | null {
  const { length } = cell;
  if (length < 22 || length > 26 || cell[10] !== ' ' || !cell.endsWith('+00')) return null;
  const milliseconds = length === 22 ? '000' : cell.slice(20, length - 3).padEnd(3, '0');
  return `"${cell.slice(0, 10)}T${cell.slice(11, 19)}.${milliseconds}Z"`;
}

/** An enum has few values; others than its own may be any number, and are not kept. */
function remembered(write: WriteCell, size: number): WriteCell {
  const known = new Map<string, string>();
  return (cell) => {
    const found = known.get(cell);
    if (found !== undefined) return found;
    const json = write(cell);
    if (known.size < size) known.set(cell, json);
    return json;
  };
}

function writeLeaf(type: GraphQLLeafType, value: unknown): string {
  const serialized: unknown = type.serialize(value);
  if (typeof serialized === 'string') return quoted(serialized);
  const json = JSON.stringify(serialized);
  if (json === undefined || json === 'null')
    throw new Anomaly(`${type.name} has nothing to write.`);
  return json;
}

/**
 * How a JavaScript value is written as a type of the schema; `object` writes the objects in it. `lists` is how many lists
 * are around it, which number its place.
 *
 * @throws Anomaly when written, for what the type does not have: a null that it excludes, or no list; and for a promise.
 */
export function valueWriter(
  type: GraphQLOutputType,
  object: Write<never> | null,
  lists: number,
): Write<unknown> {
  const isNullable = !isNonNullType(type);
  const present = isNullable ? type : type.ofType;
  const write = presentWriter(present, object, lists);
  return (run, value) => {
    if (value === null || value === undefined) {
      if (isNullable) return 'null';
      throw new Anomaly(`A ${type} is null.`);
    }
    if (isAwaited(value)) throw new Anomaly(`A ${present} is to be waited for.`);
    return write(run, value);
  };
}

/** A scalar may write whatever it is given. */
const isAwaited = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  'then' in value &&
  typeof value.then === 'function';

function presentWriter(
  type: GraphQLOutputType,
  object: Write<never> | null,
  lists: number,
): Write<unknown> {
  if (isListType(type)) {
    const write = listWriter(valueWriter(type.ofType, object, lists + 1), lists);
    return (run, value) => {
      if (!Array.isArray(value)) throw new Anomaly(`A ${type} is no list.`);
      return write(run, value);
    };
  }
  if (isLeafType(type)) return (_run, value) => writeLeaf(type, value);
  if (object === null) throw new Anomaly(`A ${type} is not known here.`);
  return (run, value) => {
    if (typeof value !== 'object') throw new Anomaly(`A ${type} is no object.`);
    return object(run, value as never);
  };
}

/** Writes the items of a list, and numbers them for the paths of errors. */
export function listWriter<V>(write: Write<V>, lists: number): Write<readonly V[]> {
  return (run, values) => {
    let json = '[';
    for (let index = 0; index < values.length; index += 1) {
      run.indices[lists] = index;
      if (index > 0) json += ',';
      json += write(run, values[index] as V);
    }
    return `${json}]`;
  };
}

/** Writes an object whose members are known, in their order. */
export function objectWriter<V>(members: readonly Member<V>[]): Write<V> {
  const names = members.map(({ key }, index) => `${index > 0 ? ',' : '{'}${quoted(key)}:`);
  const writes = members.map(({ write }) => write);
  if (members.length === 0) return () => '{}';
  return (run, value) => {
    let json = '';
    for (let index = 0; index < writes.length; index += 1) {
      json += names[index] as string;
      json += (writes[index] as Write<V>)(run, value);
    }
    return `${json}}`;
  };
}

export interface Member<V> {
  readonly key: string;
  readonly write: Write<V>;
}

/** What a field writes that has nothing. */
export function nullOf(type: GraphQLOutputType): () => string {
  if (!isNonNullType(type)) return () => 'null';
  return () => {
    throw new Anomaly(`A ${type} is null.`);
  };
}
