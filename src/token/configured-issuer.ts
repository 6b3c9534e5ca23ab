import type { FetchImplementation } from 'jose';
import { createFileKeys } from './file-keys.ts';
import { createTrustedIssuer, type TrustedIssuer } from './issuer.ts';
import type { IssuerSettings } from './issuer-settings.ts';
import { createRemoteKeys } from './remote-keys.ts';

export interface CreateIssuerOptions {
  readonly clock?: () => Date;
  /** Fetches key sets instead of the global `fetch`. */
  readonly fetch?: FetchImplementation;
}

/**
 * The trusted issuer that these settings describe. No key has been fetched or read yet: ask
 * `keys.check()` at start, which tells what is wrong with a key file.
 */
export function createIssuer(
  settings: IssuerSettings,
  { clock = () => new Date(), fetch }: CreateIssuerOptions = {},
): TrustedIssuer {
  const { issuer, audience, jwks, algorithms, storeClaim, stores, scopes } = settings;
  return createTrustedIssuer({
    issuer,
    audience,
    algorithms,
    storeClaim,
    stores: stores === null ? null : new Set(stores),
    scopes,
    keys: /^https:/i.test(jwks)
      ? createRemoteKeys(new URL(jwks), { fetch, clock })
      : createFileKeys(jwks, clock),
  });
}
