import { and, eq, or, sql } from 'drizzle-orm';
import { upsertRows } from '../../data/bulk-upsert.ts';
import { claimMessages, claimResolutions, claims } from '../../data/tables/claims.ts';
import { customers } from '../../data/tables/customers.ts';
import { lineItems, orders } from '../../data/tables/orders.ts';
import { policies } from '../../data/tables/policies.ts';
import { GIVEN_UP_STATES, isSettled } from '../claim-transitions.ts';
import { writeItems } from './claim-items.ts';
import { type ClaimRecord, claimShape } from './claim-shape.ts';
import { type ClaimedPieces, claimedPieces } from './claimed-pieces.ts';
import { absent, nameOf, type Problem, problem } from './problems.ts';
import {
  countChanges,
  type Entry,
  type Fate,
  fateOf,
  groupedBy,
  type ImportWork,
  importedId,
  isOneOf,
  keyedBy,
  type RecordType,
  refusedFor,
} from './records.ts';
import { amountsIn } from './shapes.ts';

type ClaimEntry = Entry<ClaimRecord>;

/** Claims with their items, messages and resolutions. One comes after its order. */
export const claimRecords: RecordType<ClaimRecord> = {
  shape: claimShape,
  // Claims of one order share its pieces.
  touches: ({ sourceId, sourceOrderId }) => [sourceId, `order ${sourceOrderId}`],
  write,
};

type Resolutions = readonly (typeof claimResolutions.$inferInsert)[];

interface Taken {
  readonly entry: ClaimEntry;
  readonly id: string;
  readonly exists: boolean;
  /** Whose claim it is has asked to be forgotten. */
  readonly isErased: boolean;
  readonly row: typeof claims.$inferInsert;
  readonly items: readonly { readonly lineItemId: string; readonly quantity: number }[];
  readonly resolutions: Resolutions;
}

async function write(
  work: ImportWork,
  entries: readonly ClaimEntry[],
): Promise<ReadonlyMap<ClaimEntry, Fate>> {
  const { transaction } = work;
  const fates = new Map<ClaimEntry, Fate>();
  const known = await load(work, entries);
  const taken: Taken[] = [];
  for (const entry of entries) {
    const order = known.orders.get(entry.record.sourceOrderId);
    const id = importedId('clm', work.storeId, entry.record.sourceId);
    const before = known.claims.get(id);
    if (order === undefined) fates.set(entry, refusedFor('sourceOrderId', absent('order')));
    else if (before !== undefined && before.updatedAt > entry.record.updatedAt) {
      fates.set(entry, 'kept');
    } else {
      const { draft, problems } = draftOf(work, entry, id, order, known);
      if (problems.length > 0) fates.set(entry, { refused: problems });
      else taken.push({ ...draft, exists: before !== undefined });
    }
  }
  const changed = await upsertRows(
    transaction,
    claims,
    taken.map(({ row }) => row),
  );
  const ofParts = await writeParts(work, taken);
  await countChanges(transaction, claims, ofParts, changed);
  await claimPolicies(work, taken);
  for (const { entry, id, exists } of taken) {
    fates.set(entry, fateOf(exists, changed.has(id) || ofParts.has(id)));
  }
  return fates;
}

type Known = Awaited<ReturnType<typeof load>>;
type KnownOrder = typeof orders.$inferSelect & { readonly isErased: boolean };

/** The orders of claims, locked, with what claims refer to of them, and what there is of the claims. */
async function load(work: ImportWork, entries: readonly ClaimEntry[]) {
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
    lines: groupedBy(lines, ({ orderId }) => orderId),
    policies: groupedBy(sold, ({ orderId }) => orderId),
    paid: groupedBy(paid, ({ claimId }) => claimId),
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

function draftOf(
  { storeId, warn }: ImportWork,
  entry: ClaimEntry,
  id: string,
  order: KnownOrder,
  known: Known,
): { draft: Omit<Taken, 'exists'>; problems: readonly Problem[] } {
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
      ...{ storeId, claimId, currency, paidValue, shippingAmount, bonus: of('bonus') },
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

/** Makes items, messages and resolutions as the lines say; gives the claims that it changed. */
async function writeParts(work: ImportWork, taken: readonly Taken[]): Promise<ReadonlySet<string>> {
  const { transaction, storeId } = work;
  const messages = taken.flatMap(({ entry, id: claimId, isErased }) =>
    entry.record.messages.map(({ sourceId, ...message }) => ({
      ...message,
      ...{ id: importedId('msg', claimId, sourceId), storeId, claimId },
      authorName: isErased && message.sender === 'CUSTOMER' ? null : message.authorName,
    })),
  );
  const resolutions = taken.flatMap((each) => each.resolutions);
  const owners = new Map([...messages, ...resolutions].map(({ id, claimId }) => [id, claimId]));
  const changed = [
    ...(await upsertRows(transaction, claimMessages, messages)),
    ...(await upsertRows(transaction, claimResolutions, resolutions)),
  ];
  const ofItems = await writeItems(work, taken);
  return new Set([...ofItems, ...changed.flatMap((id) => owners.get(id) ?? [])]);
}

/** The policies that claims were paid under are no longer active. */
async function claimPolicies({ transaction }: ImportWork, taken: readonly Taken[]): Promise<void> {
  for (const { row, resolutions } of taken) {
    if (!resolutions.some(({ paidBy }) => paidBy === 'PROTECTION') || row.policyId == null)
      continue;
    const settled = (row.resolvedAt ?? row.updatedAt).toISOString();
    await transaction
      .update(policies)
      .set({
        status: 'CLAIMED',
        updatedAt: sql`greatest(${policies.updatedAt}, ${settled}::timestamptz)`,
      })
      .where(and(eq(policies.id, row.policyId), eq(policies.status, 'ACTIVE')));
  }
}
