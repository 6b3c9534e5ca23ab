import { getTableColumns } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  PAGE_BATCHES,
  type PageBatchName,
  ROW_BATCHES,
  type RowBatchName,
  TOTALS_BATCHES,
  type TotalsBatchName,
} from '../../../src/data/batches.ts';
import { ENTITIES, type Entity } from '../../../src/data/entities.ts';
import { createMemorySource } from '../../../src/data/memory/source.ts';
import { DEMO_STORES } from '../../../src/data/seed/demo-stores.ts';
import type {
  Load,
  Page,
  Report,
  ReportInterval,
  ReportName,
  Session,
  Source,
  SourceRow,
} from '../../../src/data/source.ts';
import { createSqlSource } from '../../../src/data/sql-source.ts';
import { openTestDatabase, type TestDatabase } from '../../support/gateway.ts';
import { must, oneOf, reportedDays, windowStart } from '../../support/queries-seed.ts';
import { comparable, demoData, identityOf } from './kit.ts';

const DATA = demoData();
const rowsOf = (entity: Entity): readonly SourceRow[] => DATA[entity] ?? [];

const [A, B] = DEMO_STORES;
const SESSIONS: readonly Session[] = [
  { storeId: A.id, installationId: null, ordersSince: windowStart() },
  { storeId: A.id, installationId: null, ordersSince: null },
  { storeId: B.id, installationId: null, ordersSince: windowStart() },
  { storeId: 'sto_none', installationId: null, ordersSince: null },
];

const allColumns = (entity: Entity) => Object.keys(getTableColumns(ENTITIES[entity]));

/** Some of the values that rows have in a column, of every store, and one that none has. */
function someOf(entity: Entity, column: string): readonly string[] {
  const values = rowsOf(entity).map((row) => row[column]);
  const found = [...new Set(values.filter((value) => typeof value === 'string'))];
  return [...oneOf(found, Math.ceil(found.length / 40)), 'none'];
}

function ordersOf(entity: Entity): readonly (readonly string[])[] {
  const columns: Readonly<Record<string, { readonly notNull: boolean }>> = getTableColumns(
    ENTITIES[entity],
  );
  const leading = [
    'createdAt',
    'updatedAt',
    'orderCreatedAt',
    'position',
    'emailLower',
    'nameLower',
  ];
  const known = leading.filter((name) => columns[name]?.notNull);
  return [[], ...known.map((name) => [name])].map((names) => [...names, ...identityOf(entity)]);
}

/** The first and the last rows in an order, and those around one of them. */
function pagesOf(entity: Entity, parent: string | null): readonly Page[] {
  const rows = rowsOf(entity);
  const row = rows[Math.floor(rows.length / 5)];
  const whole = { filter: [], after: null, before: null, limit: parent ? 6 : 60, fromEnd: false };
  return ordersOf(entity).flatMap((columns) => {
    const position = row ? columns.map((name) => row[name] as string) : null;
    return [
      { ...whole, columns, direction: 'desc', after: position },
      { ...whole, columns, direction: 'asc', before: position, fromEnd: true },
    ] as const;
  });
}

const ROWS = (Object.keys(ROW_BATCHES) as RowBatchName[]).map((batch): Load => {
  const { entity, key } = ROW_BATCHES[batch];
  return { kind: 'rows', batch, columns: allColumns(entity), keys: someOf(entity, key) };
});

const PAGES = (Object.keys(PAGE_BATCHES) as PageBatchName[]).flatMap((batch): readonly Load[] => {
  const { entity, parent } = PAGE_BATCHES[batch];
  const parents = parent === null ? null : someOf(entity, parent);
  const columns = [...new Set([...(parent === null ? [] : [parent]), ...allColumns(entity)])];
  return [
    { kind: 'count', batch, parents, filter: [], atMost: 10_000 },
    ...pagesOf(entity, parent).map(
      (page): Load => ({ kind: 'page', batch, columns, parents, page }),
    ),
  ];
});

const TOTALS = (Object.keys(TOTALS_BATCHES) as TotalsBatchName[]).map((batch): Load => {
  const { entity, parent } = TOTALS_BATCHES[batch];
  return { kind: 'totals', batch, parents: someOf(entity, parent) };
});

const LOADS = [...ROWS, ...PAGES, ...TOTALS];

const { from, to } = reportedDays();
const NAMES: readonly ReportName[] = ['periods', 'orders', 'premiums', 'claims', 'payouts'];
const INTERVALS: readonly (ReportInterval | null)[] = [null, 'DAY', 'WEEK', 'MONTH'];
const REPORTS = NAMES.flatMap((name) =>
  INTERVALS.map((interval): Report => ({ name, from, to, interval })),
);

describe.each(['pglite', 'postgres'] as const)('the demo data in memory and on %s', (backend) => {
  const memory = createMemorySource(DATA);
  let opened: TestDatabase;
  let sql: Source;
  beforeAll(async () => {
    opened = await openTestDatabase(backend);
    sql = createSqlSource(opened.database);
  });
  afterAll(async () => {
    await opened.database.close();
    await opened.drop();
  });

  it.each(SESSIONS)('answers alike to $storeId since $ordersSince', async (session) => {
    const expected = await sql.wave(session, LOADS);
    const found = await memory.wave(session, LOADS);
    for (const [index, load] of LOADS.entries()) {
      expect(comparable(load, must(found[index]))).toEqual(comparable(load, must(expected[index])));
    }
    const answered = LOADS.filter((_, index) => must(expected[index]).length > 0);
    // Webhooks are no demo data; a count says 0, and is there.
    const isDemo = session.storeId !== 'sto_none';
    expect(answered.length).toBeGreaterThan(isDemo ? LOADS.length * 0.6 : 0);
  });

  it.each(SESSIONS)('reports alike to $storeId since $ordersSince', async (session) => {
    const found = await memory.report(session, REPORTS);
    expect(found).toEqual(await sql.report(session, REPORTS));
    const figures = found.filter((rows) => rows.length > 0).length;
    expect(figures).toBe(session.storeId === 'sto_none' ? INTERVALS.length : REPORTS.length);
  });

  it('finds the same stores', async () => {
    for (const { id, domain } of DEMO_STORES) {
      const found = await sql.resolveStore(id);
      expect(found).toMatchObject({ id, domain });
      expect(await memory.resolveStore(id)).toEqual(found);
      expect(await memory.resolveStore(domain)).toEqual(found);
    }
    for (const reference of ['', '%', A.name, A.domain.toUpperCase(), ` ${A.id}`]) {
      expect(await sql.resolveStore(reference)).toBeNull();
      expect(await memory.resolveStore(reference)).toBeNull();
    }
  });
});
