import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_MERCHANTS } from '../../src/data/seed/demo-merchants.ts';
import {
  approveApp,
  changeApp,
  registerApp,
  rejectApp,
  submitForReview,
} from '../../src/oauth/apps.ts';
import { saveConsent } from '../../src/oauth/given-consent.ts';
import { findInstallation } from '../../src/oauth/installations.ts';
import type { Scope } from '../../src/scopes/catalogue.ts';
import { STORE } from '../support/gateway.ts';
import { Browser, boxesOf, type Seen } from './browser.ts';
import {
  ask,
  consent,
  type OAuthServer,
  reachConsent,
  startOAuthServer,
  type TestApp,
} from './kit.ts';

const NEW = '>New<';
const DECLINED = 'You said no before';

let server: OAuthServer;
let count = 0;

beforeAll(async () => {
  server = await startOAuthServer();
});
afterAll(() => server.close());

/** A new app of the store that needs orders and may have products and discounts. */
async function newApp(): Promise<TestApp & { readonly id: string }> {
  count += 1;
  const redirectUri = `https://app-${count}.example/callback`;
  const { app, clientSecret } = await registerApp(
    server.system,
    {
      name: `App ${count}`,
      visibility: 'PRIVATE',
      redirectUris: [redirectUri],
      requiredScopes: ['read_orders'],
      optionalScopes: ['read_products', 'read_discounts'],
      ownerStore: STORE.id,
    },
    new Date(),
  );
  return { id: app.id, clientId: app.clientId, secret: clientSecret, redirectUri };
}

const declareMore = ({ id }: { readonly id: string }) =>
  changeApp(
    server.system,
    id,
    { optionalScopes: ['read_products', 'read_discounts', 'read_customers'] },
    new Date(),
  );

/** What the app meets when it names these scopes, or none: the page, or the code. */
const asking = async (app: TestApp, parameters: Readonly<Record<string, string>> = {}) =>
  reachConsent(new Browser(), (await ask(server, app, parameters)).url, { storeId: STORE.id });

const codeOf = ({ location }: Seen) => new URL(location ?? '').searchParams.get('code');

const reviewed = async ({ id }: { readonly id: string }) => {
  const installation = await server.system.transaction((transaction) =>
    findInstallation(transaction, id, STORE.id),
  );
  return [...(installation?.reviewed ?? [])].sort();
};

const answer = async (
  app: TestApp,
  scopes: readonly Scope[],
  parameters: Readonly<Record<string, string>> = {},
) => {
  const { url } = await ask(server, app, { prompt: 'consent', ...parameters });
  const callback = await consent(new Browser(), url, { scopes, storeId: STORE.id });
  expect(callback.searchParams.get('code')).toMatch(/^op_ac_/);
};

describe('a scope that the page did not show', () => {
  it('is asked about as new when the app asks for all', async () => {
    const app = await newApp();
    await answer(app, [], { scope: 'read_orders read_products' });
    expect(await reviewed(app)).toEqual(['read_orders', 'read_products']);
    const page = await asking(app);
    expect(page.status).toBe(200);
    expect(boxesOf(page.html).map(({ scope, checked }) => [scope, checked])).toEqual(
      expect.arrayContaining([
        ['read_discounts', true],
        ['read_products', false],
      ]),
    );
    expect(page.html.split(NEW)).toHaveLength(2);
    expect(page.html.split(DECLINED)).toHaveLength(2);
  });

  it('is asked about as new, also when it was declared while the page was open', async () => {
    const app = await newApp();
    const browser = new Browser();
    const scope = 'read_orders read_products read_discounts';
    const asked = await ask(server, app, { scope, prompt: 'consent' });
    const shown = await reachConsent(browser, asked.url, { storeId: STORE.id });
    await declareMore(app);
    const done = await browser.follow(
      await browser.submit(shown, [
        ['decision', 'allow'],
        ['scope', 'read_products'],
      ]),
    );
    expect(codeOf(done)).toMatch(/^op_ac_/);
    expect(await reviewed(app)).not.toContain('read_customers');
    const page = await asking(app);
    expect([page.status, page.html.split(NEW).length]).toEqual([200, 2]);
    expect(boxesOf(page.html).map(({ scope }) => scope)).toContain('read_customers');
  });

  it('is new again where it was granted, and could not be offered while the approval was withdrawn', async () => {
    const gated = 'read_warranty_pricing';
    const { system } = server;
    const redirectUri = 'https://gated.example/callback';
    const { app: record, clientSecret } = await registerApp(
      system,
      {
        name: 'Gated',
        visibility: 'PUBLIC',
        redirectUris: [redirectUri],
        requiredScopes: ['read_orders'],
        optionalScopes: [gated],
        ownerStore: STORE.id,
      },
      new Date(),
    );
    const { id, clientId } = record;
    const app = { id, clientId, secret: clientSecret, redirectUri };
    const approve = async () => {
      await submitForReview(system, id, new Date());
      await approveApp(system, id, new Date());
    };
    await approve();
    await answer(app, [gated]);
    expect(await reviewed(app)).toContain(gated);
    await rejectApp(system, id, 'Not now.', new Date());
    await answer(app, []);
    expect(await reviewed(app)).toEqual(['read_orders']);
    await approve();
    const page = await asking(app);
    expect([page.status, page.html.split(NEW).length]).toEqual([200, 2]);
    expect(page.html).not.toContain(DECLINED);
  });

  it('is not granted', async () => {
    const app = await newApp();
    const base = { appId: app.id, storeId: STORE.id, merchantId: DEMO_MERCHANTS.owner.id };
    const shown = ['read_orders', 'read_products'] as const;
    const granted = [...shown, 'read_discounts'] as const;
    await expect(
      saveConsent(server.system, { ...base, shown, granted, now: new Date() }),
    ).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/cannot be granted read_discounts\.$/),
    });
    expect(await reviewed(app)).toEqual([]);
    await saveConsent(server.system, { ...base, shown, granted: shown, now: new Date() });
    expect(await reviewed(app)).toEqual(['read_orders', 'read_products']);
  });
});

describe('a scope that the merchant said no to', () => {
  it('stays answered when the app asks for less, and is asked about when it is named', async () => {
    const app = await newApp();
    await answer(app, ['read_products']);
    await answer(app, ['read_products'], { scope: 'read_orders' });
    expect(await reviewed(app)).toEqual(['read_discounts', 'read_orders', 'read_products']);
    expect(codeOf(await asking(app))).toMatch(/^op_ac_/);
    const named = await asking(app, { scope: 'read_orders read_discounts' });
    expect([named.status, named.html.includes(DECLINED), named.html.includes(NEW)]).toEqual([
      200,
      true,
      false,
    ]);
  });

  it('is new again when the app has given it up and declares it anew', async () => {
    const app = await newApp();
    await answer(app, ['read_products']);
    const { system } = server;
    await changeApp(system, app.id, { optionalScopes: ['read_products'] }, new Date());
    expect(await reviewed(app)).not.toContain('read_discounts');
    await changeApp(
      system,
      app.id,
      { optionalScopes: ['read_products', 'read_discounts'] },
      new Date(),
    );
    const page = await asking(app);
    expect([page.status, page.html.split(NEW).length]).toEqual([200, 2]);
    expect(page.html).not.toContain(DECLINED);
  });
});
