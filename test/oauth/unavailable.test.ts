import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../src/data/system.ts';
import { AppError } from '../../src/errors.ts';
import { openTestDatabase } from '../support/gateway.ts';
import { Browser } from './browser.ts';
import {
  ask,
  consent,
  credentials,
  exchange,
  install,
  type OAuthServer,
  refresh,
  startOAuthServer,
  type TestApp,
} from './kit.ts';

let server: OAuthServer;
let app: TestApp;
let isAway = false;
let end: () => Promise<void>;

const SECRET = 'introspection-secret-of-this-test';
const WHOLE = { scopes: ['read_customers'] };

beforeAll(async () => {
  const opened = await openTestDatabase('postgres');
  const { database } = opened;
  const system: System = {
    transaction: async (work) => {
      if (isAway) throw new AppError('UNAVAILABLE', 'The database cannot be reached.');
      return database.system.transaction(work);
    },
  };
  const beside = { ...opened, database: { ...database, system } };
  server = await startOAuthServer({ beside, introspectionSecret: SECRET });
  app = await server.app('cdp');
  end = () => database.close();
});
afterEach(() => {
  isAway = false;
});
afterAll(async () => {
  await server.close();
  await end();
});

const client = () => ({ client_id: app.clientId, client_secret: app.secret });

describe('while the database is away', () => {
  it('every endpoint for apps answers 503 and when to try again', async () => {
    const { access, refresh: token } = await install(server, app, WHOLE);
    isAway = true;
    const platform = { client_id: 'op_platform', client_secret: SECRET };
    const answers = [
      await refresh(server, app, token),
      await server.post('/v1/oauth/token', {
        ...client(),
        grant_type: 'client_credentials',
        store_id: 'summitandpine.example',
      }),
      await server.post('/v1/oauth/revoke', { ...client(), token: access }),
      await server.post('/v1/oauth/introspect', { ...platform, token: access }),
    ];
    for (const { status, headers, body } of answers) {
      expect({ status, retry: headers.get('retry-after'), error: body.error }).toEqual({
        status: 503,
        retry: '1',
        error: 'temporarily_unavailable',
      });
      expect(body.error_description).toBe('The database cannot be reached.');
    }
    isAway = false;
    expect(await refresh(server, app, token)).toMatchObject({ status: 200 });
  });

  it('a code keeps until it is back', async () => {
    const asked = await ask(server, app, { prompt: 'consent' });
    const callback = await consent(new Browser(), asked.url, WHOLE);
    isAway = true;
    expect(await exchange(server, app, callback, asked)).toMatchObject({ status: 503 });
    isAway = false;
    expect(await exchange(server, app, callback, asked)).toMatchObject({ status: 200 });
  });

  it('people get a page that says so, and go on from there', async () => {
    const browser = new Browser();
    const { url } = await ask(server, app, { prompt: 'consent' });
    const shown = await browser.follow(await browser.get(url));
    isAway = true;
    for (const page of [
      await browser.get(url),
      await browser.get(shown.url),
      await browser.submit(shown, credentials()),
    ]) {
      expect(page.status).toBe(503);
      expect(page.headers.get('retry-after')).toBe('1');
      expect(page.html).toContain('We cannot do that just now');
      expect(page.html).toContain('<code>temporarily_unavailable</code>');
    }
    isAway = false;
    const next = await browser.follow(await browser.submit(shown, credentials()));
    expect(next.html).toContain('value="allow"');
    isAway = true;
    const apps = await browser.get(`${server.url}/merchant/apps`);
    expect({ status: apps.status, retry: apps.headers.get('retry-after') }).toEqual({
      status: 503,
      retry: '1',
    });
  });

  it('the log names the reason, and no value of a request', async () => {
    isAway = true;
    await refresh(server, app, 'op_rt_never-to-be-logged');
    const lines = JSON.stringify(server.lines);
    expect(lines).toContain('The database cannot be reached.');
    expect(lines).not.toContain('never-to-be-logged');
  });
});
