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
import type { ServerContext } from './server-context.ts';

export interface AuthenticateOptions {
  readonly verifier: TokenVerifier;
  readonly resourceMetadata: string;
  readonly logger: Logger;
}

/**
 * Verifies the token of every request before its body is read. A bad token is refused
 * also where the operation would have needed none.
 */
export function useAuthentication(options: AuthenticateOptions): Plugin<object, ServerContext> {
  return {
    async onRequest({ request, serverContext, endResponse, fetchAPI }) {
      try {
        serverContext.principal = await authenticate(serverContext.req, options.verifier);
      } catch (error) {
        const answer = refuseToken(error, request.headers.get('accept'), options);
        endResponse(new fetchAPI.Response(answer.body, answer));
      }
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
  { resourceMetadata, logger }: AuthenticateOptions,
) {
  const error = asAppError(cause);
  const requestId = currentRequestId();
  const fields = { requestId, code: error.code, detail: error.detail };
  if (error.status >= 500)
    logger.error({ ...fields, err: describeError(cause) }, 'token not verified');
  else logger.info(fields, 'token refused');
  return failureAnswer(error, accept, resourceMetadata);
}
