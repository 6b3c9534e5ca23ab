import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/data/database.ts';
import { ENTITIES } from '../../src/data/entities.ts';
import type { Session } from '../../src/data/source.ts';
import { createSqlDirectory } from '../../src/data/sql-directory.ts';
import { APP_ROLE, OWNER_ROLE, SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import type { AppDirectory } from '../../src/token/app-directory.ts';
import {
  type AsRole,
  type Backend,
  OTHER_STORE,
  openTestDatabase,
  type Sql,
  STORE,
  type TestDatabase,
} from '../support/gateway.ts';

const HOUR = 60 * 60 * 1_000;
const now = Date.now();
const at = (hours: number) => new Date(now + hours * HOUR);

const hashOf = (name: string) => createHash('sha256').update(`op_at_${name}`).digest('hex');

const APPS: readonly (readonly [id: string, visibility: string, review: string])[] = [
  ['app_approved', 'PUBLIC', 'APPROVED'],
  ['app_pending', 'PUBLIC', 'PENDING'],
  ['app_rejected', 'PUBLIC', 'REJECTED'],
  ['app_private', 'PRIVATE', 'DRAFT'],
  // Nobody should approve a private app; if somebody did, it must not count.
  ['app_odd', 'PRIVATE', 'APPROVED'],
  ['app_suspended', 'PUBLIC', 'SUSPENDED'],
  ['app_nowhere', 'PUBLIC', 'APPROVED'],
];

const INSTALLATIONS: readonly (readonly [id: string, app: string, store: string, gone: boolean])[] =
  [
    ['ins_approved', 'app_approved', STORE.id, false],
    ['ins_approved_before', 'app_approved', STORE.id, true],
    ['ins_approved_elsewhere', 'app_approved', OTHER_STORE.id, false],
    ['ins_pending', 'app_pending', STORE.id, false],
    ['ins_pending_gone', 'app_pending', OTHER_STORE.id, true],
    ['ins_rejected', 'app_rejected', STORE.id, false],
    ['ins_private', 'app_private', STORE.id, false],
    ['ins_odd', 'app_odd', STORE.id, false],
    ['ins_suspended', 'app_suspended', STORE.id, false],
  ];

const GRANTS: readonly (readonly [installation: string, scope: string])[] = [
  ['ins_approved', 'read_orders'],
  ['ins_approved', 'read_customers'],
  ['ins_approved_elsewhere', 'read_claims'],
  ['ins_pending', 'read_products'],
];

const TOKENS: readonly (readonly [
  name: string,
  installation: string,
  expires: Date,
  revoked: Date | null,
])[] = [
  ['good', 'ins_approved', at(1), null],
  ['elsewhere', 'ins_approved_elsewhere', at(1), null],
  ['pending', 'ins_pending', at(1), null],
  ['rejected', 'ins_rejected', at(1), null],
  ['private', 'ins_private', at(1), null],
  ['odd', 'ins_odd', at(1), null],
  ['revoked', 'ins_approved', at(1), at(-1)],
  ['revoked later', 'ins_approved', at(2), at(1)],
  ['expired', 'ins_approved', at(-1), null],
  ['removed', 'ins_approved_before', at(1), null],
  ['suspended', 'ins_suspended', at(1), null],
];

const LINKS: readonly (readonly [issuer: string, client: string, app: string])[] = [
  ['https://idp.example', 'client-1', 'app_approved'],
  ['https://idp.example', 'client-2', 'app_pending'],
  ['https://idp.example', 'client-3', 'app_odd'],
  ['https://idp.example', 'client-4', 'app_nowhere'],
  ['https://idp.example', 'client-5', 'app_private'],
  ['https://idp.example', 'client-6', 'app_suspended'],
  ['https://other.example', 'client-1', 'app_pending'],
];

/** An insert of one row; the values come in the order of the columns. */
const row = (table: string, columns: string, values: readonly unknown[]): Sql => [
  `insert into platform.${table} (${columns}) values (${values.map((_, index) => `$${index + 1}`)})`,
  values,
];

const FIXTURES: readonly Sql[] = [
  ...APPS.map(([id, visibility, review]) =>
    row('apps', 'id, client_id, name, visibility, review, created_at, updated_at', [
      id,
      `client of ${id}`,
      `The ${id}`,
      visibility,
      review,
      at(-99),
      at(-99),
    ]),
  ),
  row('app_scopes', 'app_id, scope, required', ['app_approved', 'read_orders', true]),
  row('app_scopes', 'app_id, scope, required', ['app_approved', 'read_customers', false]),
  row('app_scopes', 'app_id, scope, required', ['app_approved', 'long_gone', false]),
  ...LINKS.map((values) => row('client_links', 'issuer, client_id, app_id', values)),
  ...INSTALLATIONS.map(([id, app, store, gone]) =>
    row('installations', 'id, app_id, store_id, installed_at, removed_at', [
      id,
      app,
      store,
      gone ? at(-40) : at(-20),
      gone ? at(-30) : null,
    ]),
  ),
  ...GRANTS.map(([installation, scope]) =>
    row('grants', 'installation_id, scope, granted_at', [installation, scope, at(-20)]),
  ),
  ...TOKENS.map(([name, installation, expires, revoked]) =>
    row(
      'access_tokens',
      'hash, installation_id, store_id, scope, created_at, expires_at, revoked_at',
      [
        hashOf(name),
        installation,
        INSTALLATIONS.find(([id]) => id === installation)?.[2],
        'read_orders  admin',
        at(-20),
        expires,
        revoked,
      ],
    ),
  ),
];

const DECLARED = [
  { scope: 'long_gone', required: false },
  { scope: 'read_customers', required: false },
  { scope: 'read_orders', required: true },
];

/** What mutations and imports leave behind, and no query reads. */
const WRITTEN = [
  'audit_entries',
  'idempotency_keys',
  'imports',
  'outbox_events',
  'webhook_secrets',
];

/** Those, and the sequences that count them. */
const HIDDEN = [...WRITTEN, 'audit_entries_sequence_seq', 'outbox_events_sequence_seq'].sort();

const PLATFORM_TABLES = [
  'access_tokens',
  'app_scopes',
  'apps',
  'audit_log',
  'client_links',
  'grants',
  'installations',
  'merchant_stores',
  'merchants',
  'oauth_records',
];

const DENIED = { code: '42501' };

describe.each<Backend>(['pglite', 'postgres'])('on %s', (backend) => {
  let opened: TestDatabase;
  let database: Database;
  let directory: AppDirectory;
  let asRole: AsRole;

  beforeAll(async () => {
    opened = await openTestDatabase(backend);
    ({ database, asRole } = opened);
    directory = createSqlDirectory(database);
    await asRole(SYSTEM_ROLE, FIXTURES);
  });

  afterAll(async () => {
    await database.close();
    await opened.drop();
  });

  const session = (installationId: string | null, storeId: string = STORE.id): Session => ({
    storeId,
    installationId,
    ordersSince: null,
  });

  /** The rows of a statement as the gateway would get them. */
  const query = async (within: Session | null, text: string, ...values: (string | null)[]) =>
    (await database.wave(within, [{ name: null, text, values }]))[0] ?? [];

  const count = async (call: string, ...values: (string | null)[]) =>
    (await query(null, `select count(*)::int as "count" from platform.${call}`, ...values))[0]
      ?.count;

  /** The rows of a query of the catalogue, as the owner. */
  const catalogue = async (text: string, ...values: unknown[]) =>
    (await asRole(OWNER_ROLE, [[text, values]]))[0] ?? [];

  describe('find_access_token', () => {
    it('finds what a token says, its app, its installation and what was granted', async () => {
      expect(await directory.findAccessToken(hashOf('good'))).toEqual({
        clientId: 'client of app_approved',
        storeId: STORE.id,
        scope: 'read_orders  admin',
        grantedScopes: ['read_customers', 'read_orders'],
        expiresAt: at(1),
        app: {
          id: 'app_approved',
          name: 'The app_approved',
          visibility: 'PUBLIC',
          approved: true,
          suspended: false,
          declaredScopes: DECLARED,
        },
        installation: { id: 'ins_approved', installedAt: at(-20) },
        redirectUri: null,
      });
    });

    it('gives the first address that the app registered to be sent back to', async () => {
      const text = 'update platform.apps set redirect_uris = $2 where id = $1';
      const uris = ['https://a.example/b', 'https://a.example/a'];
      await asRole(SYSTEM_ROLE, [[text, ['app_approved', uris]]]);
      const found = await directory.findAccessToken(hashOf('good'));
      await asRole(SYSTEM_ROLE, [[text, ['app_approved', []]]]);
      expect(found?.redirectUri).toBe('https://a.example/b');
    });

    it('keeps the installations of an app in two stores apart', async () => {
      expect(await directory.findAccessToken(hashOf('elsewhere'))).toMatchObject({
        storeId: OTHER_STORE.id,
        grantedScopes: ['read_claims'],
        app: { id: 'app_approved' },
        installation: { id: 'ins_approved_elsewhere' },
      });
    });

    it.each([
      ['good', true],
      ['pending', false],
      ['rejected', false],
      ['private', false],
      ['odd', false],
    ])('says of the app of the token "%s" whether it is public and approved', async (name, is) => {
      const found = await directory.findAccessToken(hashOf(name));
      expect(found?.app.approved).toBe(is);
    });

    it('gives empty lists where nothing was granted or declared', async () => {
      const found = await directory.findAccessToken(hashOf('private'));
      expect(found).toMatchObject({ grantedScopes: [], app: { declaredScopes: [] } });
    });

    it('gives one row for each token that works, and no more', async () => {
      for (const [name, installation] of TOKENS.slice(0, 6)) {
        expect([installation, await count('find_access_token($1)', hashOf(name))]).toEqual([
          installation,
          1,
        ]);
      }
    });

    it.each([
      ['a revoked one', hashOf('revoked')],
      ['one whose revocation is dated later', hashOf('revoked later')],
      ['an expired one', hashOf('expired')],
      ['one of a removed installation', hashOf('removed')],
      ['one of a suspended app', hashOf('suspended')],
      ['another hash', hashOf('nobody')],
      ['the hash in capitals', hashOf('good').toUpperCase()],
      ['a part of the hash', hashOf('good').slice(0, -1)],
      ['more than the hash', `${hashOf('good')}0`],
      ['the hash with a space', `${hashOf('good')} `],
      ['the token itself', 'op_at_good'],
      ['a pattern', '%'],
      ['another pattern', `${hashOf('good').slice(0, 63)}_`],
      ['a regular expression', '.*'],
      ['an injection', "' or true --"],
      ['the empty text', ''],
    ])('finds nothing for %s', async (_, hash) => {
      expect(await directory.findAccessToken(hash)).toBeNull();
      expect(await count('find_access_token($1)', hash)).toBe(0);
    });

    it('finds nothing for null', async () => {
      expect(await count('find_access_token($1)', null)).toBe(0);
    });

    it('stops finding a token with its revocation, its installation or its app', async () => {
      const end: readonly (readonly [string, string])[] = [
        ['update platform.access_tokens set revoked_at = now() where hash = $1', hashOf('brief')],
        ['update platform.installations set removed_at = now() where id = $1', 'ins_brief'],
        ["update platform.apps set review = 'SUSPENDED' where id = $1", 'app_brief'],
        [
          // The column has milliseconds, and rounds: up, it would be a moment that has not come yet.
          "update platform.access_tokens set expires_at = now() - interval '1 ms' where hash = $1",
          hashOf('brief'),
        ],
      ];
      const begin: Sql[] = [
        row('apps', 'id, client_id, name, visibility, review, created_at, updated_at', [
          'app_brief',
          'client of app_brief',
          'Brief',
          'PUBLIC',
          'APPROVED',
          at(-1),
          at(-1),
        ]),
        row('installations', 'id, app_id, store_id, installed_at', [
          'ins_brief',
          'app_brief',
          STORE.id,
          at(-1),
        ]),
        row('access_tokens', 'hash, installation_id, store_id, scope, created_at, expires_at', [
          hashOf('brief'),
          'ins_brief',
          STORE.id,
          '',
          at(-1),
          at(1),
        ]),
      ];
      const clear: Sql[] = [
        ["delete from platform.access_tokens where installation_id = 'ins_brief'"],
        ["delete from platform.installations where id = 'ins_brief'"],
        ["delete from platform.apps where id = 'app_brief'"],
      ];
      for (const [text, value] of end) {
        await asRole(SYSTEM_ROLE, begin);
        expect(await directory.findAccessToken(hashOf('brief'))).not.toBeNull();
        await asRole(SYSTEM_ROLE, [[text, [value]]]);
        expect([text, await directory.findAccessToken(hashOf('brief'))]).toEqual([text, null]);
        await asRole(SYSTEM_ROLE, clear);
      }
    });
  });

  describe('find_linked_app', () => {
    const IDP = 'https://idp.example';

    it('finds the app of a client, and its installation in the store', async () => {
      expect(await directory.findLinkedApp(IDP, 'client-1', STORE.id)).toEqual({
        app: {
          id: 'app_approved',
          name: 'The app_approved',
          visibility: 'PUBLIC',
          approved: true,
          suspended: false,
          declaredScopes: DECLARED,
        },
        installation: { id: 'ins_approved', installedAt: at(-20) },
      });
    });

    it.each<[string, string, string | null, boolean]>([
      ['client-6', STORE.id, 'ins_suspended', false],
      ['client-6', OTHER_STORE.id, null, false],
      ['client-1', OTHER_STORE.id, 'ins_approved_elsewhere', true],
      ['client-2', STORE.id, 'ins_pending', false],
      ['client-2', OTHER_STORE.id, null, false],
      ['client-3', STORE.id, 'ins_odd', false],
      ['client-4', STORE.id, null, true],
      ['client-5', STORE.id, 'ins_private', false],
      ['client-1', '', null, true],
    ])('of %s in %j: installation %s, approved %s', async (client, store, id, approved) => {
      const found = await directory.findLinkedApp(IDP, client, store);
      expect([found?.installation?.id ?? null, found?.app.approved]).toEqual([id, approved]);
      expect(found?.app.suspended).toBe(client === 'client-6');
      expect(await count('find_linked_app($1, $2, $3)', IDP, client, store)).toBe(1);
    });

    it('goes by the issuer as well: the same client id elsewhere is another client', async () => {
      const found = await directory.findLinkedApp('https://other.example', 'client-1', STORE.id);
      expect(found?.app.id).toBe('app_pending');
    });

    it.each([
      ['another client', IDP, 'client-9'],
      ['another case', IDP, 'CLIENT-1'],
      ['a space more', IDP, 'client-1 '],
      ['an issuer with a slash more', `${IDP}/`, 'client-1'],
      ['another issuer', 'https://attacker.example', 'client-1'],
      ['patterns', '%', '%'],
      ['the empty text', '', ''],
      ['the client id that the platform itself gave', IDP, 'client of app_approved'],
      ['the id of the app', IDP, 'app_approved'],
    ])('finds nothing for %s', async (_, issuer, client) => {
      expect(await directory.findLinkedApp(issuer, client, STORE.id)).toBeNull();
      expect(await count('find_linked_app($1, $2, $3)', issuer, client, STORE.id)).toBe(0);
    });

    it('finds the installation that is there, not those that were removed', async () => {
      await asRole(SYSTEM_ROLE, [
        row('installations', 'id, app_id, store_id, installed_at, removed_at', [
          'ins_approved_after',
          'app_approved',
          STORE.id,
          at(-10),
          at(-5),
        ]),
      ]);
      const found = await directory.findLinkedApp(IDP, 'client-1', STORE.id);
      expect(found?.installation?.id).toBe('ins_approved');
    });
  });

  describe('the app role', () => {
    it.each(['access_tokens', 'app_scopes', 'apps', 'client_links'])(
      'cannot read platform.%s at all',
      async (table) => {
        for (const within of [null, session(null), session('ins_approved')]) {
          for (const what of ['*', '1', 'count(*)']) {
            await expect(
              query(within, `select ${what} from platform.${table}`),
            ).rejects.toMatchObject(DENIED);
          }
        }
      },
    );

    it('may read exactly these tables, and write none', async () => {
      const granted = await catalogue(
        `select n.nspname || '.' || c.relname as "table",
          array_remove(array[
            case when has_any_column_privilege($1, c.oid, 'select') then 'select' end,
            case when has_any_column_privilege($1, c.oid, 'insert, update, references') then 'write' end,
            case when has_table_privilege($1, c.oid, 'insert, update, delete, truncate, references, trigger') then 'write' end
          ], null) as "may"
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('commerce', 'platform') and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        order by 1`,
        APP_ROLE,
      );
      const commerce = granted.filter(({ table }) => String(table).startsWith('commerce.'));
      const hidden = commerce.filter(({ may }) => String(may) !== 'select');
      expect(commerce).toHaveLength(Object.keys(ENTITIES).length + hidden.length);
      expect(hidden).toEqual(HIDDEN.map((table) => ({ table: `commerce.${table}`, may: [] })));
      const platform = granted.filter(({ table }) => String(table).startsWith('platform.'));
      expect(platform).toEqual(
        [...PLATFORM_TABLES, 'audit_log_sequence_seq'].sort().map((table) => ({
          table: `platform.${table}`,
          may: ['grants', 'installations'].includes(table) ? ['select'] : [],
        })),
      );
    });

    it('is refused every kind of write, in every table', async () => {
      const tables = await catalogue(
        `select format('%I.%I', schemaname, tablename) as "name", (
            select quote_ident(a.attname) from pg_attribute a
            where a.attrelid = format('%I.%I', schemaname, tablename)::regclass and a.attnum = 1
          ) as "column"
        from pg_tables where schemaname in ('commerce', 'platform')`,
      );
      expect(tables).toHaveLength(
        Object.keys(ENTITIES).length + WRITTEN.length + PLATFORM_TABLES.length,
      );
      for (const { name, column } of tables) {
        for (const text of [
          `insert into ${name} default values`,
          `update ${name} set ${column} = default`,
          `delete from ${name}`,
          `truncate ${name}`,
        ]) {
          await expect(query(session('ins_approved'), text), text).rejects.toMatchObject(DENIED);
        }
      }
    });

    it('can make nothing in the schemas, and is neither the system role nor the owner', async () => {
      const [facts] = await catalogue(
        `select has_schema_privilege($1, 'platform', 'create') or has_schema_privilege($1, 'commerce', 'create') as "creates",
          pg_has_role($1, $2, 'member') as "system", pg_has_role($1, $3, 'member') as "owner",
          rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin as "more"
        from pg_roles where rolname = $1`,
        APP_ROLE,
        SYSTEM_ROLE,
        OWNER_ROLE,
      );
      expect(facts).toEqual({ creates: false, system: false, owner: false, more: false });
    });
  });

  describe('a session', () => {
    const seen = async (within: Session | null) => {
      const installations = await query(within, 'select id from platform.installations');
      const grants = await query(
        within,
        'select installation_id, scope from platform.grants order by scope',
      );
      return {
        installations: installations.map(({ id }) => id),
        grants: grants.map(({ installation_id: id, scope }) => `${id} ${scope}`),
      };
    };

    it.each<[string, string, string[]]>([
      ['ins_approved', STORE.id, ['read_customers', 'read_orders']],
      ['ins_pending', STORE.id, ['read_products']],
      ['ins_private', STORE.id, []],
      ['ins_approved_elsewhere', OTHER_STORE.id, ['read_claims']],
    ])('of %s in %s sees its own installation and grants only', async (id, store, scopes) => {
      expect(await seen(session(id, store))).toEqual({
        installations: [id],
        grants: scopes.map((scope) => `${id} ${scope}`),
      });
    });

    it('never sees another installation, in the same store either, by any name', async () => {
      for (const [id] of INSTALLATIONS.filter(([other]) => other !== 'ins_approved')) {
        for (const text of [
          'select from platform.installations where id = $1',
          'select from platform.installations where id >= $1 and id <= $1',
          'select from platform.grants where installation_id = $1',
        ]) {
          expect([text, await query(session('ins_approved'), text, id)]).toEqual([text, []]);
        }
      }
    });

    it.each<[string, Session | null]>([
      ['without an installation', session(null)],
      ['with an empty one', session('')],
      ['with one that does not exist', session('ins_nowhere')],
      ['with a pattern', session('%')],
      ['that is none', null],
    ])('%s sees none', async (_, within) => {
      expect(await seen(within)).toEqual({ installations: [], grants: [] });
    });

    it('leaves nothing of its installation to the next', async () => {
      await Promise.all(
        Array.from({ length: 8 }, (_, index) => seen(session(index % 2 ? 'ins_approved' : null))),
      );
      expect(await seen(session(null))).toEqual({ installations: [], grants: [] });
      expect(await seen(null)).toEqual({ installations: [], grants: [] });
    });
  });

  describe('the functions of the database', () => {
    it('are these, with an empty path and not for everybody, and those that look across stores the system role owns', async () => {
      const functions = await catalogue(
        `select p.oid::regprocedure::text as "name", pg_get_userbyid(p.proowner)::text as "owner",
          p.prosecdef as "definer", p.proconfig::text as "settings", p.provolatile::text as "volatile",
          has_function_privilege($1, p.oid, 'execute') as "app",
          p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0) as "everybody"
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('platform', 'commerce') order by 1`,
        APP_ROLE,
      );
      const facts = (name: string, app: boolean, volatile = 's') => ({
        name,
        owner: SYSTEM_ROLE,
        definer: true,
        settings: '{"search_path=\\"\\""}',
        volatile,
        app,
        everybody: false,
      });
      // A trigger's has no rights of its own: it only refuses.
      const trigger = { owner: OWNER_ROLE, definer: false, volatile: 'v' };
      expect(functions).toEqual([
        { ...facts('commerce.refuse_other_creation()', false), ...trigger },
        facts('platform.declared_scopes(text)', false),
        facts('platform.find_access_token(text)', true),
        facts('platform.find_linked_app(text,text,text)', true),
        facts('platform.resolve_store(text)', true),
        facts('platform.touch_installation(text)', true, 'v'),
        facts('platform.withdraw_own_scopes(text[])', false, 'v'),
        facts('platform.withdraw_scopes(text,text[])', false, 'v'),
      ]);
    });

    it('that are not for the app role are refused to it', async () => {
      await expect(
        query(session('ins_approved'), "select platform.declared_scopes('app_approved')"),
      ).rejects.toMatchObject(DENIED);
    });
  });

  describe('row-level security', () => {
    it('is enabled and forced on every table, which the owner owns and a policy names', async () => {
      const tables = await catalogue(
        `select n.nspname || '.' || c.relname as "name", c.relrowsecurity as "enabled",
          c.relforcerowsecurity as "forced", pg_get_userbyid(c.relowner)::text as "owner",
          exists (select from pg_policy p where p.polrelid = c.oid) as "named"
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('commerce', 'platform') and c.relkind in ('r', 'p')`,
      );
      expect(tables).toHaveLength(
        Object.keys(ENTITIES).length + WRITTEN.length + PLATFORM_TABLES.length,
      );
      const wrong = tables.filter(
        ({ enabled, forced, owner, named }) =>
          !enabled || !forced || owner !== OWNER_ROLE || !named,
      );
      expect(wrong).toEqual([]);
    });

    it('opens the platform to the system role, and an installation of it to the app role', async () => {
      const policies = await catalogue(
        `select tablename::text as "table", policyname::text as "policy", roles::text as "roles", cmd::text as "cmd"
        from pg_policies where schemaname = 'platform' order by 1, 2`,
      );
      const system = (table: string) => ({
        table,
        policy: 'system',
        roles: `{${SYSTEM_ROLE}}`,
        cmd: 'ALL',
      });
      const own = (table: string) => ({
        table,
        policy: 'own',
        roles: `{${APP_ROLE}}`,
        cmd: 'SELECT',
      });
      expect(policies).toEqual(
        PLATFORM_TABLES.flatMap((table) =>
          ['grants', 'installations'].includes(table)
            ? [own(table), system(table)]
            : [system(table)],
        ),
      );
    });
  });
});
