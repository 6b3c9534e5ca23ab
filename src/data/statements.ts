import { getTableColumns } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { LRUCache } from 'lru-cache';
import { PAGE_BATCHES, ROW_BATCHES, TOTALS_BATCHES, type TotalsBatch } from './batches.ts';
import { type CellType, cellTypeOf, textArray } from './cells.ts';
import type { Statement } from './database.ts';
import { ENTITIES, type Entity, ORDER_REFERENCES } from './entities.ts';
import type { Condition, Load, LoadOf, Page, Value } from './source.ts';
import { nameOf } from './statement-names.ts';

/** What the SQL of an entity is made of; only names from the tables ever reach a statement's text. */
interface SqlTable {
  readonly name: string;
  readonly columns: ReadonlyMap<string, { readonly sql: string; readonly type: CellType }>;
}

const TABLES = new Map(
  Object.entries(ENTITIES).map(([entity, table]): [string, SqlTable] => {
    const { name, schema } = getTableConfig(table);
    // Parameters are cast to these types; collations and precision belong to columns only.
    const columns = Object.entries(getTableColumns(table)).map(
      ([key, column]) =>
        [key, { sql: `"${column.name}"`, type: cellTypeOf(column.getSQLType()) }] as const,
    );
    return [entity, { name: `"${schema}"."${name}"`, columns: new Map(columns) }];
  }),
);

function tableOf(entity: Entity): SqlTable {
  const table = TABLES.get(entity);
  if (table === undefined) throw new TypeError(`There is no entity "${entity}".`);
  return table;
}

function columnOf(table: SqlTable, name: string) {
  const column = table.columns.get(name);
  if (column === undefined) throw new TypeError(`${table.name} has no column "${name}".`);
  return column;
}

/** The order's creation against the start of the session's window. */
const IN_WINDOW = `"order_created_at" >= nullif(current_setting('scopegate.orders_since', true), '')::timestamptz`;

/** A column as a session may see it: null where it tells of an order out of sight. */
function shown(entity: Entity, table: SqlTable, key: string, alias: string): string {
  const references: readonly string[] = ORDER_REFERENCES[entity] ?? [];
  const sql = `${alias}.${columnOf(table, key).sql}`;
  return references.includes(key) ? `case when ${alias}.${IN_WINDOW} then ${sql} end` : sql;
}

function selected(entity: Entity, columns: readonly string[], alias: string): string {
  const table = tableOf(entity);
  return columns.map((key) => `${shown(entity, table, key, alias)} as "${key}"`).join(', ');
}

type LoadOfRows = LoadOf<'rows' | 'page'>;

const hasJoins = ({ joins = [] }: LoadOfRows) => joins.length > 0;

/**
 * Rows as they are read, `r`, with the rows that they refer to, if they are to bring any. Each has one place, and keeps
 * it. `rows` selects the columns of the load, whose names are the tables' own, and no others: to carry whole rows through
 * a join costs more than the join.
 */
function withJoins(rows: string, { columns: own, joins = [] }: LoadOfRows): string {
  const lateral = joins.map(({ batch, from, columns }, index) => {
    if (!own.includes(from)) throw new TypeError(`A join by "${from}" needs that column.`);
    const { entity, key } = ROW_BATCHES[batch];
    const table = tableOf(entity);
    const refers = `x.${columnOf(table, key).sql} = r."${from}"`;
    return ` left join lateral (select ${selected(entity, columns, 'x')} from ${table.name} x where ${refers} limit 1) j${index} on true`;
  });
  const columns = ['r', ...joins.map((_, index) => `j${index}`)].map((alias) => `${alias}.*`);
  return `select ${columns.join(', ')} from ${rows}${lateral.join('')}`;
}

function encode(value: Value): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Numbers the places of values while a text is written, in the order of `valuesOf`. */
class Places {
  #count = 0;

  add(type: string): string {
    this.#count += 1;
    return `$${this.#count}::${type}`;
  }
}

const STEP = { equals: '=', from: '>=', before: '<', prefix: '>=' } as const;

/**
 * Compares as an index can under row-level security: only leakproof operators, and a prefix as a
 * range, because `starts_with` cannot use the index of a generic plan.
 */
function conditionSql(table: SqlTable, condition: Condition, places: Places): string {
  const { sql, type } = columnOf(table, condition.column);
  const place = places.add(type);
  const value = condition.ignoreCase ? `lower(${place})` : place;
  const from = `t.${sql} ${STEP[condition.operator]} ${value}`;
  return condition.operator === 'prefix'
    ? `${from} and t.${sql} < ${value} || U&'\\+10FFFF'`
    : from;
}

/** Row comparison: page 1,000 then costs what page 1 costs. */
function beyond(table: SqlTable, page: Page, operator: '<' | '>', places: Places): string {
  const columns = page.columns.map((name) => columnOf(table, name));
  const left = columns.map(({ sql }) => `t.${sql}`).join(', ');
  const right = columns.map(({ type }) => places.add(type)).join(', ');
  return `(${left}) ${operator} (${right})`;
}

function pageSql(table: SqlTable, page: Page, places: Places, fixed: readonly string[]) {
  const descending = (page.direction === 'desc') !== page.fromEnd;
  const forward = page.direction === 'desc' ? '<' : '>';
  const backward = page.direction === 'desc' ? '>' : '<';
  const where = [
    ...fixed,
    ...page.filter.map((condition) => conditionSql(table, condition, places)),
    ...(page.after ? [beyond(table, page, forward, places)] : []),
    ...(page.before ? [beyond(table, page, backward, places)] : []),
  ];
  const order = page.columns
    .map((name) => `t.${columnOf(table, name).sql}${descending ? ' desc' : ''}`)
    .join(', ');
  const condition = where.length > 0 ? ` where ${where.join(' and ')}` : '';
  return `${condition} order by ${order} limit ${places.add('int')}`;
}

