import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StartError } from '../../src/errors.ts';
import { createExplorer } from '../../src/gateway/explorer.ts';

const PAGE = '<!doctype html><title>GraphiQL</title>';
const SCRIPT = 'export const answer = 42;';

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scopegate-explorer-'));
  const built = join(folder, 'built');
  mkdirSync(join(built, 'explorer'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'outside');
  writeFileSync(join(built, 'index.html'), PAGE);
  writeFileSync(join(built, 'explorer', 'main-1a2b.js'), SCRIPT);
  writeFileSync(join(built, 'explorer', 'main-1a2b.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(built, 'explorer', 'main-3c4d.css'), 'body {}');
  writeFileSync(join(built, 'explorer', 'codicon-5e6f.ttf'), 'font');

  const explorer = createExplorer(built);
  server = createServer((incoming, response) => {
    explorer.assets(incoming, response, () => {
      response.writeHead(404).end('next');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

// node:http and not fetch, which would resolve `..` before sending.
function ask(path: string, { method = 'GET', headers = {} }: Asked = {}) {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      })
        .on('error', reject)
        .end();
    },
  );
}

describe('the page', () => {
  it('is read once, as built', () => {
    expect(createExplorer(join(folder, 'built')).html).toBe(PAGE);
  });

  it('refuses to start without a build and says what to run', () => {
    const missing = join(folder, 'missing');
    expect(() => createExplorer(missing)).toThrow(
      new StartError([`GraphiQL is not built in ${missing}: run npm run build.`]),
    );
  });

  it('runs only scripts of its own origin, in no frame, and is not kept', () => {
    expect(createExplorer(join(folder, 'built')).headers).toMatchInlineSnapshot(`
      {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "content-type": "text/html; charset=utf-8",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      }
    `);
  });
});

describe('assets', () => {
  it.each([
    ['main-1a2b.js', 'text/javascript'],
    ['main-3c4d.css', 'text/css'],
    ['codicon-5e6f.ttf', 'font/ttf'],
  ])('serves %s as %s, never sniffed and cached for ever', async (name, type) => {
    const { status, headers } = await ask(`/explorer/${name}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public,max-age=31536000,immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  });

  it('serves the compressed file to a client that takes it', async () => {
    const { headers } = await ask('/explorer/main-1a2b.js', {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'text/javascript',
      vary: 'Accept-Encoding',
    });
  });

  it('answers HEAD without a body', async () => {
    const { status, body } = await ask('/explorer/main-1a2b.js', { method: 'HEAD' });
    expect([status, body]).toEqual([200, '']);
  });

  it.each(['bytes=5-2', 'bytes=0-3', 'bytes=900-', 'x'])('ignores the range %s', async (range) => {
    const { status, body } = await ask('/explorer/main-1a2b.js', { headers: { range } });
    expect([status, body]).toEqual([200, SCRIPT]);
  });

  it.each([
    '/explorer/../index.html',
    '/explorer/../../secret.txt',
    '/explorer/..%2f..%2fsecret.txt',
    '/explorer/%2e%2e/%2e%2e/secret.txt',
    '/explorer/..\\..\\secret.txt',
    '/explorer/%',
    '/explorer/%00',
    '/explorer//etc/passwd',
    '//explorer/main-1a2b.js',
    '/explorer/',
    '/explorer',
    '/explorer/index.html',
    '/index.html',
    '/graphql',
  ])('hands %s on', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, body: 'next' });
  });

  it('hands on what is no read', async () => {
    expect(await ask('/explorer/main-1a2b.js', { method: 'POST' })).toMatchObject({ status: 404 });
  });
});
