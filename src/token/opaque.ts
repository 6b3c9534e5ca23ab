import { effectiveScopes } from '../scopes/effective-scopes.ts';
import { ScopeSet } from '../scopes/scope-set.ts';
import type { AppDirectory, FoundToken } from './app-directory.ts';
import { type Principal, principalApp, principalConsent } from './principal.ts';
import { invalidToken, unavailable } from './refusal.ts';
import { hashOf } from './stored-hash.ts';

/** The `issuer` of a principal whose token the platform itself issued. */
export const PLATFORM_ISSUER = 'urn:scopegate:platform';

/** Enough characters for 160 random bits, and no more than a token ever has. */
const OPAQUE = /^op_at_[A-Za-z0-9_-]{27,250}$/;

/**
 * The principal of an opaque access token, found by its hash.
 *
 * @throws AppError INVALID_TOKEN when there is no such token or it no longer works; UNAVAILABLE when it cannot
 * be looked up.
 */
export async function verifyOpaqueToken(
  token: string,
  directory: AppDirectory,
  clock: () => Date,
): Promise<Principal> {
  if (!OPAQUE.test(token)) throw invalidToken('not the form of an opaque access token');
  return verifyStoredToken(token, directory, clock);
}

/**
 * The principal of a token that the platform issued and stored, opaque or not, found by its hash. Only the very bytes
 * that were issued have it, so that nothing else about the token has to be believed.
 *
 * @throws AppError as above.
 */
export async function verifyStoredToken(
  token: string,
  directory: AppDirectory,
  clock: () => Date,
): Promise<Principal> {
  const found = await find(hashOf(token), directory);
  if (found === null) throw invalidToken('unknown, expired, revoked or uninstalled token');
  // The database judged by its own clock; the gateway's must agree.
  if (found.expiresAt <= clock()) throw invalidToken('the token has expired');
  return Object.freeze({
    issuer: PLATFORM_ISSUER,
    clientId: found.clientId,
    subject: found.installation.id,
    storeId: found.storeId,
    grantedScopes: effectiveScopes({
      token: ScopeSet.parse(found.scope),
      ceiling: ScopeSet.of(found.grantedScopes),
      approved: found.app.approved,
    }),
    expiresAt: found.expiresAt,
    app: principalApp(found.app),
    installation: found.installation,
    consent: principalConsent(found),
  });
}

async function find(hash: string, directory: AppDirectory): Promise<FoundToken | null> {
  try {
    return await directory.findAccessToken(hash);
  } catch (error) {
    throw unavailable('the opaque token cannot be looked up', error);
  }
}
