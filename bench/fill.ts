import { DEMO_STORES } from '../src/data/seed/demo-stores.ts';

/** A store and how much of everything it gets. */
export interface StorePlan {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly platform: string;
  readonly currency: string;
  readonly timezone: string;
  readonly orders: number;
  readonly customers: number;
  readonly products: number;
}

const SHARES = [0.7, 0.15, 0.1, 0.05];

/** Four stores; the first has seven tenths of the orders. A million orders have 250,000 customers. */
export function planStores(orders: number): readonly StorePlan[] {
  return DEMO_STORES.map((store, index) => {
    const share = SHARES[index] ?? 0;
    return {
      ...store,
      index,
      orders: Math.round(orders * share),
      customers: Math.ceil((orders * share) / 4),
      products: Math.ceil((orders * share) / 50),
    };
  });
}

/** How far back the orders of a store go, evenly spread. */
const DAYS = 730;

/**
 * What every row is computed from: no randomness, so that two fills of one day are equal. `pick` spreads
 * whole numbers over a range (Knuth's multiplicative hash), `id` makes ids as unordered as real ones.
 */
export const FUNCTIONS = `
create function pg_temp.id(kind text, store int, n bigint) returns text language sql immutable
  as $$ select kind || '_' || substr(md5(kind || store || ':' || n), 1, 20) $$;
create function pg_temp.pick(n bigint, salt int, size bigint) returns bigint language sql immutable
  as $$ select ((((n + salt * 40503) * 2654435761) & 4294967295) * size) >> 32 $$;
create function pg_temp.price(product bigint) returns bigint language sql immutable
  as $$ select 500 + pg_temp.pick(product, 1, 195) * 100 $$;
create function pg_temp.product_name(product bigint) returns text language sql immutable
  as $$ select (array['Trail', 'Alpine', 'Harbour', 'Meadow', 'Cedar', 'Granite', 'Drift', 'Ember'])[1 + product % 8]
    || ' ' || (array['Jacket', 'Tent', 'Lantern', 'Bottle', 'Backpack', 'Stove', 'Blanket'])[1 + product % 7] || ' ' || product $$;
create function pg_temp.first_name(person bigint) returns text language sql immutable
  as $$ select (array['Ada', 'Ben', 'Chloé', 'Dario', 'Elif', 'Femke', 'Goran', 'Hana', 'Ines', 'Jonas', 'Keiko'])[1 + person % 11] $$;
create function pg_temp.last_name(person bigint) returns text language sql immutable
  as $$ select (array['Abbott', 'Bauer', 'Costa', 'Dubois', 'Eriksen', 'Farah', 'Greco', 'Hughes', 'Ito'])[1 + person % 9] $$;
create function pg_temp.email(person bigint) returns text language sql immutable
  as $$ select 'shopper' || person || '@example.com' $$;
create function pg_temp.address(person bigint) returns jsonb language sql immutable
  as $$ select jsonb_build_object('name', pg_temp.first_name(person) || ' ' || pg_temp.last_name(person), 'company', null,
    'address1', (person % 900 + 1) || ' Station Road', 'address2', null, 'city', 'Springfield', 'province', 'OR',
    'postalCode', (10000 + person % 80000)::text, 'countryCode', 'US', 'phone', '+1555' || (1000000 + person)) $$;
`;

