import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { Principal } from '../../src/token/principal.ts';
import type { Loaders } from './loaders.ts';
import { type MoneyValue, moneyOf } from './money.ts';
import { DateTime, orderPage } from './resolvers.ts';
import type { ClaimRow, CustomerRow, LineItemRow, OrderRow, ProductRow, Reader } from './rows.ts';

/** What resolvers and scopes need of a request. */
export interface Context {
  readonly principal: Principal;
  readonly reader: Reader;
  readonly loaders: Loaders;
}

interface Types {
  readonly Context: Context;
  readonly DefaultFieldNullability: false;
  readonly DefaultAuthStrategy: 'all';
  readonly AuthScopes: Record<ScopeName, boolean>;
  readonly Objects: {
    readonly Order: OrderRow;
    readonly OrderConnection: Awaited<ReturnType<typeof orderPage>>;
    readonly PageInfo: { readonly hasNextPage: boolean };
    readonly Money: MoneyValue;
    readonly Customer: CustomerRow;
    readonly LineItem: LineItemRow;
    readonly LineItemConnection: { readonly nodes: readonly LineItemRow[] };
    readonly Product: ProductRow;
    readonly Claim: ClaimRow;
    readonly ClaimConnection: { readonly nodes: readonly ClaimRow[] };
  };
  readonly Scalars: {
    readonly DateTime: { readonly Input: Date; readonly Output: Date };
    readonly Decimal: { readonly Input: string; readonly Output: string };
    readonly CurrencyCode: { readonly Input: string; readonly Output: string };
  };
}

const SCOPES = ['read_orders', 'read_customers', 'read_products', 'read_claims'] as const;
type ScopeName = (typeof SCOPES)[number];

const builder = new SchemaBuilder<Types>({
  plugins: [ScopeAuthPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    defaultStrategy: 'all',
    authScopes: ({ principal: { grantedScopes } }) => ({
      read_orders: grantedScopes.has('read_orders'),
      read_customers: grantedScopes.has('read_customers'),
      read_products: grantedScopes.has('read_products'),
      read_claims: grantedScopes.has('read_claims'),
    }),
  },
});

builder.addScalarType('DateTime', DateTime, {});
for (const name of ['Decimal', 'CurrencyCode'] as const) {
  builder.scalarType(name, { serialize: (value) => value });
}
const enumOf = <const V extends readonly string[]>(name: string, ...values: V) =>
  builder.enumType(name, { values });
const FinancialStatus = enumOf(
  'OrderFinancialStatus',
  ...([
    'AUTHORIZED',
    'EXPIRED',
    'PAID',
    'PARTIALLY_PAID',
    'PARTIALLY_REFUNDED',
    'PENDING',
  ] as const),
  ...(['REFUNDED', 'UNKNOWN', 'VOIDED'] as const),
);
const FulfillmentStatus = enumOf(
  'OrderFulfillmentStatus',
  ...(['FULFILLED', 'ON_HOLD', 'PARTIALLY_FULFILLED', 'RESTOCKED', 'SCHEDULED'] as const),
  ...(['UNFULFILLED', 'UNKNOWN'] as const),
);
const ProductKind = enumOf('ProductKind', 'GROUPED', 'SIMPLE');
const ProductStatus = enumOf('ProductStatus', 'ACTIVE', 'ARCHIVED', 'DRAFT', 'UNKNOWN');
const ClaimType = enumOf(
  'ClaimType',
  ...([
    'DAMAGED',
    'DEFECTIVE_ITEM',
    'MISSING_ITEM',
    'MULTIPLE',
    'ORDER_DELIVERED_NOT_RECEIVED',
  ] as const),
  ...([
    'RETURNED_TO_SENDER',
    'STOLEN',
    'TRACKING_NOT_MOVING',
    'WRONG_ADDRESS',
    'WRONG_ITEM',
  ] as const),
);
const ClaimState = enumOf(
  'ClaimState',
  ...(['APPROVED', 'ARCHIVED', 'CLOSED', 'COMMUNICATING', 'DENIED', 'DISMISSED', 'NEW'] as const),
  ...(['OPEN', 'RESOLVED', 'RESOLVED_BY_BRAND', 'TEMPORARILY_DISMISSED'] as const),
  ...(['WAITING_FOR_BRAND', 'WAITING_FOR_CUSTOMER', 'WAITING_FOR_OP'] as const),
);

