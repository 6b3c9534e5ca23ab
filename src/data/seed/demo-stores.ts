import type { stores } from '../tables/stores.ts';

/** A store of the demo data: what is known about it without a database. */
export interface DemoStore {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly platform: (typeof stores.$inferSelect)['platform'];
  /** ISO 4217; its exponent says what the store's minor units are. */
  readonly currency: string;
  readonly timezone: string;
}

/**
 * The stores of the embedded demo database, the same in every run. The first is the main one: it
 * has the most orders, and the customer that the README asks for.
 */
export const DEMO_STORES = [
  {
    id: 'sto_4h7w2m9xk0rt6bq3v8ne',
    name: 'Summit & Pine Outfitters',
    domain: 'summitandpine.example',
    platform: 'SHOPIFY',
    currency: 'USD',
    timezone: 'America/Denver',
  },
  {
    id: 'sto_c81pz5jd3ysg7fa0kwmt',
    name: 'Maison Clairval',
    domain: 'maisonclairval.example',
    platform: 'WOOCOMMERCE',
    currency: 'EUR',
    timezone: 'Europe/Paris',
  },
  {
    id: 'sto_k6n0r2vh9eq4xtb7sjcz',
    name: '木漏れ日書店',
    domain: 'komorebi-shoten.example',
    platform: 'SHOPIFY',
    currency: 'JPY',
    timezone: 'Asia/Tokyo',
  },
  {
    id: 'sto_w3ga5y8md1pf9hc2z6rk',
    name: 'سوق المرجان',
    domain: 'souqalmarjan.example',
    platform: 'MAGENTO',
    currency: 'KWD',
    timezone: 'Asia/Kuwait',
  },
] as const satisfies readonly DemoStore[];

/** The customer of the main store that the README looks up; has recent orders and old ones. */
export const DEMO_CUSTOMER_EMAIL = 'ines.moreau@example.com';
