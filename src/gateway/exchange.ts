import type { ServerResponse } from 'node:http';
import { withRequest } from '../telemetry/request-scope.ts';

/** What every answer says, whichever door it comes from. */
export const standingHeaders = (requestId: string) => ({
  'x-request-id': requestId,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  vary: 'authorization, accept',
});

/** Answers a request: whatever logs or fails meanwhile knows its id. It is over when whoever asked is gone. */
export function inExchange(
  res: ServerResponse,
  requestId: string,
  answer: () => unknown,
): Promise<unknown> {
  for (const [name, value] of Object.entries(standingHeaders(requestId)))
    res.setHeader(name, value);
  const closed = new Promise((resolve) => res.once('close', resolve));
  // Who stops reading and goes leaves an answer that is never written to its end.
  return withRequest({ requestId }, () => Promise.race([answer(), closed]));
}
