import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { OTHER_STORE, STORE, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  expectForbidden,
  expectRefused,
  lastWritten,
  type Mutation,
  rowsOf,
  run,
  type Sending,
  told,
} from './settings-kit.ts';

const CREDIT: Mutation = {
  name: 'storeCreditSettingsUpdate',
  input: 'StoreCreditSettingsUpdateInput',
  scope: 'write_store_credit_settings',
};
const STALE =
  'STALE_VERSION input.version: It was changed since this version was read. Read it again and decide anew.';

let gateway: TestGateway;

async function settings(store: string = STORE.id) {
  const [row] = await rowsOf(
    gateway,
    `select enabled, form, cap, bonus_type, bonus_amount::text, currency, version
     from commerce.store_credit_settings where store_id = $1`,
    [store],
  );
  return { version: 0, ...row } as Readonly<Record<string, unknown>> & { version: number };
}
/** Changes what is there now. */
const change = async (input: object, sending: Sending = {}) =>
  run(gateway, CREDIT, { version: (await settings(sending.store)).version, ...input }, sending);

describe('how claims are paid in credit', () => {
  beforeAll(async () => {
    gateway = await startTestGateway('postgres');
  });
  afterAll(() => gateway.close());

  it('changes with exactly its scope', async () => {
    const before = await settings();
    const other = await settings(OTHER_STORE.id);
    const payload = await change({ form: 'ACCOUNT_CREDIT', cap: '72.5', enabled: false });
    expect(payload).toEqual({ id: STORE.id, version: before.version + 1, userErrors: [] });
    expect(await settings()).toEqual({
      ...before,
      form: 'ACCOUNT_CREDIT',
      cap: 7_250,
      enabled: false,
      version: before.version + 1,
    });
    expect(await settings(OTHER_STORE.id)).toEqual(other);
    expect(await lastWritten(gateway)).toEqual({
      audit: {
        mutation: CREDIT.name,
        entity_id: STORE.id,
        fields: ['cap', 'enabled', 'form', 'version'],
      },
      event: { topic: 'store_credit_settings.updated', entity_id: STORE.id },
    });
  });

  it('is shown to a token that may read it too, and to no other', async () => {
    const { version } = await settings();
    const input = { version, bonusAmount: { amount: '5.5', currencyCode: 'USD' } };
    const select = 'storeCreditSettings { bonusAmount { amount } bonusPercentage version }';
    await expectForbidden(gateway, CREDIT, input, { select });
    const scope = `${CREDIT.scope} read_store_credit_settings`;
    const payload = await run(gateway, CREDIT, input, { select, scope });
    expect(payload.storeCreditSettings).toEqual({
      bonusAmount: { amount: '5.50' },
      bonusPercentage: null,
      version: version + 1,
    });
  });

  it('has a bonus that is a percentage or an amount, and none after null', async () => {
    const amount = { bonusAmount: { amount: '3', currencyCode: 'USD' } };
    const bonus = async () => {
      const { bonus_type, bonus_amount } = await settings();
      return [bonus_type, bonus_amount];
    };
    await change({ bonusPercentage: '12.5' });
    expect(await bonus()).toEqual(['PERCENTAGE', '1250']);
    await change({ enabled: true });
    expect(await bonus()).toEqual(['PERCENTAGE', '1250']);
    await change({ bonusAmount: null });
    expect(await bonus()).toEqual(['PERCENTAGE', '1250']);
    await change({ ...amount, bonusPercentage: null });
    expect(await bonus()).toEqual(['FIXED', '300']);
    await change({ bonusPercentage: null });
    expect(await bonus()).toEqual(['FIXED', '300']);
    await change({ bonusAmount: null });
    expect(await bonus()).toEqual([null, null]);
    const { version } = await settings();
    await expectRefused(gateway, CREDIT, { version, bonusPercentage: '1', ...amount }, [
      'INVALID input.bonusAmount: A bonus is either a percentage or an amount.',
    ]);
  });

  it('takes only what credit can be', async () => {
    const { version } = await settings();
    await expectRefused(
      gateway,
      CREDIT,
      { version, enabled: null, form: null, cap: '100.01', bonusPercentage: '0.125' },
      [
        'INVALID input.enabled: It cannot be emptied. Leave it out to keep it.',
        'INVALID input.form: It cannot be emptied. Leave it out to keep it.',
        'INVALID input.cap: It has to be from 0 to 100, with at most two decimal places.',
        'INVALID input.bonusPercentage: It has to be from 0 to 100, with at most two decimal places.',
      ],
    );
    const bonusAmount = { amount: '1.005', currencyCode: 'USD' };
    await expectRefused(gateway, CREDIT, { version, bonusAmount }, [
      'INVALID input.bonusAmount.amount: USD has no more than 2 decimal places.',
    ]);
    const rule = 'INVALID input.bonusAmount.currencyCode: It has to be the currency of the store';
    const foreign = { version, bonusAmount: { amount: '1', currencyCode: 'EUR' } };
    await expectRefused(gateway, CREDIT, foreign, [`${rule}.`]);
    const scope = `${CREDIT.scope} read_store`;
    await expectRefused(gateway, CREDIT, foreign, [`${rule}, USD.`], { scope });
  });

  it.each([
    ['0', 2, '500', '500'],
    ['2', 1, '4.5', '450'],
    ['3', 3, '1.125', '1125'],
  ] as const)('is exact in a currency with %s decimal places', async (...row) => {
    const [, index, amount, minorUnits] = row;
    const { id: store, currency } = DEMO_STORES[index];
    const bonusAmount = { amount, currencyCode: currency };
    expect(told(await change({ bonusAmount }, { store }))).toEqual([]);
    expect(await settings(store)).toMatchObject({ bonus_amount: minorUnits, currency });
  });

  it('is left alone where it changed since it was read', async () => {
    const { version } = await settings();
    for (const stale of [version - 1, version + 1, 0]) {
      await expectRefused(gateway, CREDIT, { version: stale, cap: '50' }, [STALE]);
    }
  });

  it.each([
    ['reading it', 'read_store_credit_settings'],
    ['the prices', 'write_warranty_pricing write_shipping_insurance_pricing'],
    ['claims and the store', 'manage_claims read_store'],
  ])('does not change with the scopes of %s', async (_what, scope) => {
    const { version } = await settings();
    await expectForbidden(gateway, CREDIT, { version, enabled: false }, { scope });
  });

  it('changes for a reviewed app alone, because it is gated', async () => {
    const { version } = await settings();
    const input = { version, enabled: true };
    const tokenOf = (installation: 'demoInOutdoor' | 'pending' | 'private' | 'pricer') =>
      gateway.opaqueToken({ installation, scope: CREDIT.scope });
    await expectForbidden(gateway, CREDIT, input, { token: await tokenOf('private') });
    await expectForbidden(gateway, CREDIT, input, { token: await tokenOf('pending') });
    // Reviewed, but the merchant granted it something else.
    await expectForbidden(gateway, CREDIT, input, { token: await tokenOf('pricer') });
    const payload = await run(gateway, CREDIT, input, { token: await tokenOf('demoInOutdoor') });
    expect(payload).toEqual({ id: STORE.id, version: version + 1, userErrors: [] });
  });

  it('is set up with version 0, whole but for a bonus', async () => {
    const store = DEMO_STORES[3].id;
    await rowsOf(gateway, 'delete from commerce.store_credit_settings where store_id = $1', [
      store,
    ]);
    await expectRefused(
      gateway,
      CREDIT,
      { version: 0, cap: '80' },
      [
        'INVALID input.enabled: It is needed to set this up.',
        'INVALID input.form: It is needed to set this up.',
      ],
      { store },
    );
    const input = { version: 0, enabled: true, form: 'GIFT_CARD', cap: '80' };
    const payload = await run(gateway, CREDIT, input, { store });
    expect(payload).toEqual({ id: store, version: 1, userErrors: [] });
    expect(await settings(store)).toMatchObject({ cap: 8_000, bonus_type: null, currency: 'KWD' });
  });
});

describe('how claims are paid in credit, on a real PostgreSQL', () => {
  beforeAll(async () => {
    gateway = await startTestGateway('postgres');
  });
  afterAll(() => gateway.close());

  it('takes one of the changes that were made from the same version', async () => {
    const { version } = await settings();
    const payloads = await Promise.all(
      ['10', '20', '30', '40', '50'].map((cap) => run(gateway, CREDIT, { version, cap })),
    );
    expect(payloads.flatMap(told)).toEqual(Array(4).fill(STALE));
    const won = payloads.findIndex(({ id }) => id !== null);
    expect(await settings()).toMatchObject({ cap: (won + 1) * 1_000, version: version + 1 });
  });
});
