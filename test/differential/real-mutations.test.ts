import fc from 'fast-check';
import { type ExecutionResult, execute } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/commands/command.ts';
import type { Context } from '../../src/schema/context.ts';
import { schema } from '../../src/schema/index.ts';
import { executeScoped } from '../../src/scopes/execute-scoped.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import {
  decisionOf,
  madeUpContext,
  oracleOf,
  type RealCase,
  realMutations,
  refusalsIn,
} from './real-cases.ts';
import { PATIENCE, share } from './settings.ts';

const sorted = (names: Iterable<string>) => [...names].sort();

/** What every command is said to have written. */
const DONE: Outcome = {
  written: { id: '1', version: 2, claimId: '1', productId: '1', shownOnce: { secret: 'whsec_1' } },
  userErrors: [],
};

interface Run {
  readonly result: ExecutionResult;
  /** The commands that were carried out, in their order. */
  readonly commands: readonly string[];
  /** How often something was loaded. */
  readonly loads: number;
}

/** Runs with made-up rows and commands that do nothing, and says what became of both. */
async function watched(
  granted: ScopeSet,
  run: (contextValue: Context) => ExecutionResult | Promise<ExecutionResult>,
): Promise<Run> {
  const commands: string[] = [];
  let loads = 0;
  const { loaders, ...context } = madeUpContext(granted, null);
  const result = await run({
    ...context,
    loaders: new Proxy(loaders, {
      get: (target, name, receiver) => {
        loads += 1;
        return Reflect.get(target, name, receiver);
      },
    }),
    execute: async ({ name }) => {
      commands.push(name);
      return DONE;
    },
  });
  return { result, commands, loads };
}

/** As the gateway runs it: decided first. */
const decided = (made: RealCase, granted: ScopeSet | null, mode: 'filter' | 'reject' = 'filter') =>
  watched(granted ?? ScopeSet.empty, (contextValue) =>
    executeScoped({
      schema,
      document: made.document,
      operationName: made.operationName,
      variables: made.variables,
      grantedScopes: granted?.names() ?? null,
      mode,
      contextValue,
    }),
  );

/** Past the plan, with the guards of the schema alone. */
const undecided = (made: RealCase) =>
  watched(made.granted, (contextValue) =>
    execute({
      schema,
      document: made.document,
      operationName: made.operationName,
      variableValues: made.variables,
      contextValue,
    }),
  );

/** Nothing ran, and the one error says why. */
function expectNothing({ result, commands, loads }: Run, code: string) {
  expect({ commands, loads, data: result.data }).toEqual({
    commands: [],
    loads: 0,
    data: undefined,
  });
  expect(result.errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
}

/** The same verdicts as on random queries, but that a mutation is done whole or not at all. */
describe('a random mutation of the schema', { timeout: PATIENCE }, () => {
  it('is decided whole, as the oracle says', () => {
    fc.assert(
      fc.property(realMutations, (made) => {
        const refused = oracleOf(made, made.granted).refused({ below: true });
        const { decision } = decisionOf(made);
        expect(sorted(decision.refused.map(({ coordinate }) => coordinate))).toEqual(
          sorted(refused),
        );
        expect(decision.outcome).toBe(refused.size === 0 ? 'allow' : 'reject');
      }),
      share(0.02),
    );
  });

  it('does nothing at all where any part of it is refused, and is done where none is', async () => {
    await fc.assert(
      fc.asyncProperty(realMutations, fc.constantFrom('filter', 'reject'), async (made, mode) => {
        const refused = oracleOf(made, made.granted).refused({ below: true });
        const run = await decided(made, made.granted, mode);
        if (refused.size > 0) {
          expectNothing(run, 'INSUFFICIENT_SCOPE');
          const [error] = run.result.errors ?? [];
          const told = error?.extensions.refused as readonly { coordinate: string }[];
          expect(sorted(told.map(({ coordinate }) => coordinate))).toEqual(sorted(refused));
        }
        if (oracleOf(made, null).refused().size > 0) {
          expectNothing(await decided(made, null), 'UNAUTHENTICATED');
        }
        const whole = refused.size > 0 ? await decided(made, ScopeSet.all) : run;
        expect(whole.result.errors).toBeUndefined();
        expect(whole.result.data).toBeDefined();
      }),
      share(0.03),
    );
  });

  it('is refused by the schema alone, before the command of what is refused', async () => {
    await fc.assert(
      fc.asyncProperty(realMutations, async (made) => {
        const refused = oracleOf(made, made.granted).refused();
        const { result, commands } = await undecided(made);
        const met = sorted(refusalsIn(result).keys());
        for (const coordinate of met) expect(refused).toContain(coordinate);
        for (const command of commands) expect(refused).not.toContain(`Mutation.${command}`);
        const roots = [...refused].filter((coordinate) => coordinate.startsWith('Mutation.'));
        expect(met).toEqual(expect.arrayContaining(roots));
        // Where every input was valid, every payload has rows, so that nothing hides a refusal.
        const payloads = Object.values(result.data ?? {}).filter(
          (value) => value !== null && typeof value === 'object',
        );
        if (payloads.length === commands.length) expect(met).toEqual(sorted(refused));
      }),
      share(0.02),
    );
  });

  it('may be any that there is, and is carried out', async () => {
    const all = Object.keys(schema.getMutationType()?.getFields() ?? {});
    const done = new Set<string>();
    // Always the same cases: each is asked for often enough that the most demanding inputs are valid once.
    for (const made of fc.sample(realMutations, { numRuns: 3_000, seed: 1 })) {
      const oracle = oracleOf(made, ScopeSet.all);
      oracle.refused();
      const isNew = all.some((name) => oracle.used.has(`Mutation.${name}`) && !done.has(name));
      if (!isNew) continue;
      for (const name of (await decided(made, ScopeSet.all)).commands) done.add(name);
      if (done.size === all.length) break;
    }
    expect(sorted(done)).toEqual(sorted(all));
    expect(all.length).toBeGreaterThan(40);
  });
});
