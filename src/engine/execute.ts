import type { Decision } from '../scopes/decide.ts';
import type { Plan } from '../scopes/plan.ts';
import type { Granted } from '../scopes/requirement.ts';
import { compile } from './compile.ts';
import type { Executable } from './run.ts';

const COMPILED = new WeakMap<Decision, Executable | null>();

/**
 * The executable of a decision, compiled once and kept as long as the decision is; null for what only the executor can
 * answer: mutations, subscriptions, introspection, fields that have a resolver alone.
 */
export function executableOf(
  plan: Plan,
  decision: Decision,
  granted: Granted,
  variables: Readonly<Record<string, unknown>>,
): Executable | null {
  const known = COMPILED.get(decision);
  if (known !== undefined) return known;
  let executable: Executable | null = null;
  if (plan.definition.operation === 'query' && !plan.introspects) {
    try {
      executable = compile(plan, decision, granted, variables);
    } catch {
      // Whatever it is that the compiler cannot do, the executor answers it, or says what is wrong.
    }
  }
  COMPILED.set(decision, executable);
  return executable;
}
