import pg from 'pg';
import { textArray } from '../../src/data/cells.ts';
import {
  type Database,
  DECODERS,
  type Statement,
  sessionStatement,
} from '../../src/data/database.ts';
import { createPostgres } from '../../src/data/postgres.ts';
import type { Session } from '../../src/data/source.ts';
import { createSqlDirectory } from '../../src/data/sql-directory.ts';
import { createSqlSource } from '../../src/data/sql-source.ts';
import { APP_ROLE } from '../../src/data/tables/columns.ts';
import { UNBOUND_USER } from '../database-users.ts';
import { inOneTrip } from './pipeline.ts';
import {
  type ClaimRow,
  type CustomerRow,
  grouped,
  keyed,
  type LineItemRow,
  type OrderRow,
  type PeerData,
  type ProductRow,
  type RestReader,
} from './rows.ts';

/**
 * A statement that says what its rows are; its columns are named as the rows' fields. `unbound` is what it has to be
 * where no row-level security bounds it: with the same conditions, written out.
 */
type Query<R> = Statement & {
  readonly rows?: R;
  readonly unbound: Pick<Statement, 'name' | 'text'> & { readonly isWindowed: boolean };
};
type RowsOf<Q extends readonly Query<unknown>[]> = {
  [I in keyof Q]: Q[I] extends Query<infer R> ? readonly R[] : never;
};

/** Runs statements that do not depend on each other and gives the rows of each. */
type Ask = <const Q extends readonly Query<unknown>[]>(queries: Q) => Promise<RowsOf<Q>>;

/** Lets work ask the database under a session. */
type Access = <T>(session: Session, work: (ask: Ask) => Promise<T>) => Promise<T>;

export interface PostgresDataOptions {
  readonly url: string;
  readonly connections: number;
  readonly statementTimeout: number;
  /**
   * `waves`: the gateway's own way, what belongs together is one transaction and one round trip. `awaited`: as it is
   * ordinarily written, a connection, BEGIN, the session, one statement after another, COMMIT. `unbound`: as waves, but
   * without row-level security and thus without a session, every statement bounded by hand.
   */
  readonly access: keyof typeof ACCESS;
}

/** The same database, role, settings and statements for every peer. */
export function createPostgresData(options: PostgresDataOptions): PeerData {
  const database = createPostgres(options);
  const source = createSqlSource(database);
  const access = ACCESS[options.access](options, database);
  return {
    readerOf(session) {
      const one = <R>(query: Query<R>) =>
        access(session, async (ask) => {
          const [rows] = await ask([query]);
          return rows as readonly R[];
        });
      return {
        order: async (id) => (await one(orderById(id)))[0] ?? null,
        newestOrders: (limit) => one(newestOrders(limit)),
        customers: (ids) => one(customersById(ids)),
        products: (ids) => one(productsById(ids)),
        lineItems: (ids) => one(lineItemsOfOrders(ids)),
        claims: (ids) => one(claimsOfOrders(ids)),
      };
    },
    rest: createRestReader(access),
    resolveStore: (id) => source.resolveStore(id),
    directory: createSqlDirectory(database),
  };
}

/** One statement for an order, and four in two steps for a page of them: what refers to one row is joined. */
function createRestReader(access: Access): RestReader {
  return {
    orderWithCustomer: (session, id) =>
      access(session, async (ask) => {
        const [[order]] = await ask([orderWithCustomerById(id)]);
        return order === undefined ? null : { order, customer: customerOf(order) };
      }),
    newestWithAll: (session, limit) =>
      access(session, async (ask) => {
        const [orders] = await ask([newestOrders(limit)]);
        const ids = orders.map(({ id }) => id);
        const [customers, lineItems, claims] = await ask([
          customersById(distinct(orders.map(({ customerId }) => customerId))),
          lineItemsWithProducts(ids),
          claimsOfOrders(ids),
        ]);
        return {
          orders,
          lookups: {
            customers: keyed(customers),
            products: productsOf(lineItems),
            lineItems: grouped(lineItems),
            claims: grouped(claims),
          },
        };
      }),
  };
}

