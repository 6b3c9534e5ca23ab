import { randomBytes } from 'node:crypto';
import { desc, eq } from 'drizzle-orm';
import type * as z from 'zod';
import { newId } from '../data/new-id.ts';
import type { System } from '../data/system.ts';
import { appScopes, apps } from '../data/tables/apps.ts';
import type { Transaction } from '../data/transactions.ts';
import { AppError } from '../errors.ts';
import { hashOf } from '../token/stored-hash.ts';
import { endTokens, takeFromAll } from './app-installations.ts';
import { type AppRecord, findApp, lockApp, withScopes } from './app-records.ts';
import {
  APP_CHANGES,
  APP_DRAFT,
  checkDeclaration,
  type Declaration,
  invalid,
  parseShape,
} from './app-shapes.ts';
import { type AuditEntry, PLATFORM_ACTOR, record } from './audit.ts';
import { newClientSecret } from './secrets.ts';
import { storeIdOf } from './stores.ts';

/** What a new app says of itself. `ownerStore` is a store's id or domain: a private app needs one. */
export type AppDraft = z.input<typeof APP_DRAFT>;

/** What to change of an app; what is left out stays. Scopes that are given replace all of their kind. */
export type AppChanges = z.input<typeof APP_CHANGES>;

/** An app with its client secret, which is here and never again. */
export interface AppWithSecret {
  readonly app: AppRecord;
  readonly clientSecret: string;
}

/**
 * Registers an app. A private one can be installed in its owner's store at once; a public one there as well, and
 * anywhere else when the platform has approved it.
 *
 * @throws AppError INVALID_INPUT with every problem.
 */
export async function registerApp(
  system: System,
  draft: AppDraft,
  now: Date,
): Promise<AppWithSecret> {
  const given = parseShape(APP_DRAFT, draft);
  checkDeclaration(given);
  const { requiredScopes, optionalScopes, ownerStore, ...row } = given;
  if (row.visibility === 'PRIVATE' && ownerStore === null) {
    throw invalid('ownerStore: A private app belongs to a store.');
  }
  return system.transaction(async (transaction) => {
    const id = newId('app');
    const clientSecret = newClientSecret();
    await transaction.insert(apps).values({
      ...row,
      id,
      clientId: `op_app_${randomBytes(12).toString('hex')}`,
      review: 'DRAFT',
      secretHash: hashOf(clientSecret),
      ownerStoreId:
        ownerStore === null ? null : await storeIdOf(transaction, ownerStore, 'ownerStore'),
      createdAt: now,
      updatedAt: now,
    });
    await declare(transaction, id, given);
    await note(transaction, 'app.register', id, now, [...requiredScopes, ...optionalScopes]);
    return { app: await lockApp(transaction, id), clientSecret };
  });
}

/** All apps, the newest first. */
export function listApps(system: System): Promise<readonly AppRecord[]> {
  return system.transaction(async (transaction) =>
    withScopes(transaction, await transaction.select().from(apps).orderBy(desc(apps.createdAt))),
  );
}

/**
 * The app with this id or client id.
 *
 * @throws AppError NOT_FOUND
 */
export async function getApp(system: System, reference: string): Promise<AppRecord> {
  const app = await system.transaction((transaction) => findApp(transaction, reference));
  if (app === null) throw new AppError('NOT_FOUND', `There is no app "${reference}".`);
  return app;
}

/**
 * Changes what is given of an app. A merchant is asked about new scopes when the app next sends one to the consent page.
 * A scope that is no longer declared is taken from every installation, so that its tokens lose it within seconds and a
 * later declaration asks again; everything else that was granted stays.
 *
 * @throws AppError NOT_FOUND, INVALID_INPUT
 */
export async function changeApp(
  system: System,
  reference: string,
  changes: AppChanges,
  now: Date,
): Promise<AppRecord> {
  const { requiredScopes, optionalScopes, ...row } = parseShape(APP_CHANGES, changes);
  return system.transaction(async (transaction) => {
    const app = await lockApp(transaction, reference);
    const declared = (required: boolean) =>
      app.scopes.filter((scope) => scope.required === required).map(({ scope }) => scope);
    const declaration = {
      visibility: app.visibility,
      requiredScopes: requiredScopes ?? declared(true),
      optionalScopes: optionalScopes ?? declared(false),
    };
    checkDeclaration(declaration);
    await transaction
      .update(apps)
      .set({ ...row, updatedAt: now })
      .where(eq(apps.id, app.id));
    await declare(transaction, app.id, declaration);
    const kept: readonly string[] = [...declaration.requiredScopes, ...declaration.optionalScopes];
    const before = app.scopes.map(({ scope }) => scope);
    await takeFromAll(
      transaction,
      app.id,
      before.filter((scope) => !kept.includes(scope)),
    );
    await note(transaction, 'app.change', app.id, now, Object.keys(changes).sort());
    return lockApp(transaction, app.id);
  });
}

