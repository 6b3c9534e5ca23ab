import { AppError } from '../errors.ts';
import { invalidToken } from './refusal.ts';

/** The parts of an incoming request that may carry a token. */
export interface BearerRequest {
  /** Names and values in turn, as Node received them, so that a repeated header shows. */
  readonly rawHeaders: readonly string[];
  readonly url: string;
}

/** RFC 6750 section 2.1: one or more spaces, then one `b64token`. The scheme's case does not matter. */
const CREDENTIALS = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The token of a request, from its `Authorization` header only; null when it has none. The token
 * itself has not been looked at.
 *
 * @throws AppError INVALID_REQUEST when the header comes twice or the query string has an
 * `access_token` (it would end up in logs); INVALID_TOKEN when the header is anything but one Bearer
 * token (RFC 6750 section 3.1).
 */
export function readBearer({ rawHeaders, url }: BearerRequest): string | null {
  if (url.includes('?') && queryOf(url).has('access_token')) {
    throw new AppError(
      'INVALID_REQUEST',
      'Send the access token in the Authorization header, not in the query string.',
    );
  }
  let value: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (!isAuthorization(rawHeaders[index])) continue;
    if (value !== undefined) {
      throw new AppError('INVALID_REQUEST', 'Send one Authorization header, not several.');
    }
    value = rawHeaders[index + 1];
  }
  if (value === undefined) return null;
  const token = CREDENTIALS.exec(value)?.[1];
  if (token === undefined) throw invalidToken('the Authorization header is not one Bearer token');
  return token;
}

const AUTHORIZATION = 'authorization';

const isAuthorization = (name: string | undefined) =>
  name?.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION;

function queryOf(url: string): URLSearchParams {
  const [beforeFragment = ''] = url.split('#', 1);
  const start = beforeFragment.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : beforeFragment.slice(start + 1));
}
