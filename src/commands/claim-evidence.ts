import { eq } from 'drizzle-orm';
import { isDelivered, isShipped } from '../data/shipping.ts';
import type { claims } from '../data/tables/claims.ts';
import { fulfillmentLineItems, fulfillments } from '../data/tables/orders.ts';
import { problem, type UserError, type Work } from './command.ts';
import { DAY } from './moments.ts';

type ClaimType = (typeof claims.$inferSelect)['type'];

/** When pieces of a line item were sent, and when they arrived. */
export interface Shipment {
  readonly lineItemId: string;
  readonly sentAt: Date;
  readonly arrivedAt: Date | null;
}

/** A parcel that is said to have arrived often turns up within two days. */
const LOST_ON_ARRIVAL: ReadonlySet<ClaimType> = new Set<ClaimType>([
  'STOLEN',
  'ORDER_DELIVERED_NOT_RECEIVED',
]);
const SEARCH_DAYS = 2;

const TO_BE_SEEN: ReadonlySet<ClaimType> = new Set<ClaimType>([
  'DAMAGED',
  'DEFECTIVE_ITEM',
  'WRONG_ITEM',
]);

/** What was sent of an order. */
export async function loadShipments(
  { transaction }: Work,
  orderId: string,
): Promise<readonly Shipment[]> {
  const rows = await transaction
    .select({ fulfillment: fulfillments, lineItemId: fulfillmentLineItems.lineItemId })
    .from(fulfillmentLineItems)
    .innerJoin(fulfillments, eq(fulfillments.id, fulfillmentLineItems.fulfillmentId))
    .where(eq(fulfillments.orderId, orderId));
  return rows
    .filter(({ fulfillment }) => isShipped(fulfillment.status))
    .map(({ lineItemId, fulfillment: { status, createdAt, updatedAt, deliveredAt } }) => ({
      lineItemId,
      sentAt: createdAt,
      arrivedAt: deliveredAt ?? (isDelivered(status) ? updatedAt : null),
    }));
}

/**
 * What is claimed was sent, and a claim about its way is filed within the store's days of when it last was. `days` is
 * null for a warranty: it lasts as long as its policy, which is in force or no claim is filed under it.
 */
export function shipmentProblem(
  shipments: readonly Shipment[],
  lineItemId: string,
  now: Date,
  days: number | null,
  field: string,
): readonly UserError[] {
  const sent = shipments
    .filter((shipment) => shipment.lineItemId === lineItemId)
    .map(({ sentAt }) => sentAt.getTime());
  const limit = days === null ? Number.POSITIVE_INFINITY : days * DAY;
  if (sent.length > 0 && Math.max(...sent) + limit >= now.getTime()) return [];
  const message =
    sent.length === 0
      ? 'The item was not sent yet.'
      : 'The time within which it could be claimed is over.';
  return problem('NOT_ALLOWED', field, message);
}

/** Theft and non-receipt are reported no sooner than two days after all of it is said to have arrived. */
export function deliveryProblem(
  shipments: readonly Shipment[],
  lineItemIds: readonly string[],
  now: Date,
  type: ClaimType,
): readonly UserError[] {
  if (!LOST_ON_ARRIVAL.has(type)) return [];
  const latest = now.getTime() - SEARCH_DAYS * DAY;
  const arrived = (id: string) =>
    shipments.some(
      ({ lineItemId, arrivedAt }) =>
        lineItemId === id && arrivedAt !== null && arrivedAt.getTime() <= latest,
    );
  if (lineItemIds.every(arrived)) return [];
  const message = `A claim of this type can be filed from ${SEARCH_DAYS} days after delivery on.`;
  return problem('NOT_ALLOWED', 'input.type', message);
}

/** What is damaged, defective or wrong is shown. */
export function photoProblem(hasMedia: boolean, type: ClaimType): readonly UserError[] {
  if (hasMedia || !TO_BE_SEEN.has(type)) return [];
  const message = 'A claim of this type comes with at least one photo.';
  return problem('NOT_ALLOWED', 'input.media', message);
}
