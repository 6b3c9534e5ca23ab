import { type DocumentNode, GraphQLError } from 'graphql';
import { type Decision, decide, type ScopeMode } from './decide.ts';
import { type Plan, planOperation } from './plan.ts';
import type { Granted } from './requirement.ts';
import type { RequirementIndex } from './requirement-index.ts';
import type { Variables } from './variables.ts';

/** A request as it came, for a document that is valid against the index's schema. */
export interface ScopedRequest {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  /** As they were sent. */
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly granted: Granted;
  readonly mode: ScopeMode;
}

/** A request that was understood and decided. */
export interface DecidedRequest {
  readonly plan: Plan;
  readonly decision: Decision;
  readonly variables: Variables;
}

/** A request that cannot be decided, because it says something that cannot be run; in GraphQL's own words. */
export interface MalformedRequest {
  readonly errors: readonly GraphQLError[];
}

/** Plans a request's operation, coerces its variables and decides on it. Nothing of it has run then. */
export function decideRequest(
  index: RequirementIndex,
  { document, operationName, variables: sent, granted, mode }: ScopedRequest,
): DecidedRequest | MalformedRequest {
  try {
    const plan = planOperation(index, document, operationName);
    const { coerced, errors } = plan.coerce(sent ?? {});
    if (errors) return { errors };
    const decision = decide(plan, { granted, mode, variables: coerced });
    return { plan, decision, variables: coerced };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}
