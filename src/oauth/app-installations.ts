import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { accessTokens, grants, installations } from '../data/tables/apps.ts';
import { oauthRecords } from '../data/tables/oauth.ts';
import type { Transaction } from '../data/transactions.ts';

/** Ends every token, code and consent of an app, in every store. */
export async function endTokens(transaction: Transaction, appId: string, now: Date): Promise<void> {
  // Whoever makes a token holds its installation: none is made while this goes on.
  await lockInstallationsOf(transaction, appId);
  const own = idsOf(transaction, appId);
  await transaction.delete(oauthRecords).where(inArray(oauthRecords.installationId, own));
  await transaction
    .update(accessTokens)
    .set({ revokedAt: now })
    .where(and(inArray(accessTokens.installationId, own), isNull(accessTokens.revokedAt)));
}

/** Takes scopes from every installation of an app, also from what its merchant has seen. */
export async function takeFromAll(
  transaction: Transaction,
  appId: string,
  scopes: readonly string[],
): Promise<void> {
  if (scopes.length === 0) return;
  await lockInstallationsOf(transaction, appId);
  const own = idsOf(transaction, appId);
  await transaction
    .delete(grants)
    .where(and(inArray(grants.installationId, own), inArray(grants.scope, [...scopes])));
  for (const scope of scopes) {
    const left = sql`array_remove(${installations.reviewedScopes}, ${scope})`;
    await transaction
      .update(installations)
      .set({ reviewedScopes: left })
      .where(eq(installations.appId, appId));
  }
}

/** As part of a statement: there may be more of them than a statement takes values. */
const idsOf = (transaction: Transaction, appId: string) =>
  transaction
    .select({ id: installations.id })
    .from(installations)
    .where(eq(installations.appId, appId));

/** In one order, so that two who do so never wait for each other. */
const lockInstallationsOf = (transaction: Transaction, appId: string) =>
  transaction
    .select({ id: installations.id })
    .from(installations)
    .where(eq(installations.appId, appId))
    .orderBy(installations.id)
    .for('update');
