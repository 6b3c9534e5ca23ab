import { anyOf, type Granted, isSatisfied, type Requirement, scopesIn } from './requirement.ts';

/** The smallest sets of scopes that satisfy everything of a list. */
export interface MinimalScopes {
  /** None of them holds another; each sorted, the smallest first. One empty set where no scope is needed. */
  readonly sets: readonly (readonly string[])[];
  /** Whether there are more: alternatives multiply. Those that are listed do suffice. */
  readonly capped: boolean;
}

/** Sets that are kept while alternatives multiply. */
const MAX_SETS = 64;

/**
 * The minimal scope sets of requirements that all have to hold. Nothing but their number is bounded: with many
 * alternatives some are left out, and it says so. No sets at all where a requirement cannot be met by any scope.
 */
export function minimalScopes(requirements: readonly Requirement[]): MinimalScopes {
  if (requirements.some(({ undeclared }) => undeclared)) return { sets: [], capped: false };
  const scoped = distinct(requirements.filter(({ anyOf }) => anyOf.length > 0));
  let sets: readonly ReadonlySet<string>[] = [new Set()];
  let capped = false;
  // Those without a choice first: what they ask for makes the choices of the others smaller.
  for (const { anyOf } of scoped.toSorted((a, b) => a.anyOf.length - b.anyOf.length)) {
    const wider = sets.flatMap((set) => anyOf.map((group) => new Set([...set, ...group])));
    const smallest = withoutSupersets(wider);
    capped ||= smallest.length > MAX_SETS;
    sets = smallest.slice(0, MAX_SETS);
  }
  // What was left out may have been a part of what was kept.
  const whole = capped ? withoutSupersets(sets.map((set) => reduced(set, scoped))) : sets;
  const named = whole.map((set) => [...set].sort());
  return { sets: named.toSorted((a, b) => a.length - b.length || compare(a, b)), capped };
}

/**
 * The fewest scopes that a grant would have to be widened by to satisfy every requirement. What scopes cannot
 * mend is left out of account: a missing token, a coordinate that nobody may use.
 */
export function fewestMissing(
  requirements: readonly Requirement[],
  granted: Granted,
): readonly string[] {
  const gaps = requirements
    .filter((each) => each.anyOf.length > 0 && !isSatisfied(each, granted))
    .map((each) => anyOf(each.anyOf.map((group) => group.filter((name) => !granted?.has(name)))));
  return minimalScopes(gaps).sets[0] ?? [];
}

function distinct(requirements: readonly Requirement[]): Requirement[] {
  return [...new Map(requirements.map((each) => [JSON.stringify(each.anyOf), each])).values()];
}

/** The sets that hold no other, the smallest first. */
function withoutSupersets(sets: readonly ReadonlySet<string>[]): ReadonlySet<string>[] {
  const kept: ReadonlySet<string>[] = [];
  for (const set of sets.toSorted((a, b) => a.size - b.size)) {
    if (!kept.some((smaller) => [...smaller].every((name) => set.has(name)))) kept.push(set);
  }
  return kept;
}

function reduced(set: ReadonlySet<string>, requirements: readonly Requirement[]): Set<string> {
  const left = new Set(set);
  for (const name of set) {
    left.delete(name);
    const others = scopesIn(left);
    const suffices = requirements.every((requirement) => isSatisfied(requirement, others));
    if (!suffices) left.add(name);
  }
  return left;
}

const compare = (a: readonly string[], b: readonly string[]) =>
  a.join(' ') < b.join(' ') ? -1 : 1;
