import { GraphQLError, getVariableValues, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { ROW_SCOPES } from '../../src/scopes/catalogue.ts';
import { decide, type ScopeMode } from '../../src/scopes/decide.ts';
import type { Need } from '../../src/scopes/field-facts.ts';
import { planOperation } from '../../src/scopes/plan.ts';
import { describe as inWords } from '../../src/scopes/requirement.ts';
import { requirementIndex } from '../../src/scopes/requirement-index.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';

const INDEX = requirementIndex(schema, { rowScopes: ROW_SCOPES });

interface Asked {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** The plan of a valid document, and the variables of a request for it, as the gateway makes them. */
function planned(query: string, { variables = {}, operationName }: Asked = {}) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const plan = planOperation(INDEX, document, operationName);
  const { coerced, errors } = getVariableValues(
    schema,
    plan.definition.variableDefinitions ?? [],
    variables,
  );
  expect(errors).toBeUndefined();
  return { plan, variables: coerced ?? {} };
}

/** What a request needs. */
function plan(query: string, asked?: Asked): readonly Need[] {
  const found = planned(query, asked);
  return found.plan.needsUnder(found.variables);
}

/** The plan's coordinates with what each of them needs. */
const needs = (query: string, asked?: Asked) =>
  Object.fromEntries(
    plan(query, asked).map(({ coordinate, requirement }) => [coordinate, inWords(requirement)]),
  );

const coordinates = (query: string, asked?: Asked) =>
  plan(query, asked).map(({ coordinate }) => coordinate);

describe('the plan of an operation', () => {
  it('lists each coordinate once, in the order of the document, with what it needs', () => {
    const query = `{
      orders { nodes { id contactEmail id } totalCount }
      again: orders { nodes { id } }
      store { name domain }
    }`;
    expect(needs(query)).toEqual({
      'Query.orders': 'read_orders',
      'OrderConnection.nodes': 'read_orders',
      'Order.id': 'read_orders',
      'Order.contactEmail': 'read_customers and read_orders',
      'OrderConnection.totalCount': 'read_orders',
      'Query.store': 'a valid token',
      'Store.name': 'a valid token',
      'Store.domain': 'read_store',
    });
    expect(coordinates(query)).toEqual(Object.keys(needs(query)));
  });

  it('has public fields that need nothing', () => {
    expect(needs('{ __typename scopes { name } }')).toEqual({
      'Query.scopes': 'nothing',
      'Scope.name': 'nothing',
    });
    expect(needs('{ __schema { types { name } } __type(name: "Order") { name } }')).toEqual({});
  });

  it('takes the scopes of a connection from its node', () => {
    const query = '{ customers { edges { cursor node { id } } pageInfo { hasNextPage } } }';
    expect(needs(query)).toEqual({
      'Query.customers': 'read_customers',
      'CustomerConnection.edges': 'read_customers',
      'CustomerEdge.cursor': 'read_customers',
      'CustomerEdge.node': 'read_customers',
      'Customer.id': 'read_customers',
      'CustomerConnection.pageInfo': 'read_customers',
      'PageInfo.hasNextPage': 'a valid token',
    });
  });

  it('goes into what is refused, so that a token can be asked for once', () => {
    const query =
      '{ orders { nodes { customer { orders { nodes { lineItems { nodes { product { sku } } } } } } } } }';
    expect(coordinates(query)).toEqual([
      'Query.orders',
      'OrderConnection.nodes',
      'Order.customer',
      'Customer.orders',
      'Order.lineItems',
      'LineItemConnection.nodes',
      'LineItem.product',
      'Product.sku',
    ]);
  });

  it('is that of the operation that is named, or of the only one', () => {
    const query = 'query A { scopes { name } } query B { store { id } }';
    expect(coordinates(query, { operationName: 'A' })).toEqual(['Query.scopes', 'Scope.name']);
    expect(coordinates(query, { operationName: 'B' })).toEqual(['Query.store', 'Store.id']);
    expect(coordinates('query A { store { id } }')).toEqual(['Query.store', 'Store.id']);
  });

  it.each([
    [
      'several without a name',
      null,
      'The document has no operation, or several: then say which with operationName.',
    ],
    ['a name that none has', 'C', 'The document has no operation named "C".'],
    ['the name of a fragment', 'F', 'The document has no operation named "F".'],
  ])('is refused for %s', (_, operationName, message) => {
    const document = parse(`query A { scopes { name } } query B { ...F }
      fragment F on Query { store { id } }`);
    expect(() => planOperation(INDEX, document, operationName)).toThrow(new GraphQLError(message));
  });

  it('is refused for an empty name, also after it was planned without one', () => {
    const document = parse('{ scopes { name } }');
    expect(planOperation(INDEX, document).needs).toBeDefined();
    expect(() => planOperation(INDEX, document, '')).toThrow(
      new GraphQLError('The document has no operation named "".'),
    );
  });
});

describe('aliases and fragments', () => {
  const WANTED = ['Query.orders', 'OrderConnection.nodes', 'Order.contactEmail'];

  it.each([
    ['an alias', '{ o: orders { n: nodes { id: contactEmail } } }'],
    ['a fragment', '{ orders { nodes { ...F } } } fragment F on Order { contactEmail }'],
    [
      'fragments inside fragments',
      '{ ...A } fragment C on Order { contactEmail } fragment A on Query { orders { ...B } } fragment B on OrderConnection { nodes { ...C } }',
    ],
    [
      'an inline fragment',
      '{ ... on Query { orders { nodes { ... on Order { contactEmail } } } } }',
    ],
    ['an inline fragment without a type', '{ ... { orders { ... { nodes { contactEmail } } } } }'],
    [
      'an inline fragment on an interface of the type',
      '{ orders { nodes { ... on Node { ... on Order { contactEmail } } } } }',
    ],
    [
      'a fragment that is spread twice',
      '{ orders { nodes { ...F ...F } } } fragment F on Order { contactEmail }',
    ],
  ])('do not hide a field: %s', (_, query) => {
    expect(coordinates(query)).toEqual(WANTED);
  });

  it('count all that is selected under one response key', () => {
    const query = `{ orders { nodes { ...A ...B } } }
      fragment A on Order { who: customer { id } }
      fragment B on Order { who: customer { email } }`;
    expect(coordinates(query)).toEqual([
      'Query.orders',
      'OrderConnection.nodes',
      'Order.customer',
      'Customer.id',
      'Customer.email',
    ]);
  });

  it('count for each parent that a fragment is spread on', () => {
    const query = `{ order(id: "ord_1") { ...F originalOrder { ...F } } node(id: "ord_1") { ...F } }
      fragment F on Order { contactEmail }`;
    expect(coordinates(query)).toEqual([
      'Query.order',
      'Order.contactEmail',
      'Order.originalOrder',
      'Query.node',
    ]);
  });

  it('do not count where no operation uses them', () => {
    const query = `query A { scopes { name } } query B { ...F }
      fragment F on Query { orders { totalCount } }`;
    expect(coordinates(query, { operationName: 'A' })).toEqual(['Query.scopes', 'Scope.name']);
  });
});

describe('abstract types', () => {
  const QUERY = `query ($ids: [ID!]!) { nodes(ids: $ids) {
    __typename id
    ... on Order { id sourceId x: contactEmail }
    ... on Customer { id x: email }
    ... on Store { id name createdAt }
  } }`;

  it('are judged for each type that the ids name', () => {
    expect(needs(QUERY, { variables: { ids: ['ord_1', 'sto_1'] } })).toEqual({
      'Query.nodes': 'read_orders',
      'Order.id': 'read_orders',
      'Store.id': 'a valid token',
      'Order.sourceId': 'read_orders',
      'Order.contactEmail': 'read_customers and read_orders',
      'Store.name': 'a valid token',
      'Store.createdAt': 'read_store',
    });
  });

  it('need nothing more for ids that name no type', () => {
    for (const ids of [[], ['xyz_1']]) {
      expect(needs(QUERY, { variables: { ids } })).toEqual({ 'Query.nodes': 'a valid token' });
    }
  });

  it('could need what any type needs, before the ids are known', () => {
    const { plan } = planned(QUERY, { variables: { ids: [] } });
    const conditional = plan.needs.filter((need) => need.conditional);
    expect(plan.needs.map(({ coordinate }) => coordinate)).toContain('Policy.id');
    expect(conditional.map(({ coordinate }) => coordinate)).toContain('Customer.email');
    expect(plan.scopes).toContain('read_policies');
  });
});

describe('@skip and @include', () => {
  const EMAIL = 'Order.contactEmail';

  it.each([
    ['@include(if: true)', {}, true],
    ['@include(if: false)', {}, false],
    ['@skip(if: true)', {}, false],
    ['@skip(if: false)', {}, true],
    ['@include(if: $x)', { x: true }, true],
    ['@include(if: $x)', { x: false }, false],
    ['@skip(if: $x)', { x: true }, false],
    ['@skip(if: $x)', { x: false }, true],
    ['@skip(if: $x) @include(if: $x)', { x: true }, false],
    ['@skip(if: $x) @include(if: $x)', { x: false }, false],
    ['@include(if: $d)', {}, true],
    ['@include(if: $d)', { d: false }, false],
    ['@skip(if: $d)', {}, false],
    ['@skip(if: false) @include(if: true)', {}, true],
  ])('%s under %j', (directives, variables, expected) => {
    const query = (selection: string) =>
      `query ($x: Boolean! = true, $d: Boolean = true) {
        __typename @skip(if: $x) @include(if: $d) order(id: "ord_1") { id ${selection} }
      } fragment F on Order { contactEmail }`;
    const places = [
      `contactEmail ${directives} ... on Order @skip(if: true) { ...F }`,
      `... ${directives} { contactEmail } ... on Order @skip(if: true) { ...F }`,
      `... on Order ${directives} { ...F }`,
      `...F ${directives}`,
      `originalOrder ${directives} { ...F }`,
    ];
    for (const place of places) {
      expect(coordinates(query(place), { variables }).includes(EMAIL)).toBe(expected);
    }
  });

  it('leave a fragment in that is spread again without them', () => {
    const fragment = 'fragment F on Order { contactEmail }';
    for (const spreads of ['...F @skip(if: true) ...F', '...F ...F @include(if: false)']) {
      const query = `{ order(id: "ord_1") { ${spreads} } } ${fragment}`;
      expect(coordinates(query)).toContain(EMAIL);
    }
  });

  it('on a field leave its other occurrence in', () => {
    const query = '{ order(id: "ord_1") { contactEmail @skip(if: true) contactEmail } }';
    expect(coordinates(query)).toContain(EMAIL);
  });
});

describe('arguments', () => {
  const MAIL = 'OrderFilter.customerEmail';
  const SORT = 'OrderSortField.CONTACT_EMAIL';
  const FILTERED = 'query ($f: OrderFilter) { orders(filter: $f) { totalCount } }';
  const MAILED = 'query ($m: String) { orders(filter: { customerEmail: $m }) { totalCount } }';
  const SORTED = 'query ($s: OrderSort) { orders(orderBy: $s) { totalCount } }';

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['{ orders(filter: { customerEmail: "a" }) { totalCount } }', {}, MAIL],
    ['{ orders(filter: { customerEmail: null }) { totalCount } }', {}, MAIL],
    ['{ x: orders(filter: { sourceNumber: "1", customerEmail: "" }) { totalCount } }', {}, MAIL],
    [MAILED, { m: 'a' }, MAIL],
    [MAILED, { m: null }, MAIL],
    [MAILED.replace('String', 'String = null'), {}, MAIL],
    [FILTERED, { f: { customerEmail: null } }, MAIL],
    [FILTERED.replace('OrderFilter)', 'OrderFilter = { customerEmail: "a" })'), {}, MAIL],
    ['{ orders(orderBy: { field: CONTACT_EMAIL }) { totalCount } }', {}, SORT],
    ['{ orders(orderBy: { direction: DESC, field: CONTACT_EMAIL }) { totalCount } }', {}, SORT],
    [SORTED, { s: { field: 'CONTACT_EMAIL' } }, SORT],
    [SORTED.replace('OrderSort)', 'OrderSort = { field: CONTACT_EMAIL })'), {}, SORT],
    [
      '{ customer(id: "cus_1") { orders(orderBy: { field: CONTACT_EMAIL }) { totalCount } } }',
      {},
      SORT,
    ],
  ])('%s under %j needs a scope of its own', (query, variables, coordinate) => {
    const found = needs(query, { variables });
    expect(Object.keys(found).filter((name) => name === MAIL || name === SORT)).toEqual([
      coordinate,
    ]);
    expect(found[coordinate]).toBe('read_customers');
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['{ orders { totalCount } }', {}],
    ['{ orders(filter: null, orderBy: null) { totalCount } }', {}],
    ['{ orders(filter: {}) { totalCount } }', {}],
    ['{ orders(filter: { sourceNumber: "customerEmail" }) { totalCount } }', {}],
    ['{ orders(orderBy: { field: UPDATED_AT }) { totalCount } }', {}],
    [MAILED, {}],
    [FILTERED, {}],
    [FILTERED, { f: null }],
    [FILTERED, { f: {} }],
    [FILTERED.replace('OrderFilter)', 'OrderFilter = { customerEmail: "a" })'), { f: null }],
    [FILTERED.replace('OrderFilter)', 'OrderFilter = { customerEmail: "a" })'), { f: {} }],
    [SORTED, { s: { field: 'CREATED_AT' } }],
    ['{ orders(filter: { customerEmail: "a" }) @skip(if: true) { totalCount } store { id } }', {}],
  ])('%s under %j needs none', (query, variables) => {
    const found = coordinates(query, { variables });
    expect(found).not.toContain(MAIL);
    expect(found).not.toContain(SORT);
  });

  it('count on every occurrence of a field', () => {
    const query = `{ a: orders { totalCount } b: orders(filter: { customerEmail: "a" }) { totalCount }
      c: orders(orderBy: { field: CONTACT_EMAIL }) { totalCount } }`;
    expect(coordinates(query)).toEqual(['Query.orders', 'OrderConnection.totalCount', MAIL, SORT]);
  });

  it('count in a fragment under the variables of the operation', () => {
    const query = `query ($m: String) { ...F } fragment F on Query {
      orders(filter: { customerEmail: $m }) { totalCount } }`;
    expect(coordinates(query)).not.toContain(MAIL);
    expect(coordinates(query, { variables: { m: null } })).toContain(MAIL);
  });
});

