import type { Load, LoadOf } from './source.ts';

const COLUMN_LISTS = new Map<string, string>();

/** Whoever selects ever other columns shall not fill the memory: lists beyond these have no name. */
const MAX_COLUMN_LISTS = 20_000;

/** Characters of a list that has a name: more than all columns of a row and of those that it refers to. */
const MAX_LENGTH = 2_000;

/** A short name for a list of columns; null when too many are known already. */
function numberOf(columns: readonly string[]): string | null {
  const key = columns.join();
  const known = COLUMN_LISTS.get(key);
  if (known !== undefined) return known;
  if (key.length > MAX_LENGTH || COLUMN_LISTS.size >= MAX_COLUMN_LISTS) return null;
  const number = COLUMN_LISTS.size.toString(36);
  COLUMN_LISTS.set(key, number);
  return number;
}

/**
 * The name that lets a connection keep the statement prepared. Combinations of several filters are
 * many and rare: they stay unnamed, so that nobody can fill a connection with prepared statements.
 */
export function nameOf(load: Load): string | null {
  if (load.kind === 'totals') return `totals:${load.batch}`;
  const columns = load.kind === 'count' ? '' : numberOf(listed(load));
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

/** The columns of a load with those that are joined: together they are one list. */
function listed({ columns, joins = [] }: LoadOf<'rows' | 'page'>): readonly string[] {
  if (joins.length === 0) return columns;
  return [...columns, ...joins.map(({ batch, from, columns }) => `${from}>${batch}(${columns})`)];
}
