import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { PRODUCT_KINDS, PRODUCT_STATUSES } from '../values.ts';
import {
  commerce,
  identifier,
  livingPolicies,
  minorUnits,
  moment,
  oneOf,
  storePolicy,
  version,
} from './columns.ts';
import { stores } from './stores.ts';

/** Either a quantity is tracked, or the merchant's platform only says whether there is some. */
const inventory = () => ({
  inventoryTracked: boolean('inventory_tracked').notNull(),
  inventoryQuantity: integer('inventory_quantity'),
  inStock: boolean('in_stock').notNull(),
});

export const products = commerce.table(
  'products',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    sourceId: identifier('source_id').notNull(),
    name: text('name').notNull(),
    nameLower: identifier('name_lower').generatedAlwaysAs(sql`lower(name)`).notNull(),
    description: text('description'),
    imageUrl: text('image_url'),
    status: text('status').$type<(typeof PRODUCT_STATUSES)[number]>().notNull(),
    kind: text('kind').$type<(typeof PRODUCT_KINDS)[number]>().notNull(),
    sku: identifier('sku'),
    price: minorUnits('price').notNull(),
    currency: text('currency').notNull(),
    ...inventory(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    /** Set when it was deleted; its source id is then its own id, so that another may have it. */
    deletedAt: moment('deleted_at'),
    version: version(),
  },
  (table) => [
    ...livingPolicies(),
    unique('products_store_id_id').on(table.storeId, table.id),
    unique('products_store_id_source_id').on(table.storeId, table.sourceId),
    index('products_by_created').on(table.storeId, table.createdAt, table.id),
    index('products_by_updated').on(table.storeId, table.updatedAt, table.id),
    index('products_by_name').on(table.storeId, table.nameLower, table.id),
    index('products_by_sku').on(table.storeId, table.sku),
    check('products_status', oneOf('status', PRODUCT_STATUSES)),
    check('products_kind', oneOf('kind', PRODUCT_KINDS)),
    check('products_inventory', sql`inventory_tracked = (inventory_quantity is not null)`),
  ],
);

export const productVariants = commerce.table(
  'product_variants',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id').notNull(),
    productId: identifier('product_id').notNull(),
    sourceId: identifier('source_id').notNull(),
    position: integer('position').notNull(),
    title: text('title').notNull(),
    sku: identifier('sku'),
    price: minorUnits('price').notNull(),
    currency: text('currency').notNull(),
    ...inventory(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    /** Set when it was deleted; its source id is then its own id, so that another may have it. */
    deletedAt: moment('deleted_at'),
    version: version(),
  },
  (table) => [
    ...livingPolicies(),
    foreignKey({
      name: 'product_variants_product',
      columns: [table.storeId, table.productId],
      foreignColumns: [products.storeId, products.id],
    }),
    unique('product_variants_store_id_id').on(table.storeId, table.id),
    unique('product_variants_store_id_source_id').on(table.storeId, table.sourceId),
    index('product_variants_by_product').on(
      table.storeId,
      table.productId,
      table.position,
      table.id,
    ),
    check('product_variants_inventory', sql`inventory_tracked = (inventory_quantity is not null)`),
  ],
);

/** Which products a grouped product consists of. */
export const productMembers = commerce.table(
  'product_members',
  {
    storeId: identifier('store_id').notNull(),
    groupId: identifier('group_id').notNull(),
    productId: identifier('product_id').notNull(),
    position: integer('position').notNull(),
    quantity: integer('quantity').notNull(),
  },
  (table) => [
    storePolicy(),
    primaryKey({ columns: [table.groupId, table.productId] }),
    foreignKey({
      name: 'product_members_group',
      columns: [table.storeId, table.groupId],
      foreignColumns: [products.storeId, products.id],
    }),
    foreignKey({
      name: 'product_members_product',
      columns: [table.storeId, table.productId],
      foreignColumns: [products.storeId, products.id],
    }),
    index('product_members_by_group').on(
      table.storeId,
      table.groupId,
      table.position,
      table.productId,
    ),
    check('product_members_quantity', sql`quantity > 0`),
  ],
);
