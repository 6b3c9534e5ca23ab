import { and, eq } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { orders } from '../data/tables/orders.ts';
import type { ScopeSet } from '../scopes/scope-set.ts';
import { absent, checkVersion, type Target } from './changes.ts';
import type { Work } from './command.ts';
import { DAY } from './moments.ts';

const ORDER_WINDOW_DAYS = 60;

/** The creation of the oldest order that these scopes have in sight; null where `read_all_orders` lifts the window. */
export function ordersSince(grantedScopes: ScopeSet, now: Date): Date | null {
  if (grantedScopes.has('read_all_orders')) return null;
  return new Date(now.getTime() - ORDER_WINDOW_DAYS * DAY);
}

/** Whether an order that was created then is in sight of whoever asks. The writer's role itself sees all. */
export function isOrderInSight({ grantedScopes, now }: Work, createdAt: Date): boolean {
  const since = ordersSince(grantedScopes, now);
  return since === null || createdAt >= since;
}

/**
 * An order in sight, locked until the transaction ends. Whatever hangs off an order is locked after the order itself.
 *
 * @throws Refused NOT_FOUND on the id's field, alike for an order of another store, out of the window and a missing
 * one; STALE_VERSION where another one was sent than it has.
 */
export async function lockOrder(
  work: Work,
  { id, version, field }: Target,
): Promise<typeof orders.$inferSelect> {
  const order = await select(work, orders, id, 'update');
  // A version is compared last: it would tell that the order exists.
  if (order === undefined || !isOrderInSight(work, order.createdAt)) absent(id, field);
  checkVersion(order.version, version);
  return order;
}

type OrderChild = PgTable & {
  readonly id: PgColumn;
  readonly version: PgColumn;
  readonly orderId: PgColumn;
  readonly orderCreatedAt: PgColumn;
};

/**
 * Something that hangs off an order in sight (a fulfilment, a claim), with its order; both are locked, the order
 * first. Reports problems as `lockOrder` does.
 */
export async function lockOrderChild<T extends OrderChild>(
  work: Work,
  table: T,
  { id, version, field }: Target,
): Promise<{ order: typeof orders.$inferSelect; row: T['$inferSelect'] }> {
  // Which order it belongs to never changes, so that may be read without a lock.
  const found = await select(work, table, id);
  const { orderId } = (found ?? {}) as { orderId?: string };
  if (orderId === undefined) absent(id, field);
  const order = await select(work, orders, orderId, 'update');
  if (order === undefined || !isOrderInSight(work, order.createdAt)) absent(id, field);
  const row = await select(work, table, id, 'update');
  if (row === undefined) absent(id, field);
  checkVersion((row as { version: number }).version, version);
  return { order, row };
}

async function select<T extends PgTable & { readonly id: PgColumn }>(
  { transaction, storeId }: Work,
  table: T,
  id: string,
  lock?: 'update',
): Promise<T['$inferSelect'] | undefined> {
  if (id.includes('\0')) return undefined;
  const storeColumn = (table as unknown as { storeId: PgColumn }).storeId;
  const query = transaction
    .select()
    .from(table as PgTable)
    .where(and(eq(table.id, id), eq(storeColumn, storeId)));
  const [row] = lock === undefined ? await query : await query.for(lock);
  return row as T['$inferSelect'] | undefined;
}
