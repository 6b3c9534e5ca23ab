import { SCOPES, type Scope } from '../../scopes/catalogue.ts';
import { DEMO_STORES } from './demo-stores.ts';

/** An app of the demo data and what it declares. */
export interface DemoApp {
  readonly id: string;
  readonly clientId: string;
  readonly name: string;
  readonly publisher: string | null;
  readonly visibility: 'PUBLIC' | 'PRIVATE';
  readonly review: 'DRAFT' | 'PENDING' | 'APPROVED' | 'REJECTED' | 'SUSPENDED';
  readonly redirectUris: readonly string[];
  readonly privacyPolicyUrl: string | null;
  /** Where it opens inside the merchant's page. */
  readonly appUrl: string | null;
  /** The store whose own it is, or where it may be tried before it is approved. */
  readonly ownerStoreId: string | null;
  readonly required: readonly Scope[];
  readonly optional: readonly Scope[];
}

const [OUTDOOR, HOME, BOOKS, SOUQ] = DEMO_STORES;

/** Where an app on one's own machine listens, beside its address on the internet. */
const redirectUris = (domain: string) => [
  'http://localhost:5000/callback',
  `https://${domain}/oauth/callback`,
];

const PRICING: readonly Scope[] = [
  'read_shipping_insurance_pricing',
  'write_shipping_insurance_pricing',
  'read_warranty_pricing',
  'read_extended_warranty_pricing',
];

/** The apps of the demo data, the same in every run. */
export const DEMO_APPS = {
  /** A customer-data platform: reads everything about orders, and must cope without customers. */
  cdp: {
    id: 'app_88t9s2xpvcacmwh9060j',
    clientId: 'op_app_caf2112d1bac41705da77502',
    name: 'Segmenta CDP',
    publisher: 'Segmenta Labs',
    visibility: 'PUBLIC',
    review: 'APPROVED',
    redirectUris: redirectUris('segmenta.example'),
    privacyPolicyUrl: 'https://segmenta.example/privacy',
    appUrl: null,
    ownerStoreId: null,
    required: ['read_all_orders', 'read_orders', 'read_discounts', 'read_products'],
    optional: ['read_customers'],
  },
  /** Uses admin-gated scopes, and may. */
  pricer: {
    id: 'app_d2cf6d2y8hr6rsb5802w',
    clientId: 'op_app_3bb98e5f600950a7eb523097',
    name: 'Premium Pricer',
    publisher: 'Tarn Analytics',
    visibility: 'PUBLIC',
    review: 'APPROVED',
    redirectUris: redirectUris('premium-pricer.example'),
    privacyPolicyUrl: 'https://premium-pricer.example/privacy',
    appUrl: 'https://premium-pricer.example/embedded',
    ownerStoreId: null,
    required: ['read_store', 'read_quotes', ...PRICING],
    optional: ['read_store_credit_settings', 'read_analytics'],
  },
  /** Declares admin-gated scopes, and may not use them: nobody has reviewed it yet. */
  pending: {
    id: 'app_swqjvr61qvjtgf0nym8t',
    clientId: 'op_app_741274c744877cd1314c85d8',
    name: 'Rate Lantern',
    publisher: 'Lantern Works',
    visibility: 'PUBLIC',
    review: 'PENDING',
    redirectUris: redirectUris('rate-lantern.example'),
    privacyPolicyUrl: 'https://rate-lantern.example/privacy',
    appUrl: null,
    ownerStoreId: OUTDOOR.id,
    required: ['read_store', ...PRICING],
    optional: ['read_products'],
  },
  /** The main store's own. */
  private: {
    id: 'app_wesnpg6eja3z4ytxxsgc',
    clientId: 'op_app_54626d8532fcd851b1c69ac2',
    name: 'Back Office Bridge',
    publisher: null,
    visibility: 'PRIVATE',
    review: 'DRAFT',
    redirectUris: redirectUris('backoffice.summitandpine.example'),
    privacyPolicyUrl: 'https://backoffice.summitandpine.example/privacy',
    appUrl: null,
    ownerStoreId: OUTDOOR.id,
    required: ['read_orders', 'manage_claims', 'list_policies', 'read_policies'],
    optional: ['read_customers', 'write_orders'],
  },
  /** Its tokens open nothing. */
  suspended: {
    id: 'app_mq91znbsp08pkw0gfsfg',
    clientId: 'op_app_239fa8d697f42b223bfcc286',
    name: 'Parcel Watcher',
    publisher: 'Waypost',
    visibility: 'PUBLIC',
    review: 'SUSPENDED',
    redirectUris: redirectUris('parcel-watcher.example'),
    privacyPolicyUrl: 'https://parcel-watcher.example/privacy',
    appUrl: null,
    ownerStoreId: null,
    required: ['read_orders'],
    optional: ['read_claims'],
  },
  /** What the client of the demo issuer is linked to. */
  demo: {
    id: 'app_kaa6ztk5vr9hz18b15xn',
    clientId: 'op_app_d206d18e02e985a37d16a43c',
    name: 'Demo App',
    publisher: null,
    visibility: 'PUBLIC',
    review: 'APPROVED',
    redirectUris: redirectUris('demo-app.example'),
    privacyPolicyUrl: 'https://demo-app.example/privacy',
    appUrl: null,
    ownerStoreId: null,
    required: ['read_orders'],
    optional: SCOPES.map(({ name }) => name).filter((name) => name !== 'read_orders'),
  },
} as const satisfies Record<string, DemoApp>;

