import { decodeCell } from '../data/cells.ts';
import type { CellRow, Value } from '../data/source.ts';
import { cut, shownCount } from '../schema/connection.ts';
import { sourceOf } from '../schema/fields.ts';
import { Anomaly } from './anomaly.ts';
import { countFetch, type ListOf, listFetch } from './fetches.ts';
import { listWriter, quoted } from './json.ts';
import { rowsAt } from './parents.ts';
import { type Compiling, itemsOf, objectIn, type Selected } from './places.ts';
import type { LoadedList, Run, Write } from './run.ts';

/** A page of the list of one parent. */
interface LoadedPage extends ReturnType<typeof cut<CellRow>> {
  /** The parent's key; null for a list of the whole store. */
  readonly key: string | null;
  readonly list: LoadedList;
}

/** An edge of a page. */
interface Edge {
  readonly row: CellRow;
  readonly page: LoadedPage;
}

/** A connection field, of the key of its parent: the fields of its pages, and of the edges and rows in them. */
export function compileConnection(
  compiling: Compiling,
  selected: Selected,
  depth: number,
  list: ListOf,
  sorts: readonly (readonly string[])[],
): Write<string | null> {
  /** A row's cursor takes the columns that order the list. */
  const cursorOf = (run: Run, { list: loaded, key }: LoadedPage, row: CellRow): string => {
    const position = loaded.page.columns.map((name) => {
      const text = row[list.columns.cellOf(name)];
      if (text == null) throw new Anomaly(`${name} orders a list and is null.`);
      return decodeCell(list.columns.typeOf(name), text) as Value;
    });
    return quoted(run.cursors.encode(loaded.bindingFor(key), position));
  };
  const ofRow = (run: Run, page: LoadedPage, row: CellRow | undefined) =>
    row === undefined ? 'null' : cursorOf(run, page, row);
  const withCursors = () => {
    for (const name of sorts.flat()) list.columns.indexOf(name);
  };

  const loadedHere = { slot: list.slot, depth: depth + 1, columns: list.columns };

  const edgeField = (at: Selected): Write<Edge> => {
    if (at.field.name === 'node') {
      const rows = rowsAt(at, loadedHere);
      const write = compiling.rowObject(objectIn(at.field.type), at.sets, rows);
      return (run, { row }) => write(run, row);
    }
    if (at.field.name !== 'cursor') throw new Anomaly(`${at.field.name} is no field of an edge.`);
    withCursors();
    return (run, { row, page }) => cursorOf(run, page, row);
  };

  const pageInfoField = (at: Selected): Write<LoadedPage> => {
    switch (at.field.name) {
      case 'hasNextPage':
        return (_run, page) => String(page.hasNextPage);
      case 'hasPreviousPage':
        return (_run, page) => String(page.hasPreviousPage);
      case 'startCursor':
        withCursors();
        return (run, page) => ofRow(run, page, page.rows.at(0));
      case 'endCursor':
        withCursors();
        return (run, page) => ofRow(run, page, page.rows.at(-1));
      default:
        throw new Anomaly(`${at.field.name} is no field of a page.`);
    }
  };

  const pageField = (at: Selected): Write<LoadedPage> => {
    if (sourceOf(at.field)?.kind === 'count') {
      const slot = compiling.newSlot();
      compiling.fetch(depth, countFetch(list, slot));
      return (run, page) =>
        String(shownCount((run.loaded[slot]?.byKey.get(page.key) ?? 0) as number));
    }
    switch (at.field.name) {
      case 'nodes': {
        const rows = rowsAt(itemsOf(at), loadedHere);
        const row = compiling.rowObject(objectIn(at.field.type), at.sets, rows);
        const write = listWriter(row, at.lists);
        return (run, page) => write(run, page.rows);
      }
      case 'edges': {
        const type = objectIn(at.field.type);
        const edge = compiling.object<Edge>(type, at.sets, itemsOf(at), edgeField);
        const write = listWriter(edge, at.lists);
        const edgesOf = (page: LoadedPage) => page.rows.map((row) => ({ row, page }));
        return (run, page) => write(run, edgesOf(page));
      }
      case 'pageInfo':
        return compiling.object<LoadedPage>(objectIn(at.field.type), at.sets, at, pageInfoField);
      default:
        throw new Anomaly(`${at.field.name} is no field of a connection.`);
    }
  };

  const write = compiling.object<LoadedPage>(
    objectIn(selected.field.type),
    selected.sets,
    selected,
    pageField,
  );
  compiling.fetch(depth, listFetch(list));
  const { slot } = list;
  return (run, key) => {
    const loaded = run.loaded[slot] as LoadedList | undefined;
    if (loaded?.page === undefined) throw new Anomaly('A row without a key has no list.');
    const { rows, hasNextPage, hasPreviousPage } = cut(loaded.byKey.get(key) ?? [], loaded.page);
    return write(run, { rows, hasNextPage, hasPreviousPage, key, list: loaded });
  };
}
