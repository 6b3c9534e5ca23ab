import { buildSchema, GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type ExecuteScopedOptions, executeScoped } from '../../src/scopes/execute-scoped.ts';
import { anyOf, RequirementError } from '../../src/scopes/requirement.ts';

const DIRECTIVES = `
  directive @requiresScopes(scopes: [[String!]!]!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
    | SCALAR | ENUM | ENUM_VALUE | UNION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | UNION
`;

const schemaOf = (sdl: string) => buildSchema(`${DIRECTIVES}${sdl}`);

type Options = Partial<Omit<ExecuteScopedOptions, 'schema' | 'document'>>;

/** Runs a query with these scopes, and writes each error as `path: CODE message`. */
async function run(schema: GraphQLSchema, query: string, options: Options = {}) {
  const result = await executeScoped({
    schema,
    document: parse(query),
    grantedScopes: [],
    undeclared: 'public',
    ...options,
  });
  return {
    data: result.data && JSON.parse(JSON.stringify(result.data)),
    errors: (result.errors ?? []).map(
      ({ path, message, extensions }) =>
        `${path?.join('.') ?? ''}: ${extensions.code ?? 'none'} ${message}`,
    ),
  };
}

const lacks = (path: string, coordinate: string, scope = 'x') =>
  `${path}: INSUFFICIENT_SCOPE ${coordinate} needs ${scope}; the token lacks ${scope}.`;

const X = '@requiresScopes(scopes: [["x"]])';

/** Each place of a schema that can ask for something: a query that uses it beside what is open, and what it gives. */
const ELEMENTS = [
  {
    on: 'a field',
    sdl: `type Query { open: String value: String ${X} }`,
    query: '{ open value }',
    refused: 'Query.value',
    at: 'value',
    given: 'v',
  },
  {
    on: 'an object',
    sdl: `type Query { open: String thing: Thing } type Thing ${X} { value: String }`,
    query: '{ open thing { value } }',
    refused: 'Query.thing',
    at: 'thing',
    given: { value: 'v' },
  },
  {
    on: 'an interface',
    sdl: `type Query { open: String face: Face } interface Face ${X} { value: String }
      type Thing implements Face { value: String }`,
    query: '{ open face { value } }',
    refused: 'Query.face',
    at: 'face',
    given: { value: 'v' },
  },
  {
    on: 'the interface of an object that is asked for by itself',
    sdl: `type Query { open: String thing: Thing } interface Face ${X} { value: String }
      type Thing implements Face { value: String }`,
    query: '{ open thing { value } }',
    refused: 'Query.thing',
    at: 'thing',
    given: { value: 'v' },
  },
  {
    on: 'a scalar that is returned',
    sdl: `type Query { open: String value: Secret } scalar Secret ${X}`,
    query: '{ open value }',
    refused: 'Query.value',
    at: 'value',
    given: 'v',
  },
  {
    on: 'a scalar that is sent',
    sdl: `type Query { open: String takes(secret: Secret): String } scalar Secret ${X}`,
    query: '{ open takes(secret: "s") }',
    refused: 'Secret',
    at: 'takes',
    given: 'v',
  },
  {
    on: 'an enum',
    sdl: `type Query { open: String colour: Colour } enum Colour ${X} { RED }`,
    query: '{ open colour }',
    refused: 'Query.colour',
    at: 'colour',
    given: 'RED',
  },
  {
    on: 'an enum value that is sent',
    sdl: `type Query { open: String takes(by: Sort): String } enum Sort { NAME MAIL ${X} }`,
    query: '{ open takes(by: MAIL) }',
    refused: 'Sort.MAIL',
    at: 'takes',
    given: 'v',
  },
  {
    on: 'a union',
    sdl: `type Query { open: String either: Either } union Either ${X} = Thing type Thing { value: String }`,
    query: '{ open either { ... on Thing { value } } }',
    refused: 'Query.either',
    at: 'either',
    given: { value: 'v' },
  },
  {
    on: 'an object in a union',
    sdl: `type Query { open: String either: Either } union Either = Thing | Other
      type Thing ${X} { value: String } type Other { value: String }`,
    query: '{ open either { ... on Thing { value } } }',
    refused: 'Thing',
    at: 'either',
    given: { value: 'v' },
  },
  {
    on: 'an argument',
    sdl: `type Query { open: String takes(mail: String ${X}): String }`,
    query: '{ open takes(mail: null) }',
    refused: 'Query.takes(mail:)',
    at: 'takes',
    given: 'v',
  },
  {
    on: 'an input field',
    sdl: `type Query { open: String takes(filter: Filter): String } input Filter { mail: String ${X} }`,
    query: '{ open takes(filter: {mail: "m"}) }',
    refused: 'Filter.mail',
    at: 'takes',
    given: 'v',
  },
];

