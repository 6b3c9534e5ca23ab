import { getTableColumns } from 'drizzle-orm';
import fc from 'fast-check';
import {
  PAGE_BATCHES,
  type PageBatchName,
  ROW_BATCHES,
  type RowBatchName,
  TOTALS_BATCHES,
  type TotalsBatchName,
} from '../../../src/data/batches.ts';
import { ENTITIES, type Entity } from '../../../src/data/entities.ts';
import type { MemoryData } from '../../../src/data/memory/source.ts';
import type {
  Condition,
  Join,
  Load,
  Page,
  Report,
  Session,
  SourceRow,
  Value,
} from '../../../src/data/source.ts';
import { completeRows } from './complete-rows.ts';
import { ENTITY_NAMES, identityOf, insertedColumns } from './kit.ts';

const STORES = ['sto_a', 'sto_b'];
const OWNERS = ['ins_a', 'https://issuer.example client'];

/** The start of the window that sessions may have: moments lie around it. */
const SINCE = new Date('2026-09-22T12:00:00.000Z');
const beside = (milliseconds: number) => new Date(SINCE.getTime() + milliseconds);

/** Ids are few, so that rows refer to each other, and one is nobody's. */
const IDS = [...['a0', 'a1', 'a2', 'a3', 'b0', 'b1', 'b2', 'b3'], 'x'];

/** Text whose order, case and quotes differ: U+FF21 is before U+1F600, but in UTF-16 behind it. */
const TEXTS = [
  ...['', 'a', 'A', 'ab', 'aB', 'b', 'a b', 'a,b', 'Null', '"', '\\', "'", '{}', '\t', 'z_', '%'],
  ...['é', 'É', 'ΣΑΣ', 'İI', '\uff21', '\uff21\u{1f600}', '\u{1f600}', '\u{10ffff}', '\ud7ff'],
];

const text = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.constantFrom('a', 'a\u{1f600}', '\uff21', '\u{1f600}'),
);
const whole = fc.integer({ min: -3, max: 3 });

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    ...[text, whole, fc.boolean(), fc.constant(null)],
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** Values of each type that a column has. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  text,
  'text collate "C"': text,
  'text[]': fc.array(text, { maxLength: 4 }),
  integer: whole,
  bigint: fc.oneof(
    fc.bigInt({ min: -3n, max: 3n }),
    fc.constantFrom(9_007_199_254_740_993n, 9_007_199_254_740_992n),
  ),
  boolean: fc.boolean(),
  'timestamp (3) with time zone': fc.oneof(
    fc.constantFrom(...[-86_400_000, -1_000, -1, 0, 1, 20, 120, 43_200_000].map(beside)),
    fc.date({ min: beside(-4e10), max: beside(4e10), noInvalidDate: true }),
  ),
  date: fc.constantFrom('2026-09-21', '2026-09-22', '2026-10-01', '2025-12-31'),
  'numeric(38, 0)': fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  // In a column JSON's null would be SQL's.
  jsonb: json.filter((value) => value !== null),
};

/** Values of columns that are more than any of their type: by name. */
const NAMED: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  storeId: fc.constantFrom(...STORES),
  owner: fc.constantFrom(...OWNERS),
  kind: fc.constantFrom('CART', 'PRICE'),
  currency: fc.constantFrom('EUR', 'JPY', 'USD'),
  status: fc.constantFrom('ACTIVE', 'CANCELLED'),
  paidBy: fc.constantFrom('CUSTOMER', 'BRAND'),
  timezone: fc.constantFrom('UTC', 'America/Denver', 'Asia/Kolkata', 'Pacific/Kiritimati'),
};

const typeOf = (entity: Entity, name: string): string =>
  (getTableColumns(ENTITIES[entity]) as Record<string, { getSQLType(): string }>)[
    name
  ]?.getSQLType() ?? '';

function valuesOf(entity: Entity, name: string): fc.Arbitrary<unknown> {
  if (NAMED[name]) return NAMED[name];
  if (name === 'id' || name.endsWith('Id')) return fc.constantFrom(...IDS);
  return VALUES[typeOf(entity, name)] ?? expectType(entity, name);
}

function expectType(entity: Entity, name: string): never {
  throw new TypeError(`There are no values for ${entity}.${name}.`);
}

/** A row of a store. Deleted are the fewer. */
function rowOf(entity: Entity): fc.Arbitrary<SourceRow> {
  const columns = insertedColumns(entity).map(([name, column]) => {
    const value = valuesOf(entity, name);
    if (name === 'deletedAt') return [name, fc.option(value, { freq: 1 })] as const;
    return [name, column.notNull ? value : fc.option(value)] as const;
  });
  return fc.record(Object.fromEntries(columns));
}

