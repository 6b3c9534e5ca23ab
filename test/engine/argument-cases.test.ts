import { describe, expect, it } from 'vitest';
import { given } from '../../src/schema/fields.ts';
import { type Builder, build } from '../schema/kit.ts';
import { askingOn } from './kit.ts';

function declare(builder: Builder): void {
  const Colour = builder.enumType('Colour', {
    values: { RED: { value: 1 }, BLUE: { value: { blue: true } as never }, GREEN: {} },
  });
  const Inner = builder.inputType('Inner', {
    fields: (t) => ({
      text: t.string({ defaultValue: 'unsaid' }),
      number: t.int(),
      colours: t.field({ type: [Colour] }),
      lists: t.field({ type: t.listRef(t.listRef('Int', { required: false })) }),
    }),
  });
  const Outer = builder.inputType('Outer', {
    fields: (t) => ({
      inner: t.field({ type: Inner, required: true }),
      more: t.field({ type: [Inner] }),
    }),
  });
  const Either = builder.inputType('Either', {
    isOneOf: true,
    fields: (t) => ({ one: t.string(), other: t.int() }),
  });
  builder.queryFields((t) => ({
    told: t.string({
      nullable: true,
      authScopes: { authenticated: true },
      args: {
        text: t.arg.string(),
        number: t.arg.int({ required: true, defaultValue: 7 }),
        list: t.arg({ type: ['Int'], required: { list: false, items: false } }),
        full: t.arg({ type: ['Int'], required: { list: false, items: true } }),
        outer: t.arg({ type: Outer }),
        either: t.arg({ type: Either }),
        colour: t.arg({ type: Colour, defaultValue: 1 as never }),
      },
      ...given((_asking, args: object) => JSON.stringify(args)),
    }),
  }));
}

const { data, left } = askingOn(build(declare));

