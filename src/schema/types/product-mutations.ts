import { INVENTORY_SET, productInventorySet } from '../../commands/inventory.ts';
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
import { mutation, targetInput, versionIfRead } from '../mutation.ts';
import { ProductKind, ProductStatus } from './product.ts';
import {
  InventoryInput,
  inventoryFields,
  ProductVariantInput,
  productOf,
  returnedProduct,
  writeProducts,
} from './product-variant-mutations.ts';

const MemberInput = builder.inputType('ProductMemberInput', {
  description: 'A product inside a group.',
  fields: (t) => ({
    productId: t.id({ required: true, description: 'The product, which is no group itself.' }),
    quantity: t.int({
      required: true,
      description: 'How many of it the group contains, 1 to 1,000.',
    }),
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
    variants: t.field({ type: [ProductVariantInput], description: 'Its variants, at most 250.' }),
    members: t.field({
      type: [MemberInput],
      description: 'What a group contains, 1 to 100 products; only a group has members.',
    }),
  }),
});

mutation({
  command: productCreate,
  description: 'Creates a product with its variants, or a group with its members.',
  authScopes: writeProducts,
  input: ProductCreateInput,
  shape: PRODUCT_CREATE,
  returns: returnedProduct,
  idempotent: true,
});

const ProductUpdateInput = builder.inputType('ProductUpdateInput', {
  description: 'What to change of a product. What is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The product.' }),
    version: t.int({ description: versionIfRead('a product') }),
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
  authScopes: writeProducts,
  input: ProductUpdateInput,
  shape: PRODUCT_UPDATE,
  returns: returnedProduct,
});

mutation({
  command: productArchive,
  description: 'Takes a product off sale and keeps it. One that is archived stays as it is.',
  authScopes: writeProducts,
  input: targetInput('ProductArchiveInput', 'archive', 'product'),
  shape: PRODUCT_TARGET,
  returns: returnedProduct,
});

mutation({
  command: productDelete,
  description:
    'Deletes a product with its variants, and takes it out of the groups that contain it. Orders keep what they say of it.',
  authScopes: writeProducts,
  input: targetInput('ProductDeleteInput', 'delete', 'product'),
  shape: PRODUCT_TARGET,
  returns: null,
});

const InventorySetInput = builder.inputType('ProductInventorySetInput', {
  description: 'How much there is of a product or variant: a quantity, or whether it is in stock.',
  fields: (t) => ({
    id: t.id({
      required: true,
      description: 'The variant; the product itself where it has no variants.',
    }),
    version: t.int({ description: versionIfRead('one') }),
    ...inventoryFields(t),
  }),
});

mutation({
  command: productInventorySet,
  description:
    'Says how much there is. The inventory of a product with variants follows from theirs.',
  authScopes: writeProducts,
  input: InventorySetInput,
  shape: INVENTORY_SET,
  returns: { ...productOf, description: 'The product, with its inventory as it is now.' },
});
