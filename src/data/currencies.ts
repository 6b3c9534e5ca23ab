import { code as currencyByCode } from 'currency-codes';

/** Decimal places of a currency by ISO 4217; two for a code that the list does not know. */
export const digitsOf = (currency: string): number => currencyByCode(currency)?.digits ?? 2;

/** The minor units of a decimal string; null when it has more decimal places than the currency. */
export function minorUnitsOf(decimal: string, currency: string): bigint | null {
  const digits = digitsOf(currency);
  const [whole = '', fraction = ''] = decimal.split('.');
  return fraction.length > digits ? null : BigInt(whole + fraction.padEnd(digits, '0'));
}
