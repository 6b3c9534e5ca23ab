import { getTableColumns } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTITIES, type Entity, ORDER_REFERENCES } from '../../src/data/entities.ts';
import { createLoaders, type Loaders } from '../../src/data/loaders.ts';
import type { Load, Page, Session, Source, SourceRow } from '../../src/data/source.ts';
import { createSqlSource } from '../../src/data/sql-source.ts';
import { statementOf } from '../../src/data/statements.ts';
import { OWNER_ROLE } from '../../src/data/tables/columns.ts';
import { schema } from '../../src/schema/index.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { fakeLoaders } from '../schema/fake-loaders.ts';
import { run } from '../schema/kit.ts';
import { encodeRows } from '../support/encode-rows.ts';
import {
  type Backend,
  OTHER_STORE,
  openTestDatabase,
  type Sql,
  STORE,
  type TestDatabase,
} from '../support/gateway.ts';

const WINDOW_START = new Date('2026-09-22T12:00:00.000Z');
const beside = (milliseconds: number) => new Date(WINDOW_START.getTime() + milliseconds);
const DAY = 24 * 60 * 60 * 1_000;

const newestFirst: Page = {
  columns: ['createdAt', 'id'],
  direction: 'desc',
  filter: [],
  after: null,
  before: null,
  limit: 26,
  fromEnd: false,
};

