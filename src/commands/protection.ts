import { and, eq, inArray, isNull, notInArray } from 'drizzle-orm';
import type { z } from 'zod';
import { claims } from '../data/tables/claims.ts';
import { lineItems, orders } from '../data/tables/orders.ts';
import { policies } from '../data/tables/policies.ts';
import { products, productVariants } from '../data/tables/products.ts';
import type { CartLine, POLICY_KINDS } from '../data/values.ts';
import { changeRow, lastChanged } from './changes.ts';
import { SETTLED_STATES } from './claim-transitions.ts';
import { type Command, refuse, type Work } from './command.ts';
import { DAY } from './moments.ts';
import type { ORDER_PROTECTION_ADD, ORDER_PROTECTION_REMOVE } from './order-shapes.ts';
import { lockOrder } from './orders-in-sight.ts';
import { type Price, priceProtection } from './protection-price.ts';
import { takeOver } from './quotes.ts';

type Kind = (typeof POLICY_KINDS)[number];

/** What each kind covers, and for how many days from the day it was bought. */
const COVERS: Readonly<Record<Kind, { coverage: string; days: number }>> = {
  SHIPPING_INSURANCE: {
    coverage: 'The goods of the order on their way: loss, theft, damage, missing and wrong items.',
    days: 90,
  },
  WARRANTY: { coverage: 'Faults of material and workmanship that show in use.', days: 365 },
  EXTENDED_WARRANTY: {
    coverage: 'Faults that show after the warranty, and accidents.',
    days: 730,
  },
};

/** What of an order's own columns its protections give: they are those of the insurance of its shipping. */
export function premiumColumns(prices: readonly Price[]) {
  const insurance = prices.find(({ kind }) => kind === 'SHIPPING_INSURANCE');
  const cost = insurance?.premium ?? 0n;
  return {
    premiumPaid: insurance?.paidBy === 'CUSTOMER' ? cost : 0n,
    premiumCost: cost,
    premiumDiscount: 0n,
  };
}

/** Writes the policy of an order for a protection at its price. Protection begins now. */
export async function createPolicy(
  { transaction, storeId, now, newId }: Work,
  order: { id: string; createdAt: Date; currency: string; total: bigint },
  { kind, premium, paidBy, terms }: Price,
): Promise<void> {
  const { coverage, days } = COVERS[kind];
  await transaction.insert(policies).values({
    id: newId('pol'),
    storeId,
    orderId: order.id,
    orderCreatedAt: order.createdAt,
    kind,
    status: 'ACTIVE',
    currency: order.currency,
    premium,
    paidBy,
    insuredValue: order.total,
    coverage,
    terms,
    effectiveAt: now,
    expiresAt: new Date(now.getTime() + days * DAY),
    createdAt: now,
    updatedAt: now,
  });
}

/** Cancels the active policies of a locked order, all or those of one kind, and tells so; gives their ids and kinds. */
export async function cancelPolicies(
  { transaction, storeId, now, emit }: Work,
  orderId: string,
  kind: Kind | null,
) {
  const cancelled = await transaction
    .update(policies)
    .set({
      status: 'CANCELLED',
      cancelledAt: now,
      updatedAt: lastChanged(policies.updatedAt, now),
    })
    .where(
      and(
        eq(policies.storeId, storeId),
        eq(policies.orderId, orderId),
        eq(policies.status, 'ACTIVE'),
        kind === null ? undefined : eq(policies.kind, kind),
      ),
    )
    .returning({ id: policies.id, kind: policies.kind });
  for (const { id } of cancelled) emit('policy.updated', id);
  return cancelled;
}

