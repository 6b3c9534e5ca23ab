import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../src/data/database.ts';
import { createPostgres } from '../../src/data/postgres.ts';
import { cloneDatabase } from '../support/postgres.ts';

/** Longest that a statement may take: short, because these tests wait for it. */
const LIMIT = 300;

/** Between the gateway and PostgreSQL, as a router that may forget connections: their ends are not told. */
let between: Server;
let open: Socket[] = [];
let drop: () => Promise<void>;
let url: string;
let database: Database;

beforeAll(async () => {
  const cloned = await cloneDatabase(inject('postgresAdminUrl'));
  drop = cloned.drop;
  const { hostname, port } = new URL(cloned.appUrl);
  between = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.on('close', () => far.destroy());
    open.push(near, far);
  }).listen(0, '127.0.0.1');
  await once(between, 'listening');
  const address = new URL(cloned.appUrl);
  address.host = `127.0.0.1:${(between.address() as AddressInfo).port}`;
  url = address.href;
});

beforeEach(() => {
  open = [];
  database = createPostgres({ url, connections: 1, statementTimeout: LIMIT });
  return () => database.close();
});

afterAll(async () => {
  between.close();
  for (const socket of open) socket.destroy();
  await drop();
});

/** From now on nothing goes either way on the connections that are open, and nobody is told. */
function forgetConnections(): void {
  for (const socket of open) {
    socket.unpipe();
    socket.pause();
  }
}

const AWAY = { code: 'UNAVAILABLE', message: 'The database cannot be reached. Try again shortly.' };

describe('a connection from which nothing comes any more', () => {
  const read = () => database.wave(null, [{ name: 'one', text: 'select 1 as "one"', values: [] }]);

  it('is given up after the time that a statement may take, and the next read has another one', async () => {
    expect(await read()).toEqual([[{ one: 1 }]]);
    forgetConnections();
    await expect(read()).rejects.toMatchObject(AWAY);
    expect(await read()).toEqual([[{ one: 1 }]]);
  });

  it('is given up in a transaction as well, which then is not done', async () => {
    const ask = () =>
      database.system.transaction((transaction) =>
        transaction.execute(sql`select count(*)::int as "stores" from commerce.stores`),
      );
    expect(await ask()).toMatchObject({ rows: [{ stores: expect.any(Number) }] });
    forgetConnections();
    await expect(ask()).rejects.toMatchObject(AWAY);
    expect(await ask()).toMatchObject({ rows: [{ stores: expect.any(Number) }] });
  });
});
