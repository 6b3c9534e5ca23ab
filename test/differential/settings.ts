import fc from 'fast-check';

/**
 * How long to look: `npm test` runs a few thousand cases, `npm run test:differential` 200,000, `npm run test:engine`
 * 500,000, and with `CASES=` as many as it says. A failure tells its seed and its case, made as small as it gets;
 * `SEED=` repeats it.
 */
const SAID = process.env.CASES === undefined ? null : Number(process.env.CASES);
const CASES = SAID ?? 2_600;
const SEED = process.env.SEED === undefined ? null : Number(process.env.SEED);

/** Milliseconds that one property may take. */
export const PATIENCE = 60_000 + CASES * 20;

/** The settings of one property, which gets its share of all cases; the shares add up to 1. */
export const share = (part: number, cases = CASES) => ({
  numRuns: Math.ceil(cases * part),
  // A case that is still being shrunk then is told as small as it is.
  interruptAfterTimeLimit: PATIENCE - 20_000,
  markInterruptAsFailure: true,
  ...(SEED !== null && { seed: SEED }),
});

/** Few enough that a seed which is told finds its case again in a short run as well. */
const ROUND = 500;
const TOLD_EVERY_MS = 15_000;

/**
 * Looks through a share of all cases in rounds, each with a seed of its own, and keeps nothing of a round that is
 * over: twice as many where `CASES=` says no number. Where it does, the run tells its seed, how far it is and what
 * memory it takes.
 */
export async function search<T extends [unknown]>(
  name: string,
  property: fc.IAsyncProperty<T>,
  part: number,
): Promise<void> {
  const {
    numRuns,
    seed = Math.floor(Math.random() * 2 ** 31),
    ...settings
  } = share(part, SAID ?? 2 * CASES);
  const tell = (line: string) => SAID === null || console.log(`${name}: ${line}`);
  tell(`${numRuns} cases, seed ${seed}`);
  let told = Date.now();
  for (let done = 0; done < numRuns; done += ROUND) {
    const round = { numRuns: Math.min(ROUND, numRuns - done), seed: seed + done / ROUND };
    await fc.assert(property, { ...settings, ...round });
    if (Date.now() - told < TOLD_EVERY_MS) continue;
    told = Date.now();
    const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20);
    tell(`${done + round.numRuns} of ${numRuns}, seed ${round.seed}, ${megabytes} MB`);
  }
  tell(`all ${numRuns} agree`);
}

/** A case that fast-check prints as people read it. */
export function readable<T extends object>(value: T, text: (value: T) => string): T {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => `\n${text(value)}\n` });
}
