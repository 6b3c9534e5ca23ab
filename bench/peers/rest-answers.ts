import { moneyOf } from './money.ts';
import type {
  ClaimRow,
  CustomerRow,
  FoundOrder,
  FoundOrders,
  LineItemRow,
  Lookups,
  OrderRow,
} from './rows.ts';

/** One order with its customer, as the GraphQL answer has it. */
export const answerOrder = (found: FoundOrder | null) => ({
  order: found === null ? null : orderOf(found.order, found.customer),
});

/** The newest orders with everything of theirs. One more than `first` was looked for. */
export function answerOrders({ orders, lookups }: FoundOrders, first: number) {
  const nodes = orders.slice(0, first).map((order) => ({
    ...orderOf(order, lookups.customers.get(order.customerId ?? '') ?? null),
    lineItems: {
      nodes: (lookups.lineItems.get(order.id) ?? []).map((item) => lineItemOf(item, lookups)),
    },
    claims: { nodes: (lookups.claims.get(order.id) ?? []).map(claimOf) },
  }));
  return { orders: { nodes, pageInfo: { hasNextPage: orders.length > first } } };
}

const orderOf = (order: OrderRow, customer: CustomerRow | null) => ({
  id: order.id,
  sourceNumber: order.sourceNumber,
  createdAt: order.createdAt,
  financialStatus: order.financialStatus,
  fulfillmentStatus: order.fulfillmentStatus,
  total: moneyOf(order.total, order.currency),
  customer:
    customer === null
      ? null
      : {
          id: customer.id,
          firstName: customer.firstName,
          lastName: customer.lastName,
          email: customer.email,
        },
});

const lineItemOf = (item: LineItemRow, { products }: Lookups) => {
  const product = products.get(item.productId ?? '');
  return {
    id: item.id,
    name: item.name,
    sku: item.sku,
    quantity: item.quantity,
    unitPrice: moneyOf(item.unitPrice, item.currency),
    product:
      product === undefined
        ? null
        : { id: product.id, name: product.name, kind: product.kind, status: product.status },
  };
};

const claimOf = ({ id, type, state, createdAt }: ClaimRow) => ({ id, type, state, createdAt });
