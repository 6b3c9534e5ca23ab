import { AsyncLocalStorage } from 'node:async_hooks';

/** What is the same for everything that happens during one HTTP request. */
export interface RequestScope {
  readonly requestId: string;
}

const storage = new AsyncLocalStorage<RequestScope>();

let running = 0;

/** Runs a function, and everything that it waits for, inside a request. */
export async function withRequest<T>(
  scope: RequestScope,
  run: () => T | Promise<T>,
): Promise<Awaited<T>> {
  running += 1;
  try {
    return await storage.run(scope, run);
  } finally {
    running -= 1;
    // Before Node 24 every promise of the process is dearer while a storage is in use, also for whoever needs none.
    if (running === 0) storage.disable();
  }
}

/** The id of the request that is being answered; null outside of one. */
export const currentRequestId = (): string | null => storage.getStore()?.requestId ?? null;
