import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { type Answer, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { must, seededAt, seededStore, windowStart } from '../support/queries-seed.ts';
import { CHALLENGE, MEDIA_TYPES, raw, requestText } from './kit.ts';

const ROWS = seededStore(0);
const RECENT = ROWS.orders.filter(({ createdAt }) => createdAt >= windowStart());
const OLD = must(ROWS.orders.find(({ createdAt }) => createdAt < windowStart()));
const ALL = SCOPES.map(({ name }) => name).join(' ');

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway('postgres', { clock: seededAt });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.waves.length = 0;
});

interface Asked {
  readonly scope: string;
  /** The header; absent for a request without it. */
  readonly limit?: string;
  readonly mode?: 'filter' | 'reject';
  readonly accept?: string;
}

async function ask(query: string, { scope, limit, mode, accept }: Asked): Promise<Answer> {
  return gateway.send(query, {
    token: await gateway.token(scope),
    headers: {
      ...(limit !== undefined && { 'x-scope-limit': limit }),
      ...(mode && { 'x-scope-mode': mode }),
      ...(accept !== undefined && { accept }),
    },
  });
}

/** What the token may use, as it is told itself. */
async function granted(asked: Asked): Promise<readonly string[]> {
  const { body } = await ask('{ currentApp { grantedScopes { name } } }', asked);
  expect(body.errors).toBeUndefined();
  const { currentApp } = body.data as { currentApp: { grantedScopes: { name: string }[] } };
  return currentApp.grantedScopes.map(({ name }) => name);
}

const refusedIn = ({ body }: Answer) =>
  (body.errors ?? []).map(({ extensions, message }) => [extensions.code, message]);

const CUSTOMERS_LACK = (coordinate: string, needs = 'read_customers and read_orders') => [
  'INSUFFICIENT_SCOPE',
  `${coordinate} needs ${needs}; the token lacks read_customers.`,
];

describe('a scope that is dropped', () => {
  const query =
    '{ orders(first: 5) { nodes { id contactEmail customer { email } } } customers { totalCount } }';
  const scope = 'read_orders read_customers';

  it('gives its fields while it is there', async () => {
    for (const limit of [scope, 'read_customers read_orders', `${scope} ${scope}`, undefined]) {
      const { status, body } = await ask(query, {
        scope,
        ...(limit === undefined ? {} : { limit }),
      });
      expect(status).toBe(200);
      expect(body.errors).toBeUndefined();
      expect(JSON.stringify(body.data)).toContain('@');
    }
  });

  it('takes its fields with it, and nothing of them is fetched', async () => {
    const answer = await ask(query, { scope, limit: 'read_orders' });
    expect(answer.status).toBe(200);
    expect(refusedIn(answer)).toEqual([
      CUSTOMERS_LACK('Order.contactEmail'),
      CUSTOMERS_LACK('Order.customer'),
      CUSTOMERS_LACK('Query.customers', 'read_customers'),
    ]);
    expect(answer.body.data).toMatchObject({ customers: null });
    expect(answer.text).not.toContain('@');
    const loads = gateway.waves.flatMap((wave) => wave.loads);
    expect(loads.map(({ batch }) => batch)).toEqual(['orders']);
    expect(loads[0]).toMatchObject({ columns: expect.not.arrayContaining(['contactEmail']) });
  });

  it('takes guarded inputs with it', async () => {
    const filtered = '{ orders(filter: {customerEmail: null}) { totalCount } }';
    const answer = await ask(filtered, { scope, limit: 'read_orders' });
    expect(refusedIn(answer)).toEqual([
      CUSTOMERS_LACK('OrderFilter.customerEmail', 'read_customers'),
    ]);
    expect((await ask(filtered, { scope, limit: scope })).body.errors).toBeUndefined();
  });

  it.each(MEDIA_TYPES)('is dropped for every media type: %s', async (accept) => {
    const answer = await ask('{ customers { totalCount } }', {
      scope,
      limit: 'read_orders',
      accept,
    });
    expect([answer.status, answer.body.data]).toEqual([200, { customers: null }]);
  });

  it('is dropped for GET as well', async () => {
    const url = `${gateway.url}/graphql?query=${encodeURIComponent('{ customers { totalCount } }')}`;
    const authorization = `Bearer ${await gateway.token(scope)}`;
    const get = async (headers: Record<string, string>) =>
      (await fetch(url, { headers: { authorization, ...headers } })).json();
    expect(await get({ 'x-scope-limit': 'read_orders' })).toMatchObject({
      data: { customers: null },
    });
    expect(await get({})).toEqual({ data: { customers: { totalCount: ROWS.customers.length } } });
  });

  it('is dropped for an opaque token as well', async () => {
    const token = await gateway.opaqueToken({ installation: 'cdp', scope });
    const send = (headers: Record<string, string>) => gateway.send(query, { token, headers });
    expect((await send({})).body.errors).toBeUndefined();
    expect(refusedIn(await send({ 'x-scope-limit': 'read_orders' }))).toHaveLength(3);
  });
});

