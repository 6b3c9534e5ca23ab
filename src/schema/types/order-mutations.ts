import {
  ORDER_CANCEL,
  ORDER_CREATE,
  ORDER_TAGS,
  ORDER_UPDATE,
} from '../../commands/order-shapes.ts';
import {
  orderCancel,
  orderCreate,
  orderTagsAdd,
  orderTagsRemove,
  orderUpdate,
} from '../../commands/orders.ts';
import { builder, type Types } from '../builder.ts';
import { mutation, targetInput, versionIfRead } from '../mutation.ts';
import { PostalAddressInput } from './address-input.ts';
import { FinancialStatus, OrderFulfillmentStatus, RiskLevel } from './order.ts';
import {
  OrderProtectionInput,
  opened,
  returnedOrder,
  writeOrders,
} from './order-protection-mutations.ts';
import { Platform } from './store.ts';

const OrderLineInput = builder.inputType('OrderLineInput', {
  description: 'What was bought in an order: one product, as it was when it was bought.',
  fields: (t) => ({
    sourceId: t.string({
      required: true,
      description: "The line's id on the merchant's platform, once in an order.",
    }),
    name: t.string({ required: true, description: "The product's name." }),
    variantTitle: t.string({ description: "The variant's title." }),
    sku: t.string({ description: 'Stock keeping unit.' }),
    imageUrl: t.string({ description: 'Where its image is.' }),
    sourceProductId: t.string({
      description:
        "The product's id on the merchant's platform. The line is tied to it where it is in the catalogue.",
    }),
    sourceVariantId: t.string({ description: "The variant's id on the merchant's platform." }),
    quantity: t.int({ required: true, description: 'How many were bought, 1 to 10,000.' }),
    unitPrice: t.field({
      type: 'Decimal',
      required: true,
      description: 'The price of one, before discounts and tax.',
    }),
    discountTotal: t.field({
      type: 'Decimal',
      description: 'The discount on the whole line; none where it is left out.',
    }),
    taxTotal: t.field({
      type: 'Decimal',
      description: 'The tax on the whole line; none where it is left out.',
    }),
  }),
});

/** Who bought it, and where it goes. Whoever may write it reads none of it. */
const contact = (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>) => ({
  contactName: t.string({ description: 'The name the shopper gave.' }),
  contactEmail: t.string({ description: 'The e-mail address the shopper gave.' }),
  contactPhone: t.string({
    description: 'The phone number the shopper gave, as in +14155550123 (E.164).',
  }),
  shippingAddress: t.field({ type: PostalAddressInput, description: 'Where it is shipped to.' }),
  billingAddress: t.field({ type: PostalAddressInput, description: 'Where the bill goes.' }),
});

const OrderCreateInput = builder.inputType('OrderCreateInput', {
  description:
    "An order of the merchant's platform. Its totals add up: the subtotal is what the lines come to before discounts, the total is the subtotal, less discounts, with shipping and tax.",
  fields: (t) => ({
    sourceId: t.string({
      required: true,
      description: "The id on the merchant's platform, which no other order of the store has.",
    }),
    sourceNumber: t.string({
      required: true,
      description: 'The number that the shopper and the merchant know.',
    }),
    platform: t.field({
      type: Platform,
      required: true,
      description: 'The platform that the order was placed on.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      required: true,
      description: "When it was placed on the merchant's platform. It cannot be changed later.",
    }),
    currency: t.field({
      type: 'CurrencyCode',
      required: true,
      description: 'The currency of all its amounts.',
    }),
    lines: t.field({
      type: [OrderLineInput],
      required: true,
      description: 'What was bought, 1 to 250 lines.',
    }),
    subtotal: t.field({
      type: 'Decimal',
      required: true,
      description: 'The lines at their prices, before discounts.',
    }),
    discountTotal: t.field({
      type: 'Decimal',
      description:
        'All discounts together, those of the lines included; none where it is left out.',
    }),
    shippingTotal: t.field({
      type: 'Decimal',
      description: 'What shipping cost; nothing where it is left out.',
    }),
    taxTotal: t.field({
      type: 'Decimal',
      description: 'All taxes together, those of the lines included; none where it is left out.',
    }),
    total: t.field({
      type: 'Decimal',
      required: true,
      description: 'What the shopper paid, without protection.',
    }),
    riskLevel: t.field({ type: RiskLevel, description: 'How risky the platform holds it to be.' }),
    financialStatus: t.field({
      type: FinancialStatus,
      description: 'Where it stands on payment; `PENDING` where it is left out.',
    }),
    fulfillmentStatus: t.field({
      type: OrderFulfillmentStatus,
      description: 'How much of it has been shipped; `UNFULFILLED` where it is left out.',
    }),
    tags: t.stringList({ description: 'Labels, at most 250.' }),
    customerId: t.id({ description: 'The customer who placed it.' }),
    originalOrderId: t.id({ description: 'The order that this one replaces.' }),
    protection: t.field({
      type: [OrderProtectionInput],
      description: 'What protection was bought with it, each kind once.',
    }),
    declinedQuoteId: t.id({
      description:
        'The quote that the shopper was offered and did not buy protection by, of any age: it tells an A/B test of prices that the shopper ordered all the same.',
    }),
    ...contact(t),
  }),
});

mutation({
  command: orderCreate,
  description:
    "Records an order of the merchant's platform, with its lines and the protection that was bought with it.",
  authScopes: writeOrders,
  input: OrderCreateInput,
  shape: ORDER_CREATE,
  prepare: (input, context) => ({
    ...input,
    protection: input.protection.map((wish) => opened(wish, context)),
    declined: input.declined && opened(input.declined, context),
  }),
  returns: returnedOrder,
  idempotent: true,
});

const OrderUpdateInput = builder.inputType('OrderUpdateInput', {
  description:
    'What to change of an order. What is left out stays; null empties it where it can be empty.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The order.' }),
    version: t.int({ description: versionIfRead('an order') }),
    riskLevel: t.field({ type: RiskLevel, description: 'How risky the platform holds it to be.' }),
    financialStatus: t.field({ type: FinancialStatus, description: 'Where it stands on payment.' }),
    fulfillmentStatus: t.field({
      type: OrderFulfillmentStatus,
      description: 'How much of it has been shipped. The next fulfilment says it anew.',
    }),
    tags: t.stringList({ description: 'All tags, instead of those that are there.' }),
    ...contact(t),
  }),
});

mutation({
  command: orderUpdate,
  description: 'Changes an order. When it was placed, and what was bought in it, stays.',
  authScopes: writeOrders,
  input: OrderUpdateInput,
  shape: ORDER_UPDATE,
  returns: returnedOrder,
});

const OrderTagsInput = builder.inputType('OrderTagsInput', {
  description: 'Tags of an order.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The order.' }),
    tags: t.stringList({ required: true, description: 'The tags, 1 to 250.' }),
  }),
});

mutation({
  command: orderTagsAdd,
  description: 'Adds tags to those that an order has.',
  authScopes: writeOrders,
  input: OrderTagsInput,
  shape: ORDER_TAGS,
  returns: returnedOrder,
});

mutation({
  command: orderTagsRemove,
  description: 'Takes tags from an order. Those that it does not have are no mistake.',
  authScopes: writeOrders,
  input: OrderTagsInput,
  shape: ORDER_TAGS,
  returns: returnedOrder,
});

mutation({
  command: orderCancel,
  description: 'Cancels an order, and with it the protection that is still active.',
  authScopes: writeOrders,
  input: targetInput('OrderCancelInput', 'cancel', 'order'),
  shape: ORDER_CANCEL,
  returns: returnedOrder,
});
