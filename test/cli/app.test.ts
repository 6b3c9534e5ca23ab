import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { app } from '../../src/cli/app.ts';
import { UsageError } from '../../src/cli/io.ts';
import { callPrivately, listenPrivately, socketOf } from '../../src/cli/private-socket.ts';
import {
  makeDemoCredentials,
  readDemoSecret,
  writeDemoCredentials,
} from '../../src/data/demo-credentials.ts';
import { DEMO_APPS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { AppError, StartError } from '../../src/errors.ts';
import { cleanUp, type Environment, emptyFolder, seededFolder } from './kit.ts';
import { commandOf, enter, holdFolder, PLACES, type Place, SILENT } from './places.ts';

const [STORE] = DEMO_STORES;

const CREATE = [
  'create',
  '--name=Parcel Poet',
  '--visibility=public',
  '--redirect-uri=https://parcel.example/callback',
  '--required=read_orders read_products',
  '--optional=read_customers',
];

const command = commandOf(app);
const run = async (environment: Environment, ...args: string[]) => command.run(environment, args);
const json = async (environment: Environment, ...args: string[]) => command.json(environment, args);
const refusal = (environment: Environment, ...args: string[]) => command.refusal(environment, args);

afterAll(cleanUp);

describe.each(Object.keys(PLACES))('app on %s', { timeout: 60_000 }, (name) => {
  let place: Place;
  const here = (...args: string[]) => run(place.environment, ...args);
  const jsonHere = (...args: string[]) => json(place.environment, ...args);
  const refusalHere = (...args: string[]) => refusal(place.environment, ...args);

  beforeAll(async () => {
    place = await enter(name);
  });
  afterAll(() => place.leave());

  it('registers an app and shows its secret once, apart from what else there is to say', async () => {
    const { out, err } = await here(...CREATE);
    expect(out).toMatch(/^Parcel Poet\n {2}app {13}app_[0-9a-z]{20}\n/);
    expect(out).toMatch(/^ {2}client_secret {3}op_secret_[0-9a-f]{64}$/m);
    expect(out).toMatch(
      /^ {2}required {8}read_orders \(money\)\n {18}read_products\n {2}optional {8}read_customers \(personal data\)$/m,
    );
    expect(err).toBe(
      'Keep the client secret now: it is stored nowhere and cannot be shown again. "app rotate-secret" makes another.\n',
    );
    const [, id = ''] = /(app_\w+)/.exec(out) ?? [];
    const secret = /op_secret_\w+/.exec(out)?.[0] ?? '-';
    const shown = await here('show', id);
    expect(shown.out).not.toContain('secret');
    expect(JSON.stringify(await jsonHere('list'))).not.toContain(secret);
  });

  it('takes an app from draft over review to approved, rejected and suspended', async () => {
    const { id, clientId, review } = await jsonHere(...CREATE);
    expect(review).toBe('DRAFT');
    const asked = await here('review', clientId);
    expect(asked.err).toBe(`It waits for "app approve ${id}" or "app reject ${id} --note ...".\n`);
    expect((await here('review', id)).out).toBe(asked.out);
    expect(
      (await jsonHere('list', '--review=pending')).map((each: { id: string }) => each.id),
    ).toContain(id);
    expect(await jsonHere('approve', id)).toMatchObject({ id, review: 'APPROVED' });
    expect(await jsonHere('reject', id, '--note=No privacy policy.')).toMatchObject({
      review: 'REJECTED',
      reviewNote: 'No privacy policy.',
    });
    expect((await here('suspend', id, '--note', 'It sells\n data.')).out).toMatch(
      /^ {2}review {10}suspended: It sells data\.$/m,
    );
  });

  it('changes what is given, and takes away what is empty', async () => {
    const { id } = await jsonHere(...CREATE, '--logo=https://parcel.example/logo.png');
    const changed = await jsonHere(
      'change',
      id,
      '--name=Parcel Bard',
      '--publisher=Parcel Press',
      '--logo=',
      '--optional=',
      '--redirect-uri=https://parcel.example/a',
      '--redirect-uri=http://localhost:3000/b',
      '--tokens=jwt',
    );
    expect(changed).toMatchObject({
      name: 'Parcel Bard',
      publisher: 'Parcel Press',
      logoUrl: null,
      redirectUris: ['https://parcel.example/a', 'http://localhost:3000/b'],
      accessTokenFormat: 'JWT',
      scopes: [
        { scope: 'read_orders', required: true },
        { scope: 'read_products', required: true },
      ],
    });
  });

  it('gives an app another secret', async () => {
    const { id, clientSecret } = await jsonHere(...CREATE);
    const rotated = await jsonHere('rotate-secret', id);
    expect(rotated).toMatchObject({
      id,
      clientSecret: expect.stringMatching(/^op_secret_[0-9a-f]{64}$/),
    });
    expect(rotated.clientSecret).not.toBe(clientSecret);
  });

  it('lists the apps of the demo, one on a line', async () => {
    const { out } = await here('list');
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^APP +CLIENT_ID +VISIBILITY +REVIEW +NAME$/);
    const { id, clientId, name } = DEMO_APPS.cdp;
    expect(lines).toContain(`${id}  ${clientId}  public      approved   ${name}`);
  });

  it('registers a private app for the store that it is told, by domain', async () => {
    const args = CREATE.map((arg) =>
      arg === '--visibility=public' ? '--visibility=private' : arg,
    );
    const { ownerStoreId } = await jsonHere(...args, `--store=${STORE.domain}`);
    expect(ownerStoreId).toBe(STORE.id);
  });

  it('names every option that is wrong, and prints nothing', async () => {
    const error = await refusalHere(
      ...CREATE,
      '--redirect-uri=http://parcel.example/',
      '--required=read_everything',
      '--logo=ftp://parcel.example',
    );
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expect(String(error)).toContain(
      '--redirect-uri: It is an https URL, or an http one on localhost',
    );
    expect(String(error)).toContain('--required: "read_everything" is no scope.');
    expect(String(error)).toContain('--logo: It is an https URL.');
  });

  it('says where to find an app that it does not know', async () => {
    expect(await refusalHere('show', 'app_nothing')).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no app "app_nothing". "app list" shows all.',
    });
  });

  it('refuses what the state of an app does not allow', async () => {
    expect(await refusalHere('approve', DEMO_APPS.private.id)).toMatchObject({
      code: 'INVALID_INPUT',
      message: `${DEMO_APPS.private.name} is private and needs no review: its own store can install it as it is.`,
    });
  });
});

