import type { Scope } from '../scopes/catalogue.ts';
import type { ScopeSet } from '../scopes/scope-set.ts';

/** Who a verified token speaks for. Everything a request may see follows from this record. */
export interface Principal {
  /** The `iss` of the token. */
  readonly issuer: string;
  /** The client's id at that issuer. Only the pair of issuer and client id names a client. */
  readonly clientId: string;
  readonly subject: string;
  /** The store that bounds every row, resolved and known to exist. */
  readonly storeId: string;
  /** Effective scopes: the token's, cut to the ceiling, cut by the gates, closed under inclusions. */
  readonly grantedScopes: ScopeSet;
  readonly expiresAt: Date;
  /** The app's installation in the store; null for a client of an issuer that is linked to no app. */
  readonly installation: Installation | null;
}

/** An app in a store, as the merchant installed it. */
export interface Installation {
  readonly app: {
    readonly id: string;
    readonly name: string;
    readonly visibility: 'PUBLIC' | 'PRIVATE';
  };
  readonly declaredScopes: readonly { readonly scope: Scope; readonly required: boolean }[];
  readonly installedAt: Date;
}
