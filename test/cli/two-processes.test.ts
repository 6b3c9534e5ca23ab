import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { app } from '../../src/cli/app.ts';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { INVALID_TOKEN_MESSAGE } from '../../src/token/refusal.ts';
import { Browser, type Fields } from '../oauth/browser.ts';
import { credentials } from '../oauth/kit.ts';
import { STORE } from '../support/gateway.ts';
import { cloneDatabase, freePort } from '../support/postgres.ts';
import { buildIfStale } from './build.ts';
import { ask, cleanUp, type Environment, type RunningCli, runCli, startCli } from './kit.ts';
import { commandOf } from './places.ts';

/** How long a token may be believed without being looked at again, in milliseconds. */
const BELIEVED = 5_000;

type AppName = keyof typeof DEMO_APPS;
type Answered = Awaited<ReturnType<typeof ask>>;

let environment: Environment;
let drop: () => Promise<void>;
/** Merchants decide here. */
let first: RunningCli;
/** Knows of what they decide by the database alone. */
let second: RunningCli;

beforeAll(async () => {
  await buildIfStale();
  const database = await cloneDatabase(inject('postgresAdminUrl'));
  drop = database.drop;
  const port = await freePort();
  environment = {
    DATABASE_URL: database.appUrl,
    SCOPEGATE_PUBLIC_URL: `http://127.0.0.1:${port}`,
    SCOPEGATE_SECRET: randomBytes(32).toString('base64url'),
    SCOPEGATE_OAUTH: 'on',
  };
  [first, second] = await Promise.all([
    startCli({ ...environment, PORT: String(port) }),
    startCli({ ...environment, PORT: '0' }),
  ]);
});
afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
  await cleanUp();
  await drop?.();
});

/** A token by client credentials, which the first process gives. */
async function tokenOf(name: AppName): Promise<string> {
  const { id, clientId } = DEMO_APPS[name];
  const { clientSecret } = await commandOf(app).json(environment, ['rotate-secret', id]);
  const response = await fetch(`${first.url}/v1/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      store_id: STORE.id,
    }),
  });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`${name} has no token: ${response.status}`);
  return token;
}

/** What the owner of the store sends from the page of installed apps of the first process. */
async function asOwner(fields: Fields): Promise<void> {
  const browser = new Browser();
  const signIn = await browser.get(`${first.url}/merchant/apps`);
  const list = await browser.follow(await browser.submit(signIn, credentials()));
  const { status } = await browser.submit(list, fields);
  expect(status).toBe(303);
}

/** A command of the platform, in a process of its own. */
async function asPlatform(...args: readonly string[]): Promise<void> {
  expect(await runCli(['app', ...args], environment)).toMatchObject({ code: 0, err: '' });
}

interface Change {
  readonly of: AppName;
  /** Takes only scopes that the change leaves alone. */
  readonly query?: string;
  /** Takes what the change takes away. */
  readonly refusedQuery: string;
  readonly by: () => Promise<void>;
}

const accepted = ({ status, body }: Answered) =>
  expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });

/**
 * The first refusal by the second process, which accepts the token up to the change. Whatever is sent to it later after
 * that than a token is believed for must be refused: no request is given more time.
 */
async function refusalAfter({ of, query, refusedQuery, by }: Change): Promise<Answered> {
  const token = await tokenOf(of);
  accepted(await ask(second.url, refusedQuery, token));
  let changedAt = Number.POSITIVE_INFINITY;
  const change = async () => {
    await by();
    changedAt = performance.now();
  };
  const untilRefused = async () => {
    for (;;) {
      const isLate = performance.now() - changedAt > BELIEVED;
      const answer = await ask(second.url, refusedQuery, token);
      if (answer.body.errors !== undefined) return answer;
      expect(isLate).toBe(false);
      await sleep(100);
    }
  };
  const [refusal] = await Promise.all([untilRefused(), change()]);
  if (query !== undefined) accepted(await ask(second.url, query, token));
  return refusal;
}

const ORDERS = '{ orders(first: 1) { nodes { id } } }';
const CUSTOMERS = '{ customers(first: 1) { nodes { email } } }';
const PRICING = '{ warrantyPricing { enabled } }';

const DEAD = {
  status: 401,
  body: { errors: [{ message: INVALID_TOKEN_MESSAGE, extensions: { code: 'INVALID_TOKEN' } }] },
};

const lacking = (coordinate: string, scope: string) => ({
  status: 200,
  body: {
    errors: [
      {
        message: `${coordinate} needs ${scope}; the token lacks ${scope}.`,
        extensions: { code: 'INSUFFICIENT_SCOPE', coordinate, missingScopes: [scope] },
      },
    ],
  },
});

describe.concurrent('of two processes, the one that had accepted a token sees within five seconds', {
  timeout: 60_000,
}, () => {
  it('that the app was uninstalled with the other', async () => {
    const answer = await refusalAfter({
      of: 'private',
      refusedQuery: ORDERS,
      by: () =>
        asOwner([
          ['action', 'uninstall'],
          ['installation', DEMO_INSTALLATIONS.private.id],
        ]),
    });
    expect(answer).toMatchObject(DEAD);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('that the app was suspended by a command', async () => {
    const answer = await refusalAfter({
      of: 'demo',
      refusedQuery: ORDERS,
      by: () => asPlatform('suspend', DEMO_APPS.demo.id, '--note', 'Leaks.'),
    });
    expect(answer).toMatchObject(DEAD);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('that its approval was withdrawn by a command, and leaves it the scopes that take none', async () => {
    const answer = await refusalAfter({
      of: 'pricer',
      query: '{ store { name } }',
      refusedQuery: PRICING,
      by: () => asPlatform('reject', DEMO_APPS.pricer.id, '--note', 'Withdrawn.'),
    });
    expect(answer).toMatchObject(lacking('Query.warrantyPricing', 'read_warranty_pricing'));
    expect(answer.body.data).toEqual({ warrantyPricing: null });
  });

  it('that the merchant took a scope back with the other, and leaves it the rest', async () => {
    const answer = await refusalAfter({
      of: 'cdp',
      query: ORDERS,
      refusedQuery: CUSTOMERS,
      by: () =>
        asOwner([
          ['action', 'withdraw'],
          ['installation', DEMO_INSTALLATIONS.cdp.id],
          ['scope', 'read_customers'],
        ]),
    });
    expect(answer).toMatchObject(lacking('Query.customers', 'read_customers'));
    expect(answer.body.data).toEqual({ customers: null });
  });

  it('that the app declares a scope no more, and leaves it the rest', async () => {
    const answer = await refusalAfter({
      of: 'pending',
      query: '{ store { name } }',
      refusedQuery: '{ products(first: 1) { nodes { id } } }',
      by: () => asPlatform('change', DEMO_APPS.pending.id, '--optional', ''),
    });
    expect(answer).toMatchObject(lacking('Query.products', 'read_products'));
    expect(answer.body.data).toEqual({ products: null });
  });
});
