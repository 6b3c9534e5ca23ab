import { describe, expect, it } from 'vitest';
import { derived, edge, given } from '../../src/schema/fields.ts';
import { type Builder, build } from '../schema/kit.ts';
import { askingOn } from './kit.ts';

const TYPE = { authenticated: true } as const;

interface Holder {
  readonly value: unknown;
}

/** Values that a request asks for by name. */
const VALUES: Readonly<Record<string, unknown>> = {
  numbers: [1, 2],
  none: [],
  'a null among them': [1, null, 2],
  'an undefined among them': [1, undefined],
  null: null,
  undefined: undefined,
  'a set': new Set([1, 2]),
  'what generates': {
    *[Symbol.iterator]() {
      yield 1;
    },
  },
  'a text': '12',
  'an object': { length: 1, 0: 1 },
  'an error': new Error('bad'),
  'a promise': Promise.resolve([1]),
  'a promise among them': [1, Promise.resolve(2)],
  'an error among them': [1, new Error('bad')],
  'a number that is too large': [2 ** 31],
  'a text that is a number': ['7'],
  'a truth': [true],
};

function declare(builder: Builder): void {
  const Holder = builder.objectRef<Holder>('Holder');
  const Colour = builder.enumType('Colour', {
    values: { RED: { value: 1 }, BLUE: { value: { blue: true } as never }, GREEN: {} },
  });
  const Named = builder.interfaceRef<{ readonly id: string }>('Named').implement({
    authScopes: TYPE,
    resolveType: () => 'Asked',
    fields: (t) => ({ id: t.exposeID('id') }),
  });
  const Asked = builder.objectRef<{ readonly id: string }>('Asked').implement({
    interfaces: [Named],
    authScopes: TYPE,
    isTypeOf: () => true,
  });
  const AskedOrNot = builder.unionType('AskedOrNot', {
    types: [Asked],
    resolveType: () => 'Asked',
  });
  const shown = derived(['value'], ({ value }: Holder) => value as never);
  Holder.implement({
    authScopes: TYPE,
    fields: (t) => ({
      loose: t.field({ type: ['Int'], nullable: { list: true, items: true }, ...shown }),
      whole: t.field({ type: ['Int'], nullable: { list: false, items: true }, ...shown }),
      filled: t.field({ type: ['Int'], nullable: { list: true, items: false }, ...shown }),
      both: t.field({ type: ['Int'], nullable: { list: false, items: false }, ...shown }),
      value: t.expose('value' as never, { type: 'String', nullable: true }),
      colour: t.expose('value' as never, { type: Colour, nullable: true }),
      colours: t.field({
        type: [Colour],
        ...derived(['value'], () => [1, 'GREEN'] as never),
      }),
      self: t.field({ type: Holder, nullable: true, ...derived(['value'], (own: Holder) => own) }),
      selves: t.field({
        type: [Holder],
        nullable: { list: false, items: true },
        ...derived(['value'], (own: Holder) => [own, null, own]),
      }),
      required: t.field({
        type: Holder,
        ...derived(['value'], (own: Holder) => (own.value === null ? null : own) as Holder),
      }),
      named: t.field({
        type: Named,
        nullable: true,
        authScopes: { read_orders: true },
        ...(edge('orderById', 'value' as never) as object),
        resolve: () => ({ id: 'a' }),
      }),
      asked: t.field({ type: Asked, ...derived(['value'], () => ({ id: 'a' })) }),
      either: t.field({ type: AskedOrNot, ...derived(['value'], () => ({ id: 'a' })) }),
    }),
  });
  builder.queryFields((t) => ({
    hold: t.field({
      type: Holder,
      nullable: true,
      authScopes: TYPE,
      args: { name: t.arg.string({ required: true }) },
      ...given((_asking, { name }: { readonly name: string }) => ({ value: VALUES[name] })),
    }),
    colour: t.field({
      type: Holder,
      nullable: true,
      authScopes: TYPE,
      args: { of: t.arg({ type: Colour, required: true }) },
      ...given((_asking, { of }: { readonly of: unknown }) => ({ value: of })),
    }),
    method: t.field({
      type: Holder,
      nullable: true,
      authScopes: TYPE,
      ...given(() => ({ value: () => 'called' })),
    }),
  }));
}

const { data, left } = askingOn(build(declare));

const LISTS = ['loose', 'whole', 'filled', 'both'] as const;

/** The lists that a value fills: of the others graphql-js makes null and an error. */
const FILLED: Readonly<Record<string, readonly (typeof LISTS)[number][]>> = {
  numbers: LISTS,
  none: LISTS,
  'a null among them': ['loose', 'whole'],
  'an undefined among them': ['loose', 'whole'],
  null: ['loose', 'filled'],
  undefined: ['loose', 'filled'],
  'a text that is a number': LISTS,
  'a truth': LISTS,
  'a text': [],
  'an object': [],
  'an error': [],
  'an error among them': [],
  'a number that is too large': [],
};