describe('time', () => {
  const timed = (query: string) => {
    const document = parse(query);
    const before = performance.now();
    const found = planOperation(INDEX, document).needsUnder({});
    // Far above what it takes; what is not linear would not come to its end.
    expect(performance.now() - before).toBeLessThan(3_000);
    return found.map(({ coordinate }) => coordinate);
  };

  it.each([
    ['spread twice', (next: string) => `...${next} ...${next}`],
    [
      'spread under two fields',
      (next: string) => `a: originalOrder { ...${next} } b: originalOrder { ...${next} }`,
    ],
    [
      'spread in inline fragments',
      (next: string) => `... on Order { ...${next} } ... { ...${next} }`,
    ],
  ])('is linear in 30 fragments that are each %s', (_, spread) => {
    const fragments = Array.from(
      { length: 30 },
      (__, index) => `fragment F${index} on Order { ${spread(`F${index + 1}`)} }`,
    );
    const query = `{ order(id: "ord_1") { ...F0 } } ${fragments.join(' ')} fragment F30 on Order { contactEmail }`;
    expect(timed(query)).toContain('Order.contactEmail');
  });

  it('is bounded where fragments spread each other in a circle', () => {
    const query = `{ order(id: "ord_1") { ...A } }
      fragment A on Order { id originalOrder { ...B } } fragment B on Order { sourceId ...A }`;
    expect(timed(query)).toEqual([
      'Query.order',
      'Order.id',
      'Order.originalOrder',
      'Order.sourceId',
    ]);
  });

  it('is linear in the number of fields', () => {
    const query = `{ ${Array.from({ length: 5_000 }, (_, i) => `a${i}: order(id: "${i}") { id }`).join(' ')} }`;
    expect(timed(query)).toEqual(['Query.order', 'Order.id']);
  });
});

