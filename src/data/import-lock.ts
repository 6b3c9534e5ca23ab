import pg from 'pg';
import { StartError } from '../errors.ts';
import { unavailable } from './unavailable.ts';

/**
 * Takes the one place for an import into a store. It is a session's lock: whoever is killed leaves it. Resolves to what
 * gives it back; `lost` is called when the connection breaks, because then it is another's to take.
 *
 * @throws StartError when an import runs already; AppError UNAVAILABLE when the database cannot be reached.
 */
export async function lockImport(
  url: string,
  storeId: string,
  lost: () => void,
): Promise<() => Promise<void>> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: 'scopegate-import',
    keepAlive: true,
  });
  client.on('error', lost);
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
      [`scopegate import into ${storeId}`],
    );
    if (rows[0]?.taken) return () => client.end();
  } catch (cause) {
    await client.end().catch(() => {});
    throw unavailable(cause);
  }
  await client.end();
  throw new StartError([
    `Another import into ${storeId} is running. Wait until it is through: what it imports may be what this one refers to.`,
  ]);
}
