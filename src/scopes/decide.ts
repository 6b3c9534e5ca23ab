import { OperationTypeNode } from 'graphql';
import { getOrMake, Recent } from './caches.ts';
import type { Need } from './field-facts.ts';
import { type FilteredOperation, filterOperation } from './filter.ts';
import type { Plan } from './plan.ts';
import { type Granted, isSatisfied, missingScopes } from './requirement.ts';
import type { Variables } from './variables.ts';

/** What is done with a query or subscription that needs more than it was granted. */
export type ScopeMode = 'filter' | 'reject';

/**
 * What becomes of one request, decided before anything of it runs. While it is kept, it is shared by all requests with
 * its plan and mode that were granted the same of the scopes that matter, row scopes among them, and send the same
 * guarded inputs.
 */
export type Decision = DecisionFacts &
  (
    | { readonly outcome: 'allow' | 'reject' | 'unauthenticated' }
    | { readonly outcome: 'filter'; readonly filtered: FilteredOperation }
  );

interface DecisionFacts {
  /** What is refused, each coordinate once, in the order of the document, also below what is refused. */
  readonly refused: readonly Need[];
  /**
   * Scopes with which nothing would be refused: of each need the fewest that it lacks. Where needs have alternatives
   * there may be fewer altogether, which `explain` searches for and a request does not wait for.
   */
  readonly missingScopes: readonly string[];
}

/** The operation without what is refused; null where nothing is taken out of it. */
export const filteredOf = (decision: Decision): FilteredOperation | null =>
  decision.outcome === 'filter' ? decision.filtered : null;

export interface DecideOptions {
  readonly granted: Granted;
  readonly mode: ScopeMode;
  readonly variables: Variables;
}

const MAX_BYTES = 64 * 1024 * 1024;

/** The decisions of all plans, bounded in bytes: how many there can be of one is up to whoever asks. */
const DECISIONS = new Recent<Decision>(MAX_BYTES);

const NUMBERS = new WeakMap<Plan, number>();
let plans = 0;

/** What a character of a document costs in memory in a decision, which may be what it leaves of the document. */
const BYTES_PER_CHARACTER = 40;

/** A guess at what a decision on a plan takes in memory, in bytes. */
export const bytesOf = ({ document }: Plan): number =>
  1_000 + (document.loc?.end ?? 0) * BYTES_PER_CHARACTER;

/**
 * Decides on a request (`design.md` section 5): without credentials it runs only when it needs none; a mutation
 * runs whole or not at all, and so does anything in reject mode; else it runs without what is refused.
 */
export function decide(plan: Plan, { granted, mode, variables }: DecideOptions): Decision {
  const number = getOrMake(NUMBERS, plan, nextNumber);
  const key = `${number} ${mode}\n${heldOf(plan, granted)}\n${plan.keyOf(variables)}`;
  const known = DECISIONS.get(key);
  if (known !== undefined) return known;
  const decision = createDecision(plan, { granted, mode, variables });
  DECISIONS.set(key, decision, bytesOf(plan));
  return decision;
}

function nextNumber(): number {
  plans += 1;
  return plans;
}

/** For each scope that matters to a plan whether it was granted; nothing without credentials. */
function heldOf({ scopes }: Plan, granted: Granted): string {
  if (granted === null) return '';
  let held = 'granted ';
  for (const name of scopes) held += granted.has(name) ? '1' : '0';
  return held;
}

function createDecision(plan: Plan, { granted, mode, variables }: DecideOptions): Decision {
  const refused = plan
    .needsUnder(variables)
    .filter(({ requirement }) => !isSatisfied(requirement, granted));
  const missing = refused.flatMap(({ requirement }) => missingScopes(requirement, granted));
  const facts = { refused, missingScopes: [...new Set(missing)] };
  if (refused.length === 0) return { ...facts, outcome: 'allow' };
  const needsToken = refused.some(({ requirement }) => !requirement.undeclared);
  if (granted === null && needsToken) return { ...facts, outcome: 'unauthenticated' };
  const isWhole = plan.definition.operation === OperationTypeNode.MUTATION;
  if (mode === 'reject' || isWhole) return { ...facts, outcome: 'reject' };
  return { ...facts, outcome: 'filter', filtered: filterOperation(plan, granted, variables) };
}
