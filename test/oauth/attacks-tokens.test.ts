import { randomBytes } from 'node:crypto';
import { calculatePKCECodeChallenge } from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_PASSWORD } from '../../src/data/seed/demo-merchants.ts';
import { OWNER_ROLE, SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { approveApp, rejectApp, suspendApp } from '../../src/oauth/apps.ts';
import { sweepExpired } from '../../src/oauth/sweep.ts';
import { uninstall } from '../../src/oauth/withdrawal.ts';
import { hashOf } from '../../src/token/stored-hash.ts';
import { OTHER_STORE, STORE } from '../support/gateway.ts';
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

const SECRET = 'introspection '.repeat(4);

let server: OAuthServer;
let app: TestApp;
let other: TestApp;

beforeAll(async () => {
  server = await startOAuthServer({ introspectionSecret: SECRET });
  app = await server.app('cdp');
  other = await server.app('demo');
});
afterAll(() => server.close());

const WHOLE = { scopes: ['read_customers'] };
const WHO = '{ currentApp { clientId grantedScopes { name } } }';

/** Whether a token is accepted. */
const works = async (token: string) => (await server.query(token, WHO)).status === 200;

/** A code, with what was asked. */
async function codeOf(who = app, parameters = {}) {
  const asked = await ask(server, who, { prompt: 'consent', ...parameters });
  return { asked, callback: await consent(new Browser(), asked.url, WHOLE) };
}

const refused = (error: string, status = 400) => ({ status, body: { error } });

describe('an authorization code', () => {
  it('works once: the second time everything that came from it is dead', async () => {
    const { asked, callback } = await codeOf();
    const { body } = await exchange(server, app, callback, asked);
    const access = String(body.access_token);
    expect(await works(access)).toBe(true);
    expect(await exchange(server, app, callback, asked)).toMatchObject(refused('invalid_grant'));
    const renewed = await refresh(server, app, String(body.refresh_token));
    expect(renewed).toMatchObject(refused('invalid_grant'));
    const [[row]] = (await server.asRole(SYSTEM_ROLE, [
      [
        "select count(*)::int as living from platform.access_tokens where revoked_at is null and grant_hash is not null and hash = encode(sha256(convert_to($1, 'UTF8')), 'hex')",
        [access],
      ],
    ])) as [[{ living: number }]];
    expect(row.living).toBe(0);
  });

  it.each<[string, Record<string, string>]>([
    ['another verifier', { code_verifier: randomBytes(32).toString('base64url') }],
    ['no verifier', { code_verifier: '' }],
    ['the challenge for a verifier', { code_verifier: 'CHALLENGE' }],
    [
      'another redirect URI of the same app',
      { redirect_uri: 'https://segmenta.example/oauth/callback' },
    ],
    ['another redirect URI', { redirect_uri: 'https://evil.example/callback' }],
    ['another code', { code: `op_ac_${randomBytes(32).toString('base64url')}` }],
  ])('is not exchanged with %s', async (_, changes) => {
    const { asked, callback } = await codeOf();
    const challenge = new URL(asked.url).searchParams.get('code_challenge') ?? '';
    const sent = Object.entries(changes).map(([name, value]) => [
      name,
      value === 'CHALLENGE' ? challenge : value,
    ]);
    const answer = await exchange(server, app, callback, asked, Object.fromEntries(sent));
    expect(answer).toMatchObject(refused('invalid_grant'));
  });

  it.each([1, 42, 129])('is not exchanged with a verifier of %d characters', async (length) => {
    const verifier = 'v'.repeat(length);
    const { asked, callback } = await codeOf(app, {
      code_challenge: await calculatePKCECodeChallenge(verifier),
    });
    const answer = await exchange(server, app, callback, { ...asked, verifier });
    expect(answer).toMatchObject(refused('invalid_request'));
  });

  it('is not exchanged without a redirect URI', async () => {
    const { asked, callback } = await codeOf();
    const answer = await exchange(server, app, callback, asked, { redirect_uri: '' });
    expect(answer).toMatchObject(refused('invalid_request'));
  });

  it('is not exchanged by another app, and still works for its own', async () => {
    const { asked, callback } = await codeOf();
    expect(
      await exchange(server, { ...other, redirectUri: app.redirectUri }, callback, asked),
    ).toMatchObject(refused('invalid_grant'));
    expect((await exchange(server, app, callback, asked)).status).toBe(200);
  });

  it('is not exchanged a minute later', async () => {
    const { asked, callback } = await codeOf();
    await server.asRole(SYSTEM_ROLE, [
      [
        `update platform.oauth_records set payload = payload || jsonb_build_object('exp', 1)
         where kind = 'AuthorizationCode'`,
      ],
    ]);
    expect(await exchange(server, app, callback, asked)).toMatchObject(refused('invalid_grant'));
  });
});

describe('an authorization code that was used', () => {
  /** As if more than its minute had passed. */
  const age = (code: string) =>
    server.asRole(SYSTEM_ROLE, [
      [
        `update platform.oauth_records set payload = payload || jsonb_build_object('exp', 1)
         where kind = 'AuthorizationCode' and hash = $1`,
        [hashOf(code)],
      ],
    ]);

  const used = async () => {
    const { asked, callback } = await codeOf();
    const { body } = await exchange(server, app, callback, asked);
    const code = callback.searchParams.get('code') ?? '';
    const tokens = { access: String(body.access_token), refresh: String(body.refresh_token) };
    return { asked, callback, code, ...tokens };
  };

  const isDead = async ({ access, refresh: token }: Awaited<ReturnType<typeof used>>) => {
    const renewed = await refresh(server, app, token);
    return [await works(access), renewed.body.error];
  };

  it.each<[string, Record<string, string>]>([
    ['another verifier', { code_verifier: randomBytes(32).toString('base64url') }],
    ['no verifier', { code_verifier: '' }],
    ['another redirect URI', { redirect_uri: 'https://evil.example/callback' }],
  ])('ends what came from it also with %s', async (_, changes) => {
    const one = await used();
    const answer = await exchange(server, app, one.callback, one.asked, changes);
    expect(answer).toMatchObject(refused('invalid_grant'));
    expect(await isDead(one)).toEqual([false, 'invalid_grant']);
    const reuse = server.lines.filter(({ message }) => message === 'token reused');
    expect(reuse.at(-1)?.fields).toMatchObject({
      kind: 'AuthorizationCode',
      clientId: app.clientId,
    });
  });

  it('ends it also when its minute is over, and when what has expired was swept', async () => {
    const [one, two] = [await used(), await used()];
    await age(one.code);
    const late = await exchange(server, app, one.callback, one.asked);
    expect(late).toMatchObject(refused('invalid_grant'));
    expect(await isDead(one)).toEqual([false, 'invalid_grant']);

    await age(two.code);
    const next = await refresh(server, app, two.refresh);
    await sweepExpired(server.system, new Date(Date.now() + 80 * 24 * 60 * 60 * 1_000));
    const swept = await exchange(server, app, two.callback, two.asked);
    expect(swept).toMatchObject(refused('invalid_grant'));
    const renewed = await refresh(server, app, String(next.body.refresh_token));
    expect(renewed).toMatchObject(refused('invalid_grant'));
  });

  it('ends nothing when another app sends it, nor when it was never used', async () => {
    const one = await used();
    const theirs = await exchange(
      server,
      { ...other, redirectUri: app.redirectUri },
      one.callback,
      one.asked,
    );
    expect(theirs).toMatchObject(refused('invalid_grant'));
    const { asked, callback } = await codeOf();
    const wrong = { code_verifier: randomBytes(32).toString('base64url') };
    for (const changes of [wrong, { code_verifier: '' }]) {
      const answer = await exchange(server, app, callback, asked, changes);
      expect(answer).toMatchObject(refused('invalid_grant'));
    }
    await age(callback.searchParams.get('code') ?? '');
    expect(await exchange(server, app, callback, asked)).toMatchObject(refused('invalid_grant'));
    expect(await works(one.access)).toBe(true);
    expect((await refresh(server, app, one.refresh)).status).toBe(200);
  });
});

describe('the code challenge', () => {
  it.each<[string, Record<string, string | null>, string]>([
    ['is needed', { code_challenge: null, code_challenge_method: null }, 'requires PKCE'],
    ['is not sent plain', { code_challenge_method: 'plain' }, 'not supported value'],
    ['says its method', { code_challenge_method: null }, 'must be provided'],
    ['is one', { code_challenge: 'short' }, 'code_challenge'],
  ])('%s', async (_, changes, description) => {
    const { url, state } = await ask(server, app, changes);
    const { status, location } = await new Browser().get(url);
    const { searchParams } = new URL(location ?? '');
    expect({ status, error: searchParams.get('error'), state: searchParams.get('state') }).toEqual({
      status: 303,
      error: 'invalid_request',
      state,
    });
    expect(searchParams.get('error_description')).toContain(description);
    expect(searchParams.get('iss')).toBe(server.url);
  });
});

describe('a refresh token', () => {
  it('is replaced at each use; used again it kills the whole family at once', async () => {
    const first = await install(server, app, WHOLE, { prompt: 'consent' });
    const second = await refresh(server, app, first.refresh);
    const [access, next] = [String(second.body.access_token), String(second.body.refresh_token)];
    expect(await refresh(server, app, first.refresh)).toMatchObject(refused('invalid_grant'));
    expect(await refresh(server, app, next)).toMatchObject(refused('invalid_grant'));
    expect([await works(first.access), await works(access)]).toEqual([false, false]);
    const reuse = server.lines.filter(({ message }) => message === 'token reused');
    expect(reuse).toContainEqual({
      level: 'warn',
      message: 'token reused',
      fields: expect.objectContaining({ kind: 'RefreshToken', clientId: app.clientId }),
    });
    expect(JSON.stringify(reuse)).not.toContain(first.refresh);
  });

  it('leaves tokens of another consent alone', async () => {
    const one = await install(server, app, WHOLE, { prompt: 'consent' });
    const two = await install(server, app, WHOLE, { prompt: 'consent' });
    await refresh(server, app, one.refresh);
    await refresh(server, app, one.refresh);
    expect([await works(one.access), await works(two.access)]).toEqual([false, true]);
    expect((await refresh(server, app, two.refresh)).status).toBe(200);
  });

  it('is narrowed, and never widened', async () => {
    // Whether `read_customers` is on offer here depends on what was granted before.
    const nothingMore = { scopes: [] };
    const { refresh: token } = await install(server, app, nothingMore, {
      scope: 'read_orders read_products',
      prompt: 'consent',
    });
    const wider = await refresh(server, app, token, { scope: 'read_orders read_customers' });
    expect(wider).toMatchObject(refused('invalid_scope'));
    const narrow = await refresh(server, app, token, { scope: 'read_orders' });
    expect(narrow.body.scope).toBe('read_orders');
    const back = await refresh(server, app, String(narrow.body.refresh_token));
    expect(back.body.scope).toBe('read_orders read_products');
  });

  it('is worth nothing to another app, and stays good for its own', async () => {
    const { refresh: token } = await install(server, app, WHOLE, { prompt: 'consent' });
    expect(await refresh(server, other, token)).toMatchObject(refused('invalid_grant'));
    expect((await refresh(server, app, token)).status).toBe(200);
  });

  it('opens nothing itself, and neither does a code', async () => {
    const { refresh: token } = await install(server, app, WHOLE, { prompt: 'consent' });
    const { callback } = await codeOf();
    for (const wrong of [token, callback.searchParams.get('code') ?? '']) {
      const { status, headers } = await server.query(wrong, WHO);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });
});

describe('scopes', () => {
  const errorOf = async (parameters: Record<string, string>, who = app) => {
    const { url } = await ask(server, who, parameters);
    const { location } = await new Browser().get(url);
    const { origin, pathname, searchParams } = new URL(location ?? '');
    expect(`${origin}${pathname}`).toBe(who.redirectUri);
    return [searchParams.get('error'), searchParams.get('error_description')];
  };

  it.each([
    ['read_orders admin', 'The request names a scope that does not exist.'],
    ['openid', 'The request names a scope that does not exist.'],
    ['offline_access', 'The request names a scope that does not exist.'],
    ['read_orders\tread_products', 'scope contains invalid characters'],
    ['read_orders write_orders', 'The app does not declare write_orders.'],
  ])('%j is refused', async (scope, description) => {
    expect(await errorOf({ scope })).toEqual(['invalid_scope', description]);
  });

  it('that are admin-gated need an approved public app', async () => {
    const pending = await server.app('pending');
    const gated = 'read_warranty_pricing';
    const description = `Only public apps that the platform approved may ask for ${gated}.`;
    expect(await errorOf({ scope: gated }, pending)).toEqual(['invalid_scope', description]);
    await approveApp(server.system, DEMO_APPS.pending.id, new Date());
    const { url } = await ask(server, pending, { scope: gated });
    expect((await new Browser().get(url)).location).toContain('/oauth/interaction/');
    await rejectApp(server.system, DEMO_APPS.pending.id, 'Withdrawn.', new Date());
    expect(await errorOf({ scope: gated }, pending)).toEqual(['invalid_scope', description]);
  });

  it('that somebody put into the declaration of a private app are refused when it asks', async () => {
    const own = await server.app('private');
    await server.asRole(SYSTEM_ROLE, [
      [
        'insert into platform.app_scopes (app_id, scope, required) values ($1, $2, false)',
        [DEMO_APPS.private.id, 'read_warranty_pricing'],
      ],
    ]);
    const [error] = await errorOf({ scope: 'read_warranty_pricing' }, own);
    expect(error).toBe('invalid_scope');
  });
});

describe('the other endpoints', () => {
  const own = () => ({ client_id: app.clientId, client_secret: app.secret });

  it('revoke what belongs to the app, and nothing of another', async () => {
    const mine = await install(server, app, WHOLE, { prompt: 'consent' });
    const theirs = { client_id: other.clientId, client_secret: other.secret };
    const tried = await server.post('/v1/oauth/revoke', { ...theirs, token: mine.access });
    expect([tried.status, await works(mine.access)]).toEqual([200, true]);
    for (const hint of ['refresh_token', 'access_token', 'x']) {
      const fields = { ...theirs, token: mine.refresh, token_type_hint: hint };
      expect((await server.post('/v1/oauth/revoke', fields)).status).toBe(200);
    }
    mine.refresh = String((await refresh(server, app, mine.refresh)).body.refresh_token);
    expect(mine.refresh).toMatch(/^op_rt_/);
    await server.post('/v1/oauth/revoke', { ...own(), token: mine.refresh });
    expect(await refresh(server, app, mine.refresh)).toMatchObject(refused('invalid_grant'));
    const unknown = await server.post('/v1/oauth/revoke', { ...own(), token: 'op_at_unknown' });
    expect(unknown.status).toBe(200);
    const anonymous = await server.post('/v1/oauth/revoke', { token: mine.access });
    expect(anonymous.status).toBe(400);
  });

  it('introspect for the platform alone', async () => {
    const {
      access,
      refresh: renewing,
      scope,
    } = await install(server, app, WHOLE, {
      prompt: 'consent',
    });
    const platform = { client_id: 'op_platform', client_secret: SECRET };
    const tell = async (token: string, who: Record<string, string> = platform) =>
      (await server.post('/v1/oauth/introspect', { ...who, token })).body;
    const told = await tell(access);
    expect(told).toMatchObject({
      active: true,
      client_id: app.clientId,
      aud: server.url,
      iss: server.url,
      store_id: STORE.id,
      token_type: 'Bearer',
    });
    expect(String(told.scope).split(' ').sort()).toEqual(scope);
    expect(await tell(renewing)).toMatchObject({ active: true });
    const next = String((await refresh(server, app, renewing)).body.refresh_token);
    expect(await tell(renewing)).toEqual({ active: false });
    expect(await tell(next)).toMatchObject({ active: true });
    expect(await tell('op_at_unknown')).toEqual({ active: false });
    expect(await tell(access, own())).toEqual({ active: false });
    expect(await tell(access, { ...platform, client_secret: 'wrong' })).toMatchObject({
      error: 'invalid_client',
    });
  });

  it('let the platform client do nothing else', async () => {
    const platform = { client_id: 'op_platform', client_secret: SECRET };
    const grant = { grant_type: 'client_credentials', store_id: STORE.id };
    const { status } = await server.post('/v1/oauth/token', { ...platform, ...grant });
    expect(status).toBe(400);
    const { url } = await ask(server, { ...app, clientId: 'op_platform' });
    expect((await new Browser().get(url)).location).toBeNull();
  });

  it('know no client of that name where no secret was set', async () => {
    const plain = await startOAuthServer();
    try {
      for (const secret of ['', 'undefined', 'null', 'none']) {
        const { status, body } = await plain.post('/v1/oauth/introspect', {
          client_id: 'op_platform',
          client_secret: secret,
          token: 'op_at_unknown',
        });
        expect([status, body.active]).not.toEqual([200, true]);
        expect(status).toBeGreaterThanOrEqual(400);
      }
    } finally {
      await plain.close();
    }
  });

  it.each(['/v1/oauth/token', '/v1/oauth/revoke', '/v1/oauth/introspect'])(
    '%s takes POST alone, in two media types',
    async (path) => {
      expect((await fetch(`${server.url}${path}?token=x`)).status).toBe(405);
      const text = await fetch(`${server.url}${path}`, { method: 'POST', body: 'token=x' });
      expect(text.status).toBe(400);
      const long = await server.post(path, { token: 'x'.repeat(40_000) });
      expect(long).toMatchObject(refused('invalid_request'));
    },
  );
});

describe('hostile text', () => {
  const HOSTILE = ['\u0000', 'a\u0000b', '\r\nx: y', '\u202e', "'; drop table x; --", '%00', '{}'];
  const GOOD = {
    grant_type: 'client_credentials',
    scope: 'read_orders',
    store_id: STORE.id,
    code: 'x',
    code_verifier: 'x'.repeat(43),
    redirect_uri: 'https://a.example/',
    refresh_token: 'x',
    resource: 'https://a.example/',
    token: 'x',
    token_type_hint: 'refresh_token',
  };

  it.each(['client_id', 'client_secret', ...Object.keys(GOOD)])(
    'in %s is never our failure, in a form and in JSON',
    async (name) => {
      const grants = ['client_credentials', 'authorization_code', 'refresh_token'];
      // Wrong secrets would keep everybody here from being taken for the app.
      const one = name === 'client_secret' ? await server.app('pending') : app;
      for (const text of HOSTILE) {
        for (const path of ['/v1/oauth/token', '/v1/oauth/revoke', '/v1/oauth/introspect']) {
          for (const grant_type of path.endsWith('token') ? grants : ['']) {
            const body = {
              client_id: one.clientId,
              client_secret: one.secret,
              ...GOOD,
              grant_type,
              [name]: text,
            };
            const form = await server.post(path, body);
            const json = await fetch(`${server.url}${path}`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(body),
            });
            for (const { status } of [form, json])
              expect([text, status < 500]).toEqual([text, true]);
            if (form.status >= 400) expect(form.body.error).toEqual(expect.any(String));
          }
        }
      }
      expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
  );
});

describe('what ends an installation', () => {
  it('ends a code that was not exchanged yet, and its refresh tokens', async () => {
    const { access, refresh: token } = await install(
      server,
      app,
      { ...WHOLE },
      { prompt: 'consent' },
    );
    const { asked, callback } = await codeOf();
    const [[row]] = (await server.asRole(SYSTEM_ROLE, [
      [
        'select id from platform.installations where app_id = $1 and store_id = $2 and removed_at is null',
        [DEMO_APPS.cdp.id, STORE.id],
      ],
    ])) as [[{ id: string }]];
    await uninstall(server.system, row.id, new Date());
    expect(await exchange(server, app, callback, asked)).toMatchObject(refused('invalid_grant'));
    expect(await refresh(server, app, token)).toMatchObject(refused('invalid_grant'));
    expect(await works(access)).toBe(false);
    const again = await server.post('/v1/oauth/token', {
      grant_type: 'client_credentials',
      client_id: app.clientId,
      client_secret: app.secret,
      store_id: STORE.id,
    });
    expect(again).toMatchObject(refused('invalid_grant'));
  });

  it('ends its webhooks and theirs alone, and gives what comes later no way to them', async () => {
    const { id, storeId } = DEMO_INSTALLATIONS.pricer;
    const neighbour = DEMO_INSTALLATIONS.private.id;
    const columns =
      'id, store_id, owner, url, topics, enabled, scopes, secret_changed_at, created_at, updated_at, version';
    for (const owner of [id, neighbour]) {
      await server.asRole(OWNER_ROLE, [
        [
          "select set_config('scopegate.store_id', $1, true), set_config('scopegate.owner', $2, true)",
          [storeId, owner],
        ],
        [
          `insert into commerce.webhooks (${columns}) values ($1, $2, $3, 'https://a.example', '{}', true, '{}', now(), now(), now(), 1)`,
          [`whk_${owner}`, storeId, owner],
        ],
      ]);
    }
    const owners = async () => {
      const [rows = []] = await server.asRole(SYSTEM_ROLE, [
        ['select distinct owner from commerce.webhooks'],
      ]);
      return rows.map(({ owner }) => owner);
    };
    expect(await owners()).toEqual(expect.arrayContaining([id, neighbour]));
    await uninstall(server.system, id, new Date());
    expect(await owners()).not.toContain(id);
    expect(await owners()).toContain(neighbour);
    // Webhooks and idempotency keys belong to an installation: the app installed anew is another owner.
    const pricer = await server.app('pricer');
    const asked = await ask(server, pricer, { prompt: 'consent' });
    await exchange(server, pricer, await consent(new Browser(), asked.url, { scopes: [] }), asked);
    const [installed = []] = await server.asRole(SYSTEM_ROLE, [
      [
        'select id from platform.installations where app_id = $1 and store_id = $2 and removed_at is null',
        [DEMO_APPS.pricer.id, storeId],
      ],
    ]);
    expect(installed).toHaveLength(1);
    expect(installed[0]?.id).not.toBe(id);
  });

  it('with a suspension does not keep a merchant from signing in and from other apps', async () => {
    const browser = new Browser();
    const page = await browser.get(`${server.url}/merchant/apps`);
    const list = await browser.follow(await browser.submit(page, credentials()));
    expect([list.status, list.html.includes(DEMO_APPS.suspended.name)]).toEqual([200, true]);
    const opened = `${server.url}/merchant/apps/${DEMO_INSTALLATIONS.suspended.id}/open`;
    expect((await browser.get(opened)).status).toBe(404);
    const { access } = await install(server, app, WHOLE, { prompt: 'consent' });
    expect(await works(access)).toBe(true);
  });

  it('ends with a suspension everywhere, and does not come back with it', async () => {
    const { access, refresh: token } = await install(
      server,
      other,
      { who: 'agency', storeId: OTHER_STORE.id, scopes: [] },
      { prompt: 'consent' },
    );
    expect(await works(access)).toBe(true);
    await suspendApp(server.system, DEMO_APPS.demo.id, 'Leaks.', new Date());
    expect(await refresh(server, other, token)).toMatchObject(refused('invalid_client', 401));
    await approveApp(server.system, DEMO_APPS.demo.id, new Date());
    expect(await refresh(server, other, token)).toMatchObject(refused('invalid_grant'));
    // It was accepted a moment ago, and that is remembered for five seconds at most.
    await expect.poll(() => works(access), { timeout: 6_000, interval: 250 }).toBe(false);
  });
});

describe('what is kept', () => {
  it('has no code, token, secret, password or cookie in it', async () => {
    const browser = new Browser();
    const asked = await ask(server, app, { prompt: 'consent' });
    const callback = await consent(browser, asked.url, WHOLE);
    const { body } = await exchange(server, app, callback, asked);
    const tables = await server.asRole(SYSTEM_ROLE, [
      ['select * from platform.oauth_records'],
      ['select * from platform.access_tokens'],
      ['select * from platform.apps'],
      ['select * from platform.merchants'],
    ]);
    const kept = JSON.stringify(tables);
    const secrets = [
      callback.searchParams.get('code'),
      body.access_token,
      body.refresh_token,
      app.secret,
      DEMO_PASSWORD,
      ...browser.cookieValues,
    ].map(String);
    expect(secrets.length).toBeGreaterThan(6);
    for (const secret of secrets) expect([secret, kept.includes(secret)]).toEqual([secret, false]);
    const logged = JSON.stringify(server.lines);
    for (const secret of secrets) expect(logged).not.toContain(secret);
  });
});
