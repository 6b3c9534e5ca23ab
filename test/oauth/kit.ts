import { randomBytes } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { DEMO_APPS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_MERCHANTS, DEMO_PASSWORD } from '../../src/data/seed/demo-merchants.ts';
import { createSqlDirectory } from '../../src/data/sql-directory.ts';
import { createSqlSource } from '../../src/data/sql-source.ts';
import type { System } from '../../src/data/system.ts';
import { rotateSecret } from '../../src/oauth/apps.ts';
import { createSigningKeys, namesKey } from '../../src/oauth/keys.ts';
import { createOAuth } from '../../src/oauth/routes.ts';
import { type RunningServer, startServer } from '../../src/server.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { keepingLogger, LIMITS, type LogLine } from '../gateway/kit.ts';
import { type AsRole, type Backend, openTestDatabase } from '../support/gateway.ts';
import { Browser, type Fields, type Seen } from './browser.ts';

export type DemoAppName = keyof typeof DEMO_APPS;

/** An app with what it authenticates with. */
export interface TestApp {
  readonly clientId: string;
  readonly secret: string;
  readonly redirectUri: string;
}

export interface OAuthServer {
  readonly url: string;
  readonly server: RunningServer;
  readonly system: System;
  readonly asRole: AsRole;
  readonly lines: LogLine[];
  /** A demo app with a secret of its own. */
  app(name: DemoAppName): Promise<TestApp>;
  /** POSTs a form to one of the endpoints for apps. */
  post(path: string, body: Record<string, string>, headers?: Record<string, string>): Promise<Told>;
  /** A query with a token. */
  query(token: string, query: string): Promise<Told>;
  close(): Promise<void>;
}

/** An answer for programs. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface OAuthServerOptions {
  readonly backend?: Backend;
  readonly publicUrl?: string | null;
  readonly secret?: Uint8Array;
  readonly introspectionSecret?: string | null;
  readonly proxies?: number;
  /** What the authorization server goes by. What oidc-provider does goes by the real time. */
  readonly clock?: () => Date;
  /** The time of what verifies and remembers tokens. (Default: the system's) */
  readonly verifierClock?: () => Date;
  /** Another server on the same database. */
  readonly beside?: Awaited<ReturnType<typeof openTestDatabase>>;
}

