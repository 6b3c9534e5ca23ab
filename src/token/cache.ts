import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { KeySource } from './key-source.ts';
import type { Principal } from './principal.ts';

/** How long a verified token is believed without looking at its store and ceilings again. */
export const MAX_CACHE_AGE_MS = 60_000;

interface Entry {
  readonly principal: Principal;
  readonly keys: KeySource;
  readonly generation: number;
  readonly storedAt: number;
}

/** Principals of tokens that were verified a moment ago. Failures are never kept. */
export interface PrincipalCache {
  /**
   * The principal of exactly this token, unless it has expired since, its issuer's keys changed or
   * the entry is a minute old.
   */
  get(token: string): Principal | undefined;
  /**
   * Keeps a principal for as long as its issuer's keys have the generation they had when verification
   * began; when they changed meanwhile, that is not at all.
   */
  set(token: string, principal: Principal, keys: KeySource, generation: number): void;
  readonly size: number;
}

/** A cache of at most `size` principals, least recently used first out. Time is the clock's only. */
export function createPrincipalCache(size: number, clock: () => Date): PrincipalCache {
  const entries = new LRUCache<string, Entry>({ max: size });

  // Expiry is exact here, without the tolerance of a verification: within it the token is verified again.
  const isUsable = ({ principal, keys, generation, storedAt }: Entry, now: number) =>
    principal.expiresAt.getTime() > now &&
    now >= storedAt &&
    now - storedAt < MAX_CACHE_AGE_MS &&
    keys.generation() === generation;

  return {
    get(token) {
      const key = digest(token);
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (isUsable(entry, clock().getTime())) return entry.principal;
      entries.delete(key);
      return undefined;
    },
    set(token, principal, keys, generation) {
      const storedAt = clock().getTime();
      entries.set(digest(token), { principal, keys, generation, storedAt });
    },
    get size() {
      return entries.size;
    },
  };
}

/** Of the whole token: a key made of parts of it would let one token answer for another. */
function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
