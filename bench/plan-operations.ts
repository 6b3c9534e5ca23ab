import { parse } from 'graphql';
import type { Load, Session, Source } from '../src/data/source.ts';
import { compiledOrNull } from '../src/engine/executables.ts';
import { runExecutable } from '../src/engine/run.ts';
import { createCursorCodec } from '../src/schema/cursor.ts';
import { schema } from '../src/schema/index.ts';
import { ROW_SCOPES } from '../src/scopes/catalogue.ts';
import { decide } from '../src/scopes/decide.ts';
import { planOperation } from '../src/scopes/plan.ts';
import { Refusals } from '../src/scopes/refusals.ts';
import { requirementIndex } from '../src/scopes/requirement-index.ts';
import { ScopeSet } from '../src/scopes/scope-set.ts';
import { SCOPES } from './issuer.ts';
import { DOCUMENTS, OPERATIONS, type OperationName } from './operations.ts';
import type { NamedLoad } from './plan-loads.ts';

/** The loads that the operations of the bench make, as the gateway compiles them: it runs them and is listened to. */
export async function loadsOfOperations(
  source: Source,
  session: Session,
  orderId: string,
): Promise<readonly NamedLoad[]> {
  const loads = OPERATIONS.map(({ name }) => loadsOf(name, source, session, orderId));
  return (await Promise.all(loads)).flat();
}

async function loadsOf(
  operation: OperationName,
  source: Source,
  session: Session,
  orderId: string,
): Promise<readonly NamedLoad[]> {
  const made: Load[] = [];
  const listening: Source = {
    ...source,
    wave(session, loads) {
      made.push(...loads);
      return source.wave(session, loads);
    },
  };
  const granted = ScopeSet.parse(SCOPES);
  const variables = operation === 'Q1' ? { id: orderId } : {};
  const index = requirementIndex(schema, { rowScopes: ROW_SCOPES });
  const plan = planOperation(index, parse(DOCUMENTS[operation]));
  const decision = decide(plan, { granted, mode: 'reject', variables });
  const executable = compiledOrNull(plan, decision, granted, variables);
  if (executable === null) throw new Error(`The gateway does not compile ${operation}.`);
  await runExecutable(executable, listening, session, {
    principal: null,
    granted,
    variables,
    cursors: createCursorCodec(new Uint8Array(32)),
    now: new Date(),
    refusals: new Refusals(),
  });
  return made.map((load) => ({
    name: `${operation}: ${[load.batch, ...joinsOf(load)].join(' with ')}`,
    load,
  }));
}

const joinsOf = (load: Load) =>
  'joins' in load && load.joins ? load.joins.map(({ batch }) => batch) : [];
