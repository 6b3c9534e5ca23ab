import { getNamedType, getNullableType, isLeafType, isListType, isObjectType } from 'graphql';
import type { CellRow } from '../data/source.ts';
import type { FieldSourceOf } from '../schema/fields.ts';
import { decimalIn } from '../schema/money.ts';
import { Anomaly } from './anomaly.ts';
import type { Columns } from './columns.ts';
import { cellWriter, nullOf, quoted, valueWriter } from './json.ts';
import { valuesAt } from './parents.ts';
import {
  type Compiling,
  itemsOf,
  type Json,
  objectIn,
  type Parents,
  type Place,
  type Rows,
  type Selected,
} from './places.ts';
import type { Run, Write } from './run.ts';

/** A field that shows a column of its row. */
export function columnField(
  compiling: Compiling,
  selected: Selected,
  rows: Rows,
  name: string,
): Write<CellRow> {
  const { type } = selected.field;
  const { columns } = rows;
  const cell = columns.indexOf(name);
  const cellType = columns.typeOf(name);
  const nullable = getNullableType(type);
  if (!isLeafType(nullable)) return shownField(compiling, selected, rows, name);
  const write = cellWriter(nullable, cellType);
  const ifNull = nullOf(type);
  return (_run, row) => {
    const text = row[cell];
    return text === null || text === undefined ? ifNull() : write(text);
  };
}

/** A field that shows a column of its parent as a value, which has been read. */
export function shownField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
  name: string,
): Write<V> {
  const of = (value: Json) => value[name];
  return derivedField(compiling, selected, parents, { columns: [name], of });
}

/** Money in two columns of its row, which takes no reading of numbers: digits get a point. */
export function moneyField(
  compiling: Compiling,
  selected: Selected,
  columns: Columns,
  source: FieldSourceOf<'money'>,
): Write<CellRow> {
  const { field, sets } = selected;
  const amount = columns.indexOf(source.amount);
  const currency = columns.indexOf(source.currency);
  const write = compiling.object<CellRow>(objectIn(field.type), sets, selected, (member) => {
    switch (member.field.name) {
      case 'amount':
        return (_run, row) => `"${decimalIn(row[currency] ?? '', row[amount] ?? '')}"`;
      case 'currencyCode':
        return (_run, row) => quoted(row[currency] ?? '');
      default:
        throw new Anomaly(`${member.field.name} is no field of money.`);
    }
  });
  const ifNull = nullOf(field.type);
  return (run, row) =>
    row[amount] === null || row[currency] === null ? ifNull() : write(run, row);
}

/** A field that is made of columns of its parent. */
export function derivedField<V>(
  compiling: Compiling,
  selected: Selected,
  parents: Parents<V>,
  { columns, of }: Pick<FieldSourceOf<'derived'>, 'columns' | 'of'>,
): Write<V> {
  const { read } = parents.reading(columns);
  const made = (run: Run, parent: V) => of(read(parent) as never, run.now);
  return madeField(compiling, selected, parents, { depth: parents.depth, made });
}

/** A field whose value is made of its parent when so many waves have been. */
export function madeField<V>(
  compiling: Compiling,
  { field, sets, ...at }: Selected,
  parents: Parents<V>,
  { depth, made }: { readonly depth: number; readonly made: (run: Run, parent: V) => unknown },
): Write<V> {
  const named = getNamedType(field.type);
  let place: Place = at;
  for (
    let type = getNullableType(field.type);
    isListType(type);
    type = getNullableType(type.ofType)
  ) {
    place = itemsOf(place);
  }
  const all = (run: Run) => {
    const values = parents.all(run).map((parent) => made(run, parent));
    const objects = values.flat(place.lists - at.lists) as (Json | null | undefined)[];
    return objects.filter((value) => value !== null && value !== undefined);
  };
  const object = isObjectType(named)
    ? compiling.valueObject(named, sets, valuesAt(compiling, place, { depth, all }))
    : null;
  const write = valueWriter(field.type, object, at.lists);
  return (run, parent) => write(run, made(run, parent));
}
