import { DEMO_CUSTOMER_EMAIL } from './demo-stores.ts';
import { DAY, HOUR } from './durations.ts';
import type { OrderFacts } from './order-facts.ts';
import { type ProtectionMaking, warrantedLines } from './policies.ts';
import type { RowOf } from './rows.ts';

type Policy = RowOf<'policies'>;
type Line = RowOf<'lineItems'>;

/** That somebody files a claim about an order, when, under which policy and about which lines. */
export interface Filing {
  readonly facts: OrderFacts;
  readonly at: number;
  readonly policy: Policy | null;
  readonly lines: readonly Line[];
}

interface Candidate {
  readonly facts: OrderFacts;
  readonly lines: readonly Line[];
  readonly from: number;
  readonly until: number;
}

const WINDOW = 60 * DAY;

/** Shares of the orders of each sort that are claimed, with the least number in a small store. */
const SHARES = {
  protected: [0.06, 18],
  unprotected: [0.014, 4],
  warranted: [0.04, 3],
} as const;

/** The store's claims before they are written: in the order of filing. */
export function filingsOf(
  making: ProtectionMaking,
  facts: readonly OrderFacts[],
  policies: ReadonlyMap<string, readonly Policy[]>,
): readonly Filing[] {
  const { random, profile } = making;
  const candidates = facts.flatMap((of) => candidateOf(making, of) ?? []);
  const taken = new Set<Candidate>();
  const draw = (
    sort: keyof typeof SHARES,
    of: (candidate: Candidate) => Policy | null | undefined,
  ) => {
    const [share, least] = SHARES[sort];
    const all = facts.filter((each) => sortOf(each) === sort).length;
    const free = candidates.flatMap((candidate) => {
      const policy = of(candidate);
      return policy === undefined || taken.has(candidate) ? [] : [{ candidate, policy }];
    });
    const count = Math.max(least, Math.round((sort === 'warranted' ? free.length : all) * share));
    const weighed = free.map((each) => [each, weightOf(making, each.candidate)] as const);
    return random.sample(weighed, count).flatMap(({ candidate, policy }) => {
      taken.add(candidate);
      return fileOnce(making, candidate, policy);
    });
  };
  const ofKind = (candidate: Candidate, wanted: (policy: Policy) => boolean) =>
    (policies.get(candidate.facts.order.id) ?? []).find(
      (policy) => policy.status !== 'CANCELLED' && wanted(policy),
    );
  const filings = [
    ...draw('warranted', (candidate) => {
      const arrived = candidate.facts.deliveredAt !== null;
      if (!arrived || warrantedLines(profile, candidate.lines).length === 0) return undefined;
      return ofKind(candidate, ({ kind }) => kind !== 'SHIPPING_INSURANCE');
    }),
    ...draw('protected', (candidate) =>
      ofKind(candidate, ({ kind }) => kind === 'SHIPPING_INSURANCE'),
    ),
    ...draw('unprotected', (candidate) =>
      sortOf(candidate.facts) === 'unprotected' ? null : undefined,
    ),
  ];
  return filings.sort((one, other) => one.at - other.at);
}

function sortOf({ order }: OrderFacts): 'protected' | 'unprotected' {
  return order.premiumCost > 0n && !order.protectionCancelledAt ? 'protected' : 'unprotected';
}

/** When a claim about an order can be filed; null where there is nothing to claim. */
function candidateOf({ profile, now }: ProtectionMaking, facts: OrderFacts): Candidate | null {
  const { order, deliveredAt, shippedAt, replacedAt } = facts;
  const lines = facts.lines.filter(({ quantity, refundedQuantity }) => quantity > refundedQuantity);
  const claimable = lines.length > 0 && !order.cancelledAt && order.originalOrderId === null;
  if (!claimable || shippedAt === null || order.total > profile.protection.most) return null;
  const at = order.createdAt.getTime();
  // A parcel that is said to have arrived turns up within two days, a late one within a week.
  const noticed = deliveredAt === null ? shippedAt + 6 * DAY : deliveredAt + 2.1 * DAY;
  const from = Math.max(at + DAY, noticed);
  const until = Math.min(at + 40 * DAY, now - HOUR / 2, (replacedAt ?? Infinity) - DAY);
  return until > from ? { facts, lines, from, until } : null;
}

function weightOf({ now }: ProtectionMaking, { facts }: Candidate): number {
  const { order, deliveredAt, replacedAt } = facts;
  const recent = now - order.createdAt.getTime() < WINDOW ? 7 : 1;
  const late = deliveredAt === null ? 4 : 1;
  const known = order.contactEmail === DEMO_CUSTOMER_EMAIL ? 20 : 1;
  return recent * late * known * (replacedAt === null ? 1 : 3);
}

/** One claim, and now and then a second one later about the other lines. */
function fileOnce(
  { random }: ProtectionMaking,
  candidate: Candidate,
  policy: Policy | null,
): Filing[] {
  const { facts, lines, from, until } = candidate;
  const at = from + (until - from) * random.unit() ** 2;
  const [first] = lines;
  const shipping = policy === null || policy.kind === 'SHIPPING_INSURANCE';
  const twice = shipping && facts.replacedAt === null && until - at > 2 * DAY;
  if (!twice || first === undefined || lines.length < 2 || !random.chance(0.2)) {
    return [{ facts, at, policy, lines }];
  }
  return [
    { facts, at, policy, lines: [first] },
    { facts, at: random.between(at + DAY, until), policy, lines: lines.slice(1) },
  ];
}
