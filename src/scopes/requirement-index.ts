import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { allOf, PUBLIC, type Requirement } from './requirement.ts';

/** Where schema elements keep what they declare: `extensions.scopegate`. */
export interface ScopegateExtension {
  /** What the element itself asks for; absent where it relies on its type. */
  readonly requirement?: Requirement;
  /** On a field: what its arguments add, known before anything is fetched. */
  readonly requirementOfArguments?: ArgumentRule;
}

/** A pure function of a field's coerced arguments. */
export type ArgumentRule = (
  args: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
) => Requirement;

/** Any schema element: all of them carry extensions. */
export interface Extended {
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What a schema element itself declares, or null when it declares nothing. */
export function declaredRequirement(element: Extended): Requirement | null {
  const extension = element.extensions.scopegate as ScopegateExtension | undefined;
  return extension?.requirement ?? null;
}

/** What the arguments of a field add to its requirement; nothing for most fields. */
export function requirementOfArguments(
  field: Extended,
  args: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): Requirement {
  const { requirementOfArguments: rule } = (field.extensions.scopegate ?? {}) as ScopegateExtension;
  return rule ? rule(args, schema) : PUBLIC;
}

/**
 * What it takes to hold a value of the type. A type that declares nothing asks for nothing by
 * itself: its fields then do, because the schema does not build otherwise.
 */
export function requirementOfType(type: GraphQLNamedType): Requirement {
  return declaredRequirement(type) ?? PUBLIC;
}

/** What it takes to select a field on a parent type: the type's requirement and the field's own. */
export function requirementOfField(
  parent: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
): Requirement {
  return allOf(requirementOfType(parent), declaredRequirement(field) ?? PUBLIC);
}

/** Whether a type has fields that a document can select and that the project declared. */
export function isSelectable(type: GraphQLNamedType) {
  return (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type);
}
