import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  pgPolicy,
  pgRole,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { APP_REVIEWS, APP_VISIBILITIES } from '../values.ts';
import {
  APP_ROLE,
  identifier,
  moment,
  ofInstallation,
  oneOf,
  platform,
  systemRole,
} from './columns.ts';
import { stores } from './stores.ts';

const appRole = pgRole(APP_ROLE).existing();

/** The platform's own role sees and changes every row. */
const systemPolicy = () =>
  pgPolicy('system', { for: 'all', to: systemRole, using: sql`true`, withCheck: sql`true` });

export const apps = platform.table(
  'apps',
  {
    id: identifier('id').primaryKey(),
    clientId: identifier('client_id').notNull(),
    name: text('name').notNull(),
    visibility: text('visibility').$type<(typeof APP_VISIBILITIES)[number]>().notNull(),
    review: text('review').$type<(typeof APP_REVIEWS)[number]>().notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    systemPolicy(),
    unique('apps_client_id').on(table.clientId),
    check('apps_visibility', oneOf('visibility', APP_VISIBILITIES)),
    check('apps_review', oneOf('review', APP_REVIEWS)),
  ],
);

/** The scopes that an app declares it needs. */
export const appScopes = platform.table(
  'app_scopes',
  {
    appId: identifier('app_id')
      .notNull()
      .references(() => apps.id),
    scope: identifier('scope').notNull(),
    required: boolean('required').notNull(),
  },
  (table) => [systemPolicy(), primaryKey({ columns: [table.appId, table.scope] })],
);

/** Clients of external issuers that the platform linked to an app. */
export const clientLinks = platform.table(
  'client_links',
  {
    issuer: identifier('issuer').notNull(),
    clientId: identifier('client_id').notNull(),
    appId: identifier('app_id')
      .notNull()
      .references(() => apps.id),
  },
  (table) => [systemPolicy(), primaryKey({ columns: [table.issuer, table.clientId] })],
);

/** An app in a store. It is marked removed, not deleted, when the merchant uninstalls it. */
export const installations = platform.table(
  'installations',
  {
    id: identifier('id').primaryKey(),
    appId: identifier('app_id')
      .notNull()
      .references(() => apps.id),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    installedAt: moment('installed_at').notNull(),
    removedAt: moment('removed_at'),
  },
  (table) => [
    systemPolicy(),
    pgPolicy('own', { for: 'select', to: appRole, using: ofInstallation('id') }),
    unique('installations_store_id_id').on(table.storeId, table.id),
    index('installations_by_store').on(table.storeId, table.appId),
  ],
);

/** The scopes that a merchant granted to an installation. */
export const grants = platform.table(
  'grants',
  {
    installationId: identifier('installation_id')
      .notNull()
      .references(() => installations.id),
    scope: identifier('scope').notNull(),
    grantedAt: moment('granted_at').notNull(),
  },
  (table) => [
    systemPolicy(),
    pgPolicy('own', { for: 'select', to: appRole, using: ofInstallation('installation_id') }),
    primaryKey({ columns: [table.installationId, table.scope] }),
  ],
);

/** Opaque access tokens. Only their SHA-256 is stored, in hexadecimal. */
export const accessTokens = platform.table(
  'access_tokens',
  {
    hash: identifier('hash').primaryKey(),
    installationId: identifier('installation_id').notNull(),
    storeId: identifier('store_id').notNull(),
    scope: text('scope').notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    revokedAt: moment('revoked_at'),
  },
  (table) => [
    systemPolicy(),
    foreignKey({
      name: 'access_tokens_installation',
      columns: [table.storeId, table.installationId],
      foreignColumns: [installations.storeId, installations.id],
    }),
    index('access_tokens_by_installation').on(table.installationId),
  ],
);
