import type { Written } from '../../commands/command.ts';
import {
  productVariantCreate,
  productVariantDelete,
  productVariantUpdate,
  VARIANT_CREATE,
  VARIANT_DELETE,
  VARIANT_UPDATE,
} from '../../commands/product-variants.ts';
import { builder, type Types } from '../builder.ts';
import { MoneyInput } from '../money-input.ts';
import { mutation, targetInput, versionIfRead } from '../mutation.ts';
import { Product, ProductVariant } from './product.ts';

export const writeProducts = { write_products: true } as const;
const writeAndRead = { write_products: true, read_products: true } as const;

/** The product that a mutation changed. */
export const returnedProduct = {
  name: 'product',
  type: Product,
  batch: 'productById',
  authScopes: writeAndRead,
  description: 'The product as it is now.',
} as const;

/** The product of what a mutation changed. */
export const productOf = {
  ...returnedProduct,
  idOf: ({ productId }: Written) => String(productId),
} as const;

const returnedVariant = {
  name: 'variant',
  type: ProductVariant,
  batch: 'productVariantById',
  authScopes: writeAndRead,
  description: 'The variant as it is now.',
} as const;

type InputFields = PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>;

export const inventoryFields = (t: InputFields) => ({
  quantity: t.int({
    description: 'How many pieces there are, 0 to 5,000,000, where they are counted.',
  }),
  inStock: t.boolean({ description: 'Whether there is any, where they are not counted.' }),
});

export const InventoryInput = builder.inputType('InventoryInput', {
  description: 'How much of something there is: one of the two.',
  fields: inventoryFields,
});

const variantFields = (t: InputFields) => ({
  sourceId: t.string({ required: true, description: "The id on the merchant's platform." }),
  title: t.string({ required: true, description: 'What sets it apart from the others.' }),
  sku: t.string({ description: 'Stock keeping unit.' }),
  price: t.field({
    type: MoneyInput,
    required: true,
    description: "Its price, in the store's currency.",
  }),
  inventory: t.field({
    type: InventoryInput,
    required: true,
    description: 'How much of it there is.',
  }),
});

export const ProductVariantInput = builder.inputType('ProductVariantInput', {
  description: 'A variant of a new product.',
  fields: variantFields,
});

mutation({
  command: productVariantCreate,
  description: 'Adds a variant behind those that a product has.',
  authScopes: writeProducts,
  input: builder.inputType('ProductVariantCreateInput', {
    description: 'A further variant of a product.',
    fields: (t) => ({
      productId: t.id({ required: true, description: 'The product, which is no group.' }),
      ...variantFields(t),
    }),
  }),
  shape: VARIANT_CREATE,
  returns: returnedVariant,
  idempotent: true,
});

mutation({
  command: productVariantUpdate,
  description: 'Changes a variant. Its inventory has a mutation of its own.',
  authScopes: writeProducts,
  input: builder.inputType('ProductVariantUpdateInput', {
    description: 'What to change of a variant. What is left out stays.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'The variant.' }),
      version: t.int({ description: versionIfRead('a variant') }),
      title: t.string({ description: 'What sets it apart from the others.' }),
      sku: t.string({ description: 'Stock keeping unit; null for none.' }),
      price: t.field({ type: MoneyInput, description: "Its price, in the store's currency." }),
    }),
  }),
  shape: VARIANT_UPDATE,
  returns: returnedVariant,
});

mutation({
  command: productVariantDelete,
  description: 'Deletes a variant. Orders keep what they say of it.',
  authScopes: writeProducts,
  input: targetInput('ProductVariantDeleteInput', 'delete', 'variant'),
  shape: VARIANT_DELETE,
  returns: { ...productOf, description: 'The product, without it.' },
});
