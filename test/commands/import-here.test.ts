import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqlSource } from '../../src/data/sql-source.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  claim,
  customer,
  fulfillment,
  openImports,
  order,
  product,
  protection,
  resolution,
  type TestImports,
  usd,
} from './import-kit.ts';

/** Imports beside mutations on the same database: what happened here is not undone by a file. */
let store: TestImports;
let gateway: TestGateway;
beforeAll(async () => {
  store = await openImports('pglite');
  const { database } = store.test;
  gateway = await startTestGateway('postgres', {
    source: createSqlSource(database),
    writer: database.writer,
  });
});
afterAll(async () => {
  await gateway.close();
  await store.close();
});

const now = () => new Date();
const inAWhile = () => new Date(Date.now() + 60_000).toISOString();

async function mutate(scope: string, text: string, name: string) {
  const { body } = await gateway.send(`mutation { ${text} }`, {
    token: await gateway.token(scope),
  });
  expect(body.errors).toBeUndefined();
  const payload = body.data?.[name] as { userErrors: unknown[] };
  expect(payload.userErrors).toEqual([]);
}

const idOf = async (table: string, sourceId: string) => {
  const text = `select id from commerce.${table} where source_id = $1`;
  return (await store.rows(text, [sourceId]))[0]?.id;
};

