import type { AMOUNT_TYPES } from './values.ts';

/** What a rule says, as far as a price needs it. Amounts are in minor units. */
export interface PricingRule {
  readonly minimum: bigint;
  /** Missing for the last range, which is open. */
  readonly maximum?: bigint | null | undefined;
  readonly amountType: (typeof AMOUNT_TYPES)[number];
  /** A fixed premium, or a share of the subtotal in hundredths of a per cent. */
  readonly amount: bigint;
}

/**
 * The rule of a subtotal in minor units: `minimum <= subtotal < maximum`, the last range open
 * (`domain.md` section 4). Null where no range holds it.
 */
export function ruleFor<R extends PricingRule>(rules: readonly R[], subtotal: bigint): R | null {
  const matches = ({ minimum, maximum }: R) =>
    minimum <= subtotal && (maximum == null || subtotal < maximum);
  return rules.find(matches) ?? null;
}

/** The premium of a subtotal in minor units, a half rounded up. */
export function premiumOf({ amountType, amount }: PricingRule, subtotal: bigint): bigint {
  return amountType === 'FIXED' ? amount : shareOf(subtotal, amount);
}

/** A share of an amount in hundredths of a per cent; a half minor unit is rounded up. */
export const shareOf = (amount: bigint, share: bigint): bigint =>
  (amount * share + 5_000n) / 10_000n;
