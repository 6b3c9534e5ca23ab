import pg from 'pg';
import { textArray } from '../src/data/cells.ts';
import {
  type Database,
  type DatabaseRow,
  DECODERS,
  type Statement,
  sessionStatement,
} from '../src/data/database.ts';
import type { Session } from '../src/data/source.ts';
import { APP_ROLE } from '../src/data/tables/columns.ts';

/** Runs statements that do not depend on each other and gives the rows of each. */
export type Ask = (
  statements: readonly Statement[],
) => Promise<readonly (readonly DatabaseRow[])[]>;

/** Lets work ask the database under a session. */
export type Access = <T>(session: Session, work: (ask: Ask) => Promise<T>) => Promise<T>;

/** The gateway's own way: what belongs together is one transaction and one round trip. */
export const inWaves =
  (database: Database): Access =>
  (session, work) =>
    work((statements) => database.wave(session, statements));

/** As it is ordinarily written: a connection, BEGIN, the session, one statement after another, COMMIT. */
export function inTransaction(url: string, connections: number): Access {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    options: `-c role=${APP_ROLE} -c plan_cache_mode=force_generic_plan -c timezone=UTC -c datestyle=ISO`,
    types: { getTypeParser: (type: number) => DECODERS[type] ?? String },
  });
  return async (session, work) => {
    const client = await pool.connect();
    const run = async ({ name, text, values }: Statement): Promise<readonly DatabaseRow[]> => {
      const { rows } = await client.query({ name: name ?? '', text, values: [...values] });
      return rows;
    };
    try {
      await client.query('begin');
      await run(sessionStatement(session));
      const result = await work(async (statements) => {
        const results = [];
        for (const statement of statements) results.push(await run(statement));
        return results;
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

const ORDER =
  'id, source_number, created_at, financial_status, fulfillment_status, total, currency, customer_id';

export const oneOrder = (id: string): Statement => ({
  name: 'rest-order',
  text: `select ${ORDER} from commerce.orders where id = $1`,
  values: [id],
});

export const newestOrders = (limit: number): Statement => ({
  name: 'rest-orders',
  text: `select ${ORDER} from commerce.orders order by created_at desc, id desc limit $1`,
  values: [String(limit)],
});

const byKeys =
  (name: string, text: string) =>
  (keys: readonly string[]): Statement => ({ name, text, values: [textArray(keys)] });

export const customersById = byKeys(
  'rest-customers',
  'select id, first_name, last_name, email from commerce.customers where id = any ($1)',
);

export const lineItemsOfOrders = byKeys(
  'rest-line-items',
  `select id, order_id, name, sku, quantity, unit_price, currency, product_id from commerce.line_items
    where order_id = any ($1) order by order_id, position, id`,
);

export const claimsOfOrders = byKeys(
  'rest-claims',
  `select id, order_id, type, state, created_at from commerce.claims
    where order_id = any ($1) order by order_id, created_at desc, id desc`,
);

export const productsById = byKeys(
  'rest-products',
  'select id, name, kind, status from commerce.products where id = any ($1)',
);
