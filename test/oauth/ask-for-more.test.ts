import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS } from '../../src/data/seed/demo-apps.ts';
import type { OAuth } from '../../src/oauth/routes.ts';
import { OTHER_STORE, STORE, startTestGateway } from '../support/gateway.ts';
import { Browser } from './browser.ts';
import {
  consent,
  exchange,
  install,
  type OAuthServer,
  startOAuthServer,
  type TestApp,
} from './kit.ts';

const CUSTOMERS =
  '{ orders(first: 1) { nodes { id } } customers(first: 1) { nodes { id email } } }';

let server: OAuthServer;
let app: TestApp;

beforeAll(async () => {
  server = await startOAuthServer();
  app = await server.app('cdp');
});
afterAll(() => server.close());

interface Told {
  readonly status: number;
  readonly data: Record<string, unknown> | null | undefined;
  /** The extensions of each error. */
  readonly errors: readonly Readonly<Record<string, unknown>>[];
}

async function send(
  token: string | null,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
  const { data, errors = [] } = (await response.json()) as {
    data?: Record<string, unknown>;
    errors?: { extensions: Record<string, unknown> }[];
  };
  return { status: response.status, data, errors: errors.map(({ extensions }) => extensions) };
}

async function tokenOf(one: TestApp, storeId: string, scope?: string): Promise<string> {
  const { body, text } = await server.post('/v1/oauth/token', {
    grant_type: 'client_credentials',
    client_id: one.clientId,
    client_secret: one.secret,
    store_id: storeId,
    ...(scope !== undefined && { scope }),
  });
  expect(body.access_token, text).toBeDefined();
  return String(body.access_token);
}

const REJECT = { 'x-scope-mode': 'reject' };

describe('an app that lacks a scope which the merchant did not grant', () => {
  it('is told where to ask, asks, is granted it and sees what it did not see', async () => {
    const { access } = await install(server, app, { scopes: [] }, { prompt: 'consent' });
    const refused = await send(access, CUSTOMERS);
    expect([refused.status, refused.data?.customers]).toEqual([200, null]);
    const [{ authorizationUrl, ...rest } = {}] = refused.errors;
    expect(rest).toMatchObject({ code: 'INSUFFICIENT_SCOPE', missingScopes: ['read_customers'] });
    const told = new URL(String(authorizationUrl));
    expect(Object.fromEntries(told.searchParams)).toEqual({
      response_type: 'code',
      client_id: app.clientId,
      scope: expect.any(String),
      store_id: STORE.id,
      redirect_uri: app.redirectUri,
    });
    const scopes = told.searchParams.get('scope')?.split(' ').sort();
    expect(scopes).toEqual([...DEMO_APPS.cdp.required, 'read_customers'].sort());

    // As it stands it is no request yet: the app adds what only it can make.
    const bare = await fetch(told, { redirect: 'manual' });
    expect(bare.headers.get('location')).toContain('error=invalid_request');
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
    told.searchParams.set('state', state);
    told.searchParams.set('code_challenge', await oauth.calculatePKCECodeChallenge(verifier));
    told.searchParams.set('code_challenge_method', 'S256');
    const callback = await consent(new Browser(), told.href, { scopes: ['read_customers'] });
    expect(callback.searchParams.get('state')).toBe(state);
    const tokens = await exchange(server, app, callback, { url: told.href, verifier, state });
    const seen = await send(String(tokens.body.access_token), CUSTOMERS);
    expect([seen.status, seen.errors]).toEqual([200, []]);
    expect(seen.data?.customers).toMatchObject({ nodes: [{ id: expect.any(String) }] });
  });

  it('is told so as well when the whole operation is refused', async () => {
    const token = await tokenOf(app, OTHER_STORE.id);
    const { status, errors } = await send(token, CUSTOMERS, REJECT);
    expect(status).toBe(403);
    const told = new URL(String(errors[0]?.authorizationUrl)).searchParams;
    expect(told.get('scope')).toContain('read_customers');
    expect(told.get('store_id')).toBe(OTHER_STORE.id);
    const private_ = await server.app('private');
    await server.asRole('scopegate_system', [
      [
        "delete from platform.grants g using platform.installations i where i.id = g.installation_id and i.app_id = $1 and g.scope = 'write_orders'",
        [DEMO_APPS.private.id],
      ],
    ]);
    const cancel = 'mutation { orderCancel(input: { id: "ord_1" }) { userErrors { message } } }';
    const mutation = await send(await tokenOf(private_, STORE.id), cancel);
    expect([mutation.status, mutation.data]).toEqual([403, undefined]);
    const asked = new URL(String(mutation.errors[0]?.authorizationUrl)).searchParams.get('scope');
    expect(asked?.split(' ')).toContain('write_orders');
    // The scope that the app declares includes these two, which it does not declare.
    expect(asked).toContain('manage_claims');
    expect(asked).not.toContain('write_claims');
  });
});

