import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { StartError } from '../errors.ts';

/** A living process holds the folder. */
export class FolderInUseError extends StartError {}

/** Folders that this very process holds: its own number in a lock may also be left from another life. */
const held = new Set<string>();

/**
 * Takes a folder for this process, and makes it where it is missing; the embedded database has no lock of its own and two processes
 * would destroy it. Resolves to what gives the folder back.
 *
 * @throws FolderInUseError when a living process holds the folder; StartError when it cannot be written.
 */
export async function lockFolder(directory: string): Promise<() => Promise<void>> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return await lock(directory);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError([
      `The data folder ${directory} cannot be used: ${reason}. Set SCOPEGATE_DATA_DIR to a folder that can be written.`,
    ]);
  }
}

async function lock(directory: string): Promise<() => Promise<void>> {
  const file = join(directory, 'lock');
  const mine = String(process.pid);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await createOnce(file, mine)) {
      // Another process may have taken the same stale lock away a moment after this one did.
      if (attempt > 0) await setTimeout(200);
      if ((await readFile(file, 'utf8')) === mine) return hold(file);
    }
    const holder = await readFile(file, 'utf8').catch(() => '');
    if (holder === mine ? held.has(file) : isAlive(holder)) {
      throw new FolderInUseError([
        `The data folder ${directory} is in use by process ${holder}. Stop that process, or set SCOPEGATE_DATA_DIR to another folder.`,
      ]);
    }
    await rm(file, { force: true });
  }
  throw new StartError([
    `The data folder ${directory} could not be locked: ${file} keeps returning.`,
  ]);
}

function hold(file: string): () => Promise<void> {
  held.add(file);
  return async () => {
    held.delete(file);
    await rm(file, { force: true });
  };
}

/** Whether the file was made by this call, rather than there already. */
async function createOnce(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
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
