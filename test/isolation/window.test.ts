import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_CUSTOMER_EMAIL } from '../../src/data/seed/demo-stores.ts';
import type { DemoRows } from '../../src/data/seed/generate.ts';
import { platformRows } from '../../src/data/seed/platform-rows.ts';
import { resultsOf } from '../../src/schema/ab-results.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { type Answer, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { crawl, enumWords, idsIn, settle, stringsIn, stringsOf } from '../support/queries-crawl.ts';
import { takenQuotes, takeQuotesOver } from '../support/queries-quotes.ts';
import {
  chunks,
  must,
  seededAt,
  seededStore,
  windowStart,
  withinWindow,
} from '../support/queries-seed.ts';

const DAY = 86_400_000;
const ALL_SCOPES = SCOPES.map(({ name }) => name);
const WIDE = ALL_SCOPES.join(' ');
const NARROW = ALL_SCOPES.filter((scope) => scope !== 'read_all_orders').join(' ');

const EVERY = seededStore(0);
const RECENT = withinWindow(EVERY, windowStart());
const recentIds = new Set(RECENT.orders.map(({ id }) => id));
const OLD = EVERY.orders.filter(({ id }) => !recentIds.has(id));
const oldOrders = new Set(OLD.map(({ id }) => id));
const ofOld = <T extends { readonly orderId: string }>(rows: readonly T[]) =>
  rows.filter(({ orderId }) => oldOrders.has(orderId));

/** Newest first, as the lists come. */
const newestFirst = (orders: readonly { id: string; createdAt: Date }[]) =>
  orders
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);

/** A sum in minor units as the schema writes it, for a currency with two decimal places. */
const dollars = (cents: bigint) => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;

const amountsOf = (orders: typeof EVERY.orders) => {
  const paid = orders.filter(({ cancelledAt }) => !cancelledAt);
  const sum = paid.reduce((total, order) => total + order.total, 0n);
  return orders.length === 0 ? [] : [{ amount: dollars(sum), currencyCode: 'USD' }];
};

const byCustomer = ({ orders }: DemoRows) => {
  const groups = new Map<string, typeof orders>();
  for (const order of orders) {
    if (order.customerId) {
      groups.set(order.customerId, [...(groups.get(order.customerId) ?? []), order]);
    }
  }
  return groups;
};

/** Columns that a row shows only to a token that sees its order. */
const REFERENCES = new Set(['orderId', 'orderCreatedAt', 'originalOrderId', 'lineItemId']);

/** Every string of rows as the schema writes it, dates and amounts too. */
function textsIn(rows: unknown): Set<string> {
  const json = JSON.stringify(rows, (key, value) => {
    if (REFERENCES.has(key)) return undefined;
    return typeof value === 'bigint' ? dollars(value) : value;
  });
  return stringsIn(JSON.parse(json));
}

const percentages = (rows: readonly { percentage?: number | null | undefined }[]) =>
  rows.map(({ percentage }) => ((percentage ?? 0) / 100).toFixed(2));

/** What there is to see of a store's orders, with what the schema works out of them. */
const ofOrders = (rows: DemoRows) => ({
  orders: rows.orders,
  'line items': rows.lineItems.map((line) => ({
    ...line,
    total: line.unitPrice * BigInt(line.quantity) - line.discountTotal,
  })),
  fulfilments: rows.fulfillments,
  'uses of discounts': rows.discountApplications.map(({ id: _, ...use }) => [
    use,
    percentages([use]),
  ]),
  'sums of customers': [...byCustomer(rows).values()].map(amountsOf),
});

