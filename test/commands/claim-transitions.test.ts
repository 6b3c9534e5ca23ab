import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLAIM_MOVES,
  type ClaimMove,
  type ClaimState,
  FIRST_STATE,
  isSettled,
  isUndecided,
  stateAfter,
} from '../../src/commands/claim-transitions.ts';
import { CLAIM_STATES } from '../../src/data/values.ts';

const MOVES = Object.keys(CLAIM_MOVES) as ClaimMove[];
const PAID: readonly ClaimState[] = ['RESOLVED', 'RESOLVED_BY_BRAND'];

const statesAfter = (state: ClaimState) =>
  MOVES.map((move) => stateAfter(move, state)).filter((next) => next !== null);

/** Every state that moves lead to from here. */
function reachable(from: ClaimState): ReadonlySet<ClaimState> {
  const seen = new Set([from]);
  for (const state of seen) for (const next of statesAfter(state)) seen.add(next);
  return seen;
}

describe('the moves of claims', () => {
  it('reach every state from the first', () => {
    expect([...reachable(FIRST_STATE)].sort()).toEqual([...CLAIM_STATES].sort());
  });

  it('end in ARCHIVED, and nowhere else', () => {
    expect(CLAIM_STATES.filter((state) => statesAfter(state).length === 0)).toEqual(['ARCHIVED']);
  });

  it('lead to ARCHIVED from everywhere', () => {
    for (const state of CLAIM_STATES) expect([...reachable(state)]).toContain('ARCHIVED');
  });

  it('never lead back from what was paid', () => {
    for (const state of PAID) expect(statesAfter(state)).toEqual(['ARCHIVED']);
  });

  it('pay by one way each: the approved by the protection, the undecided by the merchant', () => {
    const into = (state: ClaimState) => MOVES.filter((move) => CLAIM_MOVES[move].to === state);
    expect(into('RESOLVED')).toEqual(['resolve']);
    expect(into('RESOLVED_BY_BRAND')).toEqual(['resolveByBrand']);
    expect(CLAIM_STATES.filter((state) => stateAfter('resolve', state))).toEqual(['APPROVED']);
  });

  it('never stay where they are', () => {
    for (const state of CLAIM_STATES) expect(statesAfter(state)).not.toContain(state);
  });

  it('are all of use: each leads somewhere from a state that can be reached', () => {
    const states = [...reachable(FIRST_STATE)];
    const useless = MOVES.filter((move) => states.every((state) => !stateAfter(move, state)));
    expect(useless).toEqual([]);
  });

  it('keep a claim in one of three: undecided, approved or settled', () => {
    for (const state of CLAIM_STATES) {
      const kinds = [isUndecided(state), state === 'APPROVED', isSettled(state)];
      expect([state, kinds.filter(Boolean).length]).toEqual([state, 1]);
    }
  });

  it('whatever is tried in whatever order: settled at most once by payment, archived for good', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...MOVES), { maxLength: 60 }), (tried) => {
        let state: ClaimState = FIRST_STATE;
        let payments = 0;
        for (const move of tried) {
          const next = stateAfter(move, state);
          expect(next === null).toBe(
            !(CLAIM_MOVES[move].from as readonly string[]).includes(state),
          );
          if (next === null) continue;
          expect(state).not.toBe('ARCHIVED');
          if (PAID.includes(next)) payments += 1;
          state = next;
        }
        expect(payments).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});