/** Adds a protection to an order that has none of its kind. */
export const orderProtectionAdd: Command<z.infer<typeof ORDER_PROTECTION_ADD>> = {
  name: 'orderProtectionAdd',
  async run(input, work) {
    const order = await lockOrder(work, input);
    const { id } = order;
    if (order.cancelledAt !== null) {
      refuse('NOT_ALLOWED', 'input.id', 'A cancelled order cannot be protected.');
    }
    if (await isProtected(work, id, input.kind)) {
      refuse('CONFLICT', 'input.kind', 'An order is protected once against the same.');
    }
    const price = await priceProtection(work, order, input, 'input.');
    await takeOver(work, order, price.offer ? [price.offer] : [], () => cartOf(work, id));
    await createPolicy(work, order, price);
    const columns =
      input.kind === 'SHIPPING_INSURANCE'
        ? { ...premiumColumns([price]), protectionCancelledAt: null }
        : {};
    const version = await changeRow(work, orders, id, columns);
    work.emit('protection.added', id);
    work.emit('order.updated', id);
    return { id, version };
  },
};

/** Whether the order has a policy of the kind that protects it, or did until a claim on it was paid. */
async function isProtected({ transaction, storeId }: Work, orderId: string, kind: Kind) {
  const found = await transaction
    .select({ id: policies.id })
    .from(policies)
    .where(
      and(
        eq(policies.storeId, storeId),
        eq(policies.orderId, orderId),
        eq(policies.kind, kind),
        inArray(policies.status, ['ACTIVE', 'CLAIMED']),
      ),
    )
    .limit(1);
  return found.length > 0;
}

/** The lines of an order as a cart; what is gone from the catalogue has no product in it. */
async function cartOf({ transaction, storeId }: Work, orderId: string): Promise<CartLine[]> {
  const lines = await transaction
    .select({
      quantity: lineItems.quantity,
      unitPrice: lineItems.unitPrice,
      sourceProductId: products.sourceId,
      sourceVariantId: productVariants.sourceId,
    })
    .from(lineItems)
    .leftJoin(
      products,
      and(
        eq(products.storeId, lineItems.storeId),
        eq(products.id, lineItems.productId),
        isNull(products.deletedAt),
      ),
    )
    .leftJoin(
      productVariants,
      and(
        eq(productVariants.storeId, lineItems.storeId),
        eq(productVariants.id, lineItems.variantId),
        isNull(productVariants.deletedAt),
      ),
    )
    .where(and(eq(lineItems.storeId, storeId), eq(lineItems.orderId, orderId)))
    .orderBy(lineItems.position, lineItems.id);
  return lines.map(({ unitPrice, sourceProductId, ...line }) => ({
    ...line,
    sourceProductId: sourceProductId ?? '',
    unitPrice: unitPrice.toString(),
  }));
}

/** Ends a protection of an order, which has not been claimed. */
export const orderProtectionRemove: Command<z.infer<typeof ORDER_PROTECTION_REMOVE>> = {
  name: 'orderProtectionRemove',
  async run({ kind, ...target }, work) {
    const { id } = await lockOrder(work, target);
    const cancelled = await cancelPolicies(work, id, kind);
    if (cancelled.length === 0) {
      refuse('NOT_ALLOWED', 'input.kind', 'Only protection that is active can be removed.');
    }
    await refuseWhileClaimed(
      work,
      cancelled.map((policy) => policy.id),
    );
    const columns = kind === 'SHIPPING_INSURANCE' ? { protectionCancelledAt: work.now } : {};
    const version = await changeRow(work, orders, id, columns);
    work.emit('protection.removed', id);
    work.emit('order.updated', id);
    return { id, version };
  },
};

async function refuseWhileClaimed({ transaction, storeId }: Work, policyIds: readonly string[]) {
  const open = await transaction
    .select({ id: claims.id })
    .from(claims)
    .where(
      and(
        eq(claims.storeId, storeId),
        inArray(claims.policyId, [...policyIds]),
        notInArray(claims.state, [...SETTLED_STATES]),
      ),
    )
    .limit(1);
  if (open.length > 0) {
    const message = 'Protection cannot be removed while a claim on it is undecided.';
    refuse('NOT_ALLOWED', 'input.kind', message);
  }
}
