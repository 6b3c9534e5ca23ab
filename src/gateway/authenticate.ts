import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from '../telemetry/logger.ts';
import { currentRequestId } from '../telemetry/request-scope.ts';
import { readBearer } from '../token/bearer.ts';
import type { Principal } from '../token/principal.ts';
import type { TokenVerifier } from '../token/verifier.ts';
import { asAppError, failureAnswer } from './answers.ts';
import { describeError } from './client-errors.ts';
import { limitScopes } from './limit-scopes.ts';
import type { Caller, ServerContext } from './server-context.ts';

export interface RefuseOptions {
  readonly resourceMetadata: string;
  readonly logger: Logger;
}

/** Verifies the token of a request, once and before its body is read. */
export async function identify(req: IncomingMessage, verifier: TokenVerifier): Promise<Caller> {
  try {
    return { principal: await authenticate(req, verifier) };
  } catch (refused) {
    return { refused };
  }
}

/** Refuses a bad token also where the operation would have needed none. */
export function useAuthentication(options: RefuseOptions): Plugin<object, ServerContext> {
  return {
    onRequest({ request, serverContext, endResponse, fetchAPI }) {
      const { caller } = serverContext;
      if ('principal' in caller) return;
      const answer = refuseToken(caller.refused, request.headers.get('accept'), options);
      endResponse(new fetchAPI.Response(answer.body, answer));
    },
  };
}

/**
 * Who sent a request, with the scopes that it asks to keep; null for one without a token.
 *
 * @throws AppError for a bad token, or one that cannot be verified now.
 */
export async function authenticate(
  { headers, rawHeaders, url = '' }: IncomingMessage,
  verifier: TokenVerifier,
): Promise<Principal | null> {
  const token = readBearer({ rawHeaders, url });
  const principal = token === null ? null : await verifier.verify(token);
  return limitScopes(principal, headers['x-scope-limit']);
}

/** The answer to a request whose token was not accepted. The reason goes to the log. */
export function refuseToken(
  cause: unknown,
  accept: string | null,
  { resourceMetadata, logger }: RefuseOptions,
) {
  const error = asAppError(cause);
  const requestId = currentRequestId();
  const fields = { requestId, code: error.code, detail: error.detail };
  if (error.status >= 500)
    logger.error({ ...fields, err: describeError(cause) }, 'token not verified');
  else logger.info(fields, 'token refused');
  return failureAnswer(error, accept, resourceMetadata);
}
