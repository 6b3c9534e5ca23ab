import { type GraphQLScalarType, isScalarType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';

function scalar(name: string): GraphQLScalarType {
  const type = schema.getType(name);
  return isScalarType(type) ? type : expect.fail(`${name} is no scalar`);
}

describe('a DateTime', () => {
  const DateTime = scalar('DateTime');

  it.each([
    ['2026-11-21T21:49:00Z', '2026-11-21T21:49:00.000Z'],
    ['2026-11-21T21:49:00.123Z', '2026-11-21T21:49:00.123Z'],
    ['2026-11-21T21:49:00+02:00', '2026-11-21T19:49:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('is read: %s', (text, moment) => {
    expect((DateTime.parseValue(text) as Date).toISOString()).toBe(moment);
  });

  it.each(['0000-12-31T23:59:59Z', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00'])(
    'is refused beyond the years that can be written: %s',
    (text) => {
      expect(() => DateTime.parseValue(text)).toThrow(
        'A DateTime lies between the years 0001 and 9999.',
      );
    },
  );

  it.each([
    '',
    'now',
    '2026-11-21',
    '2026-11-21T21:49:00',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    true,
    {},
    null,
  ])('is refused when it is none: %j', (value) => {
    expect(() => DateTime.parseValue(value)).toThrow();
  });

  it('is written in UTC', () => {
    expect(JSON.stringify(DateTime.serialize(new Date(0)))).toBe('"1970-01-01T00:00:00.000Z"');
  });
});

describe('a CurrencyCode', () => {
  const CurrencyCode = scalar('CurrencyCode');

  it.each(['USD', 'JPY', 'XXX'])('is three capital letters: %s', (code) => {
    expect(CurrencyCode.parseValue(code)).toBe(code);
    expect(CurrencyCode.serialize(code)).toBe(code);
  });

  it.each(['usd', 'US', 'USDX', 'US1', 'USD\n', '', 'ÄÖÜ', 840, null, ['USD']])(
    'is refused when it is not: %j',
    (value) => {
      expect(() => CurrencyCode.parseValue(value)).toThrow(
        'A CurrencyCode is three capital letters.',
      );
    },
  );
});

describe('a Date', () => {
  const Day = scalar('Date');

  it.each(['2026-11-21', '2024-02-29', '0001-01-01', '9999-12-31'])(
    'is read and written as it is: %s',
    (text) => {
      expect(Day.parseValue(text)).toBe(text);
      expect(Day.serialize(text)).toBe(text);
    },
  );

  it.each([
    ...['', '2026-11', '2026-1-1', '26-11-21', '0000-01-01', '2026-02-29', '2026-04-31'],
    ...['2026-13-01', '2026-00-10', '2026-11-32', '2026-11-21T00:00:00Z', ' 2026-11-21'],
    ...['2026-11-21\n', '+2026-11-21', 20261121, null, ['2026-11-21'], new Date(0)],
  ])('is refused when it is none: %j', (value) => {
    expect(() => Day.parseValue(value)).toThrow('A Date is a day such as "2026-11-21".');
  });
});

describe('a Decimal', () => {
  const Decimal = scalar('Decimal');

  it.each(['0', '12.50', '1300', '0.0001', '007', '999999999999999.9999'])(
    'is read and written as it is: %s',
    (text) => {
      expect(Decimal.parseValue(text)).toBe(text);
      expect(Decimal.serialize(text)).toBe(text);
    },
  );

  it.each([
    '',
    '.',
    '.5',
    '5.',
    '-1',
    '+1',
    '1e3',
    '1,000',
    '1.000,5',
    '1.2.3',
    ' 1',
    '1 ',
    '12.50\n',
    '\uff11',
    '0x10',
    'NaN',
    'Infinity',
    '1.23456',
    '1234567890123456',
    12.5,
    12,
    true,
    null,
    ['1'],
    {},
  ])('is refused when it is none: %j', (value) => {
    expect(() => Decimal.parseValue(value)).toThrow(
      'A Decimal is a string of digits with a point, such as "12.50".',
    );
  });
});
