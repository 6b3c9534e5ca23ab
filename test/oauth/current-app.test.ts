import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { approveApp, changeApp, rejectApp } from '../../src/oauth/apps.ts';
import { STORE, startTestGateway } from '../support/gateway.ts';
import { must } from '../support/queries-seed.ts';
import { install, type OAuthServer, refresh, startOAuthServer, type TestApp } from './kit.ts';

const QUERY = `{ currentApp {
  clientId
  app { id name visibility }
  store { id name }
  grantedScopes { name group description sensitivity }
  declaredScopes { scope { name } required granted }
  installedAt
  tokenExpiresAt
} }`;

interface CurrentApp {
  readonly clientId: string;
  readonly app: unknown;
  readonly store: unknown;
  readonly grantedScopes: readonly { readonly name: string }[];
  readonly declaredScopes: readonly {
    readonly scope: { readonly name: string };
    readonly required: boolean;
    readonly granted: boolean;
  }[];
  readonly installedAt: string | null;
  readonly tokenExpiresAt: string;
}

const { id, name, visibility, clientId, required, optional } = DEMO_APPS.cdp;
const ALL = [...required, ...optional].sort();

let server: OAuthServer;
let app: TestApp;
let installedAt: string;

beforeAll(async () => {
  server = await startOAuthServer();
  app = await server.app('cdp');
  const [[row] = []] = await server.asRole(SYSTEM_ROLE, [
    ['select installed_at from platform.installations where id = $1', [DEMO_INSTALLATIONS.cdp.id]],
  ]);
  installedAt = (must(row).installed_at as Date).toISOString();
});
afterAll(() => server.close());

const asked = async (token: string): Promise<CurrentApp> => {
  const { status, body, text } = await server.query(token, QUERY);
  expect([status, body.errors], text).toEqual([200, undefined]);
  return (body.data as { currentApp: CurrentApp }).currentApp;
};

const tokenByItself = async (one: TestApp, scope?: string): Promise<string> => {
  const { body, text } = await server.post('/v1/oauth/token', {
    grant_type: 'client_credentials',
    client_id: one.clientId,
    client_secret: one.secret,
    store_id: STORE.id,
    ...(scope !== undefined && { scope }),
  });
  expect(body.access_token, text).toBeDefined();
  return String(body.access_token);
};

const grantedIn = ({ declaredScopes }: CurrentApp) =>
  declaredScopes.flatMap(({ scope, granted }) => (granted ? [scope.name] : [])).sort();

const usableIn = ({ grantedScopes }: CurrentApp) => grantedScopes.map((scope) => scope.name).sort();

/** What is the same for every token of the installation. */
function expectInstalled(found: CurrentApp) {
  expect(found).toMatchObject({
    clientId,
    app: { id, name, visibility },
    store: { id: STORE.id, name: STORE.name },
    installedAt: expect.any(String),
  });
  // It was installed before these tokens, and a new consent is no new installation.
  expect(new Date(String(found.installedAt)).toISOString()).toBe(installedAt);
  const seconds = (Date.parse(found.tokenExpiresAt) - Date.now()) / 1_000;
  expect(seconds).toBeGreaterThan(3_500);
  expect(seconds).toBeLessThanOrEqual(3_600);
  expect(found.declaredScopes.map(({ scope }) => scope.name).sort()).toEqual(ALL);
  const needed = found.declaredScopes.filter((scope) => scope.required);
  expect(needed.map(({ scope }) => scope.name).sort()).toEqual([...required].sort());
}

describe.each(['OPAQUE', 'JWT'] as const)('an app with %s tokens is told of itself', (format) => {
  beforeAll(() => changeApp(server.system, id, { accessTokenFormat: format }, new Date()));

  const isJwt = (token: string) => token.split('.').length === 3;

  it('with a token that a consent gave, and one that refreshed it', async () => {
    const granted = { scopes: ['read_customers'] };
    const tokens = await install(server, app, granted, { prompt: 'consent' });
    const renewed = await refresh(server, app, tokens.refresh);
    for (const token of [tokens.access, String(renewed.body.access_token)]) {
      expect(isJwt(token)).toBe(format === 'JWT');
      const found = await asked(token);
      expectInstalled(found);
      expect([usableIn(found), grantedIn(found)]).toEqual([ALL, ALL]);
      expect(found.grantedScopes).toContainEqual({
        name: 'read_customers',
        group: 'Customers',
        description:
          'Read personal data of customers: name, e-mail, phone, addresses, tags, notes and consent.',
        sensitivity: 'PII',
      });
    }
  });

  it('with one that it got by itself', async () => {
    await install(server, app, { scopes: ['read_customers'] }, { prompt: 'consent' });
    const token = await tokenByItself(app);
    expect(isJwt(token)).toBe(format === 'JWT');
    const found = await asked(token);
    expectInstalled(found);
    expect([usableIn(found), grantedIn(found)]).toEqual([ALL, ALL]);
  });

  it('with one that says less than the merchant granted, which is told apart', async () => {
    const tokens = await install(
      server,
      app,
      { scopes: ['read_customers'] },
      { prompt: 'consent' },
    );
    const narrowed = await refresh(server, app, tokens.refresh, { scope: 'read_orders' });
    const narrow = [String(narrowed.body.access_token), await tokenByItself(app, 'read_orders')];
    for (const token of narrow) {
      const found = await asked(token);
      expectInstalled(found);
      expect([usableIn(found), grantedIn(found)]).toEqual([['read_orders'], ALL]);
    }
  });

  it('with one of a consent that refused something', async () => {
    const { access } = await install(server, app, { scopes: [] }, { prompt: 'consent' });
    const found = await asked(access);
    expectInstalled(found);
    const left = [...required].sort();
    expect([usableIn(found), grantedIn(found)]).toEqual([left, left]);
  });
});

describe('what the merchant granted', () => {
  it('is told also where the platform does not let the app use it', async () => {
    const pricer = await server.app('pricer');
    const token = await tokenByItself(pricer);
    await rejectApp(server.system, DEMO_APPS.pricer.id, 'Withdrawn.', new Date());
    const found = await asked(token);
    await approveApp(server.system, DEMO_APPS.pricer.id, new Date());
    expect(usableIn(found)).toEqual(['read_analytics', 'read_quotes', 'read_store']);
    expect(grantedIn(found)).toContain('read_warranty_pricing');
  });

  it('has in it what a scope includes', async () => {
    const changes = { requiredScopes: ['manage_claims'], optionalScopes: ['read_claims'] };
    await changeApp(server.system, DEMO_APPS.private.id, changes, new Date());
    const found = await asked(await tokenByItself(await server.app('private')));
    expect(grantedIn(found)).toEqual(['manage_claims', 'read_claims']);
    expect(usableIn(found)).toEqual(expect.arrayContaining(['read_claims', 'write_claims']));
  });

  it('is, for a client of another issuer that is linked to an app, what its token may use', async () => {
    const gateway = await startTestGateway();
    try {
      const ask = async (token: string) =>
        (await gateway.send(QUERY, { token })).body.data?.currentApp as CurrentApp;
      const linked = await ask(await gateway.token('read_orders'));
      expect([usableIn(linked), grantedIn(linked)]).toEqual([['read_orders'], ['read_orders']]);
      expect(linked).toMatchObject({ app: { id: DEMO_APPS.demo.id } });
    } finally {
      await gateway.close();
    }
  });
});
