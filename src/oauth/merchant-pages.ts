import type { System } from '../data/system.ts';
import { AppError } from '../errors.ts';
import { isScope, type Scope } from '../scopes/catalogue.ts';
import type { Merchant, MerchantStore } from './accounts.ts';
import { requiredScopes, usableScopes } from './app-records.ts';
import { factsOfApp } from './consent.ts';
import { findUninstalled, type InstalledApp, listInstalledApps } from './installations.ts';
import { chooseStorePage } from './pages/choose-store.tsx';
import type { Done, InstalledAppFacts, SignInFailure } from './pages/facts.ts';
import { installedAppsPage } from './pages/installed-apps.tsx';
import { openAppPage } from './pages/open-app.tsx';
import { signInPage } from './pages/sign-in.tsx';
import { signedOutPage } from './pages/signed-out.tsx';
import { uninstallPage } from './pages/uninstall.tsx';
import { PATHS } from './paths.ts';
import {
  type Exchange,
  endSession,
  formSeed,
  type PeopleContext,
  receiveForm,
  redirect,
  sendError,
  sendPage,
  sessionOf,
  signInWith,
  startSession,
} from './people.ts';
import { issueSessionToken } from './session-token.ts';
import { uninstall, withdrawScopes } from './withdrawal.ts';

/** Somebody who is signed in, with the token that their forms carry. */
interface SignedIn {
  readonly person: Merchant;
  readonly stores: readonly MerchantStore[];
  readonly csrf: string;
}

const ONE = new RegExp(`^${PATHS.merchantApps}/(ins_[0-9a-z]{20})/(uninstall|open)$`);

/**
 * The merchant's own pages: what is installed, taking scopes back, uninstalling, opening an embedded app. A form is bound
 * to the session that it was shown in.
 */
export async function handleMerchant(
  context: PeopleContext,
  exchange: Exchange,
  target: URL,
): Promise<void> {
  const signedIn = await signedInOf(context, exchange);
  const isForm = exchange.request.method === 'POST';
  const [, installation, page] = ONE.exec(target.pathname) ?? [];
  if (installation === undefined && target.pathname !== PATHS.merchantApps) {
    return sendError(exchange, 404, 'not_found');
  }
  if (isForm) {
    const form = await receiveForm(exchange);
    if (form === null) return;
    if (signedIn === null) return receiveSignIn(context, exchange, form);
    return receiveAction(context, exchange, signedIn, form);
  }
  if (signedIn === null) return showSignIn(context, exchange, '', null);
  if (installation === undefined) return showList(context, exchange, signedIn, target);
  const found = await installedOf(context, signedIn, installation);
  if (found === null) return sendError(exchange, 404, 'not_found');
  return page === 'open'
    ? openApp(context, exchange, signedIn, found)
    : showUninstall(exchange, signedIn, found);
}

async function signedInOf(context: PeopleContext, exchange: Exchange): Promise<SignedIn | null> {
  const { accountId, uid } = await sessionOf(context, exchange);
  const person = accountId === undefined ? null : await context.accounts.find(accountId);
  if (person === null) return null;
  const stores = await context.accounts.storesOf(person.id);
  return { person, stores, csrf: context.forms.make('merchant', uid, person.id) };
}

function showSignIn(
  context: PeopleContext,
  exchange: Exchange,
  email: string,
  failure: SignInFailure | null,
): void {
  const csrf = context.forms.make('merchant sign-in', formSeed(context, exchange));
  const form = { action: PATHS.merchantApps, csrf };
  sendPage(exchange, signInPage({ form, asking: null, email, failure }));
}

async function receiveSignIn(
  context: PeopleContext,
  exchange: Exchange,
  form: URLSearchParams,
): Promise<void> {
  const email = form.get('email') ?? '';
  const seed = formSeed(context, exchange);
  if (!context.forms.check(form.get('csrf') ?? '', 'merchant sign-in', seed)) {
    return showSignIn(context, exchange, email, { kind: 'expired' });
  }
  const answer = await signInWith(context, exchange, form);
  if ('failure' in answer) return showSignIn(context, exchange, email, answer.failure);
  await startSession(context, exchange, answer.merchantId);
  redirect(exchange, PATHS.merchantApps);
}

