import type { ScopeSet } from '../scopes/scope-set.ts';
import type { KeySource } from './key-source.ts';

/**
 * Every signature algorithm a token may have; asymmetric only (RFC 8725 sections 3.1 and 3.2).
 * `none` and the HMAC family are not here and cannot be configured.
 */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/** Whether a string names an allowed algorithm, compared whole and case-sensitively. */
export function isAlgorithm(name: string): name is Algorithm {
  return (ALGORITHMS as readonly string[]).includes(name);
}

/** Somebody whose access tokens this gateway accepts, and how far. */
export interface TrustedIssuer {
  /** The exact `iss` of its tokens. */
  readonly issuer: string;
  /** What the `aud` of its tokens must contain. */
  readonly audience: string;
  readonly algorithms: readonly Algorithm[];
  /** The claim that names the store. */
  readonly storeClaim: string;
  /** The ids or domains of the stores its tokens may speak for; null means any store. */
  readonly stores: ReadonlySet<string> | null;
  /** The most its tokens may be granted. */
  readonly scopes: ScopeSet;
  readonly keys: KeySource;
}

/**
 * A trusted issuer, after the checks that keep a forgotten value from switching a check of tokens off.
 *
 * @throws TypeError for an empty issuer, audience or store claim, an empty or unknown list of
 * algorithms, an empty set of stores.
 */
export function createTrustedIssuer(options: TrustedIssuer): TrustedIssuer {
  for (const name of ['issuer', 'audience', 'storeClaim'] as const) {
    if (typeof options[name] !== 'string' || options[name].trim() === '') {
      throw new TypeError(`A trusted issuer needs a non-empty "${name}".`);
    }
  }
  if (!Array.isArray(options.algorithms) || options.algorithms.length === 0) {
    throw new TypeError('A trusted issuer needs at least one algorithm.');
  }
  if (!options.algorithms.every(isAlgorithm)) {
    throw new TypeError(`A trusted issuer may only use the algorithms ${ALGORITHMS.join(', ')}.`);
  }
  if (options.stores?.size === 0) {
    throw new TypeError('A trusted issuer with a list of stores needs at least one store in it.');
  }
  return options;
}

/**
 * The issuers by their exact `iss`.
 *
 * @throws TypeError when two have the same name: which one verifies a token must never be in doubt.
 */
export function indexIssuers(
  issuers: readonly TrustedIssuer[],
): ReadonlyMap<string, TrustedIssuer> {
  const index = new Map(issuers.map((issuer) => [issuer.issuer, createTrustedIssuer(issuer)]));
  if (index.size !== issuers.length) throw new TypeError('Two trusted issuers have the same name.');
  return index;
}
