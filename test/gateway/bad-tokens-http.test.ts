import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BAD_TOKENS } from '../token/bad-tokens.ts';
import { createKit } from '../token/token-kit.ts';
import {
  BAD_TOKEN,
  CHALLENGE,
  emptySource,
  MEDIA_TYPES,
  post,
  type RawAnswer,
  raw,
  read,
  requestText,
  type Started,
  start,
  textOf,
} from './kit.ts';

const kit = createKit();
const stores = [kit.store, kit.otherStore];

let gateway: Started;
let waves = 0;

beforeAll(async () => {
  const source = emptySource({
    resolveStore: async (reference) =>
      stores.includes(reference)
        ? { id: reference, name: 'Store', domain: `${reference}.example` }
        : null,
    wave: async (_session, loads) => {
      waves += 1;
      return loads.map(() => []);
    },
  });
  gateway = await start({ kit, source });
});

afterAll(() => gateway.close());

/** The ports that this process connected to since the test began. */
let ports: unknown[];

beforeEach(() => {
  waves = 0;
  gateway.lines.length = 0;
  ports = [];
  const connect = Socket.prototype.connect;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (
    this: Socket,
    ...given: unknown[]
  ) {
    const [first] = given.flat() as [{ readonly port?: unknown }];
    ports.push(first.port);
    return Reflect.apply(connect, this, given);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const port of ports) expect(Number(port)).toBe(gateway.port);
});

const PUBLIC = '{ __typename }';
const GUARDED = '{ orders { totalCount } }';

/** Sends whatever stands after `Authorization: ` byte for byte. */
function send(authorization: string, query: string, target = '/graphql'): Promise<RawAnswer> {
  const headers = { 'content-type': 'application/json', authorization };
  return raw(
    gateway.port,
    requestText('POST', target, { headers, body: JSON.stringify({ query }) }),
  );
}

const REFUSED = `${CHALLENGE}, error="invalid_token", error_description="${BAD_TOKEN}"`;

function expectNoSecret(token: string, texts: readonly string[]) {
  const parts = [token, ...token.split('.')].filter((part) => part.length > 8);
  for (const text of texts) for (const part of parts) expect(text).not.toContain(part);
}

describe('a bad token over HTTP', () => {
  /** What a header cannot carry never gets as far as being a token. */
  const isSendable = (token: string) => !/[\r\n]/.test(token) && token.length < 12_000;

  it.each(BAD_TOKENS)(
    'is refused with one public sentence: $name',
    async ({ name, make, detail }) => {
      const token = await make(kit);
      if (!isSendable(token)) {
        const answer = await send(`Bearer ${token}`, PUBLIC);
        expect([400, 431]).toContain(answer.status);
        expect(gateway.lines).toEqual([]);
        return;
      }
      if (name === 'a space before') {
        // RFC 6750 section 2.1 allows more than one space after the scheme, so this is the good token.
        expect((await send(`Bearer ${token}`, PUBLIC)).status).toBe(200);
        return;
      }
      for (const query of [PUBLIC, GUARDED]) {
        const answer = await send(`Bearer ${token}`, query);
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe(
          'Bearer realm="scopegate", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource", error="invalid_token", error_description="The access token is malformed, expired, revoked or not meant for this gateway."',
        );
        expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
        expect(answer.body).toBe(
          `{"errors":[{"message":"${BAD_TOKEN}","extensions":{"code":"INVALID_TOKEN"}}]}`,
        );
        expectNoSecret(token, [answer.text]);
      }
      expect(waves).toBe(0);
      expect(gateway.lines).toHaveLength(2);
      expectNoSecret(token, [textOf(gateway.lines)]);
      for (const { level, fields, message } of gateway.lines) {
        expect([level, message, fields.code]).toEqual(['info', 'token refused', 'INVALID_TOKEN']);
        expect(fields.requestId).toMatch(/^[0-9a-f-]{36}$/);
        const isOneToken = /^[A-Za-z0-9\-._~+/]+=*$/.test(token);
        expect(fields.detail).toMatch(isOneToken ? detail : /not one Bearer token/);
      }
    },
  );

  it('is made from one that is accepted when nothing is wrong with it', async () => {
    for (const token of [kit.mint(), kit.mint({ alg: 'RS256' })]) {
      const answer = await send(`Bearer ${token}`, GUARDED);
      expect([answer.status, answer.body]).toEqual([200, '{"data":{"orders":{"totalCount":0}}}']);
      expectNoSecret(token, [answer.text, textOf(gateway.lines)]);
    }
  });
});

