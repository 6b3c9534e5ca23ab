import { and, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { scopeArray, withdraw } from '../commands/app-scopes.ts';
import { newId } from '../data/new-id.ts';
import type { System } from '../data/system.ts';
import { accessTokens, grants, installations } from '../data/tables/apps.ts';
import { merchantStores, merchants } from '../data/tables/merchants.ts';
import { oauthRecords } from '../data/tables/oauth.ts';
import { stores } from '../data/tables/stores.ts';
import { webhooks } from '../data/tables/webhooks.ts';
import type { Transaction } from '../data/transactions.ts';
import { AppError } from '../errors.ts';
import { isScope, type Scope } from '../scopes/catalogue.ts';
import {
  type AppRecord,
  findApp,
  isInstallableIn,
  lockApp,
  requiredScopes,
  usableScopes,
} from './app-records.ts';
import { invalid } from './app-shapes.ts';
import { PLATFORM_ACTOR, record } from './audit.ts';

/** An app in a store, as it is now. */
export interface Installation {
  readonly id: string;
  readonly appId: string;
  readonly storeId: string;
  readonly installedAt: Date;
  readonly lastUsedAt: Date | null;
  /** What the merchant granted, whether the app may use it as things are or not. */
  readonly granted: readonly string[];
  /** What the merchant decided about last, granted or not. */
  readonly reviewed: readonly string[];
}

/** The installation of an app in a store, by the store's id or domain; null when it is not installed there. */
export async function findInstallation(
  transaction: Transaction,
  appId: string,
  storeReference: string,
): Promise<Installation | null> {
  const [row] = await transaction
    .select({ installation: installations })
    .from(installations)
    .innerJoin(stores, eq(stores.id, installations.storeId))
    .where(
      and(
        eq(installations.appId, appId),
        isNull(installations.removedAt),
        or(eq(stores.id, storeReference), eq(stores.domain, storeReference)),
      ),
    );
  return row === undefined ? null : withGrants(transaction, row.installation);
}

/** An installation by its id; null when there is none, or the merchant has removed it. */
export async function findInstallationById(
  transaction: Transaction,
  id: string,
): Promise<Installation | null> {
  const [row] = await transaction
    .select()
    .from(installations)
    .where(and(eq(installations.id, id), isNull(installations.removedAt)));
  return row === undefined ? null : withGrants(transaction, row);
}

/** What an installed app may use as things are: what was granted and it still declares, less what is gated. */
export const installedScopes = (app: AppRecord, installation: Installation): Scope[] =>
  usableScopes(app).filter((scope) => installation.granted.includes(scope));

/** A merchant's answer to what an app asks for. */
export interface Consent {
  readonly appId: string;
  readonly storeId: string;
  readonly merchantId: string;
  /** Every scope that the app is to have from now on, the required ones among them. */
  readonly granted: readonly Scope[];
  readonly now: Date;
}

/**
 * Installs an app, or changes what an installed one was granted. Everything is looked at again under a lock, however
 * long the page was open: the app may have been suspended, and the person may have left the store.
 *
 * @throws AppError INVALID_INPUT when the app may not be installed there, when the person has no such store, when a
 * required scope is missing, or one is granted that the app does not declare or may not use.
 */
export function saveConsent(
  system: System,
  { appId, storeId, merchantId, granted, now }: Consent,
): Promise<Installation> {
  return system.transaction(async (transaction) => {
    const app = await lockApp(transaction, appId);
    if (!isInstallableIn(app, storeId)) throw invalid(`${app.name} cannot be installed here.`);
    await checkMembership(transaction, merchantId, storeId);
    const missing = requiredScopes(app).filter((scope) => !granted.includes(scope));
    if (missing.length > 0) throw invalid(`${app.name} needs ${missing.join(', ')}.`);
    const usable = usableScopes(app);
    const extra = granted.filter((scope) => !usable.includes(scope));
    if (extra.length > 0) throw invalid(`${app.name} cannot be granted ${extra.join(', ')}.`);

    await lockLivingOf(transaction, app.id, storeId);
    const before = await findInstallation(transaction, app.id, storeId);
    const id = before?.id ?? newId('ins');
    const reviewed = {
      reviewedScopes: app.scopes.map(({ scope }) => scope),
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

/** An installed app with its installation, for the merchant's page. */
export interface InstalledApp {
  readonly app: AppRecord;
  readonly installation: Installation;
}

/** The apps that a store has installed, the newest first. */
export function listInstalledApps(
  system: System,
  storeId: string,
): Promise<readonly InstalledApp[]> {
  return system.transaction(async (transaction) => {
    const rows = await transaction
      .select()
      .from(installations)
      .where(and(eq(installations.storeId, storeId), isNull(installations.removedAt)))
      .orderBy(sql`installed_at desc, id`);
    const found: InstalledApp[] = [];
    for (const row of rows) {
      const app = await findApp(transaction, row.appId);
      if (app !== null) found.push({ app, installation: await withGrants(transaction, row) });
    }
    return found;
  });
}

/** The app of an installation that was removed from a store; null where there is no such, or the app is back. */
export function findUninstalled(
  system: System,
  storeId: string,
  installationId: string,
): Promise<AppRecord | null> {
  return system.transaction(async (transaction) => {
    const [row] = await transaction
      .select({ appId: installations.appId })
      .from(installations)
      .where(
        and(
          eq(installations.id, installationId),
          eq(installations.storeId, storeId),
          isNotNull(installations.removedAt),
        ),
      );
    if (row === undefined) return null;
    const again = await findInstallation(transaction, row.appId, storeId);
    return again === null ? findApp(transaction, row.appId) : null;
  });
}

const notInstalled = () => new AppError('NOT_FOUND', 'There is no such installation.');

/** Whoever has the row locked decides alone; an uninstallation and a new token wait for each other. */
async function lockInstallation(transaction: Transaction, id: string): Promise<Installation> {
  const [row] = await transaction
    .select()
    .from(installations)
    .where(and(eq(installations.id, id), isNull(installations.removedAt)))
    .for('update');
  if (row === undefined) throw notInstalled();
  return withGrants(transaction, row);
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

async function withGrants(
  transaction: Transaction,
  row: typeof installations.$inferSelect,
): Promise<Installation> {
  const { id, appId, storeId, installedAt, lastUsedAt, reviewedScopes: reviewed } = row;
  const granted = await transaction
    .select({ scope: grants.scope })
    .from(grants)
    .where(eq(grants.installationId, id))
    .orderBy(grants.scope);
  const names = granted.map(({ scope }) => scope);
  return { id, appId, storeId, installedAt, lastUsedAt, granted: names, reviewed };
}

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
