import {
  buildClientSchema,
  buildSchema,
  execute,
  getIntrospectionQuery,
  type IntrospectionQuery,
  parse,
  printSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  executeWithView,
  INTROSPECTION,
  type IntrospectionSetting,
} from '../../src/gateway/introspect.ts';
import { schema } from '../../src/schema/index.ts';
import { printScopedSchema } from '../../src/schema/print.ts';
import { scopesOf } from '../../src/scopes/execute-scoped.ts';
import { requirementIndex } from '../../src/scopes/requirement-index.ts';
import { visibleSchema } from '../../src/scopes/visible-schema.ts';
import type { Answer } from '../support/gateway.ts';
import { OTHER_STORE, STORE, startTestGateway } from '../support/gateway.ts';
import { createKit } from '../token/token-kit.ts';
import { BAD_TOKEN, CHALLENGE, post, read, type Sent, type Started, start } from './kit.ts';

type Gateway = Awaited<ReturnType<typeof startTestGateway>>;

const kit = createKit({ store: STORE.id, otherStore: OTHER_STORE.id });

/** The real data, and a gateway on it for each setting. */
let data: Gateway;
let gateways: Readonly<Record<IntrospectionSetting, Started>>;

beforeAll(async () => {
  data = await startTestGateway('postgres');
  const { source } = data;
  const started = INTROSPECTION.map(
    async (introspection) => [introspection, await start({ kit, source, introspection })] as const,
  );
  gateways = Object.fromEntries(await Promise.all(started)) as typeof gateways;
});

afterAll(async () => {
  await Promise.all(Object.values(gateways).map((gateway) => gateway.close()));
  await data.close();
});

const tokenOf = (scope: string) => kit.mint({ claims: { scope } });

/** Sends a query to the gateway with a setting. */
const ask = (
  setting: IntrospectionSetting,
  query: string,
  { variables, ...sent }: Sent & { readonly variables?: object } = {},
): Promise<Answer> =>
  post(
    gateways[setting].endpoint,
    { query, ...(variables && { variables }) },
    { accept: 'application/graphql-response+json', ...sent },
  );

