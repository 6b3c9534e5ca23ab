import { getTableColumns } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PAGE_BATCHES,
  type PageBatchName,
  ROW_BATCHES,
  type RowBatchName,
} from '../../src/data/batches.ts';
import { ENTITIES, type Entity } from '../../src/data/entities.ts';
import type { Condition, Join, Load, LoadOf, Page } from '../../src/data/source.ts';
import { statementOf } from '../../src/data/statements.ts';

const page = (change: Partial<Page> = {}): Page => ({
  columns: ['createdAt', 'id'],
  direction: 'desc',
  filter: [],
  after: null,
  before: null,
  limit: 26,
  fromEnd: false,
  ...change,
});

const orders = (change: Partial<Page> = {}): Load => ({
  kind: 'page',
  batch: 'orders',
  columns: ['id'],
  parents: null,
  page: page(change),
});

const MOMENT = new Date('2026-11-21T21:49:00.123Z');
const STAMP = '2026-11-21T21:49:00.123Z';
const HEAD = 'select t."id" as "id" from "commerce"."orders" t';
const DESCENDING = 'order by t."created_at" desc, t."id" desc';
const ASCENDING = 'order by t."created_at", t."id"';

describe('the statement', () => {
  it('for rows takes all keys as one value', () => {
    const { text, values } = statementOf({
      kind: 'rows',
      batch: 'orderBySourceId',
      columns: ['id', 'sourceId', 'createdAt'],
      keys: ['1', 'a"b', 'c\\d', 'e,f', '{}', ''],
    });
    expect(text).toBe(
      'select t."id" as "id", t."source_id" as "sourceId", t."created_at" as "createdAt" from "commerce"."orders" t where t."source_id" = any ($1::text[])',
    );
    expect(values).toEqual(['{"1","a\\"b","c\\\\d","e,f","{}",""}']);
  });

  it('joins the rows that are referred to, each found by its key, and keeps the order', () => {
    const customer = {
      batch: 'customerById',
      from: 'customerId',
      columns: ['id', 'email'],
    } as const;
    const order = { batch: 'orderById', from: 'orderId', columns: ['id'] } as const;
    const columns = ['id', 'customerId'];
    const newest = { ...orders(), columns } as Load;
    const rows = {
      byKey: statementOf({
        kind: 'rows',
        batch: 'orderById',
        columns,
        keys: [],
        joins: [customer],
      }),
      page: statementOf({ ...newest, joins: [customer] } as Load),
      parents: statementOf({
        kind: 'page',
        batch: 'claimsByCustomer',
        columns: ['id', 'orderId'],
        parents: ['cus_1'],
        page: page(),
        joins: [order],
      }),
    };
    const own = 'select t."id" as "id", t."customer_id" as "customerId" from "commerce"."orders" t';
    const found = (target: string, columns: string, from: string) =>
      `r left join lateral (select ${columns} from "commerce"."${target}" x where x."id" = r."${from}" limit 1) j0 on true`;
    const customers = found('customers', 'x."id" as "id", x."email" as "email"', 'customerId');
    expect(rows.byKey.text).toBe(
      `select r.*, j0.* from (${own} where t."id" = any ($1::text[])) ${customers}`,
    );
    expect(rows.page.text).toBe(
      `select r.*, j0.* from (${own} ${DESCENDING} limit $1::int) ${customers}`,
    );
    // A claim outlives its order's time in sight, and tells nothing of it then.
    expect(rows.parents.text).toContain(
      `(select t."id" as "id", case when t."order_created_at" >= nullif(current_setting('scopegate.orders_since', true), '')::timestamptz then t."order_id" end as "orderId" from`,
    );
    expect(rows.parents.text).toContain(found('orders', 'x."id" as "id"', 'orderId'));
    expect(rows.byKey.name).not.toBe(
      statementOf({ kind: 'rows', batch: 'orderById', columns, keys: [] }).name,
    );
    expect(rows.page.name).not.toBe(statementOf(newest).name);
  });

  it('joins by nothing that is not asked for of the rows', () => {
    const customer = { batch: 'customerById', from: 'customerId', columns: ['id'] } as const;
    expect(() => statementOf({ ...orders(), columns: ['id'], joins: [customer] } as Load)).toThrow(
      'A join by "customerId" needs that column.',
    );
  });

  it.each<[string, Partial<Page>, string, string[]]>([
    ['from the start', {}, `${HEAD} ${DESCENDING} limit $1::int`, ['26']],
    ['from the end', { fromEnd: true }, `${HEAD} ${ASCENDING} limit $1::int`, ['26']],
    ['ascending', { direction: 'asc' }, `${HEAD} ${ASCENDING} limit $1::int`, ['26']],
    [
      'ascending from the end',
      { direction: 'asc', fromEnd: true },
      `${HEAD} ${DESCENDING} limit $1::int`,
      ['26'],
    ],
    [
      'after a row',
      { after: [MOMENT, 'ord_1'] },
      `${HEAD} where (t."created_at", t."id") < ($1::timestamptz, $2::text) ${DESCENDING} limit $3::int`,
      [STAMP, 'ord_1', '26'],
    ],
    [
      'ascending after a row',
      { direction: 'asc', after: [MOMENT, 'ord_1'] },
      `${HEAD} where (t."created_at", t."id") > ($1::timestamptz, $2::text) ${ASCENDING} limit $3::int`,
      [STAMP, 'ord_1', '26'],
    ],
    [
      'before a row',
      { before: [MOMENT, 'ord_1'], fromEnd: true },
      `${HEAD} where (t."created_at", t."id") > ($1::timestamptz, $2::text) ${ASCENDING} limit $3::int`,
      [STAMP, 'ord_1', '26'],
    ],
    [
      'filtered by each operator',
      {
        filter: [
          { column: 'financialStatus', operator: 'equals', value: 'PAID' },
          { column: 'createdAt', operator: 'from', value: MOMENT },
          { column: 'total', operator: 'before', value: 5n },
          { column: 'contactEmailLower', operator: 'prefix', value: 'ANN', ignoreCase: true },
        ],
      },
      `${HEAD} where t."financial_status" = $1::text and t."created_at" >= $2::timestamptz and t."total" < $3::bigint and t."contact_email_lower" >= lower($4::text) and t."contact_email_lower" < lower($4::text) || U&'\\+10FFFF' ${DESCENDING} limit $5::int`,
      ['PAID', STAMP, '5', 'ANN', '26'],
    ],
  ])('for a page is a keyset: %s', (_name, change, text, values) => {
    expect(statementOf(orders(change))).toMatchObject({ text, values });
  });

  it('for pages of several parents is one, with a limit for each', () => {
    expect(
      statementOf({
        kind: 'page',
        batch: 'variantsByProduct',
        columns: ['id', 'productId'],
        parents: ['prd_1', 'prd_2'],
        page: page({ columns: ['position', 'id'], direction: 'asc', after: [3, 'var_1'] }),
      }),
    ).toMatchObject({
      text: 'select r.* from unnest($1::text[]) as k(key) cross join lateral (select t."id" as "id", t."product_id" as "productId" from "commerce"."product_variants" t where t."product_id" = k.key and (t."position", t."id") > ($2::integer, $3::text) order by t."position", t."id" limit $4::int) r',
      values: ['{"prd_1","prd_2"}', '3', 'var_1', '26'],
    });
  });

  it('for a batch with parents is for some of them, and for one without for none', () => {
    const whole = orders() as LoadOf<'page'>;
    expect(() => statementOf({ ...whole, parents: ['ord_1'] })).toThrow(TypeError);
    expect(() => statementOf({ ...whole, batch: 'ordersByCustomer' })).toThrow(
      'ordersByCustomer is asked for otherwise.',
    );
  });

  it('of a list of columns that is longer than any there is has no name to be kept by', () => {
    const load = { kind: 'rows', batch: 'orderById', keys: [] } as const;
    expect(statementOf({ ...load, columns: Array(100).fill('id') }).name).not.toBeNull();
    expect(statementOf({ ...load, columns: Array(1_000).fill('id') }).name).toBeNull();
  });

  it('for a count stops at its bound', () => {
    expect(
      statementOf({ kind: 'count', batch: 'orders', parents: null, filter: [], atMost: 10_001 }),
    ).toMatchObject({
      text: 'select null as "parent", (select count(*)::int as "count" from (select from "commerce"."orders" t limit 10001) c) as "count"',
      values: [],
    });
    expect(
      statementOf({
        kind: 'count',
        batch: 'ordersByCustomer',
        parents: ['cus_1'],
        filter: [{ column: 'financialStatus', operator: 'equals', value: 'PAID' }],
        atMost: 5,
      }),
    ).toMatchObject({
      text: 'select k.key as "parent", n."count" from unnest($1::text[]) as k(key) cross join lateral (select count(*)::int as "count" from (select from "commerce"."orders" t where t."customer_id" = k.key and t."financial_status" = $2::text limit 5) c) n',
      values: ['{"cus_1"}', 'PAID'],
    });
  });

  it('for totals groups by parent and currency', () => {
    expect(
      statementOf({ kind: 'totals', batch: 'orderTotalsByCustomer', parents: ['cus_1'] }),
    ).toEqual({
      name: 'totals:orderTotalsByCustomer',
      text: 'select t."customer_id" as "parent", t."currency" as "currency", count(*)::int as "count", coalesce(sum(t."total") filter (where t."cancelled_at" is null), 0)::bigint as "sum" from "commerce"."orders" t where t."customer_id" = any ($1::text[]) group by 1, 2 order by 1, 2',
      values: ['{"cus_1"}'],
    });
  });

  it('for totals sums further columns whole, as text that no integer is too large for', () => {
    expect(
      statementOf({ kind: 'totals', batch: 'totalsByAbVariant', parents: ['abv_1'] }),
    ).toMatchObject({
      text: 'select t."variant_id" as "parent", t."currency" as "currency", count(*)::int as "count", coalesce(sum(t."revenue"), 0)::bigint as "sum", sum(t."sessions")::text as "sessions", sum(t."orders")::text as "orders", sum(t."protected_orders")::text as "protectedOrders", sum(t."revenue_squares")::text as "revenueSquares" from "commerce"."ab_variant_days" t where t."variant_id" = any ($1::text[]) group by 1, 2 order by 1, 2',
      values: ['{"abv_1"}'],
    });
  });

  it.each(['password', 'id" from x; --', '__proto__', 'constructor', 'created_at'])(
    'is refused for a column that the table does not have: %j',
    (column) => {
      const problem = new TypeError(`"commerce"."orders" has no column "${column}".`);
      const rows: Load = { kind: 'rows', batch: 'orderById', columns: [column], keys: [] };
      const filter: Condition[] = [{ column, operator: 'equals', value: 'a' }];
      for (const load of [rows, orders({ columns: [column] }), orders({ filter })]) {
        expect(() => statementOf(load)).toThrow(problem);
      }
    },
  );

  it('is refused for a position that does not fit the order', () => {
    expect(() => statementOf(orders({ after: [MOMENT] }))).toThrow(
      new TypeError('A position needs a value for each column.'),
    );
  });
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom("'; drop table orders; --", '$1', '"', '\\', "' or '1'='1", '{}', '%s', '/*'),
);
const hostileKeys = fc.array(hostile, { minLength: 1, maxLength: 3 });
const columnsOf = (entity: Entity) => Object.keys(getTableColumns(ENTITIES[entity]));

/** The parts of a load that are names; its values are added by `withValues`. */
const shapeOf = (entity: Entity) =>
  fc.record({
    columns: fc.oneof(
      fc.constant(columnsOf(entity).slice(0, 1)),
      fc.subarray(columnsOf(entity), { minLength: 1 }),
    ),
    order: fc.shuffledSubarray(columnsOf(entity).slice(0, 4), { minLength: 1, maxLength: 2 }),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
    filter: fc.array(
      fc.record({
        column: fc.constantFrom(...columnsOf(entity)),
        operator: fc.constantFrom<Condition['operator']>('equals', 'from', 'before', 'prefix'),
      }),
      { maxLength: 3 },
    ),
    after: fc.boolean(),
    before: fc.boolean(),
    fromEnd: fc.boolean(),
  });

type WithValues = (keys: readonly string[], value: string, limit: number) => Load;

const rowBatch = fc.constantFrom(...(Object.keys(ROW_BATCHES) as RowBatchName[]));

const joins = (columns: readonly string[]): fc.Arbitrary<readonly Join[]> =>
  fc.array(
    rowBatch.chain((batch) =>
      fc.record({
        batch: fc.constant(batch),
        from: fc.constantFrom(...columns),
        columns: fc.subarray(columnsOf(ROW_BATCHES[batch].entity), { minLength: 1 }),
      }),
    ),
    { maxLength: 2 },
  );

const rowLoad = rowBatch.chain((batch) => {
  const { entity } = ROW_BATCHES[batch];
  return fc.subarray(columnsOf(entity), { minLength: 1 }).chain((columns) =>
    joins(columns).map(
      (joins): WithValues =>
        (keys) => ({ kind: 'rows', batch, columns, keys, joins }),
    ),
  );
});

const pageLoadOf = (batch: PageBatchName) =>
  fc
    .tuple(shapeOf(PAGE_BATCHES[batch].entity), fc.boolean())
    .chain(([shape, counting]) =>
      fc.tuple(fc.constant(shape), fc.constant(counting), joins(shape.columns)),
    )
    .map(
      ([shape, counting, joins]): WithValues =>
        (keys, value, limit) => {
          const filter = shape.filter.map((condition) => ({ ...condition, value }));
          const parents = PAGE_BATCHES[batch].parent === null ? null : keys;
          if (counting) return { kind: 'count', batch, parents, filter, atMost: 10_001 };
          const position = shape.order.map(() => value);
          return {
            kind: 'page',
            batch,
            columns: shape.columns,
            parents,
            joins,
            page: {
              columns: shape.order,
              direction: shape.direction,
              filter,
              after: shape.after ? position : null,
              before: shape.before ? position : null,
              limit,
              fromEnd: shape.fromEnd,
            },
          };
        },
    );

const pageBatch = fc.constantFrom(...(Object.keys(PAGE_BATCHES) as PageBatchName[]));
const pageLoad = pageBatch.chain(pageLoadOf);

const totalsLoad = fc.constant<WithValues>((parents) => ({
  kind: 'totals',
  batch: 'orderTotalsByCustomer',
  parents,
}));

const anyLoad = fc.oneof(rowLoad, pageLoad, totalsLoad);

describe('any statement', () => {
  it('has the same text and name whatever its keys, values and limits', () => {
    fc.assert(
      fc.property(
        anyLoad,
        hostileKeys,
        hostile,
        fc.integer({ min: 1, max: 10_001 }),
        (load, keys, value, limit) => {
          const one = statementOf(load(keys, value, limit));
          const other = statementOf(load(['x'], 'y', 1));
          expect([one.text, one.name]).toEqual([other.text, other.name]);
          expect(one.values).toHaveLength(other.values.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('numbers its parameters without gaps', () => {
    fc.assert(
      fc.property(anyLoad, (load) => {
        const { text, values } = statementOf(load(['x'], 'y', 1));
        const used = [...text.matchAll(/\$(\d+)::/g)].map(([, number]) => Number(number));
        expect([...new Set(used)]).toEqual(values.map((_, index) => index + 1));
      }),
    );
  });

  it('has a name of at most 63 bytes, or none', () => {
    fc.assert(
      fc.property(anyLoad, (load) => {
        const { name } = statementOf(load(['x'], 'y', 1));
        expect(Buffer.byteLength(name ?? '')).toBeLessThanOrEqual(63);
        expect(name).not.toBe('');
      }),
    );
  });

  it('has no name with several filters', () => {
    fc.assert(
      fc.property(pageLoad, (make) => {
        const load = make(['x'], 'y', 1);
        const filter =
          load.kind === 'page' ? load.page.filter : load.kind === 'count' && load.filter;
        if (filter && filter.length > 1) expect(statementOf(load).name).toBeNull();
      }),
    );
  });

  it('never shares its name with another text', () => {
    const manyOf = (load: fc.Arbitrary<WithValues>) =>
      fc.array(
        load.map((make) => make(['x'], 'y', 1)),
        { minLength: 2, maxLength: 100, size: 'max' },
      );
    const loads = fc.oneof(
      manyOf(anyLoad),
      pageBatch.chain((batch) => manyOf(pageLoadOf(batch))),
    );
    fc.assert(
      fc.property(loads, (some) => {
        const texts = new Map<string, string>();
        for (const { name, text } of some.map(statementOf)) {
          if (name === null) continue;
          expect(texts.get(name) ?? text).toBe(text);
          texts.set(name, text);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has one however many lists of columns came before, and a list that comes again none of another', () => {
    const nameOf = (columns: readonly string[]) => statementOf(orders({ columns })).name;
    const names = new Set<string | null>();
    const first = nameOf(['id', 'createdAt']);
    // More than are remembered, no two of them alike.
    const lists = Array.from({ length: 20_001 }, (_, number) =>
      [...number.toString(2).padStart(15, '0')].map((bit) => (bit === '0' ? 'id' : 'createdAt')),
    );
    for (const list of lists) names.add(nameOf(list));
    expect(names.has(null)).toBe(false);
    expect(names.size).toBe(lists.length);
    expect(names.has(nameOf(['id', 'createdAt']))).toBe(false);
    expect(nameOf(['id', 'createdAt'])).not.toBe(first);
  });

  it('does not share its name with a list in another order that begins alike', () => {
    const one = statementOf(orders({ columns: ['createdAt', 'id'] }));
    const other = statementOf(orders({ columns: ['createdAt', 'sourceId'] }));
    expect(one.text).not.toBe(other.text);
    expect(one.name === other.name && one.name !== null).toBe(false);
  });

  it('has a name where a connection should keep it prepared', () => {
    expect(statementOf(orders()).name).toMatch(/^page:orders:[0-9a-z]+:d:[0-9a-z]+$/);
    expect(
      statementOf({ kind: 'rows', batch: 'orderById', columns: ['id'], keys: [] }).name,
    ).toMatch(/^rows:orderById:/);
  });
});
