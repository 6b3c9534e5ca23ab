import type { Need } from './plan.ts';
import { type Granted, isSatisfied, missingScopes } from './requirement.ts';

/** What is done with an operation that needs more than it was granted. */
export type ScopeMode = 'filter' | 'reject';

/** The decision on an operation, before anything of it runs. */
export interface Decision {
  readonly outcome: 'run' | 'unauthenticated' | 'reject';
  /** What is refused, in the order of the document; empty when everything is allowed. */
  readonly refused: readonly Need[];
  /** What a token would have to carry: what this one has and the fewest scopes it lacks. */
  readonly suggestedScopes: readonly string[];
}

export interface DecisionInput {
  readonly needs: readonly Need[];
  readonly granted: Granted;
  readonly mode: ScopeMode;
  readonly isMutation: boolean;
}

/**
 * Decides on an operation (`design.md` section 5): without credentials it runs only when it needs none;
 * a mutation runs whole or not at all, and so does anything in reject mode; else it runs and what
 * is refused comes back as null.
 */
export function decide({ needs, granted, mode, isMutation }: DecisionInput): Decision {
  const refused = needs.filter(({ requirement }) => !isSatisfied(requirement, granted));
  const missing = refused.flatMap(({ requirement }) => missingScopes(requirement, granted));
  const suggestedScopes = [...new Set([...(granted?.names() ?? []), ...missing])];
  if (refused.length === 0) return { outcome: 'run', refused, suggestedScopes };
  if (granted === null) return { outcome: 'unauthenticated', refused, suggestedScopes };
  const outcome = mode === 'reject' || isMutation ? 'reject' : 'run';
  return { outcome, refused, suggestedScopes };
}
