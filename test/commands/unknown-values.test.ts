import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderFulfillmentStatus } from '../../src/data/shipping.ts';
import { OWNER_ROLE } from '../../src/data/tables/columns.ts';
import { type Sql, STORE } from '../support/gateway.ts';
import type { TestStore } from './kit.ts';
import { BOTH, createOrder, fresh, openOrders, stored, WRITE } from './order-kit.ts';

const EVERYTHING =
  'read_orders read_all_orders read_customers read_products read_discounts read_claims read_store';

/** Columns that hold words of merchants' platforms: table, column, and the constraint that lists them. */
const PLATFORM_WORDS = [
  ['orders', 'platform', 'orders_platform'],
  ['orders', 'risk_level', 'orders_risk_level'],
  ['orders', 'financial_status', 'orders_financial_status'],
  ['orders', 'fulfillment_status', 'orders_fulfillment_status'],
  ['fulfillments', 'status', 'fulfillments_status'],
  ['customers', 'account_state', 'customers_account_state'],
  ['customers', 'email_consent_state', 'customers_email_consent_state'],
  ['customers', 'email_consent_level', 'customers_email_consent_level'],
  ['customers', 'sms_consent_state', 'customers_sms_consent_state'],
  ['customers', 'sms_consent_level', 'customers_sms_consent_level'],
  ['products', 'status', 'products_status'],
  ['discounts', 'method', 'discounts_method'],
  ['discounts', 'target', 'discounts_target'],
  ['discount_applications', 'target', 'discount_applications_target'],
] as const;

const QUERY = `{
  orders(first: 2) { nodes {
    sourceNumber platform riskLevel financialStatus fulfillmentStatus
    fulfillments(first: 1) { nodes { status } }
    discountApplications(first: 1) { nodes { target valueType total { amount } } }
  } }
  customers(first: 2) { nodes { accountState
    emailMarketingConsent { state optInLevel } smsMarketingConsent { state optInLevel } } }
  products(first: 2) { nodes { name status } }
  discounts(first: 2) { nodes { title method target valueType percentage amount { amount } } }
}`;

describe.each(['pglite', 'postgres'] as const)('words of a platform on %s', (backend) => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openOrders(backend);
  });
  afterAll(() => store.close());

  const read = async (query: string) =>
    store.gateway.send(query, { token: await store.gateway.token(EVERYTHING) });

  describe('that are sent as UNKNOWN', () => {
    it('are stored with an order, told and found', async () => {
      const id = await createOrder(store, {
        platform: 'UNKNOWN',
        riskLevel: 'UNKNOWN',
        financialStatus: 'UNKNOWN',
        fulfillmentStatus: 'UNKNOWN',
      });
      expect(await stored(store, id)).toMatchObject({
        platform: 'UNKNOWN',
        risk_level: 'UNKNOWN',
        financial_status: 'UNKNOWN',
        fulfillment_status: 'UNKNOWN',
      });
      for (const status of ['financialStatus', 'fulfillmentStatus']) {
        const { body } = await read(
          `{ orders(filter: { ${status}: UNKNOWN }) { nodes { id platform riskLevel ${status} } } }`,
        );
        expect(body.errors).toBeUndefined();
        expect(body.data).toHaveProperty('orders.nodes');
        expect((body.data as { orders: { nodes: object[] } }).orders.nodes).toContainEqual({
          id,
          platform: 'UNKNOWN',
          riskLevel: 'UNKNOWN',
          [status]: 'UNKNOWN',
        });
      }
    });

    it('say nothing of how much of an order was shipped, nor take back that it was delivered', async () => {
      const orderId = await createOrder(store);
      const { id, version } = await store.send(
        'fulfillmentCreate',
        {
          orderId,
          sourceId: fresh(),
          status: 'UNKNOWN',
          lines: [{ sourceLineId: 'a', quantity: 2 }],
        },
        { ...WRITE, key: fresh() },
      );
      expect((await stored(store, orderId)).fulfillment_status).toBe('UNKNOWN');
      const delivered = await store.send(
        'fulfillmentUpdate',
        { id, version, status: 'DELIVERED' },
        WRITE,
      );
      expect((await stored(store, orderId)).fulfillment_status).toBe('PARTIALLY_FULFILLED');
      const again = await store.send(
        'fulfillmentUpdate',
        { id, version: delivered.version, status: 'UNKNOWN' },
        { ...BOTH, select: 'fulfillment { status deliveredAt }' },
      );
      expect(again.fulfillment).toEqual({ status: 'UNKNOWN', deliveredAt: expect.any(String) });
    });

    it('are no consent to marketing', async () => {
      const [customer] = await store.rows(
        "select id, version from commerce.customers where email_consent_state = 'SUBSCRIBED' and sms_consent_state <> 'REDACTED' limit 1",
      );
      const send = (extra: object) =>
        store.send(
          'customerMarketingConsentUpdate',
          { ...customer, channel: 'EMAIL', state: 'UNKNOWN', ...extra },
          { scope: 'write_customers', inputType: 'CustomerMarketingConsentUpdateInput' },
        );
      const { userErrors } = await send({ optInLevel: 'SINGLE_OPT_IN' });
      expect(userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'optInLevel'] }]);
      expect((await send({})).userErrors).toEqual([]);
      const [row] = await store.rows(
        'select email_consent_state, email_consent_level from commerce.customers where id = $1',
        [customer?.id],
      );
      expect(row).toEqual({ email_consent_state: 'UNKNOWN', email_consent_level: 'UNKNOWN' });
    });
  });
});

