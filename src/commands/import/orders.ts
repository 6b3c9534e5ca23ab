import { upsertRows } from '../../data/bulk-upsert.ts';
import { orderFulfillmentStatus } from '../../data/shipping.ts';
import { customers } from '../../data/tables/customers.ts';
import { orders } from '../../data/tables/orders.ts';
import { policies } from '../../data/tables/policies.ts';
import { writeDiscounts } from './order-discounts.ts';
import { loadParts, lossesOf, writeParts } from './order-parts.ts';
import { loadPolicies, type ProtectionPlan, planProtection } from './order-protection.ts';
import { type OrderRecord, orderShape } from './order-shape.ts';
import { absent, type Problem, problem } from './problems.ts';
import {
  countChanges,
  type Entry,
  type Fate,
  fateOf,
  type ImportWork,
  importedId,
  isOneOf,
  keyedBy,
  type RecordType,
} from './records.ts';
import type { TakenOrder } from './taken-order.ts';

type OrderEntry = Entry<OrderRecord>;

/** Orders with their lines, fulfilments, discounts and protection. One comes after its customer. */
export const orderRecords: RecordType<OrderRecord> = {
  shape: orderShape,
  touches: ({ sourceId, sourceOriginalOrderId }) =>
    sourceOriginalOrderId === null ? [sourceId] : [sourceId, sourceOriginalOrderId],
  write,
};

async function write(
  work: ImportWork,
  entries: readonly OrderEntry[],
): Promise<ReadonlyMap<OrderEntry, Fate>> {
  const { transaction, storeId } = work;
  const fates = new Map<OrderEntry, Fate>();
  const named = await loadNamed(work, entries);
  const candidates: TakenOrder[] = [];
  for (const entry of entries) {
    const { record } = entry;
    const before = named.orders.get(record.sourceId);
    if (before !== undefined && before.updatedAt > record.updatedAt) {
      fates.set(entry, 'kept');
      continue;
    }
    const customer = named.customers.get(record.sourceCustomerId ?? '') ?? null;
    const original = named.orders.get(record.sourceOriginalOrderId ?? '');
    const problems = [
      ...changeProblems(record, before),
      ...(record.sourceCustomerId !== null && customer === null
        ? [problem('sourceCustomerId', absent('customer'))]
        : []),
      ...(record.sourceOriginalOrderId !== null && original === undefined
        ? [problem('sourceOriginalOrderId', absent('order'))]
        : []),
    ];
    if (problems.length > 0) fates.set(entry, { refused: problems });
    else {
      const id = before?.id ?? importedId('ord', storeId, record.sourceId);
      candidates.push({ entry, id, before, customer, originalOrderId: original?.id ?? null });
    }
  }
  const known = candidates.flatMap(({ before }) => before?.id ?? []);
  const parts = await loadParts(work, known);
  const taken = candidates.filter((candidate) => {
    const losses = lossesOf(candidate, parts);
    if (losses.length > 0) fates.set(candidate.entry, { refused: losses });
    return losses.length === 0;
  });
  const sold = await loadPolicies(work, known);
  const plans = new Map(
    taken.map((each) => [each, planProtection(work, each, sold.get(each.id) ?? [])]),
  );
  const changed = await upsertRows(
    transaction,
    orders,
    [...plans].map(([each, plan]) => orderRow(work, each, plan)),
  );
  const planned = [...plans.values()].flatMap(({ rows }) => rows);
  const insured = await upsertRows(transaction, policies, planned);
  const ofParts = new Set([
    ...(await writeParts(work, taken, parts)),
    ...(await writeDiscounts(work, taken)),
    ...planned.filter(({ id }) => insured.has(id)).map(({ orderId }) => orderId),
  ]);
  await countChanges(transaction, orders, ofParts, changed);
  for (const { entry, id, before } of taken) {
    fates.set(entry, fateOf(before !== undefined, changed.has(id) || ofParts.has(id)));
  }
  return fates;
}

/** The orders that lines are about or name, locked, and the customers, by source id. */
async function loadNamed({ transaction }: ImportWork, entries: readonly OrderEntry[]) {
  const sourceIds = entries.flatMap(({ record }) => orderRecords.touches(record));
  const foundOrders = await transaction
    .select()
    .from(orders)
    .where(isOneOf(orders.sourceId, sourceIds))
    .orderBy(orders.id)
    .for('update');
  const wanted = entries.flatMap(({ record }) => record.sourceCustomerId ?? []);
  const foundCustomers =
    wanted.length === 0
      ? []
      : await transaction
          .select({
            id: customers.id,
            sourceId: customers.sourceId,
            byMail: customers.emailConsentState,
            bySms: customers.smsConsentState,
          })
          .from(customers)
          .where(isOneOf(customers.sourceId, wanted));
  return {
    orders: keyedBy(foundOrders, ({ sourceId }) => sourceId),
    customers: new Map(
      foundCustomers.map(({ id, sourceId, byMail, bySms }) => [
        sourceId,
        { id, isErased: byMail === 'REDACTED' || bySms === 'REDACTED' },
      ]),
    ),
  };
}

/** What of an order never changes. */
function changeProblems(record: OrderRecord, before: TakenOrder['before']): readonly Problem[] {
  if (before === undefined) return [];
  return [
    ...(before.createdAt.getTime() !== record.createdAt.getTime()
      ? [problem('createdAt', 'It cannot change: it is another one in an import before.')]
      : []),
    ...(before.currency !== record.currency
      ? [problem('currency', 'It cannot change: it is another one in an import before.')]
      : []),
  ];
}

const NOBODY = {
  contactName: null,
  contactEmail: null,
  contactPhone: null,
  shippingAddress: null,
  billingAddress: null,
};

const ERASED =
  "The customer's personal data was erased here: the order is taken without contact and addresses.";

function orderRow({ storeId, warn }: ImportWork, taken: TakenOrder, { columns }: ProtectionPlan) {
  const { entry, id, customer, originalOrderId } = taken;
  const { line, record } = entry;
  const bought = record.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const shipments = record.fulfillments.map(({ status, lines }) => ({
    status,
    pieces: lines.reduce((sum, { quantity }) => sum + quantity, 0),
  }));
  if (customer?.isErased) warn(line, 'sourceCustomerId', null, ERASED);
  return {
    id,
    storeId,
    ...record,
    ...columns,
    ...(customer?.isErased && NOBODY),
    financialStatus: record.financialStatus ?? ('PENDING' as const),
    fulfillmentStatus: record.fulfillmentStatus ?? orderFulfillmentStatus(bought, shipments),
    tags: record.tags ?? [],
    customerId: customer?.id ?? null,
    originalOrderId,
  };
}
