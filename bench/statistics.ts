/** What one round measured of one server. */
export interface Round {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of processor time for one request. */
  readonly nodeCpu: number;
  readonly postgresCpu: number;
  /** How much of its core the server used, 0 to 1. */
  readonly busy: number;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** Every figure of a round as the spread of its values over all rounds. */
export type Summary = { readonly [F in keyof Round]: Spread };

export function summaryOf(rounds: readonly Round[]): Summary {
  const of = (figure: keyof Round) => spreadOf(rounds.map((round) => round[figure]));
  return {
    requestsPerSecond: of('requestsPerSecond'),
    p50: of('p50'),
    p99: of('p99'),
    nodeCpu: of('nodeCpu'),
    postgresCpu: of('postgresCpu'),
    busy: of('busy'),
  };
}
