import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { getOrMake } from './caches.ts';
import type { Field } from './coordinates.ts';
import { extensionOf, type PossibleTypesRule } from './declaration.ts';
import type { Requirement } from './requirement.ts';
import type { RequirementIndex } from './requirement-index.ts';

/** A schema coordinate that an operation uses, and what it takes to use it. */
export interface Need {
  readonly coordinate: string;
  readonly requirement: Requirement;
}

/** What is known of a field of an object type before any request. */
export interface FieldFacts {
  /** What the field itself takes. */
  readonly need: Need;
  /** That alone, as the list that it makes where no guarded input is sent. */
  readonly needs: readonly Need[];
  /** The field and its namesakes in interfaces, where their arguments ask for something. */
  readonly guardedFields: readonly Field[];
  /** The object types that its value can be of; empty for leaves. */
  readonly types: readonly GraphQLObjectType[];
  /** How its arguments leave fewer types possible; null for most fields. */
  readonly rule: PossibleTypesRule | null;
}

const FACTS = new WeakMap<RequirementIndex, Map<GraphQLObjectType, Map<Field, FieldFacts>>>();

/** The facts of a field, reckoned once. */
export function factsOf(
  index: RequirementIndex,
  parent: GraphQLObjectType,
  field: Field,
): FieldFacts {
  const ofIndex = getOrMake(FACTS, index, () => new Map());
  const ofParent = getOrMake(ofIndex, parent, () => new Map());
  return getOrMake(ofParent, field, () => createFacts(index, parent, field));
}

function createFacts(index: RequirementIndex, parent: GraphQLObjectType, field: Field): FieldFacts {
  const need = {
    coordinate: `${parent.name}.${field.name}`,
    requirement: index.ofField(parent, field),
  };
  return {
    need,
    needs: [need],
    guardedFields: index.guardedFields(parent, field),
    types: objectTypes(index.schema, getNamedType(field.type)),
    rule: extensionOf(field).possibleTypes ?? null,
  };
}

/** A field as graphql-js finds it when it runs: those of introspection belong to no type. */
export function fieldOf(schema: GraphQLSchema, parent: GraphQLObjectType, name: string) {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (parent === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return parent.getFields()[name];
}

const POSSIBLE = new WeakMap<GraphQLSchema, Map<string, ReadonlySet<GraphQLObjectType>>>();

/** The object types that a type condition lets through. */
export function typesNamed(schema: GraphQLSchema, name: string): ReadonlySet<GraphQLObjectType> {
  const ofSchema = getOrMake(POSSIBLE, schema, () => new Map());
  return getOrMake(ofSchema, name, () => {
    const type = schema.getType(name);
    return new Set(type ? objectTypes(schema, type) : []);
  });
}

function objectTypes(schema: GraphQLSchema, type: unknown): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isInterfaceType(type) || isUnionType(type) ? schema.getPossibleTypes(type) : [];
}
