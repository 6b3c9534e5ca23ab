import { POLICY_KINDS, WIDGET_KINDS } from '../values.ts';
import { DAY } from './durations.ts';
import { instant } from './instant.ts';
import { POLICY_TEXTS } from './lists/policy-texts.ts';
import { WIDGET_TEXTS } from './lists/widget-texts.ts';
import type { Random } from './random.ts';
import type { DemoRows, RowOf } from './rows.ts';
import type { StoreProfile } from './store-profiles.ts';

/** What a store gives on top of credit: nothing, a percentage, or a fixed amount. */
type Bonus = Pick<RowOf<'storeCreditSettings'>, 'form' | 'bonusType' | 'bonusAmount'>;

/** How the stores differ, by the languages of their merchants. */
const CREDIT: Readonly<Record<StoreProfile['notes'], (unit: bigint) => Bonus>> = {
  en: (unit) => ({ form: 'GIFT_CARD', bonusType: 'FIXED', bonusAmount: 5n * unit }),
  fr: () => ({ form: 'DISCOUNT_CODE', bonusType: 'PERCENTAGE', bonusAmount: 1_000n }),
  ja: (unit) => ({ form: 'ACCOUNT_CREDIT', bonusType: 'FIXED', bonusAmount: 3n * unit }),
  ar: () => ({ form: 'GIFT_CARD', bonusType: null, bonusAmount: null }),
};

/** Fills in the settings of the store: one of each, and one of each kind of widget and price. */
export function fillSettings(
  rows: DemoRows,
  profile: StoreProfile,
  random: Random,
  now: number,
): void {
  const { store, protection, notes } = profile;
  const changed = () => ({
    version: random.int(1, 9),
    updatedAt: instant(random, now - random.between(3, 300) * DAY),
  });
  const main = notes === 'en';
  rows.storeSettings.push({
    storeId: store.id,
    addsProtectionByDefault: main,
    requiresProtection: false,
    syncsTags: store.platform === 'SHOPIFY',
    supportUrl: notes === 'ar' ? null : `https://${store.domain}/help`,
    ...changed(),
  });
  rows.claimSettings.push({
    storeId: store.id,
    filingDays: 45,
    maximum: protection.most,
    currency: store.currency,
    acceptsShippingClaims: true,
    acceptsWarrantyClaims: true,
    requiresSignature: main,
    requiresReceipt: notes !== 'ja',
    closesAfterDays: random.int(7, 21),
    reopensAfterDays: random.int(2, 5),
    ...changed(),
  });
  rows.storeCreditSettings.push({
    storeId: store.id,
    enabled: true,
    cap: main ? 10_000 : 8_000,
    currency: store.currency,
    ...CREDIT[notes](protection.unit),
    ...changed(),
  });
  for (const kind of POLICY_KINDS) {
    const { terms } = POLICY_TEXTS[kind];
    rows.priceSettings.push({ storeId: store.id, kind, enabled: true, terms, ...changed() });
  }
  for (const kind of WIDGET_KINDS) {
    const { version, updatedAt } = changed();
    rows.widgets.push({
      id: random.id('wid'),
      storeId: store.id,
      kind,
      enabled: true,
      checkedByDefault: main && kind === 'CHECKOUT',
      placement: kind === 'CART' ? 'BELOW_TOTAL' : 'ABOVE_TOTAL',
      ...WIDGET_TEXTS[notes][kind],
      accentColor: random.pick(['#1f4e79', '#7a2e2e', '#234f3a', '#5b3a78']),
      version,
      createdAt: instant(random, updatedAt.getTime() - random.between(20, 200) * DAY),
      updatedAt,
    });
  }
}
