import { errors } from 'oidc-provider';
import type { System } from '../data/system.ts';
import { AppError } from '../errors.ts';

/** Seconds after which it is worth another try. */
export const RETRY_AFTER = '1';

/**
 * The platform's data for oidc-provider, which answers every error that it does not know with 500: that the database is
 * away is then said in OAuth's words (RFC 6749 section 4.1.2.1), with 503.
 */
export const inOAuthWords = ({ transaction }: System): System => ({
  transaction: (work) =>
    transaction(work).catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'UNAVAILABLE' ? unavailable(error) : error;
    }),
});

function unavailable(cause: AppError): errors.OIDCProviderError {
  const { message, detail = message } = cause;
  const options = { cause, detail };
  const error = new errors.CustomOIDCProviderError('temporarily_unavailable', message, options);
  return Object.assign(error, { status: 503, statusCode: 503 });
}