const THING = { __typename: 'Thing', value: 'v' };
const ROOT = {
  open: 'o',
  value: 'v',
  thing: THING,
  face: THING,
  either: THING,
  colour: 'RED',
  takes: 'v',
};

describe.each(ELEMENTS)('@requiresScopes on $on', ({ sdl, query, refused, at, given }) => {
  const schema = schemaOf(sdl);

  it('gives what it guards with the scope', async () => {
    const answer = await run(schema, query, { grantedScopes: ['x'], rootValue: ROOT });
    expect(answer).toEqual({ data: { open: 'o', [at]: given }, errors: [] });
  });

  it('makes it null without the scope, and leaves its siblings', async () => {
    const answer = await run(schema, query, { grantedScopes: ['y'], rootValue: ROOT });
    expect(answer).toEqual({ data: { open: 'o', [at]: null }, errors: [lacks(at, refused)] });
  });

  it('runs nothing without the scope in reject mode', async () => {
    const options = { grantedScopes: ['y'], rootValue: ROOT, mode: 'reject' } as const;
    const { data, errors } = await run(schema, query, options);
    expect(data).toBeUndefined();
    expect(errors).toEqual([expect.stringContaining('INSUFFICIENT_SCOPE Nothing was run: ')]);
    expect(errors[0]).toContain(refused);
  });

  it('runs nothing without a token', async () => {
    const { data, errors } = await run(schema, query, { grantedScopes: null, rootValue: ROOT });
    expect(data).toBeUndefined();
    expect(errors).toEqual([`: UNAUTHENTICATED This operation needs a token: ${refused} needs x.`]);
  });
});

describe('@authenticated', () => {
  const schema = schemaOf('type Query { open: String value: String @authenticated }');

  it('takes a token without scopes', async () => {
    expect(await run(schema, '{ open value }', { rootValue: ROOT })).toEqual({
      data: { open: 'o', value: 'v' },
      errors: [],
    });
  });

  it('takes a token', async () => {
    const options = { grantedScopes: null, rootValue: ROOT };
    expect(await run(schema, '{ open value }', options)).toEqual({
      data: undefined,
      errors: [': UNAUTHENTICATED This operation needs a token: Query.value needs a valid token.'],
    });
    expect(await run(schema, '{ open }', options)).toEqual({ data: { open: 'o' }, errors: [] });
  });
});

