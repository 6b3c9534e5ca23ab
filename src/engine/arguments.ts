import { getArgumentValues, Kind } from 'graphql';
import type { Variables } from '../scopes/variables.ts';
import { hasVariables } from '../scopes/walk.ts';
import type { Arguments, Selected } from './places.ts';

/**
 * The arguments of a field (GraphQL specification, section 6.4.1), coerced once where no variable is in them. One that is
 * nothing but a variable was coerced with it, and is taken as it is; where a variable is missing or null graphql-js says
 * what that means, and where it is part of a value as well.
 *
 * @throws GraphQLError, here or in what is returned, for values that do not fit.
 */
export function argumentsOf({
  field,
  node,
}: Pick<Selected, 'field' | 'node'>): (variables: Variables) => Arguments {
  if (!hasVariables(node)) {
    const args = getArgumentValues(field, node);
    return () => args;
  }
  const coerce = (variables: Variables) => getArgumentValues(field, node, variables);
  const taken = new Map<string, string>();
  for (const { name, value } of node.arguments ?? []) {
    if (value.kind === Kind.VARIABLE) taken.set(name.value, value.name.value);
  }
  const others = (node.arguments ?? []).filter(({ name }) => !taken.has(name.value));
  if (hasVariables({ ...node, arguments: others })) return coerce;
  const args = field.args.filter(({ name }) => !taken.has(name));
  const constant = getArgumentValues({ ...field, args }, { ...node, arguments: others });
  // In the order in which graphql-js has them.
  const parts = field.args
    .map(({ name }) => ({ name, variable: taken.get(name) }))
    .filter(({ name, variable }) => variable !== undefined || Object.hasOwn(constant, name));
  return (variables) => {
    const values: Record<string, unknown> = {};
    for (const { name, variable } of parts) {
      if (variable === undefined) {
        values[name] = constant[name];
        continue;
      }
      const value = Object.hasOwn(variables, variable) ? variables[variable] : null;
      if (value === null || value === undefined) return coerce(variables);
      values[name] = value;
    }
    return values;
  };
}
