import { PAGE_BATCHES, ROW_BATCHES } from '../../src/data/batches.ts';
import { encodeRows } from '../../src/data/cells.ts';
import type { Load, Source, SourceRow } from '../../src/data/source.ts';
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
  return {
    wave: (_session, loads) =>
      Promise.all(loads.map(async (load) => encodeRows(load, await rowsOf(load)))),
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
