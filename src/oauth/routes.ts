import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors as oidcErrors } from 'oidc-provider';
import type { System } from '../data/system.ts';
import type { Logger } from '../telemetry/logger.ts';
import { currentRequestId } from '../telemetry/request-scope.ts';
import { createAccounts } from './accounts.ts';
import { createAttempts, networkOf } from './attempts.ts';
import { existingGrant } from './existing-grant.ts';
import { handleInteraction } from './interaction.ts';
import { createSigningKeys, keySetOf } from './keys.ts';
import { handleMerchant } from './merchant-pages.ts';
import { authorizationServerMetadata } from './metadata.ts';
import { errorPage } from './pages/error.tsx';
import { PATHS } from './paths.ts';
import { type PeopleContext, sendError } from './people.ts';
import { createProvider } from './provider.ts';
import {
  BadBody,
  hasNul,
  mediaTypeOf,
  NUL_REFUSED,
  parseJsonMembers,
  readBody,
} from './request-body.ts';
import { createFormTokens, deriveKey } from './secrets.ts';
import { verifySessionToken } from './session-token.ts';
import { asFormRequest, createTokenAliases } from './token-request.ts';
import { inOAuthWords, RETRY_AFTER } from './unavailable.ts';

export interface OAuthOptions {
  readonly system: System;
  /** The address that clients use, without a path. It is the issuer's identifier. */
  readonly publicUrl: string;
  /** Keys are derived from it; at least 32 bytes, shared by all processes. */
  readonly secret: Uint8Array;
  /** What the platform's own client introspects with; null where nobody may introspect. */
  readonly introspectionSecret: string | null;
  /** How many proxies stand in front, each of which adds to X-Forwarded-For the address that it saw. */
  readonly proxies: number;
  readonly clock: () => Date;
  readonly logger: Logger;
}

export interface OAuth {
  /** Where apps ask merchants for scopes. */
  readonly authorizationEndpoint: string;
  /** Whether a path is answered here. */
  owns(pathname: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse, target: URL): Promise<void>;
}

/** Verifications of session tokens that one address may ask for. */
const VERIFICATIONS = { points: 30, duration: 60 } as const;

/** The authorization server: all of its paths, from the metadata to the merchant's pages. */
export async function createOAuth(options: OAuthOptions): Promise<OAuth> {
  const { publicUrl: issuer, secret, clock, logger } = options;
  const system = inOAuthWords(options.system);
  const keys = createSigningKeys(secret, clock);
  const accounts = createAccounts(system);
  const aliases = createTokenAliases();
  const addressOf = (request: IncomingMessage) => clientAddress(request, options.proxies);
  const provider = createProvider({
    system,
    accounts,
    issuer,
    keys,
    aliases,
    cookieKey: deriveKey(secret, 'cookies').toString('base64url'),
    platformSecret: options.introspectionSecret,
    existingGrant: (self, ctx) => existingGrant(system, accounts, self, ctx),
    renderError: (ctx, { error, error_description: description = null }) => {
      const facts = { status: ctx.status, error, description, requestId: currentRequestId() };
      const page = errorPage(facts);
      ctx.status = page.status;
      ctx.set({ ...page.headers });
      ctx.body = page.html;
    },
    addressOf,
    onReuse: (facts) => logger.warn({ ...facts, requestId: currentRequestId() }, 'token reused'),
  });
  logFailures(provider, logger);
  const oidc = provider.callback();
  const people: PeopleContext = {
    provider,
    system,
    accounts,
    forms: createFormTokens(secret),
    keys,
    issuer,
    clock,
    logger,
    addressOf,
  };
  const metadata = JSON.stringify(authorizationServerMetadata(issuer));
  const verifications = createAttempts(system, 'verification', VERIFICATIONS);

  async function verifySession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wait = await verifications.count(addressOf(request));
    if (wait !== null) {
      response.setHeader('retry-after', wait);
      return sendJson(response, 429, oauthError('slow_down', 'Too many session tokens.'));
    }
    if (mediaTypeOf(request) !== 'application/json') {
      throw new BadBody('The body is application/json.');
    }
    const members = new Map(parseJsonMembers(await readBody(request)));
    const token = members.get('session_token') ?? '';
    const verified = await verifySessionToken(token, {
      system,
      accounts,
      issuer,
      keys,
      now: clock(),
    });
    if (verified !== null) return sendJson(response, 200, { ...verified });
    const why = 'The session token has expired, was used before, or is not of this server.';
    sendJson(response, 401, oauthError('invalid_token', why));
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    target: URL,
  ): Promise<void> {
    const { pathname, search } = target;
    const { method } = request;
    const exchange = { request, response };
    // Whatever it was sent to, its address is the public one: nothing is built from what a client says.
    Object.assign(request.headers, {
      host: new URL(issuer).host,
      'x-forwarded-proto': new URL(issuer).protocol.slice(0, -1),
      'x-forwarded-host': new URL(issuer).host,
    });
    request.url = `${pathname}${search}`;
    if (pathname === PATHS.metadata) {
      if (method !== 'GET' && method !== 'HEAD') return notAllowed(response, 'GET, HEAD');
      return sendJson(response, 200, metadata);
    }
    if (pathname === PATHS.verifySession) {
      return method === 'POST' ? verifySession(request, response) : notAllowed(response, 'POST');
    }
    if (FORM_ENDPOINTS.includes(pathname)) {
      if (method !== 'POST') return notAllowed(response, 'POST');
      await oidc(await asFormRequest(request, aliases), response);
      return;
    }
    if (pathname === PATHS.jwks) {
      if (method !== 'GET' && method !== 'HEAD') return notAllowed(response, 'GET, HEAD');
      // Its keys change with time; oidc-provider's are those that it began with.
      return sendJson(response, 200, keySetOf(keys), 'application/jwk-set+json');
    }
    if (pathname === PATHS.authorize || pathname.startsWith(`${PATHS.authorize}/`)) {
      if (method !== 'GET') return notAllowed(response, 'GET');
      // The one other mode that oidc-provider has answers with a page of its own that runs a script.
      if (target.searchParams.getAll('response_mode').some((mode) => mode !== 'query')) {
        return sendError(exchange, 400, 'invalid_request', 'The only response mode is query.');
      }
      if (hasNul(target.searchParams)) {
        return sendError(exchange, 400, 'invalid_request', NUL_REFUSED);
      }
      await oidc(request, response);
      return;
    }
    if (method !== 'GET' && method !== 'POST') return notAllowed(response, 'GET, POST');
    const [, uid] = INTERACTION.exec(pathname) ?? [];
    if (uid !== undefined) return handleInteraction(people, exchange, uid);
    return handleMerchant(people, exchange, target);
  }

  return {
    authorizationEndpoint: `${issuer}${PATHS.authorize}`,
    owns: (pathname) =>
      EXACT.includes(pathname) || PREFIXES.some((one) => pathname.startsWith(one)),
    async handle(request, response, target) {
      try {
        await answer(request, response, target);
      } catch (error) {
        fail(request, response, error, logger);
      }
    },
  };
}

