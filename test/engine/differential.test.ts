import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Anomaly } from '../../src/engine/anomaly.ts';
import { madeUpSource } from '../differential/made-up-source.ts';
import { type RealCase, realCases } from '../differential/real-cases.ts';
import { PATIENCE, share } from '../differential/settings.ts';
import { type Answer, byEngine, byExecutor } from './kit.ts';

/** What the engine answers; null where it left the request to the executor, before or while it ran. */
async function answerOf(made: RealCase, salt: number | null, style: 'per-coordinate' | 'per-path') {
  try {
    return await byEngine(made, madeUpSource(salt), style);
  } catch (error) {
    if (error instanceof Anomaly) return null;
    throw error;
  }
}

const agrees = (salted: boolean, style: 'per-coordinate' | 'per-path') =>
  fc.asyncProperty(realCases, async (made) => {
    const salt = salted ? made.salt : null;
    const answer: Answer | null = await answerOf(made, salt, style);
    if (answer === null) return;
    const expected = await byExecutor(made, madeUpSource(salt), style);
    expect(answer.data).toBe(expected.data);
    expect(answer.errors).toEqual(expected.errors);
  });

/**
 * The engine against graphql-js on the guarded schema: the same bytes of `data` and the same errors for random
 * operations over rows that are there or missing. How many cases, and how to repeat them: `settings.ts`.
 */
describe('a random query', { timeout: PATIENCE * 4 }, () => {
  it('of dense rows is answered by the engine as by graphql-js', async () => {
    await fc.assert(agrees(false, 'per-coordinate'), share(0.8));
  });

  it('of rows that are missing here and there is answered alike', async () => {
    await fc.assert(agrees(true, 'per-coordinate'), share(0.9));
  });

  it('with an error for each place is answered alike', async () => {
    await fc.assert(agrees(true, 'per-path'), share(0.3));
  });

  it('is one that the engine takes', async () => {
    const cases = fc.sample(realCases, { numRuns: 400, seed: 1 });
    const answers = await Promise.all(cases.map((made) => answerOf(made, null, 'per-coordinate')));
    expect(cases.filter((_case, index) => answers[index] === null)).toEqual([]);
  });
});
