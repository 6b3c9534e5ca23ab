import { isShipped } from '../shipping.ts';
import { HOUR } from './durations.ts';
import { CARRIERS } from './lists/carriers.ts';
import type { Random, Weighted } from './random.ts';
import type { RowOf } from './rows.ts';
import type { StoreProfile } from './store-profiles.ts';

type Status = RowOf<'fulfillments'>['status'];

/** A shipment before it belongs to an order. */
export interface ShipmentDraft {
  /** Pieces of each of the order's lines, by the line's index; never empty. */
  readonly pieces: ReadonlyMap<number, number>;
  readonly status: Status;
  readonly trackingCompany: string | null;
  readonly trackingNumbers: string[];
  readonly trackingUrls: string[];
  readonly deliveredAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const BEFORE_PICKUP: Weighted<Status | null> = [
  [null, 52],
  ['AWAITING_SHIPMENT', 14],
  ['LABEL_PURCHASED', 10],
  ['LABEL_PRINTED', 9],
  ['CONFIRMED', 6],
  ['UNFULFILLED', 3],
  ['ON_HOLD', 3],
  ['SCHEDULED', 3],
];
const UNDERWAY: Weighted<Status> = [
  ['IN_TRANSIT', 88],
  ['DELAYED', 12],
];
const LAST_MILE: Weighted<Status> = [
  ['OUT_FOR_DELIVERY', 78],
  ['ATTEMPTED_DELIVERY', 22],
];
const ENDINGS: Weighted<Status> = [
  ['DELIVERED', 93.5],
  ['FULFILLED', 4.5],
  ['FAILURE', 0.9],
  ['NOT_DELIVERED', 0.8],
  ['ATTEMPTED_DELIVERY', 0.3],
  // Never scanned by the carrier.
  ['LABEL_PRINTED', 0.15],
  ['LABEL_PURCHASED', 0.15],
];
const BAD_ENDINGS: Weighted<Status> = [
  ['DELIVERED', 52],
  ['NOT_DELIVERED', 34],
  ['FAILURE', 14],
];

/** The shipments of an order, each piece in one at most. */
export function draftShipments(
  random: Random,
  profile: StoreProfile,
  order: {
    at: number;
    now: number;
    quantities: readonly number[];
    abroad: boolean;
    pickup: boolean;
    replaced: boolean;
  },
): ShipmentDraft[] {
  const parcels = packParcels(random, order.quantities, order.replaced);
  const drafts: ShipmentDraft[] = [];
  let extra = 0;
  for (const pieces of parcels) {
    const draft = order.pickup
      ? collected(random, order, pieces)
      : sent(random, profile, { ...order, extra }, pieces);
    if (draft !== null) drafts.push(draft);
    extra = random.between(20, 200) * HOUR;
  }
  // WooCommerce and Magento say on the parcel itself that something stays behind.
  const [only] = drafts;
  const whole = order.quantities.every((quantity, index) => only?.pieces.get(index) === quantity);
  const partial = profile.store.platform !== 'SHOPIFY' && parcels.length === 1 && !whole;
  if (!partial || only === undefined || !isShipped(only.status)) return drafts;
  return [{ ...only, status: 'PARTIALLY_FULFILLED', deliveredAt: null }];
}

/** What the warehouse has on its list until a date or a decision comes. */
export function draftWaiting(
  random: Random,
  order: { at: number; now: number; quantities: readonly number[] },
  status: 'SCHEDULED' | 'ON_HOLD',
): ShipmentDraft {
  const since = wholeSecond(
    order.at + Math.min(random.between(0.2, 6) * HOUR, order.now - order.at),
  );
  return {
    pieces: new Map(order.quantities.map((quantity, index) => [index, quantity])),
    status,
    ...untracked(),
    deliveredAt: null,
    createdAt: Math.max(since, order.at),
    updatedAt: Math.max(since, order.at),
  };
}

/** Mostly one parcel; now and then two, and rarely something stays behind for good. */
function packParcels(random: Random, quantities: readonly number[], whole: boolean) {
  const all = new Map(quantities.map((quantity, index) => [index, quantity]));
  const pieces = quantities.reduce((sum, quantity) => sum + quantity, 0);
  if (whole || pieces < 2 || !random.chance(0.16)) return [all];
  const first = new Map<number, number>();
  const second = new Map<number, number>();
  for (const [index, quantity] of all) {
    const now = index === 0 ? Math.max(1, quantity - 1) : random.int(0, quantity);
    if (now > 0) first.set(index, now);
    if (now < quantity) second.set(index, quantity - now);
  }
  return second.size === 0 || random.chance(0.1) ? [first] : [first, second];
}

function sent(
  random: Random,
  profile: StoreProfile,
  order: { at: number; now: number; abroad: boolean; replaced: boolean; extra: number },
  pieces: ReadonlyMap<number, number>,
): ShipmentDraft | null {
  // A few wait for the supplier.
  const backorder = random.chance(0.03) ? random.between(80, 480) * HOUR : 0;
  const handling = random.between(5, 58) * HOUR + backorder + order.extra;
  const transit = random.between(30, 130) * HOUR * (order.abroad ? 2.2 : 1);
  const left = order.at + handling;
  const arrived = left + transit;
  const status = statusOf(random, (order.now - left) / transit, order.replaced);
  if (status === null) return null;

  const waiting = left > order.now;
  const createdAt = waiting ? order.at + (order.now - order.at) * 0.4 : left;
  const numbered = isShipped(status) && status !== 'FULFILLED';
  const tracking = trackingOf(random, profile, numbered);
  return {
    pieces,
    status,
    ...tracking,
    deliveredAt: status === 'DELIVERED' ? wholeSecond(arrived) : null,
    createdAt: wholeSecond(createdAt),
    updatedAt: wholeSecond(arrived > order.now ? random.between(createdAt, order.now) : arrived),
  };
}

/** `progress` is below 0 in the warehouse, 1 on arrival. */
function statusOf(random: Random, progress: number, replaced: boolean): Status | null {
  if (progress < 0) return random.weighted(BEFORE_PICKUP);
  if (progress < 0.15) return 'CARRIER_PICKED_UP';
  if (progress < 0.8) return random.weighted(UNDERWAY);
  if (progress < 1) return random.weighted(LAST_MILE);
  return random.weighted(replaced ? BAD_ENDINGS : ENDINGS);
}

function collected(
  random: Random,
  order: { at: number; now: number },
  pieces: ReadonlyMap<number, number>,
): ShipmentDraft | null {
  const ready = order.at + random.between(2, 30) * HOUR;
  if (ready > order.now) return null;
  const fetched = ready + random.between(3, 120) * HOUR;
  // Some are never fetched.
  const done = fetched <= order.now && !random.chance(0.04);
  return {
    pieces,
    status: done ? 'PICKED_UP' : 'READY_FOR_PICKUP',
    ...untracked(),
    deliveredAt: done ? wholeSecond(fetched) : null,
    createdAt: wholeSecond(ready),
    updatedAt: wholeSecond(done ? fetched : ready),
  };
}

function trackingOf(random: Random, profile: StoreProfile, numbered: boolean) {
  if (!numbered) return untracked();
  const carriers: readonly (readonly [string, string])[] = CARRIERS[profile.home];
  const [trackingCompany, pattern] = random.pick(carriers);
  const count = random.chance(0.03) ? 2 : 1;
  const trackingNumbers = Array.from({ length: count }, () => random.fill(pattern));
  const trackingUrls = trackingNumbers.map((number) => {
    return `https://${profile.store.domain}/track/${number.replaceAll(' ', '')}`;
  });
  return { trackingCompany, trackingNumbers, trackingUrls };
}

function untracked() {
  return { trackingCompany: null, trackingNumbers: [], trackingUrls: [] };
}

function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
