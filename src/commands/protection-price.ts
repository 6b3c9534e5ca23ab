import { and, asc, eq } from 'drizzle-orm';
import { premiumOf, ruleFor } from '../data/pricing.ts';
import { pricingRules, quotes } from '../data/tables/quotes.ts';
import { priceSettings } from '../data/tables/settings.ts';
import type { CartLine } from '../data/values.ts';
import { refuse, type Work } from './command.ts';
import type { ProtectionWish, QuotedTerms } from './order-shapes.ts';

/** What a protection costs, and under which of the store's terms. */
export interface Price {
  readonly kind: ProtectionWish['kind'];
  readonly premium: bigint;
  readonly paidBy: 'CUSTOMER' | 'BRAND';
  readonly terms: string;
}

/** The order as far as its protection is priced by it. */
export interface Priced {
  readonly currency: string;
  readonly subtotal: bigint;
  /** What is kept of the cart with a quote that was computed. */
  readonly cart: () => Promise<readonly CartLine[]> | readonly CartLine[];
}

/**
 * What a protection costs: what its quote says, which is thereby taken over, or what the store's rules say now.
 *
 * @throws Refused where the store does not offer it, or the quote is not one for this order. `field` leads to the wish.
 */
export async function priceProtection(
  work: Work,
  order: Priced,
  wish: ProtectionWish,
  field: string,
): Promise<Price> {
  const { transaction, storeId } = work;
  const { kind } = wish;
  const [setting] = await transaction
    .select({ enabled: priceSettings.enabled, terms: priceSettings.terms })
    .from(priceSettings)
    .where(and(eq(priceSettings.storeId, storeId), eq(priceSettings.kind, kind)));
  const { premium, paidBy } =
    wish.quoteId == null
      ? await priceByRules(work, order, kind, setting?.enabled === true, field)
      : await takeQuote(work, order, { ...wish, quoteId: wish.quoteId }, field);
  // An order is held to be protected by what its protection costs.
  if (premium === 0n && kind === 'SHIPPING_INSURANCE') notOffered(field);
  return { kind, premium, paidBy, terms: setting?.terms ?? '' };
}

async function priceByRules(
  { transaction, storeId }: Work,
  { currency, subtotal }: Priced,
  kind: Price['kind'],
  enabled: boolean,
  field: string,
) {
  const rules = await transaction
    .select()
    .from(pricingRules)
    .where(and(eq(pricingRules.storeId, storeId), eq(pricingRules.kind, kind)))
    .orderBy(asc(pricingRules.position));
  const rule = ruleFor(rules, subtotal);
  if (!enabled || rule === null || rule.currency !== currency) notOffered(field);
  return { premium: premiumOf(rule, subtotal), paidBy: rule.paidBy };
}

function notOffered(field: string): never {
  refuse(
    'NOT_ALLOWED',
    `${field}kind`,
    'The store does not offer this protection for such an order.',
  );
}

/** A quote holds for the cart and the time that it was made for, also where the store's prices changed since. */
async function takeQuote(
  work: Work,
  order: Priced,
  { kind, quoteId, terms = null }: ProtectionWish & { quoteId: string },
  field: string,
) {
  const at = `${field}quoteId`;
  const quote = terms ?? (await findQuote(work, quoteId));
  if (quote === null) refuse('NOT_FOUND', at, 'There is no such quote in sight.');
  if (quote.expiresAt <= work.now) {
    refuse('NOT_ALLOWED', at, 'Its time is over. Ask for a new quote.');
  }
  if (quote.currency !== order.currency || quote.subtotal !== order.subtotal) {
    refuse('NOT_ALLOWED', at, 'It was made for another cart.');
  }
  if ((quote.kind ?? (await kindOfRule(work, quote.ruleId))) !== kind) {
    refuse('NOT_ALLOWED', at, 'It was not made for this kind of protection.');
  }
  if (terms !== null) await storeQuote(work, terms, await order.cart(), at);
  return quote;
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

/** A computed quote is stored by what takes it over, which can be done once. */
async function storeQuote(
  { transaction, storeId }: Work,
  { kind: _, ...terms }: QuotedTerms,
  lines: readonly CartLine[],
  field: string,
): Promise<void> {
  const stored = await transaction
    .insert(quotes)
    .values({ ...terms, storeId, lines })
    .onConflictDoNothing()
    .returning({ id: quotes.id });
  if (stored.length === 0) refuse('CONFLICT', field, 'It was taken over already.');
}
