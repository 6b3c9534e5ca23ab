import { PGlite } from '@electric-sql/pglite';
import {
  type Database,
  type DatabaseRow,
  DECODERS,
  type Statement,
  sessionStatement,
} from './database.ts';
import { createEmbeddedSystem } from './system.ts';
import { APP_ROLE } from './tables/columns.ts';
import { createEmbeddedWriter } from './writer.ts';

/**
 * The embedded database under the app role. It has a single session, so each wave is a
 * transaction of its own that takes the role and leaves it again.
 */
export function createEmbedded(pglite: PGlite): Database {
  return {
    wave: (session, statements) =>
      pglite.transaction(async (transaction) => {
        await transaction.exec(`set local role ${APP_ROLE}`);
        const run = async ({ text, values }: Statement) =>
          (await transaction.query<DatabaseRow>(text, [...values], WIRE_FORMAT)).rows;
        await run(sessionStatement(session));
        const results: (readonly DatabaseRow[])[] = [];
        for (const statement of statements) results.push(await run(statement));
        return results;
      }),
    writer: createEmbeddedWriter(pglite),
    system: createEmbeddedSystem(pglite),
    close: () => pglite.close(),
  };
}

const asIs = (value: string) => value;

/** Values go in and come out as text, which makes both drivers' rows alike. */
const WIRE_FORMAT = {
  parsers: { ...DECODERS },
  serializers: { 16: asIs, 20: asIs, 23: asIs, 1009: asIs, 1082: asIs, 1184: asIs },
};

/** Opens the embedded database in a folder, or in memory where there is none. Times come in UTC. */
export async function openPglite(directory: string | null): Promise<PGlite> {
  const pglite = await PGlite.create(directory === null ? {} : { dataDir: directory });
  await pglite.exec("set timezone = 'UTC'; set datestyle = 'ISO'");
  return pglite;
}