describe('a scope that was not granted', () => {
  it.each([
    ['read_orders', ALL, ['read_orders']],
    ['read_orders', 'read_customers read_products', []],
    ['read_orders read_products', 'read_products read_customers', ['read_products']],
    ['', ALL, []],
  ])('is not added: of "%s", limited to "%s", is left %j', async (scope, limit, left) => {
    expect(await granted({ scope, limit })).toEqual(left);
  });

  it('opens no field and no row', async () => {
    const limit = ALL;
    const refused = await ask('{ customers { totalCount } }', { scope: 'read_orders', limit });
    expect(refusedIn(refused)).toEqual([CUSTOMERS_LACK('Query.customers', 'read_customers')]);
    const { body } = await ask(`{ order(id: "${OLD.id}") { id } }`, {
      scope: 'read_orders',
      limit,
    });
    expect(body).toEqual({ data: { order: null } });
  });

  it('is not added where a review is missing', async () => {
    const token = await gateway.opaqueToken({
      installation: 'pending',
      scope: 'read_store read_warranty_pricing',
    });
    const { body } = await gateway.send('{ currentApp { grantedScopes { name } } }', {
      token,
      headers: { 'x-scope-limit': ALL },
    });
    expect(JSON.stringify(body.data)).not.toContain('read_warranty_pricing');
  });
});

