import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { hashOf } from '../token/stored-hash.ts';
import {
  BadBody,
  mediaTypeOf,
  parseForm,
  parseJsonMembers,
  readBody,
  withBody,
} from './request-body.ts';

/** How a token is called between this server's own parts. */
export interface TokenAliases {
  /** A name for a JWT access token, which oidc-provider would not look up; every other token is its own name. */
  aliasOf(token: string): string;
  /** What a token is stored by, from the token or its alias. */
  hashOf(tokenOrAlias: string): string;
}

/** Aliases that nobody outside can make, because their beginning is random. */
export function createTokenAliases(): TokenAliases {
  const start = `op_alias_${randomBytes(24).toString('hex')}_`;
  return {
    aliasOf: (token) => (token.includes('.') ? `${start}${hashOf(token)}` : token),
    hashOf: (name) => (name.startsWith(start) ? name.slice(start.length) : hashOf(name)),
  };
}

/**
 * A request of the token, revocation or introspection endpoint as oidc-provider takes it: a form. JSON is taken as well,
 * and `scopes`, a list there and a text or several in a form, is another spelling of `scope`.
 *
 * @throws BadBody for a body of another kind, or one that says `scope` and `scopes`.
 */
export async function asFormRequest(
  request: IncomingMessage,
  { aliasOf }: TokenAliases,
): Promise<IncomingMessage> {
  const form = new URLSearchParams(await membersOf(request));
  const scopes = form.getAll('scopes');
  if (scopes.length > 0) {
    if (form.has('scope')) throw new BadBody('The body has "scope" and "scopes".');
    const scope = scopes.join(' ').trim();
    // An empty filter lets nothing through; left out it would let everything.
    if (scope === '') throw new BadBody('"scopes" names no scope.');
    form.delete('scopes');
    form.set('scope', scope);
  }
  const [token, ...more] = form.getAll('token');
  if (token !== undefined && more.length === 0) form.set('token', aliasOf(token));
  return withBody(request, form);
}

async function membersOf(request: IncomingMessage): Promise<[name: string, value: string][]> {
  const type = mediaTypeOf(request);
  if (type === 'application/json') return parseJsonMembers(await readBody(request));
  if (type === 'application/x-www-form-urlencoded') {
    return [...parseForm(await readBody(request))];
  }
  throw new BadBody('The body is application/x-www-form-urlencoded or application/json.');
}
