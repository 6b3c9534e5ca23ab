import { bigint, check, index, text } from 'drizzle-orm/pg-core';
import { AUDIT_ACTIONS } from '../values.ts';
import { apps, installations } from './apps.ts';
import { identifier, moment, oneOf, platform, systemPolicy } from './columns.ts';
import { merchants } from './merchants.ts';
import { stores } from './stores.ts';

/**
 * Who decided what about stores, apps and people, and when. Rows are written in the transaction that does it and never
 * changed. They name ids, scopes and fields, and nothing that is personal.
 */
export const auditLog = platform.table(
  'audit_log',
  {
    sequence: bigint('sequence', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    action: text('action').$type<(typeof AUDIT_ACTIONS)[number]>().notNull(),
    /** A merchant's id, or `platform` for a command of its own. */
    actor: identifier('actor').notNull(),
    appId: identifier('app_id').references(() => apps.id),
    installationId: identifier('installation_id').references(() => installations.id),
    storeId: identifier('store_id').references(() => stores.id),
    /** The person whose account it is about. */
    merchantId: identifier('merchant_id').references(() => merchants.id),
    /** The scopes that it is about, or the names of the fields that were given. */
    details: text('details').array().notNull().default([]),
    requestId: text('request_id'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    systemPolicy(),
    check('audit_log_action', oneOf('action', AUDIT_ACTIONS)),
    index('audit_log_by_app').on(table.appId, table.sequence),
    index('audit_log_by_store').on(table.storeId, table.sequence),
  ],
);
