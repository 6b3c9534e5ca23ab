import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../token/principal.ts';

/** Who asks, or why that is not known. */
export type Caller = { readonly principal: Principal | null } | { readonly refused: unknown };

/** What travels with a request through Yoga, from the socket to the resolvers' context. */
export interface ServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Who sent the request, as its token says. */
  readonly caller: Caller;
  /** Who asks; set once the token has been verified, null for a request without one. */
  principal?: Principal | null;
}