/** The amounts that the results of tests show, which are reckoned from days that say nothing of single orders. */
function resultsIn(rows: DemoRows): Set<string> {
  const totals = (id: string | undefined) => {
    const days = rows.abVariantDays.filter(({ variantId }) => variantId === id);
    const sum = (column: 'sessions' | 'orders' | 'protectedOrders' | 'revenueSquares') =>
      days.reduce((total, day) => total + BigInt(day[column]), 0n).toString();
    return days.slice(0, 1).map(({ variantId, currency }) => ({
      ...{ parent: variantId, currency, count: days.length },
      sum: days.reduce((total, { revenue }) => total + revenue, 0n),
      sessions: sum('sessions'),
      orders: sum('orders'),
      protectedOrders: sum('protectedOrders'),
      revenueSquares: sum('revenueSquares'),
    }));
  };
  return textsIn(rows.abVariants.map(({ id }) => resultsOf(totals(id), null)));
}

/** The amounts that tests and store credit are set up with, which are kept as plain numbers. */
function setUpIn({ abVariants, storeCreditSettings }: DemoRows): Set<string> {
  const overrides = abVariants.map((variant): { factor?: number; fixed?: { amount: string } } =>
    Object.fromEntries(Object.entries(variant.overrides)),
  );
  const shares = [
    ...overrides.map(({ factor }) => factor),
    ...storeCreditSettings.map(({ cap }) => cap),
  ];
  const amounts = overrides.flatMap(({ fixed }) => (fixed ? [BigInt(fixed.amount)] : []));
  return textsIn([percentages(shares.map((percentage) => ({ percentage }))), amounts]);
}

/**
 * Every string that a token without `read_all_orders` may find. An old order's amount or second can be that of
 * such a row by chance, and its address that of a customer.
 */
const VISIBLE = new Set([
  ...textsIn([RECENT, ofOrders(RECENT), percentages(RECENT.discounts)]),
  ...textsIn(RECENT.quotes.flatMap(({ lines }) => lines.map((line) => BigInt(line.unitPrice)))),
  ...resultsIn(RECENT),
  ...setUpIn(RECENT),
  ...percentages(RECENT.pricingRules.map(({ amount }) => ({ percentage: Number(amount) }))),
  ...RECENT.customers.map(({ firstName, lastName }) =>
    [firstName, lastName].filter(Boolean).join(' '),
  ),
  ...textsIn([SCOPES, DEMO_APPS, platformRows(seededAt(), []).installations]),
  ...enumWords(),
]);

/** Of each kind the strings that tell of nothing but orders older than 60 days, and placed since then. */
const tracesSince = (then: Date) =>
  Object.entries(ofOrders(withinWindow(EVERY, then))).map(([kind, rows]) => ({
    kind,
    traces: [...textsIn(rows)].filter((text) => !VISIBLE.has(text)),
  }));

