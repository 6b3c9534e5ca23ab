import { and, eq, ne } from 'drizzle-orm';
import { claimItems, claims } from '../data/tables/claims.ts';
import { lineItems, orders } from '../data/tables/orders.ts';
import { policies } from '../data/tables/policies.ts';
import { claimSettings } from '../data/tables/settings.ts';
import type { Scope } from '../scopes/catalogue.ts';
import { absent, lockRow, type Target } from './changes.ts';
import type { Work } from './command.ts';
import { decimalOf } from './money.ts';

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
  if (found === undefined) absent(target.id, target.field);
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

/** The end of a sentence that tells an amount of an order only to who may read it. */
export const amountTold = (
  { grantedScopes }: Work,
  scope: Scope,
  minorUnits: bigint,
  { currency }: Order,
): string =>
  grantedScopes.has(scope) ? `: ${decimalOf({ minorUnits, currency })} ${currency}` : '';