/** The texts of named statements: they say the same whatever the values. Those not used for longest go first. */
const TEXTS = new LRUCache<string, string>({ max: 2_000 });

/** The statement that answers a load. One load is one statement, whatever the number of its keys. */
export function statementOf(load: Load): Statement {
  const name = nameOf(load);
  const text = (name !== null && TEXTS.get(name)) || textOf(load, new Places());
  if (name !== null) TEXTS.set(name, text);
  return { name, text, values: valuesOf(load) };
}

/** The parents that a load is asked for; null where its batch has none. */
function parentsOf({ batch, parents }: LoadOf<'page' | 'count'>) {
  const hasParents = PAGE_BATCHES[batch].parent !== null;
  if (hasParents === (parents === null)) throw new TypeError(`${batch} is asked for otherwise.`);
  return parents;
}

/** Values in the order in which the text has places for them. */
function valuesOf(load: Load): readonly string[] {
  switch (load.kind) {
    case 'rows':
      return [textArray(load.keys)];
    case 'totals':
      return [textArray(load.parents)];
    case 'page':
      return [...parentValues(load), ...pageValues(load.page)];
    case 'count':
      return [...parentValues(load), ...load.filter.map(({ value }) => encode(value))];
  }
}

function parentValues(load: LoadOf<'page' | 'count'>): readonly string[] {
  const parents = parentsOf(load);
  return parents === null ? [] : [textArray(parents)];
}

function pageValues({ columns, filter, after, before, limit }: Page): readonly string[] {
  const positions = [after, before].flatMap((position) => {
    if (position === null) return [];
    if (position.length === columns.length) return position;
    throw new TypeError('A position needs a value for each column.');
  });
  return [...filter.map(({ value }) => encode(value)), ...positions.map(encode), String(limit)];
}

function textOf(load: Load, places: Places): string {
  switch (load.kind) {
    case 'rows': {
      const { entity, key } = ROW_BATCHES[load.batch];
      const table = tableOf(entity);
      const where = `t.${columnOf(table, key).sql} = any (${places.add('text[]')})`;
      const rows = `select ${selected(entity, load.columns, 't')} from ${table.name} t where ${where}`;
      return hasJoins(load) ? withJoins(`(${rows}) r`, load) : rows;
    }
    case 'page': {
      const { entity, parent } = PAGE_BATCHES[load.batch];
      const table = tableOf(entity);
      const keys = parent === null ? null : places.add('text[]');
      const own = parent === null ? [] : [ownRows(entity, table, parent)];
      const page = `select ${selected(entity, load.columns, 't')} from ${table.name} t${pageSql(table, load.page, places, own)}`;
      if (keys !== null)
        return withJoins(`unnest(${keys}) as k(key) cross join lateral (${page}) r`, load);
      return hasJoins(load) ? withJoins(`(${page}) r`, load) : page;
    }
    case 'count':
      return countText(load, places);
    case 'totals':
      return totalsText(load, places);
  }
}

/** The rows of a parent. An order out of sight has none, not even those that outlive the window. */
function ownRows(entity: Entity, table: SqlTable, parent: string): string {
  const own = `t.${columnOf(table, parent).sql} = k.key`;
  const references: readonly string[] = ORDER_REFERENCES[entity] ?? [];
  return references.includes(parent) ? `${own} and t.${IN_WINDOW}` : own;
}

function totalsText(load: LoadOf<'totals'>, places: Places): string {
  const { entity, parent, sum, sumUnless, beside }: TotalsBatch = TOTALS_BATCHES[load.batch];
  const table = tableOf(entity);
  const keys = places.add('text[]');
  const sql = (column: string) => `t.${columnOf(table, column).sql}`;
  const only = sumUnless === null ? '' : ` filter (where ${sql(sumUnless)} is null)`;
  const columns = [
    `${sql(parent)} as "parent"`,
    `${sql('currency')} as "currency"`,
    'count(*)::int as "count"',
    `coalesce(sum(${sql(sum)})${only}, 0)::bigint as "sum"`,
    ...beside.map((column) => `sum(${sql(column)})::text as "${column}"`),
  ];
  return `select ${columns.join(', ')} from ${table.name} t where ${sql(parent)} = any (${keys}) group by 1, 2 order by 1, 2`;
}

function countText(load: LoadOf<'count'>, places: Places): string {
  const { entity, parent } = PAGE_BATCHES[load.batch];
  const table = tableOf(entity);
  const keys = parentsOf(load) === null ? null : places.add('text[]');
  const where = [
    ...(parent === null ? [] : [ownRows(entity, table, parent)]),
    ...load.filter.map((condition) => conditionSql(table, condition, places)),
  ];
  const condition = where.length > 0 ? ` where ${where.join(' and ')}` : '';
  // Written out: for a parameter a generic plan expects a tenth of the table, and reads all of it.
  const inner = `select count(*)::int as "count" from (select from ${table.name} t${condition} limit ${Math.trunc(load.atMost)}) c`;
  if (keys === null) return `select null as "parent", (${inner}) as "count"`;
  return `select k.key as "parent", n."count" from unnest(${keys}) as k(key) cross join lateral (${inner}) n`;
}
