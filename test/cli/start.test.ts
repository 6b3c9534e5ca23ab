import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { freePort } from '../support/postgres.ts';
import { buildIfStale } from './build.ts';
import {
  type Answer,
  ask,
  cleanUp,
  type Ended,
  type Environment,
  emptyFolder,
  isAlive,
  type RunningCli,
  runCli,
  startCli,
  UNSUPPORTED,
  WHO,
  whoIs,
} from './kit.ts';

const CDP = ['read_all_orders', 'read_orders', 'read_customers', 'read_discounts', 'read_products'];
const [STORE] = DEMO_STORES;

let environment: Environment;
/** The very first start in an empty folder, which has ended. */
let first: { readonly out: string; readonly ended: Ended };
/** The second start in the same folder; it runs during all tests. */
let second: RunningCli;

beforeAll(async () => {
  await buildIfStale();
  const folder = join(await emptyFolder(), 'made', 'by', 'start');
  environment = { SCOPEGATE_DATA_DIR: folder, PORT: String(await freePort()) };
  const { out, stop } = await startCli(environment);
  first = { out, ended: await stop() };
  second = await startCli(environment);
});
afterAll(cleanUp);

interface Orders extends Answer {
  readonly data: { readonly orders: { readonly nodes: readonly Record<string, unknown>[] } };
}

/** The tokens of a welcome, by the line above each. */
function tokensOf(out: string): ReadonlyMap<string, string> {
  const pairs = [...out.matchAll(/^([a-z_ ]+):\n(eyJ\S+)$/gm)];
  return new Map(pairs.map(([, title = '', token = '']) => [title, token]));
}

describe('the first start', () => {
  it('says where GraphiQL is, whose data there is, and how to stop', () => {
    expect(first.out).toMatch(/^\nscopegate is ready after \d+\.\d s\.$/m);
    expect(first.out).toContain(`\nGraphiQL: http://127.0.0.1:${environment.PORT}/graphql\n`);
    for (const { id, name, domain, currency } of DEMO_STORES) {
      expect(first.out).toContain(`\n  ${id}  ${name} (${domain}, ${currency})\n`);
    }
    expect(first.out).toMatch(/\nStop with Ctrl-C\.\n$/);
  });

  it('prints three tokens: everything, what a customer-data platform needs, and read_orders', () => {
    const tokens = tokensOf(first.out);
    expect([...tokens.keys()]).toEqual(['everything', CDP.join(' '), 'read_orders']);
    for (const token of tokens.values()) {
      const { exp = 0, iat = 0, store } = decodeJwt(token);
      expect(exp - iat).toBe(24 * 60 * 60);
      expect(store).toBe(STORE.id);
    }
  });

  it('logs nothing, and says what takes long and when it stops', () => {
    expect(first.ended).toMatchObject({ code: 0, signal: null });
    expect(first.ended.err.replace(UNSUPPORTED, '')).toBe(
      'Making a database: this takes some ten seconds.\nStopping: running requests may finish.\n',
    );
    expect(second.err()).not.toContain('Making');
  });

  it('keeps its key, secret and database to the user that runs it', async () => {
    const folder = environment.SCOPEGATE_DATA_DIR ?? '';
    for (const file of ['demo-key.json', 'demo-tokens.json', 'secret']) {
      expect((await stat(join(folder, file))).mode & 0o077).toBe(0);
    }
    expect((await stat(folder)).mode & 0o077).toBe(0);
  });
});

