import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../errors.ts';

/**
 * Takes a folder for this process; the embedded database has no lock of its own and two processes
 * would destroy it. Resolves to what gives the folder back.
 *
 * @throws StartError when a living process holds the folder.
 */
export async function lockFolder(directory: string): Promise<() => Promise<void>> {
  const file = join(directory, 'lock');
  const mine = String(process.pid);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(file, mine, { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readFile(file, 'utf8').catch(() => '');
    if (isAlive(holder) && holder !== mine) {
      throw new StartError([
        `The data folder ${directory} is in use by process ${holder}. Stop that process, or set SCOPEGATE_DATA_DIR to another folder.`,
      ]);
    }
    await rm(file, { force: true });
  }
  throw new StartError([
    `The data folder ${directory} could not be locked: ${file} keeps returning.`,
  ]);
}

/** A process that may not be signalled is alive as well. */
function isAlive(pid: string): boolean {
  if (!/^[1-9]\d*$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
