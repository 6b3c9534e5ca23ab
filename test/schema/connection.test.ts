import { describe, expect, it } from 'vitest';
import type { Page } from '../../src/data/source.ts';
import { AppError } from '../../src/errors.ts';
import { loadConnection, type PageArguments, type Sequence } from '../../src/schema/connection.ts';
import type { Context } from '../../src/schema/context.ts';
import { fakeLoaders } from './fake-loaders.ts';
import { contextOf, principalOf, token } from './kit.ts';

const ORDERS: Sequence<'orders'> = {
  batch: 'orders',
  parent: null,
  columns: ['createdAt', 'id'],
  direction: 'desc',
  filter: [],
  coordinate: 'Query.orders',
};

const row = (number: number) => ({ id: `ord_${number}`, createdAt: new Date(number * 1_000) });
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(index));

interface Setting {
  readonly page?: readonly unknown[];
  readonly count?: number;
  readonly storeId?: string;
  readonly sequence?: Partial<Sequence<'orders'>>;
}

/** Loads a connection with fake loaders, whose calls it also returns. */
async function load(args: PageArguments, { page, count, storeId, sequence }: Setting = {}) {
  const { loaders, calls } = fakeLoaders({ page: page ?? [], count: count ?? 0 });
  const context: Context = {
    ...contextOf(token(), loaders),
    principal: principalOf(storeId ?? 'sto_1'),
  };
  const connection = await loadConnection({ ...ORDERS, ...sequence }, args, context);
  return { connection, calls, asked: calls[0]?.[3] as Page };
}

const cursorOf = async (number: number, setting: Setting = {}) => {
  const { connection } = await load({}, { ...setting, page: [row(number)] });
  return connection.edges[0]?.cursor ?? '';
};

