import fc from 'fast-check';
import {
  buildSchema,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { executeScoped, scopesOf } from '../../src/scopes/enforce.ts';
import { type ExplainOptions, explain } from '../../src/scopes/explain.ts';
import { planOperation } from '../../src/scopes/plan.ts';
import { requirementIndex, type Undeclared } from '../../src/scopes/requirement-index.ts';

const PLACES =
  'FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | ENUM_VALUE | UNION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION';

/** `@s(a b|c)` is short for `@requiresScopes(scopes: [["a", "b"], ["c"]])`. */
const schema = buildSchema(
  `directive @requiresScopes(scopes: [[String!]!]!) on ${PLACES}
  directive @authenticated on ${PLACES}
  type Query {
    shop: Shop!
    shops: [Shop!]!
    person: Person @s(b)
    things: [Thing!]
    nodes(order: Order, filter: Filter): [Node]!
    node: Node
    grid: [[Item!]!]!
    deep: [[Item!]]!
    free: ID @authenticated
    open: ID
  }
  type Mutation { rename(to: ID @s(b)): Shop @s(a) }
  enum Order { ID NAME @s(b) }
  input Filter { id: ID email: ID @s(b) }
  interface Node { id: ID! name: ID }
  union Thing = Item | Person
  type Shop implements Node @authenticated {
    id: ID!
    name: ID @s(a)
    owner: Person! @s(b|c d)
    items: [Item!]!
    sold: [Item]!
    nodes: [Node!]!
  }
  type Item implements Node @s(a) { id: ID! name: ID price: ID! @s(c) shop: Shop! }
  type Person implements Node @s(b|c) { id: ID! name: ID email: ID! @s(b) items: [Item!] }
  `.replaceAll(/@s\(([^)]*)\)/g, (_, text: string) => {
    const groups = text.split('|').map((group) => group.split(' '));
    return `@requiresScopes(scopes: ${JSON.stringify(groups)})`;
  }),
);

const SCOPES = ['a', 'b', 'c', 'd'];

/** A plan of a document, which must be valid. */
function planned(text: string, undeclared: Undeclared = 'public') {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  return planOperation(requirementIndex(schema, { undeclared }), document);
}

const explained = (text: string, options: ExplainOptions = {}, undeclared?: Undeclared) =>
  explain(planned(text, undeclared), options);

const granted = (text: string) => scopesOf(text.split(' ').filter((name) => name !== ''));

/** The predicted nulls in short: the place, what is refused there, and where the null rises to. */
const nulls = (text: string, names: string, variables?: Record<string, unknown>) =>
  explained(text, { granted: granted(names), variables }).grant?.predictedNulls.map(
    ({ path, coordinate, nulledPath }) =>
      `${path} ${coordinate}${nulledPath === path ? '' : ` ^${nulledPath}`}`,
  );