/** The gateway with its authorization server, on a database with demo data. */
export async function startOAuthServer({
  backend = 'postgres',
  publicUrl = null,
  secret = randomBytes(32),
  introspectionSecret = null,
  proxies = 0,
  clock = () => new Date(),
  verifierClock = () => new Date(),
  beside,
}: OAuthServerOptions = {}): Promise<OAuthServer> {
  const opened = beside ?? (await openTestDatabase(backend));
  const { database, asRole } = opened;
  const { system } = database;
  const source = createSqlSource(database);
  const logger = keepingLogger();
  const server = await startServer({
    source,
    writer: database.writer,
    explorer: { html: '<!doctype html>', headers: {}, assets: (_req, _res, next) => next() },
    clock: () => new Date(),
    verifier: createTokenVerifier({
      issuers: [],
      resolveStore: (reference) => source.resolveStore(reference),
      directory: createSqlDirectory(database),
      clock: verifierClock,
      isPlatformToken: namesKey(createSigningKeys(secret, clock)),
    }),
    logger,
    secret,
    issuers: [],
    host: '127.0.0.1',
    port: 0,
    publicUrl,
    scopeMode: 'filter',
    refusalErrors: 'per-coordinate',
    introspection: 'public',
    limits: LIMITS,
    oauth: (address) =>
      createOAuth({
        system,
        publicUrl: address,
        secret,
        introspectionSecret,
        proxies,
        clock,
        logger,
      }),
  });
  const send = async (url: string, init: RequestInit): Promise<Told> => {
    const response = await fetch(url, { redirect: 'manual', ...init });
    const text = await response.text();
    const { status, headers } = response;
    return { status, headers, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
  };
  return {
    url: server.url,
    server,
    system,
    asRole,
    lines: logger.lines,
    async app(name) {
      const { id, clientId, redirectUris } = DEMO_APPS[name];
      const { clientSecret } = await rotateSecret(system, id, new Date());
      return { clientId, secret: clientSecret, redirectUri: redirectUris[0] ?? '' };
    },
    post: (path, body, headers = {}) =>
      send(`${server.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams(body),
        headers: { accept: 'application/json', ...headers },
      }),
    query: (token, query) =>
      send(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      }),
    async close() {
      await server.close(1_000);
      if (beside === undefined) {
        await database.close();
        await opened.drop();
      }
    },
  };
}

/** PKCE values and state of one authorization, with its address. */
export interface Asked {
  readonly url: string;
  readonly verifier: string;
  readonly state: string;
}

/** The address that an app sends a browser to. Parameters that are null are left out. */
export async function ask(
  server: OAuthServer,
  app: TestApp,
  changes: Readonly<Record<string, string | null>> = {},
): Promise<Asked> {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const parameters: Record<string, string | null> = {
    response_type: 'code',
    client_id: app.clientId,
    redirect_uri: app.redirectUri,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...changes,
  };
  const url = new URL(`${server.url}/oauth/authorize`);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) url.searchParams.set(name, value);
  }
  return { url: url.href, verifier, state: changes.state ?? state };
}

type MerchantName = keyof typeof DEMO_MERCHANTS;

/** What a person types to sign in. */
export const credentials = (who: MerchantName = 'owner'): Fields => [
  ['email', DEMO_MERCHANTS[who].email],
  ['password', DEMO_PASSWORD],
];

export interface ConsentChoice {
  readonly who?: MerchantName;
  readonly storeId?: string;
  /** The optional scopes to grant; all that are offered ticked or not when left out. */
  readonly scopes?: readonly string[];
}

/** Opens an authorization and signs in, up to the page that asks. */
export async function reachConsent(
  browser: Browser,
  url: string,
  { who = 'owner', storeId }: ConsentChoice = {},
): Promise<Seen> {
  let page = await browser.follow(await browser.get(url));
  if (page.html.includes('name="password"')) {
    page = await browser.follow(await browser.submit(page, credentials(who)));
  }
  if (storeId !== undefined && page.status === 200 && page.html.includes('name="store"')) {
    page = await browser.follow(await browser.submit(page, [['store', storeId]]));
  }
  return page;
}

/** Goes through all pages and gives the address at which the browser leaves for the app. */
export async function consent(
  browser: Browser,
  url: string,
  choice: ConsentChoice & { readonly scopes: readonly string[] },
): Promise<URL> {
  const page = await reachConsent(browser, url, choice);
  if (page.status !== 200) return new URL(page.location ?? '');
  const ticked: Fields = choice.scopes.map((scope) => ['scope', scope]);
  const left = await browser.follow(await browser.submit(page, [['decision', 'allow'], ...ticked]));
  if (left.location === null) throw new Error(`No redirect: ${left.status} ${left.html}`);
  return new URL(left.location);
}

/** Exchanges the code that an address carries. */
export const exchange = (
  server: OAuthServer,
  app: TestApp,
  callback: URL,
  { verifier }: Asked,
  changes: Record<string, string> = {},
): Promise<Told> =>
  server.post('/v1/oauth/token', {
    grant_type: 'authorization_code',
    client_id: app.clientId,
    client_secret: app.secret,
    code: callback.searchParams.get('code') ?? '',
    redirect_uri: app.redirectUri,
    code_verifier: verifier,
    ...changes,
  });

/** Installs an app and gives its tokens. */
export async function install(
  server: OAuthServer,
  app: TestApp,
  choice: ConsentChoice & { readonly scopes: readonly string[] },
  parameters: Readonly<Record<string, string | null>> = {},
): Promise<{ access: string; refresh: string; scope: string[]; body: Told['body'] }> {
  const asked = await ask(server, app, parameters);
  const callback = await consent(new Browser(), asked.url, choice);
  const { status, text, body } = await exchange(server, app, callback, asked);
  if (status !== 200) throw new Error(`No token: ${status} ${text}`);
  return {
    access: String(body.access_token),
    refresh: String(body.refresh_token),
    scope: String(body.scope).split(' ').sort(),
    body,
  };
}

/** A refresh of a token. */
export const refresh = (
  server: OAuthServer,
  app: TestApp,
  token: string,
  changes: Record<string, string> = {},
): Promise<Told> =>
  server.post('/v1/oauth/token', {
    grant_type: 'refresh_token',
    client_id: app.clientId,
    client_secret: app.secret,
    refresh_token: token,
    ...changes,
  });
