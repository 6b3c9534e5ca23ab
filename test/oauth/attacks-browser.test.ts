import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { changeApp, registerApp } from '../../src/oauth/apps.ts';
import { OTHER_STORE, STORE } from '../support/gateway.ts';
import { Browser, type Fields, formOf, type Seen } from './browser.ts';
import {
  ask,
  consent,
  credentials,
  type OAuthServer,
  reachConsent,
  startOAuthServer,
  type TestApp,
} from './kit.ts';

let server: OAuthServer;
let app: TestApp;

beforeAll(async () => {
  server = await startOAuthServer();
  app = await server.app('cdp');
});
afterAll(() => server.close());

const asked = async (changes: Record<string, string | null> = {}) =>
  (await ask(server, app, { prompt: 'consent', ...changes })).url;

/** How many installations, grants and consents there are: what a refused form must not change. */
const written = async () => {
  const [[row]] = (await server.asRole(SYSTEM_ROLE, [
    [
      `select (select count(*) from platform.installations) + (select count(*) from platform.grants)
         + (select count(*) from platform.oauth_records where kind in ('Grant', 'AuthorizationCode')) as n`,
    ],
  ])) as [[{ n: unknown }]];
  return String(row.n);
};

/** Sends a form that must not be accepted. */
async function sendRefused(send: () => Promise<Seen>): Promise<Seen> {
  const before = await written();
  const seen = await send();
  expect(await written()).toBe(before);
  expect(seen.location?.includes('code=') ?? false).toBe(false);
  return seen;
}

const ALLOW: Fields = [['decision', 'allow']];

describe('a redirect URI', () => {
  it.each([
    'http://localhost:5000/callback/',
    'http://localhost:5000/callback?x=1',
    'http://localhost:5000/callback#x',
    'http://localhost:5000/Callback',
    'http://localhost:5001/callback',
    'http://localhost/callback',
    'http://127.0.0.1:5000/callback',
    'https://localhost:5000/callback',
    'http://LOCALHOST:5000/callback',
    'http://localhost:5000//callback',
    'http://localhost:5000/callback/../callback',
    'http://localhost:5000/%63allback',
    'http://localhost:5000@evil.example/callback',
    'http://evil.example/callback',
    'https://segmenta.example.evil.example/oauth/callback',
    'https://evil.example/?https://segmenta.example/oauth/callback',
    'https://segmenta.example/oauth/callback\\@evil.example',
    '//evil.example/callback',
    'javascript:alert(1)',
    'data:text/html,x',
    '/callback',
  ])('%s, which is not the registered one, gets a page and no redirect', async (redirectUri) => {
    const { status, location, html } = await new Browser().get(
      await asked({ redirect_uri: redirectUri }),
    );
    expect([status, location]).toEqual([400, null]);
    expect(html).not.toContain('evil.example');
  });

  it('is needed, and comes once', async () => {
    expect((await new Browser().get(await asked({ redirect_uri: null }))).location).toBeNull();
    const twice = `${await asked()}&redirect_uri=${encodeURIComponent('https://evil.example/')}`;
    const { location } = await new Browser().get(twice);
    expect(location?.startsWith('https://evil.example') ?? false).toBe(false);
  });
});

