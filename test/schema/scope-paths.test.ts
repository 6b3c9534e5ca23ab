import { PothosSchemaError } from '@pothos/core';
import fc from 'fast-check';
import { type GraphQLSchema, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { StaticScopes } from '../../src/schema/scope-plugin.ts';
import { type Granted, isSatisfied } from '../../src/scopes/requirement.ts';
import { requirementOfField } from '../../src/scopes/requirement-index.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { build, run, token } from './kit.ts';

const ORDERS = { read_orders: true } as const;
const CUSTOMERS = { read_customers: true } as const;
const PUBLIC = { public: true } as const;
const TOKEN = { authenticated: true } as const;

interface Animal {
  readonly kind: 'Dog' | 'Cat';
  readonly name: string;
}

const REX: Animal = { kind: 'Dog', name: 'Rex' };
const TOM: Animal = { kind: 'Cat', name: 'Tom' };

/**
 * `Dog` inherits `Pet.chip` and needs a scope of its own; `Cat` redefines `chip` with one scope more.
 * Every field is nullable, so that each refusal can be seen by itself.
 */
const schema = build((builder) => {
  const Pet = builder.interfaceRef<Animal>('Pet').implement({
    authScopes: TOKEN,
    resolveType: ({ kind }) => kind,
    fields: (t) => ({
      name: t.exposeString('name', { nullable: true }),
      chip: t.string({ nullable: true, authScopes: ORDERS, resolve: ({ name }) => `#${name}` }),
    }),
  });
  const Dog = builder.objectRef<Animal>('Dog').implement({
    interfaces: [Pet],
    authScopes: { read_products: true },
    isTypeOf: (value) => (value as Animal).kind === 'Dog',
    fields: (t) => ({ bark: t.string({ nullable: true, resolve: () => 'wuff' }) }),
  });
  const Cat = builder.objectRef<Animal>('Cat').implement({
    interfaces: [Pet],
    authScopes: TOKEN,
    isTypeOf: (value) => (value as Animal).kind === 'Cat',
    fields: (t) => ({
      chip: t.string({
        nullable: true,
        authScopes: { read_orders: true, read_customers: true },
        resolve: ({ name }) => `#${name}`,
      }),
      purr: t.string({ nullable: true, authScopes: CUSTOMERS, resolve: () => 'rrr' }),
    }),
  });
  const Either = builder.unionType('Either', {
    types: [Dog, Cat],
    resolveType: (value) => (value as Animal).kind,
  });
  builder.queryFields((t) => ({
    pets: t.field({
      type: [Pet],
      nullable: { list: true, items: true },
      authScopes: TOKEN,
      resolve: () => [REX, TOM],
    }),
    either: t.field({
      type: [Either],
      nullable: { list: true, items: true },
      authScopes: TOKEN,
      resolve: () => [REX, TOM],
    }),
    dog: t.field({
      type: Dog,
      nullable: true,
      authScopes: { read_products: true },
      resolve: () => REX,
    }),
    cat: t.field({ type: Cat, nullable: true, authScopes: TOKEN, resolve: () => TOM }),
    open: t.string({ nullable: true, authScopes: PUBLIC, resolve: () => 'open' }),
    guarded: t.string({ nullable: true, authScopes: ORDERS, resolve: () => 'secret' }),
  }));
});

const ask = (source: string, scopes: string) => run(schema, source, token(scopes));

const refusal = (path: string, coordinate: string, needs: string, lacks = needs) =>
  `${path}: INSUFFICIENT_SCOPE ${coordinate} needs ${needs}; the token lacks ${lacks}.`;

const BOTH = 'read_customers and read_orders';

describe('a guarded field', () => {
  it('answers with its scope', async () => {
    expect(await ask('{ guarded }', 'read_orders')).toEqual({
      data: { guarded: 'secret' },
      errors: [],
    });
  });

  it('is null with one error without it, and its siblings answer', async () => {
    expect(await ask('{ guarded open }', 'read_customers')).toEqual({
      data: { guarded: null, open: 'open' },
      errors: [refusal('guarded', 'Query.guarded', 'read_orders')],
    });
  });

  it('says that no token was sent when none was', async () => {
    expect(await run(schema, '{ guarded open }', null)).toEqual({
      data: { guarded: null, open: 'open' },
      errors: ['guarded: UNAUTHENTICATED Query.guarded needs read_orders; no token was sent.'],
    });
  });

  it.each([
    ['an alias', '{ open: guarded }', 'open'],
    ['a hostile alias', '{ __schema: guarded }', '__schema'],
    ['an alias of the prototype', '{ __proto__: guarded }', '__proto__'],
    ['an alias __typename', '{ __typename: guarded }', '__typename'],
    ['a fragment', '{ ...F } fragment F on Query { guarded }', 'guarded'],
    [
      'a fragment with a hostile name',
      '{ ...__schema } fragment __schema on Query { guarded }',
      'guarded',
    ],
    [
      'nested fragments',
      '{ ...F } fragment F on Query { ...G } fragment G on Query { guarded }',
      'guarded',
    ],
    ['an inline fragment', '{ ... on Query { guarded } }', 'guarded'],
    ['an inline fragment without a type', '{ ... { guarded } }', 'guarded'],
    ['introspection beside it', '{ __schema { queryType { name } } guarded }', 'guarded'],
    ['two fragments with one response key', '{ ... { guarded } ... { guarded } }', 'guarded'],
  ])('is refused behind %s', async (_name, source, path) => {
    const answer = await ask(source, 'read_customers');
    expect(answer.errors).toEqual([refusal(path, 'Query.guarded', 'read_orders')]);
    expect(JSON.stringify(answer.data)).not.toContain('secret');
    const allowed = await ask(source, 'read_orders');
    expect(allowed.errors).toEqual([]);
    expect(JSON.stringify(allowed.data)).toContain('secret');
  });

  it('is not refused where a directive leaves it out', async () => {
    const source = 'query ($no: Boolean!) { open guarded @include(if: $no) }';
    expect(await run(schema, source, token(), { no: false })).toEqual({
      data: { open: 'open' },
      errors: [],
    });
  });
});

describe('a field that an object inherits from an interface', () => {
  // scope-auth 4.2.1 runs the scopes of the interface, of the object and of the field.
  it("needs the interface field's scopes on the object", async () => {
    expect(await ask('{ dog { name chip } }', 'read_products')).toEqual({
      data: { dog: { name: 'Rex', chip: null } },
      errors: [refusal('dog.chip', 'Dog.chip', 'read_orders and read_products', 'read_orders')],
    });
    expect(await ask('{ dog { chip } }', 'read_products read_orders')).toEqual({
      data: { dog: { chip: '#Rex' } },
      errors: [],
    });
  });

  it("needs the object type's own scopes when it is reached through the interface", async () => {
    expect(await ask('{ pets { name } }', 'read_orders read_customers')).toEqual({
      data: { pets: [{ name: null }, { name: 'Tom' }] },
      errors: [refusal('pets.0.name', 'Dog.name', 'read_products')],
    });
    expect(await ask('{ pets { name } }', 'read_products')).toEqual({
      data: { pets: [{ name: 'Rex' }, { name: 'Tom' }] },
      errors: [],
    });
  });

  it("needs the object's, the interface's and its own scopes at once", async () => {
    const source = '{ pets { ... on Dog { chip } } }';
    for (const scopes of ['', 'read_orders', 'read_products', 'read_customers']) {
      const { data, errors } = await ask(source, scopes);
      expect(data).toEqual({ pets: [{ chip: null }, {}] });
      expect(errors).toHaveLength(1);
    }
    expect(await ask(source, 'read_orders read_products')).toEqual({
      data: { pets: [{ chip: '#Rex' }, {}] },
      errors: [],
    });
  });
});

describe('a field that an object redefines', () => {
  it('needs the scopes of the object when it is selected on the interface', async () => {
    expect(await ask('{ pets { chip } }', 'read_orders read_products')).toEqual({
      data: { pets: [{ chip: '#Rex' }, { chip: null }] },
      errors: [refusal('pets.1.chip', 'Cat.chip', BOTH, 'read_customers')],
    });
    expect(await ask('{ pets { chip } }', 'read_orders read_products read_customers')).toEqual({
      data: { pets: [{ chip: '#Rex' }, { chip: '#Tom' }] },
      errors: [],
    });
  });

  it.each([
    '{ cat { chip } }',
    '{ cat { ... on Pet { chip } } }',
    '{ cat { ...F } } fragment F on Pet { chip }',
  ])('needs the same in %s', async (source) => {
    expect(await ask(source, 'read_orders')).toEqual({
      data: { cat: { chip: null } },
      errors: [refusal('cat.chip', 'Cat.chip', BOTH, 'read_customers')],
    });
    expect(await ask(source, 'read_orders read_customers')).toEqual({
      data: { cat: { chip: '#Tom' } },
      errors: [],
    });
  });
});

describe('members of a union', () => {
  const source = '{ either { ... on Dog { bark } ... on Cat { purr } } }';

  it('are judged each by itself', async () => {
    expect(await ask(source, 'read_products')).toEqual({
      data: { either: [{ bark: 'wuff' }, { purr: null }] },
      errors: [refusal('either.1.purr', 'Cat.purr', 'read_customers')],
    });
    expect(await ask(source, 'read_customers')).toEqual({
      data: { either: [{ bark: null }, { purr: 'rrr' }] },
      errors: [refusal('either.0.bark', 'Dog.bark', 'read_products')],
    });
    expect(await ask(source, 'read_products read_customers')).toEqual({
      data: { either: [{ bark: 'wuff' }, { purr: 'rrr' }] },
      errors: [],
    });
  });

  it('are judged alike under one response key', async () => {
    const same = '{ either { ... on Dog { sound: bark } ... on Cat { sound: purr } } }';
    expect(await ask(same, 'read_products')).toEqual({
      data: { either: [{ sound: 'wuff' }, { sound: null }] },
      errors: [refusal('either.1.sound', 'Cat.purr', 'read_customers')],
    });
  });
});

describe('__typename', () => {
  it('comes with whatever may be reached', async () => {
    expect(await ask('{ __typename pets { __typename } }', '')).toEqual({
      data: { __typename: 'Query', pets: [{ __typename: 'Dog' }, { __typename: 'Cat' }] },
      errors: [],
    });
  });

  it('does not come with what may not be', async () => {
    expect(await ask('{ dog { __typename } }', '')).toEqual({
      data: { dog: null },
      errors: [refusal('dog', 'Query.dog', 'read_products')],
    });
  });
});

const SUBSETS: readonly Granted[] = [
  null,
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
    ScopeSet.of(
      ['read_orders', 'read_customers', 'read_products'].filter((_, index) => bits & (1 << index)),
    ),
  ),
];

