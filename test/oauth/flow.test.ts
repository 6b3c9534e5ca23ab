import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { OTHER_STORE, STORE } from '../support/gateway.ts';
import { Browser } from './browser.ts';
import {
  ask,
  consent,
  install,
  type OAuthServer,
  reachConsent,
  refresh,
  startOAuthServer,
  type TestApp,
} from './kit.ts';

let server: OAuthServer;
let app: TestApp;
let metadata: oauth.AuthorizationServer;

const insecure = { [oauth.allowInsecureRequests]: true } as const;
const REQUIRED = [...DEMO_APPS.cdp.required].sort();
const ALL = [...REQUIRED, 'read_customers'].sort();

beforeAll(async () => {
  server = await startOAuthServer();
  app = await server.app('cdp');
  const issuer = new URL(server.url);
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
  metadata = await oauth.processDiscoveryResponse(issuer, found);
});
afterAll(() => server.close());

const client = (): oauth.Client => ({ client_id: app.clientId });
const authenticate = () => oauth.ClientSecretPost(app.secret);

async function codeGrant(callback: URL, state: string, verifier: string) {
  const parameters = oauth.validateAuthResponse(metadata, client(), callback, state);
  const response = await oauth.authorizationCodeGrantRequest(
    metadata,
    client(),
    authenticate(),
    parameters,
    app.redirectUri,
    verifier,
    insecure,
  );
  return oauth.processAuthorizationCodeResponse(metadata, client(), response);
}

describe('a client by the book', () => {
  it('installs an app, reads, refreshes and revokes', async () => {
    const asked = await ask(server, app);
    const callback = await consent(new Browser(), asked.url, { scopes: ['read_customers'] });
    expect(`${callback.origin}${callback.pathname}`).toBe(app.redirectUri);
    expect(callback.searchParams.get('iss')).toBe(server.url);
    const tokens = await codeGrant(callback, asked.state, asked.verifier);
    expect(tokens.access_token).toMatch(/^op_at_[\w-]{43}$/);
    expect(tokens.refresh_token).toMatch(/^op_rt_[\w-]{43}$/);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, store_id: STORE.id });
    expect(tokens.scope?.split(' ').sort()).toEqual(ALL);

    const first = await server.query(
      tokens.access_token,
      '{ currentApp { clientId store { id } grantedScopes { name } } customers(first: 1) { nodes { email } } }',
    );
    expect(first.body.errors).toBeUndefined();
    expect(first.body.data).toMatchObject({
      currentApp: { clientId: app.clientId, store: { id: STORE.id } },
    });

    const response = await oauth.refreshTokenGrantRequest(
      metadata,
      client(),
      authenticate(),
      tokens.refresh_token ?? '',
      { ...insecure, additionalParameters: { scope: 'read_orders' } },
    );
    const narrowed = await oauth.processRefreshTokenResponse(metadata, client(), response);
    expect(narrowed.scope).toBe('read_orders');
    expect(narrowed.refresh_token).not.toBe(tokens.refresh_token);
    const refused = await server.query(
      narrowed.access_token,
      '{ customers(first: 1) { nodes { id } } }',
    );
    expect(JSON.stringify(refused.body.errors)).toContain('INSUFFICIENT_SCOPE');

    const revoked = await oauth.revocationRequest(
      metadata,
      client(),
      authenticate(),
      narrowed.refresh_token ?? '',
      insecure,
    );
    expect(revoked.status).toBe(200);
    expect((await refresh(server, app, narrowed.refresh_token ?? '')).body.error).toBe(
      'invalid_grant',
    );
  });

  it('gets a token by itself for a store that installed it', async () => {
    const response = await oauth.clientCredentialsGrantRequest(
      metadata,
      client(),
      oauth.ClientSecretBasic(app.secret),
      { store_id: OTHER_STORE.id, scope: 'read_orders read_customers' },
      insecure,
    );
    const tokens = await oauth.processClientCredentialsResponse(metadata, client(), response);
    // The merchant of this store refused read_customers.
    expect(tokens).toMatchObject({ scope: 'read_orders', store_id: OTHER_STORE.id });
    expect(tokens.refresh_token).toBeUndefined();
    const { body } = await server.query(tokens.access_token, '{ currentApp { store { id } } }');
    expect(body.data).toEqual({ currentApp: { store: { id: OTHER_STORE.id } } });
  });

  it('is told where everything is', async () => {
    expect(metadata).toMatchObject({
      issuer: server.url,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      authorization_response_iss_parameter_supported: true,
    });
    expect(metadata.scopes_supported).toContain('read_orders');
    expect(metadata.scopes_supported).not.toContain('openid');
    const resource = await fetch(`${server.url}/.well-known/oauth-protected-resource`);
    expect(await resource.json()).toMatchObject({
      resource: server.url,
      authorization_servers: [server.url],
    });
    const answer = await fetch(metadata.jwks_uri ?? '');
    expect(answer.headers.get('content-type')).toBe('application/jwk-set+json');
    const keys = await answer.json();
    const one = expect.objectContaining({ kty: 'EC', alg: 'ES256' });
    expect(keys.keys).toEqual([one, one, one]);
    expect(JSON.stringify(keys)).not.toContain('"d"');
  });
});

