import type { claims } from '../data/tables/claims.ts';
import { refuse, type Work } from './command.ts';

export type ClaimState = (typeof claims.$inferSelect)['state'];

interface Move {
  readonly from: readonly ClaimState[];
  readonly to: ClaimState;
  /** How it reads in "The claim cannot be …". */
  readonly done: string;
}

/** Somebody has to do something next, and nothing is decided. */
const OPEN_STATES = [
  'NEW',
  'OPEN',
  'COMMUNICATING',
  'WAITING_FOR_OP',
  'WAITING_FOR_BRAND',
  'WAITING_FOR_CUSTOMER',
] as const satisfies readonly ClaimState[];

/** What was refused or given up: such a claim holds its items no longer, unless it was paid. */
export const GIVEN_UP_STATES = [
  'DENIED',
  'DISMISSED',
  'CLOSED',
  'ARCHIVED',
] as const satisfies readonly ClaimState[];

/** Nothing more comes: what was given up, and what was paid. */
export const SETTLED_STATES = [
  ...GIVEN_UP_STATES,
  'RESOLVED',
  'RESOLVED_BY_BRAND',
] as const satisfies readonly ClaimState[];

/** The state that a claim is filed in. */
export const FIRST_STATE = 'NEW' satisfies ClaimState;

const waitable = (own: ClaimState) => OPEN_STATES.filter((state) => state !== own);

/**
 * Every move that there is. A claim changes its state by one of these and in no other way. APPROVED is yet to be paid:
 * to resolve is to pay. What was paid is never open again, so that nothing is paid twice; from ARCHIVED nothing leads on.
 */
export const CLAIM_MOVES = {
  approve: { from: OPEN_STATES, to: 'APPROVED', done: 'approved' },
  deny: { from: OPEN_STATES, to: 'DENIED', done: 'denied' },
  resolve: { from: ['APPROVED'], to: 'RESOLVED', done: 'resolved' },
  resolveByBrand: {
    from: [...OPEN_STATES, 'APPROVED'],
    to: 'RESOLVED_BY_BRAND',
    done: 'resolved by the merchant',
  },
  dismiss: {
    from: [...OPEN_STATES, 'TEMPORARILY_DISMISSED'],
    to: 'DISMISSED',
    done: 'dismissed',
  },
  dismissForNow: { from: OPEN_STATES, to: 'TEMPORARILY_DISMISSED', done: 'dismissed for now' },
  close: { from: [...OPEN_STATES, 'TEMPORARILY_DISMISSED'], to: 'CLOSED', done: 'closed' },
  reopen: {
    from: ['APPROVED', 'DENIED', 'DISMISSED', 'TEMPORARILY_DISMISSED', 'CLOSED'],
    to: 'OPEN',
    done: 'reopened',
  },
  archive: {
    from: ['RESOLVED', 'RESOLVED_BY_BRAND', 'DENIED', 'DISMISSED', 'CLOSED'],
    to: 'ARCHIVED',
    done: 'archived',
  },
  waitForCustomer: {
    from: waitable('WAITING_FOR_CUSTOMER'),
    to: 'WAITING_FOR_CUSTOMER',
    done: 'put on hold',
  },
  waitForBrand: {
    from: waitable('WAITING_FOR_BRAND'),
    to: 'WAITING_FOR_BRAND',
    done: 'put on hold',
  },
  waitForPlatform: { from: waitable('WAITING_FOR_OP'), to: 'WAITING_FOR_OP', done: 'put on hold' },
  customerWrites: {
    from: ['WAITING_FOR_CUSTOMER', 'COMMUNICATING'],
    to: 'OPEN',
    done: 'answered by the customer',
  },
  brandWrites: {
    from: ['NEW', 'OPEN', 'WAITING_FOR_BRAND'],
    to: 'COMMUNICATING',
    done: 'answered by the merchant',
  },
} as const satisfies Record<string, Move>;

export type ClaimMove = keyof typeof CLAIM_MOVES;

/** The state that a move leads to; null where there is no such move from here. */
export function stateAfter(move: ClaimMove, state: ClaimState): ClaimState | null {
  const { from, to }: Move = CLAIM_MOVES[move];
  return from.includes(state) ? to : null;
}

/**
 * The state that a move leads to.
 *
 * @throws Refused NOT_ALLOWED, which names the claim's state where the token may read it.
 */
export function moveClaim(
  work: Work,
  { state }: { readonly state: ClaimState },
  move: ClaimMove,
): ClaimState {
  return stateAfter(move, state) ?? refuseState(work, state, CLAIM_MOVES[move].done);
}

/** Says that a claim's state does not let something be done. */
export function refuseState(
  { grantedScopes }: Work,
  state: ClaimState,
  done: string,
  field = 'input.id',
): never {
  const why = grantedScopes.has('read_claims')
    ? `it is ${state}`
    : 'it is not in a state that lets it';
  refuse('NOT_ALLOWED', field, `The claim cannot be ${done}: ${why}.`);
}

/** Whether a claim in this state is settled: `resolvedAt` then says since when. */
export function isSettled(state: ClaimState): boolean {
  return (SETTLED_STATES as readonly ClaimState[]).includes(state);
}

/** Whether nothing is decided about a claim in this state, so that what it says can still be changed. */
export function isUndecided(state: ClaimState): boolean {
  return (
    (OPEN_STATES as readonly ClaimState[]).includes(state) || state === 'TEMPORARILY_DISMISSED'
  );
}
