import type { Row } from '../src/data/entities.ts';
import { DEMO_STORES } from '../src/data/seed/demo-stores.ts';

/** One store in memory: the rows that every server over memory answers from. */
export interface MemoryRows {
  readonly store: readonly Row<'store'>[];
  readonly customer: readonly Row<'customer'>[];
  readonly product: readonly Row<'product'>[];
  /** Newest first. */
  readonly order: readonly Row<'order'>[];
  /** Of one order after the other, by position. */
  readonly lineItem: readonly Row<'lineItem'>[];
  /** Of one order after the other, newest first. */
  readonly claim: readonly Row<'claim'>[];
}

/** How many orders a server in memory has. */
export const MEMORY_ORDERS = 1_000;

const DAYS = 730;
const DAY = 24 * 60 * 60 * 1000;
const END = Date.UTC(2026, 10, 1);
const START = new Date(END - (DAYS + 30) * DAY);

const GOODS = ['Trail', 'Alpine', 'Harbour', 'Meadow', 'Cedar', 'Granite', 'Drift', 'Ember'];
const KINDS = ['Jacket', 'Tent', 'Lantern', 'Bottle', 'Backpack', 'Stove', 'Blanket'];
const FIRST = ['Ada', 'Ben', 'Chloé', 'Dario', 'Elif', 'Femke', 'Goran', 'Hana', 'Ines', 'Jonas'];
const LAST = ['Abbott', 'Bauer', 'Costa', 'Dubois', 'Eriksen', 'Farah', 'Greco', 'Hughes', 'Ito'];
const TYPES = ['DAMAGED', 'MISSING_ITEM', 'STOLEN'] as const;
const STATES = ['NEW', 'OPEN', 'APPROVED', 'RESOLVED'] as const;

/** Spreads whole numbers over a range, as the database's filling does (Knuth's multiplicative hash). */
const pick = (n: number, salt: number, size: number) =>
  Number(
    (((BigInt(n + salt * 40_503) * 2_654_435_761n) & 4_294_967_295n) * BigInt(size)) /
      4_294_967_296n,
  );

const of = (items: readonly string[], index: number) => items[index % items.length] ?? '';

/** As long as real ids; the kind makes them differ. */
const id = (kind: string, n: number) =>
  `${kind}_${pick(n, 7, 4_294_967_295).toString(36).padStart(7, '0')}${String(n).padStart(13, '0')}`;

const price = (product: number) => BigInt(500 + pick(product, 1, 195) * 100);

/**
 * The first of the demo's stores with so many orders, of the shape that the database is filled with: two or three line
 * items each, four orders to a customer, claims on 3 % of them. No randomness, no clock: the same rows in every process.
 */
