import { PAGE_BATCHES, ROW_BATCHES, TOTALS_BATCHES, type TotalsBatch } from '../batches.ts';
import { compareBytewise } from '../bytewise.ts';
import type { Cell, CellRow, Join, Load, LoadOf, Session } from '../source.ts';
import { pageOf } from './pages.ts';
import { isIn, type Range } from './ranges.ts';
import { Sight } from './sight.ts';
import type { MemoryTables, Sequence, StoredRow } from './table.ts';

/** What a session is answered to a load, as `statements.ts` asks a database for it. */
export function answerOf(tables: MemoryTables, session: Session, load: Load): readonly CellRow[] {
  switch (load.kind) {
    case 'rows':
      return rowsOf(tables, session, load);
    case 'page':
      return pagesOf(tables, session, load);
    case 'count':
      return countsOf(tables, session, load);
    case 'totals':
      return totalsOf(tables, session, load);
  }
}

function rowsOf(
  tables: MemoryTables,
  session: Session,
  { batch, columns, keys, joins = [] }: LoadOf<'rows'>,
): readonly CellRow[] {
  const { entity, key } = ROW_BATCHES[batch];
  const sight = new Sight(tables, entity, session);
  const { rows, ranges } = sight.byKey(key, [...new Set(keys)]);
  const found = gathered(rows, (sequence) => allOf(sequence, ranges));
  return widened(tables, session, sight, found, columns, joins);
}

function pagesOf(
  tables: MemoryTables,
  session: Session,
  { batch, columns, parents, page, joins = [] }: LoadOf<'page'>,
): readonly CellRow[] {
  const { entity, parent } = PAGE_BATCHES[batch];
  const sight = new Sight(tables, entity, session);
  const { rows, ranges } =
    parent === null || parents === null
      ? sight.where(page.filter)
      : sight.byParent(parent, parents, page.filter);
  const found = gathered([rows].flat(), pageOf(entity, page, ranges));
  return widened(tables, session, sight, found, columns, joins);
}

/** The cells of rows, each followed by those of the rows that it refers to. */
function widened(
  tables: MemoryTables,
  session: Session,
  sight: Sight,
  rows: readonly StoredRow[],
  columns: readonly string[],
  joins: readonly Join[],
): readonly CellRow[] {
  const cells = sight.cellsOf(columns, rows);
  for (const join of joins) {
    const from = columns.indexOf(join.from);
    if (from < 0) throw new TypeError(`A join by "${join.from}" needs that column.`);
    const keys = cells.map((row) => row[from] ?? null);
    const referredTo = referredBy(tables, session, join, keys);
    for (const [index, row] of cells.entries()) row.push(...referredTo(keys[index] ?? null));
  }
  return cells;
}

/** What says for each key the cells of the row that it refers to, which are null where that is not in sight. */
function referredBy(
  tables: MemoryTables,
  session: Session,
  { batch, columns }: Join,
  keys: readonly Cell[],
): (key: Cell) => CellRow {
  const { entity, key } = ROW_BATCHES[batch];
  const sight = new Sight(tables, entity, session);
  const nothing = columns.map(() => null);
  const distinct = [...new Set(keys)].filter((cell) => cell !== null);
  const { rows, ranges } = sight.byKey(key, distinct);
  const byKey = new Map<Cell, CellRow | undefined>();
  for (const [index, sequence] of rows.entries()) {
    const [cells] = sight.cellsOf(columns, allOf(sequence, ranges));
    byKey.set(distinct[index] ?? null, cells);
  }
  return (cell) => byKey.get(cell) ?? nothing;
}

function countsOf(
  tables: MemoryTables,
  session: Session,
  { batch, parents, filter, atMost }: LoadOf<'count'>,
): readonly CellRow[] {
  const { entity, parent } = PAGE_BATCHES[batch];
  const sight = new Sight(tables, entity, session);
  if (parent === null || parents === null) {
    const { rows, ranges } = sight.where(filter);
    return [[null, String(countOf(rows, ranges, atMost))]];
  }
  const { rows, ranges } = sight.byParent(parent, parents, filter);
  return parents.map((key, index) => {
    const sequence = rows[index];
    return [key, String(sequence ? countOf(sequence, ranges, atMost) : 0)];
  });
}

function totalsOf(
  tables: MemoryTables,
  session: Session,
  { batch, parents }: LoadOf<'totals'>,
): readonly CellRow[] {
  const { entity, parent, sum, sumUnless, beside }: TotalsBatch = TOTALS_BATCHES[batch];
  const keys = [...new Set(parents)].sort(compareBytewise);
  const { rows, ranges } = new Sight(tables, entity, session).byKey(parent, keys);
  return rows.flatMap((sequence) =>
    byCurrency(allOf(sequence, ranges)).map(([currency, own]) => {
      const summed = own.filter(({ values }) => sumUnless === null || values[sumUnless] == null);
      return [
        String(own[0]?.values[parent]),
        currency,
        String(own.length),
        String(sumOf(summed, sum)),
        ...beside.map((column) => String(sumOf(own, column))),
      ];
    }),
  );
}

/** The rows of all sequences, one after the other. */
function gathered(
  sequences: readonly Sequence[],
  rowsOf: (sequence: Sequence) => readonly StoredRow[],
): readonly StoredRow[] {
  const rows: StoredRow[] = [];
  for (const sequence of sequences) {
    if (sequence.rows.length > 0) rows.push(...rowsOf(sequence));
  }
  return rows;
}

const allOf = ({ rows }: Sequence, ranges: readonly Range[]) =>
  rows.filter(({ values }) => isIn(ranges, values));

function countOf({ rows }: Sequence, ranges: readonly Range[], atMost: number): number {
  if (ranges.length === 0) return Math.min(rows.length, atMost);
  let count = 0;
  for (const { values } of rows) {
    if (count === atMost) break;
    if (isIn(ranges, values)) count += 1;
  }
  return count;
}

function byCurrency(rows: readonly StoredRow[]): (readonly [string, readonly StoredRow[]])[] {
  const currencies = [...new Set(rows.map(({ values }) => String(values.currency)))];
  return currencies
    .sort(compareBytewise)
    .map((currency) => [currency, rows.filter(({ values }) => values.currency === currency)]);
}

/** Of whole numbers, however large. */
const sumOf = (rows: readonly StoredRow[], column: string): bigint =>
  rows.reduce((sum, { values }) => sum + BigInt(values[column] as string | number | bigint), 0n);
