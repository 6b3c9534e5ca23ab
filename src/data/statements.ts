import { getTableColumns } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { PAGE_BATCHES, ROW_BATCHES, TOTALS_BATCHES, type TotalsBatch } from './batches.ts';
import { textArray } from './cells.ts';
import type { Statement } from './database.ts';
import { ENTITIES, type Entity, ORDER_REFERENCES } from './entities.ts';
import type { Condition, Load, Page, Value } from './source.ts';

/** What the SQL of an entity is made of; only names from the tables ever reach a statement's text. */
interface SqlTable {
  readonly name: string;
  readonly columns: ReadonlyMap<string, { readonly sql: string; readonly type: string }>;
}

const TABLES = new Map(
  Object.entries(ENTITIES).map(([entity, table]): [string, SqlTable] => {
    const { name, schema } = getTableConfig(table);
    const columns = Object.entries(getTableColumns(table)).map(
      ([key, column]) =>
        [key, { sql: `"${column.name}"`, type: castOf(column.getSQLType()) }] as const,
    );
    return [entity, { name: `"${schema}"."${name}"`, columns: new Map(columns) }];
  }),
);

/** The type to cast a parameter to; collations and precision belong to columns only. */
function castOf(columnType: string): string {
  if (columnType.startsWith('timestamp')) return 'timestamptz';
  return columnType.replace(' collate "C"', '');
}

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

function selected(
  entity: Entity,
  table: SqlTable,
  columns: readonly string[],
  alias: string,
): string {
  const references: readonly string[] = ORDER_REFERENCES[entity] ?? [];
  return columns
    .map((key) => {
      const sql = `${alias}.${columnOf(table, key).sql}`;
      const shown = references.includes(key)
        ? `case when ${alias}.${IN_WINDOW} then ${sql} end`
        : sql;
      return `${shown} as "${key}"`;
    })
    .join(', ');
}

function encode(value: Value): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Collects a statement's values while its text is written. */
class Parameters {
  readonly values: string[] = [];

