import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPostgres } from '../../src/data/postgres.ts';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_MERCHANTS } from '../../src/data/seed/demo-merchants.ts';
import { apps, grants, installations } from '../../src/data/tables/apps.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { oauthRecords } from '../../src/data/tables/oauth.ts';
import type { Transaction } from '../../src/data/transactions.ts';
import { approveApp, changeApp, rejectApp, suspendApp } from '../../src/oauth/apps.ts';
import { saveConsent } from '../../src/oauth/given-consent.ts';
import { uninstall, withdrawScopes } from '../../src/oauth/withdrawal.ts';
import type { Scope } from '../../src/scopes/catalogue.ts';
import { MAX_CACHE_AGE_MS } from '../../src/token/cache.ts';
import { hashOf } from '../../src/token/stored-hash.ts';
import { type Backend, openTestDatabase, STORE, type TestDatabase } from '../support/gateway.ts';
import { Browser } from './browser.ts';
import {
  ask,
  consent,
  exchange,
  install,
  type OAuthServer,
  refresh,
  startOAuthServer,
  type TestApp,
} from './kit.ts';

const TEN = Array.from({ length: 10 }, (_, index) => index);
const WHOLE = { scopes: ['read_customers'] };

/** A transaction that has done its work and has not committed it yet. */
async function hold(
  { system }: OAuthServer,
  work: (transaction: Transaction) => Promise<unknown>,
): Promise<{ commit(): Promise<void> }> {
  let go = () => {};
  const told = new Promise<void>((resolve) => {
    go = resolve;
  });
  let ended = Promise.resolve();
  await new Promise<void>((worked, failed) => {
    ended = system.transaction(async (transaction) => {
      await work(transaction);
      worked();
      await told;
    });
    ended.catch(failed);
  });
  return {
    commit: () => {
      go();
      return ended;
    },
  };
}

describe.each<Backend>(['pglite', 'postgres'])('ten at the same time on %s', (backend) => {
  let server: OAuthServer;
  let app: TestApp;

  beforeAll(async () => {
    server = await startOAuthServer({ backend });
    app = await server.app('cdp');
  });
  afterAll(() => server.close());
  // A deadlock would be one.
  afterEach(() => expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]));

  const living = async () => {
    const [[row]] = (await server.asRole(SYSTEM_ROLE, [
      [
        `select (select count(*)::int from platform.access_tokens where revoked_at is null and grant_hash is not null) as access,
          (select count(*)::int from platform.oauth_records where kind = 'RefreshToken' and consumed_at is null) as refresh`,
      ],
    ])) as [[{ access: number; refresh: number }]];
    return row;
  };

  it('uses of one refresh token give at most one answer, and leave nothing alive', async () => {
    const before = await living();
    const { refresh: token } = await install(server, app, WHOLE, { prompt: 'consent' });
    const answers = await Promise.all(TEN.map(() => refresh(server, app, token)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ body }) => body.error))).toEqual(new Set(['invalid_grant']));
    expect(await living()).toEqual(before);
  });

  it('uses of one code give at most one answer, and leave nothing alive', async () => {
    const before = await living();
    const asked = await ask(server, app, { prompt: 'consent' });
    const callback = await consent(new Browser(), asked.url, WHOLE);
    const answers = await Promise.all(TEN.map(() => exchange(server, app, callback, asked)));
    const given = answers.filter(({ status }) => status === 200);
    expect(given.length).toBeLessThanOrEqual(1);
    expect(answers.filter(({ body }) => body.error === 'invalid_grant').length).toBe(
      10 - given.length,
    );
    expect(await living()).toEqual(before);
  });

  it('consents make one installation', async () => {
    const { id: appId } = DEMO_APPS.cdp;
    const [, , books] = [0, 1, DEMO_INSTALLATIONS.pricerInBooks.storeId];
    const installations = await Promise.all(
      TEN.map(() =>
        saveConsent(server.system, {
          appId,
          storeId: books,
          merchantId: DEMO_MERCHANTS.agency.id,
          shown: DEMO_APPS.cdp.required,
          granted: DEMO_APPS.cdp.required,
          now: new Date(),
        }),
      ),
    );
    expect(new Set(installations.map(({ id }) => id)).size).toBe(1);
  });

  it('refreshes and an uninstallation leave no token alive', async () => {
    const tokens = await Promise.all(
      TEN.slice(0, 4).map(() => install(server, app, WHOLE, { prompt: 'consent' })),
    );
    const [[row]] = (await server.asRole(SYSTEM_ROLE, [
      [
        'select id from platform.installations where app_id = $1 and store_id = $2 and removed_at is null',
        [DEMO_APPS.cdp.id, STORE.id],
      ],
    ])) as [[{ id: string }]];
    await Promise.all([
      ...tokens.map(({ refresh: token }) => refresh(server, app, token)),
      uninstall(server.system, row.id, new Date()),
    ]);
    const [[left]] = (await server.asRole(SYSTEM_ROLE, [
      [
        `select (select count(*)::int from platform.access_tokens where revoked_at is null and installation_id = $1)
          + (select count(*)::int from platform.oauth_records where installation_id = $1) as n`,
        [row.id],
      ],
    ])) as [[{ n: number }]];
    expect(left.n).toBe(0);
  });
});