describe('lists of scopes', () => {
  const schema = schemaOf(
    'type Query { value: String @requiresScopes(scopes: [["a", "b"], ["c"]]) }',
  );

  it.each([
    [[], false],
    [['a'], false],
    [['b'], false],
    [['c'], true],
    [['a', 'b'], true],
    [['a', 'c'], true],
    [['b', 'c'], true],
    [['a', 'b', 'c'], true],
    [['ab'], false],
    [['A', 'B', 'C'], false],
  ])('mean any of the lists, and every scope in it: %j', async (grantedScopes, isGiven) => {
    const { data } = await run(schema, '{ value }', { grantedScopes, rootValue: ROOT });
    expect(data).toEqual({ value: isGiven ? 'v' : null });
  });

  it('ask for each other where the directive is repeated', async () => {
    const twice = schemaOf(
      'type Query { value: String @requiresScopes(scopes: [["a"]]) @requiresScopes(scopes: [["b"]]) }',
    );
    const ask = (...grantedScopes: string[]) =>
      run(twice, '{ value }', { grantedScopes, rootValue: ROOT });
    expect((await ask('a', 'b')).data).toEqual({ value: 'v' });
    expect((await ask('a')).errors).toEqual([
      'value: INSUFFICIENT_SCOPE Query.value needs a and b; the token lacks b.',
    ]);
    expect((await ask('b')).errors).toEqual([
      'value: INSUFFICIENT_SCOPE Query.value needs a and b; the token lacks a.',
    ]);
  });

  it('are read off extensions of types as well', async () => {
    const extended = schemaOf(
      `type Query { open: String thing: Thing } type Thing { value: String } extend type Thing ${X}`,
    );
    const query = '{ open thing { value } }';
    expect(await run(extended, query, { rootValue: ROOT })).toEqual({
      data: { open: 'o', thing: null },
      errors: [lacks('thing', 'Query.thing')],
    });
    const granted = await run(extended, query, { grantedScopes: ['x'], rootValue: ROOT });
    expect(granted).toEqual({ data: { open: 'o', thing: { value: 'v' } }, errors: [] });
  });
});

