import { columnsOf, encodeCell } from '../../src/data/cells.ts';
import type { CellRow, Load, SourceRow } from '../../src/data/source.ts';

/** The cells of objects that answer a load: what an object does not have is null. */
export function encodeRows(load: Load, rows: readonly SourceRow[]): readonly CellRow[] {
  const columns = columnsOf(load);
  return rows.map((row) => columns.map(({ name, type }) => encodeCell(type, row[name])));
}
