import { eq } from 'drizzle-orm';
import { products, productVariants } from '../data/tables/products.ts';
import { absent, checkVersion, type Target } from './changes.ts';
import type { Work } from './command.ts';

/**
 * A product, locked until the transaction ends. Its variants are locked after it.
 *
 * @throws Refused NOT_FOUND, alike for one of another store, a deleted and a missing one; STALE_VERSION.
 */
export async function lockProduct(
  { transaction }: Work,
  { id, version, field }: Target,
): Promise<typeof products.$inferSelect> {
  const [row] = id.includes('\0')
    ? []
    : await transaction.select().from(products).where(eq(products.id, id)).for('update');
  if (row === undefined || row.deletedAt !== null) absent(id, field);
  checkVersion(row.version, version);
  return row;
}

/** A variant and its product, both locked, the product first. Reports problems as `lockProduct` does. */
export async function lockVariant(
  work: Work,
  { id, version, field }: Target,
): Promise<{
  product: typeof products.$inferSelect;
  variant: typeof productVariants.$inferSelect;
}> {
  const { transaction } = work;
  const isIt = eq(productVariants.id, id);
  // Which product it belongs to never changes, so that may be read without a lock.
  const [found] = id.includes('\0')
    ? []
    : await transaction
        .select({ productId: productVariants.productId })
        .from(productVariants)
        .where(isIt);
  if (found === undefined) absent(id, field);
  const [product] = await transaction
    .select()
    .from(products)
    .where(eq(products.id, found.productId))
    .for('update');
  const [variant] = await transaction.select().from(productVariants).where(isIt).for('update');
  if (product === undefined || variant === undefined || variant.deletedAt !== null) {
    absent(id, field);
  }
  checkVersion(variant.version, version);
  return { product, variant };
}
