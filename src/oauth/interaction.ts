import { errors, type Interaction } from 'oidc-provider';
import { AppError } from '../errors.ts';
import type { Scope } from '../scopes/catalogue.ts';
import type { Merchant, MerchantStore } from './accounts.ts';
import type { AppRecord } from './app-records.ts';
import { askedScopes } from './asked-scopes.ts';
import { appOfClient } from './clients.ts';
import { factsOfApp, grantedBy, type Offer, offerOf, textOfOffer } from './consent.ts';
import { saveConsent } from './given-consent.ts';
import { saveGrant } from './grants.ts';
import { findInstallation, type Installation } from './installations.ts';
import { chooseStorePage } from './pages/choose-store.tsx';
import { consentPage } from './pages/consent.tsx';
import type { AskingFacts, SignInFailure } from './pages/facts.ts';
import { signInPage } from './pages/sign-in.tsx';
import { PATHS } from './paths.ts';
import {
  type Exchange,
  endSession,
  type PeopleContext,
  receiveForm,
  redirect,
  sendError,
  sendPage,
  sessionOf,
  signInWith,
} from './people.ts';
import { askedStores } from './stores.ts';

/** An authorization that waits for a person. */
interface Waiting {
  readonly interaction: Interaction;
  readonly app: AppRecord;
  readonly asking: AskingFacts;
  readonly path: string;
}

/**
 * The pages between an app's request and the answer to it: sign in, choose a store, consent. Each form is bound to the
 * browser that the app sent here, by the interaction's cookie and a token.
 */
export async function handleInteraction(
  context: PeopleContext,
  exchange: Exchange,
  uid: string,
): Promise<void> {
  const waiting = await findWaiting(context, exchange, uid);
  if (waiting === null) {
    return sendError(
      exchange,
      400,
      'expired',
      'The authorization has expired, or is of another browser.',
    );
  }
  const isSignIn = waiting.interaction.prompt.name === 'login';
  if (exchange.request.method !== 'POST') {
    return isSignIn
      ? showSignIn(context, exchange, waiting, '', null)
      : showConsent(context, exchange, waiting);
  }
  const form = await receiveForm(exchange);
  if (form === null) return;
  return isSignIn
    ? receiveSignIn(context, exchange, waiting, form)
    : receiveConsent(context, exchange, waiting, form);
}

async function findWaiting(
  { provider }: PeopleContext,
  { request, response }: Exchange,
  uid: string,
): Promise<Waiting | null> {
  const interaction = await provider
    .interactionDetails(request, response)
    .catch((error: unknown) => {
      if (error instanceof errors.SessionNotFound) return null;
      throw error;
    });
  if (interaction === null || interaction.uid !== uid) return null;
  const { client_id: clientId, redirect_uri: redirectUri } = interaction.params;
  const client = await provider.Client.find(String(clientId));
  const app = client ? appOfClient(client) : null;
  if (app === null) return null;
  const asking = { app: factsOfApp(app), redirectUri: String(redirectUri) };
  return { interaction, app, asking, path: `${PATHS.interaction}/${uid}` };
}

function showSignIn(
  { forms }: PeopleContext,
  exchange: Exchange,
  { interaction, asking, path }: Waiting,
  email: string,
  failure: SignInFailure | null,
): void {
  const form = { action: path, csrf: forms.make('sign-in', interaction.uid) };
  sendPage(exchange, signInPage({ form, asking, email, failure }));
}

async function receiveSignIn(
  context: PeopleContext,
  exchange: Exchange,
  waiting: Waiting,
  form: URLSearchParams,
): Promise<void> {
  const { provider, forms } = context;
  const email = form.get('email') ?? '';
  if (!forms.check(form.get('csrf') ?? '', 'sign-in', waiting.interaction.uid)) {
    return showSignIn(context, exchange, waiting, email, { kind: 'expired' });
  }
  if (form.get('decision') === 'cancel') return cancel(context, exchange);
  const answer = await signInWith(context, exchange, form);
  if ('failure' in answer) return showSignIn(context, exchange, waiting, email, answer.failure);
  const { accountId } = await sessionOf(context, exchange);
  // Somebody signed in meanwhile in another window: what they did there counts, from the beginning.
  if (accountId !== undefined) return restart(exchange, waiting);
  const { request, response } = exchange;
  await provider.interactionFinished(request, response, {
    login: { accountId: answer.merchantId },
  });
}

/** Everything that a consent is about. */
interface Question extends Waiting {
  readonly person: Merchant;
  /** The person's stores in which the app may be installed. */
  readonly stores: readonly MerchantStore[];
  /** The one that it is about; null while the person has not said. */
  readonly store: MerchantStore | null;
  readonly before: Installation | null;
  readonly asked: readonly Scope[];
  readonly offer: Offer;
}

