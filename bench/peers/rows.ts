import type { Row } from '../../src/data/entities.ts';
import type { Session } from '../../src/data/source.ts';
import type { AppDirectory } from '../../src/token/app-directory.ts';

/** What the two operations show of each entity: all that a peer reads. */
export type OrderRow = Pick<
  Row<'order'>,
  | 'id'
  | 'sourceNumber'
  | 'createdAt'
  | 'financialStatus'
  | 'fulfillmentStatus'
  | 'total'
  | 'currency'
  | 'customerId'
>;
export type CustomerRow = Pick<Row<'customer'>, 'id' | 'firstName' | 'lastName' | 'email'>;
export type ProductRow = Pick<Row<'product'>, 'id' | 'name' | 'kind' | 'status'>;
export type LineItemRow = Pick<
  Row<'lineItem'>,
  'id' | 'orderId' | 'name' | 'sku' | 'quantity' | 'unitPrice' | 'currency' | 'productId'
>;
export type ClaimRow = Pick<Row<'claim'>, 'id' | 'orderId' | 'type' | 'state' | 'createdAt'>;

/** At once from memory, later from a database. */
export type Maybe<T> = T | Promise<T>;

/**
 * What a GraphQL peer loads with, under one session. Every list is loaded for many parents at once, by the peer's
 * own batching; rows come in any order, those of one order in the order that they are shown in.
 */
export interface Reader {
  order(id: string): Maybe<OrderRow | null>;
  newestOrders(limit: number): Maybe<readonly OrderRow[]>;
  customers(ids: readonly string[]): Maybe<readonly CustomerRow[]>;
  products(ids: readonly string[]): Maybe<readonly ProductRow[]>;
  lineItems(orderIds: readonly string[]): Maybe<readonly LineItemRow[]>;
  claims(orderIds: readonly string[]): Maybe<readonly ClaimRow[]>;
}

/** What hangs off a list of orders, by what it is found by. */
export interface Lookups {
  readonly customers: ReadonlyMap<string, CustomerRow>;
  readonly products: ReadonlyMap<string, ProductRow>;
  readonly lineItems: ReadonlyMap<string, readonly LineItemRow[]>;
  readonly claims: ReadonlyMap<string, readonly ClaimRow[]>;
}

export interface FoundOrder {
  readonly order: OrderRow;
  readonly customer: CustomerRow | null;
}

export interface FoundOrders {
  readonly orders: readonly OrderRow[];
  readonly lookups: Lookups;
}

/** What a hand-written handler loads with: everything that one answer needs in one call. */
export interface RestReader {
  orderWithCustomer(session: Session, id: string): Maybe<FoundOrder | null>;
  newestWithAll(session: Session, limit: number): Maybe<FoundOrders>;
}

/** Where a peer's data is. */
export interface PeerData {
  readerOf(session: Session): Reader;
  readonly rest: RestReader;
  /** The store with this id. */
  resolveStore(id: string): Promise<{ id: string; name: string; domain: string } | null>;
  /** Which app a token's client is, if any. */
  readonly directory: AppDirectory;
}

export const keyed = <R extends { readonly id: string }>(rows: readonly R[]): Map<string, R> =>
  new Map(rows.map((row) => [row.id, row]));

export function grouped<R extends { readonly orderId: string }>(
  rows: readonly R[],
): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(row.orderId);
    if (group) group.push(row);
    else groups.set(row.orderId, [row]);
  }
  return groups;
}
