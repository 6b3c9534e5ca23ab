import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { literalOf, sampleOf } from './queries-inputs.ts';
import { both, fieldNeeds, lacking, type Needs, satisfied, typeNeeds } from './queries-sdl.ts';
import { reportedDays } from './queries-seed.ts';
import { hasValueAt, type SeedGraph } from './queries-witness.ts';

/** One field on the way from Query or Mutation, and the type that its fragment narrows an interface to. */
export interface Step {
  readonly coordinate: string;
  readonly field: string;
  /** The named type that it returns. */
  readonly returns: string;
  /** The object type of the inline fragment below it; null where the type is not abstract. */
  readonly on: string | null;
}

export type Path = readonly Step[];

type Field = GraphQLField<unknown, unknown>;

interface FieldType {
  readonly name: string;
  getFields(): Readonly<Record<string, Field>>;
}

/** The types with fields that the project declared. */
export const compositeTypes = (schema: GraphQLSchema): FieldType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType | GraphQLInterfaceType =>
      (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type),
  );

/** A type with fields by its name. */
function fieldType(schema: GraphQLSchema, name: string): FieldType {
  const type = schema.getType(name);
  if (!isObjectType(type) && !isInterfaceType(type)) throw new TypeError(`${name} has no fields.`);
  return type;
}

/** Every field coordinate of a schema object. */
export const coordinatesOf = (schema: GraphQLSchema): string[] =>
  compositeTypes(schema).flatMap((type) =>
    Object.keys(type.getFields()).map((field) => `${type.name}.${field}`),
  );

/** A field that gives pages of a list. */
export interface ListField {
  readonly coordinate: string;
  readonly parent: string;
  readonly field: string;
  /** The named type that it returns. */
  readonly returns: string;
}

/** Every list of the schema that has pages, by where it hangs. */
export const listFields = (schema: GraphQLSchema): ListField[] =>
  compositeTypes(schema).flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ args }) => args.some(({ name }) => name === 'after'))
      .map(({ name, type: returned }) => ({
        coordinate: `${type.name}.${name}`,
        parent: type.name,
        field: name,
        returns: getNamedType(returned).name,
      })),
  );

/** The steps that selecting a field can be: one, or one for each type that an interface may be. */
function stepsOf(schema: GraphQLSchema, type: FieldType, field: Field): Step[] {
  const named = getNamedType(field.type);
  const base = {
    coordinate: `${type.name}.${field.name}`,
    field: field.name,
    returns: named.name,
    on: null,
  };
  if (!isAbstractType(named)) return [base];
  return [base, ...schema.getPossibleTypes(named).map(({ name }) => ({ ...base, on: name }))];
}

/** The steps that lead to objects: the edges of the schema as a graph. */
export function edgesOf(schema: GraphQLSchema): Step[] {
  return compositeTypes(schema).flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => isCompositeType(getNamedType(field.type)))
      .flatMap((field) => stepsOf(schema, type, field)),
  );
}

const targetOf = (step: Step) => step.on ?? step.returns;

/**
 * The shortest way from Query to each type, and from Mutation to those that no query leads to; a field of its own is
 * preferred to a fragment.
 */
export function shortestPaths(schema: GraphQLSchema): ReadonlyMap<string, Path> {
  const edges = edgesOf(schema).sort((a, b) => Number(a.on !== null) - Number(b.on !== null));
  const paths = new Map<string, Path>();
  for (const root of ['Query', 'Mutation']) {
    paths.set(root, []);
    for (const [type, path] of paths) {
      for (const edge of edges) {
        if (!edge.coordinate.startsWith(`${type}.`) || paths.has(targetOf(edge))) continue;
        paths.set(targetOf(edge), [...path, edge]);
      }
    }
  }
  return paths;
}

/** Whether following the path is a mutation. */
export const isWrite = ([first]: Path): boolean =>
  first?.coordinate.startsWith('Mutation.') === true;

