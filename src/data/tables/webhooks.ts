import { sql } from 'drizzle-orm';
import { boolean, foreignKey, index, pgPolicy, text, unique } from 'drizzle-orm/pg-core';
import { commerce, identifier, moment, ofOwner, ofStore, systemRole, version } from './columns.ts';
import { stores } from './stores.ts';

/** A row belongs to the client that made it: another app in the same store does not see it. The platform delivers. */
const ownPolicies = () => {
  const own = sql`${ofStore('store_id')} and ${ofOwner('owner')}`;
  return [
    pgPolicy('own', { for: 'all', using: own, withCheck: own }),
    pgPolicy('delivery', { for: 'select', to: systemRole, using: sql`true` }),
  ];
};

export const webhooks = commerce.table(
  'webhooks',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    /** An installation, or an issuer and its client id. */
    owner: identifier('owner').notNull(),
    url: text('url').notNull(),
    topics: text('topics').array().notNull(),
    enabled: boolean('enabled').notNull(),
    /** What the token could read that chose the topics last: deliveries never carry more. */
    scopes: text('scopes').array().notNull(),
    secretChangedAt: moment('secret_changed_at').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    version: version(),
  },
  (table) => [
    ...ownPolicies(),
    // Those of an app that the merchant uninstalled go with it.
    pgPolicy('uninstall', { for: 'delete', to: systemRole, using: sql`true` }),
    unique('webhooks_store_id_id').on(table.storeId, table.id),
    index('webhooks_by_created').on(table.storeId, table.owner, table.createdAt, table.id),
  ],
);

/** What deliveries are signed with, encrypted. No role that answers queries may read this table. */
export const webhookSecrets = commerce.table(
  'webhook_secrets',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id').notNull(),
    owner: identifier('owner').notNull(),
    webhookId: identifier('webhook_id').notNull(),
    sealed: text('sealed').notNull(),
    createdAt: moment('created_at').notNull(),
    /** Set when another one took its place: until then deliveries are signed with both. */
    expiresAt: moment('expires_at'),
  },
  (table) => [
    ...ownPolicies(),
    foreignKey({
      name: 'webhook_secrets_webhook',
      columns: [table.storeId, table.webhookId],
      foreignColumns: [webhooks.storeId, webhooks.id],
    }).onDelete('cascade'),
    index('webhook_secrets_by_webhook').on(table.storeId, table.webhookId, table.createdAt),
  ],
);
