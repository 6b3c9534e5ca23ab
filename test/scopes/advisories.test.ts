import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { executeScoped } from '../../src/scopes/enforce.ts';
import { RequirementError } from '../../src/scopes/requirement.ts';

/**
 * What went wrong in other enforcers of scopes (`docs/advisories.md`), where no other test
 * of this project is as close to it.
 */

const DIRECTIVES = `
  directive @requiresScopes(scopes: [[String!]!]!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
    | SCALAR | ENUM | ENUM_VALUE | UNION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | UNION
`;
const X = '@requiresScopes(scopes: [["x"]])';

const SECRET = 'the secret';
const KNOWN = 'what anybody may know';
const OBJECT = { __typename: 'Thing', open: KNOWN, secret: SECRET };
const ROOT = { open: KNOWN, secret: SECRET, thing: OBJECT, face: OBJECT, faces: [OBJECT, OBJECT] };

async function run(sdl: string, query: string, grantedScopes: readonly string[]) {
  const result = await executeScoped({
    schema: buildSchema(`${DIRECTIVES}${sdl}`, { assumeValidSDL: true }),
    document: parse(query),
    grantedScopes,
    undeclared: 'public',
    rootValue: ROOT,
  });
  return {
    text: JSON.stringify(result.data ?? null),
    refused: (result.errors ?? []).map(({ extensions }) => extensions.coordinate),
  };
}

/** That a query tells the secret with the scope and without it does not, and what is refused then. */
async function expectGuarded(sdl: string, query: string, coordinates: readonly string[]) {
  const granted = await run(sdl, query, ['x']);
  expect(granted.refused).toEqual([]);
  expect(granted.text).toContain(SECRET);
  const { text, refused } = await run(sdl, query, ['y', 'X', 'xx', 'x.y']);
  expect(refused).toEqual(coordinates);
  expect(text).not.toContain(SECRET);
}

describe('an interface', () => {
  it.each(['{ face { secret } }', '{ faces { __typename secret } }'])(
    'is not open because all its objects ask for the same: %s',
    async (query) => {
      const sdl = `
        type Query { face: Face faces: [Face] } interface Face { secret: String }
        type Thing implements Face { secret: String ${X} } type Other implements Face { secret: String ${X} }`;
      await expectGuarded(sdl, query, ['Thing.secret']);
    },
  );

  it('is not open because its objects ask for different things', async () => {
    const sdl = `
      type Query { face: Face } interface Face { secret: String }
      type Thing implements Face { secret: String ${X} }
      type Other implements Face { secret: String @requiresScopes(scopes: [["y"]]) }`;
    await expectGuarded(sdl, '{ face { secret } }', ['Thing.secret']);
  });

  it.each([
    '{ face { ... on Thing { secret } } }',
    '{ face { ...F } } fragment F on Thing { secret }',
    '{ thing { secret } }',
    '{ thing { ... on Face { secret } } }',
  ])('guards its field in the object that says nothing: %s', async (query) => {
    const sdl = `
      type Query { face: Face thing: Thing } interface Face { open: String secret: String ${X} }
      type Thing implements Face { open: String secret: String }`;
    await expectGuarded(sdl, query, ['Thing.secret']);
  });

  it('guards the objects of an interface that implements it', async () => {
    const sdl = `
      type Query { thing: Thing } interface Root { secret: String ${X} }
      interface Face implements Root { secret: String }
      type Thing implements Face & Root { secret: String }`;
    await expectGuarded(sdl, '{ thing { secret } }', ['Thing.secret']);
  });
});

describe('a rule under another name', () => {
  it.each([
    [
      'extend schema @link(url: "https://x.example", import: [{ name: "@requiresScopes", as: "@needs" }]) type Query { secret: String @needs(scopes: [["x"]]) }',
      '@requiresScopes is imported as @needs; import it under its own name.',
    ],
    [
      'type Query { secret: String @federation__requiresScopes(scopes: [["x"]]) }',
      'Query.secret has @federation__requiresScopes, which is not enforced here.',
    ],
  ])('is no rule that is ignored: %s', async (sdl, message) => {
    await expect(run(sdl, '{ secret }', ['x'])).rejects.toThrow(new RequirementError(message));
  });
});

describe('a guarded field', () => {
  const SDL = `type Query { open: String secret: String ${X} thing: Thing }
    type Thing { open: String secret: String ${X} }`;

  it.each([
    '{ open: secret }',
    '{ thing { open: secret } }',
    '{ secret: open alias: secret }',
    '{ __schema: secret }',
    '{ typename_1: secret }',
    '{ constructor: secret toString: open }',
  ])('is guarded under any response key: %s', async (query) => {
    const coordinate = query.includes('thing') ? 'Thing.secret' : 'Query.secret';
    await expectGuarded(SDL, query, [coordinate]);
  });

  it.each([
    '{ __schema { queryType { name } } secret }',
    '{ secret __type(name: "Query") { name } }',
    '{ __typename secret }',
    'query __schema { secret }',
    'query IntrospectionQuery { secret __schema { queryType { name } } }',
    '{ ...__schema } fragment __schema on Query { secret }',
    '{ ...__proto__ } fragment __proto__ on Query { secret }',
    '{ ...constructor } fragment constructor on Query { secret }',
  ])('is guarded beside introspection and under its names: %s', async (query) => {
    await expectGuarded(SDL, query, ['Query.secret']);
  });

  it('is guarded where it is met again in a fragment that was harmless before', async () => {
    const sdl = `type Query { face: Face thing: Thing } interface Face { value: String }
      type Thing implements Face { value: String secret: String ${X} }`;
    const query = `{ face { ...F } thing { ...F ...G } }
      fragment F on Face { value ...G } fragment G on Thing { secret }`;
    await expectGuarded(sdl, query, ['Thing.secret']);
  });
});

describe('a type and its field', () => {
  const SDL = `type Query { thing: Thing } type Thing @requiresScopes(scopes: [["t"]]) { secret: String ${X} }`;
  const QUERY = '{ thing { secret } }';

  it('are guarded by both rules, neither of which hides the other', async () => {
    expect((await run(SDL, QUERY, ['t', 'x'])).text).toContain(SECRET);
    expect(await run(SDL, QUERY, ['t'])).toMatchObject({ refused: ['Thing.secret'] });
    expect(await run(SDL, QUERY, ['x'])).toMatchObject({ refused: ['Query.thing'] });
    for (const scopes of [['t'], ['x'], []]) {
      expect((await run(SDL, QUERY, scopes)).text).not.toContain(SECRET);
    }
  });
});