/** Asks the platform to look at a public app. @throws AppError NOT_FOUND, INVALID_INPUT */
export const submitForReview = (system: System, reference: string, now: Date) =>
  review(system, reference, 'app.review', now, ({ visibility, review, name }) => {
    if (visibility === 'PRIVATE') throw invalid(needsNoReview(name));
    if (review === 'PENDING') throw invalid(`${name} is PENDING. Approve it or reject it.`);
    if (review === 'APPROVED') throw invalid(`${name} is APPROVED. It needs no review any more.`);
    if (review === 'SUSPENDED') throw invalid(liftFirst(name));
    return { review: 'PENDING', note: null };
  });

/**
 * Approves a public app: any merchant may install it, and it may use admin-gated scopes. Lifts the suspension of any
 * app; a private one is then as it was.
 *
 * @throws AppError NOT_FOUND, INVALID_INPUT
 */
export const approveApp = (system: System, reference: string, now: Date) =>
  review(system, reference, 'app.approve', now, ({ visibility, review, name }) => {
    if (review === 'APPROVED') throw invalid(`${name} is APPROVED already.`);
    if (visibility === 'PUBLIC') return { review: 'APPROVED', note: null };
    if (review !== 'SUSPENDED') throw invalid(needsNoReview(name));
    return { review: 'DRAFT', note: null };
  });

/**
 * Rejects a public app, or withdraws its approval: it cannot be installed any more, and its tokens lose admin-gated
 * scopes within seconds. What merchants installed stays.
 *
 * @throws AppError NOT_FOUND, INVALID_INPUT
 */
export const rejectApp = (system: System, reference: string, note: string, now: Date) =>
  review(system, reference, 'app.reject', now, ({ visibility, review, name }) => {
    if (visibility === 'PRIVATE') throw invalid(`${needsNoReview(name)} Suspend it to stop it.`);
    if (review === 'DRAFT') throw invalid(`${name} is DRAFT. Put it up for review first.`);
    if (review === 'REJECTED') throw invalid(`${name} is REJECTED already.`);
    if (review === 'SUSPENDED') throw invalid(liftFirst(name));
    return { review: 'REJECTED', note };
  });

/**
 * Stops an app: no token of it works any more, and it cannot get one. Its installations stay, so that it can go on
 * when `approveApp` lifts the suspension; tokens from before stay dead.
 *
 * @throws AppError NOT_FOUND, INVALID_INPUT
 */
export const suspendApp = (system: System, reference: string, note: string, now: Date) =>
  review(system, reference, 'app.suspend', now, ({ review, name }) => {
    if (review === 'SUSPENDED') throw invalid(`${name} is SUSPENDED already.`);
    return { review: 'SUSPENDED', note };
  });

const needsNoReview = (name: string) =>
  `${name} is private and needs no review: its own store can install it as it is.`;

const liftFirst = (name: string) => `${name} is SUSPENDED. Approve it to lift the suspension.`;

/** Gives an app another client secret; the old one ends at once, and tokens stay. @throws AppError NOT_FOUND */
export function rotateSecret(system: System, reference: string, now: Date): Promise<AppWithSecret> {
  return system.transaction(async (transaction) => {
    const { id } = await lockApp(transaction, reference);
    const clientSecret = newClientSecret();
    await transaction
      .update(apps)
      .set({ secretHash: hashOf(clientSecret), updatedAt: now })
      .where(eq(apps.id, id));
    await note(transaction, 'app.rotate_secret', id, now);
    return { app: await lockApp(transaction, id), clientSecret };
  });
}

interface Verdict {
  readonly review: AppRecord['review'];
  readonly note: string | null;
}

/** Changes where an app stands, after `decide` has said that it may. */
function review(
  system: System,
  reference: string,
  action: AuditEntry['action'],
  now: Date,
  decide: (app: AppRecord) => Verdict,
): Promise<AppRecord> {
  return system.transaction(async (transaction) => {
    const app = await lockApp(transaction, reference);
    const verdict = decide(app);
    await transaction
      .update(apps)
      .set({ review: verdict.review, reviewNote: verdict.note, updatedAt: now })
      .where(eq(apps.id, app.id));
    if (verdict.review === 'SUSPENDED') await endTokens(transaction, app.id, now);
    await note(transaction, action, app.id, now);
    return lockApp(transaction, app.id);
  });
}

const note = (
  transaction: Transaction,
  action: AuditEntry['action'],
  appId: string,
  now: Date,
  details: string[] = [],
) => record(transaction, { action, actor: PLATFORM_ACTOR, appId, details, now });

async function declare(
  transaction: Transaction,
  appId: string,
  { requiredScopes, optionalScopes }: Declaration,
): Promise<void> {
  await transaction.delete(appScopes).where(eq(appScopes.appId, appId));
  await transaction
    .insert(appScopes)
    .values([
      ...requiredScopes.map((scope) => ({ appId, scope, required: true })),
      ...optionalScopes.map((scope) => ({ appId, scope, required: false })),
    ]);
}
