import { errors } from 'oidc-provider';
import { isGated, isScope, type Scope } from '../scopes/catalogue.ts';
import { type AppRecord, usableScopes } from './app-records.ts';

/**
 * The scopes that an app asks for; all that it may use when it names none. The names come from outside, and so are not
 * repeated in the answer unless they are scopes.
 *
 * @throws InvalidScope for a name that is no scope, one that the app does not declare, and one that is gated for it.
 */
export function askedScopes(app: AppRecord, scope: string | undefined): Scope[] {
  if (scope === undefined) return usableScopes(app);
  const asked = [...new Set(scope.split(' '))];
  const known = asked.filter(isScope);
  if (known.length < asked.length) {
    throw new errors.InvalidScope('The request names a scope that does not exist.', scope);
  }
  const declared = app.scopes.map(({ scope: name }) => name);
  const undeclared = known.filter((name) => !declared.includes(name));
  if (undeclared.length > 0) {
    throw new errors.InvalidScope(`The app does not declare ${undeclared.join(', ')}.`, scope);
  }
  const usable = usableScopes(app);
  const gated = known.filter((name) => isGated(name) && !usable.includes(name));
  if (gated.length > 0) {
    throw new errors.InvalidScope(
      `Only public apps that the platform approved may ask for ${gated.join(', ')}.`,
      scope,
    );
  }
  return known;
}
