import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../data/database.ts';
import { openEmbedded } from '../data/embedded.ts';
import { StartError } from '../errors.ts';

/**
 * The embedded database of a data folder. Commands change what a gateway works on; they begin no database, which would
 * have to know about the demo, and which a misspelt folder would begin elsewhere.
 *
 * @throws StartError when there is none, or another process holds it.
 */
export async function openExisting(directory: string): Promise<Database> {
  if (!existsSync(join(directory, 'database'))) {
    throw new StartError([
      `There is no database in ${directory} yet. Run "npm run -s scopegate -- start" once, or set SCOPEGATE_DATA_DIR or DATABASE_URL to where it is.`,
    ]);
  }
  return openEmbedded({ directory, seed: false, now: new Date() });
}
