import { DAY, HOUR } from './durations.ts';
import { Lottery, type Random } from './random.ts';
import type { StoreProfile } from './store-profiles.ts';

/** When an order is placed, by which of the store's customers, and how it relates to another. */
export interface OrderPlan {
  /** Epoch milliseconds, a whole second. */
  readonly at: number;
  /** Index among the store's customers; null for an order without one. */
  readonly buyer: number | null;
  /** The earlier order that this one replaces. */
  readonly replaces: OrderPlan | null;
  /** Whether a later order replaces this one: then it was shipped and something went wrong. */
  replaced: boolean;
}

const SPAN_DAYS = 730;
/** The part of the span that `read_orders` sees without `read_all_orders`. */
const WINDOW_DAYS = 60;
const RECENT_SHARE = 0.095;

const BY_MONTH = [0.85, 0.85, 0.9, 0.95, 1.05, 1.05, 0.95, 0.95, 1, 1.05, 1.5, 1.35] as const;
const BY_WEEKDAY = [1.15, 1.1, 0.95, 0.95, 1, 1, 0.9] as const;
const BY_HOUR = [
  1, 0.6, 0.4, 0.3, 0.3, 0.5, 1.2, 2.2, 3.2, 4, 4.6, 5, 5.4, 5, 4.6, 4.4, 4.5, 5, 5.6, 6.4, 7, 6.6,
  4.6, 2.4,
] as const;

/** Ages in days of the well-known customer's orders, either side of the window's border. */
const KNOWN_AGES = [1.9, 17.4, 44.2, 59.8, 60.3, 97.5, 168.1, 244.6, 371.3, 518.8, 655.2] as const;
/** Ages in hours of orders that are always there, so that a fresh store is not quiet. */
const FRESH_HOURS = { main: [0.15, 0.6, 1.4, 2.3, 4.1, 6.5], other: [0.8, 5.2] } as const;
/** Hours either side of the window's border; positive is older. */
const BORDER_HOURS = {
  main: [-5.5, -3, -1.2, -0.2, 0.2, 0.9, 2.5, 4.7],
  other: [-2.5, 2.5],
} as const;

/** The store's orders over two years up to `now`, in the order they were placed. */
export function planOrders(
  profile: StoreProfile,
  random: Random,
  now: number,
  main: boolean,
): readonly OrderPlan[] {
  const buyers = buyerLottery(profile.customers, main);
  const sale = (at: number, buyer: number | null): OrderPlan => ({
    at: Math.floor(at / 1000) * 1000,
    buyer,
    replaces: null,
    replaced: false,
  });
  const drawn = () => (random.chance(0.045) ? null : buyers.draw(random));

  const plans = orderTimes(profile, random, now).map((at) => sale(at, drawn()));
  const always = main ? 'main' : 'other';
  for (const hours of FRESH_HOURS[always])
    plans.push(sale(now - hours * HOUR, buyers.draw(random)));
  for (const hours of BORDER_HOURS[always]) {
    plans.push(sale(now - WINDOW_DAYS * DAY - hours * HOUR, buyers.draw(random)));
  }
  if (main) for (const days of KNOWN_AGES) plans.push(sale(now - days * DAY, 0));

  plans.push(...planReplacements(plans, random, now, main));
  return plans.sort((one, other) => one.at - other.at);
}

/** Heavy-tailed: a few customers buy dozens of times, many once, the last ones never. */
function buyerLottery(customers: number, main: boolean): Lottery<number> {
  const choices: [number, number][] = [];
  // The main store's first customer is the well-known one, whose orders are listed above.
  const first = main ? 1 : 0;
  for (let rank = first; rank < customers * 0.97; rank += 1) {
    choices.push([rank, (rank + (main ? 11 : 5)) ** -0.85]);
  }
  return new Lottery(choices);
}

function orderTimes(profile: StoreProfile, random: Random, now: number): number[] {
  const day = (age: number): [number, number] => [age, dayWeight(profile, random, now, age)];
  const ages = Array.from({ length: SPAN_DAYS }, (_, age) => day(age));
  const recent = new Lottery(ages.slice(0, WINDOW_DAYS));
  const earlier = new Lottery(ages.slice(WINDOW_DAYS));
  const hours = new Lottery(BY_HOUR.map((weight, hour) => [hour, weight] as const));
  const count = Math.round(profile.orders * RECENT_SHARE);
  return Array.from({ length: profile.orders }, (_, index) => {
    const age = (index < count ? recent : earlier).draw(random);
    const ofDay = hours.draw(random) * HOUR + random.between(0, HOUR);
    return momentOn(profile, now - age * DAY, ofDay);
  });
}

/** The last moment up to `end` at which the store's clock shows the time of day. */
function momentOn(profile: StoreProfile, end: number, ofDay: number): number {
  const offset = profile.utcOffsetHours * HOUR;
  const moment = Math.floor((end + offset) / DAY) * DAY + ofDay - offset;
  return moment > end ? moment - DAY : moment;
}

function dayWeight(profile: StoreProfile, random: Random, now: number, age: number): number {
  const date = new Date(now - (age + 0.5) * DAY + profile.utcOffsetHours * HOUR);
  const month = date.getUTCMonth();
  const day = date.getUTCDate();
  const season = (BY_MONTH[month] ?? 1) * (month === 10 && day > 19 ? 1.4 : 1);
  const afterHolidays = month === 11 && day > 21 ? 0.6 : 1;
  const growth = 1.2 - (0.5 * age) / SPAN_DAYS;
  const freshness = age < WINDOW_DAYS ? 1 + 0.8 * (1 - age / WINDOW_DAYS) ** 2 : 1;
  const weekday = BY_WEEKDAY[date.getUTCDay()] ?? 1;
  return season * afterHolidays * growth * freshness * weekday * random.between(0.75, 1.25);
}

function planReplacements(
  sales: readonly OrderPlan[],
  random: Random,
  now: number,
  main: boolean,
): OrderPlan[] {
  const replacements: OrderPlan[] = [];
  const replace = (original: OrderPlan, at: number) => {
    original.replaced = true;
    replacements.push({
      at: Math.floor(at / 1000) * 1000,
      buyer: original.buyer,
      replaces: original,
      replaced: false,
    });
  };
  const free = (plan: OrderPlan) => plan.buyer !== null && !plan.replaced;
  const ageOf = (plan: OrderPlan) => (now - plan.at) / DAY;

  // An original out of the window whose replacement is inside it.
  const crossing = sales.filter((plan) => free(plan) && ageOf(plan) > 61 && ageOf(plan) < 90);
  for (const original of crossing.slice(0, main ? 7 : 3)) {
    replace(original, now - random.between(6, 50) * DAY);
  }
  for (const plan of sales) {
    if (!free(plan) || ageOf(plan) < 12 || !random.chance(0.019)) continue;
    replace(
      plan,
      Math.min(plan.at + random.between(8, 38) * DAY, now - random.between(1, 60) * HOUR),
    );
  }
  // Whoever looks at the newest orders finds one on any day, with its original.
  const recent = sales.findLast((plan) => free(plan) && ageOf(plan) > 12 && ageOf(plan) < 40);
  if (recent) replace(recent, now - 6 * HOUR);
  return replacements;
}
