import { and, count, eq, isNull, max } from 'drizzle-orm';
import { z } from 'zod';
import { productVariants } from '../data/tables/products.ts';
import { changeRow, given } from './changes.ts';
import { type Command, Refused, refuse, type UserError, type Work } from './command.ts';
import { changeWithVariants, inventory, inventoryColumns } from './inventory.ts';
import { price } from './money.ts';
import { lockProduct, lockVariant } from './products-in-sight.ts';
import { id, keptUnlessGiven, version, words, wordsOrNone } from './shapes.ts';
import { requireCurrency } from './store-currency.ts';

const MOST = 250;

/** A variant, as it comes with its product or alone. */
export const VARIANT = z.object({
  sourceId: words(255),
  title: words(255),
  sku: wordsOrNone(255),
  price,
  inventory,
});

type Variant = z.infer<typeof VARIANT>;

/**
 * Adds variants to a locked product, the first one at position `from`.
 *
 * @throws Refused CONFLICT for each source id that another variant of the store has.
 */
export async function insertVariants(
  { transaction, storeId, now, newId }: Work,
  { productId, currency, from }: { productId: string; currency: string; from: number },
  variants: readonly Variant[],
  field: string | null,
): Promise<readonly { readonly id: string; readonly version: number }[]> {
  if (variants.length === 0) return [];
  const inserted = await transaction
    .insert(productVariants)
    .values(
      variants.map((variant, index) => ({
        id: newId('var'),
        storeId,
        productId,
        sourceId: variant.sourceId,
        position: from + index,
        title: variant.title,
        sku: variant.sku ?? null,
        price: variant.price.minorUnits,
        currency,
        ...inventoryColumns(variant.inventory),
        createdAt: now,
        updatedAt: now,
      })),
    )
    .onConflictDoNothing()
    .returning({
      id: productVariants.id,
      version: productVariants.version,
      sourceId: productVariants.sourceId,
    });
  const made = new Set(inserted.map(({ sourceId }) => sourceId));
  const problems = variants.flatMap(({ sourceId }, index): UserError[] => {
    // The first of two with the same source id is in, the second is not.
    if (made.delete(sourceId)) return [];
    return [
      {
        code: 'CONFLICT',
        field: ['input', ...(field === null ? [] : [field, String(index)]), 'sourceId'],
        message: 'There is a variant with this source id already.',
      },
    ];
  });
  if (problems.length > 0) throw new Refused(...problems);
  return inserted;
}

export const VARIANT_CREATE = VARIANT.extend({ productId: id });

/** Adds a variant behind those that a product has. */
export const productVariantCreate: Command<z.infer<typeof VARIANT_CREATE>> = {
  name: 'productVariantCreate',
  async run({ productId, ...variant }, work) {
    const product = await lockProduct(work, { id: productId, field: 'input.productId' });
    if (product.kind === 'GROUPED') {
      refuse('NOT_ALLOWED', 'input.productId', 'A group has members, no variants.');
    }
    requireCurrency(work, variant.price.currency, product.currency, 'input.price.currencyCode');
    const [there] = await work.transaction
      .select({ number: count(), last: max(productVariants.position) })
      .from(productVariants)
      .where(and(eq(productVariants.productId, productId), isNull(productVariants.deletedAt)));
    if ((there?.number ?? 0) >= MOST) {
      refuse('NOT_ALLOWED', 'input.productId', `A product has at most ${MOST} variants.`);
    }
    const place = { productId, currency: product.currency, from: (there?.last ?? -1) + 1 };
    const [created] = await insertVariants(work, place, [variant], null);
    if (created === undefined) throw new TypeError('A variant was neither made nor refused.');
    await changeWithVariants(work, productId);
    return { id: created.id, version: created.version };
  },
};

export const VARIANT_UPDATE = z.object({
  id,
  version,
  title: keptUnlessGiven(words(255)),
  sku: wordsOrNone(255),
  price: keptUnlessGiven(price),
});

/** Changes what is given of a variant. */
export const productVariantUpdate: Command<z.infer<typeof VARIANT_UPDATE>> = {
  name: 'productVariantUpdate',
  async run(input, work) {
    const { product, variant } = await lockVariant(work, input);
    if (input.price) {
      requireCurrency(work, input.price.currency, variant.currency, 'input.price.currencyCode');
    }
    const version = await changeRow(work, productVariants, variant.id, {
      ...given(input, 'title', 'sku'),
      ...(input.price && { price: input.price.minorUnits }),
    });
    await changeWithVariants(work, product.id);
    return { id: variant.id, version };
  },
};

export const VARIANT_DELETE = z.object({ id, version });

/** Takes a variant away. Its row stays, out of everybody's sight, because orders refer to it. */
export const productVariantDelete: Command<z.infer<typeof VARIANT_DELETE>> = {
  name: 'productVariantDelete',
  async run(input, work) {
    const { product, variant } = await lockVariant(work, input);
    const version = await changeRow(work, productVariants, variant.id, {
      deletedAt: work.now,
      sourceId: variant.id,
    });
    await changeWithVariants(work, product.id);
    return { id: variant.id, version, productId: product.id };
  },
};
