import fc from 'fast-check';
import { buildSchema, GraphQLID, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema as ownSchema } from '../../src/schema/index.ts';
import { printScopedSchema } from '../../src/schema/print.ts';
import { compareRequirements, diffScopes, type ScopeChange } from '../../src/scopes/diff.ts';
import { scopesOf } from '../../src/scopes/execute-scoped.ts';
import {
  AUTHENTICATED,
  anyOf,
  type Granted,
  isSatisfied,
  PUBLIC,
  type Requirement,
  UNDECLARED,
} from '../../src/scopes/requirement.ts';

const PLACES =
  'FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | ENUM_VALUE | UNION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION';
const DIRECTIVES = `directive @requiresScopes(scopes: [[String!]!]!) on ${PLACES}
  directive @authenticated on ${PLACES}
  `;

/** SDL in short: `@s(a b|c)` for `@requiresScopes(scopes: [["a", "b"], ["c"]])`. */
const built = (sdl: string) =>
  buildSchema(
    DIRECTIVES +
      sdl.replaceAll(/@s\(([^)]*)\)/g, (_, text: string) => {
        const groups = text.split('|').map((group) => group.split(' '));
        return `@requiresScopes(scopes: ${JSON.stringify(groups)})`;
      }),
  );

const sayWitness = (witness: ScopeChange['losing']) =>
  witness && (witness.token ? `[${witness.scopes.join(' ')}]` : 'no token');

/** The changes in short: the kind, the coordinate, who loses it and who gains it. */
const changes = (old: string, current: string) =>
  diffScopes(built(old), built(current)).map(({ kind, coordinate, losing, gaining }) =>
    [
      kind,
      coordinate,
      ...(losing ? [`-${sayWitness(losing)}`] : []),
      ...(gaining ? [`+${sayWitness(gaining)}`] : []),
    ].join(' '),
  );

const onField = (directives: string) => `type Query { f: ID ${directives} }`;

describe('a field', () => {
  it.each([
    ['', '', []],
    ['@s(a)', '@s(a)', []],
    ['', '@authenticated', ['tightened Query.f -no token']],
    ['', '@s(a b)', ['tightened Query.f -no token']],
    ['@authenticated', '', ['loosened Query.f +no token']],
    ['@authenticated', '@s(a)', ['tightened Query.f -[]']],
    ['@s(a)', '@authenticated', ['loosened Query.f +[]']],
    ['@s(a)', '', ['loosened Query.f +no token']],
    ['@s(a)', '@s(a b)', ['tightened Query.f -[a]']],
    ['@s(a b)', '@s(a)', ['loosened Query.f +[a]']],
    ['@s(a)', '@s(a|b)', ['loosened Query.f +[b]']],
    ['@s(a|b)', '@s(a)', ['tightened Query.f -[b]']],
    ['@s(a)', '@s(b)', ['moved Query.f -[a] +[b]']],
    ['@s(a b)', '@s(a c|b d)', ['moved Query.f -[a b] +[a c]']],
    ['@s(a b c|d)', '@s(a)', ['moved Query.f -[d] +[a]']],
    // The smallest witness, not the first.
    ['@s(a b|c)', '@s(d)', ['moved Query.f -[c] +[d]']],
  ])('that went from "%s" to "%s" is %j', (old, current, expected) => {
    expect(changes(onField(old), onField(current))).toEqual(expected);
  });

  it.each([
    ['another order', '@s(a b|c)', '@s(c|b a)'],
    ['a repetition', '@s(a)', '@s(a a|a)'],
    ['an alternative that holds another', '@s(a)', '@s(a|a b)'],
    ['a token that scopes imply', '@s(a)', '@authenticated @s(a)'],
  ])('does not change by %s', (_, old, current) => {
    expect(changes(onField(old), onField(current))).toEqual([]);
    expect(changes(onField(current), onField(old))).toEqual([]);
  });

  it('says of a change whether it breaks clients, and whether it is to be reviewed', () => {
    const verdict = (old: string, current: string) =>
      diffScopes(built(onField(old)), built(onField(current))).map(({ breaking, review }) => ({
        breaking,
        review,
      }));
    expect(verdict('@s(a)', '@s(a b)')).toEqual([{ breaking: true, review: false }]);
    expect(verdict('@s(a b)', '@s(a)')).toEqual([{ breaking: false, review: true }]);
    expect(verdict('@s(a)', '@s(b)')).toEqual([{ breaking: true, review: true }]);
  });

  it('says what it took and what it takes', () => {
    expect(diffScopes(built(onField('@s(a)')), built(onField('@s(a b|c)')))).toEqual([
      {
        coordinate: 'Query.f',
        kind: 'moved',
        breaking: true,
        review: true,
        before: anyOf([['a']]),
        after: anyOf([['a', 'b'], ['c']]),
        losing: { token: true, scopes: ['a'] },
        gaining: { token: true, scopes: ['c'] },
      },
    ]);
  });
});

