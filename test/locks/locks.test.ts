import { execute, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLoaders } from '../../src/data/loaders.ts';
import type { Load, ReportName, Session, Source } from '../../src/data/source.ts';
import { createSqlSource } from '../../src/data/sql-source.ts';
import { schema } from '../../src/schema/index.ts';
import { ROW_SCOPES, type Scope } from '../../src/scopes/catalogue.ts';
import { requirementIndex } from '../../src/scopes/requirement-index.ts';
import { restoreRefused } from '../../src/scopes/restore.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { decideRequest } from '../../src/scopes/scoped-request.ts';
import { contextOf, principalOf } from '../schema/kit.ts';
import { openTestDatabase, STORE, type TestDatabase } from '../support/gateway.ts';
import { must, seededAt, seededStore } from '../support/queries-seed.ts';

const INDEX = requirementIndex(schema, { rowScopes: ROW_SCOPES });
const SESSION: Session = { storeId: STORE.id, installationId: null, ordersSince: null };
const ROWS = seededStore(0);

let database: TestDatabase;
let source: Source;

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  source = createSqlSource(database.database);
});
afterAll(async () => {
  await database.database.close();
  await database.drop();
});

interface Document {
  readonly way: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The one scope that the token lacks. */
  readonly lacks: Scope;
  /** What the document gives with it: pieces of JSON that tell something guarded. */
  readonly secrets: readonly (string | RegExp)[];
  /** What is loaded where the plan has taken out what is refused. */
  readonly loads: readonly string[];
}

interface Answer {
  readonly text: string;
  readonly codes: readonly unknown[];
  readonly loads: readonly Fetched[];
}

/** What the source was asked for: a batch, or a report by its name. */
type Fetched = Pick<Load, 'batch'> | { readonly batch: ReportName };

type Grants = Readonly<Record<'plan' | 'schema' | 'data', ScopeSet>>;

/** The source, and what it is asked for from now on. */
function record() {
  const loads: Fetched[] = [];
  const recording: Source = {
    ...source,
    wave: (session, wave) => {
      loads.push(...wave);
      return source.wave(session, wave);
    },
    report: (session, reports) => {
      loads.push(...reports.map(({ name }) => ({ batch: name })));
      return source.report(session, reports);
    },
  };
  return { recording, loads };
}

/** Runs a document as the gateway does, with a grant of its own for each of the three locks. */
async function run({ query, variables = {} }: Document, grants: Grants): Promise<Answer> {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const { recording, loads } = record();
  const granted = grants.plan;
  const request = { document, variables, granted, mode: 'filter' } as const;
  const decided = decideRequest(INDEX, request);
  if ('errors' in decided) return expect.fail(String(decided.errors));
  const { decision, plan } = decided;
  const filtered = decision.outcome === 'filter' ? decision.filtered : null;
  const result = await execute({
    schema,
    document: filtered?.document ?? document,
    variableValues: variables,
    contextValue: {
      ...contextOf(grants.schema, createLoaders(recording, SESSION, grants.data)),
      principal: principalOf(STORE.id),
    },
  });
  const answer = filtered
    ? restoreRefused(result, { plan, filtered, granted, variables: decided.variables })
    : result;
  const codes = answer.errors?.map(({ extensions, originalError }) =>
    originalError && 'code' in originalError ? originalError.code : extensions.code,
  );
  return { text: JSON.stringify([result, answer]), codes: codes ?? [], loads };
}

const member = (name: string, value: unknown) => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
const members = (name: string, values: readonly unknown[]) =>
  values.filter((value) => value !== null).map((value) => member(name, value));

/** The orders of one shopper that a page holds, however the address is written. */
const ordersOf = (email: string) =>
  ROWS.orders.filter(({ contactEmail }) => contactEmail?.toLowerCase() === email.toLowerCase());
