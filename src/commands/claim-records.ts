import { and, eq, exists, ne, notInArray, or, sql } from 'drizzle-orm';
import { claimItems, claimResolutions, claims } from '../data/tables/claims.ts';
import { lineItems, orders } from '../data/tables/orders.ts';
import { policies } from '../data/tables/policies.ts';
import { claimSettings } from '../data/tables/settings.ts';
import { lockRow } from './changes.ts';
import { GIVEN_UP_STATES } from './claim-transitions.ts';
import { refuse, type Work } from './command.ts';
import type { Target } from './orders-in-sight.ts';

export type Claim = typeof claims.$inferSelect;
export type Order = typeof orders.$inferSelect;

/**
 * A claim with its order, both locked, the order first. A claim outlives the order window, so its order need not be in
 * sight: nothing of it may be told.
 *
 * @throws Refused as `lockRow` does.
 */
export async function lockClaim(
  work: Work,
  target: Target,
): Promise<{ readonly claim: Claim; readonly order: Order }> {
  const [found] = target.id.includes('\0')
    ? []
    : await work.transaction
        .select({ orderId: claims.orderId })
        .from(claims)
        .where(eq(claims.id, target.id));
  if (found === undefined) {
    refuse('NOT_FOUND', target.field ?? 'input.id', `There is no ${target.id} in sight.`);
  }
  const [order] = await work.transaction
    .select()
    .from(orders)
    .where(eq(orders.id, found.orderId))
    .for('update');
  if (order === undefined) throw new TypeError(`The order of ${target.id} is gone.`);
  return { order, claim: await lockRow(work, claims, target) };
}

/** The policy that makes a claim good, locked; null where there is none, or it or the order was cancelled since. */
export async function lockProtection(
  { transaction }: Work,
  { policyId }: Claim,
  { cancelledAt }: Order,
): Promise<typeof policies.$inferSelect | null> {
  if (policyId === null || cancelledAt !== null) return null;
  const [policy] = await transaction
    .select()
    .from(policies)
    .where(and(eq(policies.id, policyId), ne(policies.status, 'CANCELLED')))
    .for('update');
  return policy ?? null;
}

/** The pieces of a claim with the prices of their lines. */
export async function piecesOf({ transaction }: Work, claimId: string) {
  return transaction
    .select({ line: lineItems, quantity: claimItems.quantity })
    .from(claimItems)
    .innerJoin(lineItems, eq(lineItems.id, claimItems.lineItemId))
    .where(eq(claimItems.claimId, claimId))
    .orderBy(claimItems.id);
}

/**
 * How many pieces of each line item of an order other claims hold: all of those that were not given up, and those
 * that were paid whatever became of them. Reliable only while the order is locked.
 */
export async function heldPieces(
  { transaction }: Work,
  orderId: string,
  butOf: string | null = null,
): Promise<ReadonlyMap<string, number>> {
  const paid = transaction
    .select({ id: claimResolutions.id })
    .from(claimResolutions)
    .where(eq(claimResolutions.claimId, claims.id));
  const rows = await transaction
    .select({
      lineItemId: claimItems.lineItemId,
      quantity: sql<number>`sum(${claimItems.quantity})::int`,
    })
    .from(claimItems)
    .innerJoin(claims, eq(claims.id, claimItems.claimId))
    .where(
      and(
        eq(claims.orderId, orderId),
        butOf === null ? undefined : ne(claims.id, butOf),
        or(notInArray(claims.state, [...GIVEN_UP_STATES]), exists(paid)),
      ),
    )
    .groupBy(claimItems.lineItemId);
  return new Map(rows.map(({ lineItemId, quantity }) => [lineItemId, quantity]));
}

/** What holds for a store that has not set up claims. */
const DEFAULTS = {
  filingDays: 45,
  maximum: 500_000n,
  currency: 'USD',
  acceptsShippingClaims: true,
  acceptsWarrantyClaims: true,
  requiresSignature: false,
};

/** The store's settings for claims. */
export async function loadClaimSettings({
  transaction,
  storeId,
}: Work): Promise<Readonly<typeof DEFAULTS>> {
  const [settings] = await transaction
    .select()
    .from(claimSettings)
    .where(eq(claimSettings.storeId, storeId));
  return settings ?? DEFAULTS;
}
