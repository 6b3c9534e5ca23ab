import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_MERCHANTS } from '../../src/data/seed/demo-merchants.ts';
import { createSigningKeys } from '../../src/oauth/keys.ts';
import { issueSessionToken, type SessionTokenFacts } from '../../src/oauth/session-token.ts';
import { uninstall } from '../../src/oauth/withdrawal.ts';
import { STORE } from '../support/gateway.ts';
import { Browser } from './browser.ts';
import { credentials, type OAuthServer, startOAuthServer } from './kit.ts';

const SECRET = randomBytes(32);
const REFUSED = {
  status: 401,
  body: {
    error: 'invalid_token',
    error_description: 'The session token has expired, was used before, or is not of this server.',
  },
};

let server: OAuthServer;
/** Each verification comes from an address of its own, because they are counted. */
let addresses = 0;

beforeAll(async () => {
  server = await startOAuthServer({ secret: SECRET, proxies: 1 });
});
afterAll(() => server.close());

const newAddress = () => {
  addresses += 1;
  return `203.0.113.${addresses}`;
};

async function verify(token: unknown, address = newAddress()) {
  const response = await fetch(`${server.url}/v1/oauth/session/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ session_token: token }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const FACTS: SessionTokenFacts = {
  merchantId: DEMO_MERCHANTS.owner.id,
  clientId: DEMO_APPS.pricer.clientId,
  storeId: STORE.id,
  installationId: DEMO_INSTALLATIONS.pricer.id,
};

const keyOf = (secret: Uint8Array) => createSigningKeys(secret, () => new Date()).current();

const issue = async (changes: Partial<typeof FACTS> = {}, now = new Date()) =>
  issueSessionToken({ ...FACTS, ...changes }, server.url, keyOf(SECRET), now);

describe('a session token', () => {
  it('comes with an embedded app and says once who opened it', async () => {
    const browser = new Browser();
    const signIn = await browser.get(`${server.url}/merchant/apps`);
    const list = await browser.follow(await browser.submit(signIn, credentials()));
    const path = `/merchant/apps/${DEMO_INSTALLATIONS.pricer.id}/open`;
    expect(list.html).toContain(path);
    const { html, headers } = await browser.get(`${server.url}${path}`);
    expect(headers.get('content-security-policy')).toContain(
      'frame-src https://premium-pricer.example',
    );
    const token = /session_token=([\w.-]+)/.exec(html)?.[1] ?? '';
    const first = await verify(token);
    expect(first).toMatchObject({
      status: 200,
      body: {
        userId: DEMO_MERCHANTS.owner.id,
        email: DEMO_MERCHANTS.owner.email,
        firstName: 'Robin',
        lastName: 'Calder',
        storeId: STORE.id,
        installationId: DEMO_INSTALLATIONS.pricer.id,
        applicationId: DEMO_APPS.pricer.id,
        clientId: DEMO_APPS.pricer.clientId,
      },
    });
    expect(first.body.scopes).toContain('read_warranty_pricing');
    expect(await verify(token)).toMatchObject(REFUSED);
  });

  it('is used once by ten at the same time', async () => {
    const token = await issue();
    const answers = await Promise.all(Array.from({ length: 10 }, () => verify(token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['that is over a minute old', () => issue({}, new Date(Date.now() - 61_000))],
    ['of somebody who has no such store', () => issue({ merchantId: DEMO_MERCHANTS.agency.id })],
    ['of nobody', () => issue({ merchantId: 'mer_nobody' })],
    ['of another app than the installation', () => issue({ clientId: DEMO_APPS.cdp.clientId })],
    [
      'of a suspended app',
      () =>
        issue({
          clientId: DEMO_APPS.suspended.clientId,
          installationId: DEMO_INSTALLATIONS.suspended.id,
        }),
    ],
    [
      'of another server',
      async () => issueSessionToken(FACTS, 'https://other.example', keyOf(SECRET), new Date()),
    ],
    [
      'under another key',
      async () => issueSessionToken(FACTS, server.url, keyOf(randomBytes(32)), new Date()),
    ],
    ['that is none', async () => 'x'],
    ['that is empty', async () => ''],
  ])('%s is refused', async (_, make) => {
    expect(await verify(await make())).toMatchObject(REFUSED);
  });

  it('opens nothing in the API', async () => {
    const { status } = await server.query(await issue(), '{ currentApp { clientId } }');
    expect(status).toBe(401);
  });

  it('ends with the installation', async () => {
    const { id } = DEMO_INSTALLATIONS.private;
    const token = await issue({ clientId: DEMO_APPS.private.clientId, installationId: id });
    await uninstall(server.system, id, new Date());
    expect(await verify(token)).toMatchObject(REFUSED);
  });

  it('is verified thirty times a minute for one address, and for others still', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 31; count += 1) {
      statuses.push((await verify('x', '198.51.100.7, 203.0.113.250')).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 30 }, () => 401), 429]);
    const stopped = await verify('x', '192.0.2.1, 203.0.113.250');
    expect([stopped.status, stopped.body.error]).toEqual([429, 'slow_down']);
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await verify('x', '203.0.113.251')).status).toBe(401);
  });
});

describe("the merchant's page", () => {
  it('withdraws one scope, refuses a required one, uninstalls, and shows nobody else anything', async () => {
    const browser = new Browser();
    const signIn = await browser.get(`${server.url}/merchant/apps`);
    const list = await browser.follow(await browser.submit(signIn, credentials('colleague')));
    const { id } = DEMO_INSTALLATIONS.cdp;
    const act = (fields: [string, string][]) =>
      browser.submit(list, [['installation', id], ...fields]);
    const required = await act([
      ['action', 'withdraw'],
      ['scope', 'read_orders'],
    ]);
    expect([required.status, required.location]).toEqual([400, null]);
    const withdrawn = await browser.follow(
      await act([
        ['action', 'withdraw'],
        ['scope', 'read_customers'],
      ]),
    );
    expect(withdrawn.status).toBe(200);
    const foreign = DEMO_INSTALLATIONS.cdpWithoutCustomers.id;
    expect((await browser.get(`${server.url}/merchant/apps/${foreign}/uninstall`)).status).toBe(
      404,
    );
    const stolen = await browser.submit(list, [
      ['action', 'uninstall'],
      ['installation', foreign],
    ]);
    expect(stolen.status).toBe(404);
    const forged = await browser.post(`${server.url}/merchant/apps`, [
      ['csrf', 'x'],
      ['action', 'uninstall'],
      ['installation', id],
    ]);
    expect(forged.status).toBe(403);
    const question = await browser.get(`${server.url}/merchant/apps/${id}/uninstall`);
    const done = await browser.submit(question, [
      ['action', 'uninstall'],
      ['installation', id],
    ]);
    const after = await browser.follow(done);
    expect(after.html).toContain(DEMO_APPS.cdp.name);
    expect(after.html).not.toContain(id);
    const out = await browser.submit(list, [['action', 'sign-out']]);
    expect(out.status).toBe(200);
    expect((await browser.get(`${server.url}/merchant/apps`)).html).toContain('name="password"');
  });
});
