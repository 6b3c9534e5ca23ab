import { SCOPES, scopeDefinition } from './catalogue.ts';
import { ScopeSet } from './scope-set.ts';

/** Everything that bounds what a token may use; `domain.md` section 1. */
export interface ScopeBounds {
  /** What the token says. */
  readonly token: ScopeSet;
  /** The installation's grant, or the ceiling configured for the issuer. */
  readonly ceiling: ScopeSet;
  /** Whether the client is a public app that the platform reviewed and approved. */
  readonly reviewed: boolean;
}

const ADMIN_GATED = ScopeSet.of(
  SCOPES.filter(({ gate }) => gate === 'admin').map(({ name }) => name),
);

/** The set with every scope that its members include, directly or through another. */
export function closure(scopes: ScopeSet): ScopeSet {
  let closed = scopes;
  for (;;) {
    const included = closed.names().flatMap((name) => scopeDefinition(name).includes);
    const next = closed.union(ScopeSet.of(included));
    if (next.key === closed.key) return closed;
    closed = next;
  }
}

/** Of these scopes those that a client may have: admin-gated ones need one that was reviewed. */
export const withinGates = (scopes: ScopeSet, reviewed: boolean): ScopeSet =>
  reviewed ? scopes : scopes.without(ADMIN_GATED);

/**
 * The scopes a request may use. Closures are intersected, so that a ceiling of `read_claims` leaves
 * exactly that of a token with `manage_claims`; admin-gated scopes then need a reviewed client.
 */
export function effectiveScopes({ token, ceiling, reviewed }: ScopeBounds): ScopeSet {
  return withinGates(closure(token).intersect(closure(ceiling)), reviewed);
}
