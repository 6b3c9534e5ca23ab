import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { customers } from '../data/tables/customers.ts';
import { lineItems, orders } from '../data/tables/orders.ts';
import type { CartLine } from '../data/values.ts';
import { countConversions } from './ab-conversions.ts';
import { loadCatalogue } from './catalogue.ts';
import { absent, changeRow, given } from './changes.ts';
import { type Command, refuse, type Work } from './command.ts';
import { refuseFuture } from './moments.ts';
import type { ORDER_CANCEL, ORDER_TAGS, ORDER_UPDATE, OrderDraft } from './order-shapes.ts';
import { isOrderInSight, lockOrder } from './orders-in-sight.ts';
import { cancelPolicies, createPolicy, premiumColumns } from './protection.ts';
import { type Price, priceProtection } from './protection-price.ts';
import { findOffer, takeOver } from './quotes.ts';

/** Records an order of the merchant's platform, with its lines, and the protection that was bought with it. */
export const orderCreate: Command<OrderDraft> = {
  name: 'orderCreate',
  async run(draft, work) {
    const { transaction, storeId, now } = work;
    refuseFuture(work, draft.createdAt, 'input.createdAt');
    await checkReferences(work, draft);
    const prices = await pricesOf(work, draft);
    const declined =
      draft.declined &&
      (await findOffer(work, draft, draft.declined, null, 'input.declinedQuoteId'));
    const { lines, protection: _, declined: __, ...columns } = draft;
    const id = work.newId('ord');
    const stored = await transaction
      .insert(orders)
      .values({
        ...columns,
        ...premiumColumns(prices),
        id,
        storeId,
        updatedAt: draft.createdAt > now ? draft.createdAt : now,
        financialStatus: draft.financialStatus ?? 'PENDING',
        fulfillmentStatus: draft.fulfillmentStatus ?? 'UNFULFILLED',
        tags: draft.tags ?? [],
      })
      .onConflictDoNothing({ target: [orders.storeId, orders.sourceId] })
      .returning({ version: orders.version });
    // Alike for an order in sight and one that is not.
    if (stored.length === 0) {
      refuse('CONFLICT', 'input.sourceId', 'There is an order with this source id already.');
    }
    await insertLines(work, { ...draft, id });
    for (const price of prices) await createPolicy(work, { ...draft, id }, price);
    const offers = [declined, ...prices.map(({ offer }) => offer)].filter(
      (offer) => offer !== null,
    );
    await takeOver(work, { ...draft, id }, offers, () => cartOf(lines));
    const isProtected = prices.length > 0;
    await countConversions(
      work,
      { ...draft, isProtected },
      offers.map(({ quote }) => quote),
    );
    work.emit('order.created', id);
    if (isProtected) work.emit('protection.added', id);
    return { id, version: stored[0]?.version ?? 1 };
  },
};

/** The customer is one of the store, and an order that this one replaces is one in sight. */
async function checkReferences(work: Work, { customerId, originalOrderId }: OrderDraft) {
  const { transaction, storeId } = work;
  if (customerId != null) {
    const found = await transaction
      .select({ id: customers.id })
      .from(customers)
      .where(and(eq(customers.storeId, storeId), eq(customers.id, customerId)));
    if (found.length === 0) absent(customerId, 'input.customerId');
  }
  if (originalOrderId != null) {
    const [found] = await transaction
      .select({ createdAt: orders.createdAt })
      .from(orders)
      .where(and(eq(orders.storeId, storeId), eq(orders.id, originalOrderId)));
    if (found === undefined || !isOrderInSight(work, found.createdAt)) {
      absent(originalOrderId, 'input.originalOrderId');
    }
  }
}

async function pricesOf(work: Work, draft: OrderDraft): Promise<readonly Price[]> {
  const prices: Price[] = [];
  for (const [index, wish] of draft.protection.entries()) {
    const field = `input.protection.${index}.`;
    prices.push(await priceProtection(work, draft, wish, field));
  }
  return prices;
}

/** What is kept of the cart with a quote that was computed. */
const cartOf = (lines: OrderDraft['lines']): readonly CartLine[] =>
  lines.map(({ sourceProductId, sourceVariantId, quantity, unitPrice }) => ({
    sourceProductId: sourceProductId ?? '',
    sourceVariantId: sourceVariantId ?? null,
    quantity,
    unitPrice: unitPrice.toString(),
  }));

async function insertLines(work: Work, order: OrderDraft & { readonly id: string }) {
  const { transaction, storeId } = work;
  const catalogue = await loadCatalogue(work, order.lines);
  const rows = order.lines.map((bought, position) => {
    const { sourceProductId: _, sourceVariantId: __, ...line } = bought;
    return {
      ...line,
      id: work.newId('lin'),
      storeId,
      orderId: order.id,
      orderCreatedAt: order.createdAt,
      position,
      productId: catalogue.productOf(bought),
      variantId: catalogue.variantOf(bought),
      refundedQuantity: 0,
      currency: order.currency,
    };
  });
  await transaction.insert(lineItems).values(rows);
}

/** Changes what may change of an order. When it was created is not among that. */
export const orderUpdate: Command<z.infer<typeof ORDER_UPDATE>> = {
  name: 'orderUpdate',
  async run(input, work) {
    const { id } = await lockOrder(work, input);
    const version = await changeRow(work, orders, id, {
      ...given(input, 'riskLevel', 'financialStatus', 'fulfillmentStatus'),
      ...given(input, 'contactName', 'contactEmail', 'contactPhone'),
      ...given(input, 'shippingAddress', 'billingAddress'),
      ...(input.tags !== undefined && { tags: input.tags ?? [] }),
    });
    work.emit('order.updated', id);
    return { id, version };
  },
};

const MOST_TAGS = 250;

/** A command that makes other tags of an order's. It counts as a change, so that none tells what was there before. */
const tagging = (
  name: string,
  tagsOf: (before: readonly string[], named: readonly string[]) => string[],
): Command<z.infer<typeof ORDER_TAGS>> => ({
  name,
  async run(input, work) {
    const order = await lockOrder(work, input);
    const tags = tagsOf(order.tags, input.tags);
    if (tags.length > MOST_TAGS) {
      refuse('NOT_ALLOWED', 'input.tags', `An order has at most ${MOST_TAGS} tags.`);
    }
    const version = await changeRow(work, orders, order.id, { tags });
    work.emit('order.updated', order.id);
    return { id: order.id, version };
  },
});

/** Adds tags to those that an order has. */
export const orderTagsAdd = tagging('orderTagsAdd', (before, named) => [
  ...new Set([...before, ...named]),
]);

/** Takes tags from an order; those that it does not have are no mistake. */
export const orderTagsRemove = tagging('orderTagsRemove', (before, named) =>
  before.filter((tag) => !named.includes(tag)),
);

/** Cancels an order, and with it the protection that is still active. */
export const orderCancel: Command<z.infer<typeof ORDER_CANCEL>> = {
  name: 'orderCancel',
  async run(input, work) {
    const order = await lockOrder(work, input);
    const { id } = order;
    if (order.cancelledAt !== null) {
      refuse('NOT_ALLOWED', 'input.id', 'An order is cancelled once.');
    }
    const policies = await cancelPolicies(work, id, null);
    const insured = policies.some(({ kind }) => kind === 'SHIPPING_INSURANCE');
    const version = await changeRow(work, orders, id, {
      cancelledAt: work.now,
      ...(insured && { protectionCancelledAt: work.now }),
    });
    work.emit('order.cancelled', id);
    if (policies.length > 0) work.emit('protection.removed', id);
    return { id, version };
  },
};