describe('a scope that includes others', () => {
  const CODES = '{ claims(first: 100) { nodes { id resolutions { nodes { issuedCode } } } } }';

  it('gives all of them while it is there', async () => {
    const asked = { scope: 'manage_claims', limit: 'manage_claims' };
    expect(await granted(asked)).toEqual(['read_claims', 'write_claims', 'manage_claims']);
    const { body, text } = await ask(CODES, asked);
    expect(body.errors).toBeUndefined();
    expect(text).toMatch(/"issuedCode":"/);
  });

  it('leaves the one that it is limited to', async () => {
    const asked = { scope: 'manage_claims', limit: 'read_claims' };
    expect(await granted(asked)).toEqual(['read_claims']);
    const answer = await ask(CODES, asked);
    expect(refusedIn(answer)).toEqual([
      [
        'INSUFFICIENT_SCOPE',
        'ClaimResolution.issuedCode needs manage_claims and read_claims; the token lacks manage_claims.',
      ],
    ]);
    expect(answer.text).toMatch(/"id":"clm_/);
    expect(answer.text).not.toMatch(/"issuedCode":"/);
  });

  it('leaves what was granted of it where it is the limit', async () => {
    const asked = { scope: 'read_claims', limit: 'manage_claims' };
    expect(await granted(asked)).toEqual(['read_claims']);
    const { body, text } = await ask('{ claims(first: 1) { nodes { id } } }', asked);
    expect(body.errors).toBeUndefined();
    expect(text).toMatch(/"id":"clm_/);
    expect(refusedIn(await ask(CODES, asked))).toHaveLength(1);
  });
});

describe('read_all_orders', () => {
  const scope = 'read_orders read_all_orders';
  const query = `{ order(id: "${OLD.id}") { id } orders { totalCount } }`;

  it('widens the rows while it is there', async () => {
    expect((await ask(query, { scope, limit: scope })).body).toEqual({
      data: { order: { id: OLD.id }, orders: { totalCount: ROWS.orders.length } },
    });
  });

  it('brings the window of 60 days back when it is dropped, without an error', async () => {
    expect(RECENT.length).toBeLessThan(ROWS.orders.length);
    expect((await ask(query, { scope, limit: 'read_orders' })).body).toEqual({
      data: { order: null, orders: { totalCount: RECENT.length } },
    });
    expect(gateway.waves.map(({ session }) => session.ordersSince)).toEqual(
      gateway.waves.map(() => windowStart()),
    );
  });

  it('widens nothing without the scope of orders', async () => {
    const answer = await ask(query, { scope, limit: 'read_all_orders' });
    expect(answer.body.data).toEqual({ order: null, orders: null });
    expect(refusedIn(answer).map(([code]) => code)).toEqual([
      'INSUFFICIENT_SCOPE',
      'INSUFFICIENT_SCOPE',
    ]);
  });
});

describe('an empty header', () => {
  it.each(['', ' ', '   '])('leaves no scope, and still a token: %j', async (limit) => {
    expect(await granted({ scope: ALL, limit })).toEqual([]);
    const answer = await ask('{ store { id } orders { totalCount } }', { scope: ALL, limit });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ store: { id: ROWS.stores[0]?.id }, orders: null });
    expect(refusedIn(answer)).toEqual([
      ['INSUFFICIENT_SCOPE', 'Query.orders needs read_orders; the token lacks read_orders.'],
    ]);
  });
});

describe('a header that names no scope', () => {
  const sentence = (name: string) =>
    `X-Scope-Limit names "${name}", which is not a scope. It takes scopes separated by spaces.`;

  it.each([
    ['read_order', 'read_order'],
    ['read_orders read_everything', 'read_everything'],
    ['READ_ORDERS', 'READ_ORDERS'],
    ['read_orders,read_products', 'read_orders,read_products'],
    ['read_orders\tread_products', 'read_orders\tread_products'],
    ['*', '*'],
    ['__proto__', '__proto__'],
  ])('is a bad request: %j', async (limit, name) => {
    const answer = await ask('{ orders { totalCount } }', { scope: ALL, limit });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      errors: [{ message: sentence(name), extensions: { code: 'INVALID_REQUEST' } }],
    });
    expect(gateway.waves).toEqual([]);
  });

  it('is a bad request also where nothing is needed, and without a token', async () => {
    const headers = { 'x-scope-limit': 'read_order' };
    const answer = await gateway.send('{ scopes { name } }', { headers });
    expect([answer.status, answer.body.errors?.[0]?.message]).toEqual([
      400,
      sentence('read_order'),
    ]);
  });

  it('comes after a bad token', async () => {
    const headers = { 'x-scope-limit': 'read_order' };
    const answer = await gateway.send('{ scopes { name } }', { token: 'no.such.token', headers });
    expect([answer.status, answer.body.errors?.[0]?.extensions.code]).toEqual([
      401,
      'INVALID_TOKEN',
    ]);
  });
});

