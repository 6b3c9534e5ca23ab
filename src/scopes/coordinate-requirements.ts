import {
  type GraphQLArgument,
  type GraphQLNamedInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isObjectType,
} from 'graphql';
import { type Coordinate, coordinatesOf, type Field, type Parent } from './coordinates.ts';
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

/** A coordinate that is in a type. */
type Inside = Exclude<Coordinate, { readonly kind: 'type' }>;

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
  for (const place of coordinatesOf(schema)) {
    const isType = place.kind === 'type';
    if (isType && !isDecidedAlone(schema, place.element, sent)) continue;
    const requirement = requirementAt(index, place);
    const isOpen = !isType && isReachable(index, place, sent) && isPublic(requirement);
    found.set(place.coordinate, { requirement, isOpen, isType });
  }
  return found;
}

const isPublic = ({ authenticated }: Requirement) => !authenticated;

function requirementAt(index: RequirementIndex, place: Coordinate): Requirement {
  const declared = declaredRequirement(place.element) ?? PUBLIC;
  switch (place.kind) {
    case 'type':
      return index.ofType(place.element);
    case 'enum value':
      return allOf(index.ofType(place.type), declared);
    case 'input field':
      return declared;
    case 'field':
      return index.ofField(place.type, place.element);
    case 'argument':
      return requirementOfArgument(place.type, place.field, place.element);
  }
}

/** Whether a request without a token gets to a coordinate, whatever the coordinate itself takes. */
function isReachable(index: RequirementIndex, place: Inside, sent: SentTypes): boolean {
  if (place.kind === 'field') return isOpenField(index, place.type, place.element);
  if (place.kind === 'argument') return isOpenField(index, place.type, place.field);
  return sent.get(place.type.name) === 'open';
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
  for (const place of coordinatesOf(index.schema)) {
    if (place.kind !== 'argument') continue;
    const { type, field, element } = place;
    const isFree = isPublic(requirementOfArgument(type, field, element));
    visit(getNamedType(element.type), isOpenField(index, type, field) && isFree);
  }
  return sent;
}
