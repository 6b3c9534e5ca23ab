import { and, eq, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { System } from '../data/system.ts';
import { grants, installations } from '../data/tables/apps.ts';
import { stores } from '../data/tables/stores.ts';
import type { Transaction } from '../data/transactions.ts';
import type { Scope } from '../scopes/catalogue.ts';
import { type AppRecord, findApp, usableScopes } from './app-records.ts';

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
