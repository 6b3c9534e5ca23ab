import { and, eq, isNull, sql } from 'drizzle-orm';
import { scopeArray, withdraw } from '../commands/app-scopes.ts';
import type { System } from '../data/system.ts';
import { accessTokens, installations } from '../data/tables/apps.ts';
import { oauthRecords } from '../data/tables/oauth.ts';
import { webhooks } from '../data/tables/webhooks.ts';
import type { Transaction } from '../data/transactions.ts';
import { AppError } from '../errors.ts';
import { isScope } from '../scopes/catalogue.ts';
import { invalid } from './app-shapes.ts';
import { PLATFORM_ACTOR, record } from './audit.ts';
import { findInstallationById, type Installation } from './installations.ts';

/**
 * Takes optional scopes from an installation: its tokens, whatever they say, lose them within seconds. Taking one that
 * was not granted changes nothing. What a scope includes goes with it.
 *
 * @throws AppError NOT_FOUND for no such installation; INVALID_INPUT for what is no scope, for a scope that the app
 * requires, which goes with the whole app only, and for one that comes with another that stays.
 */
export function withdrawScopes(
  system: System,
  installationId: string,
  scopes: readonly string[],
  now: Date,
  actor: string = PLATFORM_ACTOR,
): Promise<Installation> {
  return system.transaction(async (transaction) => {
    const known = scopes.filter(isScope);
    if (known.length < scopes.length) throw invalid('There is no such scope.');
    const call = sql`platform.withdraw_scopes(${installationId}, ${scopeArray(known)})`;
    const withdrawal = await withdraw(transaction, call, known);
    const installation = await findInstallationById(transaction, installationId);
    if (withdrawal === null || installation === null) throw notInstalled();
    const { kept, lost } = withdrawal;
    if (kept.length > 0) throw invalid(kept.map(({ reason }) => reason).join(' '));
    const { appId, storeId } = installation;
    const details = lost.names();
    const facts = { actor, appId, installationId, storeId, details, now };
    if (details.length > 0) {
      await record(transaction, { action: 'installation.withdraw', ...facts });
    }
    return installation;
  });
}

/**
 * Uninstalls an app: all its tokens in the store die at once, its webhooks there are deleted, and the installation is
 * marked removed.
 *
 * @throws AppError NOT_FOUND for no such installation.
 */
export function uninstall(
  system: System,
  installationId: string,
  now: Date,
  actor: string = PLATFORM_ACTOR,
): Promise<void> {
  return system.transaction(async (transaction) => {
    const { appId, storeId } = await lockInstallation(transaction, installationId);
    await transaction
      .update(installations)
      .set({ removedAt: now })
      .where(eq(installations.id, installationId));
    await transaction.delete(oauthRecords).where(eq(oauthRecords.installationId, installationId));
    await transaction
      .update(accessTokens)
      .set({ revokedAt: now })
      .where(and(eq(accessTokens.installationId, installationId), isNull(accessTokens.revokedAt)));
    await transaction
      .delete(webhooks)
      .where(and(eq(webhooks.storeId, storeId), eq(webhooks.owner, installationId)));
    await record(transaction, {
      action: 'installation.uninstall',
      actor,
      appId,
      installationId,
      storeId,
      now,
    });
  });
}

const notInstalled = () => new AppError('NOT_FOUND', 'There is no such installation.');

/** Whoever has the row locked decides alone; an uninstallation and a new token wait for each other. */
async function lockInstallation(
  transaction: Transaction,
  id: string,
): Promise<typeof installations.$inferSelect> {
  const [row] = await transaction
    .select()
    .from(installations)
    .where(and(eq(installations.id, id), isNull(installations.removedAt)))
    .for('update');
  if (row === undefined) throw notInstalled();
  return row;
}
