import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
} from 'vitest';
import { type ExplorerServer, HOSTILE_DESCRIPTION, startServer, startToyServer } from './server.ts';
import { type Visit, type VisitOptions, visit } from './visit.ts';

const BUILT = 'dist/explorer';
const SCREENSHOTS = join(tmpdir(), 'scopegate-screenshots');

let server: ExplorerServer;
let visits: Visit[];

beforeAll(async () => {
  server = await startServer();
  mkdirSync(SCREENSHOTS, { recursive: true });
});
afterAll(() => server.close());

beforeEach(() => {
  visits = [];
});
afterEach(async () => {
  for (const opened of visits) await opened.close();
});

/** A visit of GraphiQL that has loaded its schema. */
async function open(url: string, options: VisitOptions = {}): Promise<Visit> {
  const opened = await visit(url, options);
  visits.push(opened);
  await ready(opened.page);
  return opened;
}

const ready = (page: Page) => page.locator('.graphiql-query-editor .view-line').first().waitFor();
const tokenField = (page: Page) => page.getByLabel('Bearer token');
const run = (page: Page) => page.getByRole('button', { name: /^Execute query/ }).click();

// Monaco shows spaces as no-break spaces.
const answer = async (page: Page) =>
  ((await page.locator('.result-window .view-lines').textContent()) ?? '').replaceAll(
    '\u00a0',
    ' ',
  );

const answers = (page: Page) => expect.poll(() => answer(page), { timeout: 10_000 });

/** Opens the documentation and, in it, the field of the query type. */
async function readDocs(page: Page, field: string): Promise<void> {
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page
    .locator('.graphiql-doc-explorer')
    .getByRole('link', { name: 'Query', exact: true })
    .click();
  await page
    .locator('.graphiql-doc-explorer')
    .getByRole('link', { name: field, exact: true })
    .click();
}

describe('the page', () => {
  it('talks to its own origin only and violates no policy', async () => {
    const { page, origins, problems } = await open(server.url);
    await tokenField(page).fill(server.token);
    await run(page);
    await answers(page).toContain('"clientId"');
    await readDocs(page, 'orders');
    await page.getByRole('button', { name: /^Prettify query/ }).click();
    await typeOperation(page, '{ order');
    await page.locator('.squiggly-error').first().waitFor();
    await page.getByRole('button', { name: 'Variables' }).click();
    await page.getByRole('button', { name: 'Open settings dialog' }).click();
    await page.getByRole('button', { name: 'Dark' }).click();

    expect([...origins]).toEqual([new URL(server.url).origin]);
    expect(problems).toEqual([]);
  });

  it('shows the descriptions of the schema', async () => {
    const { page } = await open(server.url);
    await readDocs(page, 'orders');
    expect(await page.locator('.graphiql-markdown-description').first().textContent()).not.toBe('');
  });

  it('leads the keyboard to the token first', async () => {
    const { page } = await open(server.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.labels[0].textContent')).toBe(
      'Bearer token',
    );
  });

  it.each([
    ['light', 1280],
    ['light', 400],
    ['dark', 1280],
    ['dark', 400],
  ] as const)('fits a %s window %i wide', async (theme, width) => {
    const { page } = await open(server.url, { theme, width });
    await page.screenshot({ path: join(SCREENSHOTS, `${theme}-${width}-empty.png`) });
    await tokenField(page).fill(server.token);
    await run(page);
    await answers(page).toContain('"clientId"');
    await page.screenshot({ path: join(SCREENSHOTS, `${theme}-${width}.png`) });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await readDocs(page, 'orders');
    await page.screenshot({ path: join(SCREENSHOTS, `${theme}-${width}-docs.png`) });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });
});

