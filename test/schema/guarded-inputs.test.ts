import { describe, expect, it } from 'vitest';
import { build, run, token } from './kit.ts';

const CUSTOMERS = { read_customers: true } as const;
const PUBLIC = { public: true } as const;

const calls: unknown[] = [];

const schema = build((builder) => {
  const SortField = builder.enumType('SortField', {
    values: {
      CREATED: { value: 'created' },
      EMAIL: { value: 'contact_email', authScopes: CUSTOMERS },
    },
  });
  const Inner = builder.inputType('Inner', {
    fields: (t) => ({
      email: t.string({ authScopes: CUSTOMERS }),
      open: t.string(),
      sort: t.field({ type: SortField }),
    }),
  });
  const Filter = builder.inputType('Filter', {
    fields: (t) => ({
      inner: t.field({ type: Inner }),
      list: t.field({ type: [Inner] }),
      lists: t.field({ type: t.listRef(t.listRef(Inner, { required: false })) }),
      sorts: t.field({ type: [SortField] }),
      number: t.int({ authScopes: { read_products: true } }),
    }),
  });
  builder.queryFields((t) => ({
    find: t.string({
      nullable: true,
      authScopes: PUBLIC,
      args: {
        open: t.arg.string(),
        guarded: t.arg.string({ authScopes: CUSTOMERS }),
        guardedFilter: t.arg({ type: Filter, authScopes: { read_store: true } }),
        filter: t.arg({ type: Filter }),
        filters: t.arg({ type: [Filter] }),
        sort: t.arg({ type: SortField }),
      },
      resolve: (_root, args) => {
        calls.push(args);
        return 'found';
      },
    }),
    sibling: t.string({ nullable: true, authScopes: PUBLIC, resolve: () => 'seen' }),
  }));
});

const lacks = (coordinate: string, scope: string) =>
  `find: INSUFFICIENT_SCOPE ${coordinate} needs ${scope}; the token lacks ${scope}.`;

async function ask(source: string, scopes: string, variables: Record<string, unknown> = {}) {
  calls.length = 0;
  const answer = await run(schema, source, token(scopes), variables);
  return { ...answer, calls: calls.length };
}

const FOUND = { data: { find: 'found' }, errors: [], calls: 1 };
const refused = (coordinate: string, scope = 'read_customers') => ({
  data: { find: null },
  errors: [lacks(coordinate, scope)],
  calls: 0,
});

