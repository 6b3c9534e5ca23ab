import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect } from 'node:net';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError, type ErrorCode, StartError } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';

/**
 * The door by which platform commands reach a gateway that holds the embedded database: a Unix domain socket in the
 * data folder, which nobody but the folder's user may open. What goes through is HTTP: `POST /<operation>` with one
 * JSON document, answered by another, `{ "result" }` or `{ "error": { "code", "message" } }`.
 */

/** Does what an operation says, whose name and input come as they were sent. */
export type Perform = (name: string, input: unknown) => Promise<unknown>;

export interface PrivateServer {
  /** Lets running operations finish for at most this many milliseconds, and takes the socket away. */
  close(drainMilliseconds: number): Promise<void>;
}

/** Larger work is sent in parts. */
const MOST_BYTES = 1024 * 1024;

/** What `sockaddr_un` holds, without the byte that ends it. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103;

/**
 * The path of the socket of a data folder, from the working directory where that is shorter.
 *
 * @throws StartError when the operating system takes no path so long.
 */
export function socketOf(directory: string): string {
  const path = join(directory, 'platform.sock');
  const fromHere = relative('', path);
  const shorter = Buffer.byteLength(fromHere) < Buffer.byteLength(path) ? fromHere : path;
  const length = Buffer.byteLength(shorter);
  if (length <= LONGEST_PATH) return shorter;
  throw new StartError([
    `The path of the socket ${path} has ${length} bytes, and the operating system takes ${LONGEST_PATH}. Set SCOPEGATE_DATA_DIR to a folder with a shorter path.`,
  ]);
}

/**
 * Listens in a data folder, which this process must have locked: a socket that is there already was left by a process
 * that was killed.
 *
 * @throws StartError when that cannot be.
 */
export async function listenPrivately(
  directory: string,
  perform: Perform,
  logger: Logger,
): Promise<PrivateServer> {
  const path = socketOf(directory);
  const server = createServer((incoming, response) => void answer(incoming, response));
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const { status, body } = await outcomeOf(incoming, perform, logger);
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(body));
  };
  // Without a listener an error of the socket would end the gateway.
  server.on('error', (err) => logger.error({ err }, 'the socket of platform commands failed'));
  try {
    await rm(path, { force: true });
    bind(server, path);
    await once(server, 'listening');
  } catch (error) {
    throw new StartError([
      `The socket ${path} cannot be made: ${error instanceof Error ? error.message : error}.`,
    ]);
  }
  return {
    close: async (drainMilliseconds) => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), drainMilliseconds);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** The socket is there before `listen` returns, so that it never stands open to others. */
function bind(server: Server, path: string): void {
  const mask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
}

interface Outcome {
  readonly status: number;
  readonly body: object;
}

async function outcomeOf(
  incoming: IncomingMessage,
  perform: Perform,
  logger: Logger,
): Promise<Outcome> {
  const name = (incoming.url ?? '').slice(1);
  try {
    if (incoming.method !== 'POST') throw new AppError('INVALID_REQUEST', 'Operations are POSTed.');
    const result = await perform(name, await readInput(incoming));
    return { status: 200, body: { result: result ?? null } };
  } catch (error) {
    if (error instanceof AppError && error.expose) {
      const { status, code, message } = error;
      return { status, body: { error: { code, message } } };
    }
    logger.error({ operation: name, err: error }, 'a platform command failed');
    const message = 'The gateway failed unexpectedly; its log says why.';
    return { status: 500, body: { error: { code: 'INTERNAL', message } } };
  }
}

async function readInput(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size <= MOST_BYTES) chunks.push(chunk);
  }
  // Said when all was read: a client that is still writing would not hear it.
  if (size > MOST_BYTES) {
    throw new AppError('BODY_TOO_LARGE', `An operation takes at most ${MOST_BYTES} bytes.`);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (cause) {
    throw new AppError('INVALID_REQUEST', 'The input is not JSON.', { cause });
  }
}

/**
 * Whether a process listens at a socket. A socket that a killed process left behind counts for nothing.
 *
 * @throws StartError when this user may not use it.
 */
export async function isListening(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return false;
    throw unreachable(path, error);
  } finally {
    socket.destroy();
  }
}

/**
 * Has an operation done by the process behind a socket.
 *
 * @throws AppError what the operation threw; StartError when the process cannot be reached.
 */
export async function callPrivately(path: string, name: string, input: unknown): Promise<unknown> {
  const answer = await send(path, name, JSON.stringify(input)).catch((error: unknown) => {
    throw unreachable(path, error);
  });
  const { result, error } = JSON.parse(answer) as {
    readonly result?: unknown;
    readonly error?: { readonly code: ErrorCode; readonly message: string };
  };
  if (error) throw new AppError(error.code, error.message);
  return result;
}

async function send(path: string, name: string, body: string): Promise<string> {
  const sending = request({ socketPath: path, method: 'POST', path: `/${name}`, agent: false });
  sending.setHeader('content-type', 'application/json');
  // What happens after the answer began is told by reading it.
  sending.on('error', () => {});
  sending.end(body);
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  return text(response);
}

const unreachable = (path: string, error: unknown) =>
  new StartError([
    `The gateway cannot be reached at ${path}: ${error instanceof Error ? error.message : error}. Run this as the user that runs the gateway, and look whether it still runs.`,
  ]);
