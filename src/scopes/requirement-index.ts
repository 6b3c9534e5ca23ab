import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { getOrMake } from './caches.ts';
import type { Field, Parent } from './coordinates.ts';
import { declaredRequirement } from './declaration.ts';
import { checkDirectives } from './directives.ts';
import { allOf, PUBLIC, type Requirement, RequirementError, UNDECLARED } from './requirement.ts';

/** What happens to a field that nothing declares: not its type, its interfaces, itself, nor what it returns. */
export type Undeclared = 'public' | 'refuse';

export interface IndexOptions {
  readonly undeclared?: Undeclared;
  /** Scopes that widen which rows are seen: every decision depends on them. */
  readonly rowScopes?: readonly string[];
}

/** What it takes to use each element of a schema, each answer reckoned once. */
export interface RequirementIndex {
  readonly schema: GraphQLSchema;
  readonly rowScopes: readonly string[];
  /** What it takes to hold an object of a type, or to select on it: its own declaration and its interfaces'. */
  ofType(type: GraphQLNamedType): Requirement;
  /**
   * What it takes to select a field: everything said about its parent type, about the field there and in
   * every interface of that type, and about the type that it returns.
   */
  ofField(parent: Parent, field: Field): Requirement;
  /**
   * A field as its type declares it, then as each interface of the type does, where anything among its
   * arguments, at any depth, asks for something; else nothing.
   */
  guardedFields(parent: Parent, field: Field): readonly Field[];
}

const INDEXES = new WeakMap<GraphQLSchema, Map<string, RequirementIndex>>();

/**
 * The index of a schema that declares its scopes in `extensions.scopegate` or with `@requiresScopes` and
 * `@authenticated` in its SDL. Made once for each schema and options.
 *
 * @throws RequirementError with every problem of the schema's directives, a sentence each.
 */
export function requirementIndex(
  schema: GraphQLSchema,
  { undeclared = 'refuse', rowScopes = [] }: IndexOptions = {},
): RequirementIndex {
  const ofSchema = getOrMake(INDEXES, schema, () => new Map());
  const key = [undeclared, ...rowScopes].join(' ');
  return getOrMake(ofSchema, key, () => createIndex(schema, undeclared, rowScopes));
}

function createIndex(
  schema: GraphQLSchema,
  undeclared: Undeclared,
  rowScopes: readonly string[],
): RequirementIndex {
  const problems = checkDirectives(schema);
  if (problems.length > 0) throw new RequirementError(problems.join('\n'));
  const nothing = undeclared === 'refuse' ? UNDECLARED : PUBLIC;
  const fields = new Map<Parent, Map<Field, Requirement>>();
  const guarded = new Map<Field, readonly Field[]>();

  const computed = (parent: Parent, field: Field): Requirement => {
    if (isIntrospectionType(parent) || field.name.startsWith('__')) return PUBLIC;
    const said = [
      ...declarationsOfField(parent, field),
      ...declarationsOf(getNamedType(field.type)),
    ];
    return said.length === 0 ? nothing : allOf(...said);
  };
  return {
    schema,
    rowScopes,
    ofType: requirementOfType,
    ofField(parent, field) {
      const ofParent = getOrMake(fields, parent, () => new Map());
      return getOrMake(ofParent, field, () => computed(parent, field));
    },
    guardedFields(parent, field) {
      return getOrMake(guarded, field, () =>
        guardedAmong([field, ...inheritedFields(parent, field)]),
      );
    },
  };
}

/** What is said about a type: by itself and by each of its interfaces. */
function declarationsOf(type: GraphQLNamedType): Requirement[] {
  const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
  return [type, ...interfaces].map(declaredRequirement).filter((said) => said !== null);
}

/** The same field in each interface of its type that has it. */
export const inheritedFields = (parent: Parent, { name }: Field): Field[] =>
  parent.getInterfaces().flatMap((type) => type.getFields()[name] ?? []);

const guardedAmong = (fields: readonly Field[]) =>
  fields.some(({ args }) => args.some(isGuarded)) ? fields : [];

function declarationsOfField(parent: Parent, field: Field): Requirement[] {
  const own = [field, ...inheritedFields(parent, field)].map(declaredRequirement);
  return [...declarationsOf(parent), ...own.filter((said) => said !== null)];
}

/**
 * What it takes to hold a value of the type. A type that declares nothing asks for nothing by
 * itself: its fields then do.
 */
export function requirementOfType(type: GraphQLNamedType): Requirement {
  return allOf(...declarationsOf(type));
}

/** What a type and a field of it declare together, without its interfaces and what it returns. */
export function requirementOfField(parent: Parent, field: Field): Requirement {
  const own = [parent, field].map((element) => declaredRequirement(element) ?? PUBLIC);
  return allOf(...own);
}

function isGuarded(argument: GraphQLArgument): boolean {
  return declaredRequirement(argument) !== null || isGuardedInside(argument.type, new Set());
}

function isGuardedInside(type: GraphQLInputType, seen: Set<GraphQLNamedType>): boolean {
  const named = getNamedType(type);
  if (seen.has(named)) return false;
  seen.add(named);
  if (declaredRequirement(named) !== null) return true;
  if (isEnumType(named)) return named.getValues().some((value) => declaredRequirement(value));
  if (!isInputObjectType(named)) return false;
  return Object.values(named.getFields()).some(
    (field) => declaredRequirement(field) !== null || isGuardedInside(field.type, seen),
  );
}

/** Whether a type has fields that a document can select and that the project declared. */
export function isSelectable(type: GraphQLNamedType): type is Parent {
  return (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type);
}