describe('scopes that moved', () => {
  it.each([
    [
      'from a type to all its fields',
      'type Query @s(a) { f: ID g: ID }',
      'type Query { f: ID @s(a) g: ID @s(a) }',
    ],
    [
      'from a field to the type that it returns, when nothing else returns it',
      'type Query { t: T @s(a) } type T { f: ID @s(a) }',
      'type Query { t: T } type T @s(a) { f: ID }',
    ],
    [
      'from an object to its interface',
      'type Query { t: T } interface I { f: ID @s(a) } type T implements I @s(a) { f: ID }',
      'type Query { t: T } interface I @s(a) { f: ID } type T implements I { f: ID }',
    ],
    [
      'from the values of an enum to the enum, where it is only sent',
      'type Query { f(e: E): ID } enum E { X @s(a) }',
      'type Query { f(e: E): ID } enum E @s(a) { X }',
    ],
    [
      'from an extension into the definition',
      'type Query { f: ID } extend type Query @s(a)',
      'type Query @s(a) { f: ID }',
    ],
  ])('%s without effect are no change', (_, old, current) => {
    expect(changes(old, current)).toEqual([]);
    expect(changes(current, old)).toEqual([]);
  });

  it('from a type to some of its fields are a change of the others', () => {
    expect(changes('type Query @s(a) { f: ID g: ID }', 'type Query { f: ID @s(a) g: ID }')).toEqual(
      ['loosened Query.g +no token'],
    );
  });

  it('from a type to its fields show that objects of it are there', () => {
    const old = 'type Query { t: T } type T @s(a) { f: ID }';
    const current = 'type Query { t: T } type T { f: ID @s(a) }';
    expect(changes(old, current)).toEqual(['loosened Query.t +no token']);
  });
});

describe('everything that can be refused', () => {
  it.each([
    [
      'an argument',
      'type Query { f(x: ID): ID }',
      'type Query { f(x: ID @s(a)): ID }',
      ['tightened Query.f(x:) -no token'],
    ],
    [
      'an argument, by an interface that has it',
      'interface I { f(x: ID): ID } type T implements I { f(x: ID): ID } type Query { i: I }',
      'interface I { f(x: ID @s(a)): ID } type T implements I { f(x: ID): ID } type Query { i: I }',
      ['tightened I.f(x:) -no token', 'tightened T.f(x:) -no token'],
    ],
    [
      'an input field',
      'type Query { f(i: I): ID } input I { x: ID @s(a) }',
      'type Query { f(i: I): ID } input I { x: ID }',
      ['loosened I.x +no token'],
    ],
    [
      'an enum value',
      'type Query { f(e: E): ID } enum E { X @s(a) Y }',
      'type Query { f(e: E): ID } enum E { X @s(b) Y }',
      ['moved E.X -[a] +[b]'],
    ],
    [
      'a scalar, with the fields that return it',
      'scalar S type Query { f(s: S): S }',
      'scalar S @s(a) type Query { f(s: S): S }',
      ['tightened Query.f -no token', 'tightened S -no token'],
    ],
    [
      'an enum, with its values and the fields that return it',
      'enum E { X } type Query { f(e: E): ID g: E }',
      'enum E @s(a) { X } type Query { f(e: E): ID g: E }',
      ['tightened E.X -no token', 'tightened Query.g -no token'],
    ],
    [
      'a union, by the fields that return it',
      'union U = T type T { f: ID } type Query { u: [U!]! }',
      'union U @s(a) = T type T { f: ID } type Query { u: [U!]! }',
      ['tightened Query.u -no token'],
    ],
    [
      'an object of a union, also where its fields took the same',
      'union U = T type T { f: ID @s(a) } type Query { u: U }',
      'union U = T type T @s(a) { f: ID } type Query { u: U }',
      ['tightened T -no token'],
    ],
    [
      'a field of an interface, with the same fields of the objects',
      'interface I { f: ID } type T implements I { f: ID } type Query { i: I }',
      'interface I { f: ID @s(a) } type T implements I { f: ID } type Query { i: I }',
      ['tightened I.f -no token', 'tightened T.f -no token'],
    ],
    [
      'a field, by another type that it returns',
      'type Query { t: T } type T { f: ID } type U @s(a) { f: ID }',
      'type Query { t: U } type T { f: ID } type U @s(a) { f: ID }',
      ['tightened Query.t -no token'],
    ],
  ])('is compared: %s', (_, old, current, expected) => {
    expect(changes(old, current)).toEqual(expected);
  });
});