/** Makes a store's rows be seen and accepted: row-level security binds the tables' owner too. */
export const sessionOf = (store: StorePlan) =>
  `select set_config('scopegate.store_id', '${store.id}', true), set_config('scopegate.orders_since', '-infinity', true)`;

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The store, its customers and its catalogue. `anchor` is the moment that the data ends. */
export function catalogueStatements(store: StorePlan, anchor: string): readonly string[] {
  const { index, currency, customers, products } = store;
  const start = `'${anchor}'::timestamptz - interval '${DAYS + 30} days'`;
  const stock = 'true, pg_temp.pick(n, 5, 400)::int, pg_temp.pick(n, 5, 400) > 0';
  const named = [store.id, store.name, store.domain, store.platform, currency, store.timezone];
  return [
    `insert into commerce.stores (id, name, domain, platform, currency, timezone, created_at, updated_at)
      values (${named.map(quoted).join(', ')}, ${start}, ${start})`,
    `insert into commerce.customers (id, store_id, source_id, first_name, last_name, email, phone, tags, metafields,
        account_state, locale, email_consent_state, email_consent_level, sms_consent_state, sms_consent_level, created_at, updated_at)
      select pg_temp.id('cus', ${index}, n), '${store.id}', (6240118734913 + n * 1031)::text, pg_temp.first_name(n), pg_temp.last_name(n),
        pg_temp.email(n), '+1555' || (1000000 + n), array['loyal'], '[]', 'ENABLED', 'en-US',
        'SUBSCRIBED', 'SINGLE_OPT_IN', 'NOT_SUBSCRIBED', 'UNKNOWN', ${start}, ${start} + make_interval(hours => (n % 17000)::int)
      from generate_series(1, ${customers}) n`,
    `insert into commerce.products (id, store_id, source_id, name, description, image_url, status, kind, sku, price, currency,
        inventory_tracked, inventory_quantity, in_stock, created_at, updated_at)
      select pg_temp.id('prd', ${index}, n), '${store.id}', (7480220115009 + n * 701)::text, pg_temp.product_name(n),
        'Made to last, repaired for free.', 'https://images.example.com/' || n || '.jpg', 'ACTIVE', 'SIMPLE', 'SKU-' || n,
        pg_temp.price(n), '${currency}', ${stock}, ${start}, ${start} + make_interval(hours => (n % 17000)::int)
      from generate_series(1, ${products}) n`,
    `insert into commerce.product_variants (id, store_id, product_id, source_id, position, title, sku, price, currency,
        inventory_tracked, inventory_quantity, in_stock, created_at, updated_at)
      select pg_temp.id('var', ${index}, n * 2 + p), '${store.id}', pg_temp.id('prd', ${index}, n), (42190331805761 + n * 2 + p)::text,
        p, (array['Small', 'Large'])[p], 'SKU-' || n || '-' || p, pg_temp.price(n), '${currency}', ${stock}, ${start}, ${start}
      from generate_series(1, ${products}) n, generate_series(1, 2) p`,
  ];
}

/**
 * Orders `from` to `to` of a store (the last is the newest) and everything that hangs off them. What each
 * row's `offset 0` computes is computed once and not wherever it is named.
 */
