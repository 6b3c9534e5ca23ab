import type { Written } from '../../commands/command.ts';
import { INVENTORY_SET, productInventorySet } from '../../commands/inventory.ts';
import {
  productVariantCreate,
  productVariantDelete,
  productVariantUpdate,
  VARIANT_CREATE,
  VARIANT_DELETE,
  VARIANT_UPDATE,
} from '../../commands/product-variants.ts';
import {
  PRODUCT_CREATE,
  PRODUCT_TARGET,
  PRODUCT_UPDATE,
  productArchive,
  productCreate,
  productDelete,
  productUpdate,
} from '../../commands/products.ts';
import { builder } from '../builder.ts';
import { MoneyInput } from '../money-input.ts';
import { mutation } from '../mutation.ts';
import { Product, ProductKind, ProductStatus, ProductVariant } from './product.ts';

const write = { write_products: true } as const;
const writeAndRead = { write_products: true, read_products: true } as const;

const product = {
  name: 'product',
  type: Product,
  batch: 'productById',
  authScopes: writeAndRead,
  description: 'The product as it is now.',
} as const;

const productOf = {
  ...product,
  idOf: ({ productId }: Written) => String(productId),
} as const;

const variant = {
  name: 'variant',
  type: ProductVariant,
  batch: 'productVariantById',
  authScopes: writeAndRead,
  description: 'The variant as it is now.',
} as const;

const STALE = 'The version that was read: what changed since is left alone.';

const InventoryInput = builder.inputType('InventoryInput', {
  description: 'How much of something there is: one of the two.',
  fields: (t) => ({
    quantity: t.int({ description: 'How many pieces there are, where they are counted.' }),
    inStock: t.boolean({ description: 'Whether there is any, where they are not counted.' }),
  }),
});

const VariantInput = builder.inputType('ProductVariantInput', {
  description: 'A variant of a new product.',
  fields: (t) => ({
    sourceId: t.string({ required: true, description: "The id on the merchant's platform." }),
    title: t.string({ required: true, description: 'What sets it apart from the others.' }),
    sku: t.string({ description: 'Stock keeping unit.' }),
    price: t.field({ type: MoneyInput, required: true, description: 'Its price.' }),
    inventory: t.field({
      type: InventoryInput,
      required: true,
      description: 'How much of it there is.',
    }),
  }),
});

const MemberInput = builder.inputType('ProductMemberInput', {
  description: 'A product inside a group.',
  fields: (t) => ({
    productId: t.id({ required: true, description: 'The product, which is no group itself.' }),
    quantity: t.int({ required: true, description: 'How many of it the group contains.' }),
  }),
});

const ProductCreateInput = builder.inputType('ProductCreateInput', {
  description: "A product of the merchant's platform.",
  fields: (t) => ({
    sourceId: t.string({ required: true, description: "The id on the merchant's platform." }),
    name: t.string({ required: true, description: 'The name that shoppers see.' }),
    status: t.field({ type: ProductStatus, required: true, description: 'Whether it is on sale.' }),
    kind: t.field({
      type: ProductKind,
      required: true,
      description: 'Whether it is sold by itself or groups others. This never changes.',
    }),
    price: t.field({
      type: MoneyInput,
      required: true,
      description: "Its price before a variant is chosen, in the store's currency.",
    }),
    description: t.string({ description: 'What the store says about it.' }),
    imageUrl: t.string({ description: 'Where its image is.' }),
    sku: t.string({ description: 'Stock keeping unit of the product itself.' }),
    inventory: t.field({
      type: InventoryInput,
      description: 'How much of it there is. A product with variants has what they have.',
    }),
    variants: t.field({ type: [VariantInput], description: 'Its variants, at most 250.' }),
    members: t.field({
      type: [MemberInput],
      description: 'What a group contains; only a group has members.',
    }),
  }),
});

mutation({
  command: productCreate,
  description: 'Creates a product with its variants, or a group with its members.',
  authScopes: write,
  input: ProductCreateInput,
  shape: PRODUCT_CREATE,
  returns: product,
  idempotent: true,
});