describe('a new coordinate', () => {
  const added = (current: string, old = 'type Query { f: ID @s(a) }') =>
    diffScopes(built(old), built(current)).map(({ kind, coordinate, review, breaking }) => {
      expect(breaking).toBe(false);
      expect(review).toBe(kind === 'added-open');
      return `${kind} ${coordinate}`;
    });

  it('that takes something is added, with what it takes', () => {
    const [change] = diffScopes(
      built('type Query { f: ID }'),
      built('type Query { f: ID g: ID @s(a) }'),
    );
    expect(change).toEqual({
      coordinate: 'Query.g',
      kind: 'added',
      breaking: false,
      review: false,
      before: null,
      after: anyOf([['a']]),
    });
  });

  it('that takes a token is added, one that takes none is to be reviewed', () => {
    expect(added('type Query { f: ID @s(a) g: ID @authenticated h: ID }')).toEqual([
      'added Query.g',
      'added-open Query.h',
    ]);
  });

  it('is open as an argument only where its field is open', () => {
    expect(added('type Query { f(x: ID): ID @s(a) }')).toEqual(['added Query.f(x:)']);
    expect(added('type Query { f(x: ID, y: ID @s(a)): ID }', 'type Query { f: ID }')).toEqual([
      'added-open Query.f(x:)',
      'added Query.f(y:)',
    ]);
  });

  it('is open as an input or an enum value only where someone can send it', () => {
    const inputs = 'input I { x: ID e: E } enum E { X }';
    expect(added(`${inputs} type Query { f(i: I): ID @s(a) }`)).toEqual([
      'added E.X',
      'added I.e',
      'added I.x',
      'added Query.f(i:)',
    ]);
    expect(added(`${inputs} type Query { f(i: I): ID @s(a) g(i: I): ID @s(a) }`)).not.toContain(
      'added-open I.x',
    );
    expect(added(`${inputs} type Query { f: ID @s(a) g(i: I): ID }`)).toEqual([
      'added-open E.X',
      'added-open I.e',
      'added-open I.x',
      'added-open Query.g',
      'added-open Query.g(i:)',
    ]);
    const guarded = 'input I { x: ID e: E @s(a) } enum E { X }';
    expect(added(`${guarded} type Query { f: ID @s(a) g(i: I): ID @s(b) }`)).toEqual([
      'added E.X',
      'added I.e',
      'added I.x',
      'added Query.g',
      'added Query.g(i:)',
    ]);
    expect(added('enum E { X } type Query { f: ID @s(a) g: E @s(a) }')).toEqual([
      'added E.X',
      'added Query.g',
    ]);
  });

  it('is open on an interface only where it is open on an object', () => {
    const old =
      'interface I { f: ID } type T implements I @s(a) { f: ID } type Query { i: I @s(a) }';
    const closed = old.replaceAll('f: ID', 'f: ID g: ID');
    expect(added(closed, old)).toEqual(['added I.g', 'added T.g']);
    const open = `${closed} type U implements I { f: ID g: ID }`;
    expect(added(open, old)).toEqual([
      'added-open I.g',
      'added T.g',
      'added-open U.f',
      'added-open U.g',
    ]);
  });

  it('ends with a cycle of inputs', () => {
    expect(added('input I { i: I } type Query { f(i: I): ID @s(a) }')).toEqual([
      'added I.i',
      'added Query.f(i:)',
    ]);
  });
});

