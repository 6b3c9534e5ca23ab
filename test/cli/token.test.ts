import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/io.ts';
import { token } from '../../src/cli/token.ts';
import { makeDemoCredentials, writeDemoCredentials } from '../../src/data/demo-credentials.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { AppError, StartError } from '../../src/errors.ts';
import { openDemoIssuer } from '../../src/token/demo-issuer.ts';
import { DEMO_KEY_FILE } from '../../src/token/demo-key.ts';
import { capturedIo, cleanUp, type Environment, emptyFolder } from './kit.ts';

const [FIRST, SECOND] = DEMO_STORES;
const APPS = ['cdp', 'cdpWithoutCustomers', 'pricer', 'private'] as const;

let folder: string;
beforeAll(async () => {
  folder = await emptyFolder();
  await openDemoIssuer(folder);
});
afterAll(cleanUp);

/** The token that these arguments print, read without verifying it. */
async function printed(...args: string[]) {
  const { io, said } = capturedIo({ SCOPEGATE_DATA_DIR: folder });
  expect(await token(args, io)).toBe(0);
  expect(said.err).toBe('');
  expect(said.out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const jwt = said.out.trim();
  return { claims: decodeJwt(jwt), header: decodeProtectedHeader(jwt) };
}

/** How these arguments are refused; nothing may have been printed. */
async function refusal(args: readonly string[], environment: Environment = {}): Promise<unknown> {
  const { io, said } = capturedIo({ SCOPEGATE_DATA_DIR: folder, ...environment });
  const error = await token(args, io).then(
    (code) => expect.fail(`it ended with ${code}`),
    (reason: unknown) => reason,
  );
  expect(said).toEqual({ out: '', err: '' });
  return error;
}

const lifeOf = ({ claims }: Awaited<ReturnType<typeof printed>>) =>
  (claims.exp ?? 0) - (claims.iat ?? 0);

describe('token', () => {
  it('prints a token for the first demo store that works for an hour', async () => {
    const answer = await printed('--scope', 'read_orders read_claims');
    expect(answer.header).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(answer.claims).toMatchObject({ scope: 'read_orders read_claims', store: FIRST.id });
    expect(lifeOf(answer)).toBe(3600);
  });

  it('takes a store by id or by domain', async () => {
    const byId = await printed('--scope', 'read_orders', '--store', SECOND.id);
    const byDomain = await printed('--scope', 'read_orders', `--store=${SECOND.domain}`);
    expect([byId.claims.store, byDomain.claims.store]).toEqual([SECOND.id, SECOND.id]);
  });

  it.each([
    ['90s', 90],
    ['15m', 900],
    ['2h', 7200],
    ['7d', 604_800],
    ['1500ms', 2],
  ])('takes a life of %s', async (text, seconds) => {
    expect(lifeOf(await printed('--scope', '', '--expires-in', text))).toBe(seconds);
  });

  it('makes a token without scopes when asked for none', async () => {
    expect((await printed('--scope', '')).claims.scope).toBe('');
  });

  it.each([['--help'], ['-h']])('explains its options with %s, without a key', async (option) => {
    const { io, said } = capturedIo({ SCOPEGATE_DATA_DIR: join(folder, 'nowhere') });
    expect(await token([option], io)).toBe(0);
    for (const name of ['--scope', '--store', '--expires-in', '--app', FIRST.domain, ...APPS]) {
      expect(said.out).toContain(name);
    }
  });

  it('asks for scopes or an app', async () => {
    const error = await refusal([]);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: 'token needs --scope or --app, for example: --scope "read_orders read_customers"',
    });
  });

  it.each([
    ['scope', ['--scope', 'read_orders', '--app', 'cdp']],
    ['scope', ['--scope=', '--app', 'cdp']],
    ['store', ['--app', 'cdp', '--store', SECOND.domain]],
    ['expires-in', ['--app', 'cdp', '--expires-in', '1h']],
  ])('takes no --%s beside an app: %j', async (option, args) => {
    const error = await refusal(args);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: `token takes either --app or --${option}: an installation has its store, its scopes and its time.`,
    });
  });

  it('refuses scopes that do not exist, naming them', async () => {
    const error = await refusal(['--scope', 'read_orders read_order READ_ORDERS']);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      message:
        'Not scopes of the catalogue: "read_order", "READ_ORDERS". "scopes list" shows what there is; they are separated by spaces.',
    });
  });

  it('refuses a store that is not a demo store, naming those that are', async () => {
    const error = await refusal(['--scope', '', '--store', 'shop.example']);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: `--store "shop.example" is not a demo store. There are: ${DEMO_STORES.map(({ domain }) => domain).join(', ')}.`,
    });
  });

  it.each(['', '1', 'soon', '0s', '-1h', '367d', '1e3s'])(
    'refuses a life of "%s", saying what one looks like',
    async (text) => {
      const error = await refusal(['--scope', '', `--expires-in=${text}`]);
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({
        message:
          '--expires-in must be a length of time with its unit, such as 30s, 5m or 1h, and no longer than 366d.',
      });
    },
  );

  it.each([
    [['--scopes', 'read_orders'], /--scopes/],
    [['--scope', 'read_orders', 'read_claims'], /read_claims/],
    [['--scope'], /--scope/],
  ])('refuses the call %j', async (args, message) => {
    const error = await refusal(args);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^ERR_PARSE_ARGS_/),
      message: expect.stringMatching(message),
    });
  });

  it.each([[['--scope', 'read_orders']], [['--app', 'cdp']]])(
    'refuses %j where the demo is off',
    async (args) => {
      const error = await refusal(args, {
        HOST: '0.0.0.0',
        SCOPEGATE_PUBLIC_URL: 'https://api.example.com',
        SCOPEGATE_SECRET: Buffer.alloc(32, 1).toString('base64url'),
        SCOPEGATE_ISSUERS: JSON.stringify([
          { issuer: 'https://a.example', audience: 'b', jwks: 'keys.json', storeClaim: 'store' },
        ]),
      });
      expect(error).toMatchObject({
        message:
          'Demo tokens exist only with the embedded database on a loopback host. Ask your own issuer for a token.',
      });
    },
  );

  it('refuses with wrong settings, as start does', async () => {
    const error = await refusal(['--scope', ''], { SCOPEGATE_PORT: '4000' });
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^SCOPEGATE_PORT is not a sett/),
    });
  });

  it('refuses while there is no key, and makes none', async () => {
    const empty = await emptyFolder();
    const error = await refusal(['--scope', ''], { SCOPEGATE_DATA_DIR: empty });
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({
      message: `There is no demo key in "${empty}" yet; start the gateway once first, with the same data folder.`,
    });
    expect(await refusal(['--scope', ''], { SCOPEGATE_DATA_DIR: empty })).toEqual(error);
  });

  it('refuses a key file that is no key', async () => {
    const broken = join(await emptyFolder(), 'data');
    await mkdir(broken);
    await writeFile(join(broken, DEMO_KEY_FILE), '{}');
    const error = await refusal(['--scope', ''], { SCOPEGATE_DATA_DIR: broken });
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({ message: expect.stringContaining('delete it') });
  });
});

