import { sql } from 'drizzle-orm';
import { index, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { identifier, moment, platform, systemPolicy } from './columns.ts';
import { stores } from './stores.ts';

/** People who sign in for a store. */
export const merchants = platform.table(
  'merchants',
  {
    id: identifier('id').primaryKey(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    emailLower: identifier('email_lower').notNull().generatedAlwaysAs(sql`lower(email)`),
    /** Argon2id, in its own text format with salt and costs. */
    passwordHash: text('password_hash').notNull(),
    /** Since when the person cannot sign in; null when they can. */
    disabledAt: moment('disabled_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [systemPolicy(), unique('merchants_email').on(table.emailLower)],
);

/** Whose store it is. A store may have several people, and a person several stores. */
export const merchantStores = platform.table(
  'merchant_stores',
  {
    merchantId: identifier('merchant_id')
      .notNull()
      .references(() => merchants.id),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
  },
  (table) => [
    systemPolicy(),
    primaryKey({ columns: [table.merchantId, table.storeId] }),
    index('merchant_stores_by_store').on(table.storeId),
  ],
);
