import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { totalValueOf, WHOLE } from '../../src/commands/claim-value.ts';
import {
  file,
  newKey,
  type Ordered,
  type PlacedOrder,
  placeOrder,
  put,
  resolutionsOf,
  topicsOf,
} from './claim-kit.ts';
import { openTestStore, type TestStore } from './kit.ts';

const TABLES = ['claims', 'claim_items', 'claim_messages', 'claim_resolutions', 'policies'];
const scope = 'manage_claims';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore('postgres', TABLES);
});
afterAll(() => store.close());

/** An approved claim about so many pieces of each line. */
async function approved(ordered: Ordered = {}, pieces = 1, of?: PlacedOrder) {
  const order = of ?? (await placeOrder(store, ordered));
  const id = await file(store, order, pieces);
  return { order, id, version: await put(store, id, 'APPROVED') };
}

const sent = (claim: { id: string; version: number }, input: object) => ({
  ...{ id: claim.id, version: claim.version, type: 'REFUND' },
  ...input,
});

/** What a resolution pays, or the user error. */
async function paid(input: object, ordered: Ordered = {}, pieces = 1) {
  const claim = await approved(ordered, pieces);
  const key = newKey();
  const payload = await store.send('claimResolve', sent(claim, input), { scope, key });
  if (payload.id === null) return payload.userErrors;
  const [row] = await resolutionsOf(store, claim.id);
  return row;
}

const amount = async (...args: Parameters<typeof paid>) => {
  const row = await paid(...args);
  return row && 'paid_value' in row ? BigInt(String(row.paid_value)) : row;
};

/** The one user error that a resolution is refused with, after which nothing has changed. */
async function refused(input: object, ordered: Ordered = {}, scopes = scope, pieces = 1) {
  const claim = await approved(ordered, pieces);
  const sending = { scope: scopes, key: newKey() };
  return store.refusal('claimResolve', sent(claim, input), sending);
}

// One piece at 30.00, less 5.00, plus 2.00; 5.00 of shipping and 1.00 of its tax are both in 6.00.
const SAMPLE: Ordered = { lines: [[1, 30_00n, 5_00n, 2_00n]], shipping: 6_00n };

