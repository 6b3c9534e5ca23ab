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
import { takeQuotesOver } from '../support/queries-quotes.ts';
import { sdlEdges, sdlFields } from '../support/queries-sdl.ts';
import { must, seededAt, seededStore, windowStart, withinWindow } from '../support/queries-seed.ts';
import { insertWebhooks } from '../support/queries-webhooks.ts';
import { SeedGraph } from '../support/queries-witness.ts';

const SHORTEST = shortestPaths(schema);

const pathTo = (coordinate: string): Path =>
  extend(schema, must(SHORTEST.get(coordinate.split('.')[0] ?? ''), coordinate), coordinate);

const nameOf = (path: Path) =>
  path.map(({ field, on }) => (on === null ? field : `${field} as ${on}`)).join('.');

/** Every way into every type, by the edge that leads there. */
const EDGES = edgesOf(schema)
  .map((edge): Path => [...must(SHORTEST.get(edge.coordinate.split('.')[0] ?? '')), edge])
  .map((path) => ({ name: nameOf(path), path }));
const WAYS_TO_READ = EDGES.filter(({ path }) => !isWrite(path));
const WAYS_TO_WRITE = EDGES.filter(({ path }) => isWrite(path));

const ownerOf = ({ coordinate }: { coordinate: string }) => coordinate.split('.')[0] ?? '';

/** Ways to rows that the shortest one may miss: an amount is taken off by goodwill, which is no discount. */
const OTHER_WAYS: ReadonlyMap<string, Path> = new Map([
  [
    'DiscountApplication',
    ['Query.order', 'Order.discountApplications', 'DiscountApplicationConnection.nodes'].reduce(
      (path: Path, coordinate) => extend(schema, path, coordinate),
      [],
    ),
  ],
]);

let gateway: TestGateway;
let graph: SeedGraph;
const tokens = new Map<string, Promise<string>>();

