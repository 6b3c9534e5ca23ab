import { Agent, get as httpGet } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Source } from '../../src/data/source.ts';
import { AppError } from '../../src/errors.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { encodeRows } from '../support/encode-rows.ts';
import {
  BAD_TOKEN,
  CHALLENGE,
  emptySource,
  LIMITS,
  MASKED,
  MEDIA_TYPES,
  post,
  raw,
  read,
  requestText,
  type Started,
  type StartOptions,
  start,
  textOf,
} from './kit.ts';

const SECRET = 'hunter2 at postgres://owner:hunter2@db.internal/orders';
const AWAY = 'The database cannot be reached. Try again shortly.';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const GUARDED = '{ orders { totalCount } }';
const PUBLIC = '{ __typename scopes { name } }';

const started: Started[] = [];

async function running(options: StartOptions): Promise<Started> {
  const gateway = await start(options);
  started.push(gateway);
  return gateway;
}

const over = (changes: Partial<Source>, options: StartOptions = {}) =>
  running({ ...options, source: emptySource(changes) });

afterEach(async () => {
  await Promise.all(started.splice(0).map((gateway) => gateway.close(0)));
});

const away = () =>
  Promise.reject(new AppError('UNAVAILABLE', AWAY, { detail: SECRET, cause: new Error(SECRET) }));

