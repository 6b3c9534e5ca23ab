import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeUpSource } from '../differential/made-up-source.ts';
import { realCases } from '../differential/real-cases.ts';
import { PATIENCE, search } from '../differential/settings.ts';
import { byEngine, byExecutor } from './kit.ts';

const agrees = (salted: boolean, style: 'per-coordinate' | 'per-path') =>
  fc.asyncProperty(realCases, async (made) => {
    const salt = salted ? made.salt : null;
    const answer = await byEngine(made, madeUpSource(salt), style);
    const expected = await byExecutor(made, madeUpSource(salt), style);
    // Not one is left to graphql-js.
    expect(answer?.data).toBe(expected.data);
    expect(answer?.errors).toEqual(expected.errors);
  });

/**
 * The engine against graphql-js on the guarded schema: the same bytes of `data` and the same errors for random
 * operations over rows that are there or missing. How many cases, and how to repeat them: `settings.ts`.
 */
describe('a random query', { timeout: PATIENCE * 4 }, () => {
  it('of dense rows is answered by the engine as by graphql-js', async () => {
    await search('dense rows', agrees(false, 'per-coordinate'), 0.4);
  });

  it('of rows that are missing here and there is answered alike', async () => {
    await search('sparse rows', agrees(true, 'per-coordinate'), 0.45);
  });

  it('with an error for each place is answered alike', async () => {
    await search('errors for each place', agrees(true, 'per-path'), 0.15);
  });
});
