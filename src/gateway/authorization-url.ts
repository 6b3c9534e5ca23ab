import { type ExecutionResult, GraphQLError } from 'graphql';
import { closure } from '../scopes/effective-scopes.ts';
import { ScopeSet } from '../scopes/scope-set.ts';
import type { Principal } from '../token/principal.ts';

/**
 * Where an app sends its merchant to be granted what a request lacked, with what it has already; null where that would
 * not help. It helps an app that was installed here, when it declares all that is missing, may have it as the platform
 * has approved it, and the merchant has not granted it yet: what only this token lacks, another token brings.
 *
 * The app adds what only it can make: `state`, and `code_challenge` with `code_challenge_method=S256`. The address that
 * it is sent back to is the first that it registered: without one a request of an app that registered several is
 * invalid (RFC 6749 section 3.1.2.3), and so the server guesses none. An app may put another of its own there.
 */
export function authorizationUrl(
  endpoint: string | null,
  principal: Principal | null,
  missing: readonly string[],
): string | null {
  if (endpoint === null || !principal?.consent || missing.length === 0) return null;
  const { clientId, storeId, consent } = principal;
  const { granted, askable, redirectUri } = consent;
  const isGranted = closure(granted);
  if (!missing.every((scope) => askable.has(scope))) return null;
  if (missing.every((scope) => isGranted.has(scope))) return null;
  const url = new URL(endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    scope: granted.intersect(askable).union(ScopeSet.of(missing)).toString(),
    store_id: storeId,
    ...(redirectUri !== null && { redirect_uri: redirectUri }),
  }).toString();
  return url.href;
}

/** Says with each refusal that a merchant could end where to ask; one with the same scopes gets the same address. */
export function withAuthorizationUrls(
  result: ExecutionResult,
  endpoint: string | null,
  principal: Principal | null,
): ExecutionResult {
  if (endpoint === null || !principal?.consent || !result.errors) return result;
  const urls = new Map<string, string | null>();
  const errors = result.errors.map((error) => {
    const { code, missingScopes } = error.extensions;
    if (code !== 'INSUFFICIENT_SCOPE' || !Array.isArray(missingScopes)) return error;
    const key = missingScopes.join(' ');
    if (!urls.has(key)) urls.set(key, authorizationUrl(endpoint, principal, missingScopes));
    const url = urls.get(key);
    if (!url) return error;
    const { message, nodes = null, path = null, extensions } = error;
    const told = { ...extensions, authorizationUrl: url };
    return new GraphQLError(message, { nodes, path, extensions: told });
  });
  return { ...result, errors };
}
