import { randomUUID } from 'node:crypto';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTITIES } from '../../src/data/entities.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import type { DemoRows } from '../../src/data/seed/generate.ts';
import { DEMO_TABLES } from '../../src/data/seed/rows.ts';
import type { Session } from '../../src/data/source.ts';
import { APP_ROLE, OWNER_ROLE, SYSTEM_ROLE, WRITER_ROLE } from '../../src/data/tables/columns.ts';
import { type OwnedDatabase, openOwnedDatabase } from '../support/queries-database.ts';
import { must, seededStores, windowStart, withinWindow } from '../support/queries-seed.ts';

const [A, B] = DEMO_STORES;
const [ROWS_A] = seededStores() as [DemoRows];
const SESSION_A: Session = { storeId: A.id, installationId: null, ordersSince: null };
const WINDOW_A: Session = {
  storeId: A.id,
  installationId: null,
  ordersSince: windowStart(),
};

/** Every table of store data: its name, the column that names the store, and the seed's rows. */
const TABLES = Object.entries(DEMO_TABLES).map(([key, table]) => {
  const { schema, name } = getTableConfig(table);
  return {
    table: `${schema}.${name}`,
    store: name === 'stores' ? 'id' : 'store_id',
    rowsIn: (rows: DemoRows) => rows[key as keyof DemoRows].length,
  };
});

