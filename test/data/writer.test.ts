import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER_ROLE, WRITER_ROLE } from '../../src/data/tables/columns.ts';
import { orders } from '../../src/data/tables/orders.ts';
import type { Transaction } from '../../src/data/transactions.ts';
import { openTestDatabase, STORE, type TestDatabase } from '../support/gateway.ts';

const PERSONAL = 'ada.fenwick@example.com';

describe.each(['pglite', 'postgres'] as const)('a writer on %s', (backend) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(backend);
  });
  afterAll(async () => {
    await test.database.close();
    await test.drop();
  });

  const transaction = <T>(work: (transaction: Transaction) => Promise<T>) =>
    test.database.writer.transaction(
      { storeId: STORE.id, installationId: null, owner: 'a test' },
      work,
    );
  const thrownBy = (work: (transaction: Transaction) => Promise<unknown>): Promise<unknown> =>
    transaction(work).then(
      () => expect.fail('it was carried out'),
      (reason: unknown) => reason,
    );

  it('says what the database refused without the values that were sent, which may be personal', async () => {
    const thrown = await thrownBy((transaction) =>
      transaction
        .update(orders)
        .set({ contactEmail: PERSONAL, subtotal: 10n ** 30n } as object)
        .where(eq(orders.storeId, STORE.id)),
    );
    expect(thrown).toBeInstanceOf(Error);
    const { message, stack, name } = thrown as Error;
    expect(`${name} ${message}`).toMatch(/out of range/);
    expect(thrown).toMatchObject({ code: '22003' });
    expect(stack).not.toContain(PERSONAL);
  });

  /** The tables on which the writer has a privilege. */
  const allowed = async (...privileges: readonly string[]) => {
    const text = `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'commerce' and c.relkind = 'r'
        and (${privileges.map((privilege) => `has_table_privilege('${WRITER_ROLE}', c.oid, '${privilege}')`).join(' or ')})
      order by 1`;
    const [rows = []] = await test.asRole(OWNER_ROLE, [[text]]);
    return rows.map(({ name }) => String(name));
  };

  it('reaches one function of the platform and none of its tables', async () => {
    const functions = `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('platform', 'commerce') and has_function_privilege('${WRITER_ROLE}', p.oid, 'execute')`;
    const tables = `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'platform' and c.relkind in ('r', 'v', 'm', 'f', 'p')
        and has_table_privilege('${WRITER_ROLE}', c.oid, 'select, insert, update, delete')`;
    expect(await test.asRole(OWNER_ROLE, [[functions], [tables]])).toEqual([
      [{ name: 'platform.withdraw_own_scopes(text[])' }],
      [],
    ]);
  });

  it('deletes only what is part of something, or belongs to an app', async () => {
    expect(await allowed('delete')).toEqual([
      'ab_variants',
      'claim_items',
      'customer_addresses',
      'discount_applications',
      'fulfillment_line_items',
      'line_items',
      'pricing_rules',
      'product_members',
      'product_variants',
      'webhook_secrets',
      'webhooks',
    ]);
    expect(await allowed('truncate', 'references', 'trigger')).toEqual([]);
  });

  it('changes neither the store nor the settings that no mutation writes', async () => {
    const written = await allowed('insert', 'update');
    expect(written).toContain('price_settings');
    for (const table of ['stores', 'store_settings', 'claim_settings']) {
      expect(written).not.toContain(table);
      expect(await allowed('select')).toContain(table);
    }
  });

  it('writes down what happened, and neither reads nor changes that', async () => {
    const read = await allowed('select', 'update');
    for (const table of ['audit_entries', 'outbox_events']) {
      expect(await allowed('insert')).toContain(table);
      expect(read).not.toContain(table);
    }
  });

  it('passes on what the work throws, whatever words are in it', async () => {
    for (const message of ['There is no timeout in sight.', 'It was terminated.']) {
      const refused = new Error(message);
      expect(await thrownBy(() => Promise.reject(refused))).toBe(refused);
    }
  });
});

describe('a writer on postgres', () => {
  it('that loses its connection in the middle says so without the values', async () => {
    const { database, drop } = await openTestDatabase('postgres');
    try {
      const thrown = await database.writer
        .transaction({ storeId: STORE.id, installationId: null, owner: 'a test' }, async (open) => {
          await open.execute("select set_config('statement_timeout', '50', true)");
          await open
            .update(orders)
            .set({ contactEmail: PERSONAL })
            .where(eq(orders.storeId, STORE.id));
          await open.execute(`select pg_sleep(1), '${PERSONAL}'`);
        })
        .catch((reason: unknown) => reason);
      expect(thrown).toMatchObject({ code: 'UNAVAILABLE', detail: expect.any(String) });
      expect((thrown as { detail: string }).detail).not.toContain(PERSONAL);
    } finally {
      await database.close();
      await drop();
    }
  });
});
