import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER_ROLE, WRITER_ROLE } from '../../src/data/tables/columns.ts';
import { STORE } from '../support/gateway.ts';
import type { TestStore } from './kit.ts';
import { createOldOrder, createOrder, openOrders, stored } from './order-kit.ts';

describe.each(['pglite', 'postgres'] as const)('when an order was created, on %s', (backend) => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openOrders(backend);
  });
  afterAll(() => store.close());

  const update = (role: string, set: string, id: string) =>
    store.gateway.asRole(role, [
      [
        "select set_config('scopegate.store_id', $1, true), set_config('scopegate.orders_since', '-infinity', true)",
        [STORE.id],
      ],
      [`update commerce.orders set ${set} where id = $1`, [id]],
    ]);

  it.each([WRITER_ROLE, OWNER_ROLE])(
    'cannot be changed by %s, so that none comes into the window',
    async (role) => {
      const id = await createOldOrder(store);
      const before = await stored(store, id);
      for (const moment of ["created_at + interval '2 days'", "created_at - interval '1 ms'"]) {
        const change = update(role, `created_at = ${moment}, updated_at = now()`, id);
        await expect(change).rejects.toThrow('When an order was created cannot be changed.');
      }
      expect(await stored(store, id)).toEqual(before);
    },
  );

  it('may be named beside what changes, where it stays the same', async () => {
    const id = await createOrder(store);
    await update(WRITER_ROLE, "created_at = created_at, tags = '{named}'", id);
    expect((await stored(store, id)).tags).toEqual(['named']);
  });
});
