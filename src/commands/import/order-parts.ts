import { upsertRows } from '../../data/bulk-upsert.ts';
import { fulfillmentLineItems, fulfillments, lineItems } from '../../data/tables/orders.ts';
import { grouped } from '../../scopes/grouped.ts';
import { loadCatalogue } from '../catalogue.ts';
import { type ClaimedPieces, claimedPieces } from '../claimed-pieces.ts';
import { type Problem, problem } from './problems.ts';
import { type ImportWork, importedId, isOneOf, keyedBy } from './records.ts';
import type { TakenOrder } from './taken-order.ts';

type LineItem = typeof lineItems.$inferSelect;
type Fulfillment = typeof fulfillments.$inferSelect;
type Pieces = typeof fulfillmentLineItems.$inferSelect;

/** What there is of orders: by order, the pieces by fulfilment. */
export interface OrderParts {
  readonly lines: ReadonlyMap<string, readonly LineItem[]>;
  readonly fulfillments: ReadonlyMap<string, readonly Fulfillment[]>;
  readonly pieces: ReadonlyMap<string, readonly Pieces[]>;
  readonly claimed: ClaimedPieces;
}

const NONE: OrderParts = {
  lines: new Map(),
  fulfillments: new Map(),
  pieces: new Map(),
  claimed: new Map(),
};

export async function loadParts(
  work: ImportWork,
  orderIds: readonly string[],
): Promise<OrderParts> {
  if (orderIds.length === 0) return NONE;
  const { transaction } = work;
  const lines = await transaction
    .select()
    .from(lineItems)
    .where(isOneOf(lineItems.orderId, orderIds));
  const shipped = await transaction
    .select()
    .from(fulfillments)
    .where(isOneOf(fulfillments.orderId, orderIds));
  const carried = await transaction
    .select()
    .from(fulfillmentLineItems)
    .where(isOneOf(fulfillmentLineItems.orderId, orderIds));
  return {
    lines: grouped(lines, ({ orderId }) => orderId),
    fulfillments: grouped(shipped, ({ orderId }) => orderId),
    pieces: grouped(carried, ({ fulfillmentId }) => fulfillmentId),
    claimed: await claimedPieces(work, orderIds),
  };
}

const lineIdOf = (parts: OrderParts, orderId: string, sourceId: string): string =>
  parts.lines.get(orderId)?.find((line) => line.sourceId === sourceId)?.id ??
  importedId('lin', orderId, sourceId);

/** The fulfilments of an order that the line says nothing of: they were recorded here, and stay. */
const keptFulfillments = ({ entry: { record }, id }: TakenOrder, parts: OrderParts) =>
  (parts.fulfillments.get(id) ?? []).filter(
    ({ sourceId }) => !record.fulfillments.some((each) => each.sourceId === sourceId),
  );

/** What would take away pieces that are claimed or were shipped here. */
export function lossesOf(taken: TakenOrder, parts: OrderParts): readonly Problem[] {
  const { record } = taken.entry;
  const kept = keptFulfillments(taken, parts).flatMap(({ id }) => parts.pieces.get(id) ?? []);
  return (parts.lines.get(taken.id) ?? []).flatMap((line): Problem[] => {
    const at = record.lines.findIndex(({ sourceId }) => sourceId === line.sourceId);
    const wanted = record.lines[at];
    const shippedHere = kept
      .filter(({ lineItemId }) => lineItemId === line.id)
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const claimed = parts.claimed.get(line.id);
    if (wanted === undefined) {
      if (claimed === undefined && shippedHere === 0) return [];
      return [problem('lines', 'A line is gone that was claimed, or shipped, here.')];
    }
    const shipped = record.fulfillments
      .flatMap(({ lines }) => lines)
      .filter(({ sourceLineId }) => sourceLineId === line.sourceId)
      .reduce((sum, { quantity }) => sum + quantity, shippedHere);
    const field = `lines[${at}].quantity`;
    return [
      ...(claimed !== undefined && wanted.quantity < claimed
        ? [problem(field, 'It is less than what is claimed here.')]
        : []),
      ...(wanted.quantity < shipped
        ? [problem(field, 'It is less than what was shipped, counting fulfilments recorded here.')]
        : []),
    ];
  });
}

