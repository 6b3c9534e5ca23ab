import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_MERCHANTS, DEMO_PASSWORD } from '../../src/data/seed/demo-merchants.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { type Request, startApp, type TestApp } from './oauth-app.ts';
import { type GatewayServer, startServer } from './server.ts';
import { type Visit, type VisitOptions, visit } from './visit.ts';

const SCREENSHOTS = join(tmpdir(), 'scopegate-screenshots', 'oauth');
const [STORE] = DEMO_STORES;
const { owner, agency } = DEMO_MERCHANTS;

/** What a revocation may take to be seen everywhere. */
const SOON = { timeout: 5_000, interval: 250 };

const ORDERS =
  '{ orders(first: 20) { nodes { sourceNumber customer { email } } } currentApp { grantedScopes { name } } }';

let gateway: GatewayServer;
let app: TestApp;
let visits: Visit[];

beforeAll(async () => {
  gateway = await startServer();
  mkdirSync(SCREENSHOTS, { recursive: true });
}, 120_000);
afterAll(() => gateway.close());

let count = 0;

beforeEach(async () => {
  count += 1;
  visits = [];
  app = await startApp(gateway, {
    name: `Parcel Poet ${count}`,
    required: 'read_orders read_products',
    optional: 'read_customers manage_webhooks',
  });
});
afterEach(async () => {
  for (const opened of visits) await opened.close();
  app.close();
});

async function open(url: string, options: VisitOptions = {}): Promise<Visit> {
  const opened = await visit(url, options);
  visits.push(opened);
  return opened;
}

/** Looks at a page in both themes, narrow and wide, from end to end. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    // Without motion, which would be caught halfway.
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(
        await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
        `${name} at ${width}`,
      ).toBe(0);
      const path = join(SCREENSHOTS, `${name}-${theme}-${width}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function signIn(page: Page, email: string = owner.email): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const box = (page: Page, name: string | RegExp) => page.getByRole('checkbox', { name });
const CUSTOMERS = 'See who your customers are';

/** Presses a box, whose label lies over the whole row. */
async function press(page: Page, name: string, isChecked: boolean): Promise<void> {
  await page.locator('label', { hasText: name }).click();
  expect(await box(page, name).isChecked()).toBe(isChecked);
}

/** Comes back to the app; where it was sent off again, the tokens that it gets. */
async function comeBack(page: Page, request: Request) {
  await page.waitForURL(`${app.redirectUri}?*`);
  expect(await page.getByRole('heading').textContent()).toBe('Back at the app');
  return app.exchange(page.url(), request);
}

/** Connects the app through the pages, with all that it asks for. */
async function connect(page: Page) {
  const request = await app.ask();
  await page.goto(request.url);
  await signIn(page);
  await page.getByRole('button', { name: 'Allow' }).click();
  return comeBack(page, request);
}

interface Answer {
  readonly status: number;
  readonly body: {
    readonly data?: { readonly orders: { readonly nodes: readonly Order[] } };
    readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
  };
}

interface Order {
  readonly customer: { readonly email: string } | null;
}

async function query(token: string): Promise<Answer> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: ORDERS }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const customersIn = ({ body }: Answer) =>
  (body.data?.orders.nodes ?? []).filter(({ customer }) => customer !== null).length;

const refusalIn = ({ body }: Answer) => body.errors?.[0]?.extensions;

const REFUSED = { code: 'INSUFFICIENT_SCOPE', coordinate: 'Order.customer' };

