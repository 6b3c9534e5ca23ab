import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { getTableConfig, PgDialect } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { ENTITIES } from '../../../src/data/entities.ts';
import { policyOf } from '../../../src/data/memory/policies.ts';
import { createMemorySource, type MemoryData } from '../../../src/data/memory/source.ts';
import type { Condition, Load, Page, Session, Source } from '../../../src/data/source.ts';
import { inWindow, ofOwner, ofStore } from '../../../src/data/tables/columns.ts';
import { AppError } from '../../../src/errors.ts';
import { completeRows, type NewRow } from './complete-rows.ts';
import { ENTITY_NAMES } from './kit.ts';

describe('the policies of rows in memory', () => {
  it.each(ENTITY_NAMES)('are those of the table: %s', (entity) => {
    const columns: Readonly<Record<string, { readonly name: string }>> = getTableColumns(
      ENTITIES[entity],
    );
    const name = (column: string) => columns[column]?.name ?? expect.fail(`no column ${column}`);
    const { store, window = [], owner, deleted } = policyOf(entity);
    const parts = [
      ofStore(name(store)),
      ...window.map((column) => inWindow(name(column))),
      ...(owner ? [ofOwner(name(owner))] : []),
      ...(deleted ? [sql.raw(`${name(deleted)} is null`)] : []),
    ];
    const textOf = (using: SQL | undefined) => using && new PgDialect().sqlToQuery(using).sql;
    // Those that name no role are the app role's, and there is one.
    const own = getTableConfig(ENTITIES[entity]).policies.filter(({ to }) => to === undefined);
    expect(own.map(({ using }) => textOf(using))).toEqual([textOf(sql.join(parts, sql` and `))]);
  });

  it('are needed: rows of anything else are refused', () => {
    for (const entity of ['merchant', 'webhookSecret', '__proto__x', 'toString', 'Order']) {
      const data = { order: [], [entity]: [] } as MemoryData;
      expect(() => createMemorySource(data)).toThrow(
        new TypeError(`There is no policy that says who sees rows of "${entity}".`),
      );
    }
    expect(() => createMemorySource({ order: [] })).not.toThrow();
  });
});

const SINCE = new Date('2026-09-22T12:00:00.000Z');
const BEFORE = new Date(SINCE.getTime() - 1);

const order = (change: Partial<NewRow<'order'>> & { readonly id: string }): NewRow<'order'> => ({
  ...{ storeId: 'sto_a', sourceId: change.id, sourceNumber: '#1', platform: 'API' },
  ...{ createdAt: SINCE, updatedAt: SINCE, currency: 'USD', subtotal: 1n, discountTotal: 0n },
  ...{ shippingTotal: 0n, taxTotal: 0n, total: 250n, premiumPaid: 0n, premiumCost: 0n },
  ...{ premiumDiscount: 0n, financialStatus: 'PAID', fulfillmentStatus: 'FULFILLED', tags: [] },
  ...change,
});

const lineItem = (
  change: Partial<NewRow<'lineItem'>> & Pick<NewRow<'lineItem'>, 'id' | 'orderId'>,
): NewRow<'lineItem'> => ({
  ...{ storeId: 'sto_a', orderCreatedAt: SINCE, position: 0, sourceId: change.id, name: 'Tent' },
  ...{ quantity: 1, refundedQuantity: 0, currency: 'USD', unitPrice: 1n, discountTotal: 0n },
  taxTotal: 0n,
  ...change,
});

const claim = (
  change: Partial<NewRow<'claim'>> & Pick<NewRow<'claim'>, 'id' | 'orderId'>,
): NewRow<'claim'> => ({
  ...{ storeId: 'sto_a', orderCreatedAt: SINCE, state: 'NEW', filedFrom: 'EXTERNAL' },
  ...{ description: 'It is gone.', requestedResolution: 'REFUND', createdAt: SINCE },
  updatedAt: SINCE,
  ...change,
});

const product = (change: Partial<NewRow<'product'>> & { readonly id: string }) =>
  ({
    ...{ storeId: 'sto_a', sourceId: change.id, name: 'Tent', status: 'ACTIVE', kind: 'SIMPLE' },
    ...{ price: 1n, currency: 'USD', inventoryTracked: false, inStock: true },
    ...{ createdAt: SINCE, updatedAt: SINCE },
    ...change,
  }) as NewRow<'product'>;