describe.each(['postgres'] as const)('the window of 60 days on %s', (backend) => {
  let gateway: TestGateway;
  let narrow: string;
  let wide: string;
  let now: Date;

  beforeAll(async () => {
    now = seededAt();
    gateway = await startTestGateway(backend, { clock: () => now });
    await takeQuotesOver(gateway.asRole, EVERY);
    [narrow, wide] = await Promise.all([gateway.token(NARROW), gateway.token(WIDE)]);
  });
  afterAll(() => gateway.close());

  async function dataOf(query: string, token: string, variables = {}) {
    const { body, text } = await gateway.send(query, { token, variables });
    expect({ query, errors: body.errors }).toEqual({ query, errors: undefined });
    return { data: must(body.data) as Record<string, never>, text };
  }

  /** What both tokens get for the same query: without `read_all_orders`, and with it. */
  const both = async (query: string, variables = {}) => ({
    narrow: await dataOf(query, narrow, variables),
    wide: await dataOf(query, wide, variables),
  });

  it('has orders on both sides of its border', () => {
    expect(OLD.length).toBeGreaterThan(2_000);
    expect(RECENT.orders.length).toBeGreaterThan(200);
    const distances = EVERY.orders.map(
      ({ createdAt }) => createdAt.getTime() - windowStart().getTime(),
    );
    expect(distances.some((ms) => ms >= 0 && ms < DAY / 24)).toBe(true);
    expect(distances.some((ms) => ms < 0 && ms > -DAY / 24)).toBe(true);
  });

  describe('hides every old row behind its own id', () => {
    it.each([
      { what: 'orders', ids: OLD.map(({ id }) => id) },
      { what: 'line items', ids: ofOld(EVERY.lineItems).map(({ id }) => id) },
      { what: 'fulfilments', ids: ofOld(EVERY.fulfillments).map(({ id }) => id) },
    ])('of $what, in nodes', async ({ ids }) => {
      const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
      for (const some of chunks(ids, 100)) {
        const hidden = await dataOf(query, narrow, { ids: some });
        expect(hidden.data.nodes).toEqual(some.map(() => null));
      }
      const some = ids.slice(0, 100);
      const seen = await dataOf(query, wide, { ids: some });
      expect(seen.data.nodes).toEqual(some.map((id) => ({ id })));
    });

    it('in order, orderBySourceId and node', async () => {
      const some = [...OLD.slice(0, 20), ...OLD.slice(-20)];
      for (const group of chunks(some, 10)) {
        const query = `{ ${group
          .map(
            ({ id, sourceId }, index) =>
              `a${index}: order(id: "${id}") { id } b${index}: orderBySourceId(sourceId: "${sourceId}") { id } c${index}: node(id: "${id}") { id }`,
          )
          .join(' ')} }`;
        const { narrow: hidden, wide: seen } = await both(query);
        expect(Object.values(hidden.data).filter((value) => value !== null)).toEqual([]);
        expect(Object.values(seen.data)).toEqual(
          group.flatMap(({ id }) => [{ id }, { id }, { id }]),
        );
      }
    });
  });

  describe('bounds lists', () => {
    const page = (args: string) => `{ orders(${args}) { totalCount nodes { id } } }`;

    it('of all orders, with their count', async () => {
      const { narrow: hidden, wide: seen } = await both(page('first: 100'));
      expect(hidden.data.orders).toEqual({
        totalCount: RECENT.orders.length,
        nodes: newestFirst(RECENT.orders)
          .slice(0, 100)
          .map((id) => ({ id })),
      });
      expect(seen.data.orders).toHaveProperty('totalCount', EVERY.orders.length);
    });

    it('read from the end: the oldest in sight is the first of the window', async () => {
      const { narrow: hidden, wide: seen } = await both(page('last: 5'));
      const ends = (orders: typeof EVERY.orders) =>
        newestFirst(orders)
          .slice(-5)
          .map((id) => ({ id }));
      expect(hidden.data.orders).toHaveProperty('nodes', ends(RECENT.orders));
      expect(seen.data.orders).toHaveProperty('nodes', ends(EVERY.orders));
    });

    it.each(['CREATED_AT', 'UPDATED_AT', 'CONTACT_EMAIL'])('sorted by %s', async (field) => {
      for (const direction of ['ASC', 'DESC']) {
        for (const size of ['first', 'last']) {
          const args = `${size}: 100, orderBy: {field: ${field}, direction: ${direction}}`;
          const { narrow: hidden, wide: seen } = await both(page(args));
          expect(idsIn(hidden.text).filter((id) => oldOrders.has(id))).toEqual([]);
          expect(idsIn(hidden.text)).toHaveLength(100);
          const fromOldEnd =
            (direction === 'ASC') === (size === 'first') && field !== 'CONTACT_EMAIL';
          if (fromOldEnd) expect(idsIn(seen.text).every((id) => oldOrders.has(id))).toBe(true);
        }
      }
    });

    it('filtered by what only old orders have', async () => {
      const since = windowStart().toISOString();
      const old = must(OLD.findLast(({ contactEmail }) => contactEmail !== null));
      const ofEmail = (orders: typeof EVERY.orders) =>
        orders.filter(
          ({ contactEmail }) => contactEmail?.toLowerCase() === old.contactEmail?.toLowerCase(),
        ).length;
      const cases: [string, number, number][] = [
        [`createdBefore: "${since}"`, 0, OLD.length],
        [`createdFrom: "2001-01-01T00:00:00Z"`, RECENT.orders.length, EVERY.orders.length],
        [`sourceNumber: ${JSON.stringify(old.sourceNumber)}`, 0, 1],
        [
          `customerEmail: ${JSON.stringify(old.contactEmail)}`,
          ofEmail(RECENT.orders),
          ofEmail(EVERY.orders),
        ],
        [
          'financialStatus: REFUNDED',
          RECENT.orders.filter((order) => order.financialStatus === 'REFUNDED').length,
          EVERY.orders.filter((order) => order.financialStatus === 'REFUNDED').length,
        ],
        [
          'fulfillmentStatus: FULFILLED',
          RECENT.orders.filter((order) => order.fulfillmentStatus === 'FULFILLED').length,
          EVERY.orders.filter((order) => order.fulfillmentStatus === 'FULFILLED').length,
        ],
        [
          'protectionStatus: UNPROTECTED',
          RECENT.orders.filter((order) => order.premiumCost === 0n).length,
          EVERY.orders.filter((order) => order.premiumCost === 0n).length,
        ],
        [
          `updatedBefore: "${since}"`,
          RECENT.orders.filter(({ updatedAt }) => updatedAt < windowStart()).length,
          EVERY.orders.filter(({ updatedAt }) => updatedAt < windowStart()).length,
        ],
      ];
      for (const [filter, inWindow, ever] of cases) {
        const { narrow: hidden, wide: seen } = await both(page(`first: 100, filter: {${filter}}`));
        expect({ filter, hidden: hidden.data.orders }).toEqual({
          filter,
          hidden: expect.objectContaining({ totalCount: inWindow }),
        });
        expect(idsIn(hidden.text)).toHaveLength(Math.min(100, inWindow));
        expect(seen.data.orders).toHaveProperty('totalCount', ever);
      }
    });

    it('also from the positions of old orders', async () => {
      const query = (args: string) =>
        `query ($at: String) { orders(${args}) { pageInfo { hasNextPage hasPreviousPage startCursor } edges { cursor node { id } } } }`;
      for (const direction of ['ASC', 'DESC']) {
        const orderBy = `orderBy: {field: CREATED_AT, direction: ${direction}}`;
        const end = direction === 'DESC' ? 'last' : 'first';
        const old = await dataOf(query(`${end}: 50, before: $at, ${orderBy}`), wide);
        const [, cursor, id = ''] = /"cursor":"([^"]+)","node":\{"id":"(\w+)"/.exec(old.text) ?? [];
        expect(oldOrders.has(id)).toBe(true);
        for (const [size, place] of [
          ['first', 'after'],
          ['last', 'after'],
          ['first', 'before'],
          ['last', 'before'],
        ]) {
          const text = query(`${size}: 100, ${place}: $at, ${orderBy}`);
          const hidden = await dataOf(text, narrow, { at: cursor });
          expect(idsIn(hidden.text).filter((id) => oldOrders.has(id))).toEqual([]);
          // Towards the old end there is nothing, and nothing says that there is.
          const outwards = (direction === 'DESC') === (place === 'after');
          expect(idsIn(hidden.text).length > 0).toBe(!outwards);
          const further = direction === 'DESC' ? 'hasNextPage' : 'hasPreviousPage';
          const end = { [further]: false, startCursor: null };
          if (outwards) expect(hidden.data.orders).toMatchObject({ pageInfo: end });
        }
      }
    });
  });

  describe('bounds what hangs off a customer', () => {
    it('for the customer that the README asks for', async () => {
      const query = `query ($email: String) { customers(filter: {email: $email}) { nodes { id ordersCount amountSpent { amount currencyCode } orders(first: 100) { totalCount nodes { id } } backwards: orders(last: 3) { nodes { id } } } } }`;
      const answers = await both(query, { email: DEMO_CUSTOMER_EMAIL });
      const customer = must(EVERY.customers.find(({ email }) => email === DEMO_CUSTOMER_EMAIL));
      for (const [answer, rows] of [
        [answers.narrow, RECENT],
        [answers.wide, EVERY],
      ] as const) {
        const orders = rows.orders.filter(({ customerId }) => customerId === customer.id);
        const ids = newestFirst(orders).map((id) => ({ id }));
        expect(answer.data.customers).toEqual({
          nodes: [
            {
              id: customer.id,
              ordersCount: orders.length,
              amountSpent: amountsOf(orders),
              orders: { totalCount: orders.length, nodes: ids },
              backwards: { nodes: ids.slice(-3) },
            },
          ],
        });
      }
    });

    it('for every customer: counts and sums are those of the orders in sight', async () => {
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { id ordersCount amountSpent { amount currencyCode } orders(first: 0) { totalCount } } } }`;
      for (const [token, rows] of [
        [narrow, RECENT],
        [wide, EVERY],
      ] as const) {
        const groups = byCustomer(rows);
        for (const customers of chunks(EVERY.customers, 100)) {
          const { data } = await dataOf(query, token, { ids: customers.map(({ id }) => id) });
          expect(data.nodes).toEqual(
            customers.map(({ id }) => ({
              id,
              ordersCount: groups.get(id)?.length ?? 0,
              amountSpent: amountsOf(groups.get(id) ?? []),
              orders: { totalCount: groups.get(id)?.length ?? 0 },
            })),
          );
        }
      }
    });
  });

  describe('leaves claims and policies of old orders in sight, without their orders', () => {
    const claims = ofOld(EVERY.claims);
    const policies = ofOld(EVERY.policies);
    const lineItems = new Map<string, string[]>();
    for (const { claimId, lineItemId } of EVERY.claimItems) {
      lineItems.set(claimId, [...(lineItems.get(claimId) ?? []), lineItemId]);
    }

    it.each([
      { type: 'Claim', rows: claims },
      { type: 'Policy', rows: policies },
    ])('by id: $type', async ({ type, rows }) => {
      expect(rows.length).toBeGreaterThan(20);
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { id orderId order { id } } } }`;
      for (const some of chunks<{ id: string; orderId: string }>([...rows], 100)) {
        const answers = await both(query, { ids: some.map(({ id }) => id) });
        expect(answers.narrow.data.nodes).toEqual(
          some.map(({ id }) => ({ id, orderId: null, order: null })),
        );
        expect(answers.wide.data.nodes).toEqual(
          some.map(({ id, orderId }) => ({ id, orderId, order: { id: orderId } })),
        );
      }
    });

    it('and those of recent orders with them', async () => {
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Claim { id orderId order { id } } ... on Policy { id orderId order { id } } } }`;
      const rows = [...EVERY.claims, ...EVERY.policies].filter(({ orderId }) =>
        recentIds.has(orderId),
      );
      expect(rows.length).toBeGreaterThan(20);
      for (const some of chunks(rows, 100)) {
        const { data } = await dataOf(query, narrow, { ids: some.map(({ id }) => id) });
        expect(data.nodes).toEqual(
          some.map(({ id, orderId }) => ({ id, orderId, order: { id: orderId } })),
        );
      }
    });

    it('with items that show how many, but not of what', async () => {
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Claim { items { totalCount nodes { quantity lineItem { id order { id } } } } policy { id orderId order { id } } } } }`;
      for (const some of chunks(claims, 100)) {
        const answers = await both(query, { ids: some.map(({ id }) => id) });
        const hidden = answers.narrow.data.nodes as unknown as readonly object[];
        for (const [index, { id, policyId }] of some.entries()) {
          const count = lineItems.get(id)?.length ?? 0;
          expect(hidden[index]).toEqual({
            items: {
              totalCount: count,
              nodes: Array.from({ length: count }, () => ({
                quantity: expect.any(Number),
                lineItem: null,
              })),
            },
            policy: policyId ? { id: policyId, orderId: null, order: null } : null,
          });
        }
        const seen = idsIn(answers.wide.text);
        const expected = some.flatMap(({ id }) => lineItems.get(id) ?? []);
        expect(expected.filter((id) => !seen.includes(id))).toEqual([]);
      }
    });

    it('in the lists and counts of the store, of their policy and of their customer', async () => {
      const query = '{ claims(first: 1) { totalCount } policies(first: 1) { totalCount } }';
      const counts = {
        claims: { totalCount: EVERY.claims.length },
        policies: { totalCount: EVERY.policies.length },
      };
      const answers = await both(query);
      expect([answers.narrow.data, answers.wide.data]).toEqual([counts, counts]);
      const some = claims.filter(({ policyId, customerId }) => policyId && customerId).slice(0, 50);
      const around = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Claim { policy { claims { totalCount } } customer { claims { totalCount } } } } }`;
      const { data } = await dataOf(around, narrow, { ids: some.map(({ id }) => id) });
      const count = (of: (claim: (typeof claims)[number]) => boolean) => ({
        claims: { totalCount: EVERY.claims.filter(of).length },
      });
      expect(data.nodes).toEqual(
        some.map((claim) => ({
          policy: count(({ policyId }) => policyId === claim.policyId),
          customer: count(({ customerId }) => customerId === claim.customerId),
        })),
      );
    });
  });

  describe('bounds what goes by the order', () => {
    it('claims, policies and discounts of orders in sight, with their counts', async () => {
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { id claims { totalCount } policies { totalCount } discountApplications { totalCount } } } }`;
      const count = (rows: readonly { orderId: string }[], id: string) => ({
        totalCount: rows.filter(({ orderId }) => orderId === id).length,
      });
      for (const some of chunks([...RECENT.orders.slice(-200), ...OLD.slice(0, 100)], 100)) {
        const answers = await both(query, { ids: some.map(({ id }) => id) });
        const whole = some.map(({ id }) => ({
          id,
          claims: count(EVERY.claims, id),
          policies: count(EVERY.policies, id),
          discountApplications: count(EVERY.discountApplications, id),
        }));
        expect(answers.wide.data.nodes).toEqual(whole);
        expect(answers.narrow.data.nodes).toEqual(
          whole.map((order) => (oldOrders.has(order.id) ? null : order)),
        );
      }
    });

    it.each([
      { type: 'Discount', list: 'applications', key: 'discountId' },
      { type: 'Product', list: 'lineItems', key: 'productId' },
    ])('$list of every $type, with their counts', async ({ type, list, key }) => {
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { id ${list}(first: 100) { totalCount nodes { order { id } } } } } }`;
      const parents: readonly { id: string }[] =
        type === 'Discount' ? EVERY.discounts : EVERY.products;
      const childrenIn = (rows: typeof EVERY) => {
        const groups = new Map<unknown, string[]>();
        const children = type === 'Discount' ? rows.discountApplications : rows.lineItems;
        for (const child of children) {
          const parent = new Map<string, unknown>(Object.entries(child)).get(key);
          groups.set(parent, [...(groups.get(parent) ?? []), child.orderId]);
        }
        return groups;
      };
      for (const [token, rows] of [
        [narrow, RECENT],
        [wide, EVERY],
      ] as const) {
        const groups = childrenIn(rows);
        for (const some of chunks(parents, 25)) {
          const { data } = await dataOf(query, token, { ids: some.map(({ id }) => id) });
          for (const [index, { id }] of some.entries()) {
            const orders = groups.get(id) ?? [];
            const node = (data.nodes as unknown as readonly object[])[index] as Record<
              string,
              { nodes: { order: { id: string } }[] }
            >;
            expect(node).toMatchObject({ id, [list]: { totalCount: orders.length } });
            const seen = must(node[list]).nodes.map(({ order }) => must(order).id);
            expect(seen).toHaveLength(Math.min(100, orders.length));
            expect(seen.filter((order) => !orders.includes(order))).toEqual([]);
          }
        }
      }
    });
  });

  it('leaves quotes in sight, without an order that took them over and is not', async () => {
    const query =
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Quote { id order { id } } } quotes(first: 100) { totalCount } }';
    const taken = takenQuotes(EVERY);
    expect(taken.map(({ order }) => oldOrders.has(order.id))).toEqual([true, false]);
    const answers = await both(query, { ids: taken.map(({ quote }) => quote.id) });
    const quotes = { totalCount: EVERY.quotes.length };
    const nodes = taken.map(({ quote, order }) => ({ id: quote.id, order: { id: order.id } }));
    const [old, recent] = nodes;
    expect(answers.wide.data).toEqual({ nodes, quotes });
    expect(answers.narrow.data).toEqual({ nodes: [{ ...old, order: null }, recent], quotes });
  });

  describe('bounds what replaces what', () => {
    const originals = new Map(EVERY.orders.map((order) => [order.id, order.originalOrderId]));
    const crossing = RECENT.orders.filter(
      ({ originalOrderId }) => originalOrderId && oldOrders.has(originalOrderId),
    );

    it('so that a recent replacement of an old order replaces nothing in sight', async () => {
      expect(crossing.length).toBeGreaterThan(0);
      const ids = crossing.map(({ id }) => id);
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { id originalOrder { id replacements { nodes { id } } } } } }`;
      const answers = await both(query, { ids });
      expect(answers.narrow.data.nodes).toEqual(ids.map((id) => ({ id, originalOrder: null })));
      expect(answers.wide.data.nodes).toEqual(
        ids.map((id) => ({
          id,
          originalOrder: { id: originals.get(id), replacements: { nodes: expect.any(Array) } },
        })),
      );
    });

    it('so that an order has the replacements in sight', async () => {
      const replaced = RECENT.orders.filter(({ id }) => [...originals.values()].includes(id));
      const ids = replaced.map(({ id }) => id);
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { id replacements { totalCount nodes { id } } } } }`;
      const { narrow: hidden } = await both(query, { ids });
      expect(hidden.data.nodes).toEqual(
        ids.map((id) => {
          const nodes = RECENT.orders.filter(({ originalOrderId }) => originalOrderId === id);
          return {
            id,
            replacements: {
              totalCount: nodes.length,
              nodes: newestFirst(nodes).map((node) => ({ id: node })),
            },
          };
        }),
      );
    });
  });

  describe('in a crawl of everything', () => {
    let answers: readonly Answer[];
    let seen: ReadonlySet<string>;

    async function find(token: string, depth: number) {
      // Reports are sums over all orders of the store, whoever asks: they are no rows of any.
      const options = { pageSize: 100, depth, hasReports: false };
      const crawled = await crawl(gateway, token, options);
      const strings = stringsOf(crawled);
      await settle();
      return { crawled, strings };
    }

    beforeAll(async () => {
      const { crawled, strings } = await find(narrow, 3);
      [answers, seen] = [crawled, strings];
    });

    it('shows no amount that the rows in sight do not say', () => {
      const amounts = [...seen].filter((text) => /^-?\d+\.\d+$/.test(text));
      expect(amounts.length).toBeGreaterThan(500);
      expect(amounts.filter((text) => !VISIBLE.has(text))).toEqual([]);
    });

    it('shows every row in sight, and refuses nothing', () => {
      expect(answers.flatMap(({ body }) => body.errors ?? [])).toEqual([]);
      const rows = [...RECENT.orders, ...RECENT.lineItems, ...EVERY.claims, ...EVERY.policies];
      expect(rows.filter(({ id }) => !seen.has(id))).toEqual([]);
    });

    it('shows positions inside its cursors', () => {
      // Nothing but the cursor of a list by discount has the id of a discount's use.
      const uses = RECENT.discountApplications.filter(({ discountId }) => discountId);
      expect(uses.filter(({ id }) => !seen.has(id))).toEqual([]);
    });

    it.each(tracesSince(new Date(0)))('leaves no trace of old $kind', ({ traces }) => {
      expect(traces.length).toBeGreaterThan(100);
      expect(traces.filter((trace) => seen.has(trace))).toEqual([]);
    });

    it('leaves no id or number of theirs inside other strings either', () => {
      const words = (strings: Iterable<string>) =>
        new Set([...strings].flatMap((text) => text.match(/[A-Za-z0-9_]{8,}/g) ?? []));
      const known = words(VISIBLE);
      const shipments = ofOld(EVERY.fulfillments);
      const numbers = [
        ...[...OLD, ...ofOld(EVERY.lineItems), ...shipments].flatMap((row) => [
          row.id,
          row.sourceId,
        ]),
        ...shipments.flatMap(({ trackingNumbers }) =>
          trackingNumbers.map((number) => number.replaceAll(' ', '')),
        ),
      ].filter((number) => !known.has(number));
      expect(numbers.length).toBeGreaterThan(15_000);
      const written = words(seen);
      expect(numbers.filter((number) => written.has(number))).toEqual([]);
    });

    it('finds all of it twenty days earlier, as far as the window went then', async () => {
      now = new Date(seededAt().getTime() - 20 * DAY);
      const { strings } = await find(narrow, 3).finally(() => {
        now = seededAt();
      });
      for (const { kind, traces } of tracesSince(new Date(windowStart().getTime() - 20 * DAY))) {
        expect({ kind, some: traces.length > 5 }).toEqual({ kind, some: true });
        expect({ kind, unseen: traces.filter((trace) => !strings.has(trace)) }).toEqual({
          kind,
          unseen: [],
        });
      }
    }, 120_000);

    it('finds every order with read_all_orders', async () => {
      const { strings } = await find(wide, 1);
      const unseen = OLD.filter(({ id, sourceId }) => !strings.has(id) || !strings.has(sourceId));
      expect(unseen).toEqual([]);
    });
  });

  it('begins with the order placed exactly 60 days ago, to the millisecond', async () => {
    const order = must(OLD.at(-1));
    const query = `{ order(id: "${order.id}") { id lineItems { totalCount } } orders(last: 1) { nodes { id } } }`;
    now = new Date(order.createdAt.getTime() + 60 * DAY);
    const inside = await dataOf(query, narrow);
    now = new Date(now.getTime() + 1);
    const outside = await dataOf(query, narrow);
    now = seededAt();
    expect(inside.data).toMatchObject({
      order: { id: order.id },
      orders: { nodes: [{ id: order.id }] },
    });
    expect(outside.data).toMatchObject({ order: null });
    expect(outside.text).not.toContain(order.id);
  });

  it('is lifted by read_all_orders, which opens nothing by itself', async () => {
    const { id, sourceId } = must(OLD.at(0));
    const line = must(ofOld(EVERY.lineItems)[0]).id;
    const query = `{ orders(first: 1) { totalCount } order(id: "${id}") { id } orderBySourceId(sourceId: "${sourceId}") { id } node(id: "${id}") { id } nodes(ids: ["${id}", "${line}"]) { id } }`;
    const { body, text } = await gateway.send(query, {
      token: await gateway.token('read_all_orders'),
    });
    expect(body.data).toEqual({
      orders: null,
      order: null,
      orderBySourceId: null,
      node: null,
      nodes: null,
    });
    const fields = [
      'Query.orders',
      'Query.order',
      'Query.orderBySourceId',
      'Query.node',
      'Query.nodes',
    ];
    expect(body.errors).toHaveLength(fields.length);
    for (const coordinate of fields) {
      expect(body.errors?.map(({ extensions }) => extensions)).toContainEqual({
        code: 'INSUFFICIENT_SCOPE',
        coordinate,
        requiredScopes: [['read_orders']],
        missingScopes: ['read_orders'],
        occurrences: 1,
      });
    }
    expect(text).not.toContain(sourceId);
    expect((await dataOf(query, wide)).data).toMatchObject({ order: { id }, node: { id } });
  });
});
