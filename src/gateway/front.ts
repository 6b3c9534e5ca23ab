import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DocumentNode, GraphQLError } from 'graphql';
import type { Session, Source } from '../data/source.ts';
import { Anomaly } from '../engine/anomaly.ts';
import type { Executables } from '../engine/executables.ts';
import { runExecutable } from '../engine/run.ts';
import { AppError } from '../errors.ts';
import type { CursorCodec } from '../schema/cursor.ts';
import type { ScopeMode } from '../scopes/decide.ts';
import { inDocumentOrder, type RefusalErrors, Refusals } from '../scopes/refusals.ts';
import type { RequirementIndex } from '../scopes/requirement-index.ts';
import { decideRequest } from '../scopes/scoped-request.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Principal } from '../token/principal.ts';
import { withAuthorizationUrls } from './authorization-url.ts';
import { requestedMode } from './authorize.ts';
import { describeError } from './client-errors.ts';
import { endOfTurn } from './end-of-turn.ts';
import { standingHeaders } from './exchange.ts';
import type { HotDocuments } from './hot-documents.ts';
import { tooSlow, within } from './limit-time.ts';

export interface FrontOptions {
  readonly index: RequirementIndex;
  readonly documents: HotDocuments;
  readonly executables: Executables;
  readonly source: Source;
  readonly cursors: CursorCodec;
  readonly clock: () => Date;
  readonly sessionOf: (principal: Principal | null, now: Date) => Session;
  readonly mode: ScopeMode;
  readonly refusalErrors: RefusalErrors;
  readonly authorizationEndpoint: string | null;
  readonly maxBodyBytes: number;
  readonly requestMilliseconds: number;
  readonly logger: Logger;
}

type BodyHolder = IncomingMessage & { body?: Buffer };

/** Lets go of what was read of a request, when it has been answered. */
export function forgetBody(req: BodyHolder): void {
  delete req.body;
}

/**
 * The short way for what comes again and again: a POST in JSON of a document that has been through the whole pipeline
 * before. It decides and runs with the pipeline's own functions, for whoever the token says, and answers only what succeeds.
 * Everything else, whatever is unusual or wrong, it leaves untouched, and says so: the pipeline then answers.
 */
export function createFront(options: FrontOptions) {
  const { documents, maxBodyBytes, logger } = options;

  return async (
    req: BodyHolder,
    res: ServerResponse,
    principal: Principal | null,
    requestId: string,
  ): Promise<boolean> => {
    const type = mediaTypeFor(req);
    const length = Number(req.headers['content-length']);
    if (type === null || !(length > 0 && length <= maxBodyBytes)) return false;
    const body = await bodyOf(req);
    // Whoever sent it is gone: there is nobody to answer.
    if (body === null) return true;
    await endOfTurn();
    const params = paramsOf(body);
    const document = params && documents.get(params.query);
    const answer =
      params && document
        ? await answerTo(req, principal, params, document, options).catch((error: unknown) => {
            if (isFault(error))
              logger.error({ requestId, err: describeError(error) }, 'engine failed');
            return null;
          })
        : null;
    if (answer === null) {
      // A body is read once: what comes after this finds it here.
      req.body = body;
      return false;
    }
    const { status, body: text } = answer;
    const headers = standingHeaders(requestId);
    headers.push('content-type', type, 'content-length', String(Buffer.byteLength(text)));
    endInOneWrite(res.writeHead(status, headers), text);
    return true;
  };
}

/** Whether an error is nothing that the pipeline is there for: it answers all the same, and nobody would know. */
const isFault = (error: unknown) =>
  !(error instanceof Anomaly || error instanceof AppError || error instanceof GraphQLError);

/**
 * Ends a response with a text, in one write. Bytes would be written apart from the head, and `end` itself writes an
 * empty string after a text that it is given.
 */
function endInOneWrite(res: ServerResponse, text: string): void {
  const { socket } = res;
  socket?.cork();
  res.write(text);
  socket?.uncork();
  res.end();
}

