import fc from 'fast-check';
import {
  GraphQLEnumType,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLOutputType,
  GraphQLString,
  isLeafType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { type CellType, decodeCell, encodeCell } from '../../src/data/cells.ts';
import { Anomaly } from '../../src/engine/anomaly.ts';
import {
  cellWriter,
  listWriter,
  objectWriter,
  quoted,
  valueWriter,
} from '../../src/engine/json.ts';
import type { Run } from '../../src/engine/run.ts';
import { schema } from '../../src/schema/index.ts';

const RUN = { indices: [] } as unknown as Run;

function leaf(name: string): GraphQLLeafType {
  const type = schema.getType(name);
  return isLeafType(type) ? type : expect.fail(name);
}

const DATES = fc.date({
  min: new Date('0001-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

/** For each pair that is written without being read: values of the column. */
const FAST: readonly (readonly [string, CellType, fc.Arbitrary<unknown>])[] = [
  ['ID', 'text', fc.string({ unit: 'binary' })],
  ['String', 'text', fc.string({ unit: 'binary' })],
  ['CurrencyCode', 'text', fc.string()],
  ['Int', 'integer', fc.integer()],
  ['Boolean', 'boolean', fc.boolean()],
  ['DateTime', 'timestamptz', DATES],
];

describe('a cell', () => {
  it.each(FAST)('of %s from %s is written as graphql-js would', (name, cellType, values) => {
    const type = leaf(name);
    const write = cellWriter(type, cellType);
    fc.assert(
      fc.property(values, (value) => {
        const cell = encodeCell(cellType, value) ?? expect.fail('null');
        expect(write(cell)).toBe(JSON.stringify(type.serialize(decodeCell(cellType, cell))));
      }),
    );
  });

  it.each([
    ['2026-11-21 21:49:00+00', '"2026-11-21T21:49:00.000Z"'],
    ['2026-11-21 21:49:00.1+00', '"2026-11-21T21:49:00.100Z"'],
    ['2026-11-21 21:49:00.12+00', '"2026-11-21T21:49:00.120Z"'],
    ['2026-11-21 21:49:00.123+00', '"2026-11-21T21:49:00.123Z"'],
  ])('%s is the moment %s, as PostgreSQL leaves zeros away', (cell, json) => {
    expect(cellWriter(leaf('DateTime'), 'timestamptz')(cell)).toBe(json);
  });

  it.each(['infinity', '10000-01-01 00:00:00+00', '0044-03-15 00:00:00+00 BC', 'no date'])(
    '%s is no moment that can be shown',
    (cell) => {
      expect(() => cellWriter(leaf('DateTime'), 'timestamptz')(cell)).toThrow('invalid Date');
    },
  );

  it('of an enum is its name, and UNKNOWN where the platform has a new word', () => {
    const write = cellWriter(leaf('OrderRiskLevel'), 'text');
    expect([write('HIGH'), write('HIGH'), write('APOCALYPTIC')]).toEqual([
      '"HIGH"',
      '"HIGH"',
      '"UNKNOWN"',
    ]);
    const own = new GraphQLEnumType({ name: 'Own', values: { A: { value: 'a' } } });
    expect(cellWriter(own, 'text')('a')).toBe('"A"');
    expect(() => cellWriter(own, 'text')('b')).toThrow('Enum "Own" cannot represent value: "b"');
  });
});

describe('a string', () => {
  it('is quoted just as JSON.stringify does, lone surrogates and controls included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit))),
        (units) => {
          const text = units.join('');
          expect(quoted(text)).toBe(JSON.stringify(text));
        },
      ),
    );
  });
});

describe('a value', () => {
  const strings = new GraphQLList(new GraphQLNonNull(GraphQLString));

  it('is written through its lists, with nulls where they may be', () => {
    expect(valueWriter(strings, null, 0)(RUN, ['a', 'b'])).toBe('["a","b"]');
    expect(valueWriter(strings, null, 0)(RUN, null)).toBe('null');
    const loose = new GraphQLList(GraphQLInt);
    expect(valueWriter(loose, null, 0)(RUN, [1, null, undefined])).toBe('[1,null,null]');
  });

  it.each([
    ['a null in a list that has none', strings, ['a', null], 'A String! is null.'],
    ['no list', strings, 'a', 'A [String!] is no list.'],
    ['null for what is never null', new GraphQLNonNull(strings), null, 'A [String!]! is null.'],
  ])('is left to the executor: %s', (_name, type, value, message) => {
    const write = valueWriter(type, null, 0);
    expect(() => write(RUN, value)).toThrow(new Anomaly(message));
  });

  // biome-ignore lint/suspicious/noThenProperty: graphql-js waits for whatever has one.
  const thenable = { then: () => {} };

  it.each([
    ['an object', 'Money', {}],
    ['a leaf that takes any value', 'Decimal', '1.00'],
    ['a leaf', 'String', 'a'],
  ])('that is waited for is left to the executor: %s', (_name, name, value) => {
    const type = schema.getType(name) as GraphQLOutputType;
    const write = valueWriter(new GraphQLList(type), () => '{}', 0);
    expect(write(RUN, [value])).toBe(`[${JSON.stringify(value)}]`);
    const message = `A ${name} is to be waited for.`;
    expect(() => write(RUN, [Promise.resolve(value)])).toThrow(new Anomaly(message));
    expect(() => write(RUN, [thenable])).toThrow(new Anomaly(message));
  });

  it('that is no object is left to the executor where it should be one', () => {
    const write = valueWriter(schema.getType('Money') as GraphQLOutputType, () => '{}', 0);
    expect(() => write(RUN, 'USD 1.00')).toThrow(new Anomaly('A Money is no object.'));
  });
});

describe('an object and a list', () => {
  it('have their members in order, or none', () => {
    const write = objectWriter<string>([
      { key: 'a', write: (_run, value) => quoted(value) },
      { key: '"', write: () => '1' },
    ]);
    expect(write(RUN, 'x')).toBe('{"a":"x","\\"":1}');
    expect(objectWriter([])(RUN, 'x')).toBe('{}');
  });

  it('number their items while they write them', () => {
    const run = { indices: [] as number[] } as unknown as Run;
    const write = listWriter<string>((inner) => inner.indices.join('.'), 0);
    expect(write(run, ['a', 'b', 'c'])).toBe('[0,1,2]');
    expect(write(run, [])).toBe('[]');
  });
});