describe.each(MEDIA_TYPES)('as %s', (accept) => {
  describe('a database that is away', () => {
    it.each([
      ['the whole operation', GUARDED],
      ['a part of it', '{ scopes { name } orders { totalCount } }'],
      ['many fields', '{ a: orders { totalCount } b: order(id: "ord_1") { id } }'],
    ])('is 503 with Retry-After where it takes %s', async (_, query) => {
      const gateway = await over({ wave: away });
      const token = gateway.token('read_orders');
      const answer = await post(gateway.endpoint, { query }, { token, accept });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
      const requestId = answer.headers.get('x-request-id');
      expect(answer.body.errors?.length).toBeGreaterThan(0);
      for (const { message, extensions } of answer.body.errors ?? []) {
        expect(message).toBe(AWAY);
        expect(extensions).toEqual({ code: 'UNAVAILABLE', requestId });
      }
      expect(answer.text).not.toContain('hunter2');
      const lines = gateway.lines.filter(({ level }) => level === 'error');
      expect(lines.length).toBeGreaterThan(0);
      for (const { fields } of lines) expect(fields).toMatchObject({ requestId, detail: SECRET });
    });

    it('leaves public operations alone', async () => {
      const gateway = await over({ wave: away });
      for (const token of [null, gateway.token('read_orders')]) {
        const answer = await post(gateway.endpoint, { query: PUBLIC }, { token, accept });
        expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
      }
    });

    it('is 503 where it takes the store of a token', async () => {
      const gateway = await over({ resolveStore: away });
      const token = gateway.token('read_orders');
      const answer = await post(gateway.endpoint, { query: PUBLIC }, { token, accept });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect(answer.body.errors).toHaveLength(1);
      expect(answer.body.errors?.[0]?.message).toBe(
        'The access token cannot be checked at the moment; try again shortly.',
      );
      expect(answer.body.errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
      expect(answer.text).not.toContain('hunter2');
      expect(textOf(gateway.lines)).not.toContain(token);
    });
  });

  describe('a field that fails by our fault', () => {
    const THROWN: readonly (readonly [string, unknown])[] = [
      ['an Error', new Error(SECRET)],
      ['a TypeError', new TypeError(SECRET)],
      ['an Error with a cause', new Error(SECRET, { cause: new Error(SECRET) })],
      ['an Error with a status', Object.assign(new Error(SECRET), { status: 418, expose: true })],
      ['an Error with extensions', Object.assign(new Error(SECRET), { extensions: { a: SECRET } })],
      ['an internal AppError', new AppError('INTERNAL', SECRET, { detail: SECRET })],
    ];

    it.each(THROWN)('is null with a masked error: %s', async (_, thrown) => {
      const gateway = await over({ wave: () => Promise.reject(thrown) });
      const token = gateway.token('read_orders');
      const query = '{ orders { totalCount } scopes { name } }';
      const answer = await post(gateway.endpoint, { query }, { token, accept });
      const requestId = answer.headers.get('x-request-id');
      expect(requestId).toMatch(UUID);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        data: { orders: null, scopes: SCOPES.map(({ name }) => ({ name })) },
        errors: [
          {
            message: MASKED,
            locations: [{ line: 1, column: 3 }],
            path: ['orders'],
            extensions: { code: 'INTERNAL', requestId },
          },
        ],
      });
      for (const value of answer.headers.values()) expect(value).not.toContain('hunter2');
      const lines = gateway.lines.filter(({ level }) => level === 'error');
      expect(lines).toHaveLength(1);
      expect(lines[0]?.fields).toMatchObject({ requestId });
      expect(textOf(lines)).toContain('hunter2');
    });

    it.each([
      ['a string', SECRET],
      ['an object', { message: SECRET, stack: SECRET }],
      ['null', null],
      ['undefined', undefined],
      ['a number', 42],
    ])('is null and masked when what was thrown is no Error: %s', async (_, thrown) => {
      const gateway = await over({ wave: () => Promise.reject(thrown) });
      const token = gateway.token('read_orders');
      const answer = await post(gateway.endpoint, { query: GUARDED }, { token, accept });
      expect(answer.status).toBe(200);
      expect(answer.body.data).toEqual({ orders: null });
      expect(answer.body.errors).toHaveLength(1);
      const requestId = answer.headers.get('x-request-id');
      const [error] = answer.body.errors ?? [];
      expect([error?.message, error?.extensions]).toEqual([
        MASKED,
        { code: 'INTERNAL', requestId },
      ]);
      expect(answer.text).not.toContain('hunter2');
      expect(gateway.lines.map(({ level }) => level)).toEqual(['error']);
    });

    it('takes its nearest nullable parent and nothing else', async () => {
      const row = { id: 'ord_1', tags: ['a'], createdAt: 'infinity', sourceId: SECRET };
      const gateway = await over({
        wave: async (_session, loads) => loads.map((load) => encodeRows(load, [row])),
      });
      const token = gateway.token('read_orders');
      const query = `{ good: order(id: "ord_1") { tags } bad: order(id: "ord_1") { createdAt } }`;
      const answer = await post(gateway.endpoint, { query }, { token, accept });
      expect([answer.status, answer.body.data]).toEqual([
        200,
        { good: { tags: ['a'] }, bad: null },
      ]);
      expect(answer.body.errors).toHaveLength(1);
      expect(answer.body.errors?.[0]?.path).toEqual(['bad', 'createdAt']);
    });
  });

  describe("an issuer's keys that cannot be reached", () => {
    const unavailable = new AppError(
      'UNAVAILABLE',
      'The access token cannot be checked at the moment; try again shortly.',
      { detail: 'the keys of the issuer cannot be loaded', cause: new Error(SECRET) },
    );

    it('are 503 with Retry-After for every operation with a token', async () => {
      const gateway = await running({ verifier: { verify: () => Promise.reject(unavailable) } });
      for (const query of [PUBLIC, GUARDED]) {
        const answer = await post(gateway.endpoint, { query }, { token: 'a.b.c', accept });
        expect(answer.status).toBe(503);
        expect(answer.headers.get('retry-after')).toBe('5');
        expect(answer.headers.get('www-authenticate')).toBeNull();
        expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
        expect(answer.body.errors).toHaveLength(1);
        expect(answer.body.errors?.[0]?.message).toBe(unavailable.message);
        expect(answer.body.errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
        expect(answer.text).not.toContain('hunter2');
      }
      expect(gateway.lines).toHaveLength(2);
      for (const { level, fields } of gateway.lines) {
        expect([level, fields.detail]).toEqual(['error', unavailable.detail]);
      }
    });

    it('do not matter without a token', async () => {
      const gateway = await running({ verifier: { verify: () => Promise.reject(unavailable) } });
      const allowed = await post(gateway.endpoint, { query: PUBLIC }, { accept });
      expect([allowed.status, allowed.body.errors]).toEqual([200, undefined]);
      const refused = await post(gateway.endpoint, { query: GUARDED }, { accept });
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, CHALLENGE]);
    });

    it('are 500 with a request id where verifying fails by our fault', async () => {
      const verify = () => Promise.reject(new Error(SECRET));
      const gateway = await running({ verifier: { verify } });
      const answer = await post(gateway.endpoint, { query: PUBLIC }, { token: 'a.b.c', accept });
      expect(answer.status).toBe(500);
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect(answer.text).not.toContain('hunter2');
      const requestId = answer.headers.get('x-request-id');
      expect(textOf(gateway.lines)).toContain('hunter2');
      expect(gateway.lines[0]).toMatchObject({ level: 'error', fields: { requestId } });
      expect(answer.body).toEqual({
        errors: [{ message: MASKED, extensions: { code: 'INTERNAL', requestId } }],
      });
    });
  });

  describe('an error in a public operation', () => {
    it.each([
      ['syntax', { query: '{ __typename' }, 'GRAPHQL_PARSE_FAILED'],
      ['validation', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
      ['a missing argument', { query: '{ __type { name } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ])('tells what is wrong, without a token: %s', async (_, body, code) => {
      const gateway = await over({});
      const answer = await post(gateway.endpoint, body, { accept });
      expect(answer.status).toBe(accept === 'application/json' ? 200 : 400);
      expect(answer.body.data).toBeUndefined();
      expect(answer.body.errors?.[0]?.extensions.code).toBe(code);
      expect(gateway.lines).toEqual([]);
    });

    it('is still 401 before it with a bad token', async () => {
      const gateway = await over({});
      const sent = { accept, token: 'nonsense' };
      const answer = await post(gateway.endpoint, { query: '{ nothing' }, sent);
      expect([answer.status, answer.body.errors?.[0]?.message]).toEqual([401, BAD_TOKEN]);
    });
  });
});

describe('health', () => {
  const of = async (gateway: Started, path: string) => read(await fetch(`${gateway.url}${path}`));

  it('is alive and ready when the source answers', async () => {
    const gateway = await over({});
    expect((await of(gateway, '/healthz')).status).toBe(200);
    expect((await of(gateway, '/readyz')).status).toBe(200);
  });

  it.each<[string, Source['check']]>([
    ['is away', away],
    ['fails', () => Promise.reject(new Error(SECRET))],
    [
      'throws at once',
      () => {
        throw new Error(SECRET);
      },
    ],
  ])('is alive and not ready, and does not say why, when the source %s', async (_, check) => {
    const gateway = await over({ check });
    const [alive, ready] = [await of(gateway, '/healthz'), await of(gateway, '/readyz')];
    expect([alive.status, ready.status]).toEqual([200, 503]);
    expect(ready.text).not.toContain('hunter2');
  });

  it('needs no token and looks at none', async () => {
    const gateway = await over({});
    for (const path of ['/healthz', '/readyz']) {
      const headers = { authorization: 'Bearer nonsense' };
      expect((await read(await fetch(`${gateway.url}${path}`, { headers }))).status).toBe(200);
    }
  });

  it('is not what a query string that ends like it gets', async () => {
    const gateway = await over({});
    for (const path of ['/healthz', '/readyz']) {
      const query = encodeURIComponent('{ __typename }');
      const answer = await of(gateway, `/graphql?query=${query}&operationName=&x=${path}`);
      expect(answer.text).toContain('{"data":{"__typename":"Query"}}');
      expect((await of(gateway, `/nowhere?x=${path}`)).status).toBe(404);
    }
  });
});

describe('closing', () => {
  /** A source whose waves wait to be let go. */
  function gated() {
    let open = () => {};
    let entered = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const reached = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const source = emptySource({
      wave: async (_session, loads) => {
        entered();
        await gate;
        return loads.map(() => []);
      },
    });
    return { source, reached, open };
  }

  const isRefused = (port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => {
        socket.destroy();
        resolve(false);
      });
      socket.on('error', () => resolve(true));
    });

  it('lets a running request finish while new connections are refused', async () => {
    const { source, reached, open } = gated();
    const gateway = await running({ source });
    const body = JSON.stringify({ query: GUARDED });
    const authorization = `Bearer ${gateway.token('read_orders')}`;
    const headers = { 'content-type': 'application/json', authorization };
    const answering = raw(gateway.port, requestText('POST', '/graphql', { headers, body }));
    await reached;
    const closing = gateway.close(5_000);
    expect(await isRefused(gateway.port)).toBe(true);
    open();
    const answer = await answering;
    expect([answer.status, answer.body]).toEqual([200, '{"data":{"orders":{"totalCount":0}}}']);
    await closing;
  });

  it('is done as soon as the last request is, also on a connection that is kept', async () => {
    const { source, reached, open } = gated();
    const gateway = await running({ source });
    const token = gateway.token('read_orders');
    const answering = post(gateway.endpoint, { query: GUARDED }, { token });
    await reached;
    const closing = gateway.close(10_000);
    open();
    expect((await answering).status).toBe(200);
    const before = performance.now();
    await closing;
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('does not wait for connections that ask for nothing', async () => {
    const gateway = await over({});
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve, reject) => {
      httpGet(`${gateway.url}/healthz`, { agent }, (response) => {
        response.resume().on('end', resolve);
      }).on('error', reject);
    });
    const before = performance.now();
    await gateway.close(10_000);
    expect(performance.now() - before).toBeLessThan(2_000);
    agent.destroy();
  });

  it('ends a request that takes longer than there is time', async () => {
    const { source, reached } = gated();
    const gateway = await running({ source });
    const token = gateway.token('read_orders');
    const answering = post(gateway.endpoint, { query: GUARDED }, { token }).then(
      () => 'answered',
      () => 'cut off',
    );
    await reached;
    const before = performance.now();
    await gateway.close(100);
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(await answering).toBe('cut off');
  });
});

