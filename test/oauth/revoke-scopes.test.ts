import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { OWNER_ROLE, SYSTEM_ROLE, WRITER_ROLE } from '../../src/data/tables/columns.ts';
import { changeApp } from '../../src/oauth/apps.ts';
import { uninstall, withdrawScopes } from '../../src/oauth/withdrawal.ts';
import { OTHER_STORE, STORE } from '../support/gateway.ts';
import { install, type OAuthServer, startOAuthServer, type TestApp } from './kit.ts';

const { id: CDP } = DEMO_INSTALLATIONS.cdp;
const ALL = [...DEMO_APPS.cdp.required, ...DEMO_APPS.cdp.optional].sort();
const REQUIRED = [...DEMO_APPS.cdp.required].sort();

let server: OAuthServer;
let app: TestApp;

beforeAll(async () => {
  server = await startOAuthServer();
  app = await server.app('cdp');
});
afterAll(() => server.close());

/** The rows of a statement in the schema of the platform. */
const platform = async (text: string, values: readonly unknown[] = []) =>
  (await server.asRole(SYSTEM_ROLE, [[text, values]]))[0] ?? [];

const grantsOf = async (installation: string) =>
  (
    await platform('select scope from platform.grants where installation_id = $1 order by 1', [
      installation,
    ])
  ).map(({ scope }) => String(scope));

/** Makes an installation's grant exactly this, as if the merchant had consented to it. */
async function grant(installation: string, scopes: readonly string[]) {
  await platform('delete from platform.grants where installation_id = $1', [installation]);
  for (const scope of scopes) {
    await platform(
      'insert into platform.grants (installation_id, scope, granted_at) values ($1, $2, now())',
      [installation, scope],
    );
  }
}

async function tokenOf(one = app, storeId: string = STORE.id, scope?: string): Promise<string> {
  const { body, text } = await server.post('/v1/oauth/token', {
    grant_type: 'client_credentials',
    client_id: one.clientId,
    client_secret: one.secret,
    store_id: storeId,
    ...(scope !== undefined && { scope }),
  });
  expect(body.access_token, text).toBeDefined();
  return String(body.access_token);
}

interface Payload {
  readonly revokedScopes: readonly { readonly name: string }[];
  readonly currentApp: {
    readonly grantedScopes: readonly { readonly name: string }[];
    readonly declaredScopes: readonly {
      readonly scope: { readonly name: string };
      readonly granted: boolean;
    }[];
  };
  readonly userErrors: readonly { code: string; field: string[] | null; message: string }[];
}

const revoking = (scopes: readonly string[]) =>
  `mutation { revokeAppScopes(input: { scopes: ${JSON.stringify(scopes)} }) {
    revokedScopes { name }
    currentApp { grantedScopes { name } declaredScopes { scope { name } granted } }
    userErrors { code field message }
  } }`;

const namesOf = (scopes: readonly { readonly name: string }[]) =>
  scopes.map(({ name }) => name).sort();

async function revoke(token: string, scopes: readonly string[]) {
  const { status, body, text } = await server.query(token, revoking(scopes));
  expect({ status, errors: body.errors }, text).toEqual({ status: 200, errors: undefined });
  const { revokedScopes, currentApp, userErrors } = (body.data as { revokeAppScopes: Payload })
    .revokeAppScopes;
  const declared = currentApp.declaredScopes.filter(({ granted }) => granted);
  return {
    revoked: namesOf(revokedScopes),
    usable: namesOf(currentApp.grantedScopes),
    granted: namesOf(declared.map(({ scope }) => scope)),
    errors: userErrors.map(
      ({ code, field, message }) => `${code} ${field?.join('.') ?? '-'}: ${message}`,
    ),
  };
}

/** The scopes that the gateway lets a token use; null when it refuses it. */
async function usableBy(token: string): Promise<string[] | null> {
  const { status, body } = await server.query(token, '{ currentApp { grantedScopes { name } } }');
  if (status === 401) return null;
  return namesOf((body.data as { currentApp: Payload['currentApp'] }).currentApp.grantedScopes);
}

/** Everything that a mistake must leave as it is. */
const state = async () => [
  await platform('select * from platform.grants order by installation_id, scope'),
  (await audits()).length,
];

async function audits() {
  const store = ["select set_config('scopegate.store_id', $1, true)", [STORE.id]] as const;
  const text = "select * from commerce.audit_entries where mutation = 'revokeAppScopes'";
  return (await server.asRole(OWNER_ROLE, [store, [text]]))[1] ?? [];
}