/** Rows that no two of are the same: the id of a store's row begins with the letter of the store. */
function rowsOf(entity: Entity): fc.Arbitrary<readonly SourceRow[]> {
  const identity = identityOf(entity);
  const named = (row: SourceRow, index: number): SourceRow => {
    if (entity === 'store')
      return { ...row, id: STORES[index], domain: `${STORES[index]}.example` };
    const letter = row.storeId === STORES[0] ? 'a' : 'b';
    return 'id' in row ? { ...row, id: `${letter}${index}` } : row;
  };
  const size = entity === 'store' ? { minLength: 2, maxLength: 2 } : { maxLength: 10 };
  return fc.array(rowOf(entity), size).map((rows) => {
    const unique = new Map(
      rows.map(named).map((row) => [identity.map((name) => row[name]).join(), row]),
    );
    return [...unique.values()];
  });
}

/** Rows of every entity, of two stores. No constraint holds of them but what is never null, and what names them. */
export const data: fc.Arbitrary<MemoryData> = fc
  .record(Object.fromEntries(ENTITY_NAMES.map((entity) => [entity, rowsOf(entity)])))
  .map((rows) =>
    Object.fromEntries(
      ENTITY_NAMES.map((entity) => [entity, completeRows(entity, (rows[entity] ?? []) as never)]),
    ),
  );

/** Also sessions of no store, of nobody, and of stores and clients that are not there. */
export const session: fc.Arbitrary<Session> = fc.record({
  storeId: fc.constantFrom(...STORES, ...STORES, ...STORES, '', 'sto_none'),
  installationId: fc.constant(null),
  owner: fc.constantFrom(...OWNERS, ...OWNERS, null, '', 'ins_none'),
  ordersSince: fc.constantFrom(null, SINCE, SINCE, beside(1), beside(1_000)),
});

const columnsOf = (entity: Entity) => Object.entries(getTableColumns(ENTITIES[entity]));
const COMPARED = ['text', 'text collate "C"', 'integer', 'bigint', 'timestamp (3) with time zone'];

const orderOf = (entity: Entity): fc.Arbitrary<readonly string[]> => {
  const names = columnsOf(entity)
    .filter(([name, column]) => column.notNull && COMPARED.slice(1).includes(typeOf(entity, name)))
    .map(([name]) => name);
  return fc
    .shuffledSubarray(names, { maxLength: 2 })
    .map((some) => [...new Set([...some, ...identityOf(entity)])]);
};

const value = (entity: Entity, name: string) =>
  valuesOf(entity, name).chain((one) =>
    one instanceof Date ? fc.constantFrom(one, one.toISOString()) : fc.constant(one as Value),
  ) as fc.Arbitrary<Value>;

/** Conditions as PostgreSQL has operators for them: none but equality says anything of text in a language's order. */
const condition = (entity: Entity): fc.Arbitrary<Condition> => {
  const names = columnsOf(entity)
    .map(([name]) => name)
    .filter((name) => COMPARED.includes(typeOf(entity, name)));
  return fc.constantFrom(...names).chain((column) => {
    const type = typeOf(entity, column);
    const ranges = type === 'text' ? [] : (['from', 'before'] as const);
    const prefix = type === 'text collate "C"' ? (['prefix', 'prefix'] as const) : [];
    const ignoreCase = type.startsWith('text') ? [true, false] : [false];
    return fc.record({
      column: fc.constant(column),
      operator: fc.constantFrom('equals' as const, ...ranges, ...prefix),
      value: value(entity, column),
      ignoreCase: fc.constantFrom(...ignoreCase),
    });
  });
};

const filter = (entity: Entity) => fc.array(condition(entity), { maxLength: 2 });

const page = (entity: Entity): fc.Arbitrary<Page> =>
  orderOf(entity).chain((columns) => {
    const position = fc.option(fc.tuple(...columns.map((name) => value(entity, name))));
    return fc.record({
      columns: fc.constant(columns),
      direction: fc.constantFrom('asc' as const, 'desc' as const),
      filter: filter(entity),
      after: position,
      before: position,
      limit: fc.integer({ min: 0, max: 6 }),
      fromEnd: fc.boolean(),
    });
  });

