import { randomBytes } from 'node:crypto';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeProtectedHeader,
  jwtVerify,
  SignJWT,
} from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { changeApp } from '../../src/oauth/apps.ts';
import { createSigningKeys, KEY_MS, keySetOf } from '../../src/oauth/keys.ts';
import { withdrawScopes } from '../../src/oauth/withdrawal.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { createStaticKeys } from '../../src/token/key-source.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { OTHER_STORE, STORE } from '../support/gateway.ts';
import { install, type OAuthServer, startOAuthServer, type TestApp } from './kit.ts';

const SECRET = randomBytes(32);
const INTROSPECTION = 'introspection '.repeat(4);
const WHO = '{ currentApp { clientId grantedScopes { name } } }';

let server: OAuthServer;
let app: TestApp;

beforeAll(async () => {
  server = await startOAuthServer({ secret: SECRET, introspectionSecret: INTROSPECTION });
  app = await server.app('cdp');
  await changeApp(server.system, DEMO_APPS.cdp.id, { accessTokenFormat: 'JWT' }, new Date());
});
afterAll(() => server.close());

const own = () => ({ client_id: app.clientId, client_secret: app.secret });
const tokenOf = async () => {
  const grant = { grant_type: 'client_credentials', store_id: STORE.id };
  return String((await server.post('/v1/oauth/token', { ...own(), ...grant })).body.access_token);
};

describe('an app that wants JWT access tokens', () => {
  it('gets them from a consent, verifiable by everybody', async () => {
    const { access, refresh, scope } = await install(
      server,
      app,
      { scopes: ['read_customers'] },
      { prompt: 'consent' },
    );
    const keys = createRemoteJWKSet(new URL(`${server.url}/v1/oauth/jwks`));
    const { payload } = await jwtVerify(access, keys, {
      issuer: server.url,
      audience: server.url,
      typ: 'at+jwt',
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id', 'store_id'],
    });
    expect(payload.store_id).toBe(STORE.id);
    expect(payload.client_id).toBe(app.clientId);
    expect(String(payload.scope).split(' ').sort()).toEqual(scope);
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3600);
    expect(refresh).toMatch(/^op_rt_/);
    expect((await server.query(access, WHO)).body.errors).toBeUndefined();
  });

  it('has them narrowed and revoked like every other', async () => {
    const narrowed = await tokenOf();
    await withdrawScopes(server.system, DEMO_INSTALLATIONS.cdp.id, ['read_customers'], new Date());
    const { text } = await server.query(narrowed, WHO);
    expect(narrowed.split('.')).toHaveLength(3);
    expect(text).not.toContain('read_customers');
    const revoked = await tokenOf();
    await server.post('/v1/oauth/revoke', { ...own(), token: revoked });
    expect((await server.query(revoked, WHO)).status).toBe(401);
  });

  it('has them introspected like every other', async () => {
    const platform = { client_id: 'op_platform', client_secret: INTROSPECTION };
    const token = await tokenOf();
    const { body } = await server.post('/v1/oauth/introspect', { ...platform, token });
    expect(body).toMatchObject({ active: true, client_id: app.clientId, store_id: STORE.id });
    expect(JSON.stringify(body)).not.toContain('op_alias');
  });

  it('cannot make one, whatever key it names or has', async () => {
    const genuine = await tokenOf();
    const key = createSigningKeys(SECRET, () => new Date()).current();
    const claims = { client_id: app.clientId, scope: 'read_customers', store: STORE.id };
    // Signed with the very key, but never issued.
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ ...decodeProtectedHeader(genuine), alg: 'ES256' })
      .setIssuer(server.url)
      .setAudience(server.url)
      .setSubject(app.clientId)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(key.privateKey);
    const [header, payload, signature] = genuine.split('.');
    const wider = Buffer.from(
      JSON.stringify({
        ...JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()),
        scope: 'write_orders',
      }),
    ).toString('base64url');
    const tries = [
      forged,
      `${header}.${wider}.${signature}`,
      `${header}.${payload}.`,
      `${genuine}x`,
    ];
    for (const token of tries) expect((await server.query(token, WHO)).status).toBe(401);
  });
});

