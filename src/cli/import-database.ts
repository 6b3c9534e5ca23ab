import { type Environment, SETTINGS } from '../config.ts';
import { isLoopback } from '../config-values.ts';
import type { Database } from '../data/database.ts';
import { openEmbedded } from '../data/embedded.ts';
import { lockImport } from '../data/import-lock.ts';
import { checkDatabase } from '../data/migrate.ts';
import { createPostgres } from '../data/postgres.ts';
import { AppError, StartError } from '../errors.ts';

/** A database that a store's data can be imported into. */
export interface ImportDatabase extends Database {
  /** Takes the one place for an import into a store; `lost` is called when it is no longer held. */
  lock(storeId: string, lost: () => void): Promise<() => Promise<void>>;
}

/** A batch is more than a request: its statements may take longer. */
const STATEMENT_TIMEOUT = 120_000;

/**
 * The database of the gateway with these settings. Only where it is matters here: issuers and secrets are the running
 * gateway's.
 *
 * @throws StartError with every problem found.
 */
export async function openImportDatabase(environment: Environment): Promise<ImportDatabase> {
  const directory = setting('SCOPEGATE_DATA_DIR', environment);
  if (environment.DATABASE_URL === undefined) {
    const seed = isLoopback(setting('HOST', environment));
    const database = await openEmbedded({ directory, seed, now: new Date() });
    // The folder's own lock keeps others out.
    return { ...database, lock: async () => async () => {} };
  }
  const url = setting('DATABASE_URL', environment);
  const database = createPostgres({ url, connections: 2, statementTimeout: STATEMENT_TIMEOUT });
  try {
    await checkDatabase(database);
  } catch (error) {
    await database.close();
    if (!(error instanceof AppError)) throw error;
    throw new StartError([
      `The database cannot be used: ${error.detail}. Check DATABASE_URL, and run "npm run -s scopegate -- migrate" once.`,
    ]);
  }
  return { ...database, lock: (storeId, lost) => lockImport(url, storeId, lost) };
}

function setting(
  name: 'SCOPEGATE_DATA_DIR' | 'HOST' | 'DATABASE_URL',
  environment: Environment,
): string {
  const definition = SETTINGS[name];
  const standard = 'default' in definition ? definition.default : '';
  try {
    return definition.parse(environment[name] ?? standard);
  } catch (error) {
    throw new StartError([`${name} ${error instanceof Error ? error.message : ''}.`]);
  }
}