/** What graphql-js's own tests of variables and arguments ask. */
describe('arguments', () => {
  const told = async (args: string, variables = {}, head = '') =>
    JSON.parse((await data(`${head} { told${args} }`, variables)).told);

  it.each([
    ['that are not sent are not there, but for defaults', '', { number: 7, colour: 1 }],
    [
      'that are null are null',
      '(text: null, list: null)',
      { text: null, number: 7, list: null, colour: 1 },
    ],
    ['replace defaults', '(number: 8, colour: GREEN)', { number: 8, colour: 'GREEN' }],
    ['may be null in the place of a default', '(colour: null)', { number: 7, colour: null }],
    [
      'are made lists where one is sent alone',
      '(list: 1, full: 2)',
      { number: 7, list: [1], full: [2], colour: 1 },
    ],
    [
      'are lists with nulls in them',
      '(list: [1, null])',
      { number: 7, list: [1, null], colour: 1 },
    ],
    [
      'have the defaults of input fields',
      '(outer: { inner: {} })',
      { number: 7, outer: { inner: { text: 'unsaid' } }, colour: 1 },
    ],
    [
      'keep nulls of input fields',
      '(outer: { inner: { text: null } })',
      { number: 7, outer: { inner: { text: null } }, colour: 1 },
    ],
    [
      'are enums by their inner values',
      '(outer: { inner: { colours: [RED, BLUE] } })',
      { number: 7, outer: { inner: { text: 'unsaid', colours: [1, { blue: true }] } }, colour: 1 },
    ],
    [
      'are made lists of lists',
      '(outer: { inner: { lists: 3 } })',
      { number: 7, outer: { inner: { text: 'unsaid', lists: [[3]] } }, colour: 1 },
    ],
    [
      'are one of several',
      '(either: { other: 1 })',
      { number: 7, either: { other: 1 }, colour: 1 },
    ],
  ])('%s', async (_name, args, expected) => {
    expect(await told(args)).toEqual(expected);
  });

  it.each([
    ['a variable', '($v: String)', '(text: $v)', { v: 'a' }, { text: 'a', number: 7, colour: 1 }],
    [
      'a variable that is null',
      '($v: String)',
      '(text: $v)',
      { v: null },
      { text: null, number: 7, colour: 1 },
    ],
    ['a variable that is not sent', '($v: String)', '(text: $v)', {}, { number: 7, colour: 1 }],
    [
      'a variable that is not sent and is called as what every object has',
      '($constructor: String)',
      '(outer: { inner: { text: $constructor } })',
      {},
      { number: 7, outer: { inner: { text: 'unsaid' } }, colour: 1 },
    ],
    [
      'a whole value that is not sent and is called as what every object has',
      '($constructor: String)',
      '(text: $constructor)',
      {},
      { number: 7, colour: 1 },
    ],
    [
      'variables beside values, in the order of the schema',
      '($v: Outer, $w: Int!)',
      '(colour: GREEN, outer: $v, number: $w, text: "a")',
      { v: { inner: { number: 1 } }, w: 2 },
      { text: 'a', number: 2, outer: { inner: { text: 'unsaid', number: 1 } }, colour: 'GREEN' },
    ],
    [
      'a variable with a default',
      '($v: String = "d")',
      '(text: $v)',
      {},
      { text: 'd', number: 7, colour: 1 },
    ],
    [
      'a variable that is null over a default',
      '($v: String = "d")',
      '(text: $v)',
      { v: null },
      { text: null, number: 7, colour: 1 },
    ],
    [
      'a variable that is not sent, where the argument has a default',
      '($v: Int)',
      '(number: $v)',
      {},
      { number: 7, colour: 1 },
    ],
    [
      'a variable with a default before that of the argument',
      '($v: Int = 9)',
      '(number: $v)',
      {},
      { number: 9, colour: 1 },
    ],
    [
      'a variable in a list',
      '($v: Int!)',
      '(list: [$v, 2])',
      { v: 1 },
      { number: 7, list: [1, 2], colour: 1 },
    ],
    [
      'a variable in a list that is not sent',
      '($v: Int)',
      '(list: [$v, 2])',
      {},
      { number: 7, list: [null, 2], colour: 1 },
    ],
    [
      'a variable in an object that is not sent',
      '($v: Int)',
      '(outer: { inner: { number: $v } })',
      {},
      { number: 7, outer: { inner: { text: 'unsaid' } }, colour: 1 },
    ],
    [
      'a variable in an object that is not sent and has a default there',
      '($v: String)',
      '(outer: { inner: { text: $v } })',
      {},
      { number: 7, outer: { inner: { text: 'unsaid' } }, colour: 1 },
    ],
    [
      'a whole object',
      '($v: Outer)',
      '(outer: $v)',
      { v: { inner: { number: 1, colours: 'RED' }, more: { lists: [[1], [null]] } } },
      {
        number: 7,
        outer: {
          inner: { text: 'unsaid', number: 1, colours: [1] },
          more: [{ text: 'unsaid', lists: [[1], [null]] }],
        },
        colour: 1,
      },
    ],
    [
      'a part of an object',
      '($v: Inner!)',
      '(outer: { inner: $v })',
      { v: { text: 'a' } },
      { number: 7, outer: { inner: { text: 'a' } }, colour: 1 },
    ],
    [
      'one alone for a list',
      '($v: [Int])',
      '(list: $v)',
      { v: 1 },
      { number: 7, list: [1], colour: 1 },
    ],
    [
      'one of several',
      '($v: Either)',
      '(either: $v)',
      { v: { one: 'a' } },
      { number: 7, either: { one: 'a' }, colour: 1 },
    ],
  ])('come from %s', async (_name, head, args, variables, expected) => {
    expect(await told(args, variables, `query ${head}`)).toEqual(expected);
  });

  it.each([
    ['null for one that has a default and is never null', '($v: Int)', '(number: $v)', { v: null }],
    ['null in a list that has none', '($v: Int = 1)', '(full: [$v])', { v: null }],
  ])(
    'that cannot be coerced are for graphql-js to refuse: %s',
    async (_name, head, args, variables) => {
      const { data: whole, messages } = await left(`query ${head} { told${args} }`, variables);
      expect(whole).toEqual({ told: null });
      expect(messages).toEqual([expect.stringMatching(/^Argument "\w+"/)]);
    },
  );
});
