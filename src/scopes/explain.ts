import { OperationTypeNode } from 'graphql';
import type { Need } from './field-facts.ts';
import { fewestMissing, type MinimalScopes, minimalScopes } from './minimal-scopes.ts';
import type { Plan } from './plan.ts';
import { type PredictedNull, predictNulls } from './predict-nulls.ts';
import { type Granted, isSatisfied } from './requirement.ts';
import type { Variables } from './variables.ts';

/** What an operation needs and, for a grant, what would become of it. */
export interface Explanation {
  readonly operation: { readonly kind: string; readonly name: string | null };
  /** The smallest sets of scopes with which nothing of it is refused; none where no scopes would do. */
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
  /** Nothing says who may use it, so nobody may. */
  readonly undeclared?: true;
  /** Only with certain values of variables. */
  readonly conditional: boolean;
}

export interface ExplainedGrant {
  readonly grantedScopes: readonly string[];
  /** Whether everything is allowed, whatever the variables are, or under those that were given. */
  readonly suffices: boolean;
  /** The fewest scopes that would have to be added. */
  readonly missingScopes: readonly string[];
  /** The places that a filtered answer has nulls in; none where nothing would run. */
  readonly predictedNulls: readonly PredictedNull[];
  /** Whether there may be more nulls than are listed. */
  readonly nullsCapped: boolean;
}

export interface ExplainOptions {
  readonly granted?: Granted | undefined;
  /** Coerced variables; where they are not given, what any variables could need. */
  readonly variables?: Variables | undefined;
}

/**
 * Explains a plan without running anything: the smallest sets of scopes that it takes, what each
 * coordinate needs, and, with a grant, what is missing and where the nulls would be. None are predicted for a
 * mutation, or for a request without a token: neither would run at all.
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
      ...(requirement.undeclared && { undeclared: true }),
      conditional,
    })),
    grant: granted === undefined ? null : explainGrant(plan, needs, granted, variables ?? null),
  };
}

function explainGrant(
  plan: Plan,
  needs: readonly Need[],
  granted: Granted,
  variables: Variables | null,
): ExplainedGrant {
  const refused = needs.filter(({ requirement }) => !isSatisfied(requirement, granted));
  const isMutation = plan.definition.operation === OperationTypeNode.MUTATION;
  const runs = granted !== null && !isMutation;
  const { nulls, capped } =
    runs && refused.length > 0
      ? predictNulls(plan, granted, variables)
      : { nulls: [], capped: false };
  return {
    grantedScopes: granted?.names() ?? [],
    suffices: refused.length === 0,
    missingScopes: fewestMissing(
      refused.map(({ requirement }) => requirement),
      granted,
    ),
    predictedNulls: nulls,
    nullsCapped: capped,
  };
}
