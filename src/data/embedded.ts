import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { StartError } from '../errors.ts';
import type { Database } from './database.ts';
import { makeDemoCredentials, writeDemoCredentials } from './demo-credentials.ts';
import { lockFolder } from './folder-lock.ts';
import { migrateEmbedded } from './migrate.ts';
import { createEmbedded, openPglite } from './pglite.ts';
import { insertDemo } from './seed/insert.ts';
import { OWNER_ROLE } from './tables/columns.ts';

export interface EmbeddedOptions {
  readonly directory: string;
  /** Insert the demo data when the database is new. */
  readonly seed: boolean;
  readonly now: Date;
  /** Told before a new database is made. */
  readonly onCreate?: () => void;
}

/**
 * The database inside this process, in a folder that belongs to it until it is closed.
 *
 * @throws StartError when the folder is in use or cannot be written.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const { directory } = options;
  const unlock = await lockFolder(directory);
  try {
    const folder = join(directory, 'database');
    if (!existsSync(folder)) await createDatabase(folder, options);
    const pglite = await openExisting(folder);
    const database = createEmbedded(pglite);
    return {
      ...database,
      close: async () => {
        await database.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Made aside and moved into place when it is whole: a start that was killed leaves nothing half done. */
async function createDatabase(
  folder: string,
  { seed, now, onCreate }: EmbeddedOptions,
): Promise<void> {
  onCreate?.();
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  const pglite = await openPglite(partial);
  await migrateEmbedded(pglite);
  if (seed) {
    const credentials = makeDemoCredentials(now);
    await writeDemoCredentials(dirname(folder), credentials);
    await pglite.transaction(async (transaction) => {
      await transaction.exec(`set local role ${OWNER_ROLE}`);
      const run = (text: string, values: readonly unknown[]) =>
        transaction.query(text, [...values]);
      await insertDemo(run, now, credentials.tokens, credentials.secrets);
    });
    await pglite.exec('analyze');
  }
  await pglite.close();
  await rename(partial, folder);
}

async function openExisting(folder: string): Promise<PGlite> {
  try {
    const pglite = await openPglite(folder);
    await migrateEmbedded(pglite);
    return pglite;
  } catch (error) {
    throw new StartError([
      `The database in ${folder} cannot be opened: ${reasonOf(error)}. Move that folder away to begin with a new one.`,
    ]);
  }
}

const reasonOf = (error: unknown) =>
  error instanceof Error ? error.message : 'the embedded database does not say why';
