import type { Database } from '../data/database.ts';
import { checkDatabase } from '../data/migrate.ts';
import type { PostgresOptions } from '../data/pool.ts';
import { createPostgres } from '../data/postgres.ts';
import { AppError, StartError } from '../errors.ts';

/**
 * PostgreSQL, which is there and up to date.
 *
 * @throws StartError when it is not.
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const database = createPostgres(options);
  try {
    await checkDatabase(database);
    return database;
  } catch (error) {
    await database.close();
    if (!(error instanceof AppError)) throw error;
    throw new StartError([
      `The database at ${describeUrl(options.url)} cannot be used: ${error.detail}. Check DATABASE_URL, and run "npm run -s scopegate -- migrate" once.`,
    ]);
  }
}

/** The address without user and password. */
function describeUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
