import { orderFulfillmentStatus } from '../shipping.ts';
import type { Buyer } from './customers.ts';
import { DAY, HOUR } from './durations.ts';
import { type Contact, contactOf } from './order-contact.ts';
import { draftLines, type LineDraft, repeatLine } from './order-lines.ts';
import { premiumOf, taxRateOf, totalsOf } from './order-money.ts';
import { draftShipments, draftWaiting, type ShipmentDraft } from './order-shipments.ts';
import { decideFate, type OrderFate } from './order-state.ts';
import type { People } from './people.ts';
import type { Shelf } from './products.ts';
import type { Random } from './random.ts';
import type { DemoRows, RowOf } from './rows.ts';
import type { SourceIds } from './source-ids.ts';
import type { StoreProfile } from './store-profiles.ts';
import type { OrderPlan } from './timeline.ts';

/** What building a store's orders needs. */
export interface OrderMaking {
  readonly rows: DemoRows;
  readonly profile: StoreProfile;
  readonly random: Random;
  readonly ids: SourceIds;
  readonly people: People;
  readonly shelf: Shelf;
  readonly buyers: readonly Buyer[];
  readonly now: number;
}

interface Placed {
  readonly id: string;
  readonly contact: Contact;
  readonly lines: readonly LineDraft[];
}

/** Fills in the store's orders with lines and fulfilments; `plans` are in the order of creation. */
export function fillOrders(making: OrderMaking, plans: readonly OrderPlan[]): void {
  const placed = new Map<OrderPlan, Placed>();
  for (const plan of plans) {
    const original = plan.replaces === null ? null : placed.get(plan.replaces);
    if (original === undefined) throw new TypeError('an order replaces one that is not placed yet');
    placed.set(plan, fillOrder(making, plan, original));
  }
}

function fillOrder(making: OrderMaking, plan: OrderPlan, original: Placed | null): Placed {
  const { rows, profile, random, ids, people, now } = making;
  const buyer = plan.buyer === null ? null : (making.buyers[plan.buyer] ?? null);
  const contact = original?.contact ?? contactOf(random, profile, people, buyer);
  const lines = linesOf(making, plan, original, { contact, wholesale: buyer?.wholesale ?? false });
  const abroad = (contact.shippingAddress?.countryCode ?? profile.home) !== profile.home;
  const pickup = !abroad && profile.shipping.pickup && (contact.counter || random.chance(0.03));
  const fate = decideFate(random, {
    at: plan.at,
    now,
    settled: plan.replaced || original !== null || contact.counter,
    ratesRisk: profile.ratesRisk,
    pieces: lines.reduce((count, { quantity }) => count + quantity, 0),
  });
  const sending = {
    at: plan.at,
    now,
    quantities: lines.map(({ quantity }) => quantity),
    abroad,
    pickup,
    replaced: plan.replaced,
  };
  const shipments = shipmentsOf(making, fate, sending);

  const id = random.id('ord');
  const order: RowOf<'orders'> = {
    id,
    storeId: profile.store.id,
    ...ids.nextOrder(),
    platform: profile.store.platform,
    createdAt: new Date(plan.at),
    updatedAt: new Date(updatedAtOf(random, plan, now, fate, shipments)),
    cancelledAt: fate.cancelledAt === null ? null : new Date(fate.cancelledAt),
    currency: profile.store.currency,
    ...totalsOf(profile, lines, { abroad, free: original !== null || pickup }),
    ...protectionOf(making, plan, fate, original === null ? lines : []),
    riskLevel: fate.riskLevel,
    financialStatus: fate.financialStatus,
    fulfillmentStatus: fulfillmentStatusOf(fate, lines, shipments),
    tags: tagsOf(random, plan, contact, { wholesale: buyer?.wholesale ?? false, pickup }),
    customerId: buyer?.customer.id ?? null,
    contactName: contact.contactName,
    contactEmail: contact.contactEmail,
    contactPhone: contact.contactPhone,
    shippingAddress: pickup ? null : contact.shippingAddress,
    billingAddress: contact.billingAddress,
    originalOrderId: original?.id ?? null,
  };
  rows.orders.push(order);
  fillShipments(making, order, shipments, fillLines(making, order, lines, fate));
  return { id, contact, lines };
}

function shipmentsOf(
  { profile, random }: OrderMaking,
  fate: OrderFate,
  sending: Parameters<typeof draftShipments>[2],
): readonly ShipmentDraft[] {
  if (fate.waitsFor !== null) return [draftWaiting(random, sending, fate.waitsFor)];
  return fate.ships ? draftShipments(random, profile, sending) : [];
}

function linesOf(
  { profile, random, shelf, now }: OrderMaking,
  plan: OrderPlan,
  original: Placed | null,
  { contact, wholesale }: { contact: Contact; wholesale: boolean },
): readonly LineDraft[] {
  if (original !== null) return [repeatLine(random.pick(original.lines))];
  const taxRate = taxRateOf(profile, contact.shippingAddress);
  return draftLines(random, profile, shelf, { at: plan.at, now, wholesale, taxRate });
}

