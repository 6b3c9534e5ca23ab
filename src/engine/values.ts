import { getNamedType, getNullableType, isLeafType, isListType, isObjectType } from 'graphql';
import { decodeCell } from '../data/cells.ts';
import type { Cell, CellRow } from '../data/source.ts';
import { type FieldSource, sourceOf } from '../schema/fields.ts';
import { decimalIn } from '../schema/money.ts';
import { Anomaly } from './anomaly.ts';
import type { Columns } from './columns.ts';
import { cellWriter, nullOf, quoted, valueWriter } from './json.ts';
import { type Compiling, objectIn, type Selected, type Step } from './places.ts';
import type { Write } from './run.ts';

/** A field that shows a column of its row. */
export function columnField(
  compiling: Compiling,
  selected: Selected,
  columns: Columns,
  name: string,
): Write<CellRow> {
  const { type } = selected.field;
  const cell = columns.indexOf(name);
  const cellType = columns.typeOf(name);
  const nullable = getNullableType(type);
  if (!isLeafType(nullable)) {
    const write = writeValue(compiling, selected);
    const decode = (text: string) => decodeCell(cellType, text);
    return (run, row) => write(run, decoded(row[cell], decode));
  }
  const write = cellWriter(nullable, cellType);
  const ifNull = nullOf(type);
  return (_run, row) => {
    const text = row[cell];
    return text === null || text === undefined ? ifNull() : write(text);
  };
}

/** A field that is made of columns of its row. */
export function derivedField(
  compiling: Compiling,
  selected: Selected,
  columns: Columns,
  source: FieldSource & { readonly kind: 'derived' },
): Write<CellRow> {
  const write = writeValue(compiling, selected);
  const read = source.columns.map((name) => {
    const type = columns.typeOf(name);
    return { name, cell: columns.indexOf(name), decode: (text: string) => decodeCell(type, text) };
  });
  return (run, row) => {
    const values: Record<string, unknown> = {};
    for (const { name, cell, decode } of read) values[name] = decoded(row[cell], decode);
    return write(run, source.of(values as never, run.now));
  };
}

/** Money in two columns of its row, which takes no reading of numbers: digits get a point. */
export function moneyField(
  compiling: Compiling,
  selected: Selected,
  columns: Columns,
  source: FieldSource & { readonly kind: 'money' },
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

const decoded = (text: Cell | undefined, decode: (text: string) => unknown) =>
  text === null || text === undefined ? null : decode(text);

type Json = Readonly<Record<string, unknown>>;

/** How JavaScript values are written as a field's type, and the objects in them by what their fields say. */
export function writeValue(compiling: Compiling, { field, sets, ...at }: Selected): Write<unknown> {
  const named = getNamedType(field.type);
  const steps: Step[] = [...at.steps];
  let lists = at.lists;
  for (
    let type = getNullableType(field.type);
    isListType(type);
    type = getNullableType(type.ofType)
  ) {
    steps.push({ list: lists });
    lists += 1;
  }
  const object = isObjectType(named)
    ? compiling.object<Json>(named, sets, { steps, lists }, (inner) => memberOf(compiling, inner))
    : null;
  return valueWriter(field.type, object, at.lists);
}

function memberOf(compiling: Compiling, selected: Selected): Write<Json> {
  const { field } = selected;
  const column = field.extensions.pothosExposedField;
  const source = sourceOf(field);
  const write = writeValue(compiling, selected);
  if (typeof column === 'string') return (run, value) => write(run, value[column]);
  if (source?.kind !== 'derived') throw new Anomaly(`${field.name} is not made of its value.`);
  return (run, value) => write(run, source.of(value as never, run.now));
}