/** The same with GET. */
const get = async (setting: IntrospectionSetting, query: string, token?: string) =>
  read(
    await fetch(`${gateways[setting].endpoint}?query=${encodeURIComponent(query)}`, {
      headers: {
        accept: 'application/graphql-response+json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
    }),
  );

const TYPES = '{ __schema { types { name } } }';
const OFF = 'Introspection is off here; whoever runs this gateway can tell you its schema.';
const TOKEN_NEEDED = 'This operation needs a token: introspection does.';

const messages = ({ body }: Answer) => body.errors?.map(({ message }) => message);
const codes = ({ body }: Answer) => body.errors?.map(({ extensions }) => extensions.code);

const typeNames = ({ body }: Answer): readonly string[] => {
  const { __schema: told } = body.data as { __schema: { types: { name: string }[] } };
  return told.types.map(({ name }) => name);
};

const WAYS: readonly (readonly [name: string, query: string])[] = [
  ['__schema', TYPES],
  ['__type', '{ __type(name: "Order") { name } }'],
  ['an alias', '{ harmless: __schema { types { name } } }'],
  ['a fragment', 'query { ...Told } fragment Told on Query { __schema { types { name } } }'],
  ['an inline fragment', '{ ... on Query { ... { __type(name: "Order") { name } } } }'],
  ['a query with data', '{ scopes { name } __schema { types { name } } }'],
];

describe.each(WAYS)('introspection by %s', (_, query) => {
  it.each(INTROSPECTION)(
    'is refused for a bad token, whatever the setting: %s',
    async (setting) => {
      const answer = await ask(setting, query, { token: 'nonsense' });
      expect(answer.status).toBe(401);
      expect(messages(answer)).toEqual([BAD_TOKEN]);
    },
  );

  it.each(['public', 'scoped'] as const)('is for anybody when it is %s', async (setting) => {
    for (const token of [null, tokenOf('')]) {
      const answer = await ask(setting, query, { token });
      expect(answer.status).toBe(200);
      expect(answer.body.errors).toBeUndefined();
    }
  });

  it('takes any token when the setting is token', async () => {
    const without = await ask('token', query);
    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toBe(CHALLENGE);
    expect(codes(without)).toEqual(['UNAUTHENTICATED']);
    expect(messages(without)).toEqual([TOKEN_NEEDED]);
    expect(without.body).not.toHaveProperty('data');
    const granted = await ask('token', query, { token: tokenOf('') });
    expect(granted.status).toBe(200);
    expect(granted.body.errors).toBeUndefined();
  });

  it('is refused with 400 for everybody when it is off', async () => {
    for (const token of [null, tokenOf(''), tokenOf('read_orders read_customers')]) {
      for (const answer of [
        await ask('off', query, { token }),
        await get('off', query, token ?? undefined),
      ]) {
        expect(answer.status).toBe(400);
        expect(codes(answer)).toEqual(['INTROSPECTION_OFF']);
        expect(messages(answer)).toEqual([OFF]);
        expect(answer.body).not.toHaveProperty('data');
      }
    }
  });
});

describe('what does not introspect', () => {
  it.each(INTROSPECTION)('is answered under the setting %s', async (setting) => {
    const answer = await ask(setting, '{ __typename scopes { __typename } }');
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({ __typename: 'Query' });
  });

  it('may leave introspection out with @skip', async () => {
    const query = '{ __typename __schema @skip(if: true) { types { name } } }';
    expect((await ask('off', query)).body.data).toEqual({ __typename: 'Query' });
  });
});

describe('introspection of what is in reach', () => {
  it('shows each caller what it can reach, and those without a token what is public', async () => {
    const none = typeNames(await ask('scoped', TYPES));
    expect(none).toContain('Scope');
    expect(none).not.toContain('Order');
    const orders = typeNames(await ask('scoped', TYPES, { token: tokenOf('read_orders') }));
    expect(orders).toContain('Order');
    expect(orders).not.toContain('Customer');
    const both = typeNames(
      await ask('scoped', TYPES, { token: tokenOf('read_orders read_customers') }),
    );
    expect(both).toContain('Customer');
    expect(both).not.toContain('Claim');
  });

  it('does not know a hidden type by name', async () => {
    const query =
      'query ($name: String!) { __type(name: $name) { name fields { name } possibleTypes { name } } }';
    const ofType = async (name: string, scope: string) => {
      const answer = await ask('scoped', query, { token: tokenOf(scope), variables: { name } });
      return answer.body.data?.__type as {
        fields: { name: string }[];
        possibleTypes: { name: string }[];
      } | null;
    };
    expect(await ofType('Customer', 'read_orders')).toBeNull();
    expect(await ofType('Customer', 'read_customers')).not.toBeNull();
    const order = await ofType('Order', 'read_orders');
    expect(order?.fields).toContainEqual({ name: 'sourceNumber' });
    expect(order?.fields).not.toContainEqual({ name: 'customer' });
    const node = await ofType('Node', 'read_orders');
    expect(node?.possibleTypes).toContainEqual({ name: 'Order' });
    expect(node?.possibleTypes).not.toContainEqual({ name: 'Customer' });
  });

  it('is the whole query of a client, from which it builds what SDL says', async () => {
    const token = tokenOf('read_orders');
    const answer = await ask('scoped', getIntrospectionQuery(), { token });
    const built = buildClientSchema(answer.body.data as unknown as IntrospectionQuery);
    const sdl = await download('scoped', { token });
    const names = (of: typeof built) =>
      Object.keys(of.getTypeMap())
        .filter((name) => !name.startsWith('__'))
        .sort();
    expect(names(built)).toEqual(names(buildSchema(sdl.text)));
    expect(printSchema(built)).not.toMatch(/Customer\b/);
  });

  it('is cut by X-Scope-Limit', async () => {
    const headers = { 'x-scope-limit': 'read_orders' };
    const token = tokenOf('read_orders read_customers');
    expect(typeNames(await ask('scoped', TYPES, { token, headers }))).not.toContain('Customer');
    expect((await download('scoped', { token, headers })).text).not.toContain('type Customer');
  });
});

describe('a document that asks for data and schema', () => {
  const MIXED =
    '{ __schema { types { name } } orders(first: 2) { nodes { id customer { email } } } }';

  it.each(['public', 'token', 'scoped'] as const)(
    'gets both, with what is refused as null, under the setting %s',
    async (setting) => {
      const whole = await ask(setting, MIXED, { token: tokenOf('read_orders read_customers') });
      expect(whole.status).toBe(200);
      expect(whole.body.errors).toBeUndefined();
      expect(Object.keys(whole.body.data ?? {})).toEqual(['__schema', 'orders']);
      const cut = await ask(setting, MIXED, { token: tokenOf('read_orders') });
      expect(cut.status).toBe(200);
      expect(Object.keys(cut.body.data ?? {})).toEqual(['__schema', 'orders']);
      expect(cut.body.errors).toMatchObject([
        {
          path: ['orders', 'nodes', 0, 'customer'],
          extensions: { code: 'INSUFFICIENT_SCOPE', coordinate: 'Order.customer', occurrences: 2 },
        },
      ]);
      const { orders } = cut.body.data as { orders: { nodes: { customer: unknown }[] } };
      expect(orders.nodes.map(({ customer }) => customer)).toEqual([null, null]);
      expect(typeNames(cut).includes('Customer')).toBe(setting !== 'scoped');
    },
  );

  it('is refused whole where it rejects', async () => {
    const headers = { 'x-scope-mode': 'reject' };
    const cut = await ask('scoped', MIXED, { token: tokenOf('read_orders'), headers });
    expect(cut.status).toBe(403);
    expect(cut.body).not.toHaveProperty('data');
    const none = await ask('scoped', MIXED, {});
    expect(none.status).toBe(401);
    expect(none.body).not.toHaveProperty('data');
  });

  it('keeps the order of the document, through aliases, fragments, variables and directives', async () => {
    const query = `
      query ($name: String!, $first: Int, $filter: OrderFilter, $yes: Boolean!, $no: Boolean!) {
        a: scopes { name }
        b: __type(name: $name) { ...Told }
        ...Root
        c: orders(first: $first, filter: $filter) { nodes { id } }
        d: __schema @include(if: $no) { types { name } }
        e: __typename
      }
      fragment Root on Query { f: __schema @include(if: $yes) { queryType { ...Told } } ... { g: customers { nodes { id } } } }
      fragment Told on __Type { name }
    `;
    const variables = { name: 'Order', first: 1, filter: {}, yes: true, no: false };
    const answer = await ask('scoped', query, { token: tokenOf('read_orders'), variables });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body.data ?? {})).toEqual(['a', 'b', 'f', 'g', 'c', 'e']);
    expect(answer.body.data).toMatchObject({
      b: { name: 'Order' },
      f: { queryType: { name: 'Query' } },
      g: null,
      e: 'Query',
    });
    expect(codes(answer)).toEqual(['INSUFFICIENT_SCOPE']);
  });

  it('answers objects of a type that the view lacks as if it did not introspect', async () => {
    const ids = await ask('public', '{ customers(first: 1) { nodes { id } } }', {
      token: tokenOf('read_customers'),
    });
    const { customers } = ids.body.data as { customers: { nodes: { id: string }[] } };
    const query =
      'query ($ids: [ID!]!) { __type(name: "Customer") { name } nodes(ids: $ids) { __typename id } }';
    const variables = { ids: [customers.nodes[0]?.id] };
    const token = tokenOf('read_orders');
    const [mixed, plain] = await Promise.all([
      ask('scoped', query, { token, variables }),
      ask('scoped', query.replace(/__type\(.*?\} /, ''), { token, variables }),
    ]);
    expect(mixed.body.data).toEqual({ __type: null, ...plain.body.data });
    expect(messages(mixed)).toEqual(messages(plain));
    expect(mixed.body.errors?.[0]?.extensions.code).toBe('INSUFFICIENT_SCOPE');
  });
});

