import type { DatabaseRow } from '../src/data/database.ts';
import {
  type Ask,
  claimsOfOrders,
  customersById,
  lineItemsOfOrders,
  newestOrders,
  oneOrder,
  productsById,
} from './rest-data.ts';

/** One order with its customer, as the GraphQL answer has it. */
export async function answerOrder(ask: Ask, id: string): Promise<object> {
  const [orders = []] = await ask([oneOrder(id)]);
  const [order] = orders;
  if (order === undefined) return { order: null };
  const [customers = []] =
    order.customer_id === null ? [] : await ask([customersById([idOf(order, 'customer_id')])]);
  return { order: orderOf(order, customers[0]) };
}

/** The newest orders with everything of theirs, in three steps. */
export async function answerOrders(ask: Ask, first: number): Promise<object> {
  const [found = []] = await ask([newestOrders(first + 1)]);
  const orders = found.slice(0, first);
  const ids = orders.map((order) => idOf(order, 'id'));
  const [customers = [], lineItems = [], claims = []] = await ask([
    customersById(distinct(orders, 'customer_id')),
    lineItemsOfOrders(ids),
    claimsOfOrders(ids),
  ]);
  const [products = []] = await ask([productsById(distinct(lineItems, 'product_id'))]);

  const customerOf = keyed(customers);
  const productOf = keyed(products);
  const itemsOf = grouped(lineItems);
  const claimsOf = grouped(claims);
  const nodes = orders.map((order) => ({
    ...orderOf(order, customerOf.get(order.customer_id)),
    lineItems: {
      nodes: (itemsOf.get(order.id) ?? []).map((item) => ({
        id: item.id,
        name: item.name,
        sku: item.sku,
        quantity: item.quantity,
        unitPrice: moneyOf(item.unit_price, item.currency),
        product: productOf.get(item.product_id) ?? null,
      })),
    },
    claims: {
      nodes: (claimsOf.get(order.id) ?? []).map((claim) => ({
        id: claim.id,
        type: claim.type,
        state: claim.state,
        createdAt: claim.created_at,
      })),
    },
  }));
  return { orders: { nodes, pageInfo: { hasNextPage: found.length > first } } };
}

function orderOf(order: DatabaseRow, customer: DatabaseRow | undefined) {
  return {
    id: order.id,
    sourceNumber: order.source_number,
    createdAt: order.created_at,
    financialStatus: order.financial_status,
    fulfillmentStatus: order.fulfillment_status,
    total: moneyOf(order.total, order.currency),
    customer: customer
      ? {
          id: customer.id,
          firstName: customer.first_name,
          lastName: customer.last_name,
          email: customer.email,
        }
      : null,
  };
}

const DIGITS = new Map<unknown, number>();

function digitsOf(currency: unknown): number {
  const known = DIGITS.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: String(currency) });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  DIGITS.set(currency, digits);
  return digits;
}

/** An amount that is not negative, as none is here. */
function moneyOf(minorUnits: unknown, currency: unknown) {
  const digits = digitsOf(currency);
  const text = String(minorUnits).padStart(digits + 1, '0');
  const amount = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return { amount, currencyCode: currency };
}

const idOf = (row: DatabaseRow, column: string) => row[column] as string;

function distinct(rows: readonly DatabaseRow[], column: string): readonly string[] {
  const ids = new Set(rows.map((row) => row[column] as string | null));
  return [...ids].filter((id) => id !== null);
}

const keyed = (rows: readonly DatabaseRow[]) => new Map(rows.map((row) => [row.id, row]));

function grouped(rows: readonly DatabaseRow[]): ReadonlyMap<unknown, DatabaseRow[]> {
  const groups = new Map<unknown, DatabaseRow[]>();
  for (const row of rows) {
    const group = groups.get(row.order_id);
    if (group) group.push(row);
    else groups.set(row.order_id, [row]);
  }
  return groups;
}
