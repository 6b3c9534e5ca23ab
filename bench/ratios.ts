import type { Cell, CellRow } from './lab.ts';
import type { OperationName } from './operations.ts';
import { type Place, REST_NAMES, type ServerName } from './servers.ts';
import type { Summary } from './statistics.ts';

/** What each name of the JSON line compares the gateway with. `vsRest` is the fastest hand-written handler. */
const OTHERS = {
  vsRest: REST_NAMES,
  vsRestAwaited: ['REST, awaited'],
  vsMercurius: ['Mercurius'],
  vsApollo: ['Apollo Server'],
  vsYoga: ['Yoga'],
  vsHive: ['Hive Gateway'],
  vsPostgraphile: ['PostGraphile'],
} as const satisfies Readonly<Record<string, readonly ServerName[]>>;

const ONLY_ON_POSTGRES: readonly string[] = ['vsRestAwaited', 'vsPostgraphile'];

/** Null where one of the two was not measured. */
type Ratio = number | null;
type Ratios = Readonly<Record<string, Ratio>>;

export interface RatioTable {
  readonly memory: { readonly q1: Ratios; readonly q2: Ratios };
  readonly postgres: { readonly q1: Ratios; readonly q2: Ratios };
  /** The same engine with its scopes to without any, and Q2 with a refused scope to with all. */
  readonly enforcement: { readonly q1: Ratio; readonly q2: Ratio; readonly refused: Ratio };
}

/** How much of something a server does for its due: more is better. */
export type Score = (summary: Summary) => number;
export const requestsPerSecond: Score = (summary) => summary.requestsPerSecond.median;
/** Requests for a second of the server's own processor time. */
export const requestsPerCpu: Score = (summary) => 1e6 / summary.nodeCpu.median;

/** Ratios of medians, ours to theirs: 2 is twice as good. */
export function ratioTable(cells: readonly Cell[], score: Score): RatioTable {
  const rowsOf = (place: Place, operation: OperationName) =>
    cells.find(
      (cell) => cell.place === place && cell.operation === operation && cell.connections === 8,
    )?.rows ?? [];
  const ratios = (place: Place, operation: OperationName): Ratios => {
    const rows = rowsOf(place, operation);
    const names = Object.entries(OTHERS).filter(
      ([name]) => place === 'postgres' || !ONLY_ON_POSTGRES.includes(name),
    );
    return {
      ...Object.fromEntries(
        names.map(([name, servers]) => [name, ratio(rows, ['scopegate'], servers, score)]),
      ),
      ...(score === requestsPerSecond && {
        p99VsYoga: ratio(rows, ['scopegate'], ['Yoga'], (summary) => 1 / summary.p99.median),
      }),
    };
  };
  const place = rowsOf('memory', 'Q1').some(({ server }) => server === 'scopegate')
    ? 'memory'
    : 'postgres';
  const without = (operation: OperationName) =>
    ratio(rowsOf(place, operation), ['scopegate'], ['without scopes'], score);
  return {
    memory: { q1: ratios('memory', 'Q1'), q2: ratios('memory', 'Q2') },
    postgres: { q1: ratios('postgres', 'Q1'), q2: ratios('postgres', 'Q2') },
    enforcement: {
      q1: without('Q1'),
      q2: without('Q2'),
      refused: ratio(rowsOf(place, 'Q2'), ['refused'], ['scopegate'], score),
    },
  };
}

function ratio(
  rows: readonly CellRow[],
  ours: readonly ServerName[],
  theirs: readonly ServerName[],
  score: Score,
): Ratio {
  const scores = (names: readonly ServerName[]) =>
    rows.filter(({ server }) => names.includes(server)).map(({ summary }) => score(summary));
  const [our, their] = [scores(ours), scores(theirs)];
  if (our.length === 0 || their.length === 0) return null;
  const value = Math.max(...our) / Math.max(...their);
  return Number.isFinite(value) ? Number(value.toFixed(3)) : null;
}
