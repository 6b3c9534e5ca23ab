import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { pricingRules } from '../data/tables/quotes.ts';
import { priceSettings } from '../data/tables/settings.ts';
import type { POLICY_KINDS } from '../data/values.ts';
import type { Scope } from '../scopes/catalogue.ts';
import { given } from './changes.ts';
import type { Command, Work } from './command.ts';
import { type NewRule, PRICING_RANGES, rulesOf } from './pricing-ranges.ts';
import { keptUnlessGiven, requiredVersion, text } from './shapes.ts';
import { requireStoreCurrency } from './store-currency.ts';
import { addSetting, changeSetting, guardWrite, lockSetting, whole } from './store-settings.ts';

interface Prices {
  readonly currency: string;
  readonly rules: readonly NewRule[];
}

/** The ranges are of one currency, which is named once. */
export const PRICING_UPDATE = z
  .object({
    version: requiredVersion,
    enabled: keptUnlessGiven(z.boolean()),
    terms: keptUnlessGiven(text(5_000).min(1, 'It cannot be empty.')),
    currencyCode: keptUnlessGiven(z.string()),
    ranges: keptUnlessGiven(PRICING_RANGES),
  })
  .transform(({ currencyCode, ranges, ...rest }, { addIssue }) => {
    const report = (path: (string | number)[], message: string) =>
      addIssue({ code: 'custom', path, message });
    if (ranges === undefined && currencyCode === undefined) return rest;
    if (ranges === undefined || currencyCode === undefined) {
      const [missing, other] = ranges ? ['currencyCode', 'ranges'] : ['ranges', 'currencyCode'];
      report([missing], `It is needed with ${other}.`);
      return z.NEVER;
    }
    const read = rulesOf(ranges, currencyCode);
    if ('rules' in read) {
      const prices: Prices = { currency: currencyCode, rules: read.rules };
      return { ...rest, ranges: prices };
    }
    for (const { index, field, message } of read.problems)
      report(['ranges', index, field], message);
    return z.NEVER;
  });

export interface PricingUpdate {
  readonly version: number;
  readonly enabled?: boolean | undefined;
  readonly terms?: string | undefined;
  readonly ranges?: Prices | undefined;
}

interface Addressed {
  readonly name: string;
  readonly topic: `${Lowercase<(typeof POLICY_KINDS)[number]>}_pricing`;
  readonly kind: (typeof POLICY_KINDS)[number];
  readonly scope: Scope;
}

/** Changes how one kind of protection is priced, or sets it up. Its ranges are replaced whole or stay. */
function pricingUpdate({ name, topic, kind, scope }: Addressed): Command<PricingUpdate> {
  const ofKind = eq(priceSettings.kind, kind);
  return {
    name,
    async run(input, work) {
      guardWrite(work, scope);
      const row = await lockSetting(work, priceSettings, input.version, ofKind);
      let version: number;
      if (row !== null) {
        const changes = given(input, 'enabled', 'terms');
        version = await changeSetting(work, priceSettings, changes, ofKind);
      } else {
        const { enabled, terms } = whole(input, 'enabled', 'terms', 'ranges');
        version = await addSetting(work, priceSettings, { kind, enabled, terms });
      }
      if (input.ranges) await replaceRules(work, kind, input.ranges);
      work.emit(`${topic}.${row ? 'updated' : 'created'}`, work.storeId);
      return { id: work.storeId, version };
    },
  };
}

/** The setting is locked, so that nobody else replaces them. */
async function replaceRules(
  work: Work,
  kind: (typeof POLICY_KINDS)[number],
  { currency, rules }: Prices,
): Promise<void> {
  const { transaction, storeId } = work;
  await requireStoreCurrency(work, currency, 'input.currencyCode');
  await transaction.delete(pricingRules).where(eq(pricingRules.kind, kind));
  await transaction.insert(pricingRules).values(
    rules.map((rule, position) => ({
      ...rule,
      id: work.newId('prl'),
      storeId,
      kind,
      position,
      currency,
    })),
  );
}

export const shippingInsurancePricingUpdate = pricingUpdate({
  name: 'shippingInsurancePricingUpdate',
  topic: 'shipping_insurance_pricing',
  kind: 'SHIPPING_INSURANCE',
  scope: 'write_shipping_insurance_pricing',
});

export const warrantyPricingUpdate = pricingUpdate({
  name: 'warrantyPricingUpdate',
  topic: 'warranty_pricing',
  kind: 'WARRANTY',
  scope: 'write_warranty_pricing',
});

export const extendedWarrantyPricingUpdate = pricingUpdate({
  name: 'extendedWarrantyPricingUpdate',
  topic: 'extended_warranty_pricing',
  kind: 'EXTENDED_WARRANTY',
  scope: 'write_extended_warranty_pricing',
});
