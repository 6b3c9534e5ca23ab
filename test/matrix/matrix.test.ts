import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type Answer, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  compositeTypes,
  coordinatesOf,
  documentOf,
  edgesOf,
  extend,
  hasWitness,
  needsOfPath,
  type Path,
  placesAt,
  realArguments,
  refusalOn,
  shortestPaths,
  valuesAt,
} from '../support/queries-paths.ts';
import { sdlFields } from '../support/queries-sdl.ts';
import { must, seededAt, seededStore, windowStart, withinWindow } from '../support/queries-seed.ts';
import { SeedGraph } from '../support/queries-witness.ts';

/** Coordinates that nobody can get a value of today, each with the reason. */
const NULL_BY_NATURE: ReadonlyMap<string, string> = new Map(
  ['CurrentApp.app', 'CurrentApp.declaredScopes', 'CurrentApp.installedAt']
    .concat(coordinatesOf(schema).filter((coordinate) => /^(App|DeclaredScope)\./.test(coordinate)))
    .map((coordinate) => [coordinate, 'no client is linked to an app of the platform yet']),
);

const SHORTEST = shortestPaths(schema);

const pathTo = (coordinate: string): Path =>
  extend(schema, must(SHORTEST.get(coordinate.split('.')[0] ?? ''), coordinate), coordinate);

const nameOf = (path: Path) =>
  path.map(({ field, on }) => (on === null ? field : `${field} as ${on}`)).join('.');

/** Every way into every type, by the edge that leads there. */
const EDGES = edgesOf(schema)
  .map((edge): Path => [...must(SHORTEST.get(edge.coordinate.split('.')[0] ?? '')), edge])
  .map((path) => ({ name: nameOf(path), path }));

let gateway: TestGateway;
let graph: SeedGraph;
const tokens = new Map<string, Promise<string>>();

beforeAll(async () => {
  gateway = await startTestGateway('postgres', { clock: seededAt });
  graph = new SeedGraph(withinWindow(seededStore(0), windowStart()));
});
afterAll(() => gateway.close());

function tokenWith(scopes: Iterable<string>): Promise<string> {
  const scope = [...scopes].sort().join(' ');
  const token = tokens.get(scope) ?? gateway.token(scope);
  tokens.set(scope, token);
  return token;
}

const queryOf = (path: Path) => documentOf(schema, path, realArguments(schema, path, graph));

/** The scopes that open a path, each needed: there are no alternatives in the schema so far. */
function scopesOf(path: Path): readonly string[] {
  const { groups } = needsOfPath(path);
  expect(groups.length).toBeLessThanOrEqual(1);
  return groups[0] ?? [];
}

/** A token with exactly the scopes of a path. */
function tokenFor(path: Path, scopes = scopesOf(path)): Promise<string> {
  // A token without scopes has no granted scope to show; this one opens nothing by itself.
  const showsScopes = path.some(({ coordinate }) => coordinate === 'CurrentApp.grantedScopes');
  return tokenWith(showsScopes && scopes.length === 0 ? ['read_all_orders'] : scopes);
}

async function expectServed(path: Path, token: string | null): Promise<void> {
  const query = queryOf(path);
  const { status, body } = await gateway.send(query, { token });
  expect({ query, status, errors: body.errors }).toEqual({ query, status: 200, errors: undefined });
  const values = valuesAt(body.data, path).filter((value) => value !== null);
  const hasValue = !path.some(({ coordinate }) => NULL_BY_NATURE.has(coordinate));
  expect({ query, hasValue: values.length > 0 }).toEqual({ query, hasValue });
}

/** The error that a path gives a token with these scopes, and where in the answer it stands first. */
function refusalIn(answer: Answer, path: Path, scopes: ReadonlySet<string>) {
  const { coordinate, required, missing, step } = must(refusalOn(path, scopes), 'a refusal');
  const places = placesAt(answer.body.data, path, step + 1);
  const [first] = places;
  expect(places.map(({ value }) => value)).toEqual(places.map(() => null));
  const inWords = required.map((group) => group.join(' and ')).join(' or ');
  return {
    message: `${coordinate} needs ${inWords}; the token lacks ${missing.join(' and ')}.`,
    path: must(first, `a place for ${nameOf(path)} in ${answer.text}`).path,
    locations: expect.any(Array),
    extensions: {
      code: 'INSUFFICIENT_SCOPE',
      coordinate,
      requiredScopes: required,
      missingScopes: missing,
      occurrences: places.length,
    },
  };
}

/** Refused at the outermost position that the token may not see, with nothing of what lies below. */
async function expectRefused(path: Path, scopes: ReadonlySet<string>): Promise<void> {
  const query = queryOf(path);
  const answer = await gateway.send(query, { token: await tokenWith(scopes) });
  expect(answer.status).toBe(200);
  expect(answer.body.errors, query).toEqual([refusalIn(answer, path, scopes)]);
}