/** The types that a query leads to; the others are Mutation and the payloads, which only it leads to. */
export function typesOfQueries(schema: GraphQLSchema): ReadonlySet<string> {
  const paths = [...shortestPaths(schema)];
  return new Set(
    paths.flatMap(([type, path]) => (type === 'Mutation' || isWrite(path) ? [] : [type])),
  );
}

/** A path on by one field that the type at its end has. */
export function extend(schema: GraphQLSchema, path: Path, coordinate: string): Path {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = fieldType(schema, typeName);
  const field = type.getFields()[fieldName];
  const [step] = field ? stepsOf(schema, type, field) : [];
  if (step === undefined) throw new TypeError(`The schema has no ${coordinate}.`);
  return [...path, step];
}

/** Whether the path's last field needs a selection. */
export const endsInObject = (schema: GraphQLSchema, path: Path): boolean =>
  isCompositeType(schema.getType(path.at(-1)?.returns ?? ''));

/** What a path asks for at each of its steps: the field's needs, then those of its fragment's type. */
function needsAlong(path: Path): { coordinate: string; needs: Needs; step: number }[] {
  return path.flatMap(({ coordinate, on }, step) => [
    { coordinate, needs: fieldNeeds(coordinate), step },
    ...(on === null ? [] : [{ coordinate, needs: typeNeeds(on), step }]),
  ]);
}

/** Everything that the path needs, taken together. */
export const needsOfPath = (path: Path): Needs =>
  needsAlong(path).reduce((sum: Needs, { needs }) => both(sum, needs), {
    token: false,
    groups: [],
  });

/** All that a token with these scopes is refused on the path, as the error of a mutation that was not run says it. */
export const refusalsOn = (path: Path, scopes: ReadonlySet<string>) =>
  needsAlong(path)
    .filter(({ needs }) => !satisfied(needs, scopes))
    .map(({ coordinate, needs }) => ({
      coordinate,
      requiredScopes: needs.groups,
      missingScopes: lacking(needs, scopes),
    }));

/** Where a token with these scopes is refused on the path: the outermost position; null when it is not. */
export function refusalOn(path: Path, scopes: ReadonlySet<string>) {
  const refused = needsAlong(path).find(({ needs }) => !satisfied(needs, scopes));
  if (refused === undefined) return null;
  const { coordinate, needs, step } = refused;
  return { coordinate, required: needs.groups, missing: lacking(needs, scopes), step };
}

/** Arguments for each step that has any, as GraphQL text with the parentheses. */
export type ArgumentTexts = (step: Step, index: number) => string;

/** The operation that follows a path to its end, or on to each of several fields there; `declared` are its variables. */
export function documentOf(
  schema: GraphQLSchema,
  path: Path,
  argumentsOf: ArgumentTexts,
  ends: readonly Step[] = [],
  declared = '',
): string {
  const isObject = endsInObject(schema, path) && path.at(-1)?.on === null;
  const texts = ends.map(
    (end) => `${end.field}${argumentsOf(end, path.length)}${leafOf(schema, end)}`,
  );
  const end = texts.length > 0 ? ` { ${texts.join(' ')} }` : isObject ? ' { __typename }' : '';
  const body = path.reduceRight((inner, step, index) => {
    const selection =
      step.on === null ? inner : ` { ... on ${step.on}${inner || ' { __typename }'} }`;
    return ` { ${step.field}${argumentsOf(step, index)}${selection} }`;
  }, end);
  const kind = isWrite(path) ? 'mutation' : declared && 'query';
  return `${kind}${declared}${body}`.trim();
}

const leafOf = (schema: GraphQLSchema, end: Step) =>
  endsInObject(schema, [end]) ? ' { __typename }' : '';

/**
 * Arguments from real rows: ids that exist, of a row that has a value where the path ends. Lists are asked
 * for as many as a page gives. A mutation gets what it refuses, so that nothing is ever written. With `except`, a test
 * gives that argument itself, and nothing optional beside it.
 */
