import {
  type GraphQLArgument,
  getNamedType,
  isInputObjectType,
  isNonNullType,
  isRequiredArgument,
  parseValue,
  valueFromASTUntyped,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type Answer, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  around,
  type InputPlace,
  inputPlaces,
  type Json,
  literalOf,
  sampleOf,
} from '../support/queries-inputs.ts';
import {
  type ArgumentTexts,
  documentOf,
  endsInObject,
  extend,
  isWrite,
  needsOfPath,
  type Path,
  placesAt,
  realArguments,
  refusalOn,
  refusalsOn,
  shortestPaths,
  valuesAt,
} from '../support/queries-paths.ts';
import { guardedSdlInputs, inputNeeds, lacking, satisfied } from '../support/queries-sdl.ts';
import { must, seededAt, seededStore, windowStart, withinWindow } from '../support/queries-seed.ts';
import { insertWebhooks } from '../support/queries-webhooks.ts';
import { SeedGraph } from '../support/queries-witness.ts';

const SHORTEST = shortestPaths(schema);

const PLACES = inputPlaces(schema).map((place) => {
  const { field, keys, enumValue } = place;
  return { place, name: `${field}(${keys.join('.')}${enumValue === null ? '' : ` ${enumValue}`})` };
});

let gateway: TestGateway;
let graph: SeedGraph;
const tokens = new Map<string, Promise<string>>();
let strings: ReadonlyMap<string, string>;

beforeAll(async () => {
  gateway = await startTestGateway('postgres', { clock: seededAt });
  await insertWebhooks(gateway.asRole);
  const rows = withinWindow(seededStore(0), windowStart());
  graph = new SeedGraph(rows);
  strings = new Map([
    ['OrderFilter.sourceNumber', must(rows.orders.at(-1)).sourceNumber],
    [
      'OrderFilter.customerEmail',
      must(rows.orders.find(({ contactEmail }) => contactEmail)?.contactEmail),
    ],
    [
      'ClaimFilter.authorEmail',
      must(rows.claims.find(({ authorEmail }) => authorEmail)?.authorEmail),
    ],
  ]);
});
afterAll(() => gateway.close());

function tokenWith(scopes: readonly string[]): Promise<string> {
  const scope = [...scopes].sort().join(' ');
  const token = tokens.get(scope) ?? gateway.token(scope);
  tokens.set(scope, token);
  return token;
}

/** How a place can be sent, and which of its coordinates that counts as sending. */
interface Form {
  readonly name: string;
  readonly text: string;
  readonly declaration: string;
  readonly variables: { readonly [name: string]: Json };
  readonly sent: readonly string[];
}

/** A value that no field has by accident, to mark where a variable goes. */
const HOLE = '\u0000';

function formsOf(place: InputPlace, value: Json): Form[] {
  const { argument, type, coordinates } = place;
  const mayBeNull = !isNonNullType(type);
  const outside = place.enumValue === null ? coordinates : coordinates.slice(0, -1);
  const whole = (inner: Json) => literalOf(argument.type, around(place, inner, sampleOf));
  const withVariable = literalOf(
    argument.type,
    around(place, HOLE, sampleOf),
    new Map([[HOLE, '$v']]),
  );
  const form = (
    name: string,
    sent: readonly string[],
    text: string,
    variables: Form['variables'] | null = null,
    declared: unknown = type,
  ): Form => {
    const declaration = variables === null ? '' : `($v: ${String(declared)})`;
    return {
      name,
      text: `${argument.name}: ${text}`,
      declaration,
      variables: variables ?? {},
      sent,
    };
  };
  const wholeValue = around(place, value, sampleOf);
  return [
    form('a literal', coordinates, whole(value)),
    form('a variable', coordinates, withVariable, { v: value }),
    form('inside a variable', coordinates, '$v', { v: wholeValue }, argument.type),
    ...(mayBeNull && place.enumValue === null
      ? [
          form('null', outside, whole(null)),
          form('a variable that is null', outside, withVariable, { v: null }),
          form(
            'null inside a variable',
            outside,
            '$v',
            { v: around(place, null, sampleOf) },
            argument.type,
          ),
          form('a variable that is absent', outside.slice(0, -1), withVariable, {}),
        ]
      : []),
  ];
}

const pathTo = (coordinate: string): Path =>
  extend(schema, must(SHORTEST.get(coordinate.split('.')[0] ?? '')), coordinate);

/** The operation with the argument in one of its forms, beside those that the field requires. */
function queryOf(path: Path, { text, declaration }: Form, { name }: GraphQLArgument): string {
  const real = realArguments(schema, path, graph);
  const alone = realArguments(schema, path, graph, name);
  const argumentsOf: ArgumentTexts = (step, index) => {
    if (index !== path.length - 1) return real(step, index);
    return `(${[alone(step, index).slice(1, -1), text].filter(Boolean).join(', ')})`;
  };
  return documentOf(schema, path, argumentsOf, [], declaration);
}

async function cursorOf(path: Path, token: string): Promise<string> {
  const page = extend(schema, path, `${must(path.at(-1)).returns}.pageInfo`);
  const info = extend(schema, page, 'PageInfo.startCursor');
  const query = documentOf(schema, info, realArguments(schema, info, graph));
  const { body } = await gateway.send(query, { token });
  return must(valuesAt(body.data, info).find((value) => typeof value === 'string')) as string;
}