describe('names of scopes', () => {
  it.each([
    'urn:example:orders/read',
    'https://example.com/auth/orders.readonly',
    'Orders.Read',
    '*',
    'constructor',
    '__proto__',
    'toString',
    'undefined',
  ])('are any that OAuth allows, compared whole: %s', async (scope) => {
    const schema = schemaOf(
      `type Query { value: String @requiresScopes(scopes: [[${JSON.stringify(scope)}]]) }`,
    );
    const ask = (grantedScopes: readonly string[] | null) =>
      run(schema, '{ value }', { grantedScopes, rootValue: ROOT });
    expect(await ask([scope])).toEqual({ data: { value: 'v' }, errors: [] });
    const refused = { data: { value: null }, errors: [lacks('value', 'Query.value', scope)] };
    expect(await ask([])).toEqual(refused);
    expect(await ask([`${scope}s`, scope.slice(0, -1), `x${scope}`])).toEqual(refused);
    expect((await ask(null)).errors).toEqual([
      `: UNAUTHENTICATED This operation needs a token: Query.value needs ${scope}.`,
    ]);
  });

  it('that sound like nobody are no way in without a token, whoever asked before', async () => {
    const schema = schemaOf('type Query { value: String @requiresScopes(scopes: [["null"]]) }');
    const document = parse('{ value }');
    const ask = (grantedScopes: readonly string[] | null) =>
      executeScoped({ schema, document, grantedScopes, rootValue: ROOT });
    expect((await ask(['null'])).data).toEqual({ value: 'v' });
    const anonymous = await ask(null);
    expect(anonymous.data).toBeUndefined();
    expect(anonymous.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('what cannot be run', () => {
  const schema = schemaOf('type Query { open(n: Int): String }');

  it('is a document that is not valid, in the words of GraphQL', async () => {
    expect(await run(schema, '{ shut }', { rootValue: ROOT })).toEqual({
      data: undefined,
      errors: [': none Cannot query field "shut" on type "Query".'],
    });
  });

  it('is an operation that the document does not have', async () => {
    const options = { rootValue: ROOT, operationName: 'B' };
    expect(await run(schema, 'query A { open }', options)).toEqual({
      data: undefined,
      errors: [': none The document has no operation named "B".'],
    });
    expect(
      (await run(schema, 'query A { open }', { ...options, operationName: 'A' })).data,
    ).toEqual({ open: 'o' });
  });

  it('is one of several operations without its name', async () => {
    const query = 'query A { open } query B { again: open }';
    expect(await run(schema, query, { rootValue: ROOT })).toEqual({
      data: undefined,
      errors: [
        ': none The document has no operation, or several: then say which with operationName.',
      ],
    });
    const named = await run(schema, query, { rootValue: ROOT, operationName: 'B' });
    expect(named.data).toEqual({ again: 'o' });
  });

  it('is an operation of a kind that the schema does not have', async () => {
    const { data, errors } = await run(schema, 'mutation { open }', { rootValue: ROOT });
    expect(data).toBeUndefined();
    expect(errors).toEqual([expect.stringContaining('mutation')]);
  });

  it.each([
    [{}, 'Variable "$n" of required type "Int!" was not provided.'],
    [{ n: null }, 'Variable "$n" of non-null type "Int!" must not be null.'],
    [{ n: 'one' }, 'Int cannot represent non-integer value: "one"'],
  ])('is a request with the variables %j', async (variables, message) => {
    const options = { rootValue: ROOT, variables };
    const { data, errors } = await run(schema, 'query ($n: Int!) { open(n: $n) }', options);
    expect(data).toBeUndefined();
    expect(errors).toEqual([expect.stringContaining(message)]);
    const good = { rootValue: ROOT, variables: { n: 1 } };
    expect((await run(schema, 'query ($n: Int!) { open(n: $n) }', good)).data).toEqual({
      open: 'o',
    });
  });

  it.each([
    [50, 50, 'Variable "$n" got invalid value null at "n[49]"'],
    [51, 51, 'Too many errors processing variables, error limit reached'],
    [5_000, 51, 'Too many errors processing variables, error limit reached'],
  ])('is told %i mistakes in variables by %i errors', async (mistakes, told, last) => {
    const sums = schemaOf('type Query { sum(of: [Int!]!): Int }');
    const variables = { n: Array.from({ length: mistakes }, () => null) };
    const options = { rootValue: { sum: 1 }, variables };
    const { errors } = await run(sums, 'query ($n: [Int!]!) { sum(of: $n) }', options);
    expect(errors).toHaveLength(told);
    expect(errors.at(-1)).toContain(last);
  });
});

describe('a query with something refused', () => {
  const schema = schemaOf(`
    type Query { things: [Thing!] open: String }
    type Thing { id: ID mail: String ${X} must: String! ${X} }
  `);
  const things = [{ id: 1, mail: 'm1', must: 'a' }, { id: 2, mail: 'm2', must: 'b' }, { id: 3 }];
  const rootValue = { open: 'o', things };

  it('has one error for each coordinate, with the first path and how often', async () => {
    const { data, errors } = await executeScoped({
      schema,
      document: parse('{ open things { id mail } }'),
      grantedScopes: [],
      undeclared: 'public',
      rootValue,
    });
    expect(JSON.parse(JSON.stringify(data))).toEqual({
      open: 'o',
      things: ['1', '2', '3'].map((id) => ({ id, mail: null })),
    });
    expect(errors?.map((error) => error.toJSON())).toEqual([
      {
        message: 'Thing.mail needs x; the token lacks x.',
        locations: [{ line: 1, column: 20 }],
        path: ['things', 0, 'mail'],
        extensions: {
          code: 'INSUFFICIENT_SCOPE',
          coordinate: 'Thing.mail',
          requiredScopes: [['x']],
          missingScopes: ['x'],
          occurrences: 3,
        },
      },
    ]);
  });

  it('has one error for each place where that is asked for', async () => {
    const { data, errors } = await executeScoped({
      schema,
      document: parse('{ things { mail } }'),
      grantedScopes: [],
      undeclared: 'public',
      refusalErrors: 'per-path',
      rootValue,
    });
    expect(JSON.parse(JSON.stringify(data))).toEqual({ things: Array(3).fill({ mail: null }) });
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
      [0, 1, 2].map((index) => [['things', index, 'mail'], 'INSUFFICIENT_SCOPE']),
    );
    expect(errors?.every(({ extensions }) => !('occurrences' in extensions))).toBe(true);
  });

  it('has none where nothing was there to refuse', async () => {
    const options = { rootValue: { things: [] } };
    expect(await run(schema, '{ things { mail } }', options)).toEqual({
      data: { things: [] },
      errors: [],
    });
  });

  it('says where the null is, if it rises', async () => {
    const { data, errors } = await executeScoped({
      schema,
      document: parse('{ open things { id must } }'),
      grantedScopes: [],
      undeclared: 'public',
      rootValue,
    });
    expect(JSON.parse(JSON.stringify(data))).toEqual({ open: 'o', things: null });
    expect(errors?.map(({ path, extensions }) => [path, extensions.nulledPath])).toEqual([
      [['things', 0, 'must'], ['things']],
    ]);
  });

  it('is null as a whole where nothing above the null may be', async () => {
    const { data, errors } = await executeScoped({
      schema: schemaOf(`type Query { open: String must: String! ${X} }`),
      document: parse('{ open must }'),
      grantedScopes: [],
      undeclared: 'public',
      rootValue: { open: 'o', must: 'm' },
    });
    expect(data).toBeNull();
    expect(errors?.map(({ path, extensions }) => [path, extensions.nulledPath])).toEqual([
      [['must'], []],
    ]);
  });

  it('keeps the errors of what was allowed beside the refusals', async () => {
    const root = {
      get open() {
        throw new Error('broken');
      },
      things: [{ id: 1, mail: 'm' }],
    };
    expect(await run(schema, '{ open things { id mail } }', { rootValue: root })).toEqual({
      data: { open: null, things: [{ id: '1', mail: null }] },
      errors: ['open: none broken', lacks('things.0.mail', 'Thing.mail')],
    });
  });

  it('never calls what resolves it', async () => {
    const calls: string[] = [];
    const root = {
      open: () => calls.push('open') && 'o',
      things: () => [{ id: () => calls.push('id'), mail: () => calls.push('mail') && 'm' }],
    };
    await run(schema, '{ open things { id mail } }', { rootValue: root });
    expect(calls.sort()).toEqual(['id', 'open']);
    await run(schema, '{ things { mail } }', { rootValue: root, grantedScopes: ['x'] });
    expect(calls.sort()).toEqual(['id', 'mail', 'open']);
  });

  it('is rejected whole in reject mode, with every coordinate', async () => {
    const { data, errors } = await executeScoped({
      schema,
      document: parse('{ open things { mail must } }'),
      grantedScopes: ['y'],
      undeclared: 'public',
      mode: 'reject',
      rootValue: {
        get open() {
          return expect.fail('it ran');
        },
      },
    });
    expect(data).toBeUndefined();
    expect(errors?.map((error) => error.toJSON())).toEqual([
      {
        message: 'Nothing was run: the token lacks x, which Thing.mail, Thing.must need.',
        extensions: {
          code: 'INSUFFICIENT_SCOPE',
          missingScopes: ['x'],
          refused: ['Thing.mail', 'Thing.must'].map((coordinate) => ({
            coordinate,
            requiredScopes: [['x']],
            missingScopes: ['x'],
          })),
        },
      },
    ]);
  });
});

describe('a field that nothing declares', () => {
  const schema = schemaOf(`type Query { silent: String said: String ${X} }`);
  const rootValue = { silent: 's', said: 'v' };
  const ask = (options: Options) =>
    run(schema, '{ silent said }', { grantedScopes: ['x'], rootValue, ...options });

  it('is for anybody where the undeclared is public', async () => {
    expect(await ask({ undeclared: 'public' })).toEqual({
      data: { silent: 's', said: 'v' },
      errors: [],
    });
  });

  it.each([{ undeclared: 'refuse' } as const, { undeclared: undefined }])(
    'is for nobody, which is the default: %j',
    async (options) => {
      expect(await ask(options)).toEqual({
        data: { silent: null, said: 'v' },
        errors: ['silent: INSUFFICIENT_SCOPE Query.silent needs a declaration of who may use it.'],
      });
      expect(await ask({ ...options, mode: 'reject' })).toEqual({
        data: undefined,
        errors: [
          ': INSUFFICIENT_SCOPE Nothing was run: Query.silent needs a declaration of who may use it.',
        ],
      });
    },
  );

  it('does not make a request without a token look for one, unless something else would take it', async () => {
    const options = { grantedScopes: null, undeclared: 'refuse' } as const;
    expect(await ask(options)).toEqual({
      data: undefined,
      errors: [': UNAUTHENTICATED This operation needs a token: Query.said needs x.'],
    });
    expect(await run(schema, '{ silent }', { ...options, rootValue })).toEqual({
      data: { silent: null },
      errors: ['silent: INSUFFICIENT_SCOPE Query.silent needs a declaration of who may use it.'],
    });
  });

  it('leaves introspection alone', async () => {
    const options = { grantedScopes: null, undeclared: 'refuse' } as const;
    expect(await run(schema, '{ __typename __type(name: "Query") { name } }', options)).toEqual({
      data: { __typename: 'Query', __type: { name: 'Query' } },
      errors: [],
    });
  });
});

describe('a mutation', () => {
  const schema = schemaOf(`
    type Query { open: String }
    type Mutation { add: Added }
    type Added { id: ID mail: String ${X} }
  `);
  const adding = () => {
    const calls: string[] = [];
    return { calls, rootValue: { add: () => calls.push('add') && { id: 1, mail: 'm' } } };
  };

  it.each(['filter', 'reject'] as const)(
    'does not start where a field of its payload is refused, in mode %s',
    async (mode) => {
      const { calls, rootValue } = adding();
      expect(await run(schema, 'mutation { add { id mail } }', { mode, rootValue })).toEqual({
        data: undefined,
        errors: [
          ': INSUFFICIENT_SCOPE Nothing was run: the token lacks x, which Added.mail needs.',
        ],
      });
      expect(calls).toEqual([]);
    },
  );

  it('runs once where nothing is', async () => {
    const { calls, rootValue } = adding();
    const options = { grantedScopes: ['x'], rootValue };
    expect(await run(schema, 'mutation { add { id mail } }', options)).toEqual({
      data: { add: { id: '1', mail: 'm' } },
      errors: [],
    });
    expect(calls).toEqual(['add']);
  });
});

describe('a subscription', () => {
  const schema = schemaOf(`
    type Query { open: String }
    type Subscription { changed: Change }
    type Change { id: ID mail: String ${X} }
  `);
  const ask = (options: Options) =>
    run(schema, 'subscription { changed { id mail } }', {
      rootValue: { changed: { id: 7, mail: 'm' } },
      ...options,
    });

  it('is run as for one event', async () => {
    expect(await ask({ grantedScopes: ['x'] })).toEqual({
      data: { changed: { id: '7', mail: 'm' } },
      errors: [],
    });
  });

  it('is filtered for each event, by what is granted then', async () => {
    expect(await ask({})).toEqual({
      data: { changed: { id: '7', mail: null } },
      errors: [lacks('changed.mail', 'Change.mail')],
    });
  });

  it('is refused whole in reject mode and without a token', async () => {
    expect(await ask({ mode: 'reject' })).toEqual({
      data: undefined,
      errors: [': INSUFFICIENT_SCOPE Nothing was run: the token lacks x, which Change.mail needs.'],
    });
    const options = { grantedScopes: null, undeclared: 'refuse' } as const;
    expect(await ask(options)).toEqual({
      data: undefined,
      errors: [': UNAUTHENTICATED This operation needs a token: Change.mail needs x.'],
    });
  });
});

describe('what resolvers get', () => {
  const schema = schemaOf(`type Query { sees(n: Int): String guarded: String ${X} }`);

  it.each([[['x']], [[]]])(
    'is the context, the root and the variables of the caller, with the scopes %j',
    async (grantedScopes) => {
      const contextValue = { who: 'someone' };
      const seen: unknown[] = [];
      const rootValue = {
        sees(args: object, context: unknown) {
          seen.push(this === rootValue, { ...args }, context);
          return 's';
        },
        guarded: 'g',
      };
      const query = 'query ($n: Int) { sees(n: $n) guarded }';
      const variables = { n: 3 };
      const options = { grantedScopes, contextValue, rootValue, variables };
      const { data } = await run(schema, query, options);
      expect(data).toEqual({ sees: 's', guarded: grantedScopes.length > 0 ? 'g' : null });
      expect(seen).toEqual([true, { n: 3 }, contextValue]);
      expect(seen[2]).toBe(contextValue);
    },
  );
});

describe('a schema in code', () => {
  it('says its scopes in extensions', async () => {
    const value = {
      type: GraphQLString,
      resolve: () => 'v',
      extensions: { scopegate: { requirement: anyOf([['x']]) } },
    };
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: { value } }),
    });
    expect(await run(schema, '{ value }', { grantedScopes: ['x'] })).toEqual({
      data: { value: 'v' },
      errors: [],
    });
    expect(await run(schema, '{ value }')).toEqual({
      data: { value: null },
      errors: [lacks('value', 'Query.value')],
    });
  });
});

