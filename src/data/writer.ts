import type { PGlite } from '@electric-sql/pglite';
import { DrizzleQueryError, type SQL, sql } from 'drizzle-orm';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { AppError } from '../errors.ts';
import { WRITER_ROLE } from './tables/columns.ts';

/** Statements of one transaction, the same for both drivers. */
export type Transaction = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** What bounds a write: its store, and who the idempotency keys belong to. */
export interface WriteSession {
  readonly storeId: string;
  readonly installationId: string | null;
  /** An installation, or an issuer and its client id. */
  readonly owner: string;
}

/**
 * Carries out writes, each a transaction under the writer's role. It sees every order of the session's
 * store, because rules bind old orders too: what it sees must not be told but as ids and verdicts.
 */
export interface Writer {
  /**
   * Commits what `work` did, or nothing of it when it throws.
   *
   * @throws AppError UNAVAILABLE when the database cannot be reached; what `work` throws.
   */
  transaction<T>(session: WriteSession, work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

const settings = ({ storeId, installationId, owner }: WriteSession): SQL =>
  sql`select set_config('scopegate.store_id', ${storeId}, true), set_config('scopegate.orders_since', '-infinity', true), set_config('scopegate.installation_id', ${installationId ?? ''}, true), set_config('scopegate.owner', ${owner}, true)`;

export interface PostgresWriterOptions {
  readonly url: string;
  readonly connections: number;
  /** Longest a statement may run, in milliseconds. */
  readonly statementTimeout: number;
}

/** Writes over the network. Role and settings are connection options, as for reads. */
export function createPostgresWriter(
  options: PostgresWriterOptions,
): Writer & { close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: 5_000,
    application_name: 'scopegate-writer',
    options: [
      `-c role=${WRITER_ROLE}`,
      '-c timezone=UTC',
      '-c datestyle=ISO',
      `-c statement_timeout=${options.statementTimeout}`,
      `-c idle_in_transaction_session_timeout=${options.statementTimeout}`,
    ].join(' '),
  });
  pool.on('error', () => {});
  const database = drizzlePostgres({ client: pool });
  return {
    async transaction(session, work) {
      try {
        return await database.transaction(async (transaction) => {
          await transaction.execute(settings(session));
          return work(transaction as unknown as Transaction);
        });
      } catch (cause) {
        throw asUnavailable(cause);
      }
    },
    close: () => pool.end(),
  };
}

/** Writes to the embedded database, which has one session: a transaction takes the role and leaves it again. */
export function createEmbeddedWriter(pglite: PGlite): Writer {
  const database = drizzlePglite({ client: pglite });
  return {
    async transaction(session, work) {
      try {
        return await database.transaction(async (transaction) => {
          await transaction.execute(sql.raw(`set local role ${WRITER_ROLE}`));
          await transaction.execute(settings(session));
          return work(transaction as unknown as Transaction);
        });
      } catch (cause) {
        throw asUnavailable(cause);
      }
    },
  };
}

/**
 * An error of a driver as what the rest of the gateway knows: UNAVAILABLE when the database is away, else what the
 * database said. Drizzle's own error quotes the values of the statement, which may be personal or secret.
 */
export function asUnavailable(thrown: unknown): unknown {
  const cause =
    thrown instanceof DrizzleQueryError
      ? (thrown.cause ?? new Error('A statement failed.'))
      : thrown;
  return isAway(cause) ? unavailable(cause) : cause;
}

/** What `pg` says of a connection that it has not or no longer. */
const NO_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

/** Network errors, and SQLSTATE classes 08, 53, 57 and 58, which are the server's state. */
function isAway(cause: unknown): boolean {
  if (cause instanceof pg.DatabaseError) return /^(08|53|57|58)/.test(cause.code ?? '');
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause ? String(cause.code) : '';
  return /^E[A-Z]+$/.test(code) || NO_CONNECTION.test(cause.message);
}

const unavailable = (cause: unknown) =>
  new AppError('UNAVAILABLE', 'The database cannot be reached. Try again shortly.', {
    cause,
    detail: cause instanceof Error ? cause.message : String(cause),
  });
