import type { DENIAL_REASONS } from '../values.ts';
import { DAY } from './durations.ts';
import { Deck, type Random, type Weighted } from './random.ts';
import type { RowOf } from './rows.ts';

type State = RowOf<'claims'>['state'];
type Type = NonNullable<RowOf<'claims'>['type']> | null;
type Reason = (typeof DENIAL_REASONS)[number];

const OPEN: Weighted<State> = [
  ['NEW', 3],
  ['OPEN', 3],
  ['COMMUNICATING', 2],
  ['WAITING_FOR_OP', 2],
  ['WAITING_FOR_BRAND', 2],
  ['WAITING_FOR_CUSTOMER', 3],
  ['TEMPORARILY_DISMISSED', 1],
  ['APPROVED', 2],
];
const FINAL: Weighted<State> = [
  ['RESOLVED', 10],
  ['DENIED', 7],
  ['RESOLVED_BY_BRAND', 2],
  ['DISMISSED', 2],
  ['CLOSED', 2],
  ['ARCHIVED', 2],
];
/** Without protection only the brand pays. */
const FINAL_UNPROTECTED: Weighted<State> = [
  ['RESOLVED_BY_BRAND', 5],
  ['DENIED', 3],
  ['CLOSED', 2],
];
/** What may be wrong with a parcel that arrived, and with one that did not. */
const ARRIVED: Weighted<Type> = [
  ['DAMAGED', 5],
  ['DEFECTIVE_ITEM', 2],
  ['MISSING_ITEM', 4],
  ['MULTIPLE', 2],
  ['ORDER_DELIVERED_NOT_RECEIVED', 4],
  ['STOLEN', 3],
  ['WRONG_ITEM', 3],
  [null, 2],
];
const UNDERWAY: Weighted<Type> = [
  ['TRACKING_NOT_MOVING', 3],
  ['RETURNED_TO_SENDER', 2],
  ['WRONG_ADDRESS', 2],
  [null, 1],
];
const REASONS: Weighted<Reason> = [
  ['ADDRESS_TYPO', 1],
  ['CUSTOMER_RESPONDED', 1],
  ['EXPIRED30', 1],
  ['FOLLOW_UP', 1],
  ['INSUFFICIENT_SHIPPER', 1],
  ['NOT_COVERED', 2],
  ['NO_RESPONSE', 3],
  ['OTHER', 1],
  ['PACKAGE_ARRIVED', 2],
  ['PHOTO_VERIFIED', 1],
  ['THRESHOLD_REACHED', 1],
  ['ALREADY_REFUNDED', 1],
  ['ALREADY_REPLACED', 1],
  ['POTENTIAL_FRAUD', 1],
];

/** Types about a parcel that is not there; the others are about what was in it. */
const LOST: ReadonlySet<Type> = new Set<Type>([
  'ORDER_DELIVERED_NOT_RECEIVED',
  'STOLEN',
  'TRACKING_NOT_MOVING',
  'RETURNED_TO_SENDER',
  'WRONG_ADDRESS',
]);
const LOST_REASONS: ReadonlySet<Reason> = new Set<Reason>([
  'ADDRESS_TYPO',
  'PACKAGE_ARRIVED',
  'PHOTO_VERIFIED',
]);

/** Whether the whole parcel is what a claim of this type is about. */
export function isLost(type: Type): boolean {
  return LOST.has(type);
}

/** States from which a claim does not move any more. */
export function isFinal(state: State): boolean {
  return FINAL.some(([final]) => final === state);
}

/** States in which something was paid, whoever paid it. What is approved is yet to be paid. */
export function isPaid(state: State): boolean {
  return isPaidByProtection(state) || state === 'RESOLVED_BY_BRAND';
}

/** States in which the protection paid. */
export function isPaidByProtection(state: State): boolean {
  return state === 'RESOLVED';
}

/** States in which the merchant or the platform said yes or no. */
export function isDecided(state: State): boolean {
  return isFinal(state) || state === 'APPROVED';
}

/** What a claim is about and how far it came. */
export interface ClaimCourse {
  readonly type: Type;
  readonly state: State;
  readonly denialReason: Reason | null;
}

/** Decides the course of a store's claims, so that a few dozen of them show everything there is. */
export class ClaimCourses {
  readonly #open = new Deck(OPEN);
  readonly #final = new Deck(FINAL);
  readonly #unprotected = new Deck(FINAL_UNPROTECTED);
  readonly #arrived = new Deck(ARRIVED);
  readonly #underway = new Deck(UNDERWAY);
  readonly #reasons = new Deck(REASONS);

  decide(
    random: Random,
    facts: {
      age: number;
      arrived: boolean;
      /** Nobody carried it home themselves. */
      carried: boolean;
      isProtected: boolean;
      underWarranty: boolean;
      replaced: boolean;
      lines: number;
    },
  ): ClaimCourse {
    const fits = (type: Type) =>
      (facts.carried || !isLost(type)) && (facts.lines > 1 || type !== 'MULTIPLE');
    const types = facts.arrived ? this.#arrived : this.#underway;
    const type = facts.underWarranty ? 'DEFECTIVE_ITEM' : types.draw(random, fits);
    const state = facts.replaced ? 'RESOLVED' : this.#state(random, facts);
    return { type, state, denialReason: this.#reason(random, type, state, facts.isProtected) };
  }

  #state(random: Random, { age, isProtected }: { age: number; isProtected: boolean }): State {
    if (!isProtected) return this.#unprotected.draw(random);
    const open = age < 3 * DAY || random.chance(age < 35 * DAY ? 0.75 : 0.01);
    return (open ? this.#open : this.#final).draw(random);
  }

  #reason(random: Random, type: Type, state: State, isProtected: boolean): Reason | null {
    if (state !== 'DENIED') return null;
    if (!isProtected) return 'NOT_COVERED';
    return this.#reasons.draw(random, (reason) => {
      if (reason === 'INSUFFICIENT_SHIPPER') return type === 'DAMAGED' || type === 'MULTIPLE';
      return !LOST_REASONS.has(reason) || isLost(type) || type === null;
    });
  }
}