describe('a request', () => {
  it.each<[string, Record<string, string | null>]>([
    ['an unknown client', { client_id: 'op_app_000000000000000000000000' }],
    ['no client', { client_id: null }],
    ['a suspended client', { client_id: DEMO_APPS.suspended.clientId }],
    ['a response mode with a script', { response_mode: 'form_post' }],
    ['a response mode in the fragment', { response_mode: 'fragment' }],
  ])('with %s is told to the person alone', async (_, changes) => {
    const { status, location, html } = await new Browser().get(await asked(changes));
    expect([status, location]).toEqual([400, null]);
    expect(html).not.toContain('<script');
  });

  it.each<[string, Record<string, string | null>, string]>([
    ['an implicit response', { response_type: 'token' }, 'unsupported_response_type'],
    ['an id token', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    [
      'a request by reference',
      { request_uri: 'https://evil.example/x' },
      'request_uri_not_supported',
    ],
    ['another resource', { resource: 'https://evil.example' }, 'invalid_target'],
    ['a prompt that is not there', { prompt: 'login' }, 'invalid_request'],
    ['nobody to be asked', { prompt: 'none' }, 'login_required'],
  ])('for %s is refused at the app, with state and issuer', async (_, changes, error) => {
    const { location } = await new Browser().get(await asked({ state: 'kept', ...changes }));
    const { origin, pathname, search, hash } = new URL(location ?? '');
    expect(`${origin}${pathname}`).toBe(app.redirectUri);
    // What an implicit response would have been is refused where it would have been (RFC 6749 section 4.2.2.1).
    const answer = new URLSearchParams(search || hash.slice(1));
    expect(Object.fromEntries(answer)).toMatchObject({
      error,
      state: 'kept',
      iss: server.url,
    });
  });

  it('is never taken by POST', async () => {
    const response = await fetch(await asked(), { method: 'POST' });
    expect(response.status).toBe(405);
  });

  it('does not believe what it says about its own address', async () => {
    const browser = new Browser({
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    });
    const callback = await consent(browser, await asked(), { scopes: [] });
    expect(callback.searchParams.get('iss')).toBe(server.url);
  });
});

const HOSTILE = [
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '</title><svg onload=alert(1)>',
  'javascript:alert(1)',
  '{{7*7}}<%= 7*7 %>',
  '\r\nSet-Cookie: evil=1',
  '\u202e\u0000\ud800',
  '\u0000',
];

describe('hostile text', () => {
  // What the database refuses to store would be one.
  afterEach(() => expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]));

  const isHarmless = ({ status, html, headers }: Seen) => {
    expect(status).toBeLessThan(500);
    expect(html).not.toMatch(/<script|<img src=x|<svg onload|onerror=alert\(1\)>/i);
    expect(headers.getSetCookie().filter((line) => line.startsWith('evil'))).toEqual([]);
  };

  it.each([
    'client_id',
    'redirect_uri',
    'scope',
    'state',
    'response_type',
    'code_challenge',
    'code_challenge_method',
    'prompt',
    'store_id',
    'resource',
    'login_hint',
    'ui_locales',
    'nonce',
    'claims',
  ])('in %s stays text', async (name) => {
    for (const text of HOSTILE) {
      const browser = new Browser();
      const first = await browser.get(await asked({ [name]: text }));
      isHarmless(first);
      if (first.location !== null) {
        const { origin } = new URL(first.location);
        expect([new URL(app.redirectUri).origin, server.url]).toContain(origin);
        if (origin === server.url) isHarmless(await browser.follow(first));
      }
    }
  });

  it('as state comes back as it was', async () => {
    for (const state of HOSTILE.slice(0, 5)) {
      const callback = await consent(new Browser(), await asked({ state }), { scopes: [] });
      expect(callback.searchParams.get('state')).toBe(state);
    }
  });

  it('in the name of an app stays text on every page', async () => {
    const { id } = DEMO_APPS.pricer;
    const pricer = await server.app('pricer');
    for (const name of HOSTILE.slice(0, 5)) {
      await server.asRole(SYSTEM_ROLE, [
        [
          'update platform.apps set name = $1, logo_url = $1, privacy_policy_url = $1 where id = $2',
          [name, id],
        ],
      ]);
      const browser = new Browser();
      const { url } = await ask(server, pricer, { prompt: 'consent' });
      isHarmless(await browser.follow(await browser.get(url)));
      isHarmless(await reachConsent(browser, url));
      isHarmless(await browser.get(`${server.url}/merchant/apps`));
    }
  });

  it('in forms stays text', async () => {
    for (const text of HOSTILE) {
      const browser = new Browser();
      const page = await browser.follow(await browser.get(await asked()));
      isHarmless(
        await browser.submit(page, [
          ['email', text],
          ['password', text],
        ]),
      );
    }
  });
});