async function expectRefused(loading: Promise<unknown>, message: string) {
  const error = await loading.then(
    () => expect.fail('nothing was refused'),
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(AppError);
  expect([(error as AppError).code, (error as AppError).message]).toEqual([
    'INVALID_INPUT',
    message,
  ]);
}

describe('a page', () => {
  it.each<[string, PageArguments, number, boolean]>([
    ['25 from the start by itself', {}, 26, false],
    ['25 from the start with nulls', { first: null, last: null, after: null }, 26, false],
    ['the first 10', { first: 10 }, 11, false],
    ['the last 10', { last: 10 }, 11, true],
    ['the first 100', { first: 100 }, 101, false],
    ['the last 100', { last: 100 }, 101, true],
    ['none', { first: 0 }, 1, false],
  ])('asks once for one row more than it shows: %s', async (_name, args, limit, fromEnd) => {
    const { calls } = await load(args);
    expect(calls).toEqual([
      [
        'page',
        'orders',
        null,
        {
          columns: ['createdAt', 'id'],
          direction: 'desc',
          filter: [],
          after: null,
          before: null,
          limit,
          fromEnd,
        },
      ],
    ]);
  });

  it('passes parent, order and filter on', async () => {
    const filter = [{ column: 'status', operator: 'equals', value: 'PAID' }] as const;
    const { calls } = await load(
      {},
      { sequence: { parent: 'cus_1', columns: ['id'], direction: 'asc', filter } },
    );
    expect(calls[0]).toMatchObject([
      'page',
      'orders',
      'cus_1',
      { columns: ['id'], direction: 'asc', filter },
    ]);
  });

  it.each<[string, PageArguments, number, number[], boolean, boolean]>([
    ['all there is', { first: 3 }, 3, [0, 1, 2], false, false],
    ['less than asked for', { first: 3 }, 2, [0, 1], false, false],
    ['a page with more after it', { first: 3 }, 4, [0, 1, 2], true, false],
    ['the end', { last: 3 }, 3, [0, 1, 2], false, false],
    ['the end with more before it', { last: 3 }, 4, [1, 2, 3], false, true],
    ['nothing of nothing', { first: 3 }, 0, [], false, false],
    ['nothing of something', { first: 0 }, 1, [], true, false],
    ['nothing from the end of something', { last: 0 }, 1, [], false, true],
  ])('shows %s', async (_name, args, loaded, shown, hasNextPage, hasPreviousPage) => {
    const { connection } = await load(args, { page: rows(loaded) });
    expect(connection.edges.map(({ node }) => node.id)).toEqual(shown.map((n) => `ord_${n}`));
    expect(connection.pageInfo).toMatchObject({
      hasNextPage,
      hasPreviousPage,
      startCursor: connection.edges.at(0)?.cursor ?? null,
      endCursor: connection.edges.at(-1)?.cursor ?? null,
    });
  });

  it('has something before it when it comes after a cursor, and the other way round', async () => {
    const cursor = await cursorOf(7);
    const after = await load({ first: 1, after: cursor }, { page: rows(1) });
    expect(after.connection.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const before = await load({ last: 1, before: cursor }, { page: rows(1) });
    expect(before.connection.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  it('begins after and ends before the rows of its cursors', async () => {
    const [after, before] = [await cursorOf(7), await cursorOf(9)];
    const { asked } = await load({ after, before });
    expect(asked).toMatchObject({
      after: [new Date(7_000), 'ord_7'],
      before: [new Date(9_000), 'ord_9'],
    });
  });

  it.each<[PageArguments, number]>([
    [{ first: 101 }, 101],
    [{ first: -1 }, -1],
    [{ last: 101 }, 101],
    [{ last: -1 }, -1],
    [{ first: 2_147_483_647 }, 2_147_483_647],
  ])('of %j is refused', async (args, size) => {
    await expectRefused(
      load(args),
      `Query.orders gives pages of 0 to 100 items and was asked for ${size}.`,
    );
  });

  it.each<PageArguments>([
    { first: 1, last: 1 },
    { first: 0, last: 0 },
  ])('in both directions at once is refused: %j', async (args) => {
    await expectRefused(load(args), 'Query.orders takes "first" or "last", not both.');
  });

  it('is refused without a load', async () => {
    const { loaders, calls } = fakeLoaders();
    const context = contextOf(token(), loaders);
    await loadConnection(ORDERS, { first: 101 }, context).catch(() => {});
    await loadConnection(ORDERS, { first: 1, last: 1 }, context).catch(() => {});
    await loadConnection(ORDERS, { after: 'x' }, context).catch(() => {});
    expect(calls).toEqual([]);
  });
});

describe('a cursor of a page', () => {
  const foreign = (name: string) =>
    `Query.orders got a cursor as "${name}" that belongs to another list. Take cursors from the same field with the same arguments.`;
  const since = { column: 'createdAt', operator: 'from', value: new Date(0) } as const;

  it.each<[string, Setting]>([
    ['store', { storeId: 'sto_2' }],
    ['parent', { sequence: { parent: 'cus_1' } }],
    ['order', { sequence: { columns: ['updatedAt', 'id'] } }],
    ['direction', { sequence: { direction: 'asc' } }],
    ['filter', { sequence: { filter: [since] } }],
    ['filter value', { sequence: { filter: [{ ...since, value: new Date(1) }] } }],
    ['field', { sequence: { coordinate: 'Customer.orders' } }],
  ])('is refused for another %s', async (_name, other) => {
    const cursor = await cursorOf(7, { page: [{ ...row(7), updatedAt: new Date(0) }] });
    const coordinate = other.sequence?.coordinate ?? 'Query.orders';
    for (const name of ['after', 'before'] as const) {
      await expectRefused(
        load({ [name]: cursor }, other),
        foreign(name).replace('Query.orders', coordinate),
      );
    }
  });

  it('is taken with another page size and direction of paging', async () => {
    const cursor = await cursorOf(7);
    const { asked } = await load({ last: 3, before: cursor });
    expect(asked.before).toEqual([new Date(7_000), 'ord_7']);
  });

  it.each(['', 'x', 'null', 'ord_1'])('is refused when it was made up: %j', async (cursor) => {
    await expectRefused(load({ after: cursor }), foreign('after'));
    await expectRefused(load({ before: cursor }), foreign('before'));
  });

  it('is made only when it is read', async () => {
    const { loaders } = fakeLoaders({ page: rows(3) });
    let made = 0;
    const context: Context = {
      ...contextOf(token(), loaders),
      cursors: {
        encode: () => {
          made += 1;
          return `cursor ${made}`;
        },
        decode: () => null,
      },
    };
    const { edges, pageInfo } = await loadConnection(ORDERS, { first: 2 }, context);
    expect([edges.length, pageInfo.hasNextPage, made]).toEqual([2, true, 0]);
    expect(edges[1]?.cursor).toBe('cursor 1');
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual(['cursor 2', 'cursor 3']);
  });
});

describe('the count of a list', () => {
  it('is not asked for by itself', async () => {
    const { calls } = await load({});
    expect(calls.map(([method]) => method)).toEqual(['page']);
  });

  it('counts the whole filtered list, up to a bound', async () => {
    const filter = [{ column: 'status', operator: 'equals', value: 'PAID' }] as const;
    const { connection, calls } = await load({ first: 1 }, { count: 7, sequence: { filter } });
    expect(await connection.count()).toBe(7);
    expect(calls[1]).toEqual(['count', 'orders', null, filter, 10_001]);
  });

  it.each([
    [0, 0],
    [10_000, 10_000],
    [10_001, null],
  ])('of %i rows is %s', async (count, shown) => {
    const { connection } = await load({}, { count });
    expect(await connection.count()).toBe(shown);
  });
});
