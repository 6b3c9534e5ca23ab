import { describe, expect, it } from 'vitest';
import type { Page } from '../../src/data/source.ts';
import {
  derived,
  edge,
  given,
  listSource,
  lookup,
  ofStore,
  rows,
  totalled,
} from '../../src/schema/fields.ts';
import type { Principal } from '../../src/token/principal.ts';
import { fakeLoaders } from './fake-loaders.ts';
import { contextOf, NOW, token } from './kit.ts';

const ROW = { id: 'prd_1' };

function loaded() {
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
    const { context, calls } = loaded();
    expect(await field.resolve({ productId: 'prd_1' }, {}, context)).toBe(ROW);
    expect(calls).toEqual([['row', 'productById', 'prd_1']]);
  });

  it('is null without a load where the column is null', () => {
    const { context, calls } = loaded();
    expect(field.resolve({ productId: null }, {}, context)).toBeNull();
    expect(calls).toEqual([]);
  });
});

describe('a look-up', () => {
  const field = lookup('productBySourceId', 'sourceId');

  it('says its batch and how its arguments make the key', () => {
    const { source } = field.extensions.scopegate;
    expect([source.kind, source.batch]).toEqual(['lookup', 'productBySourceId']);
    expect(source.keyOf({ sourceId: '1' }, { principal: null })).toBe('1');
    expect(source.keyOf({ sourceId: '\0' }, { principal: null })).toBeNull();
  });

  it.each(['1', '', "' or 1=1 --", '\u{10ffff}'])('loads the row with the key %j', async (key) => {
    const { context, calls } = loaded();
    expect(await field.resolve(null, { sourceId: key }, context)).toBe(ROW);
    expect(calls).toEqual([['row', 'productBySourceId', key]]);
  });

  it.each(['\0', 'prd_1\0', '\0prd_1'])('is null without a load for %j', async (key) => {
    const { context, calls } = loaded();
    expect(await field.resolve(null, { sourceId: key }, context)).toBeNull();
    expect(calls).toEqual([]);
  });
});

describe('a list', () => {
  it('says its batch and the column of its key, if it has one', () => {
    const sequence = { columns: ['id'], direction: 'asc', filter: [] } as const;
    const sequenceOf = () => sequence;
    expect(listSource('ordersByCustomer', 'id', sequenceOf).extensions.scopegate.source).toEqual({
      kind: 'list',
      batch: 'ordersByCustomer',
      key: 'id',
      sequenceOf,
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
    const { context, calls } = loaded();
    expect(await field.resolve(null, {}, { ...context, principal: PRINCIPAL })).toBe(ROW);
    expect(calls).toEqual([['row', 'storeById', STORE]]);
  });

  it('is null without a token and without a load', () => {
    const { context, calls } = loaded();
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
});
