import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CLAIM_MOVES,
  type ClaimMove,
  type ClaimState,
  isSettled,
  stateAfter,
} from '../../src/commands/claim-transitions.ts';
import { CLAIM_STATES } from '../../src/data/values.ts';
import { OTHER_STORE } from '../support/gateway.ts';
import { claimRow, file, newKey, placeOrder, put, resolutionsOf, topicsOf } from './claim-kit.ts';
import { openTestStore, type TestStore } from './kit.ts';

const TABLES = ['claims', 'claim_items', 'claim_messages', 'claim_resolutions', 'policies'];
const scope = 'manage_claims';

/** How each move that the managers of claims make is asked for. */
const REQUESTS = {
  approve: ['claimApprove', {}, 'ClaimDecisionInput', 'claim.approved'],
  deny: ['claimDeny', { reason: 'NOT_COVERED' }, 'ClaimDenyInput', 'claim.denied'],
  resolve: ['claimResolve', { type: 'REFUND' }, 'ClaimResolveInput', 'claim.resolved'],
  resolveByBrand: [
    'claimResolve',
    { type: 'REFUND', paidBy: 'BRAND' },
    'ClaimResolveInput',
    'claim.resolved',
  ],
  dismiss: ['claimDismiss', {}, 'ClaimDismissInput', 'claim.dismissed'],
  dismissForNow: ['claimDismiss', { temporarily: true }, 'ClaimDismissInput', 'claim.dismissed'],
  close: ['claimClose', {}, 'ClaimDecisionInput', 'claim.closed'],
  reopen: ['claimReopen', {}, 'ClaimDecisionInput', 'claim.reopened'],
  archive: ['claimArchive', {}, 'ClaimDecisionInput', 'claim.archived'],
  waitForCustomer: ['claimHold', { waitsFor: 'CUSTOMER' }, 'ClaimHoldInput', 'claim.updated'],
  waitForBrand: ['claimHold', { waitsFor: 'BRAND' }, 'ClaimHoldInput', 'claim.updated'],
  waitForPlatform: ['claimHold', { waitsFor: 'PLATFORM' }, 'ClaimHoldInput', 'claim.updated'],
} as const satisfies Partial<Record<ClaimMove, readonly unknown[]>>;

type Managed = keyof typeof REQUESTS;
const MANAGED = Object.keys(REQUESTS) as Managed[];

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore('postgres', TABLES);
});
afterAll(() => store.close());

/** What a move is asked for with. */
function request(move: Managed, id: string, version: number, scopes = scope) {
  const [name, input, inputType] = REQUESTS[move];
  const key = name === 'claimResolve' ? { key: newKey() } : {};
  return [name, { id, version, ...input }, { scope: scopes, inputType, ...key }] as const;
}

const inState = async (state: ClaimState) => {
  const id = await file(store, await placeOrder(store));
  return { id, version: await put(store, id, state) };
};

/** A state that a move leads on from. */
const startOf = (move: Managed): ClaimState => CLAIM_MOVES[move].from[0] ?? 'NEW';

