import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { System } from '../data/system.ts';
import { merchantStores, merchants } from '../data/tables/merchants.ts';
import { stores } from '../data/tables/stores.ts';
import { isPasswordOf } from './passwords.ts';
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
  /** No such person, another password, or a disabled account; nothing tells which. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

export interface Accounts {
  /** Checks a password. `address` is where the request came from: tries are counted by it as well. */
  signIn(email: string, password: string, address: string): Promise<SignIn>;
  /** The person with this id; null when there is none, or they are disabled. */
  find(id: string): Promise<Merchant | null>;
  /** The person's stores by name. */
  storesOf(merchantId: string): Promise<readonly MerchantStore[]>;
}

/** Tries that are allowed: of one person from one place, of one person from anywhere, and from one place. */
const LIMITS = {
  pair: { points: 5, duration: 15 * 60 },
  person: { points: 50, duration: 60 * 60 },
  address: { points: 100, duration: 60 * 60 },
} as const;

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
      const isRight = await isPasswordOf(row?.passwordHash, password);
      if (row === undefined || !isRight || row.disabledAt !== null) return { kind: 'refused' };
      await forgive(known, address);
      return { kind: 'signed-in', merchant: { id: row.id, name: row.name, email: row.email } };
    },

    async find(id) {
      const [row] = await system.transaction((transaction) =>
        transaction
          .select()
          .from(merchants)
          .where(and(eq(merchants.id, id), isNull(merchants.disabledAt))),
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
