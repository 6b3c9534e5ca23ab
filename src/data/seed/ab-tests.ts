import { DAY, HOUR } from './durations.ts';
import { instant, instantBefore } from './instant.ts';
import {
  type Arm,
  type Experiment,
  MAIN_EXPERIMENTS,
  OTHER_EXPERIMENTS,
} from './lists/ab-experiments.ts';
import type { Random } from './random.ts';
import type { DemoRows, RowOf } from './rows.ts';
import type { StoreProfile } from './store-profiles.ts';

/** Of a hundred sessions so many end in an order. */
const CONVERSION = 0.029;

interface Making {
  readonly rows: DemoRows;
  readonly profile: StoreProfile;
  readonly random: Random;
  readonly now: number;
  /** Amounts that would tell something about an order. */
  readonly sums: ReadonlySet<bigint>;
}

/** Fills in the store's A/B tests, with what became of their sessions day by day. */
export function fillAbTests(making: Making, main: boolean): void {
  for (const experiment of main ? MAIN_EXPERIMENTS : OTHER_EXPERIMENTS) addTest(making, experiment);
}

function addTest(making: Making, experiment: Experiment): void {
  const { rows, profile, random, now } = making;
  const [made, began, ended] = experiment.days;
  const ago = (days: number) => instant(random, now - (days + random.between(0, 0.9)) * DAY);
  const createdAt = ago(made);
  const startedAt = began === undefined ? null : ago(began);
  const stoppedAt = ended === undefined ? null : ago(ended);
  const test: RowOf<'abTests'> = {
    id: random.id('abt'),
    storeId: profile.store.id,
    name: experiment.name,
    kind: experiment.kind,
    status: stoppedAt ? 'STOPPED' : startedAt ? 'RUNNING' : 'DRAFT',
    startedAt,
    stoppedAt,
    version: 1 + [startedAt, stoppedAt].filter(Boolean).length,
    createdAt,
    updatedAt: stoppedAt ?? startedAt ?? createdAt,
  };
  rows.abTests.push(test);
  const whole = experiment.arms.reduce((sum, { weight }) => sum + weight, 0);
  experiment.arms.forEach((arm, position) => {
    const variant = variantOf(test, arm, position, random);
    rows.abVariants.push(variant);
    if (startedAt === null) return;
    const end = stoppedAt ?? instantBefore(random, now);
    addDays(making, { variant, arm, share: arm.weight / whole, from: startedAt, to: end });
  });
}

const variantOf = (
  test: RowOf<'abTests'>,
  { key, name, weight, overrides }: Arm,
  position: number,
  random: Random,
): RowOf<'abVariants'> => ({
  id: random.id('abv'),
  storeId: test.storeId,
  testId: test.id,
  kind: test.kind,
  position,
  key,
  name,
  weight,
  overrides,
});

interface Course {
  readonly variant: RowOf<'abVariants'>;
  readonly arm: Arm;
  /** Its part of all sessions. */
  readonly share: number;
  readonly from: Date;
  readonly to: Date;
}

/** One row for each day in the time of the store; the first and the last are not whole. */
function addDays(making: Making, { variant, arm, share, from, to }: Course): void {
  const { rows, profile, random } = making;
  const offset = profile.utcOffsetHours * HOUR;
  const basket = basketsOf(making);
  const perDay = ((profile.orders / 730) * 1.25 * share) / CONVERSION;
  const midnight = (time: number) => Math.floor((time + offset) / DAY) * DAY - offset;
  for (let start = midnight(from.getTime()); start < to.getTime(); start += DAY) {
    const hours = Math.min(start + DAY, to.getTime()) - Math.max(start, from.getTime());
    const sessions = Math.round(perDay * (hours / DAY) * random.between(0.8, 1.2));
    const orders = times(random, sessions, CONVERSION * (arm.converts ?? 1));
    const attach = Math.min(0.95, profile.protection.rate * (arm.attaches ?? 1));
    const amounts = Array.from({ length: orders }, basket);
    rows.abVariantDays.push({
      storeId: profile.store.id,
      variantId: variant.id,
      day: new Date(start + offset).toISOString().slice(0, 10),
      currency: profile.store.currency,
      sessions,
      orders,
      protectedOrders: times(random, orders, attach),
      ...revenueOf(amounts, making.sums),
    });
  }
}

/** How often something with a probability happens in so many tries. */
function times(random: Random, tries: number, probability: number): number {
  let count = 0;
  for (let index = 0; index < tries; index += 1) if (random.chance(probability)) count += 1;
  return count;
}

/** Draws what an order comes to; nothing tells of the orders there are. */
function basketsOf({ rows, random }: Making): () => bigint {
  const sold = rows.products.filter(({ status }) => status === 'ACTIVE');
  return () => {
    let total = 0n;
    for (let left = random.int(1, 3); left > 0; left -= 1) total += random.pick(sold).price;
    return total;
  };
}

/** The sum of the amounts and of their squares; the last one gives way where the sum is that of an order. */
function revenueOf(amounts: bigint[], sums: ReadonlySet<bigint>) {
  const sum = () => amounts.reduce((total, amount) => total + amount, 0n);
  const last = amounts.length - 1;
  while (last >= 0 && sums.has(sum())) amounts[last] = (amounts[last] ?? 0n) + 1n;
  const squares = amounts.reduce((total, amount) => total + amount * amount, 0n);
  return { revenue: sum(), revenueSquares: squares.toString() };
}
