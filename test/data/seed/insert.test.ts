import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_INSTALLATIONS, type DemoAccessToken } from '../../../src/data/seed/demo-apps.ts';
import { DEMO_STORES } from '../../../src/data/seed/demo-stores.ts';
import { generateDemo } from '../../../src/data/seed/generate.ts';
import { insertDemo } from '../../../src/data/seed/insert.ts';
import { PLATFORM_TABLES, platformRows } from '../../../src/data/seed/platform-rows.ts';
import { DEMO_TABLES } from '../../../src/data/seed/rows.ts';

const NOW = new Date('2026-11-21T10:20:30.456Z');
const MIGRATIONS = new URL('../../../src/data/migrations/', import.meta.url);
const SINCE_EVER = '-infinity';

const TOKENS: readonly DemoAccessToken[] = (['cdp', 'private', 'suspended'] as const).map(
  (installation) => ({
    token: `op_at_${randomBytes(20).toString('hex')}`,
    installation,
    scope: 'read_orders',
    expiresAt: new Date(Date.now() + 3_600_000),
    revokedAt: null,
  }),
);

const database = new PGlite();

async function migrate(): Promise<void> {
  const read = (name: string) => readFileSync(new URL(name, MIGRATIONS), 'utf8');
  const journal = JSON.parse(read('meta/_journal.json')) as { entries: { tag: string }[] };
  for (const { tag } of journal.entries) {
    for (const statement of read(`${tag}.sql`).split('--> statement-breakpoint')) {
      await database.exec(statement);
    }
  }
}

/** Runs one query as the app role, in a session of the store and with the window. */
async function ask<T>(storeId: string, since: string, query: string): Promise<T[]> {
  return database.transaction(async (transaction) => {
    await transaction.exec('set local role scopegate_app');
    await transaction.query(
      "select set_config('scopegate.store_id', $1, true), set_config('scopegate.orders_since', $2, true)",
      [storeId, since],
    );
    return (await transaction.query<T>(query)).rows;
  });
}

beforeAll(async () => {
  await database.exec(`
    create role scopegate_owner; create role scopegate_system; create role scopegate_app; create role scopegate_writer;
    grant scopegate_system, scopegate_app, scopegate_writer to scopegate_owner;
    grant create on database postgres to scopegate_owner; set role scopegate_owner;
  `);
  await migrate();
  await database.exec('begin');
  await insertDemo((text, values) => database.query(text, [...values]), NOW, TOKENS);
  await database.exec('commit');
});

afterAll(() => database.close());

describe('insertDemo', () => {
  it('inserts every row, each visible to its own store', async () => {
    for (const rows of generateDemo(NOW)) {
      for (const [name, table] of Object.entries(DEMO_TABLES)) {
        const query = `select count(*)::int as count from commerce.${getTableConfig(table).name}`;
        const [found] = await ask<{ count: number }>(rows.stores[0]?.id ?? '', SINCE_EVER, query);
        expect(found?.count, name).toBe(rows[name as keyof typeof rows].length);
      }
    }
  });

  it('inserts every row of the platform, which the app role may not read', async () => {
    const expected = platformRows(NOW, TOKENS);
    await database.transaction(async (transaction) => {
      await transaction.exec('set local role scopegate_system');
      for (const [key, table] of Object.entries(PLATFORM_TABLES)) {
        const { name } = getTableConfig(table);
        const query = `select count(*)::int as count from platform.${name}`;
        const [found] = (await transaction.query<{ count: number }>(query)).rows;
        expect(found?.count, name).toBe(expected[key as keyof typeof expected].length);
      }
    });
    const query = 'select count(*) from platform.access_tokens';
    await expect(ask(DEMO_STORES[0].id, SINCE_EVER, query)).rejects.toThrow(/permission denied/);
  });

  it('stores tokens as hashes, which the gateway finds unless the app is suspended', async () => {
    const found = TOKENS.map(async ({ token }) => {
      const hash = createHash('sha256').update(token).digest('hex');
      const query = `select installation_id from platform.find_access_token('${hash}')`;
      const rows = await ask<{ installation_id: string }>(DEMO_STORES[0].id, SINCE_EVER, query);
      return rows.map((row) => row.installation_id);
    });
    expect(await Promise.all(found)).toEqual([
      [DEMO_INSTALLATIONS.cdp.id],
      [DEMO_INSTALLATIONS.private.id],
      [],
    ]);
  });

  it('inserts values unchanged', async () => {
    const [first] = generateDemo(NOW);
    const [order] = await ask<Record<string, unknown>>(
      DEMO_STORES[0].id,
      SINCE_EVER,
      `select o.*, o.total::text as total_text from commerce.orders o
       where shipping_address is not null order by created_at desc, id desc limit 1`,
    );
    const expected = first?.orders.find(({ id }) => id === order?.id);
    expect(order?.total_text).toBe(String(expected?.total));
    expect(order?.created_at).toEqual(expected?.createdAt);
    expect(order?.tags).toEqual(expected?.tags);
    expect(order?.shipping_address).toEqual(expected?.shippingAddress);
    expect(order?.contact_email_lower).toBe(expected?.contactEmail?.toLowerCase() ?? '');
  });

  it('hides the orders before the window from a session with one', async () => {
    const query = 'select count(*)::int as count from commerce.orders';
    const since = new Date(NOW.getTime() - 60 * 86_400_000).toISOString();
    const [recent] = await ask<{ count: number }>(DEMO_STORES[0].id, since, query);
    const [all] = await ask<{ count: number }>(DEMO_STORES[0].id, SINCE_EVER, query);
    expect(recent?.count).toBeGreaterThan(200);
    expect(recent?.count).toBeLessThan((all?.count ?? 0) / 5);
  });

  it('leaves no session behind: without one there are no rows', async () => {
    const { rows } = await database.query('select id from commerce.orders limit 1');
    expect(rows).toEqual([]);
  });
});
