import { fileURLToPath } from 'node:url';
import type { PGlite } from '@electric-sql/pglite';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import pg from 'pg';
import { StartError } from '../errors.ts';
import type { Database } from './database.ts';
import { APP_ROLE, OWNER_ROLE, SYSTEM_ROLE, WRITER_ROLE } from './tables/columns.ts';

/** Migrations are not compiled, so the source and the built gateway read the same folder. */
const MIGRATIONS = {
  migrationsFolder: fileURLToPath(new URL('../../src/data/migrations', import.meta.url)),
  migrationsSchema: 'migrations',
  migrationsTable: 'applied',
};

/** Roles belong to the cluster, so another database of it may have made them, even this moment. */
const PREPARE = `
do $$
declare role_name text;
begin
  foreach role_name in array array['${OWNER_ROLE}', '${SYSTEM_ROLE}', '${APP_ROLE}', '${WRITER_ROLE}'] loop
    begin
      execute format('create role %I nologin', role_name);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
  execute format('grant create on database %I to ${OWNER_ROLE}', current_database());
end $$;
grant ${SYSTEM_ROLE} to ${OWNER_ROLE};
`;

/** Lets the gateway see at start whether the database is as new as its own code. */
const FINISH = `
grant usage on schema migrations to ${APP_ROLE};
grant select on migrations.applied to ${APP_ROLE};
`;

/** Brings the embedded database up to date. It is left in the superuser's role. */
export async function migrateEmbedded(pglite: PGlite): Promise<void> {
  await pglite.exec(`${PREPARE} set role ${OWNER_ROLE}`);
  await migratePglite(drizzlePglite({ client: pglite }), MIGRATIONS);
  await pglite.exec(`${FINISH} reset role`);
}

/**
 * Brings a PostgreSQL database up to date. `ownerUrl` names a user that may create roles; the user of
 * `appUrl`, which answers requests, then becomes a member of the app, writer and system roles.
 */
export async function migrateDatabase(ownerUrl: string, appUrl: string): Promise<void> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: 'scopegate-migrate',
  });
  await client.connect();
  try {
    await client.query(PREPARE);
    await client.query(`grant ${OWNER_ROLE} to current_user`);
    const user = new pg.Client({ connectionString: appUrl }).user;
    if (user !== undefined) {
      await client.query(
        `grant ${APP_ROLE}, ${WRITER_ROLE}, ${SYSTEM_ROLE} to ${client.escapeIdentifier(user)}`,
      );
    }
    await client.query(`set role ${OWNER_ROLE}`);
    await migratePostgres(drizzlePostgres({ client }), MIGRATIONS);
    await client.query(FINISH);
  } finally {
    await client.end();
  }
}

const STATE = {
  role: `select rolsuper or rolbypassrls as "unbound", current_user as "name" from pg_roles where rolname = current_user`,
  schema: `select count(*)::int as "count" from pg_namespace where nspname in ('commerce', 'platform', 'migrations')`,
  unforced: `select c.relname::text as "name" from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('commerce', 'platform') and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)`,
  letters: `select lower('É') = 'é' as "known"`,
  writer: `select pg_has_role(session_user, '${WRITER_ROLE}', 'member') as "member"`,
  owned: `select count(*)::int as "count" from pg_tables where schemaname in ('commerce', 'platform') and tableowner = current_user`,
};

/**
 * Refuses a database that the gateway must not answer from: not migrated, of another version, or
 * with a role that row-level security does not bind.
 *
 * @throws StartError with every problem found.
 */
export async function checkDatabase(database: Database): Promise<void> {
  const run = async (text: string) =>
    (await database.wave(null, [{ name: null, text, values: [] }]))[0] ?? [];
  const [role] = await run(STATE.role);
  const [schema] = await run(STATE.schema);
  if (schema?.count !== 3) {
    throw new StartError([
      'The database has no scopegate tables. Run "npm run -s scopegate -- migrate" with SCOPEGATE_OWNER_URL set.',
    ]);
  }
  const [applied] = await run('select count(*)::int as "count" from migrations.applied');
  const known = readMigrationFiles(MIGRATIONS).length;
  const problems: string[] = [];
  if (applied?.count !== known) {
    problems.push(
      `The database has ${applied?.count} migrations and this version of scopegate has ${known}. Run "npm run -s scopegate -- migrate", or start the version that matches.`,
    );
  }
  const unforced = (await run(STATE.unforced)).map(({ name }) => name);
  if (unforced.length > 0) {
    problems.push(`Row-level security is not enabled and forced on: ${unforced.join(', ')}.`);
  }
  const [letters] = await run(STATE.letters);
  if (letters?.known !== true) {
    problems.push(
      'The locale of the database knows no letters beyond ASCII, and searches would miss names. Create it with a UTF-8 locale such as C.UTF-8.',
    );
  }
  const [writer] = await run(STATE.writer);
  if (writer?.member !== true) {
    problems.push(
      `The user of DATABASE_URL is no member of "${WRITER_ROLE}", which carries out mutations. Run "npm run -s scopegate -- migrate".`,
    );
  }
  const [owned] = await run(STATE.owned);
  if (role?.name !== APP_ROLE || role.unbound !== false || owned?.count !== 0) {
    problems.push(
      `Queries run as "${role?.name}". They must run as "${APP_ROLE}", which owns no tables and does not bypass row-level security.`,
    );
  }
  if (problems.length > 0) throw new StartError(problems);
}
