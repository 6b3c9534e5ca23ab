import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_MERCHANTS } from '../../src/data/seed/demo-merchants.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { changeApp, registerApp } from '../../src/oauth/apps.ts';
import { saveConsent } from '../../src/oauth/given-consent.ts';
import {
  addStore,
  disableMerchant,
  enableMerchant,
  registerMerchant,
  removeStore,
  setPassword,
} from '../../src/oauth/merchants.ts';
import { uninstall, withdrawScopes } from '../../src/oauth/withdrawal.ts';
import { OTHER_STORE, STORE } from '../support/gateway.ts';
import { Browser, type Fields, type Seen } from './browser.ts';
import { ask, type OAuthServer, reachConsent, startOAuthServer, type TestApp } from './kit.ts';

let server: OAuthServer;
let app: TestApp;

beforeAll(async () => {
  server = await startOAuthServer();
  app = await server.app('cdp');
});
afterAll(() => server.close());

let count = 0;

/** A person of the first store with a password of their own. */
async function person() {
  count += 1;
  const email = `person-${count}@merchant.example`;
  const draft = { name: 'Robin Calder', email, stores: [STORE.id] };
  const { merchant, password } = await registerMerchant(server.system, draft, new Date());
  return { id: merchant.id, email, password: password ?? '' };
}

const page = (browser: Browser, path = '/merchant/apps') => browser.get(`${server.url}${path}`);
const isSignedIn = async (browser: Browser) => (await page(browser)).html.includes('Signed in as');

async function signIn(email: string, password: string): Promise<Browser> {
  const browser = new Browser();
  const fields: Fields = [
    ['email', email],
    ['password', password],
  ];
  await browser.submit(await page(browser), fields);
  return browser;
}

