import { type ExecutionResult, execute, type GraphQLSchema, parse, validate } from 'graphql';
import { expect } from 'vitest';
import { createLoaders } from '../../src/data/loaders.ts';
import type { Source } from '../../src/data/source.ts';
import { compiledOrNull } from '../../src/engine/executables.ts';
import { runExecutable } from '../../src/engine/run.ts';
import { schema } from '../../src/schema/index.ts';
import { inDocumentOrder, type RefusalErrors, Refusals } from '../../src/scopes/refusals.ts';
import type { Granted } from '../../src/scopes/requirement.ts';
import { requirementIndex } from '../../src/scopes/requirement-index.ts';
import { restoreRefused } from '../../src/scopes/restore.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { decideRequest } from '../../src/scopes/scoped-request.ts';
import { madeUpSource } from '../differential/made-up-source.ts';
import { INDEX, madeUpContext, type RealCase } from '../differential/real-cases.ts';

/** `data` as the text that was written, and the errors as a client reads them. */
export interface Answer {
  readonly data: string;
  readonly errors: readonly unknown[];
}

type Asked = Pick<RealCase, 'document' | 'operationName' | 'variables'> & {
  readonly granted: RealCase['granted'];
  /** The gateway's own unless it says another. */
  readonly schema?: GraphQLSchema;
};

/** Whose requests they are. */
export const SESSION = {
  storeId: 'sto_1',
  installationId: 'ins_1',
  owner: 'ins_1',
  ordersSince: null,
};

const INDICES = new WeakMap([[schema, INDEX]]);

/** The index of a schema, made once: decisions and facts hang off it. */
function indexOf(asked: GraphQLSchema) {
  const index = INDICES.get(asked) ?? requirementIndex(asked);
  INDICES.set(asked, index);
  return index;
}

function decided({ document, operationName, variables, granted, ...asked }: Asked) {
  const decision = decideRequest(indexOf(asked.schema ?? schema), {
    document,
    operationName,
    variables,
    granted,
    mode: 'filter',
  });
  if ('errors' in decision) throw decision.errors[0];
  return decision;
}

const contextFor = (granted: RealCase['granted'], source: Source) => ({
  ...madeUpContext(granted, null),
  loaders: createLoaders(source, SESSION, granted),
});

/** What graphql-js makes of a request on the guarded schema, with what was refused put back. */
export async function byExecutor(
  asked: Asked,
  source: Source,
  style: RefusalErrors = 'per-coordinate',
): Promise<Answer> {
  const { plan, decision, variables } = decided(asked);
  const filtered = decision.outcome === 'filter' ? decision.filtered : null;
  const result: ExecutionResult = await execute({
    schema: asked.schema ?? schema,
    document: filtered?.document ?? asked.document,
    operationName: asked.operationName,
    variableValues: asked.variables,
    contextValue: contextFor(asked.granted, source),
  });
  const { granted } = asked;
  const { data, errors = [] } = filtered
    ? restoreRefused(result, { plan, filtered, granted, variables, style })
    : result;
  return { data: JSON.stringify(data), errors: readable(errors) };
}

/** What the engine makes of it; null where it leaves it to the executor. */
export async function byEngine(
  asked: Asked,
  source: Source,
  style: RefusalErrors = 'per-coordinate',
): Promise<Answer | null> {
  const { plan, decision, variables } = decided(asked);
  const { granted } = asked;
  const executable = compiledOrNull(plan, decision, granted, variables);
  if (executable === null) return null;
  const { principal, cursors, now } = contextFor(granted, source);
  const refusals = new Refusals(style);
  const request = { principal, granted: granted as Granted, variables, cursors, now, refusals };
  const data = await runExecutable(executable, source, SESSION, request);
  return { data, errors: readable(refusals.errors(granted).toSorted(inDocumentOrder)) };
}

const readable = (errors: readonly unknown[]): readonly unknown[] =>
  JSON.parse(JSON.stringify(errors));

/** Asks for valid documents on a schema of made-up rows, with every scope. */
export function askingOn(asked: GraphQLSchema) {
  function requestOf(source: string, variables: Readonly<Record<string, unknown>>): Asked {
    const document = parse(source);
    expect(validate(asked, document)).toEqual([]);
    const operationName = null as never;
    return { document, operationName, variables, granted: ScopeSet.all, schema: asked };
  }
  /** What the engine answers; null where it leaves it to graphql-js, before or while it runs. */
  const taken = (request: Asked) => byEngine(request, madeUpSource(null)).catch(() => null);

  return {
    /** The answer of the engine, which has to be that of graphql-js. */
    async data(source: string, variables = {}) {
      const request = requestOf(source, variables);
      const answer = await taken(request);
      expect(answer).toEqual(await byExecutor(request, madeUpSource(null)));
      expect(answer?.errors).toEqual([]);
      return JSON.parse(answer?.data ?? 'null');
    },

    /** What graphql-js answers where the engine leaves it to it. */
    async left(source: string, variables = {}) {
      const request = requestOf(source, variables);
      expect(await taken(request)).toBeNull();
      const { data, errors } = await byExecutor(request, madeUpSource(null));
      const messages = (errors as { message: string }[]).map(({ message }) => message);
      return { data: JSON.parse(data), messages };
    },
  };
}
