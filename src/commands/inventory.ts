import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { products, productVariants } from '../data/tables/products.ts';
import { changeRow } from './changes.ts';
import { type Command, refuse, type Work } from './command.ts';
import { lockProduct, lockVariant } from './products-in-sight.ts';
import { id, version } from './shapes.ts';

/** All variants of a product together stay within PostgreSQL's `integer`. */
const MOST = 5_000_000;

const amounts = {
  quantity: z
    .number()
    .int()
    .min(0, 'There cannot be less than none.')
    .max(MOST, `There are at most ${MOST} pieces.`)
    .nullish(),
  inStock: z.boolean().nullish(),
};

interface Amounts {
  readonly quantity?: number | null | undefined;
  readonly inStock?: boolean | null | undefined;
}

const isOneOf = ({ quantity, inStock }: Amounts) => (quantity == null) !== (inStock == null);

const ONE_OF = {
  path: ['quantity'],
  message:
    'Give either the quantity, or whether it is in stock where the platform counts no pieces.',
};

/** How much there is: counted pieces, or only whether there are any. */
export const inventory = z.object(amounts).refine(isOneOf, ONE_OF);

export interface InventoryColumns {
  readonly inventoryTracked: boolean;
  readonly inventoryQuantity: number | null;
  readonly inStock: boolean;
}

export function inventoryColumns({ quantity, inStock }: Amounts): InventoryColumns {
  return quantity == null
    ? { inventoryTracked: false, inventoryQuantity: null, inStock: inStock === true }
    : { inventoryTracked: true, inventoryQuantity: quantity, inStock: quantity > 0 };
}

/** What a product has of all its variants: pieces are only counted where each variant counts them. */
export function inventoryOfVariants(variants: readonly InventoryColumns[]): InventoryColumns {
  const tracked = variants.every(({ inventoryTracked }) => inventoryTracked);
  return {
    inventoryTracked: tracked,
    inventoryQuantity: tracked
      ? variants.reduce((sum, variant) => sum + (variant.inventoryQuantity ?? 0), 0)
      : null,
    inStock: variants.some(({ inStock }) => inStock),
  };
}

/** Brings a locked product in line with its variants, and counts that as a change of it. */
export async function changeWithVariants(work: Work, productId: string): Promise<void> {
  const variants = await work.transaction
    .select({
      inventoryTracked: productVariants.inventoryTracked,
      inventoryQuantity: productVariants.inventoryQuantity,
      inStock: productVariants.inStock,
    })
    .from(productVariants)
    .where(and(eq(productVariants.productId, productId), isNull(productVariants.deletedAt)));
  await changeRow(work, products, productId, { ...inventoryOfVariants(variants) });
  work.emit('product.updated', productId);
}

export const INVENTORY_SET = z.object({ id, version, ...amounts }).refine(isOneOf, ONE_OF);

/** Says how much there is of a variant, or of a product that has none. */
export const productInventorySet: Command<z.infer<typeof INVENTORY_SET>> = {
  name: 'productInventorySet',
  async run(input, work) {
    const columns = { ...inventoryColumns(input) };
    if (input.id.startsWith('var_')) {
      const { product, variant } = await lockVariant(work, input);
      const version = await changeRow(work, productVariants, variant.id, columns);
      await changeWithVariants(work, product.id);
      return { id: variant.id, version, productId: product.id };
    }
    const { id } = await lockProduct(work, input);
    const [variant] = await work.transaction
      .select({ id: productVariants.id })
      .from(productVariants)
      .where(and(eq(productVariants.productId, id), isNull(productVariants.deletedAt)))
      .limit(1);
    if (variant !== undefined) {
      refuse(
        'NOT_ALLOWED',
        'input.id',
        'The inventory of a product with variants is that of its variants. Set theirs.',
      );
    }
    const version = await changeRow(work, products, id, columns);
    work.emit('product.updated', id);
    return { id, version, productId: id };
  },
};
