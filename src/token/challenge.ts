/** The error codes of RFC 6750 section 3.1. */
export type BearerError = 'invalid_request' | 'invalid_token' | 'insufficient_scope';

export interface ChallengeOptions {
  /** The address of this gateway's protected resource metadata (RFC 9728 section 5.1). */
  readonly resourceMetadata: string;
  /** Left out when the request had no credentials at all. */
  readonly error?: BearerError;
  readonly errorDescription?: string;
  /** The scopes that would do, separated by spaces. */
  readonly scope?: string;
}

/**
 * The value of a `WWW-Authenticate` header (RFC 6750 section 3). Every value is made safe to stand in
 * quotes on one line: nothing in it can end its quotes, start another parameter or another header.
 */
export function buildChallenge(options: ChallengeOptions): string {
  const parameters: [name: string, value: string | undefined][] = [
    ['realm', 'scopegate'],
    ['resource_metadata', options.resourceMetadata],
    ['error', options.error],
    ['error_description', plain(options.errorDescription)],
    ['scope', plain(options.scope)],
  ];
  const given = parameters.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${quote(value)}`],
  );
  return `Bearer ${given.join(', ')}`;
}

/** RFC 6750 section 3 allows neither quote nor backslash in these two, not even escaped. */
function plain(value: string | undefined): string | undefined {
  return value?.replaceAll('"', "'").replaceAll('\\', '/');
}

/** A quoted-string of RFC 9110 section 5.6.4 in printable ASCII: anything else becomes a space or `?`. */
function quote(value: string): string {
  const printable = value.replace(/\p{Cc}+/gu, ' ').replace(/[^\x20-\x7e]/gu, '?');
  return `"${printable.replace(/["\\]/g, '\\$&')}"`;
}
