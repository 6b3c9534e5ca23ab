import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { eq } from 'drizzle-orm';
import type { ImportTally } from '../../data/tables/imports.ts';
import { stores } from '../../data/tables/stores.ts';
import type { Transaction } from '../../data/transactions.ts';
import type { Writer } from '../../data/writer.ts';
import { StartError } from '../../errors.ts';
import { type Line, readLines } from './lines.ts';
import {
  beginImport,
  IMPORT_OWNER,
  type Progress,
  recordProgress,
  type SourceFile,
} from './progress.ts';
import { lineReader, type ReadLine } from './read-line.ts';
import { openReport, type Report } from './report.ts';
import { EMPTY_TALLY, refusedIn, TallyDraft } from './tally.ts';
import { isInTheWay, writeBatch } from './write-batch.ts';

export interface ImportOptions {
  readonly writer: Writer;
  readonly storeId: string;
  /** The absolute path of the file. */
  readonly file: string;
  /** Where refused lines are reported. */
  readonly report: string;
  /** Who runs it, for the audit entry. */
  readonly subject: string;
  readonly now: Date;
  /** Begin at the first line, also where an import of the file was stopped. */
  readonly restart?: boolean;
  /** Read and check the lines by themselves, and change nothing. */
  readonly dryRun?: boolean;
  /** Most lines of one transaction. */
  readonly batchLines?: number;
  /** Stops the import behind the transaction that runs. */
  readonly signal?: AbortSignal;
  onProgress?(progress: ImportState): void;
}

/** How far an import is. */
export interface ImportState {
  readonly size: number;
  readonly byteOffset: number;
  readonly lines: number;
  readonly refused: number;
}

export interface ImportResult extends ImportState, ImportTally {
  /** Null for a dry run. */
  readonly id: string | null;
  /** Whether all of the file was read. */
  readonly finished: boolean;
  /** The lines that a run before this one was through with. */
  readonly resumedAfter: number;
}

const BATCH_LINES = 500;
/** Lines are long or short: this bounds what a batch takes of memory. */
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * Imports a file of lines into a store, each batch in a transaction with how far it is: a run that is killed loses
 * nothing and does nothing twice. No event is emitted, because history is no news.
 *
 * @throws StartError for what the operator must mend; AppError UNAVAILABLE when the database cannot be reached.
 */
export async function runImport(options: ImportOptions): Promise<ImportResult> {
  const { writer, storeId, restart = false, subject, now, dryRun = false } = options;
  const file = await describeFile(options.file);
  const session = { storeId, installationId: null, owner: IMPORT_OWNER };
  const transact = <T>(work: (transaction: Transaction) => Promise<T>) =>
    writer.transaction(session, work);
  const store = await transact((transaction) => loadStore(transaction, storeId));
  const nothing: Progress = {
    id: '',
    size: file.size,
    byteOffset: 0,
    lines: 0,
    reportBytes: 0,
    tally: EMPTY_TALLY,
  };
  const begun = dryRun
    ? nothing
    : await transact((transaction) =>
        beginImport(transaction, { storeId, file, restart, subject, now }),
      );
  const report = await openReport(options.report, begun.reportBytes);
  try {
    let progress = begun;
    let finished = true;
    for await (const batch of batchesOf(file, begun, options, lineReader({ now, store }))) {
      const commit = () =>
        dryRun
          ? checkBatch(report, progress, batch)
          : transact(async (transaction) => {
              const tally = new TallyDraft(progress.tally);
              const { refusals } = await writeBatch(transaction, storeId, batch.lines, tally);
              const reportBytes = await report.write(progress.reportBytes, refusals);
              const next = { ...progress, ...placeOf(batch), reportBytes, tally: tally.done() };
              await recordProgress(transaction, progress, next, { now, isFinished: false });
              return next;
            });
      progress = await withRetries(commit);
      options.onProgress?.(stateOf(progress));
      if (options.signal?.aborted) {
        finished = progress.byteOffset >= file.size;
        break;
      }
    }
    if (finished && !dryRun) {
      await transact((transaction) =>
        recordProgress(transaction, progress, progress, { now, isFinished: true }),
      );
    }
    return {
      ...stateOf(progress),
      ...progress.tally,
      id: dryRun ? null : progress.id,
      finished,
      resumedAfter: begun.lines,
    };
  } finally {
    await report.close();
  }
}

const stateOf = ({ size, byteOffset, lines, tally }: Progress): ImportState => {
  return { size, byteOffset, lines, refused: refusedIn(tally) };
};

/** The file by its content, so that one which has changed is not taken for the one before. */
async function describeFile(path: string): Promise<SourceFile> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError([`The file cannot be read: ${reason}.`]);
  }
  return { path, size, digest: hash.digest('hex') };
}

async function loadStore(transaction: Transaction, storeId: string) {
  const [store] = await transaction
    .select({ currency: stores.currency, platform: stores.platform })
    .from(stores)
    .where(eq(stores.id, storeId));
  if (store === undefined) throw new StartError([`There is no store ${storeId}.`]);
  return store;
}

interface Batch {
  readonly lines: readonly ReadLine[];
  /** The last line that was read, with something in it or not. */
  readonly last: Line;
}

const placeOf = ({ last }: Batch) => ({ byteOffset: last.end, lines: last.number });

async function* batchesOf(
  file: SourceFile,
  from: Progress,
  { batchLines = BATCH_LINES }: ImportOptions,
  read: (line: Line) => ReadLine | null,
): AsyncGenerator<Batch, void> {
  let lines: ReadLine[] = [];
  let count = 0;
  let bytes = 0;
  let last: Line | null = null;
  for await (const line of readLines(file.path, { ...from, size: file.size })) {
    const result = read(line);
    if (result !== null) lines.push(result);
    count += 1;
    bytes += line.bytes?.length ?? 0;
    last = line;
    if (count < batchLines && bytes < BATCH_BYTES) continue;
    yield { lines, last };
    [lines, count, bytes, last] = [[], 0, 0, null];
  }
  if (last !== null) yield { lines, last };
}

/** What a dry run does with a batch: what is valid counts as read, because nothing says what would become of it. */
async function checkBatch(report: Report, progress: Progress, batch: Batch): Promise<Progress> {
  const tally = new TallyDraft(progress.tally);
  const refusals = batch.lines.filter((line) => 'problems' in line);
  for (const { type } of refusals) tally.count(type ?? 'other', 'refused');
  for (const line of batch.lines) {
    if (!('record' in line)) continue;
    tally.count(line.type, 'valid');
    for (const { line: at, ...warning } of line.warnings) tally.warn(at, warning);
  }
  const reportBytes = await report.write(progress.reportBytes, refusals);
  return { ...progress, ...placeOf(batch), reportBytes, tally: tally.done() };
}

const RETRIES = 3;

/** Tries again what another transaction was in the way of. */
async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt > RETRIES || !isInTheWay(error)) throw error;
    }
  }
}
