import type { GraphiQLProps } from 'graphiql';
import type { ExecutionResult } from 'graphql';

type Fetcher = GraphiQLProps['fetcher'];

/**
 * Sends GraphiQL's operations to `/graphql`, with the token `readToken` gives at that moment, or
 * without credentials when it is empty. A refusal is returned as the server worded it; an answer
 * that is not JSON is an error naming its status.
 */
export function createFetcher(readToken: () => string): Fetcher {
  return async (params, options) => {
    const headers = new Headers({
      accept: 'application/graphql-response+json, application/json',
      'content-type': 'application/json',
    });
    for (const [name, value] of Object.entries(options?.headers ?? {})) {
      headers.set(name, String(value));
    }
    const token = readToken();
    if (token !== '') headers.set('authorization', `Bearer ${token}`);

    const response = await fetch('/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify({ ...params, operationName: params.operationName ?? undefined }),
      credentials: 'omit',
      cache: 'no-store',
      // The token must not follow a redirect to another place.
      redirect: 'error',
    });
    return parseAnswer(response.status, await response.text());
  };
}

function parseAnswer(status: number, body: string): ExecutionResult {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error(`The server answered ${status} with something that is not JSON.`);
  }
}