describe('what claimResolve pays', () => {
  it('is price less discount plus tax, of which the percentage, plus shipping', async () => {
    const input = { percentage: '80', includesShipping: true };
    expect(await amount(input, SAMPLE)).toBe(27_60n);
    expect(await amount({ percentage: '80' }, SAMPLE)).toBe(21_60n);
    expect(await amount({ type: 'RESHIP' }, { lines: [[1, 50_00n, 0n, 5_00n]] })).toBe(55_00n);
  });

  it('counts the claimed pieces of each line, with percentages of their own', async () => {
    const ordered: Ordered = {
      lines: [
        [4, 10_00n, 4_00n, 0n],
        [2, 7_50n],
      ],
    };
    expect(await amount({}, ordered, 2)).toBe(18_00n + 15_00n);
    const claim = await approved(ordered, 2);
    const items = [{ lineItemId: claim.order.lines[1], percentage: '33.33' }];
    const input = sent(claim, { items, percentage: '50' });
    await store.send('claimResolve', input, { scope, key: newKey() });
    // Half of 18.00, and 33.33 % of 15.00 rounded up from 4.9995.
    expect((await resolutionsOf(store, claim.id))[0]?.paid_value).toBe('1400');
  });

  it.each([
    ['JPY', [3, 1_000n, 100n, 0n], '50', 484n, '484'],
    ['USD', [3, 10_00n, 1_00n, 0n], '50', 4_84n, '4.84'],
    ['KWD', [3, 10_000n, 1_000n, 0n], '50', 4_834n, '4.834'],
  ] as const)('is whole minor units of %s', async (currency, line, percentage, worth, decimal) => {
    const claim = await approved({ currency, lines: [line] });
    const select = 'claim { resolutions { nodes { paidValue { amount currencyCode } } } }';
    const sending = { scope, key: newKey(), select };
    const { claim: shown } = await store.send('claimResolve', sent(claim, { percentage }), sending);
    const paidValue = { amount: decimal, currencyCode: currency };
    expect(shown).toEqual({ resolutions: { nodes: [{ paidValue }] } });
    expect(await amount({ percentage }, { currency, lines: [line] })).toBe(worth);
  });

  it('is the amount of a flat rate, up to what is claimed', async () => {
    const flat = (value: string, currencyCode = 'USD') => ({
      ...{ type: 'FLAT_RATE', flatAmount: { amount: value, currencyCode } },
    });
    expect(await amount(flat('12.5'), SAMPLE)).toBe(12_50n);
    expect(await refused(flat('33.01'), SAMPLE)).toBe(
      'NOT_ALLOWED input.flatAmount: It is more than what is claimed was worth.',
    );
    expect(await refused(flat('0'), SAMPLE)).toBe(
      'NOT_ALLOWED input.flatAmount: Nothing would be paid.',
    );
    expect(await refused(flat('12', 'EUR'), SAMPLE)).toBe(
      'INVALID input.flatAmount.currencyCode: Amounts are never converted: it is not the currency of the order.',
    );
    expect(await refused(flat('1.5', 'JPY'), { currency: 'JPY' })).toBe(
      'INVALID input.flatAmount.amount: JPY has no more than 0 decimal places.',
    );
  });

  it('is shipping once for an order', async () => {
    const order = await placeOrder(store);
    const shippings: unknown[] = [];
    for (const _ of [1, 2]) {
      const claim = await approved({}, 1, order);
      const input = sent(claim, { includesShipping: true });
      await store.send('claimResolve', input, { scope, key: newKey() });
      const [row] = await resolutionsOf(store, claim.id);
      shippings.push([row?.shipping_amount, row?.includes_shipping]);
    }
    expect(shippings).toEqual([
      ['600', true],
      ['0', false],
    ]);
  });

  it('is shipping once for an order, also where a flat rate was more than the goods were worth', async () => {
    const order = await placeOrder(store);
    const flat = await approved({}, 1, order);
    const flatAmount = { amount: '33', currencyCode: 'USD' };
    const input = sent(flat, { type: 'FLAT_RATE', flatAmount });
    await store.send('claimResolve', input, { scope, key: newKey() });
    // A piece is worth 29.00.
    expect((await resolutionsOf(store, flat.id))[0]).toMatchObject({
      ...{ paid_value: '3300', shipping_amount: '400', includes_shipping: true },
    });
    const second = await approved({}, 1, order);
    const withShipping = sent(second, { includesShipping: true });
    await store.send('claimResolve', withShipping, { scope, key: newKey() });
    expect((await resolutionsOf(store, second.id))[0]).toMatchObject({
      ...{ paid_value: '3100', shipping_amount: '200' },
    });
  });

  it('is never more than what is left of the insured value, which read_policies tells', async () => {
    const order = await placeOrder(store, { insured: 50_00n });
    const first = await approved({}, 1, order);
    await store.send('claimResolve', sent(first, {}), { scope, key: newKey() });
    const second = await approved({}, 1, order);
    const message = 'NOT_ALLOWED input.percentage: It is more than is left of the insured value';
    const refusal = (scopes: string) =>
      store.refusal('claimResolve', sent(second, {}), { scope: scopes, key: newKey() });
    expect(await refusal(scope)).toBe(`${message}.`);
    expect(await refusal(`${scope} read_policies`)).toBe(`${message}: 21.00 USD.`);
    const input = sent(second, { percentage: '70' });
    const payload = await store.send('claimResolve', input, { scope, key: newKey() });
    expect(payload.userErrors).toEqual([]);
  });

  it("is the merchant's own where it pays: no bound of the protection, which it leaves whole", async () => {
    const order = await placeOrder(store, { insured: 30_00n });
    const first = await approved({}, 1, order);
    const byBrand = sent(first, { paidBy: 'BRAND', includesShipping: true });
    await store.send('claimResolve', byBrand, { scope, key: newKey() });
    expect((await resolutionsOf(store, first.id))[0]?.paid_value).toBe('3500');
    // What becomes of the claim changes nothing of who bore it.
    await put(store, first.id, 'ARCHIVED');
    const second = await approved({}, 1, order);
    const payload = await store.send('claimResolve', sent(second, {}), { scope, key: newKey() });
    expect(payload.userErrors).toEqual([]);
  });

  it("is never more than the store's maximum, which read_store tells", async () => {
    const dear: Ordered = { lines: [[1, 4_999_00n]], insured: 9_000_00n };
    const message = 'NOT_ALLOWED input.percentage: It is more than the store pays for a claim';
    const input = { includesShipping: true };
    expect(await refused(input, dear)).toBe(`${message}.`);
    expect(await refused(input, dear, `${scope} read_store`)).toBe(`${message}: 5000.00 USD.`);
  });

  it('marks the policy as claimed, and tells so', async () => {
    const { order, ...claim } = await approved();
    await store.send('claimResolve', sent(claim, {}), { scope, key: newKey() });
    const text = 'select status from commerce.policies where id = $1';
    expect(await store.rows(text, [order.policyId])).toEqual([{ status: 'CLAIMED' }]);
    expect(await topicsOf(store, order.policyId)).toEqual(['policy.updated']);
  });

  it('sends goods to the address given, or to that of the order', async () => {
    const address = { shippingAddress: { city: 'York' } };
    const given = await paid({ type: 'RESHIP', ...address });
    expect(given).toMatchObject({ shipping_address: { city: 'York' }, type: 'RESHIP' });
    expect(await paid({ type: 'RESHIP' })).toMatchObject({ shipping_address: { city: 'Leeds' } });
    expect(await refused({ type: 'RESHIP' }, { hasAddress: false })).toBe(
      'NOT_ALLOWED input.shippingAddress: There is no address to send the goods to.',
    );
  });

  it.each<[string, object, string]>([
    [
      'a flat rate of nothing',
      { type: 'FLAT_RATE' },
      'flatAmount: A flat rate, and nothing else, is an amount.',
    ],
    [
      'an amount of a refund',
      { flatAmount: { amount: '1', currencyCode: 'USD' } },
      'flatAmount: A flat rate, and nothing else, is an amount.',
    ],
    [
      'a percentage of a flat rate',
      { type: 'FLAT_RATE', flatAmount: { amount: '1', currencyCode: 'USD' }, percentage: '5' },
      'percentage: A flat rate is an amount and nothing else.',
    ],
    [
      'an address of a refund',
      { shippingAddress: { city: 'York' } },
      'shippingAddress: Only goods that are sent again go to an address.',
    ],
    [
      'more than all',
      { percentage: '100.01' },
      'percentage: It has to be from 0 to 100, with at most two decimal places.',
    ],
    [
      'a finer share',
      { percentage: '1.001' },
      'percentage: It has to be from 0 to 100, with at most two decimal places.',
    ],
  ])('is not told by %s', async (_, input, message) => {
    expect(await refused(input)).toBe(`INVALID input.${message}`);
  });

  it('pays something, for what is claimed', async () => {
    expect(await refused({ percentage: '0' })).toBe(
      'NOT_ALLOWED input.percentage: Nothing would be paid.',
    );
    expect(await refused({ items: [{ lineItemId: 'lin_x', percentage: '50' }] })).toBe(
      'NOT_FOUND input.items.0.lineItemId: The claim is not about lin_x.',
    );
  });
});