/** What graphql-js's own tests of its executor ask of lists, nulls, types and values, on a schema that is made up for it. */
describe('a list', () => {
  it.each(Object.entries(FILLED))('of %s is what graphql-js makes of it', async (name, filled) => {
    for (const list of LISTS) {
      const source = `{ hold(name: ${JSON.stringify(name)}) { ${list} } }`;
      if (filled.includes(list)) {
        const expected = [VALUES[name] ?? null].flat().map((item) => item ?? null);
        const { hold } = await data(source);
        const numbers = expected.map((item) => (item === null ? null : Number(item)));
        expect(hold[list]).toEqual(VALUES[name] == null ? null : numbers);
      } else {
        const { messages } = await left(source);
        expect([list, messages]).toEqual([list, [expect.any(String)]]);
      }
    }
  });

  it.each(['a set', 'what generates', 'a promise', 'a promise among them'])(
    'of %s is one for graphql-js alone, which knows more than lists',
    async (name) => {
      const { data: whole, messages } = await left(
        `{ hold(name: ${JSON.stringify(name)}) { both } }`,
      );
      expect(messages).toEqual([]);
      expect(whole.hold.both).toContain(1);
    },
  );
});

describe('null', () => {
  it('stays where it may be, at every depth', async () => {
    expect(
      await data('{ hold(name: "null") { value self { value selves { self { value } } } } }'),
    ).toEqual({
      hold: {
        value: null,
        self: { value: null, selves: [{ self: { value: null } }, null, { self: { value: null } }] },
      },
    });
  });

  it.each([
    ['{ hold(name: "null") { value required { value } } }', { hold: null }],
    ['{ hold(name: "null") { self { required { value } } } }', { hold: { self: null } }],
    [
      '{ hold(name: "null") { selves { value required { value } } } }',
      { hold: { selves: [null, null, null] } },
    ],
    [
      '{ hold(name: "null") { value selves { self { both } } } }',
      { hold: { value: null, selves: [{ self: null }, null, { self: null }] } },
    ],
  ])('where it may not be is carried up by graphql-js: %s', async (source, expected) => {
    const { data: whole, messages } = await left(source);
    expect(whole).toEqual(expected);
    expect(messages[0]).toMatch(/^Cannot return null for non-nullable field/);
  });
});

describe('an enum', () => {
  it.each(['RED', 'BLUE', 'GREEN'])('%s goes in and comes out by its name', async (name) => {
    expect(await data(`{ colour(of: ${name}) { colour colours } }`)).toEqual({
      colour: { colour: name, colours: ['RED', 'GREEN'] },
    });
    const query = 'query ($of: Colour!) { colour(of: $of) { colour } }';
    expect(await data(query, { of: name })).toEqual({ colour: { colour: name } });
  });

  it('that has no such value is for graphql-js to refuse', async () => {
    const { data: whole, messages } = await left('{ hold(name: "a text") { colour } }');
    expect(whole).toEqual({ hold: { colour: null } });
    expect(messages).toEqual(['Enum "Colour" cannot represent value: "12"']);
  });
});

describe('a field', () => {
  it('that is a method is called by graphql-js alone', async () => {
    expect(await left('{ method { value } }')).toEqual({
      data: { method: { value: 'called' } },
      messages: [],
    });
  });

  it.each([
    ['an interface', '{ hold(name: "null") { named { id } } }'],
    ['a union', '{ hold(name: "null") { either { ... on Asked { id } } } }'],
    ['a type that asks each value whether it is one', '{ hold(name: "null") { asked { id } } }'],
  ])('of %s has its type found by graphql-js', async (_name, source) => {
    const { data: whole, messages } = await left(source);
    expect(messages).toEqual([]);
    expect(JSON.stringify(whole)).toContain('{"id":"a"}');
  });

  it('is merged with its namesakes through fragments in fragments, however deep', async () => {
    const source = `{ hold(name: "numbers") { loose ...A ...B } }
      fragment A on Holder { self { loose ...B deeper: self { a: loose } } }
      fragment B on Holder { self { b: loose deeper: self { c: both ...C } } }
      fragment C on Holder { loose selves { loose } }`;
    const numbers = [1, 2];
    expect(await data(source)).toEqual({
      hold: {
        loose: numbers,
        self: {
          loose: numbers,
          self: {
            b: numbers,
            self: undefined,
            deeper: {
              c: numbers,
              loose: numbers,
              selves: [{ loose: numbers }, null, { loose: numbers }],
            },
          },
          deeper: {
            a: numbers,
            c: numbers,
            loose: numbers,
            selves: [{ loose: numbers }, null, { loose: numbers }],
          },
          b: numbers,
        },
      },
    });
  });
});
