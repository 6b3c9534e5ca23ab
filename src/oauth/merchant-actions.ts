import { AppError } from '../errors.ts';
import type { Merchant, MerchantStore } from './accounts.ts';
import { type InstalledApp, listInstalledApps } from './installations.ts';
import { signedOutPage } from './pages/signed-out.tsx';
import { PATHS } from './paths.ts';
import {
  type Exchange,
  endSession,
  type PeopleContext,
  redirect,
  sendError,
  sendPage,
  sessionOf,
} from './people.ts';
import { uninstall, withdrawScopes } from './withdrawal.ts';

/** Somebody who is signed in, with the token that their forms carry. */
export interface SignedIn {
  readonly person: Merchant;
  readonly stores: readonly MerchantStore[];
  readonly csrf: string;
}

/** An installed app with the store that it is in. */
export interface InstalledInStore extends InstalledApp {
  readonly store: MerchantStore;
}

/** An installation in one of the person's stores; null for every other, whether it exists or not. */
export async function installedOf(
  { system }: PeopleContext,
  { stores }: SignedIn,
  installation: string,
): Promise<InstalledInStore | null> {
  for (const store of stores) {
    const found = await listInstalledApps(system, store.id);
    const one = found.find(({ installation: { id } }) => id === installation);
    if (one !== undefined) return { ...one, store };
  }
  return null;
}

/** Where the list of a store's apps is. */
export const listPath = (storeId: string) =>
  `${PATHS.merchantApps}?${new URLSearchParams({ store: storeId })}`;

/** Does what a form of somebody who is signed in asks for, and leads back to the list. */
export async function receiveAction(
  context: PeopleContext,
  exchange: Exchange,
  signedIn: SignedIn,
  form: URLSearchParams,
): Promise<void> {
  const { system, clock, logger, forms } = context;
  const { uid } = await sessionOf(context, exchange);
  if (!forms.check(form.get('csrf') ?? '', 'merchant', uid, signedIn.person.id)) {
    return sendError(exchange, 403, 'expired', 'The form was too old. Go back and try again.');
  }
  const action = form.get('action');
  if (action === 'sign-out') {
    await endSession(context, exchange);
    return sendPage(exchange, signedOutPage({ signInPath: PATHS.merchantApps }));
  }
  if (action === null) {
    const store = signedIn.stores.find(({ id }) => id === form.get('store'));
    if (store === undefined) return sendError(exchange, 404, 'not_found');
    return redirect(exchange, listPath(store.id));
  }
  const found = await installedOf(context, signedIn, form.get('installation') ?? '');
  if (found === null) return sendError(exchange, 404, 'not_found');
  const { id } = found.installation;
  const merchantId = signedIn.person.id;
  try {
    if (action === 'withdraw') {
      const scope = form.get('scope') ?? '';
      await withdrawScopes(system, id, [scope], clock(), merchantId);
      logger.info({ installationId: id, merchantId, scope }, 'scope withdrawn');
      const done = new URLSearchParams({ withdrawn: id, scope });
      return redirect(exchange, `${listPath(found.store.id)}&${done}`);
    }
    if (action === 'uninstall') {
      await uninstall(system, id, clock(), merchantId);
      logger.info({ installationId: id, merchantId }, 'app uninstalled');
      const done = new URLSearchParams({ uninstalled: id });
      return redirect(exchange, `${listPath(found.store.id)}&${done}`);
    }
  } catch (error) {
    if (!(error instanceof AppError) || !error.expose) throw error;
    return sendError(exchange, error.status, 'invalid_request', error.message);
  }
  sendError(exchange, 400, 'invalid_request', 'The form asks for nothing that is known here.');
}
