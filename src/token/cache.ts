import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Principal } from './principal.ts';

/** How long a token is believed without being looked at again: the longest that a revocation takes. */
export const MAX_CACHE_AGE_MS = 5_000;

interface Entry {
  readonly principal: Principal;
  readonly isCurrent: () => boolean;
  readonly storedAt: number;
}

/** Principals of tokens that were verified a moment ago. Failures are never kept. */
export interface PrincipalCache {
  /** The principal of exactly this token, unless it has expired since or the entry is no longer current. */
  get(token: string): Principal | undefined;
  /**
   * Keeps a principal for a few seconds at most, counted from when its look-up began, and only while
   * `isCurrent` says so.
   */
  set(token: string, principal: Principal, since: Date, isCurrent: () => boolean): void;
  readonly size: number;
}

/** A cache of at most `size` principals, least recently used first out. Time is the clock's only. */
export function createPrincipalCache(size: number, clock: () => Date): PrincipalCache {
  const entries = new LRUCache<string, Entry>({ max: size });

  // Expiry is exact here, without the tolerance of a verification: within it the token is verified again.
  const isUsable = ({ principal, isCurrent, storedAt }: Entry, now: number) =>
    principal.expiresAt.getTime() > now &&
    now >= storedAt &&
    now - storedAt < MAX_CACHE_AGE_MS &&
    isCurrent();

  return {
    get(token) {
      const key = digest(token);
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (isUsable(entry, clock().getTime())) return entry.principal;
      entries.delete(key);
      return undefined;
    },
    set(token, principal, since, isCurrent) {
      entries.set(digest(token), { principal, isCurrent, storedAt: since.getTime() });
    },
    get size() {
      return entries.size;
    },
  };
}

/** Of the whole token: a key made of parts of it would let one token answer for another. */
function digest(token: string): string {
  return hash('sha256', token, 'base64');
}