const ORDER = must(
  ROWS.orders.find(
    ({ customerId, contactEmail, shippingAddress }) =>
      customerId && contactEmail && shippingAddress?.address1 && ordersOf(contactEmail).length < 20,
  ),
);
const MINE = ordersOf(must(ORDER.contactEmail));
const CUSTOMER = must(ROWS.customers.find(({ id }) => id === ORDER.customerId));
const CODED = must(
  ROWS.claimResolutions.find(
    ({ claimId, issuedCode }) =>
      issuedCode && ROWS.claims.some(({ id, orderId }) => id === claimId && orderId),
  ),
);
const CLAIM = must(ROWS.claims.find(({ id }) => id === CODED.claimId));
const AUTHORED = must(
  ROWS.claims.find(
    ({ id, authorEmail, customerId }) =>
      authorEmail &&
      customerId &&
      ROWS.claimMessages.some(({ claimId, authorName }) => claimId === id && authorName),
  ),
);
const POLICY = must(ROWS.policies.find(({ premium, terms }) => premium !== null && terms));
const LINE = must(ROWS.lineItems.find(({ productId, variantId }) => productId && variantId));
const PRODUCT = must(ROWS.products.find(({ id }) => id === LINE.productId));
const USED = must(ROWS.discountApplications.find(({ discountId }) => discountId));

/** Written out in full in no answer to a token that may not read customers, in an error neither. */
const PERSONAL: readonly string[] = [
  ROWS.orders.map(({ contactEmail, contactPhone, customerId }) => [
    contactEmail,
    contactPhone,
    customerId,
  ]),
  ROWS.claims.map(({ authorEmail, signatureUrl, customerId }) => [
    authorEmail,
    signatureUrl,
    customerId,
  ]),
  ROWS.customers.map(({ id, email, phone }) => [id, email, phone]),
]
  .flat(2)
  .filter((value) => typeof value === 'string');

