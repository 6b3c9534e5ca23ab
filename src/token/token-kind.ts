/**
 * What a token is, told by its beginning alone: `opaque` is an access token that this gateway issued
 * itself, `other` one of its tokens that gives no access (a refresh token, say), `jwt` everything
 * else. The kind decides the one way a token is tried; nothing is tried a second way after it failed.
 */
export type TokenKind = 'opaque' | 'other' | 'jwt';

/** The kind of a token. Nothing about the token has been checked but its prefix. */
export function tokenKind(token: string): TokenKind {
  if (token.startsWith('op_at_')) return 'opaque';
  return token.startsWith('op_') ? 'other' : 'jwt';
}
