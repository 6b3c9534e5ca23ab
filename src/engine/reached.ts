import { type GraphQLObjectType, getNullableType, isListType } from 'graphql';
import { ROW_BATCHES } from '../data/batches.ts';
import { encodeCell } from '../data/cells.ts';
import { opensAlike } from '../data/guards.ts';
import type { CellRow, SourceRow } from '../data/source.ts';
import type { FieldSourceOf, Reach } from '../schema/fields.ts';
import { Anomaly } from './anomaly.ts';
import { argumentsOf } from './arguments.ts';
import type { Columns } from './columns.ts';
import { edgeFetch, lookupFetch } from './fetches.ts';
import { listWriter, nullOf } from './json.ts';
import { rowsAt } from './parents.ts';
import { type Compiling, itemsOf, objectIn, type Parents, type Selected } from './places.ts';
import type { Fetch, Run, Write } from './run.ts';

/** The one row whose key a column of the parent holds. */
export function edgeField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
  { batch, key }: FieldSourceOf<'edge'>,
): Write<V> {
  const { above, keyOf } = parents.keyed(key);
  const { slot, columns, object } = target(compiling, selected, parents, { batch });
  const joinable =
    parents.columns !== null && opensAlike(columns.entity)
      ? { above: parents.columns, joined: { batch, slot, from: key, columns } }
      : null;
  compiling.fetch(parents.depth, edgeFetch(batch, columns, slot, above), joinable);
  const ifNull = nullOf(selected.field.type);
  return (run, parent) => {
    const value = keyOf(parent);
    const found = value && (run.loaded[slot]?.byKey.get(value) as CellRow | undefined);
    return found ? object(run, found) : ifNull();
  };
}

/** The one row whose key is known without a parent. */
export function lookupField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
  source: FieldSourceOf<'lookup'>,
): Write<V> {
  const argsOf = argumentsOf(selected);
  const keysOf = (run: Run) => {
    const key = source.keyOf(argsOf(run.variables), run);
    return key === null ? [] : [key];
  };
  const { slot, columns, object } = target(compiling, selected, parents, source);
  compiling.fetch(parents.depth, reachFetch(source, columns, slot, keysOf));
  const ifNull = nullOf(selected.field.type);
  return (run) => {
    const [row] = run.loaded[slot]?.rows ?? [];
    return row ? object(run, row) : ifNull();
  };
}

/** A field whose arguments say what it returns, and of which type each is. */
export function nodesField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
  { idsOf, typeOf, reachOf }: FieldSourceOf<'nodes'>,
): Write<V> {
  const type = getNullableType(selected.field.type);
  const isList = isListType(type);
  const ifNull = nullOf(isList ? type.ofType : selected.field.type);
  const at = isList ? { ...selected, ...itemsOf(selected) } : selected;
  const argsOf = argumentsOf(selected);
  const idsIn = (run: Run) => idsOf(argsOf(run.variables));
  const writes = new Map<string, Write<string>>();
  for (const one of compiling.typesOf(selected)) {
    const reach = reachOf(one.name);
    if (reach === null) throw new Anomaly(`${one.name} is not reached by ids.`);
    compiling.check(one.name, compiling.requirementOf(one));
    const keysOf = (run: Run) => [...new Set(idsIn(run).filter((id) => typeOf(id) === one.name))];
    const { slot, columns, object } = target(compiling, at, parents, reach, one);
    compiling.fetch(parents.depth, reachFetch(reach, columns, slot, keysOf));
    writes.set(one.name, (run, id) => {
      const found = run.loaded[slot]?.byKey.get(id) as CellRow | undefined;
      return found ? object(run, found) : ifNull();
    });
  }
  const writeOne: Write<string> = (run, id) => {
    const name = typeOf(id);
    if (name === null) return ifNull();
    const write = writes.get(name);
    if (write === undefined) throw new Anomaly(`No ${name} was asked for.`);
    return write(run, id);
  };
  if (!isList) return (run) => idsIn(run).map((id) => writeOne(run, id))[0] ?? ifNull();
  const write = listWriter(writeOne, selected.lists);
  return (run) => write(run, idsIn(run));
}

/** Loads rows by their keys, and puts what stands in for them where there are none. */
function reachFetch(
  { batch, otherwise }: Reach,
  columns: Columns,
  slot: number,
  keysOf: (run: Run) => readonly string[],
): Fetch {
  const fetch = lookupFetch(batch, columns, slot, keysOf);
  if (otherwise === undefined) return fetch;
  const cell = columns.indexOf(ROW_BATCHES[batch].key);
  const rowOf = (value: SourceRow | null): CellRow[] => {
    if (value === null) return [];
    const own = columns.names.map((name) => encodeCell(columns.typeOf(name), value[name]));
    // Nothing comes with a row that is not there.
    const joined = columns.joined.flatMap((other) => other.columns.names.map(() => null));
    return [[...own, ...joined]];
  };
  return (run, ask, later) => {
    const askAndStandIn: typeof ask = (load, take) =>
      ask(load, (rows) => {
        const found = new Set(rows.map((row) => row[cell]));
        const missing = keysOf(run).filter((key) => !found.has(key));
        take([
          ...rows,
          ...missing.flatMap((key) => rowOf(otherwise(key, run) as SourceRow | null)),
        ]);
      });
    fetch(run, askAndStandIn, later);
  };
}

/** A position of its own for rows that a field returns, and how one of them is written. */
function target<V>(
  compiling: Compiling,
  selected: Selected,
  { depth }: Parents<V>,
  { batch }: Reach,
  type: GraphQLObjectType = objectIn(selected.field.type),
) {
  const columns = compiling.columnsOf(ROW_BATCHES[batch].entity);
  const slot = compiling.newSlot();
  const rows = rowsAt(selected, { slot, depth: depth + 1, columns });
  return { columns, slot, object: compiling.rowObject(type, selected.sets, rows) };
}
