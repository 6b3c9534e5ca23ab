import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import type { AxeResults } from 'axe-core';
import type { Locator, Page as Tab } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { consentPage } from '../../src/oauth/pages/consent.tsx';
import type { Page } from '../../src/oauth/pages/facts.ts';
import { signInPage } from '../../src/oauth/pages/sign-in.tsx';
import { ASKING, CONSENT, FORM, PAGES } from '../oauth/page-samples.ts';
import { type Visit, type VisitOptions, visit } from './visit.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The server's own, and the app's. */
let origin: string;
let appOrigin: string;
/** The bodies of all forms that arrived. */
let sent: string[];
let close: () => void;
let visits: Visit[];

/** Pages of this file alone: those that lead to the app's origin, which is known only when it listens. */
const LEADING: Readonly<Record<string, () => Page>> = {
  leading: () =>
    consentPage({ ...CONSENT, asking: { ...ASKING, redirectUri: `${appOrigin}/callback` } }),
  misleading: () =>
    consentPage({ ...CONSENT, asking: { ...ASKING, redirectUri: 'https://other.example/' } }),
  'sign-in-leading': () =>
    signInPage({
      form: FORM,
      asking: { ...ASKING, redirectUri: `${appOrigin}/callback` },
      email: '',
      failure: null,
    }),
};

const listen = async (answer: (request: IncomingMessage) => Promise<Page | null>) => {
  const server = createServer(async (request, response) => {
    const page = await answer(request);
    if (page === null) response.writeHead(303, { location: `${appOrigin}/callback` }).end();
    else response.writeHead(page.status, page.headers).end(page.html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, origin: `http://127.0.0.1:${address.port}` };
};

beforeAll(async () => {
  const app = await listen(async () => ({
    status: 200,
    headers: { 'content-type': 'text/html' },
    html: '<!doctype html><title>The app</title>',
  }));
  const own = await listen(async (request) => {
    if (request.method === 'POST') {
      sent.push(await text(request));
      return null;
    }
    const name = (request.url ?? '').slice(1);
    const make = LEADING[name] ?? PAGES[name];
    return make ? make() : { status: 404, headers: {}, html: '' };
  });
  appOrigin = app.origin;
  origin = own.origin;
  close = () => {
    for (const { server } of [app, own]) {
      server.close();
      server.closeAllConnections();
    }
  };
});
afterAll(() => close());

beforeEach(() => {
  visits = [];
  sent = [];
});
afterEach(async () => {
  for (const opened of visits) await opened.close();
});

async function open(name: string, options: VisitOptions = {}): Promise<Visit> {
  const opened = await visit(`${origin}/${name}`, options);
  visits.push(opened);
  return opened;
}

/** Opens all that is closed, so that it is looked at as well. */
async function unfold(page: Tab): Promise<void> {
  for (const summary of await page.locator('summary').all()) {
    if (await summary.isVisible()) await summary.click();
  }
}

async function violationsOn(page: Tab): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>(
    'axe.run(document, { iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })',
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const isFocused = (locator: Locator) =>
  locator.evaluate((element) => element === element.ownerDocument.activeElement);

// An app's address leads nowhere here, and a status of 400 is a problem in the browser's words.
const ours = (problems: readonly string[]) =>
  problems.filter((problem) => !/ERR_NAME_NOT_RESOLVED|status of [45]/.test(problem));

describe.each(['light', 'dark'] as const)('in the %s', (theme) => {
  it.each([320, 1280])(
    'every page %d wide fits, and has no fault that axe finds',
    async (width) => {
      const { page, problems } = await open('signed-out', { width, theme });
      for (const name of Object.keys(PAGES)) {
        await page.goto(`${origin}/${name}`);
        await unfold(page);
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect({ name, overflow, violations: await violationsOn(page) }).toEqual({
          name,
          overflow: 0,
          violations: [],
        });
      }
      expect(ours(problems)).toEqual([]);
    },
  );
});

describe('the consent page', () => {
  it('is answered by keyboard alone: untick, go on, allow', async () => {
    const { page, problems } = await open('leading', { width: 360 });
    const box = page.getByRole('checkbox', { name: 'See who your customers are' });
    const allow = page.getByRole('button', { name: 'Allow' });
    for (let step = 0; step < 20 && !(await isFocused(box)); step += 1) {
      await page.keyboard.press('Tab');
    }
    expect(await isFocused(box)).toBe(true);
    expect(await box.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
    await page.keyboard.press('Space');
    for (let step = 0; step < 20 && !(await isFocused(allow)); step += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(`${appOrigin}/callback`);
    expect(sent).toEqual(['csrf=csrf-token&scope=manage_webhooks&decision=allow']);
    expect(problems).toEqual([]);
  });

  it('cancels when Enter is pressed on a box', async () => {
    const { page } = await open('leading');
    await page.getByRole('checkbox', { name: 'See who your customers are' }).press('Enter');
    await page.waitForURL(`${appOrigin}/callback`);
    expect(new URLSearchParams(sent[0]).get('decision')).toBe('cancel');
  });

  it('cannot have a required box unticked', async () => {
    const { page } = await open('leading');
    const required = page.getByRole('checkbox', { name: 'See your recent orders' });
    await page.getByText('See your recent orders').click({ force: true });
    expect(await required.isChecked()).toBe(true);
    expect(await required.isDisabled()).toBe(true);
  });

  it('takes a press anywhere on the words of a box', async () => {
    const { page } = await open('leading');
    // The label lies over the words, which is what is to be shown here.
    await page.getByText('Read personal data of customers').click({ force: true });
    expect(await page.getByRole('checkbox', { name: 'See who' }).isChecked()).toBe(false);
  });

  it('ends at the app that it names, and its policy lets it end nowhere else', async () => {
    const { page, problems } = await open('misleading');
    await page.getByRole('button', { name: 'Allow' }).click();
    await expect.poll(() => problems.join()).toContain('violated form-action');
    expect(page.url()).toBe(`${origin}/misleading`);
  });

  it('works where scripts are off', async () => {
    const { context } = await open('signed-out');
    const browser = context.browser();
    const still = await browser?.newContext({ javaScriptEnabled: false });
    const page = await still?.newPage();
    await page?.goto(`${origin}/leading`);
    await page?.getByRole('button', { name: 'Allow' }).click();
    await page?.waitForURL(`${appOrigin}/callback`);
    await still?.close();
    expect(new URLSearchParams(sent[0]).getAll('scope')).toEqual([
      'read_customers',
      'manage_webhooks',
    ]);
  });
});

describe('the sign-in page', () => {
  it('signs in by Enter, and is left without filling it in', async () => {
    const { page } = await open('sign-in-leading');
    await page.getByLabel('E-mail address').fill('robin@x.example');
    await page.getByLabel('Password').fill('a secret');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${appOrigin}/callback`);
    expect(sent).toEqual(['csrf=csrf-token&email=robin%40x.example&password=a+secret']);
    await page.goto(`${origin}/sign-in-leading`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForURL(`${appOrigin}/callback`);
    expect(new URLSearchParams(sent[1]).get('decision')).toBe('cancel');
  });
});

describe('the connected apps', () => {
  it('have a scope taken back by a second press', async () => {
    const { page } = await open('installed-apps');
    await page.getByText('What it may do (3)').first().click();
    await page.getByText('Take back').first().click();
    expect(sent).toEqual([]);
    await page.getByRole('button', { name: 'Yes, take it back' }).first().click();
    await expect
      .poll(() => sent)
      .toEqual(['csrf=csrf-token&action=withdraw&installation=ins_1&scope=read_customers']);
  });
});
