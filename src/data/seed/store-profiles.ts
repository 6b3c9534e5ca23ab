import { DEMO_STORES } from './demo-stores.ts';
import type { CARRIERS } from './lists/carriers.ts';
import type { CUSTOMER_NOTES } from './lists/customer-words.ts';
import type { PLACES } from './lists/places.ts';
import { BOOK_DELETED, BOOK_GROUPS, BOOK_PRODUCTS } from './lists/products-books.ts';
import { HOME_DELETED, HOME_GROUPS, HOME_PRODUCTS } from './lists/products-home.ts';
import { OUTDOOR_DELETED, OUTDOOR_GROUPS, OUTDOOR_PRODUCTS } from './lists/products-outdoor.ts';
import { SOUQ_DELETED, SOUQ_GROUPS, SOUQ_PRODUCTS } from './lists/products-souq.ts';
import type { Language } from './people.ts';
import type { Catalogue } from './products.ts';

export type Country = keyof typeof PLACES;

/** What makes one store's data differ from another's. Amounts are minor units of its currency. */
export interface StoreProfile {
  readonly store: (typeof DEMO_STORES)[number];
  readonly orders: number;
  readonly customers: number;
  /** East of Greenwich, all year: a demo needs no summer time. */
  readonly utcOffsetHours: number;
  readonly home: Country & keyof typeof CARRIERS;
  /** Who buys here: language, country, weight. */
  readonly people: readonly (readonly [Language, Country, number])[];
  /** The language of its merchant's notes, and of its business customers. */
  readonly notes: keyof typeof CUSTOMER_NOTES;
  readonly catalogue: Catalogue;
  readonly shipping: { home: bigint; abroad: bigint; freeFrom: bigint; pickup: boolean };
  readonly protection: {
    rate: number;
    basisPoints: number;
    least: bigint;
    /** A round sum, of which amounts are multiples that somebody chose. */
    unit: bigint;
    /** About 5,000 USD: no claim pays more. */
    most: bigint;
    /** The sections of the catalogue whose goods come with a warranty. */
    warranted: readonly string[];
  };
  /** Whether the platform rates an order's risk. */
  readonly ratesRisk: boolean;
}

const [OUTDOOR, HOME, BOOKS, SOUQ] = DEMO_STORES;

