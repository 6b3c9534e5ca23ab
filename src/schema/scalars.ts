import { GraphQLError } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { builder } from './builder.ts';

/** Years that both PostgreSQL and RFC 3339 can write with four digits. */
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

function bounded(date: Date): Date {
  if (date.getTime() < EARLIEST || date.getTime() > LATEST) {
    throw new GraphQLError('A DateTime lies between the years 0001 and 9999.');
  }
  return date;
}

builder.scalarType('DateTime', {
  description: 'A moment in RFC 3339 format, in UTC when it is read: `2026-11-21T21:49:00.000Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => DateTimeResolver.serialize(value) as unknown as Date,
  parseValue: (value) => bounded(DateTimeResolver.parseValue(value)),
});

builder.scalarType('Date', {
  description: "A calendar day of the store's time zone in RFC 3339 format: `2026-11-21`.",
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string' || !isDay(value)) {
      throw new GraphQLError('A Date is a day such as "2026-11-21".');
    }
    return value;
  },
});

/** Whether the calendar has such a day: `Date` moves the 31st of a shorter month into the next. */
function isDay(text: string): boolean {
  const time = /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

builder.scalarType('Decimal', {
  description:
    'An exact decimal number as a string, with as many decimal places as the currency has: `"12.50"`, `"1300"`.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string' || !/^\d{1,15}(\.\d{1,4})?$/.test(value)) {
      throw new GraphQLError('A Decimal is a string of digits with a point, such as "12.50".');
    }
    return value;
  },
});

builder.scalarType('CurrencyCode', {
  description: 'A currency by its three-letter ISO 4217 code: `USD`, `JPY`.',
  specifiedByURL: 'https://www.iso.org/iso-4217-currency-codes.html',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string' || !/^[A-Z]{3}$/.test(value)) {
      throw new GraphQLError('A CurrencyCode is three capital letters.');
    }
    return value;
  },
});