/** Tables that the demo data leaves empty, with their policies. What is in them is tested with what writes it. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  audit_entries: ['store PERMISSIVE ALL public'],
  idempotency_keys: [
    `age PERMISSIVE SELECT ${SYSTEM_ROLE}`,
    'own PERMISSIVE ALL public',
    `sweep PERMISSIVE DELETE ${SYSTEM_ROLE}`,
  ],
  imports: ['store PERMISSIVE ALL public'],
  outbox_events: [`dispatch PERMISSIVE ALL ${SYSTEM_ROLE}`, 'store PERMISSIVE ALL public'],
  webhook_secrets: [`delivery PERMISSIVE SELECT ${SYSTEM_ROLE}`, 'own PERMISSIVE ALL public'],
  webhooks: [
    `delivery PERMISSIVE SELECT ${SYSTEM_ROLE}`,
    'own PERMISSIVE ALL public',
    `uninstall PERMISSIVE DELETE ${SYSTEM_ROLE}`,
  ],
};

describe.each(['pglite', 'postgres'] as const)('row-level security on %s', (backend) => {
  let owned: OwnedDatabase;
  beforeAll(async () => {
    owned = await openOwnedDatabase(backend);
  });
  afterAll(() => owned.close());

  const run = async (session: Session | null, text: string) =>
    must((await owned.database.wave(session, [{ name: null, text, values: [] }]))[0]);

  const countIn = async (session: Session | null, table: string) =>
    (await run(session, `select count(*)::int as "count" from ${table}`))[0]?.count;

  it('is tested on every table that there is', async () => {
    const tables = await owned.admin(
      "select schemaname || '.' || tablename as name from pg_tables where schemaname = 'commerce' order by 1",
    );
    const written = Object.keys(WRITTEN).map((name) => `commerce.${name}`);
    const known = [...TABLES.map(({ table }) => table), ...written];
    expect(tables.map(({ name }) => name)).toEqual(known.sort());
    const { webhook: _, ...seeded } = ENTITIES;
    expect(Object.keys(seeded)).toHaveLength(TABLES.length);
  });

  it.each(TABLES)(
    'shows no row of $table without a session, or with one of no store',
    async ({ table }) => {
      const nobody = ['', ' ', '%', `${A.id} `, A.id.toUpperCase(), A.domain];
      const sessions = [
        null,
        ...nobody.map((storeId) => ({ storeId, installationId: null, ordersSince: null })),
      ];
      for (const session of sessions) expect(await countIn(session, table)).toBe(0);
    },
  );

  it.each(TABLES)('shows the rows of its own store in $table', async ({ table, store, rowsIn }) => {
    const rows = await run(
      SESSION_A,
      `select ${store} as "store", count(*)::int as "count" from ${table} group by 1`,
    );
    expect(rows).toEqual([{ store: A.id, count: rowsIn(ROWS_A) }]);
  });

  it.each(TABLES)('shows of $table what the window shows', async ({ table, rowsIn }) => {
    expect(await countIn(WINDOW_A, table)).toBe(rowsIn(withinWindow(ROWS_A, windowStart())));
  });

  it.each(TABLES)(
    'cannot be talked out of with a condition on $table',
    async ({ table, store }) => {
      const other = `select count(*)::int as "count" from ${table} where ${store} = '${B.id}' or true and ${store} <> '${A.id}'`;
      expect(await run(SESSION_A, other)).toEqual([{ count: 0 }]);
    },
  );

  // PostgreSQL 15 looks at the transaction, which a wave has none of by that name, before it looks at the role.
  const REFUSED = /permission denied|must be owner|can only be used in transaction blocks/;

  it.each(TABLES)('leaves $table unwritable for the app role', async ({ table, store }) => {
    const writes = [
      `insert into ${table} default values`,
      `update ${table} set ${store} = ${store}`,
      `delete from ${table}`,
      `truncate ${table}`,
      `select 1 from ${table} for update`,
      `lock table ${table} in exclusive mode`,
      `alter table ${table} disable row level security`,
      `alter table ${table} no force row level security`,
      `drop table ${table}`,
    ];
    for (const text of writes) {
      await expect(run(SESSION_A, text), text).rejects.toThrow(REFUSED);
    }
    expect(await countIn(SESSION_A, table)).toBeGreaterThan(0);
  });

  it('is enabled, forced and has a policy on every table', async () => {
    const tables = await owned.admin(`
      select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
        array(select p.policyname::text || ' ' || p.permissive || ' ' || p.cmd || ' ' || array_to_string(p.roles, ',')
          from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname order by 1) as policies,
        (select bool_and(p.qual like '%scopegate.store_id%' and p.with_check like '%scopegate.store_id%')
          from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname and 'public' = any (p.roles)) as bound
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'commerce' and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1`);
    expect(tables).toHaveLength(TABLES.length + Object.keys(WRITTEN).length);
    const ofOrders = [
      'orders',
      'line_items',
      'fulfillments',
      'fulfillment_line_items',
      'discount_applications',
    ];
    for (const { name, ...security } of tables) {
      const own = ofOrders.includes(String(name)) ? 'store_and_window' : 'store';
      const ofPlatform = [
        `creation PERMISSIVE INSERT ${SYSTEM_ROLE}`,
        `directory PERMISSIVE SELECT ${SYSTEM_ROLE}`,
      ];
      const platform = name === 'stores' ? ofPlatform : [];
      // Orders refer to what was deleted: the writer sees that it is there, and nobody else does.
      const isKept = name === 'products' || name === 'product_variants';
      const deleted = isKept ? [`deleted PERMISSIVE ALL ${WRITER_ROLE}`] : [];
      expect({ name, ...security }).toEqual({
        name,
        enabled: true,
        forced: true,
        policies: WRITTEN[String(name)] ?? [
          ...deleted,
          ...platform,
          `${own} PERMISSIVE ALL public`,
        ],
        bound: true,
      });
    }
  });

  it('binds the role that the gateway runs as', async () => {
    expect(await run(null, 'select current_user::text as "role"')).toEqual([{ role: APP_ROLE }]);
    const roles = await owned.admin(
      `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
        pg_has_role(rolname, '${OWNER_ROLE}', 'member') as owner, pg_has_role(rolname, '${SYSTEM_ROLE}', 'member') as system
       from pg_roles where rolname = '${APP_ROLE}'`,
    );
    expect(roles).toEqual([
      {
        rolname: APP_ROLE,
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolcanlogin: false,
        rolreplication: false,
        owner: false,
        system: false,
      },
    ]);
    const owners = await owned.admin(
      "select distinct tableowner::text as owner from pg_tables where schemaname in ('commerce', 'platform')",
    );
    expect(owners).toEqual([{ owner: OWNER_ROLE }]);
  });

  it('leaves the app role SELECT on store data and nothing else', async () => {
    const granted = await owned.admin(`
      select distinct acl.privilege_type as privilege, coalesce(r.rolname, 'public') as role
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
        cross join lateral aclexplode(c.relacl) acl left join pg_roles r on r.oid = acl.grantee
      where n.nspname in ('commerce', 'platform') and (acl.grantee = 0 or r.rolname = '${APP_ROLE}')`);
    expect(granted).toEqual([{ privilege: 'SELECT', role: APP_ROLE }]);
    const columns = await owned.admin(`
      select count(*)::int as count from pg_attribute a join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'commerce' and a.attacl::text like '%${APP_ROLE}%'`);
    expect(columns).toEqual([{ count: 0 }]);
    const schemas = await owned.admin(`
      select nspname::text as name, has_schema_privilege('${APP_ROLE}', oid, 'CREATE') as "create"
      from pg_namespace where nspname in ('commerce', 'platform', 'migrations', 'public') order by 1`);
    expect(schemas.filter((schema) => schema.create !== false)).toEqual([]);
    expect(schemas.length).toBeGreaterThanOrEqual(3);
  });

  it('lets nobody but the platform make a store, and nobody change or remove one', async () => {
    const granted = await owned.admin(`
      select r.rolname::text as role, array_agg(acl.privilege_type::text order by acl.privilege_type) as may
      from pg_class c cross join lateral aclexplode(c.relacl) acl join pg_roles r on r.oid = acl.grantee
      where c.oid = 'commerce.stores'::regclass and r.rolname <> '${OWNER_ROLE}' group by 1 order by 1`);
    expect(granted).toEqual([
      { role: APP_ROLE, may: ['SELECT'] },
      { role: SYSTEM_ROLE, may: ['INSERT', 'SELECT'] },
      { role: WRITER_ROLE, may: ['SELECT'] },
    ]);
  });

  it('leaves the app role four functions of the platform, and of its relations what an installation bounds', async () => {
    const functions = await owned.admin(`
      select p.oid::regprocedure::text as name, p.prosecdef as definer, p.proconfig as config, r.rolname::text as owner,
        has_function_privilege('${APP_ROLE}', p.oid, 'EXECUTE') as app, has_function_privilege('public', p.oid, 'EXECUTE') as anyone
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles r on r.oid = p.proowner
      where n.nspname in ('commerce', 'platform') order by 1`);
    const callable = [
      'platform.find_access_token(text)',
      'platform.find_linked_app(text,text,text)',
      'platform.resolve_store(text)',
      'platform.touch_installation(text)',
    ];
    const trigger = 'commerce.refuse_other_creation()';
    const others = [
      'platform.withdraw_own_scopes(text[])',
      'platform.withdraw_scopes(text,text[])',
    ];
    expect(functions).toEqual(
      [trigger, 'platform.declared_scopes(text)', ...callable, ...others].map((name) => ({
        name,
        definer: name !== trigger,
        config: ['search_path=""'],
        owner: name === trigger ? OWNER_ROLE : SYSTEM_ROLE,
        app: callable.includes(name),
        anyone: false,
      })),
    );
    const relations = await owned.admin(`
      select c.relname::text as name, c.relrowsecurity and c.relforcerowsecurity as bound,
        (select bool_and(p.qual like '%scopegate.installation_id%') from pg_policies p
          where p.schemaname = 'platform' and p.tablename = c.relname and p.roles && array['public', '${APP_ROLE}']::name[]) as own
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'platform' and c.relkind in ('r', 'v', 'm', 'f', 'p', 'S') and has_table_privilege('${APP_ROLE}', c.oid, 'SELECT') order by 1`);
    expect(relations).toEqual([
      { name: 'grants', bound: true, own: true },
      { name: 'installations', bound: true, own: true },
    ]);
    for (const { name } of relations) {
      for (const session of [null, SESSION_A]) {
        expect(await countIn(session, `platform.${name}`)).toBe(0);
      }
    }
  });

  it('lets a store be found by its exact id or domain, and by nothing else', async () => {
    const resolve = async (reference: string) =>
      must(
        (
          await owned.database.wave(null, [
            { name: null, text: 'select * from platform.resolve_store($1)', values: [reference] },
          ])
        )[0],
      );
    for (const { id, name, domain } of DEMO_STORES) {
      expect(await resolve(id)).toEqual([{ id, name, domain }]);
      expect(await resolve(domain)).toEqual([{ id, name, domain }]);
    }
    const nothing = ['', '%', '_', 'sto_%', 'sto_', '*', A.name, A.id.slice(0, -1), `${A.id} `];
    const more = [
      ` ${A.domain}`,
      A.domain.toUpperCase(),
      A.id.toUpperCase(),
      `%${A.domain}`,
      "' or true --",
    ];
    for (const reference of [...nothing, ...more]) expect(await resolve(reference)).toEqual([]);
  });

  it('ends its session with the wave', async () => {
    const settings = `select current_setting('scopegate.store_id', true) as "store", current_setting('scopegate.orders_since', true) as "since", pg_backend_pid() as "pid"`;
    const [during] = await run(SESSION_A, settings);
    expect(during).toMatchObject({ store: A.id, since: '-infinity' });
    const [after] = await run(null, settings);
    expect(after).toMatchObject({ store: '', since: '', pid: during?.pid });
    expect(await countIn(null, 'commerce.orders')).toBe(0);
    expect(
      await countIn(
        { storeId: B.id, installationId: null, ordersSince: null },
        `commerce.orders where store_id = '${A.id}'`,
      ),
    ).toBe(0);
  });

  it('is not widened for the next wave by a statement that sets the session itself', async () => {
    await run(
      null,
      `select set_config('scopegate.store_id', '${A.id}', true), set_config('scopegate.orders_since', '-infinity', true)`,
    );
    expect(await countIn(null, 'commerce.orders')).toBe(0);
    await run(
      null,
      `select set_config('scopegate.store_id', '${A.id}', false), set_config('scopegate.orders_since', '-infinity', false)`,
    );
    expect(await countIn(null, 'commerce.orders')).toBe(0);
  });

  it('survives a statement that fails: no session leaks, and the connection answers', async () => {
    const failures = [
      'select 1 / 0',
      'select nonsense',
      'selec',
      "select 'x'::int",
      'select raise()',
    ];
    for (const text of failures) {
      const name = randomUUID();
      const good = { name: null, text: 'select id from commerce.orders limit 1', values: [] };
      await expect(
        owned.database.wave(SESSION_A, [good, { name, text, values: [] }, good]),
      ).rejects.toThrow();
      expect(await countIn(null, 'commerce.orders')).toBe(0);
      expect(await countIn(SESSION_A, 'commerce.stores')).toBe(1);
      // The name of a statement that failed is not taken.
      const again = { name, text: 'select 1 as "one"', values: [] };
      expect(await owned.database.wave(null, [again])).toEqual([[{ one: 1 }]]);
      expect(await owned.database.wave(null, [again])).toEqual([[{ one: 1 }]]);
    }
  });

  it('survives failures of many waves at once', async () => {
    const waves = Array.from({ length: 40 }, (_, index) => {
      const { id: storeId } = must(DEMO_STORES[index % 4]);
      const session = { storeId, installationId: null, ordersSince: null };
      const text = index % 3 === 0 ? 'select 1 / 0' : 'select id from commerce.stores';
      return owned.database.wave(session, [{ name: `mixed-${index % 3}`, text, values: [] }]).then(
        ([rows]) => rows,
        () => 'failed',
      );
    });
    const expected = waves.map((_, index) =>
      index % 3 === 0 ? 'failed' : [{ id: must(DEMO_STORES[index % 4]).id }],
    );
    expect(await Promise.all(waves)).toEqual(expected);
  });

  it('keeps a bounded number of statements prepared, and answers those that went', async () => {
    const asked = (index: number) => ({
      name: `many-${index}`,
      text: `select ${index} as "n"`,
      values: [],
    });
    for (let first = 0; first < 1_200; first += 100) {
      const statements = Array.from({ length: 100 }, (_, index) => asked(first + index));
      const expected = statements.map((_, index) => [{ n: first + index }]);
      expect(await owned.database.wave(null, statements)).toEqual(expected);
    }
    const count = 'select count(*)::int as "count" from pg_prepared_statements';
    const [[kept] = []] = await owned.database.wave(null, [
      { name: null, text: count, values: [] },
    ]);
    if (backend === 'postgres') expect(kept?.count).toBeGreaterThan(100);
    expect(kept?.count).toBeLessThanOrEqual(500);
    expect(await owned.database.wave(null, [asked(0)])).toEqual([[{ n: 0 }]]);
  });

  describe('together with foreign keys', () => {
    it('has the store in every reference between tables of stores', async () => {
      const keys = await owned.admin(`
        select con.conname::text as name,
          (select array_agg(a.attname::text order by k.i) from unnest(con.conkey) with ordinality k(n, i) join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.n) as columns,
          (select array_agg(a.attname::text order by k.i) from unnest(con.confkey) with ordinality k(n, i) join pg_attribute a on a.attrelid = con.confrelid and a.attnum = k.n) as target,
          con.confrelid::regclass::text as to
        from pg_constraint con join pg_namespace n on n.oid = con.connamespace where n.nspname = 'commerce' and con.contype = 'f'`);
      expect(keys.length).toBeGreaterThanOrEqual(15);
      const loose = keys.filter(({ columns, target, to }) => {
        const [from] = columns as string[];
        const [into] = target as string[];
        return from !== 'store_id' || into !== (to === 'commerce.stores' ? 'id' : 'store_id');
      });
      expect(loose).toEqual([]);
    });

    it('keeps a row from referring to one of another store', async () => {
      const keys = await owned.admin(`
        select con.conname::text as name, con.conrelid::regclass::text as from, con.confrelid::regclass::text as to,
          (select array_agg(a.attname::text order by k.i) from unnest(con.conkey) with ordinality k(n, i) join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.n) as columns,
          (select array_agg(a.attname::text order by k.i) from unnest(con.confkey) with ordinality k(n, i) join pg_attribute a on a.attrelid = con.confrelid and a.attnum = k.n) as target
        from pg_constraint con join pg_namespace n on n.oid = con.connamespace
        where n.nspname = 'commerce' and con.contype = 'f' and cardinality(con.conkey) > 1
          and con.conname <> 'webhook_secrets_webhook'`);
      for (const key of keys) {
        const columns = (key.columns as string[]).slice(1);
        const target = (key.target as string[]).slice(1);
        const foreign = must(
          (
            await owned.admin(
              `select ${target.map((name) => `${name}::text`).join(', ')} from ${key.to} where store_id = '${B.id}' limit 1`,
            )
          )[0],
        );
        const values = target.map((name) => `'${String(foreign[name])}'`);
        const changes = columns.map((name, index) => `${name} = ${values[index]}`).join(', ');
        const text = `update ${key.from} set ${changes} where ctid = (select ctid from ${key.from} order by ${columns[0]} is null limit 1)`;
        await expect(owned.asOwner(SESSION_A, text), String(key.name)).rejects.toThrow(
          /violates (foreign key|row-level security)/,
        );
      }
      expect(keys.length).toBeGreaterThanOrEqual(12);
    });

    it.each(TABLES)('keeps the owner inside its session in $table', async ({ table, store }) => {
      const move = `update ${table} set ${store} = '${B.id}' where ${store} = '${A.id}'`;
      await expect(owned.asOwner(SESSION_A, move)).rejects.toThrow(/row-level security/);
      // The directory of stores is the system role's, and the owner is a member of that.
      const others = `select 1 from ${table} where ${store} <> '${A.id}'`;
      if (store !== 'id') expect(await owned.asOwner(SESSION_A, others)).toEqual([]);
    });
  });
});
