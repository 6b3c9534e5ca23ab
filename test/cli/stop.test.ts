import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildIfStale } from './build.ts';
import { cleanUp, type RunningCli, seededFolder, startCli } from './kit.ts';

beforeAll(buildIfStale);
afterAll(cleanUp);

const BODY = JSON.stringify({ query: '{ scopes { name } }' });

/** A request that the gateway has begun to read: half of its body is still to come. */
async function halfSent(url: string, agent: Agent): Promise<ClientRequest> {
  const sending = request(`${url}/graphql`, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(BODY),
      expect: '100-continue',
    },
  });
  sending.flushHeaders();
  await once(sending, 'continue');
  sending.write(BODY.slice(0, 10));
  return sending;
}

/** A connection that has been used and is kept open. */
async function idleConnection(url: string, agent: Agent): Promise<void> {
  const sending = request(`${url}/healthz`, { agent }).end();
  const [response]: IncomingMessage[] = await once(sending, 'response');
  if (response) await text(response);
}

/** On Node 20 a library says, once, that it is made for a newer one. */
const UNSUPPORTED = /^oidc-provider WARNING: Unsupported runtime.*\n/;

const isStopping = (gateway: RunningCli) =>
  vi.waitFor(() => {
    const said = gateway.err().replace(UNSUPPORTED, '');
    expect(said).toBe('Stopping: running requests may finish.\n');
  }, 10_000);

describe('SIGTERM', { timeout: 60_000 }, () => {
  it('lets a running request finish, takes no other, and gives the data folder back', async () => {
    const folder = await seededFolder();
    const gateway = await startCli({ SCOPEGATE_DATA_DIR: folder, PORT: '0' });
    expect(existsSync(join(folder, 'lock'))).toBe(true);
    const idle = new Agent({ keepAlive: true });
    await idleConnection(gateway.url, idle);
    const sending = await halfSent(gateway.url, new Agent({ keepAlive: true }));
    const answered = once(sending, 'response');

    gateway.kill('SIGTERM');
    await isStopping(gateway);
    await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow('fetch failed');
    sending.end(BODY.slice(10));
    const [response]: IncomingMessage[] = await answered;
    expect(response?.statusCode).toBe(200);
    expect(JSON.parse(response ? await text(response) : '')).toMatchObject({
      data: { scopes: expect.arrayContaining([{ name: 'read_orders' }]) },
    });
    expect(await gateway.ended).toMatchObject({ code: 0, signal: null });
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    idle.destroy();
    // Otherwise the client may send its next request here, and the end waits for it.
    expect(response?.headers.connection).toBe('close');
  });
});

describe('a gateway that was killed', { timeout: 60_000 }, () => {
  it('leaves its data folder to the next, which SIGINT ends even when a request does not finish', async () => {
    const folder = await seededFolder();
    const environment = {
      SCOPEGATE_DATA_DIR: folder,
      PORT: '0',
      SCOPEGATE_DRAIN_TIMEOUT: '300ms',
    };
    const gateway = await startCli(environment);
    gateway.kill('SIGKILL');
    expect(await gateway.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(existsSync(join(folder, 'lock'))).toBe(true);

    const next = await startCli(environment);
    const sending = await halfSent(next.url, new Agent());
    const cut = once(sending, 'error');
    next.kill('SIGINT');
    expect(await next.ended).toMatchObject({ code: 0, signal: null });
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});
