import { and, eq, or } from 'drizzle-orm';
import { claimResolutions, claims } from '../../data/tables/claims.ts';
import { customers } from '../../data/tables/customers.ts';
import { lineItems, orders } from '../../data/tables/orders.ts';
import { policies } from '../../data/tables/policies.ts';
import { grouped } from '../../scopes/grouped.ts';
import { GIVEN_UP_STATES, isSettled } from '../claim-transitions.ts';
import { type ClaimedPieces, claimedPieces } from '../claimed-pieces.ts';
import { amountsIn } from '../money.ts';
import type { ClaimRecord } from './claim-shape.ts';
import { nameOf, type Problem, problem } from './problems.ts';
import { type Entry, type ImportWork, importedId, isOneOf, keyedBy } from './records.ts';

type ClaimEntry = Entry<ClaimRecord>;

type Resolutions = readonly (typeof claimResolutions.$inferInsert)[];

/** A claim as it is to be written. */
export interface ClaimDraft {
  readonly entry: ClaimEntry;
  readonly id: string;
  /** Whose claim it is has asked to be forgotten. */
  readonly isErased: boolean;
  readonly row: typeof claims.$inferInsert;
  readonly items: readonly { readonly lineItemId: string; readonly quantity: number }[];
  readonly resolutions: Resolutions;
}

type Known = Awaited<ReturnType<typeof loadKnown>>;
type KnownOrder = typeof orders.$inferSelect & { readonly isErased: boolean };

/** The orders of claims, locked, with what claims refer to of them, and what there is of the claims. */
export async function loadKnown(work: ImportWork, entries: readonly ClaimEntry[]) {
  const { transaction, storeId } = work;
  const found = await transaction
    .select()
    .from(orders)
    .where(
      isOneOf(
        orders.sourceId,
        entries.map(({ record }) => record.sourceOrderId),
      ),
    )
    .orderBy(orders.id)
    .for('update');
  const orderIds = found.map(({ id }) => id);
  const erased = await erasedCustomers(
    work,
    found.flatMap(({ customerId }) => customerId ?? []),
  );
  const ids = entries.map(({ record }) => importedId('clm', storeId, record.sourceId));
  const existing = await transaction
    .select()
    .from(claims)
    .where(isOneOf(claims.id, ids))
    .orderBy(claims.id)
    .for('update');
  const lines = await transaction
    .select({
      id: lineItems.id,
      orderId: lineItems.orderId,
      sourceId: lineItems.sourceId,
      quantity: lineItems.quantity,
    })
    .from(lineItems)
    .where(isOneOf(lineItems.orderId, orderIds));
  const sold = await transaction
    .select({ id: policies.id, orderId: policies.orderId, kind: policies.kind })
    .from(policies)
    .where(isOneOf(policies.orderId, orderIds))
    .orderBy(policies.createdAt, policies.id);
  const paid = await transaction
    .select({ id: claimResolutions.id, claimId: claimResolutions.claimId })
    .from(claimResolutions)
    .where(isOneOf(claimResolutions.claimId, ids));
  return {
    orders: new Map(
      found.map((order): [string, KnownOrder] => [
        order.sourceId,
        { ...order, isErased: erased.has(order.customerId ?? '') },
      ]),
    ),
    claims: keyedBy(existing, ({ id }) => id),
    lines: grouped(lines, ({ orderId }) => orderId),
    policies: grouped(sold, ({ orderId }) => orderId),
    paid: grouped(paid, ({ claimId }) => claimId),
    held: await claimedPieces(work, orderIds, ids),
  };
}

/** Those of the customers whose personal data was erased. */
async function erasedCustomers({ transaction }: ImportWork, ids: readonly string[]) {
  const rows = await transaction
    .select({ id: customers.id })
    .from(customers)
    .where(
      and(
        isOneOf(customers.id, ids),
        or(eq(customers.emailConsentState, 'REDACTED'), eq(customers.smsConsentState, 'REDACTED')),
      ),
    );
  return new Set(rows.map(({ id }) => id));
}

const TAKEN_BACK =
  'A resolution that was paid here, or imported before, is missing: what was paid is not taken back.';

const ERASED =
  "The customer's personal data was erased here: the claim is taken without its author.";

