import type { DemoRows } from '../../src/data/seed/generate.ts';
import { OWNER_ROLE } from '../../src/data/tables/columns.ts';
import type { AsRole } from './gateway.ts';
import { must } from './queries-seed.ts';

/** Quotes that orders took over, once they are stored so: the newest one the newest order, the oldest the oldest. */
export function takenQuotes({ quotes, orders }: DemoRows) {
  const byTime = <T extends { readonly createdAt: Date }>(rows: readonly T[]) =>
    rows.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const [ordered, quoted] = [byTime(orders), byTime(quotes)];
  return [0, -1].map((place) => ({
    quote: must(quoted.at(place)),
    order: must(ordered.at(place)),
  }));
}

/** Stores of the quotes of a store which order took them over; the demo data has no such quote. */
export async function takeQuotesOver(asRole: AsRole, rows: DemoRows): Promise<void> {
  const store = must(rows.stores[0]).id;
  const text = 'update commerce.quotes set order_id = $2, order_created_at = $3 where id = $1';
  await asRole(OWNER_ROLE, [
    [
      "select set_config('scopegate.store_id', $1, true), set_config('scopegate.orders_since', '-infinity', true)",
      [store],
    ],
    ...takenQuotes(rows).map(
      ({ quote, order }) => [text, [quote.id, order.id, order.createdAt]] as const,
    ),
  ]);
}
