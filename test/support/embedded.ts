import { writeFile } from 'node:fs/promises';
import { migrateEmbedded } from '../../src/data/migrate.ts';
import { openPglite } from '../../src/data/pglite.ts';
import { insertDemo } from '../../src/data/seed/insert.ts';
import { OWNER_ROLE } from '../../src/data/tables/columns.ts';

/**
 * Makes an embedded database in a folder, migrated and with demo data, for tests to copy; and an archive of it, where
 * one is named, which those are unpacked from that need no folder.
 */
export async function makeEmbedded(
  folder: string,
  now: Date,
  archive: string | null = null,
): Promise<void> {
  const pglite = await openPglite(folder);
  // Log that has been written out would be half of what every embedded database is made of.
  await pglite.exec('set wal_recycle = off');
  await migrateEmbedded(pglite);
  await pglite.transaction(async (transaction) => {
    await transaction.exec(`set local role ${OWNER_ROLE}`);
    await insertDemo((text, values) => transaction.query(text, [...values]), now);
  });
  await pglite.exec('analyze; checkpoint');
  if (archive !== null) {
    const dump = await pglite.dumpDataDir('none');
    await writeFile(archive, Buffer.from(await dump.arrayBuffer()));
  }
  await pglite.close();
}
