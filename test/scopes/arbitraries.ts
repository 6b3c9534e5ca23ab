import fc from 'fast-check';
import { SCOPES, type Scope } from '../../src/scopes/catalogue.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';

export const NAMES: readonly Scope[] = SCOPES.map(({ name }) => name);

/** Any names of the catalogue, without repetition. */
export const someNames = fc.subarray([...NAMES]);

/** Any set of catalogue scopes. */
export const someScopes = someNames.map((names) => ScopeSet.of(names));

/** Whether every scope of the first set is in the second. */
export const isWithin = (inner: ScopeSet, outer: ScopeSet) =>
  inner.without(outer).names().length === 0;
