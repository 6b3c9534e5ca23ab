import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { PostgresOptions } from './pool.ts';
import { SYSTEM_ROLE } from './tables/columns.ts';
import { embeddedTransactions, postgresTransactions, type Transaction } from './transactions.ts';

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
  options: PostgresOptions,
): System & { close(): Promise<void> } {
  const { run, close } = postgresTransactions(options, SYSTEM_ROLE, 'scopegate-system');
  return {
    async transaction(work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await run(work);
        } catch (cause) {
          if (tries === MOST_TRIES || !wasGivenUp(cause)) throw cause;
        }
      }
    },
    close,
  };
}

/** The platform's access to the embedded database. */
export const createEmbeddedSystem = (pglite: PGlite): System => ({
  transaction: embeddedTransactions(pglite, SYSTEM_ROLE),
});
