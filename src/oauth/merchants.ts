import { and, asc, eq, inArray, or, sql } from 'drizzle-orm';
import * as z from 'zod';
import { newId } from '../data/new-id.ts';
import type { System } from '../data/system.ts';
import { merchantStores, merchants } from '../data/tables/merchants.ts';
import { oauthRecords } from '../data/tables/oauth.ts';
import { stores } from '../data/tables/stores.ts';
import type { Transaction } from '../data/transactions.ts';
import { AppError } from '../errors.ts';
import type { MerchantStore } from './accounts.ts';
import { invalid, parseShape, shownText } from './app-shapes.ts';
import { type AuditEntry, PLATFORM_ACTOR, record } from './audit.ts';
import { hashPassword, newPassword, PASSWORD_LENGTH } from './passwords.ts';
import { storeIdOf } from './stores.ts';

/** An account of a person, as the platform sees it. Nothing of the password is here. */
export interface MerchantRecord {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** By name. */
  readonly stores: readonly MerchantStore[];
  /** Since when the person cannot sign in; null when they can. */
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An account with the password that was made for it; null where one was given. */
export interface MerchantWithPassword {
  readonly merchant: MerchantRecord;
  readonly password: string | null;
}

const passwordText = z
  .string()
  .refine(
    ({ length }) => length >= PASSWORD_LENGTH.least && length <= PASSWORD_LENGTH.most,
    `It has ${PASSWORD_LENGTH.least} to ${PASSWORD_LENGTH.most} characters.`,
  );

export const MERCHANT_PASSWORD = passwordText.nullable().default(null);

export const MERCHANT_DRAFT = z.strictObject({
  name: shownText,
  email: z
    .string()
    .max(254, 'It has at most 254 characters.')
    .regex(/^[^\s\p{C}@]+@[^\s\p{C}@]+$/u, 'It is not an e-mail address.'),
  /** One is made where none is given. */
  password: MERCHANT_PASSWORD,
  /** Ids or domains. */
  stores: z.array(z.string()).default([]),
});

/** What a new account says. */
export type MerchantDraft = z.input<typeof MERCHANT_DRAFT>;

/**
 * Makes an account for somebody, who signs in with its e-mail address.
 *
 * @throws AppError INVALID_INPUT with every problem of the draft, for an address that somebody has, an unknown store.
 */
export async function registerMerchant(
  system: System,
  draft: MerchantDraft,
  now: Date,
): Promise<MerchantWithPassword> {
  const { name, email, password, stores: references } = parseShape(MERCHANT_DRAFT, draft);
  const made = password === null ? newPassword() : null;
  const passwordHash = await hashPassword(password ?? made ?? '');
  return system.transaction(async (transaction) => {
    const id = newId('mer');
    const [row] = await transaction
      .insert(merchants)
      .values({ id, name, email, passwordHash, createdAt: now, updatedAt: now })
      .onConflictDoNothing({ target: merchants.emailLower })
      .returning({ id: merchants.id });
    if (row === undefined) throw invalid(`email: Somebody has the address ${email} already.`);
    await note(transaction, 'merchant.register', id, now);
    for (const reference of new Set(references)) {
      const storeId = await storeIdOf(transaction, reference);
      await transaction
        .insert(merchantStores)
        .values({ merchantId: id, storeId })
        .onConflictDoNothing();
      await note(transaction, 'merchant.add_store', id, now, storeId);
    }
    return { merchant: await lockMerchant(transaction, id), password: made };
  });
}

/** All accounts, by e-mail address. */
export function listMerchants(system: System): Promise<readonly MerchantRecord[]> {
  return system.transaction(async (transaction) =>
    withStores(
      transaction,
      await transaction.select().from(merchants).orderBy(asc(merchants.emailLower)),
    ),
  );
}

/**
 * Gives a person another password, one that is made where none is given. Whoever is signed in with the old one is
 * signed out.
 *
 * @throws AppError NOT_FOUND; INVALID_INPUT for one that is too short.
 */
export async function setPassword(
  system: System,
  reference: string,
  given: string | null,
  now: Date,
): Promise<MerchantWithPassword> {
  const password = parseShape(MERCHANT_PASSWORD, given);
  const made = password === null ? newPassword() : null;
  const passwordHash = await hashPassword(password ?? made ?? '');
  const merchant = await change(system, reference, now, async (transaction, { id }) => {
    await transaction.update(merchants).set({ passwordHash }).where(eq(merchants.id, id));
    await endSessions(transaction, id);
    await note(transaction, 'merchant.set_password', id, now);
  });
  return { merchant, password: made };
}

/** Lets a person act for a store. @throws AppError NOT_FOUND; INVALID_INPUT when they do already. */
export const addStore = (system: System, reference: string, store: string, now: Date) =>
  change(system, reference, now, async (transaction, { id, email }) => {
    const storeId = await storeIdOf(transaction, store);
    const added = await transaction
      .insert(merchantStores)
      .values({ merchantId: id, storeId })
      .onConflictDoNothing()
      .returning();
    if (added.length === 0) throw invalid(`${email} acts for ${store} already.`);
    await note(transaction, 'merchant.add_store', id, now, storeId);
  });

/**
 * Takes a store from a person, at once. What they consented to there stays.
 *
 * @throws AppError NOT_FOUND; INVALID_INPUT when they do not act for it.
 */
export const removeStore = (system: System, reference: string, store: string, now: Date) =>
  change(system, reference, now, async (transaction, { id, email }) => {
    const storeId = await storeIdOf(transaction, store);
    const removed = await transaction
      .delete(merchantStores)
      .where(and(eq(merchantStores.merchantId, id), eq(merchantStores.storeId, storeId)))
      .returning();
    if (removed.length === 0) throw invalid(`${email} does not act for ${store}.`);
    await note(transaction, 'merchant.remove_store', id, now, storeId);
  });

/**
 * Signs a person out, and lets them in no more. What they consented to stays: it is their stores'.
 *
 * @throws AppError NOT_FOUND; INVALID_INPUT when they are disabled.
 */
export const disableMerchant = (system: System, reference: string, now: Date) =>
  change(system, reference, now, async (transaction, { id, email, disabledAt }) => {
    if (disabledAt !== null) throw invalid(`${email} is disabled already.`);
    await transaction.update(merchants).set({ disabledAt: now }).where(eq(merchants.id, id));
    await endSessions(transaction, id);
    await note(transaction, 'merchant.disable', id, now);
  });

/** Lets a person in again. @throws AppError NOT_FOUND; INVALID_INPUT when they are not disabled. */
export const enableMerchant = (system: System, reference: string, now: Date) =>
  change(system, reference, now, async (transaction, { id, email, disabledAt }) => {
    if (disabledAt === null) throw invalid(`${email} is not disabled.`);
    await transaction.update(merchants).set({ disabledAt: null }).where(eq(merchants.id, id));
    await note(transaction, 'merchant.enable', id, now);
  });

function change(
  system: System,
  reference: string,
  now: Date,
  work: (transaction: Transaction, merchant: MerchantRecord) => Promise<void>,
): Promise<MerchantRecord> {
  return system.transaction(async (transaction) => {
    const merchant = await lockMerchant(transaction, reference);
    await work(transaction, merchant);
    await transaction
      .update(merchants)
      .set({ updatedAt: now })
      .where(eq(merchants.id, merchant.id));
    return lockMerchant(transaction, merchant.id);
  });
}

async function lockMerchant(transaction: Transaction, reference: string): Promise<MerchantRecord> {
  const isIt = or(eq(merchants.id, reference), eq(merchants.emailLower, sql`lower(${reference})`));
  const rows = await transaction.select().from(merchants).where(isIt).for('update');
  const [merchant] = await withStores(transaction, rows);
  if (merchant === undefined) {
    throw new AppError('NOT_FOUND', `There is no merchant "${reference}".`);
  }
  return merchant;
}

async function withStores(
  transaction: Transaction,
  rows: readonly (typeof merchants.$inferSelect)[],
): Promise<MerchantRecord[]> {
  const ids = rows.map(({ id }) => id);
  const all = await transaction
    .select({
      merchantId: merchantStores.merchantId,
      store: { id: stores.id, name: stores.name, domain: stores.domain },
    })
    .from(merchantStores)
    .innerJoin(stores, eq(stores.id, merchantStores.storeId))
    .where(inArray(merchantStores.merchantId, ids))
    .orderBy(asc(stores.name), asc(stores.id));
  return rows.map(({ id, name, email, disabledAt, createdAt, updatedAt }) => {
    const own = all.flatMap(({ merchantId, store }) => (merchantId === id ? [store] : []));
    return { id, name, email, stores: own, disabledAt, createdAt, updatedAt };
  });
}

/** Ends what a browser could go on with: sessions, and authorizations that are under way. */
async function endSessions(transaction: Transaction, merchantId: string): Promise<void> {
  await transaction
    .delete(oauthRecords)
    .where(
      and(
        inArray(oauthRecords.kind, ['Session', 'Interaction']),
        sql`${merchantId} in (${oauthRecords.payload} ->> 'accountId', ${oauthRecords.payload} #>> '{session,accountId}')`,
      ),
    );
}

const note = (
  transaction: Transaction,
  action: AuditEntry['action'],
  merchantId: string,
  now: Date,
  storeId: string | null = null,
) => record(transaction, { action, actor: PLATFORM_ACTOR, merchantId, storeId, now });
