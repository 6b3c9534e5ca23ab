import { PothosSchemaError } from '@pothos/core';
import { describe, expect, it } from 'vitest';
import { checkCatalogue } from '../../src/schema/scope-checks.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { type Builder, build, createBuilder } from './kit.ts';

const ORDERS = { read_orders: true } as const;
const CUSTOMERS = { read_customers: true } as const;
const BOTH = { read_orders: true, read_customers: true } as const;
const EITHER = { $any: { read_orders: true, read_customers: true } } as const;
const PUBLIC = { public: true } as const;
const TOKEN = { authenticated: true } as const;

/** What the compiler refuses and an untyped caller could still write. */
const untyped = (options: object) => options as Record<string, never>;

type Declare = (builder: Builder) => void;

function expectBuilds(declare: Declare) {
  expect(Object.keys(build(declare).getTypeMap())).toContain('Query');
}

function expectRefused(declare: Declare, message: string) {
  const error = failureOf(declare);
  expect(error).toBeInstanceOf(PothosSchemaError);
  expect((error as Error).message).toBe(message);
}

function failureOf(declare: Declare): unknown {
  try {
    build(declare);
  } catch (error) {
    return error;
  }
  return expect.fail('the schema was built');
}

type Scopes = { readonly [name: string]: unknown };

/** A `Thing` with one field, and a root field that returns it. */
function thing(
  type: Scopes | null,
  field: Scopes | null,
  root: Scopes | null,
  { nullable = true, rootNullable = true } = {},
): Declare {
  const scoped = (authScopes: Scopes | null) => untyped(authScopes ? { authScopes } : {});
  return (builder) => {
    const Thing = builder.objectRef<{ value: string }>('Thing').implement({
      ...scoped(type),
      fields: (t) => ({ value: t.exposeString('value', { nullable, ...scoped(field) }) }),
    });
    builder.queryField('thing', (t) =>
      t.field({
        type: Thing,
        nullable: rootNullable,
        ...scoped(root),
        resolve: () => ({ value: 'v' }),
      }),
    );
  };
}

describe('a field', () => {
  it('builds when it says its scopes', () => {
    expectBuilds(thing(null, ORDERS, PUBLIC));
  });

  it('builds when its type says them', () => {
    expectBuilds(thing(ORDERS, null, ORDERS));
  });

  it('is refused when neither it nor its type says any', () => {
    expectRefused(
      thing(null, null, PUBLIC),
      'Thing.value has no authScopes, and neither has its type.',
    );
  });

  it('is refused for each that says nothing, all in one message', () => {
    expectRefused((builder) => {
      const Thing = builder.objectRef<{ value: string }>('Thing').implement({
        fields: (t) => ({
          one: t.exposeString('value'),
          two: t.exposeString('value', { authScopes: PUBLIC }),
          three: t.exposeString('value'),
        }),
      });
      builder.queryField('thing', (t) =>
        t.field({ type: Thing, authScopes: PUBLIC, resolve: () => ({ value: 'v' }) }),
      );
    }, 'Thing.one has no authScopes, and neither has its type.\nThing.three has no authScopes, and neither has its type.');
  });
});

describe('a root field', () => {
  const root =
    (own: boolean): Declare =>
    (builder) => {
      builder.queryField('thing', (t) =>
        t.string({ nullable: true, ...(own ? { authScopes: ORDERS } : {}), resolve: () => 'v' }),
      );
    };

  it('builds when it says its own scopes', () => {
    expectBuilds(root(true));
  });

  it('is refused when it says none', () => {
    expectRefused(root(false), 'Query.thing has no authScopes, and neither has its type.');
  });

  it('is refused when it relies on its type, whatever that says', () => {
    const builder = createBuilder();
    root(false)(builder);
    builder.queryType({ authScopes: ORDERS });
    expect(() => builder.toSchema()).toThrow(
      new PothosSchemaError('Query.thing has no authScopes, and neither has its type.'),
    );
  });

  it('is refused for mutations and subscriptions alike', () => {
    const builder = createBuilder();
    root(true)(builder);
    builder.queryType({});
    builder.mutationType({ authScopes: PUBLIC });
    builder.subscriptionType({ authScopes: PUBLIC });
    builder.mutationField('change', (t) => t.string({ nullable: true, resolve: () => 'v' }));
    builder.subscriptionField('changes', (t) =>
      t.string({
        nullable: true,
        subscribe: async function* () {
          yield 'v';
        },
        resolve: () => 'v',
      }),
    );
    expect(() => builder.toSchema()).toThrow(
      new PothosSchemaError(
        'Mutation.change has no authScopes, and neither has its type.\nSubscription.changes has no authScopes, and neither has its type.',
      ),
    );
  });
});

