import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import {
  FINANCIAL_STATUSES,
  FULFILLMENT_STATUSES,
  ORDER_FULFILLMENT_STATUSES,
  PLATFORMS,
  type PostalAddress,
  PROTECTION_STATUSES,
  RISK_LEVELS,
} from '../values.ts';
import {
  commerce,
  identifier,
  minorUnits,
  moment,
  oneOf,
  orderPolicy,
  version,
} from './columns.ts';
import { customers } from './customers.ts';
import { products, productVariants } from './products.ts';
import { stores } from './stores.ts';

export const orders = commerce.table(
  'orders',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    sourceId: identifier('source_id').notNull(),
    sourceNumber: identifier('source_number').notNull(),
    platform: text('platform').$type<(typeof PLATFORMS)[number]>().notNull(),
    /** Creation on the merchant's platform: what the window goes by, and never changed here. */
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    cancelledAt: moment('cancelled_at'),
    currency: text('currency').notNull(),
    subtotal: minorUnits('subtotal').notNull(),
    discountTotal: minorUnits('discount_total').notNull(),
    shippingTotal: minorUnits('shipping_total').notNull(),
    taxTotal: minorUnits('tax_total').notNull(),
    total: minorUnits('total').notNull(),
    premiumPaid: minorUnits('premium_paid').notNull(),
    premiumCost: minorUnits('premium_cost').notNull(),
    premiumDiscount: minorUnits('premium_discount').notNull(),
    protectionCancelledAt: moment('protection_cancelled_at'),
    protectionStatus: text('protection_status')
      .$type<(typeof PROTECTION_STATUSES)[number]>()
      .generatedAlwaysAs(
        sql`case when premium_cost = 0 then 'UNPROTECTED' when protection_cancelled_at is null then 'PROTECTED' else 'CANCELLED' end`,
      )
      .notNull(),
    riskLevel: text('risk_level').$type<(typeof RISK_LEVELS)[number]>(),
    financialStatus: text('financial_status')
      .$type<(typeof FINANCIAL_STATUSES)[number]>()
      .notNull(),
    fulfillmentStatus: text('fulfillment_status')
      .$type<(typeof ORDER_FULFILLMENT_STATUSES)[number]>()
      .notNull(),
    tags: text('tags').array().notNull(),
    customerId: identifier('customer_id'),
    contactName: text('contact_name'),
    contactEmail: text('contact_email'),
    contactEmailLower: identifier('contact_email_lower')
      .generatedAlwaysAs(sql`lower(coalesce(contact_email, ''))`)
      .notNull(),
    contactPhone: text('contact_phone'),
    shippingAddress: jsonb('shipping_address').$type<PostalAddress>(),
    billingAddress: jsonb('billing_address').$type<PostalAddress>(),
    originalOrderId: identifier('original_order_id'),
    version: version(),
  },
  (table) => [
    orderPolicy('created_at', 'updated_at'),
    // What the children below refer to, so that their copy of store and creation cannot differ.
    unique('orders_store_id_id_created_at').on(table.storeId, table.id, table.createdAt),
    unique('orders_store_id_id').on(table.storeId, table.id),
    unique('orders_store_id_source_id').on(table.storeId, table.sourceId),
    foreignKey({
      name: 'orders_customer',
      columns: [table.storeId, table.customerId],
      foreignColumns: [customers.storeId, customers.id],
    }),
    foreignKey({
      name: 'orders_original_order',
      columns: [table.storeId, table.originalOrderId],
      foreignColumns: [table.storeId, table.id],
    }),
    // Ascending, and read backwards where the newest come first: drizzle's descending indexes put nulls last,
    // which no order asks for.
    index('orders_by_created').on(table.storeId, table.createdAt, table.id),
    index('orders_by_updated').on(table.storeId, table.updatedAt, table.id),
    // A status may be rare: without these the newest orders of it, or those that changed last, are looked for among all.
    index('orders_by_financial_status').on(
      table.storeId,
      table.financialStatus,
      table.createdAt,
      table.id,
    ),
    index('orders_by_financial_status_updated').on(
      table.storeId,
      table.financialStatus,
      table.updatedAt,
      table.id,
    ),
    index('orders_by_fulfillment_status').on(
      table.storeId,
      table.fulfillmentStatus,
      table.createdAt,
      table.id,
    ),
    index('orders_by_fulfillment_status_updated').on(
      table.storeId,
      table.fulfillmentStatus,
      table.updatedAt,
      table.id,
    ),
    index('orders_by_protection_status').on(
      table.storeId,
      table.protectionStatus,
      table.createdAt,
      table.id,
    ),
    index('orders_by_protection_status_updated').on(
      table.storeId,
      table.protectionStatus,
      table.updatedAt,
      table.id,
    ),
    index('orders_by_number').on(table.storeId, table.sourceNumber, table.createdAt),
    index('orders_by_contact_email').on(
      table.storeId,
      table.contactEmailLower,
      table.createdAt,
      table.id,
    ),
    index('orders_by_contact_email_id').on(table.storeId, table.contactEmailLower, table.id),
    index('orders_by_customer').on(table.storeId, table.customerId, table.createdAt, table.id),
    index('orders_by_original_order').on(
      table.storeId,
      table.originalOrderId,
      table.createdAt,
      table.id,
    ),
    check('orders_updated_at', sql`updated_at >= created_at`),
    check('orders_platform', oneOf('platform', PLATFORMS)),
    check('orders_risk_level', oneOf('risk_level', RISK_LEVELS)),
    check('orders_financial_status', oneOf('financial_status', FINANCIAL_STATUSES)),
    check('orders_fulfillment_status', oneOf('fulfillment_status', ORDER_FULFILLMENT_STATUSES)),
    check('orders_protection_status', oneOf('protection_status', PROTECTION_STATUSES)),
  ],
);

