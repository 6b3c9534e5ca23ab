import { z } from 'zod';
import { storeCreditSettings } from '../data/tables/settings.ts';
import { STORE_CREDIT_FORMS } from '../data/values.ts';
import { given } from './changes.ts';
import type { Command } from './command.ts';
import { money, percentage } from './money.ts';
import { keptUnlessGiven, requiredVersion } from './shapes.ts';
import { requireStoreCurrency, storeCurrency } from './store-currency.ts';
import { addSetting, changeSetting, guardWrite, lockSetting, whole } from './store-settings.ts';

const EITHER = 'A bonus is either a percentage or an amount.';

export const STORE_CREDIT_UPDATE = z
  .object({
    version: requiredVersion,
    enabled: keptUnlessGiven(z.boolean()),
    form: keptUnlessGiven(z.enum(STORE_CREDIT_FORMS)),
    cap: keptUnlessGiven(percentage.transform(Number)),
    bonusPercentage: percentage.nullish(),
    bonusAmount: money.nullish(),
  })
  .refine(({ bonusPercentage, bonusAmount }) => bonusPercentage == null || bonusAmount == null, {
    path: ['bonusAmount'],
    message: EITHER,
  });

type Input = z.infer<typeof STORE_CREDIT_UPDATE>;
type Row = typeof storeCreditSettings.$inferSelect;
type Bonus = Pick<Row, 'bonusType' | 'bonusAmount'>;

/** Changes how claims are paid in credit, or sets it up. */
export const storeCreditSettingsUpdate: Command<Input> = {
  name: 'storeCreditSettingsUpdate',
  async run(input, work) {
    guardWrite(work, 'write_store_credit_settings');
    const row = await lockSetting(work, storeCreditSettings, input.version);
    const { bonusAmount } = input;
    if (bonusAmount) {
      await requireStoreCurrency(work, bonusAmount.currency, 'input.bonusAmount.currencyCode');
    }
    const currency = bonusAmount?.currency ?? row?.currency ?? (await storeCurrency(work));
    const bonus = { ...bonusOf(input, row), currency };
    let version: number;
    if (row !== null) {
      const changes = { ...given(input, 'enabled', 'form', 'cap'), ...bonus };
      version = await changeSetting(work, storeCreditSettings, changes);
    } else {
      const fields = { ...whole(input, 'enabled', 'form', 'cap'), ...bonus };
      version = await addSetting(work, storeCreditSettings, fields);
    }
    work.emit(`store_credit_settings.${row ? 'updated' : 'created'}`, work.storeId);
    return { id: work.storeId, version };
  },
};

/** The bonus as it will be: one of a kind replaces one of the other, and null ends one of its own kind. */
function bonusOf({ bonusPercentage, bonusAmount }: Input, row: Row | null): Bonus {
  if (bonusPercentage != null) return { bonusType: 'PERCENTAGE', bonusAmount: bonusPercentage };
  if (bonusAmount != null) return { bonusType: 'FIXED', bonusAmount: bonusAmount.minorUnits };
  const ends =
    (bonusPercentage === null && row?.bonusType === 'PERCENTAGE') ||
    (bonusAmount === null && row?.bonusType === 'FIXED');
  if (row === null || ends) return { bonusType: null, bonusAmount: null };
  return { bonusType: row.bonusType, bonusAmount: row.bonusAmount };
}
