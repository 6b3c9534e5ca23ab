import { DAY } from './durations.ts';
import { instant } from './instant.ts';
import { DISCOUNT_OFFERS } from './lists/discount-offers.ts';
import { roundUp } from './money.ts';
import type { Random } from './random.ts';
import type { DemoRows } from './rows.ts';
import type { SourceIds } from './source-ids.ts';
import type { StoreProfile } from './store-profiles.ts';

interface Offer {
  readonly codes: readonly string[];
  readonly percent?: number;
  readonly units?: number;
  readonly limit?: number;
}

/** Fills in the store's discounts: running, over and to come. */
export function fillDiscounts(
  rows: DemoRows,
  profile: StoreProfile,
  { random, ids, now }: { random: Random; ids: SourceIds; now: number },
): void {
  const { store, catalogue } = profile;
  const on = (days: number) => instant(random, now + days * DAY);
  for (const offer of DISCOUNT_OFFERS) {
    const { limit, codes }: Offer = offer;
    const [starts, ends] = offer.days;
    const made = Math.min(starts, 0) - random.between(0.5, 9);
    const createdAt = on(made);
    rows.discounts.push({
      id: random.id('dsc'),
      storeId: store.id,
      sourceId: ids.next('discount'),
      title: offer.title,
      summary: offer.summary,
      method: codes.length > 0 ? 'CODE' : 'AUTOMATIC',
      codes: codes.map((code) => `${catalogue.prefix}-${code}`),
      target: offer.target,
      ...worthOf(profile, offer),
      currency: store.currency,
      appliesOncePerCustomer: offer.once,
      usageLimit: limit ?? null,
      startsAt: on(starts),
      endsAt: ends === null ? null : on(ends),
      createdAt,
      updatedAt: random.chance(0.5) ? createdAt : on(random.between(made, made / 3)),
    });
  }
}

function worthOf(profile: StoreProfile, { percent, units }: Offer) {
  if (percent !== undefined) {
    return { valueType: 'PERCENTAGE', percentage: percent * 100, amount: null } as const;
  }
  if (units === undefined) {
    return { valueType: 'FREE_SHIPPING', percentage: null, amount: null } as const;
  }
  const { most, unit } = profile.protection;
  const amount = roundUp((most * BigInt(units)) / 5_000n, unit);
  return { valueType: 'FIXED_AMOUNT', percentage: null, amount } as const;
}
