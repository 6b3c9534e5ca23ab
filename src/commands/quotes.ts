import { and, eq, isNull } from 'drizzle-orm';
import { pricingRules, quotes } from '../data/tables/quotes.ts';
import type { CartLine } from '../data/values.ts';
import { refuse, type Work } from './command.ts';
import type { NamedQuote, ProtectionWish, QuotedTerms } from './order-shapes.ts';

/** What a quote was made for. */
export interface Quoted {
  readonly currency: string;
  readonly subtotal: bigint;
}

/** A quote for an order, which is yet to take it over. */
export interface Offer {
  readonly quote: QuotedTerms;
  /** Whether it is stored: the id of one that is not carries its terms. */
  readonly isStored: boolean;
  /** Where the input names it. */
  readonly field: string;
}

/**
 * The quote that an order names, where it was made for such an order. What is to be bought by it, the quote holds for
 * until its time is over, also where the store's prices changed since; `kind` is null where nothing is.
 *
 * @throws Refused NOT_FOUND, alike for one of another store, a forged and a missing one; NOT_ALLOWED where its time is
 * over, or it was made for something else.
 */
export async function findOffer(
  work: Work,
  order: Quoted,
  { quoteId, terms = null }: NamedQuote,
  kind: ProtectionWish['kind'] | null,
  field: string,
): Promise<Offer> {
  const quote = terms ?? (await findQuote(work, quoteId));
  if (quote === null) refuse('NOT_FOUND', field, 'There is no such quote in sight.');
  if (kind !== null && quote.expiresAt <= work.now) {
    refuse('NOT_ALLOWED', field, 'Its time is over. Ask for a new quote.');
  }
  if (quote.currency !== order.currency || quote.subtotal !== order.subtotal) {
    refuse('NOT_ALLOWED', field, 'It was made for another cart.');
  }
  if (kind !== null && (quote.kind ?? (await kindOfRule(work, quote.ruleId))) !== kind) {
    refuse('NOT_ALLOWED', field, 'It was not made for this kind of protection.');
  }
  return { quote, isStored: terms === null, field };
}

/**
 * Makes quotes those of an order. Of the orders that take over the same quote at once, one gets it.
 *
 * @throws Refused CONFLICT for one that an order has taken over.
 */
export async function takeOver(
  work: Work,
  order: { readonly id: string; readonly createdAt: Date },
  offers: readonly Offer[],
  cart: () => Promise<readonly CartLine[]> | readonly CartLine[],
): Promise<void> {
  if (offers.length === 0) return;
  const lines = await cart();
  // Always in the same sequence, so that no two orders wait for each other.
  const sorted = [...offers].sort((a, b) => (a.quote.id < b.quote.id ? -1 : 1));
  for (const offer of sorted) {
    const taken = offer.isStored
      ? await takeStored(work, order, offer.quote)
      : await store(work, order, offer.quote, lines);
    if (!taken) refuse('CONFLICT', offer.field, 'It was taken over already.');
  }
}

/** A computed quote is stored by the order that takes it over, and by nothing else. */
async function store(
  { transaction, storeId }: Work,
  order: { readonly id: string; readonly createdAt: Date },
  { kind: _, ...terms }: QuotedTerms,
  lines: readonly CartLine[],
): Promise<boolean> {
  const stored = await transaction
    .insert(quotes)
    .values({ ...terms, storeId, lines, orderId: order.id, orderCreatedAt: order.createdAt })
    .onConflictDoNothing()
    .returning({ id: quotes.id });
  return stored.length > 0;
}

async function takeStored(
  { transaction, storeId }: Work,
  order: { readonly id: string; readonly createdAt: Date },
  { id }: QuotedTerms,
): Promise<boolean> {
  const taken = await transaction
    .update(quotes)
    .set({ orderId: order.id, orderCreatedAt: order.createdAt })
    .where(and(eq(quotes.storeId, storeId), eq(quotes.id, id), isNull(quotes.orderId)))
    .returning({ id: quotes.id });
  return taken.length > 0;
}

async function findQuote({ transaction, storeId }: Work, id: string): Promise<QuotedTerms | null> {
  const [quote] = await transaction
    .select()
    .from(quotes)
    .where(and(eq(quotes.storeId, storeId), eq(quotes.id, id)));
  return quote ?? null;
}

/** The kind of protection that a rule prices; null for a rule that is gone. */
async function kindOfRule({ transaction, storeId }: Work, id: string) {
  const [rule] = await transaction
    .select({ kind: pricingRules.kind })
    .from(pricingRules)
    .where(and(eq(pricingRules.storeId, storeId), eq(pricingRules.id, id)));
  return rule?.kind ?? null;
}
