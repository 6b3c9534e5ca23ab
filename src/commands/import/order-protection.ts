import { policies } from '../../data/tables/policies.ts';
import { grouped } from '../../scopes/grouped.ts';
import { type ImportWork, importedId, isOneOf } from './records.ts';
import type { TakenOrder } from './taken-order.ts';

type Policy = typeof policies.$inferSelect;
type PolicyRow = typeof policies.$inferInsert;

/** The policies of orders, locked, by order. */
export async function loadPolicies(
  { transaction }: ImportWork,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Policy[]>> {
  if (orderIds.length === 0) return new Map();
  const rows = await transaction
    .select()
    .from(policies)
    .where(isOneOf(policies.orderId, orderIds))
    .orderBy(policies.createdAt, policies.id)
    .for('update');
  return grouped(rows, ({ orderId }) => orderId);
}

/** What an order's line makes of its policies, and of the order's own columns about its protection. */
export interface ProtectionPlan {
  readonly rows: readonly PolicyRow[];
  readonly columns: {
    readonly premiumPaid: bigint;
    readonly premiumCost: bigint;
    readonly premiumDiscount: bigint;
    readonly protectionCancelledAt: Date | null;
  };
}

const SOLD_HERE = 'Protection of this kind was sold here: what the file says of it is not taken.';

/**
 * Each kind of protection that the line names becomes one policy; others are left as they are. What was sold here stays
 * as it was sold, what was claimed stays claimed, and a cancelled order has no active protection.
 */
export function planProtection(
  { storeId, warn }: ImportWork,
  { entry, id: orderId, before: order }: TakenOrder,
  existing: readonly Policy[],
): ProtectionPlan {
  const { line, record } = entry;
  const rows = new Map<string, PolicyRow>();
  for (const sent of record.protection) {
    const id = importedId('pol', orderId, sent.kind);
    const sold = existing.filter(({ kind }) => kind === sent.kind);
    const before = sold.find((policy) => policy.id === id);
    if (sold.length > 0 && before === undefined) {
      warn(line, 'protection', null, SOLD_HERE);
    } else if (before === undefined || before.updatedAt <= record.updatedAt) {
      rows.set(id, {
        ...sent,
        id,
        storeId,
        orderId,
        orderCreatedAt: record.createdAt,
        ...(before?.status === 'CLAIMED' && { status: 'CLAIMED', cancelledAt: null }),
        currency: record.currency,
        effectiveAt: sent.effectiveAt ?? record.createdAt,
        createdAt: before?.createdAt ?? record.createdAt,
        updatedAt: record.updatedAt,
      });
    }
  }
  const { cancelledAt } = record;
  if (cancelledAt !== null) {
    for (const policy of existing) {
      if (policy.status !== 'ACTIVE' || rows.has(policy.id)) continue;
      const updatedAt = policy.updatedAt > record.updatedAt ? policy.updatedAt : record.updatedAt;
      rows.set(policy.id, { ...policy, status: 'CANCELLED', cancelledAt, updatedAt });
    }
  }
  const planned = [...rows.values()];
  const insurance = planned.find(({ kind }) => kind === 'SHIPPING_INSURANCE');
  return {
    rows: planned,
    columns: {
      premiumPaid:
        insurance === undefined
          ? (order?.premiumPaid ?? 0n)
          : insurance.paidBy === 'CUSTOMER'
            ? insurance.premium
            : 0n,
      premiumCost: insurance?.premium ?? order?.premiumCost ?? 0n,
      premiumDiscount: order?.premiumDiscount ?? 0n,
      protectionCancelledAt:
        insurance === undefined
          ? (order?.protectionCancelledAt ?? null)
          : (insurance.cancelledAt ?? null),
    },
  };
}