describe('an operation with a view of the schema', () => {
  const whole = buildSchema(`
    type Query { any: [Any] }
    union Any = Seen | Hidden
    type Seen { id: ID }
    type Hidden @requiresScopes(scopes: [["a"]]) { id: ID }
    directive @requiresScopes(scopes: [[String!]!]!) on OBJECT
  `);
  const index = requirementIndex(whole, { undeclared: 'public' });
  const rootValue = {
    any: [
      { __typename: 'Hidden', id: 1 },
      { __typename: 'Seen', id: 2 },
    ],
  };
  const query = `{
    any { __typename ... on Seen { id } }
    __type(name: "Hidden") { name }
    union: __type(name: "Any") { possibleTypes { name } }
  }`;
  const run = (scopes: string[]) =>
    executeWithView(
      { schema: whole, document: parse(query), rootValue },
      execute,
      visibleSchema(index, scopesOf(scopes)),
    );

  it('still gets objects of types that are not in it', async () => {
    expect(await run([])).toEqual({
      data: {
        any: [{ __typename: 'Hidden' }, { __typename: 'Seen', id: '2' }],
        __type: null,
        union: { possibleTypes: [{ name: 'Seen' }] },
      },
    });
    expect((await run(['a'])).data).toMatchObject({
      __type: { name: 'Hidden' },
      union: { possibleTypes: [{ name: 'Seen' }, { name: 'Hidden' }] },
    });
  });

  it('has no data when the rest of it has none', async () => {
    const failing = buildSchema('type Query { must: Int! }');
    const view = visibleSchema(requirementIndex(failing, { undeclared: 'public' }), null);
    const document = parse('{ __schema { types { name } } must }');
    const result = await executeWithView({ schema: failing, document }, execute, view);
    expect(result.data).toBeNull();
    expect(result.errors).toHaveLength(1);
  });
});

