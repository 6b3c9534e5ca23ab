import { codes, code as currencyByCode } from 'currency-codes';
import { z } from 'zod';
import type { Issues } from './shapes.ts';

const DIGITS = new Map(codes().map((code) => [code, currencyByCode(code)?.digits ?? 2]));

/** Decimal places of a currency by ISO 4217; two for a code that the list does not know. */
export const digitsOf = (currency: string): number => DIGITS.get(currency) ?? 2;

/** An amount in whole minor units of a currency. Never a float. */
export interface Money {
  readonly minorUnits: bigint;
  readonly currency: string;
}

/** Beyond this, sums over orders would not fit the columns that hold them. */
export const LARGEST_AMOUNT = 1_000_000_000_000_000n;

/** The exact decimal string of an amount: 1250 USD is `12.50`, 1250 JPY is `1250`. */
export const decimalOf = ({ minorUnits, currency }: Money): string =>
  decimalIn(currency, minorUnits.toString());

/** The same of minor units in digits. */
export function decimalIn(currency: string, minorUnits: string): string {
  const digits = digitsOf(currency);
  if (digits === 0) return minorUnits;
  const sign = minorUnits.startsWith('-') ? '-' : '';
  const absolute = minorUnits.slice(sign.length).padStart(digits + 1, '0');
  return `${sign}${absolute.slice(0, -digits)}.${absolute.slice(-digits)}`;
}

/** The minor units of a decimal string; null when it has more decimal places than the currency. */
export function minorUnitsOf(decimal: string, currency: string): bigint | null {
  const digits = digitsOf(currency);
  const [whole = '', fraction = ''] = decimal.split('.');
  return fraction.length > digits ? null : BigInt(whole + fraction.padEnd(digits, '0'));
}

/** Hundredths of a per cent of a decimal string; null when it has more than two decimal places. */
export function hundredthsOf(decimal: string): bigint | null {
  const [whole = '', fraction = ''] = decimal.split('.');
  return fraction.length > 2 ? null : BigInt(whole + fraction.padEnd(2, '0'));
}

const tooPrecise = (currency: string) =>
  `${currency} has no more than ${digitsOf(currency)} decimal places.`;

/** Reads decimals of one currency as minor units; what does not fit it becomes an issue at the path. */
export const amountsIn =
  (currency: string, { addIssue }: Issues) =>
  (sent: string | null | undefined, ...path: PropertyKey[]): bigint => {
    const minorUnits = minorUnitsOf(sent ?? '0', currency);
    if (minorUnits !== null && minorUnits <= LARGEST_AMOUNT) return minorUnits;
    const message =
      minorUnits === null ? tooPrecise(currency) : 'It is more than an amount can be.';
    addIssue({ code: 'custom', path, message });
    return 0n;
  };

/** A percentage from 0 to 100, as hundredths of a per cent. */
export const percentage = z.string().transform((decimal, { addIssue }) => {
  const hundredths = hundredthsOf(decimal);
  if (hundredths !== null && hundredths <= 10_000n) return hundredths;
  addIssue({
    code: 'custom',
    message: 'It has to be from 0 to 100, with at most two decimal places.',
  });
  return z.NEVER;
});

/** A `MoneyInput`: the scalars of the schema have checked both, but not one against the other. */
export const money = z
  .object({ amount: z.string(), currencyCode: z.string() })
  .transform(({ amount, currencyCode }, { addIssue }) => {
    const minorUnits = minorUnitsOf(amount, currencyCode);
    if (minorUnits !== null) return { minorUnits, currency: currencyCode };
    addIssue({ code: 'custom', path: ['amount'], message: tooPrecise(currencyCode) });
    return z.NEVER;
  });

/** What something costs. */
export const price = money.refine(({ minorUnits }) => minorUnits <= LARGEST_AMOUNT, {
  path: ['amount'],
  message: 'It is more than a price can be.',
});
