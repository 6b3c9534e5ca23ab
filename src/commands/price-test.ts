import { createHash } from 'node:crypto';
import { type PricingRule, premiumOf, ruleFor, shareOf } from '../data/pricing.ts';
import type { PAYERS, POLICY_KINDS } from '../data/values.ts';
import { readPriceOverrides } from './price-overrides.ts';

interface Terms extends Pick<PricingRule, 'amountType' | 'amount'> {
  readonly currency: string;
  readonly paidBy: (typeof PAYERS)[number];
}

/** What assigning takes of a variant. */
export interface Variant {
  readonly testId: string;
  readonly key: string;
  readonly weight: number;
  readonly overrides: unknown;
}

/** What prices a kind of protection in a store. */
export interface Pricing<R, V> {
  readonly kind: (typeof POLICY_KINDS)[number];
  /** Whether the store offers it at all. */
  readonly enabled: boolean;
  readonly rules: readonly R[];
  /** Those of the price test that runs, the control first. A price test is one of all kinds of protection. */
  readonly variants: readonly V[];
}

/**
 * What protection of a cart costs: by the rule of its subtotal, as the variant of the session has it. Null where the
 * store does not offer it. Quotes and orders are priced by this and by nothing else; an order without a quote, like a
 * quote without a session, gets the control's price.
 */
export function offerOf<R extends Terms & PricingRule, V extends Variant>(
  { kind, enabled, rules, variants }: Pricing<R, V>,
  subtotal: bigint,
  sessionKey: string | null,
): { readonly rule: R; readonly variant: V | null; readonly premium: bigint } | null {
  const found = ruleFor(rules, subtotal);
  if (found === null || !enabled) return null;
  const variant = variantOf(variants, sessionKey);
  const rule = variant === null ? found : overriddenBy(found, variant.overrides);
  const premium = premiumOf(rule, subtotal);
  return isSold(kind, premium) ? { rule, variant, premium } : null;
}

/** An order is held to be protected by what the insurance of its shipping costs: it is not given away. */
export const isSold = (kind: (typeof POLICY_KINDS)[number], premium: bigint): boolean =>
  premium > 0n || kind !== 'SHIPPING_INSURANCE';

/** The rule with the terms that a variant gives it. A fixed amount in another currency changes nothing. */
export function overriddenBy<R extends Terms>(rule: R, overrides: unknown): R {
  const { factor, fixed, paidBy = rule.paidBy } = readPriceOverrides(overrides) ?? {};
  if (factor !== undefined) {
    return { ...rule, paidBy, amount: shareOf(rule.amount, BigInt(factor)) };
  }
  if (fixed === undefined) return { ...rule, paidBy };
  if (fixed.currency !== rule.currency) return rule;
  return { ...rule, paidBy, amountType: 'FIXED', amount: BigInt(fixed.amount) };
}

/**
 * The variant that a session belongs to: always the same for the same key and test, and spread over the
 * variants by their weights. Without a key it is the control; null without variants.
 */
export function variantOf<V extends Variant>(
  variants: readonly V[],
  sessionKey: string | null,
): V | null {
  const [control] = variants;
  if (control === undefined || sessionKey === null) return control ?? null;
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  const hash = createHash('sha256')
    .update(JSON.stringify([control.testId, sessionKey]))
    .digest();
  let rest = Number(hash.readBigUInt64BE() % BigInt(total));
  for (const variant of variants) {
    rest -= variant.weight;
    if (rest < 0) return variant;
  }
  return control;
}
