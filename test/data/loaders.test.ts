import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PAGE_BATCHES,
  type PageBatchName,
  ROW_BATCHES,
  type RowBatchName,
  TOTALS_BATCHES,
  type TotalsBatchName,
} from '../../src/data/batches.ts';
import { ENTITIES, type Entity } from '../../src/data/entities.ts';
import { GUARDS } from '../../src/data/guards.ts';
import { createLoaders } from '../../src/data/loaders.ts';
import type { Condition, Load, Page, Session, Source, SourceRow } from '../../src/data/source.ts';
import { AppError } from '../../src/errors.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import {
  allOf,
  type Granted,
  implies,
  describe as inWords,
  isSatisfied,
  type Requirement,
} from '../../src/scopes/requirement.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { encodeRows } from '../support/encode-rows.ts';

/** A row of every kind that the guard of its entity tells apart; undefined where all rows need the same. */
const rowsByOf = (
  entity: Entity,
): { column: string; values: Readonly<Record<string, Requirement>> } | undefined => {
  const guard: { rowsBy?: { column: string; values: Readonly<Record<string, Requirement>> } } =
    GUARDS[entity];
  return guard.rowsBy;
};

/** A value for a column of an entity: a known kind where the column tells kinds apart. */
function valueFor(entity: Entity, column: string | null, kind?: string): string {
  const rowsBy = rowsByOf(entity);
  if (rowsBy === undefined || rowsBy.column !== column) return 'x';
  return kind ?? Object.keys(rowsBy.values)[0] ?? 'x';
}

const equals = (column: string, value: string): Condition => ({
  column,
  operator: 'equals',
  value,
});

const SESSION: Session = { storeId: 'sto_1', installationId: null, ordersSince: null };

/** A source that notes each wave and answers its loads with `rowsOf`. */
function recording(rowsOf: (load: Load) => readonly SourceRow[] = () => []) {
  const waves: (readonly Load[])[] = [];
  const sessions: Session[] = [];
  const source: Source = {
    async wave(session, loads) {
      waves.push(loads);
      sessions.push(session);
      return loads.map((load) => encodeRows(load, rowsOf(load)));
    },
    report: async () => [],
    resolveStore: async () => null,
    check: async () => {},
    close: async () => {},
  };
  return { source, waves, sessions };
}

/** Echoes a row for each key that a load asks for, last key first. */
const echo = (load: Load): readonly SourceRow[] => {
  if (load.kind === 'rows') {
    const { key } = ROW_BATCHES[load.batch];
    return load.keys.map((value) => ({ [key]: value })).toReversed();
  }
  const parents = load.parents ?? [null];
  if (load.kind === 'page') {
    const column = PAGE_BATCHES[load.batch].parent ?? 'id';
    return parents.map((value) => ({ [column]: value, id: `of ${value}` })).toReversed();
  }
  return parents.map((parent, index) => ({ parent, count: index + 1, currency: 'USD', sum: 0n }));
};

const page = (change: Partial<Page> = {}): Page => ({
  columns: ['id'],
  direction: 'asc',
  filter: [],
  after: null,
  before: null,
  limit: 26,
  fromEnd: false,
  ...change,
});

const setUp = (granted: Granted = ScopeSet.all, rowsOf = echo) => {
  const record = recording(rowsOf);
  return { ...record, loaders: createLoaders(record.source, SESSION, granted) };
};