describe('every answer', () => {
  const ANSWERS: readonly (readonly [number, string, string, string?, Record<string, string>?])[] =
    [
      [200, 'POST', '/graphql', '{"query":"{ __typename }"}'],
      [200, 'GET', '/graphql?query={__typename}'],
      [400, 'POST', '/graphql', '{'],
      [400, 'POST', '/graphql', '[]'],
      [400, 'POST', '/graphql?access_token=x', '{"query":"{ __typename }"}'],
      [401, 'POST', '/graphql', '{"query":"{ orders { totalCount } }"}'],
      [401, 'POST', '/graphql', '{"query":"{ __typename }"}', { authorization: 'Bearer x' }],
      [404, 'GET', '/nowhere'],
      [404, 'POST', '/', '{}'],
      [405, 'PUT', '/graphql', '{}'],
      [405, 'DELETE', '/graphql'],
      [405, 'OPTIONS', '/graphql'],
      [405, 'HEAD', '/graphql'],
      [406, 'POST', '/graphql', '{"query":"{ __typename }"}', { accept: 'image/png' }],
      [413, 'POST', '/graphql', `{"query":"{ __typename } #${'a'.repeat(300_000)}"}`],
      [415, 'POST', '/graphql', 'x', { 'content-type': 'text/plain' }],
      [302, 'GET', '/'],
      [200, 'GET', '/graphql', '', { accept: 'text/html' }],
      [200, 'GET', '/healthz'],
      [200, 'GET', '/readyz'],
      [200, 'GET', '/.well-known/oauth-protected-resource'],
      [200, 'HEAD', '/.well-known/oauth-protected-resource'],
      [404, 'GET', '//'],
    ];

  let gateway: Started;

  beforeAll(async () => {
    gateway = await start();
  });

  afterAll(() => gateway.close(0));

  it.each(
    ANSWERS.map(([status, method, target, body = '', headers = {}]) => ({
      status,
      method,
      target,
      body,
      headers,
    })),
  )('has its headers: $status for $method $target', async (row) => {
    const { status, method, target, body } = row;
    const headers = { 'content-type': 'application/json', ...row.headers };
    const answer = await raw(gateway.port, requestText(method, target, { headers, body }));
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'authorization, accept',
      'x-request-id': expect.stringMatching(UUID),
    });
    expect(answer.headers.has('x-powered-by')).toBe(false);
    expect(answer.headers.has('server')).toBe(false);
  });

  it('has a request id of its own, whatever the request says', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const headers = { 'x-request-id': 'mine' };
        const response = await fetch(`${gateway.url}/healthz`, { headers });
        await response.text();
        return response.headers.get('x-request-id');
      }),
    );
    expect(new Set(ids).size).toBe(20);
    expect(ids).not.toContain('mine');
  });

  it('that is 403 or 503 has them too', async () => {
    const rejecting = await over({}, { scopeMode: 'reject' });
    const broken = await over({ wave: away });
    const token = rejecting.token('read_products');
    const answers = [
      await post(rejecting.endpoint, { query: GUARDED }, { token }),
      await post(broken.endpoint, { query: GUARDED }, { token: broken.token('read_orders') }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 503]);
    for (const { headers } of answers) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('vary')).toBe('authorization, accept');
      expect(headers.get('x-request-id')).toMatch(UUID);
    }
  });
});