describe('an explanation', () => {
  it('says what the operation is, the smallest scope sets and what each coordinate needs', () => {
    expect(explained('query Owners { shops { owner { email } } free open }')).toEqual({
      operation: { kind: 'query', name: 'Owners' },
      minimalScopes: [['b']],
      capped: false,
      authenticated: true,
      needs: [
        { coordinate: 'Query.shops', requiredScopes: [], authenticated: true, conditional: false },
        {
          coordinate: 'Shop.owner',
          requiredScopes: [['b'], ['c', 'd']],
          authenticated: true,
          conditional: false,
        },
        {
          coordinate: 'Person.email',
          requiredScopes: [['b']],
          authenticated: true,
          conditional: false,
        },
        { coordinate: 'Query.free', requiredScopes: [], authenticated: true, conditional: false },
        { coordinate: 'Query.open', requiredScopes: [], authenticated: false, conditional: false },
      ],
      grant: null,
    });
  });

  it('tells no scopes from no token', () => {
    expect(explained('{ open }')).toMatchObject({ minimalScopes: [[]], authenticated: false });
    expect(explained('{ free }')).toMatchObject({ minimalScopes: [[]], authenticated: true });
  });

  it('has an alternative where the operation has one', () => {
    expect(explained('{ shop { owner { id } } }').minimalScopes).toEqual([['b'], ['c', 'd']]);
  });

  it('names what nobody may use, and no scopes then', () => {
    const { minimalScopes, needs, grant } = explained(
      '{ open free }',
      { granted: granted('a b c d') },
      'refuse',
    );
    expect(minimalScopes).toEqual([]);
    expect(needs[0]).toMatchObject({ coordinate: 'Query.open', undeclared: true });
    expect(needs[1]).not.toHaveProperty('undeclared');
    expect(grant).toMatchObject({ suffices: false, missingScopes: [] });
    expect(grant?.predictedNulls.map(({ path }) => path)).toEqual(['open']);
  });

  it('says that a grant suffices', () => {
    expect(explained('{ shop { name } }', { granted: granted('a') }).grant).toEqual({
      grantedScopes: ['a'],
      suffices: true,
      missingScopes: [],
      predictedNulls: [],
      nullsCapped: false,
    });
  });

  it('says what is missing, as few scopes as serve all of it', () => {
    const { grant } = explained('{ shop { owner { id email } } person { id } }', {
      granted: granted('c'),
    });
    expect(grant).toMatchObject({ suffices: false, missingScopes: ['b'] });
  });

  it('of a mutation predicts no nulls: it does not run', () => {
    const { grant } = explained('mutation { rename(to: 1) { name } }', { granted: granted('a') });
    expect(grant).toMatchObject({ suffices: false, missingScopes: ['b'], predictedNulls: [] });
  });

  it('of a request without a token predicts no nulls: it does not run', () => {
    const refused = explained('{ free open shop { name } }', { granted: null }).grant;
    expect(refused).toMatchObject({ suffices: false, missingScopes: ['a'], predictedNulls: [] });
    const open = explained('{ open }', { granted: null }).grant;
    expect(open).toMatchObject({ suffices: true, grantedScopes: [] });
  });
});

describe('variables', () => {
  const text = `query ($order: Order, $filter: Filter, $isFull: Boolean!) {
    nodes(order: $order, filter: $filter) { id }
    person @include(if: $isFull) { id }
  }`;
  const conditionalOf = (options: ExplainOptions) =>
    explained(text, options).needs.map(
      ({ coordinate, conditional }) => `${coordinate}${conditional ? '?' : ''}`,
    );

  it('that are not known could need everything that they could say', () => {
    expect(conditionalOf({})).toEqual([
      'Query.nodes',
      'Order.NAME?',
      'Filter.email?',
      'Shop',
      'Item',
      'Person',
      'Shop.id',
      'Item.id',
      'Person.id',
      'Query.person?',
    ]);
  });

  it('that are known need what they say', () => {
    expect(conditionalOf({ variables: { isFull: false } })).not.toContain('Query.person');
    expect(conditionalOf({ variables: { isFull: true, order: 'ID' } })).toEqual(
      expect.not.arrayContaining(['Order.NAME', 'Filter.email']),
    );
    const all = conditionalOf({
      variables: { isFull: true, order: 'NAME', filter: { email: null } },
    });
    expect(all).toEqual(expect.arrayContaining(['Order.NAME', 'Filter.email', 'Query.person']));
  });

  it('decide whether a grant suffices', () => {
    const suffices = (variables?: Record<string, unknown>) =>
      explained(text, { granted: granted('a c'), variables }).grant?.suffices;
    expect(suffices()).toBe(false);
    expect(suffices({ isFull: false, order: 'ID' })).toBe(true);
    expect(suffices({ isFull: false, order: 'NAME' })).toBe(false);
    expect(suffices({ isFull: true })).toBe(false);
  });

  it('decide where the nulls are', () => {
    expect(nulls(text, 'a c')).toEqual(['nodes Order.NAME ^', 'person Query.person']);
    expect(nulls(text, 'a c', { isFull: true })).toEqual(['person Query.person']);
  });
});

