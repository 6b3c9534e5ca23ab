import { refuse, type Work } from './command.ts';

/** In milliseconds. */
export const DAY = 24 * 60 * 60 * 1000;

/** How far a platform's clock may be ahead of ours. */
const CLOCK_SKEW_MS = 60 * 60 * 1000;

export const FUTURE = 'It lies in the future.';

/** Whether a moment is yet to come, also by a clock that is a little ahead. */
export const isFuture = (moment: Date, now: Date): boolean =>
  moment.getTime() > now.getTime() + CLOCK_SKEW_MS;

/** Refuses a moment that is yet to come. */
export function refuseFuture({ now }: Work, moment: Date | null | undefined, field: string): void {
  if (moment != null && isFuture(moment, now)) refuse('INVALID', field, FUTURE);
}
