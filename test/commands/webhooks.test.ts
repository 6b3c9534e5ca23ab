import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecretVault } from '../../src/commands/secret-vault.ts';
import { placeOfSecret } from '../../src/commands/webhooks.ts';
import { DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { APP_ROLE, SYSTEM_ROLE, WRITER_ROLE } from '../../src/data/tables/columns.ts';
import { EVENT_TOPICS } from '../../src/data/values.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { OTHER_STORE, STORE } from '../support/gateway.ts';
import { openTestStore, type TestStore } from './kit.ts';

const KEY = new Uint8Array(32).fill(7);
const MANAGE = 'manage_webhooks';
const ORDERS = { scope: `${MANAGE} read_orders` };

interface Webhooks {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string }[];
}

let next = 0;
const fresh = () => `test-${++next}`;
const hook = (changes: object = {}) => ({
  url: 'https://hooks.example.com/orders',
  topics: ['ORDER_UPDATED', 'ORDER_CREATED'],
  ...changes,
});

const STALE =
  'STALE_VERSION input.version: It was changed since this version was read. Read it again and decide anew.';

describe.each(['postgres'] as const)('webhooks on %s', (backend) => {
  let store: TestStore;
  /** A token of another app in the same store. */
  let otherApp: string;

  beforeAll(async () => {
    store = await openTestStore(backend, [], { secret: KEY });
    const { id } = DEMO_INSTALLATIONS.cdp;
    const grant = `insert into platform.grants (installation_id, scope, granted_at) values ($1, '${MANAGE}', now())`;
    await store.gateway.asRole(SYSTEM_ROLE, [[grant, [id]]]);
    otherApp = await store.gateway.opaqueToken({ installation: 'cdp', ...ORDERS });
  });
  afterAll(() => store.close());

  const create = async (changes: object = {}, sending: object = {}) =>
    store.send('webhookCreate', hook(changes), {
      ...ORDERS,
      key: fresh(),
      select: 'secret',
      ...sending,
    });
  const created = async (): Promise<string> => (await create()).id ?? '';

  const query = async (text: string, token?: string) => {
    const { body } = await store.gateway.send(text, {
      token: token ?? (await store.gateway.token(MANAGE)),
    });
    return body;
  };
  const read = async (id: string, fields = 'id', token?: string) =>
    (await query(`{ webhook(id: "${id}") { ${fields} } }`, token)).data?.webhook;

  /** Everything about webhooks, as the platform sees it. */
  const stored = async () =>
    store.gateway.asRole(SYSTEM_ROLE, [
      ['select * from commerce.webhooks order by id'],
      ['select * from commerce.webhook_secrets order by id'],
    ]);
  const secretsOf = async (id: string) => {
    const text =
      'select sealed, expires_at from commerce.webhook_secrets where webhook_id = $1 order by created_at, expires_at';
    const [rows = []] = await store.gateway.asRole(SYSTEM_ROLE, [[text, [id]]]);
    const vault = createSecretVault(KEY);
    return rows.map(({ sealed, expires_at }) => ({
      secret: vault.open(String(sealed), placeOfSecret(id)),
      expiresAt: expires_at as Date | null,
    }));
  };

  /** What the token could read that chose what a webhook is told. */
  const scopesOf = async (id: string) => {
    const [rows = []] = await stored();
    const scopes = rows.find((row) => row.id === id)?.scopes as string[] | undefined;
    return [...(scopes ?? [])].sort();
  };

  const refusal = async (name: string, input: object, sending: object = {}) => {
    const before = await stored();
    const message = await store.refusal(name, input, { ...ORDERS, ...sending });
    expect(await stored()).toEqual(before);
    return message;
  };

  it.each([
    ['webhookCreate', hook(), true],
    ['webhookUpdate', { id: 'whk_1', enabled: false }, false],
    ['webhookDelete', { id: 'whk_1' }, false],
    ['webhookSecretRotate', { id: 'whk_1' }, true],
  ] as const)(
    '%s is refused without its scope, and changes nothing',
    async (name, input, keyed) => {
      const before = await stored();
      const scope = SCOPES.map((known) => known.name).filter((known) => known !== MANAGE);
      const sending = { scope: scope.join(' '), ...(keyed && { key: fresh() }) };
      const { status, body } = await store.ask(name, input, sending);
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
      expect(body.errors?.[0]?.extensions.missingScopes).toEqual([MANAGE]);
      expect(await stored()).toEqual(before);
    },
  );

  it.each(Object.entries(EVENT_TOPICS))(
    'the topic %s takes the scopes of what it is about',
    async (topic, needed) => {
      const topics = [topic.replace('.', '_').toUpperCase()];
      const before = await stored();
      const { status } = await store.ask('webhookCreate', hook({ topics }), {
        scope: MANAGE,
        key: fresh(),
      });
      expect(status).toBe(403);
      expect(await stored()).toEqual(before);
      const scopes = '$any' in needed ? [Object.keys(needed.$any)[1]] : Object.keys(needed);
      const sending = { scope: [MANAGE, ...scopes].join(' '), key: fresh() };
      const { id, userErrors } = await store.send('webhookCreate', hook({ topics }), sending);
      expect(userErrors).toEqual([]);
      await store.send('webhookDelete', { id }, { scope: MANAGE });
    },
  );

  describe('webhookCreate', () => {
    it('makes a webhook, and shows its secret this once', async () => {
      const select = 'secret webhook { url topics enabled version createdAt secretChangedAt }';
      const key = fresh();
      const first = await create({}, { key, select });
      expect(first).toEqual({
        id: expect.stringMatching(/^whk_/),
        version: 1,
        userErrors: [],
        secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
        webhook: {
          url: 'https://hooks.example.com/orders',
          topics: ['ORDER_CREATED', 'ORDER_UPDATED'],
          enabled: true,
          version: 1,
          createdAt: expect.any(String),
          secretChangedAt: expect.any(String),
        },
      });
      expect(await secretsOf(first.id ?? '')).toEqual([{ secret: first.secret, expiresAt: null }]);

      const again = await create({}, { key, select });
      expect(again).toEqual({ ...first, secret: null });
      expect(await refusal('webhookCreate', hook({ enabled: false }), { key })).toMatch(
        /^IDEMPOTENCY_MISMATCH -:/,
      );
    });

    it('writes the secret down nowhere in the clear', async () => {
      const { secret } = await create();
      const plain = String(secret).slice('whsec_'.length);
      const everything = await store.gateway.asRole(SYSTEM_ROLE, [
        ['select * from commerce.webhooks'],
        ['select * from commerce.webhook_secrets'],
        ['select * from commerce.outbox_events'],
      ]);
      const audit = await store.journal('select a::text from commerce.audit_entries a');
      const keys = await store.rows(
        'select result::text from commerce.idempotency_keys',
        [],
        STORE.id,
        DEMO_INSTALLATIONS.demoInOutdoor.id,
      );
      expect(keys.length).toBeGreaterThan(0);
      const text = JSON.stringify([everything, audit, keys], (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      expect(text).not.toContain(plain);
    });

    const PUBLIC_NAME = 'INVALID input.url: Its host has to be a name of the public internet.';

    it.each([
      ['http://hooks.example.com/', 'INVALID input.url: It has to be an https URL.'],
      ['javascript:alert(1)', 'INVALID input.url: It has to be an https URL.'],
      ['hooks.example.com', 'INVALID input.url: It is not a URL.'],
      ['', 'INVALID input.url: It is not a URL.'],
      [
        'https://me:secret@hooks.example.com/',
        'INVALID input.url: It cannot have a user name or a password: deliveries are signed.',
      ],
      ['https://hooks.example.com/#a', 'INVALID input.url: It cannot have a fragment.'],
      [
        `https://hooks.example.com/${'x'.repeat(2048)}`,
        'INVALID input.url: It has at most 2048 characters.',
      ],
      // Longer as it is sent: three signs for each byte.
      [
        `https://hooks.example.com/${'\u00e9'.repeat(1000)}`,
        'INVALID input.url: It has at most 2048 characters.',
      ],
      ['https://localhost/', PUBLIC_NAME],
      ['https://api.localhost/', PUBLIC_NAME],
      ['https://LOCALHOST./', PUBLIC_NAME],
      ['https://db/', PUBLIC_NAME],
      ['https://vault.internal/', PUBLIC_NAME],
      ['https://127.0.0.1/', PUBLIC_NAME],
      ['https://2130706433/', PUBLIC_NAME],
      ['https://0x7f.1/', PUBLIC_NAME],
      ['https://169.254.169.254/latest/meta-data/', PUBLIC_NAME],
      ['https://93.184.216.34/', PUBLIC_NAME],
      ['https://[::1]/', PUBLIC_NAME],
      ['https://[::ffff:127.0.0.1]/', PUBLIC_NAME],
    ])('refuses the address %s', async (url, message) => {
      expect(await refusal('webhookCreate', hook({ url }), { key: fresh() })).toBe(message);
    });

    it('refuses to be told of nothing', async () => {
      expect(await refusal('webhookCreate', hook({ topics: [] }), { key: fresh() })).toBe(
        'INVALID input.topics: There is at least one topic.',
      );
    });

    it('makes at most 50 for an app in a store, however many are asked for at once', async () => {
      const token = await store.gateway.token(ORDERS.scope, OTHER_STORE.id);
      const payloads = await Promise.all(
        Array.from({ length: 54 }, () => create({}, { token, select: '' })),
      );
      expect(payloads.filter(({ id }) => id !== null)).toHaveLength(50);
      const errors = payloads.flatMap(({ userErrors }) => userErrors);
      expect(errors).toEqual(
        Array(4).fill({
          code: 'NOT_ALLOWED',
          field: null,
          message: 'An app has at most 50 webhooks in a store.',
        }),
      );
      expect((await create()).userErrors).toEqual([]);
    });

    it('makes one for one key, however often it is sent at once', async () => {
      const key = fresh();
      const payloads = await Promise.all(Array.from({ length: 4 }, () => create({}, { key })));
      expect(new Set(payloads.map(({ id }) => id)).size).toBe(1);
      expect(payloads.filter(({ secret }) => secret !== null)).toHaveLength(1);
    });
  });

  describe('webhookUpdate', () => {
    it('changes what is given, and remembers what the token could read that chose the topics', async () => {
      const id = await created();
      const changes = { id, version: 1, enabled: false };
      expect(await store.send('webhookUpdate', changes, { scope: MANAGE })).toEqual({
        id,
        version: 2,
        userErrors: [],
      });
      expect(await read(id, 'url topics enabled')).toEqual({
        url: 'https://hooks.example.com/orders',
        topics: ['ORDER_CREATED', 'ORDER_UPDATED'],
        enabled: false,
      });
      expect(await scopesOf(id)).toEqual([MANAGE, 'read_orders']);
      const topics = ['CLAIM_CREATED'];
      await store.send('webhookUpdate', { id, topics }, { scope: `${MANAGE} read_claims` });
      expect(await scopesOf(id)).toEqual([MANAGE, 'read_claims']);
    });

    it('sends to another address no more than the token may read that chose it', async () => {
      const id = await created();
      const url = 'https://elsewhere.example.com/';
      const more = { scope: `${MANAGE} read_orders read_customers` };
      await store.send('webhookUpdate', { id, url }, more);
      expect(await scopesOf(id)).toEqual([MANAGE, 'read_orders']);
      await store.send('webhookUpdate', { id, url, enabled: false }, { scope: MANAGE });
      expect(await scopesOf(id)).toEqual([MANAGE, 'read_orders']);
      await store.send('webhookUpdate', { id, url: `${url}mine` }, { scope: MANAGE });
      expect(await scopesOf(id)).toEqual([MANAGE]);
    });

    it('refuses a topic that the token may not read', async () => {
      const id = await created();
      const before = await stored();
      const { status } = await store.ask(
        'webhookUpdate',
        { id, topics: ['ORDER_CREATED'] },
        { scope: MANAGE },
      );
      expect(status).toBe(403);
      expect(await stored()).toEqual(before);
    });

    it('refuses what it does not take', async () => {
      const id = await created();
      const kept = 'It cannot be emptied. Leave it out to keep it.';
      expect(await refusal('webhookUpdate', { id, version: 3, enabled: true })).toBe(STALE);
      expect(await refusal('webhookUpdate', { id, url: null })).toBe(`INVALID input.url: ${kept}`);
      expect(await refusal('webhookUpdate', { id, topics: null })).toBe(
        `INVALID input.topics: ${kept}`,
      );
      expect(await refusal('webhookUpdate', { id, url: 'https://10.0.0.1/' })).toBe(
        'INVALID input.url: Its host has to be a name of the public internet.',
      );
    });

    it('makes one of two changes of the same version', async () => {
      const id = await created();
      const payloads = await Promise.all(
        [true, false, true].map((enabled) =>
          store.send('webhookUpdate', { id, version: 1, enabled }, ORDERS),
        ),
      );
      expect(payloads.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    });
  });

  describe('webhookDelete', () => {
    it('ends a webhook and forgets its secrets', async () => {
      const id = await created();
      expect(await refusal('webhookDelete', { id, version: 2 })).toBe(STALE);
      expect(await store.send('webhookDelete', { id, version: 1 }, { scope: MANAGE })).toEqual({
        id,
        version: 1,
        userErrors: [],
      });
      expect(await read(id)).toBeNull();
      expect(await secretsOf(id)).toEqual([]);
      expect(await refusal('webhookDelete', { id })).toBe(
        `NOT_FOUND input.id: There is no ${id} in sight.`,
      );
    });
  });

  describe('webhookSecretRotate', () => {
    const rotate = (input: object, sending: object = {}) =>
      store.send('webhookSecretRotate', input, {
        scope: MANAGE,
        key: fresh(),
        select: 'secret',
        ...sending,
      });

    it('makes another secret, and keeps the old one for a day', async () => {
      const { id, secret: old } = await create();
      const key = fresh();
      const { version, secret } = await rotate({ id, version: 1 }, { key });
      expect(version).toBe(2);
      expect(secret).not.toBe(old);
      const [first, second] = await secretsOf(id ?? '');
      expect([first?.secret, second]).toEqual([old, { secret, expiresAt: null }]);
      const left = new Date(String(first?.expiresAt)).getTime() - Date.now();
      expect(left / 3_600_000).toBeGreaterThan(23.9);
      expect(left / 3_600_000).toBeLessThanOrEqual(24);

      expect(await rotate({ id, version: 1 }, { key })).toEqual({
        id,
        version: 2,
        userErrors: [],
        secret: null,
      });
      expect(await secretsOf(id ?? '')).toHaveLength(2);
    });

    it('forgets the old ones at once where they leaked', async () => {
      const { id } = await create();
      await rotate({ id });
      const { secret } = await rotate({ id, revokePrevious: true });
      expect(await secretsOf(id ?? '')).toEqual([{ secret, expiresAt: null }]);
    });

    it('forgets an old one after its day', async () => {
      const { id } = await create();
      await rotate({ id });
      const yesterday =
        "update commerce.webhook_secrets set expires_at = now() - interval '1 second' where webhook_id = $1 and expires_at is not null";
      await store.rows(yesterday, [id], STORE.id, DEMO_INSTALLATIONS.demoInOutdoor.id);
      await rotate({ id });
      expect(await secretsOf(id ?? '')).toHaveLength(2);
    });

    it('leaves one secret that stays, however often it is rotated at once', async () => {
      const { id } = await create();
      await Promise.all(Array.from({ length: 5 }, () => rotate({ id })));
      const secrets = await secretsOf(id ?? '');
      expect(secrets).toHaveLength(6);
      expect(secrets.filter(({ expiresAt }) => expiresAt === null)).toHaveLength(1);
    });

    it('refuses a stale version', async () => {
      const id = await created();
      expect(await refusal('webhookSecretRotate', { id, version: 2 }, { key: fresh() })).toBe(
        STALE,
      );
    });
  });

  describe('of one app', () => {
    it('are not seen by another app in the same store, nor in another store', async () => {
      const id = await created();
      const { id: theirs } = await create({}, { token: otherApp });
      const list = '{ webhooks(first: 100) { totalCount nodes { id } } }';
      const idsOf = async (token?: string) => {
        const { data } = await query(list, token);
        const { totalCount, nodes } = (data as { webhooks: Webhooks }).webhooks;
        expect(nodes).toHaveLength(totalCount);
        return nodes.map((node) => node.id);
      };
      expect(await idsOf()).toContain(id);
      expect(await idsOf()).not.toContain(theirs);
      expect(await idsOf(otherApp)).toEqual([theirs]);
      const elsewhere = await store.gateway.token(MANAGE, OTHER_STORE.id);
      expect(await idsOf(elsewhere)).not.toContain(id);
      for (const token of [otherApp, elsewhere]) {
        expect(await read(id, 'id', token)).toBeNull();
        const { data } = await query(`{ node(id: "${id}") { id } }`, token);
        expect(data).toEqual({ node: null });
      }
      expect(await query(`{ node(id: "${id}") { ... on Webhook { url } } }`)).toEqual({
        data: { node: { url: 'https://hooks.example.com/orders' } },
      });
    });

    it('are not touched by another app, which learns nothing of them', async () => {
      const id = await created();
      const elsewhere = await store.gateway.token(ORDERS.scope, OTHER_STORE.id);
      for (const token of [otherApp, elsewhere]) {
        const calls: [string, object, object][] = [
          ['webhookUpdate', { enabled: false }, {}],
          ['webhookDelete', {}, {}],
          ['webhookSecretRotate', {}, { key: fresh() }],
        ];
        for (const [name, changes, sending] of calls) {
          for (const version of [undefined, 9]) {
            const message = await refusal(name, { id, version, ...changes }, { token, ...sending });
            expect(message).toBe(`NOT_FOUND input.id: There is no ${id} in sight.`);
          }
        }
      }
      expect(await read(id, 'version')).toEqual({ version: 1 });
    });

    it('are not read without the scope', async () => {
      const token = await store.gateway.token('read_orders read_store');
      const body = await query('{ webhooks(first: 1) { nodes { id } } }', token);
      expect(body.data).toEqual({ webhooks: null });
      expect(body.errors?.[0]?.extensions.missingScopes).toEqual([MANAGE]);
    });
  });

  it('have secrets that neither the app role nor the writer can read', async () => {
    const text = 'select sealed from commerce.webhook_secrets';
    for (const role of [APP_ROLE, WRITER_ROLE]) {
      await expect(store.gateway.asRole(role, [[text]])).rejects.toThrow(/permission denied/);
    }
  });
});

describe('the topics', () => {
  const folder = fileURLToPath(new URL('../../src/commands', import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'command.ts')
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));

  it('are all that any command emits', () => {
    const said = sources.flatMap((text) =>
      [...text.matchAll(/\b(?:emit\(\s*|topic: )'([a-z_]+(?:\.[a-z]+)?)'/g)].map(
        ([, topic = '']) => topic,
      ),
    );
    expect(said.length).toBeGreaterThan(20);
    const known = Object.keys(EVENT_TOPICS);
    const unknown = said.filter(
      (topic) => !known.some((name) => name === topic || name.startsWith(`${topic}.`)),
    );
    expect(unknown).toEqual([]);
  });
});
