import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgres } from '../../src/data/postgres.ts';
import { DEMO_MERCHANTS, DEMO_PASSWORD } from '../../src/data/seed/demo-merchants.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { networkOf } from '../../src/oauth/attempts.ts';
import { openTestDatabase, type TestDatabase } from '../support/gateway.ts';
import { Browser } from './browser.ts';
import { type OAuthServer, startOAuthServer } from './kit.ts';

describe('the network of an address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::9', '2001:db8:1:2'],
    ['[2001:db8:1:2::9]:4711', '2001:db8:1:2'],
    ['2001:db8::', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('of %j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('tries to sign in', () => {
  let opened: TestDatabase;
  let second: TestDatabase;
  let one: OAuthServer;
  let two: OAuthServer;
  let addresses = 0;

  beforeAll(async () => {
    opened = await openTestDatabase('postgres');
    if (opened.appUrl === null) throw new Error('A real PostgreSQL has an address.');
    const options = { url: opened.appUrl, connections: 4, statementTimeout: 10_000 };
    second = { ...opened, database: createPostgres(options), drop: async () => {} };
    const secret = randomBytes(32);
    const publicUrl = 'http://127.0.0.1';
    one = await startOAuthServer({ beside: opened, secret, publicUrl, proxies: 1 });
    two = await startOAuthServer({ beside: second, secret, publicUrl, proxies: 1 });
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await second.database.close();
    await opened.database.close();
    await opened.drop();
  });

  const from = (address: string) => new Browser({ 'x-forwarded-for': address });
  const newAddress = () => {
    addresses += 1;
    return `203.0.113.${addresses}`;
  };

  async function attempt(server: OAuthServer, browser: Browser, email: string, password: string) {
    const page = await browser.get(`${server.url}/merchant/apps`);
    return browser.submit(page, [
      ['email', email],
      ['password', password],
    ]);
  }

  it('are counted by all processes together', async () => {
    const { email } = DEMO_MERCHANTS.owner;
    const address = newAddress();
    const statuses: number[] = [];
    for (const server of [one, two, one, two, one, two]) {
      statuses.push((await attempt(server, from(address), email, 'wrong')).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await attempt(one, from(address), email, DEMO_PASSWORD)).status).toBe(429);
    // From elsewhere the same person signs in.
    expect((await attempt(one, from(newAddress()), email, DEMO_PASSWORD)).status).toBe(303);
    const kept = await one.asRole(SYSTEM_ROLE, [['select * from platform.oauth_records']]);
    expect(JSON.stringify(kept)).not.toContain(address);
    expect(JSON.stringify(kept)).not.toContain(email);
  });

  it('from addresses of one IPv6 network are tries from one place', async () => {
    const { email } = DEMO_MERCHANTS.agency;
    const statuses: number[] = [];
    for (let guess = 1; guess <= 6; guess += 1) {
      const browser = from(`2001:db8:7:7::${guess}`);
      statuses.push((await attempt(one, browser, email, 'wrong')).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('by many others do not keep out who has signed in here before', async () => {
    const { email } = DEMO_MERCHANTS.colleague;
    const known = from(newAddress());
    const signedIn = await attempt(one, known, email, DEMO_PASSWORD);
    expect(signedIn.status).toBe(303);
    const list = await known.follow(signedIn);
    await known.submit(list, [['action', 'sign-out']]);
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const guesser = from(newAddress());
        for (let guess = 0; guess < 5; guess += 1) await attempt(one, guesser, email, 'wrong');
      }),
    );
    expect((await attempt(two, from(newAddress()), email, DEMO_PASSWORD)).status).toBe(429);
    expect((await attempt(two, known, email, DEMO_PASSWORD)).status).toBe(303);
    // It is good for this person alone, and is no way to guess without end.
    const other = await attempt(two, known, DEMO_MERCHANTS.owner.email, 'wrong');
    expect(other.html).not.toContain('name="installation"');
  }, 60_000);

  it('of somebody who has signed in before are counted too', async () => {
    const { email } = DEMO_MERCHANTS.owner;
    const known = from(newAddress());
    expect((await attempt(one, known, email, DEMO_PASSWORD)).status).toBe(303);
    const list = await known.get(`${one.url}/merchant/apps`);
    await known.submit(list, [['action', 'sign-out']]);
    const statuses: number[] = [];
    for (let guess = 0; guess < 11; guess += 1) {
      statuses.push((await attempt(two, known, email, 'wrong')).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  });
});
