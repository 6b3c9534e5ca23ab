import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { DEMO_APPS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_MERCHANTS } from '../../src/data/seed/demo-merchants.ts';
import { apps } from '../../src/data/tables/apps.ts';
import { merchantStores } from '../../src/data/tables/merchants.ts';
import { stores } from '../../src/data/tables/stores.ts';
import type { Transaction } from '../../src/data/transactions.ts';
import { type Backend, openTestDatabase } from '../support/gateway.ts';

describe.each<Backend>(['pglite', 'postgres'])('the platform on %s', (backend) => {
  it('sees stores, apps and people, and no store data', async () => {
    const { database, drop } = await openTestDatabase(backend);
    try {
      await database.system.transaction(async (transaction) => {
        expect(await transaction.select({ id: stores.id }).from(stores)).toHaveLength(4);
        const people = await transaction.select().from(merchantStores);
        expect(
          people.filter(({ merchantId }) => merchantId === DEMO_MERCHANTS.agency.id),
        ).toHaveLength(3);
      });
      const orders = database.system.transaction((transaction) =>
        transaction.execute(sql`select * from commerce.orders`),
      );
      await expect(orders).rejects.toMatchObject({ code: '42501' });
    } finally {
      await database.close();
      await drop();
    }
  });

  it('makes a store, and neither changes nor removes one', async () => {
    const { database, drop } = await openTestDatabase(backend);
    const now = new Date();
    const store = {
      ...{ id: 'sto_new', name: 'New', domain: 'new.example', platform: 'API' as const },
      ...{ currency: 'USD', timezone: 'UTC', createdAt: now, updatedAt: now },
    };
    const inSystem = (work: (transaction: Transaction) => Promise<unknown>) =>
      database.system.transaction(async (transaction) => void (await work(transaction)));
    try {
      await inSystem((transaction) => transaction.insert(stores).values(store));
      const isNew = eq(stores.id, store.id);
      const refused: readonly ((transaction: Transaction) => Promise<unknown>)[] = [
        async (transaction) => transaction.update(stores).set({ name: 'Other' }).where(isNew),
        async (transaction) => transaction.delete(stores).where(isNew),
      ];
      for (const work of refused) {
        await expect(inSystem(work)).rejects.toMatchObject({ code: '42501' });
      }
      const rows = await database.system.transaction((transaction) =>
        transaction.select().from(stores).where(isNew),
      );
      expect(rows).toEqual([store]);
      // A wave is the app's, also in the session of a store that could be.
      const session = { storeId: 'sto_mine', installationId: null, ordersSince: null };
      const text = `insert into commerce.stores select 'sto_mine', name, 'mine.example', platform, currency, timezone, created_at, updated_at from commerce.stores`;
      await expect(
        database.wave(session, [{ name: null, text, values: [] }]),
      ).rejects.toMatchObject({ code: '42501' });
    } finally {
      await database.close();
      await drop();
    }
  });

  it('keeps nothing of a transaction that fails', async () => {
    const { database, drop } = await openTestDatabase(backend);
    try {
      const { id } = DEMO_APPS.cdp;
      const failing = database.system.transaction(async (transaction) => {
        await transaction.update(apps).set({ name: 'Other' }).where(eq(apps.id, id));
        throw new TypeError('Not this time.');
      });
      await expect(failing).rejects.toThrow('Not this time.');
      const rows = await database.system.transaction((transaction) =>
        transaction.select({ name: apps.name }).from(apps).where(eq(apps.id, id)),
      );
      expect(rows).toEqual([{ name: DEMO_APPS.cdp.name }]);
      // The role was left again: a wave is still the app's.
      await expect(
        database.wave(null, [{ name: null, text: 'select * from platform.apps', values: [] }]),
      ).rejects.toMatchObject({ code: '42501' });
    } finally {
      await database.close();
      await drop();
    }
  });
});