/** Looks everything up anew at each request; null when the person is gone. */
async function questionOf(context: PeopleContext, waiting: Waiting): Promise<Question | null> {
  const { accounts, system } = context;
  const { interaction, app } = waiting;
  const merchantId = interaction.session?.accountId;
  const person = merchantId === undefined ? null : await accounts.find(merchantId);
  if (person === null) return null;
  const { store_id: named, scope } = interaction.params;
  const stores = await askedStores(accounts, person.id, app, named);
  const chosen = interaction.result?.store ?? (stores.length === 1 ? stores[0]?.id : undefined);
  const store = stores.find(({ id }) => id === chosen) ?? null;
  const before =
    store &&
    (await system.transaction((transaction) => findInstallation(transaction, app.id, store.id)));
  const asked = askedScopes(app, typeof scope === 'string' ? scope : undefined);
  return { ...waiting, person, stores, store, before, asked, offer: offerOf(app, asked, before) };
}

/** A form is good for one browser, one person, one store and exactly the scopes that were shown. */
const partsOf = ({ interaction, person, store, offer }: Question) => [
  'consent',
  interaction.uid,
  person.id,
  store?.id ?? '',
  store === null ? '' : textOfOffer(offer),
];

async function showConsent(
  context: PeopleContext,
  exchange: Exchange,
  waiting: Waiting,
): Promise<void> {
  const question = await questionOf(context, waiting);
  if (question === null) return restart(exchange, waiting);
  const { path: action, asking, person, stores, store, before, offer } = question;
  const form = { action, csrf: context.forms.make(...partsOf(question)) };
  if (store === null) return sendPage(exchange, chooseStorePage({ form, asking, person, stores }));
  const installedAt = before?.installedAt ?? null;
  sendPage(exchange, consentPage({ form, asking, store, person, installedAt, ...offer }));
}

async function receiveConsent(
  context: PeopleContext,
  exchange: Exchange,
  waiting: Waiting,
  form: URLSearchParams,
): Promise<void> {
  const question = await questionOf(context, waiting);
  if (question === null) return restart(exchange, waiting);
  // What was shown is not what is so now, or the form is not ours: the page as it is now.
  if (!context.forms.check(form.get('csrf') ?? '', ...partsOf(question))) {
    return redirect(exchange, waiting.path);
  }
  if (form.get('action') === 'sign-out') {
    await endSession(context, exchange);
    return restart(exchange, waiting);
  }
  if (form.get('decision') === 'cancel') return cancel(context, exchange);
  if (question.store === null) return receiveStore(context, exchange, question, form);
  if (form.get('decision') !== 'allow') {
    return sendError(exchange, 400, 'invalid_request', 'The form says neither yes nor no.');
  }
  return receiveGrant(context, exchange, question, question.store, form.getAll('scope'));
}

async function receiveStore(
  { provider }: PeopleContext,
  exchange: Exchange,
  { stores, path }: Question,
  form: URLSearchParams,
): Promise<void> {
  const store = stores.find(({ id }) => id === form.get('store'));
  if (store === undefined) {
    return sendError(exchange, 400, 'invalid_request', 'The form names no store of this person.');
  }
  await provider.interactionResult(exchange.request, exchange.response, { store: store.id });
  redirect(exchange, path);
}

async function receiveGrant(
  { provider, system, issuer, clock, logger }: PeopleContext,
  exchange: Exchange,
  { app, person, offer }: Question,
  store: MerchantStore,
  ticked: readonly string[],
): Promise<void> {
  const scopes = grantedBy(offer, ticked);
  if (scopes === null) {
    return sendError(
      exchange,
      400,
      'invalid_request',
      'The form names a scope that was not offered.',
    );
  }
  let installation: Installation;
  try {
    installation = await saveConsent(system, {
      appId: app.id,
      storeId: store.id,
      merchantId: person.id,
      shown: offer.scopes.map(({ name }) => name),
      granted: scopes,
      now: clock(),
    });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'INVALID_INPUT')) throw error;
    return sendError(exchange, 409, 'invalid_request', error.message);
  }
  const { clientId } = app;
  const grant = await saveGrant(provider, {
    clientId,
    accountId: person.id,
    installation,
    resource: issuer,
    scopes,
  });
  const { id: installationId } = installation;
  logger.info({ clientId, installationId, scopes }, 'consent saved');
  await provider.interactionFinished(exchange.request, exchange.response, {
    consent: { grantId: grant.jti },
  });
}

/** Tells the app that the person will not. */
async function cancel({ provider }: PeopleContext, { request, response }: Exchange): Promise<void> {
  await provider.interactionFinished(
    request,
    response,
    { error: 'access_denied', error_description: 'The merchant did not consent.' },
    { mergeWithLastSubmission: false },
  );
}

/** Begins the same authorization anew. */
function restart(exchange: Exchange, { interaction }: Waiting): void {
  const params = Object.entries(interaction.params).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  redirect(exchange, `${PATHS.authorize}?${new URLSearchParams(params)}`);
}
