import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openPglite } from '../../src/data/pglite.ts';
import { WRITER_ROLE } from '../../src/data/tables/columns.ts';
import { customer, dump, reported } from '../commands/import-kit.ts';
import { STORE } from '../support/gateway.ts';
import { cloneDatabase } from '../support/postgres.ts';
import { buildIfStale, ROOT } from './build.ts';
import { ask, cleanUp, emptyFolder, runCli, seededFolder, startCli } from './kit.ts';

beforeAll(buildIfStale);
afterAll(cleanUp);

/** A file of these lines, and the settings of a data folder with demo data. */
async function prepare(lines: readonly unknown[]) {
  const file = join(await emptyFolder(), 'history.ndjson');
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { file, environment: { SCOPEGATE_DATA_DIR: await seededFolder() } };
}

/** Everything that imports write, of the store in a data folder that no process holds. */
async function contentOf({ SCOPEGATE_DATA_DIR }: { SCOPEGATE_DATA_DIR: string }) {
  const pglite = await openPglite(join(SCOPEGATE_DATA_DIR, 'database'));
  try {
    return await dump((text) =>
      pglite.transaction(async (transaction) => {
        await transaction.exec(`set local role ${WRITER_ROLE}`);
        await transaction.query(
          "select set_config('scopegate.store_id', $1, true), set_config('scopegate.orders_since', '-infinity', true)",
          [STORE.id],
        );
        return (await transaction.query<Record<string, unknown>>(text)).rows;
      }),
    );
  } finally {
    await pglite.close();
  }
}

const people = (count: number) =>
  Array.from({ length: count }, (_, at) => customer({ sourceId: `c-${at}`, tags: [`t${at}`] }));

/** For what imports nothing. */
let empty: ReturnType<typeof prepare> | undefined;