describe('an app that gives up a scope', () => {
  beforeEach(() => grant(CDP, ALL));

  it('has the others left, and is told so in the same answer', async () => {
    expect(await revoke(await tokenOf(), ['read_customers'])).toEqual({
      revoked: ['read_customers'],
      usable: REQUIRED,
      granted: REQUIRED,
      errors: [],
    });
    expect(await grantsOf(CDP)).toEqual(REQUIRED);
  });

  it('has it lost in all its tokens within five seconds, however warm a cache is', async () => {
    const [one, other] = [await tokenOf(), await tokenOf()];
    for (const token of [one, other]) expect(await usableBy(token)).toEqual(ALL);
    await revoke(one, ['read_customers']);
    for (const token of [one, other]) {
      await expect.poll(() => usableBy(token), { timeout: 5_500, interval: 200 }).toEqual(REQUIRED);
    }
    // A new token cannot have it either, by itself or by naming it.
    expect(await usableBy(await tokenOf())).toEqual(REQUIRED);
    const { body } = await server.post('/v1/oauth/token', {
      grant_type: 'client_credentials',
      client_id: app.clientId,
      client_secret: app.secret,
      store_id: STORE.id,
      scope: 'read_customers',
    });
    expect(body.error).toBe('invalid_scope');
  });

  it('may ask the merchant for it again', async () => {
    await revoke(await tokenOf(), ['read_customers']);
    const { scope } = await install(
      server,
      app,
      { scopes: ['read_customers'] },
      { scope: ALL.join(' ') },
    );
    expect(scope).toEqual(ALL);
  });

  it('leaves other installations as they are', async () => {
    const elsewhere = DEMO_INSTALLATIONS.cdpWithoutCustomers.id;
    await grant(elsewhere, ALL);
    const others = 'select * from platform.grants where installation_id <> $1 order by 1, 2';
    const before = await platform(others, [CDP]);
    await revoke(await tokenOf(), ['read_customers']);
    expect(await platform(others, [CDP])).toEqual(before);
    expect(await usableBy(await tokenOf(app, OTHER_STORE.id))).toEqual(ALL);
  });

  it('does no harm by asking again, also ten times at once', async () => {
    const token = await tokenOf();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => revoke(token, ['read_customers', 'read_customers'])),
    );
    expect(answers.filter(({ revoked }) => revoked.length > 0)).toHaveLength(1);
    for (const { errors, granted } of answers) {
      expect([errors, granted]).toEqual([[], REQUIRED]);
    }
    expect(await revoke(token, ['read_customers'])).toMatchObject({ revoked: [], errors: [] });
    expect(await grantsOf(CDP)).toEqual(REQUIRED);
  });

  it('leaves an audit entry with each request, of names and no values', async () => {
    const before = await audits();
    await revoke(await tokenOf(), ['read_customers']);
    const [entry, ...more] = (await audits()).slice(before.length);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ owner: CDP, subject: CDP, entity_id: CDP, fields: ['scopes'] });
  });

  it('may do so with a token that has little left itself', async () => {
    const token = await tokenOf(app, STORE.id, 'read_orders');
    expect(await revoke(token, ['read_customers'])).toEqual({
      revoked: ['read_customers'],
      usable: ['read_orders'],
      granted: REQUIRED,
      errors: [],
    });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    [
      'one that it requires',
      ['read_orders'],
      [
        'NOT_ALLOWED input.scopes.0: Segmenta CDP requires read_orders: it goes with the whole app, when that is uninstalled.',
      ],
    ],
    [
      'one that it may give up and one that it requires',
      ['read_customers', 'read_products'],
      [
        'NOT_ALLOWED input.scopes.1: Segmenta CDP requires read_products: it goes with the whole app, when that is uninstalled.',
      ],
    ],
    [
      'what is no scope',
      ['read_customers', 'read_everything', "'; drop table x"],
      [1, 2].map(
        (index) =>
          `INVALID input.scopes.${index}: There is no such scope. Query.scopes lists those that there are.`,
      ),
    ],
    ['nothing', [], ['INVALID input.scopes: There is at least one scope.']],
    [
      'more than there are',
      Array.from({ length: 32 }, () => 'read_customers'),
      ['INVALID input.scopes: There are at most 31 scopes.'],
    ],
  ])('is refused %s, and loses nothing', async (_, scopes, errors) => {
    const before = await state();
    expect(await revoke(await tokenOf(), scopes)).toEqual({
      revoked: [],
      usable: ALL,
      granted: ALL,
      errors,
    });
    expect(await state()).toEqual(before);
  });

  it('loses nothing by one that it never had', async () => {
    expect(await revoke(await tokenOf(), ['read_analytics'])).toMatchObject({
      revoked: [],
      granted: ALL,
      errors: [],
    });
    expect(await grantsOf(CDP)).toEqual(ALL);
  });
});