describe('an edge', () => {
  it('builds when it says what its return type needs', () => {
    expectBuilds(thing(BOTH, null, BOTH));
    expectBuilds(thing(EITHER, null, ORDERS));
  });

  it.each([
    ['nothing of it', ORDERS, PUBLIC, 'read_orders'],
    ['any token', ORDERS, TOKEN, 'read_orders'],
    ['another scope', ORDERS, CUSTOMERS, 'read_orders'],
    ['a part of it', BOTH, ORDERS, 'read_customers and read_orders'],
    ['an alternative to it', ORDERS, EITHER, 'read_orders'],
    ['public instead of a token', TOKEN, PUBLIC, 'a valid token'],
  ])('is refused when it says %s', (_name, type, root, needs) => {
    expectRefused(
      thing(type, null, root),
      `Query.thing returns Thing, which needs ${needs}: declare that on the field.`,
    );
  });

  it('is refused through lists as well', () => {
    expectRefused((builder) => {
      const Thing = builder.objectRef<{ value: string }>('Thing').implement({
        authScopes: ORDERS,
        fields: (t) => ({ value: t.exposeString('value') }),
      });
      builder.queryField('things', (t) =>
        t.field({ type: [Thing], nullable: true, authScopes: PUBLIC, resolve: () => [] }),
      );
    }, 'Query.things returns Thing, which needs read_orders: declare that on the field.');
  });

  it('may rely on what its own type needs', () => {
    expectBuilds((builder) => {
      const Inner = builder.objectRef<{ value: string }>('Inner').implement({
        authScopes: ORDERS,
        fields: (t) => ({ value: t.exposeString('value') }),
      });
      const Outer = builder.objectRef<{ value: string }>('Outer').implement({
        authScopes: ORDERS,
        fields: (t) => ({ inner: t.field({ type: Inner, resolve: (outer) => outer }) }),
      });
      builder.queryField('outer', (t) =>
        t.field({ type: Outer, nullable: true, authScopes: ORDERS, resolve: () => null }),
      );
    });
  });
});

describe('a non-null field', () => {
  const wording =
    'Thing.value needs more than its parent and cannot be non-null: a refusal would take its siblings away.';

  it.each([
    ['as much as its type', ORDERS, ORDERS],
    ['less than its type', BOTH, ORDERS],
    ['nothing of its own', ORDERS, null],
    ['nothing at all', PUBLIC, PUBLIC],
  ])('builds when it needs %s', (_name, type, field) => {
    expectBuilds(thing(type, field, type, { nullable: false }));
  });

  it.each([
    ['another scope', ORDERS, CUSTOMERS],
    ['one scope more', TOKEN, ORDERS],
    ['a token', PUBLIC, TOKEN],
    ['one of the alternatives of its type', EITHER, ORDERS],
  ])('is refused when it needs %s', (_name, type, field) => {
    expectRefused(thing(type, field, type, { nullable: false }), wording);
  });

  it.each([
    ['another scope', ORDERS, CUSTOMERS],
    ['a token', PUBLIC, TOKEN],
  ])('builds as a nullable one when it needs %s', (_name, type, field) => {
    expectBuilds(thing(type, field, type, { nullable: true }));
  });

  it('is refused at the root unless it is public', () => {
    expectRefused(
      thing(TOKEN, null, TOKEN, { rootNullable: false }),
      'Query.thing needs more than its parent and cannot be non-null: a refusal would take its siblings away.',
    );
    expectBuilds(thing(PUBLIC, null, PUBLIC, { rootNullable: false }));
  });
});

interface Faced {
  readonly face?: Scopes;
  readonly faceField?: Scopes;
  readonly type?: Scopes;
  /** Redefines the interface's field. */
  readonly redefined?: Scopes | 'plain';
}

/** An interface `Face` and an object `Thing` that implements it. */
function faced({ face, faceField, type, redefined }: Faced): Declare {
  return (builder) => {
    const scoped = (authScopes?: Scopes) => untyped(authScopes ? { authScopes } : {});
    const Face = builder.interfaceRef<{ value: string }>('Face').implement({
      ...scoped(face),
      resolveType: () => 'Thing',
      fields: (t) => ({
        value: t.exposeString('value', { nullable: true, ...scoped(faceField) }),
      }),
    });
    const Thing = builder.objectRef<{ value: string }>('Thing').implement({
      ...scoped(type),
      interfaces: [Face],
      ...(redefined && {
        fields: (t) => ({
          value: t.exposeString('value', {
            nullable: true,
            ...scoped(redefined === 'plain' ? undefined : redefined),
          }),
        }),
      }),
    });
    builder.queryField('thing', (t) =>
      t.field({
        type: Thing,
        nullable: true,
        authScopes: BOTH,
        resolve: () => ({ value: 'v' }),
      }),
    );
  };
}

