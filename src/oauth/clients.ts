import { eq } from 'drizzle-orm';
import type { AdapterPayload } from 'oidc-provider';
import type { System } from '../data/system.ts';
import { apps } from '../data/tables/apps.ts';
import { hashOf } from '../token/stored-hash.ts';
import { type AppRecord, findApp } from './app-records.ts';
import { isSame } from './secrets.ts';

/** The client that stands for the platform itself. It may introspect tokens and nothing else. */
export const PLATFORM_CLIENT_ID = 'op_platform';

/** Where a client keeps what the platform knows of its app. */
export const APP_METADATA = 'app';

/**
 * oidc-provider's clients: the apps, read anew each time, so that a change is seen at once. A suspended app is no client.
 * Its secret is the stored hash, which `compareClientSecret` compares with the hash of what was sent.
 */
export function createClientStore(system: System, platformSecret: string | null) {
  return async (clientId: string): Promise<AdapterPayload | undefined> => {
    if (clientId === PLATFORM_CLIENT_ID) {
      return platformSecret === null ? undefined : platformClient(platformSecret);
    }
    if (!/^op_app_[0-9a-f]{24}$/.test(clientId)) return undefined;
    return system.transaction(async (transaction) => {
      const app = await findApp(transaction, clientId);
      if (app === null || app.review === 'SUSPENDED') return undefined;
      const [row] = await transaction
        .select({ secretHash: apps.secretHash })
        .from(apps)
        .where(eq(apps.id, app.id));
      return appClient(app, row?.secretHash ?? null);
    });
  };
}

function appClient(app: AppRecord, secretHash: string | null): AdapterPayload {
  return {
    client_id: app.clientId,
    client_name: app.name,
    // An app without a secret cannot authenticate: no hash has this text.
    client_secret: secretHash ?? 'none',
    redirect_uris: [...app.redirectUris],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_post',
    [APP_METADATA]: app,
  };
}

const platformClient = (secret: string): AdapterPayload => ({
  client_id: PLATFORM_CLIENT_ID,
  client_secret: hashOf(secret),
  redirect_uris: [],
  grant_types: [],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_post',
});

/** Whether a secret is the one whose hash a client has. */
export const matchesSecret = (clientSecret: string | undefined, given: unknown): boolean =>
  typeof given === 'string' && clientSecret !== undefined && isSame(hashOf(given), clientSecret);

/** The app of a client; null for the platform's own. */
export function appOfClient(client: object): AppRecord | null {
  const app = (client as Record<string, unknown>)[APP_METADATA];
  return app === undefined ? null : (app as AppRecord);
}
