import { abTests, abVariantDays, abVariants } from '../tables/ab-tests.ts';
import { claimItems, claimMessages, claimResolutions, claims } from '../tables/claims.ts';
import { customerAddresses, customers } from '../tables/customers.ts';
import { discountApplications, discounts } from '../tables/discounts.ts';
import { fulfillmentLineItems, fulfillments, lineItems, orders } from '../tables/orders.ts';
import { policies } from '../tables/policies.ts';
import { productMembers, products, productVariants } from '../tables/products.ts';
import { pricingRules, quotes } from '../tables/quotes.ts';
import {
  claimSettings,
  priceSettings,
  storeCreditSettings,
  storeSettings,
} from '../tables/settings.ts';
import { stores } from '../tables/stores.ts';
import { widgets } from '../tables/widgets.ts';

/** The seeded tables of a store, parents before what refers to them. */
export const DEMO_TABLES = {
  stores,
  customers,
  customerAddresses,
  products,
  productVariants,
  productMembers,
  orders,
  lineItems,
  fulfillments,
  fulfillmentLineItems,
  discounts,
  discountApplications,
  pricingRules,
  quotes,
  policies,
  claims,
  claimItems,
  claimMessages,
  claimResolutions,
  storeSettings,
  claimSettings,
  priceSettings,
  storeCreditSettings,
  widgets,
  abTests,
  abVariants,
  abVariantDays,
} as const;

/** A row of one of the seeded tables, as drizzle inserts it. */
export type RowOf<T extends keyof typeof DEMO_TABLES> = (typeof DEMO_TABLES)[T]['$inferInsert'];

/** One store and everything in it. */
export type DemoRows = { readonly [T in keyof typeof DEMO_TABLES]: RowOf<T>[] };
