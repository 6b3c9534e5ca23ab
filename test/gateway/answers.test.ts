import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, OTHER_STORE, STORE, startTestGateway } from '../support/gateway.ts';
import { createKit } from '../token/token-kit.ts';
import {
  BAD_TOKEN,
  CHALLENGE,
  MEDIA_TYPES,
  post,
  raw,
  requestText,
  type Sent,
  type Started,
  start,
  valueAt,
} from './kit.ts';

type Gateway = Awaited<ReturnType<typeof startTestGateway>>;

const kit = createKit({ store: STORE.id, otherStore: OTHER_STORE.id });

/** The real data, and three gateways on it that differ by one setting. */
let data: Gateway;
let filtering: Started;
let rejecting: Started;
let perPath: Started;

beforeAll(async () => {
  data = await startTestGateway('postgres');
  const { source } = data;
  filtering = await start({ kit, source });
  rejecting = await start({ kit, source, scopeMode: 'reject' });
  perPath = await start({ kit, source, refusalErrors: 'per-path' });
});

afterAll(async () => {
  await Promise.all([filtering, rejecting, perPath].map((gateway) => gateway.close()));
  await data.close();
});

beforeEach(() => {
  data.waves.length = 0;
});

interface Asked extends Sent {
  readonly scope?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly on?: Started;
}

/** Sends a query, with a token of these scopes when there are any. */
function ask(query: string, asked: Asked = {}): Promise<Answer> {
  const { scope, variables, operationName, on = filtering, ...sent } = asked;
  const token = scope === undefined ? sent.token : filtering.token(scope);
  return post(
    on.endpoint,
    { query, variables, operationName },
    { ...sent, ...(token === undefined ? {} : { token }) },
  );
}

const expired = () => kit.mint({ claims: { exp: kit.now() - 3600 } });

const challengeOf = ({ headers }: Answer) => headers.get('www-authenticate');

const coordinates = ({ body }: Answer) =>
  body.errors?.map(({ extensions }) => extensions.coordinate);

/** A refusal as `design.md` section 5 spells it, for a token that has `read_orders`. */
const lacksCustomers = (
  coordinate: string,
  path: (string | number)[],
  occurrences: number,
  requiredScopes = [['read_customers', 'read_orders']],
) => ({
  message: `${coordinate} needs ${requiredScopes[0]?.join(' and ')}; the token lacks read_customers.`,
  locations: expect.any(Array),
  path,
  extensions: {
    code: 'INSUFFICIENT_SCOPE',
    coordinate,
    requiredScopes,
    missingScopes: ['read_customers'],
    occurrences,
  },
});

const MAILS = '{ orders(first: 2) { nodes { id contactEmail } } }';

const MODES = [
  { mode: 'filter, the default', rejects: false, on: () => filtering, headers: {} },
  {
    mode: 'reject by X-Scope-Mode',
    rejects: true,
    on: () => filtering,
    headers: { 'x-scope-mode': 'reject' },
  },
  { mode: 'reject by setting', rejects: true, on: () => rejecting, headers: {} },
  {
    mode: 'filter by X-Scope-Mode over a server that rejects',
    rejects: false,
    on: () => rejecting,
    headers: { 'x-scope-mode': 'filter' },
  },
];

