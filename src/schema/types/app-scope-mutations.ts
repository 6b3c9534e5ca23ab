import { REVOKE_APP_SCOPES, revokeAppScopes } from '../../commands/app-scopes.ts';
import type { UserError, Written } from '../../commands/command.ts';
import { scopeDefinition } from '../../scopes/catalogue.ts';
import { closure } from '../../scopes/effective-scopes.ts';
import { ScopeSet } from '../../scopes/scope-set.ts';
import type { Principal } from '../../token/principal.ts';
import { builder } from '../builder.ts';
import { attempt, UserErrorType } from '../mutation.ts';
import { CurrentApp } from './current-app.ts';
import { Scope } from './scope.ts';

/** What was given up, and who the token speaks for after it. */
interface Revoked {
  readonly revoked: ScopeSet;
  readonly userErrors: readonly UserError[];
  readonly principal: Principal | null;
}

const RevokeAppScopesInput = builder.inputType('RevokeAppScopesInput', {
  description: 'What an app gives up.',
  fields: (t) => ({
    scopes: t.stringList({
      required: true,
      description:
        'The names of optional scopes. All of them are given up, or none where one cannot be. One that the app does not have is given up already.',
    }),
  }),
});

const RevokeAppScopesPayload = builder.objectRef<Revoked>('RevokeAppScopesPayload').implement({
  description: 'What `revokeAppScopes` did.',
  authScopes: { authenticated: true },
  fields: (t) => ({
    revokedScopes: t.field({
      type: [Scope],
      description:
        'What the app lost with this, with everything that was included in it; empty where nothing was changed.',
      resolve: ({ revoked }) => revoked.names().map(scopeDefinition),
    }),
    currentApp: t.field({
      type: CurrentApp,
      nullable: true,
      description: 'Who the token speaks for, with what is left to it.',
      resolve: ({ principal }) => principal,
    }),
    userErrors: t.field({
      type: [UserErrorType],
      description: 'What kept it from being done; empty when it was.',
      resolve: ({ userErrors }) => [...userErrors],
    }),
  }),
});

builder.mutationField(revokeAppScopes.name, (t) =>
  t.field({
    type: RevokeAppScopesPayload,
    nullable: true,
    authScopes: { authenticated: true },
    description:
      'Gives optional scopes back that the merchant granted to the app. All tokens of the installation lose them within five seconds, whatever they say, and only the merchant can grant them again. A scope that the app requires goes with the whole app alone.',
    args: {
      input: t.arg({ type: RevokeAppScopesInput, required: true, description: 'What to do.' }),
    },
    resolve: async (_root, args, context) => {
      const command = { command: revokeAppScopes, shape: REVOKE_APP_SCOPES };
      const { written, userErrors } = await attempt(command, args, context);
      const { principal } = context;
      if (written === null) return { revoked: ScopeSet.empty, userErrors, principal };
      return { userErrors, ...afterwards(written, principal) };
    },
  }),
);

/** The token was read before the mutation: what it may use is cut to what is granted now. */
function afterwards({ granted, revoked }: Written, principal: Principal | null) {
  const left = ScopeSet.parse(String(granted));
  return {
    revoked: ScopeSet.parse(String(revoked)),
    principal: principal && {
      ...principal,
      grantedScopes: principal.grantedScopes.intersect(closure(left)),
      consent: principal.consent && { ...principal.consent, granted: left },
    },
  };
}
