import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_STORE } from '../support/gateway.ts';
import {
  claimRow,
  file,
  filing,
  newKey,
  type Ordered,
  placeOrder,
  put,
  topicsOf,
} from './claim-kit.ts';
import { openTestStore, type TestStore } from './kit.ts';

const TABLES = ['claims', 'claim_items', 'claim_messages', 'claim_resolutions', 'policies'];
const PHOTO = { url: 'https://shop.example/1.jpg', contentType: 'image/jpeg' };

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore('postgres', TABLES);
});
afterAll(() => store.close());

const scope = 'write_claims';

/** What filing a claim about an order is refused with. */
async function refusedFiling(ordered: Ordered, changes: object = {}, scopes = scope, pieces = 1) {
  const order = await placeOrder(store, ordered);
  const input = filing(order, pieces, changes);
  return store.refusal('claimCreate', input, { scope: scopes, key: newKey() });
}

describe('claimCreate', () => {
  it('files a claim with exactly its scope, and tells id and version', async () => {
    const order = await placeOrder(store);
    const sending = { scope, key: newKey() };
    const payload = await store.send('claimCreate', filing(order, 2), sending);
    expect(payload).toEqual({
      id: expect.stringMatching(/^clm_[0-9a-z]{20}$/),
      version: 1,
      userErrors: [],
    });
    expect(await claimRow(store, payload.id)).toMatchObject({
      ...{ order_id: order.id, policy_id: order.policyId, state: 'NEW', filed_from: 'EXTERNAL' },
      ...{ author_name: 'Ada Fenwick', author_email: 'ada@example.com', resolved_at: null },
    });
    expect(await topicsOf(store, payload.id)).toEqual(['claim.created']);
  });

  it.each(['read_claims', 'read_orders write_orders', ''])(
    'is refused with %j, and nothing changes',
    async (scopes) => {
      const order = await placeOrder(store);
      const before = await store.fingerprint();
      const sending = { scope: scopes, key: newKey() };
      const { status, body } = await store.ask('claimCreate', filing(order), sending);
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
      expect(await store.fingerprint()).toEqual(before);
    },
  );

  it('shows the claim to a token that reads claims, and to no other', async () => {
    const [order, other] = [await placeOrder(store), await placeOrder(store)];
    const select = 'claim { state items { nodes { quantity } } }';
    const reading = { scope: `${scope} read_claims`, key: newKey(), select };
    const shown = await store.send('claimCreate', filing(order), reading);
    expect(shown.claim).toEqual({ state: 'NEW', items: { nodes: [{ quantity: 1 }] } });
    const writing = { scope, key: newKey(), select };
    const { status } = await store.ask('claimCreate', filing(other), writing);
    expect(status).toBe(403);
  });

  it('is included in manage_claims, with the claim', async () => {
    const order = await placeOrder(store);
    const sending = { scope: 'manage_claims', key: newKey(), select: 'claim { state }' };
    const payload = await store.send('claimCreate', filing(order), sending);
    expect(payload.claim).toEqual({ state: 'NEW' });
  });

  it('gives a repeated key the same claim, and refuses it for another one', async () => {
    const order = await placeOrder(store);
    const sending = { scope, key: newKey() };
    const first = await store.send('claimCreate', filing(order), sending);
    expect(await store.send('claimCreate', filing(order), sending)).toEqual(first);
    const text = 'select id from commerce.claims where order_id = $1';
    expect(await store.rows(text, [order.id])).toHaveLength(1);
    expect(await store.refusal('claimCreate', filing(order, 2), sending)).toMatch(
      /^IDEMPOTENCY_MISMATCH -: /,
    );
  });

  it('shows the claim of a repeated key to a token that reads claims, and only to it', async () => {
    const order = await placeOrder(store);
    const key = newKey();
    await store.send('claimCreate', filing(order), { scope, key });
    const select = 'claim { state }';
    const refused = await store.ask('claimCreate', filing(order), { scope, key, select });
    expect(refused.status).toBe(403);
    const reading = { scope: `${scope} read_claims`, key, select };
    const shown = await store.send('claimCreate', filing(order), reading);
    expect(shown.claim).toEqual({ state: 'NEW' });
  });

  it('takes orders in sight only, however old the order is for the rules', async () => {
    const old = { age: 70, sent: 20, delivered: 15 };
    expect(await refusedFiling(old)).toMatch(
      /^NOT_FOUND input\.orderId: There is no ord_\S+ in sight\.$/,
    );
    const order = await placeOrder(store, old);
    const sending = { scope: `${scope} read_all_orders`, key: newKey() };
    const payload = await store.send('claimCreate', filing(order), sending);
    expect(payload.userErrors).toEqual([]);
  });

  it('takes no order of another store, and no line item of another order', async () => {
    const elsewhere = await placeOrder(store, { storeId: OTHER_STORE.id });
    const sending = () => ({ scope, key: newKey() });
    expect(await store.refusal('claimCreate', filing(elsewhere), sending())).toBe(
      `NOT_FOUND input.orderId: There is no ${elsewhere.id} in sight.`,
    );
    const [order, other] = [await placeOrder(store), await placeOrder(store)];
    const mixed = { ...filing(order), items: [{ lineItemId: other.lines[0], quantity: 1 }] };
    expect(await store.refusal('claimCreate', mixed, sending())).toBe(
      `NOT_FOUND input.items.0.lineItemId: The order has no line item ${other.lines[0]}.`,
    );
  });

  it('takes what was sent 44 days ago, not what was sent 46 days ago or not at all', async () => {
    const order = await placeOrder(store, { age: 50, sent: 44, delivered: 40 });
    expect(await file(store, order)).toMatch(/^clm_/);
    expect(await refusedFiling({ age: 50, sent: 46, delivered: 40 })).toBe(
      'NOT_ALLOWED input.items.0.lineItemId: The time within which it could be claimed is over.',
    );
    expect(await refusedFiling({ sent: null })).toBe(
      'NOT_ALLOWED input.items.0.lineItemId: The item was not sent yet.',
    );
  });

  it.each<[string, Ordered]>([
    ['without a policy', { insured: null }],
    ['with a cancelled policy', { policy: { status: 'CANCELLED' } }],
    ['with a policy that has expired', { policy: { expires: 1 } }],
    ['with a policy that is not in force yet', { policy: { effective: -1 } }],
    ['with a policy of another kind', { policy: { kind: 'WARRANTY' } }],
  ])('takes no order %s', async (_, ordered) => {
    expect(await refusedFiling(ordered)).toBe(
      'NOT_ALLOWED input.orderId: The order is not protected against this.',
    );
  });

  it('takes a warranty claim while the policy lasts, however long ago the item was sent', async () => {
    const sending = () => ({ scope: `${scope} read_all_orders`, key: newKey() });
    const changes = { category: 'WARRANTY', type: 'DEFECTIVE_ITEM', media: [PHOTO] };
    const age = { age: 300, sent: 299, delivered: 298 };
    const policy = { kind: 'WARRANTY', expires: -65 };
    const order = await placeOrder(store, { ...age, policy });
    const filed = await store.send('claimCreate', filing(order, 1, changes), sending());
    expect(filed.userErrors).toEqual([]);
    const over = await placeOrder(store, { ...age, policy: { ...policy, expires: 1 } });
    expect(await store.refusal('claimCreate', filing(over, 1, changes), sending())).toBe(
      'NOT_ALLOWED input.orderId: The order is not protected against this.',
    );
    const here = await placeOrder(store, { ...age, sent: null, policy });
    expect(await store.refusal('claimCreate', filing(here, 1, changes), sending())).toBe(
      'NOT_ALLOWED input.items.0.lineItemId: The item was not sent yet.',
    );
    const insured = await placeOrder(store, age);
    expect(await store.refusal('claimCreate', filing(insured), sending())).toBe(
      'NOT_ALLOWED input.items.0.lineItemId: The time within which it could be claimed is over.',
    );
  });

  it('takes a warranty claim on a warranty', async () => {
    const order = await placeOrder(store, { policy: { kind: 'EXTENDED_WARRANTY' } });
    const changes = { category: 'WARRANTY', type: 'DEFECTIVE_ITEM', media: [PHOTO] };
    expect(await file(store, order, 1, changes)).toMatch(/^clm_/);
  });

  it('tells the insured value only to a token that reads policies', async () => {
    // One of three pieces: 30.00, less 1.67, plus 0.67.
    const bounds: Ordered = { insured: 28_99n };
    expect(await refusedFiling(bounds)).toBe(
      'NOT_ALLOWED input.items: They are worth more than is insured.',
    );
    expect(await refusedFiling(bounds, {}, `${scope} read_policies`)).toBe(
      'NOT_ALLOWED input.items: They are worth more than is insured: 28.99 USD.',
    );
    const order = await placeOrder(store, { insured: 29_00n });
    expect(await file(store, order)).toMatch(/^clm_/);
  });

  it("tells the store's maximum only to a token that reads the store", async () => {
    const dear: Ordered = { lines: [[1, 5_000_01n]], insured: 9_000_00n };
    const message = 'NOT_ALLOWED input.items: They are worth more than the store pays for a claim';
    expect(await refusedFiling(dear)).toBe(`${message}.`);
    expect(await refusedFiling(dear, {}, `${scope} read_store`)).toBe(`${message}: 5000.00 USD.`);
    const order = await placeOrder(store, { lines: [[1, 5_000_00n]], insured: 9_000_00n });
    expect(await file(store, order)).toMatch(/^clm_/);
  });

  it('binds an order in another currency by its insured value alone, in its own decimals', async () => {
    const dinars: Ordered = { currency: 'KWD', lines: [[1, 6_000_500n]], insured: 6_000_500n };
    expect(await file(store, await placeOrder(store, dinars))).toMatch(/^clm_/);
    const scopes = `${scope} read_policies`;
    const message = 'NOT_ALLOWED input.items: They are worth more than is insured';
    expect(await refusedFiling({ ...dinars, insured: 6_000_499n }, {}, scopes)).toBe(
      `${message}: 6000.499 KWD.`,
    );
    const yen: Ordered = { currency: 'JPY', lines: [[1, 700_000n]], insured: 699_999n };
    expect(await refusedFiling(yen, {}, scopes)).toBe(`${message}: 699999 JPY.`);
    expect(await refusedFiling({ currency: 'JPY', policy: { currency: 'USD' } })).toBe(
      'NOT_ALLOWED input.orderId: The order is protected in another currency than its own.',
    );
  });

  it('never takes more pieces than were bought, less those paid back and claimed', async () => {
    const quantity = 'input.items.0.quantity';
    const bought = `NOT_ALLOWED ${quantity}: More pieces than were bought and not paid back.`;
    const claimed = `CONFLICT ${quantity}: Some of these pieces are claimed already.`;
    expect(await refusedFiling({}, {}, scope, 4)).toBe(bought);
    expect(await refusedFiling({ lines: [[3, 100n, 0n, 0n, 1]] }, {}, scope, 3)).toBe(bought);
    const order = await placeOrder(store);
    await file(store, order, 2);
    const again = (pieces: number) =>
      store.refusal('claimCreate', filing(order, pieces), { scope, key: newKey() });
    expect(await again(2)).toBe(claimed);
    await file(store, order, 1);
    expect(await again(1)).toBe(claimed);
  });

  it.each([
    ['DENIED', true],
    ['DISMISSED', true],
    ['CLOSED', true],
    ['ARCHIVED', true],
    ['TEMPORARILY_DISMISSED', false],
    ['APPROVED', false],
    ['RESOLVED', false],
    ['RESOLVED_BY_BRAND', false],
  ])('frees the pieces of a claim that is %s: %s', async (state, isFree) => {
    const order = await placeOrder(store);
    await put(store, await file(store, order, 3), state);
    const input = filing(order, 3);
    const { userErrors } = await store.send('claimCreate', input, { scope, key: newKey() });
    expect(userErrors.map(({ code }) => code)).toEqual(isFree ? [] : ['CONFLICT']);
  });

  it.each(['STOLEN', 'ORDER_DELIVERED_NOT_RECEIVED'])(
    'takes %s two days after delivery, not before',
    async (type) => {
      const order = await placeOrder(store, { delivered: 2.01 });
      expect(await file(store, order, 1, { type })).toMatch(/^clm_/);
      const message =
        'NOT_ALLOWED input.type: A claim of this type can be filed from 2 days after delivery on.';
      expect(await refusedFiling({ delivered: 1.99 }, { type })).toBe(message);
      expect(await refusedFiling({ delivered: null }, { type })).toBe(message);
    },
  );

  it.each(['DAMAGED', 'DEFECTIVE_ITEM', 'WRONG_ITEM'])('asks for photos of %s', async (type) => {
    expect(await refusedFiling({}, { type })).toBe(
      'NOT_ALLOWED input.media: A claim of this type comes with at least one photo.',
    );
    const claimId = await file(store, await placeOrder(store), 1, { type, media: [PHOTO] });
    const text = 'select sender, body, media from commerce.claim_messages where claim_id = $1';
    expect(await store.rows(text, [claimId])).toEqual([
      {
        ...{ sender: 'CUSTOMER', body: 'It was not in the box.' },
        media: [{ ...PHOTO, description: null }],
      },
    ]);
  });

  it('asks for a signature where the store does, and for what the store takes', async () => {
    expect(await refusedFiling({}, { signatureUrl: null })).toBe(
      'NOT_ALLOWED input.signatureUrl: The store asks for a signature.',
    );
    const accept = (yes: boolean) =>
      store.journal(`update commerce.claim_settings set accepts_shipping_claims = ${yes}`);
    await accept(false);
    expect(await refusedFiling({})).toBe(
      'NOT_ALLOWED input.category: The store takes no claims of this category.',
    );
    await accept(true);
  });

  it('tells every broken rule at once', async () => {
    const broken = await refusedFiling(
      { insured: 1n, sent: null },
      { type: 'DAMAGED', signatureUrl: null },
      scope,
      4,
    );
    expect(broken.split('\n').map((line) => line.split(':')[0])).toEqual([
      'NOT_ALLOWED input.signatureUrl',
      'NOT_ALLOWED input.items',
      'NOT_ALLOWED input.items.0.lineItemId',
      'NOT_ALLOWED input.items.0.quantity',
      'NOT_ALLOWED input.media',
    ]);
  });

  it.each([
    ['input.description', { description: '' }, 'It says what happened.'],
    ['input.items', { items: [] }, 'A claim is about at least one item.'],
    ['input.authorEmail', { authorEmail: 'nobody' }, 'It is not an e-mail address.'],
    ['input.signatureUrl', { signatureUrl: 'http://a.example/' }, 'It has to be an https URL.'],
    [
      'input.media.0.url',
      { media: [{ ...PHOTO, url: 'javascript:alert(1)//https://' }] },
      'It has to be an https URL.',
    ],
    [
      'input.media.0.url',
      { media: [{ ...PHOTO, url: 'https://me:secret@shop.example/' }] },
      'It has to be an https URL.',
    ],
    [
      'input.media.0.contentType',
      { media: [{ ...PHOTO, contentType: 'jpeg' }] },
      'It has to be a media type like image/jpeg.',
    ],
  ])('takes no invalid %s', async (field, changes, message) => {
    expect(await refusedFiling({}, changes)).toBe(`INVALID ${field}: ${message}`);
  });

  it('takes each line item once', async () => {
    const order = await placeOrder(store);
    const item = { lineItemId: order.lines[0], quantity: 1 };
    const input = { ...filing(order), items: [item, item] };
    expect(await store.refusal('claimCreate', input, { scope, key: newKey() })).toBe(
      'INVALID input.items: Each line item is named once, with all of its pieces.',
    );
  });
});

