import { type ScopeDefinition, scopeDefinition } from '../../scopes/catalogue.ts';
import { closure } from '../../scopes/effective-scopes.ts';
import type { Principal, PrincipalApp } from '../../token/principal.ts';
import { builder } from '../builder.ts';
import { derived, edge, given } from '../fields.ts';
import { Scope } from './scope.ts';
import { Store } from './store.ts';

const AppVisibility = builder.enumType('AppVisibility', {
  description: 'Who may install an app.',
  values: {
    PUBLIC: { description: 'Any merchant, once the platform has approved it.' },
    PRIVATE: { description: 'One merchant only, its owner.' },
  },
});

const App = builder.objectRef<PrincipalApp>('App').implement({
  description: 'An app that the platform knows.',
  authScopes: { authenticated: true },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id.' }),
    name: t.exposeString('name', { description: 'The name that merchants see.' }),
    visibility: t.expose('visibility', {
      type: AppVisibility,
      description: 'Who may install it.',
    }),
  }),
});

interface Declaration {
  readonly scope: ScopeDefinition;
  readonly required: boolean;
  readonly granted: boolean;
}

const DeclaredScope = builder.objectRef<Declaration>('DeclaredScope').implement({
  description: 'A scope that an app declared, and what the merchant made of it.',
  authScopes: { authenticated: true },
  fields: (t) => ({
    scope: t.expose('scope', { type: Scope, description: 'The scope.' }),
    required: t.exposeBoolean('required', {
      description: 'Whether the app cannot be installed without it.',
    }),
    granted: t.exposeBoolean('granted', {
      description:
        'Whether the merchant granted it. A token may say less: what it may use is in `grantedScopes`. Of a client of another issuer nothing but its token is known, so it is whether the token may use it.',
    }),
  }),
});

function declarationsOf({ app, grantedScopes, consent }: Principal): Declaration[] | null {
  if (app === null) return null;
  const granted = consent === null ? grantedScopes : closure(consent.granted);
  return app.declaredScopes.map(({ scope, required }) => ({
    scope: scopeDefinition(scope),
    required,
    granted: granted.has(scope),
  }));
}

export const CurrentApp = builder.objectRef<Principal>('CurrentApp').implement({
  description: 'Who the token speaks for, and what it may do.',
  authScopes: { authenticated: true },
  fields: (t) => ({
    clientId: t.exposeString('clientId', { description: "The client id at the token's issuer." }),
    app: t.field({
      type: App,
      nullable: true,
      description:
        'The app that the client belongs to; null for a client that is linked to no app of the platform.',
      ...derived(['app'], ({ app }: Principal) => app),
    }),
    store: t.field({
      type: Store,
      nullable: true,
      description: 'The store that the token belongs to.',
      ...edge('storeById', 'storeId'),
    }),
    grantedScopes: t.field({
      type: [Scope],
      description:
        'The scopes that the token may use: what it says, within what the merchant granted and the platform allows, with everything they include.',
      ...derived(['grantedScopes'], ({ grantedScopes }: Principal) =>
        grantedScopes.names().map(scopeDefinition),
      ),
    }),
    declaredScopes: t.field({
      type: [DeclaredScope],
      nullable: true,
      description:
        'What the app declared it needs, required or optional; null for a client that is linked to no app.',
      ...derived(['app', 'grantedScopes', 'consent'], declarationsOf),
    }),
    installedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the merchant installed the app; null for a client that is linked to no app.',
      ...derived(
        ['installation'],
        ({ installation }: Principal) => installation?.installedAt ?? null,
      ),
    }),
    tokenExpiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When the token stops working.',
    }),
  }),
});

builder.queryField('currentApp', (t) =>
  t.field({
    type: CurrentApp,
    nullable: true,
    authScopes: { authenticated: true },
    description: 'Who the token speaks for, and what it may do.',
    ...given(({ principal }) => principal),
  }),
);