describe('from an app’s request to its data', { timeout: 180_000 }, () => {
  it('a merchant says no to personal data, is asked again, and says yes', async () => {
    const first = await app.ask();
    const { page, problems, origins } = await open(first.url);
    await shoot(page, '1-sign-in');
    await signIn(page);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      `Connect ${app.name} to ${STORE.name}?`,
    );
    await page.getByText('Parcel Press').waitFor();
    expect(await box(page, 'See your recent orders').isDisabled()).toBe(true);
    await press(page, CUSTOMERS, false);
    await shoot(page, '2-consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    const before = await comeBack(page, first);
    expect(before.scope?.split(' ').sort()).toEqual([
      'manage_webhooks',
      'read_orders',
      'read_products',
    ]);

    const refused = await query(before.access_token);
    expect(refused.status).toBe(200);
    expect(refused.body.data?.orders.nodes).toHaveLength(20);
    expect(customersIn(refused)).toBe(0);
    expect(refusalIn(refused)).toMatchObject({ ...REFUSED, missingScopes: ['read_customers'] });

    // The app asks for what it was told that it lacks, and for something that it has only just declared.
    await app.command('change', '--optional=read_customers manage_webhooks read_discounts');
    const told = String(refusalIn(refused)?.authorizationUrl);
    const scope = `${new URL(told).searchParams.get('scope')} read_discounts`;
    const second = await app.ask({ scope }, told);
    await page.goto(second.url);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      `${app.name} asks you to review what it may do`,
    );
    await page.getByText('One scope is new, marked “New”.').waitFor();
    const entry = (name: string) => page.getByRole('listitem').filter({ has: box(page, name) });
    await entry(CUSTOMERS).getByText('You said no before').waitFor();
    await entry('See your discounts').getByText('New', { exact: true }).waitFor();
    expect(await box(page, CUSTOMERS).isChecked()).toBe(false);
    expect(await box(page, 'See your discounts').isChecked()).toBe(true);
    await shoot(page, '3-asked-again');
    await press(page, CUSTOMERS, true);
    await page.getByRole('button', { name: 'Allow' }).click();
    const after = await comeBack(page, second);

    const shown = await query(after.access_token);
    expect(shown.body.errors).toBeUndefined();
    expect(customersIn(shown)).toBeGreaterThan(0);
    const old = await query(before.access_token);
    expect(customersIn(old)).toBe(0);
    expect(refusalIn(old)).toMatchObject(REFUSED);

    expect(problems).toEqual([]);
    expect([...origins].sort()).toEqual([gateway.origin, app.origin].sort());
  });

  it('cancelling leads back with access_denied, and nothing is connected', async () => {
    for (const isSignedIn of [false, true]) {
      const request = await app.ask();
      const { page, close } = await open(request.url);
      if (isSignedIn) await signIn(page);
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.waitForURL(`${app.redirectUri}?*`);
      const { searchParams } = new URL(page.url());
      expect(Object.fromEntries(searchParams)).toEqual({
        error: 'access_denied',
        error_description: 'The merchant did not consent.',
        state: request.state,
        iss: gateway.origin,
      });
      await expect(app.exchange(page.url(), request)).rejects.toMatchObject({
        error: 'access_denied',
      });
      await page.goto(`${gateway.origin}/merchant/apps`);
      if (isSignedIn) expect(await page.getByText(app.name).count()).toBe(0);
      await close();
      visits.pop();
    }
  });

  it('a person with several stores chooses one, without scripts', async () => {
    const request = await app.ask();
    const { page } = await open(request.url, { scripts: false });
    await signIn(page, agency.email);
    const [, store] = DEMO_STORES;
    await page.getByRole('button', { name: store.name }).click();
    await press(page, CUSTOMERS, false);
    await page.getByRole('button', { name: 'Allow' }).click();
    const tokens = await comeBack(page, request);
    expect(tokens).toMatchObject({ store_id: store.id });
    expect(refusalIn(await query(tokens.access_token))).toMatchObject(REFUSED);

    await page.goto(`${gateway.origin}/merchant/apps`);
    await page.getByRole('button', { name: store.name }).click();
    const own = page.getByRole('article', { name: app.name });
    await own.getByText('What it may do').click();
    await own.getByText('Take back').click();
    await own.getByRole('button', { name: 'Yes, take it back' }).click();
    await page.getByText('Taken back:').waitFor();
    await own.getByRole('link', { name: 'Disconnect' }).click();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('Disconnected.').waitFor();
    await expect.poll(async () => (await query(tokens.access_token)).status, SOON).toBe(401);
  });

  it('the keyboard alone is enough, from signing in to disconnecting', async () => {
    const request = await app.ask();
    const { page } = await open(request.url);
    await tabTo(page, page.getByLabel('E-mail address'));
    await page.keyboard.type(owner.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(DEMO_PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(/interaction/);
    await tabTo(page, box(page, CUSTOMERS));
    await page.keyboard.press('Space');
    await tabTo(page, page.getByRole('button', { name: 'Allow' }));
    await page.keyboard.press('Enter');
    const { access_token: token, scope } = await comeBack(page, request);
    expect(scope).not.toContain('read_customers');

    await page.goto(`${gateway.origin}/merchant/apps`);
    const own = page.getByRole('article', { name: app.name });
    await tabTo(page, own.locator('summary').first());
    await page.keyboard.press('Enter');
    await tabTo(page, own.locator('.withdraw summary'));
    await page.keyboard.press('Enter');
    await tabTo(page, own.getByRole('button', { name: 'Yes, take it back' }));
    await page.keyboard.press('Enter');
    await page.getByText('Taken back:').waitFor();
    await tabTo(page, own.getByRole('link', { name: 'Disconnect' }));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('button', { name: 'Disconnect' }));
    await page.keyboard.press('Enter');
    await page.getByText('Disconnected.').waitFor();
    await expect.poll(async () => (await query(token)).status, SOON).toBe(401);
  });
});

