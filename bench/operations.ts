/** What is asked: the same of every server, in GraphQL or as REST. */

const Q1 = `query Order($id: ID!) {
  order(id: $id) {
    id
    sourceNumber
    createdAt
    financialStatus
    fulfillmentStatus
    total { amount currencyCode }
    customer { id firstName lastName email }
  }
}`;

const Q2 = `query Orders {
  orders(first: 50) {
    nodes {
      id
      sourceNumber
      createdAt
      financialStatus
      fulfillmentStatus
      total { amount currencyCode }
      customer { id firstName lastName email }
      lineItems(first: 10) {
        nodes {
          id
          name
          sku
          quantity
          unitPrice { amount currencyCode }
          product { id name kind status }
        }
      }
      claims(first: 5) { nodes { id type state createdAt } }
    }
    pageInfo { hasNextPage }
  }
}`;

export const OPERATIONS = [
  { name: 'Q1', title: 'one order: 6 fields and its customer' },
  { name: 'Q2', title: '50 newest orders with line items, their products, customer and claims' },
] as const;

export type OperationName = (typeof OPERATIONS)[number]['name'];

/** An HTTP request as both fetch and autocannon take it. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a kind of server is asked. */
export type RequestOf = (operation: OperationName, orderId: string) => BenchRequest;

export const asGraphql =
  (documents: Readonly<Record<OperationName, string>>) =>
  (token: string): RequestOf =>
  (operation, id) => ({
    method: 'POST',
    path: '/graphql',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      query: documents[operation],
      ...(operation === 'Q1' && { variables: { id } }),
    }),
  });

export const DOCUMENTS: Readonly<Record<OperationName, string>> = { Q1, Q2 };

export const graphqlRequests = asGraphql(DOCUMENTS);

export const restRequests =
  (token: string): RequestOf =>
  (operation, id) => ({
    method: 'GET',
    path: operation === 'Q1' ? `/orders/${id}` : '/orders?first=50',
    headers: { authorization: `Bearer ${token}` },
  });
