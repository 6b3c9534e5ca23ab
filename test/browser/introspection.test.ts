import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { type ExplorerServer, startServer } from './server.ts';
import { type Visit, visit } from './visit.ts';

let server: ExplorerServer | undefined;
let opened: Visit | undefined;

afterEach(async () => {
  await opened?.close();
  await server?.close();
});

/** GraphiQL of a gateway with a setting, its documentation opened. */
async function open(setting: string) {
  server = await startServer({ SCOPEGATE_INTROSPECTION: setting });
  opened = await visit(server.url);
  const { page } = opened;
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  return { page, token: server.token };
}

const documentation = (page: Page) => page.locator('.graphiql-doc-explorer');

async function enter(page: Page, token: string) {
  await page.getByLabel('Bearer token').fill(token);
  await page.keyboard.press('Enter');
}

describe('the documentation in GraphiQL', () => {
  it('grows with the token that is entered, where a token sees what it can reach', async () => {
    const { page, token } = await open('scoped');
    const type = (name: string) =>
      documentation(page).getByRole('link', { name, exact: true }).first();
    await type('Scope').waitFor();
    expect(await type('Order').count()).toBe(0);
    await enter(page, token);
    await type('Order').waitFor();
    expect(await type('Claim').count()).toBe(0);
  });

  it('comes with the token, where only a token may have it', async () => {
    const { page, token } = await open('token');
    const query = documentation(page).getByRole('link', { name: 'Query', exact: true });
    await documentation(page).getByText('Error fetching schema').waitFor();
    expect(await query.count()).toBe(0);
    await enter(page, token);
    await query.waitFor();
  });
});
