import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type ValueNode,
} from 'graphql';
import type { Element, Field } from './coordinates.ts';
import { declaredRequirement } from './declaration.ts';
import type { Requirement } from './requirement.ts';
import type { Variables } from './variables.ts';

/** An argument, input field, enum value, or a value of a type that asks for something, in a request. */
export interface GuardedInput {
  readonly requirement: Requirement;
  /** The schema coordinate; an argument's begins with its field's. */
  coordinate(field: string): string;
}

type Input = GraphQLArgument | GraphQLInputField;

/**
 * The guarded inputs that are present among coerced argument values. Presence counts, not the value: an
 * explicit `null` is present, an absent variable is not; a default of the schema is.
 */
export function* guardedInputs(
  declared: readonly GraphQLArgument[],
  values: Readonly<Record<string, unknown>>,
): Generator<GuardedInput> {
  for (const argument of declared) {
    if (!Object.hasOwn(values, argument.name)) continue;
    yield* said(argument, coordinateOf(argument));
    yield* insideValue(argument.type, values[argument.name]);
  }
}

/**
 * The same, read off a document before its arguments are coerced. Without variables: all that could be
 * present whatever their values are. `fields` are one field as its type declares it, then as each interface of
 * the type does: an argument asks for what any of them says.
 */
export function* guardedInputsOf(
  [own, ...inherited]: readonly Arguments[],
  { arguments: sent = [] }: FieldNode,
  variables: Variables | null,
): Generator<GuardedInput> {
  for (const argument of own?.args ?? []) {
    const node = sent.find(({ name }) => name.value === argument.name)?.value;
    const same = inherited.flatMap(({ args }) => args.filter(({ name }) => name === argument.name));
    yield* insideInput(argument, same, coordinateOf(argument), node, variables);
  }
}

type Arguments = Pick<Field, 'args'>;

const coordinateOf = (argument: GraphQLArgument) => (field: string) =>
  `${field}(${argument.name}:)`;

function* said(element: Element, coordinate: GuardedInput['coordinate']): Generator<GuardedInput> {
  const requirement = declaredRequirement(element);
  if (requirement !== null) yield { requirement, coordinate };
}

function* insideInput(
  input: Input,
  inherited: readonly Input[],
  coordinate: GuardedInput['coordinate'],
  node: ValueNode | undefined,
  variables: Variables | null,
): Generator<GuardedInput> {
  const absent =
    node === undefined ||
    (node.kind === Kind.VARIABLE && variables && !Object.hasOwn(variables, node.name.value));
  if (absent && input.defaultValue === undefined) return;
  for (const same of [input, ...inherited]) yield* said(same, coordinate);
  if (absent) yield* insideValue(input.type, input.defaultValue);
  else yield* insideNode(input.type, node, variables);
}

function* insideNode(
  type: GraphQLInputType,
  node: ValueNode,
  variables: Variables | null,
): Generator<GuardedInput> {
  if (node.kind === Kind.NULL) return;
  if (node.kind === Kind.VARIABLE) {
    if (variables === null) yield* insideAnything(getNamedType(type), new Set());
    else yield* insideValue(type, variables[node.name.value]);
  } else if (isNonNullType(type)) {
    yield* insideNode(type.ofType, node, variables);
  } else if (isListType(type)) {
    const items = node.kind === Kind.LIST ? node.values : [node];
    for (const item of items) yield* insideNode(type.ofType, item, variables);
  } else {
    yield* said(type, () => type.name);
    if (isEnumType(type) && node.kind === Kind.ENUM)
      yield* insideEnum(type.name, type.getValue(node.value));
    if (!isInputObjectType(type) || node.kind !== Kind.OBJECT) return;
    for (const field of Object.values(type.getFields())) {
      const value = node.fields.find(({ name }) => name.value === field.name)?.value;
      yield* insideInput(field, [], () => `${type.name}.${field.name}`, value, variables);
    }
  }
}

function* insideValue(type: GraphQLInputType, value: unknown): Generator<GuardedInput> {
  if (value === null || value === undefined) return;
  if (isNonNullType(type)) {
    yield* insideValue(type.ofType, value);
  } else if (isListType(type)) {
    for (const item of Array.isArray(value) ? value : [value])
      yield* insideValue(type.ofType, item);
  } else {
    yield* said(type, () => type.name);
    if (isEnumType(type)) {
      yield* insideEnum(
        type.name,
        type.getValues().find((candidate) => candidate.value === value),
      );
    }
    if (!isInputObjectType(type)) return;
    const fields = value as Readonly<Record<string, unknown>>;
    for (const field of Object.values(type.getFields())) {
      if (!Object.hasOwn(fields, field.name)) continue;
      yield* said(field, () => `${type.name}.${field.name}`);
      yield* insideValue(field.type, fields[field.name]);
    }
  }
}

function* insideEnum(
  type: string,
  value: (Element & { readonly name: string }) | null | undefined,
): Generator<GuardedInput> {
  if (value) yield* said(value, () => `${type}.${value.name}`);
}

/** Everything that a value of the type could hold. */
function* insideAnything(
  type: GraphQLNamedInputType,
  seen: Set<GraphQLNamedInputType>,
): Generator<GuardedInput> {
  if (seen.has(type)) return;
  seen.add(type);
  yield* said(type, () => type.name);
  if (isEnumType(type)) {
    for (const value of type.getValues()) yield* insideEnum(type.name, value);
  } else if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      yield* said(field, () => `${type.name}.${field.name}`);
      yield* insideAnything(getNamedType(field.type), seen);
    }
  }
}
