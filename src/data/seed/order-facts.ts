import { isShipped } from '../shipping.ts';
import type { DemoRows, RowOf } from './rows.ts';

/** An order with what policies and claims need to know of it. */
export interface OrderFacts {
  readonly order: RowOf<'orders'>;
  readonly lines: RowOf<'lineItems'>[];
  /** When the last parcel arrived, of those that did. Epoch milliseconds, as the two below. */
  deliveredAt: number | null;
  /** When the first parcel left the warehouse. */
  shippedAt: number | null;
  /** When the order that replaces it was made. */
  replacedAt: number | null;
}

/** The facts of each of the store's orders, in the order of `rows.orders`. */
export function factsOf(rows: DemoRows): readonly OrderFacts[] {
  const facts = new Map<string, OrderFacts>(
    rows.orders.map((order) => [
      order.id,
      { order, lines: [], deliveredAt: null, shippedAt: null, replacedAt: null },
    ]),
  );
  for (const line of rows.lineItems) facts.get(line.orderId)?.lines.push(line);
  for (const { orderId, status, deliveredAt, createdAt } of rows.fulfillments) {
    const of = facts.get(orderId);
    if (of === undefined || !isShipped(status)) continue;
    of.shippedAt = Math.min(of.shippedAt ?? Infinity, createdAt.getTime());
    if (deliveredAt) of.deliveredAt = Math.max(of.deliveredAt ?? 0, deliveredAt.getTime());
  }
  for (const { originalOrderId, createdAt } of rows.orders) {
    const original = facts.get(originalOrderId ?? '');
    if (original !== undefined) original.replacedAt = createdAt.getTime();
  }
  return [...facts.values()];
}

/**
 * Every sum that an order of the store shows. Amounts of policies and claims keep clear of them:
 * an amount that equals the total of an order out of the window would tell that total.
 */
export function orderSums(orders: readonly RowOf<'orders'>[]): ReadonlySet<bigint> {
  return new Set(
    orders.flatMap((order) => [
      ...[order.subtotal, order.discountTotal, order.shippingTotal, order.taxTotal, order.total],
      ...[order.premiumPaid, order.premiumCost, order.premiumDiscount],
    ]),
  );
}