describe('claimUpdate', () => {
  it('changes what was given and nothing else, and counts the change', async () => {
    const id = await file(store, await placeOrder(store));
    const input = { id, description: 'All of it.', authorEmail: 'bo@example.com', version: 1 };
    const payload = await store.send('claimUpdate', input, { scope });
    expect(payload).toEqual({ id, version: 2, userErrors: [] });
    expect(await claimRow(store, id)).toMatchObject({
      ...{ description: 'All of it.', author_email: 'bo@example.com', author_name: 'Ada Fenwick' },
      ...{ type: 'MISSING_ITEM', state: 'NEW' },
    });
    expect(await topicsOf(store, id)).toEqual(['claim.created', 'claim.updated']);
  });

  it('is refused without its scope, and nothing changes', async () => {
    const id = await file(store, await placeOrder(store));
    const before = await store.fingerprint();
    const { status } = await store.ask('claimUpdate', { id }, { scope: 'read_claims' });
    expect([status, await store.fingerprint()]).toEqual([403, before]);
  });

  it('is refused for a stale version and for what is not there', async () => {
    const id = await file(store, await placeOrder(store));
    const stale = await store.refusal('claimUpdate', { id, version: 7 }, { scope });
    expect(stale).toMatch(/^STALE_VERSION input\.version: /);
    const missing = await store.refusal('claimUpdate', { id: 'clm_x' }, { scope });
    expect(missing).toBe('NOT_FOUND input.id: There is no clm_x in sight.');
    const elsewhere = { scope, storeId: OTHER_STORE.id };
    const { userErrors } = await store.send('claimUpdate', { id }, elsewhere);
    expect(userErrors.map(({ code, message }) => [code, message])).toEqual([
      ['NOT_FOUND', `There is no ${id} in sight.`],
    ]);
  });

  it('is refused once it is decided, and tells the state to who reads claims only', async () => {
    const id = await file(store, await placeOrder(store));
    await put(store, id, 'DENIED');
    const input = { id, description: 'New.' };
    expect(await store.refusal('claimUpdate', input, { scope })).toBe(
      'NOT_ALLOWED input.id: The claim cannot be changed: it is not in a state that lets it.',
    );
    expect(await store.refusal('claimUpdate', input, { scope: `${scope} read_claims` })).toBe(
      'NOT_ALLOWED input.id: The claim cannot be changed: it is DENIED.',
    );
  });

  it('keeps a signature where the store asks for one', async () => {
    const id = await file(store, await placeOrder(store));
    const unsigned = { id, signatureUrl: null };
    expect(await store.refusal('claimUpdate', unsigned, { scope })).toBe(
      'NOT_ALLOWED input.signatureUrl: The store asks for a signature.',
    );
    const signed = { id, signatureUrl: 'https://shop.example/other.png' };
    expect((await store.send('claimUpdate', signed, { scope })).userErrors).toEqual([]);
  });

  it('holds a new type to the rules of filing', async () => {
    const id = await file(store, await placeOrder(store, { delivered: 1 }));
    expect(await store.refusal('claimUpdate', { id, type: 'STOLEN' }, { scope })).toMatch(
      /^NOT_ALLOWED input\.type: .* 2 days/,
    );
    expect(await store.refusal('claimUpdate', { id, type: 'DAMAGED' }, { scope })).toMatch(
      /^NOT_ALLOWED input\.type: .* photo/,
    );
    const message = { claimId: id, sender: 'CUSTOMER', body: 'See.', media: [PHOTO] };
    await store.send('claimMessageCreate', message, { scope, key: newKey() });
    const payload = await store.send('claimUpdate', { id, type: 'DAMAGED' }, { scope });
    expect(payload.userErrors).toEqual([]);
  });

  it('changes a claim whose order is out of sight: claims outlive the window', async () => {
    const order = await placeOrder(store, { age: 70, sent: 20, delivered: 15 });
    const sending = { scope: `${scope} read_all_orders`, key: newKey() };
    const { id } = await store.send('claimCreate', filing(order), sending);
    const payload = await store.send('claimUpdate', { id, description: 'New.' }, { scope });
    expect(payload).toEqual({ id, version: 2, userErrors: [] });
  });
});

