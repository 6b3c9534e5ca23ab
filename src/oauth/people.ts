import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { System } from '../data/system.ts';
import type { Logger } from '../telemetry/logger.ts';
import { currentRequestId } from '../telemetry/request-scope.ts';
import { type Accounts, type SignIn, spellingOf } from './accounts.ts';
import type { SigningKeys } from './keys.ts';
import { errorPage } from './pages/error.tsx';
import type { Page, SignInFailure } from './pages/facts.ts';
import { cookieNames, SESSION_SECONDS } from './provider.ts';
import { readForm } from './request-body.ts';
import type { FormTokens } from './secrets.ts';

/** What the pages for people are made with. */
export interface PeopleContext {
  readonly provider: Provider;
  readonly system: System;
  readonly accounts: Accounts;
  readonly forms: FormTokens;
  readonly keys: SigningKeys;
  readonly issuer: string;
  readonly clock: () => Date;
  readonly logger: Logger;
  /** Where a request came from, as far as it can be known. */
  readonly addressOf: (request: IncomingMessage) => string;
}

/** A request for a page with its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Sends a page. */
export const sendPage = ({ response }: Exchange, { status, headers, html }: Page): void => {
  response.writeHead(status, headers).end(html);
};

/** Leads to another address with GET. */
export const redirect = ({ response }: Exchange, location: string): void => {
  response
    .writeHead(303, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    .end();
};

/** Sends the page of an error that concerns the person alone. */
export const sendError = (
  exchange: Exchange,
  status: number,
  error: string,
  description: string | null = null,
): void =>
  sendPage(exchange, errorPage({ status, error, description, requestId: currentRequestId() }));

/**
 * The form of a POST; null when it came from another site, which has then been told so. Its token has not been checked.
 */
export async function receiveForm(exchange: Exchange): Promise<URLSearchParams | null> {
  const site = exchange.request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') {
    sendError(exchange, 403, 'invalid_request', 'The form was sent from another site.');
    return null;
  }
  return readForm(exchange.request);
}

/** Tries to sign a person in with what a form says; the failure to show otherwise. */
export async function signInWith(
  context: PeopleContext,
  exchange: Exchange,
  form: URLSearchParams,
): Promise<{ readonly merchantId: string } | { readonly failure: SignInFailure }> {
  const { accounts, logger, addressOf } = context;
  const email = form.get('email') ?? '';
  const answer: SignIn = await accounts.signIn(email, form.get('password') ?? '', {
    address: addressOf(exchange.request),
    browser: knownBrowser(context, exchange, email),
  });
  if (answer.kind === 'signed-in') {
    rememberBrowser(context, exchange, email);
    return { merchantId: answer.merchant.id };
  }
  logger.warn({ requestId: currentRequestId(), outcome: answer.kind }, 'sign-in refused');
  return { failure: answer };
}

/** How long it is remembered that somebody signed in with a browser, in milliseconds. */
const BROWSER_MS = 180 * 24 * 60 * 60 * 1_000;

/** The browser's name, where it can show that this person has signed in with it. It opens nothing. */
function knownBrowser(
  { provider, forms, issuer }: PeopleContext,
  { request, response }: Exchange,
  email: string,
): string | null {
  const { cookies } = provider.createContext(request, response);
  const [name = '', proof = ''] = (cookies.get(cookieNames(issuer).browser) ?? '').split('.');
  return forms.check(proof, 'browser', name, spellingOf(email)) ? name : null;
}

function rememberBrowser(
  { provider, forms, issuer }: PeopleContext,
  { request, response }: Exchange,
  email: string,
): void {
  const name = randomBytes(16).toString('base64url');
  const proof = forms.make('browser', name, spellingOf(email));
  const { cookies } = provider.createContext(request, response);
  cookies.set(cookieNames(issuer).browser, `${name}.${proof}`, {
    httpOnly: true,
    sameSite: 'lax',
    secure: issuer.startsWith('https:'),
    maxAge: BROWSER_MS,
  });
}

/** The session of a browser, as oidc-provider keeps it. */
export const sessionOf = ({ provider }: PeopleContext, { request, response }: Exchange) =>
  provider.Session.get(provider.createContext(request, response));

/** Begins a session of a person, with a new id: one that was there before the sign-in is not taken over. */
export async function startSession(
  context: PeopleContext,
  exchange: Exchange,
  merchantId: string,
): Promise<void> {
  const { provider, issuer } = context;
  await endSession(context, exchange);
  const session = new provider.Session();
  session.loginAccount({ accountId: merchantId });
  await session.save(SESSION_SECONDS);
  provider
    .createContext(exchange.request, exchange.response)
    .cookies.set(cookieNames(issuer).session, session.jti, {
      httpOnly: true,
      sameSite: 'lax',
      secure: issuer.startsWith('https:'),
      signed: true,
      maxAge: SESSION_SECONDS * 1_000,
    });
}

/** Ends the session of a browser, if it has one. */
export async function endSession(context: PeopleContext, exchange: Exchange): Promise<void> {
  const session = await sessionOf(context, exchange);
  if (session.accountId !== undefined) await session.destroy();
}

/**
 * What binds the forms of a browser that has no session to it: a cookie of random bytes, set where there is none.
 */
export function formSeed({ provider, issuer }: PeopleContext, exchange: Exchange): string {
  const { cookies } = provider.createContext(exchange.request, exchange.response);
  const name = cookieNames(issuer).form;
  const known = cookies.get(name, { signed: true });
  if (known !== undefined) return known;
  const seed = randomBytes(32).toString('base64url');
  const secure = issuer.startsWith('https:');
  cookies.set(name, seed, { httpOnly: true, sameSite: 'lax', secure, signed: true });
  return seed;
}