builder.queryType({
  fields: (t) => ({
    order: t.field({
      type: 'Order',
      nullable: true,
      authScopes: { read_orders: true },
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, { id }, { reader }) => reader.order(String(id)),
    }),
    orders: t.field({
      type: 'OrderConnection',
      nullable: true,
      authScopes: { read_orders: true },
      args: { first: t.arg.int({ required: true, defaultValue: 25 }) },
      resolve: (_, { first }, { reader }) => orderPage(reader, first),
    }),
  }),
});

builder.objectType('Order', {
  authScopes: { read_orders: true },
  fields: (t) => ({
    id: t.exposeID('id'),
    sourceNumber: t.exposeString('sourceNumber'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    financialStatus: t.expose('financialStatus', { type: FinancialStatus }),
    fulfillmentStatus: t.expose('fulfillmentStatus', { type: FulfillmentStatus }),
    total: t.field({
      type: 'Money',
      resolve: ({ total, currency }) => moneyOf(total, currency),
    }),
    customer: t.field({
      type: 'Customer',
      nullable: true,
      authScopes: { read_customers: true },
      resolve: ({ customerId }, _, { loaders }) =>
        customerId === null ? null : loaders.customer.load(customerId),
    }),
    lineItems: t.field({
      type: 'LineItemConnection',
      args: { first: t.arg.int({ required: true, defaultValue: 25 }) },
      resolve: async ({ id }, { first }, { loaders }) => ({
        nodes: (await loaders.lineItems.load(id)).slice(0, first),
      }),
    }),
    claims: t.field({
      type: 'ClaimConnection',
      nullable: true,
      authScopes: { read_claims: true },
      args: { first: t.arg.int({ required: true, defaultValue: 25 }) },
      resolve: async ({ id }, { first }, { loaders }) => ({
        nodes: (await loaders.claims.load(id)).slice(0, first),
      }),
    }),
  }),
});

builder.objectType('OrderConnection', {
  authScopes: { read_orders: true },
  fields: (t) => ({
    nodes: t.expose('nodes', { type: ['Order'] }),
    pageInfo: t.expose('pageInfo', { type: 'PageInfo' }),
  }),
});
builder.objectType('LineItemConnection', {
  authScopes: { read_orders: true },
  fields: (t) => ({ nodes: t.expose('nodes', { type: ['LineItem'] }) }),
});
builder.objectType('ClaimConnection', {
  authScopes: { read_claims: true },
  fields: (t) => ({ nodes: t.expose('nodes', { type: ['Claim'] }) }),
});
builder.objectType('PageInfo', {
  fields: (t) => ({ hasNextPage: t.exposeBoolean('hasNextPage') }),
});
builder.objectType('Money', {
  fields: (t) => ({
    amount: t.expose('amount', { type: 'Decimal' }),
    currencyCode: t.expose('currencyCode', { type: 'CurrencyCode' }),
  }),
});

builder.objectType('Customer', {
  authScopes: { read_customers: true },
  fields: (t) => ({
    id: t.exposeID('id'),
    firstName: t.exposeString('firstName', { nullable: true }),
    lastName: t.exposeString('lastName', { nullable: true }),
    email: t.exposeString('email', { nullable: true }),
  }),
});

builder.objectType('LineItem', {
  authScopes: { read_orders: true },
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    sku: t.exposeString('sku', { nullable: true }),
    quantity: t.exposeInt('quantity'),
    unitPrice: t.field({
      type: 'Money',
      resolve: ({ unitPrice, currency }) => moneyOf(unitPrice, currency),
    }),
    product: t.field({
      type: 'Product',
      nullable: true,
      authScopes: { read_products: true },
      resolve: ({ productId }, _, { loaders }) =>
        productId === null ? null : loaders.product.load(productId),
    }),
  }),
});

builder.objectType('Product', {
  authScopes: { read_products: true },
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    kind: t.expose('kind', { type: ProductKind }),
    status: t.expose('status', { type: ProductStatus }),
  }),
});

builder.objectType('Claim', {
  authScopes: { read_claims: true },
  fields: (t) => ({
    id: t.exposeID('id'),
    type: t.expose('type', { type: ClaimType, nullable: true }),
    state: t.expose('state', { type: ClaimState }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

export const schema = builder.toSchema();
