import { GraphQLError } from 'graphql';
import { describe, type Granted, missingScopes, type Requirement } from '../scopes/requirement.ts';

/**
 * The error for one refused coordinate (`design.md` section 5). `missingScopes` are the fewest that
 * would have to be added; the message says the same in words.
 */
export function refusal(coordinate: string, requirement: Requirement, granted: Granted) {
  const missing = missingScopes(requirement, granted);
  const lack = granted === null ? 'no token was sent' : `the token lacks ${missing.join(' and ')}`;
  return new GraphQLError(`${coordinate} needs ${describe(requirement)}; ${lack}.`, {
    extensions: {
      code: granted === null ? 'UNAUTHENTICATED' : 'INSUFFICIENT_SCOPE',
      coordinate,
      requiredScopes: requirement.anyOf,
      missingScopes: missing,
    },
  });
}