const ProductUpdateInput = builder.inputType('ProductUpdateInput', {
  description: 'What to change of a product. What is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The product.' }),
    version: t.int({ description: STALE }),
    name: t.string({ description: 'The name that shoppers see.' }),
    status: t.field({ type: ProductStatus, description: 'Whether it is on sale.' }),
    price: t.field({
      type: MoneyInput,
      description: "Its price before a variant is chosen, in the store's currency.",
    }),
    description: t.string({ description: 'What the store says about it; null empties it.' }),
    imageUrl: t.string({ description: 'Where its image is; null for none.' }),
    sku: t.string({ description: 'Stock keeping unit of the product itself; null for none.' }),
    members: t.field({
      type: [MemberInput],
      description: 'All that a group contains, instead of what is there.',
    }),
  }),
});

mutation({
  command: productUpdate,
  description: 'Changes a product. Its variants and its inventory have mutations of their own.',
  authScopes: write,
  input: ProductUpdateInput,
  shape: PRODUCT_UPDATE,
  returns: product,
});

const targetInput = (name: string, what: string) =>
  builder.inputType(name, {
    description: `Which ${what} it is about.`,
    fields: (t) => ({
      id: t.id({ required: true, description: `The ${what}.` }),
      version: t.int({ description: STALE }),
    }),
  });

mutation({
  command: productArchive,
  description: 'Takes a product off sale and keeps it. One that is archived stays as it is.',
  authScopes: write,
  input: targetInput('ProductArchiveInput', 'product'),
  shape: PRODUCT_TARGET,
  returns: product,
});

mutation({
  command: productDelete,
  description:
    'Deletes a product with its variants, and takes it out of the groups that contain it. Orders keep what they say of it.',
  authScopes: write,
  input: targetInput('ProductDeleteInput', 'product'),
  shape: PRODUCT_TARGET,
  returns: null,
});

const VariantCreateInput = builder.inputType('ProductVariantCreateInput', {
  description: 'A further variant of a product.',
  fields: (t) => ({
    productId: t.id({ required: true, description: 'The product, which is no group.' }),
    sourceId: t.string({ required: true, description: "The id on the merchant's platform." }),
    title: t.string({ required: true, description: 'What sets it apart from the others.' }),
    sku: t.string({ description: 'Stock keeping unit.' }),
    price: t.field({ type: MoneyInput, required: true, description: 'Its price.' }),
    inventory: t.field({
      type: InventoryInput,
      required: true,
      description: 'How much of it there is.',
    }),
  }),
});

mutation({
  command: productVariantCreate,
  description: 'Adds a variant behind those that a product has.',
  authScopes: write,
  input: VariantCreateInput,
  shape: VARIANT_CREATE,
  returns: variant,
  idempotent: true,
});

const VariantUpdateInput = builder.inputType('ProductVariantUpdateInput', {
  description: 'What to change of a variant. What is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The variant.' }),
    version: t.int({ description: STALE }),
    title: t.string({ description: 'What sets it apart from the others.' }),
    sku: t.string({ description: 'Stock keeping unit; null for none.' }),
    price: t.field({ type: MoneyInput, description: 'Its price.' }),
  }),
});

mutation({
  command: productVariantUpdate,
  description: 'Changes a variant. Its inventory has a mutation of its own.',
  authScopes: write,
  input: VariantUpdateInput,
  shape: VARIANT_UPDATE,
  returns: variant,
});

mutation({
  command: productVariantDelete,
  description: 'Takes a variant away. Orders keep what they say of it.',
  authScopes: write,
  input: targetInput('ProductVariantDeleteInput', 'variant'),
  shape: VARIANT_DELETE,
  returns: { ...productOf, description: 'The product, without it.' },
});

const InventorySetInput = builder.inputType('ProductInventorySetInput', {
  description: 'How much there is of a product or variant: a quantity, or whether it is in stock.',
  fields: (t) => ({
    id: t.id({
      required: true,
      description: 'The variant; the product itself where it has no variants.',
    }),
    version: t.int({ description: STALE }),
    quantity: t.int({ description: 'How many pieces there are, where they are counted.' }),
    inStock: t.boolean({ description: 'Whether there is any, where they are not counted.' }),
  }),
});

mutation({
  command: productInventorySet,
  description:
    'Says how much there is. The inventory of a product with variants follows from theirs.',
  authScopes: write,
  input: InventorySetInput,
  shape: INVENTORY_SET,
  returns: { ...productOf, description: 'The product, with its inventory as it is now.' },
});
