import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf } from '../../src/schema/money.ts';

describe('an amount of money', () => {
  it.each([
    [1250n, 'USD', '12.50'],
    [0n, 'USD', '0.00'],
    [1n, 'EUR', '0.01'],
    [10n, 'EUR', '0.10'],
    [100n, 'EUR', '1.00'],
    [-1n, 'USD', '-0.01'],
    [-1250n, 'USD', '-12.50'],
    [1250n, 'JPY', '1250'],
    [0n, 'JPY', '0'],
    [-7n, 'JPY', '-7'],
    [1250n, 'KWD', '1.250'],
    [7n, 'KWD', '0.007'],
    [-7n, 'BHD', '-0.007'],
    [9_223_372_036_854_775_807n, 'USD', '92233720368547758.07'],
    [-9_223_372_036_854_775_808n, 'USD', '-92233720368547758.08'],
    [9_223_372_036_854_775_807n, 'JPY', '9223372036854775807'],
    [10n ** 40n, 'KWD', `1${'0'.repeat(37)}.000`],
    [1250n, 'XXY', '12.50'],
  ])('of %s in %s is %s', (minorUnits, currency, decimal) => {
    expect(decimalOf({ minorUnits, currency })).toBe(decimal);
  });

  it.each([
    ['JPY', 0],
    ['USD', 2],
    ['KWD', 3],
  ])('in %s is exact with %i decimal places, however large', (currency, digits) => {
    fc.assert(
      fc.property(fc.bigInt(), (minorUnits) => {
        const decimal = decimalOf({ minorUnits, currency });
        expect(decimal).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
        expect(decimal.split('.')[1]?.length ?? 0).toBe(digits);
        expect(BigInt(decimal.replace('.', ''))).toBe(minorUnits);
        expect(decimal.startsWith('-')).toBe(minorUnits < 0n);
      }),
    );
  });
});
