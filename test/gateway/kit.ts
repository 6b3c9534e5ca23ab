import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Source } from '../../src/data/source.ts';
import type { Writer } from '../../src/data/writer.ts';
import { type ServerOptions, startServer } from '../../src/server.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import type { Answer } from '../support/gateway.ts';
import { createDirectory, createKit, type TokenKit } from '../token/token-kit.ts';

/** The two media types of GraphQL over HTTP. */
export const MEDIA_TYPES = ['application/json', 'application/graphql-response+json'] as const;

/** The challenge of a request without credentials; the others begin with it. */
export const CHALLENGE =
  'Bearer realm="scopegate", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"';

/** The one public sentence about a token that was refused. */
export const BAD_TOKEN =
  'The access token is malformed, expired, revoked or not meant for this gateway.';

/** The one public sentence about anything that is our fault. */
export const MASKED = 'Something went wrong on our side.';

export const LIMITS = {
  maxTokens: 5000,
  maxDepth: 16,
  maxAliases: 50,
  maxBodyBytes: 256 * 1024,
  requestMilliseconds: 10_000,
};

/** A writer for what writes nothing. */
const NO_WRITER: Writer = {
  transaction: () => Promise.reject(new Error('Something was written.')),
};

/** A source without a row, but for what a test replaces. */
export function emptySource(changes: Partial<Source> = {}): Source {
  return {
    wave: async (_session, loads) => loads.map(() => []),
    report: async (_session, reports) => reports.map(() => []),
    resolveStore: async (reference) =>
      reference.startsWith('store-') ? { id: reference, name: 'Store', domain: 'x.example' } : null,
    check: async () => {},
    close: async () => {},
    ...changes,
  };
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A logger that keeps its lines. */
export function keepingLogger(): Logger & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const keep = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, fields: { ...fields }, message });
  };
  return {
    lines,
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
}

/** Everything that was logged, with the text of errors and of what caused them. */
export function textOf(lines: readonly LogLine[]): string {
  const spell = (_: string, value: unknown) =>
    value instanceof Error
      ? { name: value.name, message: value.message, stack: value.stack, cause: value.cause }
      : value;
  return lines.map((line) => JSON.stringify(line, spell)).join('\n');
}

export interface Started {
  readonly url: string;
  readonly endpoint: string;
  readonly port: number;
  readonly kit: TokenKit;
  readonly lines: LogLine[];
  token(scope: string): string;
  close(drainMilliseconds?: number): Promise<void>;
}

export interface StartOptions extends Partial<ServerOptions> {
  /** Whose tokens are trusted. */
  readonly kit?: TokenKit;
}

/** Made once, because an RSA key takes its time. */
const KIT = createKit();

/** The gateway on a free port, over a source without rows unless another one is given. */
export async function start({ kit = KIT, ...changes }: StartOptions = {}): Promise<Started> {
  const source = changes.source ?? emptySource();
  const logger = keepingLogger();
  const server = await startServer({
    source,
    writer: NO_WRITER,
    explorer: { html: '<!doctype html>', headers: {}, assets: (_req, _res, next) => next() },
    clock: () => new Date(),
    verifier: createTokenVerifier({
      issuers: kit.issuers,
      resolveStore: (reference) => source.resolveStore(reference),
      directory: createDirectory(),
    }),
    logger,
    secret: randomBytes(32),
    issuers: kit.issuers.map(({ issuer }) => issuer),
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'https://api.example.com',
    scopeMode: 'filter',
    refusalErrors: 'per-coordinate',
    introspection: 'public',
    limits: LIMITS,
    ...changes,
  });
  return {
    url: server.url,
    endpoint: `${server.url}/graphql`,
    port: Number(new URL(server.url).port),
    kit,
    lines: logger.lines,
    token: (scope) => kit.mint({ claims: { scope } }),
    close: (drain = 1_000) => server.close(drain),
  };
}

export interface Sent {
  readonly token?: string | null;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** POSTs a body, an object as JSON and anything else as it is, and gives the answer whole. */
export async function post(
  endpoint: string,
  body: object | string | Uint8Array<ArrayBuffer>,
  { token, accept, headers }: Sent = {},
): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(accept === undefined ? {} : { accept }),
      ...headers,
    },
    body: isRaw ? body : JSON.stringify(body),
  });
  return read(response);
}

/** An answer with its body as text, and parsed where it is JSON. */
export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
}

export interface RawAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Every byte that came back, as Latin-1. */
  readonly text: string;
}

/** Writes bytes to a socket and reads until the other side closes it, for at most some time. */
export function raw(port: number, bytes: string | Uint8Array, limit = 5_000): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const timer = setTimeout(() => socket.destroy(), limit);
    socket.on('data', (data) => {
      text += data.toString('latin1');
    });
    // A server that has answered may reset what it did not want to read.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(parseAnswer(text));
    });
    socket.write(bytes);
  });
}

export function parseAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { status: Number(first.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n'), text };
}

/** The text of a request; `target` goes on the wire as it is. */
export function requestText(
  method: string,
  target: string,
  { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string } = {},
): string {
  const all: Record<string, string> = {
    host: 'gateway.example',
    connection: 'close',
    ...(body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** The value at a path of an answer's data. */
export function valueAt(data: unknown, path: readonly (string | number)[] = []): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | null)?.[key],
    data,
  );
}
