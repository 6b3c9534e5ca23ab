import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { compositeTypes } from './queries-paths.ts';
import { inputNeeds } from './queries-sdl.ts';

/** A value as a client writes it in JSON. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [k: string]: Json };

/** An argument, or an input field or enum value inside one, of a field. */
export interface InputPlace {
  /** The coordinate of the field that takes it. */
  readonly field: string;
  /** The argument's name, then the input fields inside it. */
  readonly keys: readonly string[];
  readonly argument: GraphQLArgument;
  /** The type at the end of `keys`. */
  readonly type: GraphQLInputType;
  /** Coordinates from the argument inwards; an enum value's is the last. */
  readonly coordinates: readonly string[];
  /** The value to send, where the place is an enum value. */
  readonly enumValue: string | null;
}

/** Every place in the arguments of every field, whatever it declares. */
export function inputPlaces(schema: GraphQLSchema): InputPlace[] {
  return compositeTypes(schema).flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) => {
      const coordinate = `${type.name}.${field.name}`;
      return field.args.flatMap((argument) =>
        placesIn({
          field: coordinate,
          keys: [argument.name],
          argument,
          type: argument.type,
          coordinates: [`${coordinate}(${argument.name}:)`],
          enumValue: null,
        }),
      );
    }),
  );
}

function placesIn(place: InputPlace): InputPlace[] {
  const named = getNamedType(place.type);
  if (isEnumType(named)) {
    const values = named.getValues().map(({ name }) => ({
      ...place,
      coordinates: [...place.coordinates, `${named.name}.${name}`],
      enumValue: name,
    }));
    return isNonNullType(place.type) ? values : [place, ...values];
  }
  if (!isInputObjectType(named)) return [place];
  const inside = Object.values(named.getFields()).flatMap((field) =>
    placesIn({
      ...place,
      keys: [...place.keys, field.name],
      type: field.type,
      coordinates: [...place.coordinates, `${named.name}.${field.name}`],
    }),
  );
  return [place, ...inside];
}

/** Gives a value to an input that has to be sent along. */
export type Values = (element: GraphQLArgument | GraphQLInputField) => Json;

/** The value of the whole argument that holds `inner` at the place, with what else is required beside it. */
export function around(place: InputPlace, inner: Json, values: Values): Json {
  const build = (type: GraphQLInputType, keys: readonly string[]): Json => {
    const [key, ...rest] = keys;
    const named = getNamedType(type);
    if (key === undefined || !isInputObjectType(named)) return inner;
    const field = named.getFields()[key];
    if (field === undefined) throw new TypeError(`${named.name} has no ${key}.`);
    return { ...requiredOf(named.getFields(), values), [key]: build(field.type, rest) };
  };
  return build(place.argument.type, place.keys.slice(1));
}

/** Values for the fields that an input object cannot do without. */
export function requiredOf(
  fields: Readonly<Record<string, GraphQLInputField>>,
  values: Values,
): { readonly [name: string]: Json } {
  const required = Object.values(fields).filter(isRequiredInputField);
  return Object.fromEntries(required.map((field) => [field.name, values(field)]));
}

/** A value that the type takes and that asks for no scope itself; nothing has it as its id. */
export function sampleOf(element: GraphQLArgument | GraphQLInputField): Json {
  const named = getNamedType(element.type);
  if (isEnumType(named)) {
    const free = named.getValues().find(({ name }) => !inputNeeds(`${named.name}.${name}`).token);
    if (free) return free.name;
    if (isListType(getNullableType(element.type))) return [];
    throw new TypeError(`Every value of ${named.name} needs a scope.`);
  }
  if (isInputObjectType(named)) return requiredOf(named.getFields(), sampleOf);
  return SAMPLES[named.name] ?? 'a';
}

/** No row is as many versions old, and a page may have as many items. */
const SAMPLES: Readonly<Record<string, Json>> = {
  Int: 97,
  Boolean: true,
  Decimal: '50',
  CurrencyCode: 'USD',
  Date: '2026-01-02',
  DateTime: '2026-01-02T03:04:05.000Z',
};

/** A value as it stands in a document; `holes` are the variables in it, by the value that marks them. */
export function literalOf(
  type: GraphQLInputType,
  value: Json,
  holes: ReadonlyMap<Json, string> = new Map(),
): string {
  const hole = holes.get(value);
  if (hole !== undefined) return hole;
  if (value === null) return 'null';
  const inner = getNullableType(type);
  if (isListType(inner)) {
    const items = Array.isArray(value) ? (value as readonly Json[]) : [value];
    return `[${items.map((item) => literalOf(inner.ofType, item, holes)).join(', ')}]`;
  }
  if (isInputObjectType(inner)) {
    const fields = inner.getFields();
    const texts = Object.entries(value).map(([name, item]) => {
      const field = fields[name];
      if (field === undefined) throw new TypeError(`${inner.name} has no ${name}.`);
      return `${name}: ${literalOf(field.type, item as Json, holes)}`;
    });
    return `{${texts.join(', ')}}`;
  }
  return isEnumType(inner) ? String(value) : JSON.stringify(value);
}
