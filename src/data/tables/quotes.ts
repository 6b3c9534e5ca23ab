import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, jsonb, text, unique } from 'drizzle-orm/pg-core';
import { AMOUNT_TYPES, type CartLine, PAYERS, POLICY_KINDS } from '../values.ts';
import { commerce, identifier, minorUnits, moment, oneOf, storePolicy } from './columns.ts';
import { orders } from './orders.ts';
import { stores } from './stores.ts';

/**
 * The rules that price protection: for each kind of a store, ranges of the cart's subtotal. A fixed
 * amount is in minor units of the rule's currency, a percentage in hundredths of a per cent.
 */
export const pricingRules = commerce.table(
  'pricing_rules',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    kind: text('kind').$type<(typeof POLICY_KINDS)[number]>().notNull(),
    position: integer('position').notNull(),
    currency: text('currency').notNull(),
    minimum: minorUnits('minimum').notNull(),
    /** Null for the last range, which is open. */
    maximum: minorUnits('maximum'),
    paidBy: text('paid_by').$type<(typeof PAYERS)[number]>().notNull(),
    amountType: text('amount_type').$type<(typeof AMOUNT_TYPES)[number]>().notNull(),
    amount: minorUnits('amount').notNull(),
  },
  (table) => [
    storePolicy(),
    unique('pricing_rules_position').on(table.storeId, table.kind, table.position),
    check('pricing_rules_kind', oneOf('kind', POLICY_KINDS)),
    check('pricing_rules_paid_by', oneOf('paid_by', PAYERS)),
    check('pricing_rules_amount_type', oneOf('amount_type', AMOUNT_TYPES)),
    check('pricing_rules_range', sql`minimum >= 0 and (maximum is null or maximum > minimum)`),
  ],
);

/** A quote outlives the window: it stays in sight without the order that took it over. */
export const quotes = commerce.table(
  'quotes',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    lines: jsonb('lines').$type<readonly CartLine[]>().notNull(),
    currency: text('currency').notNull(),
    subtotal: minorUnits('subtotal').notNull(),
    premium: minorUnits('premium').notNull(),
    paidBy: text('paid_by').$type<(typeof PAYERS)[number]>().notNull(),
    ruleId: identifier('rule_id').notNull(),
    abVariant: text('ab_variant'),
    expiresAt: moment('expires_at').notNull(),
    createdAt: moment('created_at').notNull(),
    /** The order that took it over; null while none has. */
    orderId: identifier('order_id'),
    orderCreatedAt: moment('order_created_at'),
  },
  (table) => [
    storePolicy(),
    unique('quotes_store_id_id').on(table.storeId, table.id),
    index('quotes_by_created').on(table.storeId, table.createdAt, table.id),
    foreignKey({
      name: 'quotes_order',
      columns: [table.storeId, table.orderId, table.orderCreatedAt],
      foreignColumns: [orders.storeId, orders.id, orders.createdAt],
    }),
    check('quotes_order_whole', sql`(order_id is null) = (order_created_at is null)`),
    check('quotes_paid_by', oneOf('paid_by', PAYERS)),
  ],
);
