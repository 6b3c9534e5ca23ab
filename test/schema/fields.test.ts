import { describe, expect, it } from 'vitest';
import type { Page } from '../../src/data/source.ts';
import {
  derived,
  edge,
  given,
  listSource,
  loaded,
  lookup,
  lookupBy,
  ofStore,
  reported,
  reportOf,
  rows,
  totalled,
} from '../../src/schema/fields.ts';
import type { Principal } from '../../src/token/principal.ts';
import { fakeLoaders } from './fake-loaders.ts';
import { contextOf, NOW, token } from './kit.ts';

const ROW = { id: 'prd_1' };

function loadedRow() {
  const { loaders, calls } = fakeLoaders({ row: ROW });
  return { context: contextOf(token(), loaders), calls };
}

describe('a derived field', () => {
  const field = derived(
    ['first', 'second'],
    (row: { first: number; second: number }) => row.first + row.second,
  );
  const timed = derived(['first'], (row: { first: number }, now: Date) => [row.first, now]);

  it('says which columns it is made of, and is made of them', () => {
    expect(field.extensions.scopegate.source).toEqual({
      kind: 'derived',
      columns: ['first', 'second'],
      of: expect.any(Function),
    });
    expect(field.resolve({ first: 1, second: 2 }, {}, contextOf(token()))).toBe(3);
  });

  it('may be made of the moment of the request, which is one for all of it', () => {
    const context = contextOf(token());
    expect(timed.resolve({ first: 1 }, {}, context)).toEqual([1, NOW]);
    const later = new Date(NOW.getTime() + 1);
    expect(timed.resolve({ first: 1 }, {}, { ...context, now: later })).toEqual([1, later]);
  });
});

describe('an edge', () => {
  const field = edge('productById', 'productId');

  it('says its batch and the column of its key', () => {
    expect(field.extensions.scopegate.source).toEqual({
      kind: 'edge',
      batch: 'productById',
      key: 'productId',
    });
  });

  it('loads the row that its column names', async () => {
    const { context, calls } = loadedRow();
    expect(await field.resolve({ productId: 'prd_1' }, {}, context)).toBe(ROW);
    expect(calls).toEqual([['row', 'productById', 'prd_1']]);
  });

  it('is null without a load where the column is null', () => {
    const { context, calls } = loadedRow();
    expect(field.resolve({ productId: null }, {}, context)).toBeNull();
    expect(calls).toEqual([]);
  });
});

describe('a look-up', () => {
  const field = lookup('productBySourceId', 'sourceId');

  it('says its batch and how its arguments make the key', () => {
    const { source } = field.extensions.scopegate;
    expect([source.kind, source.batch]).toEqual(['lookup', 'productBySourceId']);
    const asking = contextOf(token());
    expect(source.keyOf({ sourceId: '1' }, asking)).toBe('1');
    expect(source.keyOf({ sourceId: '\0' }, asking)).toBeNull();
  });

  it.each(['1', '', "' or 1=1 --", '\u{10ffff}'])('loads the row with the key %j', async (key) => {
    const { context, calls } = loadedRow();
    expect(await field.resolve(null, { sourceId: key }, context)).toBe(ROW);
    expect(calls).toEqual([['row', 'productBySourceId', key]]);
  });

  it.each(['\0', 'prd_1\0', '\0prd_1'])('is null without a load for %j', async (key) => {
    const { context, calls } = loadedRow();
    expect(await field.resolve(null, { sourceId: key }, context)).toBeNull();
    expect(calls).toEqual([]);
  });
});

describe('a look-up with something that stands in', () => {
  const made = { id: 'made' };
  const field = lookupBy(
    { batch: 'quoteById', otherwise: (key) => (key === 'known' ? made : null) },
    'id',
  );

  it('is the row where there is one', async () => {
    const { context } = loadedRow();
    expect(await field.resolve(null, { id: 'known' }, context)).toBe(ROW);
  });

  it('is made of its key where there is none, and null where that makes nothing', async () => {
    const { loaders, calls } = fakeLoaders();
    const context = contextOf(token(), loaders);
    expect(await field.resolve(null, { id: 'known' }, context)).toBe(made);
    expect(await field.resolve(null, { id: 'other' }, context)).toBeNull();
    expect(await field.resolve(null, { id: 'known\0' }, context)).toBeNull();
    expect(calls).toEqual([
      ['row', 'quoteById', 'known'],
      ['row', 'quoteById', 'other'],
    ]);
  });
});