/** An app in a store. */
export interface DemoInstallation {
  readonly id: string;
  readonly app: keyof typeof DEMO_APPS;
  readonly storeId: string;
  /** Optional scopes that the merchant did not grant. */
  readonly refused: readonly Scope[];
  readonly removed: boolean;
}

const whole = { refused: [], removed: false } as const;

/** The installations of the demo data, the same in every run. */
export const DEMO_INSTALLATIONS = {
  cdp: { id: 'ins_mzzwwwcvh37jbffgmj5x', app: 'cdp', storeId: OUTDOOR.id, ...whole },
  /** The merchant refused personal data. */
  cdpWithoutCustomers: {
    id: 'ins_kyg75650jasgsg0pcyx2',
    app: 'cdp',
    storeId: HOME.id,
    refused: ['read_customers'],
    removed: false,
  },
  cdpRemoved: {
    id: 'ins_bb8ja2cyk03spzcjdb8j',
    app: 'cdp',
    storeId: SOUQ.id,
    refused: [],
    removed: true,
  },
  pricer: { id: 'ins_06pt1yvrmnvb3mtv8hp4', app: 'pricer', storeId: OUTDOOR.id, ...whole },
  pricerInBooks: {
    id: 'ins_eb41hkezs1f1q1bf7qxk',
    app: 'pricer',
    storeId: BOOKS.id,
    refused: ['read_analytics'],
    removed: false,
  },
  pending: { id: 'ins_42p4n7anc6dzed1ed84b', app: 'pending', storeId: OUTDOOR.id, ...whole },
  private: { id: 'ins_qyphrryp9nppjtctyx95', app: 'private', storeId: OUTDOOR.id, ...whole },
  suspended: { id: 'ins_hbvex0223vpahsnxppex', app: 'suspended', storeId: OUTDOOR.id, ...whole },
  demoInOutdoor: { id: 'ins_8ajhrpk3nej5p63e6axa', app: 'demo', storeId: OUTDOOR.id, ...whole },
  demoInHome: { id: 'ins_q2sef369gnedp61x0fnb', app: 'demo', storeId: HOME.id, ...whole },
  demoInBooks: { id: 'ins_fxkkn5wv4qgj1bzxcxyb', app: 'demo', storeId: BOOKS.id, ...whole },
  demoInSouq: { id: 'ins_bx79cfg3kefhpp698z51', app: 'demo', storeId: SOUQ.id, ...whole },
} as const satisfies Record<string, DemoInstallation>;

/**
 * An opaque access token to store with the demo data. The caller makes it of real randomness: the
 * demo data is the same everywhere, and a token must not be.
 */
export interface DemoAccessToken {
  /** In plain text; only its SHA-256 is stored. */
  readonly token: string;
  readonly installation: keyof typeof DEMO_INSTALLATIONS;
  /** Scopes separated by spaces; that they are granted is not checked. */
  readonly scope: string;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}
