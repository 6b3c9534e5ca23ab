import { randomUUID } from 'node:crypto';
import { and, desc, eq, isNull, or } from 'drizzle-orm';
import { imports } from '../../data/tables/imports.ts';
import { auditEntries } from '../../data/tables/writes.ts';
import type { Transaction } from '../../data/transactions.ts';
import { StartError } from '../../errors.ts';
import { importedId } from './records.ts';
import { EMPTY_TALLY } from './tally.ts';

/** A file as it is to be imported. */
export interface SourceFile {
  readonly path: string;
  readonly size: number;
  readonly digest: string;
}

/** An import as it was committed last. */
export type Progress = Pick<
  typeof imports.$inferSelect,
  'id' | 'size' | 'byteOffset' | 'lines' | 'reportBytes' | 'tally'
>;

/** Who imports: nothing that is imported belongs to an app. */
export const IMPORT_OWNER = 'scopegate import';

interface Begin {
  readonly storeId: string;
  readonly file: SourceFile;
  readonly restart: boolean;
  readonly subject: string;
  readonly now: Date;
}

/**
 * The import of this file that was stopped, or a new one. Each run is one audit entry, also one that goes on.
 *
 * @throws StartError when an import of the same path was stopped and the file is another one now.
 */
export async function beginImport(transaction: Transaction, begin: Begin): Promise<Progress> {
  const { storeId, file, restart, subject, now } = begin;
  const stopped = await transaction
    .select()
    .from(imports)
    .where(
      and(
        eq(imports.storeId, storeId),
        isNull(imports.finishedAt),
        or(eq(imports.digest, file.digest), eq(imports.file, file.path)),
      ),
    )
    .orderBy(desc(imports.startedAt), imports.id)
    .for('update');
  const same = stopped.find(({ digest }) => digest === file.digest);
  if (!restart && same === undefined && stopped[0] !== undefined) {
    throw new StartError([
      `${file.path} has changed since its import was stopped after line ${stopped[0].lines}. Put the file back to go on there, or begin again with --restart: what is stored already is then compared line by line.`,
    ]);
  }
  const progress =
    same !== undefined && !restart ? same : await insertImport(transaction, begin, stopped);
  await transaction.insert(auditEntries).values({
    storeId,
    owner: IMPORT_OWNER,
    subject,
    mutation: 'import',
    entityId: progress.id,
    fields: [],
    requestId: null,
    createdAt: now,
  });
  return progress;
}

/** A new import, which takes the place of those that were stopped. */
async function insertImport(
  transaction: Transaction,
  { storeId, file, now }: Begin,
  stopped: readonly { readonly id: string }[],
): Promise<Progress> {
  for (const { id } of stopped) {
    await transaction.update(imports).set({ finishedAt: now }).where(eq(imports.id, id));
  }
  const row = {
    id: importedId('imp', randomUUID()),
    storeId,
    file: file.path,
    digest: file.digest,
    size: file.size,
    byteOffset: 0,
    lines: 0,
    reportBytes: 0,
    tally: EMPTY_TALLY,
    startedAt: now,
    updatedAt: now,
  };
  await transaction.insert(imports).values(row);
  return row;
}

/**
 * Records how far an import is, in the transaction of the rows.
 *
 * @throws StartError when another run went on with it.
 */
export async function recordProgress(
  transaction: Transaction,
  before: Progress,
  after: Progress,
  { now, isFinished }: { readonly now: Date; readonly isFinished: boolean },
): Promise<void> {
  const { byteOffset, lines, reportBytes, tally } = after;
  const recorded = await transaction
    .update(imports)
    .set({
      byteOffset,
      lines,
      reportBytes,
      tally,
      updatedAt: now,
      ...(isFinished && { finishedAt: now }),
    })
    .where(
      and(
        eq(imports.id, before.id),
        eq(imports.byteOffset, before.byteOffset),
        isNull(imports.finishedAt),
      ),
    )
    .returning({ id: imports.id });
  if (recorded.length === 0) {
    throw new StartError(['Another run went on with this import: this one stopped.']);
  }
}
