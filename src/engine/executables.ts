import { LRUCache } from 'lru-cache';
import { bytesOf, type Decision } from '../scopes/decide.ts';
import type { Plan } from '../scopes/plan.ts';
import type { Granted } from '../scopes/requirement.ts';
import type { Variables } from '../scopes/variables.ts';
import { Anomaly } from './anomaly.ts';
import { compile } from './compile.ts';
import type { Executable } from './run.ts';

/** What a field costs in memory when it is compiled. */
const BYTES_PER_FIELD = 1_000;

const MAX_BYTES = 64 * 1024 * 1024;

/** What was compiled, with the decisions it was compiled for: bounded in bytes, what was not used for longest goes first. */
export interface Executables {
  /**
   * The executable of a decision; null for one that comes for the first time, and for what only the executor can answer:
   * mutations, subscriptions, introspection, fields that do not say what they are, and what spells out too large.
   */
  of(plan: Plan, decision: Decision, granted: Granted, variables: Variables): Executable | null;
}

/** Nothing is compiled the first time: whoever never asks the same twice cannot make the server compile. */
export function createExecutables(maxBytes = MAX_BYTES): Executables {
  const compiled = new LRUCache<Decision, Executable>({ maxSize: maxBytes });
  const seen = new WeakSet<Decision>();
  const unable = new WeakSet<Decision>();
  return {
    of(plan, decision, granted, variables) {
      const known = compiled.get(decision);
      if (known !== undefined) return known;
      if (unable.has(decision)) return null;
      if (!seen.has(decision)) {
        seen.add(decision);
        return null;
      }
      const executable = compiledOrNull(plan, decision, granted, variables);
      if (executable === null) unable.add(decision);
      else
        compiled.set(decision, executable, {
          size: bytesOf(plan) + executable.fields * BYTES_PER_FIELD,
        });
      return executable;
    },
  };
}

/** The executable of a decision; null where the executor has to answer. */
export function compiledOrNull(
  plan: Plan,
  decision: Decision,
  granted: Granted,
  variables: Variables,
): Executable | null {
  if (plan.definition.operation !== 'query' || plan.introspects) return null;
  try {
    return compile(plan, decision, granted, variables);
  } catch (error) {
    if (error instanceof Anomaly) return null;
    throw error;
  }
}
