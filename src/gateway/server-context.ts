import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../token/principal.ts';

/** Who asks, or why that is not known. */
export type Caller = { readonly principal: Principal | null } | { readonly refused: unknown };

/** What travels with a request through Yoga, from the socket to the resolvers' context. */
export interface ServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly caller: Caller;
}

/**
 * Who asks; null for a request without a token.
 *
 * @throws what a token was refused with: such a request is answered before anything asks, and must not pass for one
 * without a token.
 */
export function principalOf({ caller }: ServerContext): Principal | null {
  if ('refused' in caller) throw caller.refused;
  return caller.principal;
}
