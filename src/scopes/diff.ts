import type { GraphQLSchema } from 'graphql';
import { type CoordinateRequirement, coordinateRequirements } from './coordinate-requirements.ts';
import { implies, isSatisfied, type Requirement, scopesIn } from './requirement.ts';

/**
 * What became of a coordinate: `tightened` when someone who could use it no longer can, `loosened` when someone
 * who could not now can, `moved` when both are so. `added-open` takes no token at all.
 */
export type ChangeKind = 'tightened' | 'loosened' | 'moved' | 'added' | 'added-open' | 'removed';

/** A request that is decided otherwise now: without a token, or with one that has these scopes. */
export interface Witness {
  readonly token: boolean;
  readonly scopes: readonly string[];
}

/** One coordinate that is not decided as before. */
export interface ScopeChange {
  readonly coordinate: string;
  readonly kind: ChangeKind;
  /** Whether a client can lose something. */
  readonly breaking: boolean;
  /** Whether a person should agree that more is open now. */
  readonly review: boolean;
  /** What it took; null where it is new. */
  readonly before: Requirement | null;
  /** What it takes; null where it is gone. */
  readonly after: Requirement | null;
  /** The least that sufficed and no longer does, where that is so. */
  readonly losing?: Witness;
  /** The least that suffices and did not, where that is so. */
  readonly gaining?: Witness;
}

/**
 * Everything that a new version of a schema decides otherwise, by coordinate. Requirements are compared by who
 * satisfies them, not by how or where they are written. What nothing is said about counts as open.
 *
 * @throws RequirementError when the directives of a schema cannot be read.
 */
export function diffScopes(oldSchema: GraphQLSchema, newSchema: GraphQLSchema): ScopeChange[] {
  const old = coordinateRequirements(oldSchema);
  const current = coordinateRequirements(newSchema);
  const coordinates = [...new Set([...old.keys(), ...current.keys()])].sort();
  return coordinates.flatMap(
    (coordinate) => changeOf(coordinate, old.get(coordinate), current.get(coordinate)) ?? [],
  );
}

function changeOf(
  coordinate: string,
  old: CoordinateRequirement | undefined,
  current: CoordinateRequirement | undefined,
): ScopeChange | null {
  if (old && current) {
    const difference = compareRequirements(old.requirement, current.requirement);
    return difference && { coordinate, ...difference };
  }
  if (current && !current.isType) {
    const { isOpen, requirement } = current;
    const kind = isOpen ? 'added-open' : 'added';
    return { coordinate, kind, breaking: false, review: isOpen, before: null, after: requirement };
  }
  if (old && !old.isType) {
    const before = old.requirement;
    return { coordinate, kind: 'removed', breaking: true, review: false, before, after: null };
  }
  return null;
}

/** How two requirements differ in who satisfies them; null when they do not. */
export function compareRequirements(
  before: Requirement,
  after: Requirement,
): Omit<ScopeChange, 'coordinate'> | null {
  const losing = witness(before, after);
  const gaining = witness(after, before);
  if (losing && gaining) {
    return { kind: 'moved', breaking: true, review: true, before, after, losing, gaining };
  }
  if (losing) return { kind: 'tightened', breaking: true, review: false, before, after, losing };
  if (gaining) return { kind: 'loosened', breaking: false, review: true, before, after, gaining };
  return null;
}

/** The least that satisfies the one and not the other; null when there is no such thing. */
function witness(satisfied: Requirement, refused: Requirement): Witness | null {
  if (implies(satisfied, refused)) return null;
  if (!satisfied.authenticated) return { token: false, scopes: [] };
  // Whoever satisfies a requirement holds a group of it: no smaller set than a group can be a witness.
  const groups = satisfied.anyOf.length > 0 ? satisfied.anyOf : [[]];
  const least = groups
    .filter((group) => !isSatisfied(refused, scopesIn(group)))
    .reduce((best, group) => (group.length < best.length ? group : best));
  return { token: true, scopes: least };
}
