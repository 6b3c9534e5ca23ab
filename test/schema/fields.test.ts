import { describe, expect, it } from 'vitest';
import { derived, edge, lookup, manySource } from '../../src/schema/fields.ts';
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

  it('says its batch, and that no column holds its key', () => {
    expect(field.extensions.scopegate.source).toEqual({
      kind: 'edge',
      batch: 'productBySourceId',
      key: null,
    });
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
    expect(manySource('ordersByCustomer', 'id').extensions.scopegate.source).toEqual({
      kind: 'edge',
      batch: 'ordersByCustomer',
      key: 'id',
    });
    expect(manySource('orders', null).extensions.scopegate.source).toMatchObject({ key: null });
  });
});