const distinct = (ids: readonly (string | null)[]): readonly string[] =>
  [...new Set(ids)].filter((id) => id !== null);

const SETTINGS = '-c plan_cache_mode=force_generic_plan -c timezone=UTC -c datestyle=ISO';

type MakeAccess = (options: PostgresDataOptions, database: Database) => Access;

const inWaves: MakeAccess = (_, database) => (session, work) =>
  work(async (queries) => (await database.wave(session, queries)) as RowsOf<typeof queries>);

const inTransaction: MakeAccess = ({ url, connections }) => {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    options: `-c role=${APP_ROLE} ${SETTINGS}`,
    types: { getTypeParser: (type: number) => DECODERS[type] ?? String },
  });
  return async (session, work) => {
    const client = await pool.connect();
    const run = async ({ name, text, values }: Statement) => {
      const { rows } = await client.query({ name: name ?? '', text, values: [...values] });
      return rows;
    };
    try {
      await client.query('begin');
      await run(sessionStatement(session));
      const result = await work(async (queries) => {
        const results: unknown[] = [];
        for (const query of queries) results.push(await run(query));
        return results as RowsOf<typeof queries>;
      });
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  };
};

const withoutRowLevelSecurity: MakeAccess = ({ url, connections }) => {
  const connectionUrl = new URL(url);
  connectionUrl.username = UNBOUND_USER;
  connectionUrl.password = UNBOUND_USER;
  const pool = new pg.Pool({
    connectionString: connectionUrl.href,
    max: connections,
    options: SETTINGS,
  });
  return ({ storeId, ordersSince }, work) =>
    work(async (queries) => {
      const since = ordersSince?.toISOString() ?? '-infinity';
      const client = await pool.connect();
      try {
        const statements = queries.map(({ values, unbound: { name, text, isWindowed } }) => ({
          name,
          text,
          values: [...values, storeId, ...(isWindowed ? [since] : [])],
        }));
        return (await inOneTrip(client, statements)) as RowsOf<typeof queries>;
      } finally {
        client.release();
      }
    });
};

const ACCESS = {
  waves: inWaves,
  awaited: inTransaction,
  unbound: withoutRowLevelSecurity,
} as const satisfies Readonly<Record<string, MakeAccess>>;

/** The ways that there are. */
export const ACCESSES = Object.keys(ACCESS) as readonly (keyof typeof ACCESS)[];

interface Parts {
  readonly name: string;
  readonly select: string;
  readonly from: string;
  /** Of `$1`, the only parameter. */
  readonly where?: string;
  readonly rest?: string;
  /** What its policy asks beside the store; `$3` is the start of the session's window. */
  readonly policy?: readonly string[];
  /** The one row that a row refers to. */
  readonly join?: Join;
}

interface Join {
  readonly select: string;
  readonly from: string;
  readonly on: string;
  readonly policy?: readonly string[];
}

/** A query for one value, as row-level security lets it be written and as it is without. `t` is its table, `j` the joined one. */
function queryOf<R>({ name, select, from, where, rest = '', policy = [], join }: Parts) {
  const text = (conditions: readonly string[], joinConditions: readonly string[]) =>
    [
      `select ${join ? `${select}, ${join.select}` : select} from commerce.${from} t`,
      ...(join
        ? [`left join commerce.${join.from} j on ${[join.on, ...joinConditions].join(' and ')}`]
        : []),
      ...(conditions.length > 0 ? [`where ${conditions.join(' and ')}`] : []),
      rest,
    ].join(' ');
  const own = where === undefined ? [] : [where];
  const bound = { name: `peer-${name}`, text: text(own, []) };
  const unbound = {
    name: `peer-${name}-unbound`,
    text: text(
      [...own, 't.store_id = $2', ...policy],
      ['j.store_id = $2', ...(join?.policy ?? [])],
    ),
    isWindowed: policy.some((condition) => condition.includes('$3')),
  };
  return (value: string): Query<R> => ({ ...bound, values: [value], unbound });
}