describe('a document that is not valid', () => {
  const TYPO = '{ orders { nodes { custome sourceNumbe } } }';
  const field = (name: string, hint = '') => `Cannot query field "${name}" on type "Order".${hint}`;
  const HINTS = [
    field('custome', ' Did you mean "customer"?'),
    field('sourceNumbe', ' Did you mean "sourceNumber" or "sourceId"?'),
  ];
  const NO_HINTS = [field('custome'), field('sourceNumbe')];

  it('is told with suggestions to everybody when the schema is public', async () => {
    expect(messages(await ask('public', TYPO))).toEqual(HINTS);
    expect(messages(await ask('public', TYPO, { token: tokenOf('') }))).toEqual(HINTS);
  });

  it('is told with suggestions to those with a token when it takes one', async () => {
    expect(messages(await ask('token', TYPO))).toEqual(NO_HINTS);
    expect(messages(await ask('token', TYPO, { token: tokenOf('') }))).toEqual(HINTS);
  });

  it('is told without suggestions when introspection is off', async () => {
    expect(messages(await ask('off', TYPO))).toEqual(NO_HINTS);
    expect(messages(await ask('off', TYPO, { token: tokenOf('read_orders') }))).toEqual(NO_HINTS);
    const leaf = await ask('off', '{ orders }', { token: tokenOf('read_orders') });
    expect(messages(leaf)).toEqual([
      'Field "orders" of type "OrderConnection" must have a selection of subfields.',
    ]);
  });

  it('is told with what the caller may see when it is scoped', async () => {
    const orders = tokenOf('read_orders');
    const both = tokenOf('read_orders read_customers');
    const some = [NO_HINTS[0], HINTS[1]];
    for (let round = 0; round < 3; round += 1) {
      expect(messages(await ask('scoped', TYPO, { token: both }))).toEqual(HINTS);
      expect(messages(await ask('scoped', TYPO, { token: orders }))).toEqual(some);
      expect(messages(await get('scoped', TYPO, orders))).toEqual(some);
      expect(messages(await get('scoped', TYPO, both))).toEqual(HINTS);
    }
  });

  it('keeps what each may be told apart when all ask at once', async () => {
    const scopes = ['read_orders', 'read_orders read_customers'];
    const asked = Array.from({ length: 20 }, (_, at) => scopes[at % 2] ?? '');
    const query = '{ orders { nodes { id customr { id } } } }';
    const answers = await Promise.all(
      asked.map((scope) => ask('scoped', query, { token: tokenOf(scope) })),
    );
    for (const [at, answer] of answers.entries()) {
      const hint = at % 2 === 1 ? ' Did you mean "customer"?' : '';
      expect(messages(answer)).toEqual([field('customr', hint)]);
    }
  });

  const HIDDEN = 'This is not valid, in a part of the schema that this request does not reach.';

  it.each([
    ['of a hidden field', '{ orders { nodes { customer } } }', 'Customer'],
    ['below a hidden field', '{ orders { nodes { customer { nope } } } }', 'Customer'],
    [
      'of a hidden argument',
      '{ orders { nodes { customer { orders(nope: 1) { nodes { id } } } } } }',
      'Customer',
    ],
    [
      'of a type condition',
      '{ orders { nodes { customer { ... on Store { id } } } } }',
      'Customer',
    ],
    [
      'that quotes a hidden enum',
      '{ customers(orderBy: { field: NOPE }) { nodes { id } } }',
      'CustomerSortField',
    ],
  ])('hides the names that an error %s would tell', async (_, query, name) => {
    const cut = await ask('scoped', query, { token: tokenOf('read_orders') });
    expect(cut.status).toBe(400);
    expect(messages(cut)).toEqual([HIDDEN]);
    expect(codes(cut)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(cut.body.errors?.[0]).toHaveProperty('locations');
    const whole = await ask('scoped', query, { token: tokenOf('read_orders read_customers') });
    expect(messages(whole)?.[0]).toContain(name);
  });

  it('tells an error about hidden things that names only what the caller wrote', async () => {
    const query = '{ orders { nodes { customer { ...Missing } } } }';
    const answer = await ask('scoped', query, { token: tokenOf('read_orders') });
    expect(messages(answer)).toEqual(['Unknown fragment "Missing".']);
  });

  it('suggests no hidden type at an abstract position', async () => {
    const query = '{ node(id: "x") { email } }';
    const cut = await ask('scoped', query, { token: tokenOf('read_orders') });
    expect(messages(cut)).toEqual([`Cannot query field "email" on type "Node".`]);
    const whole = await ask('scoped', query, { token: tokenOf('read_customers') });
    expect(messages(whole)?.[0]).toContain('Did you mean to use an inline fragment on "Customer"');
    const type = '{ node(id: "x") { ... on Custome { id } } }';
    const unknown = await ask('scoped', type, { token: tokenOf('read_orders') });
    expect(messages(unknown)?.[0]).toMatch(/^Unknown type "Custome"\./);
    expect(messages(unknown)?.[0]).not.toContain('"Customer');
    expect(messages(await ask('public', type))?.[0]).toContain('Did you mean "Customer"');
  });
});

describe('variables that do not fit', () => {
  const QUERY = 'query ($filter: OrderFilter) { orders(filter: $filter) { nodes { id } } }';
  const variables = { filter: { customerEmai: 'a@example.com' } };
  const PLAIN =
    'Variable "$filter" got invalid value { customerEmai: "a@example.com" }; Field "customerEmai" is not defined by type "OrderFilter".';
  const hint = `${PLAIN} Did you mean "customerEmail"?`;
  const orders = { token: tokenOf('read_orders'), variables };
  const both = { token: tokenOf('read_orders read_customers'), variables };

  it('are told with suggestions of what the caller may know', async () => {
    expect(messages(await ask('public', QUERY, { variables }))?.[0]).toContain('Did you mean');
    expect(messages(await ask('token', QUERY, { variables }))).toEqual([PLAIN]);
    expect(messages(await ask('token', QUERY, orders))?.[0]).toContain('Did you mean');
    expect(messages(await ask('off', QUERY, both))).toEqual([PLAIN]);
    for (let round = 0; round < 2; round += 1) {
      expect(messages(await ask('scoped', QUERY, both))?.[0]).toContain('customerEmail"');
      expect(messages(await ask('scoped', QUERY, orders))?.[0]).not.toContain('customerEmail"');
    }
    expect(hint).toContain(PLAIN);
  });

  it('are told at most fifty mistakes of, and take no time however many they have', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const ids = Array.from({ length: 50_000 }, () => null);
    for (const setting of ['public', 'scoped'] as const) {
      const answer = await ask(setting, query, { ...orders, variables: { ids } });
      expect(answer.status).toBe(400);
      expect(messages(answer)).toHaveLength(51);
      expect(messages(answer)?.at(-1)).toContain('error limit reached');
    }
  });

  it('may be nested deep, or hold many words', async () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const words = JSON.stringify({ customerEmai: 'a '.repeat(100_000) });
    for (const filter of [deep, words]) {
      const body = `{"query": ${JSON.stringify(QUERY)}, "variables": {"filter": ${filter}}}`;
      const answer = await post(gateways.scoped.endpoint, body, {
        token: orders.token,
        accept: 'application/graphql-response+json',
      });
      expect(answer.status).toBe(400);
      expect(codes(answer)).toEqual(['INVALID_INPUT']);
    }
  });

  it('hide the names of what is out of reach', async () => {
    const query = 'query ($sort: CustomerSort) { customers(orderBy: $sort) { nodes { id } } }';
    const answer = await ask('scoped', query, { ...orders, variables: { sort: {} } });
    expect(codes(answer)).toEqual(['INVALID_INPUT']);
    expect(messages(answer)).toEqual([
      'This is not valid, in a part of the schema that this request does not reach.',
    ]);
    const whole = await ask('scoped', query, { ...both, variables: { sort: {} } });
    expect(messages(whole)?.[0]).toContain('"CustomerSortField!"');
  });
});

