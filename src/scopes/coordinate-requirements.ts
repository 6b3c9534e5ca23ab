import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { declaredRequirement } from './declaration.ts';
import { allOf, PUBLIC, type Requirement } from './requirement.ts';
import { inheritedFields, type RequirementIndex, requirementIndex } from './requirement-index.ts';

/** Who may use a schema coordinate. */
export interface CoordinateRequirement {
  readonly requirement: Requirement;
  /** Whether a request without a token can use it, as far as the schema says. */
  readonly isOpen: boolean;
  /** Whether it is a type: it then comes and goes with its fields. */
  readonly isType: boolean;
}

type Parent = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

/**
 * Every coordinate of a schema that can be refused, with what it takes: fields by everything that is said about
 * them anywhere, arguments and input fields by what they declare themselves, enum values with their type. Types are
 * among them where they are decided by themselves: objects of a union or interface, and scalars that are sent.
 * What nothing is said about is open.
 *
 * @throws RequirementError when the directives of the schema cannot be read.
 */
export function coordinateRequirements(
  schema: GraphQLSchema,
): ReadonlyMap<string, CoordinateRequirement> {
  const index = requirementIndex(schema, { undeclared: 'public' });
  const sent = sentTypes(index);
  const found = new Map<string, CoordinateRequirement>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    if (isDecidedAlone(schema, type, sent)) {
      found.set(type.name, { requirement: index.ofType(type), isOpen: false, isType: true });
    }
    for (const [coordinate, requirement, isOpen] of insideOf(index, type, sent)) {
      found.set(coordinate, {
        requirement,
        isOpen: isOpen && isPublic(requirement),
        isType: false,
      });
    }
  }
  return found;
}

const isPublic = ({ authenticated }: Requirement) => !authenticated;

function* insideOf(
  index: RequirementIndex,
  type: GraphQLNamedType,
  sent: SentTypes,
): Generator<readonly [coordinate: string, requirement: Requirement, isOpen: boolean]> {
  const isOpenInput = sent.get(type.name) === 'open';
  if (isEnumType(type)) {
    for (const value of type.getValues()) {
      const requirement = allOf(index.ofType(type), declaredRequirement(value) ?? PUBLIC);
      yield [`${type.name}.${value.name}`, requirement, isOpenInput];
    }
  } else if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, declaredRequirement(field) ?? PUBLIC, isOpenInput];
    }
  } else if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const isOpen = isOpenField(index, type, field);
      yield [coordinate, index.ofField(type, field), isOpen];
      for (const argument of field.args) {
        const requirement = requirementOfArgument(type, field, argument);
        yield [`${coordinate}(${argument.name}:)`, requirement, isOpen];
      }
    }
  }
}

/** What an argument declares, and the same argument in every interface of the type. */
function requirementOfArgument(parent: Parent, field: Field, argument: GraphQLArgument) {
  const same = [field, ...inheritedFields(parent, field)].flatMap(({ args }) =>
    args.filter(({ name }) => name === argument.name),
  );
  return allOf(...same.map((each) => declaredRequirement(each) ?? PUBLIC));
}

/** A field of an interface is as open as the most open of the objects behind it. */
function isOpenField(index: RequirementIndex, parent: Parent, field: Field): boolean {
  if (isObjectType(parent)) return isPublic(index.ofField(parent, field));
  return index.schema.getPossibleTypes(parent).some((type) => {
    const same = type.getFields()[field.name];
    return same !== undefined && isPublic(index.ofField(type, same));
  });
}

function isDecidedAlone(schema: GraphQLSchema, type: GraphQLNamedType, sent: SentTypes): boolean {
  if (isObjectType(type)) {
    return Object.values(schema.getTypeMap()).some(
      (other) => isAbstractType(other) && schema.isSubType(other, type),
    );
  }
  return isInputType(type) && !isEnumType(type) && sent.has(type.name);
}

/** The types that arguments lead to, and whether a request without a token can send them. */
type SentTypes = ReadonlyMap<string, 'open' | 'guarded'>;

function sentTypes(index: RequirementIndex): SentTypes {
  const sent = new Map<string, 'open' | 'guarded'>();
  const visit = (type: GraphQLNamedInputType, isOpen: boolean) => {
    const state = isOpen && isPublic(index.ofType(type)) ? 'open' : 'guarded';
    const known = sent.get(type.name);
    if (known === 'open' || known === state) return;
    sent.set(type.name, state);
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      const isFree = isPublic(declaredRequirement(field) ?? PUBLIC);
      visit(getNamedType(field.type), state === 'open' && isFree);
    }
  };
  for (const type of Object.values(index.schema.getTypeMap())) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      const isOpen = isOpenField(index, type, field);
      for (const argument of field.args) {
        const isFree = isPublic(requirementOfArgument(type, field, argument));
        visit(getNamedType(argument.type), isOpen && isFree);
      }
    }
  }
  return sent;
}