export function realArguments(
  schema: GraphQLSchema,
  path: Path,
  graph: SeedGraph,
  except?: string,
): ArgumentTexts {
  return (step, index) => {
    const [typeName = ''] = step.coordinate.split('.');
    const type = fieldType(schema, typeName);
    const declared = type.getFields()[step.field]?.args ?? [];
    const texts = declared.flatMap((argument) => {
      const { name } = argument;
      if (name === except) return [];
      if (!isRequiredArgument(argument)) {
        return name === 'first' && except === undefined ? ['first: 100'] : [];
      }
      if (isWrite([step])) return [refusedText(argument)];
      const isDay = getNamedType(argument.type).name === 'Date';
      const text = isDay ? dayText(name) : keyText(name, step, path.slice(index + 1), graph);
      return [`${name}: ${text}`];
    });
    return texts.length > 0 ? `(${texts.join(', ')})` : '';
  };
}

/** A day that a report begins or ends with. */
function dayText(name: string): string {
  const { from, to } = reportedDays();
  return JSON.stringify(name === 'from' ? from : to);
}

/** What a mutation refuses by a user error: a key without a character, or else ids and versions that nothing has. */
function refusedText(argument: GraphQLArgument): string {
  const value = argument.name === 'idempotencyKey' ? '' : sampleOf(argument);
  return `${argument.name}: ${literalOf(argument.type, value)}`;
}

/** Whether the seed has a row that a path leads to a value from; paths through a list count as such. */
export function hasWitness(path: Path, graph: SeedGraph): boolean {
  const [root, ...rest] = path;
  // A payload of what was refused says why, and nothing else but who asked.
  if (isWrite(path)) {
    const [told, ...below] = rest.map(({ field }) => field);
    if (told === 'revokedScopes') return below.length === 0;
    return told === undefined || told === 'userErrors' || told === 'currentApp';
  }
  // A computed quote is no row of the seed: it has what the cart and the running test give it, and no order has it.
  if (root?.field === 'quoteForCart') return rest[0]?.field !== 'order';
  const things = root ? graph.thingsOf(typeOf(root)) : [];
  const fields = rest.map(({ field }) => field);
  return things.length === 0 || things.some((thing) => hasValueAt(thing, fields));
}

const typeOf = (step: Step) => step.on ?? (step.returns === 'Node' ? 'Store' : step.returns);

function keyText(name: string, step: Step, rest: Path, graph: SeedGraph): string {
  if (name === 'input') return graph.cart();
  if (name === 'from' || name === 'to') return JSON.stringify(graph.days()[name]);
  const type = typeOf(step);
  const things = graph.thingsOf(type);
  const fields = rest.map(({ field }) => field);
  // Where nothing leads to the end, a row that leads as far as any: what is refused there needs a place.
  const ways = fields.map((_, index) => fields.slice(0, fields.length - index));
  const best = ways.find((way) => things.some((candidate) => hasValueAt(candidate, way))) ?? [];
  const thing = things.find((candidate) => hasValueAt(candidate, best));
  const column = name === 'ids' ? 'id' : name;
  const value = thing?.[column];
  if (typeof value !== 'string') {
    throw new TypeError(`The seed has no ${type} to give ${step.coordinate} as "${name}".`);
  }
  return name === 'ids' ? JSON.stringify([value]) : JSON.stringify(value);
}

/** A place in an answer. */
export interface Place {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** The places that the first `length` steps of a path reached, in the answer's order: a list's are its items. */
export const placesAt = (data: unknown, path: Path, length: number = path.length): Place[] =>
  reached(data, path.slice(0, length)).flatMap(spread);

/** The same, but a list at the end is one place: empty or not, it is a value. */
export const valuesAt = (data: unknown, path: Path): unknown[] =>
  reached(data, path).map(({ value }) => value);

function reached(data: unknown, path: Path): Place[] {
  let places: Place[] = [{ path: [], value: data }];
  for (const { field } of path) {
    places = places
      .flatMap(spread)
      .filter(({ value }) => value !== null && value !== undefined)
      .map(({ path: before, value }) => ({
        path: [...before, field],
        value: (value as Record<string, unknown>)[field],
      }));
  }
  return places;
}

function spread(place: Place): Place[] {
  if (!Array.isArray(place.value)) return [place];
  return place.value.map((value, index) => ({ path: [...place.path, index], value }));
}