describe('a row that outlives the window', () => {
  it('is a policy, a claim or a quote; all other rows of an order are bounded with it', () => {
    const ofOrder = (Object.keys(ENTITIES) as Entity[]).filter(
      (entity) => 'orderId' in getTableColumns(ENTITIES[entity]),
    );
    const bounded = ofOrder.filter((entity) =>
      getTableConfig(ENTITIES[entity]).policies.some(({ name }) => name === 'store_and_window'),
    );
    expect(bounded).toEqual([
      'lineItem',
      'fulfillment',
      'fulfillmentLineItem',
      'discountApplication',
    ]);
    expect(ofOrder.filter((entity) => !bounded.includes(entity))).toEqual(
      Object.keys(ORDER_REFERENCES),
    );
  });

  it('hides every column that tells of its order', () => {
    for (const [entity, columns] of Object.entries(ORDER_REFERENCES)) {
      const telling = Object.keys(getTableColumns(ENTITIES[entity as Entity])).filter((column) =>
        /^order/.test(column),
      );
      expect([entity, columns]).toEqual([entity, telling]);
    }
  });

  it.each<[string, Load]>([
    ['by its id', { kind: 'rows', batch: 'claimById', columns: ['id', 'orderId'], keys: ['x'] }],
    [
      'in a list of the store',
      {
        kind: 'page',
        batch: 'policies',
        columns: ['id', 'orderId', 'orderCreatedAt'],
        parents: null,
        page: newestFirst,
      },
    ],
    [
      'in a list of a parent',
      {
        kind: 'page',
        batch: 'claimsByOrder',
        columns: ['id', 'orderId'],
        parents: ['ord_1'],
        page: newestFirst,
      },
    ],
  ])('is never selected with its order uncovered: %s', (_, load) => {
    const { text } = statementOf(load);
    const [selected = ''] = text.split(/ from "commerce"/);
    const uncovered = selected.replaceAll(/case when .*? end/g, '');
    expect(uncovered).not.toMatch(/order_(id|created_at)"/);
    expect(selected).toMatch(
      /case when [a-z]\."order_created_at" >= .* then [a-z]\."order_id" end/,
    );
  });

  it('is never joined with its order uncovered', () => {
    const columns = ['id', 'orderId', 'orderCreatedAt'];
    const claim = { batch: 'claimById', from: 'claimId', columns } as const;
    const { text } = statementOf({
      kind: 'page',
      batch: 'itemsByClaim',
      columns: ['id', 'claimId'],
      parents: ['clm_1'],
      page: { ...newestFirst, columns: ['id'] },
      joins: [claim],
    });
    const [, joined = ''] = text.split('left join lateral');
    expect(joined).toMatch(/case when x\."order_created_at" >= .* then x\."order_id" end/);
    expect(joined.replaceAll(/case when .*? end/g, '')).not.toMatch(/order_(id|created_at)"/);
  });

  it.each(['claimsByOrder', 'policiesByOrder'] as const)(
    'is counted for an order in sight only: %s',
    (batch) => {
      const count = { kind: 'count', batch, filter: [], atMost: 10 } as const;
      expect(statementOf({ ...count, parents: ['ord_1'] }).text).toMatch(
        /where t\."order_id" = k\.key and t\."order_created_at" >= /,
      );
    },
  );

  it('of a bounded entity is selected as it is: its policy bounds it', () => {
    const load: Load = { kind: 'rows', batch: 'lineItemById', columns: ['orderId'], keys: ['x'] };
    expect(statementOf(load).text).toContain('select t."order_id" as "orderId" from');
  });
});

describe('with a fake source', () => {
  const rows: readonly SourceRow[] = [
    { id: 'clm_1', orderId: 'ord_1' },
    { id: 'clm_2', orderId: null },
    { id: 'clm_3', orderId: 'ord_2' },
    { id: 'clm_4', orderId: 'ord_1' },
  ];
  const source: Source = {
    wave: async (_session, loads) => loads.map((load) => encodeRows(load, rows)),
    report: async () => [],
    resolveStore: async () => null,
    check: async () => {},
    close: async () => {},
  };
  const session: Session = { storeId: 'sto_1', installationId: null, ordersSince: WINDOW_START };

  it('claims go to their order, and one without an order in sight to none', async () => {
    const loaders = createLoaders(source, session, ScopeSet.all);
    const keys = ['ord_2', 'ord_1', 'ord_3', '', 'null'];
    const pages = await Promise.all(
      keys.map((key) => loaders.page('claimsByOrder', key, newestFirst)),
    );
    expect(pages.map((page) => page.map(({ id }) => id))).toEqual([
      ['clm_3'],
      ['clm_1', 'clm_4'],
      [],
      [],
      [],
    ]);
  });

  it.each([
    ['claim', 'clm_1', 'read_claims read_orders'],
    ['policy', 'pol_1', 'read_policies read_orders'],
  ])('a %s without an order in sight asks for none', async (field, id, scopes) => {
    const { loaders, calls } = fakeLoaders({ row: { id, orderId: null } });
    const query = `{ ${field}(id: "${id}") { id orderId order { id } } }`;
    expect(await run(schema, query, ScopeSet.parse(scopes), {}, loaders)).toEqual({
      data: { [field]: { id, orderId: null, order: null } },
      errors: [],
    });
    expect(calls).toEqual([['row', `${field}ById`, id]]);
  });
});

/** Orders by the milliseconds between their creation and the start of the window. */
const ORDERS = {
  ord_t_old: -40 * DAY,
  ord_t_before: -1,
  ord_t_at: 0,
  ord_t_new: 10 * DAY,
} as const;
type Order = keyof typeof ORDERS;
const OUTSIDE: readonly string[] = ['ord_t_old', 'ord_t_before'];

const CLAIMS: readonly (readonly [id: string, order: Order, policy: string])[] = [
  ['clm_t_new_1', 'ord_t_new', 'pol_ord_t_new'],
  ['clm_t_new_2', 'ord_t_new', 'pol_ord_t_new'],
  ['clm_t_at', 'ord_t_at', 'pol_ord_t_at'],
  ['clm_t_before', 'ord_t_before', 'pol_ord_t_before'],
  ['clm_t_old', 'ord_t_old', 'pol_ord_t_old'],
];

const insert = (table: string, values: Readonly<Record<string, unknown>>): Sql => [
  `insert into commerce.${table} (${Object.keys(values)}) values (${Object.keys(values).map((_, index) => `$${index + 1}`)})`,
  Object.values(values),
];

const money = Object.fromEntries(
  [
    'subtotal',
    'discount_total',
    'shipping_total',
    'tax_total',
    'total',
    'premium_paid',
    'premium_cost',
    'premium_discount',
  ].map((column) => [column, '100']),
);

const FIXTURES: readonly Sql[] = [
  [
    "select set_config('scopegate.store_id', $1, true), set_config('scopegate.orders_since', '-infinity', true)",
    [STORE.id],
  ],
  ...Object.entries(ORDERS).flatMap(([id, offset]) => [
    insert('orders', {
      id,
      store_id: STORE.id,
      source_id: `source of ${id}`,
      source_number: id,
      platform: STORE.platform,
      created_at: beside(offset),
      updated_at: beside(20 * DAY),
      currency: 'USD',
      ...money,
      financial_status: 'PAID',
      fulfillment_status: 'FULFILLED',
      tags: [],
    }),
    insert('policies', {
      id: `pol_${id}`,
      store_id: STORE.id,
      order_id: id,
      order_created_at: beside(offset),
      kind: 'SHIPPING_INSURANCE',
      status: 'ACTIVE',
      currency: 'USD',
      premium: '98',
      paid_by: 'CUSTOMER',
      insured_value: '100',
      coverage: 'Everything.',
      terms: 'The usual.',
      effective_at: beside(offset),
      created_at: beside(20 * DAY),
      updated_at: beside(20 * DAY),
    }),
  ]),
  ...CLAIMS.map(([id, order, policy], index) =>
    insert('claims', {
      id,
      store_id: STORE.id,
      order_id: order,
      order_created_at: beside(ORDERS[order]),
      policy_id: policy,
      state: 'NEW',
      filed_from: 'EXTERNAL',
      description: 'It is gone.',
      requested_resolution: 'REFUND',
      created_at: beside(20 * DAY + index),
      updated_at: beside(20 * DAY + index),
    }),
  ),
];

describe.each<Backend>(['pglite', 'postgres'])('on %s', (backend) => {
  let opened: TestDatabase;
  let source: Source;

  beforeAll(async () => {
    opened = await openTestDatabase(backend);
    source = createSqlSource(opened.database);
    await opened.asRole(OWNER_ROLE, FIXTURES);
  });

  afterAll(async () => {
    await opened.database.close();
    await opened.drop();
  });

  const loadersOf = (ordersSince: Date | null, storeId: string = STORE.id): Loaders =>
    createLoaders(source, { storeId, installationId: null, ordersSince }, ScopeSet.all);

  const orderOf = (order: Order, all: boolean) =>
    !all && OUTSIDE.includes(order)
      ? { orderId: null, orderCreatedAt: null }
      : { orderId: order, orderCreatedAt: beside(ORDERS[order]) };

  const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

  it.each([
    ['within the window', WINDOW_START],
    ['with every order', null],
  ])('claims and policies tell of an order in sight only: %s', async (_, since) => {
    const loaders = loadersOf(since);
    for (const [id, order] of CLAIMS) {
      const claim = await loaders.row('claimById', id);
      expect(claim).toMatchObject({ id, description: 'It is gone.', ...orderOf(order, !since) });
    }
    for (const order of Object.keys(ORDERS) as Order[]) {
      const policy = await loaders.row('policyById', `pol_${order}`);
      expect(policy).toMatchObject({ premium: 98n, ...orderOf(order, !since) });
    }
  });

  it('lists of them tell no more', async () => {
    const loaders = loadersOf(WINDOW_START);
    const page = { ...newestFirst, limit: 10_000 };
    const [claims, policies] = await Promise.all([
      loaders.page('claims', null, page),
      loaders.page('policies', null, page),
    ]);
    const own = claims.filter(({ id }) => id.startsWith('clm_t_'));
    expect(own.map(({ id, orderId }) => [id, orderId])).toEqual(
      CLAIMS.map(([id, order]) => [id, orderOf(order, false).orderId]).toReversed(),
    );
    for (const { orderId, orderCreatedAt } of [...claims, ...policies]) {
      if (orderId === null) expect(orderCreatedAt).toBeNull();
      else expect(orderCreatedAt.getTime()).toBeGreaterThanOrEqual(WINDOW_START.getTime());
    }
    expect(policies.some(({ orderId }) => orderId === null)).toBe(true);
  });

  it('claims of several orders go each to its own, newest first', async () => {
    const seen = async (since: Date | null) => {
      const loaders = loadersOf(since);
      const keys = ['ord_t_new', 'ord_t_old', 'ord_t_at', 'ord_t_before', 'ord_nowhere'];
      return Promise.all(
        keys.map(async (key) => ids(await loaders.page('claimsByOrder', key, newestFirst))),
      );
    };
    const inside = [['clm_t_new_2', 'clm_t_new_1'], ['clm_t_at']] as const;
    expect(await seen(WINDOW_START)).toEqual([inside[0], [], inside[1], [], []]);
    expect(await seen(null)).toEqual([inside[0], ['clm_t_old'], inside[1], ['clm_t_before'], []]);
  });

  it('claims come by their policy, also where the order of both is out of sight', async () => {
    const claims = await loadersOf(WINDOW_START).page(
      'claimsByPolicy',
      'pol_ord_t_old',
      newestFirst,
    );
    expect(claims).toMatchObject([{ id: 'clm_t_old', ...orderOf('ord_t_old', false) }]);
  });

  it('policies of orders go each to its own', async () => {
    const loaders = loadersOf(WINDOW_START);
    const pages = await Promise.all(
      Object.keys(ORDERS).map((key) => loaders.page('policiesByOrder', key, newestFirst)),
    );
    expect(pages.map(ids)).toEqual([[], [], ['pol_ord_t_at'], ['pol_ord_t_new']]);
  });

  it.each([
    ['claimsByOrder', { ord_t_old: 1, ord_t_before: 1, ord_t_at: 1, ord_t_new: 2, ord_nowhere: 0 }],
    [
      'policiesByOrder',
      { ord_t_old: 1, ord_t_before: 1, ord_t_at: 1, ord_t_new: 1, ord_nowhere: 0 },
    ],
  ] as const)(
    '%s of an order out of sight are none when they are counted either',
    async (batch, all) => {
      const counted = async (since: Date | null, atMost = 10_000) => {
        const loaders = loadersOf(since);
        const counts = Object.keys(all).map(async (key) => [
          key,
          await loaders.count(batch, key, [], atMost),
        ]);
        return Object.fromEntries(await Promise.all(counts));
      };
      expect(await loadersOf(WINDOW_START).count(batch, 'ord_t_old', [], 10_000)).toBe(0);
      expect(await counted(WINDOW_START)).toEqual({ ...all, ord_t_old: 0, ord_t_before: 0 });
      expect(await counted(null)).toEqual(all);
      expect(await counted(WINDOW_START, 1)).toEqual({
        ord_t_old: 0,
        ord_t_before: 0,
        ord_t_at: 1,
        ord_t_new: 1,
        ord_nowhere: 0,
      });
    },
  );

  it('in another store there is none of it', async () => {
    for (const since of [WINDOW_START, null]) {
      const loaders = loadersOf(since, OTHER_STORE.id);
      const found = await Promise.all([
        ...CLAIMS.map(([id]) => loaders.row('claimById', id)),
        ...Object.keys(ORDERS).map((order) => loaders.row('policyById', `pol_${order}`)),
      ]);
      expect(found.filter((row) => row !== null)).toEqual([]);
    }
  });

  it('answers through the schema say nothing of an order out of sight, and no error', async () => {
    const query = `{
      claim(id: "clm_t_old") { id orderId order { id } policy { id orderId order { id } } }
      policy(id: "pol_ord_t_new") { orderId order { id claims { nodes { id orderId } totalCount } } }
    }`;
    const claim = (id: string) => ({ id, orderId: 'ord_t_new' });
    const answer = await run(schema, query, ScopeSet.all, {}, loadersOf(WINDOW_START));
    expect(answer).toEqual({
      data: {
        claim: {
          id: 'clm_t_old',
          orderId: null,
          order: null,
          policy: { id: 'pol_ord_t_old', orderId: null, order: null },
        },
        policy: {
          orderId: 'ord_t_new',
          order: {
            id: 'ord_t_new',
            claims: { nodes: [claim('clm_t_new_2'), claim('clm_t_new_1')], totalCount: 2 },
          },
        },
      },
      errors: [],
    });
  });
});
