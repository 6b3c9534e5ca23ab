import {
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLEnumValue,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isNonNullType,
} from 'graphql';
import type { Element } from './coordinates.ts';
import { declaredRequirement } from './declaration.ts';
import { guardedInputs } from './guarded-inputs.ts';
import { type Granted, isSatisfied } from './requirement.ts';

export type Input = GraphQLArgument | GraphQLInputField;

/** What of a schema's inputs a grant can send. */
export interface VisibleInputs {
  /** Whether a value of a leaf or input type can be sent, or of an enum received. */
  has(type: GraphQLNamedType): boolean;
  /** Whether an argument or input field can be sent. */
  maySend(input: Input): boolean;
  /** Whether it can be left out: it is not required, and its default, which counts as present, is not refused. */
  mayOmit(input: Input): boolean;
  valuesOf(type: GraphQLEnumType): readonly GraphQLEnumValue[];
}

/**
 * Judges the inputs of a schema. An input type with a field that can be neither sent nor left out
 * cannot be sent itself; the same makes a field of it that holds it.
 */
export function visibleInputs(schema: GraphQLSchema, granted: Granted): VisibleInputs {
  const gone = new Set<GraphQLNamedType>();
  const isOpen = (element: Element) => {
    const said = declaredRequirement(element);
    return said === null || isSatisfied(said, granted);
  };
  const valuesOf = (type: GraphQLEnumType) => type.getValues().filter(isOpen);
  const maySend = (input: Input) => isOpen(input) && !gone.has(getNamedType(input.type));
  const mayOmit = (input: Input) => {
    if (input.defaultValue === undefined) return !isNonNullType(input.type);
    const present = guardedInputs([input], { [input.name]: input.defaultValue });
    return [...present].every(({ requirement }) => isSatisfied(requirement, granted));
  };
  const isUsable = (type: GraphQLNamedType) => {
    if (!isOpen(type)) return false;
    if (isEnumType(type)) return valuesOf(type).length > 0;
    if (!isInputObjectType(type)) return true;
    const fields = Object.values(type.getFields());
    return fields.some(maySend) && fields.every((field) => maySend(field) || mayOmit(field));
  };
  const types = Object.values(schema.getTypeMap()).filter(isInputType);
  for (let before = -1; before < gone.size; ) {
    before = gone.size;
    for (const type of types) if (!isUsable(type)) gone.add(type);
  }
  return { has: (type) => !gone.has(type), maySend, mayOmit, valuesOf };
}
