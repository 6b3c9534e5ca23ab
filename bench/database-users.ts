import type pg from 'pg';
import { APP_ROLE } from '../src/data/tables/columns.ts';

/** As the gateway and its peers connect: a plain user, so that nothing works by being a superuser. */
export const APP_USER = 'scopegate_bench';

/** May read what the app role may, and no policy binds it: what row-level security costs is measured against it. */
export const UNBOUND_USER = 'scopegate_bench_unbound';

/** The app role must be there. */
export async function createUnboundUser(client: pg.Client): Promise<void> {
  await createUser(client, UNBOUND_USER);
  await client.query(`alter role ${UNBOUND_USER} bypassrls`);
  await client.query(`grant ${APP_ROLE} to ${UNBOUND_USER}`);
}

/** Users belong to the cluster, so another database of it may have made them. Each has its name as its password. */
export async function createUser(client: pg.Client, name: string): Promise<void> {
  const exists = await client.query('select from pg_roles where rolname = $1', [name]);
  if (exists.rowCount === 0) await client.query(`create role ${name} login password '${name}'`);
}
