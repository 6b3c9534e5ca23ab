import { builder } from './builder.ts';

/** What a write takes as money; `commands/money.ts` reads it. */
export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An amount of money in its currency.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: 'The exact amount, with no more decimal places than the currency has.',
    }),
    currencyCode: t.field({
      type: 'CurrencyCode',
      required: true,
      description: 'The currency of the amount.',
    }),
  }),
});
