import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../errors.ts';
import type { Context } from '../schema/context.ts';
import { type Decision, filteredOf, type ScopeMode } from '../scopes/decide.ts';
import { rejection } from '../scopes/refusal.ts';
import type { RefusalErrors } from '../scopes/refusals.ts';
import type { RequirementIndex } from '../scopes/requirement-index.ts';
import { restoreRefused } from '../scopes/restore.ts';
import { type DecidedRequest, decideRequest } from '../scopes/scoped-request.ts';
import type { Logger } from '../telemetry/logger.ts';
import { currentRequestId } from '../telemetry/request-scope.ts';
import { buildChallenge } from '../token/challenge.ts';
import { headersOf } from './answers.ts';
import { authorizationUrl, withAuthorizationUrls } from './authorization-url.ts';
import { executeWithView, type Introspection } from './introspect.ts';
import { variableErrors } from './schema-errors.ts';
import type { ServerContext } from './server-context.ts';

export interface AuthorizeOptions {
  readonly index: RequirementIndex;
  readonly introspection: Introspection;
  /** What happens to a query that needs more than it was granted, unless the request says otherwise. */
  readonly mode: ScopeMode;
  readonly refusalErrors: RefusalErrors;
  readonly resourceMetadata: string;
  /** Where apps ask for more; null without an authorization server of our own. */
  readonly authorizationEndpoint: string | null;
  readonly logger: Logger;
}

/**
 * Decides on every operation before it runs: it runs as it is, or without what is refused, which
 * comes back as nulls, or not at all.
 */
export function useAuthorization(options: AuthorizeOptions): Plugin<Context & ServerContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const decided = decideOn(args as ScopedArgs, options);
      if ('errors' in decided) return setResultAndStopExecution({ errors: decided.errors });
      setExecuteFn(async (args) => run(args as ScopedArgs, executeFn, decided, options));
    },
    // There are no subscriptions yet; the one that comes first brings filtering by event.
    onSubscribe({ args, setResultAndStopExecution }) {
      const decided = decideOn(args as ScopedArgs, { ...options, mode: 'reject' });
      if ('errors' in decided) setResultAndStopExecution({ errors: decided.errors });
    },
  };
}

type ScopedArgs = ExecutionArgs & { readonly contextValue: Context & ServerContext };

/** What becomes of an operation, or why it must not run. */
function decideOn(
  { document, operationName, variableValues, contextValue }: ScopedArgs,
  options: AuthorizeOptions,
): DecidedRequest | { readonly errors: readonly GraphQLError[] } {
  const { index, introspection, mode, resourceMetadata } = options;
  const { granted, req } = contextValue;
  const decided = decideRequest(index, {
    document,
    operationName,
    variables: variableValues,
    granted,
    mode: requestedMode(req.headers['x-scope-mode']) ?? mode,
  });
  if ('errors' in decided) {
    const view = introspection.viewOf(granted);
    const sent = { document, operationName, variables: variableValues };
    const misfits = variableErrors({ schema: index.schema, view, ...sent });
    return { errors: (misfits.length > 0 ? misfits : decided.errors).map(malformed) };
  }
  if (decided.plan.introspects && introspection.viewOf(granted) === null) {
    return { errors: [untold(introspection.refusal, resourceMetadata)] };
  }
  const { outcome } = decided.decision;
  if (outcome === 'allow' || outcome === 'filter') return decided;
  return { errors: [refuse(decided.decision, contextValue, options)] };
}

async function run(
  args: ScopedArgs,
  execute: (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>,
  { plan, decision, variables }: DecidedRequest,
  { introspection, refusalErrors: style, authorizationEndpoint, logger }: AuthorizeOptions,
): Promise<ExecutionResult> {
  const { granted, principal } = args.contextValue;
  const filtered = filteredOf(decision);
  const document = filtered?.document ?? args.document;
  const view = plan.introspects ? introspection.viewOf(granted) : null;
  const result = await executeWithView({ ...args, document }, execute, view ?? args.schema);
  const leaked = result.errors?.find(({ extensions }) => extensions.code === 'INSUFFICIENT_SCOPE');
  if (leaked !== undefined) {
    const { coordinate } = leaked.extensions;
    const requestId = currentRequestId();
    logger.error({ requestId, coordinate }, 'the schema refused what the plan had let pass');
  }
  if (filtered === null) return result;
  const restored = restoreRefused(result, { plan, filtered, granted, variables, style });
  return withAuthorizationUrls(restored, authorizationEndpoint, principal);
}

/** A request that cannot be run at all: 400, but for `application/json`, where GraphQL over HTTP keeps 200. */
function malformed({ message, nodes }: GraphQLError): GraphQLError {
  const extensions = { code: 'INVALID_INPUT', http: { spec: true, status: 400 } };
  return new GraphQLError(message, { nodes: nodes ?? null, extensions });
}

/** What answers an operation that asks for the schema of whoever may know nothing of it. */
function untold(refusal: AppError, resourceMetadata: string): GraphQLError {
  const { code, message, status } = refusal;
  const http = { status, headers: headersOf(refusal, resourceMetadata) };
  return new GraphQLError(message, { extensions: { code, http } });
}

/**
 * How a request asks to be decided, with `X-Scope-Mode`; null where it does not say.
 *
 * @throws AppError INVALID_REQUEST for any other word.
 */
export function requestedMode(header: string | readonly string[] | undefined): ScopeMode | null {
  if (header === undefined) return null;
  if (header === 'filter' || header === 'reject') return header;
  throw new AppError('INVALID_REQUEST', 'X-Scope-Mode is "filter" or "reject".');
}

/**
 * RFC 6750 section 3.1: a request without credentials gets a challenge without an error code; one with too
 * few scopes learns what a token would have to carry, which is what it has and what it lacks.
 */
function refuse(
  { outcome, refused, missingScopes }: Decision,
  { granted, principal }: Context,
  { resourceMetadata, authorizationEndpoint }: AuthorizeOptions,
): GraphQLError {
  const { message, extensions } = rejection(refused, granted);
  const url = authorizationUrl(authorizationEndpoint, principal, missingScopes);
  const isAnonymous = outcome === 'unauthenticated';
  const lack = {
    error: 'insufficient_scope',
    errorDescription: `The token lacks ${missingScopes.join(' ')}.`,
    scope: [...(granted?.names() ?? []), ...missingScopes].join(' '),
  } as const;
  const challenge = buildChallenge({ resourceMetadata, ...(isAnonymous ? {} : lack) });
  const http = { status: isAnonymous ? 401 : 403, headers: { 'www-authenticate': challenge } };
  const told = { ...extensions, ...(url !== null && { authorizationUrl: url }) };
  return new GraphQLError(message, { extensions: { ...told, http } });
}