beforeAll(async () => {
  gateway = await startTestGateway('postgres', { clock: seededAt });
  await insertWebhooks(gateway.asRole);
  await takeQuotesOver(gateway.asRole, seededStore(0));
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

/** Each list of scopes that opens a path, every scope of it needed. */
function alternativesOf(path: Path): readonly (readonly string[])[] {
  const { groups } = needsOfPath(path);
  return groups.length > 0 ? groups : [[]];
}

/** A token with exactly these scopes, of which a path may show one. */
function tokenFor(path: Path, scopes: readonly string[]): Promise<string> {
  // A token without scopes has no granted scope to show; this one opens nothing by itself.
  const showsScopes = path.some(({ coordinate }) => coordinate === 'CurrentApp.grantedScopes');
  return tokenWith(showsScopes && scopes.length === 0 ? ['read_all_orders'] : scopes);
}

async function expectServed(path: Path, token: string | null): Promise<void> {
  const query = queryOf(path);
  const { status, body } = await gateway.send(query, { token });
  expect({ query, status, errors: body.errors }).toEqual({ query, status: 200, errors: undefined });
  const values = valuesAt(body.data, path).filter((value) => value !== null);
  expect({ query, hasValue: values.length > 0 }).toEqual({
    query,
    hasValue: hasWitness(path, graph),
  });
}

/** The error that a path gives a token with these scopes, and where in the answer it stands first. */
function refusalIn(answer: Answer, path: Path, scopes: ReadonlySet<string>) {
  const { coordinate, required, missing, step } = must(refusalOn(path, scopes), 'a refusal');
  const places = placesAt(answer.body.data, path, step + 1);
  const [first] = places;
  expect(places.map(({ value }) => value)).toEqual(places.map(() => null));
  const many = required.length > 1;
  const inWords = required
    .map((group) => (many && group.length > 1 ? `(${group.join(' and ')})` : group.join(' and ')))
    .join(' or ');
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

/** The error of an operation of which nothing was run: all that these scopes lack along its paths. */
function rejectionOf(paths: readonly Path[], scopes: ReadonlySet<string>) {
  const facts = paths.flatMap((path) => refusalsOn(path, scopes));
  const refused = [...new Map(facts.map((fact) => [fact.coordinate, fact])).values()];
  const missing = [...new Set(refused.flatMap(({ missingScopes }) => missingScopes))];
  const coordinates = refused.map(({ coordinate }) => coordinate).join(', ');
  return {
    message: `Nothing was run: the token lacks ${missing.join(' and ')}, which ${coordinates} ${refused.length > 1 ? 'need' : 'needs'}.`,
    extensions: { code: 'INSUFFICIENT_SCOPE', missingScopes: missing, refused },
  };
}

/** A mutation that lacks a scope anywhere is not run at all. */
async function expectRejected(query: string, paths: readonly Path[], scopes: ReadonlySet<string>) {
  gateway.waves.length = 0;
  const { status, body } = await gateway.send(query, { token: await tokenWith(scopes) });
  expect({ query, status, body }).toEqual({
    query,
    status: 403,
    body: { errors: [rejectionOf(paths, scopes)] },
  });
  expect(gateway.waves).toEqual([]);
}

/** Refused at the outermost position that the token may not see, with nothing of what lies below. */
async function expectRefused(path: Path, scopes: ReadonlySet<string>): Promise<void> {
  const query = queryOf(path);
  if (isWrite(path)) return expectRejected(query, [path], scopes);
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

/** Served with exactly each list of its scopes; refused without any one of a list, and without all. */
async function expectGuarded(path: Path): Promise<void> {
  for (const scopes of alternativesOf(path)) {
    await expectServed(path, await tokenFor(path, scopes));
    const fewer = without(scopes);
    if (scopes.length > 1) fewer.push(new Set());
    await Promise.all(
      fewer.map(async (rest) => {
        if (refusalOn(path, rest) !== null) return expectRefused(path, rest);
        // Only what another scope includes can be left out.
        expect(scopes.filter((scope) => !rest.has(scope))).toEqual(['read_claims']);
        expect([...rest]).toContain('manage_claims');
        return expectServed(path, await tokenWith(rest));
      }),
    );
  }
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
  const scopes = [...new Set(paths.flatMap((path) => alternativesOf(path).flat()))];
  const served = await gateway.send(query, { token: await tokenFor(prefix, scopes) });
  expect(served.body.errors, query).toBeUndefined();
  const valueless = paths
    .filter((path) => valuesAt(served.body.data, path).every((value) => value === null))
    .filter((path) => hasWitness(path, graph));
  expect(valueless.map(nameOf), query).toEqual([]);

  for (const rest of without(scopes).filter((fewer) => refusalOn(prefix, fewer) === null)) {
    const answer = await gateway.send(query, { token: await tokenWith(rest) });
    const refused = paths.filter((path) => refusalOn(path, rest) !== null);
    const errors = refused.map((path) => refusalIn(answer, path, rest));
    expect(answer.body.errors ?? [], query).toEqual(errors);
    for (const path of paths.filter((path) => !refused.includes(path))) {
      expect(valuesAt(answer.body.data, path)).toEqual(valuesAt(served.body.data, path));
    }
  }
}

/** Fields behind a mutation asked for together: each missing scope keeps it from being run. */
async function expectRunOrRejected(paths: readonly Path[]): Promise<void> {
  const prefix = must(paths[0]).slice(0, -1);
  const ends = paths.map((path) => must(path.at(-1)));
  const query = documentOf(schema, prefix, realArguments(schema, must(paths[0]), graph), ends);
  const scopes = [...new Set(paths.flatMap((path) => must(alternativesOf(path)[0])))];
  const served = await gateway.send(query, { token: await tokenWith(scopes) });
  expect({ query, errors: served.body.errors }).toEqual({ query, errors: undefined });
  for (const path of paths) {
    const values = valuesAt(served.body.data, path);
    expect(values.some((value) => value !== null)).toBe(hasWitness(path, graph));
  }
  for (const rest of without(scopes)) {
    if (paths.some((path) => refusalOn(path, rest) !== null)) {
      await expectRejected(query, paths, rest);
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
});

describe('every way into a type', () => {
  it('leads to each type that has fields', () => {
    const reached = new Set(EDGES.map(({ path }) => path.at(-1)?.on ?? path.at(-1)?.returns));
    const types = compositeTypes(schema).map(({ name }) => name);
    expect([...reached].sort()).toEqual(
      types.filter((name) => name !== 'Query' && name !== 'Mutation').sort(),
    );
  });

  it('is walked from the roots: no type, field or edge of schema.graphql is left out', () => {
    const walked = new Set(
      coordinatesOf(schema).flatMap((c) => pathTo(c).map((s) => s.coordinate)),
    );
    const entered = EDGES.map(({ path }) => {
      const last = must(path.at(-1));
      return `${last.coordinate} -> ${last.on ?? last.returns}`;
    });
    // The search again from the file alone, which knows nothing of how the paths above were found.
    const expected = sdlEdges();
    const from = new Map<string, string[]>();
    for (const { parent, target } of expected) {
      from.set(parent, [...(from.get(parent) ?? []), target]);
    }
    const reached = new Set(['Query', 'Mutation']);
    for (const type of reached) for (const target of from.get(type) ?? []) reached.add(target);
    const walkedTypes = new Set(sdlFields().map((coordinate) => coordinate.split('.')[0] ?? ''));
    expect([...reached].sort()).toEqual([...walkedTypes].sort());
    expect(sdlFields().filter((coordinate) => !walked.has(coordinate))).toEqual([]);
    const ways = expected.map(({ coordinate, target }) => `${coordinate} -> ${target}`);
    expect(entered.sort()).toEqual(ways.sort());
    expect(entered.length).toBeGreaterThan(150);
  });

  /** A path on by each of the fields that the type at its end has. */
  function onwards(path: Path): Path[] {
    const last = must(path.at(-1));
    const type = must(
      compositeTypes(schema).find(({ name }) => name === (last.on ?? last.returns)),
    );
    const fields = Object.keys(type.getFields());
    return fields.map((field) => extend(schema, path, `${type.name}.${field}`));
  }

  it.each(WAYS_TO_READ)('$name guards all that lies behind it', async ({ path }) => {
    const last = must(path.at(-1));
    const paths = onwards(path);
    await Promise.all(groupsOf(paths).map(expectGuardedTogether));
    // What is refused further up looks the same for each field.
    const way = OTHER_WAYS.get(ownerOf(last));
    const elsewhere = way === undefined ? [] : onwards([...way, last]);
    await expectGuarded(
      must([...paths, ...elsewhere].find((candidate) => hasWitness(candidate, graph))),
    );
  });

  it.each(WAYS_TO_WRITE)('$name is not run without all that lies behind it', async ({ path }) => {
    await expectRunOrRejected(onwards(path));
    await expectUnauthenticated(path);
  });

  it('wrote nothing, with whatever scopes', async () => {
    const text = 'select count(*)::int as count from commerce.audit_entries';
    const [[row] = []] = await gateway.asRole('none', [[text]]);
    expect(row).toEqual({ count: 0 });
  });
});
