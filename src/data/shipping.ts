import { FULFILLMENT_STATUSES, type ORDER_FULFILLMENT_STATUSES, UNKNOWN } from './values.ts';

type Status = (typeof FULFILLMENT_STATUSES)[number];

/** The statuses of goods that are still in the warehouse. */
const WAITING: ReadonlySet<Status> = new Set<Status>([
  'UNFULFILLED',
  'AWAITING_SHIPMENT',
  'SCHEDULED',
  'ON_HOLD',
  'CONFIRMED',
]);

/** The statuses of goods that have left it. A status that nobody here knows is in neither set. */
const SHIPPED: ReadonlySet<Status> = new Set(
  FULFILLMENT_STATUSES.filter((status) => status !== UNKNOWN && !WAITING.has(status)),
);

/** Whether a fulfilment in this status has taken its pieces out of the warehouse, as far as is known. */
export function isShipped(status: Status): boolean {
  return SHIPPED.has(status);
}

/** Whether a fulfilment in this status has reached the shopper. */
export function isDelivered(status: Status): boolean {
  return status === 'DELIVERED' || status === 'PICKED_UP';
}

/**
 * How much of an order has been shipped, from the pieces that were bought and those that each fulfilment carries.
 * It is unknown where nothing is known to have been shipped and some status is not known.
 */
export function orderFulfillmentStatus(
  bought: number,
  shipments: readonly { readonly status: Status; readonly pieces: number }[],
): (typeof ORDER_FULFILLMENT_STATUSES)[number] {
  let gone = 0;
  for (const { status, pieces } of shipments) if (isShipped(status)) gone += pieces;
  if (gone > 0) return gone >= bought ? 'FULFILLED' : 'PARTIALLY_FULFILLED';
  if (shipments.some(({ status }) => !WAITING.has(status))) return UNKNOWN;
  if (shipments.some(({ status }) => status === 'ON_HOLD')) return 'ON_HOLD';
  if (shipments.some(({ status }) => status === 'SCHEDULED')) return 'SCHEDULED';
  return 'UNFULFILLED';
}