describe('claimMessageCreate', () => {
  const message = (claimId: string, changes: object = {}) => ({
    ...{ claimId, sender: 'CUSTOMER', body: 'It is still missing.', media: [PHOTO] },
    ...changes,
  });
  const add = (claimId: string, changes: object = {}, key = newKey()) =>
    store.send('claimMessageCreate', message(claimId, changes), { scope, key });

  it('adds a message with exactly its scope, once for a key', async () => {
    const claimId = await file(store, await placeOrder(store));
    const key = newKey();
    const payload = await add(claimId, {}, key);
    expect(payload).toEqual({
      id: expect.stringMatching(/^msg_[0-9a-z]{20}$/),
      version: 2,
      userErrors: [],
    });
    expect(await add(claimId, {}, key)).toEqual(payload);
    const text = 'select id, author_name, sender from commerce.claim_messages where claim_id = $1';
    expect(await store.rows(text, [claimId])).toEqual([
      { id: payload.id, author_name: 'Ada Fenwick', sender: 'CUSTOMER' },
    ]);
    expect(await topicsOf(store, payload.id)).toEqual(['message.created']);
    const other = message(claimId, { body: 'Other.' });
    expect(await store.refusal('claimMessageCreate', other, { scope, key })).toMatch(
      /^IDEMPOTENCY_MISMATCH -: /,
    );
  });

  it('is refused without its scope, and nothing changes', async () => {
    const claimId = await file(store, await placeOrder(store));
    const before = await store.fingerprint();
    const sending = { scope: 'read_claims', key: newKey() };
    const { status } = await store.ask('claimMessageCreate', message(claimId), sending);
    expect([status, await store.fingerprint()]).toEqual([403, before]);
  });

  it('links over https only', async () => {
    const claimId = await file(store, await placeOrder(store));
    const input = message(claimId, { media: [{ ...PHOTO, url: 'http://shop.example/1.jpg' }] });
    expect(await store.refusal('claimMessageCreate', input, { scope, key: newKey() })).toBe(
      'INVALID input.media.0.url: It has to be an https URL.',
    );
  });

  it('keeps links as they are sent, so that nothing in them ends a tag', async () => {
    const claimId = await file(store, await placeOrder(store));
    const url = 'https://shop.example/a\tb"><script>.jpg?c=%22&d=é';
    const { id } = await add(claimId, { media: [{ ...PHOTO, url }] });
    const text = 'select media from commerce.claim_messages where id = $1';
    expect(await store.rows(text, [id])).toMatchObject([
      { media: [{ url: 'https://shop.example/ab%22%3E%3Cscript%3E.jpg?c=%22&d=%C3%A9' }] },
    ]);
  });

  it.each([
    [{ body: 'a\ud800' }, 'body'],
    [{ media: [{ ...PHOTO, description: '\udc00b' }] }, 'media.0.description'],
    [{ media: [{ ...PHOTO, url: 'https://shop.example/\ud800' }] }, 'media.0.url'],
  ])('refuses half of a character: %j', async (changes, field) => {
    const input = message(await file(store, await placeOrder(store)), changes);
    expect(await store.refusal('claimMessageCreate', input, { scope, key: newKey() })).toBe(
      `INVALID input.${field}: It holds half of a character.`,
    );
  });

  it('shows the claim to who reads claims, also when the key is repeated', async () => {
    const claimId = await file(store, await placeOrder(store));
    const select = 'claim { id messages { nodes { body } } }';
    const sending = { scope: `${scope} read_claims`, key: newKey(), select };
    for (const _ of [1, 2]) {
      const payload = await store.send('claimMessageCreate', message(claimId), sending);
      const shown = { id: claimId, messages: { nodes: [{ body: 'It is still missing.' }] } };
      expect(payload.claim).toEqual(shown);
    }
  });

  it.each([
    ['WAITING_FOR_CUSTOMER', 'CUSTOMER', 'OPEN'],
    ['WAITING_FOR_CUSTOMER', 'BRAND', 'WAITING_FOR_CUSTOMER'],
    ['WAITING_FOR_BRAND', 'BRAND', 'COMMUNICATING'],
    ['DENIED', 'CUSTOMER', 'DENIED'],
  ])('leaves a claim that is %s, after %s wrote, %s', async (state, sender, next) => {
    const claimId = await file(store, await placeOrder(store));
    await put(store, claimId, state);
    await add(claimId, { sender });
    expect((await claimRow(store, claimId)).state).toBe(next);
  });

  it('adds nothing to what is archived, not there, or of another store', async () => {
    const claimId = await file(store, await placeOrder(store));
    await put(store, claimId, 'ARCHIVED');
    const refused = (id: string, scopes = scope) =>
      store.refusal('claimMessageCreate', message(id), { scope: scopes, key: newKey() });
    expect(await refused(claimId)).toBe(
      'NOT_ALLOWED input.claimId: The claim cannot be written about: it is not in a state that lets it.',
    );
    expect(await refused(claimId, 'manage_claims')).toMatch(/: it is ARCHIVED\.$/);
    expect(await refused('clm_x')).toBe('NOT_FOUND input.claimId: There is no clm_x in sight.');
    const elsewhere = { scope, key: newKey(), storeId: OTHER_STORE.id };
    const payload = await store.send('claimMessageCreate', message(claimId), elsewhere);
    expect(payload.userErrors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
  });
});
