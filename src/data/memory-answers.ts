import { PAGE_BATCHES, ROW_BATCHES, TOTALS_BATCHES, type TotalsBatch } from './batches.ts';
import { compareBytewise } from './bytewise.ts';
import { equals, Sight } from './memory-sight.ts';
import type { MemoryTables, StoredRow } from './memory-table.ts';
import type { CellRow, Load, Session } from './source.ts';

type LoadOf<K extends Load['kind']> = Load & { readonly kind: K };

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
  { batch, columns, keys }: LoadOf<'rows'>,
): readonly CellRow[] {
  const { entity, key } = ROW_BATCHES[batch];
  const sight = new Sight(tables, entity, session);
  return [...new Set(keys)]
    .flatMap((value) => sight.rows([equals(key, value)]))
    .map(sight.cellsOf(columns));
}

function pagesOf(
  tables: MemoryTables,
  session: Session,
  { batch, columns, parents, page }: LoadOf<'page'>,
): readonly CellRow[] {
  const { entity, parent } = PAGE_BATCHES[batch];
  const sight = new Sight(tables, entity, session);
  const rows =
    parent === null || parents === null
      ? sight.page(page.filter, page)
      : parents.flatMap((key) => sight.page([...sight.ownRows(parent, key), ...page.filter], page));
  return rows.map(sight.cellsOf(columns));
}

function countsOf(
  tables: MemoryTables,
  session: Session,
  { batch, parents, filter, atMost }: LoadOf<'count'>,
): readonly CellRow[] {
  const { entity, parent } = PAGE_BATCHES[batch];
  const sight = new Sight(tables, entity, session);
  if (parent === null || parents === null) return [[null, String(sight.count(filter, atMost))]];
  return parents.map((key) => [
    key,
    String(sight.count([...sight.ownRows(parent, key), ...filter], atMost)),
  ]);
}

function totalsOf(
  tables: MemoryTables,
  session: Session,
  { batch, parents }: LoadOf<'totals'>,
): readonly CellRow[] {
  const { entity, parent, sum, sumUnless, beside }: TotalsBatch = TOTALS_BATCHES[batch];
  const sight = new Sight(tables, entity, session);
  return [...new Set(parents)].sort(compareBytewise).flatMap((key) =>
    byCurrency(sight.rows([equals(parent, key)])).map(([currency, rows]) => {
      const summed = rows.filter(({ values }) => sumUnless === null || values[sumUnless] == null);
      return [
        key,
        currency,
        String(rows.length),
        String(sumOf(summed, sum)),
        ...beside.map((column) => String(sumOf(rows, column))),
      ];
    }),
  );
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
