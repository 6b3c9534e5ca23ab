import { AppError } from '../errors.ts';
import { ROW_BATCHES } from './batches.ts';
import { sessionStatement } from './database.ts';
import type { CellRow, Load, LoadOf, Session, Source } from './source.ts';

type Wave = Source['wave'];
type Lookup = LoadOf<'rows'>;

interface Asked {
  readonly loads: readonly Lookup[];
  readonly resolve: (answers: Awaited<ReturnType<Wave>> | ReturnType<Wave>) => void;
  readonly reject: (error: unknown) => void;
}

/** What is asked under one session for the same columns of the same batches. */
interface Group {
  readonly session: Session;
  /** What the database is told of the session, which is all that it bounds rows by. */
  readonly told: string;
  /** The loads of the first who asked. */
  readonly first: readonly Lookup[];
  readonly asked: Asked[];
}

/** With more keys than this a lookup is not worth gathering, and whoever it would be gathered with would wait for it. */
const FEW = 10;

/**
 * Waves that are one where requests of one session look up a few rows by key at the same moment, as those of an app do that
 * fetches many objects side by side. Each request gets the rows of its own keys. Where what they share fails, each asks
 * for itself: what is wrong with one is not the others' fault. Pages, counts and totals may take long, and go alone.
 *
 * What is asked at the same moment is what the promise jobs of one callback ask for: those of the requests that
 * the gateway lets go on together.
 */
export function gatherLookups(wave: Wave): Wave {
  let groups: Group[] = [];

  function sendAll(): void {
    const all = groups;
    groups = [];
    for (const group of all) void send(group);
  }

  async function send({ session, first, asked }: Group): Promise<void> {
    try {
      const answers = await wave(session, together(first, asked));
      for (const { loads, resolve } of asked) {
        resolve(loads.map((load, index) => rowsOf(load, answers[index] ?? [])));
      }
    } catch (error) {
      const isShared = asked.length > 1 && !(error instanceof AppError);
      for (const { loads, resolve, reject } of asked) {
        // Where the database is away, or there was only one, to ask again at once would not help.
        if (isShared) resolve(wave(session, loads));
        else reject(error);
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
      // After the promise jobs of this callback, in which the others ask.
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

/** The loads of all, which differ in nothing but their keys, with the keys of all. */
function together(first: readonly Lookup[], asked: readonly Asked[]): readonly Lookup[] {
  if (asked.length === 1) return first;
  return first.map((load, index) => ({
    ...load,
    keys: [...new Set(asked.flatMap(({ loads }) => loads[index]?.keys ?? []))],
  }));
}

/** Whether loads differ in nothing but their keys. Lists are the same by identity: they belong to one compiled operation. */
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
