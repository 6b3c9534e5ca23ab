import { and, eq, inArray, isNull } from 'drizzle-orm';
import { products, productVariants } from '../data/tables/products.ts';
import type { Work } from './command.ts';

/** What a line of an order calls what was bought, in the platform's words. */
interface Bought {
  readonly sourceProductId?: string | null | undefined;
  readonly sourceVariantId?: string | null | undefined;
}

/** What lines of orders are tied to; null where it is not in the catalogue. */
export interface Catalogue {
  productOf(line: Bought): string | null;
  variantOf(line: Bought): string | null;
}

/**
 * What of the lines is in the catalogue. What is not is no mistake: an order may be older than it. The writer sees
 * what was deleted as well; that is not in the catalogue.
 */
export async function loadCatalogue(
  { transaction, storeId }: Pick<Work, 'transaction' | 'storeId'>,
  lines: readonly Bought[],
): Promise<Catalogue> {
  const wanted = [...new Set(lines.flatMap(({ sourceProductId }) => sourceProductId ?? []))];
  const found =
    wanted.length === 0
      ? []
      : await transaction
          .select({ id: products.id, sourceId: products.sourceId })
          .from(products)
          .where(
            and(
              eq(products.storeId, storeId),
              inArray(products.sourceId, wanted),
              isNull(products.deletedAt),
            ),
          );
  const ids = found.map(({ id }) => id);
  const variants =
    ids.length === 0
      ? []
      : await transaction
          .select({
            id: productVariants.id,
            productId: productVariants.productId,
            sourceId: productVariants.sourceId,
          })
          .from(productVariants)
          .where(
            and(
              eq(productVariants.storeId, storeId),
              inArray(productVariants.productId, ids),
              isNull(productVariants.deletedAt),
            ),
          );
  const productIds = new Map(found.map(({ sourceId, id }) => [sourceId, id]));
  const variantIds = new Map(
    variants.map(({ productId, sourceId, id }) => [`${productId} ${sourceId}`, id]),
  );
  const productOf: Catalogue['productOf'] = ({ sourceProductId }) =>
    productIds.get(sourceProductId ?? '') ?? null;
  return {
    productOf,
    variantOf: (line) => variantIds.get(`${productOf(line)} ${line.sourceVariantId ?? ''}`) ?? null,
  };
}
