import { getNullableType, isListType } from 'graphql';
import { PAGE_BATCHES } from '../data/batches.ts';
import { REPORT_GUARD } from '../data/guards.ts';
import type { CellRow } from '../data/source.ts';
import { type FieldSourceOf, sourceOf } from '../schema/fields.ts';
import { hasVariables } from '../scopes/walk.ts';
import { Anomaly } from './anomaly.ts';
import { argumentsOf } from './arguments.ts';
import { compileConnection } from './connection.ts';
import { type ListOf, totalsFetch, wholeFetch } from './fetches.ts';
import { listWriter } from './json.ts';
import { rowsAt } from './parents.ts';
import { type Compiling, itemsOf, objectIn, type Parents, type Selected } from './places.ts';
import { edgeField, lookupField, nodesField } from './reached.ts';
import type { Run, Write } from './run.ts';
import { derivedField, madeField } from './values.ts';

/**
 * A field as its source says what it is, of whatever its parents are.
 *
 * @throws Anomaly for one that says nothing, and has a resolver alone.
 */
export function sourceField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
): Write<V> {
  const source = sourceOf(selected.field);
  switch (source?.kind) {
    case 'derived':
      return derivedField(compiling, selected, parents, source);
    case 'money':
      return derivedField(compiling, selected, parents, {
        columns: [source.amount, source.currency],
        of: ({ [source.amount]: minorUnits, [source.currency]: currency }) => ({
          minorUnits,
          currency,
        }),
      });
    case 'edge':
      return edgeField(compiling, selected, parents, source);
    case 'lookup':
      return lookupField(compiling, selected, parents, source);
    case 'nodes':
      return nodesField(compiling, selected, parents, source);
    case 'list':
      return listField(compiling, selected, parents, source);
    case 'rows':
      return rowsField(compiling, selected, parents, source);
    case 'totals':
      return totalsField(compiling, selected, parents, source);
    case 'given':
      return givenField(compiling, selected, parents, source);
    case 'report':
      compiling.check(`The report of ${source.report}`, REPORT_GUARD);
      return loadedField(compiling, selected, parents, source);
    case 'loaded':
      return loadedField(compiling, selected, parents, source);
    default:
      throw new Anomaly(`${selected.field.name} has a resolver alone.`);
  }
}

function listField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
  { batch, key, sequenceOf, sorts }: FieldSourceOf<'list'>,
): Write<V> {
  const { parent, field } = selected;
  const argsOf = argumentsOf(selected);
  const keyed = key === null ? null : parents.keyed(key);
  const list: ListOf = {
    batch,
    columns: compiling.columnsOf(PAGE_BATCHES[batch].entity),
    slot: compiling.newSlot(),
    above: keyed?.above ?? null,
    coordinate: `${parent.name}.${field.name}`,
    sequenceOf: (run) => {
      const args = argsOf(run.variables);
      return { ...sequenceOf(args), args };
    },
  };
  // A filter has no part in the order, and may say what cannot be asked.
  const asked = sequenceOf({ ...argsOf(compiling.variables), filter: null }).columns;
  const order = selected.node.arguments?.filter(({ name }) => name.value === 'orderBy') ?? [];
  // Where variables say the order, the next request may say any that needs nothing more.
  const others = hasVariables({ ...selected.node, arguments: order }) ? sorts : [];
  const readable = others.filter((sort) => sort.every((name) => list.columns.mayRead(name)));
  const write = compileConnection(compiling, selected, parents.depth, list, [asked, ...readable]);
  return keyed === null ? (run) => write(run, null) : (run, row) => write(run, keyed.keyOf(row));
}

function rowsField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
  { batch, key, page }: FieldSourceOf<'rows'>,
): Write<V> {
  const { field, sets } = selected;
  if (!isListType(getNullableType(field.type))) throw new Anomaly(`${field.name} is no list.`);
  const { above, keyOf } = parents.keyed(key);
  const slot = compiling.newSlot();
  const columns = compiling.columnsOf(PAGE_BATCHES[batch].entity);
  const rows = rowsAt(itemsOf(selected), { slot, depth: parents.depth + 1, columns });
  const object = compiling.rowObject(objectIn(field.type), sets, rows);
  const write = listWriter(object, selected.lists);
  compiling.fetch(parents.depth, wholeFetch(batch, columns, slot, above, page));
  return (run, parent) => {
    const own = run.loaded[slot]?.byKey.get(keyOf(parent));
    return write(run, (own ?? []) as readonly CellRow[]);
  };
}

function totalsField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
  { batch, key, of }: FieldSourceOf<'totals'>,
): Write<V> {
  const { above, keyOf } = parents.keyed(key);
  const slot = compiling.newSlot();
  compiling.fetch(parents.depth, totalsFetch(batch, slot, above));
  const made = (run: Run, parent: V) =>
    of((run.loaded[slot]?.byKey.get(keyOf(parent)) ?? []) as never[]);
  return madeField(compiling, selected, parents, { depth: parents.depth + 1, made });
}

function givenField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
  { of }: FieldSourceOf<'given'>,
): Write<V> {
  const argsOf = argumentsOf(selected);
  const made = (run: Run) => of(run, argsOf(run.variables) as never);
  return madeField(compiling, selected, parents, { depth: parents.depth, made });
}

/** A field that loads by itself, for all its parents in the same tick: the loaders make batches of that. */
function loadedField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
  { columns, of }: FieldSourceOf<'loaded' | 'report'>,
): Write<V> {
  const argsOf = argumentsOf(selected);
  const { read, spell } = parents.reading(columns);
  const slot = compiling.newSlot();
  compiling.fetch(parents.depth, (run, _ask, later) => {
    const args = argsOf(run.variables);
    const byKey = new Map<string, unknown>();
    run.loaded[slot] = { rows: [], byKey };
    const { principal, granted, cursors, now } = run;
    const distinct = new Map(parents.all(run).map((parent) => [spell(parent), parent]));
    for (const [key, parent] of distinct) {
      later(async (loaders) => {
        const loading = { principal, granted, cursors, now, loaders };
        byKey.set(key, await of(read(parent) as never, args as never, loading));
      });
    }
  });
  const made = (run: Run, parent: V) => run.loaded[slot]?.byKey.get(spell(parent));
  return madeField(compiling, selected, parents, { depth: parents.depth + 1, made });
}
