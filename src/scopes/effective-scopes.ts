import { isGated, SCOPES, scopeDefinition } from './catalogue.ts';
import { ScopeSet } from './scope-set.ts';

/** Everything that bounds what a token may use; `domain.md` section 1. */
export interface ScopeBounds {
  /** What the token says. */
  readonly token: ScopeSet;
  /** The installation's grant, or the ceiling configured for the issuer. */
  readonly ceiling: ScopeSet;
  /** Whether the client is a public app that the platform approved. */
  readonly approved: boolean;
}

const GATED = ScopeSet.of(SCOPES.map(({ name }) => name).filter(isGated));

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

/** Of these scopes those that a client may have: admin-gated ones need one that was approved. */
export const withinGates = (scopes: ScopeSet, approved: boolean): ScopeSet =>
  approved ? scopes : scopes.without(GATED);

/**
 * The scopes a request may use. Closures are intersected, so that a ceiling of `read_claims` leaves
 * exactly that of a token with `manage_claims`; admin-gated scopes then need an approved client.
 */
export function effectiveScopes({ token, ceiling, approved }: ScopeBounds): ScopeSet {
  return withinGates(closure(token).intersect(closure(ceiling)), approved);
}