describe('a form', () => {
  it('to sign in needs its token', async () => {
    const browser = new Browser();
    const page = await browser.follow(await browser.get(await asked()));
    for (const csrf of ['', 'x', formOf(page.html).csrf.slice(1)]) {
      const seen = await browser.post(page.url, [['csrf', csrf], ...credentials()]);
      expect([seen.status, seen.location]).toEqual([expect.any(Number), null]);
      expect(seen.html).toContain('name="password"');
    }
    // With it, the same words are accepted.
    expect((await browser.submit(page, credentials())).status).toBe(303);
  });

  it('to consent needs its token, of this authorization, person and browser', async () => {
    const browser = new Browser();
    const page = await reachConsent(browser, await asked());
    const another = await reachConsent(browser, await asked());
    const stranger = new Browser();
    const theirs = await reachConsent(stranger, await asked(), { who: 'colleague' });
    const tokens = ['', 'x', formOf(another.html).csrf, formOf(theirs.html).csrf];
    for (const csrf of tokens) {
      await sendRefused(() => browser.post(page.url, [['csrf', csrf], ...ALLOW]));
    }
    // The form of one browser sent by another, which has no such authorization.
    const { csrf } = formOf(page.html);
    await sendRefused(() => stranger.post(page.url, [['csrf', csrf], ...ALLOW]));
    await sendRefused(() => new Browser().post(page.url, [['csrf', csrf], ...ALLOW]));
  });

  it.each(['cross-site', 'same-site', 'none'])('from a %s context is refused', async (site) => {
    const browser = new Browser();
    const page = await reachConsent(browser, await asked());
    const { csrf } = formOf(page.html);
    const seen = await sendRefused(() =>
      browser.post(page.url, [['csrf', csrf], ...ALLOW], { 'sec-fetch-site': site }),
    );
    expect(seen.status).toBe(403);
  });

  it.each<[string, Fields]>([
    ['a scope that was not offered', [['scope', 'write_orders']]],
    ['a scope that does not exist', [['scope', 'admin']]],
    ['an admin-gated scope', [['scope', 'read_warranty_pricing']]],
  ])('with %s is refused whole', async (_, fields) => {
    const browser = new Browser();
    const page = await reachConsent(browser, await asked());
    const seen = await sendRefused(() => browser.submit(page, [...ALLOW, ...fields]));
    expect(seen.status).toBe(400);
  });

  it('with neither yes nor no is refused', async () => {
    const browser = new Browser();
    const page = await reachConsent(browser, await asked());
    expect((await sendRefused(() => browser.submit(page, []))).status).toBe(400);
  });

  it('is good for what was shown: an app that asks for more meanwhile is shown again', async () => {
    const draft = {
      name: 'Shifting Sands',
      visibility: 'PRIVATE',
      ownerStore: STORE.id,
      redirectUris: ['http://localhost:5000/callback'],
      requiredScopes: ['read_orders'],
    } as const;
    const made = await registerApp(
      server.system,
      { ...draft, redirectUris: [...draft.redirectUris], requiredScopes: ['read_orders'] },
      new Date(),
    );
    const shifting = {
      clientId: made.app.clientId,
      secret: made.clientSecret,
      redirectUri: 'http://localhost:5000/callback',
    };
    const browser = new Browser();
    const page = await reachConsent(browser, (await ask(server, shifting)).url);
    const more = { requiredScopes: ['read_orders', 'read_customers'] };
    await changeApp(server.system, made.app.id, more, new Date());
    const again = await browser.follow(await sendRefused(() => browser.submit(page, ALLOW)));
    expect([again.status, again.html.includes('read_customers')]).toEqual([200, true]);
    expect((await browser.follow(await browser.submit(again, ALLOW))).location).toContain('code=');
  });

  it('for a store of somebody else is refused', async () => {
    const browser = new Browser();
    const page = await reachConsent(browser, await asked(), { who: 'agency' });
    expect(page.html).toContain(OTHER_STORE.name);
    const seen = await sendRefused(() => browser.submit(page, [['store', STORE.id]]));
    expect(seen.status).toBe(400);
    const named = await reachConsent(new Browser(), await asked({ store_id: STORE.id }), {
      who: 'agency',
    });
    expect(named.html).not.toContain('value="allow"');
  });

  it('cancels, and the app is told', async () => {
    const browser = new Browser();
    const page = await reachConsent(browser, await asked({ state: 'kept' }));
    const left = await browser.follow(await browser.submit(page, [['decision', 'cancel']]));
    expect(Object.fromEntries(new URL(left.location ?? '').searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'kept',
      iss: server.url,
    });
  });
});