describe.each(MEDIA_TYPES)('answers as %s', (accept) => {
  const isJson = (answer: Answer) =>
    expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);

  describe.each(MODES)('in mode $mode', ({ rejects, on, headers }) => {
    const send = (asked: Asked) => ask(MAILS, { accept, headers, on: on(), ...asked });

    it('401 with a challenge that names no error, where no token was sent', async () => {
      const answer = await send({});
      expect(answer.status).toBe(401);
      expect(challengeOf(answer)).toBe(
        'Bearer realm="scopegate", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"',
      );
      expect(answer.body).toEqual({
        errors: [
          {
            message: 'This operation needs a token: Query.orders needs read_orders.',
            extensions: {
              code: 'UNAUTHENTICATED',
              missingScopes: ['read_orders', 'read_customers'],
              refused: [
                'Query.orders',
                'OrderConnection.nodes',
                'Order.id',
                'Order.contactEmail',
              ].map((coordinate) => expect.objectContaining({ coordinate })),
            },
          },
        ],
      });
      expect(data.waves).toEqual([]);
      isJson(answer);
    });

    it.each([
      ['that is no token', () => 'nonsense'],
      ['that has expired', expired],
    ])('401 invalid_token for a token %s', async (_, token) => {
      const answer = await send({ token: token() });
      expect(answer.status).toBe(401);
      expect(challengeOf(answer)).toBe(
        'Bearer realm="scopegate", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource", error="invalid_token", error_description="The access token is malformed, expired, revoked or not meant for this gateway."',
      );
      expect(answer.body).toEqual({
        errors: [{ message: BAD_TOKEN, extensions: { code: 'INVALID_TOKEN' } }],
      });
      expect(data.waves).toEqual([]);
      isJson(answer);
    });

    it('what the mode says, for a token without any of the scopes', async () => {
      const answer = await send({ scope: 'read_products' });
      expect(data.waves).toEqual([]);
      isJson(answer);
      if (!rejects) {
        expect(answer.status).toBe(200);
        expect(challengeOf(answer)).toBeNull();
        expect(answer.body).toEqual({
          data: { orders: null },
          errors: [
            {
              message: 'Query.orders needs read_orders; the token lacks read_orders.',
              locations: [{ line: 1, column: 3 }],
              path: ['orders'],
              extensions: {
                code: 'INSUFFICIENT_SCOPE',
                coordinate: 'Query.orders',
                requiredScopes: [['read_orders']],
                missingScopes: ['read_orders'],
                occurrences: 1,
              },
            },
          ],
        });
        return;
      }
      expect(answer.status).toBe(403);
      expect(challengeOf(answer)).toBe(
        'Bearer realm="scopegate", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource", error="insufficient_scope", error_description="The token lacks read_orders read_customers.", scope="read_products read_orders read_customers"',
      );
      expect(answer.body.data).toBeUndefined();
      expect(answer.body.errors).toHaveLength(1);
      const [error] = answer.body.errors ?? [];
      expect(error?.message).toMatch(
        /^Nothing was run: the token lacks read_orders and read_customers, which Query\.orders, .*Order\.contactEmail need/,
      );
      expect(error?.extensions).toMatchObject({
        code: 'INSUFFICIENT_SCOPE',
        missingScopes: ['read_orders', 'read_customers'],
      });
    });

    it('what the mode says, for a token with some of the scopes', async () => {
      const answer = await send({ scope: 'read_orders' });
      isJson(answer);
      if (!rejects) {
        expect(answer.status).toBe(200);
        expect(challengeOf(answer)).toBeNull();
        expect(answer.body).toEqual({
          data: {
            orders: {
              nodes: [
                { id: expect.stringMatching(/^ord_/), contactEmail: null },
                { id: expect.stringMatching(/^ord_/), contactEmail: null },
              ],
            },
          },
          errors: [lacksCustomers('Order.contactEmail', ['orders', 'nodes', 0, 'contactEmail'], 2)],
        });
        return;
      }
      expect(answer.status).toBe(403);
      expect(challengeOf(answer)).toBe(
        'Bearer realm="scopegate", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource", error="insufficient_scope", error_description="The token lacks read_customers.", scope="read_orders read_customers"',
      );
      expect(answer.body.data).toBeUndefined();
      expect(answer.body.errors).toHaveLength(1);
      const [error] = answer.body.errors ?? [];
      expect(error?.message).toMatch(
        /^Nothing was run: the token lacks read_customers, which Order\.contactEmail needs?\.$/,
      );
      expect(error?.extensions).toEqual({
        code: 'INSUFFICIENT_SCOPE',
        missingScopes: ['read_customers'],
        refused: [
          {
            coordinate: 'Order.contactEmail',
            requiredScopes: [['read_customers', 'read_orders']],
            missingScopes: ['read_customers'],
          },
        ],
      });
      expect(data.waves).toEqual([]);
    });

    it('200 without errors, for a token with all of the scopes', async () => {
      const answer = await send({ scope: 'read_orders read_customers' });
      expect(answer.status).toBe(200);
      expect(challengeOf(answer)).toBeNull();
      expect(answer.body.errors).toBeUndefined();
      expect(valueAt(answer.body.data, ['orders', 'nodes'])).toHaveLength(2);
      expect(data.waves).toHaveLength(1);
      isJson(answer);
    });
  });

  describe('an operation that needs nothing', () => {
    const PUBLIC = [
      ['__typename', '{ __typename }'],
      ['the catalogue of scopes', '{ scopes { name } }'],
      ['introspection', getIntrospectionQuery()],
    ] as const;

    it.each(PUBLIC)('gets 200 without a token: %s', async (_, query) => {
      const answer = await ask(query, { accept });
      expect(answer.status).toBe(200);
      expect(answer.body.errors).toBeUndefined();
      expect(challengeOf(answer)).toBeNull();
      isJson(answer);
    });

    it.each(PUBLIC)('gets 200 with a token without scopes: %s', async (_, query) => {
      const answer = await ask(query, { accept, scope: '' });
      expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
    });

    it.each(PUBLIC)('gets 401 with a bad token all the same: %s', async (_, query) => {
      for (const token of ['nonsense', expired()]) {
        const answer = await ask(query, { accept, token });
        expect(answer.status).toBe(401);
        expect(challengeOf(answer)).toBe(
          `${CHALLENGE}, error="invalid_token", error_description="${BAD_TOKEN}"`,
        );
        expect(answer.body).toEqual({
          errors: [{ message: BAD_TOKEN, extensions: { code: 'INVALID_TOKEN' } }],
        });
        isJson(answer);
      }
    });
  });

  it('runs nothing of an operation that is partly public, without a token', async () => {
    const answer = await ask('{ scopes { name } orders { totalCount } }', { accept });
    expect(answer.status).toBe(401);
    expect(challengeOf(answer)).toBe(CHALLENGE);
    expect(answer.body).toEqual({
      errors: [
        {
          message: 'This operation needs a token: Query.orders needs read_orders.',
          extensions: {
            code: 'UNAUTHENTICATED',
            missingScopes: ['read_orders'],
            refused: ['Query.orders', 'OrderConnection.totalCount'].map((coordinate) => ({
              coordinate,
              requiredScopes: [['read_orders']],
              missingScopes: ['read_orders'],
            })),
          },
        },
      ],
    });
    expect(data.waves).toEqual([]);
    isJson(answer);
  });

  it('asks for any token where scopes do not matter', async () => {
    const query = '{ currentApp { clientId } }';
    const refused = await ask(query, { accept });
    expect(refused.status).toBe(401);
    expect(challengeOf(refused)).toBe(CHALLENGE);
    expect(refused.body.errors?.[0]).toEqual({
      message: 'This operation needs a token: Query.currentApp needs a valid token.',
      extensions: {
        code: 'UNAUTHENTICATED',
        missingScopes: [],
        refused: ['Query.currentApp', 'CurrentApp.clientId'].map((coordinate) => ({
          coordinate,
          requiredScopes: [],
          missingScopes: [],
        })),
      },
    });
    const allowed = await ask(query, { accept, scope: '' });
    expect([allowed.status, allowed.body]).toEqual([
      200,
      { data: { currentApp: { clientId: 'client-1' } } },
    ]);
  });

  it.each(['rejct', 'REJECT', 'filter, reject', '1'])(
    'refuses X-Scope-Mode %j and runs nothing',
    async (mode) => {
      const answer = await ask(MAILS, {
        accept,
        scope: 'read_orders read_customers',
        headers: { 'x-scope-mode': mode },
      });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({
        errors: [
          {
            message: 'X-Scope-Mode is "filter" or "reject".',
            extensions: { code: 'INVALID_REQUEST' },
          },
        ],
      });
      expect(data.waves).toEqual([]);
      isJson(answer);
    },
  );

  it('refuses an empty X-Scope-Mode', async () => {
    const body = JSON.stringify({ query: '{ __typename }' });
    const answer = await raw(
      filtering.port,
      requestText('POST', '/graphql', {
        headers: { 'content-type': 'application/json', accept, 'x-scope-mode': '' },
        body,
      }),
    );
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('"code":"INVALID_REQUEST"');
  });
});

