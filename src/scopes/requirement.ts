/**
 * Who may use a schema coordinate: an OR of ANDs of scopes.
 * No groups means that scopes do not matter: `authenticated` then says whether a valid token does.
 * An empty group would let everyone pass and cannot be built.
 */
export interface Requirement {
  readonly authenticated: boolean;
  readonly anyOf: readonly (readonly string[])[];
  /** Nobody may: the schema does not say who. No scope changes that. */
  readonly undeclared?: true;
}

/** Anyone, also without a token. */
export const PUBLIC: Requirement = { authenticated: false, anyOf: [] };

/** Any valid token, whatever its scopes. */
export const AUTHENTICATED: Requirement = { authenticated: true, anyOf: [] };

/** Nobody. */
export const UNDECLARED: Requirement = { authenticated: true, anyOf: [], undeclared: true };

/** A set of scopes, of the catalogue or of anybody else's. */
export interface Scopes {
  has(name: string): boolean;
  names(): readonly string[];
}

/** The scopes with these names, of whatever catalogue. */
export function scopesIn(names: Iterable<string>): Scopes {
  const set = new Set(names);
  return { has: (name) => set.has(name), names: () => [...set] };
}

/**
 * Who asks: the scopes granted to the request, or null when it came without a token.
 * Scopes imply a token, so that no requirement but `PUBLIC` is satisfied by null.
 */
export type Granted = Scopes | null;

/** A declaration that cannot be read as a requirement. The message is the end of a sentence about a coordinate. */
export class RequirementError extends TypeError {}

/** The requirement of OR-ed groups of AND-ed scopes, in its one normal form. */
export function anyOf(groups: readonly (readonly string[])[]): Requirement {
  if (groups.length === 0 || groups.some((group) => group.length === 0)) {
    throw new RequirementError('has an empty group of scopes, which everybody would satisfy');
  }
  return { authenticated: true, anyOf: normalise(groups) };
}

/** Sorted, without repetition, and without groups that another group makes redundant. */
function normalise(groups: readonly (readonly string[])[]): string[][] {
  const sorted = groups
    .map((group) => [...new Set(group)].sort())
    .sort((a, b) => a.length - b.length || compare(a.join(' '), b.join(' ')));
  const kept: string[][] = [];
  for (const group of sorted) {
    if (!kept.some((smaller) => smaller.every((name) => group.includes(name)))) kept.push(group);
  }
  return kept.sort((a, b) => compare(a.join(' '), b.join(' ')));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What satisfies every one of the requirements. */
export function allOf(...requirements: readonly Requirement[]): Requirement {
  return requirements.reduce((a, b) => {
    if (a.undeclared || b.undeclared) return UNDECLARED;
    const authenticated = a.authenticated || b.authenticated;
    if (a.anyOf.length === 0 || b.anyOf.length === 0) {
      return { authenticated, anyOf: a.anyOf.length === 0 ? b.anyOf : a.anyOf };
    }
    const product = a.anyOf.flatMap((left) => b.anyOf.map((right) => [...left, ...right]));
    return { authenticated, anyOf: normalise(product) };
  }, PUBLIC);
}

/** Whether the grant satisfies the requirement. */
export function isSatisfied(requirement: Requirement, granted: Granted): boolean {
  if (requirement.undeclared) return false;
  if (granted === null) return !requirement.authenticated;
  if (requirement.anyOf.length === 0) return true;
  return requirement.anyOf.some((group) => group.every((name) => granted.has(name)));
}

/** Whether everyone who satisfies `strong` satisfies `weak` as well. */
export function implies(strong: Requirement, weak: Requirement): boolean {
  if (strong.undeclared) return true;
  if (weak.undeclared) return false;
  if (weak.authenticated && !strong.authenticated) return false;
  if (weak.anyOf.length === 0) return true;
  if (strong.anyOf.length === 0) return false;
  return strong.anyOf.every((group) =>
    weak.anyOf.some((needed) => needed.every((name) => group.includes(name))),
  );
}

/** The fewest scopes that would have to be added to the grant; empty when it suffices. */
export function missingScopes(requirement: Requirement, granted: Granted): string[] {
  const gaps = requirement.anyOf.map((group) => group.filter((name) => !granted?.has(name)));
  const [first = [], ...others] = gaps;
  return others.reduce((best, gap) => (gap.length < best.length ? gap : best), first);
}

/** The requirement in words: `read_orders and read_customers`, or `a valid token`. */
export function describe(requirement: Requirement): string {
  if (requirement.undeclared) return 'a declaration of who may use it';
  if (requirement.anyOf.length === 0) {
    return requirement.authenticated ? 'a valid token' : 'nothing';
  }
  const many = requirement.anyOf.length > 1;
  return requirement.anyOf
    .map((group) => (many && group.length > 1 ? `(${group.join(' and ')})` : group.join(' and ')))
    .join(' or ');
}
