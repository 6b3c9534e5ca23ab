import type { Random } from './random.ts';

/**
 * A moment of this platform's own clock, within the second of `time` and never on the full second.
 * The merchant's platform tells full seconds only: so a date of a policy, claim or quote is no date
 * of any order.
 */
export function instant(random: Random, time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000 + random.int(1, 999));
}

/** Such a moment in the second before `time`. */
export function instantBefore(random: Random, time: number): Date {
  return instant(random, time - 1000);
}