/** Whether `Thing.<field>` answers, for each grant, at run time and by what the schema says. */
async function compare(built: GraphQLSchema, field: string) {
  const type = built.getType('Thing');
  const definition = isObjectType(type) ? type.getFields()[field] : undefined;
  if (!isObjectType(type) || !definition) return expect.fail('no such field');
  const requirement = requirementOfField(type, definition);
  for (const granted of SUBSETS) {
    const answer = await run(built, `{ thing { ${field} } }`, granted);
    const at = { field, granted: granted?.toString() ?? null };
    expect({ ...at, answers: answer.errors.length === 0 }).toEqual({
      ...at,
      answers: isSatisfied(requirement, granted),
    });
  }
}

const leaf = fc.constantFrom<StaticScopes>(
  ORDERS,
  CUSTOMERS,
  { read_products: true },
  { read_orders: true, read_customers: true },
);
const alternatives = fc.oneof(
  leaf,
  fc.tuple(leaf, leaf).map(([all, own]): StaticScopes => ({ $any: { ...own, $all: all } })),
  leaf.map((own): StaticScopes => ({ $any: own })),
  fc.tuple(leaf, leaf).map(([own, any]): StaticScopes => ({ ...own, $any: any })),
  fc.tuple(leaf, leaf).map(([a, b]): StaticScopes => ({ $any: { $all: a, $any: b } })),
);
const scopes = fc.oneof(alternatives, fc.constantFrom<StaticScopes>(PUBLIC, TOKEN));

