import { effectiveScopes } from '../scopes/effective-scopes.ts';
import { ScopeSet } from '../scopes/scope-set.ts';
import type { AppDirectory, LinkedApp } from './app-directory.ts';
import { createPrincipalCache } from './cache.ts';
import { indexIssuers, type TrustedIssuer } from './issuer.ts';
import { type VerifiedToken, verifyAccessToken } from './jwt.ts';
import { verifyOpaqueToken, verifyStoredToken } from './opaque.ts';
import { type Principal, principalApp } from './principal.ts';
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
  readonly directory: AppDirectory;
  /**
   * Whether a JWT says that the platform issued it. Such a one is looked up by its hash and tried in no other way.
   * (Default: none does)
   */
  readonly isPlatformToken?: (token: string) => boolean;
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
  directory,
  isPlatformToken = () => false,
  clock = () => new Date(),
  cacheSize = 10_000,
}: TokenVerifierOptions): TokenVerifier {
  const trusted = indexIssuers(issuers);
  const cache = createPrincipalCache(cacheSize, clock);

  async function verifyJwt(token: string): Promise<Principal> {
    const began = clock();
    const verified = await verifyAccessToken(token, trusted, clock);
    const store = await findStore(verified, resolveStore);
    const principal = principalOf(verified, store, await findApp(verified, store, directory));
    // Keys that changed while the token was verified leave nothing behind either.
    const { issuer, generation } = verified;
    cache.set(token, principal, began, () => issuer.keys.generation() === generation);
    return principal;
  }

  async function verifyOwn(token: string, verify: typeof verifyStoredToken): Promise<Principal> {
    const began = clock();
    const principal = await verify(token, directory, clock);
    cache.set(token, principal, began, () => true);
    return principal;
  }

  return {
    async verify(token) {
      const known = cache.get(token);
      if (known !== undefined) return known;
      switch (tokenKind(token)) {
        case 'opaque':
          return verifyOwn(token, verifyOpaqueToken);
        case 'other':
          throw invalidToken('a token of this gateway that is not an access token');
        case 'jwt':
          return isPlatformToken(token) ? verifyOwn(token, verifyStoredToken) : verifyJwt(token);
      }
    },
  };
}

/** A client counts as approved only through the app that the platform linked it to. */
async function findApp(
  { issuer, claims }: VerifiedToken,
  store: ResolvedStore,
  directory: AppDirectory,
): Promise<LinkedApp | null> {
  let linked: LinkedApp | null;
  try {
    linked = await directory.findLinkedApp(issuer.issuer, claims.clientId, store.id);
  } catch (error) {
    throw unavailable('the app of the client cannot be looked up', error);
  }
  if (linked?.app.suspended) throw invalidToken('the app of the client is suspended');
  return linked;
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

function principalOf(
  { issuer, claims }: VerifiedToken,
  store: ResolvedStore,
  linked: LinkedApp | null,
): Principal {
  return Object.freeze({
    issuer: issuer.issuer,
    clientId: claims.clientId,
    subject: claims.subject,
    storeId: store.id,
    grantedScopes: effectiveScopes({
      token: ScopeSet.parse(claims.scope),
      ceiling: issuer.scopes,
      approved: linked?.app.approved ?? false,
    }),
    expiresAt: claims.expiresAt,
    app: linked && principalApp(linked.app),
    installation: linked?.installation ?? null,
    // Whatever the app was granted here, this token's scopes are for its issuer to say.
    consent: null,
  });
}
