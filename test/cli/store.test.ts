import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { app } from '../../src/cli/app.ts';
import { UsageError } from '../../src/cli/io.ts';
import { merchant } from '../../src/cli/merchant.ts';
import { store } from '../../src/cli/store.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { AppError } from '../../src/errors.ts';
import { customer } from '../commands/import-kit.ts';
import { cloneDatabase } from '../support/postgres.ts';
import { buildIfStale } from './build.ts';
import { createTestIssuer } from './issuer.ts';
import { ask, cleanUp, emptyFolder, runCli, seededFolder, startCli } from './kit.ts';
import { commandOf, enter, PLACES, type Place } from './places.ts';

const { run, json, refusal } = commandOf(store);
const REMEDY = '"store list" shows all, "store create" makes one.';

const create = (domain: string, ...more: string[]) => [
  'create',
  '--name=Calder Goods',
  `--domain=${domain}`,
  '--currency=CAD',
  '--timezone=America/Toronto',
  ...more,
];

afterAll(cleanUp);

describe.each(Object.keys(PLACES))('store on %s', { timeout: 60_000 }, (name) => {
  let place: Place;
  const jsonHere = (...args: string[]) => json(place.environment, args);
  const refusalHere = (...args: string[]) => refusal(place.environment, args);

  beforeAll(async () => {
    place = await enter(name);
  });
  afterAll(() => place.leave());

  it('makes a store, says what comes next, and lists it', async () => {
    const made = await run(place.environment, create('one.example', '--platform=shopify'));
    expect(made.out).toMatch(
      /^sto_[0-9a-z]{20} {2}one\.example {2}Calder Goods {2}CAD {2}America\/Toronto {2}SHOPIFY\n$/,
    );
    expect(made.err).toBe(
      '"merchant create --store one.example" makes an account for who acts for it, "import one.example" brings its history.\n',
    );
    const listed = await run(place.environment, ['list']);
    expect(listed.out).toContain(made.out);
    expect(listed.err).toBe('');
    for (const { id, domain } of DEMO_STORES) expect(listed.out).toContain(`${id}  ${domain}  `);
  });

  it('tells programs all of it', async () => {
    const made = await jsonHere(...create('two.example'));
    const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^sto_[0-9a-z]{20}$/), name: 'Calder Goods' },
      ...{ domain: 'two.example', platform: 'API', currency: 'CAD', timezone: 'America/Toronto' },
      ...{ createdAt: moment, updatedAt: moment },
    });
    expect(await jsonHere('list')).toContainEqual(made);
  });

  it('makes one that accounts and apps can be made for', async () => {
    const { id, domain } = await jsonHere(...create('three.example'));
    const person = ['create', '--name=Robin', '--email=r@three.example', `--store=${domain}`];
    const { stores } = await commandOf(merchant).json(place.environment, person);
    expect(stores).toEqual([{ id, name: 'Calder Goods', domain }]);
    const own = ['create', '--name=Own', '--visibility=private', `--store=${domain}`];
    const said = ['--redirect-uri=https://own.example/back', '--required=read_orders'];
    const { ownerStoreId } = await commandOf(app).json(place.environment, [...own, ...said]);
    expect(ownerStoreId).toBe(id);
  });

  it('names every option that is wrong, and makes nothing', async () => {
    const before = await jsonHere('list');
    const wrong = ['--name=', '--domain=Shop', '--currency=usd', '--timezone=Berlin'];
    const error = await refusalHere('create', ...wrong);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'INVALID_INPUT',
      message:
        '--name: It has at least one character. --domain: It is a host name in lower case, such as shop.example.com. --currency: It is no currency code like USD (ISO 4217). --timezone: It is a time zone by its IANA name, such as Europe/Berlin, or UTC.',
    });
    expect(await refusalHere(...create(DEMO_STORES[0].domain))).toMatchObject({
      code: 'INVALID_INPUT',
      message: `--domain: There is a store "${DEMO_STORES[0].domain}" already.`,
    });
    expect(await jsonHere('list')).toEqual(before);
  });

  it('is what other commands lead to that do not know a store', async () => {
    const person = ['create', '--name=Robin', '--email=r@four.example', '--store=four.example'];
    expect(await commandOf(merchant).refusal(place.environment, person)).toMatchObject({
      code: 'INVALID_INPUT',
      message: `There is no store "four.example". ${REMEDY}`,
    });
    const own = ['create', '--name=Own', '--visibility=private', '--store=four.example'];
    const said = ['--redirect-uri=https://own.example/back', '--required=read_orders'];
    expect(await commandOf(app).refusal(place.environment, [...own, ...said])).toMatchObject({
      code: 'INVALID_INPUT',
      message: `--store: There is no store "four.example". ${REMEDY}`,
    });
  });
});

