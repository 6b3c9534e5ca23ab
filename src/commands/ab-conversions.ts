import { and, desc, eq, gt, isNull, lte, or, sql } from 'drizzle-orm';
import { abTests, abVariantDays, abVariants } from '../data/tables/ab-tests.ts';
import { stores } from '../data/tables/stores.ts';
import type { Work } from './command.ts';
import type { QuotedTerms } from './order-shapes.ts';

interface Converted {
  readonly createdAt: Date;
  readonly currency: string;
  readonly total: bigint;
  readonly isProtected: boolean;
}

/**
 * Counts an order for the variants that made the quotes it took over, on its day in the store's time zone: each
 * variant once, whatever it quoted. A quote was an offer of the test that ran when it was made. Its order counts also
 * when the test was stopped since, because those who decide slowly belong to the sample.
 */
export async function countConversions(
  work: Work,
  order: Converted,
  quotes: readonly QuotedTerms[],
): Promise<void> {
  const ids = new Set<string>();
  for (const quote of quotes) {
    const id = await variantOf(work, quote);
    if (id !== null) ids.add(id);
  }
  // Always in the same sequence, so that no two orders wait for each other.
  for (const variantId of [...ids].sort()) await count(work, variantId, order);
}

/** The variant by which a price test priced a quote, of the test that ran when it was made. */
async function variantOf(
  { transaction, storeId }: Work,
  { abVariant, createdAt }: QuotedTerms,
): Promise<string | null> {
  if (abVariant === null) return null;
  const [variant] = await transaction
    .select({ id: abVariants.id })
    .from(abVariants)
    .innerJoin(
      abTests,
      and(eq(abTests.storeId, abVariants.storeId), eq(abTests.id, abVariants.testId)),
    )
    .where(
      and(
        eq(abVariants.storeId, storeId),
        eq(abVariants.kind, 'PRICE'),
        eq(abVariants.key, abVariant),
        lte(abTests.startedAt, createdAt),
        or(isNull(abTests.stoppedAt), gt(abTests.stoppedAt, createdAt)),
      ),
    )
    .orderBy(desc(abTests.startedAt))
    .limit(1);
  return variant?.id ?? null;
}

/** Adds to what is there, in one statement: orders that are created at once are all counted. */
async function count(
  { transaction, storeId }: Work,
  variantId: string,
  { createdAt, currency, total, isProtected }: Converted,
): Promise<void> {
  const timeZone = sql`(select ${stores.timezone} from ${stores} where ${eq(stores.id, storeId)})`;
  const days = abVariantDays;
  await transaction
    .insert(days)
    .values({
      storeId,
      variantId,
      day: sql`(${createdAt.toISOString()}::timestamptz at time zone ${timeZone})::date`,
      currency,
      sessions: 1,
      orders: 1,
      protectedOrders: isProtected ? 1 : 0,
      revenue: total,
      revenueSquares: String(total * total),
    })
    .onConflictDoUpdate({
      target: [days.storeId, days.variantId, days.day, days.currency],
      set: {
        sessions: sql`${days.sessions} + excluded.sessions`,
        orders: sql`${days.orders} + excluded.orders`,
        protectedOrders: sql`${days.protectedOrders} + excluded.protected_orders`,
        revenue: sql`${days.revenue} + excluded.revenue`,
        revenueSquares: sql`${days.revenueSquares} + excluded.revenue_squares`,
      },
    });
}
