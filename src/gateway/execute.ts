import { type ExecutionArgs, execute, subscribe } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Runs operations with graphql-js: Yoga's own executor answers fields in the order they get ready. */
export function useReferenceExecutor(): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => execute(args));
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => subscribe(args));
    },
  };
}
