import type { Scope } from '../scopes/catalogue.ts';
import { customerAddresses, customers } from './tables/customers.ts';
import { fulfillmentLineItems, fulfillments, lineItems, orders } from './tables/orders.ts';
import { productMembers, products, productVariants } from './tables/products.ts';
import { stores } from './tables/stores.ts';

/** The kinds of row a source can load, each with the table that gives its columns their types. */
export const ENTITIES = {
  store: stores,
  customer: customers,
  customerAddress: customerAddresses,
  product: products,
  productVariant: productVariants,
  productMember: productMembers,
  order: orders,
  lineItem: lineItems,
  fulfillment: fulfillments,
  fulfillmentLineItem: fulfillmentLineItems,
} as const;

export type Entity = keyof typeof ENTITIES;

/** A row of an entity: its columns by their camelCase names; money in minor units, times as `Date`. */
export type Row<E extends Entity> = (typeof ENTITIES)[E]['$inferSelect'];

/** The name of a column of an entity. */
export type Column<E extends Entity> = keyof Row<E> & string;

/** What a token needs before the data layer loads anything of an entity. */
interface Guard<E extends Entity> {
  /** The scope that opens the rows; null where any token does. */
  readonly rows: Scope | null;
  /** Columns that need a scope more than their row does; without it they are not even selected. */
  readonly columns?: Partial<Readonly<Record<Column<E>, Scope>>>;
}

/**
 * The data layer's own lock: it holds when everything above it has failed. Personal data is
 * guarded column by column wherever it is stored (`domain.md` section 2, decision 2).
 */
export const GUARDS: { readonly [E in Entity]: Guard<E> } = {
  store: { rows: null },
  customer: { rows: 'read_customers' },
  customerAddress: { rows: 'read_customers' },
  product: { rows: 'read_products' },
  productVariant: { rows: 'read_products' },
  productMember: { rows: 'read_products' },
  order: {
    rows: 'read_orders',
    columns: {
      customerId: 'read_customers',
      contactName: 'read_customers',
      contactEmail: 'read_customers',
      contactEmailLower: 'read_customers',
      contactPhone: 'read_customers',
      shippingAddress: 'read_customers',
      billingAddress: 'read_customers',
    },
  },
  lineItem: {
    rows: 'read_orders',
    columns: { productId: 'read_products', variantId: 'read_products' },
  },
  fulfillment: { rows: 'read_orders' },
  fulfillmentLineItem: { rows: 'read_orders' },
};
