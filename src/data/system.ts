import type { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { SYSTEM_ROLE } from './tables/columns.ts';
import { asUnavailable, type PostgresWriterOptions, type Transaction } from './writer.ts';

/**
 * The platform's own affairs: apps, installations, people, tokens. It sees every row of the schema `platform`, and
 * of the stores' data what its role's policies give it: which stores there are, and webhooks.
 */
export interface System {
  /**
   * Commits what `work` did, or nothing of it when it throws. Transactions do not nest: the embedded database has a
   * single session, and one that is begun inside another would wait for itself. Where the database gave one up in favour
   * of another, `work` is done again from its beginning: it changes nothing but rows.
   *
   * @throws AppError UNAVAILABLE when the database cannot be reached; what `work` throws.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

/** How often a transaction is tried that others get in the way of. */
const MOST_TRIES = 3;

/** A deadlock, or what could not be put in an order: nothing is wrong with what was asked. */
const wasGivenUp = (cause: unknown) =>
  cause instanceof pg.DatabaseError && ['40001', '40P01'].includes(cause.code ?? '');

/** The platform's access over the network, on connections of its own. */
export function createPostgresSystem(
  options: PostgresWriterOptions,
): System & { close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: 5_000,
    application_name: 'scopegate-system',
    options: [
      `-c role=${SYSTEM_ROLE}`,
      '-c timezone=UTC',
      '-c datestyle=ISO',
      `-c statement_timeout=${options.statementTimeout}`,
      `-c idle_in_transaction_session_timeout=${options.statementTimeout}`,
    ].join(' '),
  });
  pool.on('error', () => {});
  const database = drizzlePostgres({ client: pool });
  return {
    async transaction(work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await database.transaction((transaction) =>
            work(transaction as unknown as Transaction),
          );
        } catch (thrown) {
          const cause = asUnavailable(thrown);
          if (tries === MOST_TRIES || !wasGivenUp(cause)) throw cause;
        }
      }
    },
    close: () => pool.end(),
  };
}

/** The platform's access to the embedded database: a transaction takes the role and leaves it again. */
export function createEmbeddedSystem(pglite: PGlite): System {
  const database = drizzlePglite({ client: pglite });
  return {
    async transaction(work) {
      try {
        return await database.transaction(async (transaction) => {
          await transaction.execute(sql.raw(`set local role ${SYSTEM_ROLE}`));
          return work(transaction as unknown as Transaction);
        });
      } catch (cause) {
        throw asUnavailable(cause);
      }
    },
  };
}
