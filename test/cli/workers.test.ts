import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_MERCHANTS } from '../../src/data/seed/demo-merchants.ts';
import { createSigningKeys } from '../../src/oauth/keys.ts';
import { issueSessionToken } from '../../src/oauth/session-token.ts';
import { Browser } from '../oauth/browser.ts';
import { credentials } from '../oauth/kit.ts';
import { STORE } from '../support/gateway.ts';
import { cloneDatabase, freePort } from '../support/postgres.ts';
import { buildIfStale } from './build.ts';
import { createTestIssuer } from './issuer.ts';
import {
  ask,
  cleanUp,
  type Environment,
  emptyFolder,
  isAlive,
  type RunningCli,
  runCli,
  sendHalf,
  startCli,
  UNSUPPORTED,
} from './kit.ts';

const SECRET = randomBytes(32);
const PUBLIC_URL = 'https://api.example.com';
const TWO = ['--workers', '2'];

let environment: Environment;
let drop: () => Promise<void>;
/** Runs with two workers during all tests; each leaves it with two. */
let gateway: RunningCli;

beforeAll(async () => {
  await buildIfStale();
  const database = await cloneDatabase(inject('postgresAdminUrl'));
  drop = database.drop;
  environment = {
    DATABASE_URL: database.appUrl,
    SCOPEGATE_PUBLIC_URL: PUBLIC_URL,
    SCOPEGATE_SECRET: SECRET.toString('base64url'),
    // Tries are counted by address, so that tests do not use up each other's.
    SCOPEGATE_PROXIES: '1',
    SCOPEGATE_LOG_LEVEL: 'info',
    PORT: '0',
  };
  gateway = await startCli({ ...environment, PORT: String(await freePort()) }, TWO);
});
afterAll(async () => {
  await gateway?.stop();
  await cleanUp();
  await drop?.();
});

/** What the log says of the workers, oldest first. */
const newsOf = (running: RunningCli) =>
  running
    .err()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): { msg: string; pid: number; signal?: string } => JSON.parse(line))
    .filter(({ msg }) => msg.startsWith('a worker'));

/** The processes of the workers that run, the longest running first. */
function pidsOf(running: RunningCli): number[] {
  const news = newsOf(running);
  const ended = news.filter(({ msg }) => msg === 'a worker ended and is replaced');
  return news
    .filter(({ msg, pid }) => msg === 'a worker is ready' && !ended.some((end) => end.pid === pid))
    .map(({ pid }) => pid);
}

/** Waits until two run and at least so many have become ready since the start, and gives those that run. */
async function readied(running: RunningCli, count = 0): Promise<number[]> {
  await vi.waitFor(
    () => {
      const ready = newsOf(running).filter(({ msg }) => msg === 'a worker is ready');
      expect(ready.length).toBeGreaterThanOrEqual(count);
      expect(pidsOf(running)).toHaveLength(2);
    },
    { timeout: 30_000, interval: 50 },
  );
  return pidsOf(running);
}

const readySince = (running: RunningCli) =>
  newsOf(running).filter(({ msg }) => msg === 'a worker is ready').length;

/** The status of a request on a connection that is kept; null where the connection is gone. */
async function statusOn(url: string, agent: Agent): Promise<number | null> {
  const sending = request(`${url}/healthz`, { agent }).end();
  try {
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    await text(response);
    return response.statusCode ?? null;
  } catch {
    return null;
  }
}