describe('a scope that includes others', () => {
  const { id: installation } = DEMO_INSTALLATIONS.private;
  const CLAIMS = ['manage_claims', 'read_claims', 'write_claims'];
  let own: TestApp;

  beforeAll(async () => {
    own = await server.app('private');
    const changes = { requiredScopes: ['read_orders'], optionalScopes: CLAIMS };
    await changeApp(server.system, DEMO_APPS.private.id, changes, new Date());
  });

  it('goes with what it includes', async () => {
    await grant(installation, ['read_orders', 'manage_claims']);
    expect(await revoke(await tokenOf(own), ['manage_claims'])).toEqual({
      revoked: CLAIMS,
      usable: ['read_orders'],
      granted: ['read_orders'],
      errors: [],
    });
  });

  it('leaves what was granted beside it', async () => {
    await grant(installation, ['read_orders', 'manage_claims', 'read_claims']);
    expect(await revoke(await tokenOf(own), ['manage_claims'])).toMatchObject({
      revoked: ['manage_claims', 'write_claims'],
      usable: ['read_claims', 'read_orders'],
    });
  });

  it.each([[['manage_claims']], [['manage_claims', 'read_claims']]])(
    'keeps what it includes while it stays: %j',
    async (granted) => {
      await grant(installation, ['read_orders', ...granted]);
      const before = await state();
      const token = await tokenOf(own);
      expect((await revoke(token, ['read_claims'])).errors).toEqual([
        'NOT_ALLOWED input.scopes.0: read_claims comes with manage_claims: that would have to go as well.',
      ]);
      expect(await state()).toEqual(before);
      // The merchant's own page takes by the same rule.
      await expect(
        withdrawScopes(server.system, installation, ['read_claims'], new Date()),
      ).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: 'read_claims comes with manage_claims: that would have to go as well.',
      });
      expect(await state()).toEqual(before);
      const { revoked, errors } = await revoke(token, ['read_claims', 'manage_claims']);
      expect([revoked, errors]).toEqual([CLAIMS, []]);
    },
  );
});

describe('who is no installed app', () => {
  it('has nothing to give up once it is uninstalled, also while its token is still remembered', async () => {
    const pricer = await server.app('pricer');
    const token = await tokenOf(pricer);
    expect(await usableBy(token)).not.toBeNull();
    await uninstall(server.system, DEMO_INSTALLATIONS.pricer.id, new Date());
    const before = await state();
    const { status, body } = await server.query(token, revoking(['read_analytics']));
    if (status === 200) {
      const { userErrors } = (body.data as { revokeAppScopes: Payload }).revokeAppScopes;
      expect(userErrors.map(({ code }) => code)).toEqual(['NOT_ALLOWED']);
    } else expect(status).toBe(401);
    expect(await state()).toEqual(before);
  });

  it('is refused without a token', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: revoking(['read_customers']) }),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer (?!.*error)/);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('is reached in the database through no session but its own', async () => {
    const elsewhere = DEMO_INSTALLATIONS.demoInHome;
    const before = await state();
    const call = "select * from platform.withdraw_own_scopes('{read_customers}')";
    const setting =
      "select set_config('scopegate.installation_id', $1, true), set_config('scopegate.store_id', $2, true)";
    for (const values of [
      [elsewhere.id, STORE.id],
      ['', elsewhere.storeId],
      ['ins_none', STORE.id],
    ]) {
      const [, rows] = await server.asRole(WRITER_ROLE, [[setting, values], [call]]);
      expect(rows).toEqual([]);
    }
    await expect(
      server.asRole(WRITER_ROLE, [
        [`select * from platform.withdraw_scopes('${elsewhere.id}', '{read_customers}')`],
      ]),
    ).rejects.toThrow('permission denied');
    await expect(server.asRole(WRITER_ROLE, [['select * from platform.grants']])).rejects.toThrow(
      'permission denied',
    );
    expect(await state()).toEqual(before);
  });
});

describe('ten that give up the same at the same time, on PostgreSQL', () => {
  let other: OAuthServer;
  beforeAll(async () => {
    other = await startOAuthServer({ backend: 'postgres' });
  });
  afterAll(() => other.close());

  it('take it once for each time that it was granted', async () => {
    const cdp = await other.app('cdp');
    const { access } = await install(
      other,
      cdp,
      { scopes: ['read_customers'] },
      { prompt: 'consent' },
    );
    const [again, ...answers] = await Promise.all([
      install(other, cdp, { scopes: ['read_customers'] }, { prompt: 'consent' }),
      ...Array.from({ length: 10 }, () => other.query(access, revoking(['read_customers']))),
    ]);
    const payloads = answers.map(
      ({ body }) => (body.data as { revokeAppScopes: Payload }).revokeAppScopes,
    );
    expect(payloads.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const taken = payloads.filter(({ revokedScopes }) => revokedScopes.length > 0);
    expect([1, 2]).toContain(taken.length);
    // The merchant granted it again in between, and it may have been given up before there was a token.
    expect([ALL, REQUIRED]).toContainEqual(again.scope);
    expect(other.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
