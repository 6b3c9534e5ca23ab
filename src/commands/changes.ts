import { eq, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { refuse, type Work } from './command.ts';

type Versioned = PgTable & {
  readonly id: PgColumn;
  readonly version: PgColumn;
  readonly updatedAt: PgColumn;
};

/** A row as the caller names it. */
export interface Target {
  readonly id: string;
  /** The version that was read; not compared where there is none. */
  readonly version?: number | null | undefined;
  /** The input field that holds the id; `input.id` where it is left out. */
  readonly field?: string;
}

/** Says that there is no such row, alike for one of another store, one out of sight and a missing one. */
export function absent(id: string, field = 'input.id'): never {
  refuse('NOT_FOUND', field, `There is no ${id} in sight.`);
}

/**
 * The row with this id, locked until the transaction ends.
 *
 * @throws Refused NOT_FOUND, as for a row of another store; STALE_VERSION where another one was sent than it has.
 */
export async function lockRow<T extends Versioned>(
  { transaction }: Work,
  table: T,
  { id, version, field }: Target,
): Promise<T['$inferSelect']> {
  const [row] = id.includes('\0')
    ? []
    : await transaction
        .select()
        .from(table as PgTable)
        .where(eq(table.id, id))
        .for('update');
  if (row === undefined) absent(id, field);
  const found = row as T['$inferSelect'] & { readonly version: number };
  checkVersion(found.version, version);
  return found;
}

/** @throws Refused STALE_VERSION where a version was sent and is not the one that the row has. */
export function checkVersion(actual: number, sent: number | null | undefined): void {
  if (sent != null && sent !== actual) refuseStale();
}

/** Says that something was changed since it was read. */
export function refuseStale(): never {
  refuse(
    'STALE_VERSION',
    'input.version',
    'It was changed since this version was read. Read it again and decide anew.',
  );
}

/** When a row was changed last: never before what it has, because a platform's clock may be ahead of ours. */
export const lastChanged = (updatedAt: PgColumn, moment: Date): SQL =>
  sql`greatest(${updatedAt}, ${moment.toISOString()}::timestamptz)`;

/** Changes a locked row, counts the change, and gives the version it has now. */
export async function changeRow<T extends Versioned>(
  { transaction, now }: Work,
  table: T,
  id: string,
  changes: Readonly<Record<string, unknown>>,
): Promise<number> {
  const values: Record<string, unknown> = {
    ...changes,
    version: sql`${table.version} + 1`,
    updatedAt: lastChanged(table.updatedAt, now),
  };
  const [row] = await transaction
    .update(table as PgTable)
    .set(values)
    .where(eq(table.id, id))
    .returning({ version: table.version });
  if (row === undefined) throw new TypeError(`${id} was locked and is gone.`);
  return row.version as number;
}

/** The given fields of an input: what was left out is not changed, and null empties it. */
export function given<I extends object>(input: I, ...names: readonly (keyof I)[]): Partial<I> {
  return Object.fromEntries(
    names.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]),
  ) as Partial<I>;
}
