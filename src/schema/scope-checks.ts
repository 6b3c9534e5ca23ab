import {
  type GraphQLInterfaceType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
} from 'graphql';
import { SCOPES } from '../scopes/catalogue.ts';
import { coordinatesOf, type Field, type Parent } from '../scopes/coordinates.ts';
import { declaredRequirement } from '../scopes/declaration.ts';
import { describe, implies, PUBLIC } from '../scopes/requirement.ts';
import {
  isSelectable,
  requirementOfField,
  requirementOfType,
} from '../scopes/requirement-index.ts';

/** The scopes of the catalogue that guard nothing although they should; each a sentence. */
export function checkCatalogue(schema: GraphQLSchema): string[] {
  const declared = [...coordinatesOf(schema)].map(({ element }) => declaredRequirement(element));
  const used = new Set(declared.flatMap((requirement) => requirement?.anyOf.flat() ?? []));
  return SCOPES.filter(({ kind, name }) => kind === 'field' && !used.has(name)).map(
    ({ name }) => `The scope "${name}" guards nothing.`,
  );
}

/** Everything that would make a declared schema looser than it reads; each problem a sentence. */
export function checkDeclarations(schema: GraphQLSchema): string[] {
  const roots = new Set<unknown>([
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ]);
  const problems: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isSelectable(type)) continue;
    for (const field of Object.values(type.getFields())) {
      problems.push(...checkField(type, field, roots.has(type)));
      problems.push(...checkImplementors(schema, type, field));
    }
    for (const parent of type.getInterfaces()) problems.push(...checkInterface(type, parent));
  }
  return problems;
}

function checkField(parent: Parent, field: Field, isRoot: boolean) {
  const coordinate = `${parent.name}.${field.name}`;
  const own = declaredRequirement(field);
  if (own === null && (isRoot || declaredRequirement(parent) === null)) {
    return [`${coordinate} has no authScopes, and neither has its type.`];
  }
  const problems: string[] = [];
  const whole = requirementOfField(parent, field);
  const held = requirementOfType(getNamedType(field.type));
  if (!implies(whole, held)) {
    problems.push(
      `${coordinate} returns ${getNamedType(field.type).name}, which needs ${describe(held)}: declare that on the field.`,
    );
  }
  const inherited = isRoot ? PUBLIC : requirementOfType(parent);
  if (isNonNullType(field.type) && !implies(inherited, whole)) {
    problems.push(
      `${coordinate} needs more than its parent and cannot be non-null: a refusal would take its siblings away.`,
    );
  }
  return problems;
}

/** A list of an abstract type may hold something that its reader may not: its items are then null. */
function checkImplementors(schema: GraphQLSchema, parent: Parent, field: Field): string[] {
  const named = getNamedType(field.type);
  if (!isAbstractType(named) || !isInnermostNonNull(field.type)) return [];
  const whole = requirementOfField(parent, field);
  const stricter = schema
    .getPossibleTypes(named)
    .find((type) => !implies(whole, requirementOfType(type)));
  if (stricter === undefined) return [];
  return [
    `${parent.name}.${field.name} may hold a ${stricter.name}, which needs more than the field: it cannot be non-null.`,
  ];
}

function isInnermostNonNull(type: GraphQLOutputType): boolean {
  const nullable = getNullableType(type);
  return isListType(nullable) ? isInnermostNonNull(nullable.ofType) : isNonNullType(type);
}

function checkInterface(type: Parent, parent: GraphQLInterfaceType): string[] {
  // scope-auth asks for the interface's own scopes on every field of the object, shared or not.
  if (!implies(declaredRequirement(type) ?? PUBLIC, requirementOfType(parent))) {
    return [`${type.name} is open to more than its interface ${parent.name}.`];
  }
  return Object.values(parent.getFields()).flatMap((inherited) => {
    const field = type.getFields()[inherited.name];
    if (field === undefined) return [];
    if (implies(requirementOfField(type, field), requirementOfField(parent, inherited))) return [];
    return [`${type.name}.${field.name} is open to more than ${parent.name}.${field.name}.`];
  });
}
