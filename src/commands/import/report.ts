import { constants } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { StartError } from '../../errors.ts';
import type { Refusal } from './read-line.ts';

/** The report of refused lines. Nobody but who runs the import may read it: it names what customers did. */
export interface Report {
  /** Writes refusals at a place, over what a batch that was undone left there; gives where the next ones go. */
  write(from: number, refusals: readonly Refusal[]): Promise<number>;
  close(): Promise<void>;
}

/**
 * Goes on with a report of so many bytes; a report of none is made when there is something to tell.
 *
 * @throws StartError when it is not what the import before left.
 */
export async function openReport(path: string, length: number): Promise<Report> {
  let file: FileHandle | null = null;
  const opened = async (): Promise<FileHandle> => {
    const flags = constants.O_RDWR | constants.O_CREAT;
    file ??= await open(path, flags, 0o600).catch(cannotWrite);
    return file;
  };
  if (length === 0) await rm(path, { force: true }).catch(cannotWrite);
  else {
    const found = await stat(path).catch(() => null);
    if (found === null || found.size < length) {
      throw new StartError([
        `The report ${path} is not as the import left it when it stopped. Put it back, or begin again with --restart.`,
      ]);
    }
    await (await opened()).truncate(length);
  }
  return {
    async write(from, refusals) {
      if (refusals.length === 0) return from;
      const text = refusals.map((refusal) => `${JSON.stringify(refusal)}\n`).join('');
      const bytes = Buffer.from(text);
      const handle = await opened();
      for (let at = 0; at < bytes.length; ) {
        at += (await handle.write(bytes, at, bytes.length - at, from + at)).bytesWritten;
      }
      await handle.truncate(from + bytes.length);
      return from + bytes.length;
    },
    close: async () => file?.close(),
  };
}

function cannotWrite(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new StartError([`The report of refused lines cannot be written: ${reason}.`]);
}