interface Params {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The whole answer; null where it is not for this way to give it. */
async function answerTo(
  { headers }: IncomingMessage,
  principal: Principal | null,
  { operationName, variables: sent }: Params,
  document: DocumentNode,
  options: FrontOptions,
): Promise<{ readonly status: number; readonly body: string } | null> {
  const { index, source, cursors, clock, requestMilliseconds } = options;
  const granted = principal?.grantedScopes ?? null;
  const mode = requestedMode(headers['x-scope-mode']) ?? options.mode;
  const decided = decideRequest(index, { document, operationName, variables: sent, granted, mode });
  if ('errors' in decided) return null;
  const { plan, decision, variables } = decided;
  if (decision.outcome !== 'allow' && decision.outcome !== 'filter') return null;
  const executable = options.executables.of(plan, decision, granted, variables);
  if (executable === null) return null;
  const now = clock();
  const refusals = new Refusals(options.refusalErrors);
  const data = await within(
    requestMilliseconds,
    runExecutable(executable, source, options.sessionOf(principal, now), {
      principal,
      granted,
      variables,
      cursors,
      now,
      refusals,
    }),
  );
  // It is not asked for again: what took too long once would take as long behind the other door.
  if (data === null) return { status: 504, body: tooLate(requestMilliseconds) };
  if (refusals.size === 0) return { status: 200, body: `{"data":${data}}` };
  const errors = refusals.errors(granted).toSorted(inDocumentOrder);
  const told = withAuthorizationUrls({ errors }, options.authorizationEndpoint, principal);
  return { status: 200, body: `{"data":${data},"errors":${JSON.stringify(told.errors)}}` };
}

const tooLate = (milliseconds: number): string => {
  const { errors = [] } = tooSlow(milliseconds);
  const shown = errors.map(({ message, extensions: { code } }) => ({
    message,
    extensions: { code },
  }));
  return JSON.stringify({ errors: shown });
};

const JSON_BODY = /^application\/json(; ?charset=utf-8)?$/i;

/** The media types that Yoga would choose for an `Accept`, for those that clients send. */
const ANSWERS: ReadonlyMap<string | undefined, string> = new Map(
  Object.entries({
    'application/json': 'application/json',
    '*/*': 'application/json',
    'application/graphql-response+json': 'application/graphql-response+json',
    'application/graphql-response+json, application/json': 'application/graphql-response+json',
  }).map(([accept, type]) => [accept, `${type}; charset=utf-8`]),
);

/** The media type of the answer; null for a request that is not one of the plain ones. */
function mediaTypeFor({ method, headers }: IncomingMessage): string | null {
  if (method !== 'POST') return null;
  if (!JSON_BODY.test(headers['content-type'] ?? '')) return null;
  if (headers['content-encoding'] !== undefined || headers.expect !== undefined) return null;
  return ANSWERS.get(headers.accept ?? '*/*') ?? null;
}

/** The whole body, by events: to iterate over a request costs more than to answer it. Null of one that was cut off. */
function bodyOf(req: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const cutOff = () => resolve(null);
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    req.on('error', cutOff);
    // It comes after the end as well, and says nothing then.
    req.on('close', cutOff);
  });
}

const KNOWN: readonly string[] = ['query', 'operationName', 'variables'];

/** What a body asks for, where it says that in the plain way. */
function paramsOf(body: Buffer): Params | null {
  let params: unknown;
  try {
    params = JSON.parse(body.toString());
  } catch {
    return null;
  }
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return null;
  if (!Object.keys(params).every((name) => KNOWN.includes(name))) return null;
  const { query, operationName = null, variables = null } = params as Record<string, unknown>;
  if (typeof query !== 'string') return null;
  if (operationName !== null && typeof operationName !== 'string') return null;
  if (typeof variables !== 'object' || Array.isArray(variables)) return null;
  return { query, operationName, variables: (variables ?? {}) as Params['variables'] };
}