describe('a field that loads by itself', () => {
  const field = loaded(
    ['first'],
    async (row: { first: string }, { more }: { more: string }, { loaders }) => [
      row.first + more,
      await loaders.row('orderById', row.first),
    ],
  );

  it('says the columns that it takes, and what it loads is made of them and of the arguments', async () => {
    const { context, calls } = loadedRow();
    expect(field.extensions.scopegate.source).toMatchObject({ kind: 'loaded', columns: ['first'] });
    expect(await field.resolve({ first: 'a' }, { more: 'b' }, context)).toEqual(['ab', ROW]);
    expect(calls).toEqual([['row', 'orderById', 'a']]);
  });
});

describe('a report', () => {
  const RANGE = { from: '2026-11-20', to: '2026-11-21', interval: 'DAY' } as const;

  it('says its name and columns, and asks for the range that they and the arguments say', async () => {
    const { loaders, calls } = fakeLoaders();
    const field = reportOf(
      'orders',
      ['from'],
      ({ from }: { from: string }, { to }: { to: string }) => ({ ...RANGE, from, to }),
      (periods, { to }, { from }) => [periods.size, from, to],
    );
    expect(field.extensions.scopegate.source).toMatchObject({
      kind: 'report',
      report: 'orders',
      columns: ['from'],
    });
    const { from, to } = RANGE;
    const context = contextOf(token(), loaders);
    expect(await field.resolve({ from }, { to }, context)).toEqual([0, from, to]);
    expect(calls).toEqual([['report', 'orders', RANGE]]);
  });

  it('of a period is made of the rows of that period alone', async () => {
    const rowsOf = (from: string) => [{ from, orders: 2, protectedOrders: 1 }];
    const { loaders } = fakeLoaders({
      of: { orders: new Map(['2026-11-20', '2026-11-21'].map((day) => [day, rowsOf(day)])) },
    });
    const field = reported('orders', (all) => all);
    const context = contextOf(token(), loaders);
    const at = (from: string) => field.resolve({ from, range: RANGE }, {}, context);
    expect(await at('2026-11-21')).toEqual(rowsOf('2026-11-21'));
    expect(await at('2026-11-22')).toEqual([]);
  });
});

describe('a list', () => {
  it('says its batch and the column of its key, if it has one', () => {
    const sequence = { columns: ['id'], direction: 'asc', filter: [] } as const;
    const sequenceOf = () => sequence;
    const sorts = [['id']];
    const { extensions } = listSource('ordersByCustomer', 'id', sequenceOf, sorts);
    expect(extensions.scopegate.source).toEqual({
      kind: 'list',
      batch: 'ordersByCustomer',
      key: 'id',
      sequenceOf,
      sorts,
    });
  });

  it('of all rows of a parent loads one page of them', async () => {
    const { loaders, calls } = fakeLoaders({ page: [ROW] });
    const field = rows('rulesByKind', 'kind', ALL);
    expect(await field.resolve({ kind: 'WARRANTY' }, {}, contextOf(token(), loaders))).toEqual([
      ROW,
    ]);
    expect(calls).toEqual([['page', 'rulesByKind', 'WARRANTY', ALL]]);
  });
});

const ALL: Page = {
  columns: ['id'],
  direction: 'asc',
  filter: [],
  after: null,
  before: null,
  limit: 100,
  fromEnd: false,
};

const STORE = 'sto_1';
const PRINCIPAL = { storeId: STORE } as Principal;

describe('the one row of the store', () => {
  const field = ofStore('storeById');

  it('has the key of the token', async () => {
    const { context, calls } = loadedRow();
    expect(await field.resolve(null, {}, { ...context, principal: PRINCIPAL })).toBe(ROW);
    expect(calls).toEqual([['row', 'storeById', STORE]]);
  });

  it('is null without a token and without a load', () => {
    const { context, calls } = loadedRow();
    expect(field.resolve(null, {}, { ...context, principal: null })).toBeNull();
    expect(calls).toEqual([]);
  });
});

describe('a field of sums', () => {
  it('is made of those of its parent', async () => {
    const { loaders, calls } = fakeLoaders();
    const field = totalled('orderTotalsByCustomer', 'id', (totals) => totals.length);
    expect(await field.resolve({ id: 'cus_1' }, {}, contextOf(token(), loaders))).toBe(0);
    expect(calls).toEqual([['totals', 'orderTotalsByCustomer', 'cus_1']]);
  });
});

describe('what is given', () => {
  it('is made of who asks', () => {
    const field = given(({ principal }) => principal?.storeId ?? 'nobody');
    const context = contextOf(token());
    expect(field.resolve(null, {}, { ...context, principal: PRINCIPAL })).toBe(STORE);
    expect(field.resolve(null, {}, { ...context, principal: null })).toBe('nobody');
  });

  it('may be made of the arguments', () => {
    const field = given((_asking, { one }: { one: string }) => one);
    expect(field.resolve(null, { one: 'a' }, contextOf(token()))).toBe('a');
  });
});
