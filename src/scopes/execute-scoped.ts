import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  validate,
} from 'graphql';
import { getOrMake } from './caches.ts';
import { filteredOf, type ScopeMode } from './decide.ts';
import { rejection } from './refusal.ts';
import type { RefusalErrors } from './refusals.ts';
import { type Granted, scopesIn } from './requirement.ts';
import { requirementIndex, type Undeclared } from './requirement-index.ts';
import { restoreRefused } from './restore.ts';
import { decideRequest } from './scoped-request.ts';

export interface ExecuteScopedOptions {
  /**
   * Any schema: one that says its scopes in SDL with `@requiresScopes(scopes: [[String!]!]!)` and
   * `@authenticated`, or in code in `extensions.scopegate.requirement`.
   */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  /** As the request sent them. */
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** The scopes of a verified token; null for a request without one. */
  readonly grantedScopes: Iterable<string> | null;
  /** What happens to a query that needs more. A mutation that does never runs. */
  readonly mode?: ScopeMode | undefined;
  /** What happens to a field for which nothing says who may use it: `refuse` unless said otherwise. */
  readonly undeclared?: Undeclared | undefined;
  readonly refusalErrors?: RefusalErrors | undefined;
  readonly contextValue?: unknown;
  readonly rootValue?: unknown;
}

/**
 * Runs an operation with what was granted. The token has been verified by the caller; nothing of it is looked at
 * here. A subscription is run as for one event, which is `rootValue`.
 *
 * Without `data` in the result nothing ran: the document is not valid (GraphQL's own errors), a request
 * without a token needs one (`UNAUTHENTICATED`), or it is refused whole (`INSUFFICIENT_SCOPE`), in reject
 * mode or as a mutation. Else what is refused is null, with one `INSUFFICIENT_SCOPE` error for each coordinate.
 *
 * @throws RequirementError for a schema whose directives cannot be read.
 */
export async function executeScoped(options: ExecuteScopedOptions): Promise<ExecutionResult> {
  const { schema, document, operationName = null, contextValue, rootValue } = options;
  const index = requirementIndex(schema, { undeclared: options.undeclared ?? 'refuse' });
  const invalid = validationErrors(schema, document);
  if (invalid.length > 0) return { errors: invalid };
  const granted = scopesOf(options.grantedScopes);
  const decided = decideRequest(index, { ...options, granted, mode: options.mode ?? 'filter' });
  if ('errors' in decided) return decided;
  const { plan, decision, variables } = decided;
  if (decision.outcome === 'reject' || decision.outcome === 'unauthenticated') {
    return { errors: [rejection(decision.refused, granted)] };
  }
  const filtered = filteredOf(decision);
  const result = await execute({
    schema,
    document: filtered?.document ?? document,
    operationName,
    variableValues: options.variables ?? {},
    contextValue,
    rootValue,
  });
  if (filtered === null) return result;
  const style = options.refusalErrors ?? 'per-coordinate';
  return restoreRefused(result, { plan, filtered, granted, variables, style });
}

/**
 * The scopes of a request as a set that answers for any names, not only those of a catalogue.
 *
 * @throws TypeError for a string.
 */
export function scopesOf(names: Iterable<string> | null): Granted {
  if (names === null) return null;
  // A string is a list of its letters, which nobody means.
  if (typeof names === 'string') {
    throw new TypeError(
      'grantedScopes takes a list of scopes, such as scope.split(" "), not a string.',
    );
  }
  return scopesIn(names);
}

const VALIDATED = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, readonly GraphQLError[]>>();

function validationErrors(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const ofSchema = getOrMake(VALIDATED, schema, () => new WeakMap());
  return getOrMake(ofSchema, document, () => validate(schema, document));
}
