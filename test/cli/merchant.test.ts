import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/io.ts';
import { merchant } from '../../src/cli/merchant.ts';
import { DEMO_MERCHANTS } from '../../src/data/seed/demo-merchants.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { AppError } from '../../src/errors.ts';
import { buildIfStale } from './build.ts';
import { cleanUp, runCli, seededFolder } from './kit.ts';
import { commandOf, enter, PLACES, type Place } from './places.ts';

const [STORE, OTHER_STORE] = DEMO_STORES;
const { agency } = DEMO_MERCHANTS;
const { run, json, refusal } = commandOf(merchant);

const create = (email: string, ...more: string[]) => [
  'create',
  '--name=Robin Calder',
  `--email=${email}`,
  ...more,
];

afterAll(cleanUp);

describe.each(Object.keys(PLACES))('merchant on %s', { timeout: 60_000 }, (name) => {
  let place: Place;
  const runHere = (args: readonly string[], input: string | null = null) =>
    run(place.environment, args, input);
  const jsonHere = (...args: string[]) => json(place.environment, args);
  const refusalHere = (...args: string[]) => refusal(place.environment, args);

  beforeAll(async () => {
    place = await enter(name);
  });
  afterAll(() => place.leave());

  it('makes an account and shows its password once, apart from what else there is to say', async () => {
    const { out, err } = await runHere(create('one@merchant.example', `--store=${STORE.domain}`));
    expect(out).toMatch(
      /^mer_[0-9a-z]{20} {2}one@merchant\.example {2}Robin Calder {2}summitandpine\.example\npassword {2}[A-Za-z0-9_-]{24}\n$/,
    );
    expect(err).toBe(
      'Hand the password over now: it is stored nowhere and cannot be shown again. "merchant set-password" makes another.\n',
    );
    const password = /password {2}(\S+)/.exec(out)?.[1] ?? '-';
    const listed = await runHere(['list']);
    expect(listed.out).toContain('one@merchant.example');
    expect(listed.out).not.toContain(password);
    expect(JSON.stringify(await jsonHere('list'))).not.toMatch(/password|argon2/);
  });

  it('takes the password from standard input, and does not print it', async () => {
    const password = 'correct horse battery';
    const args = create('two@merchant.example', '--password-stdin');
    const { out, err } = await runHere(args, `${password}\n`);
    expect(out).toMatch(/^mer_\w+ {2}two@merchant\.example {2}Robin Calder {2}no store\n$/);
    expect(err).toBe('');
    const set = ['set-password', 'TWO@merchant.example', '--password-stdin', '--json'];
    expect(JSON.parse((await runHere(set, `${password}\r\n`)).out)).toMatchObject({
      password: null,
    });
  });

  it('gives a person stores, and takes them', async () => {
    const { id } = await jsonHere(...create('three@merchant.example'));
    const domains = (stores: { domain: string }[]) => stores.map(({ domain }) => domain);
    const added = await jsonHere('add-store', id, `--store=${OTHER_STORE.id}`);
    expect(domains(added.stores)).toEqual([OTHER_STORE.domain]);
    expect(await refusalHere('add-store', id, `--store=${OTHER_STORE.id}`)).toMatchObject({
      code: 'INVALID_INPUT',
      message: `three@merchant.example acts for ${OTHER_STORE.id} already.`,
    });
    const ofStore = await jsonHere('list', `--store=${OTHER_STORE.domain}`);
    expect(await refusalHere('list', '--store=none.example')).toMatchObject({
      code: 'NOT_FOUND',
      message:
        'There is no store "none.example". "store list" shows all, "store create" makes one.',
    });
    expect(ofStore.map(({ email }: { email: string }) => email)).toEqual([
      agency.email,
      'three@merchant.example',
    ]);
    const removed = await jsonHere('remove-store', id, `--store=${OTHER_STORE.domain}`);
    expect(removed.stores).toEqual([]);
    expect(await refusalHere('remove-store', id, `--store=${STORE.id}`)).toMatchObject({
      code: 'INVALID_INPUT',
      message: `three@merchant.example does not act for ${STORE.id}.`,
    });
  });

  it('disables an account and enables it again', async () => {
    const email = 'four@merchant.example';
    await runHere(create(email));
    expect((await runHere(['disable', email])).out).toMatch(/ {2}\(disabled\)\n$/);
    expect(await refusalHere('disable', email)).toMatchObject({
      code: 'INVALID_INPUT',
      message: `${email} is disabled already.`,
    });
    expect(await jsonHere('enable', email)).toMatchObject({ disabledAt: null });
    expect(await refusalHere('enable', email)).toMatchObject({
      message: `${email} is not disabled.`,
    });
  });

  it('names every option that is wrong, and makes nothing', async () => {
    const before = (await jsonHere('list')).length;
    const args = ['create', '--name=', '--email=nobody', '--password-stdin'];
    const error = await refusal(place.environment, args, 'too short');
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'INVALID_INPUT',
      message:
        '--name: It has at least one character. --email: It is not an e-mail address. password: It has 12 to 256 characters.',
    });
    expect(await refusalHere(...create(agency.email.toUpperCase()))).toMatchObject({
      message: `--email: Somebody has the address ${agency.email.toUpperCase()} already.`,
    });
    const nowhere = create('five@merchant.example', '--store=sto_nowhere');
    expect(await refusalHere(...nowhere)).toMatchObject({
      code: 'INVALID_INPUT',
      message: 'There is no store "sto_nowhere". "store list" shows all, "store create" makes one.',
    });
    expect(await jsonHere('list')).toHaveLength(before);
  });

  it('says where to find an account that it does not know', async () => {
    expect(await refusalHere('disable', 'nobody@merchant.example')).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no merchant "nobody@merchant.example". "merchant list" shows all.',
    });
  });
});

