import { isScope, type Scope } from '../scopes/catalogue.ts';
import { withinGates } from '../scopes/effective-scopes.ts';
import { ScopeSet } from '../scopes/scope-set.ts';
import type { AppFacts, FoundToken, InstallationFacts } from './app-directory.ts';

/** Who a verified token speaks for. Everything a request may see follows from this record. */
export interface Principal {
  /** The `iss` of the token, or the platform for a token that it issued itself. */
  readonly issuer: string;
  /** The client's id at that issuer. Only the pair of issuer and client id names a client. */
  readonly clientId: string;
  readonly subject: string;
  /** The store that bounds every row, resolved and known to exist. */
  readonly storeId: string;
  /** Effective scopes: the token's, cut to the ceiling, cut by the gates, closed under inclusions. */
  readonly grantedScopes: ScopeSet;
  readonly expiresAt: Date;
  /** The app that the client belongs to; null for a client that is linked to none. */
  readonly app: PrincipalApp | null;
  /** The app's installation in the store, which bounds what the app owns; null without one. */
  readonly installation: InstallationFacts | null;
  /** What the merchant consented to, of a token that the platform issued itself; null for every other token. */
  readonly consent: PrincipalConsent | null;
}

/** What an installed app was granted, and how it may ask for more. */
export interface PrincipalConsent {
  /** What the merchant granted, whether this token says it and the platform lets the app use it or not. */
  readonly granted: ScopeSet;
  /** What the app may ask for: what it declares, of gated scopes only what the platform approved it for. */
  readonly askable: ScopeSet;
  /** Where the app is sent back to when it asks; null where that is not known. */
  readonly redirectUri: string | null;
}

/** An app as its own tokens show it. */
export interface PrincipalApp {
  readonly id: string;
  readonly name: string;
  readonly visibility: 'PUBLIC' | 'PRIVATE';
  readonly declaredScopes: readonly { readonly scope: Scope; readonly required: boolean }[];
}

/** The app without what is not its business, and without scopes that are no longer in the catalogue. */
export function principalApp({ id, name, visibility, declaredScopes }: AppFacts): PrincipalApp {
  return {
    id,
    name,
    visibility,
    declaredScopes: declaredScopes.flatMap(({ scope, required }) =>
      isScope(scope) ? [{ scope, required }] : [],
    ),
  };
}

/** The consent behind a token that the platform issued. */
export const principalConsent = ({
  app,
  grantedScopes,
  redirectUri,
}: FoundToken): PrincipalConsent => ({
  granted: ScopeSet.of(grantedScopes),
  askable: withinGates(ScopeSet.of(app.declaredScopes.map(({ scope }) => scope)), app.approved),
  redirectUri,
});
