import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { type Agent, type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { openDemoIssuer } from '../../src/token/demo-issuer.ts';
import { ROOT } from './build.ts';

export type Environment = Readonly<Record<string, string>>;

/** What a process said and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A gateway in a process of its own that has said it is ready. */
export interface RunningCli {
  readonly url: string;
  readonly pid: number;
  /** What it printed until it was ready. */
  readonly out: string;
  /** What it has said on standard error by now. */
  err(): string;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
  /** Ends it as SIGTERM does, and gives what it said. */
  stop(): Promise<Ended>;
}

const children = new Set<ChildProcess>();
const folders = new Set<string>();

/** Nothing of the machine's own settings but where programs are. */
const BASE: Environment = { PATH: process.env.PATH ?? '', TZ: 'UTC' };

function launch(args: readonly string[], environment: Environment): [ChildProcess, Output] {
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args], {
    cwd: ROOT,
    env: { ...BASE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const output: Output = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.err += text;
  });
  return [child, output];
}

interface Output {
  out: string;
  err: string;
}

async function endOf(child: ChildProcess, output: Output): Promise<Ended> {
  const [code, signal] = await once(child, 'close');
  return { code, signal, ...output };
}

/** Runs a command of the built program to its end; one that does not end is killed, which shows in `signal`. */
export async function runCli(
  args: readonly string[],
  environment: Environment = {},
): Promise<Ended> {
  const [child, output] = launch(args, environment);
  const timer = setTimeout(() => child.kill('SIGKILL'), 25_000);
  try {
    return await endOf(child, output);
  } finally {
    clearTimeout(timer);
  }
}

/** Starts the built gateway and waits until it says that it is ready. */
export async function startCli(
  environment: Environment,
  args: readonly string[] = [],
): Promise<RunningCli> {
  const [child, output] = launch(['start', ...args], environment);
  const ended = endOf(child, output);
  const ready = /(?:GraphiQL: |listens on )(http:\/\/\S+?)(?:\/graphql)?(?: |\n)/;
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => {
      if (ready.test(output.out) && output.out.endsWith('.\n')) resolve();
    });
    ended.then(({ code, err }) => reject(new Error(`ended with ${code}: ${err}`)), reject);
  });
  return {
    url: ready.exec(output.out)?.[1] ?? '',
    pid: child.pid ?? 0,
    out: output.out,
    err: () => output.err,
    kill: (signal) => void child.kill(signal),
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** An empty folder that is removed at the end. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scopegate-cli-'));
  folders.add(folder);
  return folder;
}

/** A data folder as the first start leaves it, but for the secret. */
export async function seededFolder(): Promise<string> {
  const folder = await emptyFolder();
  await cp(inject('embeddedFolder'), join(folder, 'database'), { recursive: true });
  await openDemoIssuer(folder);
  return folder;
}

/** Ends what a failed test left running and removes all folders. For `afterAll`. */
export async function cleanUp(): Promise<void> {
  for (const child of [...children]) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  await Promise.all([...folders].map((folder) => rm(folder, { recursive: true, force: true })));
  folders.clear();
}

/** Whether a process with this id is alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** An Io that keeps what it is told; without input it stands at a terminal. */
export function capturedIo(
  environment: Environment = {},
  input: string | null = null,
): { io: Io; said: Output } {
  const said: Output = { out: '', err: '' };
  const io: Io = {
    environment,
    input: async () => input,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  };
  return { io, said };
}

/** A GraphQL request over HTTP. */
export async function ask(
  url: string,
  query: string,
  token?: string,
): Promise<{ status: number; headers: Headers; body: Answer }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      connection: 'close',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  const body: Answer = JSON.parse(await response.text());
  return { status: response.status, headers: response.headers, body };
}

/** A query that needs no token, as it is sent. */
const OPEN_QUERY = JSON.stringify({ query: '{ scopes { name } }' });

/** A request that a gateway has begun to read. */
export interface HalfSent {
  readonly request: ClientRequest;
  /** Sends the rest. */
  finish(): void;
}

/** Sends a request but for half of its body. */
export async function sendHalf(url: string, agent: Agent): Promise<HalfSent> {
  const sending = request(`${url}/graphql`, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(OPEN_QUERY),
      expect: '100-continue',
    },
  });
  sending.flushHeaders();
  await once(sending, 'continue');
  sending.write(OPEN_QUERY.slice(0, 10));
  return { request: sending, finish: () => void sending.end(OPEN_QUERY.slice(10)) };
}

/** On Node 20 a library says, once in each process, that it is made for a newer one. */
export const UNSUPPORTED = /^oidc-provider WARNING: Unsupported runtime.*\n/gm;

export interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/** Asks what a token may do. */
export const WHO = '{ currentApp { clientId store { id } grantedScopes { name } } }';

export interface Who {
  readonly clientId: string;
  readonly store: { readonly id: string };
  readonly scopes: readonly string[];
}

/** Who the gateway takes a token for; it must be good. */
export async function whoIs(url: string, token: string): Promise<Who> {
  const { status, body } = await ask(url, WHO, token);
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  const app = body.data?.currentApp as {
    clientId: string;
    store: { id: string };
    grantedScopes: { name: string }[];
  };
  return {
    clientId: app.clientId,
    store: app.store,
    scopes: app.grantedScopes.map(({ name }) => name),
  };
}
