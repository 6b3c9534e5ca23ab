import { factsOfApp } from './consent.ts';
import { listInstalledApps } from './installations.ts';
import { doneOf, factsOfInstalled } from './installed-facts.ts';
import {
  type InstalledInStore,
  installedOf,
  listPath,
  receiveAction,
  type SignedIn,
} from './merchant-actions.ts';
import { chooseStorePage } from './pages/choose-store.tsx';
import type { SignInFailure } from './pages/facts.ts';
import { installedAppsPage } from './pages/installed-apps.tsx';
import { openAppPage } from './pages/open-app.tsx';
import { signInPage } from './pages/sign-in.tsx';
import { uninstallPage } from './pages/uninstall.tsx';
import { PATHS } from './paths.ts';
import {
  type Exchange,
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

function showUninstall(
  exchange: Exchange,
  { person, csrf }: SignedIn,
  { store, ...found }: InstalledInStore,
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
  { app, installation, store }: InstalledInStore,
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
