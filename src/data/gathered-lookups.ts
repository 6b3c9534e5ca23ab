import { AppError } from '../errors.ts';
import { ROW_BATCHES } from './batches.ts';
import { sessionStatement } from './database.ts';
import type { CellRow, Load, Session, Source } from './source.ts';

type Wave = Source['wave'];
type Lookup = Load & { readonly kind: 'rows' };

interface Asked {
  readonly loads: readonly Lookup[];
  readonly resolve: (answers: Awaited<ReturnType<Wave>> | ReturnType<Wave>) => void;
  readonly reject: (error: unknown) => void;
}

/** What is asked in one turn of the event loop under one session for the same columns of the same batches. */
interface Group {
  readonly session: Session;
  /** What the database is told of the session, which is all that it bounds rows by. */
  readonly told: string;
  readonly first: readonly Lookup[];
  readonly asked: Asked[];
}

/** With more keys than these a lookup is not worth gathering, and whoever it would be gathered with would wait for it. */
const FEW = 10;

/**
 * Waves that are one where requests of one session look up a few rows by key in the same turn, as those of an app do that
 * fetches many objects side by side. Each request gets the rows of its own keys. Where what they share fails, each asks
 * for itself: what is wrong with one is not the others' fault. Pages, counts and totals may take long, and go alone.
 *
 * Gathered are loads with the very same lists of columns and joins, which is what one executable asks with.
 */
export function gatherLookups(wave: Wave): Wave {
  let groups: Group[] = [];

  function sendAll(): void {
    const all = groups;
    groups = [];
    for (const group of all) {
      if (group.asked.length > 1) void sendTogether(group);
      else for (const { loads, resolve } of group.asked) resolve(wave(group.session, loads));
    }
  }

  async function sendTogether({ session, first, asked }: Group): Promise<void> {
    const together = first.map((load, index) => ({
      ...load,
      keys: [...new Set(asked.flatMap(({ loads }) => loads[index]?.keys ?? []))],
    }));
    try {
      const answers = await wave(session, together);
      for (const { loads, resolve } of asked) {
        resolve(loads.map((load, index) => rowsOf(load, answers[index] ?? [])));
      }
    } catch (error) {
      for (const { loads, resolve, reject } of asked) {
        // A database that is away is away for each of them.
        if (error instanceof AppError) reject(error);
        else resolve(wave(session, loads));
      }
    }
  }

  return (session, loads) => {
    if (!loads.every(isSmallLookup)) return wave(session, loads);
    return new Promise((resolve, reject) => {
      const asked = { loads, resolve, reject };
      const told = JSON.stringify(sessionStatement(session).values);
      const group = groups.find((group) => group.told === told && isAlike(group.first, loads));
      if (group !== undefined) {
        group.asked.push(asked);
        return;
      }
      // After the promise jobs of this turn, in which the others of it ask.
      if (groups.length === 0) process.nextTick(sendAll);
      groups.push({ session, told, first: loads, asked: [asked] });
    });
  };
}

/** Whether a load is a lookup of a few rows, which bring their key. */
const isSmallLookup = (load: Load): load is Lookup =>
  load.kind === 'rows' &&
  load.keys.length <= FEW &&
  load.columns.includes(ROW_BATCHES[load.batch].key);

/** Whether loads differ in nothing but their keys. */
const isAlike = (some: readonly Lookup[], others: readonly Lookup[]): boolean =>
  some.length === others.length &&
  some.every(({ batch, columns, joins }, index) => {
    const other = others[index];
    return batch === other?.batch && columns === other.columns && joins === other.joins;
  });

/** Those of the rows that have one of a load's keys. */
function rowsOf({ batch, columns, keys }: Lookup, rows: readonly CellRow[]): readonly CellRow[] {
  const cell = columns.indexOf(ROW_BATCHES[batch].key);
  return rows.filter((row) => keys.some((key) => key === row[cell]));
}