describe('merchant', () => {
  // None of these gets as far as a database.
  const nowhere = { SCOPEGATE_DATA_DIR: '/nowhere' };

  it('explains itself', async () => {
    const { out } = await run(nowhere, ['--help']);
    for (const word of ['create', 'list', 'set-password', 'add-store', 'remove-store', 'disable']) {
      expect(out).toContain(`  ${word}`);
    }
  });

  it.each([
    [
      [],
      'Which merchant command? There are: create, list, set-password, add-store, remove-store, disable, enable.',
    ],
    [['delete'], '"merchant delete" is not a command. There are: create, list,'],
    [['disable'], 'merchant disable needs a merchant: an id or e-mail address.'],
    [['create', '--name=x'], 'merchant create needs --name and --email.'],
    [['add-store', 'a'], 'merchant add-store needs --store: one, by id or domain.'],
    [['add-store', 'a', '--store=x', '--store=y'], 'merchant add-store needs --store: one,'],
    [['disable', 'a', '--store=x'], 'merchant disable does not take --store.'],
    [
      ['set-password', 'a', '--password-stdin'],
      '--password-stdin takes the password from a file or another command: a terminal would show it.',
    ],
  ] as const)('refuses %j', async (args, message) => {
    const error = await refusal(nowhere, args);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(message);
  });

  it('takes no password as an argument', async () => {
    const error = await refusal(nowhere, create('a@merchant.example', '--password=hunter2hunter2'));
    expect(error).toMatchObject({ code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' });
  });
});

describe('merchant, as a program', { timeout: 120_000 }, () => {
  beforeAll(buildIfStale);

  it('makes an account', async () => {
    const environment = { SCOPEGATE_DATA_DIR: await seededFolder() };
    const made = await runCli(['merchant', ...create('six@merchant.example')], environment);
    expect(made).toMatchObject({ code: 0 });
    expect(made.out).toMatch(/\npassword {2}\S{24}\n$/);
    const listed = await runCli(['merchant', 'list'], environment);
    expect(listed.out).toContain('  six@merchant.example  ');
  });
});
