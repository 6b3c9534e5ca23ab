import { z } from 'zod';
import { PRODUCT_KINDS, PRODUCT_STATUSES } from '../../data/values.ts';
import { inventory } from '../inventory.ts';
import { sourceId } from '../order-shapes.ts';
import { text, webUrl, words, wordsOrNone } from '../shapes.ts';
import {
  distinct,
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
  quantity: z.int().min(1, 'It is 1 to 1,000.').max(1_000, 'It is 1 to 1,000.'),
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
        distinct(
          ({ sourceProductId }) => sourceProductId,
          'sourceProductId',
          'It is in the group already. Say how many there are by its quantity.',
        ),
      ),
      ...times(context),
    })
    .refine(inOrder, IN_ORDER)
    .superRefine(({ kind, inventory, variants, members }, { addIssue }) => {
      const refused = (path: string, message: string) =>
        addIssue({ code: 'custom', path: [path], message });
      const isGroup = kind === 'GROUPED';
      if (isGroup && variants.length > 0) refused('variants', 'A group has members, no variants.');
      if (isGroup && members.length === 0) refused('members', 'A group needs its members.');
      if (!isGroup && members.length > 0) refused('members', 'Only a group has members.');
      if (variants.length > 0 && inventory !== null) {
        refused('inventory', 'The inventory of a product with variants is that of its variants.');
      }
      if (variants.length === 0 && inventory === null) {
        refused('inventory', 'A product without variants has an inventory of its own: say it.');
      }
    });

export type ProductRecord = z.infer<ReturnType<typeof productShape>>;
