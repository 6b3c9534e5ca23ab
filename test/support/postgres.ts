import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrateDatabase } from '../../src/data/migrate.ts';
import { insertDemo } from '../../src/data/seed/insert.ts';
import { OWNER_ROLE } from '../../src/data/tables/columns.ts';

/** The database that every test's own is cloned from: migrated and with demo data. */
const TEMPLATE = 'scopegate_template';

/** The login of the gateway in tests: a plain user, so that nothing works by being a superuser. */
const APP_USER = 'scopegate_login';
const APP_PASSWORD = 'login';

/** Addresses of one database: as its owner, and as the gateway. */
export interface DatabaseUrls {
  readonly ownerUrl: string;
  readonly appUrl: string;
}

export interface PostgresServer {
  /** As a superuser, to the maintenance database. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** A real PostgreSQL of its own, or the one that TEST_POSTGRES_URL names as a superuser. */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env.TEST_POSTGRES_URL;
  if (given !== undefined) return { adminUrl: given, stop: async () => {} };
  const directory = await mkdtemp(join(tmpdir(), 'scopegate-postgres-'));
  // PostgreSQL refuses to run as root and then runs as a user of its own, who must get into the folder.
  await chmod(directory, 0o755);
  const port = await freePort();
  const script = fileURLToPath(new URL('postgres-server.js', import.meta.url));
  const server = fork(script, [join(directory, 'data'), String(port)]);
  const ended = once(server, 'exit');
  const [message] = await Promise.race([once(server, 'message'), ended]);
  if (message !== 'ready') throw new Error(`PostgreSQL did not start: exit code ${message}.`);
  return {
    adminUrl: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      server.disconnect();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Makes the template anew. */
export async function createTemplate(adminUrl: string, now: Date): Promise<void> {
  await runAs(adminUrl, async (client) => {
    await client.query(`drop database if exists ${TEMPLATE} with (force)`);
    await client.query(`create database ${TEMPLATE} template template0 encoding 'UTF8'`);
    const exists = await client.query('select from pg_roles where rolname = $1', [APP_USER]);
    if (exists.rowCount === 0) {
      await client.query(`create role ${APP_USER} login password '${APP_PASSWORD}'`);
    }
  });
  const urls = urlsOf(adminUrl, TEMPLATE);
  await migrateDatabase(urls.ownerUrl, urls.appUrl);
  await runAs(urls.ownerUrl, async (client) => {
    await client.query(`begin; set local role ${OWNER_ROLE}`);
    await insertDemo((text, values) => client.query(text, [...values]), now);
    await client.query('commit');
    await client.query('analyze');
  });
}

/** A database of one's own with the demo data in it. */
export async function cloneDatabase(
  adminUrl: string,
): Promise<DatabaseUrls & { drop(): Promise<void> }> {
  const name = `scopegate_${randomBytes(6).toString('hex')}`;
  await runAs(adminUrl, (client) =>
    client.query(`create database ${name} template ${TEMPLATE} strategy file_copy`),
  );
  const drop = () =>
    runAs(adminUrl, async (client) => {
      await client.query(`drop database if exists ${name} with (force)`);
    });
  return { ...urlsOf(adminUrl, name), drop };
}

function urlsOf(adminUrl: string, database: string): DatabaseUrls {
  const owner = new URL(adminUrl);
  owner.pathname = `/${database}`;
  const app = new URL(owner);
  app.username = APP_USER;
  app.password = APP_PASSWORD;
  return { ownerUrl: owner.href, appUrl: app.href };
}

async function runAs<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

/** A port that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
