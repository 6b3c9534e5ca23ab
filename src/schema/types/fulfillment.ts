import type { Row } from '../../data/entities.ts';
import { FULFILLMENT_STATUSES } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { edge } from '../fields.ts';
import { connectionType, list } from '../list.ts';
import { Node } from '../node.ts';
import { platformEnum } from '../platform-enum.ts';
import { LineItem } from './line-item.ts';

export const FulfillmentStatus = platformEnum('FulfillmentStatus', {
  description: 'Where a shipment stands.',
  values: FULFILLMENT_STATUSES,
});

const orders = { read_orders: true } as const;

const FulfillmentLineItem = builder
  .objectRef<Row<'fulfillmentLineItem'>>('FulfillmentLineItem')
  .implement({
    description: 'A line item inside a shipment.',
    authScopes: orders,
    fields: (t) => ({
      quantity: t.exposeInt('quantity', { description: 'How many of it the shipment carries.' }),
      lineItem: t.field({
        type: LineItem,
        nullable: true,
        description: 'The line item.',
        ...edge('lineItemById', 'lineItemId'),
      }),
    }),
  });

const FulfillmentLineItemConnection = connectionType(FulfillmentLineItem, orders);

export const Fulfillment = builder.objectRef<Row<'fulfillment'>>('Fulfillment').implement({
  description: 'A shipment of an order, or of a part of it.',
  interfaces: [Node],
  authScopes: orders,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `ful_`.' }),
    sourceId: t.exposeString('sourceId', { description: "The id on the merchant's platform." }),
    status: t.expose('status', { type: FulfillmentStatus, description: 'Where it stands.' }),
    trackingCompany: t.exposeString('trackingCompany', {
      nullable: true,
      description: 'Who carries it.',
    }),
    trackingNumbers: t.exposeStringList('trackingNumbers', { description: 'Tracking numbers.' }),
    trackingUrls: t.exposeStringList('trackingUrls', {
      description: 'Pages where it can be followed.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was delivered; null when it was not, or not yet.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    lineItems: t.field({
      description: 'What it carries.',
      ...list(t, {
        type: FulfillmentLineItemConnection,
        batch: 'lineItemsByFulfillment',
        parent: 'id',
        columns: ['lineItemId'],
        direction: 'asc',
      }),
    }),
  }),
});

export const FulfillmentConnection = connectionType(Fulfillment, orders);
