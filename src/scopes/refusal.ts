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
  const message = `${reasonOf({ coordinate, requirement }, granted)}.`;
  const extensions = {
    code: codeOf(requirement, granted),
    coordinate,
    requiredScopes: requirement.anyOf,
    missingScopes: missingScopes(requirement, granted),
    ...facts,
  };
  const at = { nodes: nodes ?? null, path: path ?? null };
  return withoutStack(() => new GraphQLError(message, { ...at, extensions }));
}

/** A refusal is no fault: where in the code it was worded tells nobody anything, and takes longer than the answer. */
function withoutStack<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A token would mend what a request without one lacks, but not what nobody may use. */
const codeOf = ({ undeclared }: Requirement, granted: Granted) =>
  granted === null && !undeclared ? 'UNAUTHENTICATED' : 'INSUFFICIENT_SCOPE';

function reasonOf({ coordinate, requirement }: Need, granted: Granted): string {
  const needs = `${coordinate} needs ${describe(requirement)}`;
  if (requirement.undeclared) return needs;
  if (granted === null) return `${needs}; no token was sent`;
  return `${needs}; the token lacks ${missingScopes(requirement, granted).join(' and ')}`;
}

/** The one error of an operation of which nothing was run. `refused` has at least one need. */
export function rejection(refused: readonly Need[], granted: Granted): GraphQLError {
  const facts = refused.map(({ coordinate, requirement }) => ({
    coordinate,
    requiredScopes: requirement.anyOf,
    missingScopes: missingScopes(requirement, granted),
  }));
  const missing = [...new Set(facts.flatMap((fact) => fact.missingScopes))];
  // Told first is what a token would mend where there is none, else what no token would.
  const isTold = ({ requirement: { undeclared } }: Need) => (granted === null) !== !!undeclared;
  const first = refused.find(isTold) ?? refused[0];
  const code = first ? codeOf(first.requirement, granted) : 'INSUFFICIENT_SCOPE';
  return new GraphQLError(rejectionMessage(refused, first, missing, granted), {
    extensions: { code, missingScopes: missing, refused: facts },
  });
}

function rejectionMessage(
  refused: readonly Need[],
  first: Need | undefined,
  missing: readonly string[],
  granted: Granted,
): string {
  if (first?.requirement.undeclared) return `Nothing was run: ${reasonOf(first, granted)}.`;
  if (granted === null && first) {
    return `This operation needs a token: ${first.coordinate} needs ${describe(first.requirement)}.`;
  }
  const coordinates = refused.map(({ coordinate }) => coordinate).join(', ');
  const need = refused.length > 1 ? 'need' : 'needs';
  return `Nothing was run: the token lacks ${missing.join(' and ')}, which ${coordinates} ${need}.`;
}