async function valueFor(place: InputPlace, path: Path, token: string): Promise<Json> {
  const { argument, keys, enumValue, coordinates } = place;
  if (enumValue !== null) return enumValue;
  if (['after', 'before'].includes(argument.name)) return cursorOf(path, token);
  const isObject = isInputObjectType(getNamedType(argument.type));
  if (isRequiredArgument(argument) && keys.length === 1 && !isObject) {
    const text = realArguments(schema, path, graph)(must(path.at(-1)), path.length - 1);
    const given = valueFromASTUntyped(parseValue(`{${text.slice(1, -1)}}`)) as Record<string, Json>;
    return must(given[argument.name]);
  }
  return strings.get(coordinates.at(-1) ?? '') ?? sampleOf({ ...argument, type: place.type });
}

/** One list of scopes that suffices: which of several does not matter to what is sent. */
const scopesOf = (path: Path, sent: readonly string[]) => [
  ...new Set([
    ...(needsOfPath(path).groups[0] ?? []),
    ...sent.flatMap((coordinate) => inputNeeds(coordinate).groups[0] ?? []),
  ]),
];

/** Where a token is refused: a field on the way, or what was sent to the last one. */
function expectedRefusal(path: Path, sent: readonly string[], scopes: ReadonlySet<string>) {
  const onPath = refusalOn(path, scopes);
  if (onPath !== null) return onPath;
  const coordinate = sent.find((candidate) => !satisfied(inputNeeds(candidate), scopes));
  if (coordinate === undefined) return null;
  const needs = inputNeeds(coordinate);
  const missing = lacking(needs, scopes);
  return { coordinate, required: needs.groups, missing, step: path.length - 1 };
}

/** What kept a mutation from being run, each coordinate once. */
const rejectedIn = ({ status, body }: Answer) => ({
  status,
  data: body.data,
  refused: body.errors?.flatMap(({ extensions }) => extensions.refused),
});

/** All that these scopes lack, of the path and of what was sent to its end. */
function expectedRejection(path: Path, sent: readonly string[], scopes: ReadonlySet<string>) {
  const inputs = sent
    .filter((coordinate) => !satisfied(inputNeeds(coordinate), scopes))
    .map((coordinate) => {
      const needs = inputNeeds(coordinate);
      return {
        coordinate,
        requiredScopes: needs.groups,
        missingScopes: lacking(needs, scopes),
      };
    });
  return { status: 403, data: undefined, refused: [...refusalsOn(path, scopes), ...inputs] };
}

async function expectGuarded(place: InputPlace): Promise<void> {
  const path = pathTo(place.field);
  const widest = await tokenWith(scopesOf(path, place.coordinates));
  const forms = formsOf(place, await valueFor(place, path, widest));
  for (const form of forms) {
    const scopes = scopesOf(path, form.sent);
    const query = queryOf(path, form, place.argument);
    const send = async (token: string | null) =>
      gateway.send(query, { token, variables: form.variables });
    const served = await send(await tokenWith(scopes));
    const where = { form: form.name, query };
    expect({ ...where, errors: served.body.errors }).toEqual({ ...where, errors: undefined });
    const values = valuesAt(served.body.data, path);
    expect({ ...where, values: values.some((value) => value !== null) }).toEqual({
      ...where,
      values: endsInObject(schema, path) || values.length > 0,
    });

    // What asks for nothing leaves the field as guarded as without it, which one form shows.
    const isGuarded = form.sent.some((coordinate) => inputNeeds(coordinate).token);
    if (form !== forms[0] && !isGuarded) continue;
    for (const scope of scopes) {
      const rest = scopes.filter((other) => other !== scope);
      const answer = await send(await tokenWith(rest));
      if (isWrite(path)) {
        expect({ ...where, rejected: rejectedIn(answer) }).toEqual({
          ...where,
          rejected: expectedRejection(path, form.sent, new Set(rest)),
        });
        continue;
      }
      const expected = must(expectedRefusal(path, form.sent, new Set(rest)), 'a refusal');
      const places = placesAt(answer.body.data, path, expected.step + 1);
      expect({ ...where, errors: answer.body.errors }).toEqual({
        ...where,
        errors: [
          expect.objectContaining({
            path: must(places[0]).path,
            extensions: {
              code: 'INSUFFICIENT_SCOPE',
              coordinate: expected.coordinate,
              requiredScopes: expected.required,
              missingScopes: expected.missing,
              occurrences: places.length,
            },
          }),
        ],
      });
      expect(places.map((reached) => reached.value)).toEqual(places.map(() => null));
    }
    gateway.waves.length = 0;
    expect((await send(null)).status).toBe(401);
    expect(gateway.waves).toEqual([]);
  }
}

describe('what is sent', () => {
  it('covers every guarded input of schema.graphql, and there are some', () => {
    const covered = new Set(PLACES.flatMap(({ place }) => place.coordinates));
    const guarded = guardedSdlInputs();
    expect(guarded.filter((coordinate) => !covered.has(coordinate))).toEqual([]);
    expect(guarded).toEqual(
      expect.arrayContaining(['OrderFilter.customerEmail', 'OrderSortField.CONTACT_EMAIL']),
    );
  });

  it.each(PLACES)('$name needs its scope in every form, and nothing else does', ({ place }) =>
    expectGuarded(place),
  );
});
