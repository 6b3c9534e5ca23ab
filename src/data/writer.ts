import type { PGlite } from '@electric-sql/pglite';
import { type SQL, sql } from 'drizzle-orm';
import type { PostgresOptions } from './pool.ts';
import { settingsOf } from './session-settings.ts';
import { WRITER_ROLE } from './tables/columns.ts';
import {
  embeddedTransactions,
  postgresTransactions,
  type RunTransaction,
  type Transaction,
} from './transactions.ts';

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

function settings(session: WriteSession): SQL {
  const set = settingsOf({ ...session, ordersSince: null }).map(
    ([name, value]) => sql`set_config(${name}, ${value}, true)`,
  );
  return sql`select ${sql.join(set, sql`, `)}`;
}

/** Writes over the network. */
export function createPostgresWriter(
  options: PostgresOptions,
): Writer & { close(): Promise<void> } {
  const { run, close } = postgresTransactions(options, WRITER_ROLE, 'scopegate-writer');
  return { ...writerOver(run), close };
}

/** Writes to the embedded database. */
export const createEmbeddedWriter = (pglite: PGlite): Writer =>
  writerOver(embeddedTransactions(pglite, WRITER_ROLE));

const writerOver = (run: RunTransaction): Writer => ({
  transaction: (session, work) =>
    run(async (transaction) => {
      await transaction.execute(settings(session));
      return work(transaction);
    }),
});