const webhook = (
  change: Pick<NewRow<'webhook'>, 'id' | 'owner'> & Partial<NewRow<'webhook'>>,
): NewRow<'webhook'> => ({
  ...{ storeId: 'sto_a', url: 'https://app.example', topics: [], enabled: true, scopes: [] },
  ...{ secretChangedAt: SINCE, createdAt: SINCE, updatedAt: SINCE },
  ...change,
});

const SOURCE = createMemorySource({
  store: completeRows(
    'store',
    ['sto_a', 'sto_b'].map((id) => ({
      ...{ id, name: `Store ${id}`, domain: `${id}.example`, platform: 'API', currency: 'USD' },
      ...{ timezone: 'UTC', createdAt: SINCE, updatedAt: SINCE },
    })),
  ),
  order: completeRows('order', [
    order({ id: 'ord_at', customerId: 'cus_1', contactEmail: 'Zoë@Example.com' }),
    order({
      id: 'ord_new',
      createdAt: new Date(SINCE.getTime() + 1),
      updatedAt: new Date('2027-01-01'),
      customerId: 'cus_1',
      cancelledAt: SINCE,
    }),
    order({ id: 'ord_before', createdAt: BEFORE, customerId: 'cus_1' }),
    order({ id: 'ord_odd', updatedAt: BEFORE }),
    order({ id: 'ord_b', storeId: 'sto_b', customerId: 'cus_1' }),
  ]),
  lineItem: completeRows('lineItem', [
    lineItem({ id: 'lin_at', orderId: 'ord_at' }),
    lineItem({ id: 'lin_before', orderId: 'ord_before', orderCreatedAt: BEFORE }),
    lineItem({ id: 'lin_b', orderId: 'ord_at', storeId: 'sto_b' }),
  ]),
  claim: completeRows('claim', [
    claim({ id: 'clm_at', orderId: 'ord_at' }),
    claim({ id: 'clm_before', orderId: 'ord_before', orderCreatedAt: BEFORE }),
    claim({ id: 'clm_b', orderId: 'ord_b', storeId: 'sto_b' }),
  ]),
  product: completeRows('product', [
    product({ id: 'prd_1' }),
    product({ id: 'prd_2', name: 'Tents \u{1f600}' }),
    product({ id: 'prd_gone', deletedAt: SINCE }),
  ]),
  webhook: completeRows('webhook', [
    webhook({ id: 'whk_1', owner: 'ins_1' }),
    webhook({ id: 'whk_2', owner: 'ins_2' }),
    webhook({ id: 'whk_b', owner: 'ins_1', storeId: 'sto_b' }),
    webhook({ id: 'whk_nobody', owner: '' }),
    webhook({ id: 'whk_nowhere', owner: 'ins_1', storeId: '' }),
  ]),
});

const sees = (change: Partial<Session> = {}): Session => ({
  ...{ storeId: 'sto_a', installationId: null, owner: 'ins_1', ordersSince: null },
  ...change,
});

async function ask(session: Session, load: Load, source: Source = SOURCE) {
  const [rows] = await source.wave(session, [load]);
  return rows;
}

const page = (change: Partial<Page> = {}): Page => ({
  ...{ columns: ['id'], direction: 'asc', filter: [], after: null, before: null },
  ...{ limit: 10, fromEnd: false },
  ...change,
});

type ListName = 'orders' | 'claims' | 'products' | 'webhooks';

/** The ids of a list of the whole store. */
async function idsIn(batch: ListName, session: Session, change: Partial<Page> = {}) {
  const load = { kind: 'page', batch, columns: ['id'], parents: null, page: page(change) } as const;
  return (await ask(session, load))?.map(([id]) => id);
}

