import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { printScopedSchema } from '../schema/print.ts';
import { getOrMake } from '../scopes/caches.ts';
import type { TokenVerifier } from '../token/verifier.ts';
import { failureAnswer } from './answers.ts';
import { authenticate, type RefuseOptions, refuseToken } from './authenticate.ts';
import type { Introspection } from './introspect.ts';

export interface DownloadOptions extends RefuseOptions {
  readonly introspection: Introspection;
  readonly verifier: TokenVerifier;
}

/** Where the schema is to be had as SDL. */
export const SCHEMA_PATH = '/schema.graphql';

/**
 * Answers a GET or HEAD with what the caller may know of the schema, as SDL that says the scopes of each
 * element. A bad token is refused also where none is needed.
 */
export function createSchemaDownload({ introspection, ...options }: DownloadOptions) {
  const isForAll = introspection.setting === 'public';
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const accept = request.headers.accept ?? null;
    try {
      const principal = await authenticate(request, options.verifier);
      const view = introspection.viewOf(principal?.grantedScopes ?? null);
      if (view === null) {
        send(response, failureAnswer(introspection.refusal, accept, options.resourceMetadata));
        return;
      }
      const { body, etag } = printed(view);
      const isKnown = namesTag(request.headers['if-none-match'], etag);
      send(response, {
        status: isKnown ? 304 : 200,
        headers: {
          etag,
          'cache-control': isForAll ? 'no-cache' : 'private, no-cache',
          vary: 'authorization, x-scope-limit',
          // No media type is registered for SDL, and browsers show this one.
          ...(!isKnown && { 'content-type': 'text/plain; charset=utf-8' }),
        },
        ...(!isKnown && { body }),
      });
    } catch (error) {
      send(response, refuseToken(error, accept, options));
    }
  };
}

interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function send(response: ServerResponse, { status, headers, body }: WholeAnswer): void {
  const length = body !== undefined && { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}

interface Printed {
  readonly body: string;
  /** A strong validator (RFC 9110 section 8.8.3). */
  readonly etag: string;
}

const PRINTED = new WeakMap<GraphQLSchema, Printed>();

const printed = (schema: GraphQLSchema): Printed =>
  getOrMake(PRINTED, schema, () => {
    const body = printScopedSchema(schema);
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    return { body, etag };
  });

/** Whether an `If-None-Match` names the tag, by the weak comparison of RFC 9110 section 13.1.2. */
function namesTag(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}
