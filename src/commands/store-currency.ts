import { eq } from 'drizzle-orm';
import { stores } from '../data/tables/stores.ts';
import { refuse, type Work } from './command.ts';

/** The currency of the store, which is that of everything it charges. */
export async function storeCurrency({ transaction, storeId }: Work): Promise<string> {
  const [store] = await transaction
    .select({ currency: stores.currency })
    .from(stores)
    .where(eq(stores.id, storeId));
  if (store === undefined) throw new TypeError(`There is no store ${storeId}.`);
  return store.currency;
}

/**
 * Refuses an amount in another currency than the store's, which its shoppers could never be charged.
 *
 * @throws Refused INVALID, which names the store's currency to a token that may read it.
 */
export function requireCurrency(
  { grantedScopes }: Work,
  currency: string,
  ofStore: string,
  field: string,
): void {
  if (currency === ofStore) return;
  const name = grantedScopes.has('read_store') ? `, ${ofStore}` : '';
  refuse('INVALID', field, `It has to be the currency of the store${name}.`);
}

/** The same for one amount alone. */
export async function requireStoreCurrency(
  work: Work,
  currency: string,
  field: string,
): Promise<void> {
  requireCurrency(work, currency, await storeCurrency(work), field);
}
