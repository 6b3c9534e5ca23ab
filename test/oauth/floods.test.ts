import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { hashOf } from '../../src/token/stored-hash.ts';
import { STORE } from '../support/gateway.ts';
import { Browser } from './browser.ts';
import {
  ask,
  credentials,
  type OAuthServer,
  reachConsent,
  startOAuthServer,
  type TestApp,
} from './kit.ts';

const INTROSPECTION = 'introspection '.repeat(4);

let server: OAuthServer;
let app: TestApp;
let addresses = 0;

beforeAll(async () => {
  server = await startOAuthServer({ proxies: 1, introspectionSecret: INTROSPECTION });
  app = await server.app('cdp');
});
afterAll(() => server.close());

const newAddress = () => {
  addresses += 1;
  return `203.0.113.${addresses}`;
};

const from = (address: string) => ({ 'x-forwarded-for': address });

const rows = async (kind: string) => {
  const [[row]] = (await server.asRole(SYSTEM_ROLE, [
    ['select count(*)::int as n from platform.oauth_records where kind = $1', [kind]],
  ])) as [[{ n: number }]];
  return row.n;
};

describe('authorizations that nobody signs in for', () => {
  /** As if so many had been begun in a network. */
  const begun = async (address: string, points: number) => {
    const [[row]] = (await server.asRole(SYSTEM_ROLE, [
      [
        `update platform.oauth_records set payload = jsonb_build_object('points', $2::int)
         where kind = 'Attempts' and hash = $1 returning hash`,
        [hashOf(`authorization ${address}`), points],
      ],
    ])) as [[{ hash: string } | undefined]];
    expect(row).toBeDefined();
  };

  it('are bounded for one network, and leave others alone', async () => {
    const address = newAddress();
    const { url } = await ask(server, app);
    expect((await new Browser(from(address)).get(url)).status).toBe(303);
    await begun(address, 599);
    expect((await new Browser(from(address)).get(url)).status).toBe(303);
    const before = [await rows('Interaction'), await rows('Session')];
    const page = await new Browser(from(address)).get(url);
    expect([page.status, page.location]).toEqual([429, null]);
    const wait = Number(page.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(3_500);
    expect(wait).toBeLessThanOrEqual(3_600);
    expect(page.html).toContain('We cannot do that just now');
    expect(page.html).toContain('Too many authorizations were begun from here.');
    expect([await rows('Interaction'), await rows('Session')]).toEqual(before);
    const elsewhere = await reachConsent(new Browser(from(newAddress())), url);
    expect(elsewhere.location).toContain('code=op_ac_');
  });

  it('do not end one that is under way', async () => {
    const address = newAddress();
    const browser = new Browser(from(address));
    const { url } = await ask(server, app, { prompt: 'consent' });
    const signIn = await browser.follow(await browser.get(url));
    await begun(address, 600);
    expect((await new Browser(from(address)).get(url)).status).toBe(429);
    const page = await browser.follow(await browser.submit(signIn, credentials()));
    expect(page.html).toContain('value="allow"');
  });

  it('store nothing but the authorization, and nothing at all where no page is to be shown', async () => {
    const address = newAddress();
    const before = [await rows('Interaction'), await rows('Session'), await rows('Attempts')];
    const silent = await ask(server, app, { prompt: 'none' });
    const { location } = await new Browser(from(address)).get(silent.url);
    expect(location).toContain('error=login_required');
    expect([await rows('Interaction'), await rows('Session'), await rows('Attempts')]).toEqual(
      before,
    );
    const [interactions = 0, sessions, attempts = 0] = before;
    await new Browser(from(address)).get((await ask(server, app)).url);
    expect([await rows('Interaction'), await rows('Session'), await rows('Attempts')]).toEqual([
      interactions + 1,
      sessions,
      attempts + 1,
    ]);
  });
});

describe('wrong client secrets', () => {
  const token = (one: TestApp, secret: string, address: string) =>
    server.post(
      '/v1/oauth/token',
      {
        grant_type: 'client_credentials',
        client_id: one.clientId,
        client_secret: secret,
        store_id: STORE.id,
      },
      from(address),
    );

  /** Twenty wrong ones at the same time. */
  const guess = (one: TestApp, address: string) =>
    Promise.all(
      Array.from({ length: 20 }, async () => {
        const wrong = `op_secret_${randomBytes(32).toString('hex')}`;
        return (await token(one, wrong, address)).status;
      }),
    );

  it('are bounded for a client in a network: then the right one is not taken either', async () => {
    const address = newAddress();
    expect(new Set(await guess(app, address))).toEqual(new Set([401]));
    // Until one too many is sent, the right one is taken.
    expect((await token(app, app.secret, address)).status).toBe(200);
    for (const secret of ['op_secret_wrong', app.secret]) {
      const refused = await token(app, secret, address);
      expect(refused).toMatchObject({
        status: 429,
        body: {
          error: 'slow_down',
          error_description: 'Too many wrong client secrets were sent from here.',
        },
      });
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(200);
      expect(wait).toBeLessThanOrEqual(300);
      expect(refused.text).not.toContain('access_token');
    }
  });

  it('lock out neither the client elsewhere nor another client here', async () => {
    const address = newAddress();
    await guess(app, address);
    expect((await token(app, 'op_secret_wrong', address)).status).toBe(429);
    expect((await token(app, app.secret, newAddress())).status).toBe(200);
    const other = await server.app('pricer');
    expect((await token(other, other.secret, address)).status).toBe(200);
  });

  it('count at every endpoint, in both ways to send them', async () => {
    const address = newAddress();
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`op_platform:${secret}`).toString('base64')}`,
      ...from(address),
    });
    const introspect = (secret: string) =>
      server.post('/v1/oauth/introspect', { token: 'op_at_x' }, basic(secret));
    const revoke = (secret: string) =>
      server.post('/v1/oauth/revoke', { token: 'op_at_x' }, basic(secret));
    const right = encodeURIComponent(INTROSPECTION);
    expect((await introspect(right)).body).toEqual({ active: false });
    for (let guesses = 0; guesses < 10; guesses += 1) {
      expect((await introspect('wrong')).status).toBe(401);
      expect((await revoke('wrong')).status).toBe(401);
    }
    expect((await revoke('wrong')).status).toBe(429);
    expect((await introspect(right)).status).toBe(429);
  });

  it('of clients that do not exist are not kept', async () => {
    const before = await rows('Attempts');
    const nobody = { ...app, clientId: 'op_app_000000000000000000000000' };
    expect((await token(nobody, app.secret, newAddress())).status).toBe(401);
    expect(await rows('Attempts')).toBe(before);
  });
});