describe('app on the embedded database that nobody holds', { timeout: 60_000 }, () => {
  it('opens it for as long as it takes', async () => {
    const folder = await seededFolder();
    const environment = { SCOPEGATE_DATA_DIR: folder };
    const { id } = await json(environment, ...CREATE);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    expect(await refusal(environment, 'suspend', 'app_nothing', '--note=x')).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    expect(await json(environment, 'show', id)).toMatchObject({ id, name: 'Parcel Poet' });
  });
});

describe('app', () => {
  // None of these gets as far as a database.
  const nowhere = { SCOPEGATE_DATA_DIR: '/nowhere' };

  it('explains itself', async () => {
    for (const args of [['--help'], ['create', '-h']]) {
      const { out } = await run(nowhere, ...args);
      for (const word of [
        'create',
        'list',
        'review',
        'approve',
        'reject',
        'suspend',
        'rotate-secret',
      ]) {
        expect(out).toContain(`  ${word}`);
      }
    }
  });

  it.each([
    [
      [],
      'Which app command? There are: create, list, show, change, review, approve, reject, suspend, rotate-secret.',
    ],
    [['delete'], '"app delete" is not a command. There are: create, list,'],
    [['constructor'], '"app constructor" is not a command.'],
    [['show'], 'app show needs an app: its id or client id. "app list" shows all.'],
    [['show', 'a', 'b', 'c'], 'app show does not take "b c".'],
    [['list', 'a'], 'app list does not take "a".'],
    [['approve', 'a', '--note=x'], 'app approve does not take --note.'],
    [['change', 'a', '--visibility=public'], 'app change does not take --visibility.'],
    [['change', 'a'], 'app change needs what to change, for example: --name "..."'],
    [['reject', 'a'], 'app reject needs --note "...": why.'],
    [
      ['list', '--review=new'],
      '--review is one of: draft, pending, approved, rejected, suspended.',
    ],
    [
      ['create', '--name=x'],
      'app create needs --visibility, --redirect-uri. "app --help" has an example.',
    ],
    [[...CREATE, '--tokens=paseto'], '--tokens is one of: opaque, jwt.'],
    [[...CREATE, '--visibility=secret'], '--visibility is one of: public, private.'],
  ] as const)('refuses %j', async (args, message) => {
    const error = await refusal(nowhere, ...args);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(message);
  });

  it('forgets the secret of a demo app that was given another one, and no others', async () => {
    const folder = await seededFolder();
    const credentials = makeDemoCredentials(new Date());
    await writeDemoCredentials(folder, credentials);
    for (const name of [DEMO_APPS.cdp.id, DEMO_APPS.cdp.clientId]) {
      await run({ SCOPEGATE_DATA_DIR: folder }, 'rotate-secret', name);
      expect(await readDemoSecret(folder, 'cdp')).toBeNull();
    }
    expect(await readDemoSecret(folder, 'pricer')).toBe(credentials.secrets.pricer);
  });

  it('says that there is no database yet, and makes none', async () => {
    const folder = join(await emptyFolder(), 'new');
    expect(await refusal({ SCOPEGATE_DATA_DIR: folder }, 'list')).toMatchObject({
      problems: [
        `There is no database in ${folder} yet. Run "npm run -s scopegate -- start" once, or set SCOPEGATE_DATA_DIR or DATABASE_URL to where it is.`,
      ],
    });
    expect(existsSync(folder)).toBe(false);
  });

  it('refuses a variable that looks like a setting: it would work on another folder', async () => {
    const error = await refusal({ SCOPEGATE_DATADIR: await seededFolder() }, 'list');
    expect(error).toBeInstanceOf(StartError);
    expect(String(error)).toContain('SCOPEGATE_DATADIR is not a setting. Settings are: ');
  });

  it('says that PostgreSQL cannot be reached, without its password', async () => {
    const url = 'postgres://user:correct-horse@127.0.0.1:1/scopegate';
    const error = await refusal({ DATABASE_URL: url }, 'list');
    expect(error).toBeInstanceOf(StartError);
    expect(String(error)).toContain('The database at 127.0.0.1:1/scopegate cannot be used');
    expect(String(error)).not.toContain('correct-horse');
    expect(await refusal({ DATABASE_URL: 'mysql://x' }, 'list')).toMatchObject({
      problems: [
        'DATABASE_URL must be a PostgreSQL address: postgres://user:password@host:5432/database.',
      ],
    });
  });
});

