import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { z } from 'zod';
import type { Transaction } from '../../data/transactions.ts';
import { type Problem, problem } from './problems.ts';
import type { ShapeContext } from './shapes.ts';

/** What every line has. */
export interface Recorded {
  readonly sourceId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A line that reads well. */
export interface Entry<R> {
  readonly line: number;
  readonly record: R;
}

/** What became of an entry. */
export type Fate =
  | 'created'
  | 'updated'
  | 'unchanged'
  | 'kept'
  | { readonly refused: readonly Problem[] };

export const refusedFor = (field: string | null, message: string): Fate => ({
  refused: [problem(field, message)],
});

/** What writing has to work with. */
export interface ImportWork {
  readonly transaction: Transaction;
  readonly storeId: string;
  /** As for shapes; about the line that is being written. */
  warn(line: number, field: string, value: string | null, message: string): void;
}

/** How lines of one type are read and written. */
export interface RecordType<R extends Recorded> {
  shape(context: ShapeContext): z.ZodType<R>;
  /** What an entry is about or refers to: it waits until the entries before it that touch the same are written. */
  touches(record: R): readonly string[];
  /** Writes entries of which no two touch the same; gives what became of each. */
  write(work: ImportWork, entries: readonly Entry<R>[]): Promise<ReadonlyMap<Entry<R>, Fate>>;
}

/**
 * The id of an imported row, the same whenever it is imported: 20 characters out of 36, from the store and what the
 * platform calls it.
 */
export function importedId(prefix: string, ...name: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([prefix, ...name]))
    .digest('hex');
  const digits = BigInt(`0x${hash}`).toString(36).padStart(50, '0');
  return `${prefix}_${digits.slice(-20)}`;
}

/** That a column has one of any number of texts. */
export const isOneOf = (column: PgColumn, texts: Iterable<string>): SQL =>
  sql`${column} = any(${sql.param([...new Set(texts)])}::text[])`;

export const keyedBy = <T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [keyOf(row), row]));

/** Whether something was created, updated or neither, from its own row and what is part of it. */
export function fateOf(exists: boolean, changed: boolean): Fate {
  if (!exists) return 'created';
  return changed ? 'updated' : 'unchanged';
}

/** Counts a change of rows whose parts changed and they themselves did not. */
export async function countChanges(
  transaction: Transaction,
  table: PgTable & { readonly id: PgColumn; readonly version: PgColumn },
  ofParts: ReadonlySet<string>,
  counted: ReadonlySet<string>,
): Promise<void> {
  const ids = [...ofParts].filter((id) => !counted.has(id));
  if (ids.length === 0) return;
  await transaction
    .update(table as PgTable)
    .set({ version: sql`${table.version} + 1` })
    .where(isOneOf(table.id, ids));
}