/** What every row that hangs off an order repeats of it. */
export const ofOrder = () => ({
  storeId: identifier('store_id').notNull(),
  orderId: identifier('order_id').notNull(),
  /** The order's own creation, so that the window is decided without looking the order up. */
  orderCreatedAt: moment('order_created_at').notNull(),
});

export const lineItems = commerce.table(
  'line_items',
  {
    id: identifier('id').primaryKey(),
    ...ofOrder(),
    position: integer('position').notNull(),
    sourceId: identifier('source_id').notNull(),
    productId: identifier('product_id'),
    variantId: identifier('variant_id'),
    name: text('name').notNull(),
    variantTitle: text('variant_title'),
    sku: text('sku'),
    imageUrl: text('image_url'),
    quantity: integer('quantity').notNull(),
    refundedQuantity: integer('refunded_quantity').notNull(),
    currency: text('currency').notNull(),
    unitPrice: minorUnits('unit_price').notNull(),
    discountTotal: minorUnits('discount_total').notNull(),
    taxTotal: minorUnits('tax_total').notNull(),
  },
  (table) => [
    orderPolicy('order_created_at'),
    unique('line_items_store_id_id').on(table.storeId, table.id),
    foreignKey({
      name: 'line_items_order',
      columns: [table.storeId, table.orderId, table.orderCreatedAt],
      foreignColumns: [orders.storeId, orders.id, orders.createdAt],
    }),
    foreignKey({
      name: 'line_items_product',
      columns: [table.storeId, table.productId],
      foreignColumns: [products.storeId, products.id],
    }),
    foreignKey({
      name: 'line_items_variant',
      columns: [table.storeId, table.variantId],
      foreignColumns: [productVariants.storeId, productVariants.id],
    }),
    index('line_items_by_product').on(
      table.storeId,
      table.productId,
      table.orderCreatedAt,
      table.id,
    ),
    index('line_items_by_order').on(table.storeId, table.orderId, table.position, table.id),
    check('line_items_quantity', sql`quantity > 0 and refunded_quantity between 0 and quantity`),
  ],
);

export const fulfillments = commerce.table(
  'fulfillments',
  {
    id: identifier('id').primaryKey(),
    ...ofOrder(),
    sourceId: identifier('source_id').notNull(),
    status: text('status').$type<(typeof FULFILLMENT_STATUSES)[number]>().notNull(),
    trackingCompany: text('tracking_company'),
    trackingNumbers: text('tracking_numbers').array().notNull(),
    trackingUrls: text('tracking_urls').array().notNull(),
    deliveredAt: moment('delivered_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    version: version(),
  },
  (table) => [
    orderPolicy('order_created_at'),
    unique('fulfillments_store_id_id').on(table.storeId, table.id),
    unique('fulfillments_store_id_order_id_source_id').on(
      table.storeId,
      table.orderId,
      table.sourceId,
    ),
    foreignKey({
      name: 'fulfillments_order',
      columns: [table.storeId, table.orderId, table.orderCreatedAt],
      foreignColumns: [orders.storeId, orders.id, orders.createdAt],
    }),
    index('fulfillments_by_order').on(table.storeId, table.orderId, table.createdAt, table.id),
    check('fulfillments_status', oneOf('status', FULFILLMENT_STATUSES)),
  ],
);

/** How many pieces of a line item a fulfilment carries. */
export const fulfillmentLineItems = commerce.table(
  'fulfillment_line_items',
  {
    ...ofOrder(),
    fulfillmentId: identifier('fulfillment_id').notNull(),
    lineItemId: identifier('line_item_id').notNull(),
    quantity: integer('quantity').notNull(),
  },
  (table) => [
    orderPolicy('order_created_at'),
    primaryKey({ columns: [table.fulfillmentId, table.lineItemId] }),
    foreignKey({
      name: 'fulfillment_line_items_order',
      columns: [table.storeId, table.orderId, table.orderCreatedAt],
      foreignColumns: [orders.storeId, orders.id, orders.createdAt],
    }),
    foreignKey({
      name: 'fulfillment_line_items_fulfillment',
      columns: [table.storeId, table.fulfillmentId],
      foreignColumns: [fulfillments.storeId, fulfillments.id],
    }),
    foreignKey({
      name: 'fulfillment_line_items_line_item',
      columns: [table.storeId, table.lineItemId],
      foreignColumns: [lineItems.storeId, lineItems.id],
    }),
    index('fulfillment_line_items_by_fulfillment').on(
      table.storeId,
      table.fulfillmentId,
      table.lineItemId,
    ),
    check('fulfillment_line_items_quantity', sql`quantity > 0`),
  ],
);
