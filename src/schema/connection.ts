import type { EntityOf, PageBatchName } from '../data/batches.ts';
import type { Row } from '../data/entities.ts';
import type { Condition, Direction, Page, Value } from '../data/source.ts';
import { AppError } from '../errors.ts';
import type { Principal } from '../token/principal.ts';
import type { Context } from './context.ts';
import type { CursorBinding, CursorCodec } from './cursor.ts';

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
export interface Sequence<B extends PageBatchName = PageBatchName> {
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

/** Lists are counted up to here. */
export const COUNTED = 10_000;

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
  const { batch, parent, columns, filter } = sequence;
  const binding = bindingOf(sequence, principal);
  const page = pageOf(sequence, args, cursors, binding);
  const loaded = await loaders.page(batch, parent, page);
  const { rows, hasNextPage, hasPreviousPage } = cut(loaded, page);
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
      hasNextPage,
      hasPreviousPage,
      get startCursor() {
        return edges.at(0)?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
    count: async () => shownCount(await loaders.count(batch, parent, filter, COUNTED + 1)),
  };
}

/** What a list tells of a count that stops one beyond the bound. */
export const shownCount = (count: number): number | null => (count > COUNTED ? null : count);

/** What the cursors of a list belong to. */
export function bindingOf(sequence: Sequence, principal: Principal | null): CursorBinding {
  const { coordinate, parent, columns, direction, filter } = sequence;
  return {
    storeId: principal?.storeId ?? '',
    connection: JSON.stringify([coordinate, parent, columns, direction, filter], stringify),
  };
}

/**
 * The page to load: one row more than was asked for, which tells whether there are more.
 *
 * @throws AppError INVALID_INPUT as `loadConnection` does.
 */
export function pageOf(
  { columns, direction, filter, coordinate }: Sequence,
  args: PageArguments,
  cursors: CursorCodec,
  binding: CursorBinding,
): Page {
  const { size, fromEnd } = sizeOf(args, coordinate);
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
  const [after, before] = [position('after'), position('before')];
  return { columns, direction, filter, after, before, limit: size + 1, fromEnd };
}

/** The rows of a page without the one too many, and what that one tells. */
export function cut<R>(loaded: readonly R[], { limit, fromEnd, after, before }: Page) {
  const size = limit - 1;
  const more = loaded.length > size;
  const rows = !more ? loaded : fromEnd ? loaded.slice(1) : loaded.slice(0, size);
  return {
    rows,
    hasNextPage: fromEnd ? before !== null : more,
    hasPreviousPage: fromEnd ? more : after !== null,
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
