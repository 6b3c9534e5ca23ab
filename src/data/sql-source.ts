import type { Database } from './database.ts';
import { gatherLookups } from './gathered-lookups.ts';
import { reportStatement } from './reports.ts';
import type { Load, Source, StoreReference } from './source.ts';
import { statementOf } from './statements.ts';

/** The source over PostgreSQL, embedded or networked; row-level security applies the session. */
export function createSqlSource(database: Database): Source {
  return {
    wave: gatherLookups(async (session, loads) => {
      const batches = await database.cells(session, loads.map(statementOf));
      return batches.map((rows, index) => (isFromEnd(loads[index]) ? rows.toReversed() : rows));
    }),

    report({ storeId }, reports) {
      // A context of its own: the whole store, and nothing that belongs to a client.
      const session = { storeId, installationId: null, ordersSince: null };
      return database.wave(session, reports.map(reportStatement));
    },

    async resolveStore(reference) {
      const [rows = []] = await database.wave(null, [
        {
          name: 'resolve-store',
          text: 'select id, name, domain from platform.resolve_store($1)',
          values: [reference],
        },
      ]);
      return (rows[0] as StoreReference | undefined) ?? null;
    },

    async check() {
      await database.wave(null, [{ name: 'check', text: 'select 1 as "ready"', values: [] }]);
    },

    close: () => database.close(),
  };
}

/** The database then walks from the end, and its rows come in the reverse of the page's order. */
const isFromEnd = (load: Load | undefined) => load?.kind === 'page' && load.page.fromEnd;