const byKeys = <R>(parts: Parts) => {
  const of = queryOf<R>(parts);
  return (keys: readonly string[]) => of(textArray(keys));
};

/** Columns of what is joined are all null where there is none. */
interface OrderWithCustomer extends OrderRow {
  readonly joinedId: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
}

interface LineItemWithProduct extends LineItemRow {
  readonly joinedId: string | null;
  readonly productName: string;
  readonly kind: ProductRow['kind'];
  readonly status: ProductRow['status'];
}

const customerOf = ({ joinedId, firstName, lastName, email }: OrderWithCustomer) =>
  joinedId === null ? null : { id: joinedId, firstName, lastName, email };

/** The products of line items, each once. */
function productsOf(lineItems: readonly LineItemWithProduct[]): ReadonlyMap<string, ProductRow> {
  const products = new Map<string, ProductRow>();
  for (const { joinedId, productName, kind, status } of lineItems) {
    if (joinedId !== null)
      products.set(joinedId, { id: joinedId, name: productName, kind, status });
  }
  return products;
}

const ORDERS = {
  select: `t.id, t.source_number as "sourceNumber", t.created_at as "createdAt", t.financial_status as "financialStatus",
    t.fulfillment_status as "fulfillmentStatus", t.total, t.currency, t.customer_id as "customerId"`,
  from: 'orders',
  policy: ['t.created_at >= $3::timestamptz', 't.updated_at >= $3::timestamptz'],
};

const LINE_ITEMS = {
  select: `t.id, t.order_id as "orderId", t.name, t.sku, t.quantity, t.unit_price as "unitPrice", t.currency,
    t.product_id as "productId"`,
  from: 'line_items',
  where: 't.order_id = any ($1)',
  rest: 'order by t.order_id, t.position, t.id',
  policy: ['t.order_created_at >= $3::timestamptz'],
};

const orderById = queryOf<OrderRow>({ ...ORDERS, name: 'order', where: 't.id = $1' });

const orderWithCustomerById = queryOf<OrderWithCustomer>({
  ...ORDERS,
  name: 'order-customer',
  where: 't.id = $1',
  join: {
    select: 'j.id as "joinedId", j.first_name as "firstName", j.last_name as "lastName", j.email',
    from: 'customers',
    on: 'j.id = t.customer_id',
  },
});

const orders = queryOf<OrderRow>({
  ...ORDERS,
  name: 'orders',
  rest: 'order by t.created_at desc, t.id desc limit $1',
});
const newestOrders = (limit: number) => orders(String(limit));

const customersById = byKeys<CustomerRow>({
  name: 'customers',
  select: 't.id, t.first_name as "firstName", t.last_name as "lastName", t.email',
  from: 'customers',
  where: 't.id = any ($1)',
});

const lineItemsOfOrders = byKeys<LineItemRow>({ ...LINE_ITEMS, name: 'line-items' });

const lineItemsWithProducts = byKeys<LineItemWithProduct>({
  ...LINE_ITEMS,
  name: 'line-items-products',
  join: {
    select: 'j.id as "joinedId", j.name as "productName", j.kind, j.status',
    from: 'products',
    on: 'j.id = t.product_id',
    policy: ['j.deleted_at is null'],
  },
});

const claimsOfOrders = byKeys<ClaimRow>({
  name: 'claims',
  select: 't.id, t.order_id as "orderId", t.type, t.state, t.created_at as "createdAt"',
  from: 'claims',
  where: 't.order_id = any ($1)',
  rest: 'order by t.order_id, t.created_at desc, t.id desc',
});

const productsById = byKeys<ProductRow>({
  name: 'products',
  select: 't.id, t.name, t.kind, t.status',
  from: 'products',
  where: 't.id = any ($1)',
  policy: ['t.deleted_at is null'],
});
