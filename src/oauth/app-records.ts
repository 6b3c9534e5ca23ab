import { eq, inArray, or } from 'drizzle-orm';
import { appScopes, apps } from '../data/tables/apps.ts';
import type { Transaction } from '../data/transactions.ts';
import { AppError } from '../errors.ts';
import { isGated, isScope, type Scope } from '../scopes/catalogue.ts';
import { isApproved } from '../token/app-directory.ts';

/** An app as the platform knows it. Its secret is not here: only a hash of it exists. */
export interface AppRecord {
  readonly id: string;
  readonly clientId: string;
  readonly name: string;
  /** Who offers it; null where the platform was not told. */
  readonly publisher: string | null;
  readonly visibility: 'PUBLIC' | 'PRIVATE';
  readonly review: (typeof apps.$inferSelect)['review'];
  readonly reviewNote: string | null;
  readonly redirectUris: readonly string[];
  readonly logoUrl: string | null;
  readonly privacyPolicyUrl: string | null;
  readonly appUrl: string | null;
  readonly accessTokenFormat: 'OPAQUE' | 'JWT';
  readonly ownerStoreId: string | null;
  /** Those of the catalogue, in the order of their names. */
  readonly scopes: readonly { readonly scope: Scope; readonly required: boolean }[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * Whether the app may be installed in this store: an approved one in any, every other one in its owner's alone, and a
 * suspended one in none.
 */
export function isInstallableIn(
  app: Pick<AppRecord, 'visibility' | 'review' | 'ownerStoreId'>,
  storeId: string,
): boolean {
  if (app.review === 'SUSPENDED') return false;
  return isApproved(app) || app.ownerStoreId === storeId;
}

/** What the app declares and may use as things are: without admin-gated scopes unless it is approved. */
export function usableScopes(app: Pick<AppRecord, 'visibility' | 'review' | 'scopes'>): Scope[] {
  const approved = isApproved(app);
  return app.scopes.flatMap(({ scope }) => (approved || !isGated(scope) ? [scope] : []));
}

/** The scopes that the app cannot be installed without, of those that it may use. */
export function requiredScopes(app: Pick<AppRecord, 'visibility' | 'review' | 'scopes'>): Scope[] {
  const usable = usableScopes(app);
  return app.scopes.flatMap(({ scope, required }) =>
    required && usable.includes(scope) ? [scope] : [],
  );
}

/** The app with this id or client id; null when there is none. */
export async function findApp(
  transaction: Transaction,
  reference: string,
): Promise<AppRecord | null> {
  const isIt = or(eq(apps.id, reference), eq(apps.clientId, reference));
  const rows = await transaction.select().from(apps).where(isIt);
  return (await withScopes(transaction, rows))[0] ?? null;
}

/**
 * The same, with its row locked: whoever else changes it waits.
 *
 * @throws AppError NOT_FOUND
 */
export async function lockApp(transaction: Transaction, reference: string): Promise<AppRecord> {
  const isIt = or(eq(apps.id, reference), eq(apps.clientId, reference));
  // Its key stays: rows that refer to the app can be written meanwhile, and so nobody waits in a circle.
  const rows = await transaction.select().from(apps).where(isIt).for('no key update');
  const [app] = await withScopes(transaction, rows);
  if (app === undefined) throw new AppError('NOT_FOUND', `There is no app "${reference}".`);
  return app;
}

/** The rows as records, with what each declares. */
export async function withScopes(
  transaction: Transaction,
  rows: readonly (typeof apps.$inferSelect)[],
): Promise<AppRecord[]> {
  const ids = rows.map(({ id }) => id);
  const declared = await transaction
    .select()
    .from(appScopes)
    .where(inArray(appScopes.appId, ids))
    .orderBy(appScopes.scope);
  return rows.map(({ secretHash: _, ...row }) => ({
    ...row,
    scopes: declared.flatMap(({ appId, scope, required }) =>
      appId === row.id && isScope(scope) ? [{ scope, required }] : [],
    ),
  }));
}
