import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { OTHER_STORE, STORE } from '../support/gateway.ts';
import type { TestStore } from './kit.ts';
import {
  BOTH,
  createOldOrder,
  createOrder,
  eventsOf,
  fresh,
  openOrders,
  order,
  stored,
  WRITE,
} from './order-kit.ts';

const STALE =
  'STALE_VERSION input.version: It was changed since this version was read. Read it again and decide anew.';
const TAKEN = 'CONFLICT input.sourceId: There is an order with this source id already.';
const absent = (id: string, field = 'id') =>
  `NOT_FOUND input.${field}: There is no ${id} in sight.`;

describe.each(['postgres'] as const)('orders on %s', (backend) => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openOrders(backend);
  });
  afterAll(() => store.close());

  const read = async (id: string, fields: string, scope = 'read_orders', storeId?: string) => {
    const token = await store.gateway.token(scope, storeId);
    const { body } = await store.gateway.send(`{ order(id: "${id}") { ${fields} } }`, { token });
    return body.data?.order as Record<string, unknown> | null;
  };
  const idOf = async (text: string, storeId?: string) =>
    String((await store.rows(text, [], storeId))[0]?.id);

  describe('orderCreate', () => {
    const create = (changes: object) =>
      store.refusal('orderCreate', order(changes), { ...WRITE, key: fresh() });

    it('is refused without its scope, and nothing is changed', async () => {
      const before = await store.fingerprint();
      for (const scope of ['read_orders', 'read_all_orders', 'write_claims', 'write_customers']) {
        const { status, body } = await store.ask('orderCreate', order(), { scope, key: fresh() });
        expect([status, body.errors?.[0]?.extensions.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
      }
      expect(await store.fingerprint()).toEqual(before);
    });

    it('gives the id and version under its scope alone', async () => {
      const payload = await store.send('orderCreate', order(), { ...WRITE, key: fresh() });
      expect(payload).toEqual({ id: payload.id, version: 1, userErrors: [] });
      expect(payload.id).toMatch(/^ord_[0-9a-z]{20}$/);
    });
    it('does nothing for a token that asks to see what it may not read', async () => {
      const before = await store.fingerprint();
      const { status, body } = await store.ask('orderCreate', order(), {
        ...WRITE,
        key: fresh(),
        select: 'order { sourceId }',
      });
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
      expect(await store.fingerprint()).toEqual(before);
    });

    it('stores what was sent, for those who may read it', async () => {
      const customerId = await idOf('select id from commerce.customers order by id limit 1');
      const [product] = await store.rows(
        `select p.id, p.source_id, v.source_id as variant from commerce.products p
         join commerce.product_variants v on v.product_id = p.id and v.store_id = p.store_id
         where v.deleted_at is null order by p.id limit 1`,
      );
      const sent = order({
        customerId,
        contactName: 'Ada Rossi',
        contactEmail: 'ada@example.com',
        contactPhone: '+14155550123',
        shippingAddress: { address1: 'Via Roma 1', city: 'Turin', countryCode: 'IT' },
        tags: ['gift', 'gift', 'express'],
        riskLevel: 'LOW',
        financialStatus: 'PAID',
      });
      const [first, second] = sent.lines;
      const lines = [
        { ...first, sourceProductId: product?.source_id, sourceVariantId: product?.variant },
        { ...second, sourceProductId: 'gone' },
      ];
      const { id } = await store.send(
        'orderCreate',
        { ...sent, lines },
        { ...WRITE, key: fresh() },
      );
      const fields = `sourceId sourceNumber platform createdAt subtotal { amount } discountTotal { amount }
        shippingTotal { amount } taxTotal { amount } total { amount currencyCode } tags riskLevel financialStatus
        fulfillmentStatus protectionStatus premiumPaid { amount } contactName contactEmail contactPhone
        shippingAddress { address1 address2 city countryCode } customer { id }
        lineItems(first: 9) { nodes { sourceId quantity unitPrice { amount } total { amount } product { id } } }`;
      const scope = 'read_orders read_customers read_products';
      expect(await read(id ?? '', fields, scope)).toEqual({
        sourceId: sent.sourceId,
        sourceNumber: '#9001',
        platform: 'SHOPIFY',
        createdAt: sent.createdAt,
        subtotal: { amount: '35.00' },
        discountTotal: { amount: '5.00' },
        shippingTotal: { amount: '4.90' },
        taxTotal: { amount: '2.40' },
        total: { amount: '37.30', currencyCode: 'USD' },
        tags: ['gift', 'express'],
        riskLevel: 'LOW',
        financialStatus: 'PAID',
        fulfillmentStatus: 'UNFULFILLED',
        protectionStatus: 'UNPROTECTED',
        premiumPaid: { amount: '0.00' },
        contactName: 'Ada Rossi',
        contactEmail: 'ada@example.com',
        contactPhone: '+14155550123',
        shippingAddress: {
          address1: 'Via Roma 1',
          address2: null,
          city: 'Turin',
          countryCode: 'IT',
        },
        customer: { id: customerId },
        lineItems: {
          nodes: [
            {
              sourceId: 'a',
              quantity: 2,
              unitPrice: { amount: '12.50' },
              total: { amount: '20.00' },
              product: { id: product?.id },
            },
            {
              sourceId: 'b',
              quantity: 1,
              unitPrice: { amount: '10.00' },
              total: { amount: '10.00' },
              product: null,
            },
          ],
        },
      });
      expect(await eventsOf(store, id ?? '')).toEqual(['order.created']);
    });

    it('ties no line to what was deleted, and keeps the tie of those that were tied before', async () => {
      const write = { scope: 'write_products' };
      const made = async (name: string, input: object) => {
        const { id, version } = await store.send(name, input, { ...write, key: fresh() });
        return { id, version };
      };
      const sourceProductId = fresh();
      const sourceVariantId = fresh();
      const price = { amount: '1', currencyCode: 'USD' };
      const variant = { title: 'Blue', price, inventory: { quantity: 1 } };
      const product = await made('productCreate', {
        ...{ sourceId: sourceProductId, name: 'Lamp', status: 'ACTIVE', kind: 'SIMPLE', price },
        variants: [
          { ...variant, sourceId: sourceVariantId },
          { ...variant, sourceId: fresh() },
        ],
      });
      const tieOf = async (ids: object) => {
        const [first, second] = order().lines;
        const id = await createOrder(store, { lines: [{ ...first, ...ids }, second] });
        const [line] = await store.rows(
          'select product_id, variant_id from commerce.line_items where order_id = $1 and position = 0',
          [id],
        );
        return line;
      };
      const before = await tieOf({ sourceProductId, sourceVariantId });
      expect(before).toEqual({ product_id: product.id, variant_id: expect.any(String) });
      await store.send('productVariantDelete', { id: before?.variant_id }, write);
      for (const gone of [sourceVariantId, before?.variant_id]) {
        expect(await tieOf({ sourceProductId, sourceVariantId: gone })).toEqual({
          product_id: product.id,
          variant_id: null,
        });
      }
      await store.send('productDelete', { id: product.id }, write);
      for (const gone of [sourceProductId, product.id]) {
        expect(await tieOf({ sourceProductId: gone })).toEqual({
          product_id: null,
          variant_id: null,
        });
      }
      expect(
        await store.rows('select 1 from commerce.line_items where product_id = $1', [product.id]),
      ).toHaveLength(3);
    });

    it('keeps whole minor units of currencies with no and with three decimal places', async () => {
      const prices = [
        ['JPY', '1250', '2500', 1250n, 2500n],
        ['KWD', '1.375', '2.750', 1375n, 2750n],
      ] as const;
      for (const [currency, unitPrice, total, unitMinor, totalMinor] of prices) {
        const { storeId } = {
          storeId: DEMO_STORES.find((demo) => demo.currency === currency)?.id ?? '',
        };
        const input = {
          ...order(),
          ...{
            currency,
            subtotal: total,
            total,
            lines: [{ sourceId: 'a', name: 'Tea', quantity: 2, unitPrice }],
          },
          ...{ discountTotal: null, shippingTotal: null, taxTotal: null },
        };
        const { id } = await store.send('orderCreate', input, { ...WRITE, storeId, key: fresh() });
        const [row] = await store.rows(
          `select o.total::text, l.unit_price::text from commerce.orders o
           join commerce.line_items l on l.order_id = o.id where o.id = $1`,
          [id],
          storeId,
        );
        expect(row).toEqual({ total: String(totalMinor), unit_price: String(unitMinor) });
      }
    });

    it.each<[object, string]>([
      [{ total: '37.31' }, 'total: It is not the subtotal, less discounts, with shipping and tax.'],
      [
        { subtotal: '35.01', total: '37.31' },
        'subtotal: It is not what the lines come to: price times quantity, before discounts.',
      ],
      [
        { discountTotal: '4.99', total: '37.31' },
        'discountTotal: It is less than the discounts of the lines.',
      ],
      [{ discountTotal: '40', total: '2.30' }, 'discountTotal: It is more than there is to pay.'],
      [{ taxTotal: '2.39', total: '37.29' }, 'taxTotal: It is less than the taxes of the lines.'],
      [{ subtotal: '35.001' }, 'subtotal: USD has no more than 2 decimal places.'],
      [{ lines: [] }, 'lines: There is at least one line.'],
      [{ sourceId: '' }, 'sourceId: It cannot be empty.'],
      [{ contactEmail: 'nobody' }, 'contactEmail: It is not an e-mail address.'],
      [
        { contactPhone: '555' },
        'contactPhone: It has to be a phone number like +14155550123 (E.164).',
      ],
      [
        { billingAddress: { countryCode: 'Italy' } },
        'billingAddress.countryCode: It has to be a two-letter country code (ISO 3166-1).',
      ],
      [{ createdAt: '2999-01-01T00:00:00Z' }, 'createdAt: It lies in the future.'],
      [
        { protection: [{ kind: 'WARRANTY' }, { kind: 'WARRANTY' }] },
        'protection: Each kind comes once.',
      ],
    ])('refuses %j', async (changes, error) => {
      expect(await create(changes)).toBe(`INVALID input.${error}`);
    });
    it('takes no amount that sums over orders could not hold', async () => {
      const none = { discountTotal: null, shippingTotal: null, taxTotal: null };
      const costing = (unitPrice: string, currency: string) => {
        const lines = [{ sourceId: 'a', name: 'Tea', quantity: 1, unitPrice }];
        return { ...none, currency, lines, subtotal: unitPrice, total: unitPrice };
      };
      const tooMuch = ['subtotal', 'total', 'lines.0.unitPrice']
        .map((field) => `INVALID input.${field}: It is more than an amount can be.`)
        .join('\n');
      expect(await create(costing('999999999999999.9999', 'CLF'))).toBe(tooMuch);
      expect(await create(costing('10000000000000.01', 'USD'))).toBe(tooMuch);
      await createOrder(store, costing('10000000000000.00', 'USD'));
    });
    it('takes an image at an address of the web', async () => {
      const lines = (imageUrl: string) => ({
        ...{ discountTotal: null, shippingTotal: null, taxTotal: null },
        lines: [{ sourceId: 'a', name: 'Tea', quantity: 1, unitPrice: '1', imageUrl }],
        ...{ subtotal: '1', total: '1' },
      });
      expect(await create(lines('javascript:alert(1)'))).toBe(
        'INVALID input.lines.0.imageUrl: It is not an http or https URL.',
      );
      await createOrder(store, lines('https://shop.example/a\0.png'));
    });
    it('says which line is wrong', async () => {
      const [first] = order().lines;
      const totals = { discountTotal: null, shippingTotal: null, taxTotal: null };
      const once = { ...first, sourceId: 'x', quantity: 1, unitPrice: '4', discountTotal: '5' };
      expect(
        await create({ ...totals, lines: [once], subtotal: '4', total: '4', discountTotal: '4' }),
      ).toBe(
        [
          'INVALID input.lines.0.discountTotal: It is more than the line comes to.',
          'INVALID input.discountTotal: It is less than the discounts of the lines.',
          'INVALID input.taxTotal: It is less than the taxes of the lines.',
          'INVALID input.total: It is not the subtotal, less discounts, with shipping and tax.',
        ].join('\n'),
      );
      const twice = { sourceId: 'x', name: 'Tea', quantity: 1, unitPrice: '4' };
      expect(await create({ ...totals, lines: [twice, twice], subtotal: '8', total: '8' })).toBe(
        'INVALID input.lines.1.sourceId: Another line of the order has it.',
      );
      expect(
        await create({ ...totals, lines: [{ ...twice, quantity: 0 }], subtotal: '0', total: '0' }),
      ).toBe('INVALID input.lines.0.quantity: It has to be from 1 to 10,000.');
    });

    it('answers alike for a source id in sight and one that is not', async () => {
      const young = (await stored(store, await createOrder(store))).source_id;
      const old = (await stored(store, await createOldOrder(store))).source_id;
      expect(await create({ sourceId: young })).toBe(TAKEN);
      expect(await create({ sourceId: old })).toBe(TAKEN);
    });
    it('stores an order that is older than its writer may see, and does not show it', async () => {
      const createdAt = new Date(Date.now() - 61 * 86_400_000).toISOString();
      const sending = { ...BOTH, key: fresh(), select: 'order { id }' };
      const payload = await store.send('orderCreate', order({ createdAt }), sending);
      expect(payload).toEqual({ id: payload.id, version: 1, userErrors: [], order: null });
      const scope = 'write_orders read_orders read_all_orders';
      expect(await read(payload.id ?? '', 'createdAt', scope)).toEqual({ createdAt });
    });
    it('leaves the source ids of another store to it', async () => {
      const sourceId = fresh();
      for (const storeId of [STORE.id, OTHER_STORE.id]) {
        const input = order({ sourceId });
        const { userErrors } = await store.send('orderCreate', input, {
          ...WRITE,
          storeId,
          key: fresh(),
        });
        expect(userErrors).toEqual([]);
      }
    });
    it("finds neither another store's customer nor an original order out of sight", async () => {
      const customerId = await idOf('select id from commerce.customers limit 1', OTHER_STORE.id);
      expect(await create({ customerId })).toBe(absent(customerId, 'customerId'));
      const originalOrderId = await createOldOrder(store);
      expect(await create({ originalOrderId })).toBe(absent(originalOrderId, 'originalOrderId'));
      const scope = 'write_orders read_orders read_all_orders';
      const input = order({ originalOrderId });
      const { userErrors } = await store.send('orderCreate', input, { scope, key: fresh() });
      expect(userErrors).toEqual([]);
    });

    it('gives the same ids to a repeated key, under the scopes of the repetition', async () => {
      const key = fresh();
      const input = order();
      const first = await store.send('orderCreate', input, { ...WRITE, key });
      const again = await store.send('orderCreate', input, {
        ...BOTH,
        key,
        select: 'order { sourceId }',
      });
      expect(again).toEqual({ ...first, order: { sourceId: input.sourceId } });
      const [count] = await store.rows(
        'select count(*)::int as n from commerce.orders where source_id = $1',
        [input.sourceId],
      );
      expect(count).toEqual({ n: 1 });
      expect(await store.refusal('orderCreate', order(), { ...WRITE, key })).toBe(
        'IDEMPOTENCY_MISMATCH -: This idempotency key was used for another mutation or another input. Send a new key for a new request.',
      );
    });
    it('makes one order of a source id, whoever comes first', async () => {
      const sourceId = fresh();
      const answers = await Promise.all(
        Array.from({ length: 6 }, () =>
          store.send('orderCreate', order({ sourceId }), { ...WRITE, key: fresh() }),
        ),
      );
      expect(answers.filter(({ id }) => id !== null)).toHaveLength(1);
      const errors = answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
      expect(errors).toEqual(Array(5).fill('CONFLICT'));
    });
    it('makes one order of a key that is sent many times at once', async () => {
      const [input, key] = [order(), fresh()];
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => store.send('orderCreate', input, { ...WRITE, key })),
      );
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect(answers[0]?.id).not.toBeNull();
    });
  });

  describe('orderUpdate', () => {
    let id: string;
    beforeEach(async () => {
      id = await createOrder(store, { contactName: 'Ada Rossi', riskLevel: 'HIGH', tags: ['a'] });
    });

    it('is refused without its scope, and nothing is changed', async () => {
      const before = await store.fingerprint();
      const input = { id, financialStatus: 'PAID' };
      const { status } = await store.ask('orderUpdate', input, { scope: 'read_orders' });
      expect([status, await store.fingerprint()]).toEqual([403, before]);
    });
    it('changes what was given and nothing else; null empties', async () => {
      const before = await stored(store, id);
      const input = {
        id,
        version: before.version,
        financialStatus: 'PAID',
        riskLevel: null,
        tags: ['b'],
        contactEmail: 'ada@example.com',
        shippingAddress: { city: 'Turin' },
      };
      const payload = await store.send('orderUpdate', input, WRITE);
      const version = Number(before.version) + 1;
      expect(payload).toEqual({ id, version, userErrors: [] });
      const after = await stored(store, id);
      expect(after).toEqual({
        ...before,
        version,
        financial_status: 'PAID',
        risk_level: null,
        tags: ['b'],
        contact_email: 'ada@example.com',
        contact_email_lower: 'ada@example.com',
        shipping_address: expect.objectContaining({ city: 'Turin', name: null }),
        updated_at: after.updated_at,
      });
      expect(after.created_at).toEqual(before.created_at);
      expect(await eventsOf(store, id)).toEqual(['order.created', 'order.updated']);
    });
    it('takes no other time of creation', async () => {
      const input = { id, createdAt: new Date().toISOString() };
      const before = await store.fingerprint();
      const { status, body } = await store.ask('orderUpdate', input, WRITE);
      expect([status, body.data]).toEqual([200, undefined]);
      expect(body.errors?.[0]?.message).toContain('Field "createdAt" is not defined');
      expect(await store.fingerprint()).toEqual(before);
    });
    it('shows the contact to those who may read customers alone', async () => {
      const select = 'order { contactName }';
      const input = { id, contactName: 'Grace Hall' };
      const blind = await store.ask('orderUpdate', input, { ...BOTH, select });
      expect([blind.status, (await stored(store, id)).contact_name]).toEqual([403, 'Ada Rossi']);
      const scope = 'write_orders read_orders read_customers';
      const { order: shown } = await store.send('orderUpdate', input, { scope, select });
      expect(shown).toEqual({ contactName: 'Grace Hall' });
    });
    it('refuses to empty what every order has', async () => {
      const input = { id, financialStatus: null };
      expect(await store.refusal('orderUpdate', input, WRITE)).toBe(
        'INVALID input.financialStatus: It cannot be emptied. Leave it out to keep it.',
      );
    });
    it('refuses a version that is not the last one', async () => {
      const input = { id, version: 99, financialStatus: 'PAID' };
      expect(await store.refusal('orderUpdate', input, WRITE)).toBe(STALE);
    });
    it('lets one of two who read the same version change it', async () => {
      const { version } = await stored(store, id);
      const answers = await Promise.all(
        ['PAID', 'VOIDED', 'EXPIRED'].map((financialStatus) =>
          store.send('orderUpdate', { id, version, financialStatus }, WRITE),
        ),
      );
      expect(answers.filter((answer) => answer.id !== null)).toHaveLength(1);
    });
  });

  describe('every mutation of an order', () => {
    const MUTATIONS: readonly [string, (id: string) => object, object?][] = [
      ['orderUpdate', (id) => ({ id, tags: [] })],
      ['orderTagsAdd', (id) => ({ id, tags: ['x'] }), { inputType: 'OrderTagsInput' }],
      ['orderTagsRemove', (id) => ({ id, tags: ['x'] }), { inputType: 'OrderTagsInput' }],
      ['orderCancel', (id) => ({ id })],
      ['orderProtectionRemove', (id) => ({ id })],
    ];

    it.each(MUTATIONS)(
      "%s finds no order out of sight, and not another store's",
      async (name, inputOf, more) => {
        const other = await idOf(
          'select id from commerce.orders order by created_at desc limit 1',
          OTHER_STORE.id,
        );
        for (const id of [await createOldOrder(store), other, 'ord_nothing']) {
          expect(await store.refusal(name, inputOf(id), { ...WRITE, ...more })).toBe(absent(id));
          const guessed = { ...inputOf(id), ...(name.includes('Tags') ? {} : { version: 7 }) };
          expect(await store.refusal(name, guessed, { ...WRITE, ...more })).toBe(absent(id));
        }
      },
    );
    it.each(MUTATIONS.slice(0, 4))(
      '%s finds an old order with read_all_orders',
      async (name, inputOf, more) => {
        const input = inputOf(await createOldOrder(store));
        const scope = 'write_orders read_all_orders';
        expect((await store.send(name, input, { scope, ...more })).userErrors).toEqual([]);
      },
    );
    it.each(MUTATIONS)('%s is refused without write_orders', async (name, inputOf, more) => {
      const id = await createOrder(store);
      const before = await store.fingerprint();
      const scope = 'read_orders read_all_orders write_claims';
      const { status } = await store.ask(name, inputOf(id), { scope, ...more });
      expect([status, await store.fingerprint()]).toEqual([403, before]);
    });
  });

  describe('orderTagsAdd and orderTagsRemove', () => {
    const INPUT = { ...WRITE, inputType: 'OrderTagsInput' };

    it('add and take tags, each once', async () => {
      const id = await createOrder(store, { tags: ['a', 'b'] });
      await store.send('orderTagsAdd', { id, tags: ['b', 'c', 'c'] }, INPUT);
      expect((await stored(store, id)).tags).toEqual(['a', 'b', 'c']);
      await store.send('orderTagsRemove', { id, tags: ['a', 'z'] }, INPUT);
      expect((await stored(store, id)).tags).toEqual(['b', 'c']);
    });
    it('tell by the version whether there was such a tag to nobody', async () => {
      const id = await createOrder(store, { tags: ['a'] });
      const { version: known } = await store.send('orderTagsAdd', { id, tags: ['a'] }, INPUT);
      const { version: other } = await store.send('orderTagsAdd', { id, tags: ['n'] }, INPUT);
      expect([known, other]).toEqual([2, 3]);
    });
    it('refuse none and too many', async () => {
      const tags = Array.from({ length: 250 }, (_, index) => `t${index}`);
      const id = await createOrder(store, { tags });
      expect(await store.refusal('orderTagsAdd', { id, tags: [] }, INPUT)).toBe(
        'INVALID input.tags: There is at least one tag.',
      );
      expect(await store.refusal('orderTagsAdd', { id, tags: ['one more'] }, INPUT)).toBe(
        'NOT_ALLOWED input.tags: An order has at most 250 tags.',
      );
    });
    it('lose no tag that is added at the same time', async () => {
      const id = await createOrder(store);
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      await Promise.all(names.map((tag) => store.send('orderTagsAdd', { id, tags: [tag] }, INPUT)));
      const row = await stored(store, id);
      expect([[...(row.tags as string[])].sort(), row.version]).toEqual([names, 7]);
    });
  });

  describe('orderCancel', () => {
    it('cancels the order and its active protection', async () => {
      const id = await createOrder(store, {
        protection: [{ kind: 'SHIPPING_INSURANCE' }, { kind: 'WARRANTY' }],
      });
      const payload = await store.send('orderCancel', { id }, WRITE);
      expect(payload).toEqual({ id, version: 2, userErrors: [] });
      const row = await stored(store, id);
      expect(row).toMatchObject({ protection_status: 'CANCELLED' });
      expect(row.cancelled_at).toEqual(row.protection_cancelled_at);
      const policies = await store.rows(
        'select id, status from commerce.policies where order_id = $1',
        [id],
      );
      expect(policies.map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
      for (const policy of policies) {
        expect(await eventsOf(store, String(policy.id))).toEqual(['policy.updated']);
      }
      expect(await eventsOf(store, id)).toEqual([
        'order.created',
        'protection.added',
        'order.cancelled',
        'protection.removed',
      ]);
    });
    it('cancels once', async () => {
      const id = await createOrder(store);
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => store.send('orderCancel', { id }, WRITE)),
      );
      expect(answers.filter((answer) => answer.id !== null)).toHaveLength(1);
      expect(await store.refusal('orderCancel', { id }, WRITE)).toBe(
        'NOT_ALLOWED input.id: An order is cancelled once.',
      );
      expect(await eventsOf(store, id)).toEqual(['order.created', 'order.cancelled']);
    });
    it('refuses a stale version', async () => {
      const id = await createOrder(store);
      expect(await store.refusal('orderCancel', { id, version: 2 }, WRITE)).toBe(STALE);
    });
  });
});