describe('refusals', () => {
  it('are one for each coordinate, with the first path and the number of places', async () => {
    const query = `{
      orders(first: 3) { nodes { id contactEmail contactName lineItems(first: 2) { nodes { sku product { name } } } } }
    }`;
    const answer = await ask(query, { scope: 'read_orders' });
    expect(answer.status).toBe(200);
    expect(coordinates(answer)).toHaveLength(3);
    expect(new Set(coordinates(answer))).toEqual(
      new Set(['Order.contactEmail', 'Order.contactName', 'LineItem.product']),
    );
    const nodes = valueAt(answer.body.data, ['orders', 'nodes']) as {
      lineItems: { nodes: unknown[] };
    }[];
    const lines = nodes.flatMap(({ lineItems }) => lineItems.nodes);
    const counts = Object.fromEntries(
      (answer.body.errors ?? []).map(({ extensions }) => [
        extensions.coordinate,
        extensions.occurrences,
      ]),
    );
    expect(counts).toEqual({
      'Order.contactEmail': 3,
      'Order.contactName': 3,
      'LineItem.product': lines.length,
    });
    for (const { path } of answer.body.errors ?? []) {
      expect(path).toBeDefined();
      expect(valueAt(answer.body.data, path)).toBeNull();
    }
    const product = answer.body.errors?.find(
      ({ extensions }) => extensions.coordinate === 'LineItem.product',
    );
    expect(product?.path).toEqual(['orders', 'nodes', 0, 'lineItems', 'nodes', 0, 'product']);
  });

  it('are one for each place where the setting says so', async () => {
    const answer = await ask(MAILS, { on: perPath, scope: 'read_orders' });
    expect(answer.status).toBe(200);
    expect(answer.body.errors).toEqual(
      [0, 1].map((index) => {
        const { extensions, ...rest } = lacksCustomers(
          'Order.contactEmail',
          ['orders', 'nodes', index, 'contactEmail'],
          0,
        );
        const { occurrences: _, ...facts } = extensions;
        return { ...rest, extensions: facts };
      }),
    );
  });

  it('name the outermost field only', async () => {
    const query = '{ orders(first: 1) { nodes { id customer { email orders { totalCount } } } } }';
    const answer = await ask(query, { scope: 'read_orders' });
    expect(answer.body.errors).toEqual([
      lacksCustomers('Order.customer', ['orders', 'nodes', 0, 'customer'], 1),
    ]);
  });

  it('are none where a refused field is never reached', async () => {
    const query = '{ orders(filter: { sourceNumber: "none" }) { nodes { contactEmail } } }';
    const filtered = await ask(query, { scope: 'read_orders' });
    expect([filtered.status, filtered.body]).toEqual([200, { data: { orders: { nodes: [] } } }]);
    const rejected = await ask(query, { scope: 'read_orders', on: rejecting });
    expect([rejected.status, rejected.body.data]).toEqual([403, undefined]);
  });

  it('are none behind an order that does not exist', async () => {
    const answer = await ask('{ order(id: "ord_none") { contactEmail customer { id } } }', {
      scope: 'read_orders',
    });
    expect([answer.status, answer.body]).toEqual([200, { data: { order: null } }]);
  });

  it('leave errors of another kind as they are', async () => {
    const answer = await ask(
      '{ a: orders(first: 101) { totalCount } b: customers { totalCount } }',
      {
        scope: 'read_orders',
      },
    );
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ a: null, b: null });
    expect(answer.body.errors).toEqual(
      expect.arrayContaining([
        {
          message: 'Query.orders gives pages of 0 to 100 items and was asked for 101.',
          locations: expect.any(Array),
          path: ['a'],
          extensions: { code: 'INVALID_INPUT' },
        },
        lacksCustomers('Query.customers', ['b'], 1, [['read_customers']]),
      ]),
    );
    expect(answer.body.errors).toHaveLength(2);
  });

  it('fetch nothing that was refused', async () => {
    const query = '{ orders(first: 2) { nodes { customer { email } } } customers { totalCount } }';
    await ask(query, { scope: 'read_orders' });
    const loads = data.waves.flatMap((wave) => wave.loads);
    expect(loads.map(({ batch }) => batch)).toEqual(['orders']);
    expect(JSON.stringify(loads)).not.toMatch(/contactEmail|customerId/);
  });
});

