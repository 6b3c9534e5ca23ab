import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { lockFolder } from '../../src/data/folder-lock.ts';
import { StartError } from '../../src/errors.ts';
import { freePort } from '../support/postgres.ts';
import { buildIfStale } from './build.ts';
import { cleanUp, type Environment, emptyFolder, runCli, seededFolder } from './kit.ts';

const PASSWORD = 'correct-horse';
const ISSUER = {
  issuer: 'https://login.example.com',
  audience: 'https://api.example.com',
  jwks: 'https://login.example.com/jwks.json',
  storeClaim: 'store',
};
/** What must be set where the demo is off, but for the database. */
const REAL: Environment = {
  SCOPEGATE_PUBLIC_URL: 'https://api.example.com',
  SCOPEGATE_ISSUERS: JSON.stringify([ISSUER]),
  SCOPEGATE_SECRET: Buffer.alloc(32, 3).toString('base64url'),
};

beforeAll(buildIfStale);
afterAll(cleanUp);

/** The one message with which a start is refused. Its folder is new and must stay unlocked. */
async function refusal(environment: Environment): Promise<string> {
  const folder = join(await emptyFolder(), 'data');
  const { code, signal, out, err } = await runCli(['start'], {
    SCOPEGATE_DATA_DIR: folder,
    PORT: String(await freePort()),
    ...environment,
  });
  expect({ code, signal, out }).toEqual({ code: 1, signal: null, out: '' });
  expect(err).not.toMatch(/unexpectedly|\n {4}at |\[object/);
  expect(err).not.toContain(PASSWORD);
  expect(err).toMatch(/^[^\n]+\.\n$/);
  expect(existsSync(join(environment.SCOPEGATE_DATA_DIR ?? folder, 'lock'))).toBe(false);
  return err.trimEnd();
}

describe('start with wrong settings', { timeout: 60_000 }, () => {
  it('refuses an unknown name, and lists those that there are', async () => {
    expect(await refusal({ SCOPEGATE_DATABASE_DIR: 'x' })).toMatch(
      /^SCOPEGATE_DATABASE_DIR is not a setting\. Settings are: PORT, HOST, DATABASE_URL, .*SCOPEGATE_LOG_LEVEL\.$/,
    );
  });

  it('refuses an issuer without an audience', async () => {
    const { audience: _, ...incomplete } = ISSUER;
    expect(await refusal({ SCOPEGATE_ISSUERS: JSON.stringify([incomplete]) })).toBe(
      'SCOPEGATE_ISSUERS entry 0 ("https://login.example.com") needs "audience", a non-empty string: what the "aud" of its tokens contains for this gateway.',
    );
  });

  it('refuses a malformed address', async () => {
    expect(await refusal({ ...REAL, DATABASE_URL: `app:${PASSWORD}@db` })).toMatch(
      /^DATABASE_URL must be a PostgreSQL address/,
    );
  });

  it('refuses to run the demo for other machines', async () => {
    expect(await refusal({ HOST: '0.0.0.0' })).toBe(
      'HOST is 0.0.0.0, and the demo runs on a loopback host only: set SCOPEGATE_PUBLIC_URL, SCOPEGATE_SECRET.',
    );
  });

  it('refuses an issuer whose key file is not there', async () => {
    const jwks = join(await emptyFolder(), 'keys.json');
    const issuers = JSON.stringify([{ ...ISSUER, jwks }]);
    expect(await refusal({ SCOPEGATE_ISSUERS: issuers })).toContain(`"${jwks}"`);
  });

  it('prints several problems in a line each', async () => {
    const { code, err } = await runCli(['start'], {
      PORT: 'x',
      SCOPEGATE_MAX_DEPTH: '0',
      HOST: '',
    });
    expect(code).toBe(1);
    expect(err.trimEnd().split('\n')).toEqual([
      'PORT must be a whole number from 0 to 65535.',
      'HOST must not be empty.',
      'SCOPEGATE_MAX_DEPTH must be a whole number from 1 to 100.',
    ]);
  });
});

describe('start where something is in the way', { timeout: 60_000 }, () => {
  it('refuses a port that is in use, and gives the data folder back', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = String(typeof address === 'object' ? address?.port : address);
    expect(await refusal({ SCOPEGATE_DATA_DIR: await seededFolder(), PORT: port })).toBe(
      `Cannot listen on 127.0.0.1:${port}: another process listens there already. Set PORT or HOST to another address.`,
    );
    // Before anything was made, which takes a while.
    const folder = join(await emptyFolder(), 'new');
    expect(await refusal({ SCOPEGATE_DATA_DIR: folder, PORT: port })).toContain(
      `:${port}: another`,
    );
    expect(existsSync(folder)).toBe(false);
    holder.close();
  });

  it('refuses a file in the place of the data folder', async () => {
    const file = join(await emptyFolder(), 'file');
    await writeFile(file, '');
    expect(await refusal({ SCOPEGATE_DATA_DIR: file })).toMatch(
      /^The data folder \S+ cannot be used: .*Set SCOPEGATE_DATA_DIR to a folder that can be written\.$/,
    );
  });

  it('refuses a data folder that it may not write into', async () => {
    const folder = await emptyFolder();
    await chmod(folder, 0o555);
    const { geteuid, seteuid } = process;
    const user = geteuid?.() ?? 0;
    // The superuser may write anywhere, so it has to be somebody else for a moment.
    if (user === 0) seteuid?.(65_534);
    const error = await lockFolder(folder)
      .catch((reason: unknown) => reason)
      .finally(() => seteuid?.(user));
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({ message: expect.stringContaining('SCOPEGATE_DATA_DIR') });
  });

  it('refuses a damaged database folder, saying which', async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, 'database'));
    await writeFile(join(folder, 'database', 'PG_VERSION'), 'none');
    expect(await refusal({ SCOPEGATE_DATA_DIR: folder })).toContain(join(folder, 'database'));
  });

  it('refuses a database that cannot be reached', async () => {
    const port = await freePort();
    const DATABASE_URL = `postgres://app:${PASSWORD}@127.0.0.1:${port}/scopegate`;
    expect(await refusal({ ...REAL, DATABASE_URL })).toBe(
      `The database at 127.0.0.1:${port}/scopegate cannot be used: connect ECONNREFUSED 127.0.0.1:${port}. Check DATABASE_URL, and run "npm run -s scopegate -- migrate" once.`,
    );
  });

  it('refuses a database that was not migrated', async () => {
    const name = `scopegate_empty_${process.pid}`;
    const admin = new pg.Client({ connectionString: inject('postgresAdminUrl') });
    await admin.connect();
    await admin.query(`create database ${name} template template0`);
    const url = new URL(inject('postgresAdminUrl'));
    url.pathname = `/${name}`;
    try {
      expect(await refusal({ ...REAL, DATABASE_URL: url.href })).toBe(
        'The database has no scopegate tables. Run "npm run -s scopegate -- migrate" with SCOPEGATE_OWNER_URL set.',
      );
    } finally {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    }
  });
});

