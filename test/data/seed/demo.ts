import { type DemoRows, generateDemo } from '../../../src/data/seed/generate.ts';

/** What the tests of the demo data are relative to. */
export const NOW = new Date('2026-11-21T10:20:30.456Z');

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The demo data of `NOW`, by store. */
export const demo = [...generateDemo(NOW)];

/** The rows of a table in all stores. */
export const all = <T extends keyof DemoRows>(table: T) =>
  demo.flatMap((rows): DemoRows[T][number][] => rows[table]);

export const sum = (amounts: readonly bigint[]) =>
  amounts.reduce((total, amount) => total + amount, 0n);

/** The rows by a key of theirs. */
export function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/** The rows by their id; asking for one that is not there fails the test. */
export function byId<T extends { readonly id: string }>(rows: readonly T[]) {
  const found = new Map(rows.map((row) => [row.id, row]));
  return (id: string | null | undefined): T => {
    const row = found.get(id ?? '');
    if (row === undefined) throw new Error(`no row has the id ${id}`);
    return row;
  };
}

/** Each value once, sorted. */
export const distinct = (values: readonly unknown[]) => [...new Set(values.map(String))].sort();

/** Every sum that the store's orders show. */
export const sumsOf = (rows: DemoRows) =>
  new Set(
    rows.orders.flatMap((order) => [
      ...[order.subtotal, order.discountTotal, order.shippingTotal, order.taxTotal, order.total],
      ...[order.premiumPaid, order.premiumCost, order.premiumDiscount],
    ]),
  );

/** Every date that the store's orders and their fulfilments show, as text. */
export const orderDatesOf = (rows: DemoRows) =>
  new Set(
    [
      ...rows.orders.flatMap((order) => [
        ...[order.createdAt, order.updatedAt, order.cancelledAt, order.protectionCancelledAt],
      ]),
      ...rows.fulfillments.flatMap((row) => [row.createdAt, row.updatedAt, row.deliveredAt]),
    ].flatMap((date) => date?.toISOString() ?? []),
  );
