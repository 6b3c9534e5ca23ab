import type { Column, Entity } from './entities.ts';

/**
 * Every way to reach rows, as data. A source implements these and nothing else; a field that is an
 * edge names one of them and the column of its parent that holds the key.
 */

/** Rows by the values of one column: the target of to-one edges and of look-ups. */
export interface RowBatch<E extends Entity = Entity> {
  readonly entity: E;
  /** The column whose values are the keys; unique within a store. */
  readonly key: string;
}

/** An ordered, filterable sequence of rows, whole or split by parent: what connections page through. */
export interface PageBatch<E extends Entity = Entity> {
  readonly entity: E;
  /** The column that holds the parent's key; null for the sequence of the whole store. */
  readonly parent: string | null;
}

/** Number of rows and sum of a money column by parent and currency. */
export interface TotalsBatch<E extends Entity = Entity> {
  readonly entity: E;
  readonly parent: string;
  readonly sum: string;
  /** Rows in which this column is set count, but are left out of the sum; null for none. */
  readonly sumUnless: string | null;
  /** Columns that are summed as well, each under its own name. */
  readonly beside: readonly string[];
}

const rows = <E extends Entity>(entity: E, key: Column<E>): RowBatch<E> => ({ entity, key });

const pages = <E extends Entity>(entity: E, parent: Column<E> | null): PageBatch<E> => ({
  entity,
  parent,
});

export const ROW_BATCHES = {
  storeById: rows('store', 'id'),
  customerById: rows('customer', 'id'),
  customerBySourceId: rows('customer', 'sourceId'),
  customerAddressById: rows('customerAddress', 'id'),
  productById: rows('product', 'id'),
  productBySourceId: rows('product', 'sourceId'),
  productVariantById: rows('productVariant', 'id'),
  orderById: rows('order', 'id'),
  orderBySourceId: rows('order', 'sourceId'),
  lineItemById: rows('lineItem', 'id'),
  fulfillmentById: rows('fulfillment', 'id'),
  discountById: rows('discount', 'id'),
  discountBySourceId: rows('discount', 'sourceId'),
  policyById: rows('policy', 'id'),
  claimById: rows('claim', 'id'),
  quoteById: rows('quote', 'id'),
  settingsByStore: rows('storeSettings', 'storeId'),
  claimSettingsByStore: rows('claimSettings', 'storeId'),
  priceSettingsByKind: rows('priceSettings', 'kind'),
  storeCreditSettingsByStore: rows('storeCreditSettings', 'storeId'),
  widgetByKind: rows('widget', 'kind'),
  abTestById: rows('abTest', 'id'),
  abVariantById: rows('abVariant', 'id'),
  webhookById: rows('webhook', 'id'),
} as const;

export const PAGE_BATCHES = {
  customers: pages('customer', null),
  addressesByCustomer: pages('customerAddress', 'customerId'),
  products: pages('product', null),
  variantsByProduct: pages('productVariant', 'productId'),
  membersByGroup: pages('productMember', 'groupId'),
  orders: pages('order', null),
  ordersByCustomer: pages('order', 'customerId'),
  replacementsByOrder: pages('order', 'originalOrderId'),
  lineItemsByOrder: pages('lineItem', 'orderId'),
  fulfillmentsByOrder: pages('fulfillment', 'orderId'),
  lineItemsByFulfillment: pages('fulfillmentLineItem', 'fulfillmentId'),
  lineItemsByProduct: pages('lineItem', 'productId'),
  discounts: pages('discount', null),
  applicationsByOrder: pages('discountApplication', 'orderId'),
  applicationsByDiscount: pages('discountApplication', 'discountId'),
  policies: pages('policy', null),
  policiesByOrder: pages('policy', 'orderId'),
  claims: pages('claim', null),
  claimsByOrder: pages('claim', 'orderId'),
  claimsByPolicy: pages('claim', 'policyId'),
  claimsByCustomer: pages('claim', 'customerId'),
  itemsByClaim: pages('claimItem', 'claimId'),
  messagesByClaim: pages('claimMessage', 'claimId'),
  resolutionsByClaim: pages('claimResolution', 'claimId'),
  rulesByKind: pages('pricingRule', 'kind'),
  quotes: pages('quote', null),
  abTests: pages('abTest', null),
  variantsByAbTest: pages('abVariant', 'testId'),
  daysByAbVariant: pages('abVariantDay', 'variantId'),
  webhooks: pages('webhook', null),
} as const;

export const TOTALS_BATCHES = {
  orderTotalsByCustomer: {
    entity: 'order',
    parent: 'customerId',
    sum: 'total',
    sumUnless: 'cancelledAt',
    beside: [],
  },
  totalsByAbVariant: {
    entity: 'abVariantDay',
    parent: 'variantId',
    sum: 'revenue',
    sumUnless: null,
    beside: ['sessions', 'orders', 'protectedOrders', 'revenueSquares'],
  },
} as const satisfies Record<string, TotalsBatch>;

export type RowBatchName = keyof typeof ROW_BATCHES;
export type PageBatchName = keyof typeof PAGE_BATCHES;
export type TotalsBatchName = keyof typeof TOTALS_BATCHES;

/** The columns that a batch of totals sums beside its own. */
export type BesideOf<B extends TotalsBatchName> = (typeof TOTALS_BATCHES)[B]['beside'][number];

/** The entity that a batch yields. */
export type EntityOf<B extends RowBatchName | PageBatchName> = B extends RowBatchName
  ? (typeof ROW_BATCHES)[B]['entity']
  : B extends PageBatchName
    ? (typeof PAGE_BATCHES)[B]['entity']
    : never;
