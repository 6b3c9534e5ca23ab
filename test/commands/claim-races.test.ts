import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimRow,
  file,
  filing,
  newKey,
  placeOrder,
  put,
  resolutionsOf,
  topicsOf,
} from './claim-kit.ts';
import { openTestStore, type TestStore } from './kit.ts';

const TABLES = ['claims', 'claim_items', 'claim_messages', 'claim_resolutions', 'policies'];
const AT_ONCE = 12;

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore('postgres', TABLES);
});
afterAll(() => store.close());

const atOnce = <T>(run: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, index) => run(index)));

/** How often each code came; `done` where there was no user error. */
function codesOf(payloads: readonly { userErrors: readonly { code: string }[] }[]) {
  const codes: Record<string, number> = {};
  for (const { userErrors } of payloads) {
    const code = userErrors[0]?.code ?? 'done';
    codes[code] = (codes[code] ?? 0) + 1;
  }
  return codes;
}

describe('claims filed at once', () => {
  it('never hold more pieces than were bought', async () => {
    const order = await placeOrder(store, { lines: [[5, 10_00n]] });
    const payloads = await atOnce(() =>
      store.send('claimCreate', filing(order, 2), { scope: 'write_claims', key: newKey() }),
    );
    expect(codesOf(payloads)).toEqual({ done: 2, CONFLICT: AT_ONCE - 2 });
    const text = `select sum(i.quantity)::int as held from commerce.claim_items i
      join commerce.claims c on c.id = i.claim_id where c.order_id = $1`;
    expect(await store.rows(text, [order.id])).toEqual([{ held: 4 }]);
  });

  it('with one key are one claim', async () => {
    const order = await placeOrder(store);
    const sending = { scope: 'write_claims', key: newKey() };
    const payloads = await atOnce(() => store.send('claimCreate', filing(order), sending));
    expect(new Set(payloads.map(({ id }) => id)).size).toBe(1);
    const text = 'select id from commerce.claims where order_id = $1';
    expect(await store.rows(text, [order.id])).toHaveLength(1);
  });

  it('and reopened at once never hold more pieces than were bought', async () => {
    const order = await placeOrder(store, { lines: [[2, 10_00n]] });
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      const id = await file(store, order, 2);
      await put(store, id, 'DENIED');
      ids.push(id);
    }
    const reopen = (id: string) =>
      store.send(
        'claimReopen',
        { id, version: 1 },
        { scope: 'manage_claims', inputType: 'ClaimDecisionInput' },
      );
    const create = () =>
      store.send('claimCreate', filing(order, 2), { scope: 'write_claims', key: newKey() });
    const payloads = await Promise.all([...ids.map(reopen), create(), create()]);
    expect(codesOf(payloads)).toEqual({ done: 1, CONFLICT: 5 });
  });
});

describe('a claim resolved at once', () => {
  const resolve = (id: string, version: number, key: string, changes: object = {}) =>
    store.send(
      'claimResolve',
      { id, version, type: 'STORE_CREDIT', ...changes },
      { scope: 'manage_claims', key },
    );
  const approved = async (pieces = 1, of?: Awaited<ReturnType<typeof placeOrder>>) => {
    const id = await file(store, of ?? (await placeOrder(store)), pieces);
    return { id, version: await put(store, id, 'APPROVED') };
  };

  it('with one key is paid once, and everybody is told the same', async () => {
    const { id, version } = await approved();
    const key = newKey();
    const payloads = await atOnce(() => resolve(id, version, key));
    expect(payloads).toEqual(payloads.map(() => ({ id, version: version + 1, userErrors: [] })));
    expect(await resolutionsOf(store, id)).toHaveLength(1);
    expect(await topicsOf(store, id)).toEqual(['claim.created', 'claim.resolved']);
  });

  it('with a key for each is paid once, whoever pays', async () => {
    const { id, version } = await approved();
    const payloads = await atOnce((index) =>
      resolve(id, version, newKey(), { paidBy: index % 2 === 0 ? 'PROTECTION' : 'BRAND' }),
    );
    expect(codesOf(payloads)).toEqual({ done: 1, STALE_VERSION: AT_ONCE - 1 });
    expect(await resolutionsOf(store, id)).toHaveLength(1);
  });

  it('with a guess of the next version is paid once as well', async () => {
    const { id, version } = await approved();
    const payloads = await atOnce((index) => resolve(id, version + (index % 2), newKey()));
    expect(codesOf(payloads).done).toBe(1);
    expect(await resolutionsOf(store, id)).toHaveLength(1);
  });

  it('and denied, closed and approved at once goes one way', async () => {
    const id = await file(store, await placeOrder(store));
    const decide = (name: string, input: object, inputType: string) => () =>
      store.send(name, { id, version: 1, ...input }, { scope: 'manage_claims', inputType });
    const decisions = [
      decide('claimApprove', {}, 'ClaimDecisionInput'),
      decide('claimDeny', { reason: 'OTHER' }, 'ClaimDenyInput'),
      decide('claimClose', {}, 'ClaimDecisionInput'),
      () => resolve(id, 1, newKey(), { paidBy: 'BRAND' }),
    ];
    const payloads = await atOnce((index) => decisions[index % 4]?.() ?? expect.fail());
    expect(codesOf(payloads)).toEqual({ done: 1, STALE_VERSION: AT_ONCE - 1 });
    expect((await claimRow(store, id)).version).toBe(2);
  });

  it('with others under its policy is paid no more than is insured', async () => {
    // Each piece is worth 10.00: one and a half are insured.
    const order = await placeOrder(store, { lines: [[AT_ONCE, 10_00n]], insured: 15_00n });
    const claims: { id: string; version: number }[] = [];
    for (let count = 0; count < AT_ONCE; count += 1) claims.push(await approved(1, order));
    // Whoever reads what is left before they wait for the policy has read it too early.
    const text = `with held as (select id from commerce.policies where id = $1 for update)
      select pg_sleep(1) from held`;
    const held = store.rows(text, [order.policyId]);
    await new Promise((done) => setTimeout(done, 200));
    const payloads = await Promise.all(
      claims.map(({ id, version }) => resolve(id, version, newKey())),
    );
    await held;
    expect(codesOf(payloads)).toEqual({ done: 1, NOT_ALLOWED: AT_ONCE - 1 });
    const sum = `select sum(r.paid_value)::int as paid from commerce.claim_resolutions r
      join commerce.claims c on c.id = r.claim_id where c.policy_id = $1`;
    expect(await store.rows(sum, [order.policyId])).toEqual([{ paid: 10_00 }]);
  });
});

describe('messages and changes at once', () => {
  it('wait for each other, and are all counted', async () => {
    const claimId = await file(store, await placeOrder(store));
    const scope = 'write_claims';
    const payloads = await atOnce((index) =>
      index % 2 === 0
        ? store.send(
            'claimMessageCreate',
            { claimId, sender: 'BRAND', body: `${index}` },
            { scope, key: newKey() },
          )
        : store.send('claimUpdate', { id: claimId, description: `${index}` }, { scope }),
    );
    expect(codesOf(payloads)).toEqual({ done: AT_ONCE });
    expect((await claimRow(store, claimId)).version).toBe(1 + AT_ONCE);
  });
});