async function expectRefused(loading: Promise<unknown>, message: string) {
  const error = await loading.then(
    () => expect.fail('nothing was refused'),
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(AppError);
  expect([(error as AppError).code, (error as AppError).message]).toEqual([
    'INSUFFICIENT_SCOPE',
    message,
  ]);
}

const keysOf = (load: Load | undefined) => (load?.kind === 'rows' ? load.keys : load?.parents);

describe('loads of one depth', () => {
  it('become one load where they are equal', async () => {
    const { loaders, waves } = setUp();
    const [first, second] = await Promise.all([
      loaders.row('productById', 'prd_1'),
      loaders.row('productById', 'prd_1'),
    ]);
    expect(first).toMatchObject({ id: 'prd_1' });
    expect(second).toBe(first);
    expect(waves.map((wave) => wave.map(keysOf))).toEqual([[['prd_1']]]);
  });

  it('become one load where only their keys differ, and each gets its own row', async () => {
    const { loaders, waves } = setUp();
    const keys = ['prd_2', 'prd_1', 'prd_3'];
    const rows = await Promise.all(keys.map((key) => loaders.row('productById', key)));
    expect(rows).toMatchObject(keys.map((id) => ({ id })));
    expect(waves.map((wave) => wave.map(keysOf))).toEqual([[keys]]);
  });

  it('become one wave, whichever loader asks', async () => {
    const { loaders, waves, sessions } = setUp();
    await Promise.all([
      loaders.row('productById', 'prd_1'),
      loaders.row('orderBySourceId', '1'),
      loaders.page('variantsByProduct', 'prd_1', page()),
      loaders.page('variantsByProduct', 'prd_1', page({ limit: 3 })),
      loaders.count('variantsByProduct', 'prd_1', [], 10),
      loaders.totals('orderTotalsByCustomer', 'cus_1'),
    ]);
    expect(waves.map((wave) => wave.map(({ kind }) => kind))).toEqual([
      ['rows', 'rows', 'page', 'page', 'count', 'totals'],
    ]);
    expect(sessions).toEqual([SESSION]);
  });

  it('become one wave also when resolvers come to them after other promises', async () => {
    const { loaders, waves } = setUp();
    await Promise.all(
      [0, 1, 5, 20].map(async (promises) => {
        for (let turn = 0; turn < promises; turn += 1) await Promise.resolve();
        return loaders.row('productById', `prd_${promises}`);
      }),
    );
    expect(waves).toHaveLength(1);
  });

  it('are followed by those of the next depth in a wave of their own', async () => {
    const { loaders, waves } = setUp();
    await Promise.all(
      ['prd_1', 'prd_2'].map(async (key) => {
        await loaders.row('productById', key);
        await loaders.page('variantsByProduct', key, page());
      }),
    );
    expect(waves.map((wave) => wave.map(({ kind, batch }) => [kind, batch]))).toEqual([
      [['rows', 'productById']],
      [['page', 'variantsByProduct']],
    ]);
  });

  it('are not repeated at a later depth', async () => {
    const { loaders, waves } = setUp();
    await loaders.row('productById', 'prd_1');
    await loaders.row('productById', 'prd_1');
    expect(waves).toHaveLength(1);
  });

  it('are shared within a request and never beyond', async () => {
    const { source, waves } = recording(echo);
    for (const granted of [ScopeSet.all, ScopeSet.all]) {
      await createLoaders(source, SESSION, granted).row('productById', 'prd_1');
    }
    expect(waves).toHaveLength(2);
  });
});

describe('a row', () => {
  it('is null where the source has none', async () => {
    const { loaders } = setUp(ScopeSet.all, () => []);
    expect(await loaders.row('productById', 'prd_1')).toBeNull();
  });

  it('is found by the key of its batch', async () => {
    const { loaders, waves } = setUp(ScopeSet.all, () => [{ id: 'prd_1', sourceId: '7' }]);
    expect(await loaders.row('productBySourceId', '7')).toMatchObject({
      id: 'prd_1',
      sourceId: '7',
    });
    expect(waves[0]).toMatchObject([{ batch: 'productBySourceId', keys: ['7'] }]);
  });

  it.each(['__proto__', 'constructor', '', ' '])('is found by a key like %j', async (key) => {
    const { loaders } = setUp();
    expect((await loaders.row('productById', key))?.id).toBe(key);
  });
});

describe('a page', () => {
  it('of a parent is loaded with those of other parents, and keeps its order', async () => {
    const answers = ['prd_2', 'prd_1', 'prd_2'].map((productId, index) => ({
      productId,
      id: `var_${index}`,
    }));
    const { loaders, waves } = setUp(ScopeSet.all, () => answers);
    const pages = await Promise.all(
      ['prd_1', 'prd_2', 'prd_3'].map((key) => loaders.page('variantsByProduct', key, page())),
    );
    expect(pages.map((rows) => rows.map(({ id }) => id))).toEqual([
      ['var_1'],
      ['var_0', 'var_2'],
      [],
    ]);
    expect(waves.map((wave) => wave.map(keysOf))).toEqual([[['prd_1', 'prd_2', 'prd_3']]]);
  });

  it('of the whole store has no parents', async () => {
    const { loaders, waves } = setUp(ScopeSet.all, () => [{ id: 'ord_1' }, { id: 'ord_2' }]);
    expect(await loaders.page('orders', null, page())).toMatchObject([
      { id: 'ord_1' },
      { id: 'ord_2' },
    ]);
    expect(waves).toMatchObject([[{ kind: 'page', batch: 'orders', parents: null }]]);
  });

  it('of the whole store is loaded once where it is asked for twice', async () => {
    const { loaders, waves } = setUp();
    await Promise.all([
      loaders.page('orders', null, page()),
      loaders.page('orders', null, page()),
      loaders.page('orders', null, page({ limit: 3 })),
    ]);
    expect(waves.map((wave) => wave.length)).toEqual([2]);
  });

  it('is another where order, filter, position or size differ', async () => {
    const { loaders, waves } = setUp();
    const number = (value: string | bigint | number) =>
      page({ filter: [{ column: 'price', operator: 'equals', value }] });
    const pages = [
      page(),
      page({ columns: ['position', 'id'] }),
      page({ direction: 'desc' }),
      page({ limit: 27 }),
      page({ fromEnd: true }),
      page({ after: ['var_1'] }),
      page({ before: ['var_1'] }),
      page({ filter: [{ column: 'sku', operator: 'equals', value: 'a' }] }),
      page({ filter: [{ column: 'sku', operator: 'prefix', value: 'a' }] }),
      number(1),
      number(1n),
      number('1'),
    ];
    await Promise.all(pages.map((each) => loaders.page('variantsByProduct', 'prd_1', each)));
    expect(waves.map((wave) => wave.length)).toEqual([pages.length]);
  });
});

describe('a count', () => {
  it('is that of its parent', async () => {
    const { loaders } = setUp();
    const counts = ['prd_1', 'prd_2'].map((key) => loaders.count('variantsByProduct', key, [], 10));
    expect(await Promise.all(counts)).toEqual([1, 2]);
  });

  it('is zero where the source says nothing', async () => {
    const { loaders } = setUp(ScopeSet.all, () => []);
    expect(await loaders.count('variantsByProduct', 'prd_1', [], 10)).toBe(0);
  });

  it('of the whole store has no parents', async () => {
    const { loaders, waves } = setUp(ScopeSet.all, () => [{ parent: null, count: 7 }]);
    expect(await loaders.count('orders', null, [], 10)).toBe(7);
    expect(waves).toEqual([
      [{ kind: 'count', batch: 'orders', parents: null, filter: [], atMost: 10 }],
    ]);
  });
});

describe('totals', () => {
  it('are those of their parent, for each currency', async () => {
    const row = (parent: string, currency: string) => ({ parent, currency, count: 1, sum: 5n });
    const answers = [row('cus_1', 'EUR'), row('cus_2', 'EUR'), row('cus_1', 'USD')];
    const { loaders } = setUp(ScopeSet.all, () => answers);
    const [first, second, third] = await Promise.all(
      ['cus_1', 'cus_2', 'cus_3'].map((key) => loaders.totals('orderTotalsByCustomer', key)),
    );
    expect(first).toEqual([row('cus_1', 'EUR'), row('cus_1', 'USD')]);
    expect([second?.length, third]).toEqual([1, []]);
  });
});

/** Every way to miss a requirement by the fewest scopes: all of the others. */
function grantsWithout({ anyOf }: Requirement): ScopeSet[] {
  const choices = anyOf.reduce<string[][]>(
    (chosen, group) => chosen.flatMap((names) => group.map((name) => [...names, name])),
    [[]],
  );
  return choices.map((names) => ScopeSet.all.without(ScopeSet.of(names)));
}

/** Every way to satisfy a requirement by its own scopes alone. */
const grantsWith = ({ anyOf }: Requirement) => anyOf.map((group) => ScopeSet.of(group));

type Way = (granted: Granted, kind?: string) => Promise<readonly (readonly Load[])[]>;

/** One way to load rows of each entity, by a key of its own or of its parent, and of one kind where it has kinds. */
const WAYS: ReadonlyMap<Entity, Way> = new Map([
  ...Object.entries(PAGE_BATCHES).map(([batch, { entity, parent }]): [Entity, Way] => [
    entity,
    async (granted, kind) => {
      const { loaders, waves } = setUp(granted);
      const rowsBy = rowsByOf(entity);
      const filter =
        rowsBy === undefined || rowsBy.column === parent
          ? []
          : [equals(rowsBy.column, valueFor(entity, rowsBy.column, kind))];
      const key = parent === null ? null : valueFor(entity, parent, kind);
      await loaders.page(batch as PageBatchName, key, page({ columns: ['storeId'], filter }));
      return waves;
    },
  ]),
  ...Object.entries(ROW_BATCHES)
    .filter(([, { entity, key }]) => [undefined, key].includes(rowsByOf(entity)?.column))
    .map(([batch, { entity, key }]): [Entity, Way] => [
      entity,
      async (granted, kind) => {
        const { loaders, waves } = setUp(granted);
        await loaders.row(batch as RowBatchName, valueFor(entity, key, kind));
        return waves;
      },
    ]),
]);

const load = (entity: Entity, granted: Granted, kind?: string) =>
  WAYS.get(entity)?.(granted, kind) ?? expect.fail(`nothing loads ${entity}`);

const kindsOf = (entity: Entity) =>
  Object.entries(rowsByOf(entity)?.values ?? { '': GUARDS[entity].rows });

/** Each entity, and each of its kinds where they differ. */
const GUARDED_ENTITIES = (Object.keys(GUARDS) as Entity[])
  .filter((entity) => GUARDS[entity].rows.anyOf.length > 0)
  .flatMap((entity) =>
    kindsOf(entity).map(([kind, rows]) => ({
      entity,
      kind: kind || undefined,
      name: [entity, kind].filter(Boolean).join(' '),
      rows,
      scopes: inWords(rows),
    })),
  );

describe('a guarded entity', () => {
  it('is every one but the store, which needs a token', () => {
    const open = Object.entries(GUARDS).filter(([, { rows }]) => rows.anyOf.length === 0);
    expect(open.map(([entity, { rows }]) => [entity, rows.authenticated])).toEqual([
      ['store', true],
    ]);
    expect(Object.keys(GUARDS)).toEqual(Object.keys(ENTITIES));
  });

  it('is guarded by these scopes', () => {
    expect(
      Object.fromEntries(GUARDED_ENTITIES.map(({ name, scopes }) => [name, scopes])),
    ).toMatchInlineSnapshot(`
      {
        "abTest CART_WIDGET": "read_ab_tests",
        "abTest CHECKOUT_WIDGET": "read_ab_tests",
        "abTest PRICE": "read_ab_tests or read_quotes",
        "abVariant CART_WIDGET": "read_ab_tests",
        "abVariant CHECKOUT_WIDGET": "read_ab_tests",
        "abVariant PRICE": "read_ab_tests or read_quotes",
        "abVariantDay": "read_ab_tests",
        "claim": "read_claims",
        "claimItem": "read_claims",
        "claimMessage": "read_claims",
        "claimResolution": "read_claims",
        "claimSettings": "read_store",
        "customer": "read_customers",
        "customerAddress": "read_customers",
        "discount": "read_discounts",
        "discountApplication": "read_discounts and read_orders",
        "fulfillment": "read_orders",
        "fulfillmentLineItem": "read_orders",
        "lineItem": "read_orders",
        "order": "read_orders",
        "policy": "list_policies or read_policies",
        "priceSettings EXTENDED_WARRANTY": "read_extended_warranty_pricing or read_quotes",
        "priceSettings SHIPPING_INSURANCE": "read_quotes or read_shipping_insurance_pricing",
        "priceSettings WARRANTY": "read_quotes or read_warranty_pricing",
        "pricingRule EXTENDED_WARRANTY": "read_extended_warranty_pricing or read_quotes",
        "pricingRule SHIPPING_INSURANCE": "read_quotes or read_shipping_insurance_pricing",
        "pricingRule WARRANTY": "read_quotes or read_warranty_pricing",
        "product": "read_products",
        "productMember": "read_products",
        "productVariant": "read_products",
        "quote": "read_quotes",
        "storeCreditSettings": "read_store_credit_settings",
        "storeSettings": "read_store",
        "webhook": "manage_webhooks",
        "widget CART": "read_widget_cart",
        "widget CHECKOUT": "read_widget_checkout",
      }
    `);
  });

  it.each(GUARDED_ENTITIES)(
    'is refused without $scopes: $name',
    async ({ entity, kind, rows, scopes }) => {
      for (const granted of [null, ScopeSet.empty, ...grantsWithout(rows)]) {
        await expectRefused(load(entity, granted, kind), `Loading ${entity} rows needs ${scopes}.`);
      }
    },
  );

  const LOADED_BY_KEY = Object.entries(ROW_BATCHES).flatMap(([batch, { entity, key }]) => {
    const column = rowsByOf(entity)?.column;
    // A key that says nothing of the kind opens none of them by itself.
    const whole = { '': allOf(...kindsOf(entity).map(([, rows]) => rows)) };
    const kinds = column === key ? kindsOf(entity) : Object.entries(whole);
    return kinds.map(([kind, rows]) => ({
      batch: batch as RowBatchName,
      entity,
      name: [batch, kind].filter(Boolean).join(' '),
      value: kind || 'x',
      rows,
    }));
  });

  it.each(LOADED_BY_KEY)('is not asked of the source when refused: $name', async (found) => {
    const { batch, entity, value, rows } = found;
    for (const granted of rows.anyOf.length === 0 ? [null] : grantsWithout(rows)) {
      const { loaders, waves } = setUp(granted);
      const message = `Loading ${entity} rows needs ${inWords(rows)}.`;
      await expectRefused(loaders.row(batch, value), message);
      expect(waves).toEqual([]);
    }
  });

  it.each(LOADED_BY_KEY)('is loaded with its scopes alone: $name', async (found) => {
    const { batch, value, rows } = found;
    for (const granted of rows.anyOf.length === 0 ? [ScopeSet.empty] : grantsWith(rows)) {
      const { loaders, waves } = setUp(granted);
      expect(await loaders.row(batch, value)).not.toBeNull();
      expect(waves).toHaveLength(1);
    }
  });

  it('is refused in pages, counts and totals alike', async () => {
    const { loaders, waves } = setUp(ScopeSet.all.without(ScopeSet.of(['read_orders'])));
    const message = 'Loading order rows needs read_orders.';
    await expectRefused(loaders.page('orders', null, page()), message);
    await expectRefused(loaders.page('ordersByCustomer', 'cus_1', page()), message);
    await expectRefused(loaders.count('ordersByCustomer', 'cus_1', [], 10), message);
    await expectRefused(loaders.totals('orderTotalsByCustomer', 'cus_1'), message);
    expect(waves).toEqual([]);
  });

  it('is refused without a token, and so is an open one', async () => {
    const { loaders, waves } = setUp(null);
    await expectRefused(loaders.row('orderById', 'x'), 'Loading order rows needs read_orders.');
    await expectRefused(loaders.row('storeById', 'x'), 'Loading store rows needs a valid token.');
    expect(waves).toEqual([]);
  });

  it('is loaded with any token where it is open', async () => {
    const { loaders } = setUp(ScopeSet.empty);
    expect(await loaders.row('storeById', 'sto_1')).toEqual({ id: 'sto_1', name: null });
  });
});

const ROW_BATCH_NAMES = Object.keys(ROW_BATCHES) as RowBatchName[];
const PAGE_BATCH_NAMES = Object.keys(PAGE_BATCHES) as PageBatchName[];

const TOTALS_BATCH_NAMES = Object.keys(TOTALS_BATCHES) as TotalsBatchName[];

/** Values to load by: the kinds of everything that has kinds, and one that is none. */
const KEYS = [
  'x',
  '__proto__',
  ...new Set((Object.keys(GUARDS) as Entity[]).flatMap((e) => kindsOf(e).map(([kind]) => kind))),
].filter(Boolean);

/** The kinds that a load may give rows of: those that it names, or all that its entity has. */
function kindsIn(load: Load): readonly string[] {
  const { entity } = usedBy(load);
  const rowsBy = rowsByOf(entity);
  if (rowsBy === undefined) return [''];
  const named = new Set<unknown>();
  if (load.kind === 'rows' && ROW_BATCHES[load.batch].key === rowsBy.column) {
    for (const key of load.keys) named.add(key);
  }
  if (load.kind === 'page' || load.kind === 'count') {
    const filter = load.kind === 'page' ? load.page.filter : load.filter;
    for (const { column, value } of filter) if (column === rowsBy.column) named.add(value);
    if (PAGE_BATCHES[load.batch].parent === rowsBy.column) {
      for (const key of load.parents ?? []) named.add(key);
    }
  }
  const every = Object.keys(rowsBy.values);
  return named.size === 0 ? every : every.filter((kind) => named.has(kind));
}

/** The entity of a load, and every column that it selects, orders by, filters by or takes as its key. */
function usedBy(load: Load): { entity: Entity; used: readonly string[] } {
  if (load.kind === 'rows') {
    const { entity, key } = ROW_BATCHES[load.batch];
    return { entity, used: [...load.columns, key] };
  }
  if (load.kind === 'totals') {
    const { entity, parent, sum, sumUnless, beside } = TOTALS_BATCHES[load.batch];
    return { entity, used: [parent, sum, ...(sumUnless === null ? [] : [sumUnless]), ...beside] };
  }
  const { entity, parent } = PAGE_BATCHES[load.batch];
  const filter = load.kind === 'page' ? load.page.filter : load.filter;
  const selected = load.kind === 'page' ? [...load.columns, ...load.page.columns] : [];
  const filtered = filter.map(({ column }) => column);
  return { entity, used: [...selected, ...filtered, ...(parent === null ? [] : [parent])] };
}

const COLUMN_GUARDS = (Object.keys(GUARDS) as Entity[]).flatMap((entity) =>
  Object.entries<Requirement>(GUARDS[entity].columns ?? {}).map(([column, needed]) => ({
    entity,
    column,
    needed,
    scopes: inWords(needed),
  })),
);

describe('rows that do not all need the same', () => {
  it('are of these kinds, each with its scopes', () => {
    const kinds = GUARDED_ENTITIES.filter(({ kind }) => kind !== undefined);
    expect(kinds.map(({ name, scopes }) => `${name}: ${scopes}`)).toMatchInlineSnapshot(`
      [
        "pricingRule SHIPPING_INSURANCE: read_quotes or read_shipping_insurance_pricing",
        "pricingRule WARRANTY: read_quotes or read_warranty_pricing",
        "pricingRule EXTENDED_WARRANTY: read_extended_warranty_pricing or read_quotes",
        "priceSettings SHIPPING_INSURANCE: read_quotes or read_shipping_insurance_pricing",
        "priceSettings WARRANTY: read_quotes or read_warranty_pricing",
        "priceSettings EXTENDED_WARRANTY: read_extended_warranty_pricing or read_quotes",
        "widget CART: read_widget_cart",
        "widget CHECKOUT: read_widget_checkout",
        "abTest CART_WIDGET: read_ab_tests",
        "abTest CHECKOUT_WIDGET: read_ab_tests",
        "abTest PRICE: read_ab_tests or read_quotes",
        "abVariant CART_WIDGET: read_ab_tests",
        "abVariant CHECKOUT_WIDGET: read_ab_tests",
        "abVariant PRICE: read_ab_tests or read_quotes",
      ]
    `);
  });

  it('are opened as a whole by what opens each of them', async () => {
    const both = 'read_widget_cart read_widget_checkout';
    const { loaders } = setUp(ScopeSet.parse(both));
    expect(await loaders.row('widgetByKind', 'CART')).not.toBeNull();
    expect(await loaders.row('widgetByKind', 'CHECKOUT')).not.toBeNull();
    const one = setUp(ScopeSet.of(['read_widget_cart']));
    expect(await one.loaders.row('widgetByKind', 'CART')).not.toBeNull();
    const message = 'Loading widget rows needs read_widget_checkout.';
    await expectRefused(one.loaders.row('widgetByKind', 'CHECKOUT'), message);
    expect(one.waves).toHaveLength(1);
  });

  it.each(['x', '', 'cart', 'CART ', '__proto__', 'constructor', 'toString'])(
    'need all of it where a load names no kind that is known: %j',
    async (kind) => {
      const { loaders, waves } = setUp(ScopeSet.of(['read_widget_cart']));
      const message = 'Loading widget rows needs read_widget_cart and read_widget_checkout.';
      await expectRefused(loaders.row('widgetByKind', kind), message);
      expect(waves).toEqual([]);
    },
  );

  it('say their kind by an equality of a page or count, and by nothing else', async () => {
    const quotes = ScopeSet.of(['read_quotes']);
    const message = 'Loading abTest rows needs read_ab_tests.';
    const price = equals('kind', 'PRICE');
    const { loaders, waves } = setUp(quotes);
    await loaders.page('abTests', null, page({ filter: [price] }));
    await loaders.count('abTests', null, [price], 10);
    expect(waves).toHaveLength(2);
    for (const filter of [
      [],
      [equals('status', 'RUNNING')],
      [equals('kind', 'CART_WIDGET')],
      [equals('status', 'PRICE')],
      [{ ...price, operator: 'prefix' as const }],
      [{ ...price, operator: 'from' as const }],
      [{ ...price, ignoreCase: true }],
    ]) {
      await expectRefused(loaders.page('abTests', null, page({ filter })), message);
      await expectRefused(loaders.count('abTests', null, filter, 10), message);
    }
    expect(waves).toHaveLength(2);
  });

  it('of a price test show quotes what prices them, and nothing else', async () => {
    const { loaders, waves } = setUp(ScopeSet.of(['read_quotes']));
    await loaders.page('abTests', null, page({ filter: [equals('kind', 'PRICE')] }));
    await loaders.page('variantsByAbTest', 'x', page({ filter: [equals('kind', 'PRICE')] }));
    expect(waves.flat().map((load) => 'columns' in load && load.columns)).toEqual([
      ['id', 'storeId', 'kind', 'status'],
      ['id', 'storeId', 'testId', 'kind', 'position', 'key', 'weight', 'overrides'],
    ]);
    await expectRefused(
      loaders.totals('totalsByAbVariant', 'x'),
      'Loading abVariantDay rows needs read_ab_tests.',
    );
  });

  it('of prices show quotes whether a kind is offered, and by which rules', async () => {
    const { loaders, waves } = setUp(ScopeSet.of(['read_quotes']));
    await loaders.row('priceSettingsByKind', 'WARRANTY');
    await loaders.page('rulesByKind', 'WARRANTY', page());
    const [settings] = waves.flat();
    expect(settings && 'columns' in settings && settings.columns).toEqual([
      'storeId',
      'kind',
      'enabled',
    ]);
  });
});

describe('a guarded column', () => {
  it.each(COLUMN_GUARDS)('is one of its entity: $entity.$column', ({ entity, column }) => {
    expect(Object.keys(ENTITIES[entity])).toContain(column);
  });

  it('is one of these, each with its scopes', () => {
    const words = COLUMN_GUARDS.map(
      ({ entity, column, scopes }) => `${entity}.${column}: ${scopes}`,
    );
    expect(words).toMatchInlineSnapshot(`
      [
        "store.domain: read_store",
        "store.platform: read_store",
        "store.currency: read_store",
        "store.timezone: read_store",
        "store.createdAt: read_store",
        "store.updatedAt: read_store",
        "order.customerId: read_customers",
        "order.contactName: read_customers",
        "order.contactEmail: read_customers",
        "order.contactEmailLower: read_customers",
        "order.contactPhone: read_customers",
        "order.shippingAddress: read_customers",
        "order.billingAddress: read_customers",
        "lineItem.productId: read_products",
        "lineItem.variantId: read_products",
        "policy.premium: read_policies",
        "policy.paidBy: read_policies",
        "policy.insuredValue: read_policies",
        "policy.coverage: read_policies",
        "policy.terms: read_policies",
        "policy.effectiveAt: read_policies",
        "policy.expiresAt: read_policies",
        "policy.cancelledAt: read_policies",
        "claim.policyId: list_policies or read_policies",
        "claim.customerId: read_customers",
        "claim.authorName: read_customers",
        "claim.authorEmail: read_customers",
        "claim.authorEmailLower: read_customers",
        "claim.signatureUrl: read_customers",
        "claimItem.lineItemId: read_orders",
        "claimMessage.authorName: read_customers",
        "claimResolution.shippingAddress: read_customers",
        "claimResolution.issuedCode: manage_claims",
        "quote.orderId: read_orders",
        "quote.orderCreatedAt: read_orders",
        "priceSettings.terms: read_extended_warranty_pricing or read_shipping_insurance_pricing or read_warranty_pricing",
        "priceSettings.version: read_extended_warranty_pricing or read_shipping_insurance_pricing or read_warranty_pricing",
        "priceSettings.updatedAt: read_extended_warranty_pricing or read_shipping_insurance_pricing or read_warranty_pricing",
        "abTest.name: read_ab_tests",
        "abTest.startedAt: read_ab_tests",
        "abTest.stoppedAt: read_ab_tests",
        "abTest.version: read_ab_tests",
        "abTest.createdAt: read_ab_tests",
        "abTest.updatedAt: read_ab_tests",
        "abVariant.name: read_ab_tests",
      ]
    `);
  });

  it('needs something, and more than its row', () => {
    const same = COLUMN_GUARDS.filter(({ entity, needed }) => implies(GUARDS[entity].rows, needed));
    expect(same).toEqual([]);
    expect(COLUMN_GUARDS.filter(({ needed }) => needed.anyOf.length === 0)).toEqual([]);
  });

  it.each(COLUMN_GUARDS)(
    'is selected with $scopes and not without: $entity.$column',
    async ({ entity, column, needed }) => {
      const selected = async (granted: ScopeSet, kind: string) => {
        const [loaded] = (await load(entity, granted, kind || undefined))[0] ?? [];
        return loaded && 'columns' in loaded ? loaded.columns : [];
      };
      for (const [kind, rows] of kindsOf(entity)) {
        for (const granted of grantsWith(rows)) {
          for (const more of grantsWith(needed)) {
            expect(await selected(granted.union(more), kind)).toContain(column);
          }
        }
      }
      for (const granted of grantsWithout(needed)) {
        // A row that nothing but the column's scope opens is not there at all.
        const open = kindsOf(entity).filter(([, rows]) => isSatisfied(rows, granted));
        expect(open.length).toBeGreaterThan(0);
        for (const [kind] of open) {
          const without = await selected(granted, kind);
          expect(without).not.toContain(column);
          expect(without).toContain(Object.keys(ENTITIES[entity])[0]);
        }
      }
    },
  );

  it('is refused in an order or a filter, with nothing loaded', async () => {
    const { loaders, waves } = setUp(ScopeSet.of(['read_orders']));
    const message = 'Loading order rows needs read_customers.';
    const filter = [
      { column: 'contactEmailLower', operator: 'equals', value: 'a@example.com' },
    ] as const;
    const sorted = page({ columns: ['contactEmailLower', 'id'] });
    await expectRefused(loaders.page('replacementsByOrder', 'ord_1', page({ filter })), message);
    await expectRefused(loaders.page('replacementsByOrder', 'ord_1', sorted), message);
    await expectRefused(loaders.page('orders', null, page({ filter })), message);
    await expectRefused(loaders.count('orders', null, filter, 10), message);
    expect(waves).toEqual([]);
  });

  it('may order and filter with its scope', async () => {
    const { loaders, waves } = setUp(ScopeSet.of(['read_orders', 'read_customers']));
    const sorted = page({ columns: ['contactEmailLower', 'id'] });
    await loaders.page('replacementsByOrder', 'ord_1', sorted);
    expect(waves).toHaveLength(1);
  });

  it('never reaches the source, whatever the scopes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(SCOPES.map(({ name }) => name)), async (names) => {
        const granted = ScopeSet.of(names);
        const { loaders, waves } = setUp(granted);
        await Promise.allSettled([
          ...ROW_BATCH_NAMES.flatMap((batch) => KEYS.map((key) => loaders.row(batch, key))),
          ...PAGE_BATCH_NAMES.flatMap((batch) =>
            KEYS.flatMap((key) => [
              loaders.page(batch, key, page()),
              loaders.page(batch, 'x', page({ filter: [equals('kind', key)] })),
              loaders.count(batch, key, [], 10),
              loaders.count(batch, 'x', [equals('kind', key)], 10),
            ]),
          ),
          ...TOTALS_BATCH_NAMES.map((batch) => loaders.totals(batch, 'x')),
        ]);
        // One expectation for all of them: thousands take longer than the loads.
        const leaked = waves.flat().flatMap((load) => {
          const { entity, used } = usedBy(load);
          const { rows } = GUARDS[entity];
          const kinds = kindsIn(load).filter(
            (kind) => !isSatisfied(rowsByOf(entity)?.values[kind] ?? rows, granted),
          );
          const columns = COLUMN_GUARDS.filter(
            (guard) =>
              guard.entity === entity &&
              used.includes(guard.column) &&
              !isSatisfied(guard.needed, granted),
          ).map(({ column }) => column);
          return [...kinds, ...columns].map((name) => `${load.batch}: ${name}`);
        });
        expect(leaked).toEqual([]);
      }),
    );
  });
});

describe('a wave that fails', () => {
  it('rejects each of its loads, and no other', async () => {
    const away = new AppError('UNAVAILABLE', 'The database cannot be reached. Try again shortly.');
    const { source } = recording(echo);
    let failing = true;
    const loaders = createLoaders(
      { ...source, wave: (...args) => (failing ? Promise.reject(away) : source.wave(...args)) },
      SESSION,
      ScopeSet.all,
    );
    const results = await Promise.allSettled([
      loaders.row('productById', 'prd_1'),
      loaders.row('orderById', 'ord_1'),
      loaders.page('variantsByProduct', 'prd_1', page()),
      loaders.count('variantsByProduct', 'prd_1', [], 1),
      loaders.totals('orderTotalsByCustomer', 'cus_1'),
    ]);
    expect(results).toEqual(results.map(() => ({ status: 'rejected', reason: away })));
    failing = false;
    expect(await loaders.row('productById', 'prd_2')).toMatchObject({ id: 'prd_2' });
  });
});