async function expectUnauthenticated(path: Path): Promise<void> {
  const query = queryOf(path);
  const answer = await gateway.send(query);
  expect({ query, status: answer.status }).toEqual({ query, status: 401 });
  expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
  expect(answer.body).not.toHaveProperty('data');
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer (?!.*error)/);
}

const codesOf = ({ body }: Answer) => body.errors?.map(({ extensions }) => extensions.code);

/** The scopes without each one of them in turn. */
const without = (scopes: readonly string[]) =>
  scopes.map((scope) => new Set(scopes.filter((other) => other !== scope)));

/** Served with exactly its scopes; refused without any one of them, and without all of them. */
async function expectGuarded(path: Path): Promise<void> {
  const scopes = scopesOf(path);
  await expectServed(path, await tokenFor(path));
  const fewer = without(scopes);
  if (scopes.length > 1) fewer.push(new Set());
  await Promise.all(fewer.map((rest) => expectRefused(path, rest)));
  if (needsOfPath(path).token) await expectUnauthenticated(path);
  else await expectServed(path, null);
}

/** Paths in groups that the same rows have values for, so that one operation asks for all of a group. */
function groupsOf(paths: readonly Path[]): Path[][] {
  const groups = new Map<string, Path[]>();
  for (const path of paths) {
    const before = documentOf(schema, path.slice(0, -1), realArguments(schema, path, graph));
    groups.set(before, [...(groups.get(before) ?? []), path]);
  }
  return [...groups.values()];
}

/** Fields of one type asked for together: each missing scope takes away what needs it, and no sibling. */
async function expectGuardedTogether(paths: readonly Path[]): Promise<void> {
  const prefix = must(paths[0]).slice(0, -1);
  const ends = paths.map((path) => must(path.at(-1)));
  const query = documentOf(schema, prefix, realArguments(schema, must(paths[0]), graph), ends);
  const scopes = [...new Set(paths.flatMap(scopesOf))];
  const served = await gateway.send(query, { token: await tokenFor(prefix, scopes) });
  expect(served.body.errors, query).toBeUndefined();
  const valueless = paths
    .filter((path) => valuesAt(served.body.data, path).every((value) => value === null))
    .filter((path) => !path.some(({ coordinate }) => NULL_BY_NATURE.has(coordinate)))
    .filter((path) => hasWitness(path, graph));
  expect(valueless.map(nameOf), query).toEqual([]);

  for (const rest of without(scopes).filter((fewer) => refusalOn(prefix, fewer) === null)) {
    const answer = await gateway.send(query, { token: await tokenWith(rest) });
    const refused = paths.filter((path) => refusalOn(path, rest) !== null);
    const errors = refused.map((path) => refusalIn(answer, path, rest));
    expect(answer.body.errors, query).toEqual(errors);
    for (const path of paths.filter((path) => !refused.includes(path))) {
      expect(valuesAt(answer.body.data, path)).toEqual(valuesAt(served.body.data, path));
    }
  }
}

describe('every field', () => {
  it('is the same in the schema and in schema.graphql', () => {
    expect(coordinatesOf(schema).sort()).toEqual([...sdlFields()].sort());
  });

  it.each(coordinatesOf(schema))('%s is served with its scopes and refused without', (coordinate) =>
    expectGuarded(pathTo(coordinate)),
  );

  it('loads nothing for a request without a token', async () => {
    gateway.waves.length = 0;
    const guarded = coordinatesOf(schema)
      .map(pathTo)
      .filter((path) => needsOfPath(path).token);
    expect(guarded.length).toBeGreaterThan(200);
    await Promise.all(guarded.map(expectUnauthenticated));
    expect(gateway.waves).toEqual([]);
  });

  it('lists as null by nature only what exists', () => {
    expect(coordinatesOf(schema)).toEqual(expect.arrayContaining([...NULL_BY_NATURE.keys()]));
  });
});

describe('every way into a type', () => {
  it('leads to each type that has fields', () => {
    const reached = new Set(EDGES.map(({ path }) => path.at(-1)?.on ?? path.at(-1)?.returns));
    const types = compositeTypes(schema).map(({ name }) => name);
    expect([...reached].sort()).toEqual(types.filter((name) => name !== 'Query').sort());
  });

  it.each(EDGES)('$name guards all that lies behind it', async ({ path }) => {
    const last = must(path.at(-1));
    const type = must(
      compositeTypes(schema).find(({ name }) => name === (last.on ?? last.returns)),
    );
    const fields = Object.keys(type.getFields());
    const paths = fields.map((field) => extend(schema, path, `${type.name}.${field}`));
    await Promise.all(groupsOf(paths).map(expectGuardedTogether));
    // What is refused further up looks the same for each field.
    await expectGuarded(must(paths[0]));
  });
});