describe('scopegate import', { timeout: 60_000 }, () => {
  it('says 0 when every line was taken, and 3 when some were refused', async () => {
    const { file, environment } = await prepare([customer(), { type: 'order' }]);
    const some = await runCli(['import', STORE.domain, file], environment);
    expect(some).toMatchObject({ code: 3, err: '100 %: 2 lines, 1 refused\n' });
    expect(some.out).toContain(`Refused lines and the reasons are in ${file}.refused.ndjson.`);
    expect((await reported(`${file}.refused.ndjson`))[0]).toBe(
      '2 order - sourceId: It is missing.',
    );
    await writeFile(file, `${JSON.stringify(customer())}\n`);
    const all = await runCli(['import', STORE.id, file, '--json', '--quiet'], environment);
    expect(all).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(all.out)).toMatchObject({
      store: STORE.id,
      report: null,
      finished: true,
      counts: { customer: { unchanged: 1 } },
    });
  });

  it.each<[string, string[], number, string]>([
    [
      'a store that is none',
      ['import', 'nobody.example', 'x'],
      1,
      'There is no store "nobody.example". "store list" shows all, "store create" makes one.',
    ],
    [
      'a file that is none',
      ['import', STORE.domain, '/nowhere/x'],
      1,
      'The file cannot be read: ENOENT',
    ],
    ['no file', ['import', STORE.domain], 2, 'import needs a store and a file'],
    ['an option that is none', ['import', '--force'], 2, "Unknown option '--force'"],
    [
      'a report over the file',
      ['import', STORE.domain, 'x', '--report', './x'],
      2,
      '--report names the file itself. Name another one.',
    ],
  ])('refuses %s', async (_what, args, code, message) => {
    empty ??= prepare([]);
    const { environment } = await empty;
    const ended = await runCli(args, environment);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(message);
    expect(ended.out).toBe('');
  });

  it('says in its help that nothing is emitted', async () => {
    const { code, out } = await runCli(['import', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('No events are emitted');
  });

  it('imports into what is there, and makes no database of a name that was misspelt', async () => {
    const { file } = await prepare([customer()]);
    const folder = join(await emptyFolder(), 'new');
    const missing = await runCli(['import', STORE.domain, file], { SCOPEGATE_DATA_DIR: folder });
    expect([missing.code, missing.err]).toEqual([
      1,
      expect.stringContaining(`There is no database in ${folder} yet.`),
    ]);
    expect(existsSync(folder)).toBe(false);
    const misspelt = await runCli(['import', STORE.domain, file], { SCOPEGATE_DATADIR: folder });
    expect([misspelt.code, misspelt.err]).toEqual([
      1,
      expect.stringContaining('SCOPEGATE_DATADIR is not a setting. Settings are: '),
    ]);
  });

  it('does not work on the folder of a gateway that runs', async () => {
    const { file, environment } = await prepare([customer()]);
    const gateway = await startCli({ ...environment, PORT: '0' });
    const ended = await runCli(['import', STORE.domain, file], environment);
    await gateway.stop();
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(/is in use by process \d+\. Stop that process/);
  });

  it('killed in the middle of a file goes on there, and leaves what a straight run leaves', async () => {
    const lines = people(3_000);
    const { file, environment } = await prepare(lines);
    const child = spawn(process.execPath, ['dist/cli/main.js', 'import', STORE.domain, file], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(child, 'close');
    child.stderr.once('data', () => child.kill('SIGKILL'));
    const [, signal] = await ended;
    expect(signal).toBe('SIGKILL');
    const again = await runCli(['import', STORE.domain, file, '--json', '--quiet'], environment);
    const result = JSON.parse(again.out);
    expect(result).toMatchObject({ finished: true, lines: 3_000 });
    expect(result.counts.customer).toMatchObject({ created: 3_000, unchanged: 0 });
    expect(result.resumedAfter).toBeGreaterThan(0);
    expect(result.resumedAfter).toBeLessThan(3_000);
    const straight = { SCOPEGATE_DATA_DIR: await seededFolder() };
    expect((await runCli(['import', STORE.domain, file, '--quiet'], straight)).code).toBe(0);
    expect(await contentOf(environment)).toEqual(await contentOf(straight));
  }, 120_000);
});

describe('the example', { timeout: 60_000 }, () => {
  it('is what the documentation lays out, line by line', async () => {
    const text = await readFile(join(ROOT, 'docs/import.md'), 'utf8');
    const shown = [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(([, block = '']) =>
      JSON.parse(block),
    );
    const example = await readFile(join(ROOT, 'examples/history.ndjson'), 'utf8');
    expect(shown).toEqual(
      example
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    );
  });

  it('is answered by the gateway to who may read it', async () => {
    const environment = { SCOPEGATE_DATA_DIR: await seededFolder() };
    const imported = await runCli(
      ['import', STORE.domain, 'examples/history.ndjson', '--quiet'],
      environment,
    );
    expect(imported.code).toBe(0);
    const gateway = await startCli({ ...environment, PORT: '0' });
    const send = async (scope: string) => {
      const { out } = await runCli(['token', '--scope', scope], environment);
      const query = `{ orderBySourceId(sourceId: "o-7001") {
        total { amount } protectionStatus lineItems(first: 5) { nodes { name product { name } } }
        customer { email } claims(first: 1) { nodes { state } } } }`;
      const { body } = await ask(gateway.url, query, out.trim());
      return body.data?.orderBySourceId;
    };
    try {
      const all = 'read_orders read_all_orders read_customers read_products read_claims';
      expect(await send(all)).toEqual({
        total: { amount: '37.30' },
        protectionStatus: 'PROTECTED',
        lineItems: {
          nodes: [
            { name: 'Trail Mug', product: { name: 'Trail Mug' } },
            { name: 'Camp Tea', product: { name: 'Camp Tea' } },
          ],
        },
        customer: { email: 'mara.okafor@example.com' },
        claims: { nodes: [{ state: 'RESOLVED' }] },
      });
      expect(await send(all.replace('read_customers ', ''))).toMatchObject({
        total: { amount: '37.30' },
        customer: null,
      });
      expect(await send(all.replace('read_all_orders ', ''))).toBeNull();
    } finally {
      await gateway.stop();
    }
  }, 60_000);
});

describe('on PostgreSQL', () => {
  it('one import runs in a store at a time', async () => {
    const database = await cloneDatabase(inject('postgresAdminUrl'));
    try {
      const { file } = await prepare(people(4_000));
      const environment = { DATABASE_URL: database.appUrl };
      const runs = await Promise.all([
        runCli(['import', STORE.domain, file, '--quiet'], environment),
        runCli(['import', STORE.domain, file, '--quiet', '--report', `${file}.2`], environment),
      ]);
      const [done, refused] = runs.sort((a, b) => Number(a.code) - Number(b.code));
      expect(done).toMatchObject({ code: 0, err: '' });
      // Where the machine was slow, one may have been through before the other began.
      if (refused?.code === 0) expect(refused.out).toContain('4000 unchanged');
      else {
        expect(refused?.code).toBe(1);
        expect(refused?.err).toContain(`Another import into ${STORE.id} is running.`);
      }
      const again = await runCli(['import', STORE.domain, file, '--quiet'], environment);
      expect(again.out).toContain('4000 unchanged');
    } finally {
      await database.drop();
    }
  }, 120_000);
});
