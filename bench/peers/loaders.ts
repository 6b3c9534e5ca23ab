import DataLoader from 'dataloader';
import {
  type ClaimRow,
  type CustomerRow,
  grouped,
  keyed,
  type LineItemRow,
  type ProductRow,
  type Reader,
} from './rows.ts';

/** The batching of one request, as DataLoader's documentation has it: made anew for each, batch functions in key order. */
export interface Loaders {
  readonly customer: DataLoader<string, CustomerRow | null>;
  readonly product: DataLoader<string, ProductRow | null>;
  readonly lineItems: DataLoader<string, readonly LineItemRow[]>;
  readonly claims: DataLoader<string, readonly ClaimRow[]>;
}

export function createLoaders(reader: Reader): Loaders {
  return {
    customer: new DataLoader(async (ids) => {
      const rows = keyed(await reader.customers(ids));
      return ids.map((id) => rows.get(id) ?? null);
    }),
    product: new DataLoader(async (ids) => {
      const rows = keyed(await reader.products(ids));
      return ids.map((id) => rows.get(id) ?? null);
    }),
    lineItems: new DataLoader(async (ids) => {
      const rows = grouped(await reader.lineItems(ids));
      return ids.map((id) => rows.get(id) ?? []);
    }),
    claims: new DataLoader(async (ids) => {
      const rows = grouped(await reader.claims(ids));
      return ids.map((id) => rows.get(id) ?? []);
    }),
  };
}