describe.each(MANAGED)('the move %s', (move) => {
  const [, , , topic] = REQUESTS[move];

  it('is made from every state of the table, and told', async () => {
    for (const state of CLAIM_MOVES[move].from) {
      const { id, version } = await inState(state);
      const payload = await store.send(...request(move, id, version));
      expect(payload).toEqual({ id, version: version + 1, userErrors: [] });
      const row = await claimRow(store, id);
      const to: ClaimState = CLAIM_MOVES[move].to;
      expect([row.state, row.resolved_at !== null]).toEqual([to, isSettled(to)]);
      expect(await topicsOf(store, id)).toEqual(['claim.created', topic]);
    }
  });

  it('is made from no other state, which it names', async () => {
    const id = await file(store, await placeOrder(store));
    for (const state of CLAIM_STATES.filter((each) => stateAfter(move, each) === null)) {
      const version = await put(store, id, state);
      const row = await claimRow(store, id);
      const { userErrors } = await store.send(...request(move, id, version));
      const message = `The claim cannot be ${CLAIM_MOVES[move].done}: it is ${state}.`;
      expect(userErrors).toEqual([{ code: 'NOT_ALLOWED', field: ['input', 'id'], message }]);
      expect(await claimRow(store, id)).toEqual(row);
    }
    expect(await resolutionsOf(store, id)).toEqual([]);
  });

  it.each(['write_claims', 'read_claims write_claims', 'read_orders write_orders'])(
    'is refused with %j, and nothing changes',
    async (scopes) => {
      const { id, version } = await inState(startOf(move));
      const print = await store.fingerprint();
      const { status, body } = await store.ask(...request(move, id, version, scopes));
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
      expect(await store.fingerprint()).toEqual(print);
    },
  );

  it('is refused for another version than the last, and for a claim that is not there', async () => {
    const { id, version } = await inState(startOf(move));
    expect(await store.refusal(...request(move, id, version + 1))).toMatch(
      /^STALE_VERSION input\.version: /,
    );
    expect(await store.refusal(...request(move, 'clm_x', 1))).toBe(
      'NOT_FOUND input.id: There is no clm_x in sight.',
    );
    const [name, input, sending] = request(move, id, version);
    const payload = await store.send(name, input, { ...sending, storeId: OTHER_STORE.id });
    expect(payload.userErrors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
  });
});

describe('the state machine, through the mutations', () => {
  it('goes where the table says, and pays once, whatever is tried in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...MANAGED), { minLength: 4, maxLength: 12 }),
        async (moves) => {
          const id = await file(store, await placeOrder(store));
          let state: ClaimState = 'NEW';
          let version = 1;
          for (const move of moves) {
            const next: ClaimState | null = stateAfter(move, state);
            const payload = await store.send(...request(move, id, version));
            expect(payload.userErrors.map(({ code }) => code)).toEqual(
              next === null ? ['NOT_ALLOWED'] : [],
            );
            version = payload.version ?? version;
            state = next ?? state;
            expect((await claimRow(store, id)).state).toBe(state);
          }
          expect((await resolutionsOf(store, id)).length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);
});

const WRITE_ORDERS = { scope: 'write_orders' };

describe('decisions', () => {
  const decide = async (move: Managed, id: string, changes: object = {}) => {
    const { version } = await claimRow(store, id);
    const [name, input, sending] = request(move, id, Number(version));
    return store.send(name, { ...input, ...changes }, sending);
  };

  it('show the claim as it is then: manage_claims reads claims', async () => {
    const { id, version } = await inState('NEW');
    const [name, input, sending] = request('deny', id, version);
    const select = 'claim { state denialReason version resolvedAt }';
    const { claim } = await store.send(name, input, { ...sending, select });
    expect(claim).toEqual({
      ...{ state: 'DENIED', denialReason: 'NOT_COVERED', version: 2 },
      resolvedAt: expect.stringMatching(/Z$/),
    });
  });

  it('taken back leave no reason and no date', async () => {
    const { id } = await inState('NEW');
    await decide('deny', id);
    await decide('reopen', id);
    expect(await claimRow(store, id)).toMatchObject({
      ...{ state: 'OPEN', denial_reason: null, resolved_at: null },
    });
  });

  it('are not taken back where the pieces were claimed anew', async () => {
    const order = await placeOrder(store);
    const id = await file(store, order, 2);
    await decide('deny', id);
    await file(store, order, 2);
    expect(await store.refusal(...request('reopen', id, 2))).toBe(
      'CONFLICT input.id: Some of its pieces were claimed anew or paid back since.',
    );
  });

  it('are not taken back, nor followed by a payment, where something was paid', async () => {
    const { id } = await inState('APPROVED');
    await decide('resolve', id);
    const version = await put(store, id, 'APPROVED');
    for (const move of ['reopen', 'resolve', 'resolveByBrand'] as const) {
      expect(await store.refusal(...request(move, id, version))).toBe(
        'CONFLICT input.id: The claim was paid already.',
      );
    }
  });

  it('archived keep the date they were settled at', async () => {
    const { id } = await inState('NEW');
    await decide('close', id);
    const { resolved_at: settled } = await claimRow(store, id);
    await decide('archive', id);
    expect((await claimRow(store, id)).resolved_at).toEqual(settled);
  });

  it('approve what is protected only', async () => {
    const { id, version } = await inState('NEW');
    await store.rows('update commerce.claims set policy_id = null where id = $1', [id]);
    expect(await store.refusal(...request('approve', id, version))).toBe(
      'NOT_ALLOWED input.id: Nothing protects this order: only the merchant can make it good.',
    );
    await put(store, id, 'APPROVED');
    expect(await store.refusal(...request('resolve', id, version))).toBe(
      'NOT_ALLOWED input.paidBy: Nothing protects this order in its currency: only the merchant can pay.',
    );
    expect((await decide('resolveByBrand', id)).userErrors).toEqual([]);
  });

  it('approve and pay nothing under a protection that was cancelled since', async () => {
    const order = await placeOrder(store);
    const id = await file(store, order);
    await decide('deny', id);
    const ended = await store.send('orderProtectionRemove', { id: order.id }, WRITE_ORDERS);
    expect(ended.userErrors).toEqual([]);
    const { version } = await decide('reopen', id);
    expect(await store.refusal(...request('approve', id, Number(version)))).toBe(
      'NOT_ALLOWED input.id: Nothing protects this order: only the merchant can make it good.',
    );
    await put(store, id, 'APPROVED');
    expect(await store.refusal(...request('resolve', id, Number(version)))).toBe(
      'NOT_ALLOWED input.paidBy: Nothing protects this order in its currency: only the merchant can pay.',
    );
    expect((await decide('resolveByBrand', id)).userErrors).toEqual([]);
  });

  it.each(['ACTIVE', 'CLAIMED'])(
    'pay nothing under a protection that was %s when its order was cancelled',
    async (status) => {
      const order = await placeOrder(store, { policy: { status } });
      const id = await file(store, order);
      await decide('approve', id);
      await store.send('orderCancel', { id: order.id }, WRITE_ORDERS);
      const { userErrors } = await decide('resolve', id);
      expect(userErrors.map(({ code }) => code)).toEqual(['NOT_ALLOWED']);
      expect(await resolutionsOf(store, id)).toEqual([]);
    },
  );

  it('need no order in sight: claims outlive the window', async () => {
    const { id, version } = await inState('NEW');
    const move = `update commerce.claims set order_id = o.id, order_created_at = o.created_at
      from commerce.orders o where commerce.claims.id = $1 and o.id = $2`;
    const old = await placeOrder(store, { age: 90, sent: 80, delivered: 75 });
    await store.rows(move, [id, old.id]);
    const payload = await store.send(...request('approve', id, version));
    expect(payload.userErrors).toEqual([]);
  });
});