/** One profile per demo store, in the order of `DEMO_STORES`. */
export const STORE_PROFILES: readonly StoreProfile[] = [
  {
    store: OUTDOOR,
    orders: 2_760,
    customers: 850,
    utcOffsetHours: -7,
    home: 'US',
    people: [
      ['en', 'US', 500],
      ['es', 'US', 80],
      ['en', 'CA', 40],
      ['fr', 'CA', 35],
      ['en', 'GB', 30],
      ['de', 'US', 15],
      ['de', 'DE', 18],
      ['fr', 'FR', 14],
      ['vi', 'US', 28],
      ['zh', 'US', 34],
      ['zh', 'TW', 8],
      ['ko', 'US', 26],
      ['ko', 'KR', 8],
      ['hi', 'US', 34],
      ['ja', 'US', 10],
      ['ja', 'JP', 14],
      ['ar', 'US', 16],
      ['he', 'US', 8],
      ['he', 'IL', 10],
      ['ru', 'US', 16],
      ['uk', 'US', 14],
      ['el', 'US', 12],
      ['th', 'US', 8],
      ['tl', 'US', 16],
      ['pl', 'US', 14],
      ['sv', 'SE', 10],
      ['es', 'MX', 18],
      ['en', 'AU', 12],
      ['it', 'US', 14],
      ['tr', 'US', 6],
    ],
    notes: 'en',
    catalogue: {
      prefix: 'SP',
      onlyVariant: 'Default Title',
      sections: OUTDOOR_PRODUCTS,
      deleted: OUTDOOR_DELETED,
      groups: OUTDOOR_GROUPS,
    },
    shipping: { home: 795n, abroad: 3_400n, freeFrom: 15_000n, pickup: true },
    protection: {
      rate: 0.62,
      basisPoints: 200,
      least: 98n,
      unit: 100n,
      most: 500_000n,
      warranted: ['PCK', 'TNT', 'SLP', 'HYD'],
    },
    ratesRisk: true,
  },
  {
    store: HOME,
    orders: 1_180,
    customers: 385,
    utcOffsetHours: 1,
    home: 'FR',
    people: [
      ['fr', 'FR', 210],
      ['fr', 'BE', 22],
      ['fr', 'CH', 16],
      ['de', 'DE', 34],
      ['it', 'IT', 26],
      ['es', 'ES', 24],
      ['pt', 'PT', 16],
      ['pl', 'PL', 16],
      ['sv', 'SE', 10],
      ['el', 'GR', 16],
      ['uk', 'UA', 8],
      ['ru', 'FR', 8],
      ['ar', 'FR', 16],
      ['he', 'IL', 5],
      ['en', 'GB', 18],
      ['en', 'IE', 8],
      ['vi', 'FR', 8],
      ['tr', 'TR', 10],
      ['ja', 'FR', 5],
      ['zh', 'FR', 6],
    ],
    notes: 'fr',
    catalogue: {
      prefix: 'MC',
      onlyVariant: 'Unique',
      sections: HOME_PRODUCTS,
      deleted: HOME_DELETED,
      groups: HOME_GROUPS,
    },
    shipping: { home: 590n, abroad: 1_490n, freeFrom: 12_000n, pickup: true },
    protection: {
      rate: 0.45,
      basisPoints: 180,
      least: 90n,
      unit: 100n,
      most: 460_000n,
      warranted: ['LUM', 'MOB'],
    },
    ratesRisk: false,
  },
  {
    store: BOOKS,
    orders: 860,
    customers: 250,
    utcOffsetHours: 9,
    home: 'JP',
    people: [
      ['ja', 'JP', 200],
      ['ko', 'KR', 10],
      ['zh', 'TW', 14],
      ['th', 'TH', 7],
      ['en', 'JP', 7],
      ['ko', 'JP', 4],
      ['zh', 'JP', 5],
      ['en', 'US', 5],
      ['fr', 'FR', 4],
      ['vi', 'JP', 3],
    ],
    notes: 'ja',
    catalogue: {
      prefix: 'KS',
      onlyVariant: 'Default Title',
      sections: BOOK_PRODUCTS,
      deleted: BOOK_DELETED,
      groups: BOOK_GROUPS,
    },
    shipping: { home: 520n, abroad: 2_400n, freeFrom: 8_000n, pickup: false },
    protection: {
      rate: 0.3,
      basisPoints: 150,
      least: 60n,
      unit: 100n,
      most: 750_000n,
      warranted: ['PN', 'GD'],
    },
    ratesRisk: true,
  },
  {
    store: SOUQ,
    orders: 480,
    customers: 145,
    utcOffsetHours: 3,
    home: 'KW',
    people: [
      ['ar', 'KW', 96],
      ['ar', 'SA', 14],
      ['ar', 'AE', 5],
      ['en', 'KW', 10],
      ['hi', 'KW', 7],
      ['hi', 'IN', 5],
      ['tl', 'KW', 8],
      ['en', 'AE', 4],
      ['tr', 'TR', 3],
    ],
    notes: 'ar',
    catalogue: {
      prefix: 'SM',
      onlyVariant: 'Standard',
      sections: SOUQ_PRODUCTS,
      deleted: SOUQ_DELETED,
      groups: SOUQ_GROUPS,
    },
    shipping: { home: 1_500n, abroad: 6_750n, freeFrom: 25_000n, pickup: false },
    protection: {
      rate: 0.35,
      basisPoints: 175,
      least: 250n,
      unit: 1_000n,
      most: 1_535_000n,
      warranted: ['HOM'],
    },
    ratesRisk: false,
  },
];
