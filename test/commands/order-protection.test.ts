import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { premiumOf, ruleFor } from '../../src/data/pricing.ts';
import { OTHER_STORE } from '../support/gateway.ts';
import type { TestStore } from './kit.ts';
import { createOrder, eventsOf, fresh, openOrders, order, stored, WRITE } from './order-kit.ts';

const SHIPPING = { kind: 'SHIPPING_INSURANCE' };
const NOT_OFFERED = 'The store does not offer this protection for such an order.';

interface Offer {
  readonly id: string;
  readonly premium: bigint;
  readonly paidBy: string;
}

describe.each(['postgres'] as const)('the protection of an order on %s', (backend) => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openOrders(backend);
  });
  afterAll(() => store.close());

  const cart = (unitPrice = '35') => [{ sourceProductId: 'p', quantity: 1, unitPrice }];

  /** A computed quote for the subtotal of the order that `order()` makes. */
  const quote = async (input: object = {}, storeId?: string): Promise<Offer> => {
    const token = await store.gateway.token('read_quotes', storeId);
    const query = `query ($input: QuoteForCartInput!) { quoteForCart(input: $input) {
      id paidBy premium { amount } } }`;
    const variables = { input: { lines: cart(), currencyCode: 'USD', ...input } };
    const { body, text } = await store.gateway.send(query, { token, variables });
    const offer = body.data?.quoteForCart as {
      id: string;
      paidBy: string;
      premium: { amount: string };
    };
    if (!offer) throw new Error(text);
    return { ...offer, premium: BigInt(offer.premium.amount.replace('.', '')) };
  };

  const policiesOf = (id: string) =>
    store.rows(
      `select kind, status, premium::text, paid_by, insured_value::text, currency, cancelled_at is not null as ended
       from commerce.policies where order_id = $1 order by kind`,
      [id],
    );
  const priceOf = async (kind: string, subtotal: bigint) => {
    const rows = await store.rows('select * from commerce.pricing_rules where kind = $1', [kind]);
    const rules = rows.map((row) => ({
      minimum: BigInt(String(row.minimum)),
      maximum: row.maximum === null ? null : BigInt(String(row.maximum)),
      amountType: row.amount_type as 'FIXED' | 'PERCENTAGE',
      amount: BigInt(String(row.amount)),
      paidBy: String(row.paid_by),
    }));
    const rule = ruleFor(rules, subtotal);
    if (rule === null) throw new Error('no rule');
    return { premium: premiumOf(rule, subtotal), paidBy: rule.paidBy };
  };
  const money = async (id: string) => {
    const { premium_paid, premium_cost, premium_discount, protection_status } = await stored(
      store,
      id,
    );
    return [protection_status, ...[premium_paid, premium_cost, premium_discount].map(String)];
  };

  const create = (protection: readonly object[], changes: object = {}) =>
    store.refusal('orderCreate', order({ protection, ...changes }), { ...WRITE, key: fresh() });
  const add = (input: object) =>
    store.send('orderProtectionAdd', input, { ...WRITE, key: fresh() });
  const refuseAdd = (input: object) =>
    store.refusal('orderProtectionAdd', input, { ...WRITE, key: fresh() });

  describe('orderCreate', () => {
    it('prices each kind by the rules of the store, and makes its policy', async () => {
      const id = await createOrder(store, { protection: [SHIPPING, { kind: 'WARRANTY' }] });
      const [shipping, warranty] = [
        await priceOf('SHIPPING_INSURANCE', 3500n),
        await priceOf('WARRANTY', 3500n),
      ];
      const policy = { status: 'ACTIVE', insured_value: '3730', currency: 'USD', ended: false };
      expect(await policiesOf(id)).toEqual([
        { ...policy, ...SHIPPING, premium: String(shipping.premium), paid_by: shipping.paidBy },
        {
          ...policy,
          kind: 'WARRANTY',
          premium: String(warranty.premium),
          paid_by: warranty.paidBy,
        },
      ]);
      const premium = String(shipping.premium);
      expect(shipping.paidBy).toBe('CUSTOMER');
      expect(await money(id)).toEqual(['PROTECTED', premium, premium, '0']);
      expect(await eventsOf(store, id)).toEqual(['order.created', 'protection.added']);
    });
    it('has the store pay where its rules say so', async () => {
      const lines = [{ sourceId: 'a', name: 'Piano', quantity: 1, unitPrice: '90000' }];
      const totals = { discountTotal: null, shippingTotal: null, taxTotal: null };
      const id = await createOrder(store, {
        ...{ ...totals, lines, subtotal: '90000', total: '90000' },
        protection: [SHIPPING],
      });
      const { premium, paidBy } = await priceOf('SHIPPING_INSURANCE', 9_000_000n);
      expect(paidBy).toBe('BRAND');
      expect(await money(id)).toEqual(['PROTECTED', '0', String(premium), '0']);
    });

    it('takes over a computed quote, which is thereby stored', async () => {
      const offer = await quote();
      const id = await createOrder(store, { protection: [{ ...SHIPPING, quoteId: offer.id }] });
      expect((await money(id))[2]).toBe(String(offer.premium));
      const [row] = await store.rows(
        'select subtotal::text, premium::text, lines from commerce.quotes where id = $1',
        [offer.id],
      );
      expect(row).toMatchObject({ subtotal: '3500', premium: String(offer.premium) });
      expect(row?.lines).toHaveLength(2);
    });
    it('takes over a quote at the price that was offered, whatever the prices are now', async () => {
      const offer = await quote();
      await store.rows('update commerce.pricing_rules set amount = amount + 77');
      try {
        const id = await createOrder(store, { protection: [{ ...SHIPPING, quoteId: offer.id }] });
        expect((await money(id))[2]).toBe(String(offer.premium));
        const { premium } = await priceOf('SHIPPING_INSURANCE', 3500n);
        expect(premium).not.toBe(offer.premium);
      } finally {
        await store.rows('update commerce.pricing_rules set amount = amount - 77');
      }
    });
    it('takes over a quote once', async () => {
      const { id: quoteId } = await quote();
      const protection = [{ ...SHIPPING, quoteId }];
      const answers = await Promise.all(
        Array.from({ length: 4 }, () =>
          store.send('orderCreate', order({ protection }), { ...WRITE, key: fresh() }),
        ),
      );
      expect(answers.filter(({ id }) => id !== null)).toHaveLength(1);
      expect(await create(protection)).toBe(
        'CONFLICT input.protection.0.quoteId: It was taken over already.',
      );
    });
    it('gives the same order to a repeated key, with the quote that it took over', async () => {
      const { id: quoteId } = await quote();
      const input = order({ protection: [{ ...SHIPPING, quoteId }] });
      const sending = { ...WRITE, key: fresh() };
      const first = await store.send('orderCreate', input, sending);
      expect(first.id).not.toBeNull();
      expect(await store.send('orderCreate', input, sending)).toEqual(first);
    });

    it('refuses a quote for another cart, another kind, another store, and one that is forged', async () => {
      const at = 'input.protection.0.quoteId';
      const other = await quote({ lines: cart('34') });
      expect(await create([{ ...SHIPPING, quoteId: other.id }])).toBe(
        `NOT_ALLOWED ${at}: It was made for another cart.`,
      );
      const warranty = await quote({ kind: 'WARRANTY' });
      expect(await create([{ ...SHIPPING, quoteId: warranty.id }])).toBe(
        `NOT_ALLOWED ${at}: It was not made for this kind of protection.`,
      );
      const [{ currency } = {}] = await store.rows(
        'select currency from commerce.pricing_rules limit 1',
        [],
        OTHER_STORE.id,
      );
      const foreign = await quote({ currencyCode: currency }, OTHER_STORE.id);
      const missing = `NOT_FOUND ${at}: There is no such quote in sight.`;
      expect(await create([{ ...SHIPPING, quoteId: foreign.id }])).toBe(missing);
      const { id } = await quote();
      const forged = `${id.slice(0, 40)}${id[40] === 'A' ? 'B' : 'A'}${id.slice(41)}`;
      expect(await create([{ ...SHIPPING, quoteId: forged }])).toBe(missing);
      const [stranger] = await store.rows(
        'select id from commerce.quotes limit 1',
        [],
        OTHER_STORE.id,
      );
      expect(await create([{ ...SHIPPING, quoteId: stranger?.id }])).toBe(missing);
    });
    it('refuses a stored quote whose time is over', async () => {
      const [row] = await store.rows(
        "select id from commerce.quotes where expires_at < now() - interval '1 day' limit 1",
      );
      expect(await create([{ ...SHIPPING, quoteId: row?.id }])).toBe(
        'NOT_ALLOWED input.protection.0.quoteId: Its time is over. Ask for a new quote.',
      );
    });
    it('sells no insurance of shipping for nothing, but a warranty', async () => {
      const before = await store.rows('select id, amount::text from commerce.pricing_rules');
      await store.rows('update commerce.pricing_rules set amount = 0');
      try {
        expect(await create([SHIPPING])).toBe(
          `NOT_ALLOWED input.protection.0.kind: ${NOT_OFFERED}`,
        );
        const id = await createOrder(store, { protection: [{ kind: 'WARRANTY' }] });
        expect(await policiesOf(id)).toMatchObject([{ kind: 'WARRANTY', premium: '0' }]);
        expect(await money(id)).toEqual(['UNPROTECTED', '0', '0', '0']);
      } finally {
        const restore = 'update commerce.pricing_rules set amount = $2 where id = $1';
        for (const { id, amount } of before) await store.rows(restore, [id, amount]);
      }
    });
    it('refuses what the store does not offer', async () => {
      const field = 'NOT_ALLOWED input.protection.0.kind';
      expect(await create([SHIPPING], { currency: 'EUR' })).toBe(`${field}: ${NOT_OFFERED}`);
      await store.rows(
        "update commerce.price_settings set enabled = false where kind = 'WARRANTY'",
      );
      try {
        expect(await create([{ kind: 'WARRANTY' }])).toBe(`${field}: ${NOT_OFFERED}`);
      } finally {
        await store.rows(
          "update commerce.price_settings set enabled = true where kind = 'WARRANTY'",
        );
      }
    });
  });

  describe('orderProtectionAdd', () => {
    it('is refused without its scope, and nothing is changed', async () => {
      const id = await createOrder(store);
      const before = await store.fingerprint();
      for (const scope of ['read_orders list_policies read_policies', 'write_claims']) {
        const sending = { scope, key: fresh() };
        const { status } = await store.ask('orderProtectionAdd', { id, ...SHIPPING }, sending);
        expect(status).toBe(403);
      }
      expect(await store.fingerprint()).toEqual(before);
    });
    it('creates the policy and counts it on the order', async () => {
      const id = await createOrder(store);
      expect(await add({ id, version: 1 })).toEqual({ id, version: 2, userErrors: [] });
      const { premium } = await priceOf('SHIPPING_INSURANCE', 3500n);
      expect(await money(id)).toEqual(['PROTECTED', String(premium), String(premium), '0']);
      expect(await policiesOf(id)).toMatchObject([{ ...SHIPPING, status: 'ACTIVE' }]);
      expect(await eventsOf(store, id)).toEqual([
        'order.created',
        'protection.added',
        'order.updated',
      ]);
    });
    it('takes over a quote', async () => {
      const id = await createOrder(store);
      const { id: quoteId, premium } = await quote();
      await add({ id, ...SHIPPING, quoteId });
      expect((await money(id))[2]).toBe(String(premium));
      expect(
        await store.rows('select id from commerce.quotes where id = $1', [quoteId]),
      ).toHaveLength(1);
      const other = await createOrder(store);
      expect(await refuseAdd({ id: other, ...SHIPPING, quoteId })).toBe(
        'CONFLICT input.quoteId: It was taken over already.',
      );
    });
    it('protects once against the same', async () => {
      const id = await createOrder(store, { protection: [SHIPPING] });
      const error = 'CONFLICT input.kind: An order is protected once against the same.';
      expect(await refuseAdd({ id, ...SHIPPING })).toBe(error);
      expect((await add({ id, kind: 'WARRANTY' })).userErrors).toEqual([]);
      expect(await refuseAdd({ id, kind: 'WARRANTY' })).toBe(error);
    });
    it('makes one policy, however many ask for it at once', async () => {
      const id = await createOrder(store);
      const answers = await Promise.all(Array.from({ length: 5 }, () => add({ id, ...SHIPPING })));
      expect(answers.filter((answer) => answer.id !== null)).toHaveLength(1);
      expect(await policiesOf(id)).toHaveLength(1);
    });
    it('gives the same version to a repeated key, and refuses it for another order', async () => {
      const id = await createOrder(store);
      const sending = { ...WRITE, key: fresh() };
      const first = await store.send('orderProtectionAdd', { id, ...SHIPPING }, sending);
      expect(await store.send('orderProtectionAdd', { id, ...SHIPPING }, sending)).toEqual(first);
      expect(await policiesOf(id)).toHaveLength(1);
      const other = { id: await createOrder(store), ...SHIPPING };
      expect(await store.refusal('orderProtectionAdd', other, sending)).toContain(
        'IDEMPOTENCY_MISMATCH',
      );
    });
    it('protects no cancelled order, and none out of sight', async () => {
      const id = await createOrder(store);
      await store.send('orderCancel', { id }, WRITE);
      expect(await refuseAdd({ id, ...SHIPPING })).toBe(
        'NOT_ALLOWED input.id: A cancelled order cannot be protected.',
      );
      const [other] = await store.rows(
        'select id from commerce.orders limit 1',
        [],
        OTHER_STORE.id,
      );
      expect(await refuseAdd({ id: other?.id, ...SHIPPING })).toContain('NOT_FOUND input.id');
    });
    it('refuses a stale version', async () => {
      const id = await createOrder(store);
      expect(await refuseAdd({ id, version: 2, ...SHIPPING })).toContain(
        'STALE_VERSION input.version',
      );
    });
  });

  describe('orderProtectionRemove', () => {
    const remove = (input: object) => store.send('orderProtectionRemove', input, WRITE);
    const refuseRemove = (input: object) => store.refusal('orderProtectionRemove', input, WRITE);

    it('cancels the policy of its kind and says so on the order', async () => {
      const id = await createOrder(store, { protection: [SHIPPING, { kind: 'WARRANTY' }] });
      const [, paid, cost] = await money(id);
      expect(await remove({ id, version: 1 })).toEqual({ id, version: 2, userErrors: [] });
      expect(await policiesOf(id)).toMatchObject([
        { ...SHIPPING, status: 'CANCELLED', ended: true },
        { kind: 'WARRANTY', status: 'ACTIVE', ended: false },
      ]);
      expect(await money(id)).toEqual(['CANCELLED', paid, cost, '0']);
      expect((await eventsOf(store, id)).slice(2)).toEqual(['protection.removed', 'order.updated']);
    });
    it('leaves an order to be protected anew', async () => {
      const id = await createOrder(store, { protection: [SHIPPING] });
      await remove({ id });
      expect((await add({ id })).userErrors).toEqual([]);
      expect((await money(id))[0]).toBe('PROTECTED');
      expect((await policiesOf(id)).map(({ status }) => status).sort()).toEqual([
        'ACTIVE',
        'CANCELLED',
      ]);
    });
    it('removes what is active, once', async () => {
      const error = 'NOT_ALLOWED input.kind: Only protection that is active can be removed.';
      expect(await refuseRemove({ id: await createOrder(store) })).toBe(error);
      const id = await createOrder(store, { protection: [SHIPPING] });
      expect(await refuseRemove({ id, kind: 'WARRANTY' })).toBe(error);
      const answers = await Promise.all(Array.from({ length: 4 }, () => remove({ id })));
      expect(answers.filter((answer) => answer.id !== null)).toHaveLength(1);
      expect(await refuseRemove({ id })).toBe(error);
    });
    it('waits for a claim to be decided', async () => {
      const id = await createOrder(store, { protection: [SHIPPING] });
      const claim = fresh();
      await store.rows(
        `insert into commerce.claims (id, store_id, order_id, order_created_at, policy_id, state, filed_from, description, requested_resolution, created_at, updated_at)
         select $2, store_id, order_id, order_created_at, id, 'OPEN', 'EXTERNAL', '', 'REFUND', now(), now()
         from commerce.policies where order_id = $1`,
        [id, claim],
      );
      expect(await refuseRemove({ id })).toBe(
        'NOT_ALLOWED input.kind: Protection cannot be removed while a claim on it is undecided.',
      );
      await store.rows("update commerce.claims set state = 'DENIED' where id = $1", [claim]);
      expect((await remove({ id })).userErrors).toEqual([]);
    });
    it('refuses a stale version', async () => {
      const id = await createOrder(store, { protection: [SHIPPING] });
      expect(await refuseRemove({ id, version: 9 })).toContain('STALE_VERSION input.version');
    });
  });
});
