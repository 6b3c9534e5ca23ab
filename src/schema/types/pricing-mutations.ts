import {
  extendedWarrantyPricingUpdate,
  PRICING_UPDATE,
  shippingInsurancePricingUpdate,
  warrantyPricingUpdate,
} from '../../commands/pricing.ts';
import { builder } from '../builder.ts';
import { mutation } from '../mutation.ts';
import { Payer } from './policy.ts';
import { ExtendedWarrantyPricing, ShippingInsurancePricing, WarrantyPricing } from './pricing.ts';
import { SETTING_VERSION } from './store-settings.ts';

const PricingRangeInput = builder.inputType('PricingRangeInput', {
  description:
    'A range of subtotals, and what protection of such a cart costs: either an amount or a percentage. Amounts are in the currency of all ranges.',
  fields: (t) => ({
    min: t.field({
      type: 'Decimal',
      required: true,
      description: 'The least subtotal of the range: 0, then where the range before ends.',
    }),
    max: t.field({
      type: 'Decimal',
      description: 'The subtotal from which on it is the next range; left out of the last.',
    }),
    amount: t.field({ type: 'Decimal', description: 'The premium, whatever the subtotal.' }),
    percentage: t.field({
      type: 'Decimal',
      description: 'The share of the subtotal, from 0 to 100.',
    }),
    paidBy: t.field({ type: Payer, required: true, description: 'Who pays the premium.' }),
  }),
});

const PricingUpdateInput = builder.inputType('PricingUpdateInput', {
  description:
    'What to change of a price setting. What is left out stays; a setting that was never set up takes all of it.',
  fields: (t) => ({
    version: t.int({ required: true, description: SETTING_VERSION }),
    enabled: t.boolean({ description: 'Whether it is offered.' }),
    terms: t.string({ description: 'Under which terms it is sold, in up to 5,000 characters.' }),
    currencyCode: t.field({
      type: 'CurrencyCode',
      description: 'The currency of all ranges, which is that of the store; needed with them.',
    }),
    ranges: t.field({
      type: [PricingRangeInput],
      description:
        'All ranges in their order, instead of those that are there: the first begins at 0, each ends where the next begins, and the last has no end. There are 1 to 100.',
    }),
  }),
});

const shared = { input: PricingUpdateInput, shape: PRICING_UPDATE } as const;
const returned = {
  batch: 'priceSettingsByKind',
  description: 'The setting as it is now.',
} as const;

mutation({
  ...shared,
  command: shippingInsurancePricingUpdate,
  description: 'Changes how the store prices shipping insurance, or sets it up.',
  authScopes: { write_shipping_insurance_pricing: true },
  returns: {
    ...returned,
    name: 'shippingInsurancePricing',
    type: ShippingInsurancePricing,
    authScopes: { write_shipping_insurance_pricing: true, read_shipping_insurance_pricing: true },
    idOf: () => 'SHIPPING_INSURANCE',
  },
});

mutation({
  ...shared,
  command: warrantyPricingUpdate,
  description: 'Changes how the store prices warranties, or sets it up.',
  authScopes: { write_warranty_pricing: true },
  returns: {
    ...returned,
    name: 'warrantyPricing',
    type: WarrantyPricing,
    authScopes: { write_warranty_pricing: true, read_warranty_pricing: true },
    idOf: () => 'WARRANTY',
  },
});

mutation({
  ...shared,
  command: extendedWarrantyPricingUpdate,
  description: 'Changes how the store prices extended warranties, or sets it up.',
  authScopes: { write_extended_warranty_pricing: true },
  returns: {
    ...returned,
    name: 'extendedWarrantyPricing',
    type: ExtendedWarrantyPricing,
    authScopes: { write_extended_warranty_pricing: true, read_extended_warranty_pricing: true },
    idOf: () => 'EXTENDED_WARRANTY',
  },
});
