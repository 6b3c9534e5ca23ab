import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_MERCHANTS } from '../../src/data/seed/demo-merchants.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { approveApp, registerApp, submitForReview } from '../../src/oauth/apps.ts';
import { addStore } from '../../src/oauth/merchants.ts';
import { listStores, registerStore, type StoreDraft } from '../../src/oauth/registered-stores.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { fresh, order } from '../commands/order-kit.ts';
import type { Answer, TestGateway } from '../support/gateway.ts';
import { crawl } from '../support/queries-crawl.ts';
import { install, type OAuthServer, startOAuthServer } from './kit.ts';

const REDIRECT_URI = 'https://everything.example/callback';
const NO_CURRENCY = 'currency: It is no currency code like USD (ISO 4217).';
const NO_DOMAIN = 'domain: It is a host name in lower case, such as shop.example.com.';
const NO_ZONE = 'timezone: It is a time zone by its IANA name, such as Europe/Berlin, or UTC.';

let server: OAuthServer;

beforeAll(async () => {
  server = await startOAuthServer();
});
afterAll(() => server.close());

let count = 0;
const draft = (changes: Partial<StoreDraft> = {}): StoreDraft => ({
  name: 'Calder Goods',
  domain: `calder-${++count}.example.com`,
  currency: 'EUR',
  timezone: 'Europe/Berlin',
  ...changes,
});

const make = (changes: Partial<StoreDraft> = {}) =>
  registerStore(server.system, draft(changes), new Date());

