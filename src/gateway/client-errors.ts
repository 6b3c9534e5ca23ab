import { GraphQLError } from 'graphql';
import { AppError } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { currentRequestId } from '../telemetry/request-scope.ts';

/** Seconds after which a client may try again what could not be reached. */
export const RETRY_AFTER = '5';

/**
 * Makes of anything that went wrong the error that a client may see. GraphQL's own errors pass, because they
 * come from the document; an `AppError` shows its message and code; anything else is our fault, and is logged
 * and masked, with the request's id on both sides.
 */
export function createErrorMask(logger: Logger) {
  return (error: unknown): GraphQLError => {
    const cause = causeOf(error);
    if (cause instanceof GraphQLError) return cleaned(error as GraphQLError);
    const requestId = currentRequestId();
    const known = cause instanceof AppError ? cause : null;
    if (known === null || !known.expose || known.status >= 500) {
      logger.error(
        { requestId, detail: known?.detail, err: describeError(cause) },
        'request failed',
      );
    }
    const located = error instanceof GraphQLError ? error : null;
    const shown = known?.expose ? known.message : 'Something went wrong on our side.';
    return new GraphQLError(shown, {
      nodes: located?.nodes ?? null,
      source: located?.source ?? null,
      positions: located?.positions ?? null,
      path: located?.path ?? null,
      extensions: {
        code: known?.expose ? known.code : 'INTERNAL',
        ...(known?.expose && known.status < 500 ? {} : { requestId }),
        ...httpOf(known, located),
      },
    });
  };
}

/** Codes that Yoga gives, in this project's words. */
const CODES: Readonly<Record<string, string>> = {
  BAD_REQUEST: 'INVALID_REQUEST',
  REQUEST_ENTITY_TOO_LARGE: 'BODY_TOO_LARGE',
};

/** Yoga's own errors quote what they could not read; that does not go back, and 400 is 400 for everybody. */
function cleaned(error: GraphQLError): GraphQLError {
  const { originalError, code, ...extensions } = error.extensions;
  const renamed = CODES[String(code)];
  if (originalError === undefined && renamed === undefined) return error;
  return new GraphQLError(error.message, {
    path: error.path ?? null,
    extensions: {
      ...extensions,
      code: renamed ?? code,
      ...(originalError !== undefined && { http: { status: 400 } }),
    },
  });
}

/** An error for the log: without the fields in which database errors quote rows. */
export function describeError(error: unknown) {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, stack } = error;
  return { name, stack, ...('code' in error && { code: error.code }) };
}

/** What was thrown first, under the layers that locate it in a document. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/**
 * A database that is away answers 503 for the whole request. Other errors inside a result leave its status
 * alone: the rest of the answer stands.
 */
function httpOf(known: AppError | null, located: GraphQLError | null) {
  const status = known?.status ?? 500;
  if (located !== null && status !== 503) return {};
  const headers = status === 503 ? { 'retry-after': RETRY_AFTER } : {};
  return { http: { status, headers } };
}
