import type { Transaction } from '../../data/transactions.ts';
import { problem } from './problems.ts';
import {
  type LineWarning,
  RECORD_TYPES,
  type ReadLine,
  type RecordTypeName,
  type Refusal,
} from './read-line.ts';
import type { Entry, Fate, Recorded, RecordType } from './records.ts';
import type { TallyDraft } from './tally.ts';

type Entries = readonly Entry<Recorded>[];

/** What became of a batch. */
export interface WrittenBatch {
  readonly tally: TallyDraft;
  /** By line. */
  readonly refusals: readonly Refusal[];
}

/**
 * Writes lines in their order: as if one by one, but alike ones that have nothing to do with each other at once. What
 * the database refuses is refused alone.
 */
export async function writeBatch(
  transaction: Transaction,
  storeId: string,
  lines: readonly ReadLine[],
  tally: TallyDraft,
): Promise<WrittenBatch> {
  const refusals: Refusal[] = [];
  const refuse = (refusal: Refusal) => {
    refusals.push(refusal);
    tally.count(refusal.type ?? 'other', 'refused');
  };
  const read = lines.filter((line) => 'record' in line);
  for (const line of lines) {
    if ('problems' in line) refuse(line);
  }
  for (const line of read)
    for (const { line: at, ...warning } of line.warnings) tally.warn(at, warning);
  for (const { type, entries } of groupsOf(read)) {
    const { fates, warnings } = await writeGroup(transaction, storeId, type, entries);
    for (const { line, ...warning } of warnings) tally.warn(line, warning);
    for (const entry of entries) {
      const fate = fates.get(entry);
      if (fate === undefined) throw new TypeError(`Nothing became of line ${entry.line}.`);
      if (typeof fate === 'string') tally.count(type, fate);
      else {
        const { line, record } = entry;
        refuse({ line, type, sourceId: record.sourceId, problems: fate.refused });
      }
    }
  }
  return { tally, refusals: refusals.sort((a, b) => a.line - b.line) };
}

interface Group {
  readonly type: RecordTypeName;
  readonly entries: Entry<Recorded>[];
}

/** Neighbours of one type, as long as they touch nothing that one before them touches. */
function groupsOf(lines: readonly Extract<ReadLine, { record: Recorded }>[]): Group[] {
  const groups: Group[] = [];
  let touched = new Set<string>();
  for (const { line, type, record } of lines) {
    const touches = typeOf(type).touches(record);
    let group = groups.at(-1);
    if (group?.type !== type || touches.some((each) => touched.has(each))) {
      touched = new Set();
      group = { type, entries: [] };
      groups.push(group);
    }
    for (const each of touches) touched.add(each);
    group.entries.push({ line, record });
  }
  return groups;
}

const typeOf = (name: RecordTypeName) => RECORD_TYPES[name] as unknown as RecordType<Recorded>;

interface WrittenGroup {
  readonly fates: ReadonlyMap<Entry<Recorded>, Fate>;
  readonly warnings: readonly LineWarning[];
}

async function writeGroup(
  transaction: Transaction,
  storeId: string,
  type: RecordTypeName,
  entries: Entries,
): Promise<WrittenGroup> {
  try {
    // A savepoint: an error undoes the group and not the batch.
    return await transaction.transaction(async (within) => {
      const warnings: LineWarning[] = [];
      const fates = await typeOf(type).write(
        {
          transaction: within,
          storeId,
          warn: (line, field, value, message) => warnings.push({ line, field, value, message }),
        },
        entries,
      );
      return { fates, warnings };
    });
  } catch (error) {
    const broken = brokenRule(error);
    if (broken === null) throw error;
    const [first, ...others] = entries;
    if (first !== undefined && others.length === 0) {
      const refused = [problem(null, `The database refuses it: it breaks ${broken}.`)];
      return { fates: new Map([[first, { refused }]]), warnings: [] };
    }
    const fates = new Map<Entry<Recorded>, Fate>();
    const warnings: LineWarning[] = [];
    for (const entry of entries) {
      const alone = await writeGroup(transaction, storeId, type, [entry]);
      for (const [each, fate] of alone.fates) fates.set(each, fate);
      warnings.push(...alone.warnings);
    }
    return { fates, warnings };
  }
}

/** SQLSTATE classes 22 and 23 are about the data: gives the rule by its name. Null for every other error. */
function brokenRule(error: unknown): string | null {
  const { code, constraint, column } = databaseError(error);
  if (code === undefined || !/^2[23]/.test(code)) return null;
  return constraint ?? (column && `a rule about ${column}`) ?? `a rule of PostgreSQL (${code})`;
}

/** Whether another transaction was in the way, and the same can be tried again. */
export const isInTheWay = (error: unknown): boolean =>
  ['40001', '40P01'].includes(databaseError(error).code ?? '');

interface DatabaseError {
  readonly code?: string;
  readonly constraint?: string;
  readonly column?: string;
}

function databaseError(error: unknown): DatabaseError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return typeof cause === 'object' && cause !== null ? cause : {};
}
