import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { insertDemo } from '../../src/data/seed/insert.ts';
import { OWNER_ROLE } from '../../src/data/tables/columns.ts';
import { openDemoIssuer } from '../../src/token/demo-issuer.ts';
import { buildIfStale } from './build.ts';
import { CLIENT_ID, createTestIssuer, type TestIssuer } from './issuer.ts';
import {
  ask,
  cleanUp,
  type Ended,
  type Environment,
  emptyFolder,
  type RunningCli,
  runCli,
  startCli,
  whoIs,
} from './kit.ts';

const [FIRST, SECOND] = DEMO_STORES;
const NAME = `scopegate_cli_${randomBytes(4).toString('hex')}`;

let owner: pg.Client;
let migrated: readonly Ended[];
let gateway: RunningCli;
let environment: Environment;
/** Bounded to the first store and to two scopes. */
let bounded: TestIssuer;
/** As wide as an issuer can be; its client has the same id. */
let wide: TestIssuer;
/** What the gateway answered to a good token while the database was empty, and what was in it. */
let unseeded: { readonly status: number; readonly stores: unknown };

async function admin(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  await buildIfStale();
  const folder = await emptyFolder();
  await admin(
    `create role ${NAME} login password 'login'`,
    `create database ${NAME} template template0 encoding 'UTF8'`,
  );
  const ownerUrl = new URL(inject('postgresAdminUrl'));
  ownerUrl.pathname = `/${NAME}`;
  const appUrl = new URL(ownerUrl);
  appUrl.username = NAME;
  appUrl.password = 'login';

  const urls = { SCOPEGATE_OWNER_URL: ownerUrl.href, DATABASE_URL: appUrl.href };
  migrated = [await runCli(['migrate'], urls), await runCli(['migrate'], urls)];

  [bounded, wide] = [await createTestIssuer(folder, 'one'), await createTestIssuer(folder, 'two')];
  environment = {
    DATABASE_URL: appUrl.href,
    PORT: '0',
    SCOPEGATE_PUBLIC_URL: 'https://api.example.com',
    SCOPEGATE_SECRET: randomBytes(48).toString('base64url'),
    SCOPEGATE_ISSUERS: JSON.stringify([
      { ...bounded.entry, stores: [FIRST.domain], scopes: ['read_orders', 'read_products'] },
      wide.entry,
    ]),
  };
  gateway = await startCli(environment);

  owner = new pg.Client({ connectionString: ownerUrl.href });
  await owner.connect();
  const { status } = await ask(gateway.url, '{ store { id } }', await wide.mint(FIRST.id, ''));
  const { rows } = await owner.query('select count(*)::int as count from commerce.stores');
  unseeded = { status, stores: rows[0]?.count };
  await owner.query(`begin; set local role ${OWNER_ROLE}`);
  await insertDemo((text, values) => owner.query(text, [...values]), new Date());
  await owner.query('commit');
});

afterAll(async () => {
  await gateway?.stop();
  await owner?.end();
  await admin(`drop database if exists ${NAME} with (force)`, `drop role if exists ${NAME}`);
  await cleanUp();
});

describe('migrate', () => {
  it('works, and works again', () => {
    for (const { code, out, err } of migrated) {
      expect({ code, out, err }).toEqual({
        code: 0,
        out: '',
        err: 'The database is up to date.\n',
      });
    }
  });
});

describe('start with PostgreSQL', () => {
  it('prints where it listens, and no tokens', () => {
    expect(gateway.out).toMatch(
      /^scopegate listens on http:\/\/127\.0\.0\.1:\d+ after \d+\.\d s\.\n$/,
    );
  });

  it('puts no demo data into it', () => {
    expect(unseeded).toEqual({ status: 401, stores: 0 });
  });

  it('answers a token of a configured issuer', async () => {
    const token = await wide.mint(FIRST.id, 'read_orders read_customers');
    const query = '{ store { name } orders(first: 1) { nodes { id contactName } } }';
    const { status, body } = await ask(gateway.url, query, token);
    expect(status).toBe(200);
    expect(body.errors).toBeUndefined();
    expect(body.data).toMatchObject({
      store: { name: FIRST.name },
      orders: { nodes: [{ id: expect.stringMatching(/^ord_/) }] },
    });
  });

  it('refuses a token of the demo issuer', async () => {
    const demo = await openDemoIssuer(await emptyFolder());
    const token = await demo.mint({ storeId: FIRST.id, scope: '', expiresInSeconds: 60 });
    const { status, headers } = await ask(gateway.url, '{ __typename }', token);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(
      /resource_metadata="https:\/\/api\.example\.com\/\.well-known\/oauth-protected-resource", error="invalid_token"/,
    );
    const { code, out, err } = await runCli(['token', '--scope', ''], environment);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^Demo tokens exist only with the embedded database on a loopback host\./);
  });

  it('tells clients its public address and its issuers', async () => {
    const response = await fetch(`${gateway.url}/.well-known/oauth-protected-resource`);
    expect(await response.json()).toMatchObject({
      resource: 'https://api.example.com',
      authorization_servers: [
        'https://api.example.com',
        'https://one.example',
        'https://two.example',
      ],
    });
  });

  it('holds an issuer to its scopes', async () => {
    const token = await bounded.mint(FIRST.id, 'read_orders read_customers read_all_orders');
    expect((await whoIs(gateway.url, token)).scopes).toEqual(['read_orders']);
  });

  it('holds an issuer to its stores, by id and by domain', async () => {
    for (const reference of [SECOND.id, SECOND.domain]) {
      const { status } = await ask(
        gateway.url,
        '{ __typename }',
        await bounded.mint(reference, ''),
      );
      expect(status).toBe(401);
    }
    for (const reference of [FIRST.id, FIRST.domain]) {
      const { store } = await whoIs(gateway.url, await bounded.mint(reference, ''));
      expect(store.id).toBe(FIRST.id);
    }
  });

  it('tells two clients of the same id apart by their issuer', async () => {
    const scope = 'read_orders read_customers';
    const [one, two] = [await bounded.mint(FIRST.id, scope), await wide.mint(SECOND.id, scope)];
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await whoIs(gateway.url, one)).toEqual({
        clientId: CLIENT_ID,
        store: { id: FIRST.id },
        scopes: ['read_orders'],
      });
      expect(await whoIs(gateway.url, two)).toEqual({
        clientId: CLIENT_ID,
        store: { id: SECOND.id },
        scopes: ['read_orders', 'read_customers'],
      });
    }
  });

  it('lets no client of an issuer use an admin-gated scope', async () => {
    const token = await wide.mint(FIRST.id, 'read_store read_warranty_pricing');
    expect((await whoIs(gateway.url, token)).scopes).toEqual(['read_store']);
  });
});
