import type { Plugin } from 'graphql-yoga';
import type { Logger } from '../telemetry/logger.ts';
import { currentRequestId } from '../telemetry/request-scope.ts';
import { readBearer } from '../token/bearer.ts';
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
  const { verifier, resourceMetadata, logger } = options;
  return {
    async onRequest({ request, serverContext, endResponse, fetchAPI }) {
      try {
        const { headers, rawHeaders, url: target = '' } = serverContext.req;
        const token = readBearer({ rawHeaders, url: target });
        const principal = token === null ? null : await verifier.verify(token);
        serverContext.principal = limitScopes(principal, headers['x-scope-limit']);
      } catch (cause) {
        const error = asAppError(cause);
        const requestId = currentRequestId();
        const fields = { requestId, code: error.code, detail: error.detail };
        if (error.status >= 500)
          logger.error({ ...fields, err: describeError(cause) }, 'token not verified');
        else logger.info(fields, 'token refused');
        const answer = failureAnswer(error, request.headers.get('accept'), resourceMetadata);
        endResponse(new fetchAPI.Response(answer.body, answer));
      }
    },
  };
}