describe('on PostgreSQL, where transactions wait for each other', () => {
  let server: OAuthServer;
  let app: TestApp;

  beforeAll(async () => {
    server = await startOAuthServer({ backend: 'postgres' });
    app = await server.app('cdp');
  });
  afterAll(() => server.close());

  /** Waits until so many statements wait for a lock. */
  const waiting = (count: number) =>
    expect
      .poll(
        async () => {
          const [[row]] = (await server.asRole(SYSTEM_ROLE, [
            [
              `select count(distinct pid)::int as n from pg_locks join pg_stat_activity using (pid)
               where not granted and datname = current_database()`,
            ],
          ])) as [[{ n: number }]];
          return row.n;
        },
        { timeout: 10_000, interval: 20 },
      )
      .toBeGreaterThanOrEqual(count);

  it('a use of a refresh token that has just been used, and its revocation, do not wait for each other', async () => {
    const { access, refresh: token } = await install(server, app, WHOLE, { prompt: 'consent' });
    const used = await hold(server, (transaction) =>
      transaction
        .update(oauthRecords)
        .set({ consumedAt: new Date() })
        .where(eq(oauthRecords.hash, hashOf(token))),
    );
    const second = refresh(server, app, token);
    await waiting(1);
    const revoking = server.post('/v1/oauth/revoke', {
      client_id: app.clientId,
      client_secret: app.secret,
      token: access,
    });
    // One of its transactions has the installation and waits for the token, another waits for the installation.
    await waiting(3);
    await used.commit();
    expect(await second).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await revoking).status).toBe(200);
    expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('a token that is asked for while its app is suspended is refused, and none comes back later', async () => {
    const pricer = await server.app('pricer');
    const suspending = await hold(server, async (transaction) => {
      const { id } = DEMO_APPS.pricer;
      await transaction.update(apps).set({ review: 'SUSPENDED' }).where(eq(apps.id, id));
      await transaction
        .select()
        .from(installations)
        .where(eq(installations.appId, id))
        .for('update');
    });
    const asking = server.post('/v1/oauth/token', {
      grant_type: 'client_credentials',
      client_id: pricer.clientId,
      client_secret: pricer.secret,
      store_id: STORE.id,
    });
    await waiting(1);
    await suspending.commit();
    expect(await asking).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  const consentTo = (granted: readonly Scope[]) =>
    saveConsent(server.system, {
      appId: DEMO_APPS.cdp.id,
      storeId: STORE.id,
      merchantId: DEMO_MERCHANTS.owner.id,
      shown: granted,
      granted,
      now: new Date(),
    });
  const ALL: readonly Scope[] = [...DEMO_APPS.cdp.required, 'read_customers'];

  it('a consent that waits for a withdrawal grants what it says', async () => {
    const { id } = await consentTo(ALL);
    const withdrawing = await hold(server, async (transaction) => {
      await transaction.select().from(installations).where(eq(installations.id, id)).for('update');
      await transaction.delete(grants).where(eq(grants.installationId, id));
    });
    const consenting = consentTo(ALL);
    await waiting(1);
    await withdrawing.commit();
    expect((await consenting).granted).toEqual([...ALL].sort());
  });

  it('a consent that waits for an uninstallation installs anew', async () => {
    const { id } = await consentTo(ALL);
    const uninstalling = await hold(server, (transaction) =>
      transaction
        .update(installations)
        .set({ removedAt: new Date() })
        .where(eq(installations.id, id)),
    );
    const consenting = consentTo(ALL);
    await waiting(1);
    await uninstalling.commit();
    const installation = await consenting;
    expect(installation.id).not.toBe(id);
    expect(installation.granted).toEqual([...ALL].sort());
  });

  it('a suspension that waits for an installation lets others refer to its app meanwhile', async () => {
    const { id } = DEMO_APPS.demo;
    const changing = await hold(server, (transaction) =>
      transaction.select().from(installations).where(eq(installations.appId, id)).for('update'),
    );
    const suspending = suspendApp(server.system, id, 'Leaks.', new Date());
    await waiting(1);
    // What a row that refers to the app takes; whoever changes an installation writes one.
    await server.asRole(SYSTEM_ROLE, [
      ['select id from platform.apps where id = $1 for key share nowait', [id]],
    ]);
    await changing.commit();
    expect((await suspending).review).toBe('SUSPENDED');
  });
});

it('an app with more installations than a statement takes values is suspended, and changed', async () => {
  const { database, asRole, drop } = await openTestDatabase('postgres');
  try {
    const { id, required } = DEMO_APPS.cdp;
    await asRole(SYSTEM_ROLE, [
      [
        `insert into platform.installations (id, app_id, store_id, installed_at, removed_at)
         select 'ins_' || n, $1, $2, now(), now() from generate_series(1, 70000) n`,
        [id, STORE.id],
      ],
    ]);
    const fewer = { requiredScopes: required.slice(1) };
    const changed = await changeApp(database.system, id, fewer, new Date());
    expect(changed.scopes).not.toContainEqual({ scope: required[0], required: true });
    const suspended = await suspendApp(database.system, id, 'Leaks.', new Date());
    expect(suspended.review).toBe('SUSPENDED');
  } finally {
    await database.close();
    await drop();
  }
});

it('two transactions that wait for each other are both carried out', async () => {
  const { database, drop } = await openTestDatabase('postgres');
  try {
    const ids = [DEMO_APPS.cdp.id, DEMO_APPS.demo.id];
    let locked = 0;
    let bothLocked = () => {};
    const both = new Promise<void>((resolve) => {
      bothLocked = resolve;
    });
    const lockIn = (order: readonly string[]) =>
      database.system.transaction(async (transaction) => {
        for (const id of order) {
          await transaction.select().from(apps).where(eq(apps.id, id)).for('update');
          locked += 1;
          if (locked === 2) bothLocked();
          await both;
        }
        return order;
      });
    const done = await Promise.all([lockIn(ids), lockIn(ids.toReversed())]);
    expect(done).toEqual([ids, ids.toReversed()]);
    // Two each, and one for the try that was given up.
    expect(locked).toBe(5);
  } finally {
    await database.close();
    await drop();
  }
});

describe('two gateways on one database, both having just accepted a token', () => {
  let opened: TestDatabase;
  let second: TestDatabase;
  let one: OAuthServer;
  let two: OAuthServer;
  let passed = 0;

  beforeAll(async () => {
    opened = await openTestDatabase('postgres');
    const secret = randomBytes(32);
    if (opened.appUrl === null) throw new Error('A real PostgreSQL has an address.');
    const options = { url: opened.appUrl, connections: 4, statementTimeout: 10_000 };
    second = { ...opened, database: createPostgres(options), drop: async () => {} };
    const publicUrl = 'https://api.example.com';
    const verifierClock = () => new Date(Date.now() + passed);
    one = await startOAuthServer({ beside: opened, secret, publicUrl, verifierClock });
    two = await startOAuthServer({ beside: second, secret, publicUrl, verifierClock });
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await second.database.close();
    await opened.database.close();
    await opened.drop();
  });

  /** A token by client credentials, which each of the two has accepted. */
  async function tokenOf(app: TestApp) {
    const { body } = await one.post('/v1/oauth/token', {
      grant_type: 'client_credentials',
      client_id: app.clientId,
      client_secret: app.secret,
      store_id: STORE.id,
    });
    const token = String(body.access_token);
    for (const server of [one, two]) expect(await grantedTo(server, token)).not.toBeNull();
    return token;
  }

  /** The scopes that a gateway lets a token use; null when it refuses it. */
  async function grantedTo(server: OAuthServer, token: string): Promise<string[] | null> {
    const query = '{ currentApp { grantedScopes { name } } }';
    const { status, body } = await server.query(token, query);
    if (status === 401) return null;
    const data = body.data as { currentApp: { grantedScopes: { name: string }[] } };
    return data.currentApp.grantedScopes.map(({ name }) => name);
  }

  /** Both gateways see it, once the time is over for which a token is remembered. */
  async function seenByBoth(token: string, isSeen: (scopes: string[] | null) => boolean) {
    passed += MAX_CACHE_AGE_MS;
    for (const server of [one, two]) expect(isSeen(await grantedTo(server, token))).toBe(true);
  }

  it('see a scope go that the merchant withdrew', async () => {
    const token = await tokenOf(await one.app('cdp'));
    await withdrawScopes(one.system, DEMO_INSTALLATIONS.cdp.id, ['read_customers'], new Date());
    await seenByBoth(token, (scopes) => scopes !== null && !scopes.includes('read_customers'));
  });

  it('see a scope go that the app does not declare any more, and not come back with it', async () => {
    const { id, required } = DEMO_APPS.cdp;
    const token = await tokenOf(await one.app('cdp'));
    const fewer = required.filter((scope) => scope !== 'read_discounts');
    await changeApp(two.system, id, { requiredScopes: fewer }, new Date());
    const isGone = (scopes: string[] | null) =>
      scopes?.includes('read_orders') === true && !scopes.includes('read_discounts');
    await seenByBoth(token, isGone);
    // Whoever owns the app by now: it is for the merchant to say.
    await changeApp(two.system, id, { requiredScopes: [...required] }, new Date());
    const again = await tokenOf(await one.app('cdp'));
    expect(isGone(await grantedTo(two, again))).toBe(true);
  });

  it('see admin-gated scopes go with the approval, and come back with it', async () => {
    const token = await tokenOf(await one.app('pricer'));
    const { id } = DEMO_APPS.pricer;
    const isGated = (scopes: string[] | null) => scopes?.includes('read_warranty_pricing') === true;
    await rejectApp(two.system, id, 'Withdrawn.', new Date());
    await seenByBoth(token, (scopes) => scopes !== null && !isGated(scopes));
    await approveApp(one.system, id, new Date());
    await seenByBoth(token, isGated);
  });

  it('see a suspension', async () => {
    const token = await tokenOf(await one.app('demo'));
    await suspendApp(two.system, DEMO_APPS.demo.id, 'Leaks.', new Date());
    await seenByBoth(token, (scopes) => scopes === null);
  });

  it('see an uninstallation', async () => {
    const token = await tokenOf(await one.app('private'));
    await uninstall(two.system, DEMO_INSTALLATIONS.private.id, new Date());
    await seenByBoth(token, (scopes) => scopes === null);
  });

  it('share sessions, codes and refresh tokens', async () => {
    const app = await one.app('pending');
    await approveApp(one.system, DEMO_APPS.pending.id, new Date());
    const { body } = await one.post('/v1/oauth/token', {
      grant_type: 'client_credentials',
      client_id: app.clientId,
      client_secret: app.secret,
      store_id: STORE.id,
    });
    const revoked = await two.post('/v1/oauth/revoke', {
      client_id: app.clientId,
      client_secret: app.secret,
      token: String(body.access_token),
    });
    expect(revoked.status).toBe(200);
    expect(await grantedTo(one, String(body.access_token))).toBeNull();
  });
});
