import { and, eq } from 'drizzle-orm';
import { upsertRows } from '../../data/bulk-upsert.ts';
import { claimMessages, claimResolutions, claims } from '../../data/tables/claims.ts';
import { policies } from '../../data/tables/policies.ts';
import { lastChanged } from '../changes.ts';
import { type ClaimDraft, draftOf, loadKnown } from './claim-draft.ts';
import { writeItems } from './claim-items.ts';
import { type ClaimRecord, claimShape } from './claim-shape.ts';
import { absent } from './problems.ts';
import {
  countChanges,
  type Entry,
  type Fate,
  fateOf,
  type ImportWork,
  importedId,
  type RecordType,
  refusedFor,
} from './records.ts';

type ClaimEntry = Entry<ClaimRecord>;

interface Taken extends ClaimDraft {
  readonly exists: boolean;
}

/** Claims with their items, messages and resolutions. One comes after its order. */
export const claimRecords: RecordType<ClaimRecord> = {
  shape: claimShape,
  // Claims of one order share its pieces.
  touches: ({ sourceId, sourceOrderId }) => [sourceId, `order ${sourceOrderId}`],
  write,
};

async function write(
  work: ImportWork,
  entries: readonly ClaimEntry[],
): Promise<ReadonlyMap<ClaimEntry, Fate>> {
  const { transaction } = work;
  const fates = new Map<ClaimEntry, Fate>();
  const known = await loadKnown(work, entries);
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

/** Makes items, messages and resolutions as the lines say; gives the claims that it changed. */
async function writeParts(work: ImportWork, taken: readonly Taken[]): Promise<ReadonlySet<string>> {
  const { transaction, storeId } = work;
  const messages = taken.flatMap(({ entry, id: claimId, isErased }) =>
    entry.record.messages.map(({ sourceId, ...message }) => ({
      ...message,
      id: importedId('msg', claimId, sourceId),
      storeId,
      claimId,
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
    const settled = row.resolvedAt ?? row.updatedAt;
    await transaction
      .update(policies)
      .set({
        status: 'CLAIMED',
        updatedAt: lastChanged(policies.updatedAt, settled),
      })
      .where(and(eq(policies.id, row.policyId), eq(policies.status, 'ACTIVE')));
  }
}
