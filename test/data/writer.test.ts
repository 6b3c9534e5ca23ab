import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orders } from '../../src/data/tables/orders.ts';
import type { Transaction } from '../../src/data/writer.ts';
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