const DOCUMENTS: readonly Document[] = [
  {
    way: 'a field',
    query: '{ orders(first: 20) { nodes { id contactEmail } } }',
    lacks: 'read_customers',
    secrets: ['"contactEmail":"'],
    loads: ['orders'],
  },
  {
    way: 'an alias',
    query: '{ o: orders(first: 20) { n: nodes { sourceNumber: contactEmail id: contactName } } }',
    lacks: 'read_customers',
    secrets: ['"sourceNumber":"', '"id":"'],
    loads: ['orders'],
  },
  {
    way: 'a fragment',
    query: `{ orders(first: 20) { nodes { ...Outer } } }
      fragment Outer on Order { ... @include(if: true) { ...Inner } } fragment Inner on Order { contactPhone }`,
    lacks: 'read_customers',
    secrets: ['"contactPhone":"'],
    loads: ['orders'],
  },
  {
    way: 'a nested object',
    query: `{ order(id: "${ORDER.id}") { shippingAddress { address1 city } } }`,
    lacks: 'read_customers',
    secrets: [member('address1', ORDER.shippingAddress?.address1)],
    loads: ['orderById'],
  },
  {
    way: 'an edge to another row',
    query: `{ order(id: "${ORDER.id}") { customer { id email orders { nodes { id } } } } }`,
    lacks: 'read_customers',
    secrets: [member('id', CUSTOMER.id), member('email', CUSTOMER.email)],
    loads: ['orderById'],
  },
  {
    way: 'a list',
    query: '{ customers(first: 20) { nodes { email } } }',
    lacks: 'read_customers',
    secrets: ['"email":"'],
    loads: [],
  },
  {
    way: 'the edges of a connection, beside what is open',
    query:
      '{ scopes { name } customers(first: 20) { edges { cursor node { email } } pageInfo { endCursor } } }',
    lacks: 'read_customers',
    secrets: ['"email":"', '"cursor":"', '"endCursor":"'],
    loads: [],
  },
  {
    way: 'a count',
    query: '{ customers { totalCount } }',
    lacks: 'read_customers',
    secrets: [member('totalCount', ROWS.customers.length)],
    loads: [],
  },
  {
    way: 'a row by its id',
    query: `{ customer(id: "${CUSTOMER.id}") { email } }`,
    lacks: 'read_customers',
    secrets: ['"email":"'],
    loads: [],
  },
  {
    way: "a row by the platform's id",
    query: `{ customerBySourceId(sourceId: "${CUSTOMER.sourceId}") { email } }`,
    lacks: 'read_customers',
    secrets: ['"email":"'],
    loads: [],
  },
  {
    way: 'node',
    query: 'query ($id: ID!) { node(id: $id) { __typename id ... on Customer { email } } }',
    variables: { id: CUSTOMER.id },
    lacks: 'read_customers',
    secrets: ['"email":"', member('id', CUSTOMER.id), member('__typename', 'Customer')],
    loads: [],
  },
  {
    way: 'nodes, beside one that is open',
    query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { email } } }',
    variables: { ids: [CUSTOMER.id, ORDER.id] },
    lacks: 'read_customers',
    secrets: ['"email":"', member('id', CUSTOMER.id)],
    loads: [],
  },
  {
    way: 'a filter',
    query: `{ orders(filter: {customerEmail: "${ORDER.contactEmail}"}) { nodes { id } totalCount } }`,
    lacks: 'read_customers',
    secrets: [
      ...members(
        'id',
        MINE.map(({ id }) => id),
      ),
      member('totalCount', MINE.length),
    ],
    loads: [],
  },
  {
    way: 'a filter in a variable',
    query: 'query ($f: OrderFilter) { orders(filter: $f) { nodes { id } } }',
    variables: { f: { customerEmail: ORDER.contactEmail } },
    lacks: 'read_customers',
    secrets: members(
      'id',
      MINE.map(({ id }) => id),
    ),
    loads: [],
  },
  {
    way: 'a sort key',
    query:
      '{ orders(first: 20, orderBy: {field: CONTACT_EMAIL}) { edges { cursor node { id } } } }',
    lacks: 'read_customers',
    secrets: ['"cursor":"', '"id":"ord_'],
    loads: [],
  },
  {
    way: 'what others say of a person',
    query: `{ claim(id: "${AUTHORED.id}") { id author { email } customer { id } messages { nodes { authorName } } } }`,
    lacks: 'read_customers',
    secrets: [member('email', AUTHORED.authorEmail), '"id":"cus_', '"authorName":"'],
    loads: ['claimById', 'messagesByClaim'],
  },
  {
    way: 'sums over rows of another kind',
    query: `{ customer(id: "${CUSTOMER.id}") { id ordersCount amountSpent { amount } orders { totalCount } } }`,
    lacks: 'read_orders',
    secrets: [/"ordersCount":\d/, /"amount":"/, /"totalCount":\d/],
    loads: ['customerById'],
  },
  {
    way: 'an edge back to the order',
    query: `{ product(id: "${PRODUCT.id}") { id lineItems { nodes { name order { sourceNumber } } } } claims(first: 5) { nodes { order { sourceNumber } } } }`,
    lacks: 'read_orders',
    secrets: ['"sourceNumber":"', '"name":"'],
    loads: ['productById', 'claims'],
  },
  {
    way: 'an edge to the product',
    query: `{ node(id: "${LINE.id}") { ... on LineItem { quantity product { id price { amount } } variant { id } } } }`,
    lacks: 'read_products',
    secrets: [member('id', PRODUCT.id), '"id":"var_'],
    loads: ['lineItemById'],
  },
  {
    way: 'a code that is money',
    query: `{ claim(id: "${CLAIM.id}") { resolutions { nodes { type issuedCode } } } }`,
    lacks: 'manage_claims',
    secrets: [member('issuedCode', CODED.issuedCode)],
    loads: ['claimById', 'resolutionsByClaim'],
  },
  {
    way: 'the details of what may be listed',
    query: `{ node(id: "${POLICY.id}") { ... on Policy { status premium { amount } coverage terms } } }`,
    lacks: 'read_policies',
    secrets: ['"amount":"', member('terms', POLICY.terms), member('coverage', POLICY.coverage)],
    loads: ['policyById'],
  },
  {
    way: 'the claims of an order',
    query: `{ order(id: "${CLAIM.orderId}") { id claims { totalCount nodes { id description } } } }`,
    lacks: 'read_claims',
    secrets: [member('id', CLAIM.id), member('description', CLAIM.description)],
    loads: ['orderById'],
  },
  {
    way: 'what an order used',
    query: `{ order(id: "${USED.orderId}") { id discountApplications { nodes { title discount { id } } } } discounts { totalCount } }`,
    lacks: 'read_discounts',
    secrets: [
      member('title', USED.title),
      '"id":"dsc_',
      member('totalCount', ROWS.discounts.length),
    ],
    loads: ['orderById'],
  },
  {
    way: 'a list that two scopes open',
    query: '{ quotes(first: 3) { nodes { id premium { amount } } } }',
    lacks: 'read_quotes',
    secrets: ['"id":"qte_', '"amount":"'],
    loads: [],
  },
  {
    way: 'what a store says of itself',
    query: '{ store { name domain timezone } }',
    lacks: 'read_store',
    secrets: [member('domain', STORE.domain)],
    loads: ['storeById'],
  },
  {
    way: 'sums over all orders of the store',
    query: `{ analytics(from: "${daysOf(60)}", to: "${daysOf(0)}") { totals { orders payouts { amount } } series(interval: WEEK) { figures { claims } } } }`,
    lacks: 'read_analytics',
    secrets: ['"orders":', '"amount":"', '"claims":'],
    loads: [],
  },
];