describe('what happened here', () => {
  it('is kept where the line is older', async () => {
    await store.take([order({ sourceId: 'kept' })]);
    const id = await idOf('orders', 'kept');
    await mutate(
      'write_orders read_all_orders',
      `orderTagsAdd(input: { id: "${id}", tags: ["here"] }) { userErrors { message } }`,
      'orderTagsAdd',
    );
    const { counts } = await store.take([order({ sourceId: 'kept', tags: ['there'] })], {
      now: now(),
    });
    expect(counts.order).toMatchObject({ kept: 1, updated: 0 });
    const [row] = await store.rows("select tags from commerce.orders where source_id = 'kept'");
    expect(row).toEqual({ tags: ['here'] });
  });

  it('to a product that was deleted is undone by a newer line alone', async () => {
    await store.take([product({ sourceId: 'gone', variants: [], inventory: { quantity: 1 } })]);
    const id = await idOf('products', 'gone');
    await mutate(
      'write_products',
      `productDelete(input: { id: "${id}", version: 1 }) { userErrors { message } }`,
      'productDelete',
    );
    const again = (changes: object) =>
      store.take(
        [product({ sourceId: 'gone', variants: [], inventory: { quantity: 1 }, ...changes })],
        {
          now: now(),
        },
      );
    expect((await again({})).counts.product).toMatchObject({ kept: 1 });
    expect(await idOf('products', 'gone')).toBeUndefined();
    expect((await again({ updatedAt: inAWhile() })).counts.product).toMatchObject({ created: 1 });
    expect(await idOf('products', 'gone')).toBe(id);
  });

  it('to pieces that were shipped binds a newer line', async () => {
    await store.take([order({ sourceId: 'sent' })]);
    const id = await idOf('orders', 'sent');
    const createFulfillment = `fulfillmentCreate(idempotencyKey: "sent", input: { orderId: "${id}", sourceId: "here", status: IN_TRANSIT, lines: [{ sourceLineId: "a", quantity: 2 }] }) { userErrors { message } }`;
    await mutate('write_orders read_all_orders', createFulfillment, 'fulfillmentCreate');
    const line = order({
      sourceId: 'sent',
      updatedAt: inAWhile(),
      fulfillments: [fulfillment({ lines: [{ sourceLineId: 'a', quantity: 1 }] })],
    });
    expect(await store.refusals([line], { now: now() })).toEqual([
      '1 order sent lines[0].quantity: It is less than what was shipped, counting fulfilments recorded here.',
    ]);
    expect(await store.refusals([{ ...line, fulfillments: [] }], { now: now() })).toEqual([]);
    const kept = await store.rows(
      'select source_id from commerce.fulfillments where order_id = $1',
      [id],
    );
    expect(kept).toEqual([{ source_id: 'here' }]);
  });

  it('to a claim that was paid is never taken back', async () => {
    await store.take([
      order({ sourceId: 'paid', protection: [protection()] }),
      claim({
        sourceId: 'paid',
        sourceOrderId: 'paid',
        policyKind: 'SHIPPING_INSURANCE',
        state: 'RESOLVED',
        resolutions: [resolution()],
      }),
    ]);
    const policy =
      "select p.status, p.premium from commerce.policies p join commerce.orders o on o.id = p.order_id where o.source_id = 'paid'";
    expect(await store.rows(policy)).toEqual([{ status: 'CLAIMED', premium: 120 }]);
    const lines = [
      order({
        sourceId: 'paid',
        updatedAt: inAWhile(),
        protection: [protection({ premium: '2' })],
      }),
      claim({ sourceId: 'paid', sourceOrderId: 'paid', updatedAt: inAWhile() }),
    ];
    expect(await store.refusals(lines, { now: now() })).toEqual([
      '2 claim paid resolutions: A resolution that was paid here, or imported before, is missing: what was paid is not taken back.',
    ]);
    expect(await store.rows(policy)).toEqual([{ status: 'CLAIMED', premium: 200 }]);
  });

  it('to protection that was sold stays as it was sold', async () => {
    const {
      type: _,
      updatedAt: _updated,
      ...bought
    } = order({
      sourceId: 'sold',
      createdAt: new Date(Date.now() - 60_000).toISOString(),
    });
    const input = { ...bought, platform: 'SHOPIFY', protection: [{ kind: 'SHIPPING_INSURANCE' }] };
    const { body } = await gateway.send(
      'mutation ($input: OrderCreateInput!) { orderCreate(idempotencyKey: "sold", input: $input) { id userErrors { message } } }',
      { token: await gateway.token('write_orders'), variables: { input } },
    );
    expect(body).toMatchObject({ data: { orderCreate: { userErrors: [] } } });
    const sold = () =>
      store.rows(
        "select p.*, o.premium_cost from commerce.policies p join commerce.orders o on o.id = p.order_id where o.source_id = 'sold'",
      );
    const before = await sold();
    expect(before).toHaveLength(1);
    const line = { ...bought, type: 'order', updatedAt: inAWhile(), tags: ['there'] };
    const result = await store.take([{ ...line, protection: [protection({ premium: '9' })] }], {
      now: now(),
    });
    expect(result).toMatchObject({
      refused: 0,
      counts: { order: { updated: 1 } },
      warnings: [
        {
          field: 'protection',
          message: 'Protection of this kind was sold here: what the file says of it is not taken.',
        },
      ],
    });
    expect(await sold()).toEqual(before);
  });

  it('to who was forgotten is not filled in by their orders and claims', async () => {
    const erased = { email: null, firstName: null, emailMarketingConsent: { state: 'REDACTED' } };
    const lines = [
      customer({ sourceId: 'erased', ...erased }),
      order({
        sourceId: 'erased',
        sourceCustomerId: 'erased',
        contactName: 'Mara',
        contactEmail: 'mara@example.com',
        shippingAddress: { city: 'Portland' },
      }),
      claim({
        sourceId: 'erased',
        sourceOrderId: 'erased',
        authorName: 'Mara',
        authorEmail: 'mara@example.com',
      }),
    ];
    const { refused, warnings } = await store.take(lines);
    expect(refused).toBe(0);
    expect(warnings.map(({ field }) => field)).toEqual(['sourceCustomerId', 'authorEmail']);
    expect(
      await store.rows(
        "select contact_name, contact_email, shipping_address, c.author_name, c.author_email from commerce.orders o join commerce.claims c on c.order_id = o.id where o.source_id = 'erased'",
      ),
    ).toEqual([
      {
        contact_name: null,
        contact_email: null,
        shipping_address: null,
        author_name: null,
        author_email: null,
      },
    ]);
  });

  it('is what a line may refer to', async () => {
    const create = `productCreate(idempotencyKey: "made", input: { sourceId: "made", name: "Made", status: ACTIVE, kind: SIMPLE, price: { amount: "1", currencyCode: "USD" }, inventory: { quantity: 1 } }) { userErrors { message } }`;
    await mutate('write_products', create, 'productCreate');
    const group = product({
      sourceId: 'of made',
      kind: 'GROUPED',
      variants: [],
      inventory: { inStock: true },
      price: usd('1'),
      members: [{ sourceProductId: 'made', quantity: 2 }],
    });
    expect(await store.refusals([group], { now: now() })).toEqual([]);
    expect(
      await store.rows(
        "select quantity from commerce.product_members m join commerce.products p on p.id = m.group_id where p.source_id = 'of made'",
      ),
    ).toEqual([{ quantity: 2 }]);
  });
});
