import { createHash, randomBytes } from 'node:crypto';
import { getTableConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEMO_INSTALLATIONS, type DemoAccessToken } from '../../../src/data/seed/demo-apps.ts';
import { DEMO_STORES } from '../../../src/data/seed/demo-stores.ts';
import { generateDemo } from '../../../src/data/seed/generate.ts';
import { insertDemo } from '../../../src/data/seed/insert.ts';
import { PLATFORM_TABLES, platformRows } from '../../../src/data/seed/platform-rows.ts';
import { DEMO_TABLES } from '../../../src/data/seed/rows.ts';
import { APP_ROLE, OWNER_ROLE, SYSTEM_ROLE } from '../../../src/data/tables/columns.ts';
import { cloneDatabase } from '../../support/postgres.ts';

const NOW = new Date('2026-11-21T10:20:30.456Z');
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

let client: pg.Client;
let drop: () => Promise<void>;

/** Rows of a query as a role, in a transaction with these settings. */
async function ask<T extends object>(
  role: string,
  query: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<T[]> {
  await client.query(`begin; set local role ${role}`);
  try {
    for (const [name, value] of Object.entries(settings)) {
      await client.query('select set_config($1, $2, true)', [`scopegate.${name}`, value]);
    }
    return (await client.query<T>(query)).rows;
  } finally {
    await client.query('rollback');
  }
}

/** The same as the app role, in a session of the store and with the window. */
const asStore = <T extends object>(storeId: string, since: string, query: string) =>
  ask<T>(APP_ROLE, query, { store_id: storeId, orders_since: since });

beforeAll(async () => {
  const database = await cloneDatabase(inject('postgresAdminUrl'));
  drop = database.drop;
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ all: string }>(
    `select string_agg(format('%I.%I', schemaname, tablename), ', ') as all
     from pg_tables where schemaname in ('commerce', 'platform')`,
  );
  await client.query(`truncate ${rows[0]?.all}`);
  await client.query(`set role ${OWNER_ROLE}; begin`);
  await insertDemo((text, values) => client.query(text, [...values]), NOW, TOKENS);
  await client.query('commit');
});

afterAll(async () => {
  await client.end();
  await drop();
});

describe('insertDemo', () => {
  it('inserts every row, each visible to its own store', async () => {
    for (const rows of generateDemo(NOW)) {
      for (const [name, table] of Object.entries(DEMO_TABLES)) {
        const query = `select count(*)::int as count from commerce.${getTableConfig(table).name}`;
        const [found] = await asStore<{ count: number }>(
          rows.stores[0]?.id ?? '',
          SINCE_EVER,
          query,
        );
        expect(found?.count, name).toBe(rows[name as keyof typeof rows].length);
      }
    }
  });

  it('inserts every row of the platform, which the app role may not read', async () => {
    const expected = platformRows(NOW, TOKENS);
    for (const [key, table] of Object.entries(PLATFORM_TABLES)) {
      const { name } = getTableConfig(table);
      const query = `select count(*)::int as count from platform.${name}`;
      const [found] = await ask<{ count: number }>(SYSTEM_ROLE, query);
      expect(found?.count, name).toBe(expected[key as keyof typeof expected].length);
    }
    const query = 'select count(*) from platform.access_tokens';
    await expect(asStore(DEMO_STORES[0].id, SINCE_EVER, query)).rejects.toThrow(
      /permission denied/,
    );
  });

  it('stores tokens as hashes, which the gateway finds unless the app is suspended', async () => {
    const found: string[][] = [];
    for (const { token } of TOKENS) {
      const hash = createHash('sha256').update(token).digest('hex');
      const query = `select installation_id from platform.find_access_token('${hash}')`;
      const rows = await asStore<{ installation_id: string }>(DEMO_STORES[0].id, SINCE_EVER, query);
      found.push(rows.map((row) => row.installation_id));
    }
    expect(found).toEqual([[DEMO_INSTALLATIONS.cdp.id], [DEMO_INSTALLATIONS.private.id], []]);
  });

  it('inserts values unchanged', async () => {
    const [first] = generateDemo(NOW);
    const [order] = await asStore<Record<string, unknown>>(
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
    const [recent] = await asStore<{ count: number }>(DEMO_STORES[0].id, since, query);
    const [all] = await asStore<{ count: number }>(DEMO_STORES[0].id, SINCE_EVER, query);
    expect(recent?.count).toBeGreaterThan(200);
    expect(recent?.count).toBeLessThan((all?.count ?? 0) / 5);
  });

  it('leaves no session behind: without one there are no rows', async () => {
    const { rows } = await client.query('select id from commerce.orders limit 1');
    expect(rows).toEqual([]);
  });
});