async function showList(
  { system, clock }: PeopleContext,
  exchange: Exchange,
  { person, stores, csrf }: SignedIn,
  target: URL,
): Promise<void> {
  const form = { action: PATHS.merchantApps, csrf };
  const asked = target.searchParams.get('store');
  const store = stores.find(({ id }) => id === asked) ?? (stores.length === 1 ? stores[0] : null);
  if (!store) return sendPage(exchange, chooseStorePage({ form, asking: null, person, stores }));
  const apps = (await listInstalledApps(system, store.id)).map(factsOfInstalled);
  const otherStores = stores.filter(({ id }) => id !== store.id);
  const done = await doneOf(system, store.id, target.searchParams, apps);
  sendPage(
    exchange,
    installedAppsPage({ form, person, store, otherStores, apps, done, now: clock() }),
  );
}

/** What was just done, as far as the list bears it out: anybody may write an address. */
async function doneOf(
  system: System,
  storeId: string,
  query: URLSearchParams,
  apps: readonly InstalledAppFacts[],
): Promise<Done | null> {
  const uninstalled = query.get('uninstalled');
  if (uninstalled !== null) {
    const app = await findUninstalled(system, storeId, uninstalled);
    return app === null ? null : { kind: 'uninstalled', appName: app.name };
  }
  const one = apps.find(({ installation }) => installation === query.get('withdrawn'));
  const scope = query.get('scope') ?? '';
  if (one === undefined || !isScope(scope)) return null;
  if (one.scopes.some(({ name }) => name === scope)) return null;
  return { kind: 'withdrawn', appName: one.app.name, scope };
}

function factsOfInstalled({ app, installation }: InstalledApp): InstalledAppFacts {
  const required = requiredScopes(app);
  const usable = usableScopes(app);
  const { granted, reviewed } = installation;
  // A no is an answer too, unless the app has come to need it.
  const isOpen = (scope: Scope) => required.includes(scope) || !reviewed.includes(scope);
  return {
    installation: installation.id,
    app: factsOfApp(app),
    installedAt: installation.installedAt,
    lastUsedAt: installation.lastUsedAt,
    scopes: usable.flatMap((name) =>
      granted.includes(name) ? [{ name, isRequired: required.includes(name) }] : [],
    ),
    asksFor: usable.filter((name) => !granted.includes(name) && isOpen(name)),
    openPath: app.appUrl === null ? null : `${PATHS.merchantApps}/${installation.id}/open`,
    uninstallPath: `${PATHS.merchantApps}/${installation.id}/uninstall`,
    isSuspended: app.review === 'SUSPENDED',
  };
}

/** An installation in one of the person's stores; null for every other, whether it exists or not. */
async function installedOf(
  { system }: PeopleContext,
  { stores }: SignedIn,
  installation: string,
): Promise<(InstalledApp & { readonly store: MerchantStore }) | null> {
  for (const store of stores) {
    const found = await listInstalledApps(system, store.id);
    const one = found.find(({ installation: { id } }) => id === installation);
    if (one !== undefined) return { ...one, store };
  }
  return null;
}

const listPath = (storeId: string) =>
  `${PATHS.merchantApps}?${new URLSearchParams({ store: storeId })}`;

function showUninstall(
  exchange: Exchange,
  { person, csrf }: SignedIn,
  { store, ...found }: InstalledApp & { readonly store: MerchantStore },
): void {
  const form = { action: PATHS.merchantApps, csrf };
  const installed = factsOfInstalled(found);
  const backPath = listPath(store.id);
  sendPage(exchange, uninstallPage({ form, person, store, installed, backPath }));
}

async function openApp(
  { issuer, keys, clock }: PeopleContext,
  exchange: Exchange,
  { person }: SignedIn,
  { app, installation, store }: InstalledApp & { readonly store: MerchantStore },
): Promise<void> {
  if (app.appUrl === null || app.review === 'SUSPENDED') {
    return sendError(exchange, 404, 'not_found');
  }
  const { clientId } = app;
  const facts = {
    merchantId: person.id,
    clientId,
    storeId: store.id,
    installationId: installation.id,
  };
  const frame = new URL(app.appUrl);
  const token = await issueSessionToken(facts, issuer, keys.current(), clock());
  frame.searchParams.set('session_token', token);
  const backPath = listPath(store.id);
  sendPage(exchange, openAppPage({ app: factsOfApp(app), store, frameUrl: frame.href, backPath }));
}

async function receiveAction(
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
