import { premiumOf } from '../pricing.ts';
import { DAY, MINUTE } from './durations.ts';
import { instant, instantBefore } from './instant.ts';
import { POLICY_TEXTS } from './lists/policy-texts.ts';
import { roundUp, sum } from './money.ts';
import type { OrderFacts } from './order-facts.ts';
import { demoRule } from './pricing.ts';
import type { Random, Weighted } from './random.ts';
import type { DemoRows, RowOf } from './rows.ts';
import type { StoreProfile } from './store-profiles.ts';

type Policy = RowOf<'policies'>;

/** What building a store's policies and claims needs. */
export interface ProtectionMaking {
  readonly rows: DemoRows;
  readonly profile: StoreProfile;
  readonly random: Random;
  readonly now: number;
  /** Amounts that would tell something about an order. */
  readonly sums: ReadonlySet<bigint>;
}

/** How often an order with warranted goods comes with what. */
const WARRANTIES: Weighted<readonly Policy['kind'][]> = [
  [[], 80],
  [['WARRANTY'], 10],
  [['EXTENDED_WARRANTY'], 4],
  [['WARRANTY', 'EXTENDED_WARRANTY'], 6],
];
/** In days; a year and a half, two years, three years. */
const EXTENSIONS: Weighted<number> = [
  [548, 40],
  [730, 35],
  [1_095, 25],
];

/** Fills in the policies of the orders; claims change some of them afterwards. */
export function fillPolicies(making: ProtectionMaking, facts: readonly OrderFacts[]): void {
  for (const { order, lines } of facts) {
    if (order.originalOrderId !== null) continue;
    if (order.premiumCost > 0n) shippingPolicy(making, order);
    const warranted = warrantedLines(making.profile, lines);
    if (warranted.length === 0) continue;
    for (const kind of making.random.weighted(WARRANTIES)) {
      warranty(making, order, warranted, kind);
    }
  }
}

/** The lines whose goods come with a warranty. */
export function warrantedLines<T extends Pick<RowOf<'lineItems'>, 'sku'>>(
  { catalogue, protection }: StoreProfile,
  lines: readonly T[],
): readonly T[] {
  const prefixes = protection.warranted.map((section) => `${catalogue.prefix}-${section}-`);
  return lines.filter(({ sku }) => prefixes.some((prefix) => sku?.startsWith(prefix)));
}

/** Marks a policy as used by a claim that was paid at the time. */
export function markClaimed(policy: Policy, at: Date): void {
  policy.status = 'CLAIMED';
  policy.updatedAt = at;
}

function shippingPolicy(making: ProtectionMaking, order: RowOf<'orders'>): void {
  const byCustomer = order.premiumPaid > 0n;
  const goods = order.subtotal - order.discountTotal + order.taxTotal;
  const unit = making.profile.protection.unit;
  add(making, order, {
    kind: 'SHIPPING_INSURANCE',
    premium: byCustomer ? order.premiumPaid : order.premiumCost,
    paidBy: byCustomer ? 'CUSTOMER' : 'BRAND',
    insuredValue: clearOf(making, roundUp(goods, unit) + parcelOf(making, order)),
    ...POLICY_TEXTS.SHIPPING_INSURANCE,
    days: 90,
    cancelled: order.protectionCancelledAt ?? null,
  });
}

function warranty(
  making: ProtectionMaking,
  order: RowOf<'orders'>,
  lines: readonly RowOf<'lineItems'>[],
  kind: Policy['kind'],
): void {
  const { rows, profile, random } = making;
  const value = sum(
    lines.map(({ unitPrice, quantity, discountTotal, taxTotal }) => {
      return unitPrice * BigInt(quantity) - discountTotal + taxTotal;
    }),
  );
  const parcel = parcelOf(making, order);
  const insuredValue = clearOf(making, roundUp(value, profile.protection.unit) + parcel);
  const rule = demoRule(rows.pricingRules, kind, insuredValue);
  const lifetime = kind === 'WARRANTY' && random.chance(0.15);
  add(making, order, {
    kind,
    premium: premiumOf(rule, insuredValue),
    paidBy: rule.paidBy,
    insuredValue,
    ...POLICY_TEXTS[lifetime ? 'LIFETIME_WARRANTY' : kind],
    days: lifetime ? null : kind === 'WARRANTY' ? 365 : random.weighted(EXTENSIONS),
    cancelled: order.cancelledAt ?? null,
  });
}

/** What sending the goods costs, also where the customer did not pay for it. */
function parcelOf({ profile }: ProtectionMaking, { shippingTotal }: RowOf<'orders'>): bigint {
  return shippingTotal === 0n ? profile.shipping.home : shippingTotal;
}

/** The next amount that is no sum of an order. */
function clearOf({ sums, profile }: ProtectionMaking, amount: bigint): bigint {
  let clear = amount;
  while (sums.has(clear)) clear += profile.protection.unit;
  return clear;
}

function add(
  { rows, profile, random, now }: ProtectionMaking,
  order: RowOf<'orders'>,
  draft: Pick<Policy, 'kind' | 'premium' | 'paidBy' | 'insuredValue' | 'coverage' | 'terms'> & {
    days: number | null;
    cancelled: Date | null;
  },
): void {
  const { days, cancelled, ...policy } = draft;
  const at = order.createdAt.getTime();
  // An order may be a minute old.
  const createdAt = instant(random, at + Math.min(random.between(1, 6) * MINUTE, (now - at) / 2));
  const expiresAt = days === null ? null : new Date(createdAt.getTime() + days * DAY);
  const expired = expiresAt !== null && expiresAt.getTime() <= now;
  const cancelledAt = cancelled === null ? null : instantBefore(random, cancelled.getTime());
  rows.policies.push({
    id: random.id('pol'),
    storeId: profile.store.id,
    orderId: order.id,
    orderCreatedAt: order.createdAt,
    status: cancelledAt !== null ? 'CANCELLED' : expired ? 'EXPIRED' : 'ACTIVE',
    currency: profile.store.currency,
    ...policy,
    effectiveAt: createdAt,
    expiresAt,
    cancelledAt,
    createdAt,
    updatedAt: cancelledAt ?? (expired ? expiresAt : createdAt),
  });
}