describe('the decision', () => {
  const QUERY = '{ orders { nodes { id contactEmail } } products { totalCount } }';

  const on = (scopes: string | null, mode: ScopeMode = 'filter', query = QUERY) => {
    const granted = scopes === null ? null : ScopeSet.parse(scopes);
    const { outcome, refused, missingScopes } = decide(planned(query).plan, {
      granted,
      mode,
      variables: {},
    });
    return { outcome, refused: refused.map(({ coordinate }) => coordinate), missingScopes };
  };

  it('lets everything run that is granted, in either mode', () => {
    const scopes = 'read_orders read_customers read_products';
    for (const decision of [on(scopes), on(scopes, 'reject')]) {
      expect([decision.outcome, decision.refused]).toEqual(['allow', []]);
    }
  });

  it('filters an operation that is granted in part, and names the rest in order', () => {
    expect(on('read_orders')).toEqual({
      outcome: 'filter',
      refused: ['Order.contactEmail', 'Query.products', 'ProductConnection.totalCount'],
      missingScopes: ['read_customers', 'read_products'],
    });
  });

  it('rejects it in reject mode', () => {
    expect(on('read_orders', 'reject').outcome).toBe('reject');
    expect(on('', 'reject').outcome).toBe('reject');
    expect(on('', 'filter').outcome).toBe('filter');
  });

  it('asks for a token where there is none, whatever the mode', () => {
    for (const decision of [on(null), on(null, 'reject')]) {
      expect(decision.outcome).toBe('unauthenticated');
      expect(decision.missingScopes).toEqual(['read_orders', 'read_customers', 'read_products']);
    }
  });

  it('lets a public operation run without a token, in either mode', () => {
    for (const mode of ['filter', 'reject'] as const) {
      const decision = on(null, mode, '{ scopes { name } }');
      expect([decision.outcome, decision.refused]).toEqual(['allow', []]);
    }
  });

  it('does not count scopes that come without a token', () => {
    const query = '{ currentApp { clientId } }';
    const decision = on(null, 'filter', query);
    expect([decision.outcome, decision.missingScopes]).toEqual(['unauthenticated', []]);
    expect(on('', 'reject', query).outcome).toBe('allow');
  });

  it('is kept as long as it is asked for, and goes when many others have come', () => {
    // As large as bodies may be: there is room for a few decisions on such documents.
    const large = (number: number) =>
      planned(`{ orders { totalCount } } # ${number} ${'x'.repeat(250_000)}`).plan;
    const [asked, other] = [large(0), large(1)];
    const under = (plan: typeof asked) =>
      decide(plan, { granted: ScopeSet.parse('read_orders'), mode: 'filter', variables: {} });
    const [kept, forgotten] = [under(asked), under(other)];
    for (let number = 2; number < 30; number += 1) {
      under(large(number));
      expect(under(asked)).toBe(kept);
    }
    expect(under(other)).not.toBe(forgotten);
    expect(under(other)).toEqual(forgotten);
  });

  it('is made once for the scopes that matter, whatever else was granted', () => {
    const { plan } = planned(QUERY);
    const under = (scopes: string) =>
      decide(plan, { granted: ScopeSet.parse(scopes), mode: 'filter', variables: {} });
    expect(under('read_orders read_quotes')).toBe(under('read_orders read_claims'));
    expect(under('read_orders')).not.toBe(under('read_orders read_products'));
    expect(under('read_orders')).not.toBe(under('read_orders read_all_orders'));
  });

  it('is another one where other guarded inputs are sent', () => {
    const query = 'query ($f: OrderFilter) { orders(filter: $f) { totalCount } }';
    const { plan } = planned(query);
    const under = (filter: object) =>
      decide(plan, {
        granted: ScopeSet.parse('read_orders'),
        mode: 'filter',
        variables: { f: filter },
      });
    expect(under({}).outcome).toBe('allow');
    expect(under({ customerEmail: null }).outcome).toBe('filter');
    expect(under({ customerEmail: 'a' })).toBe(under({ customerEmail: 'b' }));
  });
});
