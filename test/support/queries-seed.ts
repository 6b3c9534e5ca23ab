import { inject } from 'vitest';
import { type DemoRows, generateDemo } from '../../src/data/seed/generate.ts';

const DAY = 86_400_000;

/** The moment that the demo data was made for; a gateway with this clock has an exact window. */
export const seededAt = (): Date => new Date(inject('seededAt'));

let seeded: readonly DemoRows[] | undefined;

/** The demo data again, in plain rows: what the databases under test were filled with. */
export function seededStores(): readonly DemoRows[] {
  seeded ??= [...generateDemo(seededAt())];
  return seeded;
}

/** The creation of the oldest order that a token without `read_all_orders` sees, at the seed's moment. */
export const windowStart = (): Date => new Date(seededAt().getTime() - 60 * DAY);

/** The days that reports are asked for: most of a year up to the seed's moment, of which each can be a period. */
export const reportedDays = (): { readonly from: string; readonly to: string } => {
  const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);
  return { from: dayOf(new Date(seededAt().getTime() - 360 * DAY)), to: dayOf(seededAt()) };
};

/** Rows of one store by its place among the demo stores. */
export function seededStore(index: number): DemoRows {
  const rows = seededStores()[index];
  if (rows === undefined) throw new TypeError(`There is no demo store ${index}.`);
  return rows;
}

/** The same rows without what hangs off orders placed before `since`; policies and claims outlive them. */
export function withinWindow(rows: DemoRows, since: Date): DemoRows {
  const recent = new Set(
    rows.orders.filter(({ createdAt }) => createdAt >= since).map(({ id }) => id),
  );
  return {
    ...rows,
    orders: rows.orders.filter(({ id }) => recent.has(id)),
    lineItems: rows.lineItems.filter(({ orderId }) => recent.has(orderId)),
    fulfillments: rows.fulfillments.filter(({ orderId }) => recent.has(orderId)),
    fulfillmentLineItems: rows.fulfillmentLineItems.filter(({ orderId }) => recent.has(orderId)),
    discountApplications: rows.discountApplications.filter(({ orderId }) => recent.has(orderId)),
  };
}

/** Every id with a prefix that the rows of a store have. */
export function idsOf(rows: DemoRows): string[] {
  return [
    rows.stores,
    rows.customers,
    rows.customerAddresses,
    rows.products,
    rows.productVariants,
    rows.orders,
    rows.lineItems,
    rows.fulfillments,
    rows.discounts,
    rows.policies,
    rows.claims,
    rows.quotes,
    rows.abTests,
    rows.abVariants,
  ].flatMap((table) => table.map(({ id }) => id));
}

/** The element, which a test relies on being there. */
export function must<T>(value: T | null | undefined, what = 'a value'): T {
  if (value === null || value === undefined) throw new TypeError(`The test needs ${what}.`);
  return value;
}

/** One of every `step` items. */
export const oneOf = <T>(items: readonly T[], step: number): T[] =>
  items.filter((_, index) => index % step === 0);

/** The items in groups of at most `size`. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
