import type { Grant, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { System } from '../data/system.ts';
import type { Accounts } from './accounts.ts';
import { askedScopes } from './asked-scopes.ts';
import { appOfClient } from './clients.ts';
import { isAnswered } from './consent.ts';
import { saveGrant } from './grants.ts';
import { findInstallation, installedScopes } from './installations.ts';
import { askedStores } from './stores.ts';

/**
 * The consent that answers an authorization request: the one that the person has just given, or a new one of the same
 * content as one from before, where nothing new is asked for. Undefined when the person has to be asked: also when the
 * app wants them to be (`prompt=consent`), and when they have several stores and the app names none.
 */
export async function existingGrant(
  system: System,
  accounts: Accounts,
  provider: Provider,
  ctx: KoaContextWithOIDC,
): Promise<Grant | undefined> {
  const { client, params = {}, session, result } = ctx.oidc;
  const given = result?.consent?.grantId;
  if (given !== undefined) return provider.Grant.find(given);
  const app = client && appOfClient(client);
  const accountId = session?.accountId;
  const mustAsk = String(params.prompt ?? '')
    .split(' ')
    .includes('consent');
  if (!client || !app || accountId === undefined || mustAsk) return undefined;

  const { store_id: named, scope } = params;
  const [store, ...others] = await askedStores(accounts, accountId, app, named);
  if (store === undefined || others.length > 0) return undefined;
  const installation = await system.transaction((transaction) =>
    findInstallation(transaction, app.id, store.id),
  );
  const namesScopes = typeof scope === 'string';
  const asked = askedScopes(app, namesScopes ? scope : undefined);
  if (installation === null || !isAnswered(app, installation, asked, namesScopes)) return undefined;
  const scopes = installedScopes(app, installation);
  const { clientId } = client;
  return saveGrant(provider, {
    clientId,
    accountId,
    installation,
    resource: provider.issuer,
    scopes,
  });
}
