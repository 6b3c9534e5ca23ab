import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { OWNER_ROLE } from '../src/data/tables/columns.ts';
import type { Cluster } from './cluster.ts';
import { APP_USER, createUnboundUser, createUser } from './database-users.ts';
import {
  catalogueStatements,
  FUNCTIONS,
  orderStatements,
  planStores,
  type StorePlan,
  sessionOf,
} from './fill.ts';
import { runCommand } from './processes.ts';

/** A filled database and what the rounds need to know of it. */
export interface FilledDatabase {
  readonly name: string;
  readonly adminUrl: string;
  /** As the gateway and its peers connect. */
  readonly appUrl: string;
  readonly storeId: string;
  /** Orders of that store, spread over its two years, in a fixed order. */
  readonly orderIds: readonly string[];
}

/** What a database was filled from. */
interface Origin {
  /** Of what computes the rows. */
  readonly rows: string;
  /** Of each migration, in order. */
  readonly migrations: readonly string[];
}

/** What a filled database is marked with. */
interface Marker extends Origin {
  /** The moment that the newest order was placed. */
  readonly anchor: string;
}

const DAY = 24 * 60 * 60 * 1000;
/** Older data is made anew, so that the 60-day window never runs empty. */
const MAX_AGE_DAYS = 30;
/** Orders of one transaction. */
const CHUNK = 50_000;
const MIGRATIONS = new URL('../../../src/data/migrations/', import.meta.url);

/**
 * The database with so many orders: the kept one, with the migrations that it lacks, or a new one where there is none or
 * it was filled otherwise.
 */
export async function openDatabase(
  cluster: Cluster,
  orders: number,
  tell: (text: string) => void,
): Promise<FilledDatabase> {
  const name = `bench_${orders}`;
  const adminUrl = cluster.url(name);
  const appUrl = new URL(adminUrl);
  appUrl.username = APP_USER;
  appUrl.password = APP_USER;
  const urls = { adminUrl, appUrl: appUrl.href };
  const marker = await readMarker(cluster, name);
  const origin = await originOf(orders);
  if (marker === null || !isFresh(marker) || !isFilledFrom(marker, origin)) {
    await createDatabase(cluster, name);
    await migrate(urls);
    const anchor = `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`;
    await fill(adminUrl, orders, anchor, tell);
    await mark(adminUrl, name, { ...origin, anchor });
  } else if (marker.migrations.length < origin.migrations.length) {
    await migrate(urls);
    await runAs(adminUrl, (client) => client.query('vacuum (analyze)'));
    await mark(adminUrl, name, { ...marker, ...origin });
    tell('brought up to date');
  }
  await runAs(adminUrl, createUnboundUser);
  const storeId = planStores(orders)[0]?.id ?? '';
  return { name, ...urls, storeId, orderIds: await sample(adminUrl, storeId) };
}

const isFresh = ({ anchor }: Marker) => Date.now() - Date.parse(anchor) <= MAX_AGE_DAYS * DAY;

/** Migrations are only ever added, so one that has the first of them needs just the others. */
const isFilledFrom = (marker: Marker, origin: Origin) =>
  marker.rows === origin.rows &&
  marker.migrations.every((migration, index) => migration === origin.migrations[index]);

