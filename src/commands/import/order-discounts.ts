import { upsertRows } from '../../data/bulk-upsert.ts';
import { discountApplications, discounts } from '../../data/tables/discounts.ts';
import { grouped } from '../../scopes/grouped.ts';
import { type ImportWork, importedId, isOneOf, keyedBy } from './records.ts';
import type { TakenOrder } from './taken-order.ts';

/** Makes the discounts of orders those of the lines; gives the orders that it changed. */
export async function writeDiscounts(
  { transaction, storeId }: ImportWork,
  taken: readonly TakenOrder[],
): Promise<ReadonlySet<string>> {
  const known = taken.flatMap(({ before }) => before?.id ?? []);
  const found =
    known.length === 0
      ? []
      : await transaction
          .select({
            id: discountApplications.id,
            orderId: discountApplications.orderId,
            position: discountApplications.position,
          })
          .from(discountApplications)
          .where(isOneOf(discountApplications.orderId, known));
  const before = grouped(found, ({ orderId }) => orderId);
  const wanted = taken.flatMap(({ entry }) =>
    entry.record.discountApplications.flatMap(({ sourceDiscountId }) => sourceDiscountId ?? []),
  );
  const named =
    wanted.length === 0
      ? []
      : await transaction
          .select({ id: discounts.id, sourceId: discounts.sourceId })
          .from(discounts)
          .where(isOneOf(discounts.sourceId, wanted));
  const ids = keyedBy(named, (row) => row.sourceId);
  const owners = new Map<string, string>();
  const surplus: string[] = [];
  const rows = taken.flatMap(({ entry: { record }, id: orderId }) => {
    const old = before.get(orderId) ?? [];
    const made = record.discountApplications.map(({ sourceDiscountId, ...each }, position) => {
      const id =
        old.find((row) => row.position === position)?.id ??
        importedId('dap', orderId, String(position));
      owners.set(id, orderId);
      return {
        ...each,
        id,
        storeId,
        orderId,
        orderCreatedAt: record.createdAt,
        position,
        discountId: ids.get(sourceDiscountId ?? '')?.id ?? null,
        currency: record.currency,
      };
    });
    for (const { id } of old.filter((row) => !owners.has(row.id))) {
      owners.set(id, orderId);
      surplus.push(id);
    }
    return made;
  });
  if (surplus.length > 0) {
    await transaction.delete(discountApplications).where(isOneOf(discountApplications.id, surplus));
  }
  const changed = await upsertRows(transaction, discountApplications, rows);
  return new Set([...surplus, ...changed].flatMap((id) => owners.get(id) ?? []));
}
