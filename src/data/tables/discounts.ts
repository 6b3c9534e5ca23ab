import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, index, integer, text, unique } from 'drizzle-orm/pg-core';
import { DISCOUNT_METHODS, DISCOUNT_TARGETS, DISCOUNT_VALUE_TYPES } from '../values.ts';
import {
  commerce,
  identifier,
  minorUnits,
  moment,
  oneOf,
  orderPolicy,
  storePolicy,
} from './columns.ts';
import { ofOrder, orders } from './orders.ts';
import { stores } from './stores.ts';

/** What a discount takes off: hundredths of a per cent, minor units, or nothing where shipping is free. */
const value = () => ({
  valueType: text('value_type').$type<(typeof DISCOUNT_VALUE_TYPES)[number]>().notNull(),
  percentage: integer('percentage'),
  amount: minorUnits('amount'),
  currency: text('currency').notNull(),
});

const valueCheck = sql`case value_type when 'PERCENTAGE' then percentage is not null and amount is null
  when 'FIXED_AMOUNT' then amount is not null and percentage is null
  else percentage is null and amount is null end`;

export const discounts = commerce.table(
  'discounts',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    sourceId: identifier('source_id').notNull(),
    title: text('title').notNull(),
    summary: text('summary').notNull(),
    method: text('method').$type<(typeof DISCOUNT_METHODS)[number]>().notNull(),
    codes: text('codes').array().notNull(),
    target: text('target').$type<(typeof DISCOUNT_TARGETS)[number]>().notNull(),
    ...value(),
    appliesOncePerCustomer: boolean('applies_once_per_customer').notNull(),
    usageLimit: integer('usage_limit'),
    startsAt: moment('starts_at').notNull(),
    endsAt: moment('ends_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    storePolicy(),
    unique('discounts_store_id_id').on(table.storeId, table.id),
    unique('discounts_store_id_source_id').on(table.storeId, table.sourceId),
    index('discounts_by_created').on(table.storeId, table.createdAt, table.id),
    check('discounts_method', oneOf('method', DISCOUNT_METHODS)),
    check('discounts_target', oneOf('target', DISCOUNT_TARGETS)),
    check('discounts_value_type', oneOf('value_type', DISCOUNT_VALUE_TYPES)),
    check('discounts_value', valueCheck),
  ],
);

/** A discount as an order used it. What was taken off stays when the discount is changed or deleted. */
export const discountApplications = commerce.table(
  'discount_applications',
  {
    id: identifier('id').primaryKey(),
    ...ofOrder(),
    position: integer('position').notNull(),
    discountId: identifier('discount_id'),
    title: text('title').notNull(),
    code: text('code'),
    target: text('target').$type<(typeof DISCOUNT_TARGETS)[number]>().notNull(),
    ...value(),
    /** What it took off the order. */
    total: minorUnits('total').notNull(),
  },
  (table) => [
    orderPolicy('order_created_at'),
    foreignKey({
      name: 'discount_applications_order',
      columns: [table.storeId, table.orderId, table.orderCreatedAt],
      foreignColumns: [orders.storeId, orders.id, orders.createdAt],
    }),
    foreignKey({
      name: 'discount_applications_discount',
      columns: [table.storeId, table.discountId],
      foreignColumns: [discounts.storeId, discounts.id],
    }),
    index('discount_applications_by_order').on(
      table.storeId,
      table.orderId,
      table.position,
      table.id,
    ),
    index('discount_applications_by_discount').on(
      table.storeId,
      table.discountId,
      table.orderCreatedAt,
      table.id,
    ),
    check('discount_applications_target', oneOf('target', DISCOUNT_TARGETS)),
    check('discount_applications_value_type', oneOf('value_type', DISCOUNT_VALUE_TYPES)),
    check('discount_applications_value', valueCheck),
  ],
);
