import type { PostalAddress } from '../values.ts';
import { EU_TAX, US_TAX } from './lists/tax-rates.ts';
import { atLeast, shareOf, sum } from './money.ts';
import type { LineDraft } from './order-lines.ts';
import type { Random, Weighted } from './random.ts';
import type { StoreProfile } from './store-profiles.ts';

const PREMIUM_PERCENT_OFF: Weighted<number> = [
  [0, 90],
  [20, 5],
  [50, 3],
  [100, 2],
];

/** Tax on goods sent to the address, in hundredths of a percent; exports are untaxed. */
export function taxRateOf(profile: StoreProfile, address: PostalAddress | null): number {
  const country = address?.countryCode ?? profile.home;
  switch (profile.home) {
    case 'US':
      return country === 'US' ? (US_TAX[address?.province ?? 'CO'] ?? 0) : 0;
    case 'FR':
      return EU_TAX[country] ?? 0;
    case 'JP':
      return country === 'JP' ? 1000 : 0;
    case 'KW':
      return 0;
  }
}

/**
 * `subtotal` is before discounts, both are sums over the lines, and so is the tax, because none of
 * the stores taxes shipping: total = subtotal - discount + shipping + tax.
 */
export function totalsOf(
  profile: StoreProfile,
  lines: readonly LineDraft[],
  order: { abroad: boolean; free: boolean },
) {
  const subtotal = sum(lines.map((line) => line.unitPrice * BigInt(line.quantity)));
  const discountTotal = sum(lines.map((line) => line.discountTotal));
  const taxTotal = sum(lines.map((line) => line.taxTotal));
  const { home, abroad, freeFrom } = profile.shipping;
  const charged = order.abroad ? abroad : subtotal - discountTotal >= freeFrom ? 0n : home;
  const shippingTotal = order.free ? 0n : charged;
  const total = subtotal - discountTotal + shippingTotal + taxTotal;
  return { subtotal, discountTotal, shippingTotal, taxTotal, total };
}

/** The protection premium, which the platform bills beside the order and not inside its total. */
export function premiumOf(random: Random, profile: StoreProfile, insured: bigint) {
  const none = { premiumPaid: 0n, premiumCost: 0n, premiumDiscount: 0n };
  const { rate, basisPoints, least } = profile.protection;
  if (insured === 0n || !random.chance(rate)) return none;
  const premium = atLeast(least, shareOf(insured, basisPoints));
  if (random.chance(0.24)) return { ...none, premiumCost: shareOf(premium, 8000) };
  const premiumDiscount = shareOf(premium, random.weighted(PREMIUM_PERCENT_OFF) * 100);
  return {
    premiumPaid: premium - premiumDiscount,
    premiumCost: shareOf(premium, 7000),
    premiumDiscount,
  };
}
