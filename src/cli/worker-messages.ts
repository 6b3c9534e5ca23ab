/** What a worker tells the process that started it, once. */
export type WorkerNews =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** What that process tells a worker: to finish. No signal, because one may come from elsewhere at the same time. */
export const STOP = 'stop';