describe('another resource server that trusts this one', () => {
  const trusting = async (stores: readonly string[]) => {
    const jwks = await (await fetch(`${server.url}/v1/oauth/jwks`)).json();
    return createTokenVerifier({
      issuers: [
        {
          issuer: server.url,
          audience: server.url,
          algorithms: ['ES256'],
          storeClaim: 'store_id',
          stores: new Set(stores),
          scopes: ScopeSet.all,
          keys: createStaticKeys(jwks),
        },
      ],
      resolveStore: async (reference) => (reference === STORE.id ? STORE : null),
      directory: { findAccessToken: async () => null, findLinkedApp: async () => null },
    });
  };

  it('learns whose store a token is for, from both kinds of grants', async () => {
    const { access } = await install(server, app, { scopes: [] }, { prompt: 'consent' });
    const verifier = await trusting([STORE.id]);
    for (const token of [access, await tokenOf()]) {
      const { storeId, clientId } = await verifier.verify(token);
      expect([storeId, clientId]).toEqual([STORE.id, app.clientId]);
    }
  });

  it('refuses it where it is for another store', async () => {
    const verifier = await trusting([OTHER_STORE.id]);
    await expect(verifier.verify(await tokenOf())).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });
});

describe('signing keys', () => {
  const START = new Date('2026-11-22T05:00:00Z');
  const at = (periods: number) => () => new Date(START.getTime() + periods * KEY_MS);
  const kids = (secret: Uint8Array, periods: number) => {
    const keys = createSigningKeys(secret, at(periods));
    return { signs: keys.current().kid, published: keys.published().map(({ kid }) => kid) };
  };

  it('are the same for the same secret, and others for another', () => {
    expect(kids(SECRET, 0)).toEqual(kids(SECRET, 0));
    expect(kids(SECRET, 0).published).not.toContain(kids(randomBytes(32), 0).signs);
    const published = keySetOf(createSigningKeys(SECRET, at(0))).keys;
    expect(published).toHaveLength(3);
    for (const key of published) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
  });

  it('have the name that RFC 7638 gives them', async () => {
    for (const key of keySetOf(createSigningKeys(SECRET, at(0))).keys) {
      expect(key.kid).toBe(await calculateJwkThumbprint(key));
    }
  });

  it('are published before they sign, and after', () => {
    const [before, now, after, later] = [-1, 0, 1, 2].map((periods) => kids(SECRET, periods));
    const signs = now?.signs ?? '';
    expect(new Set([before?.signs, signs, after?.signs, later?.signs]).size).toBe(4);
    for (const one of [before, now, after]) expect(one?.published).toContain(signs);
    expect(later?.published).not.toContain(signs);
  });

  it('change under a running server, which still takes what the last one signed', async () => {
    let now = new Date();
    const running = await startOAuthServer({ secret: SECRET, clock: () => now });
    try {
      const cdp = await running.app('cdp');
      const changes = { accessTokenFormat: 'JWT' } as const;
      await changeApp(running.system, DEMO_APPS.cdp.id, changes, new Date());
      const token = async () => {
        const { body } = await running.post('/v1/oauth/token', {
          grant_type: 'client_credentials',
          client_id: cdp.clientId,
          client_secret: cdp.secret,
          store_id: STORE.id,
        });
        return String(body.access_token);
      };
      const fetched = async () =>
        createLocalJWKSet(await (await fetch(`${running.url}/v1/oauth/jwks`)).json());
      const [old, then] = [await token(), await fetched()];
      now = new Date(now.getTime() + KEY_MS);
      const [next, today] = [await token(), await fetched()];
      expect(decodeProtectedHeader(next).kid).not.toBe(decodeProtectedHeader(old).kid);
      const rules = { issuer: running.url, audience: running.url, typ: 'at+jwt' };
      // Whoever fetched the keys before the change, and whoever does after it.
      for (const keys of [then, today]) {
        for (const one of [old, next]) {
          expect((await jwtVerify(one, keys, rules)).payload.store_id).toBe(STORE.id);
        }
      }
      for (const one of [old, next]) expect((await running.query(one, WHO)).status).toBe(200);
      now = new Date(now.getTime() + KEY_MS);
      await expect(jwtVerify(old, await fetched(), rules)).rejects.toMatchObject({
        code: 'ERR_JWKS_NO_MATCHING_KEY',
      });
    } finally {
      await running.close();
    }
  });
});
