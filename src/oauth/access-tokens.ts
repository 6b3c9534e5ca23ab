import { randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import type { AccessToken, ClientCredentials, Provider } from 'oidc-provider';
import { appOfClient } from './clients.ts';
import type { GrantPlace } from './grants.ts';
import type { SigningKey, SigningKeys } from './keys.ts';

/** How long an access token works, in seconds. */
export const ACCESS_TOKEN_SECONDS = 60 * 60;

type Token = AccessToken | ClientCredentials;

/**
 * Makes tokens begin as the platform's do, and gives apps that want it JWT access tokens (RFC 9068). Such a one is
 * stored and found by its hash like every other: who verifies it by its signature alone learns of no revocation.
 */
export function shapeTokens(
  provider: Provider,
  issuer: string,
  keys: SigningKeys,
  placeOf: (token: Token) => GrantPlace | null,
): void {
  prefix(provider.AuthorizationCode, 'op_ac_');
  prefix(provider.RefreshToken, 'op_rt_');
  for (const model of [provider.AccessToken, provider.ClientCredentials]) {
    prefix(model, 'op_at_');
    const save: (this: Token) => Promise<string> = model.prototype.save;
    model.prototype.save = async function (this: Token) {
      const app = this.client && appOfClient(this.client);
      if (this.jti === undefined && app?.accessTokenFormat === 'JWT') {
        const now = Math.floor(Date.now() / 1_000);
        const times = { iat: now, exp: now + this.expiration };
        Object.assign(this, { ...times, format: 'opaque' });
        const place = placeOf(this);
        if (place === null) throw new TypeError('An access token belongs to a store.');
        const claims = claimsOf(this, place);
        this.jti = await signAccessToken(claims, times, issuer, keys.current());
      }
      return save.call(this);
    };
  }
}

function prefix(model: { prototype: object }, text: string): void {
  const generate: (this: unknown) => string = Reflect.get(model.prototype, 'generateTokenId');
  Object.defineProperty(model.prototype, 'generateTokenId', {
    value(this: unknown) {
      return `${text}${generate.call(this)}`;
    },
  });
}

/** What a token says beyond its times: `store_id` as in the token response, for whoever serves several stores. */
function claimsOf(token: Token, { storeId }: GrantPlace): JWTPayload {
  const { clientId = '', scope } = token;
  const accountId = 'accountId' in token ? token.accountId : undefined;
  const sub = typeof accountId === 'string' ? accountId : clientId;
  return { client_id: clientId, scope, store_id: storeId, sub };
}

const signAccessToken = (
  claims: JWTPayload,
  { iat, exp }: { readonly iat: number; readonly exp: number },
  issuer: string,
  { kid, privateKey }: SigningKey,
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .setIssuer(issuer)
    .setAudience(issuer)
    .setJti(randomUUID())
    .setIssuedAt(iat)
    .setExpirationTime(exp)
    .sign(privateKey);
