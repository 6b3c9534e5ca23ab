import { fillAbTests } from './ab-tests.ts';
import { fillClaims } from './claims.ts';
import { fillCustomers } from './customers.ts';
import { fillDiscountApplications } from './discount-applications.ts';
import { fillDiscounts } from './discounts.ts';
import { DAY } from './durations.ts';
import { factsOf, orderSums } from './order-facts.ts';
import { fillOrders } from './orders.ts';
import { People } from './people.ts';
import { fillPolicies } from './policies.ts';
import { fillPricing } from './pricing.ts';
import { fillProducts } from './products.ts';
import { fillQuotes } from './quotes.ts';
import { Random } from './random.ts';
import type { DemoRows } from './rows.ts';
import { fillSettings } from './settings.ts';
import { SourceIds } from './source-ids.ts';
import { STORE_PROFILES, type StoreProfile } from './store-profiles.ts';
import { planOrders } from './timeline.ts';

export type { DemoRows } from './rows.ts';

const SEED = 'scopegate demo 1';

/**
 * The demo data, one store at a time and the main store first. Everything is dated relative to
 * `now`, and the same `now` gives the same rows, byte for byte.
 */
export function* generateDemo(now: Date): Generator<DemoRows, void, undefined> {
  const people = new People();
  for (const profile of STORE_PROFILES) yield generateStore(profile, people, now.getTime());
}

function generateStore(profile: StoreProfile, people: People, now: number): DemoRows {
  const { store } = profile;
  const random = new Random(`${SEED} ${store.id}`);
  const ids = new SourceIds(store.platform, random);
  const opened = new Date(Math.floor((now - random.between(1600, 2600) * DAY) / 1000) * 1000);
  const rows: DemoRows = {
    stores: [{ ...store, createdAt: opened, updatedAt: opened }],
    customers: [],
    customerAddresses: [],
    products: [],
    productVariants: [],
    productMembers: [],
    orders: [],
    lineItems: [],
    fulfillments: [],
    fulfillmentLineItems: [],
    discounts: [],
    discountApplications: [],
    pricingRules: [],
    quotes: [],
    policies: [],
    claims: [],
    claimItems: [],
    claimMessages: [],
    claimResolutions: [],
    storeSettings: [],
    claimSettings: [],
    priceSettings: [],
    storeCreditSettings: [],
    widgets: [],
    abTests: [],
    abVariants: [],
    abVariantDays: [],
  };
  const main = profile === STORE_PROFILES[0];
  const plans = planOrders(profile, random, now, main);
  const shelf = fillProducts(rows, profile, random, ids, now);
  const buyers = fillCustomers(rows, profile, { random, ids, people, now }, plans);
  fillOrders({ rows, profile, random, ids, people, shelf, buyers, now }, plans);
  fillProtection(rows, profile, now);
  return rows;
}

/** What came around the orders, drawn apart from them: more of it leaves them as they are. */
function fillProtection(rows: DemoRows, profile: StoreProfile, now: number): void {
  const { store } = profile;
  const draw = (part: string) => new Random(`${SEED} ${store.id} ${part}`);
  const facts = factsOf(rows);
  const sums = orderSums(rows.orders);
  const offers = draw('discounts');
  fillDiscounts(rows, profile, {
    random: offers,
    ids: new SourceIds(store.platform, offers),
    now,
  });
  fillDiscountApplications(rows, offers, facts);
  const prices = draw('prices');
  fillPricing(rows, profile, prices);
  fillQuotes(rows, profile, prices, now);
  fillPolicies({ rows, profile, random: draw('policies'), now, sums }, facts);
  fillClaims({ rows, profile, random: draw('claims'), now, sums }, facts);
  fillSettings(rows, profile, draw('settings'), now);
  const main = profile === STORE_PROFILES[0];
  fillAbTests({ rows, profile, random: draw('tests'), now, sums }, main);
}
