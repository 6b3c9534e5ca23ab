import { decimalOf, type Money } from '../commands/money.ts';
import { builder } from './builder.ts';
import { derived, says } from './fields.ts';

export { decimalIn, decimalOf, type Money, minorUnitsOf } from '../commands/money.ts';

export const MoneyType = builder.objectRef<Money>('Money').implement({
  description: 'An amount of money in its own currency. Amounts are never converted.',
  authScopes: { authenticated: true },
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      description: 'The exact amount.',
      ...derived(['minorUnits', 'currency'], decimalOf),
    }),
    currencyCode: t.expose('currency', {
      type: 'CurrencyCode',
      description: 'The currency of the amount.',
    }),
  }),
});

/** Options of a money field whose row keeps the amount in a column beside its currency. */
export function money<C extends string>(column: C, description: string) {
  return {
    type: MoneyType,
    description,
    extensions: says({ kind: 'money', amount: column, currency: 'currency' }),
    resolve: (row: Readonly<Record<C, bigint>> & { readonly currency: string }): Money => ({
      minorUnits: row[column],
      currency: row.currency,
    }),
  };
}

/** The percentage with two decimal places of hundredths of a per cent. */
export function percentOf(hundredths: bigint | number): string {
  const digits = hundredths.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