export function orderStatements(
  store: StorePlan,
  anchor: string,
  from: number,
  to: number,
): readonly string[] {
  const { index, id, currency, platform, orders, customers, products } = store;
  const end = `'${anchor}'::timestamptz`;
  const placed = `${end} - make_interval(secs => (${orders} - n) * ${(DAYS * 86_400) / orders}::float8)`;
  const later = (days: number) => `least(${end}, o.created_at + interval '${days} days')`;
  const series = `(select n, pg_temp.id('ord', ${index}, n) as id, (${placed})::timestamptz(3) as created_at,
      1 + pg_temp.pick(n, 2, ${customers}) as customer from generate_series(${from}, ${to}) n offset 0) o`;
  const lines = `generate_series(1, 2 + (o.n % 2)::int) p,
      lateral (select 1 + pg_temp.pick(o.n * 3 + p, 3, ${products}) as product, 1 + ((o.n + p) % 3)::int as quantity offset 0) l`;
  const guest = 'o.n % 50 = 13';
  const isProtected = 'o.n % 5 < 3';
  const name = "pg_temp.first_name(o.customer) || ' ' || pg_temp.last_name(o.customer)";
  const customerId = `case when ${guest} then null else pg_temp.id('cus', ${index}, o.customer) end`;
  const claimed = 'o.n % 100 in (7, 40, 73)';
  return [
    `insert into commerce.orders (id, store_id, source_id, source_number, platform, created_at, updated_at, currency,
        subtotal, discount_total, shipping_total, tax_total, total, premium_paid, premium_cost, premium_discount, risk_level,
        financial_status, fulfillment_status, tags, customer_id, contact_name, contact_email, contact_phone, shipping_address, billing_address)
      select o.id, '${id}', (5013447210561 + o.n * 97)::text, '#' || (1000 + o.n), '${platform}', o.created_at, ${later(2)}, '${currency}',
        s.subtotal, 0, 500, s.subtotal * 8 / 100, s.subtotal + 500 + s.subtotal * 8 / 100, f.premium, f.premium, 0, 'LOW',
        'PAID', case when o.n % 5 = 4 then 'UNFULFILLED' else 'FULFILLED' end, '{}', ${customerId},
        ${name}, pg_temp.email(o.customer), '+1555' || (1000000 + o.customer), a.address, a.address
      from ${series},
        lateral (select pg_temp.address(o.customer) as address offset 0) a,
        lateral (select case when ${isProtected} then 98 else 0 end as premium) f,
        lateral (select sum(pg_temp.price(l.product) * l.quantity)::bigint as subtotal from ${lines}) s`,
    'analyze commerce.orders',
    `insert into commerce.line_items (id, store_id, order_id, order_created_at, position, source_id, product_id, variant_id, name,
        variant_title, sku, image_url, quantity, refunded_quantity, currency, unit_price, discount_total, tax_total)
      select pg_temp.id('lin', ${index}, o.n * 4 + p), '${id}', o.id, o.created_at, p, (12830551900225 + o.n * 4 + p)::text,
        pg_temp.id('prd', ${index}, l.product), pg_temp.id('var', ${index}, l.product * 2 + 1), pg_temp.product_name(l.product), 'Small',
        'SKU-' || l.product || '-1', 'https://images.example.com/' || l.product || '.jpg', l.quantity, 0, '${currency}',
        pg_temp.price(l.product), 0, pg_temp.price(l.product) * l.quantity * 8 / 100
      from ${series}, ${lines}`,
    `insert into commerce.fulfillments (id, store_id, order_id, order_created_at, source_id, status, tracking_company,
        tracking_numbers, tracking_urls, delivered_at, created_at, updated_at)
      select pg_temp.id('ful', ${index}, o.n), '${id}', o.id, o.created_at, (4518620013633 + o.n)::text, 'DELIVERED', 'Parcel Post',
        array['PP' || (100000000 + o.n)], array['https://track.example.com/PP' || (100000000 + o.n)], ${later(4)}, ${later(1)}, ${later(4)}
      from ${series} where o.n % 5 <> 4`,
    `insert into commerce.policies (id, store_id, order_id, order_created_at, kind, status, currency, premium, paid_by, insured_value,
        coverage, terms, effective_at, expires_at, created_at, updated_at)
      select pg_temp.id('pol', ${index}, o.n), '${id}', o.id, o.created_at, 'SHIPPING_INSURANCE',
        case when ${claimed} then 'CLAIMED' else 'ACTIVE' end, '${currency}', 98, 'CUSTOMER', 20000,
        'Loss, theft and damage on the way.', 'https://terms.example.com/shipping', o.created_at, o.created_at + interval '90 days',
        o.created_at, o.created_at
      from ${series} where ${isProtected}`,
    'analyze commerce.line_items, commerce.policies',
    `insert into commerce.claims (id, store_id, order_id, order_created_at, policy_id, customer_id, type, state, filed_from, description,
        requested_resolution, author_name, author_email, created_at, updated_at)
      select pg_temp.id('clm', ${index}, o.n), '${id}', o.id, o.created_at,
        case when ${isProtected} then pg_temp.id('pol', ${index}, o.n) end, ${customerId},
        (array['DAMAGED', 'MISSING_ITEM', 'STOLEN'])[1 + o.n % 3], (array['NEW', 'OPEN', 'APPROVED', 'RESOLVED'])[1 + o.n % 4],
        'EXTERNAL', 'The parcel arrived open.', 'RESHIP', ${name}, pg_temp.email(o.customer), ${later(5)}, ${later(7)}
      from ${series} where ${claimed}`,
    'analyze commerce.claims',
    `insert into commerce.claim_items (id, store_id, claim_id, line_item_id, quantity)
      select pg_temp.id('cli', ${index}, o.n), '${id}', pg_temp.id('clm', ${index}, o.n), pg_temp.id('lin', ${index}, o.n * 4 + 1), 1
      from ${series} where ${claimed}`,
  ];
}
