import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { AppError } from '../errors.ts';
import { invalidToken, unavailable } from './refusal.ts';

/** Where an issuer's public keys come from. */
export interface KeySource {
  /**
   * The one key that fits the header's `alg` and `kid`. Nothing in the token has been verified when
   * this is called, and no address in it is ever followed.
   *
   * @throws AppError INVALID_TOKEN when no key or more than one fits, UNAVAILABLE when the keys
   * cannot be had.
   */
  resolve(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey>;
  /**
   * A number that changes whenever the keys may have changed, a tenth of a second later at the latest. What was verified
   * under another generation must be verified again, so that a withdrawn key stops working.
   */
  generation(): number;
  /** What would keep this source from working, as sentences for the operator; empty when nothing. */
  check(): Promise<readonly string[]>;
}

/** Resolves a key of one loaded set, as jose does it. */
export type KeyResolver = ReturnType<typeof createLocalJWKSet>;

/** Keys that never change while the process runs. */
export function createStaticKeys(jwks: JSONWebKeySet): KeySource {
  const resolver = createLocalJWKSet(jwks);
  return {
    resolve: (header, token) =>
      resolver(header, token).catch((error: unknown) => {
        throw asKeyError(error);
      }),
    generation: () => 0,
    check: async () => [],
  };
}

/**
 * Tells the token's fault (no key of this issuer fits its header) from ours (the keys cannot be
 * had or read). Everything unknown counts as ours: a caller must not lose a token over it.
 */
export function asKeyError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof errors.JWKSNoMatchingKey) {
    return invalidToken('no key of the issuer fits the "kid" and "alg" of the token', error);
  }
  if (error instanceof errors.JWKSMultipleMatchingKeys) {
    return invalidToken('more than one key of the issuer fits; the token needs a "kid"', error);
  }
  if (error instanceof errors.JOSENotSupported) {
    return invalidToken('the "alg" of the token is not supported', error);
  }
  return unavailable("the issuer's keys cannot be had", error);
}