/** Makes lines and fulfilments of orders as their lines say; gives the orders that it changed. */
export async function writeParts(
  work: ImportWork,
  taken: readonly TakenOrder[],
  parts: OrderParts,
): Promise<ReadonlySet<string>> {
  const { transaction } = work;
  const changed = new Set<string>();
  const owners = new Map<string, string>();
  const note = (ids: Iterable<string>) => {
    for (const id of ids) changed.add(owners.get(id) ?? '');
  };
  const lines = await lineRows(work, taken, parts);
  for (const { id, orderId } of lines) owners.set(id, orderId);
  note(await upsertRows(transaction, lineItems, lines));
  const shipments = taken.flatMap((each) => shipmentRows(work.storeId, each, parts));
  for (const { row } of shipments) owners.set(row.id, row.orderId);
  note(
    await upsertRows(
      transaction,
      fulfillments,
      shipments.map(({ row }) => row),
    ),
  );
  const repacked = shipments.filter(({ row, pieces }) => {
    return toldOf(pieces) !== toldOf(parts.pieces.get(row.id) ?? []);
  });
  if (repacked.length > 0) {
    const ids = repacked.map(({ row }) => row.id);
    note(ids);
    await transaction
      .delete(fulfillmentLineItems)
      .where(isOneOf(fulfillmentLineItems.fulfillmentId, ids));
    for (let start = 0; start < repacked.length; start += 1_000) {
      const rows = repacked.slice(start, start + 1_000).flatMap(({ pieces }) => pieces);
      await transaction.insert(fulfillmentLineItems).values(rows);
    }
  }
  const gone = taken.flatMap(({ id, entry }) =>
    (parts.lines.get(id) ?? []).filter(
      ({ sourceId }) => !entry.record.lines.some((line) => line.sourceId === sourceId),
    ),
  );
  if (gone.length > 0) {
    for (const { orderId } of gone) changed.add(orderId);
    const ids = gone.map(({ id }) => id);
    await transaction.delete(lineItems).where(isOneOf(lineItems.id, ids));
  }
  return changed;
}

const toldOf = (pieces: readonly Pick<Pieces, 'lineItemId' | 'quantity'>[]) =>
  pieces
    .map(({ lineItemId, quantity }) => `${lineItemId} ${quantity}`)
    .sort()
    .join();

async function lineRows(work: ImportWork, taken: readonly TakenOrder[], parts: OrderParts) {
  const { storeId, warn } = work;
  const catalogue = await loadCatalogue(
    work,
    taken.flatMap(({ entry }) => entry.record.lines),
  );
  return taken.flatMap(({ entry: { line: number, record }, id: orderId }) =>
    record.lines.map((bought, position) => {
      const { sourceProductId, sourceVariantId, ...line } = bought;
      const id = lineIdOf(parts, orderId, line.sourceId);
      const before = parts.lines.get(orderId)?.find((row) => row.id === id);
      const productId = catalogue.productOf(bought);
      const variantId = catalogue.variantOf(bought);
      if (sourceProductId !== null && productId === null) {
        warn(number, 'lines.sourceProductId', null, NO_PRODUCT);
      } else if (sourceVariantId !== null && variantId === null) {
        warn(number, 'lines.sourceVariantId', null, NO_VARIANT);
      }
      return {
        ...line,
        id,
        storeId,
        orderId,
        orderCreatedAt: record.createdAt,
        position,
        // What was bought stays tied to it, also when it is no longer in the catalogue.
        productId: productId ?? before?.productId ?? null,
        variantId: variantId ?? before?.variantId ?? null,
        currency: record.currency,
      };
    }),
  );
}

const NO_PRODUCT = 'The catalogue has no such product: the line of the order is tied to none.';
const NO_VARIANT = 'The product has no such variant: the line of the order is tied to none.';

/** The fulfilments of a line with the pieces that each carries. */
function shipmentRows(storeId: string, { entry, id: orderId }: TakenOrder, parts: OrderParts) {
  const { record } = entry;
  const ofOrder = { storeId, orderId, orderCreatedAt: record.createdAt };
  const old = keyedBy(parts.fulfillments.get(orderId) ?? [], ({ sourceId }) => sourceId);
  return record.fulfillments.map(({ lines, ...fulfillment }) => {
    const fulfillmentId =
      old.get(fulfillment.sourceId)?.id ?? importedId('ful', orderId, fulfillment.sourceId);
    const latest = fulfillment.deliveredAt ?? fulfillment.createdAt;
    return {
      row: {
        ...fulfillment,
        ...ofOrder,
        id: fulfillmentId,
        updatedAt: fulfillment.updatedAt ?? latest,
      },
      pieces: lines.map(({ sourceLineId, quantity }) => ({
        ...ofOrder,
        fulfillmentId,
        lineItemId: lineIdOf(parts, orderId, sourceLineId),
        quantity,
      })),
    };
  });
}
