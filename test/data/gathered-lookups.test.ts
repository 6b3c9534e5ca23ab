import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database, Statement } from '../../src/data/database.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import type { CellRow, Join, Load, Session, Source } from '../../src/data/source.ts';
import { createSqlSource } from '../../src/data/sql-source.ts';
import { statementOf } from '../../src/data/statements.ts';
import { AppError } from '../../src/errors.ts';
import { PATIENCE, share } from '../differential/settings.ts';
import { type OwnedDatabase, openOwnedDatabase } from '../support/queries-database.ts';

const [NORTH, SOUTH] = DEMO_STORES;
const SESSION: Session = {
  storeId: NORTH.id,
  installationId: null,
  owner: 'app',
  ordersSince: null,
};

/** Lists that executables would keep: what is gathered has the very same ones. */
const ORDER = ['id', 'sourceNumber', 'customerId'];
const CUSTOMERS: readonly Join[] = [
  { batch: 'customerById', from: 'customerId', columns: ['id', 'email'] },
];
const orders = (...keys: readonly string[]): Load => ({
  kind: 'rows',
  batch: 'orderById',
  columns: ORDER,
  joins: CUSTOMERS,
  keys,
});
const PRODUCT = ['id', 'name'];
const products = (...keys: readonly string[]): Load => ({
  kind: 'rows',
  batch: 'productById',
  columns: PRODUCT,
  keys,
});

let owned: OwnedDatabase;
let source: Source;
/** The waves that the database was asked for. */
let waves: { readonly session: Session; readonly statements: readonly Statement[] }[] = [];
/** What the database does instead of answering, where a test says so. */
let instead: Database['cells'] | null = null;
/** The creation of the fifth newest order of the first store: some orders are in this window, and some are not. */
let middle: Date;
/** Orders and products of both stores, the newest orders first. */
let keys: { readonly [K in 'orders' | 'products']: { north: string[]; south: string[] } };

beforeAll(async () => {
  owned = await openOwnedDatabase('postgres');
  const { database } = owned;
  source = createSqlSource({
    ...database,
    cells: (session, statements) => {
      waves.push({ session, statements });
      return (instead ?? database.cells)(session, statements);
    },
  });
  const idsOf = async (table: string, order: string, store: string) => {
    const text = `select id from commerce.${table} where store_id = $1 order by ${order} limit 60`;
    return (await owned.admin(text, [store])).map(({ id }) => String(id));
  };
  const ofBoth = async (table: string, order: string) => ({
    north: await idsOf(table, order, NORTH.id),
    south: await idsOf(table, order, SOUTH.id),
  });
  keys = {
    orders: await ofBoth('orders', 'created_at desc, id'),
    products: await ofBoth('products', 'id'),
  };
  const [row] = await owned.admin('select created_at from commerce.orders where id = $1', [
    keys.orders.north[4],
  ]);
  middle = new Date(row?.created_at as string | Date);
});

afterAll(() => owned.close());

beforeEach(() => {
  waves = [];
  instead = null;
});

/** What a wave is answered when nothing else is asked for, its rows in an order of their own. */
async function alone(session: Session, loads: readonly Load[]) {
  const answers = await owned.database.cells(session, loads.map(statementOf));
  return answers.map(sorted);
}

const sorted = (rows: readonly CellRow[]) => rows.map((row) => JSON.stringify(row)).sort();
const idsIn = (rows: readonly CellRow[] = []) => rows.map(([id]) => id);

/** As two requests that come in one turn of the event loop. */
const together = (...asked: readonly (readonly [Session, ...(readonly Load[])])[]) =>
  Promise.all(asked.map(([session, ...loads]) => source.wave({ ...session }, loads)));

