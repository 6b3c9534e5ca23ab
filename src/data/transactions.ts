import type { PGlite } from '@electric-sql/pglite';
import { DrizzleQueryError, sql } from 'drizzle-orm';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { isAway, unavailable } from './unavailable.ts';

/** Statements of one transaction, the same for both drivers. */
export type Transaction = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/**
 * Commits what `work` did under one role, or nothing of it when it throws.
 *
 * @throws AppError UNAVAILABLE when the database cannot be reached; what `work` throws.
 */
export type RunTransaction = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;

export interface PostgresOptions {
  readonly url: string;
  readonly connections: number;
  /** Longest a statement may run, in milliseconds. */
  readonly statementTimeout: number;
}

/**
 * Transactions over the network, on connections of their own that the server knows by `name`. Role and settings are
 * connection options, as for reads.
 */
export function postgresTransactions(
  { url, connections, statementTimeout }: PostgresOptions,
  role: string,
  name: string,
): { readonly run: RunTransaction; close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5_000,
    application_name: name,
    options: [
      `-c role=${role}`,
      '-c timezone=UTC',
      '-c datestyle=ISO',
      `-c statement_timeout=${statementTimeout}`,
      `-c idle_in_transaction_session_timeout=${statementTimeout}`,
    ].join(' '),
  });
  pool.on('error', () => {});
  const database = drizzlePostgres({ client: pool });
  return {
    async run(work) {
      try {
        return await database.transaction((transaction) =>
          work(transaction as unknown as Transaction),
        );
      } catch (cause) {
        throw asUnavailable(cause);
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
