import { DAY } from './durations.ts';
import { shareOf } from './money.ts';
import type { Shelf } from './products.ts';
import type { Random, Weighted } from './random.ts';
import type { RowOf } from './rows.ts';
import type { StoreProfile } from './store-profiles.ts';

/** A line before it belongs to an order. */
export type LineDraft = Omit<
  RowOf<'lineItems'>,
  'id' | 'storeId' | 'orderId' | 'orderCreatedAt' | 'sourceId' | 'position' | 'refundedQuantity'
>;

const LINE_COUNTS: Weighted<number> = [
  [1, 46],
  [2, 28],
  [3, 15],
  [4, 7],
  [5, 4],
];
const QUANTITIES: Weighted<number> = [
  [1, 82],
  [2, 13],
  [3, 3],
  [4, 1.5],
  [6, 0.5],
];
const WHOLESALE_QUANTITIES: Weighted<number> = [
  [4, 30],
  [6, 40],
  [10, 20],
  [12, 10],
];
const PERCENT_OFF: Weighted<number> = [
  [5, 15],
  [10, 45],
  [15, 25],
  [20, 10],
  [30, 5],
];

/** One to five lines, each a different variant, with the discount and tax that fall on them. */
export function draftLines(
  random: Random,
  profile: StoreProfile,
  shelf: Shelf,
  order: { at: number; now: number; wholesale: boolean; taxRate: number },
): LineDraft[] {
  const drafts = new Map<string, LineDraft>();
  const count = random.weighted(LINE_COUNTS);
  const bought = () => random.weighted(order.wholesale ? WHOLESALE_QUANTITIES : QUANTITIES);
  for (let attempt = 0; drafts.size < count && attempt < 12; attempt += 1) {
    const gone = order.now - order.at > 150 * DAY && random.chance(0.025);
    const draft = gone
      ? deletedLine(random, profile, bought())
      : lineOf(random, profile, shelf, order.at, bought());
    drafts.set(`${draft.sku}`, draft);
  }
  const offs = discounts(random, drafts.size, order.wholesale);
  return [...drafts.values()].map((draft, index) => {
    const gross = draft.unitPrice * BigInt(draft.quantity);
    const discountTotal = shareOf(gross, (offs[index] ?? 0) * 100);
    return { ...draft, discountTotal, taxTotal: shareOf(gross - discountTotal, order.taxRate) };
  });
}

/** The same goods once more, free of charge. */
export function repeatLine(line: LineDraft): LineDraft {
  const { productId, variantId, name, variantTitle, sku, imageUrl, quantity, currency, unitPrice } =
    line;
  const discountTotal = unitPrice * BigInt(quantity);
  return {
    ...{ productId, variantId, name, variantTitle, sku, imageUrl, quantity, currency, unitPrice },
    discountTotal,
    taxTotal: 0n,
  };
}

function lineOf(
  random: Random,
  profile: StoreProfile,
  shelf: Shelf,
  at: number,
  quantity: number,
): LineDraft {
  const { product, variants } = shelf.draw(random, at);
  const variant = random.pick(variants);
  // Like a variant that was removed from a product that is still sold.
  const removed = variants.length > 1 && random.chance(0.004);
  return {
    productId: product.id,
    variantId: removed ? null : variant.id,
    name: product.name,
    variantTitle: variant.title === profile.catalogue.onlyVariant ? null : variant.title,
    sku: variant.sku,
    imageUrl: product.imageUrl,
    quantity,
    currency: product.currency,
    unitPrice: variant.price,
    discountTotal: 0n,
    taxTotal: 0n,
  };
}

function deletedLine(random: Random, profile: StoreProfile, quantity: number): LineDraft {
  const { deleted, prefix } = profile.catalogue;
  const index = random.int(0, deleted.length - 1);
  const [name, price] = deleted[index] ?? ['', 0];
  return {
    productId: null,
    variantId: null,
    name,
    variantTitle: null,
    sku: `${prefix}-OLD-${index + 1}`,
    imageUrl: null,
    quantity,
    currency: profile.store.currency,
    unitPrice: BigInt(price),
    discountTotal: 0n,
    taxTotal: 0n,
  };
}

/** Percent off per line: none, the same for all (a code), or one line (a sale). */
function discounts(random: Random, lines: number, wholesale: boolean): number[] {
  if (wholesale) return Array<number>(lines).fill(30);
  const kind = random.unit();
  const percent = random.weighted(PERCENT_OFF);
  if (kind < 0.16) return Array<number>(lines).fill(percent);
  if (kind < 0.24) return [percent];
  return [];
}
