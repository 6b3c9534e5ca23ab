import { type Cell, type Place, REFERENCE, rowOf, type ServerName } from './cells.ts';
import type { OperationName } from './operations.ts';
import type { Summary } from './statistics.ts';

/** What each name of the JSON line compares the gateway with. */
const OTHERS: Readonly<Record<string, ServerName>> = {
  vsRest: REFERENCE,
  vsRestNode: 'REST, node:http',
  vsRestAwaited: 'REST, awaited',
  vsMercurius: 'Mercurius',
  vsApollo: 'Apollo Server',
  vsYoga: 'Yoga',
  vsHive: 'Hive Gateway',
  vsPostgraphile: 'PostGraphile',
};

const ONLY_ON_POSTGRES: readonly ServerName[] = ['REST, awaited', 'PostGraphile'];

/** Null where one of the two was not measured. */
type Ratio = number | null;
type Ratios = Readonly<Record<string, Ratio>>;

/** The gateway to itself: with its scopes to without any, and Q2 with a refused scope to with all. */
interface Enforcement {
  readonly q1: Ratio;
  readonly q2: Ratio;
  readonly refused: Ratio;
}

export interface RatioTable {
  readonly memory: { readonly q1: Ratios; readonly q2: Ratios };
  readonly postgres: { readonly q1: Ratios; readonly q2: Ratios };
  /** In memory, where enforcement is the most of a request, and on PostgreSQL. */
  readonly enforcement: Enforcement & { readonly postgres: Enforcement };
  /** A hand-written handler bounded by row-level security to the same one bounded by hand. */
  readonly rowLevelSecurity: { readonly q1: Ratio; readonly q2: Ratio };
}

/** How much of something a server does for its due: more is better. */
export type Score = (summary: Summary) => number;
export const requestsPerSecond: Score = (summary) => summary.requestsPerSecond.median;
/** Requests for a second of the server's own processor time. */
export const requestsPerCpu: Score = (summary) => 1e6 / summary.nodeCpu.median;
/** The same, with what PostgreSQL needs for them. */
export const requestsPerCpuOfBoth: Score = ({ nodeCpu, postgresCpu }) =>
  1e6 / (nodeCpu.median + postgresCpu.median);
const shortness99: Score = (summary) => 1 / summary.p99.median;

/** Ratios of medians with 8 connections, ours to theirs: 2 is twice as good. */
export function ratioTable(cells: readonly Cell[], score: Score): RatioTable {
  const ratio = (
    place: Place,
    operation: OperationName,
    ours: ServerName,
    theirs: ServerName,
    by = score,
  ): Ratio => {
    const cell = cellOf(cells, place, operation);
    const [our, their] = [rowOf(cell, ours), rowOf(cell, theirs)];
    if (our === undefined || their === undefined) return null;
    const value = by(our.summary) / by(their.summary);
    return Number.isFinite(value) ? Number(value.toFixed(3)) : null;
  };
  const ratios = (place: Place, operation: OperationName): Ratios => {
    const others = Object.entries(OTHERS).filter(
      ([, server]) => place === 'postgres' || !ONLY_ON_POSTGRES.includes(server),
    );
    return {
      ...Object.fromEntries(
        others.map(([name, server]) => [name, ratio(place, operation, 'scopegate', server)]),
      ),
      manyAppsVsRest: ratio(place, operation, 'many apps', REFERENCE),
      p99VsYoga: ratio(place, operation, 'scopegate', 'Yoga', shortness99),
    };
  };
  const enforcement = (place: Place): Enforcement => ({
    q1: ratio(place, 'Q1', 'scopegate', 'without scopes'),
    q2: ratio(place, 'Q2', 'scopegate', 'without scopes'),
    refused: ratio(place, 'Q2', 'refused', 'scopegate'),
  });
  const bound = (operation: OperationName) =>
    ratio('postgres', operation, 'REST, node:http', 'REST, no RLS');
  return {
    memory: { q1: ratios('memory', 'Q1'), q2: ratios('memory', 'Q2') },
    postgres: { q1: ratios('postgres', 'Q1'), q2: ratios('postgres', 'Q2') },
    enforcement: { ...enforcement('memory'), postgres: enforcement('postgres') },
    rowLevelSecurity: { q1: bound('Q1'), q2: bound('Q2') },
  };
}

const cellOf = (cells: readonly Cell[], place: Place, operation: OperationName) =>
  cells.find(
    (cell) => cell.place === place && cell.operation === operation && cell.connections === 8,
  );
