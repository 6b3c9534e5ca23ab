import { writeFile } from 'node:fs/promises';
import { migrateEmbedded } from '../../src/data/migrate.ts';
import { openPglite } from '../../src/data/pglite.ts';
import { insertDemo } from '../../src/data/seed/insert.ts';
import { OWNER_ROLE } from '../../src/data/tables/columns.ts';

/** Writes an embedded database, migrated and with demo data, to a file that others are made of. */
export async function makeArchive(file: string, now: Date): Promise<void> {
  const pglite = await openPglite(null);
  // Log that has been written out would be half of what every embedded database is unpacked from.
  await pglite.exec('set wal_recycle = off');
  await migrateEmbedded(pglite);
  await pglite.transaction(async (transaction) => {
    await transaction.exec(`set local role ${OWNER_ROLE}`);
    await insertDemo((text, values) => transaction.query(text, [...values]), now);
  });
  await pglite.exec('analyze; checkpoint');
  const archive = await pglite.dumpDataDir('none');
  await writeFile(file, Buffer.from(await archive.arrayBuffer()));
  await pglite.close();
}