describe('the Authorization header', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'Bearer   '])(
    'allows the scheme as %j',
    async (scheme) => {
      const answer = await send(`${scheme.trim()} ${kit.mint()}`, GUARDED);
      expect(answer.status).toBe(200);
    },
  );

  it.each([
    ['another scheme', () => 'Basic dXNlcjpwYXNz'],
    ['DPoP', () => `DPoP ${kit.mint()}`],
    ['a token without a scheme', () => kit.mint()],
    ['a scheme without a token', () => 'Bearer'],
    ['nothing', () => ''],
    ['two tokens', () => `Bearer ${kit.mint()} ${kit.mint()}`],
    ['two tokens with a comma', () => `Bearer ${kit.mint()}, Bearer ${kit.mint()}`],
    ['a tab for a space', () => `Bearer\t${kit.mint()}`],
    ['bytes that are not ASCII', () => 'Bearer \xe9\xff'],
  ])('refuses %s', async (_, make) => {
    const value = make();
    const answer = await send(value, PUBLIC);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(REFUSED);
    expectNoSecret(value, [answer.text, textOf(gateway.lines)]);
  });

  it('is refused when it comes twice, the same or not', async () => {
    const [first, second] = [kit.mint(), kit.mint({ claims: { jti: 'token-2' } })];
    for (const other of [first, second]) {
      const headers = {
        'content-type': 'application/json',
        authorization: `Bearer ${first}`,
        Authorization: `Bearer ${other}`,
      };
      const body = JSON.stringify({ query: PUBLIC });
      const answer = await raw(gateway.port, requestText('POST', '/graphql', { headers, body }));
      expect(answer.status).toBe(400);
      expect(answer.headers.get('www-authenticate')).toBe(
        'Bearer realm="scopegate", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource", error="invalid_request", error_description="Send one Authorization header, not several."',
      );
      expect(answer.body).toBe(
        '{"errors":[{"message":"Send one Authorization header, not several.","extensions":{"code":"INVALID_REQUEST"}}]}',
      );
      expectNoSecret(first, [answer.text, textOf(gateway.lines)]);
    }
    expect(waves).toBe(0);
  });
});

describe('a token somewhere else', () => {
  const MESSAGE = 'Send the access token in the Authorization header, not in the query string.';

  it.each(MEDIA_TYPES)('is refused in the query string as %s, good or bad', async (accept) => {
    for (const value of [kit.mint(), 'nonsense', '']) {
      for (const withHeader of [true, false]) {
        const url = `${gateway.endpoint}?access_token=${value}`;
        const token = withHeader ? kit.mint() : null;
        const answer = await post(url, { query: PUBLIC }, { accept, token });
        expect(answer.status).toBe(400);
        expect(answer.headers.get('www-authenticate')).toBe(
          `${CHALLENGE}, error="invalid_request", error_description="${MESSAGE}"`,
        );
        expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
        expect(answer.body).toEqual({
          errors: [{ message: MESSAGE, extensions: { code: 'INVALID_REQUEST' } }],
        });
        expectNoSecret(value, [answer.text, textOf(gateway.lines)]);
      }
    }
    expect(waves).toBe(0);
  });

  it('is refused in the query string of a GET, however its name is escaped', async () => {
    const query = encodeURIComponent(PUBLIC);
    for (const name of ['access_token', 'access%5Ftoken', '%61ccess_token']) {
      const answer = await read(
        await fetch(`${gateway.endpoint}?query=${query}&${name}=${kit.mint()}`),
      );
      expect([answer.status, answer.body.errors?.[0]?.message]).toEqual([400, MESSAGE]);
    }
  });

  it('counts for nothing in a form body', async () => {
    const form = new URLSearchParams({ query: GUARDED, access_token: kit.mint() });
    const answer = await post(gateway.endpoint, form.toString(), {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.data).toBeUndefined();
    expect(waves).toBe(0);
  });

  it.each([
    ['a JSON body', { access_token: '', query: GUARDED }, {}],
    ['extensions', { query: GUARDED, extensions: { access_token: '', authorization: '' } }, {}],
    ['a cookie', { query: GUARDED }, { cookie: '' }],
    ['X-Authorization', { query: GUARDED }, { 'x-authorization': '' }],
    ['Proxy-Authorization', { query: GUARDED }, { 'proxy-authorization': '' }],
  ])('counts for nothing in %s', async (_, body, headers) => {
    const token = kit.mint();
    const fill = <T extends object>(value: T): T =>
      JSON.parse(JSON.stringify(value).replaceAll('""', JSON.stringify(`Bearer ${token}`)));
    const answer = await post(gateway.endpoint, fill(body), { headers: fill(headers) });
    expect([400, 401]).toContain(answer.status);
    expect(answer.body.data).toBeUndefined();
    expect(waves).toBe(0);
    expectNoSecret(token, [answer.text, textOf(gateway.lines)]);
  });
});
