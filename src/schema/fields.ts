import type { EntityOf, PageBatchName, RowBatchName, TotalsBatchName } from '../data/batches.ts';
import type { Row } from '../data/entities.ts';
import type { Page, ReportName, ReportRange, ReportRows, TotalsRow } from '../data/source.ts';
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
  | ({
      readonly kind: 'lookup';
      readonly keyOf: (args: Arguments, asking: Asking) => string | null;
    } & Reach)
  /** What ids among the arguments name, each by the type that it says itself: a list of it, or the only one. */
  | {
      readonly kind: 'nodes';
      readonly idsOf: (args: Arguments) => readonly string[];
      /** Null for an id that names nothing. */
      readonly typeOf: (id: string) => string | null;
      readonly reachOf: (type: string) => Reach | null;
    }
  /** A connection over a batch, whose parent's key is in a column of the parent if it has one. */
  | {
      readonly kind: 'list';
      readonly batch: PageBatchName;
      readonly key: string | null;
      readonly sequenceOf: (args: Arguments) => Pick<Sequence, 'columns' | 'direction' | 'filter'>;
      /** The columns of each order that its arguments can ask for. */
      readonly sorts: readonly (readonly string[])[];
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
  /** What is known without a row: of the token, of the arguments, or to everybody. */
  | { readonly kind: 'given'; readonly of: (asking: Asking, args: never) => unknown }
  /** What becomes of columns of the parent, of the arguments and of rows that it takes more than one batch to find. */
  | ({ readonly kind: 'loaded' } & FromLoads)
  /** The same of a report. */
  | ({ readonly kind: 'report'; readonly report: ReportName } & FromLoads)
  /** How many items the connection has that it is a field of. */
  | { readonly kind: 'count' };

/** One kind of source. */
export type FieldSourceOf<K extends FieldSource['kind']> = FieldSource & { readonly kind: K };

/** How the row with a key is reached. */
export interface Reach<B extends RowBatchName = RowBatchName> {
  readonly batch: B;
  /** What stands in for a row that is not there: made of its key, with the row's columns. */
  readonly otherwise?: (key: string, asking: Asking) => object | null;
}

/** A function that loads; equal columns and arguments have to give equal values in a request. */
interface FromLoads {
  readonly columns: readonly string[];
  readonly of: (row: never, args: never, loading: Loading) => unknown;
}

type Arguments = Readonly<Record<string, unknown>>;

/** Who asks; the principal is null for a request without a token. */
export type Asking = Pick<Context, 'principal' | 'cursors'>;

/** What a field that loads by itself sees of a request. */
export type Loading = Omit<Context, 'execute'>;

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

/** The one row with a key that is an argument of a root field. */
export const lookupBy = <B extends RowBatchName>(reach: Reach<B>, argument: string) =>
  rowOf(reach, (args) => {
    const key = String(args[argument]);
    // PostgreSQL's text has no NUL and no half of a surrogate pair: no key has one, so nothing is asked for.
    return key.includes('\0') || /\p{Surrogate}/u.test(key) ? null : key;
  });

/** The one row of a batch whose key is an argument of a root field. */
export const lookup = <B extends RowBatchName>(batch: B, argument: string) =>
  lookupBy({ batch }, argument);

/** The one row of a batch with this key in the store of the token. */
export const only = <B extends RowBatchName>(batch: B, key: string) => rowOf({ batch }, () => key);

/** The one row of a batch whose key is the token's store. */
export const ofStore = <B extends RowBatchName>(batch: B) =>
  rowOf({ batch }, (_args, { principal }) => principal?.storeId ?? null);

function rowOf<B extends RowBatchName>(
  reach: Reach<B>,
  keyOf: (args: Arguments, asking: Asking) => string | null,
) {
  return {
    extensions: says({ kind: 'lookup', ...reach, keyOf }),
    resolve: (_root: unknown, args: object, context: Context) => {
      const key = keyOf({ ...args }, context);
      return key === null ? null : loadReached(reach, key, context);
    },
  };
}

/** The row with a key, or what stands in for it. */
export async function loadReached<B extends RowBatchName>(
  { batch, otherwise }: Reach<B>,
  key: string,
  context: Loading,
): Promise<Row<EntityOf<B>> | null> {
  const row = await context.loaders.row(batch, key);
  return row ?? ((otherwise?.(key, context) ?? null) as Row<EntityOf<B>> | null);
}

/** Says what a connection is; the connection helper resolves it. */
export const listSource = (
  batch: PageBatchName,
  key: string | null,
  sequenceOf: FieldSourceOf<'list'>['sequenceOf'],
  sorts: FieldSourceOf<'list'>['sorts'],
) => ({
  extensions: says({ kind: 'list', batch, key, sequenceOf, sorts }),
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

/** What is known without a row: of the token, of the arguments, or to everybody. */
export const given = <R, A extends object = object>(of: (asking: Asking, args: A) => R) => ({
  extensions: says({ kind: 'given', of }),
  resolve: (_root: unknown, args: A, context: Context) => of(context, args),
});

/** What takes several loads to find: made of columns of the parent, of the arguments and of what it loads. */
export function loaded<P, A extends object, R>(
  columns: readonly (keyof P & string)[],
  of: (row: P, args: A, loading: Loading) => R,
) {
  return {
    extensions: says({ kind: 'loaded', columns, of }),
    resolve: (row: P, args: A, context: Context) => of(row, args, context),
  };
}

/** What a report over a range of days says, which is made of columns of the parent and of the arguments. */
export function reportOf<N extends ReportName, P, A extends object, R>(
  report: N,
  columns: readonly (keyof P & string)[],
  rangeOf: (row: P, args: A) => ReportRange,
  of: (periods: ReadonlyMap<string, readonly ReportRows[N][]>, range: ReportRange, row: P) => R,
) {
  const load = async (row: P, args: A, { loaders }: Loading): Promise<R> => {
    const range = rangeOf(row, args);
    return of(await loaders.report(report, range), range, row);
  };
  return {
    extensions: says({ kind: 'report', report, columns, of: load }),
    resolve: (row: P, args: A, context: Context) => load(row, args, context),
  };
}

/** One period of a report. */
export interface Reported {
  /** The first day of the period. */
  readonly from: string;
  /** What the report was asked for. */
  readonly range: ReportRange;
}

/** A pure function of what a report says of the parent's period. */
export const reported = <N extends ReportName, R>(
  report: N,
  of: (rows: readonly ReportRows[N][]) => R,
) =>
  reportOf(
    report,
    ['from', 'range'],
    ({ range }: Reported) => range,
    (periods, _range, { from }) => of(periods.get(from) ?? []),
  );
