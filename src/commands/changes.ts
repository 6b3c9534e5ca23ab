import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { refuse, type Work } from './command.ts';

type Versioned = PgTable & {
  readonly id: PgColumn;
  readonly version: PgColumn;
  readonly updatedAt: PgColumn;
};

/**
 * The row with this id, locked until the transaction ends.
 *
 * @throws Refused NOT_FOUND, as for a row of another store; STALE_VERSION where another one was sent than it has.
 */
export async function lockRow<T extends Versioned>(
  { transaction }: Work,
  table: T,
  { id, version }: { readonly id: string; readonly version?: number | null | undefined },
): Promise<T['$inferSelect']> {
  const [row] = id.includes('\0')
    ? []
    : await transaction
        .select()
        .from(table as PgTable)
        .where(eq(table.id, id))
        .for('update');
  if (row === undefined) refuse('NOT_FOUND', 'input.id', `There is no ${id} in sight.`);
  const found = row as T['$inferSelect'] & { readonly version: number };
  checkVersion(found.version, version);
  return found;
}

/** @throws Refused STALE_VERSION where a version was sent and is not the one that the row has. */
export function checkVersion(actual: number, sent: number | null | undefined): void {
  if (sent == null || sent === actual) return;
  refuse(
    'STALE_VERSION',
    'input.version',
    'It was changed since this version was read. Read it again and decide anew.',
  );
}

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
    // Never before what is there: a platform's clock may be ahead of ours.
    updatedAt: sql`greatest(${table.updatedAt}, ${now.toISOString()}::timestamptz)`,
  };
  const where: SQL | undefined = and(eq(table.id, id));
  const [row] = await transaction
    .update(table as PgTable)
    .set(values)
    .where(where)
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
