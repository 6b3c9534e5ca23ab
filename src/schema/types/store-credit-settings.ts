import type { Row } from '../../data/entities.ts';
import type { STORE_CREDIT_FORMS } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { derived, ofStore } from '../fields.ts';
import { MoneyType, percentOf } from '../money.ts';
import { VERSION } from './store-settings.ts';

export const StoreCreditForm = builder.enumType('StoreCreditForm', {
  description: 'What store credit is given as.',
  values: {
    GIFT_CARD: { description: 'A gift card.' },
    DISCOUNT_CODE: { description: 'A code for a discount.' },
    ACCOUNT_CREDIT: { description: "A balance on the customer's account." },
  },
} satisfies { description: string; values: Record<(typeof STORE_CREDIT_FORMS)[number], object> });

const scopes = { read_store_credit_settings: true } as const;
type Credit = Row<'storeCreditSettings'>;

export const StoreCreditSettings = builder.objectRef<Credit>('StoreCreditSettings').implement({
  description: 'How a store pays claims in credit instead of money.',
  authScopes: scopes,
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', {
      description: 'Whether claims can be paid in credit at all.',
    }),
    form: t.expose('form', { type: StoreCreditForm, description: 'What it is given as.' }),
    cap: t.field({
      type: 'Decimal',
      description: 'The most of an approved value that is paid in credit, as a percentage.',
      ...derived(['cap'], ({ cap }: Credit) => percentOf(cap)),
    }),
    bonusPercentage: t.field({
      type: 'Decimal',
      nullable: true,
      description:
        'What the store adds to the credit, as a percentage of it; null when it adds nothing or a fixed amount.',
      ...derived(['bonusType', 'bonusAmount'], ({ bonusType, bonusAmount }: Credit) =>
        bonusType === 'PERCENTAGE' && bonusAmount !== null ? percentOf(bonusAmount) : null,
      ),
    }),
    bonusAmount: t.field({
      type: MoneyType,
      nullable: true,
      description: 'What the store adds to the credit; null when it adds nothing or a percentage.',
      ...derived(
        ['bonusType', 'bonusAmount', 'currency'],
        ({ bonusType, bonusAmount, currency }: Credit) =>
          bonusType === 'FIXED' && bonusAmount !== null
            ? { minorUnits: bonusAmount, currency }
            : null,
      ),
    }),
    version: t.exposeInt('version', { description: VERSION }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When they last changed.',
    }),
  }),
});

builder.queryField('storeCreditSettings', (t) =>
  t.field({
    type: StoreCreditSettings,
    nullable: true,
    authScopes: scopes,
    description: 'How the store pays claims in credit; null where it was never set up.',
    ...ofStore('storeCreditSettingsByStore'),
  }),
);
