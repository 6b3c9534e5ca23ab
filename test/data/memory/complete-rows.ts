import { getTableColumns, is, SQL } from 'drizzle-orm';
import { lowerCase } from '../../../src/data/bytewise.ts';
import { ENTITIES, type Entity, type Row } from '../../../src/data/entities.ts';
import type { SourceRow } from '../../../src/data/source.ts';

/** A row as it is inserted: without what the database adds. */
export type NewRow<E extends Entity> = (typeof ENTITIES)[E]['$inferInsert'];

/** What tables say in SQL, and have no value for: generated columns, and defaults of types without one in JSON. */
const ADDED: {
  readonly [E in Entity]?: { readonly [C in keyof Row<E>]?: (row: NewRow<E>) => Row<E>[C] };
} = {
  customer: { emailLower: ({ email }) => lowerCase(email ?? '') },
  product: { nameLower: ({ name }) => lowerCase(name) },
  order: {
    contactEmailLower: ({ contactEmail }) => lowerCase(contactEmail ?? ''),
    protectionStatus: ({ premiumCost, protectionCancelledAt }) => {
      if (premiumCost === 0n) return 'UNPROTECTED';
      return protectionCancelledAt ? 'CANCELLED' : 'PROTECTED';
    },
  },
  claim: { authorEmailLower: ({ authorEmail }) => lowerCase(authorEmail ?? '') },
  claimResolution: { bonus: () => 0n },
};

/**
 * New rows as the database would have completed them: with defaults, generated columns and nulls.
 *
 * @throws TypeError for a column that the database alone knows how to fill.
 */
export function completeRows<E extends Entity>(
  entity: E,
  rows: readonly NewRow<E>[],
): readonly Row<E>[] {
  const added: Readonly<Record<string, ((row: NewRow<E>) => unknown) | undefined>> =
    ADDED[entity] ?? {};
  const columns = Object.entries(getTableColumns(ENTITIES[entity])).map(([name, column]) => {
    const inSql = column.generated !== undefined || is(column.default, SQL);
    const add = added[name];
    if (inSql && add === undefined) {
      throw new TypeError(`What a database writes into "${name}" of ${entity} rows is not known.`);
    }
    return [name, add ?? (() => column.default ?? null)] as const;
  });
  return rows.map((row) => {
    const given: SourceRow = row;
    return Object.fromEntries(
      columns.map(([name, add]) => [name, given[name] === undefined ? add(row) : given[name]]),
    ) as Row<E>;
  });
}
