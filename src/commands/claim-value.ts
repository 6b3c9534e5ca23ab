import { shareOf } from '../data/pricing.ts';
import type { lineItems } from '../data/tables/orders.ts';

/** What a line item says about the price of its pieces. */
export type PricedLine = Pick<
  typeof lineItems.$inferSelect,
  'quantity' | 'unitPrice' | 'discountTotal' | 'taxTotal'
>;

/** Pieces of one line item, and how much of their value counts, in hundredths of a per cent. */
export interface ValuedPieces {
  readonly line: PricedLine;
  readonly quantity: number;
  readonly share: bigint;
}

export const WHOLE = 10_000n;

/** So many pieces' part of what a whole line has; a half minor unit is rounded up. */
function partOf(amount: bigint, pieces: number, { quantity }: PricedLine): bigint {
  const whole = BigInt(quantity);
  return (2n * amount * BigInt(pieces) + whole) / (2n * whole);
}

/**
 * What pieces were worth (`orderprotection.md` section 8): price less discount plus tax, of which the share counts.
 * In minor units of the order's currency.
 */
function pieceValueOf({ line, quantity, share }: ValuedPieces): bigint {
  const discount = partOf(line.discountTotal, quantity, line);
  const tax = partOf(line.taxTotal, quantity, line);
  return shareOf(line.unitPrice * BigInt(quantity) - discount + tax, share);
}

export function totalValueOf(pieces: readonly ValuedPieces[]): bigint {
  return pieces.reduce((total, each) => total + pieceValueOf(each), 0n);
}
