import { and, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { productMembers, products, productVariants } from '../data/tables/products.ts';
import { PRODUCT_KINDS, PRODUCT_STATUSES } from '../data/values.ts';
import { changeRow, given } from './changes.ts';
import { type Command, Refused, refuse, type UserError, type Work } from './command.ts';
import { inventory, inventoryColumns, inventoryOfVariants } from './inventory.ts';
import { price } from './money.ts';
import { fitsItsKind, TWICE_IN_GROUP } from './product-rules.ts';
import { insertVariants, VARIANT } from './product-variants.ts';
import { lockProduct } from './products-in-sight.ts';
import {
  distinct,
  id,
  keptUnlessGiven,
  text,
  version,
  webUrl,
  words,
  wordsOrNone,
} from './shapes.ts';
import { requireCurrency, storeCurrency } from './store-currency.ts';

const MEMBER = z.object({
  productId: id,
  quantity: z
    .number()
    .int()
    .min(1, 'A group has at least one of each member.')
    .max(1_000, 'A group has at most 1000 of a member.'),
});

const MEMBERS = z
  .array(MEMBER)
  .min(1, 'A group has at least one member.')
  .max(100, 'A group has at most 100 members.')
  .superRefine(distinct(({ productId }) => productId, 'productId', TWICE_IN_GROUP));

const descriptive = {
  description: text(20_000)
    .transform((given) => (given.trim() === '' ? null : given))
    .nullish(),
  imageUrl: webUrl.nullish(),
  sku: wordsOrNone(255),
};

export const PRODUCT_CREATE = z
  .object({
    sourceId: words(255),
    name: words(255),
    status: z.enum(PRODUCT_STATUSES),
    kind: z.enum(PRODUCT_KINDS),
    price,
    ...descriptive,
    inventory: inventory.nullish(),
    variants: z.array(VARIANT).max(250, 'A product has at most 250 variants.').nullish(),
    members: MEMBERS.nullish(),
  })
  .superRefine(fitsItsKind);

/** Creates a product with its variants, or a group with its members. */
export const productCreate: Command<z.infer<typeof PRODUCT_CREATE>> = {
  name: 'productCreate',
  async run(input, work) {
    const { transaction, storeId, now } = work;
    if (input.members) await lockGroups(work);
    const currency = await storeCurrency(work);
    const variants = input.variants ?? [];
    requireCurrency(work, input.price.currency, currency, 'input.price.currencyCode');
    variants.forEach(({ price }, index) => {
      const field = `input.variants.${index}.price.currencyCode`;
      requireCurrency(work, price.currency, currency, field);
    });
    const stock = input.inventory
      ? inventoryColumns(input.inventory)
      : inventoryOfVariants(variants.map((variant) => inventoryColumns(variant.inventory)));
    const [created] = await transaction
      .insert(products)
      .values({
        id: work.newId('prd'),
        storeId,
        sourceId: input.sourceId,
        name: input.name,
        description: input.description ?? null,
        imageUrl: input.imageUrl ?? null,
        status: input.status,
        kind: input.kind,
        sku: input.sku ?? null,
        price: input.price.minorUnits,
        currency,
        ...stock,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: products.id, version: products.version });
    if (created === undefined) {
      refuse('CONFLICT', 'input.sourceId', 'There is a product with this source id already.');
    }
    await insertVariants(work, { productId: created.id, currency, from: 0 }, variants, 'variants');
    if (input.members) await putMembers(work, created.id, input.members);
    work.emit('product.created', created.id);
    return created;
  },
};

export const PRODUCT_UPDATE = z.object({
  id,
  version,
  name: keptUnlessGiven(words(255)),
  status: keptUnlessGiven(z.enum(PRODUCT_STATUSES)),
  price: keptUnlessGiven(price),
  ...descriptive,
  members: keptUnlessGiven(MEMBERS),
});

/** Changes what is given of a product; a group's members all at once. */
export const productUpdate: Command<z.infer<typeof PRODUCT_UPDATE>> = {
  name: 'productUpdate',
  async run(input, work) {
    if (input.members) await lockGroups(work);
    const product = await lockProduct(work, input);
    if (input.price) {
      requireCurrency(work, input.price.currency, product.currency, 'input.price.currencyCode');
    }
    if (input.members && product.kind !== 'GROUPED') {
      refuse('NOT_ALLOWED', 'input.members', 'Only a group has members.');
    }
    const version = await changeRow(work, products, product.id, {
      ...given(input, 'name', 'status', 'description', 'imageUrl', 'sku'),
      ...(input.price && { price: input.price.minorUnits }),
    });
    if (input.members) await replaceMembers(work, product.id, input.members);
    work.emit('product.updated', product.id);
    return { id: product.id, version };
  },
};

export const PRODUCT_TARGET = z.object({ id, version });

/** Takes a product off sale and keeps it. One that is archived stays as it is. */
export const productArchive: Command<z.infer<typeof PRODUCT_TARGET>> = {
  name: 'productArchive',
  async run(input, work) {
    const { id, status, version } = await lockProduct(work, input);
    if (status === 'ARCHIVED') return { id, version };
    const archived = await changeRow(work, products, id, { status: 'ARCHIVED' });
    work.emit('product.updated', id);
    return { id, version: archived };
  },
};

/**
 * Deletes a product with its variants, and takes it out of the groups that contain it. The rows stay, out of
 * everybody's sight, because orders refer to them; their source ids are free again.
 */
export const productDelete: Command<z.infer<typeof PRODUCT_TARGET>> = {
  name: 'productDelete',
  async run(input, work) {
    const { transaction, now } = work;
    await lockGroups(work);
    const { id } = await lockProduct(work, input);
    await transaction.delete(productMembers).where(eq(productMembers.groupId, id));
    const left = await transaction
      .delete(productMembers)
      .where(eq(productMembers.productId, id))
      .returning({ id: productMembers.groupId });
    for (const group of left) {
      await changeRow(work, products, group.id, {});
      work.emit('product.updated', group.id);
    }
    await transaction
      .update(productVariants)
      .set({
        deletedAt: now,
        sourceId: sql`${productVariants.id}`,
        version: sql`${productVariants.version} + 1`,
      })
      .where(and(eq(productVariants.productId, id), sql`${productVariants.deletedAt} is null`));
    const version = await changeRow(work, products, id, { deletedAt: now, sourceId: id });
    work.emit('product.deleted', id);
    return { id, version };
  },
};

/**
 * Makes changes to groups and deletions of what they contain wait for each other, so that no group is left with a
 * member that is gone, and none of them waits for a row that the other one holds. To be taken before any row.
 */
async function lockGroups({ transaction, storeId }: Work): Promise<void> {
  const key = `scopegate groups of ${storeId}`;
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
}

type Members = z.infer<typeof MEMBERS>;

async function replaceMembers(work: Work, groupId: string, members: Members): Promise<void> {
  await work.transaction.delete(productMembers).where(eq(productMembers.groupId, groupId));
  await putMembers(work, groupId, members);
}

async function putMembers(work: Work, groupId: string, members: Members): Promise<void> {
  const { transaction, storeId } = work;
  const ids = members.map(({ productId }) => productId);
  const found = await transaction
    .select({ id: products.id, kind: products.kind })
    .from(products)
    .where(and(inArray(products.id, ids), sql`${products.deletedAt} is null`));
  const kinds = new Map(found.map(({ id, kind }) => [id, kind]));
  const problems = members.flatMap(({ productId }, index): UserError[] => {
    const field = ['input', 'members', String(index), 'productId'];
    switch (kinds.get(productId)) {
      case 'SIMPLE':
        return [];
      case 'GROUPED':
        return [{ code: 'NOT_ALLOWED', field, message: 'A group cannot be in a group.' }];
      default:
        return [{ code: 'NOT_FOUND', field, message: `There is no ${productId} in sight.` }];
    }
  });
  if (problems.length > 0) throw new Refused(...problems);
  await transaction
    .insert(productMembers)
    .values(members.map((member, position) => ({ ...member, storeId, groupId, position })));
}
