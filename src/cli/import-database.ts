import { checkNames, type Environment, readSetting } from '../config.ts';
import type { Database } from '../data/database.ts';
import { lockImport } from '../data/import-lock.ts';
import { openExisting } from './open-existing.ts';
import { openPostgres } from './open-postgres.ts';

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
  checkNames(environment);
  const directory = readSetting(environment, 'SCOPEGATE_DATA_DIR');
  const url = readSetting(environment, 'DATABASE_URL');
  if (url === undefined) {
    const database = await openExisting(directory);
    // The folder's own lock keeps others out.
    return { ...database, lock: async () => async () => {} };
  }
  const database = await openPostgres({
    url,
    connections: 2,
    statementTimeout: STATEMENT_TIMEOUT,
  });
  return { ...database, lock: (storeId, lost) => lockImport(url, storeId, lost) };
}
