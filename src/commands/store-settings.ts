import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { AppError } from '../errors.ts';
import type { Scope } from '../scopes/catalogue.ts';
import { checkVersion, given, lastChanged, refuseStale } from './changes.ts';
import { Refused, type Work } from './command.ts';

/** What a store has one of, or one of each kind of: it is there or was never set up. */
type Setting = PgTable & {
  readonly storeId: PgColumn;
  readonly version: PgColumn;
  readonly updatedAt: PgColumn;
};

/**
 * Refuses a token without the scope that writes a row of this kind. The plan lets none come here: it is a lock of its
 * own, for when everything above it has failed.
 *
 * @throws AppError INSUFFICIENT_SCOPE.
 */
export function guardWrite({ grantedScopes }: Work, scope: Scope): void {
  if (grantedScopes.has(scope)) return;
  throw new AppError('INSUFFICIENT_SCOPE', `Writing this needs ${scope}.`);
}

/**
 * A setting of the store, locked until the transaction ends; null where it was never set up, whose version is 0.
 *
 * @throws Refused STALE_VERSION where another version was sent than it has.
 */
export async function lockSetting<T extends Setting>(
  { transaction, storeId }: Work,
  table: T,
  version: number,
  kind?: SQL,
): Promise<T['$inferSelect'] | null> {
  const [row] = await transaction
    .select()
    .from(table as PgTable)
    .where(and(eq(table.storeId, storeId), kind))
    .for('update');
  const found = (row ?? null) as (T['$inferSelect'] & { readonly version: number }) | null;
  checkVersion(found?.version ?? 0, version);
  return found;
}

/** Changes a locked setting, counts the change, and gives the version it has now. */
export async function changeSetting<T extends Setting>(
  { transaction, storeId, now }: Work,
  table: T,
  changes: Readonly<Record<string, unknown>>,
  kind?: SQL,
): Promise<number> {
  const values: Record<string, unknown> = {
    ...changes,
    version: sql`${table.version} + 1`,
    updatedAt: lastChanged(table.updatedAt, now),
  };
  const [row] = await transaction
    .update(table as PgTable)
    .set(values)
    .where(and(eq(table.storeId, storeId), kind))
    .returning({ version: table.version });
  if (row === undefined) throw new TypeError('A setting was locked and is gone.');
  return row.version as number;
}

/**
 * Sets up what was never set up.
 *
 * @throws Refused STALE_VERSION where another request did so in the meantime.
 */
export async function addSetting<T extends Setting>(
  { transaction, storeId, now }: Work,
  table: T,
  values: Omit<T['$inferInsert'], 'storeId' | 'version' | 'updatedAt'>,
): Promise<number> {
  const [row] = await transaction
    .insert(table as PgTable)
    .values({ ...values, storeId, updatedAt: now } as never)
    .onConflictDoNothing()
    .returning({ version: table.version });
  return row ? (row.version as number) : refuseStale();
}

/**
 * These fields of an input, none of them missing, as setting something up takes.
 *
 * @throws Refused INVALID for each field that is missing.
 */
export function whole<I extends object, K extends keyof I & string>(
  input: I,
  ...names: readonly K[]
): { readonly [N in K]: Exclude<I[N], undefined> } {
  const missing = names.filter((name) => input[name] === undefined);
  if (missing.length === 0) return given(input, ...names) as never;
  throw new Refused(
    ...missing.map((name) => ({
      code: 'INVALID' as const,
      field: ['input', name],
      message: 'It is needed to set this up.',
    })),
  );
}