export function createMemoryRows(orders: number): MemoryRows {
  const [store] = DEMO_STORES;
  const { currency, platform } = store;
  const customers = Math.ceil(orders / 4);
  const products = Math.max(20, Math.ceil(orders / 50));
  const ofStore = { storeId: store.id, version: 1 };

  const customerOf = (n: number): Row<'customer'> => ({
    ...ofStore,
    id: id('cus', n),
    sourceId: String(6_240_118_734_913 + n * 1_031),
    firstName: of(FIRST, n),
    lastName: of(LAST, n),
    email: `shopper${n}@example.com`,
    emailLower: `shopper${n}@example.com`,
    phone: `+1555${1_000_000 + n}`,
    tags: ['loyal'],
    note: null,
    metafields: [],
    accountState: 'ENABLED',
    locale: 'en-US',
    emailConsentState: 'SUBSCRIBED',
    emailConsentLevel: 'SINGLE_OPT_IN',
    emailConsentUpdatedAt: null,
    smsConsentState: 'NOT_SUBSCRIBED',
    smsConsentLevel: 'UNKNOWN',
    smsConsentUpdatedAt: null,
    createdAt: START,
    updatedAt: START,
  });

  const nameOf = (n: number) => `${of(GOODS, n)} ${of(KINDS, n)} ${n}`;
  const productOf = (n: number): Row<'product'> => ({
    ...ofStore,
    id: id('prd', n),
    sourceId: String(7_480_220_115_009 + n * 701),
    name: nameOf(n),
    nameLower: nameOf(n).toLowerCase(),
    description: 'Made to last, repaired for free.',
    imageUrl: `https://images.example.com/${n}.jpg`,
    status: 'ACTIVE',
    kind: 'SIMPLE',
    sku: `SKU-${n}`,
    price: price(n),
    currency,
    inventoryTracked: true,
    inventoryQuantity: pick(n, 5, 400),
    inStock: pick(n, 5, 400) > 0,
    deletedAt: null,
    createdAt: START,
    updatedAt: START,
  });

  const linesOf = (n: number) =>
    Array.from({ length: 2 + (n % 2) }, (_, index) => ({
      position: index + 1,
      product: 1 + pick(n * 3 + index + 1, 3, products),
      quantity: 1 + ((n + index + 1) % 3),
    }));
  const createdAt = (n: number) => new Date(END - Math.round(((orders - n) * DAYS * DAY) / orders));
  const buyerOf = (n: number) => 1 + pick(n, 2, customers);
  const orderOf = (n: number): Row<'order'> => {
    const subtotal = linesOf(n).reduce(
      (sum, { product, quantity }) => sum + price(product) * BigInt(quantity),
      0n,
    );
    const buyer = customerOf(buyerOf(n));
    return {
      ...ofStore,
      id: id('ord', n),
      sourceId: String(5_013_447_210_561 + n * 97),
      sourceNumber: `#${1_000 + n}`,
      platform,
      createdAt: createdAt(n),
      updatedAt: createdAt(n),
      cancelledAt: null,
      currency,
      subtotal,
      discountTotal: 0n,
      shippingTotal: 500n,
      taxTotal: (subtotal * 8n) / 100n,
      total: subtotal + 500n + (subtotal * 8n) / 100n,
      premiumPaid: 0n,
      premiumCost: 0n,
      premiumDiscount: 0n,
      protectionCancelledAt: null,
      protectionStatus: 'UNPROTECTED',
      riskLevel: 'LOW',
      financialStatus: 'PAID',
      fulfillmentStatus: n % 5 === 4 ? 'UNFULFILLED' : 'FULFILLED',
      tags: [],
      customerId: n % 50 === 13 ? null : buyer.id,
      contactName: `${buyer.firstName} ${buyer.lastName}`,
      contactEmail: buyer.email,
      contactEmailLower: buyer.emailLower,
      contactPhone: buyer.phone,
      shippingAddress: null,
      billingAddress: null,
      originalOrderId: null,
    };
  };

  const lineItemsOf = (n: number): readonly Row<'lineItem'>[] =>
    linesOf(n).map(({ position, product, quantity }) => ({
      storeId: store.id,
      id: id('lin', n * 4 + position),
      orderId: id('ord', n),
      orderCreatedAt: createdAt(n),
      position,
      sourceId: String(12_830_551_900_225 + n * 4 + position),
      productId: id('prd', product),
      variantId: null,
      name: nameOf(product),
      variantTitle: 'Small',
      sku: `SKU-${product}-1`,
      imageUrl: `https://images.example.com/${product}.jpg`,
      quantity,
      refundedQuantity: 0,
      currency,
      unitPrice: price(product),
      discountTotal: 0n,
      taxTotal: (price(product) * BigInt(quantity) * 8n) / 100n,
    }));

  const claimOf = (n: number): Row<'claim'> => {
    const buyer = customerOf(buyerOf(n));
    const filed = new Date(Math.min(END, createdAt(n).getTime() + 5 * DAY));
    return {
      ...ofStore,
      id: id('clm', n),
      orderId: id('ord', n),
      orderCreatedAt: createdAt(n),
      policyId: null,
      customerId: buyer.id,
      type: TYPES[n % 3] ?? null,
      state: STATES[n % 4] ?? 'NEW',
      filedFrom: 'EXTERNAL',
      description: 'The parcel arrived open.',
      requestedResolution: 'RESHIP',
      denialReason: null,
      authorName: buyer.firstName,
      authorEmail: buyer.email,
      authorEmailLower: buyer.emailLower,
      signatureUrl: null,
      resolvedAt: null,
      createdAt: filed,
      updatedAt: filed,
    };
  };

  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const newest = numbers(orders).reverse();
  return {
    store: [{ ...store, createdAt: START, updatedAt: START }],
    customer: numbers(customers).map(customerOf),
    product: numbers(products).map(productOf),
    order: newest.map(orderOf),
    lineItem: newest.flatMap(lineItemsOf),
    claim: newest.filter((n) => [7, 40, 73].includes(n % 100)).map(claimOf),
  };
}

/** Half of the orders in memory, from all dates. */
export const memoryOrderIds = (): readonly string[] =>
  createMemoryRows(MEMORY_ORDERS)
    .order.filter((_, index) => index % 2 === 0)
    .map(({ id }) => id);
