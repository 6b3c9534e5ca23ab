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

describe('a Decimal', () => {
  it('is written as it is, and cannot be sent', () => {
    const Decimal = scalar('Decimal');
    expect(Decimal.serialize('12.50')).toBe('12.50');
    expect(() => Decimal.parseValue('12.50')).toThrow('Decimal is not an input type.');
  });
});