describe('nothing is told where to ask', () => {
  const untold = async (token: string | null, query: string) => {
    for (const headers of [{}, REJECT]) {
      const { errors } = await send(token, query, headers);
      expect(errors.length).toBeGreaterThan(0);
      for (const extensions of errors) expect(extensions).not.toHaveProperty('authorizationUrl');
    }
  };

  it('to a token that has less than its app was granted', async () => {
    const { scope } = await install(
      server,
      app,
      { scopes: ['read_customers'] },
      { prompt: 'consent' },
    );
    expect(scope).toContain('read_customers');
    await untold(await tokenOf(app, STORE.id, 'read_orders'), CUSTOMERS);
  });

  it('about a scope that the app does not declare', async () => {
    const token = await tokenOf(app, OTHER_STORE.id);
    await untold(token, '{ claims(first: 1) { nodes { id } } }');
  });

  it('about a gated scope that the app may not use, though it declares it', async () => {
    const pending = await server.app('pending');
    const token = await tokenOf(pending, STORE.id);
    await untold(token, '{ warrantyPricing { version } }');
  });

  it('about it, and yet what it may ask for is told beside it', async () => {
    await server.asRole('scopegate_system', [
      [
        "delete from platform.grants g using platform.installations i where i.id = g.installation_id and i.app_id = $1 and g.scope = 'read_products'",
        [DEMO_APPS.pending.id],
      ],
    ]);
    const token = await tokenOf(await server.app('pending'), STORE.id);
    const { errors } = await send(
      token,
      '{ warrantyPricing { version } products(first: 1) { nodes { id } } }',
    );
    const urls = errors.map(({ missingScopes, authorizationUrl }) => [
      missingScopes,
      authorizationUrl && new URL(String(authorizationUrl)).searchParams.get('scope'),
    ]);
    expect(urls).toEqual([
      [['read_warranty_pricing'], undefined],
      [['read_products'], 'read_products read_store'],
    ]);
  });

  it('without a token', () => untold(null, CUSTOMERS));

  const oauthStub: OAuth = {
    authorizationEndpoint: 'https://api.example.com/oauth/authorize',
    owns: () => false,
    handle: async () => {},
  };

  it.each([
    ['by a gateway that is no authorization server', false, true],
    ['to a client of another issuer, also of one that is linked to an app', true, false],
  ])('%s', async (_, isServer, isOwn) => {
    const gateway = await startTestGateway(
      'postgres',
      isServer ? { oauth: async () => oauthStub } : {},
    );
    try {
      const own = { installation: 'cdpWithoutCustomers', scope: 'read_orders' } as const;
      const token = isOwn ? await gateway.opaqueToken(own) : await gateway.token('read_orders');
      for (const headers of [{}, REJECT]) {
        const { body } = await gateway.send(CUSTOMERS, { token, headers });
        const [error] = body.errors ?? [];
        expect(error?.extensions.code).toBe('INSUFFICIENT_SCOPE');
        expect(error?.extensions).not.toHaveProperty('authorizationUrl');
      }
      const there = await gateway.send(CUSTOMERS, { token: await gateway.opaqueToken(own) });
      const url = there.body.errors?.[0]?.extensions.authorizationUrl;
      expect(url !== undefined).toBe(isServer);
    } finally {
      await gateway.close();
    }
  });
});
