import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { System } from '../data/system.ts';
import { merchantStores, merchants } from '../data/tables/merchants.ts';
import { stores } from '../data/tables/stores.ts';
import { hashOf } from '../token/stored-hash.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import { createGate } from './gate.ts';
import { isPasswordOf } from './passwords.ts';

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
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** Too many sign in at this moment. The password was not looked at, and the try does not count. */
  | { readonly kind: 'busy' };

/** Where somebody tries to sign in. */
export interface Place {
  /** Where the request came from. */
  readonly address: string;
  /** The browser, where this very person has signed in with it before; null for every other. */
  readonly browser: string | null;
}

export interface Accounts {
  /** Checks a password. Tries are counted by the person and by the place. */
  signIn(email: string, password: string, place: Place): Promise<SignIn>;
  /** The person with this id; null when there is none, or they are disabled. */
  find(id: string): Promise<Merchant | null>;
  /** The person's stores by name. */
  storesOf(merchantId: string): Promise<readonly MerchantStore[]>;
}

/** The one spelling of an e-mail address that tries are counted by. */
export const spellingOf = (email: string): string => email.trim().toLowerCase();

/**
 * Tries that are allowed: from one place, of one person from one place, of one person from anywhere. The last lets many
 * keep one person out, and so does not bind a browser in which that person has signed in before: its tries are counted
 * by themselves.
 */
const LIMITS = {
  address: { points: 100, duration: 60 * 60 },
  pair: { points: 5, duration: 15 * 60 },
  person: { points: 50, duration: 60 * 60 },
  browser: { points: 10, duration: 15 * 60 },
} as const;

/**
 * Passwords that are checked at once: each takes 19 MiB and one of the four threads that also look up names and read
 * files. Who would wait for longer than about a second is told to come back.
 */
const CHECKS = { working: 2, waiting: 32 } as const;

/** The people who sign in. */
export function createAccounts(system: System): Accounts {
  const attempts = Object.fromEntries(
    Object.entries(LIMITS).map(([name, limit]) => [name, createAttempts(system, name, limit)]),
  ) as Record<keyof typeof LIMITS, Attempts>;
  const gate = createGate(CHECKS);

  /** What a try counts for, the widest first: who has no tries left makes no new counts. */
  function countsOf(email: string, { address, browser }: Place) {
    const person = hashOf(email);
    if (browser !== null) return [{ by: attempts.browser, key: `${person} ${browser}` }];
    return [
      { by: attempts.address, key: address },
      { by: attempts.pair, key: `${person} ${address}` },
      { by: attempts.person, key: person },
    ];
  }

  /** Counts a try before it is made, so that tries at the same time count as well; seconds to wait, or null. */
  async function throttle(counts: ReturnType<typeof countsOf>): Promise<number | null> {
    for (const { by, key } of counts) {
      const wait = await by.count(key);
      if (wait !== null) return wait;
    }
    return null;
  }

  async function forgive(counts: ReturnType<typeof countsOf>): Promise<void> {
    for (const { by, key } of counts) {
      if (by === attempts.pair || by === attempts.browser) await by.forget(key);
      else await by.forgive(key);
    }
  }

  return {
    async signIn(email, password, place) {
      const counts = countsOf(spellingOf(email), place);
      const wait = await throttle(counts);
      if (wait !== null) return { kind: 'throttled', retryAfterSeconds: wait };
      const [row] = await system.transaction((transaction) =>
        transaction
          .select()
          .from(merchants)
          .where(eq(merchants.emailLower, sql`lower(${email.trim()})`)),
      );
      const isRight = await gate.pass(() => isPasswordOf(row?.passwordHash, password));
      if (isRight === null) {
        for (const { by, key } of counts) await by.forgive(key);
        return { kind: 'busy' };
      }
      if (row === undefined || !isRight || row.disabledAt !== null) return { kind: 'refused' };
      await forgive(counts);
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