/** Connections that workers got in turn, each of which has been used. */
async function connections(url: string, count: number): Promise<Agent[]> {
  const agents = Array.from({ length: count }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  for (const agent of agents) expect(await statusOn(url, agent)).toBe(200);
  return agents;
}

/** A verification of a session token over a connection of its own. */
async function verify(token: string, address: string) {
  const response = await fetch(`${gateway.url}/v1/oauth/session/verify`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': address,
      connection: 'close',
    },
    body: JSON.stringify({ session_token: token }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}

describe('workers', { timeout: 90_000 }, () => {
  it('are as many as it says, each with a part of the connections', async () => {
    expect(gateway.out).toMatch(
      /^scopegate listens on http:\/\/127\.0\.0\.1:\d+ with 2 workers after \d+\.\d s\.\n$/,
    );
    const [killed = 0, other = 0] = await readied(gateway);
    const count = readySince(gateway);
    expect(new Set([killed, other, gateway.pid]).size).toBe(3);
    const agents = await connections(gateway.url, 4);
    process.kill(killed, 'SIGKILL');
    await vi.waitFor(() => expect(isAlive(killed)).toBe(false), 10_000);
    const statuses = await Promise.all(
      agents.map(async (agent) => {
        // A new connection would be made for a socket that is gone.
        const [socket] = Object.values(agent.freeSockets).flat();
        return socket === undefined || socket.destroyed ? null : statusOn(gateway.url, agent);
      }),
    );
    expect(statuses.filter((status) => status === 200).length).toBeLessThan(4);
    expect(statuses).toContain(200);
    const news = await readied(gateway, count + 1);
    expect(news).toContain(other);
    expect(news).not.toContain(killed);
  });

  it('come back when all were killed, behind the same address', async () => {
    const running = await readied(gateway);
    const count = readySince(gateway);
    for (const pid of running) process.kill(pid, 'SIGKILL');
    await readied(gateway, count + 2);
    const { status, body } = await ask(gateway.url, '{ scopes { name } }');
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
    expect(newsOf(gateway).filter(({ signal }) => signal === 'SIGKILL').length).toBeGreaterThan(1);
  });

  it('count together what an address may try', async () => {
    const answers = await Promise.all(
      Array.from({ length: 34 }, () => verify('no.token.atall', '203.0.113.1')),
    );
    const allowed = answers.filter(({ status }) => status === 401);
    const refused = answers.filter(({ status }) => status === 429);
    expect([allowed.length, refused.length]).toEqual([30, 4]);
    expect(allowed[0]?.body.error).toBe('invalid_token');
    for (const { retryAfter, body } of refused) {
      expect(body).toEqual({
        error: 'slow_down',
        error_description: 'Too many session tokens.',
      });
      expect(Number(retryAfter)).toBeGreaterThan(0);
    }
    expect(await verify('no.token.atall', '203.0.113.2')).toMatchObject({ status: 401 });
  });

  it('take a session token once among them', async () => {
    const facts = {
      merchantId: DEMO_MERCHANTS.owner.id,
      clientId: DEMO_APPS.pricer.clientId,
      storeId: STORE.id,
      installationId: DEMO_INSTALLATIONS.pricer.id,
    };
    const key = createSigningKeys(SECRET, () => new Date()).current();
    const token = await issueSessionToken(facts, PUBLIC_URL, key, new Date());
    const answers = [];
    for (let use = 0; use < 4; use += 1) answers.push(await verify(token, '203.0.113.3'));
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 401]);
    expect(answers[0]?.body.userId).toBe(DEMO_MERCHANTS.owner.id);
    expect(answers[1]?.body.error).toBe('invalid_token');
  });

  it('know each other’s forms and sessions', async () => {
    const browser = new Browser({ connection: 'close', 'x-forwarded-for': '203.0.113.4' });
    const local = (url: string | null) => (url ?? '').replace(PUBLIC_URL, gateway.url);
    const signIn = await browser.get(`${gateway.url}/merchant/apps`);
    const signedIn = await browser.submit(signIn, credentials());
    expect(signedIn.status).toBe(303);
    for (let visit = 0; visit < 2; visit += 1) {
      const list = await browser.get(local(signedIn.location));
      expect(list.html).toContain(`Signed in as`);
      expect(list.html).toContain(DEMO_MERCHANTS.owner.email);
    }
  });
});

