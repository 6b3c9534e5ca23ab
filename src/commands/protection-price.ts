import { and, asc, eq } from 'drizzle-orm';
import { abTests, abVariants } from '../data/tables/ab-tests.ts';
import { pricingRules } from '../data/tables/quotes.ts';
import { priceSettings } from '../data/tables/settings.ts';
import { refuse, type Work } from './command.ts';
import type { ProtectionWish } from './order-shapes.ts';
import { isSold, offerOf } from './price-test.ts';
import { findOffer, type Offer, type Quoted } from './quotes.ts';

/** What a protection costs, and under which of the store's terms. */
export interface Price {
  readonly kind: ProtectionWish['kind'];
  readonly premium: bigint;
  readonly paidBy: 'CUSTOMER' | 'BRAND';
  readonly terms: string;
  /** The quote that says so, which the order has to take over. */
  readonly offer: Offer | null;
}

/**
 * What a protection costs: what its quote says, or what the store's rules say now.
 *
 * @throws Refused where the store does not offer it, or the quote is not one for this order. `field` leads to the wish.
 */
export async function priceProtection(
  work: Work,
  order: Quoted,
  { kind, quoteId, terms }: ProtectionWish,
  field: string,
): Promise<Price> {
  const { transaction, storeId } = work;
  const [setting] = await transaction
    .select({ enabled: priceSettings.enabled, terms: priceSettings.terms })
    .from(priceSettings)
    .where(and(eq(priceSettings.storeId, storeId), eq(priceSettings.kind, kind)));
  const said = { kind, terms: setting?.terms ?? '' };
  if (quoteId == null) {
    return {
      ...said,
      ...(await priceByRules(work, order, kind, setting?.enabled === true, field)),
    };
  }
  const offer = await findOffer(work, order, { quoteId, terms }, kind, `${field}quoteId`);
  const { premium, paidBy } = offer.quote;
  if (!isSold(kind, premium)) notOffered(field);
  return { ...said, premium, paidBy, offer };
}

async function priceByRules(
  work: Work,
  { currency, subtotal }: Quoted,
  kind: Price['kind'],
  enabled: boolean,
  field: string,
) {
  const { transaction, storeId } = work;
  const rules = await transaction
    .select()
    .from(pricingRules)
    .where(and(eq(pricingRules.storeId, storeId), eq(pricingRules.kind, kind)))
    .orderBy(asc(pricingRules.position));
  const variants = await loadPriceTest(work);
  const offered = offerOf({ kind, enabled, rules, variants }, subtotal, null);
  if (offered === null || offered.rule.currency !== currency) notOffered(field);
  return { premium: offered.premium, paidBy: offered.rule.paidBy, offer: null };
}

/** The variants of the price test that runs in the store, the control first; none where none runs. */
function loadPriceTest({ transaction, storeId }: Work) {
  return transaction
    .select({
      testId: abVariants.testId,
      key: abVariants.key,
      weight: abVariants.weight,
      overrides: abVariants.overrides,
    })
    .from(abVariants)
    .innerJoin(
      abTests,
      and(eq(abTests.storeId, abVariants.storeId), eq(abTests.id, abVariants.testId)),
    )
    .where(
      and(
        eq(abVariants.storeId, storeId),
        eq(abTests.kind, 'PRICE'),
        eq(abTests.status, 'RUNNING'),
      ),
    )
    .orderBy(asc(abVariants.position));
}

function notOffered(field: string): never {
  refuse(
    'NOT_ALLOWED',
    `${field}kind`,
    'The store does not offer this protection for such an order.',
  );
}