describe('an account', () => {
  it('is signed in to with the password that was made for it, and with no other', async () => {
    const { email, password } = await person();
    expect(await isSignedIn(await signIn(email, password))).toBe(true);
    expect(await isSignedIn(await signIn(email, `${password}x`))).toBe(false);
  });

  it('that gets another password is signed out everywhere', async () => {
    const { id, email, password } = await person();
    const browser = await signIn(email, password);
    const next = await setPassword(server.system, id, null, new Date());
    expect(await isSignedIn(browser)).toBe(false);
    expect(await isSignedIn(await signIn(email, password))).toBe(false);
    expect(await isSignedIn(await signIn(email, next.password ?? ''))).toBe(true);
  });

  it('that is disabled is signed out and let in no more, until it is enabled', async () => {
    const { id, email, password } = await person();
    const browser = await signIn(email, password);
    await disableMerchant(server.system, email, new Date());
    expect(await isSignedIn(browser)).toBe(false);
    const refused = await signIn(email, password);
    expect(await isSignedIn(refused)).toBe(false);
    await enableMerchant(server.system, id, new Date());
    expect(await isSignedIn(browser)).toBe(false);
    expect(await isSignedIn(await signIn(email, password))).toBe(true);
  });

  it('that is disabled consents to nothing, also where the page was open', async () => {
    const { id, email, password } = await person();
    const browser = await signIn(email, password);
    const shown = await reachConsent(browser, (await ask(server, app, { prompt: 'consent' })).url);
    expect(shown.html).toContain('value="allow"');
    await disableMerchant(server.system, id, new Date());
    const answered = await browser.submit(shown, [['decision', 'allow']]);
    expect(answered.location ?? '').not.toContain('code=');
    const { id: appId } = DEMO_APPS.cdp;
    const nothing = { shown: [], granted: [], now: new Date() };
    const consent = { appId, storeId: STORE.id, merchantId: id, ...nothing };
    await expect(saveConsent(server.system, consent)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('sees a store from when it is given until it is taken', async () => {
    const { id, email, password } = await person();
    const browser = await signIn(email, password);
    const path = `/merchant/apps?store=${OTHER_STORE.id}`;
    expect((await page(browser, path)).html).not.toContain(
      `Apps connected to <bdi>${OTHER_STORE.name}`,
    );
    await addStore(server.system, id, OTHER_STORE.domain, new Date());
    expect((await page(browser, path)).html).toContain(
      `Apps connected to <bdi>${OTHER_STORE.name}`,
    );
    await removeStore(server.system, id, OTHER_STORE.id, new Date());
    expect((await page(browser, path)).html).not.toContain(
      `Apps connected to <bdi>${OTHER_STORE.name}`,
    );
  });
});

describe('the log', () => {
  const rowsOf = async (column: string, id: string) => {
    const [rows = []] = await server.asRole(SYSTEM_ROLE, [
      [`select * from platform.audit_log where ${column} = $1 order by sequence`, [id]],
    ]);
    return rows;
  };

  it('says what was done about an account, and nothing that is personal', async () => {
    const { id, email } = await person();
    await setPassword(server.system, id, 'correct horse battery', new Date());
    await removeStore(server.system, id, STORE.id, new Date());
    await disableMerchant(server.system, id, new Date());
    await enableMerchant(server.system, id, new Date());
    const rows = await rowsOf('merchant_id', id);
    expect(rows.map(({ action, store_id }) => [action, store_id])).toEqual([
      ['merchant.register', null],
      ['merchant.add_store', STORE.id],
      ['merchant.set_password', null],
      ['merchant.remove_store', STORE.id],
      ['merchant.disable', null],
      ['merchant.enable', null],
    ]);
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${email}|Robin|horse`));
  });

  it('says who consented to what, took it back and uninstalled, in which request', async () => {
    const { id: appId } = DEMO_APPS.private;
    const { id: installation } = DEMO_INSTALLATIONS.private;
    const { id: merchantId } = DEMO_MERCHANTS.owner;
    const required = ['read_orders', 'manage_claims', 'list_policies', 'read_policies'] as const;
    const granted = [...required, 'read_customers'] as const;
    const whole = { shown: granted, granted, now: new Date() };
    const consent = { appId, storeId: STORE.id, merchantId, ...whole };
    await saveConsent(server.system, consent);
    const taken = ['read_customers', 'write_orders'];
    await withdrawScopes(server.system, installation, taken, new Date(), merchantId);
    await withdrawScopes(server.system, installation, taken, new Date(), merchantId);
    await uninstall(server.system, installation, new Date());
    const rows = await rowsOf('installation_id', installation);
    expect(rows).toMatchObject([
      { action: 'installation.consent', actor: merchantId, details: [...granted], app_id: appId },
      { action: 'installation.withdraw', actor: merchantId, details: ['read_customers'] },
      { action: 'installation.uninstall', actor: 'platform', store_id: STORE.id, details: [] },
    ]);
  });

  it('knows the request of a page', async () => {
    const { id, email, password } = await person();
    const browser = await signIn(email, password);
    const { id: installation } = DEMO_INSTALLATIONS.demoInOutdoor;
    const confirming = await page(browser, `/merchant/apps/${installation}/uninstall`);
    const done = await browser.submit(confirming, [
      ['action', 'uninstall'],
      ['installation', installation],
    ]);
    const [row] = await rowsOf('installation_id', installation);
    expect(row).toMatchObject({ action: 'installation.uninstall', actor: id });
    expect(row?.request_id).toMatch(/\S/);
    expect(row?.request_id).toBe(done.headers.get('x-request-id'));
  });
});

describe('what an app was granted and declares no longer', () => {
  it('is told where the person decides, who takes it away by deciding', async () => {
    const pricer = await server.app('pricer');
    // By itself: an app that changes what it declares gives it back at once.
    await server.asRole(SYSTEM_ROLE, [
      [
        'delete from platform.app_scopes where app_id = $1 and scope = $2',
        [DEMO_APPS.pricer.id, 'read_analytics'],
      ],
    ]);
    const { url } = await ask(server, pricer, { prompt: 'consent' });
    const { html } = await reachConsent(new Browser(), url);
    expect(html).toContain('This was allowed before and is not part of it any more.');
    expect(html.replaceAll('<wbr/>', '')).toContain('<code>read_analytics</code>');
    expect(html).not.toContain('value="read_analytics"');
  });
});

describe('a scope that comes with another one', () => {
  it('is taken back with that one, and then by itself', async () => {
    const { email, password } = await person();
    const { app: bridge } = await registerApp(
      server.system,
      {
        name: 'Claims Bridge',
        visibility: 'PRIVATE',
        redirectUris: ['https://claims-bridge.example/callback'],
        requiredScopes: ['read_orders'],
        optionalScopes: ['read_claims', 'manage_claims'],
        ownerStore: STORE.id,
      },
      new Date(),
    );
    const granted = ['read_orders', 'read_claims', 'manage_claims'] as const;
    const { id } = await saveConsent(server.system, {
      appId: bridge.id,
      storeId: STORE.id,
      merchantId: DEMO_MERCHANTS.owner.id,
      shown: granted,
      granted,
      now: new Date(),
    });
    const browser = await signIn(email, password);
    const list = async () => {
      const seen = await page(browser, `/merchant/apps?store=${STORE.id}`);
      const own = seen.html.split('<article').find((part) => part.includes('Claims Bridge')) ?? '';
      const offered = [...own.matchAll(/name="scope" value="(\w+)"/g)].map(([, scope]) => scope);
      return { seen, offered, says: own.includes('Comes with “Decide claims”') };
    };
    const takeBack = (seen: Seen, scope: string) =>
      browser.submit(seen, [
        ['action', 'withdraw'],
        ['installation', id],
        ['scope', scope],
      ]);
    const first = await list();
    expect([first.offered, first.says]).toEqual([['manage_claims'], true]);
    const refused = await takeBack(first.seen, 'read_claims');
    expect(refused.status).toBe(400);
    expect(refused.html).toContain('read_claims comes with manage_claims');
    expect((await takeBack(first.seen, 'manage_claims')).status).toBe(303);
    const second = await list();
    expect([second.offered, second.says]).toEqual([['read_claims'], false]);
    expect((await takeBack(second.seen, 'read_claims')).status).toBe(303);
    expect((await list()).offered).toEqual([]);
  });
});

describe('what a merchant said no to', () => {
  const list = async (browser: Browser) =>
    (await page(browser, `/merchant/apps?store=${OTHER_STORE.id}`)).html;

  it('is not called something that the app asks for, until the app needs it', async () => {
    const { id, email, password } = await person();
    await addStore(server.system, id, OTHER_STORE.id, new Date());
    const browser = await signIn(email, password);
    expect(await list(browser)).toContain(DEMO_APPS.cdp.name);
    expect(await list(browser)).not.toContain('Asks for more');
    const { required } = DEMO_APPS.cdp;
    const needs = { requiredScopes: [...required, 'read_customers'], optionalScopes: [] };
    await changeApp(server.system, DEMO_APPS.cdp.id, needs, new Date());
    expect(await list(browser)).toContain('Asks for more');
  });
});
