import { createLoaders, type Loaders } from '../data/loaders.ts';
import type { CellRow, Load, Page, Session, Source } from '../data/source.ts';
import type { CursorBinding, CursorCodec } from '../schema/cursor.ts';
import type { Refusals } from '../scopes/refusals.ts';
import type { Granted } from '../scopes/requirement.ts';
import type { Variables } from '../scopes/variables.ts';
import type { Principal } from '../token/principal.ts';

/** What an executable is run for. */
export interface Request {
  readonly principal: Principal | null;
  readonly granted: Granted;
  readonly variables: Variables;
  readonly cursors: CursorCodec;
  readonly now: Date;
}

/** What was loaded for one field position: every row that is shown, and what each key has. */
export interface Loaded<T = unknown> {
  readonly rows: readonly CellRow[];
  readonly byKey: ReadonlyMap<string | null, T>;
}

/** The rows of a list by parent, each with the one too many that tells whether there are more. */
export interface LoadedList extends Loaded<readonly CellRow[]> {
  readonly page: Page;
  /** What the cursors of a parent's list belong to. */
  readonly bindingFor: (key: string | null) => CursorBinding;
}

/** One request while it runs. */
export interface Run extends Request {
  /** What was loaded, by the number of the field position. */
  readonly loaded: Loaded[];
  /** Where in each list around it the value stands that is being written. */
  readonly indices: number[];
  readonly refusals: Refusals;
}

/** Writes a value as JSON. */
export type Write<V> = (run: Run, value: V) => string;

/** Asks for what a field position needs, or begins what loads by itself; nothing where none of its parents has a key. */
export type Fetch = (run: Run, ask: Ask, later: Later) => void;
type Later = (task: (loaders: Loaders) => Promise<void>) => void;
type Ask = (load: Load, take: (rows: readonly CellRow[]) => void) => void;

/** An operation as it was compiled for a decision. */
export interface Executable {
  /** What can be loaded at once, by depth. */
  readonly waves: readonly (readonly Fetch[])[];
  readonly write: Write<CellRow>;
  /** How many fields it writes, each as often as it has places: what it takes in memory goes by these. */
  readonly fields: number;
}

/** The row that has no columns: what the fields of the root hang off. */
export const NO_ROW: CellRow = [];

/**
 * Loads and writes what an operation selects: one wave of loads a depth, then the whole of `data` as JSON.
 *
 * @throws Anomaly for what the executor has to answer; whatever the source rejects with.
 */
export async function runExecutable(
  { waves, write }: Executable,
  source: Source,
  session: Session,
  request: Request & { readonly refusals: Refusals },
): Promise<string> {
  const { principal, granted, variables, cursors, now, refusals } = request;
  // Written out: a spread costs several times as much.
  const run = { principal, granted, variables, cursors, now, refusals, loaded: [], indices: [] };
  let loaders: Loaders | null = null;
  for (const wave of waves) {
    const loads: Load[] = [];
    const tasks: Parameters<Later>[0][] = [];
    const takes: Parameters<Ask>[1][] = [];
    const ask: Ask = (load, take) => {
      loads.push(load);
      takes.push(take);
    };
    const later: Later = (task) => tasks.push(task);
    for (const fetch of wave) fetch(run, ask, later);
    const asked = loads.length > 0 ? source.wave(session, loads) : [];
    if (tasks.length > 0) {
      const shared: Loaders = loaders ?? createLoaders(source, session, granted);
      loaders = shared;
      await Promise.all([asked, ...tasks.map((task) => task(shared))]);
    }
    const answers = await asked;
    for (const [index, take] of takes.entries()) take(answers[index] ?? []);
  }
  return write(run, NO_ROW);
}