describe('a request target', () => {
  let gateway: Started;

  beforeAll(async () => {
    gateway = await start();
  });

  afterAll(() => gateway.close(0));

  const ask = (method: string, target: string, query = '', token = '') =>
    raw(
      gateway.port,
      requestText(method, target, {
        headers: {
          ...(query === '' ? {} : { 'content-type': 'application/json' }),
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        },
        body: query === '' ? '' : JSON.stringify({ query }),
      }),
    );

  it.each([
    '//',
    '///',
    '//graphql',
    '//evil.example/graphql',
    '/%',
    '/%00',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/../../etc/passwd',
    '/\\evil.example',
    '/graphql%00',
    '/graphql%2f',
    '/graphql;x',
    '/GraphQL',
    '/graphql/x',
    '*',
    'http://',
    'http://[',
    'http://evil.example:99999/',
    'http://evil.example/nowhere',
    'ftp://evil.example/graphql',
    'javascript:alert(1)',
    `/${'a'.repeat(8_000)}`,
    `/${'%'.repeat(8_000)}`,
    '/graphql?query=%',
    '/graphql?query=%ff',
    '/graphql?%',
    '/graphql?query=%00',
    '/explorer/%',
    '/explorer/%00',
    '/explorer/../../package.json',
    '/explorer/..%2f..%2fpackage.json',
  ])('%s is never our fault', async (target) => {
    for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE']) {
      const answer = await ask(method, target);
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers.get('location') ?? '/graphql').toBe('/graphql');
    }
    expect((await ask('POST', '/graphql', '{ __typename }')).status).toBe(200);
    expect(gateway.lines.splice(0).filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('that is far too long is refused', async () => {
    const answer = await ask('GET', `/${'a'.repeat(100_000)}`);
    expect(answer.status).toBe(431);
  });

  it.each([
    '/graphql/',
    '/graphql?x=1',
    '/graphql?',
    '/x/graphql',
    '/x/graphql/',
    '//evil.example/graphql',
    'http://evil.example/graphql',
    '/.well-known/oauth-protected-resource/graphql',
    '/healthz/graphql',
    '/explorer/graphql',
    '/nowhere?x=/graphql',
    '/nowhere?x=/graphql/',
  ])('%s either is the endpoint, token and all, or is not found', async (target) => {
    const bad = await ask('POST', target, '{ __typename }', 'nonsense');
    expect([401, 404]).toContain(bad.status);
    expect(bad.text).not.toContain('"data"');
    const separator = target.includes('?') ? '&' : '?';
    const leaked = await ask('POST', `${target}${separator}access_token=x`, '{ __typename }');
    expect([400, 404]).toContain(leaked.status);
    const good = await ask('POST', target, GUARDED, gateway.token('read_orders'));
    expect(good.status).toBe(bad.status === 404 ? 404 : 200);
  });

  it.each([
    '/nowhere-quux',
    '/nowhere-quux?x=<script>alert(quux)</script>',
    '/%3Cscript%3Equux',
    '/graphql/quux',
    '/.env-quux',
  ])('%s is not found and not repeated', async (target) => {
    for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) {
      const answer = await ask(method, target);
      expect(answer.status).toBe(404);
      expect(answer.text).not.toMatch(/quux|script/);
    }
    const head = await ask('HEAD', target);
    expect([head.status, head.body]).toEqual([404, '']);
  });

  it('/ leads to the endpoint', async () => {
    const response = await fetch(`${gateway.url}/`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
  });

  it.each(['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'of the endpoint is not answered to %s',
    async (method) => {
      for (const target of ['/graphql', '/graphql?query={__typename}']) {
        const answer = await ask(method, target);
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
        expect(answer.text).not.toContain('"data"');
      }
    },
  );
});

describe('the metadata of the protected resource', () => {
  const ISSUERS = ['https://idp.example', 'https://login.example/tenant', 'scopegate-demo'];

  const load = async (gateway: Started) => {
    const answer = await read(await fetch(`${gateway.url}/.well-known/oauth-protected-resource`));
    return { answer, metadata: JSON.parse(answer.text) as Record<string, unknown> };
  };

  it('says what RFC 9728 asks for', async () => {
    const gateway = await running({ issuers: ISSUERS });
    const { answer, metadata } = await load(gateway);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(metadata).toEqual({
      resource: 'https://api.example.com',
      resource_name: 'scopegate',
      authorization_servers: ['https://idp.example', 'https://login.example/tenant'],
      scopes_supported: SCOPES.map(({ name }) => name),
      bearer_methods_supported: ['header'],
    });
  });

  it('leaves out what it has no value for (RFC 9728 section 3.2)', async () => {
    const gateway = await running({ issuers: ['scopegate-demo'] });
    const { metadata } = await load(gateway);
    expect(Object.values(metadata)).not.toContainEqual([]);
  });

  it('is where every challenge points', async () => {
    const gateway = await running({ publicUrl: 'https://other.example' });
    const answer = await post(gateway.endpoint, { query: GUARDED });
    const metadata = /resource_metadata="([^"]+)"/.exec(
      answer.headers.get('www-authenticate') ?? '',
    )?.[1];
    expect(metadata).toBe('https://other.example/.well-known/oauth-protected-resource');
    const loaded = await load(gateway);
    expect(loaded.metadata.resource).toBe('https://other.example');
  });

  it('needs no token and is the same with one', async () => {
    const gateway = await running({ limits: LIMITS });
    const headers = { authorization: 'Bearer nonsense' };
    const url = `${gateway.url}/.well-known/oauth-protected-resource`;
    const [without, withBad] = [await fetch(url), await fetch(url, { headers })];
    expect([without.status, withBad.status]).toEqual([200, 200]);
    expect(await without.text()).toBe(await withBad.text());
  });
});