describe('the predicted nulls', () => {
  it.each([
    ['the field itself', '{ shop { id name } }', '', ['shop.name Shop.name']],
    [
      'the parent of what cannot be null',
      '{ shops { items { price } } }',
      'a',
      ['shops.items.price Item.price ^'],
    ],
    [
      'an item of a list that may have nulls',
      '{ shop { sold { price } } }',
      'a',
      ['shop.sold.price Item.price ^shop.sold'],
    ],
    [
      'an inner list of a list of lists',
      '{ deep { price } }',
      'a',
      ['deep.price Item.price ^deep'],
    ],
    [
      'the whole answer, through lists of lists',
      '{ grid { price } }',
      'a',
      ['grid.price Item.price ^'],
    ],
    ['the objects of one type', '{ nodes { id } }', 'a', ['nodes Person']],
    [
      'a list whose items cannot be null, by the objects of one type',
      '{ shop { nodes { id ... on Person { items { id } } } } }',
      'a',
      ['shop.nodes Person ^'],
    ],
    ['nothing, where nothing is selected on the type', '{ nodes { ... on Shop { id } } }', '', []],
    [
      'a field on the types that may not have it',
      '{ nodes { ... on Node { name } } }',
      'b',
      ['nodes Item', 'nodes.name Shop.name'],
    ],
    [
      'every place of a fragment, under aliases',
      '{ one: shop { ...F } two: shop { ...F } } fragment F on Shop { label: name }',
      '',
      ['one.label Shop.name', 'two.label Shop.name'],
    ],
    ['the outermost only', '{ person { items { price } } }', '', ['person Query.person']],
    [
      'one place for two fields of one key',
      '{ shop { owner { id } ... { owner { name } } } }',
      '',
      ['shop.owner Shop.owner ^'],
    ],
  ])('are %s', (_, text, names, expected) => {
    expect(nulls(text, names)).toEqual(expected);
  });

  it('name the scopes that are missing there', () => {
    const { grant } = explained('{ shop { name owner { id } } }', { granted: granted('') });
    expect(grant?.predictedNulls.map(({ missingScopes }) => missingScopes)).toEqual([['a'], ['b']]);
  });

  it('are bounded where fragments multiply them, and say so', () => {
    const levels = Array.from(
      { length: 30 },
      (_, at) =>
        `fragment F${at} on Shop { items { a: shop { ...F${at + 1} } b: shop { ...F${at + 1} } } }`,
    );
    const bomb = `{ shop { ...F0 } } ${levels.join(' ')} fragment F30 on Shop { name owner { id } }`;
    const started = performance.now();
    const { grant } = explained(bomb, { granted: granted('a') });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(grant?.nullsCapped).toBe(true);
    expect(grant?.suffices).toBe(false);
    expect(explained('{ shop { name } }', { granted: granted('') }).grant?.nullsCapped).toBe(false);
  });

  it('are bounded where fragments multiply and nothing is null', () => {
    const levels = Array.from(
      { length: 30 },
      (_, at) => `fragment F${at} on Query { ...F${at + 1} ... { ...F${at + 1} } }`,
    );
    const bomb = `{ ...F0 person { id } } ${levels.join(' ')} fragment F30 on Query { open }`;
    const { grant } = explained(bomb, { granted: granted('') });
    expect(grant).toMatchObject({ suffices: false, nullsCapped: true });
  });
});

type Json = { readonly [name: string]: unknown };

/** An object of a type that has everything: lists of each possible type, twice. */
function dense(type: GraphQLObjectType): Json {
  const fields = Object.values(type.getFields()).map(
    (field) => [field.name, () => denseValue(field.type)] as const,
  );
  return { __typename: type.name, ...Object.fromEntries(fields) };
}

function denseValue(type: GraphQLOutputType): unknown {
  if (isNonNullType(type)) return denseValue(type.ofType);
  if (isListType(type)) {
    const item = getNamedType(type);
    const types = isAbstractType(item) ? schema.getPossibleTypes(item) : [item];
    const items = isListType(isNonNullType(type.ofType) ? type.ofType.ofType : type.ofType)
      ? [denseValue(type.ofType)]
      : types.map((one) => (isObjectType(one) ? dense(one) : 'x'));
    return [...items, ...items];
  }
  const [first] = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  return isObjectType(first) ? dense(first) : 'x';
}

