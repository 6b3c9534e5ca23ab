import type { ClaimDraft, ClaimedLine } from './claims.ts';
import { RESOLUTION_DETAILS } from './lists/claim-texts.ts';
import { partOf, shareOf, smallest, sum } from './money.ts';
import type { ProtectionMaking } from './policies.ts';
import type { Random, Weighted } from './random.ts';
import type { RowOf } from './rows.ts';

type Resolution = RowOf<'claimResolutions'>;
type Cash = Exclude<Resolution['type'], 'FLAT_RATE'>;

/** One part of what is paid. */
type Payment = Pick<Resolution, 'type' | 'paidValue' | 'shippingAmount'>;

/** Whole first; less where the whole would tell a sum of the order. */
const PERCENTAGES = Array.from({ length: 20 }, (_, index) => 100 - 5 * index);
/** How far down the percentages it starts. */
const STARTS: Weighted<number> = [
  [0, 76],
  [2, 8],
  [4, 8],
  [10, 8],
];
const CASH: Weighted<Cash> = [
  ['REFUND', 45],
  ['STORE_CREDIT', 30],
  ['RESHIP', 25],
];
const FLAT_UNITS = [25, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2] as const;

/** Fills in what a claim paid: `most` at most, and no amount that an order shows. */
export function fillResolutions(making: ProtectionMaking, draft: ClaimDraft, most: bigint): void {
  const { rows, profile, random } = making;
  const { claim, facts, settledAt } = draft;
  for (const payment of paymentsOf(making, draft, most)) {
    rows.claimResolutions.push({
      ...{ id: random.id('res'), storeId: claim.storeId, claimId: claim.id },
      ...payment,
      bonus: 0n,
      paidBy: claim.state === 'RESOLVED_BY_BRAND' ? 'BRAND' : 'PROTECTION',
      includesShipping: payment.shippingAmount > 0n,
      details: random.pick<string | null>(RESOLUTION_DETAILS[payment.type]),
      currency: facts.order.currency,
      shippingAddress: payment.type === 'RESHIP' ? (facts.order.shippingAddress ?? null) : null,
      issuedCode: payment.type === 'STORE_CREDIT' ? codeOf(profile.catalogue.prefix, random) : null,
      createdAt: settledAt,
    });
  }
}

/** What the claimed pieces cost: price less discount plus tax, of these each line's share. */
export function claimedValue(items: readonly ClaimedLine[]): bigint {
  return sum(
    items.map(({ line, quantity }) => {
      const discount = partOf(line.discountTotal, quantity, line.quantity);
      const tax = partOf(line.taxTotal, quantity, line.quantity);
      return line.unitPrice * BigInt(quantity) - discount + tax;
    }),
  );
}

function paymentsOf(
  making: ProtectionMaking,
  { claim, facts, items }: ClaimDraft,
  most: bigint,
): readonly Payment[] {
  const { random } = making;
  const value = claimedValue(items);
  const flat = facts.replacedAt === null && random.chance(0.15) ? flatRate(making, value) : null;
  if (flat !== null) return [{ type: 'FLAT_RATE', paidValue: flat, shippingAmount: 0n }];

  const type = cashOf(random, claim, facts);
  const split = type !== 'RESHIP' && random.chance(0.2);
  const start = type === 'RESHIP' ? 0 : random.weighted(STARTS);
  const shippedBack = !split && random.chance(0.3) ? facts.order.shippingTotal : 0n;
  const shares = PERCENTAGES.slice(start).map((percentage) => shareOf(value, percentage * 100));
  const whole = (share: bigint): readonly Payment[] => {
    const shippingAmount = type === 'RESHIP' ? parcelCost(making, facts) : shippedBack;
    return [{ type, paidValue: share + shippingAmount, shippingAmount }];
  };
  const choices = [
    ...(split ? shares.map((share) => splitOf(type, share)) : []),
    ...shares.map(whole),
  ];
  // Were none of them free, the smallest would tell the least.
  return choices.find((payments) => isFree(making, payments, most)) ?? choices.slice(-1).flat();
}

/** Mostly what was asked for; goods that are sent again need an address. */
function cashOf(random: Random, claim: ClaimDraft['claim'], facts: ClaimDraft['facts']): Cash {
  const asked = facts.replacedAt !== null || random.chance(0.75);
  const type = asked ? claim.requestedResolution : random.weighted(CASH);
  return type === 'RESHIP' && !facts.order.shippingAddress ? 'REFUND' : type;
}

/** A round sum, no more than half of the value; null where there is none. */
function flatRate({ profile, random, sums }: ProtectionMaking, value: bigint): bigint | null {
  const flats = FLAT_UNITS.map((units) => profile.protection.unit * BigInt(units));
  const fitting = flats.filter((flat) => flat * 2n <= value && !sums.has(flat));
  return fitting.length === 0 ? null : random.pick(fitting);
}

/** What sending the goods again costs: not what the customer paid, which may have been nothing. */
function parcelCost({ profile, random }: ProtectionMaking, { order }: ClaimDraft['facts']): bigint {
  const charged = smallest([profile.shipping.home, order.shippingTotal || profile.shipping.home]);
  return shareOf(charged, random.int(6_000, 10_000));
}

function splitOf(type: Cash, share: bigint): readonly Payment[] {
  const first = partOf(share, 3, 5);
  const other = type === 'STORE_CREDIT' ? 'REFUND' : 'STORE_CREDIT';
  return [
    { type, paidValue: first, shippingAmount: 0n },
    { type: other, paidValue: share - first, shippingAmount: 0n },
  ];
}

function isFree({ sums }: ProtectionMaking, payments: readonly Payment[], most: bigint): boolean {
  const amounts = payments.map(({ paidValue }) => paidValue);
  const total = sum(amounts);
  return total <= most && [total, ...amounts].every((amount) => amount > 0n && !sums.has(amount));
}

function codeOf(prefix: string, random: Random): string {
  return [prefix, ...Array.from({ length: 3 }, () => random.code(2))].join('-');
}
