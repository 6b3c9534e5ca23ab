import { PGlite, type QueryOptions } from '@electric-sql/pglite';
import {
  type Database,
  type DatabaseRow,
  DECODERS,
  type Statement,
  sessionStatement,
} from './database.ts';
import type { CellRow, Session } from './source.ts';
import { createEmbeddedSystem } from './system.ts';
import { APP_ROLE } from './tables/columns.ts';
import { createEmbeddedWriter } from './writer.ts';

/**
 * The embedded database under the app role. It has a single session, so each wave is a
 * transaction of its own that takes the role and leaves it again.
 */
export function createEmbedded(pglite: PGlite): Database {
  const run = <R>(
    session: Session | null,
    statements: readonly Statement[],
    format: QueryOptions,
  ): Promise<readonly (readonly R[])[]> =>
    pglite.transaction(async (transaction) => {
      await transaction.exec(`set local role ${APP_ROLE}`);
      const results: (readonly R[])[] = [];
      for (const { text, values } of [sessionStatement(session), ...statements]) {
        results.push((await transaction.query<R>(text, [...values], format)).rows);
      }
      return results.slice(1);
    });
  return {
    wave: (session, statements) => run<DatabaseRow>(session, statements, AS_OBJECTS),
    cells: (session, statements) => run<CellRow>(session, statements, AS_CELLS),
    writer: createEmbeddedWriter(pglite),
    system: createEmbeddedSystem(pglite),
    close: () => pglite.close(),
  };
}

const asIs = (value: string) => value;

/** Values go in as text, whatever the column. */
const serializers = { 16: asIs, 20: asIs, 23: asIs, 1009: asIs, 1082: asIs, 1184: asIs };

/** They come out by the one table, which makes both drivers' rows alike. */
const AS_OBJECTS: QueryOptions = { parsers: { ...DECODERS }, serializers };

const AS_CELLS: QueryOptions = {
  rowMode: 'array',
  parsers: Object.fromEntries(Object.keys(DECODERS).map((oid) => [oid, asIs])),
  serializers,
};

/** Opens the embedded database in a folder, or in memory where there is none. Times come in UTC. */
export async function openPglite(directory: string | null): Promise<PGlite> {
  const pglite = await PGlite.create(directory === null ? {} : { dataDir: directory });
  await pglite.exec("set timezone = 'UTC'; set datestyle = 'ISO'");
  return pglite;
}