describe('SIGTERM', { timeout: 60_000 }, () => {
  it('lets the requests of all workers finish, and takes no other', async () => {
    const running = await startCli({ ...environment, SCOPEGATE_WORKERS: '2' });
    const pids = await readied(running, 2);
    const sending = [];
    for (const agent of [new Agent(), new Agent()]) {
      sending.push(await sendHalf(running.url, agent));
    }
    const answered = sending.map(({ request: sent }) => once(sent, 'response'));
    running.kill('SIGTERM');
    // A terminal and some supervisors signal the whole group.
    for (const pid of pids) process.kill(pid, 'SIGTERM');
    await vi.waitFor(
      () => {
        // What connects while the last worker stops listening is not refused: Node keeps it, unanswered, to its own end.
        const signal = AbortSignal.timeout(1000);
        return expect(fetch(`${running.url}/healthz`, { signal })).rejects.toThrow('fetch failed');
      },
      { timeout: 10_000 },
    );
    for (const { finish } of sending) finish();
    for (const answer of answered) {
      const [response] = (await answer) as [IncomingMessage];
      expect(response.statusCode).toBe(200);
      expect(JSON.parse(await text(response))).toMatchObject({
        data: { scopes: expect.arrayContaining([{ name: 'read_orders' }]) },
      });
    }
    const { code, signal, err } = await running.ended;
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(err).toContain('Stopping: running requests may finish.\n');
    expect(err).not.toContain('is replaced');
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  it('kills a worker that does not end in time, and says so by its code', async () => {
    const running = await startCli(
      { ...environment, SCOPEGATE_DRAIN_TIMEOUT: '100ms', SCOPEGATE_REQUEST_TIMEOUT: '500ms' },
      TWO,
    );
    const [stuck = 0, other = 0] = await readied(running, 2);
    process.kill(stuck, 'SIGSTOP');
    expect(await running.stop()).toMatchObject({ code: 1, signal: null });
    expect([stuck, other].map(isAlive)).toEqual([false, false]);
  });
});

describe('the process that started the workers', { timeout: 120_000 }, () => {
  it('leaves none behind when it is killed', async () => {
    const running = await startCli(environment, TWO);
    const pids = await readied(running, 2);
    expect(pids.map(isAlive)).toEqual([true, true]);
    running.kill('SIGKILL');
    await running.ended;
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), 10_000);
  });

  it('ends with the reason when no worker can be started any more', async () => {
    const issuer = await createTestIssuer(await emptyFolder(), 'one');
    const running = await startCli(
      { ...environment, SCOPEGATE_ISSUERS: JSON.stringify([issuer.entry]) },
      TWO,
    );
    await rm(issuer.entry.jwks);
    for (const pid of await readied(running, 2)) process.kill(pid, 'SIGKILL');
    const { code, signal, err } = await running.ended;
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(err.trimEnd().split('\n').at(-1)).toContain(`"${issuer.entry.jwks}"`);
    expect(newsOf(running).map(({ msg }) => msg)).toContain('a worker cannot be started');
  });
});

describe('a start with several workers', { timeout: 60_000 }, () => {
  /** What a start is refused with. */
  async function refusal(changes: Environment, args = TWO): Promise<string[]> {
    const { DATABASE_URL: _, ...without } = environment;
    const settings = { ...('DATABASE_URL' in changes ? environment : without), ...changes };
    const { code, signal, out, err } = await runCli(['start', ...args], settings);
    expect({ code, signal, out }).toEqual({ code: 1, signal: null, out: '' });
    return err.replace(UNSUPPORTED, '').trimEnd().split('\n');
  }

  it('is refused with the embedded database, with all other problems at once', async () => {
    expect(await refusal({ PORT: 'x' })).toEqual([
      'PORT must be a whole number from 0 to 65535.',
      'SCOPEGATE_WORKERS (--workers) is 2, and the embedded database is for one process: set DATABASE_URL to a PostgreSQL, or take 1.',
    ]);
  });

  it('is refused for a wrong number, which counts more than the variable', async () => {
    const both = { PORT: 'x', SCOPEGATE_WORKERS: '1' };
    expect(await refusal(both, ['--workers', 'many'])).toEqual([
      'PORT must be a whole number from 0 to 65535.',
      'SCOPEGATE_WORKERS (--workers) must be auto or a whole number from 1 to 64.',
    ]);
  });

  it('is refused where a worker ends before it is ready', async () => {
    const ending = 'import cluster from "node:cluster"; if (cluster.isWorker) process.exit(7);';
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(ending)}`;
    const { DATABASE_URL = '' } = environment;
    expect(await refusal({ DATABASE_URL, NODE_OPTIONS })).toEqual([
      'A worker ended with code 7 before it was ready. What it said stands above.',
    ]);
  });

  it('is refused once where the database or the address cannot be used', async () => {
    const port = await freePort();
    const DATABASE_URL = `postgres://app:secret@127.0.0.1:${port}/scopegate`;
    expect(await refusal({ DATABASE_URL })).toEqual([
      `The database at 127.0.0.1:${port}/scopegate cannot be used: connect ECONNREFUSED 127.0.0.1:${port}. Check DATABASE_URL, and run "npm run -s scopegate -- migrate" once.`,
    ]);
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const PORT = String(typeof address === 'object' ? address?.port : address);
    const taken = { PORT, DATABASE_URL: environment.DATABASE_URL ?? '' };
    expect(await refusal({ ...taken, SCOPEGATE_LOG_LEVEL: 'warn' })).toEqual([
      `Cannot listen on 127.0.0.1:${PORT}: another process listens there already. Set PORT or HOST to another address.`,
    ]);
    holder.close();
  });
});
