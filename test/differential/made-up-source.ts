import { PAGE_BATCHES, ROW_BATCHES } from '../../src/data/batches.ts';
import type { CellRow, Join, Load, Source, SourceRow } from '../../src/data/source.ts';
import { encodeRows } from '../support/encode-rows.ts';
import { madeUpLoaders } from './fake-rows.ts';

/** A source of the same rows that made-up loaders give, for every session. */
export function madeUpSource(salt: number | null): Source {
  const loaders = madeUpLoaders(salt);
  const rowsOf = async (load: Load): Promise<readonly SourceRow[]> => {
    switch (load.kind) {
      case 'rows': {
        const { key } = ROW_BATCHES[load.batch];
        const found = load.keys.map(async (value) => {
          const row = await loaders.row(load.batch, value);
          return row && { ...row, [key]: value };
        });
        return (await Promise.all(found)).filter((row) => row !== null);
      }
      case 'page': {
        const { parent } = PAGE_BATCHES[load.batch];
        const pages = (load.parents ?? [null]).map(async (value) => {
          const rows = await loaders.page(load.batch, value, load.page);
          return rows.map((row) => (parent === null ? row : { ...row, [parent]: value }));
        });
        return (await Promise.all(pages)).flat();
      }
      case 'count': {
        const counts = (load.parents ?? [null]).map(async (parent) => ({
          parent,
          count: await loaders.count(load.batch, parent, load.filter, load.atMost),
        }));
        return Promise.all(counts);
      }
      case 'totals': {
        const totals = load.parents.map((parent) => loaders.totals(load.batch, parent));
        return (await Promise.all(totals)).flat().map((row) => ({ ...row }));
      }
    }
  };
  const joinedTo = async (row: SourceRow, { batch, from, columns }: Join): Promise<CellRow> => {
    const value = row[from];
    const { key } = ROW_BATCHES[batch];
    const found = typeof value === 'string' ? await loaders.row(batch, value) : null;
    const load: Load = { kind: 'rows', batch, columns, keys: [] };
    return encodeRows(load, [found ? { ...found, [key]: value } : {}])[0] ?? [];
  };
  const cellsOf = async (load: Load): Promise<readonly CellRow[]> => {
    const rows = await rowsOf(load);
    const cells = encodeRows(load, rows);
    const joins = ('joins' in load && load.joins) || [];
    const wider = rows.map(async (row, index) => [
      ...(cells[index] ?? []),
      ...(await Promise.all(joins.map((join) => joinedTo(row, join)))).flat(),
    ]);
    return joins.length === 0 ? cells : Promise.all(wider);
  };
  return {
    wave: (_session, loads) => Promise.all(loads.map(cellsOf)),
    report: (_session, reports) =>
      Promise.all(
        reports.map(async ({ name, ...range }) =>
          [...(await loaders.report(name, range)).values()].flat(),
        ),
      ),
    resolveStore: async () => null,
    check: async () => {},
    close: async () => {},
  };
}
