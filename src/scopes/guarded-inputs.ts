import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Requirement } from './requirement.ts';
import { declaredRequirement } from './requirement-index.ts';

/** An argument, input field or enum value that a request sent and that asks for something. */
export interface GuardedInput {
  readonly requirement: Requirement;
  /** The schema coordinate; an argument's begins with its field's. */
  coordinate(field: string): string;
}

/**
 * The guarded inputs that are present among coerced argument values. Presence counts, not the
 * value: an explicit `null` is present, an absent variable is not.
 */
export function* guardedInputs(
  declared: readonly GraphQLArgument[],
  values: Readonly<Record<string, unknown>>,
): Generator<GuardedInput> {
  for (const argument of declared) {
    if (!Object.hasOwn(values, argument.name)) continue;
    yield* ownRequirement(argument, (field) => `${field}(${argument.name}:)`);
    yield* insideValue(argument.type, values[argument.name]);
  }
}

function* ownRequirement(
  element: GraphQLArgument | GraphQLInputField,
  coordinate: (field: string) => string,
): Generator<GuardedInput> {
  const requirement = declaredRequirement(element);
  if (requirement !== null) yield { requirement, coordinate };
}

function* insideValue(type: GraphQLInputType, value: unknown): Generator<GuardedInput> {
  if (value === null || value === undefined) return;
  if (isNonNullType(type)) {
    yield* insideValue(type.ofType, value);
  } else if (isListType(type)) {
    for (const item of Array.isArray(value) ? value : [value])
      yield* insideValue(type.ofType, item);
  } else if (isEnumType(type)) {
    const chosen = type.getValues().find((candidate) => candidate.value === value);
    const requirement = chosen ? declaredRequirement(chosen) : null;
    if (requirement !== null) {
      yield { requirement, coordinate: () => `${type.name}.${chosen?.name}` };
    }
  } else if (isInputObjectType(type)) {
    const fields = value as Readonly<Record<string, unknown>>;
    for (const field of Object.values(type.getFields())) {
      if (!Object.hasOwn(fields, field.name)) continue;
      yield* ownRequirement(field, () => `${type.name}.${field.name}`);
      yield* insideValue(field.type, fields[field.name]);
    }
  }
}
