import { AsyncLocalStorage } from 'node:async_hooks';

/** What is the same for everything that happens during one HTTP request. */
export interface RequestScope {
  readonly requestId: string;
}

const storage = new AsyncLocalStorage<RequestScope>();

/** Runs a function, and everything that it starts, inside a request. */
export const withRequest = <T>(scope: RequestScope, run: () => T): T => storage.run(scope, run);

/** The id of the request that is being answered; null outside of one. */
export const currentRequestId = (): string | null => storage.getStore()?.requestId ?? null;