describe('@skip and @include', () => {
  const query = `query ($mail: Boolean!) {
    orders(first: 1) { nodes { id contactEmail @include(if: $mail) contactName @skip(if: true) } }
  }`;

  it('take away what a token may not see', async () => {
    for (const on of [filtering, rejecting]) {
      const answer = await ask(query, { on, scope: 'read_orders', variables: { mail: false } });
      expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
    }
  });

  it('refuse what they leave in', async () => {
    const variables = { mail: true };
    const filtered = await ask(query, { scope: 'read_orders', variables });
    expect([filtered.status, coordinates(filtered)]).toEqual([200, ['Order.contactEmail']]);
    const rejected = await ask(query, { scope: 'read_orders', variables, on: rejecting });
    expect(rejected.status).toBe(403);
  });

  it('decide by the default of a variable', async () => {
    const defaulted = 'query ($in: Boolean = true) { orders @include(if: $in) { totalCount } }';
    expect((await ask(defaulted)).status).toBe(401);
    expect((await ask(defaulted, { variables: { in: false } })).body).toEqual({ data: {} });
  });

  it.each(MEDIA_TYPES)('are a bad request under a variable that is null, as %s', async (accept) => {
    const defaulted = 'query ($in: Boolean = true) { orders @include(if: $in) { totalCount } }';
    for (const asked of [{}, { scope: 'read_orders' }]) {
      const answer = await ask(defaulted, { accept, variables: { in: null }, ...asked });
      expect(answer.status).toBeLessThan(500);
      expect(answer.body.data ?? null).toBeNull();
      expect(answer.body.errors?.[0]?.message).toBe(
        '@include takes true or false as "if", and got null.',
      );
    }
    expect(data.waves).toEqual([]);
  });

  it('open an operation without a token on a spread', async () => {
    const spread = `query ($in: Boolean!) { __typename ...Guarded @include(if: $in) }
      fragment Guarded on Query { orders { totalCount } }`;
    expect((await ask(spread, { variables: { in: false } })).body).toEqual({
      data: { __typename: 'Query' },
    });
    expect((await ask(spread, { variables: { in: true } })).status).toBe(401);
  });

  it('refuse a fragment that is spread once with and once without them', async () => {
    const spread = `{ __typename ...Guarded @skip(if: true) ...Guarded }
      fragment Guarded on Query { orders { totalCount } }`;
    expect((await ask(spread)).status).toBe(401);
  });
});

