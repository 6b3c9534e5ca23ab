import type { ServerResponse } from 'node:http';

/** So many do not wait for others. */
const MOST = 16;

let waiting: (readonly [ServerResponse, string])[] = [];

/**
 * Ends a response together with the others of this turn of the event loop: the first write wakes up whoever reads, and
 * those that follow at once find it awake. Each by itself takes a quarter of a small request's processor time.
 */
export function endWithTurn(res: ServerResponse, text: string): void {
  if (waiting.length === 0) setImmediate(endAll);
  waiting.push([res, text]);
  if (waiting.length === MOST) endAll();
}

function endAll(): void {
  const all = waiting;
  waiting = [];
  for (const [res, text] of all) res.end(text);
}
