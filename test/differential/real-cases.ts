import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import type { Context } from '../../src/schema/context.ts';
import { schema } from '../../src/schema/index.ts';
import { ROW_SCOPES, SCOPES, type Scope } from '../../src/scopes/catalogue.ts';
import { decide } from '../../src/scopes/decide.ts';
import { type FilteredOperation, filterOperation } from '../../src/scopes/filter.ts';
import { planOperation } from '../../src/scopes/plan.ts';
import { requirementIndex } from '../../src/scopes/requirement-index.ts';
import { restoreRefused } from '../../src/scopes/restore.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import type { Principal } from '../../src/token/principal.ts';
import { contextOf, principalOf } from '../schema/kit.ts';
import { Choices, choices } from './choices.ts';
import { type RandomRequest, randomRequest } from './documents.ts';
import { madeUpLoaders } from './fake-rows.ts';
import { Oracle } from './oracle.ts';
import { readable } from './settings.ts';

/** What the oracle reads: the schema as it is printed, not as it is built. */
export const SDL = buildSchema(
  readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'),
);

export const INDEX = requirementIndex(schema, { rowScopes: ROW_SCOPES });

/** `domain.md`: what the first letters of an id say. */
const TYPES: Readonly<Record<string, string>> = {
  sto: 'Store',
  cus: 'Customer',
  adr: 'CustomerAddress',
  prd: 'Product',
  var: 'ProductVariant',
  ord: 'Order',
  lin: 'LineItem',
  ful: 'Fulfillment',
  dsc: 'Discount',
  pol: 'Policy',
  clm: 'Claim',
  qte: 'Quote',
  abt: 'AbTest',
  abv: 'AbVariant',
  whk: 'Webhook',
};

const LITERALS = {
  ID: ['"xyz_1"', ...Object.keys(TYPES).map((prefix) => `"${prefix}_1"`), '7'],
  String: ['"x"', '"y"'],
  Int: ['1', '2', '3'],
  Boolean: ['true', 'false'],
  // One day, so that no range ends before it begins.
  Date: ['"2026-11-20"'],
  DateTime: ['"2026-11-01T00:00:00Z"'],
  Decimal: ['"12.50"'],
  CurrencyCode: ['"USD"'],
  'RevokeAppScopesInput.scopes': ['"read_orders"', '"read_customers"'],
  'WebhookCreateInput.url': ['"https://app.example/hooks"'],
};

export interface RealCase extends RandomRequest {
  readonly document: DocumentNode;
  readonly granted: ScopeSet;
  /** Decides which rows are missing. */
  readonly salt: number;
}

const casesOf = (kind: 'query' | 'mutation') =>
  choices(60, 260).map((all): RealCase => {
    const given = new Choices(all);
    const salt = given.below(256);
    const granted = ScopeSet.of(grantOf(given));
    const bytes = given.rest();
    const request = randomRequest(schema, () => new Choices(bytes), {
      literals: LITERALS,
      without: ['after', 'before'],
      kinds: [kind],
    });
    const made = { ...request, document: parse(request.source), granted, salt };
    return readable(made, describe);
  });

/** A random query to the gateway's own schema, and what its token was granted. */
export const realCases = casesOf('query');

/** The same of a mutation. */
export const realMutations = casesOf('mutation');

/** Mostly all but a few scopes: enough is refused, and enough is seen. */
function grantOf(given: Choices): Scope[] {
  const kept = given.pick([1, 2, 3, 4, 6]);
  return SCOPES.map(({ name }) => name).filter(() => given.below(kept) > 0 || given.oneIn(6));
}

const describe = ({ source, operationName, variables, granted, salt }: RealCase) =>
  [
    source,
    `operation ${operationName}, variables ${JSON.stringify(variables)}, salt ${salt}`,
    `scopes: ${granted.toString()}`,
  ].join('\n');

/** What the oracle says of a case. */
export function oracleOf(
  { document, operationName, variables }: RandomRequest & { readonly document: DocumentNode },
  granted: ScopeSet | null,
): Oracle {
  return new Oracle({
    schema: SDL,
    document,
    operationName,
    variables,
    granted: granted && new Set(granted.names()),
    // The printed schema says nothing of what is public.
    undeclared: 'public',
    narrow: (coordinate, { id, ids }) => {
      if (coordinate !== 'Query.node' && coordinate !== 'Query.nodes') return null;
      return [id, ids].flat().flatMap((one) => TYPES[String(one).split('_')[0] ?? ''] ?? []);
    },
  });
}

/** A quote that was reckoned for a cart belongs to no order, whatever rows there are. */
export const isEmpty = (coordinate: string, above: string | null) =>
  coordinate === 'Quote.order' && above === 'Query.quoteForCart';

export const planOf = ({ document, operationName }: RealCase) =>
  planOperation(INDEX, document, operationName);

/** Variables as the gateway's own schema reads them: an enum has other values in it than in its print. */
function variablesOf({ variableDefinitions = [] }: OperationDefinitionNode, sent: object) {
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, { ...sent });
  if (errors) throw errors[0];
  return coerced;
}

/** The decision on a case, and what it leaves of the operation. */
export function decisionOf(made: RealCase, granted: ScopeSet | null = made.granted) {
  const plan = planOf(made);
  const variables = variablesOf(plan.definition, made.variables);
  const decision = decide(plan, { granted, mode: 'filter', variables });
  const filtered: FilteredOperation =
    decision.outcome === 'filter' ? decision.filtered : filterOperation(plan, granted, variables);
  return { plan, decision, filtered, variables };
}

/** A context with a principal, and rows that the salt leaves; null leaves all. */
export function madeUpContext(granted: ScopeSet, salt: number | null): Context {
  const principal: Principal = {
    ...principalOf('sto_1'),
    // What a token is told of itself is the same whatever it was granted.
    grantedScopes: ScopeSet.all,
    app: {
      id: 'app',
      name: 'App',
      visibility: 'PUBLIC',
      declaredScopes: [{ scope: 'read_orders', required: true }],
    },
    installation: { id: 'ins_1', installedAt: new Date(0) },
  };
  return { ...contextOf(granted, madeUpLoaders(salt)), principal };
}

/** Runs a document on the guarded schema, with rows that the salt leaves; null leaves all. */
export async function runGuarded(
  made: RealCase,
  document: DocumentNode,
  salt: number | null,
  granted = made.granted,
): Promise<ExecutionResult> {
  return execute({
    schema,
    document,
    operationName: made.operationName,
    variableValues: made.variables,
    contextValue: madeUpContext(granted, salt),
  });
}

/** Runs what the decision left of a case, and puts back what it took. */
export async function runFiltered(made: RealCase, salt: number | null, granted = made.granted) {
  const { plan, filtered, variables } = decisionOf(made, granted);
  const result = await runGuarded(made, filtered.document, salt, granted);
  return { result, restored: restoreRefused(result, { plan, filtered, granted, variables }) };
}

/** Occurrences by refused coordinate. */
export function refusalsIn({ errors = [] }: ExecutionResult): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { extensions, message } of errors) {
    const { code, coordinate, occurrences = 1 } = extensions;
    if (code !== 'INSUFFICIENT_SCOPE') throw new Error(`not a refusal: ${message}`);
    counts.set(String(coordinate), (counts.get(String(coordinate)) ?? 0) + Number(occurrences));
  }
  return counts;
}
