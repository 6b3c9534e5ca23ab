import {
  FULFILLMENT_CREATE,
  FULFILLMENT_UPDATE,
  fulfillmentCreate,
  fulfillmentUpdate,
} from '../../commands/fulfillments.ts';
import { builder } from '../builder.ts';
import { mutation, versionIfRead } from '../mutation.ts';
import { Fulfillment, FulfillmentStatus } from './fulfillment.ts';

const write = { write_orders: true } as const;

const returned = {
  name: 'fulfillment',
  type: Fulfillment,
  batch: 'fulfillmentById',
  authScopes: { write_orders: true, read_orders: true },
  description: 'The fulfilment as it is now.',
} as const;

const DELIVERED_AT =
  'When it was delivered, with a status that says so; the moment of the request where it is left out.';

const FulfillmentLineInput = builder.inputType('FulfillmentLineInput', {
  description: 'What a fulfilment carries of a line item, which is named by one of its ids.',
  fields: (t) => ({
    lineItemId: t.id({ description: 'The line item.' }),
    sourceLineId: t.string({ description: "The line item's id on the merchant's platform." }),
    quantity: t.int({ required: true, description: 'How many of it, 1 to 10,000.' }),
  }),
});

mutation({
  command: fulfillmentCreate,
  description:
    'Records a shipment of an order, or of a part of it. It carries no more than was bought and is in no other shipment.',
  authScopes: write,
  input: builder.inputType('FulfillmentCreateInput', {
    description: 'A shipment of an order.',
    fields: (t) => ({
      orderId: t.id({ required: true, description: 'The order.' }),
      sourceId: t.string({
        required: true,
        description: "The id on the merchant's platform, once in an order.",
      }),
      status: t.field({ type: FulfillmentStatus, required: true, description: 'Where it stands.' }),
      lines: t.field({
        type: [FulfillmentLineInput],
        required: true,
        description: 'What it carries, 1 to 250 lines.',
      }),
      trackingCompany: t.string({ description: 'Who carries it.' }),
      trackingNumbers: t.stringList({ description: 'Tracking numbers, at most 100.' }),
      trackingUrls: t.stringList({ description: 'Pages where it can be followed, at most 100.' }),
      deliveredAt: t.field({ type: 'DateTime', description: DELIVERED_AT }),
    }),
  }),
  shape: FULFILLMENT_CREATE,
  returns: returned,
  idempotent: true,
});

mutation({
  command: fulfillmentUpdate,
  description: 'Says where a shipment stands. What it carries stays as it was created.',
  authScopes: write,
  input: builder.inputType('FulfillmentUpdateInput', {
    description: 'What to change of a fulfilment. What is left out stays.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'The fulfilment.' }),
      version: t.int({ description: versionIfRead('a fulfilment') }),
      status: t.field({ type: FulfillmentStatus, description: 'Where it stands.' }),
      trackingCompany: t.string({ description: 'Who carries it; null empties it.' }),
      trackingNumbers: t.stringList({
        description: 'All tracking numbers, instead of those that are there.',
      }),
      trackingUrls: t.stringList({
        description: 'All pages where it can be followed, instead of those that are there.',
      }),
      deliveredAt: t.field({ type: 'DateTime', description: DELIVERED_AT }),
    }),
  }),
  shape: FULFILLMENT_UPDATE,
  returns: returned,
});