describe('the token endpoint', () => {
  const own = () => ({ client_id: app.clientId, client_secret: app.secret });
  const json = async (body: unknown) => {
    const response = await fetch(`${server.url}/v1/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const forStore = () => ({
    ...own(),
    grant_type: 'client_credentials',
    store_id: OTHER_STORE.id,
  });

  it('takes JSON with a list of scopes, and a form with them as text', async () => {
    const scopes = ['read_orders', 'read_products'];
    const told = await json({ ...forStore(), scopes });
    expect(told).toMatchObject({ status: 200, body: { scope: scopes.join(' ') } });
    const form = await server.post('/v1/oauth/token', { ...forStore(), scopes: scopes.join(' ') });
    expect(form.body.scope).toBe(scopes.join(' '));
  });

  it('gives everything that was granted when no scope is named', async () => {
    const { body } = await json(forStore());
    expect(body.scope.split(' ').sort()).toEqual(REQUIRED);
  });

  it.each<[string, object | string, string]>([
    ['a body that is no JSON', '{', 'The body is not valid JSON.'],
    ['a list', '[]', 'The body is not a JSON object.'],
    ['a member twice', '{"scope":"a","scope":"b"}', 'The body has a member twice.'],
    ['a number', { grant_type: 1 }, 'The member "grant_type" is not a string.'],
    [
      'scope and scopes',
      { scope: 'read_orders', scopes: [] },
      'The body has "scope" and "scopes".',
    ],
    ['no scope in the list', { scopes: [] }, '"scopes" names no scope.'],
    ['two scopes in one', { scopes: ['read_orders read_products'] }, 'A scope has no spaces.'],
  ])('refuses %s', async (_, body, description) => {
    expect(await json(body)).toEqual({
      status: 400,
      body: { error: 'invalid_request', error_description: description },
    });
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['an unknown scope', { scope: 'read_everything' }, 'invalid_scope', 'does not exist'],
    ['a scope that is not declared', { scope: 'write_orders' }, 'invalid_scope', 'not declare'],
    ['one that was refused alone', { scope: 'read_customers' }, 'invalid_scope', 'none of these'],
    [
      'a store that has not installed it',
      { store_id: 'sto_nowhere' },
      'invalid_grant',
      'not installed',
    ],
    [
      'a store that uninstalled it',
      { store_id: DEMO_INSTALLATIONS.cdpRemoved.storeId },
      'invalid_grant',
      'not installed',
    ],
    ['no store', { store_id: '' }, 'invalid_request', 'missing required parameter store_id'],
  ])('refuses %s', async (_, changes, error, description) => {
    const { status, body } = await server.post('/v1/oauth/token', { ...forStore(), ...changes });
    expect({ status, ...body }).toMatchObject({
      status: 400,
      error,
      error_description: expect.stringContaining(description),
    });
  });

  it('refuses a wrong secret, an unknown client and a suspended one alike', async () => {
    const suspended = await server.app('suspended');
    const tries = [
      { client_id: app.clientId, client_secret: 'op_secret_wrong' },
      { client_id: 'op_app_000000000000000000000000', client_secret: app.secret },
      { client_id: suspended.clientId, client_secret: suspended.secret },
      { client_id: DEMO_APPS.demo.clientId, client_secret: 'none' },
    ];
    for (const one of tries) {
      const { status, body } = await server.post('/v1/oauth/token', { ...forStore(), ...one });
      expect([one.client_id, status, body.error]).toEqual([one.client_id, 401, 'invalid_client']);
    }
  });
});

describe('consent', () => {
  it('is not asked for again when nothing new is asked', async () => {
    const browser = new Browser();
    const asked = await ask(server, app, { scope: REQUIRED.join(' ') });
    const callback = await reachConsent(browser, asked.url);
    // Signed in, and the store had installed it before.
    const code = new URL(callback.location ?? '').searchParams.get('code');
    expect(code).toMatch(/^op_ac_/);
    const prompted = await ask(server, app, { scope: REQUIRED.join(' '), prompt: 'consent' });
    expect((await reachConsent(browser, prompted.url)).status).toBe(200);
  });

  it('leaves out a scope that was unticked, and asks again when it is asked for', async () => {
    const pricer = await server.app('pricer');
    const own = DEMO_APPS.pricer;
    const first = await install(
      server,
      pricer,
      { scopes: [] },
      { scope: [...own.required, ...own.optional].join(' '), prompt: 'consent' },
    );
    expect(first.scope).toEqual([...own.required].sort());
    // Named, it is asked for again; not named, the merchant's decision stands.
    const browser = new Browser();
    const silent = await ask(server, pricer);
    const left = await reachConsent(browser, silent.url);
    expect(new URL(left.location ?? '').searchParams.get('error')).toBeNull();
    const named = await ask(server, pricer, {
      scope: [...own.required, 'read_analytics'].join(' '),
    });
    const page = await reachConsent(browser, named.url);
    expect(page.status).toBe(200);
    expect(page.html).toContain('read_analytics');
    // The old token keeps what it had.
    const second = await install(
      server,
      pricer,
      { scopes: ['read_analytics'] },
      { scope: [...own.required, 'read_analytics'].join(' ') },
    );
    expect(second.scope).toContain('read_analytics');
    const granted = async (token: string) => {
      const { body } = await server.query(token, '{ currentApp { grantedScopes { name } } }');
      return JSON.stringify(body.data).includes('read_analytics');
    };
    expect([await granted(first.access), await granted(second.access)]).toEqual([false, true]);
  });
});
