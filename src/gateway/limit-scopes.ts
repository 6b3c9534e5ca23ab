import { AppError } from '../errors.ts';
import { closure } from '../scopes/effective-scopes.ts';
import { ScopeSet, unknownScopes } from '../scopes/scope-set.ts';
import type { Principal } from '../token/principal.ts';

/**
 * Who asks, after `X-Scope-Limit: read_orders read_products`, with which a caller drops scopes for one request:
 * of what was granted these are left and no others, and the rows that they open. It can only take
 * away; an empty header leaves none.
 *
 * @throws AppError INVALID_REQUEST for a name that is no scope, also without a token.
 */
export function limitScopes(
  principal: Principal | null,
  header: string | readonly string[] | undefined,
): Principal | null {
  if (header === undefined) return principal;
  const limit = String(header);
  const [unknown] = unknownScopes(limit);
  if (unknown !== undefined) {
    throw new AppError(
      'INVALID_REQUEST',
      `X-Scope-Limit names "${unknown}", which is not a scope. It takes scopes separated by spaces.`,
    );
  }
  if (principal === null) return null;
  const grantedScopes = principal.grantedScopes.intersect(closure(ScopeSet.parse(limit)));
  return { ...principal, grantedScopes };
}
