import { and, eq, inArray, isNull } from 'drizzle-orm';
import { newId } from '../data/new-id.ts';
import type { System } from '../data/system.ts';
import { grants, installations } from '../data/tables/apps.ts';
import { merchantStores, merchants } from '../data/tables/merchants.ts';
import type { Transaction } from '../data/transactions.ts';
import type { Scope } from '../scopes/catalogue.ts';
import { isInstallableIn, lockApp, requiredScopes, usableScopes } from './app-records.ts';
import { invalid } from './app-shapes.ts';
import { record } from './audit.ts';
import { findInstallation, findInstallationById, type Installation } from './installations.ts';

/** A merchant's answer to what an app asks for. */
export interface Consent {
  readonly appId: string;
  readonly storeId: string;
  readonly merchantId: string;
  /** Every scope that the merchant was shown, and so has decided about. */
  readonly shown: readonly Scope[];
  /** Of those every scope that the app is to have from now on, the required ones among them. */
  readonly granted: readonly Scope[];
  readonly now: Date;
}

/**
 * Installs an app, or changes what an installed one was granted. A scope that was not shown stays undecided, whoever
 * declared it meanwhile; but a no from before stands where nothing was said of it. Everything is looked at again under a
 * lock, however long the page was open: the app may have been suspended, and the person may have left the store.
 *
 * @throws AppError INVALID_INPUT when the app may not be installed there, when the person has no such store, when a
 * required scope is missing, or one is granted that was not shown, or that the app does not declare or may not use.
 */
export function saveConsent(
  system: System,
  { appId, storeId, merchantId, shown, granted, now }: Consent,
): Promise<Installation> {
  return system.transaction(async (transaction) => {
    const app = await lockApp(transaction, appId);
    if (!isInstallableIn(app, storeId)) throw invalid(`${app.name} cannot be installed here.`);
    await checkMembership(transaction, merchantId, storeId);
    const missing = requiredScopes(app).filter((scope) => !granted.includes(scope));
    if (missing.length > 0) throw invalid(`${app.name} needs ${missing.join(', ')}.`);
    const usable = usableScopes(app);
    const extra = granted.filter((scope) => !usable.includes(scope) || !shown.includes(scope));
    if (extra.length > 0) throw invalid(`${app.name} cannot be granted ${extra.join(', ')}.`);

    await lockLivingOf(transaction, app.id, storeId);
    const before = await findInstallation(transaction, app.id, storeId);
    const id = before?.id ?? newId('ins');
    // Otherwise an app could have a no forgotten, by asking for something else.
    const refused = before?.reviewed.filter((scope) => !before.granted.includes(scope)) ?? [];
    const decided: readonly string[] = [...shown, ...refused];
    const reviewed = {
      reviewedScopes: app.scopes.flatMap(({ scope }) => (decided.includes(scope) ? [scope] : [])),
      reviewedAt: now,
      reviewedBy: merchantId,
    };
    if (before === null) {
      const row = { id, appId: app.id, storeId, installedAt: now, ...reviewed };
      await transaction.insert(installations).values(row);
    } else {
      await transaction.update(installations).set(reviewed).where(eq(installations.id, id));
      const gone = before.granted.filter((scope) => !granted.some((kept) => kept === scope));
      await removeGrants(transaction, id, gone);
    }
    const added = granted.filter((scope) => !before?.granted.includes(scope));
    if (added.length > 0) {
      const rows = added.map((scope) => ({ installationId: id, scope, grantedAt: now }));
      await transaction.insert(grants).values(rows);
    }
    await record(transaction, {
      action: 'installation.consent',
      actor: merchantId,
      appId: app.id,
      installationId: id,
      storeId,
      details: [...granted],
      now,
    });
    const saved = await findInstallationById(transaction, id);
    if (saved === null) throw new TypeError('An installation vanished while it was locked.');
    return saved;
  });
}

/** Waits for whoever takes scopes from the installation or removes it, so that what is read next is what is so. */
const lockLivingOf = (transaction: Transaction, appId: string, storeId: string) =>
  transaction
    .select({ id: installations.id })
    .from(installations)
    .where(
      and(
        eq(installations.appId, appId),
        eq(installations.storeId, storeId),
        isNull(installations.removedAt),
      ),
    )
    .for('update');

async function removeGrants(
  transaction: Transaction,
  installationId: string,
  scopes: readonly string[],
): Promise<void> {
  if (scopes.length === 0) return;
  await transaction
    .delete(grants)
    .where(and(eq(grants.installationId, installationId), inArray(grants.scope, [...scopes])));
}

async function checkMembership(
  transaction: Transaction,
  merchantId: string,
  storeId: string,
): Promise<void> {
  const [row] = await transaction
    .select()
    .from(merchantStores)
    .innerJoin(merchants, eq(merchants.id, merchantStores.merchantId))
    .where(
      and(
        eq(merchants.id, merchantId),
        isNull(merchants.disabledAt),
        eq(merchantStores.storeId, storeId),
      ),
    );
  if (row === undefined) throw invalid('This person has no such store.');
}