/** The places of an answer that are null, without the numbers of list items. */
function nullPlaces(value: unknown, path: readonly string[] = []): string[] {
  if (value === null) return [path.join('.')];
  if (Array.isArray(value)) return value.flatMap((item) => nullPlaces(item, path));
  if (typeof value !== 'object') return [];
  return Object.entries(value as Json).flatMap(([key, inner]) => nullPlaces(inner, [...path, key]));
}

const placeOf = (path: readonly (string | number)[]) =>
  path.filter((step) => typeof step === 'string').join('.');

const isAtOrAbove = (place: string, other: string) =>
  place === '' || other === place || other.startsWith(`${place}.`);

/** A number below the limit. */
type Draw = (limit: number) => number;

/** A selection set on a type: fields under aliases, inline fragments and fragments that are used again. */
function selection(
  draw: Draw,
  typeName: string,
  depth: number,
  fragments: Map<string, string>,
): string {
  const type = schema.getType(typeName);
  const own = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const usable = own.flatMap((field) => {
    const returned = getNamedType(field.type);
    // A single object of an abstract type is of one type: what is predicted for the others does not come.
    if (isAbstractType(field.type) || (depth === 0 && !isLeafType(returned))) return [];
    return [{ name: field.name, returned }];
  });
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  const part = (): string => {
    const way = draw(6);
    const on = possible[draw(possible.length || 1)];
    if (on && way < 3) return `... on ${on.name} ${selection(draw, on.name, depth, fragments)}`;
    if (way === 3 && depth > 0) {
      const made = [...fragments].find(([, text]) => text.startsWith(`on ${typeName} `));
      if (made) return `...${made[0]}`;
      const text = `on ${typeName} ${selection(draw, typeName, depth - 1, fragments)}`;
      fragments.set(`F${fragments.size}`, text);
      return `...F${fragments.size - 1}`;
    }
    const field = usable[draw(usable.length || 1)];
    if (field === undefined) return '__typename';
    const isLeaf = isLeafType(field.returned);
    const below = isLeaf ? '' : selection(draw, field.returned.name, depth - 1, fragments);
    return `${field.name}_${typeName}_${draw(2)}: ${field.name} ${below}`;
  };
  return `{ ${Array.from({ length: draw(3) + 1 }, part).join(' ')} }`;
}

describe('random operations on dense data', () => {
  it('get their nulls where they were predicted, and nowhere else', async () => {
    let withNulls = 0;
    await fc.assert(
      fc.asyncProperty(fc.gen(), fc.subarray(SCOPES), async (gen, names) => {
        const draw: Draw = (limit) => gen(fc.nat, { max: limit - 1 });
        const fragments = new Map<string, string>();
        const root = selection(draw, 'Query', 3, fragments);
        const all = [...fragments].map(([name, text]) => `fragment ${name} ${text}`);
        const text = [root, ...all].join('\n');
        const document = parse(text);
        expect(validate(schema, document), text).toEqual([]);
        const plan = planOperation(requirementIndex(schema, { undeclared: 'public' }), document);
        const { grant } = explain(plan, { granted: scopesOf(names), variables: {} });
        const query = schema.getQueryType() as GraphQLObjectType;
        const result = await executeScoped({
          schema,
          document,
          grantedScopes: names,
          undeclared: 'public',
          rootValue: dense(query),
          refusalErrors: 'per-path',
        });
        const predicted = grant?.predictedNulls ?? [];
        const refused = (result.errors ?? []).map(({ message, path = [], extensions }) => {
          expect(extensions.code, message).toBe('INSUFFICIENT_SCOPE');
          return `${placeOf(path)} ${extensions.coordinate}`;
        });
        const said = predicted.map(({ path, coordinate }) => `${path} ${coordinate}`);
        expect([...new Set(said)].sort(), text).toEqual([...new Set(refused)].sort());
        expect(grant?.suffices).toBe(refused.length === 0);

        const real = new Set(nullPlaces(result.data));
        const nulled = predicted.map(({ nulledPath }) => nulledPath);
        for (const place of real) expect(nulled).toContain(place);
        for (const place of nulled) {
          expect([...real].some((above) => isAtOrAbove(above, place))).toBe(true);
        }
        if (real.size > 0) withNulls += 1;
      }),
      { numRuns: 500 },
    );
    expect(withNulls).toBeGreaterThan(50);
  });
});
