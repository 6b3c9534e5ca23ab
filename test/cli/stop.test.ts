import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildIfStale } from './build.ts';
import { cleanUp, type RunningCli, seededFolder, sendHalf, startCli, UNSUPPORTED } from './kit.ts';

beforeAll(buildIfStale);
afterAll(cleanUp);

/** A connection that has been used and is kept open. */
async function idleConnection(url: string, agent: Agent): Promise<void> {
  const sending = request(`${url}/healthz`, { agent }).end();
  const [response]: IncomingMessage[] = await once(sending, 'response');
  if (response) await text(response);
}

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
    const sending = await sendHalf(gateway.url, new Agent({ keepAlive: true }));
    const answered = once(sending.request, 'response');

    gateway.kill('SIGTERM');
    await isStopping(gateway);
    await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow('fetch failed');
    sending.finish();
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

  it('answers one request on a connection that was only open when it came', async () => {
    const gateway = await startCli({ SCOPEGATE_DATA_DIR: await seededFolder(), PORT: '0' });
    const { hostname, port } = new URL(gateway.url);
    const connection = connect(Number(port), hostname);
    const received = text(connection);
    // Connections are accepted in the order in which they were made.
    await idleConnection(gateway.url, new Agent());
    gateway.kill('SIGTERM');
    await isStopping(gateway);
    await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow('fetch failed');
    connection.write('GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n');
    expect(await received).toMatch(/^HTTP\/1\.1 200 OK\r\n(.+\r\n)*connection: close\r\n/i);
    expect(await gateway.ended).toMatchObject({ code: 0, signal: null });
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
    const sending = await sendHalf(next.url, new Agent());
    const cut = once(sending.request, 'error');
    next.kill('SIGINT');
    expect(await next.ended).toMatchObject({ code: 0, signal: null });
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});
