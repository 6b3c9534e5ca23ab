import { createRemoteJWKSet, customFetch, errors, type FetchImplementation } from 'jose';
import { asKeyError, type KeySource } from './key-source.ts';

/** How long an answer of the issuer may take. */
export const FETCH_TIMEOUT_MS = 5_000;
/** How long after a fetch an unknown `kid` may cause the next one. */
export const FETCH_COOLDOWN_MS = 30_000;
/** How long keys are used before they are fetched again, hence how long a withdrawn key may live. */
export const FETCH_MAX_AGE_MS = 300_000;
/** How long after a failed fetch nobody else waits for the issuer. */
export const FETCH_FAILURE_PAUSE_MS = 5_000;

export interface RemoteKeysOptions {
  /** Used instead of the global `fetch`. */
  readonly fetch?: FetchImplementation | undefined;
  readonly clock: () => Date;
}

/**
 * Keys from the https address of an issuer's JSON Web Key Set. They are fetched when first needed,
 * when they grew old, and for an unknown `kid` after a cooldown; redirects are not followed. When
 * they are needed and the issuer cannot be reached, the keys are unavailable: old ones are not kept.
 */
export function createRemoteKeys(url: URL, { fetch, clock }: RemoteKeysOptions): KeySource {
  let generation = 0;
  let fingerprint: string | undefined;
  let fetched = false;
  let pausedUntil = 0;

  const paused = () => clock().getTime() < pausedUntil;

  const remote = createRemoteJWKSet(url, {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: FETCH_COOLDOWN_MS,
    cacheMaxAge: FETCH_MAX_AGE_MS,
    [customFetch]: async (address, options) => {
      if (paused()) throw new errors.JWKSTimeout('the issuer could not be reached a moment ago');
      const response = await (fetch ?? globalThis.fetch)(address, options);
      fetched = true;
      return response;
    },
  });

  function notice(): void {
    if (!fetched) return;
    fetched = false;
    const keys = remote.jwks()?.keys.map((key) => JSON.stringify(key));
    if (keys === undefined) return;
    const current = keys.sort().join('\n');
    if (fingerprint !== undefined && fingerprint !== current) generation += 1;
    fingerprint = current;
  }

  return {
    resolve: async (header, token) => {
      try {
        return await remote(header, token);
      } catch (error) {
        const failure = asKeyError(error);
        if (failure.code === 'UNAVAILABLE' && !paused()) {
          pausedUntil = clock().getTime() + FETCH_FAILURE_PAUSE_MS;
        }
        throw failure;
      } finally {
        notice();
      }
    },
    generation: () => generation,
    // An issuer that is away when the gateway starts is no reason not to start.
    check: async () => [],
  };
}
