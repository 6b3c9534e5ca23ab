import { premiumOf } from '../pricing.ts';
import type { CartLine } from '../values.ts';
import { DAY, MINUTE } from './durations.ts';
import { instant } from './instant.ts';
import { sum } from './money.ts';
import { demoRule } from './pricing.ts';
import type { Random, Weighted } from './random.ts';
import type { DemoRows, RowOf } from './rows.ts';
import type { StoreProfile } from './store-profiles.ts';

const QUOTES = 150;
const LIFE = 30 * MINUTE;

const LINE_COUNTS: Weighted<number> = [
  [1, 40],
  [2, 30],
  [3, 18],
  [4, 9],
  [6, 3],
];
const QUANTITIES: Weighted<number> = [
  [1, 80],
  [2, 13],
  [3, 5],
  [8, 2],
];
const VARIANTS: Weighted<string | null> = [
  [null, 70],
  ['control', 15],
  ['lower-rate', 15],
];

/** Fills in the quotes of the last weeks, the latest of them not yet expired. */
export function fillQuotes(
  rows: DemoRows,
  profile: StoreProfile,
  random: Random,
  now: number,
): void {
  const cart = cartsOf(rows);
  for (let index = 0; index < QUOTES; index += 1) {
    const age = index < 4 ? random.between(1, 28) * MINUTE : random.between(0.03, 30) * DAY;
    const lines = cart(random);
    const subtotal = sum(lines.map((line) => BigInt(line.unitPrice) * BigInt(line.quantity)));
    const rule = demoRule(rows.pricingRules, 'SHIPPING_INSURANCE', subtotal);
    const createdAt = instant(random, now - age);
    rows.quotes.push({
      id: random.id('qte'),
      storeId: profile.store.id,
      lines,
      currency: profile.store.currency,
      subtotal,
      premium: premiumOf(rule, subtotal),
      paidBy: rule.paidBy,
      ruleId: rule.id,
      abVariant: random.weighted(VARIANTS),
      expiresAt: new Date(createdAt.getTime() + LIFE),
      createdAt,
    });
  }
}

/** Draws carts of what the store sells; a grouped product has no variant to choose. */
function cartsOf(rows: DemoRows): (random: Random) => readonly CartLine[] {
  const sold = rows.products.filter(({ status }) => status === 'ACTIVE');
  const variants = new Map<string, RowOf<'productVariants'>[]>();
  for (const variant of rows.productVariants) {
    const others = variants.get(variant.productId);
    if (others === undefined) variants.set(variant.productId, [variant]);
    else others.push(variant);
  }
  const lineOf = (random: Random, product: RowOf<'products'>): CartLine => {
    const choices = variants.get(product.id);
    const variant = choices === undefined ? null : random.pick(choices);
    return {
      sourceProductId: product.sourceId,
      sourceVariantId: variant?.sourceId ?? null,
      quantity: random.weighted(QUANTITIES),
      unitPrice: String((variant ?? product).price),
    };
  };
  return (random) => {
    const chosen = new Set<RowOf<'products'>>();
    for (let count = random.weighted(LINE_COUNTS); count > 0; count -= 1) {
      chosen.add(random.pick(sold));
    }
    return [...chosen].map((product) => lineOf(random, product));
  };
}