describe('a session over rows in memory', () => {
  it('sees the rows of its own store, and none of another', async () => {
    expect(await idsIn('claims', sees())).toEqual(['clm_at', 'clm_before']);
    expect(await idsIn('claims', sees({ storeId: 'sto_b' }))).toEqual(['clm_b']);
    const both = (keys: readonly string[]): Load => ({
      ...{ kind: 'rows', batch: 'claimById', columns: ['id', 'storeId'], keys },
    });
    const keys = ['clm_b', 'clm_at', 'clm_b', 'clm_none'];
    expect(await ask(sees(), both(keys))).toEqual([['clm_at', 'sto_a']]);
    expect(await ask(sees({ storeId: 'sto_b' }), both(keys))).toEqual([['clm_b', 'sto_b']]);
  });

  it.each(['', ' ', 'sto_none', 'sto_a ', 'STO_A', '__proto__'])(
    'sees nothing where its store is %j',
    async (storeId) => {
      for (const batch of ['orders', 'claims', 'products', 'webhooks'] as const) {
        expect(await idsIn(batch, sees({ storeId }))).toEqual([]);
        const count = { kind: 'count', batch, parents: null, filter: [], atMost: 9 } as const;
        expect(await ask(sees({ storeId }), count)).toEqual([[null, '0']]);
      }
    },
  );

  it('sees orders, and what is part of them, from the start of its window', async () => {
    const all = ['ord_at', 'ord_before', 'ord_new', 'ord_odd'];
    expect(await idsIn('orders', sees())).toEqual(all);
    expect(await idsIn('orders', sees({ ordersSince: SINCE }))).toEqual(['ord_at', 'ord_new']);
    const items: Load = {
      ...{ kind: 'page', batch: 'lineItemsByOrder', columns: ['id'], page: page() },
      parents: ['ord_before', 'ord_at'],
    };
    expect(await ask(sees(), items)).toEqual([['lin_before'], ['lin_at']]);
    expect(await ask(sees({ ordersSince: SINCE }), items)).toEqual([['lin_at']]);
  });

  it('sees what outlives an order, but not of which order it is', async () => {
    const load: Load = {
      ...{ kind: 'page', batch: 'claims', parents: null, page: page() },
      columns: ['orderCreatedAt', 'id', 'orderId'],
    };
    const at = ['2026-09-22 12:00:00+00', 'clm_at', 'ord_at'];
    expect(await ask(sees(), load)).toEqual([
      at,
      ['2026-09-22 11:59:59.999+00', 'clm_before', 'ord_before'],
    ]);
    expect(await ask(sees({ ordersSince: SINCE }), load)).toEqual([at, [null, 'clm_before', null]]);
  });

  it('finds under an order out of sight nothing, not even what outlives it', async () => {
    const parents = ['ord_before', 'ord_at'];
    const listed: Load = {
      ...{ kind: 'page', batch: 'claimsByOrder', columns: ['id'], parents, page: page() },
    };
    const counted = {
      kind: 'count',
      batch: 'claimsByOrder',
      parents,
      filter: [],
      atMost: 9,
    } as const;
    expect(await ask(sees(), listed)).toEqual([['clm_before'], ['clm_at']]);
    expect(await ask(sees(), counted)).toEqual([
      ['ord_before', '1'],
      ['ord_at', '1'],
    ]);
    const narrow = sees({ ordersSince: SINCE });
    expect(await ask(narrow, listed)).toEqual([['clm_at']]);
    expect(await ask(narrow, counted)).toEqual([
      ['ord_before', '0'],
      ['ord_at', '1'],
    ]);
  });

  it('sees what it owns in its store, and nothing of another client', async () => {
    expect(await idsIn('webhooks', sees())).toEqual(['whk_1']);
    expect(await idsIn('webhooks', sees({ owner: 'ins_2' }))).toEqual(['whk_2']);
    expect(await idsIn('webhooks', sees({ storeId: 'sto_b' }))).toEqual(['whk_b']);
    const { owner: _, ...nobody } = sees();
    for (const session of [
      nobody,
      sees({ owner: null }),
      sees({ owner: '' }),
      sees({ owner: 'x' }),
    ]) {
      expect(await idsIn('webhooks', session)).toEqual([]);
    }
  });

  it('does not see what was deleted', async () => {
    expect(await idsIn('products', sees())).toEqual(['prd_1', 'prd_2']);
  });

  it('is refused where its window is no moment', async () => {
    const session = sees({ ordersSince: new Date(Number.NaN) });
    await expect(idsIn('orders', session)).rejects.toThrow(
      new TypeError('A value of "createdAt" of order rows is no timestamptz.'),
    );
  });
});