const FORM_ENDPOINTS: readonly string[] = [PATHS.token, PATHS.revoke, PATHS.introspect];
const EXACT: readonly string[] = [
  ...FORM_ENDPOINTS,
  PATHS.jwks,
  PATHS.verifySession,
  PATHS.metadata,
  PATHS.authorize,
  PATHS.merchantApps,
];
const PREFIXES = [`${PATHS.authorize}/`, `${PATHS.interaction}/`, `${PATHS.merchantApps}/`];
const INTERACTION = new RegExp(`^${PATHS.interaction}/([A-Za-z0-9_-]{21,64})$`);

/** For people a page, for programs the body of RFC 6749 section 5.2. */
function fail(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  logger: Logger,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const isPage = [PATHS.authorize, PATHS.interaction, PATHS.merchantApps].some((path) =>
    request.url?.startsWith(path),
  );
  const { status, code, description } = failureOf(error);
  if (status >= 500) {
    logger.error({ requestId: currentRequestId(), err: describe(error) }, 'authorization failed');
  }
  if (status === 503) response.setHeader('retry-after', RETRY_AFTER);
  if (isPage) sendError({ request, response }, status, code, description);
  else sendJson(response, status, oauthError(code, description));
}

function failureOf(error: unknown): { status: number; code: string; description: string } {
  if (error instanceof BadBody) {
    return { status: 400, code: 'invalid_request', description: error.message };
  }
  if (error instanceof oidcErrors.OIDCProviderError && error.expose) {
    const { statusCode, error: code, error_description: description = '' } = error;
    return { status: statusCode, code, description };
  }
  return { status: 500, code: 'server_error', description: 'Something went wrong on our side.' };
}

const describe = (error: unknown) =>
  error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : error;

const oauthError = (error: string, description: string) => ({
  error,
  error_description: description,
});

function sendJson(
  response: ServerResponse,
  status: number,
  body: object | string,
  type = 'application/json',
): void {
  response
    .writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
    .end(typeof body === 'string' ? body : JSON.stringify(body));
}

function notAllowed(response: ServerResponse, allow: string): void {
  response.writeHead(405, { allow }).end();
}

/** The network that the outermost of our own proxies saw; without proxies that of the other end of the connection. */
function clientAddress({ headers, socket }: IncomingMessage, proxies: number): string {
  const seen = [headers['x-forwarded-for'] ?? []].flat().flatMap((line) => line.split(','));
  const address = proxies === 0 ? undefined : seen.at(-proxies)?.trim();
  return networkOf(address || (socket.remoteAddress ?? ''));
}

/** Tells the log what clients are not told. Neither has a token in it. */
function logFailures(provider: ReturnType<typeof createProvider>, logger: Logger): void {
  const refused = ({ error, error_detail: detail }: oidcErrors.OIDCProviderError) =>
    logger.info({ requestId: currentRequestId(), error, detail }, 'request refused');
  provider.on('authorization.error', (_, error) => refused(error));
  provider.on('grant.error', (_, error) => refused(error));
  provider.on('revocation.error', (_, error) => refused(error));
  provider.on('introspection.error', (_, error) => refused(error));
  // At the token endpoint a family ends for one reason. The other ways to find out are `onReuse`.
  provider.on('grant.revoked', ({ oidc: { route, client } }) => {
    if (route !== 'token') return;
    const facts = { kind: 'RefreshToken', clientId: client?.clientId };
    logger.warn({ ...facts, requestId: currentRequestId() }, 'token reused');
  });
  provider.on('server_error', (_, error) =>
    logger.error({ requestId: currentRequestId(), err: describe(error) }, 'authorization failed'),
  );
}
