import { randomBytes } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { changeApp } from '../../src/oauth/apps.ts';
import { deriveSigningKey } from '../../src/oauth/keys.ts';
import { withdrawScopes } from '../../src/oauth/withdrawal.ts';
import { STORE } from '../support/gateway.ts';
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
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
    });
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
    const key = await deriveSigningKey(SECRET);
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

describe('the signing key', () => {
  it('is the same for the same secret, and another for another', async () => {
    const [one, two, other] = await Promise.all(
      [SECRET, SECRET, randomBytes(32)].map(deriveSigningKey),
    );
    expect(one?.publicJwk).toEqual(two?.publicJwk);
    expect(one?.kid).not.toBe(other?.kid);
    expect(one?.publicJwk).not.toHaveProperty('d');
  });
});
