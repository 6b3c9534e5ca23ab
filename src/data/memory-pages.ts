import type { Entity } from './entities.ts';
import {
  type Comparable,
  compare,
  type Field,
  fieldOf,
  isBeyond,
  isFrom,
  isIn,
  orderValue,
  type Range,
} from './memory-ranges.ts';
import type { Sequence, StoredRow } from './memory-table.ts';
import type { Page, SourceRow, Value } from './source.ts';

/** The rows of a page that are in all of the ranges, in the page's order. */
export function pageOf(
  entity: Entity,
  sequence: Sequence,
  page: Page,
  ranges: readonly Range[],
): readonly StoredRow[] {
  const fields = page.columns.map((name) => fieldOf(entity, name));
  const rows = sequence.orderedBy(fields);
  const [start, end] = stretchOf(rows, fields, page, ranges);
  const upwards = (page.direction === 'asc') !== page.fromEnd;
  const found: StoredRow[] = [];
  for (let step = 0; step < end - start && found.length < page.limit; step += 1) {
    const row = rows[upwards ? start + step : end - 1 - step];
    if (row !== undefined && isIn(ranges, row.values)) found.push(row);
  }
  return page.fromEnd ? found.reverse() : found;
}

type Test = (row: SourceRow) => boolean;

/** The stretch of the ordered rows that the page can be of: between its positions, and in the ranges of its first column. */
function stretchOf(
  rows: readonly StoredRow[],
  fields: readonly Field[],
  page: Page,
  ranges: readonly Range[],
): readonly [start: number, end: number] {
  const positions = [page.after, page.before].map((values) => values && positionOf(fields, values));
  const [above, below] = page.direction === 'asc' ? positions : positions.reverse();
  const leading = ranges.filter(({ field }) => field.name === fields[0]?.name);
  const valueIn = ({ field }: Range, row: SourceRow) => orderValue(field, row);
  const starts: Test[] = leading.map((range) => (row) => isFrom(range, valueIn(range, row)));
  const ends: Test[] = leading.map((range) => (row) => isBeyond(range, valueIn(range, row)));
  if (above) starts.push((row) => compareTo(above, fields, row) > 0);
  if (below) ends.push((row) => compareTo(below, fields, row) >= 0);
  return [
    Math.max(0, ...starts.map((test) => firstOf(rows, test))),
    Math.min(rows.length, ...ends.map((test) => firstOf(rows, test))),
  ];
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

/** The index of the first row that passes a test which all rows after it pass as well; found by halving. */
function firstOf(rows: readonly StoredRow[], test: Test): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test((rows[middle] as StoredRow).values)) high = middle;
    else low = middle + 1;
  }
  return low;
}
