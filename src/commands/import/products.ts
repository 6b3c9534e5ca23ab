import { isNull, or, sql } from 'drizzle-orm';
import { upsertRows } from '../../data/bulk-upsert.ts';
import { productMembers, products, productVariants } from '../../data/tables/products.ts';
import { inventoryColumns, inventoryOfVariants } from '../inventory.ts';
import { absent } from './problems.ts';
import { type ProductRecord, productShape } from './product-shape.ts';
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

type ProductEntry = Entry<ProductRecord>;
type Product = typeof products.$inferSelect;
type Variant = typeof productVariants.$inferSelect;

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

/** A product that is taken as the line says it, and what there is of it. */
interface Taken {
  readonly entry: ProductEntry;
  readonly id: string;
  readonly before: Product | undefined;
}

const idOf = (storeId: string, sourceId: string) => importedId('prd', storeId, sourceId);

async function write(
  work: ImportWork,
  entries: readonly ProductEntry[],
): Promise<ReadonlyMap<ProductEntry, Fate>> {
  const { transaction, storeId } = work;
  const fates = new Map<ProductEntry, Fate>();
  const existing = await loadProducts(work, entries);
  const candidates: Taken[] = [];
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
async function findMembers({ transaction }: ImportWork, candidates: readonly Taken[]) {
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

/** The variants of products that are there, also deleted ones, and those of the store with the lines' source ids. */
async function loadVariants({ transaction }: ImportWork, candidates: readonly Taken[]) {
  const known = candidates.flatMap(({ before }) => before?.id ?? []);
  const wanted = candidates.flatMap(({ entry }) =>
    entry.record.variants.map(({ sourceId }) => sourceId),
  );
  if (known.length + wanted.length === 0) return [];
  return transaction
    .select()
    .from(productVariants)
    .where(or(isOneOf(productVariants.productId, known), isOneOf(productVariants.sourceId, wanted)))
    .orderBy(productVariants.id)
    .for('update');
}

/**
 * Makes variants as the lines say; gives the products that it changed. A variant that a line has no longer stays, out
 * of everybody's sight, because orders refer to it.
 */
async function writeVariants(
  { transaction, storeId }: ImportWork,
  taken: readonly Taken[],
  variants: readonly Variant[],
): Promise<ReadonlySet<string>> {
  const byId = keyedBy(variants, ({ id }) => id);
  const byProduct = groupedBy(variants, ({ productId }) => productId);
  const owners = new Map<string, string>();
  const rows: (typeof productVariants.$inferInsert)[] = [];
  for (const { entry, id: productId } of taken) {
    const { variants: wanted, updatedAt, createdAt } = entry.record;
    const old = byProduct.get(productId) ?? [];
    for (const [position, variant] of wanted.entries()) {
      const { sourceId, title, sku, price } = variant;
      const ownId = importedId('var', productId, sourceId);
      const before = old.find((row) => row.sourceId === sourceId) ?? byId.get(ownId);
      const row = {
        id: before?.id ?? ownId,
        storeId,
        productId,
        sourceId,
        position,
        title,
        sku: sku ?? null,
        price: price.minorUnits,
        currency: price.currency,
        ...inventoryColumns(variant.inventory),
        createdAt: before?.createdAt ?? createdAt,
        updatedAt: before?.updatedAt ?? updatedAt,
        deletedAt: null,
      };
      owners.set(row.id, productId);
      rows.push(before && isAsBefore(row, before) ? row : { ...row, updatedAt });
    }
    for (const row of old) {
      if (owners.has(row.id) || row.deletedAt !== null) continue;
      owners.set(row.id, productId);
      rows.push({ ...row, sourceId: row.id, deletedAt: updatedAt, updatedAt });
    }
  }
  const changed = await upsertRows(transaction, productVariants, rows);
  return new Set([...changed].flatMap((id) => owners.get(id) ?? []));
}

/** A variant has no time of its own in a line: it changed with the line that says something else of it. */
const isAsBefore = (row: typeof productVariants.$inferInsert, before: Variant) =>
  Object.entries(row).every(([key, value]) => {
    const was = before[key as keyof Variant];
    return value instanceof Date ? value.getTime() === (was as Date).getTime() : value === was;
  });

/** Makes the members of groups those of the lines; gives the groups that it changed. */
async function writeMembers(
  { transaction, storeId }: ImportWork,
  taken: readonly Taken[],
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
  const before = groupedBy(found, ({ groupId }) => groupId);
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