/** A replacement has no `lines` to protect: its original's protection already paid for it. */
function protectionOf(
  { random, profile, now }: OrderMaking,
  plan: OrderPlan,
  fate: OrderFate,
  lines: readonly LineDraft[],
) {
  const insured = lines.reduce(
    (sum, line) => sum + line.unitPrice * BigInt(line.quantity) - line.discountTotal,
    0n,
  );
  const premium = premiumOf(random, profile, insured);
  const dropped = !plan.replaced && random.chance(0.03);
  const at =
    fate.cancelledAt ?? (dropped ? Math.min(plan.at + random.between(1, 48) * HOUR, now) : null);
  const cancelled = at === null || premium.premiumCost === 0n ? null : Math.floor(at / 1000) * 1000;
  return { ...premium, protectionCancelledAt: cancelled === null ? null : new Date(cancelled) };
}

function fulfillmentStatusOf(
  fate: OrderFate,
  lines: readonly LineDraft[],
  shipments: readonly ShipmentDraft[],
): RowOf<'orders'>['fulfillmentStatus'] {
  if (fate.restocked) return 'RESTOCKED';
  const bought = lines.reduce((count, { quantity }) => count + quantity, 0);
  const parcels = shipments.map(({ status, pieces }) => {
    return {
      status,
      pieces: [...pieces.values()].reduce((count, quantity) => count + quantity, 0),
    };
  });
  return orderFulfillmentStatus(bought, parcels);
}

function tagsOf(
  random: Random,
  plan: OrderPlan,
  contact: Contact,
  { wholesale, pickup }: { wholesale: boolean; pickup: boolean },
): string[] {
  const tags: string[] = [];
  if (plan.replaces !== null) tags.push('replacement');
  if (contact.counter) tags.push('in-store');
  if (contact.gift) tags.push('gift');
  if (wholesale) tags.push('wholesale');
  if (pickup) tags.push('pickup');
  if (random.chance(0.06)) tags.push('express');
  if (random.chance(0.05)) tags.push('gift-wrap');
  if (random.chance(0.02)) tags.push('photographed');
  return tags;
}

function updatedAtOf(
  random: Random,
  plan: OrderPlan,
  now: number,
  fate: OrderFate,
  shipments: readonly ShipmentDraft[],
): number {
  const moments = [plan.at, fate.cancelledAt ?? 0, ...shipments.map(({ updatedAt }) => updatedAt)];
  const last = Math.max(...moments);
  // A refund comes days after the parcel.
  const refund = fate.refunded === 'nothing' ? 0 : random.between(1, 20) * DAY;
  return Math.min(
    last + Math.floor(refund / 1000) * 1000,
    Math.max(last, Math.floor(now / 1000) * 1000),
  );
}

function fillLines(
  { rows, random, ids }: OrderMaking,
  order: RowOf<'orders'>,
  lines: readonly LineDraft[],
  fate: OrderFate,
): readonly string[] {
  // Some of it back means one line, and never so much that nothing is left.
  const partly = random.int(0, lines.length - 1);
  return lines.map((line, position) => {
    const id = random.id('lin');
    const some =
      lines.length > 1
        ? random.int(1, line.quantity)
        : random.int(1, Math.max(1, line.quantity - 1));
    const refunded = {
      nothing: 0,
      some: position === partly ? some : 0,
      everything: line.quantity,
    };
    rows.lineItems.push({
      id,
      storeId: order.storeId,
      orderId: order.id,
      orderCreatedAt: order.createdAt,
      position,
      sourceId: ids.next('line'),
      ...line,
      refundedQuantity: refunded[fate.refunded],
    });
    return id;
  });
}

function fillShipments(
  { rows, random, ids }: OrderMaking,
  order: RowOf<'orders'>,
  shipments: readonly ShipmentDraft[],
  lineIds: readonly string[],
): void {
  const ofOrder = { storeId: order.storeId, orderId: order.id, orderCreatedAt: order.createdAt };
  for (const { pieces, createdAt, updatedAt, deliveredAt, ...shipment } of shipments) {
    const id = random.id('ful');
    rows.fulfillments.push({
      id,
      ...ofOrder,
      sourceId: ids.next('fulfillment'),
      ...shipment,
      deliveredAt: deliveredAt === null ? null : new Date(deliveredAt),
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
    });
    for (const [index, quantity] of pieces) {
      const lineItemId = lineIds[index];
      if (lineItemId === undefined)
        throw new TypeError('a shipment carries a line of another order');
      rows.fulfillmentLineItems.push({ ...ofOrder, fulfillmentId: id, lineItemId, quantity });
    }
  }
}