describe('ways to write a field', () => {
  const FORMS: readonly (readonly [string, string, (string | number)[]])[] = [
    ['an alias', '{ orders(first: 1) { nodes { x: contactEmail } } }', ['orders', 'nodes', 0, 'x']],
    [
      'an alias of a harmless field',
      '{ orders(first: 1) { nodes { id: contactEmail } } }',
      ['orders', 'nodes', 0, 'id'],
    ],
    [
      'a fragment',
      '{ orders(first: 1) { nodes { ...F } } } fragment F on Order { contactEmail }',
      ['orders', 'nodes', 0, 'contactEmail'],
    ],
    [
      'a fragment in a fragment',
      '{ orders(first: 1) { nodes { ...F } } } fragment F on Order { ...G } fragment G on Order { contactEmail }',
      ['orders', 'nodes', 0, 'contactEmail'],
    ],
    [
      'an inline fragment',
      '{ orders(first: 1) { nodes { ... on Order { contactEmail } } } }',
      ['orders', 'nodes', 0, 'contactEmail'],
    ],
    [
      'an inline fragment without a type',
      '{ orders(first: 1) { nodes { ... { contactEmail } } } }',
      ['orders', 'nodes', 0, 'contactEmail'],
    ],
    [
      'an inline fragment on the interface',
      '{ orders(first: 1) { nodes { ... on Node { ... on Order { contactEmail } } } } }',
      ['orders', 'nodes', 0, 'contactEmail'],
    ],
    [
      'a list of edges',
      '{ orders(first: 1) { edges { node { contactEmail } } } }',
      ['orders', 'edges', 0, 'node', 'contactEmail'],
    ],
  ];

  it.each(FORMS)('refuses it by %s', async (_, query, path) => {
    const filtered = await ask(query, { scope: 'read_orders' });
    expect(filtered.status).toBe(200);
    expect(filtered.body.errors).toEqual([lacksCustomers('Order.contactEmail', path, 1)]);
    const rejected = await ask(query, { scope: 'read_orders', on: rejecting });
    expect([rejected.status, rejected.body.data]).toEqual([403, undefined]);
  });

  it.each(FORMS)('allows it by %s', async (_, query, path) => {
    const answer = await ask(query, { scope: 'read_orders read_customers', on: rejecting });
    expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
    expect(valueAt(answer.body.data, path)).not.toBeUndefined();
  });

  it('refuses once what two fragments select under one response key', async () => {
    const query = `{ orders(first: 1) { nodes { ...A ...B } } }
      fragment A on Order { who: customer { id } }
      fragment B on Order { who: customer { email } }`;
    const answer = await ask(query, { scope: 'read_orders' });
    expect(answer.body.errors).toEqual([
      lacksCustomers('Order.customer', ['orders', 'nodes', 0, 'who'], 1),
    ]);
  });

  it('judges one response key on different types by the type that is there', async () => {
    const found = await ask(
      '{ orders(first: 1) { nodes { id } } products(first: 1) { nodes { id } } }',
      {
        scope: 'read_orders read_products',
      },
    );
    const ids = ['orders', 'products'].map((list) =>
      valueAt(found.body.data, [list, 'nodes', 0, 'id']),
    );
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) {
      ... on Order { x: contactEmail } ... on Product { x: sku }
    } }`;
    const answer = await ask(query, {
      scope: 'read_orders read_products',
      variables: { ids },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.errors).toEqual([
      lacksCustomers('Order.contactEmail', ['nodes', 0, 'x'], 1),
    ]);
    expect(valueAt(answer.body.data, ['nodes', 1])).toHaveProperty('x');
  });
});

describe('two operations in one document', () => {
  const query = 'query Open { __typename } query Guarded { orders { totalCount } }';

  it('are judged by the one that runs', async () => {
    const open = await ask(query, { operationName: 'Open' });
    expect([open.status, open.body]).toEqual([200, { data: { __typename: 'Query' } }]);
    const guarded = await ask(query, { operationName: 'Guarded' });
    expect([guarded.status, challengeOf(guarded)]).toEqual([401, CHALLENGE]);
    const rejected = await ask(query, { operationName: 'Guarded', scope: '', on: rejecting });
    expect(rejected.status).toBe(403);
    const allowed = await ask(query, { operationName: 'Guarded', scope: 'read_orders' });
    expect([allowed.status, allowed.body.errors]).toEqual([200, undefined]);
  });

  it.each([undefined, 'Other', ''])('run none where the name is %j', async (operationName) => {
    const answer = await ask(query, {
      scope: 'read_orders',
      ...(operationName === undefined ? {} : { operationName }),
    });
    expect(answer.status).toBe(400);
    expect(answer.body.data).toBeUndefined();
    expect(data.waves).toEqual([]);
  });
});

describe('guarded arguments', () => {
  const MAIL = 'OrderFilter.customerEmail';
  const SORT = 'OrderSortField.CONTACT_EMAIL';
  const COUNT = '{ totalCount }';

  interface Case {
    readonly name: string;
    readonly query: string;
    readonly coordinate: string;
    readonly variables?: Readonly<Record<string, unknown>>;
  }

  const CASES: readonly Case[] = [
    {
      name: 'a literal',
      query: `{ orders(filter: { customerEmail: "a@b.example" }) ${COUNT} }`,
      coordinate: MAIL,
    },
    {
      name: 'a literal null',
      query: `{ orders(filter: { customerEmail: null }) ${COUNT} }`,
      coordinate: MAIL,
    },
    {
      name: 'a variable',
      query: `query ($mail: String) { orders(filter: { customerEmail: $mail }) ${COUNT} }`,
      variables: { mail: 'a@b.example' },
      coordinate: MAIL,
    },
    {
      name: 'a variable that is null',
      query: `query ($mail: String) { orders(filter: { customerEmail: $mail }) ${COUNT} }`,
      variables: { mail: null },
      coordinate: MAIL,
    },
    {
      name: 'the default of a variable',
      query: `query ($mail: String = "a") { orders(filter: { customerEmail: $mail }) ${COUNT} }`,
      coordinate: MAIL,
    },
    {
      name: 'a field of a variable',
      query: `query ($filter: OrderFilter) { orders(filter: $filter) ${COUNT} }`,
      variables: { filter: { sourceNumber: '1', customerEmail: null } },
      coordinate: MAIL,
    },
    {
      name: 'a field of the default of a variable',
      query: `query ($filter: OrderFilter = { customerEmail: "a" }) { orders(filter: $filter) ${COUNT} }`,
      coordinate: MAIL,
    },
    {
      name: 'an argument in a fragment',
      query: `{ ...F } fragment F on Query { orders(filter: { customerEmail: "a" }) ${COUNT} }`,
      coordinate: MAIL,
    },
    {
      name: 'a sort key',
      query: `{ orders(orderBy: { field: CONTACT_EMAIL }) ${COUNT} }`,
      coordinate: SORT,
    },
    {
      name: 'a sort key in a variable',
      query: `query ($field: OrderSortField!) { orders(orderBy: { field: $field }) ${COUNT} }`,
      variables: { field: 'CONTACT_EMAIL' },
      coordinate: SORT,
    },
    {
      name: 'a sort key in the default of a variable',
      query: `query ($sort: OrderSort = { field: CONTACT_EMAIL, direction: DESC }) { orders(orderBy: $sort) ${COUNT} }`,
      coordinate: SORT,
    },
  ];

  it.each(CASES)('refuse their field: $name', async ({ query, variables = {}, coordinate }) => {
    const filtered = await ask(query, { scope: 'read_orders', variables });
    expect(filtered.status).toBe(200);
    expect(filtered.body).toEqual({
      data: { orders: null },
      errors: [lacksCustomers(coordinate, ['orders'], 1, [['read_customers']])],
    });
    const rejected = await ask(query, { scope: 'read_orders', variables, on: rejecting });
    expect(rejected.status).toBe(403);
    expect(challengeOf(rejected)).toBe(
      `${CHALLENGE}, error="insufficient_scope", error_description="The token lacks read_customers.", scope="read_orders read_customers"`,
    );
    expect(rejected.body.errors?.[0]?.extensions.refused).toEqual([
      {
        coordinate,
        requiredScopes: [['read_customers']],
        missingScopes: ['read_customers'],
      },
    ]);
    expect(data.waves).toEqual([]);
  });

  it.each(CASES)('are allowed with the scope: $name', async ({ query, variables = {} }) => {
    const answer = await ask(query, {
      scope: 'read_orders read_customers',
      variables,
      on: rejecting,
    });
    expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
  });

  it.each([
    ['absent', {}],
    ['beside it', { filter: { sourceNumber: 'none' } }],
    ['null as a whole', { filter: null }],
    ['empty', { filter: {} }],
  ])('refuse nothing where the guarded field is not sent: %s', async (_, variables) => {
    const query = `query ($filter: OrderFilter) { orders(filter: $filter) ${COUNT} }`;
    const answer = await ask(query, { scope: 'read_orders', variables, on: rejecting });
    expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
  });

  it('refuse nothing where the variable is absent', async () => {
    const query = `query ($mail: String) { orders(filter: { customerEmail: $mail }) ${COUNT} }`;
    const answer = await ask(query, { scope: 'read_orders', on: rejecting });
    expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
  });

  it('allow another sort key', async () => {
    const query = `{ orders(orderBy: { field: UPDATED_AT }) ${COUNT} }`;
    const answer = await ask(query, { scope: 'read_orders', on: rejecting });
    expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
  });

  it('answer the same whether a row matches or not', async () => {
    const found = await ask('{ orders(first: 1) { nodes { contactEmail } } }', {
      scope: 'read_orders read_customers',
    });
    const known = valueAt(found.body.data, ['orders', 'nodes', 0, 'contactEmail']);
    const query = `query ($mail: String) { orders(filter: { customerEmail: $mail }) ${COUNT} }`;
    const answers = await Promise.all(
      [known, 'nobody@example.com'].map((mail) =>
        ask(query, { scope: 'read_orders', variables: { mail } }),
      ),
    );
    expect(answers[0]?.text).toBe(answers[1]?.text);
  });
});

describe('node and nodes', () => {
  const ids: Record<'order' | 'product' | 'customer' | 'foreign' | 'old', string> = {
    order: '',
    product: '',
    customer: '',
    foreign: '',
    old: '',
  };

  beforeAll(async () => {
    const everything = 'read_orders read_all_orders read_customers read_products';
    const first = async (query: string, token: string) => {
      const answer = await post(filtering.endpoint, { query }, { token });
      return String(valueAt(answer.body.data, ['list', 'nodes', 0, 'id']));
    };
    const own = filtering.token(everything);
    const other = kit.mint({ claims: { scope: everything, store: OTHER_STORE.id } });
    ids.order = await first('{ list: orders(first: 1) { nodes { id } } }', own);
    ids.product = await first('{ list: products(first: 1) { nodes { id } } }', own);
    ids.customer = await first('{ list: customers(first: 1) { nodes { id } } }', own);
    ids.foreign = await first('{ list: orders(first: 1) { nodes { id } } }', other);
    ids.old = await first(
      '{ list: orders(first: 1, orderBy: { field: CREATED_AT }) { nodes { id } } }',
      own,
    );
  });

  const NODE = 'query ($id: ID!) { node(id: $id) { __typename id } }';

  it('give what the prefix and the scopes allow', async () => {
    const answer = await ask(NODE, { scope: 'read_orders', variables: { id: ids.order } });
    expect([answer.status, answer.body]).toEqual([
      200,
      { data: { node: { __typename: 'Order', id: ids.order } } },
    ]);
  });

  it('refuse by the prefix before anything is fetched, whether the row exists or not', async () => {
    const answers = await Promise.all(
      [ids.customer, 'cus_none'].map((id) =>
        ask(NODE, { scope: 'read_orders', variables: { id } }),
      ),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toEqual({
        data: { node: null },
        errors: [lacksCustomers('Query.node', ['node'], 1, [['read_customers']])],
      });
    }
    expect(answers[0]?.text).toBe(answers[1]?.text);
    expect(data.waves).toEqual([]);
  });

  it('refuse before anything runs in reject mode', async () => {
    const query = 'query ($id: ID!) { orders { totalCount } node(id: $id) { id } }';
    const variables = { id: ids.customer };
    const refused = await ask(query, { scope: 'read_orders', variables, on: rejecting });
    expect(refused.status).toBe(403);
    expect(refused.body.data).toBeUndefined();
    expect(data.waves).toEqual([]);
    const scope = 'read_orders read_customers';
    const allowed = await ask(query, { scope, variables, on: rejecting });
    expect([allowed.status, allowed.body.errors]).toEqual([200, undefined]);
  });

  it.each(['zzz_1', 'nonsense', '', 'ord', 'ord_', '__proto___a', 'ORD_1', 'sco_read_orders'])(
    'are null for the id %j',
    async (id) => {
      const answer = await ask(NODE, { scope: 'read_orders', variables: { id } });
      expect([answer.status, answer.body]).toEqual([200, { data: { node: null } }]);
    },
  );

  it('are null without an error for a row of another store or outside the window', async () => {
    for (const id of [ids.foreign, ids.old, 'ord_none']) {
      const answer = await ask(NODE, { scope: 'read_orders', variables: { id } });
      expect([answer.status, answer.text]).toEqual([200, '{"data":{"node":null}}']);
    }
    const wide = await ask(NODE, {
      scope: 'read_orders read_all_orders',
      variables: { id: ids.old },
    });
    expect(wide.body.data).toEqual({ node: { __typename: 'Order', id: ids.old } });
  });

  it('refuse many ids whole where one of them names a type out of reach', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const variables = { ids: ['zzz_1', ids.customer, ids.order, 'cus_none', ids.foreign] };
    const refused = await ask(query, { scope: 'read_orders', variables });
    expect(refused.status).toBe(200);
    expect(refused.body).toEqual({
      data: { nodes: null },
      errors: [lacksCustomers('Query.nodes', ['nodes'], 1)],
    });
    const allowed = await ask(query, { scope: 'read_orders read_customers', variables });
    expect(allowed.body).toEqual({
      data: { nodes: [null, { id: ids.customer }, { id: ids.order }, null, null] },
    });
  });

  it('need a token, whatever the id', async () => {
    const answer = await ask(NODE, { variables: { id: 'zzz_1' } });
    expect([answer.status, challengeOf(answer)]).toEqual([401, CHALLENGE]);
  });

  it('take 100 ids and refuse 101', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const of = (count: number) => ({ ids: Array.from({ length: count }, () => 'ord_none') });
    const allowed = await ask(query, { scope: 'read_orders', variables: of(100) });
    expect([allowed.status, allowed.body.errors]).toEqual([200, undefined]);
    const refused = await ask(query, { scope: 'read_orders', variables: of(101) });
    expect(refused.status).toBe(200);
    expect(refused.body.errors?.[0]).toMatchObject({
      message: 'Query.nodes takes at most 100 ids and got 101.',
      path: ['nodes'],
      extensions: { code: 'INVALID_INPUT' },
    });
  });
});
