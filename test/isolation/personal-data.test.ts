import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_BATCHES, ROW_BATCHES, TOTALS_BATCHES } from '../../src/data/batches.ts';
import type { Entity } from '../../src/data/entities.ts';
import { GUARDS } from '../../src/data/guards.ts';
import { DEMO_CUSTOMER_EMAIL, DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import type { DemoRows } from '../../src/data/seed/generate.ts';
import type { Load } from '../../src/data/source.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import type { Requirement } from '../../src/scopes/requirement.ts';
import { type Answer, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { crawl, settle, stringsIn, stringsOf } from '../support/queries-crawl.ts';
import { must, oneOf, seededAt, seededStore } from '../support/queries-seed.ts';

const ALL_SCOPES = SCOPES.map(({ name }) => name);
const BLIND = ALL_SCOPES.filter((scope) => scope !== 'read_customers').join(' ');

const ROWS = seededStore(0);

/** What a store also says about itself and its goods: a name may be a word of a product. */
const impersonalIn = (rows: DemoRows) =>
  stringsIn([
    rows.stores,
    rows.products,
    rows.productVariants,
    rows.lineItems,
    rows.fulfillments,
    rows.discounts,
    rows.quotes,
    rows.widgets,
    rows.abTests,
    rows.abVariants,
    rows.policies.map(({ coverage, terms }) => [coverage, terms]),
    rows.claims.map(({ description, policyId }) => [description, policyId]),
    rows.orders.map(({ tags }) => tags),
    SCOPES,
  ]);

/**
 * Everything that names a person or a place: names, e-mail, phones, addresses, signatures, notes, ids of customers;
 * of customers, of who filed and wrote about claims, and of where replacements went.
 */
function personalIn(rows: DemoRows): readonly string[] {
  const impersonal = impersonalIn(rows);
  const all = stringsIn([
    rows.orders.map((order) => [
      [order.contactName, order.contactEmail, order.contactPhone, order.customerId],
      [order.shippingAddress, order.billingAddress],
    ]),
    rows.customers.map((customer) => [
      [customer.id, customer.sourceId, customer.firstName, customer.lastName],
      [customer.email, customer.phone, customer.note, customer.metafields],
    ]),
    rows.customerAddresses.map(({ storeId: _, ...address }) => Object.values(address)),
    rows.claims.map(({ authorName, authorEmail, signatureUrl, customerId }) => [
      [authorName, authorEmail, signatureUrl, customerId],
    ]),
    rows.claimMessages.map(({ authorName }) => authorName),
    rows.claimResolutions.map(({ shippingAddress }) => shippingAddress),
  ]);
  return [...all].filter((value) => !impersonal.has(value) && value.length > 2);
}

const STORES = DEMO_STORES.map(({ id, domain }, index) => {
  const rows = seededStore(index);
  return { id, domain, rows, personal: personalIn(rows) };
});

const PERSONAL = must(STORES[0]).personal;

/** Those so particular that they cannot stand inside another string by accident. */
const DISTINCTIVE = PERSONAL.filter((value) => value.length >= 9 || value.includes('@'));

const entityOf = (load: Load): Entity =>
  load.kind === 'rows'
    ? ROW_BATCHES[load.batch].entity
    : load.kind === 'totals'
      ? TOTALS_BATCHES[load.batch].entity
      : PAGE_BATCHES[load.batch].entity;

/** Whether nothing but `read_customers` opens it, by itself or with others. */
const isPersonal = ({ anyOf }: Requirement) =>
  anyOf.length > 0 && anyOf.every((group) => group.includes('read_customers'));

const guarded = (entity: Entity): readonly string[] =>
  Object.entries(GUARDS[entity].columns ?? {})
    .filter(([, requirement]) => isPersonal(requirement))
    .map(([column]) => column);

/** A load, and what comes with its rows as loads of their own. */
function withJoins(load: Load): readonly Load[] {
  if (load.kind !== 'rows' && load.kind !== 'page') return [load];
  const { joins = [] } = load;
  const joined = joins.map(
    ({ batch, columns }) => ({ kind: 'rows', batch, columns, keys: [] }) as const,
  );
  return [load, ...joined];
}

/** Columns that a load touches: what it selects, sorts by and filters by. */
function columnsOf(load: Load): readonly string[] {
  if (load.kind === 'rows') return [...load.columns, ROW_BATCHES[load.batch].key];
  if (load.kind === 'totals') return [TOTALS_BATCHES[load.batch].parent];
  const parent = PAGE_BATCHES[load.batch].parent ?? [];
  const filter = load.kind === 'page' ? load.page.filter : load.filter;
  const selected = load.kind === 'page' ? [...load.columns, ...load.page.columns] : [];
  return [...selected, ...filter.map(({ column }) => column), ...[parent].flat()];
}

let gateway: TestGateway;
let blind: string;
let answers: readonly Answer[];
let loads: readonly Load[];

beforeAll(async () => {
  gateway = await startTestGateway('postgres', { clock: seededAt });
  blind = await gateway.token(BLIND);
  gateway.waves.length = 0;
  answers = await crawl(gateway, blind, { pageSize: 100, depth: 3 });
  loads = gateway.waves.flatMap((wave) => wave.loads.flatMap(withJoins));
  await settle();
});
afterAll(() => gateway.close());

/** That no such load was made, and that some were: a token without the scope reached the rest. */
function expectImpersonal(made: readonly Load[]): void {
  for (const load of made) {
    const entity = entityOf(load);
    expect({ entity, personal: isPersonal(GUARDS[entity].rows) }).toEqual({
      entity,
      personal: false,
    });
    expect(columnsOf(load).filter((column) => guarded(entity).includes(column))).toEqual([]);
  }
}

describe('a token with every scope but read_customers', () => {
  it('is refused what names a person, at the first place where it asks', () => {
    const refused = new Set(
      answers
        .flatMap(({ body }) => body.errors ?? [])
        .map(({ extensions }) => extensions.coordinate),
    );
    expect([...refused].sort()).toEqual([
      'Claim.author',
      'Claim.customer',
      'Claim.signatureUrl',
      'ClaimMessage.authorName',
      'ClaimResolution.shippingAddress',
      'Order.billingAddress',
      'Order.contactEmail',
      'Order.contactName',
      'Order.contactPhone',
      'Order.customer',
      'Order.shippingAddress',
      'Query.customers',
    ]);
  });

  it('sees all orders in a crawl, and nobody in them', () => {
    expect(PERSONAL.length).toBeGreaterThan(5_000);
    const seen = stringsOf(answers);
    expect(ROWS.orders.filter(({ id }) => !seen.has(id))).toEqual([]);
    expect(PERSONAL.filter((value) => seen.has(value))).toEqual([]);
  });

  it('sees nobody inside a longer string either', () => {
    const text = must(answers.find((answer) => answer.text.includes('"Order.contactEmail"'))).text;
    const written = oneOf(DISTINCTIVE, 7).concat(DEMO_CUSTOMER_EMAIL, 'Inès Moreau');
    expect(written.filter((value) => text.includes(JSON.stringify(value).slice(1, -1)))).toEqual(
      [],
    );
  });

  it.each(STORES)('sees nobody of $domain in a crawl of all that it has', async (store) => {
    const token = await gateway.token(BLIND, store.id);
    const crawled =
      store.rows === ROWS ? answers : await crawl(gateway, token, { pageSize: 100, depth: 3 });
    const seen = stringsOf(crawled);
    expect(store.personal.length).toBeGreaterThan(100);
    expect(store.rows.claims.filter(({ id }) => !seen.has(id))).toEqual([]);
    expect(store.rows.claimMessages.filter(({ body }) => !seen.has(body))).toEqual([]);
    // A house number or postcode of digits alone can look like an amount without decimal places.
    const telling = store.personal.filter((value) => !/^\d{1,5}$/.test(value));
    expect(telling.filter((value) => seen.has(value))).toEqual([]);
    const text = crawled.map((answer) => answer.text).join('\n');
    const signatures = store.rows.claims.flatMap(({ signatureUrl }) => signatureUrl ?? []);
    const emails = store.personal.filter((value) => value.includes('@'));
    expect(emails.length).toBeGreaterThan(0);
    expect([...signatures, ...oneOf(emails, 5)].filter((value) => text.includes(value))).toEqual(
      [],
    );
    await settle();
  });

  it('makes no load of personal rows, and none that touches a personal column', () => {
    expect(loads.length).toBeGreaterThan(100);
    expect(new Set(loads.map(entityOf))).toContain('order');
    expectImpersonal(loads);
  });

  it('makes none by asking for it in other ways', async () => {
    const { id, customerId } = must(ROWS.orders.findLast((order) => order.customerId));
    const address = must(ROWS.customerAddresses[0]).id;
    const queries = [
      `{ node(id: "${customerId}") { id } nodes(ids: ["${customerId}", "${address}"]) { id __typename } }`,
      `{ customer(id: "${customerId}") { id } customerBySourceId(sourceId: "1") { id } }`,
      `{ orders(filter: {customerEmail: "${DEMO_CUSTOMER_EMAIL}"}) { totalCount } }`,
      `{ orders(filter: {customerEmail: null}) { totalCount } }`,
      '{ orders(orderBy: {field: CONTACT_EMAIL}) { edges { cursor } pageInfo { endCursor } } }',
      `{ customers(filter: {emailPrefix: "i"}) { totalCount } }`,
      `{ claims(filter: {authorEmail: "${DEMO_CUSTOMER_EMAIL}"}) { totalCount } }`,
      '{ claims(filter: {authorEmail: null}) { totalCount } }',
      '{ claims(first: 5) { nodes { author { name email } customer { id } signatureUrl } } }',
      '{ claims { nodes { messages { nodes { authorName } } resolutions { nodes { shippingAddress { city } } } } } }',
      `{ node(id: "${must(ROWS.claims[0]).id}") { ... on Claim { who: author { mail: email } } } }`,
      `{ order(id: "${id}") { ... on Order { who: contactName } customer { id } } }`,
      `{ node(id: "${id}") { ... on Order { customer { orders { nodes { contactEmail } } } shippingAddress { city } } } }`,
    ];
    gateway.waves.length = 0;
    for (const query of queries) {
      const { body, text } = await gateway.send(query, { token: blind });
      expect({
        query,
        codes: [...new Set(body.errors?.map(({ extensions }) => extensions.code))],
      }).toEqual({
        query,
        codes: ['INSUFFICIENT_SCOPE'],
      });
      expect(DISTINCTIVE.filter((value) => text.includes(value))).toEqual([]);
    }
    expectImpersonal(gateway.waves.flatMap((wave) => wave.loads.flatMap(withJoins)));
  });

  it('sees the same with a sort that is not personal as with read_customers', async () => {
    const seeing = await gateway.token(ALL_SCOPES.join(' '));
    const query =
      '{ orders(first: 20, orderBy: {field: UPDATED_AT}) { totalCount edges { cursor node { id total { amount } } } } }';
    const [with_, without] = await Promise.all(
      [seeing, blind].map((token) => gateway.send(query, { token })),
    );
    expect(without?.text).toBe(with_?.text);
  });

  it('is the twin of a token that sees all of it', async () => {
    const seeing = await gateway.token(ALL_SCOPES.join(' '));
    const query =
      'query ($e: String) { orders(filter: {customerEmail: $e}) { nodes { contactName contactEmail shippingAddress { address1 } customer { id email } } } }';
    const { body, text } = await gateway.send(query, {
      token: seeing,
      variables: { e: DEMO_CUSTOMER_EMAIL },
    });
    expect(body.errors).toBeUndefined();
    expect(text).toContain(DEMO_CUSTOMER_EMAIL);
    expect(DISTINCTIVE.filter((value) => text.includes(value)).length).toBeGreaterThan(3);
  });
});
