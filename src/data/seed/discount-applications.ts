import { DELETED_OFFERS, GOODWILL, REPLACEMENT } from './lists/discount-offers.ts';
import { shareOf, sum } from './money.ts';
import type { OrderFacts } from './order-facts.ts';
import type { Random } from './random.ts';
import type { DemoRows, RowOf } from './rows.ts';

type Application = RowOf<'discountApplications'>;
type Line = RowOf<'lineItems'>;

/** One application before it belongs to an order. */
type Draft = Pick<
  Application,
  'discountId' | 'title' | 'code' | 'target' | 'valueType' | 'percentage' | 'amount' | 'total'
>;

const PERCENTS = [10, 15, 5, 20, 30] as const;

/** Says for each order with a discount where it came from; the totals add up to the order's. */
export function fillDiscountApplications(
  rows: DemoRows,
  random: Random,
  facts: readonly OrderFacts[],
): void {
  const reduced = facts.filter(({ order }) => order.discountTotal !== 0n);
  // Chance alone would now and then leave the last two months without one.
  const recent = reduced.findLast(({ order }) => order.originalOrderId === null)?.order;
  for (const { order, lines } of reduced) {
    const drafts = draftsOf(rows.discounts, random, order, lines);
    const told = order === recent ? [goodwill(order.discountTotal)] : drafts;
    told.forEach((draft, position) => {
      rows.discountApplications.push({
        id: random.id('dap'),
        storeId: order.storeId,
        orderId: order.id,
        orderCreatedAt: order.createdAt,
        position,
        currency: order.currency,
        ...draft,
      });
    });
  }
}

function draftsOf(
  discounts: readonly RowOf<'discounts'>[],
  random: Random,
  order: RowOf<'orders'>,
  lines: readonly Line[],
): readonly Draft[] {
  const reduced = lines.filter(({ discountTotal }) => discountTotal > 0n);
  const percent = PERCENTS.find((candidate) => fits(reduced, candidate)) ?? null;
  if (order.originalOrderId !== null) {
    return [percentage({ title: REPLACEMENT, percent: 100 }, reduced)];
  }
  if (percent === null || random.chance(0.05)) return [goodwill(order.discountTotal)];

  const at = order.createdAt.getTime();
  const offered = (target: Draft['target'], taken: readonly Line[]) => {
    const discount = inForce(discounts, random, { at, percent, target });
    return percentage(
      discount === null ? goneOf(random, percent) : usedOf(random, discount),
      taken,
    );
  };
  const [first, ...others] = reduced;
  const oneOfMany = reduced.length === 1 && lines.length > 1;
  if (oneOfMany || first === undefined) return [offered('LINE_ITEM', reduced)];
  if (others.length === 0 || !random.chance(0.2)) return [offered('ORDER', reduced)];
  // A product of the week, and a code for the rest.
  return [offered('LINE_ITEM', [first]), offered('ORDER', others)];
}

function fits(lines: readonly Line[], percent: number): boolean {
  return lines.every(({ unitPrice, quantity, discountTotal }) => {
    return shareOf(unitPrice * BigInt(quantity), percent * 100) === discountTotal;
  });
}

/** A discount that took so much off at the time; null where there is none, or it was deleted. */
function inForce(
  discounts: readonly RowOf<'discounts'>[],
  random: Random,
  wanted: { at: number; percent: number; target: Draft['target'] },
): RowOf<'discounts'> | null {
  const found = discounts.filter(({ percentage, target, startsAt, endsAt }) => {
    const started = startsAt.getTime() <= wanted.at;
    const over = endsAt != null && endsAt.getTime() < wanted.at;
    return percentage === wanted.percent * 100 && target === wanted.target && started && !over;
  });
  return found.length === 0 || random.chance(0.06) ? null : random.pick(found);
}

/** Where an application came from, and how much it takes off. */
interface Source {
  readonly title: string;
  readonly percent: number;
  readonly discountId?: string;
  readonly code?: string | null;
  readonly target?: Draft['target'];
}

function usedOf(random: Random, discount: RowOf<'discounts'>): Source {
  const { id: discountId, title, codes, target, percentage } = discount;
  const code = codes.length === 0 ? null : random.pick(codes);
  return { title, discountId, code, target, percent: (percentage ?? 0) / 100 };
}

function goneOf(random: Random, percent: number): Source {
  const { title, code } = random.pick(DELETED_OFFERS);
  return { title, code: code === null ? null : `${code}${percent}`, percent };
}

function percentage(source: Source, lines: readonly Line[]): Draft {
  const { discountId = null, title, code = null, target = 'ORDER', percent } = source;
  const total = sum(lines.map(({ discountTotal }) => discountTotal));
  return {
    ...{ discountId, title, code, target, total },
    ...{ valueType: 'PERCENTAGE', percentage: percent * 100, amount: null },
  };
}

function goodwill(total: bigint): Draft {
  return {
    ...{ discountId: null, title: GOODWILL, code: null, target: 'ORDER', total },
    ...{ valueType: 'FIXED_AMOUNT', percentage: null, amount: total },
  };
}
