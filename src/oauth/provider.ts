import type { IncomingMessage } from 'node:http';
import {
  type ClientCredentials,
  type Configuration,
  type ErrorOut,
  errors,
  type Grant,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import type { System } from '../data/system.ts';
import { effectiveScopes } from '../scopes/effective-scopes.ts';
import { ScopeSet } from '../scopes/scope-set.ts';
import { isApproved } from '../token/app-directory.ts';
import { ACCESS_TOKEN_SECONDS, shapeTokens } from './access-tokens.ts';
import type { Accounts } from './accounts.ts';
import { ACCESS_TOKEN_KINDS, createAdapter, EMPTY_ADAPTER, type OnReuse } from './adapter.ts';
import { findApp } from './app-records.ts';
import { askedScopes } from './asked-scopes.ts';
import { createAttempts } from './attempts.ts';
import { registerClientCredentials } from './client-credentials.ts';
import { compareSecrets, WRONG_SECRETS } from './client-secrets.ts';
import { APP_METADATA, appOfClient, createClientStore, PLATFORM_CLIENT_ID } from './clients.ts';
import { type GrantPlace, grantOf, keepGrantPlaces, placeOfGrant } from './grants.ts';
import { findInstallationById, installedScopes } from './installations.ts';
import type { SigningKeys } from './keys.ts';
import { PATHS } from './paths.ts';
import { AUTHORIZATIONS, interactionPrompts } from './prompts.ts';
import type { TokenAliases } from './token-request.ts';
import { RETRY_AFTER } from './unavailable.ts';
import { revokeUsedCodes } from './used-codes.ts';

export interface ProviderOptions {
  readonly system: System;
  readonly accounts: Accounts;
  /** The public address, which is the issuer's identifier and the resource's. */
  readonly issuer: string;
  readonly keys: SigningKeys;
  /** Signs cookies. */
  readonly cookieKey: string;
  /** What the platform's own client authenticates with; null for no such client. */
  readonly platformSecret: string | null;
  /** A consent that answers this request without asking; undefined when the person has to be asked. */
  readonly existingGrant: (
    provider: Provider,
    ctx: KoaContextWithOIDC,
  ) => Promise<Grant | undefined>;
  readonly renderError: (ctx: KoaContextWithOIDC, out: ErrorOut) => void;
  readonly onReuse: OnReuse;
  /** Where a request came from, as far as it can be known. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly aliases: TokenAliases;
}

const DAY = 24 * 60 * 60;

/** How long a merchant stays signed in, in seconds. */
export const SESSION_SECONDS = DAY / 2;

/** What is kept of oidc-provider's kinds besides access tokens; the others belong to what is off. */
const KINDS = ['Session', 'Interaction', 'Grant', 'AuthorizationCode', 'RefreshToken'];

/** The names of cookies: on https each with the prefix that keeps other hosts from setting it. */
export function cookieNames(issuer: string) {
  const secure = issuer.startsWith('https:');
  return {
    session: `${secure ? '__Host-' : ''}scopegate_session`,
    interaction: `${secure ? '__Secure-' : ''}scopegate_interaction`,
    resume: `${secure ? '__Secure-' : ''}scopegate_resume`,
    form: `${secure ? '__Host-' : ''}scopegate_form`,
    browser: `${secure ? '__Host-' : ''}scopegate_browser`,
  };
}

/**
 * The OAuth part of the authorization server: OAuth 2.1 without OpenID Connect. Scopes are the platform's business:
 * oidc-provider only carries their names.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { system, accounts, issuer, keys, aliases } = options;
  const findClient = createClientStore(system, options.platformSecret);
  const places = new WeakMap<object, GrantPlace>();
  const placeOf = (ctx: KoaContextWithOIDC | undefined, token: object) =>
    places.get(token) ?? (ctx === undefined ? null : placeOfGrant(grantOf(ctx)));
  const addressOf = ({ req }: KoaContextWithOIDC) => options.addressOf(req);
  const secure = issuer.startsWith('https:');
  const { session, interaction, resume } = cookieNames(issuer);
  const cookie = { httpOnly: true, sameSite: 'lax', secure, signed: true } as const;

  const configuration: Configuration = {
    adapter: (name) => {
      if (name === 'Client') return { ...EMPTY_ADAPTER, find: findClient };
      const isKept = KINDS.includes(name) || ACCESS_TOKEN_KINDS.includes(name);
      return isKept ? createAdapter(system, name, aliases, options.onReuse) : EMPTY_ADAPTER;
    },
    // It signs nothing itself; it wants to see that there is a key.
    jwks: { keys: [keys.current().privateKey.export({ format: 'jwk' })] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    responseTypes: ['code'],
    scopes: [],
    claims: {},
    pkce: { required: () => true },
    clientBasedCORS: () => false,
    allowOmittingSingleRegisteredRedirectUri: false,
    extraClientMetadata: { properties: [APP_METADATA] },
    extraParams: ['store_id'],
    cookies: {
      names: { session, interaction, resume },
      keys: [options.cookieKey],
      long: cookie,
      short: cookie,
    },
    routes: {
      authorization: PATHS.authorize,
      token: PATHS.token,
      revocation: PATHS.revoke,
      introspection: PATHS.introspect,
      jwks: PATHS.jwks,
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      ClientCredentials: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: 60,
      RefreshToken: 90 * DAY,
      // A consent lasts until the merchant or the platform ends it.
      Grant: 3_650 * DAY,
      Interaction: DAY / 48,
      Session: SESSION_SECONDS,
    },
    expiresWithSession: () => false,
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    revokeGrantPolicy: () => true,
    // A token belongs to the installation: it outlives the account of whoever consented.
    findAccount: async (_ctx, id, token) => {
      if (token === undefined && (await accounts.find(id)) === null) return undefined;
      return { accountId: id, claims: () => ({ sub: id }) };
    },
    loadExistingGrant: async (ctx) => {
      const grant = await options.existingGrant(provider, ctx);
      const { client, params } = ctx.oidc;
      const app = client && appOfClient(client);
      // The code carries what was asked for, also when nothing was said.
      if (grant && app && params && params.scope === undefined) {
        params.scope = askedScopes(app, undefined).join(' ');
      }
      return grant;
    },
    extraTokenClaims: (ctx, token) => {
      const { installationId, storeId } = placeOf(ctx, token) ?? {};
      return { installation_id: installationId, store_id: storeId };
    },
    interactions: {
      policy: interactionPrompts(
        createAttempts(system, 'authorization', AUTHORIZATIONS),
        addressOf,
      ),
      url: (_ctx, { uid }) => `${PATHS.interaction}/${uid}`,
    },
    renderError: (ctx, out) => options.renderError(ctx, out),
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: {
        enabled: true,
        // Whose token it is stays untold: the answer is 200 for every other client's.
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      introspection: {
        enabled: true,
        allowedPolicy: async (ctx, client, token) => {
          if (client.clientId !== PLATFORM_CLIENT_ID) return false;
          const scope = await usableNow(ctx, system, token);
          if (scope !== null) Object.assign(token, { scope });
          return scope !== null;
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => issuer,
        useGrantedResource: () => true,
        getResourceServerInfo: async (ctx, resource, client) => {
          if (resource !== issuer) throw new errors.InvalidTarget();
          const scope = await scopesOfRequest(ctx, system, client);
          return { scope, audience: issuer, accessTokenTTL: ACCESS_TOKEN_SECONDS };
        },
      },
    },
  };

  const provider = new Provider(issuer, configuration);
  // The request's own words about its address are replaced before it comes here.
  provider.proxy = true;
  keepGrantPlaces(provider);
  revokeUsedCodes(provider, options.onReuse);
  shapeTokens(provider, issuer, keys, (token) => placeOf(Provider.ctx, token));
  registerClientCredentials(provider, system, (token: ClientCredentials, installation) => {
    places.set(token, { installationId: installation.id, storeId: installation.storeId });
  });
  compareSecrets(provider, createAttempts(system, 'client secret', WRONG_SECRETS), addressOf);
  provider.use(sayWhenToRetry);
  provider.use(addStore);
  return provider;
}

/** What a request may be about: at the authorization endpoint what the app asks for, at the others what it has. */
async function scopesOfRequest(
  ctx: KoaContextWithOIDC,
  system: System,
  client: object,
): Promise<string> {
  const app = appOfClient(client);
  if (app === null) throw new errors.UnauthorizedClient();
  const params = ctx.oidc.params ?? {};
  if (ctx.oidc.route === 'authorization' || ctx.oidc.route === 'resume') {
    // oidc-provider leaves `offline_access` out by itself, and nothing would then mean everything.
    const said = ctx.oidc.route === 'authorization' ? ctx.query.scope : params.scope;
    return askedScopes(app, typeof said === 'string' && said !== '' ? said : undefined).join(' ');
  }
  const place = placeOfGrant(grantOf(ctx));
  if (place === null) throw new errors.InvalidGrant('the consent has no installation');
  return system.transaction(async (transaction) => {
    const installation = await findInstallationById(transaction, place.installationId);
    if (installation === null) throw new errors.InvalidGrant('the app is not installed');
    return installedScopes(app, installation).join(' ');
  });
}

/** What the gateway would let a token do at this moment; null when its installation is gone. */
async function usableNow(
  ctx: KoaContextWithOIDC,
  system: System,
  token: object,
): Promise<string | null> {
  const { extra, scope, clientId } = token as Record<string, unknown>;
  const named = (extra as Record<string, unknown> | undefined)?.installation_id;
  const id = typeof named === 'string' ? named : placeOfGrant(grantOf(ctx))?.installationId;
  if (id === undefined) return null;
  return system.transaction(async (transaction) => {
    const installation = await findInstallationById(transaction, id);
    const app = await findApp(transaction, String(clientId));
    if (installation === null || app === null || installation.appId !== app.id) return null;
    return effectiveScopes({
      token: ScopeSet.parse(typeof scope === 'string' ? scope : ''),
      ceiling: ScopeSet.of(installation.granted),
      approved: isApproved(app),
    }).toString();
  });
}

async function sayWhenToRetry(
  ctx: KoaContextWithOIDC,
  next: () => Promise<unknown>,
): Promise<void> {
  await next();
  if (ctx.status === 503) ctx.set('retry-after', RETRY_AFTER);
}

/** Tells the app whose store a token is for: a person may have several. */
async function addStore(ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
  await next();
  const { body } = ctx;
  if (typeof body !== 'object' || body === null || !('refresh_token' in body)) return;
  const place = placeOfGrant(grantOf(ctx));
  if (place !== null) ctx.body = { ...body, store_id: place.storeId };
}
