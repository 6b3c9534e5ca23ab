import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Answers 504 when an operation takes longer than this many milliseconds. What it had started goes on
 * until its own limit: the database ends a statement after the same time.
 */
export function useTimeLimit(milliseconds: number): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args) => {
        let timer: NodeJS.Timeout | undefined;
        const timeout = new Promise<ExecutionResult>((resolve) => {
          timer = setTimeout(() => resolve(tooSlow(milliseconds)), milliseconds);
        });
        try {
          return await Promise.race([executeFn(args), timeout]);
        } finally {
          clearTimeout(timer);
        }
      });
    },
  };
}

const tooSlow = (milliseconds: number): ExecutionResult => ({
  errors: [
    new GraphQLError(
      `The operation took longer than ${milliseconds / 1000} s. Ask for less, or for smaller pages.`,
      { extensions: { code: 'TIMEOUT', http: { status: 504 } } },
    ),
  ],
});
