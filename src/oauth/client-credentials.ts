import { type ClientCredentials, errors, type Provider } from 'oidc-provider';
import type { System } from '../data/system.ts';
import { ACCESS_TOKEN_SECONDS } from './access-tokens.ts';
import { askedScopes } from './asked-scopes.ts';
import { appOfClient } from './clients.ts';
import { findInstallation, type Installation, installedScopes } from './installations.ts';

/**
 * The grant by which an installed app gets a token by itself (RFC 6749 section 4.4), for the store that it names. Its
 * scopes filter what the merchant granted; there is no refresh token.
 */
export function registerClientCredentials(
  provider: Provider,
  system: System,
  remember: (token: ClientCredentials, installation: Installation) => void,
): void {
  provider.registerGrantType<{ store_id?: string }>(
    'client_credentials',
    async (ctx) => {
      const { client, params } = ctx.oidc;
      const app = appOfClient(client);
      if (app === null) throw new errors.UnauthorizedClient();
      if (params.store_id === undefined) {
        throw new errors.InvalidRequest('missing required parameter store_id');
      }
      const { store_id: store } = params;
      const asked = askedScopes(app, params.scope);
      const installation = await system.transaction((transaction) =>
        findInstallation(transaction, app.id, store),
      );
      if (installation === null) {
        // The same for a store that does not exist.
        throw refused('invalid_grant', 'The app is not installed in this store.');
      }
      const granted = installedScopes(app, installation);
      const scopes = asked.filter((scope) => granted.includes(scope));
      if (scopes.length === 0) {
        throw new errors.InvalidScope(
          'The merchant granted none of these scopes.',
          asked.join(' '),
        );
      }
      const token = new provider.ClientCredentials({ client, scope: scopes.join(' ') });
      token.setAudience(provider.issuer);
      remember(token, installation);
      ctx.body = {
        access_token: await token.save(),
        token_type: 'Bearer',
        expires_in: ACCESS_TOKEN_SECONDS,
        scope: token.scope,
        store_id: installation.storeId,
      };
    },
    ['scope', 'store_id'],
  );
}

const refused = (error: string, description: string) =>
  new errors.CustomOIDCProviderError(error, description);
