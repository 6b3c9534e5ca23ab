import { ruleFor } from '../pricing.ts';
import type { POLICY_KINDS } from '../values.ts';
import { roundUp } from './money.ts';
import type { Random } from './random.ts';
import type { DemoRows, RowOf } from './rows.ts';
import type { StoreProfile } from './store-profiles.ts';

type Rule = RowOf<'pricingRules'>;
type Kind = (typeof POLICY_KINDS)[number];
type Terms = Pick<Rule, 'amountType' | 'amount' | 'paidBy'>;

const fixed = (paidBy: Rule['paidBy'], amount: bigint): Terms => ({
  amountType: 'FIXED',
  amount,
  paidBy,
});
/** A share in hundredths of a per cent. */
const share = (paidBy: Rule['paidBy'], basisPoints: number): Terms => ({
  amountType: 'PERCENTAGE',
  amount: BigInt(basisPoints),
  paidBy,
});

/** Fills in the ranges of each kind: they start at 0, touch, and the last one is open. */
export function fillPricing(rows: DemoRows, profile: StoreProfile, random: Random): void {
  const { basisPoints, least } = profile.protection;
  // From here on the share of the subtotal is more than the least premium.
  const step = roundUp((least * 10_000n) / BigInt(basisPoints), 100n);
  const ranges: Record<Kind, readonly (readonly [from: bigint, terms: Terms])[]> = {
    SHIPPING_INSURANCE: [
      [0n, fixed('CUSTOMER', least)],
      [step, share('CUSTOMER', basisPoints)],
      [6n * step, share('CUSTOMER', basisPoints - 25)],
      [20n * step, share('BRAND', basisPoints - 50)],
    ],
    WARRANTY: [
      [0n, fixed('BRAND', least / 2n)],
      [4n * step, share('BRAND', 60)],
    ],
    EXTENDED_WARRANTY: [
      [0n, fixed('CUSTOMER', 4n * least)],
      [2n * step, share('CUSTOMER', 900)],
      [10n * step, share('CUSTOMER', 700)],
    ],
  };
  for (const kind of Object.keys(ranges) as Kind[]) {
    ranges[kind].forEach(([minimum, terms], position) => {
      rows.pricingRules.push({
        id: random.id('prl'),
        storeId: profile.store.id,
        kind,
        position,
        currency: profile.store.currency,
        minimum,
        maximum: ranges[kind][position + 1]?.[0] ?? null,
        ...terms,
      });
    });
  }
}

/** The rule of the kind whose range holds the subtotal; the demo rules leave none out. */
export function demoRule(rules: readonly Rule[], kind: Kind, subtotal: bigint): Rule {
  const ofKind = rules.filter((rule) => rule.kind === kind);
  const found = ruleFor(ofKind, subtotal);
  if (found === null) throw new TypeError(`no rule of ${kind} holds ${subtotal}`);
  return found;
}
