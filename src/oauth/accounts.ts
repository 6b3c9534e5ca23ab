import { hash, verify } from '@node-rs/argon2';
import { and, asc, eq, sql } from 'drizzle-orm';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { newId } from '../data/new-id.ts';
import type { System } from '../data/system.ts';
import { merchantStores, merchants } from '../data/tables/merchants.ts';
import { stores } from '../data/tables/stores.ts';
import { invalid } from './app-shapes.ts';
import { hashOf } from './secrets.ts';

/** A person who signs in for stores. */
export interface Merchant {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface MerchantStore {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

export type SignIn =
  | { readonly kind: 'signed-in'; readonly merchant: Merchant }
  /** No such person or another password; nothing tells which. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

export interface Accounts {
  /** Checks a password. `address` is where the request came from: tries are counted by it as well. */
  signIn(email: string, password: string, address: string): Promise<SignIn>;
  /** The person with this id; null when there is none. */
  find(id: string): Promise<Merchant | null>;
  /** The person's stores by name. */
  storesOf(merchantId: string): Promise<readonly MerchantStore[]>;
}

/** What OWASP gives as the least for Argon2id: 19 MiB, two passes. */
const COSTS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of no password: what is compared where there is no such person, so that it takes as long. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$cuUxyiIe8P5X7RtI9iDV0Q$8PGZgdiwT/TZU6l/NwGOJPHYtWuuD9LWEQOdJ0LYC9o';

/** Tries that are allowed: of one person from one place, of one person from anywhere, and from one place. */
const LIMITS = {
  pair: { points: 5, duration: 15 * 60 },
  person: { points: 50, duration: 60 * 60 },
  address: { points: 100, duration: 60 * 60 },
} as const;

const LONGEST_PASSWORD = 1_024;

/** The people who sign in. Tries are counted by this process alone. */
export function createAccounts(system: System): Accounts {
  const limiters = Object.entries(LIMITS).map(
    ([name, limit]) => [name, new RateLimiterMemory({ ...limit, keyPrefix: name })] as const,
  );

  const keysOf = (email: string, address: string): Readonly<Record<string, string>> => ({
    pair: `${hashOf(email)} ${address}`,
    person: hashOf(email),
    address,
  });

  /** Counts a try before it is made, so that tries at the same time count as well; seconds to wait, or null. */
  async function throttle(email: string, address: string): Promise<number | null> {
    const keys = keysOf(email, address);
    for (const [name, limiter] of limiters) {
      try {
        await limiter.consume(keys[name] ?? '');
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        return Math.ceil(refused.msBeforeNext / 1_000);
      }
    }
    return null;
  }

  async function forgive(email: string, address: string): Promise<void> {
    const keys = keysOf(email, address);
    for (const [name, limiter] of limiters) {
      if (name === 'pair') await limiter.delete(keys[name] ?? '');
      else await limiter.reward(keys[name] ?? '');
    }
  }

  return {
    async signIn(email, password, address) {
      const known = email.trim().toLowerCase();
      const wait = await throttle(known, address);
      if (wait !== null) return { kind: 'throttled', retryAfterSeconds: wait };
      const [row] = await system.transaction((transaction) =>
        transaction
          .select()
          .from(merchants)
          .where(eq(merchants.emailLower, sql`lower(${email.trim()})`)),
      );
      const isRight = await matches(row?.passwordHash ?? NOBODY, password);
      if (row === undefined || !isRight) return { kind: 'refused' };
      await forgive(known, address);
      return { kind: 'signed-in', merchant: { id: row.id, name: row.name, email: row.email } };
    },

    async find(id) {
      const [row] = await system.transaction((transaction) =>
        transaction.select().from(merchants).where(eq(merchants.id, id)),
      );
      return row === undefined ? null : { id: row.id, name: row.name, email: row.email };
    },

    storesOf: (merchantId) =>
      system.transaction((transaction) =>
        transaction
          .select({ id: stores.id, name: stores.name, domain: stores.domain })
          .from(merchantStores)
          .innerJoin(stores, eq(stores.id, merchantStores.storeId))
          .where(eq(merchantStores.merchantId, merchantId))
          .orderBy(asc(stores.name), asc(stores.id)),
      ),
  };
}

async function matches(passwordHash: string, password: string): Promise<boolean> {
  if (password.length > LONGEST_PASSWORD) return false;
  return verify(passwordHash, password).catch(() => false);
}

/** A new person of the platform, by whose e-mail address they sign in. */
export interface MerchantDraft {
  readonly name: string;
  readonly email: string;
  /** At least 12 characters. */
  readonly password: string;
  /** Ids or domains of stores. */
  readonly stores: readonly string[];
}

/**
 * Makes an account.
 *
 * @throws AppError INVALID_INPUT for a short password, an e-mail address that is taken or none, or an unknown store.
 */
export async function registerMerchant(
  system: System,
  { name, email, password, stores: references }: MerchantDraft,
  now: Date,
): Promise<Merchant> {
  if (name.trim() === '') throw invalid('name: It has at least one character.');
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw invalid('email: It is not an e-mail address.');
  if (password.length < 12 || password.length > LONGEST_PASSWORD) {
    throw invalid(`password: It has 12 to ${LONGEST_PASSWORD} characters.`);
  }
  const passwordHash = await hash(password, COSTS);
  return system.transaction(async (transaction) => {
    const merchant = { id: newId('mer'), name: name.trim(), email };
    const [row] = await transaction
      .insert(merchants)
      .values({ ...merchant, passwordHash, createdAt: now, updatedAt: now })
      .onConflictDoNothing({ target: merchants.emailLower })
      .returning();
    if (row === undefined) throw invalid('email: Somebody has this address already.');
    for (const reference of references) {
      const [store] = await transaction
        .select({ id: stores.id })
        .from(stores)
        .where(sql`${stores.id} = ${reference} or ${stores.domain} = ${reference}`);
      if (store === undefined) throw invalid(`stores: There is no store "${reference}".`);
      await transaction
        .insert(merchantStores)
        .values({ merchantId: merchant.id, storeId: store.id })
        .onConflictDoNothing();
    }
    return merchant;
  });
}

/** Whether a person may act for a store. */
export async function isMemberOf(
  system: System,
  merchantId: string,
  storeId: string,
): Promise<boolean> {
  const rows = await system.transaction((transaction) =>
    transaction
      .select()
      .from(merchantStores)
      .where(and(eq(merchantStores.merchantId, merchantId), eq(merchantStores.storeId, storeId))),
  );
  return rows.length > 0;
}