/** Presses Tab until an element has the focus, which must be seen. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const isFocused = () =>
    wanted.evaluate((element) => element === element.ownerDocument.activeElement);
  for (let step = 0; step < 60 && !(await isFocused()); step += 1) {
    await page.keyboard.press('Tab');
  }
  expect(await isFocused()).toBe(true);
  const outline = await wanted.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline).toBe('solid');
}

describe('the merchant’s page', { timeout: 180_000 }, () => {
  it('shows the last use, takes one scope back and disconnects, as every token feels within 5 s', async () => {
    const { page, problems } = await open(`${gateway.origin}/merchant/apps`);
    await shoot(page, '4-merchant-sign-in');
    const first = await connect(page);
    await page.goto(`${gateway.origin}/merchant/apps`);
    const own = page.getByRole('article', { name: app.name });
    await own.getByText('Not used yet.').waitFor();
    const again = await app.ask({ prompt: 'consent' });
    await page.goto(again.url);
    await page.getByRole('button', { name: 'Allow' }).click();
    const second = await comeBack(page, again);
    const tokens = [first.access_token, second.access_token];
    for (const token of tokens) expect(customersIn(await query(token))).toBeGreaterThan(0);

    await page.goto(`${gateway.origin}/merchant/apps`);
    await expect
      .poll(async () => {
        await page.reload();
        return own.textContent();
      }, SOON)
      .toContain('Last used within the last hour.');
    await shoot(page, '5-connected-apps');

    await own.getByText('What it may do').click();
    const customers = own.getByRole('listitem').filter({ hasText: CUSTOMERS });
    await customers.getByText('Take back').click();
    await shoot(page, '6-take-back');
    await customers.getByRole('button', { name: 'Yes, take it back' }).click();
    await page.getByText('“See who your customers are” is no longer allowed').waitFor();
    await shoot(page, '7-taken-back');
    for (const token of tokens) {
      await expect.poll(async () => refusalIn(await query(token)), SOON).toMatchObject(REFUSED);
    }

    await own.getByRole('link', { name: 'Disconnect' }).click();
    await shoot(page, '8-disconnect');
    await page.getByRole('link', { name: 'Keep it' }).click();
    await own.waitFor();
    expect((await query(second.access_token)).status).toBe(200);

    await own.getByRole('link', { name: 'Disconnect' }).click();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText(`${app.name} can no longer see or change anything`).waitFor();
    await shoot(page, '9-disconnected');
    expect(await own.count()).toBe(0);
    for (const token of tokens) {
      await expect.poll(async () => (await query(token)).status, SOON).toBe(401);
    }
    // Telling it again is no lie only as long as it stays so.
    const { url } = await app.ask();
    const told = page.url();
    await page.goto(url);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${app.redirectUri}?*`);
    await page.goto(told);
    expect(await page.getByText('Disconnected.').count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
