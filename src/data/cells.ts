import { getTableColumns } from 'drizzle-orm';
import { PAGE_BATCHES, ROW_BATCHES, TOTALS_BATCHES, type TotalsBatch } from './batches.ts';
import { compareBytewise } from './bytewise.ts';
import { ENTITIES, type Entity } from './entities.ts';
import type { Cell, CellRow, Load, SourceRow } from './source.ts';

/** The types of columns, as PostgreSQL names them without precision and collation. */
export type CellType =
  | 'text'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'timestamptz'
  | 'date'
  | 'numeric'
  | 'jsonb'
  | 'text[]';

/** One of the columns that a load answers with. */
export interface LoadedColumn {
  readonly name: string;
  readonly type: CellType;
}

const SAME: ReadonlySet<string> = new Set<CellType>([
  'text',
  'integer',
  'bigint',
  'boolean',
  'date',
  'jsonb',
  'text[]',
]);

/** The type of a column as its table declares it: `timestamp (3) with time zone`, `text collate "C"`. */
export function cellTypeOf(columnType: string): CellType {
  const type = columnType.replace(' collate "C"', '');
  if (type.startsWith('timestamp')) return 'timestamptz';
  if (type.startsWith('numeric')) return 'numeric';
  if (SAME.has(type)) return type as CellType;
  throw new TypeError(`No column may have the type ${columnType}: cells of it cannot be read.`);
}

const TYPES = new Map(
  Object.entries(ENTITIES).map(([entity, table]): [string, ReadonlyMap<string, CellType>] => [
    entity,
    new Map(
      Object.entries(getTableColumns(table)).map(
        ([name, column]) => [name, cellTypeOf(column.getSQLType())] as const,
      ),
    ),
  ]),
);

/** The type of an entity's column. */
export function typeOfColumn(entity: Entity, name: string): CellType {
  const type = TYPES.get(entity)?.get(name);
  if (type === undefined) throw new TypeError(`${entity} has no column "${name}".`);
  return type;
}

/** What the cells of a load's own rows are, in their order. Those of its joins follow, and are left out here. */
export function columnsOf(load: Load): readonly LoadedColumn[] {
  switch (load.kind) {
    case 'rows':
    case 'page': {
      const { entity } = load.kind === 'rows' ? ROW_BATCHES[load.batch] : PAGE_BATCHES[load.batch];
      return load.columns.map((name) => ({ name, type: typeOfColumn(entity, name) }));
    }
    case 'count':
      return [
        { name: 'parent', type: 'text' },
        { name: 'count', type: 'integer' },
      ];
    case 'totals': {
      const { beside }: TotalsBatch = TOTALS_BATCHES[load.batch];
      return [
        { name: 'parent', type: 'text' },
        { name: 'currency', type: 'text' },
        { name: 'count', type: 'integer' },
        { name: 'sum', type: 'bigint' },
        ...beside.map((name) => ({ name, type: 'text' }) as const),
      ];
    }
  }
}

const DECODERS: Readonly<Record<CellType, (text: string) => unknown>> = {
  text: (text) => text,
  integer: Number,
  bigint: BigInt,
  boolean: (text) => text === 't',
  timestamptz: parseMoment,
  // A day is no moment, and a sum may have more digits than a number holds.
  date: (text) => text,
  numeric: (text) => text,
  jsonb: JSON.parse,
  'text[]': parseTextArray,
};

/** The JavaScript value of a cell. */
export const decodeCell = (type: CellType, text: string): unknown => DECODERS[type](text);

/** The cell that holds a JavaScript value: what PostgreSQL writes of it, to the byte. */
export function encodeCell(type: CellType, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return momentText(value);
  if (type === 'boolean') return value === true ? 't' : 'f';
  if (type === 'jsonb') return jsonbText(value);
  return Array.isArray(value) ? `{${value.map(itemText).join()}}` : String(value);
}

/** Without the zeros that end a fraction. */
function momentText(moment: Date): string {
  return moment
    .toISOString()
    .replace('T', ' ')
    .replace(/\.?0*Z$/, '+00');
}

/** Keys come by their length in bytes, and then bytewise. */
function jsonbText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonbText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(
      ([one], [other]) =>
        Buffer.byteLength(one) - Buffer.byteLength(other) || compareBytewise(one, other),
    );
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${jsonbText(item)}`).join(', ')}}`;
}

const QUOTED_ITEM = /^$|^null$|["\\{}, \t-\r]/i;

/** An item of an array, in quotes only where it could be taken for something else. */
const itemText = (item: string) => (QUOTED_ITEM.test(item) ? quoted(item) : item);

const quoted = (item: string) => `"${item.replace(/["\\]/g, '\\$&')}"`;

/** The text format of an array of text, as PostgreSQL takes it. */
export function textArray(items: readonly string[]): string {
  return `{${items.map(quoted).join()}}`;
}

/** The rows of a load as objects. */
export function decodeRows(load: Load, rows: readonly CellRow[]): readonly SourceRow[] {
  const columns = columnsOf(load);
  return rows.map((cells) => {
    const row: Record<string, unknown> = {};
    columns.forEach(({ name, type }, index) => {
      const text = cells[index];
      row[name] = text === null || text === undefined ? null : DECODERS[type](text);
    });
    return row;
  });
}

const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/;

/** PostgreSQL writes `2026-11-21 21:49:00.123+00` in UTC sessions. `Date` would make a moment of almost any text. */
function parseMoment(text: string): Date {
  return new Date(MOMENT.test(text) ? `${text.replace(' ', 'T')}:00` : Number.NaN);
}

/** A one-dimensional array of text: `{plain,"with \"quotes\"",NULL}`. Nulls are left out. */
function parseTextArray(text: string): string[] {
  const items: string[] = [];
  const pattern = /"((?:[^"\\]|\\.)*)"|([^{},]+)/gs;
  for (const [, quoted, plain] of text.matchAll(pattern)) {
    if (quoted !== undefined) items.push(quoted.replace(/\\(.)/gs, '$1'));
    else if (plain !== undefined && plain !== 'NULL') items.push(plain);
  }
  return items;
}
