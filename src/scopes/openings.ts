import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { coordinateRequirements } from './coordinate-requirements.ts';
import { type Coordinate, coordinatesOf, type Parent } from './coordinates.ts';
import { grouped } from './grouped.ts';
import { describe, PUBLIC, type Requirement } from './requirement.ts';
import { requirementOfType } from './requirement-index.ts';

/** What a coordinate is; a type stands for the fields that take what it takes. */
export type OpenedKind = Coordinate['kind'] | 'query' | 'mutation' | 'subscription';

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
  readonly name: string;
  readonly requirement: Requirement;
}

function placesOf(schema: GraphQLSchema): Place[] {
  const requirements = coordinateRequirements(schema);
  const places: Place[] = [];
  for (const place of coordinatesOf(schema)) {
    if (place.kind === 'type') continue;
    const { coordinate, type, element } = place;
    const requirement = requirements.get(coordinate)?.requirement ?? PUBLIC;
    if (place.kind !== 'field' && requirement.anyOf.length === 0) continue;
    const kind = place.kind === 'field' ? kindOf(schema, place.type) : place.kind;
    places.push({ kind, coordinate, type: type.name, name: element.name, requirement });
  }
  return places;
}

function kindOf(schema: GraphQLSchema, type: Parent): OpenedKind {
  if (type === schema.getQueryType()) return 'query';
  if (type === schema.getMutationType()) return 'mutation';
  return type === schema.getSubscriptionType() ? 'subscription' : 'field';
}

/** The places inside one type, all of which take the same: as the type, where that is what the type takes. */
function shortened(schema: GraphQLSchema, places: readonly Place[]): Opened[] {
  const each = places.map(({ kind, coordinate }) => ({ kind, name: coordinate, except: [] }));
  const [{ requirement, type: name } = { requirement: PUBLIC, type: '' }] = places;
  const type = schema.getType(name);
  const fields = places.filter(({ kind }) => kind === 'field').map((place) => place.name);
  if (fields.length === 0 || !(isObjectType(type) || isInterfaceType(type))) return each;
  const except = Object.keys(type.getFields()).filter((field) => !fields.includes(field));
  const isOfType = describe(requirementOfType(type)) === describe(requirement);
  if (except.length > 0 && !isOfType) return each;
  return [{ kind: 'type', name, except }, ...each.filter(({ kind }) => kind !== 'field')];
}