describe('the socket in the data folder', { timeout: 60_000 }, () => {
  const opened: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close();
  });

  /** A folder that this process holds, with the socket. */
  async function running() {
    const folder = await seededFolder();
    const { database, listen } = await holdFolder(folder);
    opened.push(() => database.close());
    return { folder, environment: { SCOPEGATE_DATA_DIR: folder }, listen };
  }

  /** A server that does whatever `perform` says. */
  async function serve(perform: (name: string, input: unknown) => Promise<unknown>) {
    const folder = await emptyFolder();
    const server = await listenPrivately(folder, perform, SILENT);
    return { folder, path: socketOf(folder), server };
  }

  /** A raw request. */
  const send = (socketPath: string, method: string, body: string) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const sending = request(
        { socketPath, method, path: '/app.list', agent: false },
        async (response) => resolve({ status: response.statusCode, body: await text(response) }),
      );
      sending.once('error', reject);
      sending.end(body);
    });

  it('is its user’s alone, whatever the mask of the process, which it leaves as it was', async () => {
    const mask = process.umask(0);
    try {
      const { path, server } = await serve(async () => null);
      opened.push(() => server.close(0));
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(process.umask()).toBe(0);
    } finally {
      process.umask(mask);
    }
  });

  it('takes the place of one that a killed process left, and goes when it is closed', async () => {
    const { folder, environment, listen } = await running();
    await leaveStaleSocket(socketOf(folder));
    const server = await listen();
    expect(await json(environment, 'list')).not.toEqual([]);
    await server.close(1_000);
    expect(existsSync(socketOf(folder))).toBe(false);
  });

  it('that a killed process left does not keep a command from the database', async () => {
    const folder = await seededFolder();
    await leaveStaleSocket(socketOf(folder));
    expect(await json({ SCOPEGATE_DATA_DIR: folder }, 'list')).not.toEqual([]);
    await writeFile(join(folder, 'lock'), '999999999');
    expect(await json({ SCOPEGATE_DATA_DIR: folder }, 'list')).not.toEqual([]);
  });

  it('is waited for by commands that come at once, and while a gateway starts', async () => {
    const folder = await seededFolder();
    const environment = { SCOPEGATE_DATA_DIR: folder };
    const names = ['One', 'Two', 'Three'];
    await Promise.all(names.map((name) => run(environment, ...CREATE, `--name=${name}`)));
    const { database, listen } = await holdFolder(folder);
    opened.push(() => database.close());
    const listing = json(environment, 'list');
    const server = await listen();
    opened.push(() => server.close(1_000));
    const listed = (await listing).map(({ name }: { name: string }) => name);
    expect(listed).toEqual(expect.arrayContaining(names));
  });

  it('is missed in the end where a process holds the folder and does not listen', async () => {
    const { folder, environment } = await running();
    expect(await refusal(environment, 'list')).toMatchObject({
      problems: [
        `The data folder ${folder} is in use by process ${process.pid}. Stop that process, or set SCOPEGATE_DATA_DIR to another folder.`,
      ],
    });
  });

  it('needs a path that the operating system takes, and says so', async () => {
    const folder = join(await seededFolder(), 'x'.repeat(100));
    const message =
      /^The path of the socket \S+ has \d+ bytes, and the operating system takes 10[37]\. Set SCOPEGATE_DATA_DIR to a folder with a shorter path\.$/;
    await expect(listenPrivately(folder, async () => null, SILENT)).rejects.toThrow(message);
    expect(() => socketOf(folder)).toThrow(StartError);
  });

  it('of too long a path is not needed where nobody holds the folder', async () => {
    const short = await seededFolder();
    const long = join(short, 'x'.repeat(100));
    await mkdir(long);
    await rename(join(short, 'database'), join(long, 'database'));
    const environment = { SCOPEGATE_DATA_DIR: long };
    expect(await json(environment, 'list')).not.toEqual([]);
    const { database } = await holdFolder(long);
    opened.push(() => database.close());
    expect(String(await refusal(environment, 'list'))).toContain(
      'Set SCOPEGATE_DATA_DIR to a folder with a shorter path.',
    );
  });

  it('cannot be made where something else has its name', async () => {
    const folder = await emptyFolder();
    await mkdir(socketOf(folder));
    await expect(listenPrivately(folder, async () => null, SILENT)).rejects.toThrow(StartError);
  });

  it('cannot be made where the folder is none', async () => {
    const folder = join(await emptyFolder(), 'missing');
    await expect(listenPrivately(folder, async () => null, SILENT)).rejects.toThrow(
      /^The socket \S+ cannot be made: /,
    );
  });

  it('tells a refusal as it is, and a failure of the gateway without its reason', async () => {
    const { path, server } = await serve(async (name) => {
      throw name === 'refused'
        ? new AppError('NOT_FOUND', 'There is none.')
        : new Error('key: 123');
    });
    opened.push(() => server.close(0));
    await expect(callPrivately(path, 'refused', {})).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is none.',
    });
    await expect(callPrivately(path, 'broken', {})).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'The gateway failed unexpectedly; its log says why.',
    });
  });

  it('takes JSON of at most a mebibyte, by POST', async () => {
    const { path, server } = await serve(async (_, input) => input);
    opened.push(() => server.close(0));
    expect(await callPrivately(path, 'echo', { a: [1, 'zwei'] })).toEqual({ a: [1, 'zwei'] });
    expect(await send(path, 'GET', '')).toMatchObject({ status: 400 });
    expect(await send(path, 'POST', 'no JSON')).toMatchObject({ status: 400 });
    await expect(callPrivately(path, 'echo', 'x'.repeat(1024 * 1024))).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
      message: 'An operation takes at most 1048576 bytes.',
    });
  });

  it('knows only operations, and checks what they are given', async () => {
    const { folder, listen } = await running();
    const server = await listen();
    opened.push(() => server.close(0));
    const path = socketOf(folder);
    await expect(callPrivately(path, 'toString', {})).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message:
        'This gateway knows no operation "toString". Is it of another version than the command?',
    });
    await expect(callPrivately(path, 'app.show', { app: 7 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await expect(callPrivately(path, 'app.show', null)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('lets a running operation finish when it is closed', async () => {
    let finish = (_: string) => {};
    let begun = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { path, server } = await serve(() => {
      begun();
      return new Promise<string>((resolve) => {
        finish = resolve;
      });
    });
    const called = callPrivately(path, 'slow', {});
    await running;
    const closed = server.close(10_000);
    finish('done');
    expect(await called).toBe('done');
    await closed;
    await expect(callPrivately(path, 'slow', {})).rejects.toThrow(
      /^The gateway cannot be reached at \S+: connect ENOENT/,
    );
  });
});

/** A socket file that nobody listens at any more. */
async function leaveStaleSocket(path: string): Promise<void> {
  const moved = `${path}.moved`;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(moved, resolve));
  // Closing takes away the name it was bound by, so the file outlives it under another.
  await rename(moved, path);
  await new Promise((resolve) => server.close(resolve));
  await chmod(path, 0o600);
  expect(existsSync(path)).toBe(true);
}
