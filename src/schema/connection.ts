import type { EntityOf, PageBatchName } from '../data/batches.ts';
import type { Row } from '../data/entities.ts';
import type { Condition, Direction, Page, Value } from '../data/source.ts';
import { AppError } from '../errors.ts';
import type { Context } from './context.ts';
import type { CursorBinding } from './cursor.ts';

/** What the resolver of a connection field hands to its fields; cursors are made when they are read. */
export interface Connection<R> {
  readonly edges: readonly Edge<R>[];
  readonly pageInfo: PageInfo;
  /** Counts the whole list, up to a bound; null beyond it. */
  readonly count: () => Promise<number | null>;
}

interface Edge<R> {
  readonly node: R;
  readonly cursor: string;
}

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/** Pagination arguments as a client sends them. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

/** An ordered and filtered list, before it is cut into pages. */
export interface Sequence<B extends PageBatchName> {
  readonly batch: B;
  /** The parent's key; null for a list of the whole store. */
  readonly parent: string | null;
  readonly columns: readonly string[];
  readonly direction: Direction;
  readonly filter: readonly Condition[];
  /** The schema coordinate of the field, for messages and cursors. */
  readonly coordinate: string;
}

const MAXIMUM = 100;
const DEFAULT = 25;
const COUNTED = 10_000;

/**
 * One page of a list.
 *
 * @throws AppError INVALID_INPUT for a page size out of bounds, both directions at once, or a cursor
 * that was made for another store, parent, sort or filter, or not made here at all.
 */
export async function loadConnection<B extends PageBatchName>(
  sequence: Sequence<B>,
  args: PageArguments,
  { loaders, cursors, principal }: Context,
): Promise<Connection<Row<EntityOf<B>>>> {
  const { batch, parent, columns, direction, filter, coordinate } = sequence;
  const { size, fromEnd } = sizeOf(args, coordinate);
  const binding: CursorBinding = {
    storeId: principal?.storeId ?? '',
    connection: JSON.stringify([coordinate, parent, columns, direction, filter], stringify),
  };
  const position = (name: 'after' | 'before') => {
    const cursor = args[name];
    if (cursor == null) return null;
    const decoded = cursors.decode(binding, cursor);
    if (decoded !== null) return decoded;
    throw new AppError(
      'INVALID_INPUT',
      `${coordinate} got a cursor as "${name}" that belongs to another list. Take cursors from the same field with the same arguments.`,
    );
  };
  const page: Page = {
    columns,
    direction,
    filter,
    after: position('after'),
    before: position('before'),
    limit: size + 1,
    fromEnd,
  };
  const loaded = await loaders.page(batch, parent, page);
  const more = loaded.length > size;
  const rows = !more ? loaded : fromEnd ? loaded.slice(1) : loaded.slice(0, size);
  const edges = rows.map((node) => ({
    node,
    get cursor() {
      const row = node as Readonly<Record<string, Value>>;
      return cursors.encode(
        binding,
        columns.map((column) => row[column] as Value),
      );
    },
  }));
  return {
    edges,
    pageInfo: {
      hasNextPage: fromEnd ? page.before !== null : more,
      hasPreviousPage: fromEnd ? more : page.after !== null,
      get startCursor() {
        return edges.at(0)?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
    count: async () => {
      const count = await loaders.count(batch, parent, filter, COUNTED + 1);
      return count > COUNTED ? null : count;
    },
  };
}

const stringify = (_: string, value: unknown) =>
  typeof value === 'bigint' ? value.toString() : value;

function sizeOf({ first, last }: PageArguments, coordinate: string) {
  if (first != null && last != null) {
    throw new AppError('INVALID_INPUT', `${coordinate} takes "first" or "last", not both.`);
  }
  const size = first ?? last ?? DEFAULT;
  if (size < 0 || size > MAXIMUM) {
    throw new AppError(
      'INVALID_INPUT',
      `${coordinate} gives pages of 0 to ${MAXIMUM} items and was asked for ${size}.`,
    );
  }
  return { size, fromEnd: last != null };
}
