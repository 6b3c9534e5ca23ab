import { eq, or } from 'drizzle-orm';
import { stores } from '../data/tables/stores.ts';
import type { Transaction } from '../data/transactions.ts';
import type { Accounts, MerchantStore } from './accounts.ts';
import { type AppRecord, isInstallableIn } from './app-records.ts';
import { invalid } from './app-shapes.ts';

/**
 * The person's stores that an app's request can be about: those in which the app may be installed, and where the
 * request names one by id or domain that one alone.
 */
export async function askedStores(
  accounts: Accounts,
  merchantId: string,
  app: AppRecord,
  named: unknown,
): Promise<readonly MerchantStore[]> {
  const own = await accounts.storesOf(merchantId);
  return own.filter(
    ({ id, domain }) =>
      isInstallableIn(app, id) && (named === undefined || named === id || named === domain),
  );
}

/**
 * The id of the store with this id or domain.
 *
 * @throws AppError INVALID_INPUT when there is none, beginning with the member of the input that names it.
 */
export async function storeIdOf(
  transaction: Transaction,
  reference: string,
  member?: string,
): Promise<string> {
  const [store] = await transaction
    .select({ id: stores.id })
    .from(stores)
    .where(or(eq(stores.id, reference), eq(stores.domain, reference)));
  if (store !== undefined) return store.id;
  throw invalid(`${member === undefined ? '' : `${member}: `}There is no store "${reference}".`);
}