/** Some columns of an entity; the first one, where it is given, is always among them. */
const columns = (entity: Entity, first: string | null): fc.Arbitrary<readonly string[]> =>
  fc
    .shuffledSubarray(columnsOf(entity).map(([name]) => name))
    .map((names) => (first === null ? names : [...new Set([first, ...names])]));

const keys = (entity: Entity, column: string) =>
  fc.array(valuesOf(entity, column).map(String), { maxLength: 4 });

const isIdentifier = (entity: Entity, name: string) => typeOf(entity, name) === 'text collate "C"';

/** Those by what names a row: of other keys these rows may have several. */
const REFERRED = (Object.keys(ROW_BATCHES) as RowBatchName[]).filter((batch) => {
  const { entity, key } = ROW_BATCHES[batch];
  return isIdentifier(entity, key) && identityOf(entity).join() === key;
});

/** Rows that others refer to, by any identifier among the columns that are asked for. */
const joins = (entity: Entity, columnsOfRow: readonly string[]): fc.Arbitrary<readonly Join[]> => {
  const texts = columnsOfRow.filter((name) => isIdentifier(entity, name));
  if (texts.length === 0) return fc.constant([]);
  const join = fc.constantFrom(...REFERRED).chain((batch) =>
    fc.record({
      batch: fc.constant(batch),
      from: fc.constantFrom(...texts),
      columns: columns(ROW_BATCHES[batch].entity, ROW_BATCHES[batch].key),
    }),
  );
  return fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(join, { maxLength: 2 }));
};

/** What is asked for of rows, `first` always, and of those that they refer to. */
const selection = (entity: Entity, first: string) =>
  columns(entity, first).chain((names) =>
    fc.record({ columns: fc.constant(names), joins: joins(entity, names) }),
  );

const rowsLoad = fc.constantFrom(...(Object.keys(ROW_BATCHES) as RowBatchName[])).chain((batch) => {
  const { entity, key } = ROW_BATCHES[batch];
  const load = { kind: fc.constant('rows' as const), batch: fc.constant(batch) };
  return selection(entity, 'storeId' in getTableColumns(ENTITIES[entity]) ? 'storeId' : 'id').chain(
    (selected) =>
      fc.record({ ...load, keys: keys(entity, key) }).map((of) => ({ ...of, ...selected })),
  );
});

const pageBatch = fc.constantFrom(...(Object.keys(PAGE_BATCHES) as PageBatchName[]));
const parents = (entity: Entity, parent: string | null) =>
  parent === null ? fc.constant(null) : keys(entity, parent);

const pageLoad = pageBatch.chain((batch) => {
  const { entity, parent } = PAGE_BATCHES[batch];
  const load = {
    kind: fc.constant('page' as const),
    batch: fc.constant(batch),
    parents: parents(entity, parent),
    page: page(entity),
  };
  return selection(entity, parent ?? 'storeId').chain((selected) =>
    fc.record(load).map((of) => ({ ...of, ...selected })),
  );
});

const countLoad = pageBatch.chain((batch) => {
  const { entity, parent } = PAGE_BATCHES[batch];
  return fc.record({
    kind: fc.constant('count' as const),
    batch: fc.constant(batch),
    parents: parents(entity, parent),
    filter: filter(entity),
    atMost: fc.integer({ min: 0, max: 6 }),
  });
});

const totalsLoad = fc
  .constantFrom(...(Object.keys(TOTALS_BATCHES) as TotalsBatchName[]))
  .chain((batch) =>
    fc.record({
      kind: fc.constant('totals' as const),
      batch: fc.constant(batch),
      parents: keys(TOTALS_BATCHES[batch].entity, TOTALS_BATCHES[batch].parent),
    }),
  );

export const load: fc.Arbitrary<Load> = fc.oneof(
  { weight: 2, arbitrary: rowsLoad },
  { weight: 5, arbitrary: pageLoad },
  { weight: 2, arbitrary: countLoad },
  { weight: 1, arbitrary: totalsLoad },
);

const day = fc.constantFrom('2025-08-31', '2026-09-21', '2026-09-22', '2026-09-23', '2027-03-01');

export const report: fc.Arbitrary<Report> = fc
  .record({
    name: fc.constantFrom('periods', 'orders', 'premiums', 'claims', 'payouts'),
    days: fc.tuple(day, day).map((days) => days.sort()),
    interval: fc.constantFrom(null, 'DAY', 'WEEK', 'MONTH'),
  })
  .map(
    ({ name, days: [from = '', to = ''], interval }) => ({ name, from, to, interval }) as Report,
  );
