import { Kind, parse, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { NODE_TYPES } from '../../src/schema/node.ts';
import { type RecordedWave, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { must, seededAt, seededStore } from '../support/queries-seed.ts';

const SCOPES =
  'read_orders read_all_orders read_customers read_products read_store read_claims list_policies read_policies read_discounts read_quotes';
const ROWS = seededStore(0);
const ORDER = must(ROWS.orders.find(({ originalOrderId }) => originalOrderId));
const LINE = must(ROWS.lineItems.find(({ productId, variantId }) => productId && variantId));
const GROUP = must(ROWS.productMembers[0]).groupId;
const CUSTOMER = must(ORDER.customerId);
const CLAIMED = [...new Set(ROWS.claims.map(({ orderId }) => orderId))].slice(-90);
const CLAIM = must(ROWS.claims.find(({ policyId, customerId }) => policyId && customerId));

/** Names of the loads of each wave, sorted: which statements went together. */
const shapeOf = (waves: readonly RecordedWave[]) =>
  waves.map(({ loads }) => loads.map(({ kind, batch }) => `${kind} ${batch}`).sort());

interface Operation {
  readonly name: string;
  readonly query: string;
  /** The waves it takes, each with its statements. */
  readonly waves: readonly (readonly string[])[];
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'nothing of the store',
    query:
      '{ scopes { name } currentApp { clientId grantedScopes { name } } __schema { queryType { name } } }',
    waves: [],
  },
  {
    name: 'roots beside each other',
    query:
      '{ store { name } orders(first: 3) { nodes { id } } customers(first: 3) { nodes { id } } products(first: 3) { nodes { id } } }',
    waves: [['page customers', 'page orders', 'page products', 'rows storeById']],
  },
  {
    name: 'the same thing under several names',
    query: `{ a: order(id: "${ORDER.id}") { id } b: order(id: "${ORDER.id}") { total { amount } } c: node(id: "${ORDER.id}") { id } nodes(ids: ["${ORDER.id}", "${ORDER.id}"]) { id } }`,
    waves: [['rows orderById']],
  },
  {
    name: 'many ids of many types',
    query: `{ nodes(ids: ${JSON.stringify([...ROWS.orders.slice(-20), ...ROWS.customers.slice(-20), ...ROWS.products.slice(-20), ...ROWS.lineItems.slice(-20)].map(({ id }) => id))}) { __typename id } }`,
    waves: [['rows customerById', 'rows lineItemById', 'rows orderById', 'rows productById']],
  },
  {
    name: 'a list with its count and its positions',
    query:
      '{ orders(first: 5) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } } } }',
    waves: [['page orders'], ['count orders']],
  },
  {
    name: 'lists that differ in their arguments only',
    query:
      '{ a: orders(first: 5) { totalCount nodes { id } } b: orders(first: 6) { totalCount nodes { id } } c: orders(first: 5) { nodes { id } } }',
    waves: [['page orders', 'page orders'], ['count orders']],
  },
  {
    name: 'orders with all that they lead to',
    // From one that replaces another: the newest may not.
    query: `{ orders(first: 50, filter: { createdFrom: "${ORDER.createdAt.toISOString()}" }, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id customer { email addresses { nodes { city } } } lineItems { totalCount nodes { name product { name } variant { title } } } fulfillments { totalCount nodes { status lineItems { nodes { quantity lineItem { name } } } } } originalOrder { id } replacements { nodes { id } } } } }`,
    waves: [
      ['page orders'],
      [
        'page fulfillmentsByOrder',
        'page lineItemsByOrder',
        'page replacementsByOrder',
        'rows customerById',
        'rows orderById',
      ],
      [
        'count fulfillmentsByOrder',
        'count lineItemsByOrder',
        'page addressesByCustomer',
        'page lineItemsByFulfillment',
        'rows productById',
        'rows productVariantById',
      ],
      ['rows lineItemById'],
    ],
  },
  {
    name: 'customers with figures and lists',
    query:
      '{ customers(first: 50) { nodes { ordersCount amountSpent { amount } addresses { totalCount nodes { id } } orders(first: 3) { totalCount nodes { id lineItems { nodes { product { id } } } } } newest: orders(first: 1) { nodes { id } } } } }',
    waves: [
      ['page customers'],
      [
        'page addressesByCustomer',
        'page ordersByCustomer',
        'page ordersByCustomer',
        'totals orderTotalsByCustomer',
      ],
      ['count addressesByCustomer', 'count ordersByCustomer', 'page lineItemsByOrder'],
      ['rows productById'],
    ],
  },
  {
    name: 'there and back again',
    query: `{ customer(id: "${CUSTOMER}") { id orders(first: 5) { nodes { id customer { id orders(first: 5) { nodes { id customer { email } lineItems { nodes { id order { id customer { id } } } } } } } } } } }`,
    waves: [
      ['rows customerById'],
      ['page ordersByCustomer'],
      ['page lineItemsByOrder'],
      ['rows orderById'],
    ],
  },
  {
    name: 'lists in both directions inside each other',
    query: `{ customers(last: 5, orderBy: {field: EMAIL}) { nodes { id orders(last: 2) { nodes { id lineItems(last: 1) { nodes { id } } all: lineItems(first: 1) { nodes { id } } fulfillments(last: 2) { nodes { id lineItems(last: 1) { nodes { quantity } } } } } } } } }`,
    waves: [
      ['page customers'],
      ['page ordersByCustomer'],
      ['page fulfillmentsByOrder', 'page lineItemsByOrder', 'page lineItemsByOrder'],
      ['page lineItemsByFulfillment'],
    ],
  },
  {
    name: 'a line item up and down',
    query: `{ node(id: "${LINE.id}") { ... on LineItem { order { id lineItems { nodes { id } } } product { variants { totalCount nodes { product { id } } } } variant { product { name } } } } }`,
    waves: [
      ['rows lineItemById'],
      ['rows orderById', 'rows productById', 'rows productVariantById'],
      ['page lineItemsByOrder', 'page variantsByProduct'],
      ['count variantsByProduct'],
    ],
  },
  {
    name: 'a group of products',
    query: `{ product(id: "${GROUP}") { members { totalCount nodes { quantity product { name variants(first: 2) { nodes { sku } } members { totalCount } } } } } }`,
    waves: [
      ['rows productById'],
      ['page membersByGroup'],
      ['count membersByGroup', 'rows productById'],
      ['page membersByGroup', 'page variantsByProduct'],
      ['count membersByGroup'],
    ],
  },
  {
    name: 'orders with their claims, policies and discounts',
    query: `{ nodes(ids: ${JSON.stringify(CLAIMED)}) { ... on Order { id claims { totalCount nodes { id state items { nodes { quantity lineItem { name } } } messages { nodes { body } } resolutions { nodes { type } } policy { kind } customer { email } } } policies { totalCount nodes { id premium { amount } order { id } } } discountApplications { totalCount nodes { title discount { title } } } } } }`,
    waves: [
      ['rows orderById'],
      ['page applicationsByOrder', 'page claimsByOrder', 'page policiesByOrder'],
      [
        'count applicationsByOrder',
        'count claimsByOrder',
        'count policiesByOrder',
        'page itemsByClaim',
        'page messagesByClaim',
        'page resolutionsByClaim',
        'rows customerById',
        'rows discountById',
        'rows policyById',
      ],
      ['rows lineItemById'],
    ],
  },
  {
    name: 'a claim and what it is about',
    query: `{ claim(id: "${CLAIM.id}") { id orderId order { id claims { nodes { id order { id } } } } policy { id claims { totalCount nodes { id } } } customer { id claims { totalCount nodes { id } } } } }`,
    waves: [
      ['rows claimById'],
      ['rows customerById', 'rows orderById', 'rows policyById'],
      ['page claimsByCustomer', 'page claimsByOrder', 'page claimsByPolicy'],
      ['count claimsByCustomer', 'count claimsByPolicy'],
    ],
  },
  {
    name: 'lists of claims, policies, discounts and quotes',
    query:
      '{ claims(first: 20) { totalCount nodes { id order { id } } } policies(first: 20) { totalCount nodes { id order { id } } } discounts { nodes { id applications(first: 5) { totalCount nodes { order { id } } } } } quotes { nodes { id } } }',
    waves: [
      ['page claims', 'page discounts', 'page policies', 'page quotes'],
      ['count claims', 'count policies', 'page applicationsByDiscount', 'rows orderById'],
      ['count applicationsByDiscount', 'rows orderById'],
    ],
  },
  {
    name: 'replacements of replacements',
    query: `{ order(id: "${ORDER.id}") { originalOrder { id replacements { nodes { id originalOrder { id replacements { totalCount nodes { id } } } } } } } }`,
    waves: [
      ['rows orderById'],
      ['rows orderById'],
      ['page replacementsByOrder'],
      ['count replacementsByOrder'],
    ],
  },
];

/** How many places of an operation could each need a statement: its fields, and each type behind an id. */
function positionsOf(query: string): number {
  let positions = 0;
  visit(parse(query), {
    enter(node) {
      if (node.kind !== Kind.FIELD) return;
      positions += node.name.value === 'nodes' ? Object.keys(NODE_TYPES).length : 1;
    },
  });
  return positions;
}

describe.each(['pglite', 'postgres'] as const)('statements on %s', (backend) => {
  let gateway: TestGateway;
  let token: string;

  beforeAll(async () => {
    gateway = await startTestGateway(backend, { clock: seededAt });
    token = await gateway.token(SCOPES);
    await gateway.send('{ store { id } }', { token });
  });
  afterAll(() => gateway.close());

  /** The waves of one operation, with the depth of the data it gave. */
  async function wavesOf(query: string, by = token) {
    gateway.waves.length = 0;
    const { body } = await gateway.send(query, { token: by });
    return { waves: [...gateway.waves], body };
  }

  it.each(OPERATIONS)(
    '$name: one wave for each depth, one statement for each place',
    async (operation) => {
      const { waves, body } = await wavesOf(operation.query);
      expect(body.errors).toBeUndefined();
      expect(shapeOf(waves)).toEqual(operation.waves);
      expect(waves.flatMap(({ loads }) => loads).length).toBeLessThanOrEqual(
        positionsOf(operation.query),
      );
    },
  );

  it('are as many for a page of 100 as for a page of 1', async () => {
    const query = (size: number) =>
      `{ orders(first: ${size}) { totalCount nodes { id customer { email addresses { nodes { city } } } lineItems { nodes { name product { name } variant { title } } } } } }`;
    const one = await wavesOf(query(1));
    const hundred = await wavesOf(query(100));
    expect(shapeOf(hundred.waves)).toEqual(shapeOf(one.waves));
    expect(shapeOf(hundred.waves).flat()).toHaveLength(7);
    const { nodes } = must(hundred.body.data).orders as { readonly nodes: readonly unknown[] };
    expect(nodes).toHaveLength(100);
  });

  it('are not made for what is refused', async () => {
    const query = `{ store { domain } customers { nodes { id } } orders(first: 20) { nodes { id contactEmail customer { email orders { nodes { id } } } lineItems { nodes { id product { name } variant { id } } } } } products { totalCount } node(id: "${CUSTOMER}") { id } byEmail: orders(filter: {customerEmail: "x"}) { totalCount } sorted: orders(orderBy: {field: CONTACT_EMAIL}) { nodes { id } } }`;
    const { waves, body } = await wavesOf(query, await gateway.token('read_orders'));
    expect(shapeOf(waves)).toEqual([['page orders', 'rows storeById'], ['page lineItemsByOrder']]);
    expect(new Set(body.errors?.map(({ extensions }) => extensions.coordinate))).toEqual(
      new Set([
        ...['Store.domain', 'Query.customers', 'Query.products', 'Query.node'],
        ...['Order.contactEmail', 'Order.customer', 'LineItem.product', 'LineItem.variant'],
        ...['OrderFilter.customerEmail', 'OrderSortField.CONTACT_EMAIL'],
      ]),
    );
  });

  it('are not made at all in reject mode, without a token, or for an invalid argument', async () => {
    const query = '{ orders(first: 1) { nodes { id contactEmail } } }';
    gateway.waves.length = 0;
    const orders = await gateway.token('read_orders');
    const rejected = await gateway.send(query, {
      token: orders,
      headers: { 'x-scope-mode': 'reject' },
    });
    expect(rejected.status).toBe(403);
    expect((await gateway.send(query)).status).toBe(401);
    for (const bad of [
      'first: -1',
      'first: 101',
      'last: 101',
      'first: 1, last: 1',
      'after: "x"',
      'before: "x"',
    ]) {
      const { body } = await gateway.send(`{ orders(${bad}) { nodes { id } } }`, { token });
      expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['INVALID_INPUT']);
    }
    const ids = Array.from({ length: 101 }, (_, index) => `ord_${index}`);
    const many = await gateway.send('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      token,
      variables: { ids },
    });
    expect(many.body.errors?.map(({ extensions }) => extensions.code)).toEqual(['INVALID_INPUT']);
    expect(gateway.waves).toEqual([]);
  });

  it('carry the session of the token that asked, each', async () => {
    const wide = await wavesOf(
      '{ orders(first: 1) { totalCount nodes { lineItems { nodes { id } } } } }',
    );
    const narrow = await wavesOf(
      '{ orders(first: 1) { totalCount nodes { lineItems { nodes { id } } } } }',
      await gateway.token('read_orders'),
    );
    const { id } = must(ROWS.stores[0]);
    const installationId = DEMO_INSTALLATIONS.demoInOutdoor.id;
    const client = { storeId: id, installationId, owner: installationId };
    const since = new Date(seededAt().getTime() - 60 * 86_400_000);
    expect(wide.waves.map(({ session }) => session)).toEqual(
      wide.waves.map(() => ({ ...client, ordersSince: null })),
    );
    expect(narrow.waves.map(({ session }) => session)).toEqual(
      narrow.waves.map(() => ({ ...client, ordersSince: since })),
    );
  });
});
