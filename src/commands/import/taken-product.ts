import type { products } from '../../data/tables/products.ts';
import type { ProductRecord } from './product-shape.ts';
import type { Entry } from './records.ts';

/** A product that is taken as the line says it, and what there is of it. */
export interface TakenProduct {
  readonly entry: Entry<ProductRecord>;
  readonly id: string;
  readonly before: typeof products.$inferSelect | undefined;
}
