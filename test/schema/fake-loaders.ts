import type { Loaders } from '../../src/data/loaders.ts';

/** What was asked of fake loaders, in order. */
export type Call = readonly [method: keyof Loaders, ...args: unknown[]];

interface Answers {
  readonly row?: unknown;
  readonly page?: readonly unknown[];
  readonly count?: number;
  /** Rows and pages of single batches, where they are not those above. */
  readonly of?: Readonly<Record<string, unknown>>;
}

/** Loaders that note each call and answer the same to all, or to all of a batch. */
export function fakeLoaders({ row = null, page = [], count = 0, of = {} }: Answers = {}) {
  const calls: Call[] = [];
  const note =
    (method: keyof Loaders, answer: unknown) =>
    async (...args: unknown[]) => {
      calls.push([method, ...args]);
      const batch = String(args[0]);
      return Object.hasOwn(of, batch) ? of[batch] : answer;
    };
  const loaders = {
    row: note('row', row),
    page: note('page', page),
    count: note('count', count),
    totals: note('totals', []),
    report: note('report', new Map()),
  } as unknown as Loaders;
  return { loaders, calls };
}