describe('a repeated key', () => {
  it('gives what was written, pays nothing again, and is refused for something else', async () => {
    const claim = await approved();
    const sending = { scope, key: newKey() };
    const first = await store.send('claimResolve', sent(claim, {}), sending);
    expect(await store.send('claimResolve', sent(claim, {}), sending)).toEqual(first);
    expect(await resolutionsOf(store, claim.id)).toHaveLength(1);
    const other = sent(claim, { percentage: '50' });
    expect(await store.refusal('claimResolve', other, sending)).toMatch(
      /^IDEMPOTENCY_MISMATCH -: /,
    );
  });

  it('that is new pays nothing more either', async () => {
    const claim = await approved();
    await store.send('claimResolve', sent(claim, {}), { scope, key: newKey() });
    const again = { ...claim, version: claim.version + 1 };
    expect(await store.refusal('claimResolve', sent(again, {}), { scope, key: newKey() })).toBe(
      'NOT_ALLOWED input.id: The claim cannot be resolved: it is RESOLVED.',
    );
  });
});

describe('store credit', () => {
  const credit = { type: 'STORE_CREDIT' };
  const set = (changes: string) =>
    store.rows(`update commerce.store_credit_settings set ${changes}`);

  beforeEach(() =>
    set("enabled = true, cap = 10000, bonus_type = 'PERCENTAGE', bonus_amount = 1000"),
  );

  it('is a code that nobody can guess, which manage_claims alone shows', async () => {
    const claim = await approved();
    const resolutions = 'resolutions { nodes { issuedCode bonus { amount } } }';
    const sending = { scope, key: newKey(), select: `claim { ${resolutions} }` };
    const payload = await store.send('claimResolve', sent(claim, credit), sending);
    const code = expect.stringMatching(/^([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/);
    const node = { issuedCode: code, bonus: { amount: '2.90' } };
    expect(payload.claim).toEqual({ resolutions: { nodes: [node] } });
    const token = await store.gateway.token('read_claims write_claims');
    const query = `{ claim(id: "${claim.id}") { ${resolutions} } }`;
    const { body } = await store.gateway.send(query, { token });
    expect(body.data).toEqual({
      claim: { resolutions: { nodes: [{ issuedCode: null, bonus: { amount: '2.90' } }] } },
    });
    expect(body.errors?.[0]?.extensions.missingScopes).toEqual(['manage_claims']);
  });

  it('is stored nowhere else: not with the key, the audit or the events', async () => {
    const { issued_code: code } = Object(await paid(credit));
    expect(code).toMatch(/^.{19}$/);
    for (const table of ['idempotency_keys', 'audit_entries', 'outbox_events']) {
      const text = `select 1 from commerce.${table} t where t::text like $1`;
      expect(await store.journal(text, [`%${code}%`])).toEqual([]);
    }
  });

  it('goes up to the cap, with the bonus on top, which the protection does not pay', async () => {
    await set("cap = 6000, bonus_type = 'FIXED', bonus_amount = 150");
    expect(await paid(credit)).toMatchObject({ paid_value: '1740', bonus: '150' });
    expect(await paid({ ...credit, percentage: '50' })).toMatchObject({ paid_value: '1450' });
    expect(await paid(credit, { insured: 29_00n })).toMatchObject({ paid_value: '1740' });
  });

  it('has no fixed bonus in another currency', async () => {
    await set("bonus_type = 'FIXED', bonus_amount = 150");
    expect(await paid(credit, { currency: 'JPY' })).toMatchObject({ bonus: '0' });
  });

  it('is not given where the store gives none', async () => {
    await set('enabled = false');
    expect(await refused(credit)).toBe(
      'NOT_ALLOWED input.type: The store does not pay claims in credit.',
    );
  });
});

describe('the value of pieces', () => {
  const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const lines = fc
    .record({ quantity: fc.integer({ min: 1, max: 500 }), unitPrice: amounts, taxTotal: amounts })
    .chain((line) => {
      const most = line.unitPrice * BigInt(line.quantity);
      return fc.bigInt({ min: 0n, max: most }).map((discountTotal) => ({ ...line, discountTotal }));
    });

  it('of a whole line is exact, and of a share never more than of the whole', () => {
    fc.assert(
      fc.property(lines, fc.bigInt({ min: 0n, max: WHOLE }), (line, share) => {
        const { quantity } = line;
        const whole = totalValueOf([{ line, quantity, share: WHOLE }]);
        const goods = line.unitPrice * BigInt(quantity);
        expect(whole).toBe(goods - line.discountTotal + line.taxTotal);
        const part = totalValueOf([{ line, quantity, share }]);
        expect(part >= 0n && part <= whole).toBe(true);
      }),
    );
  });

  it('of parts of a line adds up to the whole, but for a minor unit or two for each part', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 500 }), (line, first) => {
        const split = Math.min(first, line.quantity);
        const parts = [split, line.quantity - split].map((quantity) => ({
          line,
          quantity,
          share: WHOLE,
        }));
        const whole = totalValueOf([{ line, quantity: line.quantity, share: WHOLE }]);
        const difference = totalValueOf(parts) - whole;
        expect(difference >= -2n && difference <= 2n).toBe(true);
      }),
    );
  });
});