describe('what run time asks for', () => {
  it('is what the schema says, in every spelling of authScopes', async () => {
    await fc.assert(
      fc.asyncProperty(scopes, scopes, async (type, field) => {
        const built = build((builder) => {
          const Thing = builder.objectRef<object>('Thing').implement({
            authScopes: type,
            fields: (t) => ({
              value: t.string({ nullable: true, authScopes: field, resolve: () => 'v' }),
              other: t.string({ nullable: true, resolve: () => 'v' }),
            }),
          });
          builder.queryField('thing', (t) =>
            t.field({ type: Thing, nullable: true, authScopes: type, resolve: () => ({}) }),
          );
        });
        await compare(built, 'value');
        await compare(built, 'other');
      }),
    );
  });

  it('is what the schema says for objects behind interfaces, or the schema does not build', async () => {
    const maybe = fc.option(scopes, { nil: undefined });
    const declaration = fc.record({
      face: maybe,
      inherited: maybe,
      type: maybe,
      redefined: fc.option(maybe, { nil: null }),
      own: maybe,
    });
    await fc.assert(
      fc.asyncProperty(declaration, async ({ face, inherited, type, redefined, own }) => {
        const says = (authScopes: StaticScopes | undefined) => (authScopes ? { authScopes } : {});
        let built: GraphQLSchema;
        try {
          built = build((builder) => {
            const Face = builder.interfaceRef<object>('Face').implement({
              ...says(face),
              resolveType: () => 'Thing',
              fields: (t) => ({
                shared: t.string({ nullable: true, ...says(inherited), resolve: () => 'v' }),
              }),
            });
            const Thing = builder.objectRef<object>('Thing').implement({
              ...says(type),
              interfaces: [Face],
              fields: (t) => ({
                own: t.string({ nullable: true, ...says(own), resolve: () => 'v' }),
                ...(redefined !== null && {
                  shared: t.string({ nullable: true, ...says(redefined), resolve: () => 'v' }),
                }),
              }),
            });
            builder.queryField('thing', (t) =>
              t.field({
                type: Thing,
                nullable: true,
                ...says(type ?? PUBLIC),
                resolve: () => ({}),
              }),
            );
          });
        } catch (error) {
          expect(error).toBeInstanceOf(PothosSchemaError);
          return;
        }
        await compare(built, 'shared');
        await compare(built, 'own');
      }),
      { numRuns: 300 },
    );
  });
});
