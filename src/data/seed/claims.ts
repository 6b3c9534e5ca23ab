import { type Filing, filingsOf } from './claim-filings.ts';
import { fillMessages } from './claim-messages.ts';
import { fillResolutions } from './claim-resolutions.ts';
import {
  ClaimCourses,
  isDecided,
  isFinal,
  isLost,
  isPaid,
  isPaidByProtection,
} from './claim-states.ts';
import { DAY } from './durations.ts';
import { instant } from './instant.ts';
import { CLAIM_DESCRIPTIONS } from './lists/claim-texts.ts';
import { sum } from './money.ts';
import type { OrderFacts } from './order-facts.ts';
import { markClaimed, type ProtectionMaking, warrantedLines } from './policies.ts';
import type { Random, Weighted } from './random.ts';
import type { RowOf } from './rows.ts';

type Claim = RowOf<'claims'>;

/** A line of the order with how much of it the claim is about. */
export interface ClaimedLine {
  readonly line: RowOf<'lineItems'>;
  readonly quantity: number;
}

/** A claim with what its messages and resolutions are made from. */
export interface ClaimDraft {
  readonly claim: Claim;
  readonly facts: OrderFacts;
  readonly items: readonly ClaimedLine[];
  /** When it was decided, or would have been: nothing is said after it. */
  readonly settledAt: Date;
}

const REQUESTED: Weighted<Claim['requestedResolution']> = [
  ['REFUND', 45],
  ['RESHIP', 35],
  ['STORE_CREDIT', 20],
];

/** Fills in the store's claims, and marks the policies of those that were paid. */
export function fillClaims(making: ProtectionMaking, facts: readonly OrderFacts[]): void {
  const courses = new ClaimCourses();
  const policies = new Map<string, RowOf<'policies'>[]>();
  for (const policy of making.rows.policies) {
    policies.set(policy.orderId, [...(policies.get(policy.orderId) ?? []), policy]);
  }
  const left = new Map<string, bigint>();
  for (const filing of filingsOf(making, facts, policies)) {
    const draft = draftClaim(making, courses, filing);
    const { claim, items } = draft;
    making.rows.claims.push(claim);
    for (const { line, quantity } of items) {
      making.rows.claimItems.push({
        ...{ id: making.random.id('cli'), storeId: claim.storeId, claimId: claim.id },
        ...{ lineItemId: line.id, quantity },
      });
    }
    if (isPaid(claim.state)) pay(making, draft, filing.policy, left);
    fillMessages(making, draft);
    if (filing.policy !== null && isPaidByProtection(claim.state)) {
      markClaimed(filing.policy, claim.updatedAt);
    }
  }
}

/** All claims under a policy together pay its insured value at most; `left` is what remains of each. */
function pay(
  making: ProtectionMaking,
  draft: ClaimDraft,
  policy: RowOf<'policies'> | null,
  left: Map<string, bigint>,
): void {
  const { rows, profile } = making;
  const before = rows.claimResolutions.length;
  const most = policy === null ? profile.protection.most : policy.insuredValue;
  const remaining = left.get(policy?.id ?? '') ?? most;
  fillResolutions(making, draft, remaining);
  if (policy === null) return;
  const paid = sum(rows.claimResolutions.slice(before).map(({ paidValue }) => paidValue));
  left.set(policy.id, remaining - paid);
}

function draftClaim(
  { profile, random, now }: ProtectionMaking,
  courses: ClaimCourses,
  { facts, at, policy, lines }: Filing,
): ClaimDraft {
  const { order } = facts;
  const replaced = facts.replacedAt !== null;
  const underWarranty = policy !== null && policy.kind !== 'SHIPPING_INSURANCE';
  const course = courses.decide(random, {
    age: now - at,
    arrived: facts.deliveredAt !== null,
    carried: order.shippingAddress !== null,
    isProtected: policy !== null,
    ...{ underWarranty, replaced },
    lines: lines.length,
  });
  const lasted = Math.min(random.between(0.8, 14) * DAY, lastFor(random, facts, at, now));
  const settledAt = instant(random, at + lasted);
  const final = isFinal(course.state);
  const createdAt = instant(random, at);
  const decidedAt = isDecided(course.state) ? settledAt : null;
  const items = itemsOf(
    random,
    course.type,
    underWarranty ? warrantedLines(profile, lines) : lines,
  );
  const internal = policy === null ? 0.7 : 0.15;
  const claim: Claim = {
    id: random.id('clm'),
    ...{ storeId: order.storeId, orderId: order.id, orderCreatedAt: order.createdAt },
    policyId: policy?.id ?? null,
    customerId: order.customerId ?? null,
    ...course,
    filedFrom: random.chance(internal) ? 'INTERNAL' : 'EXTERNAL',
    description: random.pick<string>(CLAIM_DESCRIPTIONS[course.type ?? 'UNSPECIFIED']),
    requestedResolution: replaced ? 'RESHIP' : random.weighted(REQUESTED),
    authorName: order.contactName ?? null,
    authorEmail: order.contactEmail ?? null,
    signatureUrl: isLost(course.type) && random.chance(0.6) ? signatureOf(profile, random) : null,
    resolvedAt: final ? decidedAt : null,
    createdAt,
    updatedAt: decidedAt ?? createdAt,
  };
  return { claim, facts, items, settledAt };
}

/** How long it may take: until now, or until a replacement was sent. */
function lastFor(random: Random, { replacedAt }: OrderFacts, at: number, now: number): number {
  return ((replacedAt ?? now) - at) * random.between(0.3, 0.9);
}

/** One to three of the lines: all of what is lost with the parcel, one that is damaged. */
function itemsOf(
  random: Random,
  type: Claim['type'],
  lines: readonly RowOf<'lineItems'>[],
): readonly ClaimedLine[] {
  const whole = isLost(type ?? null);
  const count = whole ? 3 : type === 'MULTIPLE' ? random.int(2, 3) : 1;
  return random
    .shuffle(lines)
    .slice(0, count)
    .map((line) => {
      const left = line.quantity - line.refundedQuantity;
      return { line, quantity: whole ? left : random.int(1, left) };
    });
}

function signatureOf({ store }: ProtectionMaking['profile'], random: Random): string {
  return `https://${store.domain}/claims/signatures/${random.code(12).toLowerCase()}.png`;
}
