import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { OWNER_ROLE, SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { oauthRecords } from '../../src/data/tables/oauth.ts';
import { sweepExpired } from '../../src/oauth/sweep.ts';
import { hashOf } from '../../src/token/stored-hash.ts';
import { type Backend, OTHER_STORE, STORE } from '../support/gateway.ts';
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

const MINUTE = 60 * 1_000;
const WHOLE = { scopes: ['read_customers'] };

const later = (minutes: number) => new Date(Date.now() + minutes * MINUTE);

describe.each<Backend>(['pglite', 'postgres'])('sweeping on %s', (backend) => {
  let server: OAuthServer;
  let app: TestApp;

  beforeAll(async () => {
    server = await startOAuthServer({ backend });
    app = await server.app('cdp');
  });
  afterAll(() => server.close());

  const kept = async () => {
    const [rows = []] = await server.asRole(SYSTEM_ROLE, [
      [
        `select kind, count(*)::int as n from platform.oauth_records group by kind
         union all select 'AccessToken', count(*)::int from platform.access_tokens where grant_hash is not null`,
      ],
    ]);
    return new Map(rows.map(({ kind, n }) => [String(kind), Number(n)]));
  };

  it('takes what has expired, and leaves what a request can still use', async () => {
    const { refresh: token } = await install(server, app, WHOLE, { prompt: 'consent' });
    const abandoned = await ask(server, app);
    await new Browser().get(abandoned.url);
    const unused = await ask(server, app, { prompt: 'consent' });
    await consent(new Browser(), unused.url, WHOLE);
    expect((await kept()).get('Interaction')).toBeGreaterThan(0);
    await sweepExpired(server.system, later(0));
    expect((await kept()).get('AuthorizationCode')).toBe(2);
    // An hour and a half later a code, an authorization and an access token are of no use; a refresh token is.
    await sweepExpired(server.system, later(90));
    const after = await kept();
    expect(after.get('Interaction')).toBeUndefined();
    // The used one was kept, so that its second use ends what came from it.
    expect(after.get('AuthorizationCode')).toBe(1);
    expect(after.get('AccessToken')).toBe(0);
    expect((await refresh(server, app, token)).status).toBe(200);
    // The used one was kept, so that its second use is known as such.
    expect((await refresh(server, app, token)).body.error).toBe('invalid_grant');
    expect((await kept()).get('RefreshToken')).toBeUndefined();
  });

  it('takes a consent of which nothing is left, and no other', async () => {
    const unused = await ask(server, app, { prompt: 'consent' });
    await consent(new Browser(), unused.url, WHOLE);
    expect((await kept()).get('Grant')).toBe(1);
    const asked = await ask(server, app, { prompt: 'consent' });
    const callback = await consent(new Browser(), asked.url, WHOLE);
    const { body } = await exchange(server, app, callback, asked);
    await sweepExpired(server.system, later(90));
    expect((await kept()).get('Grant')).toBe(1);
    expect((await refresh(server, app, String(body.refresh_token))).status).toBe(200);
    // Ninety days of silence end it.
    await sweepExpired(server.system, later(91 * 24 * 60));
    await sweepExpired(server.system, later(91 * 24 * 60));
    expect((await kept()).get('Grant')).toBeUndefined();
    expect((await kept()).get('AuthorizationCode')).toBeUndefined();
  });

  it('takes idempotency keys that are thirty days old, of every store, and looks at nothing else of them', async () => {
    const rows = [
      [STORE.id, 'ins_one', 'old', 31],
      [OTHER_STORE.id, 'ins_two', 'old', 31],
      [STORE.id, 'ins_one', 'young', 29],
    ] as const;
    for (const [storeId, owner, key, days] of rows) {
      await server.asRole(OWNER_ROLE, [
        [
          "select set_config('scopegate.store_id', $1, true), set_config('scopegate.owner', $2, true)",
          [storeId, owner],
        ],
        [
          `insert into commerce.idempotency_keys (store_id, owner, key, mutation, input_hash, created_at)
           values ($1, $2, $3, 'orderCreate', 'x', now() - $4::int * interval '1 day')`,
          [storeId, owner, key, days],
        ],
      ]);
    }
    await sweepExpired(server.system, new Date());
    const [left] = await server.asRole(SYSTEM_ROLE, [
      ['select store_id, owner, key from commerce.idempotency_keys'],
    ]);
    expect(left).toEqual([{ store_id: STORE.id, owner: 'ins_one', key: 'young' }]);
    for (const text of [
      'select result from commerce.idempotency_keys',
      "update commerce.idempotency_keys set key = 'x'",
    ]) {
      await expect(server.asRole(SYSTEM_ROLE, [[text]])).rejects.toThrow(/permission denied/);
    }
    await sweepExpired(server.system, later(2 * 24 * 60));
    const [none] = await server.asRole(SYSTEM_ROLE, [
      ['select key from commerce.idempotency_keys'],
    ]);
    expect(none).toEqual([]);
  });

  it('takes webhooks that an app made while its uninstallation was not known everywhere', async () => {
    const { id, storeId } = DEMO_INSTALLATIONS.cdpRemoved;
    const count = async () => {
      const [[row]] = (await server.asRole(SYSTEM_ROLE, [
        ['select count(*)::int as n from commerce.webhooks where owner = $1', [id]],
      ])) as [[{ n: number }]];
      return row.n;
    };
    const columns =
      'id, store_id, owner, url, topics, enabled, scopes, secret_changed_at, created_at, updated_at, version';
    await server.asRole(OWNER_ROLE, [
      [
        "select set_config('scopegate.store_id', $1, true), set_config('scopegate.owner', $2, true)",
        [storeId, id],
      ],
      [
        `insert into commerce.webhooks (${columns}) values ('whk_late', $1, $2, 'https://a.example', '{}', true, '{}', now(), now(), now(), 1)`,
        [storeId, id],
      ],
    ]);
    expect(await count()).toBe(1);
    const [[others]] = (await server.asRole(SYSTEM_ROLE, [
      ['select count(*)::int as n from commerce.webhooks'],
    ])) as [[{ n: number }]];
    await sweepExpired(server.system, new Date());
    expect(await count()).toBe(0);
    const [[left]] = (await server.asRole(SYSTEM_ROLE, [
      ['select count(*)::int as n from commerce.webhooks'],
    ])) as [[{ n: number }]];
    expect(left.n).toBe(others.n - 1);
  });
});

it('sweeping waits for nobody', async () => {
  const server = await startOAuthServer({ backend: 'postgres' });
  try {
    const insert = (id: string) =>
      server.system.transaction((transaction) =>
        transaction.insert(oauthRecords).values({
          kind: 'SessionToken',
          hash: hashOf(id),
          payload: {},
          createdAt: new Date(0),
          expiresAt: new Date(0),
        }),
      );
    await insert('one');
    await insert('two');
    await server.system.transaction(async (transaction) => {
      await transaction
        .select()
        .from(oauthRecords)
        .where(eq(oauthRecords.hash, hashOf('one')))
        .for('update');
      await sweepExpired(server.system, new Date());
      const left = await transaction.select({ hash: oauthRecords.hash }).from(oauthRecords);
      expect(left).toEqual([{ hash: hashOf('one') }]);
    });
    await sweepExpired(server.system, new Date());
  } finally {
    await server.close();
  }
}, 20_000);
