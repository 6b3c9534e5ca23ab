import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { isDelivered, orderFulfillmentStatus } from '../data/shipping.ts';
import { fulfillmentLineItems, fulfillments, lineItems, orders } from '../data/tables/orders.ts';
import { FULFILLMENT_STATUSES, UNKNOWN } from '../data/values.ts';
import { changeRow, given } from './changes.ts';
import { type Command, refuse, type Work } from './command.ts';
import { refuseFuture } from './moments.ts';
import { quantity, sourceId } from './order-shapes.ts';
import { lockOrder, lockOrderChild } from './orders-in-sight.ts';
import { id, keptUnlessGiven, text, version, webUrl } from './shapes.ts';

const TRACKING = {
  trackingCompany: text(255).nullish(),
  trackingNumbers: z
    .array(text(255).min(1, 'It cannot be empty.'))
    .max(100, 'There are at most 100 tracking numbers.')
    .nullish(),
  trackingUrls: z.array(webUrl).max(100, 'There are at most 100 addresses.').nullish(),
  deliveredAt: z.date().nullish(),
};

/** A time of delivery comes with the status that says so. */
const isDeliveryPlain = (input: {
  readonly status?: (typeof FULFILLMENT_STATUSES)[number] | null | undefined;
  readonly deliveredAt?: Date | null | undefined;
}) => input.deliveredAt == null || (input.status != null && isDelivered(input.status));
const DELIVERY = {
  path: ['deliveredAt'],
  error: 'It needs a status that says that it was delivered.',
};

const PIECES = z
  .object({ lineItemId: id.nullish(), sourceLineId: sourceId.nullish(), quantity })
  .refine(({ lineItemId, sourceLineId }) => (lineItemId == null) !== (sourceLineId == null), {
    error: 'It names a line item by its id or by its source id.',
  });

export const FULFILLMENT_CREATE = z
  .object({
    orderId: id,
    sourceId,
    status: z.enum(FULFILLMENT_STATUSES),
    lines: z
      .array(PIECES)
      .min(1, 'There is at least one line.')
      .max(250, 'There are at most 250 lines.'),
    ...TRACKING,
  })
  .refine(isDeliveryPlain, DELIVERY);

