import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_STORE } from '../support/gateway.ts';
import type { TestStore } from './kit.ts';
import {
  BOTH,
  createOldOrder,
  createOrder,
  eventsOf,
  fresh,
  openOrders,
  stored,
  WRITE,
} from './order-kit.ts';

describe.each(['postgres'] as const)('fulfilments on %s', (backend) => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openOrders(backend);
  });
  afterAll(() => store.close());

  const shipment = (orderId: string, changes: object = {}) => ({
    orderId,
    sourceId: fresh(),
    status: 'IN_TRANSIT',
    lines: [{ sourceLineId: 'a', quantity: 1 }],
    ...changes,
  });
  const create = (input: object) =>
    store.send('fulfillmentCreate', input, { ...WRITE, key: fresh() });
  const refuse = (input: object, sending: object = WRITE) =>
    store.refusal('fulfillmentCreate', input, { ...sending, key: fresh() });
  const update = (input: object) => store.send('fulfillmentUpdate', input, WRITE);
  const refuseUpdate = (input: object) => store.refusal('fulfillmentUpdate', input, WRITE);

  const row = async (id: string | null) =>
    (await store.rows('select * from commerce.fulfillments where id = $1', [id]))[0];
  const shipped = async (orderId: string) =>
    Number(
      (
        await store.rows(
          'select coalesce(sum(quantity), 0) as n from commerce.fulfillment_line_items where order_id = $1',
          [orderId],
        )
      )[0]?.n,
    );

  describe('fulfillmentCreate', () => {
    it('is refused without its scope, and nothing is changed', async () => {
      const input = shipment(await createOrder(store));
      const before = await store.fingerprint();
      for (const scope of ['read_orders read_all_orders', 'write_claims', 'write_products']) {
        const { status } = await store.ask('fulfillmentCreate', input, { scope, key: fresh() });
        expect(status).toBe(403);
      }
      expect(await store.fingerprint()).toEqual(before);
    });
    it('stores the shipment and says on the order how much has been shipped', async () => {
      const orderId = await createOrder(store);
      const first = await create(
        shipment(orderId, {
          trackingCompany: 'UPS',
          trackingNumbers: ['1Z9'],
          trackingUrls: ['https://example.com/1Z9'],
        }),
      );
      expect(first).toEqual({ id: first.id, version: 1, userErrors: [] });
      expect(first.id).toMatch(/^ful_[0-9a-z]{20}$/);
      expect(await row(first.id)).toMatchObject({
        status: 'IN_TRANSIT',
        tracking_company: 'UPS',
        tracking_numbers: ['1Z9'],
        tracking_urls: ['https://example.com/1Z9'],
        delivered_at: null,
      });
      expect(await stored(store, orderId)).toMatchObject({
        fulfillment_status: 'PARTIALLY_FULFILLED',
        version: 2,
      });
      expect(await eventsOf(store, first.id ?? '')).toEqual(['fulfillment.created']);
      expect(await eventsOf(store, orderId)).toEqual(['order.created', 'order.updated']);
      const rest = [
        { sourceLineId: 'a', quantity: 1 },
        { sourceLineId: 'b', quantity: 1 },
      ];
      await create(shipment(orderId, { lines: rest }));
      expect(await stored(store, orderId)).toMatchObject({ fulfillment_status: 'FULFILLED' });
    });
    it('shows the shipment to those who may read orders', async () => {
      const select =
        'fulfillment { status lineItems(first: 9) { nodes { quantity lineItem { sourceId } } } }';
      const input = shipment(await createOrder(store));
      const payload = await store.send('fulfillmentCreate', input, {
        ...BOTH,
        key: fresh(),
        select,
      });
      expect(payload.fulfillment).toEqual({
        status: 'IN_TRANSIT',
        lineItems: { nodes: [{ quantity: 1, lineItem: { sourceId: 'a' } }] },
      });
    });
    it('counts what waits in the warehouse as not shipped', async () => {
      const orderId = await createOrder(store);
      const lines = [{ sourceLineId: 'a', quantity: 2 }];
      const { id } = await create(shipment(orderId, { status: 'ON_HOLD', lines }));
      expect((await stored(store, orderId)).fulfillment_status).toBe('ON_HOLD');
      await update({ id, status: 'CARRIER_PICKED_UP' });
      expect((await stored(store, orderId)).fulfillment_status).toBe('PARTIALLY_FULFILLED');
    });
    it('takes a line item by its own id', async () => {
      const orderId = await createOrder(store);
      const [line] = await store.rows(
        "select id from commerce.line_items where order_id = $1 and source_id = 'b'",
        [orderId],
      );
      const lines = [{ lineItemId: line?.id, quantity: 1 }];
      expect((await create(shipment(orderId, { lines }))).userErrors).toEqual([]);
      const again = shipment(orderId, { lines });
      expect(await refuse(again)).toContain('NOT_ALLOWED input.lines.0.quantity');
    });

    it('ships no more than was bought, and tells how much is left to those who may read it', async () => {
      const orderId = await createOrder(store);
      const lines = [{ sourceLineId: 'a', quantity: 3 }];
      expect(await refuse(shipment(orderId, { lines }))).toBe(
        'NOT_ALLOWED input.lines.0.quantity: It is more than was bought and is left to be shipped.',
      );
      expect(await refuse(shipment(orderId, { lines }), BOTH)).toBe(
        'NOT_ALLOWED input.lines.0.quantity: 2 of it are left to be shipped.',
      );
      await create(shipment(orderId));
      expect(await refuse(shipment(orderId, { lines }), BOTH)).toBe(
        'NOT_ALLOWED input.lines.0.quantity: 1 of it is left to be shipped.',
      );
    });
    it('ships no piece twice, however many ask at once', async () => {
      const orderId = await createOrder(store);
      const answers = await Promise.all(Array.from({ length: 6 }, () => create(shipment(orderId))));
      expect(answers.filter(({ id }) => id !== null)).toHaveLength(2);
      expect(await shipped(orderId)).toBe(2);
    });

    it.each<[object, string]>([
      [{ lines: [] }, 'INVALID input.lines: There is at least one line.'],
      [
        { lines: [{ quantity: 1 }] },
        'INVALID input.lines.0: It names a line item by its id or by its source id.',
      ],
      [
        { lines: [{ sourceLineId: 'a', quantity: 0 }] },
        'INVALID input.lines.0.quantity: It has to be from 1 to 10,000.',
      ],
      [
        {
          lines: [
            { sourceLineId: 'a', quantity: 1 },
            { sourceLineId: 'a', quantity: 1 },
          ],
        },
        'INVALID input.lines.1: It names a line item that is named before.',
      ],
      [
        { lines: [{ sourceLineId: 'z', quantity: 1 }] },
        'NOT_FOUND input.lines.0.sourceLineId: The order has no such line item.',
      ],
      [
        { lines: [{ lineItemId: 'lin_z', quantity: 1 }] },
        'NOT_FOUND input.lines.0.lineItemId: The order has no such line item.',
      ],
      [
        { trackingUrls: ['javascript:alert(1)'] },
        'INVALID input.trackingUrls.0: It is not an http or https URL.',
      ],
      [
        { trackingUrls: ['https://track.example/?a=b', 'https://me:secret@track.example/'] },
        'INVALID input.trackingUrls.1: It cannot have a user name or a password.',
      ],
      [
        { deliveredAt: '2020-01-01T00:00:00Z' },
        'INVALID input.deliveredAt: It needs a status that says that it was delivered.',
      ],
      [
        { status: 'DELIVERED', deliveredAt: '2999-01-01T00:00:00Z' },
        'INVALID input.deliveredAt: It lies in the future.',
      ],
    ])('refuses %j', async (changes, error) => {
      expect(await refuse(shipment(await createOrder(store), changes))).toBe(error);
    });
    it('keeps addresses as they are sent', async () => {
      const trackingUrls = ['https://track.example/a\0b', ' https://Track.example/"c" '];
      const { id } = await create(shipment(await createOrder(store), { trackingUrls }));
      expect((await row(id))?.tracking_urls).toEqual([
        'https://track.example/a%00b',
        'https://track.example/%22c%22',
      ]);
    });
    it('refuses a source id that the order has already, and not that of another order', async () => {
      const [orderId, other] = [await createOrder(store), await createOrder(store)];
      const input = shipment(orderId);
      await create(input);
      expect(await refuse(input)).toBe(
        'CONFLICT input.sourceId: The order has a fulfilment with this source id already.',
      );
      expect((await create({ ...input, orderId: other })).userErrors).toEqual([]);
    });
    it('ships no cancelled order', async () => {
      const orderId = await createOrder(store);
      await store.send('orderCancel', { id: orderId }, WRITE);
      expect(await refuse(shipment(orderId))).toBe(
        'NOT_ALLOWED input.orderId: A cancelled order is not fulfilled.',
      );
    });
    it("finds no order out of sight, and not another store's", async () => {
      const old = await createOldOrder(store);
      const [other] = await store.rows(
        'select id from commerce.orders limit 1',
        [],
        OTHER_STORE.id,
      );
      for (const orderId of [old, String(other?.id), 'ord_nothing']) {
        expect(await refuse(shipment(orderId))).toBe(
          `NOT_FOUND input.orderId: There is no ${orderId} in sight.`,
        );
      }
      const sending = { scope: 'write_orders read_all_orders', key: fresh() };
      const { userErrors } = await store.send('fulfillmentCreate', shipment(old), sending);
      expect(userErrors).toEqual([]);
    });
    it('gives the same ids to a repeated key, and refuses another body', async () => {
      const orderId = await createOrder(store);
      const [input, sending] = [shipment(orderId), { ...WRITE, key: fresh() }];
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => store.send('fulfillmentCreate', input, sending)),
      );
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect(await shipped(orderId)).toBe(1);
      expect(await store.refusal('fulfillmentCreate', shipment(orderId), sending)).toContain(
        'IDEMPOTENCY_MISMATCH',
      );
    });
  });

  describe('fulfillmentUpdate', () => {
    const created = async (changes: object = {}) => {
      const orderId = await createOrder(store);
      const { id } = await create(shipment(orderId, changes));
      return { orderId, id: id ?? '' };
    };

    it('is refused without its scope, and nothing is changed', async () => {
      const { id } = await created();
      const before = await store.fingerprint();
      const input = { id, status: 'DELIVERED' };
      const { status } = await store.ask('fulfillmentUpdate', input, { scope: 'read_orders' });
      expect([status, await store.fingerprint()]).toEqual([403, before]);
    });
    it('changes what was given and nothing else', async () => {
      const { id } = await created({ trackingCompany: 'UPS', trackingNumbers: ['1'] });
      const before = await row(id);
      const payload = await update({ id, version: 1, trackingNumbers: ['2', '3'] });
      expect(payload).toEqual({ id, version: 2, userErrors: [] });
      const after = await row(id);
      expect(after).toEqual({
        ...before,
        version: 2,
        tracking_numbers: ['2', '3'],
        updated_at: after?.updated_at,
      });
      expect(await eventsOf(store, id)).toEqual(['fulfillment.created', 'fulfillment.updated']);
    });
    it('says when it was delivered, with the status that does', async () => {
      const { id } = await created();
      await update({ id, status: 'DELIVERED', deliveredAt: '2026-01-02T03:04:05Z' });
      const at = async () => (await row(id))?.delivered_at;
      expect(new Date(String(await at())).toISOString()).toBe('2026-01-02T03:04:05.000Z');
      await update({ id, trackingCompany: 'DHL' });
      expect(new Date(String(await at())).toISOString()).toBe('2026-01-02T03:04:05.000Z');
      await update({ id, status: 'NOT_DELIVERED' });
      expect(await at()).toBeNull();
      await update({ id, status: 'DELIVERED' });
      expect(Math.abs(new Date(String(await at())).getTime() - Date.now())).toBeLessThan(60_000);
    });
    it('refuses to empty the status, and a stale version', async () => {
      const { id } = await created();
      expect(await refuseUpdate({ id, status: null })).toBe(
        'INVALID input.status: It cannot be emptied. Leave it out to keep it.',
      );
      expect(await refuseUpdate({ id, version: 5, status: 'DELIVERED' })).toBe(
        'STALE_VERSION input.version: It was changed since this version was read. Read it again and decide anew.',
      );
    });
    it("finds none of an order out of sight, whatever the version, and not another store's", async () => {
      const orderId = await createOldOrder(store);
      const ALL = { scope: 'write_orders read_all_orders' };
      const sending = { ...ALL, key: fresh() };
      const { id: old } = await store.send('fulfillmentCreate', shipment(orderId), sending);
      const [other] = await store.rows(
        'select id from commerce.fulfillments limit 1',
        [],
        OTHER_STORE.id,
      );
      for (const id of [String(old), String(other?.id), 'ful_nothing']) {
        for (const version of [null, 9]) {
          expect(await refuseUpdate({ id, version, status: 'DELIVERED' })).toBe(
            `NOT_FOUND input.id: There is no ${id} in sight.`,
          );
        }
      }
      const input = { id: old, status: 'DELIVERED' };
      const { userErrors } = await store.send('fulfillmentUpdate', input, ALL);
      expect(userErrors).toEqual([]);
    });
    it('loses no change of two at once to the same order', async () => {
      const { id, orderId } = await created();
      const { id: other } = await create(shipment(orderId));
      await Promise.all([
        update({ id, status: 'DELIVERED' }),
        update({ id: other, status: 'DELAYED' }),
        create(shipment(orderId, { lines: [{ sourceLineId: 'b', quantity: 1 }] })),
      ]);
      expect(await stored(store, orderId)).toMatchObject({
        fulfillment_status: 'FULFILLED',
        version: 6,
      });
    });
  });
});
