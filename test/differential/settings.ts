import fc from 'fast-check';

/**
 * How long to look: `npm test` runs a few thousand cases, `npm run test:differential` 200,000, and with `CASES=` as many
 * as it says. A failure tells its seed and its case, made as small as it gets; `SEED=` repeats it.
 */
const CASES = Number(process.env.CASES ?? 2_600);
const SEED = process.env.SEED === undefined ? null : Number(process.env.SEED);

/** Milliseconds that one property may take. */
export const PATIENCE = 60_000 + CASES * 20;

/** The settings of one property, which gets its share of all cases. */
export const share = (part: number) => ({
  numRuns: Math.ceil(CASES * part),
  // A case that is still being shrunk then is told as small as it is.
  interruptAfterTimeLimit: PATIENCE - 20_000,
  markInterruptAsFailure: true,
  ...(SEED !== null && { seed: SEED }),
});

/** A case that fast-check prints as people read it. */
export function readable<T extends object>(value: T, text: (value: T) => string): T {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => `\n${text(value)}\n` });
}
