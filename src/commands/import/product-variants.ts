import { or } from 'drizzle-orm';
import { upsertRows } from '../../data/bulk-upsert.ts';
import { productVariants } from '../../data/tables/products.ts';
import { grouped } from '../../scopes/grouped.ts';
import { inventoryColumns } from '../inventory.ts';
import { type ImportWork, importedId, isOneOf, keyedBy } from './records.ts';
import type { TakenProduct } from './taken-product.ts';

type Variant = typeof productVariants.$inferSelect;

/** The variants of products that are there, also deleted ones, and those of the store with the lines' source ids. */
export async function loadVariants(
  { transaction }: ImportWork,
  candidates: readonly TakenProduct[],
) {
  const known = candidates.flatMap(({ before }) => before?.id ?? []);
  const wanted = candidates.flatMap(({ entry }) =>
    entry.record.variants.map(({ sourceId }) => sourceId),
  );
  if (known.length + wanted.length === 0) return [];
  return transaction
    .select()
    .from(productVariants)
    .where(or(isOneOf(productVariants.productId, known), isOneOf(productVariants.sourceId, wanted)))
    .orderBy(productVariants.id)
    .for('update');
}

/**
 * Makes variants as the lines say; gives the products that it changed. A variant that a line has no longer stays, out
 * of everybody's sight, because orders refer to it.
 */
export async function writeVariants(
  { transaction, storeId }: ImportWork,
  taken: readonly TakenProduct[],
  variants: readonly Variant[],
): Promise<ReadonlySet<string>> {
  const byId = keyedBy(variants, ({ id }) => id);
  const byProduct = grouped(variants, ({ productId }) => productId);
  const owners = new Map<string, string>();
  const rows: (typeof productVariants.$inferInsert)[] = [];
  for (const { entry, id: productId } of taken) {
    const { variants: wanted, updatedAt, createdAt } = entry.record;
    const old = byProduct.get(productId) ?? [];
    for (const [position, variant] of wanted.entries()) {
      const { sourceId, title, sku, price } = variant;
      const ownId = importedId('var', productId, sourceId);
      const before = old.find((row) => row.sourceId === sourceId) ?? byId.get(ownId);
      const row = {
        id: before?.id ?? ownId,
        storeId,
        productId,
        sourceId,
        position,
        title,
        sku: sku ?? null,
        price: price.minorUnits,
        currency: price.currency,
        ...inventoryColumns(variant.inventory),
        createdAt: before?.createdAt ?? createdAt,
        updatedAt: before?.updatedAt ?? updatedAt,
        deletedAt: null,
      };
      owners.set(row.id, productId);
      rows.push(before && isAsBefore(row, before) ? row : { ...row, updatedAt });
    }
    for (const row of old) {
      if (owners.has(row.id) || row.deletedAt !== null) continue;
      owners.set(row.id, productId);
      rows.push({ ...row, sourceId: row.id, deletedAt: updatedAt, updatedAt });
    }
  }
  const changed = await upsertRows(transaction, productVariants, rows);
  return new Set([...changed].flatMap((id) => owners.get(id) ?? []));
}

/** A variant has no time of its own in a line: it changed with the line that says something else of it. */
const isAsBefore = (row: typeof productVariants.$inferInsert, before: Variant) =>
  Object.entries(row).every(([key, value]) => {
    const was = before[key as keyof Variant];
    return value instanceof Date ? value.getTime() === (was as Date).getTime() : value === was;
  });
