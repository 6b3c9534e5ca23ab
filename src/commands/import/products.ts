import { isNull, or, sql } from 'drizzle-orm';
import { upsertRows } from '../../data/bulk-upsert.ts';
import { productMembers, products } from '../../data/tables/products.ts';
import { grouped } from '../../scopes/grouped.ts';
import { inventoryColumns, inventoryOfVariants } from '../inventory.ts';
import { absent } from './problems.ts';
import { type ProductRecord, productShape } from './product-shape.ts';
import { loadVariants, writeVariants } from './product-variants.ts';
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
  refusedFor,
} from './records.ts';
import type { TakenProduct } from './taken-product.ts';

type ProductEntry = Entry<ProductRecord>;
type Product = typeof products.$inferSelect;

/** The merchant's catalogue. A group comes after its members. */
export const productRecords: RecordType<ProductRecord> = {
  shape: productShape,
  touches: ({ sourceId, members, variants }) => [
    sourceId,
    ...members.map(({ sourceProductId }) => sourceProductId),
    ...variants.map((variant) => `variant ${variant.sourceId}`),
  ],
  write,
};

const idOf = (storeId: string, sourceId: string) => importedId('prd', storeId, sourceId);

async function write(
  work: ImportWork,
  entries: readonly ProductEntry[],
): Promise<ReadonlyMap<ProductEntry, Fate>> {
  const { transaction, storeId } = work;
  const fates = new Map<ProductEntry, Fate>();
  const existing = await loadProducts(work, entries);
  const candidates: TakenProduct[] = [];
  for (const entry of entries) {
    const { record } = entry;
    const before =
      existing.bySource.get(record.sourceId) ?? existing.byId.get(idOf(storeId, record.sourceId));
    if (before !== undefined && (before.deletedAt ?? before.updatedAt) > record.updatedAt) {
      fates.set(entry, 'kept');
    } else if (before !== undefined && before.kind !== (record.kind ?? 'SIMPLE')) {
      fates.set(entry, refusedFor('kind', 'It cannot change.'));
    } else {
      candidates.push({ entry, before, id: before?.id ?? idOf(storeId, record.sourceId) });
    }
  }
  const members = await findMembers(work, candidates);
  const variants = await loadVariants(work, candidates);
  const bySource = keyedBy(variants, ({ sourceId }) => sourceId);
  const taken = candidates.filter(({ entry, id }) => {
    const problems = [
      ...memberProblems(entry, members),
      ...entry.record.variants.flatMap(({ sourceId }, at) => {
        const variant = bySource.get(sourceId);
        if (variant === undefined || variant.productId === id) return [];
        return [
          { field: `variants[${at}].sourceId`, message: 'A variant of another product has it.' },
        ];
      }),
    ];
    if (problems.length > 0) fates.set(entry, { refused: problems });
    return problems.length === 0;
  });
  const rows = taken.map(({ entry: { record }, id }) => productRow(storeId, id, record));
  const changed = await upsertRows(transaction, products, rows);
  const ofParts = new Set([
    ...(await writeVariants(work, taken, variants)),
    ...(await writeMembers(work, taken, members)),
  ]);
  await countChanges(transaction, products, ofParts, changed);
  for (const { entry, id, before } of taken) {
    const exists = before !== undefined && before.deletedAt === null;
    fates.set(entry, fateOf(exists, changed.has(id) || ofParts.has(id)));
  }
  return fates;
}

/** The products with these source ids, also those that were imported by them and deleted since; all locked. */
async function loadProducts(
  { transaction, storeId }: ImportWork,
  entries: readonly ProductEntry[],
) {
  const sourceIds = entries.map(({ record }) => record.sourceId);
  const ids = sourceIds.map((sourceId) => idOf(storeId, sourceId));
  const rows = await transaction
    .select()
    .from(products)
    .where(or(isOneOf(products.sourceId, sourceIds), isOneOf(products.id, ids)))
    .orderBy(products.id)
    .for('update');
  return {
    bySource: keyedBy(
      rows.filter(({ deletedAt }) => deletedAt === null),
      ({ sourceId }) => sourceId,
    ),
    byId: keyedBy(rows, ({ id }) => id),
  };
}

/** The living products that groups refer to, kept from being deleted meanwhile. */
async function findMembers({ transaction }: ImportWork, candidates: readonly TakenProduct[]) {
  const wanted = candidates.flatMap(({ entry }) =>
    entry.record.members.map(({ sourceProductId }) => sourceProductId),
  );
  if (wanted.length === 0) return new Map<string, Product>();
  const rows = await transaction
    .select()
    .from(products)
    .where(sql`${isOneOf(products.sourceId, wanted)} and ${isNull(products.deletedAt)}`)
    .orderBy(products.id)
    .for('share');
  return keyedBy(rows, ({ sourceId }) => sourceId);
}

const memberProblems = ({ record }: ProductEntry, members: ReadonlyMap<string, Product>) =>
  record.members.flatMap(({ sourceProductId }, at) => {
    const field = `members[${at}].sourceProductId`;
    const member = members.get(sourceProductId);
    if (member === undefined) {
      return [{ field, message: absent('product') }];
    }
    return member.kind === 'SIMPLE' ? [] : [{ field, message: 'A group cannot be in a group.' }];
  });

function productRow(storeId: string, id: string, record: ProductRecord) {
  const stock = record.inventory
    ? inventoryColumns(record.inventory)
    : inventoryOfVariants(record.variants.map((variant) => inventoryColumns(variant.inventory)));
  return {
    id,
    storeId,
    sourceId: record.sourceId,
    name: record.name,
    description: record.description,
    imageUrl: record.imageUrl,
    status: record.status,
    kind: record.kind ?? ('SIMPLE' as const),
    sku: record.sku ?? null,
    price: record.price.minorUnits,
    currency: record.price.currency,
    ...stock,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    deletedAt: null,
  };
}

/** Makes the members of groups those of the lines; gives the groups that it changed. */
async function writeMembers(
  { transaction, storeId }: ImportWork,
  taken: readonly TakenProduct[],
  members: ReadonlyMap<string, Product>,
): Promise<ReadonlySet<string>> {
  const groups = taken.filter(({ entry }) => entry.record.members.length > 0);
  if (groups.length === 0) return new Set();
  const found = await transaction
    .select()
    .from(productMembers)
    .where(
      isOneOf(
        productMembers.groupId,
        groups.map(({ id }) => id),
      ),
    );
  const before = grouped(found, ({ groupId }) => groupId);
  const changed = groups.flatMap(({ entry, id: groupId }) => {
    const rows = entry.record.members.map(({ sourceProductId, quantity }, position) => {
      const productId = members.get(sourceProductId)?.id ?? '';
      return { storeId, groupId, productId, position, quantity };
    });
    const told = (list: readonly (typeof rows)[number][]) =>
      list
        .map(({ productId, position, quantity }) => `${position} ${productId} ${quantity}`)
        .sort();
    return told(rows).join() === told(before.get(groupId) ?? []).join() ? [] : [{ groupId, rows }];
  });
  if (changed.length > 0) {
    const ids = changed.map(({ groupId }) => groupId);
    await transaction.delete(productMembers).where(isOneOf(productMembers.groupId, ids));
    await transaction.insert(productMembers).values(changed.flatMap(({ rows }) => rows));
  }
  return new Set(changed.map(({ groupId }) => groupId));
}
