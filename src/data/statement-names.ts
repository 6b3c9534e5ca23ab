import { LRUCache } from 'lru-cache';
import { getOrMake } from '../scopes/caches.ts';
import type { Load, LoadOf } from './source.ts';

/** The numbers of lists of columns. A list that was not used for long gets another one when it comes again. */
const NUMBERS = new LRUCache<string, string>({ max: 20_000 });
let numbers = 0;

/** Characters of a list that has a name: more than all columns of a row and of those that it refers to. */
const MAX_LENGTH = 2_000;

/** A short name for a list of columns, which is never another's; null for one that is too long to be kept. */
function numberOf(columns: readonly string[]): string | null {
  const list = columns.join();
  return list.length > MAX_LENGTH ? null : getOrMake<string, string>(NUMBERS, list, nextNumber);
}

function nextNumber(): string {
  numbers += 1;
  return numbers.toString(36);
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
