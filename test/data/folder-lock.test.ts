import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../src/data/folder-lock.ts';
import { StartError } from '../../src/errors.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scopegate-lock-'));
});

afterEach(() => rm(folder, { recursive: true }));

const lock = () => join(folder, 'lock');

/** A process that waits until it is ended. */
async function withProcess(use: (pid: number) => Promise<void>) {
  const child: ChildProcess = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  await once(child, 'spawn');
  try {
    await use(child.pid ?? 0);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

async function refusalOf(locking: Promise<unknown>): Promise<StartError> {
  const error = await locking.then(
    () => expect.fail('the folder was locked'),
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(StartError);
  return error as StartError;
}

describe('a data folder', () => {
  it('is taken for this process, and given back', async () => {
    const release = await lockFolder(folder);
    expect(await readFile(lock(), 'utf8')).toBe(String(process.pid));
    await release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('can be taken again after it was given back', async () => {
    await (await lockFolder(folder))();
    await (await lockFolder(folder))();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused while a living process holds it, which keeps its lock', async () => {
    await withProcess(async (pid) => {
      await writeFile(lock(), String(pid));
      const { problems } = await refusalOf(lockFolder(folder));
      expect(problems).toEqual([
        `The data folder ${folder} is in use by process ${pid}. Stop that process, or set SCOPEGATE_DATA_DIR to another folder.`,
      ]);
      expect(await readFile(lock(), 'utf8')).toBe(String(pid));
    });
  });

  it('is taken over from a process that is no more', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await writeFile(lock(), String(pid));
    const release = await lockFolder(folder);
    expect(await readFile(lock(), 'utf8')).toBe(String(process.pid));
    await release();
  });

  it.each(['', 'abc', '0', '-1', '12x', ' 1', '1\n2', '1e9'])(
    'is taken over where the lock names no process: %j',
    async (content) => {
      await writeFile(lock(), content);
      const release = await lockFolder(folder);
      expect(await readFile(lock(), 'utf8')).toBe(String(process.pid));
      await release();
    },
  );

  it('is taken over where this process number was left by an earlier one', async () => {
    await writeFile(lock(), String(process.pid));
    const release = await lockFolder(folder);
    await release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('that does not exist is made, for its owner alone', async () => {
    const missing = join(folder, 'not', 'there');
    const unlock = await lockFolder(missing);
    expect((await stat(missing)).mode & 0o777).toBe(0o700);
    await unlock();
  });
});
