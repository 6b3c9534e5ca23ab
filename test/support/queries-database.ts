import { readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { inject } from 'vitest';
import { type Database, type DatabaseRow, sessionStatement } from '../../src/data/database.ts';
import { createEmbedded } from '../../src/data/pglite.ts';
import { createPostgres } from '../../src/data/postgres.ts';
import type { Session } from '../../src/data/source.ts';
import { OWNER_ROLE } from '../../src/data/tables/columns.ts';
import type { Backend } from './gateway.ts';
import { cloneDatabase } from './postgres.ts';

/** A database with demo data, with a way around its locks for a test to prepare and to compare. */
export interface OwnedDatabase {
  /** As the gateway sees it, over a single connection. */
  readonly database: Database;
  /** As a superuser, whom row-level security does not bind. */
  admin(text: string, values?: readonly unknown[]): Promise<readonly DatabaseRow[]>;
  /** As the tables' owner in the session of a store, in a transaction that is undone. */
  asOwner(session: Session, text: string): Promise<readonly DatabaseRow[]>;
  /** The address of the same database for the gateway's user; null where it is embedded. */
  readonly appUrl: string | null;
  close(): Promise<void>;
}

export const openOwnedDatabase = (backend: Backend): Promise<OwnedDatabase> =>
  backend === 'pglite' ? openEmbeddedOwned() : openPostgresOwned();

async function openEmbeddedOwned(): Promise<OwnedDatabase> {
  const archive = new Blob([await readFile(inject('embeddedArchive'))]);
  const pglite = await PGlite.create({ loadDataDir: archive });
  await pglite.exec("set timezone = 'UTC'; set datestyle = 'ISO'");
  return {
    database: createEmbedded(pglite),
    admin: async (text, values = []) => (await pglite.query<DatabaseRow>(text, [...values])).rows,
    asOwner: async (session, text) => {
      await pglite.exec(`begin; set local role ${OWNER_ROLE}`);
      try {
        const { text: setting, values } = sessionStatement(session);
        await pglite.query(setting, [...values]);
        return (await pglite.query<DatabaseRow>(text)).rows;
      } finally {
        await pglite.exec('rollback');
      }
    },
    appUrl: null,
    close: () => pglite.close(),
  };
}

async function openPostgresOwned(): Promise<OwnedDatabase> {
  const { appUrl, ownerUrl, drop } = await cloneDatabase(inject('postgresAdminUrl'));
  const database = createPostgres({ url: appUrl, connections: 1, statementTimeout: 10_000 });
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  return {
    database,
    admin: async (text, values = []) =>
      (await client.query<Record<string, unknown>>(text, [...values])).rows,
    asOwner: async (session, text) => {
      await client.query(`begin; set local role ${OWNER_ROLE}`);
      try {
        const { text: setting, values } = sessionStatement(session);
        await client.query(setting, [...values]);
        return (await client.query<Record<string, unknown>>(text)).rows;
      } finally {
        await client.query('rollback');
      }
    },
    appUrl,
    close: async () => {
      await client.end();
      await database.close();
      await drop();
    },
  };
}
