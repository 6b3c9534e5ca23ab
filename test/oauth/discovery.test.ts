import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { protectedResourceMetadata } from '../../src/gateway/protected-resource.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { Browser } from './browser.ts';
import { consent, type OAuthServer, startOAuthServer, type TestApp } from './kit.ts';

const insecure = { [oauth.allowInsecureRequests]: true } as const;
const QUERY = JSON.stringify({ query: '{ orders(first: 1) { nodes { id } } }' });
const JSON_TYPE = new Headers({ 'content-type': 'application/json' });

let server: OAuthServer;
let app: TestApp;

beforeAll(async () => {
  server = await startOAuthServer();
  app = await server.app('cdp');
});
afterAll(() => server.close());

const ask = (token: string) =>
  oauth.protectedResourceRequest(
    token,
    'POST',
    new URL(`${server.url}/graphql`),
    JSON_TYPE,
    QUERY,
    insecure,
  );

/** What a refusal tells a client, as the library reads it. */
async function challengeOf(token: string): Promise<oauth.WWWAuthenticateChallenge> {
  const refused = await ask(token).then(
    () => expect.fail('It was not refused.'),
    (error: unknown) => error,
  );
  if (!(refused instanceof oauth.WWWAuthenticateChallengeError)) throw refused;
  expect([refused.status, refused.cause.length]).toEqual([401, 1]);
  return refused.cause[0] as oauth.WWWAuthenticateChallenge;
}

describe('a client that knows the address of the gateway and nothing else', () => {
  it('gets from a refusal to a token that is accepted', async () => {
    const { scheme, parameters } = await challengeOf('op_at_nothing');
    expect([scheme, parameters.error]).toEqual(['bearer', 'invalid_token']);

    const told = await fetch(String(parameters.resource_metadata));
    const resource = await oauth.processResourceDiscoveryResponse(new URL(server.url), told);
    const [issuer = ''] = resource.authorization_servers ?? [];
    const found = await oauth.discoveryRequest(new URL(issuer), {
      algorithm: 'oauth2',
      ...insecure,
    });
    const metadata = await oauth.processDiscoveryResponse(new URL(issuer), found);

    const client: oauth.Client = { client_id: app.clientId };
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
    const url = new URL(metadata.authorization_endpoint ?? '');
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: app.clientId,
      redirect_uri: app.redirectUri,
      scope: 'read_orders',
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString();
    const callback = await consent(new Browser(), url.href, { scopes: [] });
    const given = await oauth.authorizationCodeGrantRequest(
      metadata,
      client,
      oauth.ClientSecretBasic(app.secret),
      oauth.validateAuthResponse(metadata, client, callback, state),
      app.redirectUri,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(metadata, client, given);

    const answer = await ask(tokens.access_token);
    expect(await answer.json()).toEqual({
      data: { orders: { nodes: [{ id: expect.stringMatching(/^ord_/) }] } },
    });
  });

  it('is led to the same place without a token', async () => {
    const anonymous = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: QUERY,
    });
    const { parameters } = await challengeOf('op_at_nothing');
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers.get('www-authenticate')).toBe(
      `Bearer realm="scopegate", resource_metadata="${parameters.resource_metadata}"`,
    );
    // Where it is looked for by whoever was told nothing.
    const found = await oauth.resourceDiscoveryRequest(new URL(server.url), insecure);
    expect(found.url).toBe(parameters.resource_metadata);
  });
});

describe('the metadata of the gateway', () => {
  const SUPPORTED = SCOPES.map(({ name }) => name);

  it('names itself, itself as authorization server, and every scope', async () => {
    const response = await fetch(`${server.url}/.well-known/oauth-protected-resource`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      resource: server.url,
      resource_name: 'scopegate',
      authorization_servers: [server.url],
      scopes_supported: SUPPORTED,
      bearer_methods_supported: ['header'],
    });
  });

  it.each<[string, string, readonly string[], boolean, readonly string[] | undefined]>([
    ['is one', 'https://api.example', [], true, ['https://api.example']],
    ['is one on this machine', 'http://127.0.0.1:4000', [], true, ['http://127.0.0.1:4000']],
    [
      'is one and trusts another',
      'https://api.example',
      ['https://idp.example', 'urn:demo'],
      true,
      ['https://api.example', 'https://idp.example'],
    ],
    [
      'is none and trusts one',
      'https://api.example',
      ['https://idp.example'],
      false,
      ['https://idp.example'],
    ],
    ['is none and trusts none', 'https://api.example', ['urn:demo'], false, undefined],
  ])('names authorization servers where the gateway %s', (_, at, issuers, isServer, expected) => {
    const { authorization_servers: servers } = protectedResourceMetadata(at, issuers, isServer);
    expect(servers).toEqual(expected);
  });
});