describe('store', () => {
  // None of these gets as far as a database.
  const nowhere = { SCOPEGATE_DATA_DIR: '/nowhere' };

  it('explains itself', async () => {
    const { out } = await run(nowhere, ['--help']);
    for (const word of ['create', 'list', '--domain', '--currency', '--timezone', '--platform']) {
      expect(out).toContain(`  ${word}`);
    }
  });

  it.each([
    [[], 'Which store command? There are: create, list.'],
    [['delete'], '"store delete" is not a command. There are: create, list.'],
    [
      ['create', '--name=x', '--domain=x.example', '--currency=USD'],
      'store create needs --name, --domain, --currency and --timezone.',
    ],
    [
      create('x.example', '--platform=shoplifty'),
      '--platform is one of: SHOPIFY, WOOCOMMERCE, MAGENTO, BIGCOMMERCE, API, UNKNOWN.',
    ],
    [create('x.example').toSpliced(1, 0, 'x'), 'store create does not take "x".'],
    [['list', '--domain=x.example'], 'store list does not take --domain.'],
  ] as const)('refuses %j', async (args, message) => {
    const error = await refusal(nowhere, args);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(message);
  });
});

describe('store, as a program', { timeout: 120_000 }, () => {
  beforeAll(buildIfStale);

  it('makes a store that a gateway with PostgreSQL answers for from then on', async () => {
    const { appUrl, drop } = await cloneDatabase(inject('postgresAdminUrl'));
    const folder = await emptyFolder();
    const issuer = await createTestIssuer(folder, 'issuer');
    const environment = {
      DATABASE_URL: appUrl,
      PORT: '0',
      SCOPEGATE_PUBLIC_URL: 'https://api.example.com',
      SCOPEGATE_SECRET: randomBytes(48).toString('base64url'),
      SCOPEGATE_ISSUERS: JSON.stringify([issuer.entry]),
    };
    const file = join(folder, 'history.ndjson');
    await writeFile(file, `${JSON.stringify(customer())}\n`);
    const gateway = await startCli(environment);
    try {
      const domain = 'five.example';
      const token = await issuer.mint(domain, 'read_store read_customers');
      const query = '{ store { domain currency } customers(first: 5) { totalCount } }';
      expect((await ask(gateway.url, query, token)).status).toBe(401);
      expect(await runCli(['import', domain, file], environment)).toMatchObject({
        ...{ code: 1, err: `There is no store "five.example". ${REMEDY}\n` },
      });
      expect(await runCli(['store', ...create(domain)], environment)).toMatchObject({ code: 0 });
      const empty = await ask(gateway.url, query, token);
      expect(empty.body).toEqual({
        data: { store: { domain, currency: 'CAD' }, customers: { totalCount: 0 } },
      });
      const imported = await runCli(['import', domain, file, '--quiet'], environment);
      expect(imported).toMatchObject({ code: 0, err: '' });
      expect(imported.out).toContain('Imported into Calder Goods (five.example): 1 lines.');
      const filled = await ask(gateway.url, query, token);
      expect(filled.body.data).toMatchObject({ customers: { totalCount: 1 } });
      const first = await issuer.mint(DEMO_STORES[0].id, 'read_customers');
      const mail = `{ customers(filter: { email: "${customer().email}" }) { totalCount } }`;
      expect((await ask(gateway.url, mail, first)).body.data).toEqual({
        customers: { totalCount: 0 },
      });
    } finally {
      await gateway.stop();
      await drop();
    }
  });

  it('makes a store in a data folder that no gateway holds', async () => {
    const environment = { SCOPEGATE_DATA_DIR: await seededFolder() };
    const made = await runCli(['store', ...create('six.example')], environment);
    expect(made).toMatchObject({ code: 0 });
    expect((await runCli(['store', 'list'], environment)).out).toContain(made.out);
  });
});
