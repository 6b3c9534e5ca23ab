import type { EntityOf, PageBatchName, RowBatchName, TotalsBatchName } from '../data/batches.ts';
import type { Row } from '../data/entities.ts';
import type { Page, ReportName, ReportRange, ReportRows, TotalsRow } from '../data/source.ts';
import type { Principal } from '../token/principal.ts';
import type { Sequence } from './connection.ts';
import type { Context } from './context.ts';

/**
 * Fields are data: what a field does stands in `extensions.scopegate.source`, so that an engine can run it
 * without its resolver. `t.expose` says the same for a column, in `extensions.pothosExposedField`. A field that says
 * nothing is answered by its resolver alone.
 */
export type FieldSource =
  /** The one row of a batch whose key a column of the parent holds; null where that is null. */
  | { readonly kind: 'edge'; readonly batch: RowBatchName; readonly key: string }
  /** The one row of a batch whose key is said by the arguments or the token; null where they say none. */
  | {
      readonly kind: 'lookup';
      readonly batch: RowBatchName;
      readonly keyOf: (args: Arguments, asking: Asking) => string | null;
    }
  /** A connection over a batch, whose parent's key is in a column of the parent if it has one. */
  | {
      readonly kind: 'list';
      readonly batch: PageBatchName;
      readonly key: string | null;
      readonly sequenceOf: (args: Arguments) => Pick<Sequence, 'columns' | 'direction' | 'filter'>;
    }
  /** All rows of a batch that belong to the parent, as a plain list. */
  | {
      readonly kind: 'rows';
      readonly batch: PageBatchName;
      readonly key: string;
      readonly page: Page;
    }
  /** A pure function of the sums that belong to the parent. */
  | {
      readonly kind: 'totals';
      readonly batch: TotalsBatchName;
      readonly key: string;
      readonly of: (totals: readonly never[]) => unknown;
    }
  /** A pure function of columns of the parent, and of the moment of the request. */
  | {
      readonly kind: 'derived';
      readonly columns: readonly string[];
      readonly of: (row: never, now: Date) => unknown;
    }
  /** Money whose minor units and currency are columns of the parent. */
  | { readonly kind: 'money'; readonly amount: string; readonly currency: string }
  /** What is known without a row: of the token, or to everybody. */
  | { readonly kind: 'given'; readonly of: (asking: Asking) => unknown }
  /** How many items the connection has that it is a field of. */
  | { readonly kind: 'count' }
  | { readonly kind: 'report'; readonly report: ReportName };

type Arguments = Readonly<Record<string, unknown>>;

/** Who asks; null for a request without a token. */
export interface Asking {
  readonly principal: Principal | null;
}

/** The extensions of a field that say what it does. */
export const says = <S extends FieldSource>(source: S) => ({ scopegate: { source } });

/** What a field says that it does; null where only its resolver knows. */
export function sourceOf(field: { readonly extensions: Readonly<Record<string, unknown>> }) {
  const { source = null } = (field.extensions.scopegate ?? {}) as { source?: FieldSource };
  return source;
}

/** A pure function of some columns of its row, and of the moment of the request where it says so. */
export function derived<P, R>(
  columns: readonly (keyof P & string)[],
  of: (row: P, now: Date) => R,
) {
  return {
    extensions: says({ kind: 'derived', columns, of }),
    resolve: (row: P, _args: object, { now }: Context) => of(row, now),
  };
}

/** The one row of a batch whose key a column of the parent holds; null where that is null. */
export function edge<B extends RowBatchName, K extends string>(batch: B, key: K) {
  return {
    extensions: says({ kind: 'edge', batch, key }),
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
export const lookup = <B extends RowBatchName>(batch: B, argument: string) =>
  rowOf(batch, (args) => {
    const key = String(args[argument]);
    // PostgreSQL's text has no NUL: no key has one, so nothing is asked for.
    return key.includes('\0') ? null : key;
  });

/** The one row of a batch with this key in the store of the token. */
export const only = <B extends RowBatchName>(batch: B, key: string) => rowOf(batch, () => key);

/** The one row of a batch whose key is the token's store. */
export const ofStore = <B extends RowBatchName>(batch: B) =>
  rowOf(batch, (_args, { principal }) => principal?.storeId ?? null);

function rowOf<B extends RowBatchName>(
  batch: B,
  keyOf: (args: Arguments, asking: Asking) => string | null,
) {
  return {
    extensions: says({ kind: 'lookup', batch, keyOf }),
    resolve: (_root: unknown, args: object, context: Context) => {
      const key = keyOf({ ...args }, context);
      return key === null ? null : context.loaders.row(batch, key);
    },
  };
}

/** Says what a connection is; the connection helper resolves it. */
export const listSource = (
  batch: PageBatchName,
  key: string | null,
  sequenceOf: (FieldSource & { kind: 'list' })['sequenceOf'],
) => ({
  extensions: says({ kind: 'list', batch, key, sequenceOf }),
});

/** All rows of a batch that belong to the parent, at most as many as the page takes. */
export function rows<B extends PageBatchName, K extends string>(batch: B, key: K, page: Page) {
  return {
    extensions: says({ kind: 'rows', batch, key, page }),
    resolve: (parent: { readonly [P in K]: string }, _args: object, { loaders }: Context) =>
      loaders.page(batch, parent[key], page),
  };
}

/** A pure function of the sums that belong to the parent, one for each currency. */
export function totalled<B extends TotalsBatchName, K extends string, R>(
  batch: B,
  key: K,
  of: (totals: readonly TotalsRow[]) => R,
) {
  return {
    extensions: says({ kind: 'totals', batch, key, of }),
    resolve: async (parent: { readonly [P in K]: string }, _args: object, { loaders }: Context) =>
      of(await loaders.totals(batch, parent[key])),
  };
}

/** What is known without a row: of the token, or to everybody. */
export const given = <R>(of: (asking: Asking) => R) => ({
  extensions: says({ kind: 'given', of }),
  resolve: (_root: unknown, _args: object, context: Context) => of(context),
});

/** One period of a report. */
export interface Reported {
  /** The first day of the period. */
  readonly from: string;
  /** What the report was asked for. */
  readonly range: ReportRange;
}

/** Marks a field that is made of a report. */
export const reportSource = (report: ReportName) => ({
  extensions: says({ kind: 'report', report }),
});

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
