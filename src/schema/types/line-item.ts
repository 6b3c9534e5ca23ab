import type { Row } from '../../data/entities.ts';
import { builder } from '../builder.ts';
import { derived, edge } from '../fields.ts';
import { connectionType } from '../list.ts';
import { MoneyType, money } from '../money.ts';
import { Node } from '../node.ts';
import { Product, ProductVariant } from './product.ts';

const orders = { read_orders: true } as const;
const products = { read_products: true } as const;

export const LineItem = builder.objectRef<Row<'lineItem'>>('LineItem').implement({
  description: 'What was bought in an order: one product, as it was when it was bought.',
  interfaces: [Node],
  authScopes: orders,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `lin_`.' }),
    sourceId: t.exposeString('sourceId', { description: "The id on the merchant's platform." }),
    name: t.exposeString('name', { description: "The product's name when it was bought." }),
    variantTitle: t.exposeString('variantTitle', {
      nullable: true,
      description: "The variant's title when it was bought.",
    }),
    sku: t.exposeString('sku', { nullable: true, description: 'Stock keeping unit.' }),
    imageUrl: t.exposeString('imageUrl', { nullable: true, description: 'Where its image is.' }),
    quantity: t.exposeInt('quantity', { description: 'How many were bought.' }),
    refundedQuantity: t.exposeInt('refundedQuantity', {
      description: 'How many of them were refunded.',
    }),
    unitPrice: t.field(money('unitPrice', 'The price of one, before discounts.')),
    discountTotal: t.field(money('discountTotal', 'The discount on the whole line.')),
    taxTotal: t.field(money('taxTotal', 'The tax on the whole line.')),
    total: t.field({
      type: MoneyType,
      description: 'What the line came to: price times quantity, less the discount, without tax.',
      ...derived(
        ['unitPrice', 'quantity', 'discountTotal', 'currency'],
        (row: Row<'lineItem'>) => ({
          minorUnits: row.unitPrice * BigInt(row.quantity) - row.discountTotal,
          currency: row.currency,
        }),
      ),
    }),
    product: t.field({
      type: Product,
      nullable: true,
      authScopes: products,
      description: 'The product as it is now; null when it is gone from the catalogue.',
      ...edge('productById', 'productId'),
    }),
    variant: t.field({
      type: ProductVariant,
      nullable: true,
      authScopes: products,
      description: 'The variant as it is now; null when it is gone from the catalogue.',
      ...edge('productVariantById', 'variantId'),
    }),
  }),
});

export const LineItemConnection = connectionType(LineItem, orders);
