import { STORE_CREDIT_UPDATE, storeCreditSettingsUpdate } from '../../commands/store-credit.ts';
import { builder } from '../builder.ts';
import { MoneyInput } from '../money-input.ts';
import { mutation } from '../mutation.ts';
import { StoreCreditForm, StoreCreditSettings } from './store-credit-settings.ts';
import { SETTING_VERSION } from './store-settings.ts';

const StoreCreditSettingsUpdateInput = builder.inputType('StoreCreditSettingsUpdateInput', {
  description:
    'What to change of how claims are paid in credit. What is left out stays; a null bonus ends it. Settings that were never set up take all but a bonus.',
  fields: (t) => ({
    version: t.int({ required: true, description: SETTING_VERSION }),
    enabled: t.boolean({ description: 'Whether claims can be paid in credit at all.' }),
    form: t.field({ type: StoreCreditForm, description: 'What it is given as.' }),
    cap: t.field({
      type: 'Decimal',
      description:
        'The most of an approved value that is paid in credit, as a percentage from 0 to 100.',
    }),
    bonusPercentage: t.field({
      type: 'Decimal',
      description:
        'What the store adds to the credit, as a percentage of it from 0 to 100; instead of an amount.',
    }),
    bonusAmount: t.field({
      type: MoneyInput,
      description:
        'What the store adds to the credit, in the currency of the store; instead of a percentage.',
    }),
  }),
});

mutation({
  command: storeCreditSettingsUpdate,
  description: 'Changes how the store pays claims in credit, or sets it up.',
  authScopes: { write_store_credit_settings: true },
  input: StoreCreditSettingsUpdateInput,
  shape: STORE_CREDIT_UPDATE,
  returns: {
    name: 'storeCreditSettings',
    type: StoreCreditSettings,
    batch: 'storeCreditSettingsByStore',
    authScopes: { write_store_credit_settings: true, read_store_credit_settings: true },
    description: 'The settings as they are now.',
  },
});
