import type { OperationName } from './operations.ts';
import type { Summary } from './statistics.ts';

/** Where the data of a comparison is. */
export type Place = 'memory' | 'postgres';

/** All that can be measured, ours first. `servers.ts` says what each is. */
export const SERVER_NAMES = [
  'scopegate',
  'refused',
  'many apps',
  'without scopes',
  'REST, Fastify',
  'REST, node:http',
  'REST, awaited',
  'REST, no RLS',
  'Mercurius',
  'Apollo Server',
  'Yoga',
  'Hive Gateway',
  'PostGraphile',
] as const;

export type ServerName = (typeof SERVER_NAMES)[number];

/** So many that no two blocks of the 500 orders are one app's (`servers.ts`). */
export const MANY_APPS = 64;

/** The hand-written handler as people write it, which the tables and the chart compare all others with. */
export const REFERENCE = 'REST, Fastify' satisfies ServerName;

/** One operation asked by so many connections: what was measured of each server. */
export interface Cell {
  readonly place: Place;
  readonly operation: OperationName;
  readonly connections: number;
  readonly rows: readonly CellRow[];
}

export interface CellRow {
  readonly server: ServerName;
  readonly summary: Summary;
  readonly counted: Statements;
}

/** What one operation costs the database, counted by the database. */
export interface Statements {
  readonly statements: number;
  readonly transactions: number;
}

/** What was measured of a server; undefined where it was not. */
export const rowOf = (cell: Cell | undefined, server: ServerName): CellRow | undefined =>
  cell?.rows.find((row) => row.server === server);
