import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  jsonb,
  pgPolicy,
  pgRole,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { ACCESS_TOKEN_FORMATS, APP_REVIEWS, APP_VISIBILITIES } from '../values.ts';
import {
  APP_ROLE,
  identifier,
  moment,
  ofInstallation,
  oneOf,
  platform,
  systemPolicy,
} from './columns.ts';
import { merchants } from './merchants.ts';
import { stores } from './stores.ts';

const appRole = pgRole(APP_ROLE).existing();

export const apps = platform.table(
  'apps',
  {
    id: identifier('id').primaryKey(),
    clientId: identifier('client_id').notNull(),
    name: text('name').notNull(),
    /** Who offers it, in words for merchants; null where the platform was not told. */
    publisher: text('publisher'),
    visibility: text('visibility').$type<(typeof APP_VISIBILITIES)[number]>().notNull(),
    review: text('review').$type<(typeof APP_REVIEWS)[number]>().notNull(),
    /** What the platform said when it rejected or suspended the app. */
    reviewNote: text('review_note'),
    /** The SHA-256 of the client secret; without one the client cannot authenticate. */
    secretHash: identifier('secret_hash'),
    redirectUris: text('redirect_uris').array().notNull().default([]),
    logoUrl: text('logo_url'),
    privacyPolicyUrl: text('privacy_policy_url'),
    /** Where the app opens inside the merchant's page, if it does. */
    appUrl: text('app_url'),
    accessTokenFormat: text('access_token_format')
      .$type<(typeof ACCESS_TOKEN_FORMATS)[number]>()
      .notNull()
      .default('OPAQUE'),
    /** A private app is this store's alone, and nobody's without one; a public one may be tried there before it is approved. */
    ownerStoreId: identifier('owner_store_id').references(() => stores.id),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    systemPolicy(),
    unique('apps_client_id').on(table.clientId),
    check('apps_visibility', oneOf('visibility', APP_VISIBILITIES)),
    check('apps_review', oneOf('review', APP_REVIEWS)),
    check('apps_access_token_format', oneOf('access_token_format', ACCESS_TOKEN_FORMATS)),
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
    /** To some minutes: it is not written with every request. */
    lastUsedAt: moment('last_used_at'),
    /** The scopes that the merchant decided about last, granted or not. What is not among them is new. */
    reviewedScopes: text('reviewed_scopes').array().notNull().default([]),
    reviewedAt: moment('reviewed_at'),
    reviewedBy: identifier('reviewed_by').references(() => merchants.id),
  },
  (table) => [
    systemPolicy(),
    pgPolicy('own', { for: 'select', to: appRole, using: ofInstallation('id') }),
    // Two consents at the same time must not make two installations.
    uniqueIndex('installations_living')
      .on(table.storeId, table.appId)
      .where(sql`removed_at is null`),
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
    /** The SHA-256 of the consent that it came from; none for what no consent came before. */
    grantHash: identifier('grant_hash'),
    /** What the authorization server knows of it beyond these columns. */
    payload: jsonb('payload').$type<Readonly<Record<string, unknown>>>(),
  },
  (table) => [
    systemPolicy(),
    foreignKey({
      name: 'access_tokens_installation',
      columns: [table.storeId, table.installationId],
      foreignColumns: [installations.storeId, installations.id],
    }),
    index('access_tokens_by_installation').on(table.installationId),
    index('access_tokens_by_grant').on(table.grantHash),
    index('access_tokens_by_expiry').on(table.expiresAt),
  ],
);