describe('a wrong call', { timeout: 60_000 }, () => {
  it.each([
    [[], /^Which command\?$/, 'scopegate <command>'],
    [['serve'], /^"serve" is not a command\.$/, 'scopegate <command>'],
    [['start', '--port', '4000'], /^Unknown option '--port'$/, 'scopegate <command>'],
    [['schema'], /^The schema command is "schema print"\.$/, 'scopegate <command>'],
    [['token'], /^token needs --scope/, 'scopegate token --scope'],
    [['migrate', '--force'], /^Unknown option '--force'$/, 'scopegate migrate'],
    [['app', 'create', '--scope', 'x'], /^Unknown option '--scope'\.$/, 'scopegate app <command>'],
  ])('%j is refused with the reason first, then how it is called', async (args, reason, help) => {
    const { code, signal, out, err } = await runCli(args);
    expect({ code, signal, out }).toEqual({ code: 2, signal: null, out: '' });
    expect(err.split('\n', 1)[0]).toMatch(reason);
    expect(err.split('\n').slice(1, 3).join('\n')).toMatch(/^\n\S/);
    expect(err).toContain(`\n\n${help}`);
    expect(err).not.toMatch(/unexpectedly|\n {4}at /);
  });

  it.each([['--help'], ['schema print --help'], ['token --help'], ['migrate --help']])(
    'asking for help with "%s" is not one',
    async (line) => {
      const { code, out, err } = await runCli(line.split(' '));
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^scopegate /);
    },
  );
});
