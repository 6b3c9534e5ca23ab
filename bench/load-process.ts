import { once } from 'node:events';
import type { LoadOrder, LoadReport } from './load.ts';
import type { Spawned } from './processes.ts';

/** Has the load process do what it is told and gives what came of it. */
export async function sendLoad({ child }: Spawned, order: LoadOrder): Promise<LoadReport> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('The load process ended.');
  });
  child.send(order);
  try {
    const [report] = await Promise.race([once(child, 'message', { signal }), ended]);
    return report as LoadReport;
  } finally {
    waiting.abort();
    ended.catch(() => {});
  }
}
