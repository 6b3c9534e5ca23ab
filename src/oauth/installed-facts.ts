import { includingScope } from '../commands/app-scopes.ts';
import type { System } from '../data/system.ts';
import { isScope, type Scope } from '../scopes/catalogue.ts';
import { ScopeSet } from '../scopes/scope-set.ts';
import { requiredScopes, usableScopes } from './app-records.ts';
import { factsOfApp } from './consent.ts';
import { findUninstalled, type InstalledApp } from './installations.ts';
import type { Done, InstalledAppFacts } from './pages/facts.ts';
import { PATHS } from './paths.ts';

/** What was just done, as far as the list bears it out: anybody may write an address. */
export async function doneOf(
  system: System,
  storeId: string,
  query: URLSearchParams,
  apps: readonly InstalledAppFacts[],
): Promise<Done | null> {
  const uninstalled = query.get('uninstalled');
  if (uninstalled !== null) {
    const app = await findUninstalled(system, storeId, uninstalled);
    return app === null ? null : { kind: 'uninstalled', appName: app.name };
  }
  const one = apps.find(({ installation }) => installation === query.get('withdrawn'));
  const scope = query.get('scope') ?? '';
  if (one === undefined || !isScope(scope)) return null;
  if (one.scopes.some(({ name }) => name === scope)) return null;
  return { kind: 'withdrawn', appName: one.app.name, scope };
}

/** An installed app as the pages show it. */
export function factsOfInstalled({ app, installation }: InstalledApp): InstalledAppFacts {
  const required = requiredScopes(app);
  const usable = usableScopes(app);
  const { granted, reviewed } = installation;
  const all = ScopeSet.of(granted);
  // A no is an answer too, unless the app has come to need it.
  const isOpen = (scope: Scope) => required.includes(scope) || !reviewed.includes(scope);
  return {
    installation: installation.id,
    app: factsOfApp(app),
    installedAt: installation.installedAt,
    lastUsedAt: installation.lastUsedAt,
    scopes: usable
      .filter((name) => granted.includes(name))
      .map((name) => ({
        name,
        isRequired: required.includes(name),
        comesWith: includingScope(all, name),
      })),
    asksFor: usable.filter((name) => !granted.includes(name) && isOpen(name)),
    openPath: app.appUrl === null ? null : `${PATHS.merchantApps}/${installation.id}/open`,
    uninstallPath: `${PATHS.merchantApps}/${installation.id}/uninstall`,
    isSuspended: app.review === 'SUSPENDED',
  };
}