describe('words that a newer version stored', () => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openOrders('postgres');
  });
  afterAll(() => store.close());

  const asOwner = (...statements: readonly Sql[]) =>
    store.gateway.asRole(OWNER_ROLE, [
      [
        "select set_config('scopegate.store_id', $1, true), set_config('scopegate.orders_since', '-infinity', true)",
        [STORE.id],
      ],
      ...statements,
    ]);
  const read = async (query: string) =>
    store.gateway.send(query, { token: await store.gateway.token(EVERYTHING) });

  it('are answered as UNKNOWN where they are the platform’s, and everything else stands', async () => {
    const before = await read(QUERY);
    expect(before.body.errors).toBeUndefined();
    await asOwner(
      ...PLATFORM_WORDS.flatMap(([table, column, constraint]): Sql[] => [
        [`alter table commerce.${table} drop constraint ${constraint}`],
        [`update commerce.${table} set ${column} = 'OF_TOMORROW'`],
      ]),
      ...['discounts', 'discount_applications'].flatMap((table): Sql[] => [
        [`alter table commerce.${table} drop constraint ${table}_value_type`],
        [
          `update commerce.${table} set value_type = 'OF_TOMORROW', percentage = null, amount = null`,
        ],
      ]),
    );
    const { body, text } = await read(QUERY);
    expect(body.errors).toBeUndefined();
    expect(text).not.toContain('OF_TOMORROW');
    // Words of the platforms alone are in capitals.
    const words = /"[A-Z][A-Z_]+"/g;
    const expected = before.text
      .replace(words, '"UNKNOWN"')
      .replace(/"percentage":"[^"]*"/g, '"percentage":null')
      .replace(/("percentage":null,"amount":)\{[^}]*\}/g, '$1null');
    expect(text).toBe(expected);
    expect(text.match(words)?.length).toBeGreaterThan(20);
  });

  it('are a fault of ours where the words are: of that field alone, and masked', async () => {
    const [[claim] = []] = (
      await asOwner([
        'select id from commerce.claims where denial_reason is not null order by id limit 1',
      ])
    ).slice(1);
    const query = `{ claim(id: "${claim?.id}") { id denialReason description } orders(first: 1) { nodes { id } } }`;
    expect((await read(query)).body.errors).toBeUndefined();
    await asOwner(
      ['alter table commerce.claims drop constraint claims_denial_reason'],
      ["update commerce.claims set denial_reason = 'OF_TOMORROW' where id = $1", [claim?.id]],
    );
    const { status, body, text } = await read(query);
    expect(status).toBe(200);
    expect(text).not.toContain('OF_TOMORROW');
    expect(body.errors).toMatchObject([
      {
        message: 'Something went wrong on our side.',
        path: ['claim', 'denialReason'],
        extensions: { code: 'INTERNAL', requestId: expect.any(String) },
      },
    ]);
    expect(body.data).toMatchObject({
      claim: { id: claim?.id, denialReason: null, description: expect.any(String) },
      orders: { nodes: [{ id: expect.any(String) }] },
    });
  });
});

describe('how much of an order was shipped', () => {
  const status = (...shipments: Parameters<typeof orderFulfillmentStatus>[1]) =>
    orderFulfillmentStatus(2, shipments);

  it('is not known where only a fulfilment in an unknown status could have shipped it', () => {
    expect(status({ status: 'UNKNOWN', pieces: 2 })).toBe('UNKNOWN');
    expect(status({ status: 'UNKNOWN', pieces: 1 }, { status: 'ON_HOLD', pieces: 1 })).toBe(
      'UNKNOWN',
    );
    expect(status({ status: 'OF_TOMORROW' as never, pieces: 1 })).toBe('UNKNOWN');
  });

  it('is what is known to have been shipped where something was', () => {
    expect(status({ status: 'UNKNOWN', pieces: 1 }, { status: 'DELIVERED', pieces: 1 })).toBe(
      'PARTIALLY_FULFILLED',
    );
    expect(status({ status: 'UNKNOWN', pieces: 1 }, { status: 'DELIVERED', pieces: 2 })).toBe(
      'FULFILLED',
    );
  });
});