describe('an object that implements an interface', () => {
  it.each<[string, Faced]>([
    ['inherits a guarded field', { faceField: ORDERS, type: TOKEN }],
    ['redefines it with the same scopes', { faceField: ORDERS, redefined: ORDERS }],
    ['redefines it with more scopes', { faceField: ORDERS, redefined: BOTH }],
    ['redefines it and guards itself', { faceField: ORDERS, redefined: 'plain', type: ORDERS }],
    ['guards itself as the interface does', { face: ORDERS, type: ORDERS }],
    ['guards itself more', { face: ORDERS, type: BOTH }],
    ['narrows alternatives', { faceField: EITHER, redefined: CUSTOMERS }],
  ])('builds when it %s', (_name, declared) => {
    expectBuilds(faced(declared));
  });

  const weaker = 'Thing.value is open to more than Face.value.';

  it.each<[string, Faced]>([
    ['opens a guarded field to all', { faceField: ORDERS, redefined: PUBLIC }],
    ['opens it to any token', { faceField: ORDERS, redefined: TOKEN }],
    ['opens it to another scope', { faceField: ORDERS, redefined: CUSTOMERS }],
    ['asks for one scope of two', { faceField: BOTH, redefined: ORDERS }],
    ['adds an alternative', { faceField: ORDERS, redefined: EITHER }],
    ['leaves the scopes out', { faceField: ORDERS, redefined: 'plain', type: TOKEN }],
  ])('is refused when it %s', (_name, declared) => {
    expectRefused(faced(declared), weaker);
  });

  it('is refused when it guards itself less than the interface', () => {
    const declared = { face: ORDERS, redefined: 'plain', type: TOKEN } as const;
    expectRefused(faced(declared), 'Thing is open to more than its interface Face.');
  });

  it('is refused when an interface weakens the one it implements', () => {
    expectRefused((builder) => {
      const Upper = builder.interfaceRef<{ value: string }>('Upper').implement({
        resolveType: () => 'Thing',
        fields: (t) => ({ value: t.exposeString('value', { nullable: true, authScopes: ORDERS }) }),
      });
      const Lower = builder.interfaceRef<{ value: string }>('Lower').implement({
        interfaces: [Upper],
        resolveType: () => 'Thing',
        fields: (t) => ({ value: t.exposeString('value', { nullable: true, authScopes: PUBLIC }) }),
      });
      builder.queryField('lower', (t) =>
        t.field({ type: Lower, nullable: true, authScopes: PUBLIC, resolve: () => null }),
      );
    }, 'Lower.value is open to more than Upper.value.');
  });
});

describe('an option that loosens a check out of sight of the plan', () => {
  const loosened =
    (where: 'type' | 'field', option: object): Declare =>
    (builder) => {
      const Thing = builder.objectRef<{ value: string }>('Thing').implement({
        authScopes: ORDERS,
        ...(where === 'type' ? untyped(option) : {}),
        fields: (t) => ({
          value: t.exposeString('value', {
            nullable: true,
            authScopes: CUSTOMERS,
            ...(where === 'field' ? untyped(option) : {}),
          }),
        }),
      });
      builder.queryField('thing', (t) =>
        t.field({ type: Thing, nullable: true, authScopes: ORDERS, resolve: () => null }),
      );
    };

  it.each([
    ['type', 'Thing', 'grantScopes', () => ['own']],
    ['type', 'Thing', 'skipInterfaceScopes', true],
    ['type', 'Thing', 'runScopesOnType', true],
    ['field', 'Thing.value', 'grantScopes', ['own']],
    ['field', 'Thing.value', 'skipTypeScopes', true],
    ['field', 'Thing.value', 'skipInterfaceScopes', true],
  ] as const)('is refused on a %s (%s): %s', (where, coordinate, option, value) => {
    expectRefused(
      loosened(where, { [option]: value }),
      `${coordinate} uses ${option}, which would let a field pass that the plan refuses.`,
    );
  });

  it('is refused also where a refusal is answered with another value', () => {
    expectRefused(
      loosened('field', { unauthorizedResolver: ({ value }: { value: string }) => value }),
      'Thing.value uses unauthorizedResolver, which would let a field pass that the plan refuses.',
    );
  });

  it('may be left out', () => {
    expectBuilds(loosened('type', {}));
    expectBuilds(loosened('field', {}));
  });
});

