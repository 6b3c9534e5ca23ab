import type { EntityOf, RowBatchName } from '../data/batches.ts';
import type { Row } from '../data/entities.ts';
import type { ReportName, ReportRange, ReportRows } from '../data/source.ts';
import type { Context } from './context.ts';

/**
 * Fields are data: what a field does stands in `extensions.scopegate.source`, so that an engine can run it
 * without its resolver. `t.expose` says the same for a column, in `extensions.pothosExposedField`.
 */
export type FieldSource =
  | { readonly kind: 'edge'; readonly batch: string; readonly key: string | null }
  | { readonly kind: 'derived'; readonly columns: readonly string[] }
  | { readonly kind: 'report'; readonly report: ReportName };

const says = (source: FieldSource) => ({ extensions: { scopegate: { source } } });

/** A pure function of some columns of its row, and of the moment of the request where it says so. */
export function derived<P, R>(
  columns: readonly (keyof P & string)[],
  of: (row: P, now: Date) => R,
) {
  return {
    ...says({ kind: 'derived', columns }),
    resolve: (row: P, _args: object, { now }: Context) => of(row, now),
  };
}

/** The one row of a batch whose key a column of the parent holds; null where that is null. */
export function edge<B extends RowBatchName, K extends string>(batch: B, key: K) {
  return {
    ...says({ kind: 'edge', batch, key }),
    resolve: (
      parent: { readonly [P in K]?: string | null },
      _args: object,
      { loaders }: Context,
    ): Promise<Row<EntityOf<B>> | null> | null => {
      const value = parent[key];
      return value == null ? null : loaders.row(batch, value);
    },
  };
}

/** The one row of a batch whose key is an argument of a root field. */
export function lookup<B extends RowBatchName, A extends string>(batch: B, argument: A) {
  return {
    ...says({ kind: 'edge', batch, key: null }),
    resolve: (_root: unknown, args: Record<A, string>, { loaders }: Context) => {
      const key = args[argument];
      // PostgreSQL's text has no NUL: no key has one, so nothing is asked for.
      return key.includes('\0') ? null : loaders.row(batch, key);
    },
  };
}

/** The one row of a batch with this key in the store of the token. */
export function only<B extends RowBatchName>(batch: B, key: string) {
  return {
    ...says({ kind: 'edge', batch, key: null }),
    resolve: (_root: unknown, _args: object, { loaders }: Context) => loaders.row(batch, key),
  };
}

/** Marks a to-many edge for the engine; the connection helper resolves it. */
export const manySource = (batch: string, key: string | null) => says({ kind: 'edge', batch, key });

/** One period of a report. */
export interface Reported {
  /** The first day of the period. */
  readonly from: string;
  /** What the report was asked for. */
  readonly range: ReportRange;
}

/** Marks a field that is made of a report. */
export const reportSource = (report: ReportName) => says({ kind: 'report', report });

/** A pure function of what a report says of the parent's period. */
export function reported<N extends ReportName, R>(
  report: N,
  of: (rows: readonly ReportRows[N][]) => R,
) {
  return {
    ...reportSource(report),
    resolve: async ({ from, range }: Reported, _args: object, { loaders }: Context) => {
      const rows = await loaders.report(report, range);
      return of(rows.get(from) ?? []);
    },
  };
}
