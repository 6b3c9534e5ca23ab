import { type SQL, sql } from 'drizzle-orm';
import { customType, integer, pgPolicy, pgRole, pgSchema, timestamp } from 'drizzle-orm/pg-core';

/** Store data: every table here carries a store and is bounded by row-level security. */
export const commerce = pgSchema('commerce');

/**
 * Owns tables and runs migrations; never serves a request.
 * The four roles are made before the first migration, because roles belong to the cluster.
 */
export const OWNER_ROLE = 'scopegate_owner';
/** Looks across stores for the platform: token lookup, installations, dispatching. */
export const SYSTEM_ROLE = 'scopegate_system';
/** Answers queries, under the policies below. */
export const APP_ROLE = 'scopegate_app';

/** Carries out mutations, under the same policies. It reads every order of a store and shows none. */
export const WRITER_ROLE = 'scopegate_writer';

export const systemRole = pgRole(SYSTEM_ROLE).existing();
const writerRole = pgRole(WRITER_ROLE).existing();

/** What the platform itself keeps; the app role reaches it through functions and its own policies. */
export const platform = pgSchema('platform');

/** The platform's own role sees and changes every row. */
export const systemPolicy = () =>
  pgPolicy('system', { for: 'all', to: systemRole, using: sql`true`, withCheck: sql`true` });

/** Identifiers compare bytewise: an index on them serves equality, order and prefix ranges alike. */
export const identifier = customType<{ data: string }>({
  dataType: () => 'text collate "C"',
});

/** Millisecond precision, so that a value survives a JavaScript `Date` and a cursor unchanged. */
export const moment = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** Whole minor units of the row's currency; `numeric` is not leakproof and could not use an index. */
export const minorUnits = customType<{ data: bigint; driverData: string }>({
  dataType: () => 'bigint',
  fromDriver: BigInt,
  toDriver: String,
});

/** Counts the changes of a row: who changes it says which one was read. */
export const version = () => integer('version').notNull().default(1);

const setting = (name: string) => sql.raw(`nullif(current_setting('scopegate.${name}', true), '')`);

/** The session's store; no session means no rows, because the setting is then null. */
export const ofStore = (column: string): SQL =>
  sql`${sql.raw(column)} = (select ${setting('store_id')})`;

/** The 60-day window; no session means no rows. */
export const inWindow = (column: string): SQL =>
  sql`${sql.raw(column)} >= (select ${setting('orders_since')}::timestamptz)`;

/** A row belongs to the session's store. */
export const storePolicy = (column = 'store_id') =>
  pgPolicy('store', { for: 'all', using: ofStore(column), withCheck: ofStore(column) });

/**
 * A row belongs to the session's store and was not deleted. Only the writer sees one that was: orders refer to it, so
 * it stays, and to change a row into one out of sight is refused.
 */
export const livingPolicies = () => [
  pgPolicy('store', {
    for: 'all',
    using: sql`${ofStore('store_id')} and deleted_at is null`,
    withCheck: ofStore('store_id'),
  }),
  pgPolicy('deleted', {
    for: 'all',
    to: writerRole,
    using: ofStore('store_id'),
    withCheck: ofStore('store_id'),
  }),
];

/**
 * A row belongs to the session's store and to an order inside the session's window. `later` names columns that
 * are never before the creation: the window bounds them as well, which lets their indexes skip what is older.
 */
export const orderPolicy = (createdAt: string, ...later: readonly string[]) => {
  const window = [createdAt, ...later].map(inWindow);
  const visible = sql.join([ofStore('store_id'), ...window], sql` and `);
  return pgPolicy('store_and_window', { for: 'all', using: visible, withCheck: visible });
};

/** A check that the column holds one of the values, or null where the column allows it. */
export const oneOf = (column: string, values: readonly string[]): SQL =>
  sql.raw(`${column} in (${values.map((value) => `'${value}'`).join(', ')})`);

/** The session's client, for what belongs to whoever made it; no row without one. */
export const ofOwner = (column: string): SQL =>
  sql`${sql.raw(column)} = (select ${setting('owner')})`;

/** The session's installation, for what an app owns; no row without one. */
export const ofInstallation = (column: string): SQL =>
  sql`${sql.raw(column)} = (select ${setting('installation_id')})`;
