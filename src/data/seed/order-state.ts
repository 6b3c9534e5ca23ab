import { DAY, HOUR } from './durations.ts';
import type { Random, Weighted } from './random.ts';
import type { RowOf } from './rows.ts';

type Financial = RowOf<'orders'>['financialStatus'];

/** What became of an order, apart from its shipments. */
export interface OrderFate {
  readonly cancelledAt: number | null;
  readonly financialStatus: Financial;
  readonly riskLevel: NonNullable<RowOf<'orders'>['riskLevel']> | null;
  /** How much of it was given back. */
  readonly refunded: 'nothing' | 'some' | 'everything';
  /** Whether goods leave the warehouse at all: nobody ships what is not paid for. */
  readonly ships: boolean;
  readonly restocked: boolean;
  /** Why nothing has been sent: a date (a deposit is paid), or a decision (money or risk). */
  readonly waitsFor: 'SCHEDULED' | 'ON_HOLD' | null;
}

const RISKS: Weighted<'LOW' | 'MEDIUM' | 'HIGH'> = [
  ['LOW', 90],
  ['MEDIUM', 7],
  ['HIGH', 3],
];
const ENDINGS: Weighted<Financial> = [
  ['REFUNDED', 60],
  ['VOIDED', 28],
  ['EXPIRED', 12],
];
const FIRST_HOURS: Weighted<Financial> = [
  ['PAID', 68],
  ['AUTHORIZED', 21],
  ['PENDING', 11],
];
const FIRST_WEEKS: Weighted<Financial> = [
  ['PAID', 95.5],
  ['PENDING', 2],
  ['PARTIALLY_PAID', 1.5],
  ['AUTHORIZED', 1],
];
const LATER: Weighted<Financial> = [
  ['PAID', 98.7],
  ['EXPIRED', 0.6],
  ['PARTIALLY_PAID', 0.4],
  ['PENDING', 0.3],
];

/** Decides cancellation, payment, refund and risk from the order's age. */
export function decideFate(
  random: Random,
  facts: { at: number; now: number; settled: boolean; ratesRisk: boolean; pieces: number },
): OrderFate {
  const age = facts.now - facts.at;
  const riskLevel = facts.ratesRisk || random.chance(0.1) ? random.weighted(RISKS) : null;
  const quiet = {
    cancelledAt: null,
    riskLevel,
    refunded: 'nothing',
    ships: true,
    restocked: false,
    waitsFor: null,
  } as const;
  if (facts.settled) return { ...quiet, financialStatus: 'PAID' };
  if (age > 3 * HOUR && random.chance(riskLevel === 'HIGH' ? 0.4 : 0.03)) {
    return { ...quiet, ...cancellation(random, facts) };
  }
  if (age > 12 * DAY && random.chance(0.05)) {
    const some = facts.pieces > 1 && random.chance(0.7);
    const back = !some && random.chance(0.25);
    return {
      ...quiet,
      refunded: some ? 'some' : 'everything',
      financialStatus: some ? 'PARTIALLY_REFUNDED' : 'REFUNDED',
      ships: !back,
      restocked: back,
    };
  }
  const statuses = age < 36 * HOUR ? FIRST_HOURS : age < 20 * DAY ? FIRST_WEEKS : LATER;
  const financialStatus = random.weighted(statuses);
  if (financialStatus === 'PARTIALLY_PAID') {
    return { ...quiet, financialStatus, ships: false, waitsFor: 'SCHEDULED' };
  }
  const unpaid = financialStatus === 'PENDING' && age > 2 * DAY;
  if (unpaid || (riskLevel === 'HIGH' && age < 9 * DAY)) {
    return { ...quiet, financialStatus, ships: false, waitsFor: 'ON_HOLD' };
  }
  const paid = financialStatus === 'PAID' || financialStatus === 'AUTHORIZED';
  return { ...quiet, financialStatus, ships: paid };
}

function cancellation(random: Random, { at, now }: { at: number; now: number }) {
  const after = Math.min(random.between(0.3, 70) * HOUR, (now - at) * 0.9);
  const drawn = random.weighted(ENDINGS);
  // An authorisation lapses after a week at the earliest.
  const financialStatus = drawn === 'EXPIRED' && now - at < 14 * DAY ? 'VOIDED' : drawn;
  return {
    cancelledAt: Math.floor((at + after) / 1000) * 1000,
    financialStatus,
    refunded: financialStatus === 'REFUNDED' ? 'everything' : 'nothing',
    ships: false,
    restocked: random.chance(0.6),
  } as const;
}
