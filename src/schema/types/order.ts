import type { Row } from '../../data/entities.ts';
import {
  FINANCIAL_STATUSES,
  ORDER_FULFILLMENT_STATUSES,
  PROTECTION_STATUSES,
  RISK_LEVELS,
} from '../../data/values.ts';
import { builder } from '../builder.ts';
import { edge, lookup } from '../fields.ts';
import { connectionType, filtering, list, ordering, period } from '../list.ts';
import { money } from '../money.ts';
import { Node } from '../node.ts';
import { platformEnum } from '../platform-enum.ts';
import { Address } from './address.ts';
import { Fulfillment, FulfillmentConnection } from './fulfillment.ts';
import { LineItem, LineItemConnection } from './line-item.ts';
import { Product } from './product.ts';
import { Platform } from './store.ts';

export const RiskLevel = platformEnum('OrderRiskLevel', {
  description: "How risky the merchant's platform holds an order to be.",
  values: RISK_LEVELS,
});

export const FinancialStatus = platformEnum('OrderFinancialStatus', {
  description: 'Where an order stands on payment.',
  values: FINANCIAL_STATUSES,
});

export const OrderFulfillmentStatus = platformEnum('OrderFulfillmentStatus', {
  description: 'How much of an order has been shipped.',
  values: ORDER_FULFILLMENT_STATUSES,
});

const ProtectionStatus = builder.enumType('OrderProtectionStatus', {
  description: 'Whether an order is protected.',
  values: PROTECTION_STATUSES,
});

const orders = { read_orders: true } as const;
const personal = { nullable: true, authScopes: { read_customers: true } } as const;

export const Order = builder.objectRef<Row<'order'>>('Order').implement({
  description:
    'An order of the store. Without `read_all_orders` only orders of the last 60 days exist, here and everywhere else.',
  interfaces: [Node],
  authScopes: orders,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `ord_`.' }),
    sourceId: t.exposeString('sourceId', { description: "The id on the merchant's platform." }),
    sourceNumber: t.exposeString('sourceNumber', {
      description: 'The number that the shopper and the merchant know.',
    }),
    platform: t.expose('platform', {
      type: Platform,
      description: 'The platform that the order was placed on.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: "When the order was placed on the merchant's platform.",
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the order last changed.',
    }),
    cancelledAt: t.expose('cancelledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was cancelled; null when it was not.',
    }),
    currency: t.expose('currency', {
      type: 'CurrencyCode',
      description: 'The currency of all its amounts.',
    }),
    subtotal: t.field(money('subtotal', 'The items at their prices, before discounts.')),
    discountTotal: t.field(money('discountTotal', 'All discounts together.')),
    shippingTotal: t.field(money('shippingTotal', 'What shipping cost.')),
    taxTotal: t.field(money('taxTotal', 'All taxes together.')),
    total: t.field(
      money('total', 'What the shopper paid: subtotal, less discounts, with shipping and tax.'),
    ),
    premiumPaid: t.field(money('premiumPaid', 'What the shopper paid for protection.')),
    premiumCost: t.field(money('premiumCost', 'What protection costs the merchant.')),
    premiumDiscount: t.field(money('premiumDiscount', 'The discount on protection.')),
    protectionStatus: t.expose('protectionStatus', {
      type: ProtectionStatus,
      description: 'Whether the order is protected.',
    }),
    protectionCancelledAt: t.expose('protectionCancelledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When protection was cancelled; null when it was not.',
    }),
    riskLevel: t.expose('riskLevel', {
      type: RiskLevel,
      nullable: true,
      description: 'How risky the platform holds it to be; null when it does not say.',
    }),
    financialStatus: t.expose('financialStatus', {
      type: FinancialStatus,
      description: 'Where it stands on payment.',
    }),
    fulfillmentStatus: t.expose('fulfillmentStatus', {
      type: OrderFulfillmentStatus,
      description: 'How much of it has been shipped.',
    }),
    tags: t.exposeStringList('tags', { description: 'Labels that the merchant gave.' }),
    contactName: t.exposeString('contactName', {
      ...personal,
      description: 'The name the shopper gave.',
    }),
    contactEmail: t.exposeString('contactEmail', {
      ...personal,
      description: 'The e-mail address the shopper gave.',
    }),
    contactPhone: t.exposeString('contactPhone', {
      ...personal,
      description: 'The phone number the shopper gave.',
    }),
    shippingAddress: t.expose('shippingAddress', {
      ...personal,
      type: Address,
      description: 'Where it is shipped to.',
    }),
    billingAddress: t.expose('billingAddress', {
      ...personal,
      type: Address,
      description: 'Where the bill goes.',
    }),
    lineItems: t.field({
      description: 'What was bought.',
      ...list(t, {
        type: LineItemConnection,
        batch: 'lineItemsByOrder',
        parent: 'id',
        columns: ['position', 'id'],
        direction: 'asc',
      }),
    }),
    fulfillments: t.field({
      description: 'The shipments, oldest first.',
      ...list(t, {
        type: FulfillmentConnection,
        batch: 'fulfillmentsByOrder',
        parent: 'id',
        columns: ['createdAt', 'id'],
        direction: 'asc',
      }),
    }),
  }),
});

