import { and, eq, exists, inArray, notInArray, or, sql } from 'drizzle-orm';
import { claimItems, claimResolutions, claims } from '../data/tables/claims.ts';
import { GIVEN_UP_STATES } from './claim-transitions.ts';
import type { Work } from './command.ts';

/** How many pieces of a line item claims hold; none where all that name it were given up. */
export type ClaimedPieces = ReadonlyMap<string, number>;

/**
 * The line items of orders that claims name, but for the claims with these ids. A claim holds its pieces unless it was
 * given up; one that was paid holds them whatever became of it. Reliable only while the orders are locked.
 */
export async function claimedPieces(
  { transaction }: Pick<Work, 'transaction'>,
  orderIds: readonly string[],
  butOf: readonly string[] = [],
): Promise<ClaimedPieces> {
  if (orderIds.length === 0) return new Map();
  const paid = transaction
    .select({ id: claimResolutions.id })
    .from(claimResolutions)
    .where(eq(claimResolutions.claimId, claims.id));
  const holds = or(notInArray(claims.state, [...GIVEN_UP_STATES]), exists(paid));
  const rows = await transaction
    .select({
      lineItemId: claimItems.lineItemId,
      pieces: sql<number>`coalesce(sum(${claimItems.quantity}) filter (where ${holds}), 0)::int`,
    })
    .from(claimItems)
    .innerJoin(claims, eq(claims.id, claimItems.claimId))
    .where(
      and(
        inArray(claims.orderId, [...orderIds]),
        butOf.length === 0 ? undefined : notInArray(claims.id, [...butOf]),
      ),
    )
    .groupBy(claimItems.lineItemId);
  return new Map(rows.map(({ lineItemId, pieces }) => [lineItemId, pieces]));
}
