import type { Row } from '../../data/entities.ts';
import { PRODUCT_KINDS, PRODUCT_STATUSES } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { derived, edge, lookup } from '../fields.ts';
import { connectionType, filtering, list, ordering, period } from '../list.ts';
import { money } from '../money.ts';
import { Node } from '../node.ts';
import { platformEnum } from '../platform-enum.ts';
import { VERSION } from './store-settings.ts';

export const ProductStatus = platformEnum('ProductStatus', {
  description: 'Whether a product is on sale.',
  values: PRODUCT_STATUSES,
});

export const ProductKind = builder.enumType('ProductKind', {
  description: 'Whether a product is sold by itself or is a group of others.',
  values: PRODUCT_KINDS,
});

const products = { read_products: true } as const;

interface InventoryColumns {
  readonly inventoryTracked: boolean;
  readonly inventoryQuantity: number | null;
  readonly inStock: boolean;
}

const Inventory = builder.objectRef<InventoryColumns>('Inventory').implement({
  description: 'How much of something there is.',
  authScopes: products,
  fields: (t) => ({
    tracked: t.exposeBoolean('inventoryTracked', {
      description: 'Whether the platform counts pieces.',
    }),
    quantity: t.exposeInt('inventoryQuantity', {
      nullable: true,
      description: 'How many pieces there are; null when they are not counted.',
    }),
    inStock: t.exposeBoolean('inStock', { description: 'Whether there is any.' }),
  }),
});

const inventory = {
  type: Inventory,
  description: 'How much of it there is.',
  ...derived(
    ['inventoryTracked', 'inventoryQuantity', 'inStock'],
    (row: InventoryColumns): InventoryColumns => row,
  ),
};

export const ProductVariant = builder.objectRef<Row<'productVariant'>>('ProductVariant').implement({
  description: 'One version of a product: a size, a colour.',
  interfaces: [Node],
  authScopes: products,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `var_`.' }),
    sourceId: t.exposeString('sourceId', { description: "The id on the merchant's platform." }),
    title: t.exposeString('title', { description: 'What sets it apart from the others.' }),
    sku: t.exposeString('sku', { nullable: true, description: 'Stock keeping unit.' }),
    price: t.field(money('price', 'Its price.')),
    inventory: t.field(inventory),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    version: t.exposeInt('version', { description: VERSION }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

const ProductVariantConnection = connectionType(ProductVariant, products);

const ProductMember = builder.objectRef<Row<'productMember'>>('ProductMember').implement({
  description: 'A product inside a grouped product.',
  authScopes: products,
  fields: (t) => ({
    quantity: t.exposeInt('quantity', { description: 'How many of it the group contains.' }),
  }),
});

const ProductMemberConnection = connectionType(ProductMember, products);

export const Product = builder.objectRef<Row<'product'>>('Product').implement({
  description: 'Something that the store sells.',
  interfaces: [Node],
  authScopes: products,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `prd_`.' }),
    sourceId: t.exposeString('sourceId', { description: "The id on the merchant's platform." }),
    name: t.exposeString('name', { description: 'The name that shoppers see.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What the store says about it.',
    }),
    imageUrl: t.exposeString('imageUrl', { nullable: true, description: 'Where its image is.' }),
    status: t.expose('status', { type: ProductStatus, description: 'Whether it is on sale.' }),
    kind: t.expose('kind', {
      type: ProductKind,
      description: 'Whether it is sold by itself or groups others.',
    }),
    sku: t.exposeString('sku', {
      nullable: true,
      description: 'Stock keeping unit; null where only the variants have one.',
    }),
    price: t.field(money('price', 'Its price, before a variant is chosen.')),
    inventory: t.field(inventory),
    variants: t.field({
      description: 'Its variants, in the order of the store.',
      ...list(t, {
        type: ProductVariantConnection,
        batch: 'variantsByProduct',
        parent: 'id',
        columns: ['position', 'id'],
        direction: 'asc',
      }),
    }),
    members: t.field({
      description: 'The products it groups; empty for a simple product.',
      ...list(t, {
        type: ProductMemberConnection,
        batch: 'membersByGroup',
        parent: 'id',
        columns: ['position', 'productId'],
        direction: 'asc',
      }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    version: t.exposeInt('version', { description: VERSION }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

builder.objectField(ProductMember, 'product', (t) =>
  t.field({
    type: Product,
    nullable: true,
    description: 'The product.',
    ...edge('productById', 'productId'),
  }),
);

builder.objectField(ProductVariant, 'product', (t) =>
  t.field({
    type: Product,
    nullable: true,
    description: 'The product it is a version of.',
    ...edge('productById', 'productId'),
  }),
);

const ProductConnection = connectionType(Product, products);

const productOrdering = ordering<'product'>('Product', {
  CREATED_AT: { columns: ['createdAt', 'id'], description: 'When the product was created.' },
  UPDATED_AT: { columns: ['updatedAt', 'id'], description: 'When the product last changed.' },
  NAME: { columns: ['nameLower', 'id'], description: 'The name, in any case.' },
});

const productFiltering = filtering<'product'>('Product', {
  sku: {
    type: 'String',
    column: 'sku',
    operator: 'equals',
    description: 'The whole stock keeping unit of the product itself.',
  },
  namePrefix: {
    type: 'String',
    column: 'nameLower',
    operator: 'prefix',
    lowerCase: true,
    description: 'How the name begins, in any case.',
  },
  status: {
    type: ProductStatus,
    column: 'status',
    operator: 'equals',
    description: 'Only products with this status.',
  },
  kind: {
    type: ProductKind,
    column: 'kind',
    operator: 'equals',
    description: 'Only products of this kind.',
  },
  ...period('updated', 'Changed'),
});

builder.queryFields((t) => ({
  product: t.field({
    type: Product,
    nullable: true,
    authScopes: products,
    description: 'A product by id.',
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    ...lookup('productById', 'id'),
  }),
  productBySourceId: t.field({
    type: Product,
    nullable: true,
    authScopes: products,
    description: "A product by the id on the merchant's platform.",
    args: {
      sourceId: t.arg.string({ required: true, description: "The merchant platform's id." }),
    },
    ...lookup('productBySourceId', 'sourceId'),
  }),
  products: t.field({
    nullable: true,
    authScopes: products,
    description: 'The products of the store, newest first.',
    ...list(t, {
      type: ProductConnection,
      batch: 'products',
      parent: null,
      columns: ['createdAt', 'id'],
      direction: 'desc',
      ordering: productOrdering,
      filtering: productFiltering,
    }),
  }),
}));