/** What a line makes of a claim, and what is wrong with that. */
export function draftOf(
  { storeId, warn }: ImportWork,
  entry: ClaimEntry,
  id: string,
  order: KnownOrder,
  known: Known,
): { draft: ClaimDraft; problems: readonly Problem[] } {
  const { line, record } = entry;
  const problems: Problem[] = [];
  const refuse = (field: string, message: string) => problems.push(problem(field, message));
  const before = known.claims.get(id);
  if (before !== undefined && before.orderId !== order.id) {
    refuse('sourceOrderId', 'It cannot change: it is another one in an import before.');
  }
  if (record.createdAt < order.createdAt) {
    refuse('createdAt', 'It is before the order was placed.');
  }
  const policy = known.policies.get(order.id)?.find(({ kind }) => kind === record.policyKind);
  if (record.policyKind !== null && policy === undefined) {
    refuse('policyKind', 'The order has no protection of this kind.');
  }
  const resolutions = resolutionRows(storeId, id, order, record, problems);
  const isKept = (paid: { readonly id: string }) => resolutions.some(({ id }) => id === paid.id);
  if (!(known.paid.get(id) ?? []).every(isKept)) refuse('resolutions', TAKEN_BACK);
  if (order.isErased && (record.authorName !== null || record.authorEmail !== null)) {
    warn(line, 'authorEmail', null, ERASED);
  }
  const row = {
    id,
    storeId,
    orderId: order.id,
    orderCreatedAt: order.createdAt,
    policyId: policy?.id ?? null,
    customerId: order.customerId,
    type: record.claimType,
    state: record.state,
    filedFrom: record.filedFrom ?? ('EXTERNAL' as const),
    description: record.description,
    requestedResolution: record.requestedResolution,
    denialReason: record.denialReason,
    authorName: order.isErased ? null : record.authorName,
    authorEmail: order.isErased ? null : record.authorEmail,
    signatureUrl: order.isErased ? null : record.signatureUrl,
    resolvedAt: isSettled(record.state) ? (record.resolvedAt ?? record.updatedAt) : null,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
  const items = itemsOf(record, known.lines.get(order.id) ?? [], known.held, problems);
  const { isErased } = order;
  return { draft: { entry, id, isErased, row, items, resolutions }, problems };
}

function resolutionRows(
  storeId: string,
  claimId: string,
  { currency }: KnownOrder,
  { resolutions, policyKind, state }: ClaimRecord,
  problems: Problem[],
): Resolutions {
  const bearer = policyKind === null || state === 'RESOLVED_BY_BRAND' ? 'BRAND' : 'PROTECTION';
  const amount = amountsIn(currency, {
    addIssue: ({ path, message }) => problems.push(problem(nameOf(path), message)),
  });
  return resolutions.map(({ sourceId, ...each }, at) => {
    const of = (field: 'paidValue' | 'shippingAmount' | 'bonus') =>
      amount(each[field], 'resolutions', at, field);
    const paidValue = of('paidValue');
    const shippingAmount = of('shippingAmount');
    if (shippingAmount > paidValue) {
      const field = nameOf(['resolutions', at, 'shippingAmount']);
      problems.push(problem(field, 'It is more than paidValue, which it is a part of.'));
    }
    return {
      ...each,
      id: importedId('res', claimId, sourceId),
      storeId,
      claimId,
      currency,
      paidValue,
      shippingAmount,
      bonus: of('bonus'),
      paidBy: each.paidBy ?? bearer,
      includesShipping: shippingAmount > 0n,
    };
  });
}

/** The line items of the order that a claim is about. No piece is in two claims that hold it. */
function itemsOf(
  { items, state, resolutions }: ClaimRecord,
  lines: readonly { readonly id: string; readonly sourceId: string; readonly quantity: number }[],
  held: ClaimedPieces,
  problems: Problem[],
) {
  const holds = resolutions.length > 0 || !isGivenUp(state);
  return items.flatMap(({ sourceLineId, quantity }, at) => {
    const line = lines.find(({ sourceId }) => sourceId === sourceLineId);
    if (line === undefined) {
      problems.push(problem(`items[${at}].sourceLineId`, 'The order has no such line.'));
      return [];
    }
    const field = `items[${at}].quantity`;
    if (quantity > line.quantity) problems.push(problem(field, 'It is more than was bought.'));
    else if (holds && quantity > line.quantity - (held.get(line.id) ?? 0)) {
      problems.push(problem(field, 'Some of these pieces are in another claim already.'));
    }
    return [{ lineItemId: line.id, quantity }];
  });
}

const isGivenUp = (state: ClaimRecord['state']) =>
  (GIVEN_UP_STATES as readonly ClaimRecord['state'][]).includes(state);