describe('a person', () => {
  it('with several stores says which, and the token is for that one', async () => {
    const [, , books] = DEMO_STORES;
    const { url } = await ask(server, app, { prompt: 'consent' });
    const browser = new Browser();
    const callback = await consent(browser, url, { who: 'agency', storeId: books.id, scopes: [] });
    expect(callback.searchParams.get('code')).toMatch(/^op_ac_/);
  });

  it('who signs out on the way signs in as somebody else', async () => {
    const browser = new Browser();
    const page = await reachConsent(browser, await asked());
    const out = await browser.follow(await browser.submit(page, [['action', 'sign-out']]));
    expect(out.html).toContain('name="password"');
    const again = await browser.follow(await browser.submit(out, credentials('colleague')));
    expect(again.html).toContain('jordan@summitandpine.example');
  });

  it('who guesses is stopped, also when the last guess is right', async () => {
    const alone = await startOAuthServer();
    try {
      const page = `${alone.url}/merchant/apps`;
      const attempt = async (email: string, password: string, browser = new Browser()) =>
        browser.submit(await browser.get(page), [
          ['email', email],
          ['password', password],
        ]);
      const statuses: number[] = [];
      for (let guess = 0; guess < 5; guess += 1) {
        const { status, location } = await attempt('Robin@summitandpine.example', `guess ${guess}`);
        statuses.push(status);
        expect(location).toBeNull();
      }
      expect(new Set(statuses).size).toBe(1);
      const right = ['robin@summitandpine.example', 'summit-and-pine'] as const;
      const stopped = await attempt(...right);
      expect([stopped.status, stopped.location]).toEqual([429, null]);
      // An address that the request claims for itself is not another address.
      const claimed = new Browser({ 'x-forwarded-for': '203.0.113.9' });
      expect((await attempt(...right, claimed)).status).toBe(429);
      // Other people sign in.
      expect((await attempt('jordan@summitandpine.example', right[1])).status).toBe(303);
    } finally {
      await alone.close();
    }
  });

  it('is not told whether there is such a person', async () => {
    const browser = new Browser();
    const start = async () => browser.follow(await browser.get(await asked()));
    const unknown = await browser.submit(await start(), [
      ['email', 'nobody@summitandpine.example'],
      ['password', 'x'],
    ]);
    const known = await browser.submit(await start(), [
      ['email', 'camille@maisonclairval.example'],
      ['password', 'x'],
    ]);
    const neutral = ({ html }: Seen) =>
      html
        .replace(/value="[^"]*@[^"]*"/g, '')
        .replace(/name="csrf"[^>]*/g, '')
        .replace(/interaction\/[\w-]+/g, '');
    expect(unknown.status).toBe(known.status);
    expect(neutral(unknown)).toBe(neutral(known));
  });
});

describe('every page', () => {
  it('runs no script, is shown in no frame, is kept nowhere and tells nobody its address', async () => {
    const browser = new Browser();
    const signIn = await browser.follow(await browser.get(await asked()));
    const consenting = await reachConsent(new Browser(), await asked(), { who: 'colleague' });
    const merchant = await browser.get(`${server.url}/merchant/apps`);
    const error = await browser.get(await asked({ client_id: 'x' }));
    const missing = await browser.get(`${server.url}/merchant/apps/nothing`);
    for (const { headers, html } of [signIn, consenting, merchant, error, missing]) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(html).not.toContain('<script');
    }
  });

  it('sets cookies that scripts do not see and other sites do not send', async () => {
    const secure = await startOAuthServer({ publicUrl: 'https://api.example.com' });
    try {
      const { url } = await ask(secure, app);
      const { headers } = await new Browser().get(url);
      const cookies = headers.getSetCookie();
      expect(cookies.length).toBeGreaterThan(1);
      for (const cookie of cookies) {
        expect(cookie).toMatch(/^__(Host|Secure)-scopegate_/);
        expect(cookie.toLowerCase()).toContain('; httponly');
        expect(cookie.toLowerCase()).toContain('; samesite=lax');
        expect(cookie.toLowerCase()).toContain('; secure');
        expect(cookie.toLowerCase()).not.toContain('domain=');
      }
    } finally {
      await secure.close();
    }
  });

  it('begins a new session when somebody signs in', async () => {
    const browser = new Browser();
    const page = await browser.follow(await browser.get(await asked()));
    const before = browser.cookieValues;
    await browser.follow(await browser.submit(page, credentials('colleague')));
    const session = () => browser.cookie('scopegate_session');
    expect(session()).toBeDefined();
    expect(before).not.toContain(session());
  });
});
