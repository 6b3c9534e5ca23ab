import { check, foreignKey, index, text, unique } from 'drizzle-orm/pg-core';
import { PAYERS, POLICY_KINDS, POLICY_STATUSES } from '../values.ts';
import { commerce, identifier, minorUnits, moment, oneOf, storePolicy } from './columns.ts';
import { ofOrder, orders } from './orders.ts';

/** A policy outlives the window: it stays in sight without its order, and `orderId` is then hidden. */
export const policies = commerce.table(
  'policies',
  {
    id: identifier('id').primaryKey(),
    ...ofOrder(),
    kind: text('kind').$type<(typeof POLICY_KINDS)[number]>().notNull(),
    status: text('status').$type<(typeof POLICY_STATUSES)[number]>().notNull(),
    currency: text('currency').notNull(),
    premium: minorUnits('premium').notNull(),
    paidBy: text('paid_by').$type<(typeof PAYERS)[number]>().notNull(),
    insuredValue: minorUnits('insured_value').notNull(),
    coverage: text('coverage').notNull(),
    terms: text('terms').notNull(),
    effectiveAt: moment('effective_at').notNull(),
    expiresAt: moment('expires_at'),
    cancelledAt: moment('cancelled_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    storePolicy(),
    unique('policies_store_id_id').on(table.storeId, table.id),
    foreignKey({
      name: 'policies_order',
      columns: [table.storeId, table.orderId, table.orderCreatedAt],
      foreignColumns: [orders.storeId, orders.id, orders.createdAt],
    }),
    index('policies_by_created').on(table.storeId, table.createdAt, table.id),
    index('policies_by_order').on(table.storeId, table.orderId, table.createdAt, table.id),
    check('policies_kind', oneOf('kind', POLICY_KINDS)),
    check('policies_status', oneOf('status', POLICY_STATUSES)),
    check('policies_paid_by', oneOf('paid_by', PAYERS)),
  ],
);