/** The day that is so many days ago. */
function daysOf(ago: number): string {
  return new Date(seededAt().getTime() - ago * 86_400_000).toISOString().slice(0, 10);
}

/** Everything that a document must not give: beside its own secrets, whatever names a person. */
const guardedBy = ({ lacks, secrets }: Document) =>
  lacks === 'read_customers' ? [...secrets, ...PERSONAL] : secrets;

/** Which of the secrets a text tells. */
const told = (text: string, secrets: Document['secrets']) =>
  secrets.filter((secret) =>
    secret instanceof RegExp ? secret.test(text) : text.includes(secret),
  );

const OFF = { plan: ScopeSet.all, schema: ScopeSet.all, data: ScopeSet.all };

describe.each(DOCUMENTS)('$way, without $lacks', (document) => {
  const token = ScopeSet.all.without(ScopeSet.of([document.lacks]));

  it('is told with every scope', async () => {
    const { text, codes } = await run(document, OFF);
    expect(codes).toEqual([]);
    expect(told(text, document.secrets)).toEqual(document.secrets);
  });

  it('is not told where the plan alone is on, and nothing of it is fetched', async () => {
    const { text, codes, loads } = await run(document, { ...OFF, plan: token });
    expect(told(text, guardedBy(document))).toEqual([]);
    expect(new Set(codes)).toEqual(new Set(['INSUFFICIENT_SCOPE']));
    expect(loads.map(({ batch }) => batch)).toEqual(document.loads);
  });

  it('is not told where the checks of the schema alone are on', async () => {
    const { text, codes } = await run(document, { ...OFF, schema: token });
    expect(told(text, guardedBy(document))).toEqual([]);
    expect(new Set(codes)).toEqual(new Set(['INSUFFICIENT_SCOPE']));
  });

  it('is not told where the guards of the data alone are on', async () => {
    const { text } = await run(document, { ...OFF, data: token });
    expect(told(text, guardedBy(document))).toEqual([]);
  });
});

describe('a request without a token', () => {
  describe.each(['schema', 'data'] as const)('where the lock of the %s alone is on', (lock) => {
    // Without a token there is no store to ask for, and so nothing to refuse.
    const guarded = DOCUMENTS.filter(({ query }) => !query.includes('store {'));
    it.each(guarded)('is told nothing, and nothing is fetched: $way', async (document) => {
      const { recording, loads } = record();
      const grants = { ...OFF, [lock]: null };
      const { data, errors } = await execute({
        schema,
        document: parse(document.query),
        variableValues: document.variables ?? {},
        contextValue: contextOf(grants.schema, createLoaders(recording, SESSION, grants.data)),
      });
      expect(told(JSON.stringify([data, errors]), guardedBy(document))).toEqual([]);
      expect(errors).not.toBeUndefined();
      expect(loads).toEqual([]);
    });
  });
});
