import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { coordinateRequirements } from './coordinate-requirements.ts';
import { grouped } from './grouped.ts';
import { describe, PUBLIC, type Requirement } from './requirement.ts';
import { requirementOfType } from './requirement-index.ts';

/** What a coordinate is; a type stands for the fields that take what it takes. */
export type OpenedKind =
  | 'type'
  | 'query'
  | 'mutation'
  | 'subscription'
  | 'field'
  | 'argument'
  | 'input field'
  | 'enum value';

/** A coordinate, or a type with several. */
export interface Opened {
  readonly kind: OpenedKind;
  readonly name: string;
  /** The fields of a type that take something else; they stand where they belong. */
  readonly except: readonly string[];
}

/** Everything in a schema that takes the same. */
export interface Opening {
  readonly requirement: Requirement;
  /** Every field, argument, input field and enum value. */
  readonly coordinates: readonly string[];
  /** The same in short, with types in place of their fields. */
  readonly opened: readonly Opened[];
}

/**
 * What a schema opens, by what it takes, the fewest scopes first. Arguments, input fields and enum values are among
 * it where they take scopes of their own; the others come with their field.
 *
 * @throws RequirementError when the directives of the schema cannot be read.
 */
export function openings(schema: GraphQLSchema): readonly Opening[] {
  const alike = [...grouped(placesOf(schema), ({ requirement }) => describe(requirement)).values()];
  return alike
    .map((places) => ({
      requirement: places[0]?.requirement ?? PUBLIC,
      coordinates: places.map(({ coordinate }) => coordinate).sort(),
      opened: [...grouped(places, ({ type }) => type).values()]
        .flatMap((inType) => shortened(schema, inType))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    }))
    .sort((a, b) => weightOf(a) - weightOf(b) || (wordsOf(a) < wordsOf(b) ? -1 : 1));
}

/** No scopes, then one, then the choice of one, then several. */
const weightOf = ({ requirement: { authenticated, anyOf } }: Opening) =>
  Number(authenticated) + Math.max(0, ...anyOf.map(({ length }) => length)) * 100 + anyOf.length;

const wordsOf = ({ requirement }: Opening) => describe(requirement);

/** A coordinate with the type that it is in. */
interface Place {
  readonly kind: OpenedKind;
  readonly coordinate: string;
  readonly type: string;
  readonly field: string;
  readonly requirement: Requirement;
}

function placesOf(schema: GraphQLSchema): Place[] {
  const requirements = coordinateRequirements(schema);
  const places: Place[] = [];
  const add = (kind: OpenedKind, coordinate: string, type: string, field: string) => {
    const requirement = requirements.get(coordinate)?.requirement ?? PUBLIC;
    const isOutput = kind !== 'argument' && kind !== 'input field' && kind !== 'enum value';
    if (!isOutput && requirement.anyOf.length === 0) return;
    places.push({ kind, coordinate, type, field, requirement });
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    const inside = (name: string) => [`${type.name}.${name}`, type.name, name] as const;
    if (isEnumType(type)) {
      for (const { name } of type.getValues()) add('enum value', ...inside(name));
    } else if (isInputObjectType(type)) {
      for (const name of Object.keys(type.getFields())) add('input field', ...inside(name));
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const { name, args } of Object.values(type.getFields())) {
        add(kindOf(schema, type), ...inside(name));
        for (const argument of args) {
          add('argument', `${type.name}.${name}(${argument.name}:)`, type.name, name);
        }
      }
    }
  }
  return places;
}

function kindOf(schema: GraphQLSchema, type: GraphQLObjectType | GraphQLInterfaceType): OpenedKind {
  if (type === schema.getQueryType()) return 'query';
  if (type === schema.getMutationType()) return 'mutation';
  return type === schema.getSubscriptionType() ? 'subscription' : 'field';
}

/** The places inside one type, all of which take the same: as the type, where that is what the type takes. */
function shortened(schema: GraphQLSchema, places: readonly Place[]): Opened[] {
  const each = places.map(({ kind, coordinate }) => ({ kind, name: coordinate, except: [] }));
  const [{ requirement, type: name } = { requirement: PUBLIC, type: '' }] = places;
  const type = schema.getType(name);
  const fields = places.filter(({ kind }) => kind === 'field').map(({ field }) => field);
  if (fields.length === 0 || !(isObjectType(type) || isInterfaceType(type))) return each;
  const except = Object.keys(type.getFields()).filter((field) => !fields.includes(field));
  const isOfType = describe(requirementOfType(type)) === describe(requirement);
  if (except.length > 0 && !isOfType) return each;
  return [{ kind: 'type', name, except }, ...each.filter(({ kind }) => kind !== 'field')];
}
