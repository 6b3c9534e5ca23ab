import { sql } from 'drizzle-orm';
import { check, pgPolicy, text, unique } from 'drizzle-orm/pg-core';
import { PLATFORMS } from '../values.ts';
import { commerce, identifier, moment, oneOf, storePolicy, systemRole } from './columns.ts';

export const stores = commerce.table(
  'stores',
  {
    id: identifier('id').primaryKey(),
    name: text('name').notNull(),
    domain: identifier('domain').notNull(),
    platform: text('platform').$type<(typeof PLATFORMS)[number]>().notNull(),
    currency: text('currency').notNull(),
    timezone: text('timezone').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    storePolicy('id'),
    pgPolicy('directory', { for: 'select', to: systemRole, using: sql`true` }),
    pgPolicy('creation', { for: 'insert', to: systemRole, withCheck: sql`true` }),
    unique('stores_domain').on(table.domain),
    check('stores_platform', oneOf('platform', PLATFORMS)),
  ],
);