describe('the token', () => {
  it('is sent with each request once it is typed', async () => {
    const { page, authorizations } = await open(server.url);
    expect(new Set(authorizations)).toEqual(new Set([undefined]));

    const before = authorizations.length;
    await tokenField(page).fill(server.token);
    await run(page);
    await answers(page).toContain('"clientId"');
    expect(new Set(authorizations.slice(before))).toEqual(new Set([`Bearer ${server.token}`]));
  });

  it('is not sent when the field is empty, and the refusal is shown as it came', async () => {
    const { page, authorizations } = await open(server.url);
    await tokenField(page).fill('   ');
    await run(page);
    await answers(page).toContain('"UNAUTHENTICATED"');
    expect(new Set(authorizations)).toEqual(new Set([undefined]));
  });

  it.each([
    ['surrounded by whitespace', (token: string) => `  ${token}\t`],
    ['after its scheme', (token: string) => `Bearer ${token}`],
    ['after its scheme in small letters', (token: string) => ` bearer   ${token} `],
  ])('is understood %s', async (_, paste) => {
    const { page, authorizations } = await open(server.url);
    await tokenField(page).fill(paste(server.token));
    await run(page);
    await answers(page).toContain('"clientId"');
    expect(authorizations.at(-1)).toBe(`Bearer ${server.token}`);
  });

  it('leaves the page usable when it is wrong', async () => {
    const { page } = await open(server.url);
    await tokenField(page).fill('wrong');
    await tokenField(page).press('Enter');
    await answers(page).toContain('"INVALID_TOKEN"');
    await run(page);
    await answers(page).toContain('"INVALID_TOKEN"');

    await tokenField(page).fill(server.token);
    await run(page);
    await answers(page).toContain('"clientId"');
  });

  it('is nowhere after a reload, neither in the page nor on the disk', async () => {
    const profile = mkdtempSync(join(tmpdir(), 'scopegate-browser-'));
    onTestFinished(() => rmSync(profile, { recursive: true, force: true }));
    const opened = await open(server.url, { profile });
    const { page, context } = opened;
    await tokenField(page).fill(server.token);
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines').click();
    // The editor closes the quote and the brace.
    await page.keyboard.type(`{"x-copy": "${server.token}`);
    await page.keyboard.press('Escape');
    await page.locator('.graphiql-query-editor .view-lines').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.insertText(`# ${server.token}\n`);
    await run(page);
    await answers(page).toContain('"clientId"');
    await page.keyboard.press('Control+Home');
    // GraphiQL stores an edit half a second later.
    await page.waitForTimeout(1500);
    await page.reload();
    await ready(page);

    expect(await tokenField(page).inputValue()).toBe('');
    expect(await everythingKept(page)).not.toContain(server.token);
    const state = JSON.stringify(await context.storageState({ indexedDB: true }));
    expect(state).toContain('graphiql:tabState');
    expect(state).not.toContain(server.token);

    await opened.close();
    const files = filesBelow(profile).map((file) => readFileSync(file, 'latin1'));
    const holds = (text: string) => files.some((file) => plain(file).includes(text));
    expect(holds('graphiql:tabState')).toBe(true);
    expect(holds(server.token)).toBe(false);
  });
});

/** All that a script of this origin could find again. */
const everythingKept = (page: Page) =>
  page.evaluate<string>(`(async () => JSON.stringify([
    { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state,
    window.name, document.documentElement.outerHTML,
    await indexedDB.databases(), await caches.keys(),
  ]))()`);

// Chromium writes some strings as UTF-16.
const plain = (bytes: string) => bytes.replaceAll('\0', '');

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('a hostile description', () => {
  let hostile: ExplorerServer;
  beforeAll(async () => {
    hostile = await startToyServer(BUILT, HOSTILE_DESCRIPTION);
  });
  afterAll(() => hostile.close());

  it('is shown as text and runs nothing', async () => {
    const opened = await open(hostile.url);
    await readDocs(opened.page, 'described');
    const description = opened.page.locator('.graphiql-markdown-description').first();
    await description.getByText('<script>window.hostile = 3</script>').waitFor();
    await opened.page.screenshot({ path: join(SCREENSHOTS, 'hostile-docs.png') });

    expect(await description.locator('strong').textContent()).toBe('Bold');
    expect(await description.locator('script, style, svg, a, [onerror]').count()).toBe(0);
    await expectHarmless(opened);
  });

  it('has its images refused by the policy', async () => {
    const { page, refused } = await open(hostile.url);
    await readDocs(page, 'described');
    await expect.poll(() => [...refused]).toEqual(['https://tracker.example']);
  });

  it('is as harmless where the editor shows it', async () => {
    const opened = await open(hostile.url);
    await typeOperation(opened.page, '{ described');
    await opened.page.locator('.view-line').getByText('described').first().hover();
    const hover = opened.page.locator('.monaco-hover:visible');
    await hover.getByText('Bold').first().waitFor();
    await opened.page.screenshot({ path: join(SCREENSHOTS, 'hostile-hover.png') });

    expect(await hover.locator('script, style, svg, [onerror]').count()).toBe(0);
    expect(await hover.locator('[href^="javascript:"], [href^="data:"]').count()).toBe(0);
    await expectHarmless(opened);
  });

  it('is as harmless in an answer', async () => {
    const opened = await open(hostile.url);
    await typeOperation(opened.page, '{ described');
    await run(opened.page);
    await answers(opened.page).toContain('<script>');
    await expectHarmless(opened);
  });

  async function expectHarmless({ page, origins }: Visit) {
    expect(await page.evaluate('window.hostile')).toBeUndefined();
    expect(await page.locator('body').isVisible()).toBe(true);
    expect([...origins]).toEqual([new URL(hostile.url).origin]);
  }
});

/** Replaces the operation; the editor closes the braces that are left open. */
async function typeOperation(page: Page, text: string): Promise<void> {
  await page.locator('.graphiql-query-editor .view-lines').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
  await page.locator('.suggest-widget.visible').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.suggest-widget.visible').waitFor({ state: 'hidden' });
}
