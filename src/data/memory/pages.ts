import type { Entity } from '../entities.ts';
import type { Page, SourceRow, Value } from '../source.ts';
import {
  type Comparable,
  compare,
  type Field,
  isBeyond,
  isFrom,
  isIn,
  type Order,
  orderOf,
  orderValue,
  type Range,
} from './ranges.ts';
import type { Sequence, StoredRow } from './table.ts';

/** How a page is taken out of a sequence: those of its rows that are in all of the ranges, in the page's order. */
export function pageOf(
  entity: Entity,
  page: Page,
  ranges: readonly Range[],
): (sequence: Sequence) => readonly StoredRow[] {
  const order = orderOf(entity, page.columns);
  const { starts, ends } = limitsOf(order, page, ranges);
  const upwards = (page.direction === 'asc') !== page.fromEnd;
  return (sequence) => {
    const rows = sequence.orderedBy(order);
    const start = starts.reduce((last, test) => Math.max(last, firstOf(rows, test)), 0);
    const end = ends.reduce((first, test) => Math.min(first, firstOf(rows, test)), rows.length);
    const found: StoredRow[] = [];
    for (let step = 0; step < end - start && found.length < page.limit; step += 1) {
      const row = rows[upwards ? start + step : end - 1 - step];
      if (row !== undefined && isIn(ranges, row.values)) found.push(row);
    }
    return page.fromEnd ? found.reverse() : found;
  };
}

/** Fails for the rows before some row of an order, and passes from there on. */
type Test = (row: SourceRow) => boolean;

/** Where the stretch of an order starts and ends that a page can be of: between its positions, and in the ranges of its first column. */
function limitsOf({ fields }: Order, page: Page, ranges: readonly Range[]) {
  const positions = [page.after, page.before].map((values) => values && positionOf(fields, values));
  const [above, below] = page.direction === 'asc' ? positions : positions.reverse();
  const leading = ranges.filter(({ field }) => field.name === fields[0]?.name);
  const starts = leading.map(
    (range): Test =>
      (row) =>
        isFrom(range, orderValue(range.field, row)),
  );
  const ends = leading.map(
    (range): Test =>
      (row) =>
        isBeyond(range, orderValue(range.field, row)),
  );
  if (above) starts.push((row) => compareTo(above, fields, row) > 0);
  if (below) ends.push((row) => compareTo(below, fields, row) >= 0);
  return { starts, ends };
}

function positionOf(fields: readonly Field[], values: readonly Value[]): readonly Comparable[] {
  return fields.map(({ read }, index) => {
    const value = read(values[index]);
    if (value === null) throw new TypeError('A position needs a value for each column.');
    return value;
  });
}

function compareTo(
  position: readonly Comparable[],
  fields: readonly Field[],
  row: SourceRow,
): number {
  for (const [index, field] of fields.entries()) {
    const order = compare(orderValue(field, row), position[index] as Comparable);
    if (order !== 0) return order;
  }
  return 0;
}

/** The index of the first row that passes a test, found by halving. */
function firstOf(rows: readonly StoredRow[], test: Test): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test((rows[middle] as StoredRow).values)) high = middle;
    else low = middle + 1;
  }
  return low;
}
