import { GraphQLScalarType } from 'graphql';
import type { Loaders } from './loaders.ts';
import { moneyOf } from './money.ts';
import type { LineItemRow, OrderRow, Reader } from './rows.ts';

/** What the resolvers of the peers with SDL need of a request. */
export interface LoadContext {
  readonly reader: Reader;
  readonly loaders: Loaders;
}

interface FirstArgument {
  readonly first: number;
}

/** Shown as it is; RFC 3339 for moments. */
export const DateTime = new GraphQLScalarType({
  name: 'DateTime',
  serialize: (value) => (value as Date).toISOString(),
});
const asItIs = (name: string) => new GraphQLScalarType({ name, serialize: (value) => value });
export const SCALARS = {
  DateTime,
  Decimal: asItIs('Decimal'),
  CurrencyCode: asItIs('CurrencyCode'),
};

/** The newest orders as a connection. One more than `first` is looked for. */
export async function orderPage(reader: Reader, first: number) {
  const orders = await reader.newestOrders(first + 1);
  return { nodes: orders.slice(0, first), pageInfo: { hasNextPage: orders.length > first } };
}

/** Fields that are columns need no resolver. */
export const RESOLVERS = {
  ...SCALARS,
  Query: {
    order: (_: unknown, { id }: { id: string }, { reader }: LoadContext) => reader.order(id),
    orders: (_: unknown, { first }: FirstArgument, { reader }: LoadContext) =>
      orderPage(reader, first),
  },
  Order: {
    total: ({ total, currency }: OrderRow) => moneyOf(total, currency),
    customer: ({ customerId }: OrderRow, _: unknown, { loaders }: LoadContext) =>
      customerId === null ? null : loaders.customer.load(customerId),
    lineItems: async ({ id }: OrderRow, { first }: FirstArgument, { loaders }: LoadContext) => ({
      nodes: (await loaders.lineItems.load(id)).slice(0, first),
    }),
    claims: async ({ id }: OrderRow, { first }: FirstArgument, { loaders }: LoadContext) => ({
      nodes: (await loaders.claims.load(id)).slice(0, first),
    }),
  },
  LineItem: {
    unitPrice: ({ unitPrice, currency }: LineItemRow) => moneyOf(unitPrice, currency),
    product: ({ productId }: LineItemRow, _: unknown, { loaders }: LoadContext) =>
      productId === null ? null : loaders.product.load(productId),
  },
};
