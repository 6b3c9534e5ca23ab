import {
  type NamedQuote,
  ORDER_PROTECTION_ADD,
  ORDER_PROTECTION_REMOVE,
  type ProtectionWish,
} from '../../commands/order-shapes.ts';
import { orderProtectionAdd, orderProtectionRemove } from '../../commands/protection.ts';
import { builder, type Types } from '../builder.ts';
import type { Context } from '../context.ts';
import { mutation, versionIfRead } from '../mutation.ts';
import { openQuote } from '../quote-terms.ts';
import { Order } from './order.ts';
import { PolicyKind } from './policy.ts';

export const writeOrders = { write_orders: true } as const;

/** The order that a mutation changed. */
export const returnedOrder = {
  name: 'order',
  type: Order,
  batch: 'orderById',
  authScopes: { write_orders: true, read_orders: true },
  description: 'The order as it is now; null where it is older than the token may see.',
} as const;

type InputFields = PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>;

const kindField = (t: InputFields) =>
  t.field({
    type: PolicyKind,
    required: true,
    defaultValue: 'SHIPPING_INSURANCE',
    description: 'What it protects against.',
  });

const wishFields = (t: InputFields) => ({
  kind: kindField(t),
  quoteId: t.id({
    description:
      "The quote that it was bought by, which must be for the order's subtotal and not over. Without one, the store's rules say what it costs.",
  }),
});

const targetFields = (t: InputFields) => ({
  id: t.id({ required: true, description: 'The order.' }),
  version: t.int({ description: versionIfRead('an order') }),
});

export const OrderProtectionInput = builder.inputType('OrderProtectionInput', {
  description: 'A protection that is bought with an order.',
  fields: wishFields,
});

/** With the terms that the id of the quote carries: only a request can tell whether they are signed. */
export const opened = <W extends ProtectionWish | NamedQuote>(wish: W, context: Context): W => ({
  ...wish,
  terms: wish.quoteId == null ? null : openQuote(wish.quoteId, context),
});

mutation({
  command: orderProtectionAdd,
  description:
    'Adds a protection to an order that has none of its kind: creates the policy, which begins now.',
  authScopes: writeOrders,
  input: builder.inputType('OrderProtectionAddInput', {
    description: 'Which protection to add to which order.',
    fields: (t) => ({ ...targetFields(t), ...wishFields(t) }),
  }),
  shape: ORDER_PROTECTION_ADD,
  prepare: opened,
  returns: returnedOrder,
  idempotent: true,
});

mutation({
  command: orderProtectionRemove,
  description:
    'Ends a protection of an order that is active and not being claimed: cancels its policy.',
  authScopes: writeOrders,
  input: builder.inputType('OrderProtectionRemoveInput', {
    description: 'Which protection to end of which order.',
    fields: (t) => ({ ...targetFields(t), kind: kindField(t) }),
  }),
  shape: ORDER_PROTECTION_REMOVE,
  returns: returnedOrder,
});
