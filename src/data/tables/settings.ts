import { sql } from 'drizzle-orm';
import { boolean, check, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { AMOUNT_TYPES, POLICY_KINDS, STORE_CREDIT_FORMS } from '../values.ts';
import {
  commerce,
  identifier,
  minorUnits,
  moment,
  oneOf,
  storePolicy,
  version,
} from './columns.ts';
import { stores } from './stores.ts';

/** What every setting of a store has. `version` counts its changes: who changes it says which one was read. */
const setting = () => ({
  version: version(),
  updatedAt: moment('updated_at').notNull(),
});

const ofStoreItself = () =>
  identifier('store_id')
    .primaryKey()
    .references(() => stores.id);

/** How a store offers protection. */
export const storeSettings = commerce.table(
  'store_settings',
  {
    storeId: ofStoreItself(),
    addsProtectionByDefault: boolean('adds_protection_by_default').notNull(),
    requiresProtection: boolean('requires_protection').notNull(),
    syncsTags: boolean('syncs_tags').notNull(),
    /** The page where shoppers find help. */
    supportUrl: text('support_url'),
    ...setting(),
  },
  () => [storePolicy()],
);

/** What a store asks of claims, and how long they may wait. Days are whole. */
export const claimSettings = commerce.table(
  'claim_settings',
  {
    storeId: ofStoreItself(),
    filingDays: integer('filing_days').notNull(),
    /** Per claim, in minor units of `currency`. */
    maximum: minorUnits('maximum').notNull(),
    currency: text('currency').notNull(),
    acceptsShippingClaims: boolean('accepts_shipping_claims').notNull(),
    acceptsWarrantyClaims: boolean('accepts_warranty_claims').notNull(),
    requiresSignature: boolean('requires_signature').notNull(),
    requiresReceipt: boolean('requires_receipt').notNull(),
    closesAfterDays: integer('closes_after_days').notNull(),
    reopensAfterDays: integer('reopens_after_days').notNull(),
    ...setting(),
  },
  () => [
    storePolicy(),
    check(
      'claim_settings_days',
      sql`filing_days > 0 and closes_after_days > 0 and reopens_after_days > 0`,
    ),
    check('claim_settings_maximum', sql`maximum > 0`),
  ],
);

/** Whether a store prices a kind of protection; its ranges are `pricing_rules`. */
export const priceSettings = commerce.table(
  'price_settings',
  {
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    kind: text('kind').$type<(typeof POLICY_KINDS)[number]>().notNull(),
    enabled: boolean('enabled').notNull(),
    terms: text('terms').notNull(),
    ...setting(),
  },
  (table) => [
    storePolicy(),
    primaryKey({ columns: [table.storeId, table.kind] }),
    check('price_settings_kind', oneOf('kind', POLICY_KINDS)),
  ],
);

/** How a store pays claims in credit instead of money. Shares are in hundredths of a per cent. */
export const storeCreditSettings = commerce.table(
  'store_credit_settings',
  {
    storeId: ofStoreItself(),
    enabled: boolean('enabled').notNull(),
    form: text('form').$type<(typeof STORE_CREDIT_FORMS)[number]>().notNull(),
    /** The most of an approved value that is paid in credit. */
    cap: integer('cap').notNull(),
    /** What comes on top of it, paid by the store; null for none. A fixed one is in minor units. */
    bonusType: text('bonus_type').$type<(typeof AMOUNT_TYPES)[number]>(),
    bonusAmount: minorUnits('bonus_amount'),
    currency: text('currency').notNull(),
    ...setting(),
  },
  () => [
    storePolicy(),
    check('store_credit_settings_form', oneOf('form', STORE_CREDIT_FORMS)),
    check('store_credit_settings_bonus_type', oneOf('bonus_type', AMOUNT_TYPES)),
    check('store_credit_settings_cap', sql`cap between 0 and 10000`),
    check(
      'store_credit_settings_bonus',
      sql`(bonus_type is null) = (bonus_amount is null) and coalesce(bonus_amount, 0) >= 0`,
    ),
  ],
);
