import type { Session } from '../../src/data/source.ts';
import { createMemoryRows, MEMORY_ORDERS, type MemoryRows } from '../memory-rows.ts';
import { grouped, keyed, type Lookups, type OrderRow, type PeerData } from './rows.ts';

/**
 * The rows in Maps and arrays, found as one would by hand. Store and window bind here too: a session of another store
 * finds nothing, and what is older than the window is left out.
 */
export function createMemoryData(rows: MemoryRows = createMemoryRows(MEMORY_ORDERS)): PeerData {
  const [store] = rows.store;
  const orders = keyed<OrderRow>(rows.order);
  const lookups: Lookups = {
    customers: keyed(rows.customer),
    products: keyed(rows.product),
    lineItems: grouped(rows.lineItem),
    claims: grouped(rows.claim),
  };
  const nothing: Lookups = {
    customers: new Map(),
    products: new Map(),
    lineItems: new Map(),
    claims: new Map(),
  };
  const isOurs = ({ storeId }: Session) => storeId === store?.id;
  const inSight = ({ ordersSince }: Session, { createdAt }: OrderRow) =>
    ordersSince === null || createdAt >= ordersSince;

  const findOrder = (session: Session, id: string): OrderRow | null => {
    const order = orders.get(id);
    return order !== undefined && isOurs(session) && inSight(session, order) ? order : null;
  };
  const newest = (session: Session, limit: number): readonly OrderRow[] => {
    if (!isOurs(session)) return [];
    const page = rows.order.slice(0, limit);
    return session.ordersSince === null ? page : page.filter((order) => inSight(session, order));
  };

  return {
    readerOf(session) {
      const { customers, products, lineItems, claims } = isOurs(session) ? lookups : nothing;
      return {
        order: (id) => findOrder(session, id),
        newestOrders: (limit) => newest(session, limit),
        customers: (ids) => found(customers, ids),
        products: (ids) => found(products, ids),
        lineItems: (ids) => found(lineItems, ids).flat(),
        claims: (ids) => found(claims, ids).flat(),
      };
    },
    rest: {
      orderWithCustomer(session, id) {
        const order = findOrder(session, id);
        if (order === null) return null;
        return { order, customer: lookups.customers.get(order.customerId ?? '') ?? null };
      },
      newestWithAll: (session, limit) => ({ orders: newest(session, limit), lookups }),
    },
    resolveStore: async (id) => (id === store?.id ? store : null),
    directory: { findAccessToken: async () => null, findLinkedApp: async () => null },
  };
}

function found<T>(map: ReadonlyMap<string, T>, keys: readonly string[]): readonly T[] {
  const values: T[] = [];
  for (const key of keys) {
    const value = map.get(key);
    if (value !== undefined) values.push(value);
  }
  return values;
}