export const OrderConnection = connectionType(Order, orders);

builder.objectField(Product, 'lineItems', (t) =>
  t.field({
    nullable: true,
    authScopes: orders,
    description: 'Where orders in sight bought it, newest first.',
    ...list(t, {
      type: LineItemConnection,
      batch: 'lineItemsByProduct',
      parent: 'id',
      columns: ['orderCreatedAt', 'id'],
      direction: 'desc',
    }),
  }),
);

const toOrder = {
  type: Order,
  nullable: true,
  description: 'The order it belongs to.',
  ...edge('orderById', 'orderId'),
} as const;

builder.objectField(LineItem, 'order', (t) => t.field(toOrder));
builder.objectField(Fulfillment, 'order', (t) => t.field(toOrder));

builder.objectFields(Order, (t) => ({
  originalOrder: t.field({
    type: Order,
    nullable: true,
    description: 'The order that this one replaces; null when it replaces none in sight.',
    ...edge('orderById', 'originalOrderId'),
  }),
  replacements: t.field({
    description: 'The orders that replace this one, newest first.',
    ...list(t, {
      type: OrderConnection,
      batch: 'replacementsByOrder',
      parent: 'id',
      columns: ['createdAt', 'id'],
      direction: 'desc',
    }),
  }),
}));

export const orderOrdering = ordering<'order'>('Order', {
  CREATED_AT: { columns: ['createdAt', 'id'], description: 'When the order was placed.' },
  UPDATED_AT: { columns: ['updatedAt', 'id'], description: 'When the order last changed.' },
  CONTACT_EMAIL: {
    columns: ['contactEmailLower', 'id'],
    description: 'The e-mail address the shopper gave.',
    authScopes: { read_customers: true },
  },
});

const orderFiltering = filtering<'order'>('Order', {
  ...period('created', 'Placed'),
  ...period('updated', 'Changed'),
  sourceNumber: {
    type: 'String',
    column: 'sourceNumber',
    operator: 'equals',
    description: 'The number that the shopper and the merchant know.',
  },
  customerEmail: {
    type: 'String',
    column: 'contactEmailLower',
    operator: 'equals',
    lowerCase: true,
    description: 'The e-mail address the shopper gave, whole, in any case.',
    authScopes: { read_customers: true },
  },
  financialStatus: {
    type: FinancialStatus,
    column: 'financialStatus',
    operator: 'equals',
    description: 'Only orders with this payment status.',
  },
  fulfillmentStatus: {
    type: OrderFulfillmentStatus,
    column: 'fulfillmentStatus',
    operator: 'equals',
    description: 'Only orders with this shipping status.',
  },
  protectionStatus: {
    type: ProtectionStatus,
    column: 'protectionStatus',
    operator: 'equals',
    description: 'Only orders with this protection status.',
  },
});

builder.queryFields((t) => ({
  order: t.field({
    type: Order,
    nullable: true,
    authScopes: orders,
    description: 'An order by id.',
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    ...lookup('orderById', 'id'),
  }),
  orderBySourceId: t.field({
    type: Order,
    nullable: true,
    authScopes: orders,
    description: "An order by the id on the merchant's platform.",
    args: {
      sourceId: t.arg.string({ required: true, description: "The merchant platform's id." }),
    },
    ...lookup('orderBySourceId', 'sourceId'),
  }),
  orders: t.field({
    nullable: true,
    authScopes: orders,
    description: 'The orders of the store, newest first.',
    ...list(t, {
      type: OrderConnection,
      batch: 'orders',
      parent: null,
      columns: ['createdAt', 'id'],
      direction: 'desc',
      ordering: orderOrdering,
      filtering: orderFiltering,
    }),
  }),
}));
