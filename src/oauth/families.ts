import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { errors } from 'oidc-provider';
import { accessTokens, apps, installations } from '../data/tables/apps.ts';
import { oauthRecords } from '../data/tables/oauth.ts';
import type { Transaction } from '../data/transactions.ts';
import { hashOf } from '../token/stored-hash.ts';
import type { GrantPlace } from './grants.ts';

/**
 * Locks the installation against uninstalling and the consent against its revocation, in the order in which uninstalling
 * takes them: the other way round two could wait for each other.
 *
 * @throws InvalidGrant when there is no such consent any more.
 */
export async function lockGrant(transaction: Transaction, grantId: string): Promise<GrantPlace> {
  const isIt = and(eq(oauthRecords.kind, 'Grant'), eq(oauthRecords.hash, hashOf(grantId)));
  const [found] = await transaction
    .select({ installationId: oauthRecords.installationId })
    .from(oauthRecords)
    .where(isIt);
  const place = await lockLiving(transaction, found?.installationId ?? null);
  const [grant] = await transaction
    .select({ hash: oauthRecords.hash })
    .from(oauthRecords)
    .where(isIt)
    .for('share');
  if (grant === undefined) throw new errors.InvalidGrant('the consent was revoked');
  return place;
}

/**
 * Locks an installation against uninstalling, and against the suspension of its app.
 *
 * @throws InvalidGrant when it is gone, or the app is suspended.
 */
export async function lockLiving(transaction: Transaction, id: string | null): Promise<GrantPlace> {
  const [installation] = await transaction
    .select({
      appId: installations.appId,
      installationId: installations.id,
      storeId: installations.storeId,
    })
    .from(installations)
    .where(and(eq(installations.id, id ?? ''), isNull(installations.removedAt)))
    .for('share');
  if (installation === undefined) throw new errors.InvalidGrant('the app is not installed');
  const { appId, ...place } = installation;
  // A statement of its own: it sees the suspension that the lock may have waited for.
  const [app] = await transaction
    .select({ review: apps.review })
    .from(apps)
    .where(eq(apps.id, appId));
  if (app?.review === 'SUSPENDED') throw new errors.InvalidGrant('the app is suspended');
  return place;
}

/**
 * Ends a consent with everything that came from it: codes, refresh tokens and access tokens. The installation is locked
 * first, as by everybody else: whoever makes a token of the consent is waited for.
 */
export async function revokeFamily(transaction: Transaction, grantHash: string): Promise<void> {
  const isOfFamily = eq(oauthRecords.grantHash, grantHash);
  const isTokenOfFamily = and(
    eq(accessTokens.grantHash, grantHash),
    isNull(accessTokens.revokedAt),
  );
  const [record] = await transaction.select().from(oauthRecords).where(isOfFamily).limit(1);
  const [token] = record
    ? [record]
    : await transaction.select().from(accessTokens).where(isTokenOfFamily).limit(1);
  const installationId = token?.installationId;
  if (!installationId) return;
  await transaction
    .select({ id: installations.id })
    .from(installations)
    .where(eq(installations.id, installationId))
    .for('update');
  await transaction.delete(oauthRecords).where(isOfFamily);
  await transaction.update(accessTokens).set({ revokedAt: new Date() }).where(isTokenOfFamily);
}

/** Keeps the code that tokens came from as long as they can live: used again, it ends them. */
export async function keepUsedCode(
  transaction: Transaction,
  grantHash: string,
  expiresAt: Date,
): Promise<void> {
  await transaction
    .update(oauthRecords)
    .set({ expiresAt })
    .where(
      and(
        eq(oauthRecords.grantHash, grantHash),
        eq(oauthRecords.kind, 'AuthorizationCode'),
        isNotNull(oauthRecords.consumedAt),
      ),
    );
}
