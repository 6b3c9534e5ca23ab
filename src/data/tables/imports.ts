import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, text } from 'drizzle-orm/pg-core';
import { commerce, identifier, moment, storePolicy } from './columns.ts';
import { stores } from './stores.ts';

/** What became of the lines of one type. */
export interface ImportCounts {
  readonly created: number;
  readonly updated: number;
  /** Stored already, just as the file says it. */
  readonly unchanged: number;
  /** Left alone, because what is stored changed later than the line. */
  readonly kept: number;
  readonly refused: number;
  /** Found in order by a dry run, which does nothing with it. */
  readonly valid: number;
}

/** Something that was taken, but not as the file says it. Alike ones are counted together. */
export interface ImportWarning {
  readonly field: string;
  /** The platform's word; null where the warning is not about one. */
  readonly value: string | null;
  readonly message: string;
  readonly firstLine: number;
  readonly times: number;
}

/** What an import has done so far. */
export interface ImportTally {
  /** By the type of the lines; `other` for those that say none. */
  readonly counts: Readonly<Record<string, ImportCounts>>;
  readonly warnings: readonly ImportWarning[];
  /** Warnings beyond those that are listed. */
  readonly moreWarnings: number;
}

/** How far a file was imported: written with the rows of its lines, so that a killed run goes on where it stopped. */
export const imports = commerce.table(
  'imports',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    /** The path of the file, to recognise one that has changed. */
    file: text('file').notNull(),
    /** SHA-256 of the file, in hexadecimal. */
    digest: identifier('digest').notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    /** Where in the file the next line begins. */
    byteOffset: bigint('byte_offset', { mode: 'number' }).notNull(),
    /** The lines before it. */
    lines: integer('lines').notNull(),
    /** The length of the report of refused lines. */
    reportBytes: bigint('report_bytes', { mode: 'number' }).notNull(),
    tally: jsonb('tally').$type<ImportTally>().notNull(),
    startedAt: moment('started_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    /** When it was through, or was given up for another one; null while it can go on. */
    finishedAt: moment('finished_at'),
  },
  (table) => [
    storePolicy(),
    index('imports_by_store').on(table.storeId, table.startedAt),
    check(
      'imports_progress',
      sql`byte_offset between 0 and size and lines >= 0 and report_bytes >= 0`,
    ),
  ],
);