describe('a guarded input', () => {
  it.each([
    ['an argument', 'guarded: "a"', 'Query.find(guarded:)'],
    ['an argument that is null', 'guarded: null', 'Query.find(guarded:)'],
    ['an argument that is empty', 'guarded: ""', 'Query.find(guarded:)'],
    ['an enum value', 'sort: EMAIL', 'SortField.EMAIL'],
    ['an enum value in a list', 'filter: { sorts: [CREATED, EMAIL] }', 'SortField.EMAIL'],
    ['an enum value coerced to a list', 'filter: { sorts: EMAIL }', 'SortField.EMAIL'],
    ['an enum value in an input', 'filter: { inner: { sort: EMAIL } }', 'SortField.EMAIL'],
    ['an input field', 'filter: { inner: { email: "a" } }', 'Inner.email'],
    ['an input field that is null', 'filter: { inner: { email: null } }', 'Inner.email'],
    ['an input field in a list', 'filter: { list: [{}, { email: "a" }] }', 'Inner.email'],
    ['an input field coerced to a list', 'filter: { list: { email: "a" } }', 'Inner.email'],
    [
      'an input field in lists of lists',
      'filter: { lists: [[], [{ email: "a" }]] }',
      'Inner.email',
    ],
    ['an input field in a list of inputs', 'filters: [{ inner: { email: "a" } }]', 'Inner.email'],
  ])('refuses its field without the scope: %s', async (_name, args, coordinate) => {
    expect(await ask(`{ find(${args}) }`, 'read_orders')).toEqual(refused(coordinate));
    expect(await ask(`{ find(${args}) }`, 'read_customers')).toEqual(FOUND);
  });

  it.each([
    ['an open argument', 'open: "a"'],
    ['an open enum value', 'sort: CREATED'],
    ['an open input field', 'filter: { inner: { open: "a" } }'],
    ['an input without its guarded field', 'filter: { inner: {} }'],
    ['a null instead of an input', 'filter: null'],
    ['a null instead of a nested input', 'filter: { inner: null, list: null }'],
    ['an empty list', 'filter: { list: [], sorts: [] }'],
    ['a null instead of an enum value', 'sort: null'],
  ])('lets its field pass where it is not sent: %s', async (_name, args) => {
    expect(await ask(`{ find(${args}) }`, 'read_orders')).toEqual(FOUND);
  });

  it('lets its field pass without any argument and without a token', async () => {
    expect(await run(schema, '{ find }', null)).toEqual({ data: { find: 'found' }, errors: [] });
  });

  it('is refused without a token as unauthenticated', async () => {
    expect(await run(schema, '{ find(guarded: "a") }', null)).toEqual({
      data: { find: null },
      errors: [
        'find: UNAUTHENTICATED Query.find(guarded:) needs read_customers; no token was sent.',
      ],
    });
  });

  it('needs its own scope beside the one of the argument it is in', async () => {
    const source = '{ find(guardedFilter: { number: 1 }) }';
    expect(await ask(source, '')).toEqual(refused('Query.find(guardedFilter:)', 'read_store'));
    expect(await ask(source, 'read_store')).toEqual(refused('Filter.number', 'read_products'));
    expect(await ask(source, 'read_store read_products')).toEqual(FOUND);
  });

  it('leaves the siblings of its field alone', async () => {
    const answer = await run(schema, '{ find(sort: EMAIL) sibling }', token());
    expect(answer).toEqual({
      data: { find: null, sibling: 'seen' },
      errors: [lacks('SortField.EMAIL', 'read_customers')],
    });
  });

  it('is judged under each alias by itself', async () => {
    const source = '{ open: find(sort: CREATED) closed: find(sort: EMAIL) }';
    expect(await run(schema, source, token())).toEqual({
      data: { open: 'found', closed: null },
      errors: [
        'closed: INSUFFICIENT_SCOPE SortField.EMAIL needs read_customers; the token lacks read_customers.',
      ],
    });
  });
});

describe('a guarded input that comes from a variable', () => {
  it.each([
    ['an argument', '($v: String) { find(guarded: $v) }', 'a', 'Query.find(guarded:)'],
    ['a null argument', '($v: String) { find(guarded: $v) }', null, 'Query.find(guarded:)'],
    [
      'an input field',
      '($v: String) { find(filter: { inner: { email: $v } }) }',
      'a',
      'Inner.email',
    ],
    [
      'a null input field',
      '($v: String) { find(filter: { inner: { email: $v } }) }',
      null,
      'Inner.email',
    ],
    [
      'a whole input',
      '($v: Filter) { find(filter: $v) }',
      { inner: { email: null } },
      'Inner.email',
    ],
    [
      'a whole list',
      '($v: [Filter!]) { find(filters: $v) }',
      [{ list: [{ open: 'a' }, { email: 'a' }] }],
      'Inner.email',
    ],
    ['an enum value', '($v: SortField) { find(sort: $v) }', 'EMAIL', 'SortField.EMAIL'],
    [
      'an enum value in an input',
      '($v: Inner) { find(filter: { inner: $v }) }',
      { sort: 'EMAIL' },
      'SortField.EMAIL',
    ],
  ])('refuses its field without the scope: %s', async (_name, rest, value, coordinate) => {
    expect(await ask(`query ${rest}`, '', { v: value })).toEqual(refused(coordinate));
    expect(await ask(`query ${rest}`, 'read_customers', { v: value })).toEqual(FOUND);
  });

  it.each([
    ['an argument', '($v: String) { find(guarded: $v) }'],
    ['an input field', '($v: String) { find(filter: { inner: { email: $v } }) }'],
    ['an enum value', '($v: SortField) { find(sort: $v) }'],
    ['a whole input', '($v: Filter) { find(filter: $v) }'],
  ])('lets its field pass while the variable is absent: %s', async (_name, rest) => {
    expect(await ask(`query ${rest}`, '')).toEqual(FOUND);
  });

  it('counts as sent when the variable has a default', async () => {
    const source = 'query ($v: SortField = EMAIL) { find(sort: $v) }';
    expect(await ask(source, '')).toEqual(refused('SortField.EMAIL'));
    expect(await ask(source, '', { v: 'CREATED' })).toEqual(FOUND);
    expect(await ask(source, 'read_customers')).toEqual(FOUND);
  });
});
