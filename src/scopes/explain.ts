import { isListType, isNonNullType } from 'graphql';
import { filterOperation } from './filter.ts';
import { type MinimalScopes, minimalScopes } from './minimal-scopes.ts';
import type { Plan } from './plan.ts';
import { type Granted, isSatisfied, missingScopes } from './requirement.ts';
import type { Need, Position } from './walk.ts';

/** What an operation needs and, for a grant, what would become of it. */
export interface Explanation {
  readonly operation: { readonly kind: string; readonly name: string | null };
  /** The smallest sets of scopes with which nothing of it is refused. */
  readonly minimalScopes: MinimalScopes['sets'];
  /** Whether there are more minimal sets than are listed. */
  readonly capped: boolean;
  /** Whether it needs a token, be it one without scopes. */
  readonly authenticated: boolean;
  readonly needs: readonly ExplainedNeed[];
  /** What the grant does to it; null without one. */
  readonly grant: ExplainedGrant | null;
}

export interface ExplainedNeed {
  readonly coordinate: string;
  readonly requiredScopes: readonly (readonly string[])[];
  readonly authenticated: boolean;
  /** Only with certain values of variables. */
  readonly conditional: boolean;
}

export interface ExplainedGrant {
  readonly grantedScopes: readonly string[];
  /** Whether everything is allowed, whatever the variables are, or under those that were given. */
  readonly suffices: boolean;
  /** The fewest scopes that are missing. */
  readonly missingScopes: readonly string[];
  /** The places that a filtered answer has nulls in, first places of the document only. */
  readonly predictedNulls: readonly PredictedNull[];
}

export interface PredictedNull {
  /** The refused coordinate. */
  readonly coordinate: string;
  /** Response keys from the root, joined by dots; those of lists are not numbered. */
  readonly path: string;
  /** The place that is null: the path itself, or the nearest one above that may be null; "" is the whole answer. */
  readonly nulledPath: string;
  readonly missingScopes: readonly string[];
}

export interface ExplainOptions {
  readonly granted?: Granted | undefined;
  /** Coerced variables; where they are not given, what any variables could need. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Explains a plan without running anything: the smallest sets of scopes that it takes, what each
 * coordinate needs, and, with a grant, what is missing and where the nulls would be. A mutation
 * has no nulls predicted: it does not run at all.
 */
export function explain(plan: Plan, { granted, variables }: ExplainOptions = {}): Explanation {
  const needs = variables
    ? plan.needsUnder(variables).map((need) => ({ ...need, conditional: false }))
    : plan.needs;
  const minimal = minimalScopes(needs.map(({ requirement }) => requirement));
  const { definition } = plan;
  return {
    operation: { kind: definition.operation, name: definition.name?.value ?? null },
    minimalScopes: minimal.sets,
    capped: minimal.capped,
    authenticated: needs.some(({ requirement }) => requirement.authenticated),
    needs: needs.map(({ coordinate, requirement, conditional }) => ({
      coordinate,
      requiredScopes: requirement.anyOf,
      authenticated: requirement.authenticated,
      conditional,
    })),
    grant: granted === undefined ? null : explainGrant(plan, needs, granted, variables ?? null),
  };
}

function explainGrant(
  plan: Plan,
  needs: readonly Need[],
  granted: Granted,
  variables: Readonly<Record<string, unknown>> | null,
): ExplainedGrant {
  const refused = needs.filter(({ requirement }) => !isSatisfied(requirement, granted));
  const missing = refused.flatMap(({ requirement }) => missingScopes(requirement, granted));
  const isFiltered = plan.definition.operation !== 'mutation' && refused.length > 0;
  const nulls = isFiltered ? filterOperation(plan, granted, variables).refused : [];
  return {
    grantedScopes: granted?.names() ?? [],
    suffices: refused.length === 0,
    missingScopes: [...new Set(missing)],
    predictedNulls: nulls.map(({ need, position, isType }) => ({
      coordinate: need.coordinate,
      path: pathOf(position),
      nulledPath: nulledPath(position, isType),
      missingScopes: missingScopes(need.requirement, granted),
    })),
  };
}

function pathOf(position: Position | null): string {
  const keys: string[] = [];
  for (let at = position; at !== null; at = at.above) {
    keys.unshift(at.node.alias?.value ?? at.node.name.value);
  }
  return keys.join('.');
}

/** A null rises through what cannot be null: the field, and the lists that hold its parents. */
function nulledPath(position: Position, isType: boolean): string {
  let at: Position | null = position;
  let isItem = isType;
  while (at !== null && !mayBeNull(at, isItem)) {
    at = at.above;
    isItem = true;
  }
  return pathOf(at);
}

/** Whether something between an object and the field that holds it may be null: an item, a list, the field. */
function mayBeNull({ field }: Position, isItem: boolean): boolean {
  if (!isItem) return !isNonNullType(field.type);
  let { type } = field;
  for (;;) {
    if (!isNonNullType(type)) return true;
    type = type.ofType;
    if (!isListType(type)) return false;
    type = type.ofType;
  }
}