describe('a directive that would leave something open', () => {
  const SHAPE = 'needs its scopes as a list of lists, like [["a", "b"], ["c"]].';
  const EMPTY = 'has an empty group of scopes, which everybody would satisfy.';
  const noScope = (text: string) =>
    `names ${text}, which cannot be a scope (RFC 6749 section 3.3).`;

  it.each([
    ['["a"]', SHAPE],
    ['["a", "b"]', SHAPE],
    ['"a"', SHAPE],
    ['[["a"], "b"]', SHAPE],
    ['[[]]', EMPTY],
    ['[["a"], []]', EMPTY],
    ['[]', EMPTY],
    ['[["a b"]]', noScope('"a b"')],
    ['[[""]]', noScope('""')],
    ['[["a\\"b"]]', noScope('"a\\"b"')],
    ['[["ä"]]', noScope('"ä"')],
    ['[["a\\n"]]', noScope('"a\\n"')],
  ])('is refused with the scopes %s', async (scopes, message) => {
    const schema = schemaOf(`type Query { value: String @requiresScopes(scopes: ${scopes}) }`);
    await expect(run(schema, '{ value }', { grantedScopes: ['a', 'b'] })).rejects.toThrow(
      new RequirementError(`Query.value ${message}`),
    );
  });

  /** A schema that graphql-js would not take by itself, because it has directives that nobody declares. */
  const loose = (sdl: string) => buildSchema(`${DIRECTIVES}${sdl}`, { assumeValidSDL: true });

  it.each([
    ['type Query { value: String @requiresScopes }', `Query.value ${SHAPE}`],
    [
      'type Query { value: String @requiresScopes(scopes: [[1]]) }',
      `Query.value ${noScope('IntValue')}`,
    ],
    ['type Query { value: String @requiresScopes(scopes: null) }', `Query.value ${SHAPE}`],
    ['type Query { value: String @requiresScopes(any: [["a"]]) }', `Query.value ${SHAPE}`],
    [
      'type Query { value: String @policy(policies: [["a"]]) }',
      'Query.value has @policy, which is not enforced here.',
    ],
    [
      'type Query { value: String @federation__requiresScopes(scopes: [["a"]]) }',
      'Query.value has @federation__requiresScopes, which is not enforced here.',
    ],
    [
      'type Query { thing: Thing } type Thing @auth__authenticated { value: String }',
      'Thing has @auth__authenticated, which is not enforced here.',
    ],
    [
      'type Query { takes(filter: Filter): String } input Filter @requiresScopes(scopes: [["a"]]) { mail: String }',
      'Filter is an input type: put its scopes on its fields.',
    ],
    [
      'extend schema @link(url: "https://x.example", import: [{ name: "@requiresScopes", as: "@scopes" }]) type Query { value: String @scopes(scopes: [["a"]]) }',
      '@requiresScopes is imported as @scopes; import it under its own name.',
    ],
    [
      'schema @link(url: "https://x.example", import: ["@key", { name: "@authenticated", as: "@in" }]) { query: Query } type Query { value: String @in }',
      '@authenticated is imported as @in; import it under its own name.',
    ],
  ])('is refused in %s', async (sdl, message) => {
    await expect(run(loose(sdl), '{ __typename }', { grantedScopes: ['a'] })).rejects.toThrow(
      new RequirementError(message),
    );
  });

  it('is told with all the others at once', async () => {
    const schema = schemaOf(
      'type Query { a: String @requiresScopes(scopes: [[]]) b: String @requiresScopes(scopes: "b") }',
    );
    await expect(run(schema, '{ a }')).rejects.toThrow(
      new RequirementError(`Query.a ${EMPTY}\nQuery.b ${SHAPE}`),
    );
  });

  it('may be imported under its own name', async () => {
    const schema = loose(
      'extend schema @link(url: "https://x.example", import: ["@requiresScopes", { name: "@key", as: "@id" }, { name: "@authenticated" }, { name: "@policy", as: "@policy" }]) type Query { value: String @requiresScopes(scopes: [["a"]]) }',
    );
    const options = { rootValue: ROOT };
    expect((await run(schema, '{ value }', { ...options, grantedScopes: ['a'] })).data).toEqual({
      value: 'v',
    });
    expect((await run(schema, '{ value }', options)).data).toEqual({ value: null });
  });

  it('is refused where one renamed import stands without a list', async () => {
    const schema = loose(
      'extend schema @link(url: "https://x.example", import: { name: "@requiresScopes", as: "@scopes" }) type Query { value: String @scopes(scopes: [["a"]]) }',
    );
    await expect(run(schema, '{ value }', { rootValue: ROOT })).rejects.toThrow(
      new RequirementError('@requiresScopes is imported as @scopes; import it under its own name.'),
    );
  });

  it('is refused on the argument of a directive, which nobody reads', async () => {
    const schema = loose(
      'directive @mask(with: String @requiresScopes(scopes: [["a"]])) on FIELD type Query { value: String }',
    );
    await expect(run(schema, '{ value @mask(with: "x") }', { rootValue: ROOT })).rejects.toThrow(
      RequirementError,
    );
  });
});

