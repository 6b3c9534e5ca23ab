import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  getVariableValues,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../errors.ts';
import type { Context } from '../schema/context.ts';
import { type Decision, decide, type ScopeMode } from '../scopes/decide.ts';
import { planOperation } from '../scopes/plan.ts';
import { describe, missingScopes } from '../scopes/requirement.ts';
import { buildChallenge } from '../token/challenge.ts';
import type { ServerContext } from './server-context.ts';

export interface AuthorizeOptions {
  /** What happens to a query that needs more than it was granted, unless the request says otherwise. */
  readonly mode: ScopeMode;
  readonly resourceMetadata: string;
}

/** Decides on every operation before it runs, and answers those that must not run. */
export function useAuthorization(options: AuthorizeOptions): Plugin<Context & ServerContext> {
  const stop = (args: object, setResult: (result: ExecutionResult) => void) => {
    const errors = refuse(args as ScopedArgs, options);
    if (errors.length > 0) setResult({ errors });
  };
  return {
    onExecute: ({ args, setResultAndStopExecution }) => stop(args, setResultAndStopExecution),
    onSubscribe: ({ args, setResultAndStopExecution }) => stop(args, setResultAndStopExecution),
  };
}

type ScopedArgs = ExecutionArgs & { readonly contextValue: Context & ServerContext };

/** Why an operation must not run; empty when it may. */
function refuse(args: ScopedArgs, { mode, resourceMetadata }: AuthorizeOptions): GraphQLError[] {
  const { schema, document, operationName, variableValues, contextValue } = args;
  const definition = getOperationAST(document, operationName);
  if (!definition) return [];
  if (!schema.getRootType(definition.operation)) {
    return [malformed(`This schema has no ${definition.operation} operations.`)];
  }
  const { coerced, errors } = getVariableValues(
    schema,
    definition.variableDefinitions ?? [],
    variableValues ?? {},
  );
  if (errors) return errors.map(({ message, nodes }) => malformed(message, nodes));
  const needs = planOperation({ schema, document, operationName, variables: coerced });
  const decision = decide({
    needs,
    granted: contextValue.granted,
    mode: requestedMode(contextValue.req.headers['x-scope-mode']) ?? mode,
    isMutation: definition.operation === 'mutation',
  });
  switch (decision.outcome) {
    case 'run':
      return [];
    case 'unauthenticated':
      return [unauthenticated(decision, resourceMetadata)];
    case 'reject':
      return [insufficientScope(decision, contextValue, resourceMetadata)];
  }
}

/** A request that cannot be run at all: 400, but for `application/json`, where GraphQL over HTTP keeps 200. */
function malformed(message: string, nodes?: GraphQLError['nodes']): GraphQLError {
  const extensions = { code: 'INVALID_INPUT', http: { spec: true, status: 400 } };
  return new GraphQLError(message, { nodes: nodes ?? null, extensions });
}

function requestedMode(header: string | readonly string[] | undefined): ScopeMode | null {
  if (header === undefined) return null;
  if (header === 'filter' || header === 'reject') return header;
  throw new AppError('INVALID_REQUEST', 'X-Scope-Mode is "filter" or "reject".');
}

/** RFC 6750 section 3.1: a request without credentials gets a challenge without an error code. */
function unauthenticated(decision: Decision, resourceMetadata: string): GraphQLError {
  const [first] = decision.refused;
  return new GraphQLError(
    `This operation needs a token: ${first?.coordinate} needs ${first ? describe(first.requirement) : ''}.`,
    {
      extensions: {
        code: 'UNAUTHENTICATED',
        requiredScopes: decision.suggestedScopes,
        http: {
          status: 401,
          headers: { 'www-authenticate': buildChallenge({ resourceMetadata }) },
        },
      },
    },
  );
}

function insufficientScope(
  { refused, suggestedScopes }: Decision,
  { granted }: Context,
  resourceMetadata: string,
): GraphQLError {
  const refusals = refused.map(({ coordinate, requirement }) => ({
    coordinate,
    requiredScopes: requirement.anyOf,
    missingScopes: missingScopes(requirement, granted),
  }));
  const missing = [...new Set(refusals.flatMap((refusal) => refusal.missingScopes))];
  const challenge = buildChallenge({
    resourceMetadata,
    error: 'insufficient_scope',
    errorDescription: `The token lacks ${missing.join(' ')}.`,
    scope: suggestedScopes.join(' '),
  });
  const coordinates = refusals.map(({ coordinate }) => coordinate).join(', ');
  return new GraphQLError(
    `Nothing was run: the token lacks ${missing.join(' and ')}, which ${coordinates} ${refusals.length > 1 ? 'need' : 'needs'}.`,
    {
      extensions: {
        code: 'INSUFFICIENT_SCOPE',
        missingScopes: missing,
        refused: refusals,
        http: { status: 403, headers: { 'www-authenticate': challenge } },
      },
    },
  );
}
