import { abTests, abVariantDays, abVariants } from './tables/ab-tests.ts';
import { claimItems, claimMessages, claimResolutions, claims } from './tables/claims.ts';
import { customerAddresses, customers } from './tables/customers.ts';
import { discountApplications, discounts } from './tables/discounts.ts';
import { fulfillmentLineItems, fulfillments, lineItems, orders } from './tables/orders.ts';
import { policies } from './tables/policies.ts';
import { productMembers, products, productVariants } from './tables/products.ts';
import { pricingRules, quotes } from './tables/quotes.ts';
import {
  claimSettings,
  priceSettings,
  storeCreditSettings,
  storeSettings,
} from './tables/settings.ts';
import { stores } from './tables/stores.ts';
import { webhooks } from './tables/webhooks.ts';
import { widgets } from './tables/widgets.ts';

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
  discount: discounts,
  discountApplication: discountApplications,
  policy: policies,
  claim: claims,
  claimItem: claimItems,
  claimMessage: claimMessages,
  claimResolution: claimResolutions,
  pricingRule: pricingRules,
  quote: quotes,
  storeSettings,
  claimSettings,
  priceSettings,
  storeCreditSettings,
  widget: widgets,
  abTest: abTests,
  abVariant: abVariants,
  abVariantDay: abVariantDays,
  webhook: webhooks,
} as const;

export type Entity = keyof typeof ENTITIES;

/** A row of an entity: its columns by their camelCase names; money in minor units, times as `Date`. */
export type Row<E extends Entity> = (typeof ENTITIES)[E]['$inferSelect'];

/** The name of a column of an entity. */
export type Column<E extends Entity> = keyof Row<E> & string;

/**
 * Columns that refer to an order from a row which outlives the order window: they are null where the
 * order is out of the session's sight, as if it did not exist (`domain.md` section 2, decision 4).
 */
export const ORDER_REFERENCES: { readonly [E in Entity]?: readonly Column<E>[] } = {
  policy: ['orderId', 'orderCreatedAt'],
  claim: ['orderId', 'orderCreatedAt'],
  quote: ['orderId', 'orderCreatedAt'],
};
