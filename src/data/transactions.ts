import type { PGlite } from '@electric-sql/pglite';
import { DrizzleQueryError, sql } from 'drizzle-orm';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { createPool, type PostgresOptions } from './pool.ts';
import { isAway, unavailable } from './unavailable.ts';

/** Statements of one transaction, the same for both drivers. */
export type Transaction = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/**
 * Commits what `work` did under one role, or nothing of it when it throws.
 *
 * @throws AppError UNAVAILABLE when the database cannot be reached; what `work` throws.
 */
export type RunTransaction = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;

/**
 * Transactions over the network, on connections of their own that the server knows by `name`.
 */
export function postgresTransactions(
  options: PostgresOptions,
  role: string,
  name: string,
): { readonly run: RunTransaction; close(): Promise<void> } {
  const pool = createPool(options, {
    role,
    name,
    settings: { idle_in_transaction_session_timeout: options.statementTimeout },
  });
  const connect = () =>
    pool.connect().catch((cause) => {
      throw asUnavailable(cause);
    });
  return {
    async run(work) {
      // Taken here: Drizzle would not give back the connection of a transaction that does not begin.
      const client = await connect();
      try {
        return await drizzlePostgres({ client }).transaction((transaction) =>
          work(transaction as unknown as Transaction),
        );
      } catch (cause) {
        throw asUnavailable(cause);
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}

/** Transactions of the embedded database, which has one session: each takes the role and leaves it again. */
export function embeddedTransactions(pglite: PGlite, role: string): RunTransaction {
  const database = drizzlePglite({ client: pglite });
  return async (work) => {
    try {
      return await database.transaction(async (transaction) => {
        await transaction.execute(sql.raw(`set local role ${role}`));
        return work(transaction as unknown as Transaction);
      });
    } catch (cause) {
      throw asUnavailable(cause);
    }
  };
}

/**
 * An error of a driver as what the rest of the gateway knows: UNAVAILABLE when the database is away, else what the
 * database said. Drizzle's own error quotes the values of the statement, which may be personal or secret.
 */
function asUnavailable(thrown: unknown): unknown {
  const cause =
    thrown instanceof DrizzleQueryError
      ? (thrown.cause ?? new Error('A statement failed.'))
      : thrown;
  return isAway(cause) ? unavailable(cause) : cause;
}