describe('a declaration that cannot be read', () => {
  it.each([
    [
      'a function on a type',
      thing((() => ORDERS) as unknown as Scopes, null, PUBLIC),
      'Thing has a function as authScopes, which no static plan could read.',
    ],
    [
      'an empty map on a type',
      thing({}, null, PUBLIC),
      'Thing has empty authScopes, which everybody would satisfy.',
    ],
    [
      'an unknown scope on a type',
      thing({ read_everything: true }, null, PUBLIC),
      'Thing names "read_everything", which is not a scope of the catalogue.',
    ],
    [
      'a function on a field',
      thing(null, (() => ORDERS) as unknown as Scopes, PUBLIC),
      'Thing.value has a function as authScopes, which no static plan could read.',
    ],
    [
      '$granted on a field',
      thing(null, { $granted: 'own' }, PUBLIC),
      'Thing.value uses $granted, which no static plan could read.',
    ],
    [
      'false on a field',
      thing(null, { read_orders: false }, PUBLIC),
      'Thing.value gives "read_orders" another value than true.',
    ],
    [
      'an empty map on a root field',
      thing(null, ORDERS, {}),
      'Query.thing has empty authScopes, which everybody would satisfy.',
    ],
  ])('is refused: %s', (_name, declare, message) => {
    expectRefused(declare, message);
  });
});

describe('an argument, input field or enum value', () => {
  const inputs =
    (argument: Scopes, input: Scopes, value: Scopes): Declare =>
    (builder) => {
      const Colour = builder.enumType('Colour', {
        values: { RED: {}, GREEN: { ...untyped({ authScopes: value }) } },
      });
      const Given = builder.inputType('Given', {
        fields: (t) => ({
          text: t.string({ ...untyped({ authScopes: input }) }),
          colour: t.field({ type: Colour }),
        }),
      });
      builder.queryField('thing', (t) =>
        t.string({
          nullable: true,
          authScopes: ORDERS,
          args: {
            given: t.arg({ type: Given }),
            text: t.arg.string({ ...untyped({ authScopes: argument }) }),
          },
          resolve: () => 'v',
        }),
      );
    };

  it('builds with scopes of the catalogue', () => {
    expectBuilds(inputs(CUSTOMERS, BOTH, EITHER));
  });

  const unknown = { read_everything: true };
  const wording = 'names "read_everything", which is not a scope of the catalogue.';

  it('is refused with an unknown scope on an argument', () => {
    expect(() => build(inputs(unknown, BOTH, EITHER))).toThrow(PothosSchemaError);
    expect(() => build(inputs(unknown, BOTH, EITHER))).toThrow(wording);
  });

  it('is refused with an unknown scope on an input field', () => {
    expectRefused(inputs(CUSTOMERS, unknown, EITHER), `Given.text ${wording}`);
  });

  it('is refused with an unknown scope on an enum value', () => {
    expect(() => build(inputs(CUSTOMERS, BOTH, unknown))).toThrow(PothosSchemaError);
    expect(() => build(inputs(CUSTOMERS, BOTH, unknown))).toThrow(wording);
  });

  it('is refused with an empty map, which would guard nothing', () => {
    expectRefused(
      inputs(CUSTOMERS, {}, EITHER),
      'Given.text has empty authScopes, which everybody would satisfy.',
    );
  });
});

describe('the catalogue', () => {
  const guardedBy = (authScopes: Scopes) =>
    build((builder) => {
      builder.queryField('thing', (t) =>
        t.string({ nullable: true, ...untyped({ authScopes }), resolve: () => 'v' }),
      );
    });
  const guarding = SCOPES.filter(({ kind }) => kind === 'field').map(({ name }) => name);
  const idle = (name: string) => `The scope "${name}" guards nothing.`;
  const problems = checkCatalogue(guardedBy(PUBLIC));

  it('has a problem for each scope that guards nothing', () => {
    expect(problems).toEqual(guarding.map(idle));
  });

  it('has one less for a scope that guards something', () => {
    expect(checkCatalogue(guardedBy(ORDERS))).toEqual(
      problems.filter((problem) => problem !== idle('read_orders')),
    );
  });

  it('never asks for a guard of the scope that widens rows', () => {
    expect(problems).not.toContain(idle('read_all_orders'));
  });
});

describe('a list of an interface whose implementors need more', () => {
  const listed =
    (items: boolean): Declare =>
    (builder) => {
      const Face = builder.interfaceRef<object>('Face').implement({
        authScopes: TOKEN,
        resolveType: () => 'Shut',
        fields: (t) => ({ value: t.string({ nullable: true, resolve: () => 'v' }) }),
      });
      builder.objectRef<object>('Shut').implement({ interfaces: [Face], authScopes: ORDERS });
      builder.queryField('faces', (t) =>
        t.field({
          type: [Face],
          nullable: { list: true, items },
          authScopes: TOKEN,
          resolve: () => [{}],
        }),
      );
    };

  it('builds when its items are nullable', () => expectBuilds(listed(true)));

  it('is refused when its items are not: one refusal would take the others away', () =>
    expectRefused(
      listed(false),
      'Query.faces may hold a Shut, which needs more than the field: it cannot be non-null.',
    ));
});
