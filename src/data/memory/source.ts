import { AppError } from '../../errors.ts';
import { ENTITIES, type Entity, type Row } from '../entities.ts';
import type { Source, SourceRow } from '../source.ts';
import { answerOf } from './answers.ts';
import { policyOf } from './policies.ts';
import { reportRows } from './reports.ts';
import { MemoryTable, type MemoryTables } from './table.ts';

/** Rows of all stores as a database holds them: whole, with what has a default or is generated. */
export type MemoryData = { readonly [E in Entity]?: readonly Row<E>[] };

/**
 * The source over rows in memory. It answers as PostgreSQL does over the same rows, which it keeps and does not copy:
 * they must not change. Of stores, `resolveStore` finds the first that fits. It is for tests and benchmarks, which want
 * no database: no command starts a gateway over it.
 *
 * @throws TypeError for rows of an entity without a policy that says who sees them.
 */
export function createMemorySource(data: MemoryData): Source {
  const tables = tablesOf(data);
  const { store: stores = [] } = data;
  let isClosed = false;
  const whileOpen =
    <A extends readonly unknown[], R>(answer: (...args: A) => R) =>
    async (...args: A): Promise<R> => {
      if (isClosed) throw new AppError('UNAVAILABLE', 'The data is no longer there.');
      return answer(...args);
    };
  return {
    wave: whileOpen((session, loads) => loads.map((load) => answerOf(tables, session, load))),
    report: whileOpen(({ storeId }, reports) =>
      reports.map((report) => reportRows(tables, storeId, report)),
    ),
    resolveStore: whileOpen((reference) => {
      const found = stores.find(({ id, domain }) => id === reference || domain === reference);
      return found ? { id: found.id, name: found.name, domain: found.domain } : null;
    }),
    check: whileOpen(() => {}),
    async close() {
      isClosed = true;
    },
  };
}

/** A table for every entity, also for one of which there are no rows. */
function tablesOf(data: MemoryData): MemoryTables {
  const rows: { readonly [entity: string]: readonly SourceRow[] | undefined } = data;
  for (const entity of Object.keys(rows)) policyOf(entity);
  const entities = Object.keys(ENTITIES) as Entity[];
  const tables = entities.map((entity) => [entity, new MemoryTable(entity, rows[entity] ?? [])]);
  return Object.fromEntries(tables);
}
