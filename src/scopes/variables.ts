import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isInputType,
  isNonNullType,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';

/** How many mistakes in variables are looked for, as many as execution would: each costs time to word. */
export const MAX_VARIABLE_ERRORS = 50;

/** A variable of an operation, with its type looked up. */
interface Variable {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly defaultValue: ValueNode | undefined;
}

/**
 * Coerced values of variables; those that a request left out are absent. Where null may stand in for them, it says that
 * they are not known and might be anything.
 */
export type Variables = Readonly<Record<string, unknown>>;

type Sent = Readonly<Record<string, unknown>>;

type Coerced =
  | { readonly coerced: Variables; readonly errors?: never }
  | { readonly coerced?: never; readonly errors: readonly GraphQLError[] };

/** Coerces the variables of one operation as they were sent. */
export type CoerceVariables = (sent: Sent) => Coerced;

/**
 * Coercion of an operation's variables (GraphQL specification, section 6.1.2). Their types are looked up once, which is
 * most of what graphql-js's own function takes; that one is asked for the words where something is wrong.
 */
export function coercionOf(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): CoerceVariables {
  const variables: Variable[] = [];
  for (const { variable, type: node, defaultValue } of definitions) {
    const type = typeFromAST(schema, node);
    if (isInputType(type)) variables.push({ name: variable.name.value, type, defaultValue });
  }
  return (sent) => {
    const coerced = variables.length === definitions.length ? valuesOf(variables, sent) : null;
    if (coerced !== null) return { coerced };
    return getVariableValues(schema, definitions, sent, { maxErrors: MAX_VARIABLE_ERRORS });
  };
}

/** Null where a value is missing or wrong. */
function valuesOf(variables: readonly Variable[], sent: Sent): Record<string, unknown> | null {
  const values: Record<string, unknown> = Object.create(null);
  try {
    for (const { name, type, defaultValue } of variables) {
      if (Object.hasOwn(sent, name)) {
        values[name] = coerceInputValue(sent[name], type);
      } else if (defaultValue) {
        values[name] = valueFromAST(defaultValue, type);
      } else if (isNonNullType(type)) return null;
    }
  } catch {
    return null;
  }
  return values;
}