describe('an interface that guards an argument of its field', () => {
  const schema = schemaOf(`
    type Query { face: Face thing: Thing }
    interface Face { value(mail: String ${X}): String }
    type Thing implements Face { value(mail: String): String }
  `);

  it.each(['face', 'thing'])('guards it in the objects as well, through %s', async (root) => {
    const query = `{ ${root} { value(mail: "m") } }`;
    const options = { rootValue: ROOT };
    expect((await run(schema, query, { ...options, grantedScopes: ['x'] })).data).toEqual({
      [root]: { value: 'v' },
    });
    expect((await run(schema, query, options)).data).toEqual({ [root]: { value: null } });
  });
});

describe('granted scopes', () => {
  it('are a list: a string, which is a list of its letters, is refused', async () => {
    const schema = schemaOf('type Query { value: String @requiresScopes(scopes: [["a"]]) }');
    const document = parse('{ value }');
    await expect(executeScoped({ schema, document, grantedScopes: 'a b' })).rejects.toThrow(
      new TypeError(
        'grantedScopes takes a list of scopes, such as scope.split(" "), not a string.',
      ),
    );
    const { data } = await executeScoped({
      schema,
      document,
      grantedScopes: 'a b'.split(' '),
      rootValue: { value: 'v' },
    });
    expect(data).toEqual({ value: 'v' });
  });
});