describe('a new store', () => {
  it('is as it was described, and among all stores', async () => {
    const now = new Date();
    const given = draft({ platform: 'WOOCOMMERCE' });
    const store = await registerStore(server.system, given, now);
    const id = expect.stringMatching(/^sto_[0-9a-z]{20}$/);
    expect(store).toEqual({ id, ...given, createdAt: now, updatedAt: now });
    expect(await listStores(server.system)).toContainEqual(store);
    expect((await make()).platform).toBe('API');
  });

  it.each<[string, Partial<StoreDraft>]>([
    ['a currency without decimal places', { currency: 'JPY' }],
    ['an alias of a time zone', { timezone: 'Asia/Kolkata' }],
    ['a time zone of three parts', { timezone: 'America/Argentina/Buenos_Aires' }],
    ['no region', { timezone: 'UTC' }],
    ['an internationalised domain', { domain: 'xn--bcher-kva.example' }],
    ['a name in another script', { name: 'こもれび書店' }],
  ])('may have %s', async (_, changes) => {
    expect(await make(changes)).toMatchObject(changes);
  });

  it.each<[string, Partial<StoreDraft>, string]>([
    ['no name', { name: ' ' }, 'name: It has at least one character.'],
    ['a name of two lines', { name: 'a\nb' }, 'name: It has only characters that can be shown.'],
    ['a domain in capitals', { domain: 'Shop.example.com' }, NO_DOMAIN],
    ['an address for a domain', { domain: 'https://shop.example.com' }, NO_DOMAIN],
    ['a port', { domain: 'shop.example.com:8080' }, NO_DOMAIN],
    ['one label alone', { domain: 'shop' }, NO_DOMAIN],
    ['an empty label', { domain: 'shop..example' }, NO_DOMAIN],
    ['a dot at the end', { domain: 'shop.example.com.' }, NO_DOMAIN],
    ['a hyphen at an end', { domain: '-shop.example.com' }, NO_DOMAIN],
    ['a label that is too long', { domain: `${'a'.repeat(64)}.example` }, NO_DOMAIN],
    ['an IP address', { domain: '127.0.0.1' }, NO_DOMAIN],
    ['a line more', { domain: 'shop.example.com\n' }, NO_DOMAIN],
    ['an id for a domain', { domain: DEMO_STORES[0].id }, NO_DOMAIN],
    ['a currency that is none', { currency: 'ABC' }, NO_CURRENCY],
    ['a currency in small letters', { currency: 'usd' }, NO_CURRENCY],
    ['a city', { timezone: 'Berlin' }, NO_ZONE],
    ['a region that is none', { timezone: 'Europe/Atlantis' }, NO_ZONE],
    ['a time zone in another case', { timezone: 'Europe/BERLIN' }, NO_ZONE],
    ['an offset', { timezone: '+02:00' }, NO_ZONE],
    ['an abbreviation', { timezone: 'CET' }, NO_ZONE],
    [
      'an unknown platform',
      { platform: 'SHOPLIFTY' as 'API' },
      'platform: It is one of SHOPIFY, WOOCOMMERCE, MAGENTO, BIGCOMMERCE, API, UNKNOWN.',
    ],
  ])('is refused with %s', async (_, changes, message) => {
    await expect(make(changes)).rejects.toMatchObject({ code: 'INVALID_INPUT', message });
  });

  it('is refused with every problem at once, and with the domain of another', async () => {
    const before = await listStores(server.system);
    await expect(
      make({ domain: 'shop', currency: 'ABC', timezone: 'Mars/Olympus' }),
    ).rejects.toMatchObject({ message: `${NO_DOMAIN} ${NO_CURRENCY} ${NO_ZONE}` });
    const [{ domain }] = DEMO_STORES;
    await expect(make({ domain })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: `domain: There is a store "${domain}" already.`,
    });
    expect(await listStores(server.system)).toEqual(before);
  });

  it('is one, where two are made at a time', async () => {
    const given = draft();
    const made = await Promise.allSettled([make(given), make(given)]);
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is written down, without what it is called', async () => {
    const { id, domain, name } = await make();
    const [rows = []] = await server.asRole(SYSTEM_ROLE, [
      ['select * from platform.audit_log where store_id = $1', [id]],
    ]);
    expect(rows).toMatchObject([
      { action: 'store.register', actor: 'platform', merchant_id: null, details: [] },
    ]);
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${domain}|${name}`));
  });
});

/** An app that may do everything in a new store, where it was installed by somebody who acts for that. */
async function enter() {
  const store = await make();
  const now = new Date();
  await addStore(server.system, DEMO_MERCHANTS.agency.id, store.domain, now);
  const { app, clientSecret: secret } = await registerApp(
    server.system,
    {
      name: 'Everything',
      visibility: 'PUBLIC',
      redirectUris: [REDIRECT_URI],
      requiredScopes: SCOPES.map(({ name }) => name),
    },
    now,
  );
  await submitForReview(server.system, app.id, now);
  await approveApp(server.system, app.id, now);
  const client = { clientId: app.clientId, secret, redirectUri: REDIRECT_URI };
  const choice = { who: 'agency', storeId: store.id, scopes: [] } as const;
  const { access: token } = await install(server, client, choice);
  const send = async (query: string, variables: object = {}): Promise<Answer> => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { status, headers } = response;
    const text = await response.text();
    return { status, headers, text, body: JSON.parse(text) };
  };
  return { token, send };
}

type Send = Awaited<ReturnType<typeof enter>>['send'];

/** What a query answers without an error. */
async function dataOf<Data>(send: Send, query: string, variables?: object): Promise<Data> {
  const { text, body } = await send(query, variables);
  expect(body.errors, text).toBeUndefined();
  return body.data as Data;
}

/** The id of what a mutation did without a user error. */
async function done(send: Send, name: string, type: string, input: object): Promise<string> {
  // What makes something new takes a key, so that it is made once.
  const key = name.endsWith('Create') ? `, idempotencyKey: "${fresh()}"` : '';
  const data = await dataOf<Record<string, { id: string }>>(
    send,
    `mutation ($input: ${type}!) { ${name}(input: $input${key}) { id userErrors { code field message } } }`,
    { input },
  );
  expect(data[name]).toMatchObject({ id: expect.any(String), userErrors: [] });
  return data[name]?.id ?? '';
}

describe('an app that may do everything in a new store', () => {
  it('reads all of it: what was never set up is null, lists are empty, reports count nothing', async () => {
    const { token, send } = await enter();
    const gateway = {
      send: (query: string, { variables = {} }: { variables?: object }) => send(query, variables),
    } as unknown as TestGateway;
    const answers = await crawl(gateway, token, { pageSize: 10, depth: 3 });
    const wrong = answers.filter(({ body }) => body.errors !== undefined);
    expect(answers.length).toBeGreaterThan(15);
    expect(wrong.map(({ text }) => text)).toEqual([]);
    const query = `{ store { currency timezone settings { version } claimSettings { version } }
      warrantyPricing { version } orders(first: 1) { totalCount } }`;
    expect(await dataOf(send, query)).toEqual({
      store: { currency: 'EUR', timezone: 'Europe/Berlin', settings: null, claimSettings: null },
      warrantyPricing: null,
      orders: { totalCount: 0 },
    });
  });

  it('is quoted no price before protection is set up', async () => {
    const { send } = await enter();
    expect(await dataOf(send, QUOTE)).toEqual({ quoteForCart: null });
  });

  it('sets it up, is quoted a price, and sells protection that is claimed on', async () => {
    const { send } = await enter();
    const ranges = [{ min: '0', amount: '1.25', paidBy: 'CUSTOMER' }];
    for (const kind of ['shippingInsurance', 'warranty', 'extendedWarranty']) {
      await done(send, `${kind}PricingUpdate`, 'PricingUpdateInput', {
        ...{ version: 0, enabled: true, terms: 'As agreed.', currencyCode: 'EUR', ranges },
      });
    }
    for (const kind of ['cart', 'checkout']) {
      await done(send, `${kind}WidgetUpdate`, 'WidgetUpdateInput', {
        ...{ version: 0, enabled: true, checkedByDefault: false, placement: 'BELOW_TOTAL' },
        ...{ heading: 'Protect it', body: 'Against loss.', accentColor: '#1f4e79' },
      });
    }
    await done(send, 'storeCreditSettingsUpdate', 'StoreCreditSettingsUpdateInput', {
      ...{ version: 0, enabled: true, form: 'GIFT_CARD', cap: '100' },
    });
    expect(await dataOf(send, QUOTE)).toEqual({
      quoteForCart: { premium: { amount: '1.25', currencyCode: 'EUR' } },
    });
    const sold = { platform: 'API', currency: 'EUR', protection: [{ kind: 'SHIPPING_INSURANCE' }] };
    const orderId = await done(send, 'orderCreate', 'OrderCreateInput', order(sold));
    const lines = [
      { sourceLineId: 'a', quantity: 2 },
      { sourceLineId: 'b', quantity: 1 },
    ];
    await done(send, 'fulfillmentCreate', 'FulfillmentCreateInput', {
      ...{ orderId, sourceId: 'f-1', status: 'IN_TRANSIT', lines },
    });
    const { order: placed } = await dataOf<{ order: Placed }>(
      send,
      'query ($id: ID!) { order(id: $id) { lineItems(first: 5) { nodes { id } } } }',
      { id: orderId },
    );
    await done(send, 'claimCreate', 'ClaimCreateInput', {
      ...{ orderId, type: 'TRACKING_NOT_MOVING', requestedResolution: 'REFUND' },
      description: 'It never came.',
      items: placed.lineItems.nodes.map(({ id }) => ({ lineItemId: id, quantity: 1 })),
    });
  });
});

const QUOTE = `{ quoteForCart(input: { currencyCode: "EUR", lines: [{ sourceProductId: "p-1", quantity: 1, unitPrice: "35" }] })
  { premium { amount currencyCode } } }`;

interface Placed {
  readonly lineItems: { readonly nodes: readonly { readonly id: string }[] };
}
