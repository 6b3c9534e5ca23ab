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

/** Five statements in three steps. */
function createRestReader(access: Access): RestReader {
  return {
    orderWithCustomer: (session, id) =>
      access(session, async (ask) => {
        const [[order]] = await ask([orderById(id)]);
        if (order === undefined) return null;
        if (order.customerId === null) return { order, customer: null };
        const [[customer]] = await ask([customersById([order.customerId])]);
        return { order, customer: customer ?? null };
      }),
    newestWithAll: (session, limit) =>
      access(session, async (ask) => {
        const [orders] = await ask([newestOrders(limit)]);
        const ids = orders.map(({ id }) => id);
        const [customers, lineItems, claims] = await ask([
          customersById(distinct(orders.map(({ customerId }) => customerId))),
          lineItemsOfOrders(ids),
          claimsOfOrders(ids),
        ]);
        const [products] = await ask([
          productsById(distinct(lineItems.map(({ productId }) => productId))),
        ]);
        return {
          orders,
          lookups: {
            customers: keyed(customers),
            products: keyed(products),
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
}

/** A query for one value, as row-level security lets it be written and as it is without. */
function queryOf<R>({ name, select, from, where, rest = '', policy = [] }: Parts) {
  const text = (conditions: readonly string[]) =>
    [
      `select ${select} from commerce.${from}`,
      ...(conditions.length > 0 ? [`where ${conditions.join(' and ')}`] : []),
      rest,
    ].join(' ');
  const own = where === undefined ? [] : [where];
  const bound = { name: `peer-${name}`, text: text(own) };
  const unbound = {
    name: `peer-${name}-unbound`,
    text: text([...own, 'store_id = $2', ...policy]),
    isWindowed: policy.some((condition) => condition.includes('$3')),
  };
  return (value: string): Query<R> => ({ ...bound, values: [value], unbound });
}

const byKeys = <R>(parts: Parts) => {
  const of = queryOf<R>(parts);
  return (keys: readonly string[]) => of(textArray(keys));
};

const ORDERS = {
  select: `id, source_number as "sourceNumber", created_at as "createdAt", financial_status as "financialStatus",
    fulfillment_status as "fulfillmentStatus", total, currency, customer_id as "customerId"`,
  from: 'orders',
  policy: ['created_at >= $3::timestamptz', 'updated_at >= $3::timestamptz'],
};

const orderById = queryOf<OrderRow>({ ...ORDERS, name: 'order', where: 'id = $1' });

const orders = queryOf<OrderRow>({
  ...ORDERS,
  name: 'orders',
  rest: 'order by created_at desc, id desc limit $1',
});
const newestOrders = (limit: number) => orders(String(limit));

const customersById = byKeys<CustomerRow>({
  name: 'customers',
  select: 'id, first_name as "firstName", last_name as "lastName", email',
  from: 'customers',
  where: 'id = any ($1)',
});

const lineItemsOfOrders = byKeys<LineItemRow>({
  name: 'line-items',
  select: `id, order_id as "orderId", name, sku, quantity, unit_price as "unitPrice", currency, product_id as "productId"`,
  from: 'line_items',
  where: 'order_id = any ($1)',
  rest: 'order by order_id, position, id',
  policy: ['order_created_at >= $3::timestamptz'],
});

const claimsOfOrders = byKeys<ClaimRow>({
  name: 'claims',
  select: 'id, order_id as "orderId", type, state, created_at as "createdAt"',
  from: 'claims',
  where: 'order_id = any ($1)',
  rest: 'order by order_id, created_at desc, id desc',
});

const productsById = byKeys<ProductRow>({
  name: 'products',
  select: 'id, name, kind, status',
  from: 'products',
  where: 'id = any ($1)',
  policy: ['deleted_at is null'],
});