describe('the second start', () => {
  it('takes the tokens of both, each with the scopes that it claims', async () => {
    for (const out of [first.out, second.out]) {
      for (const [title, token] of tokensOf(out)) {
        const { store, scopes, clientId } = await whoIs(second.url, token);
        expect(store.id).toBe(STORE.id);
        expect(clientId).toBe('demo-app');
        const claimed = title === 'everything' ? SCOPES.map(({ name }) => name) : title.split(' ');
        expect([...scopes].sort()).toEqual([...claimed].sort());
      }
    }
  });

  it('has the data of the first', async () => {
    const count = async (title: string) => {
      const token = tokensOf(second.out).get(title);
      const { body } = await ask(second.url, '{ orders { totalCount } }', token);
      const orders = body.data?.orders as { totalCount: number } | undefined;
      return orders?.totalCount ?? 0;
    };
    const [recent, all] = [await count('read_orders'), await count(CDP.join(' '))];
    expect(recent).toBeGreaterThan(50);
    expect(all).toBeGreaterThan(recent * 3);
  });

  it('prints a curl line that works when it is pasted', async () => {
    const line = second.out.split('\n').find((text) => text.startsWith('curl ')) ?? '';
    const { stdout } = await promisify(execFile)('sh', ['-c', line]);
    const { data, errors }: Orders = JSON.parse(stdout);
    const { nodes } = data.orders;
    expect(nodes).toHaveLength(2);
    for (const { sourceNumber, total, customer } of nodes) {
      expect(sourceNumber).toMatch(/^#\d+$/);
      expect(total).toMatchObject({ currencyCode: 'USD' });
      expect(customer).toBeNull();
    }
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      path: ['orders', 'nodes', 0, 'customer'],
      extensions: { code: 'INSUFFICIENT_SCOPE', coordinate: 'Order.customer' },
    });
  });

  it('serves GraphiQL, health and the resource metadata', async () => {
    const page = await fetch(`${second.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    const [script = ''] = /\/explorer\/[^"]+\.js/.exec(html) ?? [];
    expect((await fetch(`${second.url}${script}`)).status).toBe(200);
    for (const path of ['/healthz', '/readyz']) {
      expect((await fetch(`${second.url}${path}`)).status).toBe(200);
    }
    const metadata = await fetch(`${second.url}/.well-known/oauth-protected-resource`);
    expect(await metadata.json()).toMatchObject({ resource: second.url });
  });

  it('is joined by "token", which prints one that it takes', async () => {
    const args = ['--store', 'komorebi-shoten.example', '--scope', 'read_store', '--expires-in=1m'];
    const { code, out, err } = await runCli(['token', ...args], environment);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(await whoIs(second.url, out.trim())).toEqual({
      clientId: 'demo-app',
      store: { id: DEMO_STORES[2].id },
      scopes: ['read_store'],
    });
  });

  it.each([
    ['cdp', DEMO_STORES[0].id, CDP],
    ['cdpWithoutCustomers', DEMO_STORES[1].id, CDP.filter((name) => name !== 'read_customers')],
  ] as const)(
    'is joined by "token --app %s", whose opaque token it takes',
    async (app, id, scopes) => {
      const { code, out, err } = await runCli(['token', '--app', app], environment);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^op_at_[0-9a-f]{40}\n$/);
      expect(first.out + second.out).not.toContain(out.trim());
      const who = await whoIs(second.url, out.trim());
      expect(who).toMatchObject({ clientId: DEMO_APPS.cdp.clientId, store: { id } });
      expect([...who.scopes].sort()).toEqual([...scopes].sort());
      expect((await ask(second.url, WHO, `${out.trim().slice(0, -1)}-`)).status).toBe(401);
    },
  );

  it('is not disturbed by a third in the same folder, which says who holds it', async () => {
    const { code, out, err } = await runCli(['start'], {
      ...environment,
      PORT: String(await freePort()),
    });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    // One sentence and nothing else.
    expect(err).toBe(
      `The data folder ${environment.SCOPEGATE_DATA_DIR} is in use by process ${second.pid}. Stop that process, or set SCOPEGATE_DATA_DIR to another folder.\n`,
    );
    expect(isAlive(second.pid)).toBe(true);
    expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
  });
});

describe('start', () => {
  it('--print-config shows the settings without secrets, and starts nothing', async () => {
    const folder = join(await emptyFolder(), 'none');
    const secret = Buffer.alloc(32, 9).toString('base64url');
    const { code, out, err } = await runCli(['start', '--print-config'], {
      SCOPEGATE_DATA_DIR: folder,
      SCOPEGATE_SECRET: secret,
      SCOPEGATE_MAX_DEPTH: '9',
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('\nSCOPEGATE_MAX_DEPTH=9\n');
    expect(out).toContain('\nSCOPEGATE_SECRET=(secret)\n');
    expect(out).toContain(`\nSCOPEGATE_DATA_DIR=${folder}\n`);
    expect(out).not.toContain(secret);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('schema print', () => {
  it('prints schema.graphql', async () => {
    const { code, out, err } = await runCli(['schema', 'print']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  });
});
