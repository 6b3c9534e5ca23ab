import { asGraphql } from './operations.ts';
import { moneyOf } from './peers/money.ts';

/** The operations in the schema that PostGraphile makes of the tables: the same rows and columns by its names. */

const ORDER = `rowId sourceNumber createdAt financialStatus fulfillmentStatus total currency
    customerByStoreIdAndCustomerId { rowId firstName lastName email }`;

const Q1 = `query Order($id: String!) {
  orderByRowId(rowId: $id) {
    ${ORDER}
  }
}`;

const Q2 = `query Orders {
  allOrders(first: 50, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
    nodes {
    ${ORDER}
      lineItemsByStoreIdAndOrderIdAndOrderCreatedAt(first: 10, orderBy: [POSITION_ASC, ROW_ID_ASC]) {
        nodes {
          rowId name sku quantity unitPrice currency
          productByStoreIdAndProductId { rowId name kind status }
        }
      }
      claimsByStoreIdAndOrderIdAndOrderCreatedAt(first: 5, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
        nodes { rowId type state createdAt }
      }
    }
    pageInfo { hasNextPage }
  }
}`;

export const postgraphileRequests = asGraphql({ Q1, Q2 });

interface Row extends Readonly<Record<string, unknown>> {
  readonly rowId: string;
}
interface Nodes<R> {
  readonly nodes: readonly R[];
}
interface OrderRow extends Row {
  readonly createdAt: string;
  readonly total: string;
  readonly currency: string;
  readonly customerByStoreIdAndCustomerId: Row | null;
  readonly lineItemsByStoreIdAndOrderIdAndOrderCreatedAt?: Nodes<LineItemRow>;
  readonly claimsByStoreIdAndOrderIdAndOrderCreatedAt?: Nodes<ClaimRow>;
}
interface LineItemRow extends Row {
  readonly unitPrice: string;
  readonly currency: string;
  readonly productByStoreIdAndProductId: Row | null;
}
interface ClaimRow extends Row {
  readonly createdAt: string;
}
interface Data {
  readonly orderByRowId?: OrderRow | null;
  readonly allOrders?: Nodes<OrderRow> & { readonly pageInfo: object };
}

/** What the other servers' answers equal: by the gateway's names, amounts and moments as it writes them. */
export function dataOfPostgraphile(body: unknown): unknown {
  const { orderByRowId, allOrders } = (body as { data: Data }).data;
  if (allOrders === undefined) return { order: orderByRowId ? orderOf(orderByRowId) : null };
  const { nodes, pageInfo } = allOrders;
  return { orders: { nodes: nodes.map(orderOf), pageInfo } };
}

const named = ({ rowId, ...rest }: Row) => ({ id: rowId, ...rest });
const momentOf = (text: string) => new Date(text).toISOString();

function orderOf({
  total,
  currency,
  customerByStoreIdAndCustomerId: customer,
  lineItemsByStoreIdAndOrderIdAndOrderCreatedAt: lineItems,
  claimsByStoreIdAndOrderIdAndOrderCreatedAt: claims,
  ...order
}: OrderRow) {
  return {
    ...named(order),
    createdAt: momentOf(order.createdAt),
    total: moneyOf(BigInt(total), currency),
    customer: customer && named(customer),
    ...(lineItems && { lineItems: { nodes: lineItems.nodes.map(lineItemOf) } }),
    ...(claims && { claims: { nodes: claims.nodes.map(claimOf) } }),
  };
}

const lineItemOf = ({
  unitPrice,
  currency,
  productByStoreIdAndProductId,
  ...item
}: LineItemRow) => ({
  ...named(item),
  unitPrice: moneyOf(BigInt(unitPrice), currency),
  product: productByStoreIdAndProductId && named(productByStoreIdAndProductId),
});

const claimOf = (claim: ClaimRow) => ({ ...named(claim), createdAt: momentOf(claim.createdAt) });