describe('rows in memory', () => {
  it('are totalled by what is in sight', async () => {
    const load = {
      kind: 'totals',
      batch: 'orderTotalsByCustomer',
      parents: ['cus_1', 'x'],
    } as const;
    expect(await ask(sees(), load)).toEqual([['cus_1', 'USD', '3', '500']]);
    expect(await ask(sees({ ordersSince: SINCE }), load)).toEqual([['cus_1', 'USD', '2', '250']]);
    expect(await ask(sees({ storeId: 'sto_b' }), load)).toEqual([['cus_1', 'USD', '1', '250']]);
  });

  it('are found in any case where the column is in lower case', async () => {
    const is = (value: string, ignoreCase: boolean): readonly Condition[] => [
      { column: 'contactEmailLower', operator: 'equals', value, ignoreCase },
    ];
    const found = (filter: readonly Condition[]) => idsIn('orders', sees(), { filter });
    expect(await found(is('ZOË@example.COM', true))).toEqual(['ord_at']);
    expect(await found(is('ZOË@example.COM', false))).toEqual([]);
  });

  it('are found by how their text begins, whatever comes after it', async () => {
    const found = (value: string) =>
      idsIn('products', sees(), {
        filter: [{ column: 'nameLower', operator: 'prefix', value, ignoreCase: true }],
      });
    expect(await found('TENT')).toEqual(['prd_1', 'prd_2']);
    expect(await found('tents ')).toEqual(['prd_2']);
    expect(await found('tens')).toEqual([]);
  });

  it('come from either end of what is beyond a position', async () => {
    const listed = (change: Partial<Page>) => idsIn('orders', sees(), { limit: 2, ...change });
    expect(await listed({ after: ['ord_at'] })).toEqual(['ord_before', 'ord_new']);
    expect(await listed({ after: ['ord_at'], fromEnd: true })).toEqual(['ord_new', 'ord_odd']);
    expect(await listed({ before: ['ord_new'], direction: 'desc' })).toEqual(['ord_odd']);
    expect(await listed({ before: ['ord_at'], direction: 'desc', fromEnd: true })).toEqual([
      'ord_new',
      'ord_before',
    ]);
  });

  it('are not ordered by a column that one of them lacks, nor by one that has no order', async () => {
    await expect(idsIn('orders', sees(), { columns: ['cancelledAt'] })).rejects.toThrow(
      new TypeError('Rows are not ordered by "cancelledAt": one of them lacks it.'),
    );
    await expect(idsIn('orders', sees(), { columns: ['tags'] })).rejects.toThrow(
      new TypeError('order rows are not compared by "tags".'),
    );
    await expect(idsIn('orders', sees(), { columns: ['nothing'] })).rejects.toThrow(
      new TypeError('order has no column "nothing".'),
    );
    await expect(idsIn('orders', sees(), { after: [] })).rejects.toThrow(
      new TypeError('A position needs a value for each column.'),
    );
  });

  it('are there until they are closed', async () => {
    const source = createMemorySource({});
    await expect(source.check()).resolves.toBeUndefined();
    expect(await source.resolveStore('sto_a')).toBeNull();
    await source.close();
    const calls = [
      () => source.check(),
      () => source.resolveStore('sto_a'),
      () => source.report(sees(), []),
      () => source.wave(sees(), []),
    ];
    for (const call of calls) {
      const error = await call().then(
        () => expect.fail('it answered'),
        (failure: unknown) => failure,
      );
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: 'UNAVAILABLE', message: 'The data is no longer there.' });
    }
  });

  it('are reported on without a row that is in sight, and not without their store', async () => {
    const days = { from: '2026-09-22', to: '2026-09-22', interval: null } as const;
    const report = { name: 'claims', ...days } as const;
    const counted = [{ from: '2026-09-22', type: null, state: 'NEW', count: 2 }];
    const nothing = sees({ ordersSince: new Date('2030-01-01') });
    expect(await SOURCE.report(nothing, [report])).toEqual([counted]);
    expect(await SOURCE.report(sees({ storeId: 'sto_none' }), [report])).toEqual([[]]);
    expect(await SOURCE.report(sees({ storeId: '' }), [report])).toEqual([[]]);
  });
});

describe('a new row', () => {
  it('is completed as the database would, and kept as it is where it says so itself', () => {
    const [row] = completeRows('order', [
      order({ id: 'ord_1', premiumCost: 5n, contactEmail: 'A@B.example', version: 7 }),
    ]);
    expect(row).toMatchObject({
      protectionStatus: 'PROTECTED',
      contactEmailLower: 'a@b.example',
      customerId: null,
      version: 7,
    });
    expect(Object.keys(row ?? {})).toEqual(Object.keys(getTableColumns(ENTITIES.order)));
  });
});