describe('a header that is sent twice', () => {
  const port = () => Number(new URL(gateway.url).port);
  const send = async (scope: string, first: string, second: string) => {
    const body = JSON.stringify({ query: '{ orders { totalCount } customers { totalCount } }' });
    const headers = {
      authorization: `Bearer ${await gateway.token(scope)}`,
      'content-type': 'application/json',
      'x-scope-limit': first,
    };
    const text = requestText('POST', '/graphql', { headers, body });
    const { status, body: answer } = await raw(
      port(),
      text.replace('\r\n\r\n', `\r\nX-Scope-Limit: ${second}\r\n\r\n`),
    );
    return { status, answer: answer.replace(/^[0-9a-f]+\r\n|\r\n0$/g, '') };
  };

  it.each([
    ['read_orders', 'read_customers'],
    ['read_orders', 'read_orders'],
    ['', 'read_customers'],
  ])('opens nothing that one of them leaves out: %j and %j', async (first, second) => {
    const { status, answer } = await send('read_orders read_customers', first, second);
    expect(status).toBe(400);
    expect(answer).toContain('INVALID_REQUEST');
    expect(gateway.waves).toEqual([]);
  });
});

describe('a request without a token', () => {
  const headers = { 'x-scope-limit': 'read_orders' };

  it('gets nothing out of it', async () => {
    const answer = await gateway.send('{ orders { totalCount } }', { headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(CHALLENGE);
    expect(refusedIn(answer)).toEqual([
      ['UNAUTHENTICATED', 'This operation needs a token: Query.orders needs read_orders.'],
    ]);
  });

  it('reads what is open', async () => {
    const answer = await gateway.send('{ scopes { name } }', { headers });
    expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
  });
});

describe('in reject mode', () => {
  const scope = 'read_orders read_customers read_products';
  const query = '{ orders { totalCount } customers { totalCount } }';

  it('what is left decides, and the challenge names that and what is missing', async () => {
    const limit = 'read_orders';
    const answer = await ask(query, { scope, limit, mode: 'reject' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toBe(
      `${CHALLENGE}, error="insufficient_scope", error_description="The token lacks read_customers.", scope="read_orders read_customers"`,
    );
    expect(refusedIn(answer)).toEqual([
      [
        'INSUFFICIENT_SCOPE',
        'Nothing was run: the token lacks read_customers, which Query.customers, CustomerConnection.totalCount need.',
      ],
    ]);
    expect(gateway.waves).toEqual([]);
  });

  it('runs with what it needs, with or without the rest', async () => {
    for (const limit of ['read_orders read_customers', scope]) {
      const { status, body } = await ask(query, { scope, limit, mode: 'reject' });
      expect([status, body.errors]).toEqual([200, undefined]);
    }
  });
});

describe('one token', () => {
  const query = '{ currentApp { grantedScopes { name } } customers { totalCount } }';
  const whole = { customers: { totalCount: ROWS.customers.length } };

  it('is whole again in the next request without the header', async () => {
    const token = await gateway.token('read_orders read_customers');
    const send = (limit?: string) =>
      gateway.send(query, {
        token,
        headers: limit === undefined ? {} : { 'x-scope-limit': limit },
      });
    for (const limit of ['read_orders', '', 'read_products']) {
      expect((await send(limit)).body.data).toMatchObject({ customers: null });
      expect((await send()).body).toMatchObject({ data: whole });
    }
    expect((await send('read_order')).status).toBe(400);
    expect((await send()).body.errors).toBeUndefined();
  });

  it('is limited for one of many requests at once, and for no other', async () => {
    const token = await gateway.token('read_orders read_customers');
    const cycle = [undefined, 'read_orders', 'read_customers', ''];
    const limits = Array.from({ length: 24 }, (_, index) => cycle[index % cycle.length]);
    const answers = await Promise.all(
      limits.map((limit) =>
        gateway.send(query, {
          token,
          headers: limit === undefined ? {} : { 'x-scope-limit': limit },
        }),
      ),
    );
    expect(
      answers.map(({ body }) => {
        const { currentApp, customers } = body.data as {
          currentApp: { grantedScopes: { name: string }[] };
          customers: unknown;
        };
        return [currentApp.grantedScopes.map(({ name }) => name).join(' '), customers !== null];
      }),
    ).toEqual(
      limits.map((limit) => [
        limit ?? 'read_orders read_customers',
        limit === undefined || limit === 'read_customers',
      ]),
    );
  });
});
