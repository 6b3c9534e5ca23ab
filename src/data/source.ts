import type { PageBatchName, RowBatchName, TotalsBatchName } from './batches.ts';

/** What bounds every row that a request can reach. A source must apply it to each load. */
export interface Session {
  readonly storeId: string;
  /** What an app owns is bounded by its installation; null for a client that is no installation. */
  readonly installationId: string | null;
  /** The client: what it made for itself alone is bounded by it. Nothing of that is in sight where this is missing. */
  readonly owner?: string | null;
  /** The creation of the oldest order in sight, for everything that hangs off an order; null for all. */
  readonly ordersSince: Date | null;
}

/** A value to compare a column with. */
export type Value = string | number | bigint | Date;

/** One comparison; all conditions of a page must hold. */
export interface Condition {
  readonly column: string;
  /** `prefix` compares bytewise; `from` is inclusive, `before` exclusive. */
  readonly operator: 'equals' | 'from' | 'before' | 'prefix';
  readonly value: Value;
  /** The column is in lower case: the source lower-cases the value just as it did the column. */
  readonly ignoreCase?: boolean;
}

export type Direction = 'asc' | 'desc';

/** A keyset page: rows strictly beyond a position in a total order. */
export interface Page {
  /** The columns that order the rows; together they are unique. */
  readonly columns: readonly string[];
  readonly direction: Direction;
  readonly filter: readonly Condition[];
  /** Only rows after the row with these values in `columns`. */
  readonly after: readonly Value[] | null;
  /** Only rows before the row with these values in `columns`. */
  readonly before: readonly Value[] | null;
  readonly limit: number;
  /** Take the rows nearest to the end (or to `before`); they still come in the page's order. */
  readonly fromEnd: boolean;
}

/** The one row that a row refers to, answered with it. */
export interface Join {
  readonly batch: RowBatchName;
  /** The column that holds the key, among those that are asked for of the row that refers. */
  readonly from: string;
  readonly columns: readonly string[];
}

/**
 * One batch to load: only these `columns` of it. `parents` is null where the batch has none. The cells of a row are
 * followed by those of each of its `joins`, which are null where there is no such row.
 */
export type Load =
  | {
      readonly kind: 'rows';
      readonly batch: RowBatchName;
      readonly columns: readonly string[];
      readonly keys: readonly string[];
      readonly joins?: readonly Join[];
    }
  | {
      readonly kind: 'page';
      readonly batch: PageBatchName;
      readonly columns: readonly string[];
      readonly parents: readonly string[] | null;
      readonly page: Page;
      readonly joins?: readonly Join[];
    }
  | {
      readonly kind: 'count';
      readonly batch: PageBatchName;
      readonly parents: readonly string[] | null;
      readonly filter: readonly Condition[];
      /** Counting stops here, so that it stays cheap. */
      readonly atMost: number;
    }
  | {
      readonly kind: 'totals';
      readonly batch: TotalsBatchName;
      readonly parents: readonly string[];
    };

/** A load of one kind, or of one of several. */
export type LoadOf<K extends Load['kind']> = Load & { readonly kind: K };

/**
 * A value in PostgreSQL's text format, which every source speaks: `t`, `42`, `2026-11-21 21:49:00.123+00` (in UTC),
 * `{plain,"with \\"quotes\\""}`; null for SQL's null. `cells.ts` reads it.
 */
export type Cell = string | null;

/** A row as a source answers with it: a cell for each column of its load and of its joins, in their order. */
export type CellRow = readonly Cell[];

/** A row whose cells were read: columns by camelCase name. */
export type SourceRow = Readonly<Record<string, unknown>>;

/** An answer to a `count`: `parent` is null where the batch has none. */
export interface CountRow {
  readonly parent: string | null;
  readonly count: number;
}

/**
 * An answer to a `totals`. `sum` is in minor units of `currency`. The sums of other columns are in
 * decimal digits, because they may be larger than any integer type.
 */
export interface TotalsRow {
  readonly parent: string;
  readonly currency: string;
  readonly count: number;
  readonly sum: bigint;
}

/** The days of a report, both inclusive, in the store's time zone, as RFC 3339 writes them. */
export interface ReportRange {
  readonly from: string;
  readonly to: string;
  /** Into which periods the days are parted; null for one period of all of them. */
  readonly interval: ReportInterval | null;
}

/** Weeks begin on Monday. The first and the last period are cut to the range. */
export type ReportInterval = 'DAY' | 'WEEK' | 'MONTH';

/**
 * What each report answers. Each row has the first day of its period; a period in which nothing happened has no row,
 * but for `periods`, which is the list of all. A sum is in decimal digits, in minor units of `currency`.
 */
export interface ReportRows {
  readonly periods: { readonly from: string; readonly to: string };
  readonly orders: {
    readonly from: string;
    readonly orders: number;
    readonly protectedOrders: number;
  };
  readonly premiums: { readonly from: string; readonly currency: string; readonly sum: string };
  readonly claims: {
    readonly from: string;
    readonly type: string | null;
    readonly state: string;
    readonly count: number;
  };
  readonly payouts: { readonly from: string; readonly currency: string; readonly sum: string };
}

export type ReportName = keyof ReportRows;

export interface Report extends ReportRange {
  readonly name: ReportName;
}

export interface StoreReference {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

/**
 * Where data comes from. Everything above `src/data` reaches it through this interface, so that
 * another source can stand behind the same schema.
 *
 * Rows outside the session do not exist: they are left out without an error, and columns that refer
 * to an order outside of it (`ORDER_REFERENCES`) are null. A source that cannot answer rejects with an `AppError` of code `UNAVAILABLE`.
 */
export interface Source {
  /**
   * Answers loads that are independent of each other, in their order. `rows` come in any order and
   * are matched by the batch's key; `page` rows come in the page's order within each parent.
   */
  wave(session: Session, loads: readonly Load[]): Promise<readonly (readonly CellRow[])[]>;
  /**
   * Answers reports, in their order and the rows of each by period: counts and sums over all that the session's
   * store has, also over orders out of the session's sight, and never a row of it.
   */
  report(session: Session, reports: readonly Report[]): Promise<readonly (readonly SourceRow[])[]>;
  /** The store with this id or domain, whoever asks; null when there is none. */
  resolveStore(reference: string): Promise<StoreReference | null>;
  /** Resolves when the source can answer, rejects when it cannot. */
  check(): Promise<void>;
  close(): Promise<void>;
}