  add(value: string, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

const STEP = { equals: '=', from: '>=', before: '<', prefix: '>=' } as const;

/**
 * Compares as an index can under row-level security: only leakproof operators, and a prefix as a
 * range, because `starts_with` cannot use the index of a generic plan.
 */
function conditionSql(table: SqlTable, condition: Condition, parameters: Parameters): string {
  const { sql, type } = columnOf(table, condition.column);
  const parameter = parameters.add(encode(condition.value), type);
  const value = condition.ignoreCase ? `lower(${parameter})` : parameter;
  const from = `t.${sql} ${STEP[condition.operator]} ${value}`;
  return condition.operator === 'prefix'
    ? `${from} and t.${sql} < ${value} || U&'\\+10FFFF'`
    : from;
}

/** Row comparison: page 1,000 then costs what page 1 costs. */
function beyond(
  table: SqlTable,
  page: Page,
  position: readonly Value[],
  operator: '<' | '>',
  parameters: Parameters,
): string {
  const columns = page.columns.map((name) => columnOf(table, name));
  const left = columns.map(({ sql }) => `t.${sql}`).join(', ');
  const right = columns.map(({ type }, index) => {
    const value = position[index];
    if (value === undefined) throw new TypeError('A position needs a value for each column.');
    return parameters.add(encode(value), type);
  });
  return `(${left}) ${operator} (${right.join(', ')})`;
}

function pageSql(table: SqlTable, page: Page, parameters: Parameters, fixed: readonly string[]) {
  const descending = (page.direction === 'desc') !== page.fromEnd;
  const forward = page.direction === 'desc' ? '<' : '>';
  const backward = page.direction === 'desc' ? '>' : '<';
  const where = [
    ...fixed,
    ...page.filter.map((condition) => conditionSql(table, condition, parameters)),
    ...(page.after ? [beyond(table, page, page.after, forward, parameters)] : []),
    ...(page.before ? [beyond(table, page, page.before, backward, parameters)] : []),
  ];
  const order = page.columns
    .map((name) => `t.${columnOf(table, name).sql}${descending ? ' desc' : ''}`)
    .join(', ');
  const condition = where.length > 0 ? ` where ${where.join(' and ')}` : '';
  return `${condition} order by ${order} limit ${parameters.add(String(page.limit), 'int')}`;
}

const COLUMN_LISTS = new Map<string, string>();

/** Whoever selects ever other columns shall not fill the memory: lists beyond these have no name. */
const MAX_COLUMN_LISTS = 20_000;

/** A short name for a list of columns; null when too many are known already. */
function numberOf(columns: readonly string[]): string | null {
  const key = columns.join();
  const known = COLUMN_LISTS.get(key);
  if (known !== undefined) return known;
  if (COLUMN_LISTS.size >= MAX_COLUMN_LISTS) return null;
  const number = COLUMN_LISTS.size.toString(36);
  COLUMN_LISTS.set(key, number);
  return number;
}

/**
 * The name that lets a connection keep the statement prepared. Combinations of several filters are
 * many and rare: they stay unnamed, so that nobody can fill a connection with prepared statements.
 */
function nameOf(load: Load): string | null {
  if (load.kind === 'totals') return `totals:${load.batch}`;
  const columns = load.kind === 'count' ? '' : numberOf(load.columns);
  if (columns === null) return null;
  if (load.kind === 'rows') return `rows:${load.batch}:${columns}`;
  const filter = load.kind === 'page' ? load.page.filter : load.filter;
  if (filter.length > 1) return null;
  const conditions = filter.map(
    ({ column, operator, ignoreCase }) => `${column}.${operator}${ignoreCase ? '.i' : ''}`,
  );
  const bound = load.kind === 'count' ? [String(load.atMost)] : [];
  const parts: string[] = [load.kind, load.batch, ...bound, ...conditions];
  if (load.kind === 'page') {
    const { columns: order, direction, after, before, fromEnd } = load.page;
    const flags = [direction === 'desc' ? 'd' : 'a', after && 'f', before && 'b', fromEnd && 'e'];
    const ordered = numberOf(order);
    if (ordered === null) return null;
    parts.push(ordered, flags.filter(Boolean).join(''), columns);
  }
  const name = parts.join(':');
  // PostgreSQL cuts names at 63 bytes, which could make two statements one.
  return name.length <= 63 ? name : null;
}

/** The statement that answers a load. One load is one statement, whatever the number of its keys. */
export function statementOf(load: Load): Statement {
  const parameters = new Parameters();
  const text = textOf(load, parameters);
  return { name: nameOf(load), text, values: parameters.values };
}

function textOf(load: Load, parameters: Parameters): string {
  switch (load.kind) {
    case 'rows': {
      const { entity, key } = ROW_BATCHES[load.batch];
      const table = tableOf(entity);
      const keys = parameters.add(textArray(load.keys), 'text[]');
      return `select ${selected(entity, table, load.columns, 't')} from ${table.name} t where t.${columnOf(table, key).sql} = any (${keys})`;
    }
    case 'page': {
      const { entity, parent } = PAGE_BATCHES[load.batch];
      const table = tableOf(entity);
      if (parent === null || load.parents === null) {
        return `select ${selected(entity, table, load.columns, 't')} from ${table.name} t${pageSql(table, load.page, parameters, [])}`;
      }
      const keys = parameters.add(textArray(load.parents), 'text[]');
      const own = ownRows(entity, table, parent);
      const inner = `select t.* from ${table.name} t${pageSql(table, load.page, parameters, [own])}`;
      return `select ${selected(entity, table, load.columns, 'r')} from unnest(${keys}) as k(key) cross join lateral (${inner}) r`;
    }
    case 'count':
      return countText(load, parameters);
    case 'totals':
      return totalsText(load, parameters);
  }
}

/** The rows of a parent. An order out of sight has none, not even those that outlive the window. */
function ownRows(entity: Entity, table: SqlTable, parent: string): string {
  const own = `t.${columnOf(table, parent).sql} = k.key`;
  const references: readonly string[] = ORDER_REFERENCES[entity] ?? [];
  return references.includes(parent) ? `${own} and t.${IN_WINDOW}` : own;
}

function totalsText(load: Load & { kind: 'totals' }, parameters: Parameters): string {
  const { entity, parent, sum, sumUnless, beside }: TotalsBatch = TOTALS_BATCHES[load.batch];
  const table = tableOf(entity);
  const keys = parameters.add(textArray(load.parents), 'text[]');
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

function countText(load: Load & { kind: 'count' }, parameters: Parameters): string {
  const { entity, parent } = PAGE_BATCHES[load.batch];
  const table = tableOf(entity);
  const keys = load.parents === null ? null : parameters.add(textArray(load.parents), 'text[]');
  const where = [
    ...(parent === null ? [] : [ownRows(entity, table, parent)]),
    ...load.filter.map((condition) => conditionSql(table, condition, parameters)),
  ];
  const condition = where.length > 0 ? ` where ${where.join(' and ')}` : '';
  // Written out: for a parameter a generic plan expects a tenth of the table, and reads all of it.
  const inner = `select count(*)::int as "count" from (select from ${table.name} t${condition} limit ${Math.trunc(load.atMost)}) c`;
  if (keys === null) return `select null as "parent", (${inner}) as "count"`;
  return `select k.key as "parent", n."count" from unnest(${keys}) as k(key) cross join lateral (${inner}) n`;
}
