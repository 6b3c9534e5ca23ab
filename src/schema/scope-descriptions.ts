import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import type { Element } from '../scopes/coordinates.ts';
import { declaredRequirement } from '../scopes/declaration.ts';
import { describe, type Requirement } from '../scopes/requirement.ts';
import { requirementOfField } from '../scopes/requirement-index.ts';

interface Described extends Element {
  description: string | null | undefined;
}

/**
 * Ends the description of everything that declares scopes with the scopes it needs, because
 * introspection shows descriptions and no directives: a developer reads there what to ask a merchant for.
 */
export function describeScopes(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    append(type, declaredRequirement(type));
    if (isEnumType(type)) for (const value of type.getValues()) append(value);
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) append(field);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (declaredRequirement(field)) append(field, requirementOfField(type, field));
      for (const argument of field.args) append(argument);
    }
  }
}

function append(
  element: Described,
  requirement: Requirement | null = declaredRequirement(element),
) {
  if (requirement === null || requirement.anyOf.length === 0) return;
  const scopes = describe(requirement).replace(/\w+_\w+/g, '`$&`');
  element.description = `${element.description ?? ''} Needs ${scopes}.`.trim();
}