describe('a coordinate that is gone', () => {
  it('is breaking, whatever it took', () => {
    const old = 'type Query { f: ID g(x: ID): ID @s(a) }';
    const removed = diffScopes(built(old), built('type Query { f: ID }'));
    expect(removed).toEqual([
      {
        coordinate: 'Query.g',
        kind: 'removed',
        breaking: true,
        review: false,
        before: anyOf([['a']]),
        after: null,
      },
      expect.objectContaining({ coordinate: 'Query.g(x:)', kind: 'removed', before: PUBLIC }),
    ]);
  });
});

describe('the schema of this project', () => {
  it('is, as printed, the same as in code', () => {
    const printed = buildSchema(printScopedSchema(ownSchema));
    expect(diffScopes(ownSchema, printed)).toEqual([]);
    expect(diffScopes(printed, ownSchema)).toEqual([]);
  });

  it('in code may say what SDL would', () => {
    const query = (scopegate: Record<string, unknown>) =>
      new GraphQLSchema({
        query: new GraphQLObjectType({
          name: 'Query',
          fields: { f: { type: GraphQLID, extensions: { scopegate } } },
        }),
      });
    const inCode = query({ requirement: anyOf([['a']]) });
    expect(diffScopes(built(onField('@s(a)')), inCode)).toEqual([]);
    expect(diffScopes(built(onField('')), inCode)).toMatchObject([{ kind: 'tightened' }]);
  });

  it('with a rule that cannot be read is refused', () => {
    const unreadable = built('type Query { f: ID @requiresScopes(scopes: ["a", "b"]) }');
    expect(() => diffScopes(built(onField('')), unreadable)).toThrow(
      'Query.f needs its scopes as a list of lists',
    );
  });
});

const NAMES = ['a', 'b', 'c', 'd', 'e'];

/** Every grant over the names: no token, then every subset. */
const GRANTS: readonly Granted[] = [
  null,
  ...Array.from({ length: 2 ** NAMES.length }, (_, bits) =>
    scopesOf(NAMES.filter((_, index) => (bits >> index) & 1)),
  ),
];

const someGroup = fc.subarray(NAMES, { minLength: 1 });
const someRequirement: fc.Arbitrary<Requirement> = fc.oneof(
  { weight: 10, arbitrary: fc.array(someGroup, { minLength: 1, maxLength: 5 }).map(anyOf) },
  { weight: 1, arbitrary: fc.constantFrom(PUBLIC, AUTHENTICATED, UNDECLARED) },
);

const sizeOf = (granted: Granted) => (granted === null ? -1 : granted.names().length);

/** The size of the least grant that satisfies the one and not the other, by trying all; undefined when none does. */
const leastSize = (satisfied: Requirement, refused: Requirement) => {
  const sizes = GRANTS.filter(
    (granted) => isSatisfied(satisfied, granted) && !isSatisfied(refused, granted),
  ).map(sizeOf);
  return sizes.length === 0 ? undefined : Math.min(...sizes);
};

describe('two requirements', () => {
  it('are classified as their truth tables are', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(someRequirement, someRequirement, (before, after) => {
        const change = compareRequirements(before, after);
        const [lost, gained] = [leastSize(before, after), leastSize(after, before)];
        const expected =
          lost === undefined
            ? gained === undefined
              ? undefined
              : 'loosened'
            : gained === undefined
              ? 'tightened'
              : 'moved';
        seen.add(String(expected));
        expect(change?.kind).toBe(expected);
        const grantOf = (witness: ScopeChange['losing']) =>
          witness && (witness.token ? scopesOf(witness.scopes) : null);
        const [losing, gaining] = [grantOf(change?.losing), grantOf(change?.gaining)];
        expect(losing === undefined ? undefined : sizeOf(losing)).toBe(lost);
        expect(gaining === undefined ? undefined : sizeOf(gaining)).toBe(gained);
        if (losing !== undefined) {
          expect([isSatisfied(before, losing), isSatisfied(after, losing)]).toEqual([true, false]);
        }
        if (gaining !== undefined) {
          expect([isSatisfied(before, gaining), isSatisfied(after, gaining)]).toEqual([
            false,
            true,
          ]);
        }
      }),
      { numRuns: 3_000 },
    );
    expect([...seen].sort()).toEqual(['loosened', 'moved', 'tightened', 'undefined']);
  });
});
