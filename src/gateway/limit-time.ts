import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Answers 504 when an operation takes longer than this many milliseconds. What it had started goes on
 * until its own limit: the database ends a statement after the same time.
 */
export function useTimeLimit(milliseconds: number): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(
        async (args) => (await within(milliseconds, executeFn(args))) ?? tooSlow(milliseconds),
      );
    },
  };
}

/** What was waited for, or null when it took longer than so many milliseconds. */
export function within<T>(milliseconds: number, work: Promise<T> | T): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds, null);
    const done = (value: T) => {
      clearTimeout(timer);
      resolve(value);
    };
    const failed = (reason: unknown) => {
      clearTimeout(timer);
      reject(reason);
    };
    Promise.resolve(work).then(done, failed);
  });
}

/** The answer to what took longer, the same behind both doors. */
export const tooSlow = (milliseconds: number): ExecutionResult => ({
  errors: [
    new GraphQLError(
      `The operation took longer than ${milliseconds / 1000} s. Ask for less, or for smaller pages.`,
      { extensions: { code: 'TIMEOUT', http: { status: 504 } } },
    ),
  ],
});
