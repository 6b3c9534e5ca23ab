import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../errors.ts';

/**
 * The secret of a data folder, made when it is first asked for.
 *
 * @throws StartError when the file that keeps it is too short.
 */
export async function folderSecret(directory: string): Promise<Uint8Array> {
  const file = join(directory, 'secret');
  await writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const secret = await readFile(file);
  if (secret.length >= 32) return secret;
  throw new StartError([
    `${file} is shorter than 32 bytes. Delete it; cursors made so far then end.`,
  ]);
}