/** Asks for the SDL. */
async function download(
  setting: IntrospectionSetting,
  { token, headers, method = 'GET' }: Sent & { readonly method?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${gateways[setting].url}/schema.graphql`, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
  });
  return read(response);
}

describe('the schema as SDL', () => {
  it('is all of it for anybody when it is public', async () => {
    const answer = await download('public');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(printScopedSchema(schema));
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect((await download('public', { token: tokenOf('') })).text).toBe(answer.text);
  });

  it.each(['public', 'token', 'scoped'] as const)(
    'is refused for a bad token under the setting %s',
    async (setting) => {
      const answer = await download(setting, { token: 'nonsense' });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(messages(answer)).toEqual([BAD_TOKEN]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );

  it('takes any token when the setting is token', async () => {
    const without = await download('token');
    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toBe(CHALLENGE);
    expect(codes(without)).toEqual(['UNAUTHENTICATED']);
    expect(without.headers.get('cache-control')).toBe('no-store');
    const granted = await download('token', { token: tokenOf('') });
    expect(granted.text).toBe(printScopedSchema(schema));
    expect(granted.headers.get('cache-control')).toBe('private, no-cache');
    expect(granted.headers.get('vary')).toContain('authorization');
  });

  it('is what each caller can reach when it is scoped', async () => {
    const none = await download('scoped');
    expect(none.status).toBe(200);
    expect(none.text).not.toContain('type Order');
    const orders = await download('scoped', { token: tokenOf('read_orders') });
    expect(orders.text).toContain('type Order implements Node @requiresScopes');
    expect(orders.text).not.toContain('type Customer');
    expect(orders.headers.get('cache-control')).toBe('private, no-cache');
    expect(orders.headers.get('etag')).not.toBe(none.headers.get('etag'));
  });

  it('is not there when introspection is off', async () => {
    for (const token of [null, 'nonsense', tokenOf('read_orders')]) {
      expect((await download('off', { token })).status).toBe(404);
    }
  });

  it('answers 304 to whoever has it, by its tag and the token', async () => {
    const token = tokenOf('read_orders');
    const first = await download('scoped', { token });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await download('scoped', { token, headers: { 'if-none-match': known } });
      expect(again.status).toBe(304);
      expect(again.text).toBe('');
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('vary')).toContain('authorization');
    }
    const headers = { 'if-none-match': etag };
    expect((await download('scoped', { headers })).status).toBe(200);
    expect((await download('scoped', { token: 'nonsense', headers })).status).toBe(401);
  });

  it('answers HEAD like GET, without the text, and no other method', async () => {
    const [head, whole] = [await download('public', { method: 'HEAD' }), await download('public')];
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    for (const name of ['etag', 'content-type', 'content-length', 'cache-control', 'vary']) {
      expect(head.headers.get(name)).toBe(whole.headers.get(name));
    }
    expect((await download('public', { method: 'POST' })).status).toBe(404);
  });

  it('is refused when the token comes in the query string', async () => {
    const { url } = gateways.public;
    const answer = await read(await fetch(`${url}/schema.graphql?access_token=x`));
    expect(answer.status).toBe(400);
    expect(codes(answer)).toEqual(['INVALID_REQUEST']);
  });
});