/** Records a shipment of an order. No piece is in two of them. */
export const fulfillmentCreate: Command<z.infer<typeof FULFILLMENT_CREATE>> = {
  name: 'fulfillmentCreate',
  async run(input, work) {
    const { transaction, storeId, now } = work;
    refuseFuture(work, input.deliveredAt, 'input.deliveredAt');
    // Whoever ships something of the same order waits here.
    const order = await lockOrder(work, { id: input.orderId, field: 'input.orderId' });
    if (order.cancelledAt !== null) {
      refuse('NOT_ALLOWED', 'input.orderId', 'A cancelled order is not fulfilled.');
    }
    const ofOrder = { storeId, orderId: order.id, orderCreatedAt: order.createdAt };
    const id = work.newId('ful');
    const stored = await transaction
      .insert(fulfillments)
      .values({
        ...ofOrder,
        id,
        sourceId: input.sourceId,
        status: input.status,
        trackingCompany: input.trackingCompany ?? null,
        trackingNumbers: input.trackingNumbers ?? [],
        trackingUrls: input.trackingUrls ?? [],
        deliveredAt: deliveredAtOf(work, input, null),
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({
        target: [fulfillments.storeId, fulfillments.orderId, fulfillments.sourceId],
      })
      .returning({ version: fulfillments.version });
    if (stored.length === 0) {
      const message = 'The order has a fulfilment with this source id already.';
      refuse('CONFLICT', 'input.sourceId', message);
    }
    const pieces = await allot(work, order.id, input.lines);
    const rows = [...pieces].map(([lineItemId, quantity]) => {
      return { ...ofOrder, fulfillmentId: id, lineItemId, quantity };
    });
    await transaction.insert(fulfillmentLineItems).values(rows);
    await countShipped(work, order.id);
    work.emit('fulfillment.created', id);
    return { id, version: stored[0]?.version ?? 1 };
  },
};

/** How many pieces of which line item to ship: never more than were bought and are not in a shipment yet. */
async function allot(
  work: Work,
  orderId: string,
  lines: z.infer<typeof FULFILLMENT_CREATE>['lines'],
): Promise<ReadonlyMap<string, number>> {
  const { lines: bought, shipped } = await shippingOf(work, orderId);
  const left = new Map(bought.map((line) => [line.id, line.quantity]));
  for (const { lineItemId, quantity } of shipped) {
    left.set(lineItemId, (left.get(lineItemId) ?? 0) - quantity);
  }
  const pieces = new Map<string, number>();
  for (const [index, { lineItemId, sourceLineId, quantity }] of lines.entries()) {
    const at = `input.lines.${index}`;
    const line = bought.find((row) => row.id === lineItemId || row.sourceId === sourceLineId);
    if (line === undefined) {
      const field = lineItemId == null ? 'sourceLineId' : 'lineItemId';
      refuse('NOT_FOUND', `${at}.${field}`, 'The order has no such line item.');
    }
    if (pieces.has(line.id)) refuse('INVALID', at, 'It names a line item that is named before.');
    const rest = left.get(line.id) ?? 0;
    if (quantity > rest) refuse('NOT_ALLOWED', `${at}.quantity`, tooMany(work, rest));
    pieces.set(line.id, quantity);
  }
  return pieces;
}

const tooMany = ({ grantedScopes }: Work, rest: number) =>
  grantedScopes.has('read_orders')
    ? `${rest} of it ${rest === 1 ? 'is' : 'are'} left to be shipped.`
    : 'It is more than was bought and is left to be shipped.';

/** What was bought in an order, and what of it is in which shipment. */
async function shippingOf({ transaction, storeId }: Work, orderId: string) {
  const lines = await transaction
    .select({ id: lineItems.id, sourceId: lineItems.sourceId, quantity: lineItems.quantity })
    .from(lineItems)
    .where(and(eq(lineItems.storeId, storeId), eq(lineItems.orderId, orderId)));
  const shipped = await transaction
    .select({
      fulfillmentId: fulfillments.id,
      status: fulfillments.status,
      lineItemId: fulfillmentLineItems.lineItemId,
      quantity: fulfillmentLineItems.quantity,
    })
    .from(fulfillments)
    .innerJoin(
      fulfillmentLineItems,
      and(
        eq(fulfillmentLineItems.storeId, fulfillments.storeId),
        eq(fulfillmentLineItems.fulfillmentId, fulfillments.id),
      ),
    )
    .where(and(eq(fulfillments.storeId, storeId), eq(fulfillments.orderId, orderId)));
  return { lines, shipped };
}

/** Says on a locked order how much of it has been shipped. */
async function countShipped(work: Work, orderId: string): Promise<void> {
  const { lines, shipped } = await shippingOf(work, orderId);
  const bought = lines.reduce((count, { quantity }) => count + quantity, 0);
  const parcels = shipped.map(({ status, quantity }) => ({ status, pieces: quantity }));
  const fulfillmentStatus = orderFulfillmentStatus(bought, parcels);
  await changeRow(work, orders, orderId, { fulfillmentStatus });
  work.emit('order.updated', orderId);
}

type Delivery = Parameters<typeof isDeliveryPlain>[0];

/**
 * When it was delivered: as it was sent, else now where a status says so for the first time. A status that nobody
 * knows says nothing of it.
 */
function deliveredAtOf({ now }: Work, { status, deliveredAt }: Delivery, before: Date | null) {
  if (status == null || status === UNKNOWN) return before;
  return isDelivered(status) ? (deliveredAt ?? before ?? now) : null;
}

export const FULFILLMENT_UPDATE = z
  .object({
    id,
    version,
    status: keptUnlessGiven(z.enum(FULFILLMENT_STATUSES)),
    ...TRACKING,
  })
  .refine(isDeliveryPlain, DELIVERY);

/** Says where a shipment stands. What it carries is said once, when it is created. */
export const fulfillmentUpdate: Command<z.infer<typeof FULFILLMENT_UPDATE>> = {
  name: 'fulfillmentUpdate',
  async run(input, work) {
    refuseFuture(work, input.deliveredAt, 'input.deliveredAt');
    const { order, row } = await lockOrderChild(work, fulfillments, input);
    const version = await changeRow(work, fulfillments, row.id, {
      ...given(input, 'status', 'trackingCompany'),
      ...(input.trackingNumbers !== undefined && { trackingNumbers: input.trackingNumbers ?? [] }),
      ...(input.trackingUrls !== undefined && { trackingUrls: input.trackingUrls ?? [] }),
      deliveredAt: deliveredAtOf(work, input, row.deliveredAt),
    });
    await countShipped(work, order.id);
    work.emit('fulfillment.updated', row.id);
    return { id: row.id, version };
  },
};