describe('lookups of one session in one turn', () => {
  it('are one wave with one statement, and each gets the rows of its own keys', async () => {
    const [a = '', b = '', c = ''] = keys.orders.north;
    const [one, two, three] = await together(
      [SESSION, orders(a)],
      [SESSION, orders(b, a)],
      [SESSION, orders(c, 'no such order')],
    );
    expect(waves).toHaveLength(1);
    expect(waves[0]?.statements.map(({ values }) => values)).toEqual([
      [`{"${a}","${b}","${c}","no such order"}`],
    ]);
    expect(idsIn(one?.[0])).toEqual([a]);
    expect(idsIn(two?.[0]).toSorted()).toEqual([a, b].toSorted());
    expect(idsIn(three?.[0])).toEqual([c]);
  });

  it('are gathered load by load where a request looks up several things', async () => {
    const [a = '', b = ''] = keys.orders.north;
    const [p = '', q = ''] = keys.products.north;
    const [one, two] = await together(
      [SESSION, orders(a), products(p)],
      [SESSION, orders(b), products(q)],
    );
    expect(waves.map(({ statements }) => statements.length)).toEqual([2]);
    expect(one?.map(idsIn)).toEqual([[a], [p]]);
    expect(two?.map(idsIn)).toEqual([[b], [q]]);
  });

  it.each<[string, Partial<Session>]>([
    ['another store', { storeId: SOUTH.id }],
    ['another installation', { installationId: 'inst_1' }],
    ['another client', { owner: 'another app' }],
    ['another window', { ordersSince: new Date('9999-01-01T00:00:00.000Z') }],
  ])('are asked for apart from those of %s', async (_, change) => {
    const [a = ''] = keys.orders.north;
    const [b = ''] = keys.orders.south;
    const other = { ...SESSION, ...change };
    const [one, two] = await together([SESSION, orders(a, b)], [other, orders(a, b)]);
    expect(waves).toHaveLength(2);
    expect(waves.map(({ session }) => session)).toEqual([SESSION, other]);
    expect(idsIn(one?.[0])).toEqual([a]);
    expect(two?.map(sorted)).toEqual(await alone(other, [orders(a, b)]));
    const seen = change.storeId ? [b] : change.ordersSince ? [] : [a];
    expect(idsIn(two?.[0])).toEqual(seen);
  });

  it('are asked for apart where they are not alike', async () => {
    const [a = '', b = ''] = keys.orders.north;
    const plain: Load = { kind: 'rows', batch: 'orderById', columns: ORDER, keys: [b] };
    const [one, two, three] = await together(
      [SESSION, orders(a)],
      [SESSION, plain],
      [SESSION, orders(b), plain],
    );
    expect(waves.map(({ statements }) => statements.length)).toEqual([1, 1, 2]);
    expect([one, two, three].map((answer) => answer?.map(idsIn))).toEqual([
      [[a]],
      [[b]],
      [[b], [b]],
    ]);
  });

  it('are asked for apart from those of a later turn', async () => {
    const [a = '', b = ''] = keys.orders.north;
    const first = source.wave(SESSION, [orders(a)]);
    await new Promise(setImmediate);
    const second = source.wave(SESSION, [orders(b)]);
    expect(idsIn((await first)[0])).toEqual([a]);
    expect(idsIn((await second)[0])).toEqual([b]);
    expect(waves).toHaveLength(2);
  });

  it('are gathered up to ten keys of each, and only where rows bring their key', async () => {
    const ten = keys.orders.north.slice(0, 10);
    const [one, two] = await together([SESSION, orders(...ten)], [SESSION, orders(...ten)]);
    expect(waves).toHaveLength(1);
    expect([one?.[0]?.length, two?.[0]?.length]).toEqual([10, 10]);
    const columns = ['sourceNumber'];
    const keyless = (key = ''): Load => ({
      kind: 'rows',
      batch: 'orderById',
      columns,
      keys: [key],
    });
    const asked = ten.slice(0, 2).map((key) => [SESSION, keyless(key)] as const);
    const answers = await together(...asked);
    expect(waves).toHaveLength(3);
    expect(answers.map(([rows]) => rows?.length)).toEqual([1, 1]);
  });

  it('do not wait for one with many keys, nor for a page', async () => {
    const [a = '', b = ''] = keys.orders.north;
    const page: Load = {
      kind: 'page',
      batch: 'orders',
      columns: ORDER,
      parents: null,
      page: {
        columns: ['createdAt', 'id'],
        direction: 'desc',
        filter: [],
        after: null,
        before: null,
        limit: 2,
        fromEnd: false,
      },
    };
    const many = orders(...keys.orders.north.slice(0, 11));
    const [one, two, eleven, mixed] = await together(
      [SESSION, orders(a)],
      [SESSION, orders(b)],
      [SESSION, many],
      [SESSION, orders(a), page],
    );
    // What goes alone has gone before what is gathered.
    expect(waves.map(({ statements }) => statements.length)).toEqual([1, 2, 1]);
    expect([idsIn(one?.[0]), idsIn(two?.[0])]).toEqual([[a], [b]]);
    expect(eleven?.[0]).toHaveLength(11);
    expect(mixed?.map(({ length }) => length)).toEqual([1, 2]);
  });

  it('fail alone where a key is at fault', async () => {
    const [a = ''] = keys.orders.north;
    const asked = [orders(a), orders('\0'), orders(a)];
    const [one, two, three] = await Promise.allSettled(
      asked.map((load) => source.wave(SESSION, [load])),
    );
    expect(
      [one, three].map((each) => each?.status === 'fulfilled' && idsIn(each.value[0])),
    ).toEqual([[a], [a]]);
    expect(two).toMatchObject({ status: 'rejected', reason: { code: '22021' } });
    // Together, and then each by itself.
    expect(waves).toHaveLength(4);
  });

  it('fail together, and once, where the database is away', async () => {
    const away = new AppError('UNAVAILABLE', 'The database cannot be reached.');
    instead = () => Promise.reject(away);
    const [a = '', b = ''] = keys.orders.north;
    const asked = [orders(a), orders(b)];
    const answers = await Promise.allSettled(asked.map((load) => source.wave(SESSION, [load])));
    expect(answers).toEqual(asked.map(() => ({ status: 'rejected', reason: away })));
    expect(waves).toHaveLength(1);
  });
});

it(
  'whatever is asked for side by side is answered as if it were asked for alone',
  async () => {
    const since = fc.constantFrom(null, middle);
    const session = fc.record({
      storeId: fc.constantFrom(NORTH.id, SOUTH.id),
      installationId: fc.constant(null),
      owner: fc.constantFrom('app', 'another app'),
      ordersSince: since,
    });
    const some = (all: { readonly north: string[]; readonly south: string[] }) =>
      fc.array(fc.constantFrom(...all.north.slice(0, 20), ...all.south.slice(0, 20), 'none', ''), {
        maxLength: 12,
      });
    const load = fc.oneof(
      some(keys.orders).map((ids) => orders(...ids)),
      some(keys.products).map((ids) => products(...ids)),
    );
    const asked = fc.array(fc.tuple(session, fc.array(load, { minLength: 1, maxLength: 2 })), {
      minLength: 1,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(asked, async (all) => {
        const answers = await Promise.all(all.map(([who, loads]) => source.wave(who, loads)));
        for (const [index, [who, loads]] of all.entries()) {
          expect(answers[index]?.map(sorted)).toEqual(await alone(who, loads));
        }
      }),
      share(0.03),
    );
  },
  PATIENCE,
);
