import { effectiveScopes } from '../scopes/effective-scopes.ts';
import { ScopeSet } from '../scopes/scope-set.ts';
import { createPrincipalCache } from './cache.ts';
import { indexIssuers, type TrustedIssuer } from './issuer.ts';
import { type VerifiedToken, verifyAccessToken } from './jwt.ts';
import type { Principal } from './principal.ts';
import { invalidToken, unavailable } from './refusal.ts';
import { tokenKind } from './token-kind.ts';

/** What the verifier needs to know about a store. */
export interface ResolvedStore {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

/** Finds a store by what a token calls it, an id or a domain; null when there is none. */
export type ResolveStore = (reference: string) => Promise<ResolvedStore | null>;

export interface TokenVerifierOptions {
  readonly issuers: readonly TrustedIssuer[];
  readonly resolveStore: ResolveStore;
  readonly clock?: () => Date;
  /** How many verified tokens are remembered. (Default: 10,000) */
  readonly cacheSize?: number;
}

export interface TokenVerifier {
  /**
   * The principal of an access token, everything checked: signature, claims, store, ceilings, gates.
   *
   * @throws AppError INVALID_TOKEN, or UNAVAILABLE when keys or stores cannot be reached.
   */
  verify(token: string): Promise<Principal>;
}

/**
 * A verifier for the tokens of these issuers.
 *
 * @throws TypeError for an incomplete issuer or two of the same name.
 */
export function createTokenVerifier({
  issuers,
  resolveStore,
  clock = () => new Date(),
  cacheSize = 10_000,
}: TokenVerifierOptions): TokenVerifier {
  const trusted = indexIssuers(issuers);
  const cache = createPrincipalCache(cacheSize, clock);

  async function verifyJwt(token: string): Promise<Principal> {
    const known = cache.get(token);
    if (known !== undefined) return known;
    const verified = await verifyAccessToken(token, trusted, clock);
    const store = await findStore(verified, resolveStore);
    const principal = principalOf(verified, store);
    cache.set(token, principal, verified.issuer.keys, verified.generation);
    return principal;
  }

  return {
    async verify(token) {
      switch (tokenKind(token)) {
        case 'opaque':
          throw invalidToken('an opaque access token, which nothing here can look up');
        case 'other':
          throw invalidToken('a token of this gateway that is not an access token');
        case 'jwt':
          return verifyJwt(token);
      }
    },
  };
}

/** The store a verified token names, when it exists and the issuer may speak for it. */
async function findStore(
  { issuer, claims }: VerifiedToken,
  resolveStore: ResolveStore,
): Promise<ResolvedStore> {
  const store = await lookUp(claims.store, resolveStore);
  if (store === null) throw invalidToken('unknown store');
  // The store that was found counts, not the token's word for it.
  if (issuer.stores !== null && !issuer.stores.has(store.id) && !issuer.stores.has(store.domain)) {
    throw invalidToken('the store is not among those the issuer may speak for');
  }
  return store;
}

async function lookUp(
  reference: string,
  resolveStore: ResolveStore,
): Promise<ResolvedStore | null> {
  try {
    return await resolveStore(reference);
  } catch (error) {
    throw unavailable('the store of the token cannot be looked up', error);
  }
}

function principalOf({ issuer, claims }: VerifiedToken, store: ResolvedStore): Principal {
  return Object.freeze({
    issuer: issuer.issuer,
    clientId: claims.clientId,
    subject: claims.subject,
    storeId: store.id,
    grantedScopes: effectiveScopes({
      token: ScopeSet.parse(claims.scope),
      ceiling: issuer.scopes,
      reviewed: issuer.isReviewed(claims.clientId),
    }),
    expiresAt: claims.expiresAt,
    // Nothing links a client of another issuer to an app.
    installation: null,
  });
}
