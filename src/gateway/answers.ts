import { AppError } from '../errors.ts';
import { currentRequestId } from '../telemetry/request-scope.ts';
import { buildChallenge } from '../token/challenge.ts';
import { RETRY_AFTER } from './client-errors.ts';

/** The headers that go with a failure: what to authenticate with, or when to try again. */
export function headersOf(error: AppError, resourceMetadata: string): Record<string, string> {
  if (error.status === 503) return { 'retry-after': RETRY_AFTER };
  switch (error.code) {
    case 'UNAUTHENTICATED':
      return { 'www-authenticate': buildChallenge({ resourceMetadata }) };
    case 'INVALID_TOKEN':
    case 'INVALID_REQUEST':
      return {
        'www-authenticate': buildChallenge({
          resourceMetadata,
          error: error.code === 'INVALID_TOKEN' ? 'invalid_token' : 'invalid_request',
          errorDescription: error.message,
        }),
      };
    default:
      return {};
  }
}

const JSON_TYPES = ['application/graphql-response+json', 'application/json'];

/** A whole answer that is one failure, in the media type that the request prefers. */
export function failureAnswer(
  error: AppError,
  accept: string | null,
  resourceMetadata: string,
): { status: number; headers: Record<string, string>; body: string } {
  const preferred = JSON_TYPES.find((type) => accept?.includes(type)) ?? 'application/json';
  const requestId = error.status >= 500 ? { requestId: currentRequestId() } : {};
  const extensions = { code: error.code, ...requestId };
  return {
    status: error.status,
    headers: {
      'content-type': `${preferred}; charset=utf-8`,
      ...headersOf(error, resourceMetadata),
    },
    body: JSON.stringify({ errors: [{ message: error.message, extensions }] }),
  };
}

/** Anything thrown, as an `AppError`. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('INTERNAL', 'Something went wrong on our side.', { cause: error });
}
