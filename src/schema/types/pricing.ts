import type { Row } from '../../data/entities.ts';
import type { Page } from '../../data/source.ts';
import type { AMOUNT_TYPES, POLICY_KINDS } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { derived, only, rows } from '../fields.ts';
import { MoneyType, money, percentOf } from '../money.ts';
import type { StaticScopes } from '../scope-plugin.ts';
import { Payer } from './policy.ts';
import { VERSION } from './store-settings.ts';

/** All ranges of a kind, in their order; a store has a handful. */
export const ALL_RULES: Page = {
  columns: ['position', 'id'],
  direction: 'asc',
  filter: [],
  after: null,
  before: null,
  limit: 100,
  fromEnd: false,
};

type Rule = Row<'pricingRule'>;

/** Any of the settings has ranges; which a range belongs to is guarded where it is reached. */
const anyPricing = {
  $any: {
    read_shipping_insurance_pricing: true,
    read_warranty_pricing: true,
    read_extended_warranty_pricing: true,
  },
} as const;

const PricingAmountType = builder.enumType('PricingAmountType', {
  description: 'How a premium is reckoned.',
  values: {
    FIXED: { description: 'It is always the same.' },
    PERCENTAGE: { description: 'It is a share of the subtotal.' },
  },
} satisfies { description: string; values: Record<(typeof AMOUNT_TYPES)[number], object> });

const PricingTerms = builder.objectRef<Rule>('PricingTerms').implement({
  description: 'What protection costs in a range.',
  authScopes: anyPricing,
  fields: (t) => ({
    type: t.expose('amountType', {
      type: PricingAmountType,
      description: 'How the premium is reckoned.',
    }),
    amount: t.field({
      type: MoneyType,
      nullable: true,
      description: 'The premium; null where it is a percentage.',
      ...derived(['amountType', 'amount', 'currency'], (rule: Rule) =>
        rule.amountType === 'FIXED' ? { minorUnits: rule.amount, currency: rule.currency } : null,
      ),
    }),
    percentage: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The share of the subtotal; null where the premium is fixed.',
      ...derived(['amountType', 'amount'], ({ amountType, amount }: Rule) =>
        amountType === 'PERCENTAGE' ? percentOf(amount) : null,
      ),
    }),
  }),
});

const PricingRange = builder.objectRef<Rule>('PricingRange').implement({
  description: 'A range of subtotals, and what protection of such a cart costs.',
  authScopes: anyPricing,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id that a quote names as its rule.' }),
    min: t.field(money('minimum', 'The least subtotal of the range.')),
    max: t.field({
      type: MoneyType,
      nullable: true,
      description: 'The subtotal from which on it is the next range; null for the last.',
      ...derived(['maximum', 'currency'], ({ maximum, currency }: Rule) =>
        maximum === null ? null : { minorUnits: maximum, currency },
      ),
    }),
    terms: t.field({
      type: PricingTerms,
      description: 'What it costs.',
      ...derived(['amountType', 'amount', 'currency'], (rule: Rule) => rule),
    }),
    paidBy: t.expose('paidBy', { type: Payer, description: 'Who pays the premium.' }),
  }),
});

/** A price setting: one type and one root field for each kind, because each has a scope of its own. */
function definePricing(
  name: string,
  kind: (typeof POLICY_KINDS)[number],
  what: string,
  authScopes: StaticScopes,
) {
  const type = builder.objectRef<Row<'priceSettings'>>(name).implement({
    description: `How the store prices ${what}.`,
    authScopes,
    fields: (t) => ({
      enabled: t.exposeBoolean('enabled', { description: 'Whether it is offered.' }),
      terms: t.exposeString('terms', { description: 'Under which terms it is sold.' }),
      ranges: t.field({
        type: [PricingRange],
        description:
          'The ranges of subtotals, from 0 on without a gap. A range has its minimum and not its maximum.',
        ...rows('rulesByKind', 'kind', ALL_RULES),
      }),
      version: t.exposeInt('version', { description: VERSION }),
      updatedAt: t.expose('updatedAt', {
        type: 'DateTime',
        description: 'When it last changed.',
      }),
    }),
  });
  builder.queryField(`${name.charAt(0).toLowerCase()}${name.slice(1)}`, (t) =>
    t.field({
      type,
      nullable: true,
      authScopes,
      description: `How the store prices ${what}; null where it was never set up.`,
      ...only('priceSettingsByKind', kind),
    }),
  );
  return type;
}

export const ShippingInsurancePricing = definePricing(
  'ShippingInsurancePricing',
  'SHIPPING_INSURANCE',
  'shipping insurance',
  {
    read_shipping_insurance_pricing: true,
  },
);
export const WarrantyPricing = definePricing('WarrantyPricing', 'WARRANTY', 'warranties', {
  read_warranty_pricing: true,
});
export const ExtendedWarrantyPricing = definePricing(
  'ExtendedWarrantyPricing',
  'EXTENDED_WARRANTY',
  'extended warranties',
  {
    read_extended_warranty_pricing: true,
  },
);