async function createDatabase(cluster: Cluster, name: string): Promise<void> {
  await runAs(cluster.url('postgres'), async (client) => {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name} template template0 encoding 'UTF8'`);
    await createUser(client, APP_USER);
  });
}

/** By the gateway's own command. */
function migrate({ adminUrl, appUrl }: Pick<FilledDatabase, 'adminUrl' | 'appUrl'>) {
  const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
  return runCommand(process.execPath, [main, 'migrate'], {
    DATABASE_URL: appUrl,
    SCOPEGATE_OWNER_URL: adminUrl,
  });
}

function mark(adminUrl: string, name: string, marker: Marker) {
  return runAs(adminUrl, (client) =>
    client.query(`comment on database ${name} is ${client.escapeLiteral(JSON.stringify(marker))}`),
  );
}

const hashOf = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

async function originOf(orders: number): Promise<Origin> {
  const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.sql')).sort();
  const migrations = files.map(async (file) => hashOf(await readFile(new URL(file, MIGRATIONS))));
  const statements = planStores(orders).map((store) => [
    catalogueStatements(store, ''),
    orderStatements(store, '', 1, store.orders),
  ]);
  return {
    rows: hashOf(FUNCTIONS + JSON.stringify(statements)),
    migrations: await Promise.all(migrations),
  };
}

/** Null for a database that is not there, was not filled to its end, or was marked in another way. */
async function readMarker(cluster: Cluster, name: string): Promise<Marker | null> {
  const text =
    "select shobj_description(oid, 'pg_database') as marker from pg_database where datname = $1";
  return runAs(cluster.url('postgres'), async (client) => {
    const { rows } = await client.query<{ marker: string | null }>(text, [name]);
    const marker: Marker | null = JSON.parse(rows[0]?.marker ?? 'null');
    return marker?.migrations ? marker : null;
  });
}

async function fill(
  url: string,
  orders: number,
  anchor: string,
  tell: (text: string) => void,
): Promise<void> {
  const started = Date.now();
  const stores = planStores(orders);
  const chunks = stores.flatMap((store) => chunksOf(store));
  let done = 0;
  const insertChunk = async (run: Transaction, { store, from, to }: Chunk, analyze: boolean) => {
    const statements = orderStatements(store, anchor, from, to);
    const wanted = statements.filter((text) => analyze || !text.startsWith('analyze'));
    await run([sessionOf(store), ...wanted]);
    done += to - from + 1;
    tell(`${done} of ${orders} orders after ${Math.round((Date.now() - started) / 1000)} s`);
  };
  await runAs(url, (client) => client.query('create extension pg_stat_statements'));
  await asOwner(url, async (run) => {
    for (const store of stores) {
      await run([sessionOf(store), ...catalogueStatements(store, anchor)]);
    }
    // Without statistics foreign keys are checked by scans: of the catalogue, then of the first orders.
    await run(['analyze commerce.customers, commerce.products, commerce.product_variants']);
    const first = chunks.shift();
    if (first) await insertChunk(run, first, true);
  });
  const workers = Array.from({ length: Math.min(availableParallelism(), 4) }, () =>
    asOwner(url, async (run) => {
      for (let next = chunks.shift(); next; next = chunks.shift()) {
        await insertChunk(run, next, false);
      }
    }),
  );
  await Promise.all(workers);
  await runAs(url, async (client) => {
    await client.query('vacuum (freeze, analyze)');
    await client.query('checkpoint');
  });
  tell(`filled in ${Math.round((Date.now() - started) / 1000)} s`);
}

type Transaction = (statements: readonly string[]) => Promise<void>;

/** Runs transactions as the tables' owner, with the functions that rows are computed by. */
function asOwner(url: string, work: (run: Transaction) => Promise<void>): Promise<void> {
  return runAs(url, async (client) => {
    await client.query(`set role ${OWNER_ROLE}`);
    await client.query(FUNCTIONS);
    await work(async (statements) => {
      await client.query('begin');
      for (const statement of statements) await client.query(statement);
      await client.query('commit');
    });
  });
}

interface Chunk {
  readonly store: StorePlan;
  readonly from: number;
  readonly to: number;
}

/** The first one of a store is small: it is there to be analyzed. */
function chunksOf(store: StorePlan): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 1, size = 10_000; from <= store.orders; from += size, size = CHUNK) {
    chunks.push({ store, from, to: Math.min(from + size - 1, store.orders) });
  }
  return chunks;
}

async function sample(adminUrl: string, storeId: string): Promise<readonly string[]> {
  // Ids begin with a hash, so the first of them are spread over all dates.
  const text = 'select id from commerce.orders where store_id = $1 order by id limit 500';
  return runAs(adminUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(text, [storeId]);
    return rows.map(({ id }) => id);
  });
}

/** Runs as the user of the URL. */
export async function runAs<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}
