import { upsertRows } from '../../data/bulk-upsert.ts';
import { claimItems } from '../../data/tables/claims.ts';
import { grouped } from '../../scopes/grouped.ts';
import { type ImportWork, importedId, isOneOf } from './records.ts';

/** A claim and the line items that it is to be about. */
interface Wanted {
  readonly id: string;
  readonly exists: boolean;
  readonly items: readonly { readonly lineItemId: string; readonly quantity: number }[];
}

/** Makes the items of claims those that are wanted; gives the claims that it changed. */
export async function writeItems(
  { transaction, storeId }: ImportWork,
  wanted: readonly Wanted[],
): Promise<ReadonlySet<string>> {
  const known = wanted.filter(({ exists }) => exists).map(({ id }) => id);
  const found =
    known.length === 0
      ? []
      : await transaction.select().from(claimItems).where(isOneOf(claimItems.claimId, known));
  const before = grouped(found, ({ claimId }) => claimId);
  const owners = new Map<string, string>();
  const surplus: string[] = [];
  const rows = wanted.flatMap(({ id: claimId, items }) => {
    const old = before.get(claimId) ?? [];
    const made = items.map(({ lineItemId, quantity }) => {
      const id =
        old.find((row) => row.lineItemId === lineItemId)?.id ??
        importedId('cli', claimId, lineItemId);
      owners.set(id, claimId);
      return { id, storeId, claimId, lineItemId, quantity };
    });
    for (const { id } of old.filter((row) => !owners.has(row.id))) {
      owners.set(id, claimId);
      surplus.push(id);
    }
    return made;
  });
  if (surplus.length > 0) {
    await transaction.delete(claimItems).where(isOneOf(claimItems.id, surplus));
  }
  const changed = await upsertRows(transaction, claimItems, rows);
  return new Set([...surplus, ...changed].flatMap((id) => owners.get(id) ?? []));
}
