import type { Plugin } from 'graphql-yoga';
import { AppError } from '../errors.ts';

/** Makes JSON that cannot be read the client's mistake; Yoga takes it for its own in a query string. */
export function useRequestSyntax(): Plugin {
  return {
    onRequestParse({ requestParser, setRequestParser }) {
      if (!requestParser) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
          throw new AppError(
            'INVALID_REQUEST',
            'The "variables" and "extensions" of a request are JSON objects.',
          );
        }
      });
    },
  };
}
