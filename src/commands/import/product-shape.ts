import { z } from 'zod';
import { PRODUCT_KINDS, PRODUCT_STATUSES } from '../../data/values.ts';
import { inventory } from '../inventory.ts';
import { sourceId } from '../order-shapes.ts';
import { fitsItsKind, TWICE_IN_GROUP } from '../product-rules.ts';
import { distinct, text, webUrl, words, wordsOrNone } from '../shapes.ts';
import {
  IN_ORDER,
  inOrder,
  orNone,
  orNull,
  platformValue,
  type ShapeContext,
  storeMoney,
  times,
} from './shapes.ts';

const STOCK = z
  .strictObject({ quantity: z.unknown().optional(), inStock: z.unknown().optional() })
  .pipe(inventory);

const MEMBER = z.strictObject({
  sourceProductId: sourceId,
  quantity: z
    .int()
    .min(1, 'It has to be from 1 to 1,000.')
    .max(1_000, 'It has to be from 1 to 1,000.'),
});

const variant = (context: ShapeContext) =>
  z.strictObject({
    sourceId,
    title: words(255),
    sku: wordsOrNone(255),
    price: storeMoney(context),
    inventory: STOCK,
  });

/** A product with its variants, or a group with its members, as a line says it. */
export const productShape = (context: ShapeContext) =>
  z
    .strictObject({
      type: z.literal('product'),
      sourceId,
      name: words(255),
      status: platformValue(PRODUCT_STATUSES, 'status', context),
      kind: z.enum(PRODUCT_KINDS).nullish(),
      price: storeMoney(context),
      description: orNull(text(20_000)),
      imageUrl: orNull(webUrl),
      sku: wordsOrNone(255),
      inventory: orNull(STOCK),
      variants: orNone(variant(context), 250).superRefine(
        distinct(({ sourceId }) => sourceId, 'sourceId', 'Another variant of the product has it.'),
      ),
      members: orNone(MEMBER, 100).superRefine(
        distinct(({ sourceProductId }) => sourceProductId, 'sourceProductId', TWICE_IN_GROUP),
      ),
      ...times(context),
    })
    .refine(inOrder, IN_ORDER)
    .superRefine((product, issues) => {
      const members = product.members.length > 0 ? product.members : null;
      fitsItsKind({ ...product, members }, issues);
    });

export type ProductRecord = z.infer<ReturnType<typeof productShape>>;
