import { type ASTNode, GraphQLError } from 'graphql';
import type { Need } from './field-facts.ts';
import { describe, type Granted, missingScopes, type Requirement } from './requirement.ts';

/** Where in an answer something was refused. */
export interface RefusedAt {
  readonly nodes: readonly ASTNode[];
  /** The first place; the value there is null, or one above it that may be null. */
  readonly path: readonly (string | number)[];
  /** In how many places; absent where each place has an error of its own. */
  readonly occurrences?: number;
  /** The place above that is null instead, where the refused one cannot be. */
  readonly nulledPath?: readonly (string | number)[];
}

/**
 * The error for one refused coordinate (`design.md` section 5). `missingScopes` are the fewest that
 * would have to be added; the message says the same in words.
 */
export function refusal(
  coordinate: string,
  requirement: Requirement,
  granted: Granted,
  { nodes, path, ...facts }: Partial<RefusedAt> = {},
): GraphQLError {
  return new GraphQLError(`${reasonOf({ coordinate, requirement }, granted)}.`, {
    nodes: nodes ?? null,
    path: path ?? null,
    extensions: {
      code: granted === null ? 'UNAUTHENTICATED' : 'INSUFFICIENT_SCOPE',
      coordinate,
      requiredScopes: requirement.anyOf,
      missingScopes: missingScopes(requirement, granted),
      ...facts,
    },
  });
}

function reasonOf({ coordinate, requirement }: Need, granted: Granted): string {
  const needs = `${coordinate} needs ${describe(requirement)}`;
  if (requirement.undeclared) return needs;
  if (granted === null) return `${needs}; no token was sent`;
  return `${needs}; the token lacks ${missingScopes(requirement, granted).join(' and ')}`;
}

/** The one error of an operation of which nothing was run. `refused` has at least one need. */
export function rejection(refused: readonly Need[], granted: Granted): GraphQLError {
  const [first] = refused;
  const facts = refused.map(({ coordinate, requirement }) => ({
    coordinate,
    requiredScopes: requirement.anyOf,
    missingScopes: missingScopes(requirement, granted),
  }));
  const missing = [...new Set(facts.flatMap((fact) => fact.missingScopes))];
  const undeclared = refused.find(({ requirement }) => requirement.undeclared);
  const coordinates = facts.map(({ coordinate }) => coordinate).join(', ');
  const message =
    granted === null && first
      ? `This operation needs a token: ${first.coordinate} needs ${describe(first.requirement)}.`
      : undeclared
        ? `Nothing was run: ${reasonOf(undeclared, granted)}.`
        : `Nothing was run: the token lacks ${missing.join(' and ')}, which ${coordinates} ${facts.length > 1 ? 'need' : 'needs'}.`;
  return new GraphQLError(message, {
    extensions: {
      code: granted === null ? 'UNAUTHENTICATED' : 'INSUFFICIENT_SCOPE',
      missingScopes: missing,
      refused: facts,
    },
  });
}
