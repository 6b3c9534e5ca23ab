import { and, eq } from 'drizzle-orm';
import { fulfillments, orders } from '../data/tables/orders.ts';
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
  const order = await findOrder(work, id);
  if (order === undefined) absent(id, field);
  // A version is compared last: it would tell that the order exists.
  checkVersion(order.version, version);
  return order;
}

/** A fulfilment of an order in sight, and the order; both are locked, the order first. Throws as `lockOrder` does. */
export async function lockFulfillment(
  work: Work,
  { id, version, field }: Target,
): Promise<{
  order: typeof orders.$inferSelect;
  fulfillment: typeof fulfillments.$inferSelect;
}> {
  const { transaction, storeId } = work;
  const isIt = and(eq(fulfillments.id, id), eq(fulfillments.storeId, storeId));
  // Which order it belongs to never changes, so that may be read without a lock.
  const [found] = await transaction
    .select({ orderId: fulfillments.orderId })
    .from(fulfillments)
    .where(isIt);
  const order = found && (await findOrder(work, found.orderId));
  if (order === undefined) absent(id, field);
  const [fulfillment] = await transaction.select().from(fulfillments).where(isIt).for('update');
  if (fulfillment === undefined) absent(id, field);
  checkVersion(fulfillment.version, version);
  return { order, fulfillment };
}

/** An order in sight, locked; undefined for one of another store, out of the window and a missing one. */
async function findOrder(work: Work, id: string): Promise<typeof orders.$inferSelect | undefined> {
  const { transaction, storeId } = work;
  const [order] = await transaction
    .select()
    .from(orders)
    .where(and(eq(orders.id, id), eq(orders.storeId, storeId)))
    .for('update');
  return order && isOrderInSight(work, order.createdAt) ? order : undefined;
}
