import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { AccessToken, ClientCredentials, Provider } from 'oidc-provider';
import { appOfClient } from './clients.ts';
import type { SigningKey } from './keys.ts';

/** How long an access token works, in seconds. */
export const ACCESS_TOKEN_SECONDS = 60 * 60;

type Token = AccessToken | ClientCredentials;

/**
 * Makes tokens begin as the platform's do, and gives apps that want it JWT access tokens (RFC 9068). Such a one is
 * stored and found by its hash like every other: who verifies it by its signature alone learns of no revocation.
 */
export function shapeTokens(provider: Provider, issuer: string, key: SigningKey): void {
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
        this.jti = await signAccessToken(this, times, issuer, key);
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

function signAccessToken(
  token: Token,
  { iat, exp }: { readonly iat: number; readonly exp: number },
  issuer: string,
  key: SigningKey,
): Promise<string> {
  const { clientId = '', scope } = token;
  const accountId = 'accountId' in token ? token.accountId : undefined;
  return new SignJWT({ client_id: clientId, scope })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid })
    .setIssuer(issuer)
    .setAudience(issuer)
    .setSubject(typeof accountId === 'string' ? accountId : clientId)
    .setJti(randomUUID())
    .setIssuedAt(iat)
    .setExpirationTime(exp)
    .sign(key.privateKey);
}