describe('token --app', () => {
  it('prints the token of the installation that was written, and only that', async () => {
    const credentials = makeDemoCredentials(new Date());
    const { tokens } = credentials;
    const made = await emptyFolder();
    await writeDemoCredentials(made, credentials);
    expect(tokens.map(({ installation }) => installation)).toEqual(APPS);
    for (const { installation, token: plain } of tokens) {
      const { io, said } = capturedIo({ SCOPEGATE_DATA_DIR: made });
      expect(await token(['--app', installation], io)).toBe(0);
      expect(said).toEqual({ out: `${plain}\n`, err: '' });
    }
  });

  it.each(['', 'CDP', 'cdp ', 'demoInOutdoor', 'suspended', '__proto__', 'constructor'])(
    'refuses "%s", naming those that there are',
    async (name) => {
      const error = await refusal([`--app=${name}`]);
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({
        message: `--app "${name}" is not a demo installation. There are: ${APPS.join(', ')}.`,
      });
    },
  );

  it('refuses while there are none, and makes none', async () => {
    const empty = await emptyFolder();
    const error = await refusal(['--app', 'cdp'], { SCOPEGATE_DATA_DIR: empty });
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({
      message: `There are no demo apps in "${empty}" yet; start the gateway once first, with the same data folder.`,
    });
    expect(await readdir(empty)).toEqual([]);
  });
});

describe('the tokens of the demo apps', () => {
  it('are new each time, good for a year, and say what the merchant granted', () => {
    const now = new Date('2026-11-21T12:00:00Z');
    const [{ tokens: one }, { tokens: other }] = [
      makeDemoCredentials(now),
      makeDemoCredentials(now),
    ];
    const plain = [...one, ...other].map((made) => made.token);
    expect(new Set(plain).size).toBe(2 * APPS.length);
    for (const text of plain) expect(text).toMatch(/^op_at_[0-9a-f]{40}$/);
    for (const { expiresAt, revokedAt } of one) {
      expect([expiresAt, revokedAt]).toEqual([new Date('2027-11-21T12:00:00Z'), null]);
    }
    const scopes = Object.fromEntries(one.map(({ installation, scope }) => [installation, scope]));
    const whole = 'read_all_orders read_orders read_discounts read_products';
    expect(scopes.cdp).toBe(`${whole} read_customers`);
    expect(scopes.cdpWithoutCustomers).toBe(whole);
  });
});
