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

/** A statement that says what its rows are; its columns are named as the rows' fields. */
type Query<R> = Statement & { readonly rows?: R };
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
   * ordinarily written, a connection, BEGIN, the session, one statement after another, COMMIT.
   */
  readonly access: 'waves' | 'awaited';
}

/** The same database, role, settings and statements for every peer. */
export function createPostgresData(options: PostgresDataOptions): PeerData {
  const database = createPostgres(options);
  const source = createSqlSource(database);
  const access = options.access === 'waves' ? inWaves(database) : inTransaction(options);
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

const inWaves =
  (database: Database): Access =>
  (session, work) =>
    work(async (queries) => (await database.wave(session, queries)) as RowsOf<typeof queries>);

function inTransaction({ url, connections }: PostgresDataOptions): Access {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    options: `-c role=${APP_ROLE} -c plan_cache_mode=force_generic_plan -c timezone=UTC -c datestyle=ISO`,
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
}

const ORDER = `id, source_number as "sourceNumber", created_at as "createdAt", financial_status as "financialStatus",
  fulfillment_status as "fulfillmentStatus", total, currency, customer_id as "customerId"`;

const orderById = (id: string): Query<OrderRow> => ({
  name: 'peer-order',
  text: `select ${ORDER} from commerce.orders where id = $1`,
  values: [id],
});

const newestOrders = (limit: number): Query<OrderRow> => ({
  name: 'peer-orders',
  text: `select ${ORDER} from commerce.orders order by created_at desc, id desc limit $1`,
  values: [String(limit)],
});

const byKeys =
  <R>(name: string, text: string) =>
  (keys: readonly string[]): Query<R> => ({ name, text, values: [textArray(keys)] });

const customersById = byKeys<CustomerRow>(
  'peer-customers',
  'select id, first_name as "firstName", last_name as "lastName", email from commerce.customers where id = any ($1)',
);

const lineItemsOfOrders = byKeys<LineItemRow>(
  'peer-line-items',
  `select id, order_id as "orderId", name, sku, quantity, unit_price as "unitPrice", currency, product_id as "productId"
    from commerce.line_items where order_id = any ($1) order by order_id, position, id`,
);

const claimsOfOrders = byKeys<ClaimRow>(
  'peer-claims',
  `select id, order_id as "orderId", type, state, created_at as "createdAt"
    from commerce.claims where order_id = any ($1) order by order_id, created_at desc, id desc`,
);

const productsById = byKeys<ProductRow>(
  'peer-products',
  'select id, name, kind, status from commerce.products where id = any ($1)',
);
