import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Transaction } from '../data/transactions.ts';
import { isScope, SCOPES, type Scope } from '../scopes/catalogue.ts';
import { closure } from '../scopes/effective-scopes.ts';
import { ScopeSet } from '../scopes/scope-set.ts';
import { type Command, Refused, refuse } from './command.ts';

/** What became of an installation's scopes. */
export interface Withdrawal {
  readonly installationId: string;
  /** What the merchant granted and the installation still has. */
  readonly granted: ScopeSet;
  /** What it may not use any more, with everything that was included in it. */
  readonly lost: ScopeSet;
  /** What could not go, and why. Where there is any, the transaction must not be committed. */
  readonly kept: readonly { readonly scope: Scope; readonly reason: string }[];
}

/** The scopes as one value for a statement. */
export const scopeArray = (scopes: readonly Scope[]): SQL => sql`${sql.param([...scopes])}::text[]`;

/** Another of these scopes that this one comes with, so that it cannot go by itself; null where there is none. */
export const includingScope = (granted: ScopeSet, scope: Scope): Scope | null =>
  granted.names().find((name) => name !== scope && closure(ScopeSet.of([name])).has(scope)) ?? null;

/**
 * Takes scopes from an installation, locked until the transaction ends: its tokens, whatever they say, lose them within
 * seconds. `call` is the function of the database that does it for this role. A scope that was not granted is taken
 * already. Null for no such installation.
 */
export async function withdraw(
  transaction: Transaction,
  call: SQL,
  scopes: readonly Scope[],
): Promise<Withdrawal | null> {
  const [found] = await transaction
    .select({
      installationId: sql<string>`installation_id`,
      app: sql<string>`app_name`,
      before: sql<readonly string[]>`granted_before`,
      declared: sql<readonly { scope: string; required: boolean }[]>`declared_scopes`,
    })
    .from(sql`${call} as withdrawn`);
  if (found === undefined) return null;
  const before = ScopeSet.of(found.before);
  const granted = before.without(ScopeSet.of(scopes));
  const reasonFor = (scope: Scope): string | null => {
    if (found.declared.some((one) => one.required && one.scope === scope)) {
      return `${found.app} requires ${scope}: it goes with the whole app, when that is uninstalled.`;
    }
    const including = includingScope(granted, scope);
    return including === null
      ? null
      : `${scope} comes with ${including}: that would have to go as well.`;
  };
  return {
    installationId: found.installationId,
    granted,
    lost: closure(before).without(closure(granted)),
    kept: scopes.flatMap((scope) => {
      const reason = reasonFor(scope);
      return reason === null ? [] : [{ scope, reason }];
    }),
  };
}

const scope = z
  .string()
  .refine(isScope, 'There is no such scope. Query.scopes lists those that there are.');

export const REVOKE_APP_SCOPES = z.object({
  scopes: z
    .array(scope)
    .min(1, 'There is at least one scope.')
    .max(SCOPES.length, `There are at most ${SCOPES.length} scopes.`),
});

/** Gives optional scopes of the app's own installation back, all that are named or none. */
export const revokeAppScopes: Command<z.infer<typeof REVOKE_APP_SCOPES>> = {
  name: 'revokeAppScopes',
  async run({ scopes: named }, { transaction, installation }) {
    const scopes = [...new Set(named)];
    const call = sql`platform.withdraw_own_scopes(${scopeArray(scopes)})`;
    const withdrawal = installation === null ? null : await withdraw(transaction, call, scopes);
    if (withdrawal === null) {
      refuse(
        'NOT_ALLOWED',
        null,
        'The token is not one of an app that a merchant installed: who issued it says what it may do.',
      );
    }
    const { installationId, granted, lost, kept } = withdrawal;
    if (kept.length > 0) {
      throw new Refused(
        ...kept.map(({ scope, reason: message }) => ({
          code: 'NOT_ALLOWED' as const,
          field: ['input', 'scopes', String(named.indexOf(scope))],
          message,
        })),
      );
    }
    return { id: installationId, granted: granted.toString(), revoked: lost.toString() };
  },
};
