import { AppError } from '../errors.ts';

/** What every refused token is told, whatever was wrong with it. The reason is in `detail`, for the log. */
export const INVALID_TOKEN_MESSAGE =
  'The access token is malformed, expired, revoked or not meant for this gateway.';

/** What a caller is told when its token could not be checked through no fault of the token. */
export const UNAVAILABLE_MESSAGE =
  'The access token cannot be checked at the moment; try again shortly.';

/**
 * The refusal of a token: code INVALID_TOKEN (RFC 6750 section 3.1), one public sentence.
 * `detail` tells which check fired and must not contain the token or a part of it.
 */
export function invalidToken(detail: string, cause?: unknown): AppError {
  return new AppError('INVALID_TOKEN', INVALID_TOKEN_MESSAGE, { detail, cause });
}

/** The answer when keys or stores cannot be reached: code UNAVAILABLE, so that nobody throws a good token away. */
export function unavailable(detail: string, cause?: unknown): AppError {
  return new AppError('UNAVAILABLE', UNAVAILABLE_MESSAGE, { detail, cause });
}
