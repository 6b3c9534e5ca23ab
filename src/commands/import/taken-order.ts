import type { orders } from '../../data/tables/orders.ts';
import type { OrderRecord } from './order-shape.ts';
import type { Entry } from './records.ts';

/** An order that may be taken as its line says it, and what there is of it. */
export interface TakenOrder {
  readonly entry: Entry<OrderRecord>;
  readonly id: string;
  readonly before: typeof orders.$inferSelect | undefined;
  readonly customer: { readonly id: string; readonly isErased: boolean } | null;
  readonly originalOrderId: string | null;
}
