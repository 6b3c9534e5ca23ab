import { getNamedType, isEnumType, isInputObjectType } from 'graphql';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PAGE_BATCHES, ROW_BATCHES, TOTALS_BATCHES } from '../../src/data/batches.ts';
import { type Statement, sessionStatement } from '../../src/data/database.ts';
import { reportStatement } from '../../src/data/reports.ts';
import type { Condition, Load, LoadOf, Page, Session, Value } from '../../src/data/source.ts';
import { statementOf } from '../../src/data/statements.ts';
import { APP_ROLE } from '../../src/data/tables/columns.ts';
import { schema } from '../../src/schema/index.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { STORE, startTestGateway } from '../support/gateway.ts';
import { cloneDatabase } from '../support/postgres.ts';
import { inputPlaces, literalOf } from '../support/queries-inputs.ts';
import {
  compositeTypes,
  documentOf,
  edgesOf,
  extend,
  type Path,
  realArguments,
  shortestPaths,
  typesOfQueries,
} from '../support/queries-paths.ts';
import { chunks, must, seededAt, seededStore } from '../support/queries-seed.ts';
import { SeedGraph } from '../support/queries-witness.ts';

/** Tables so small that reading them whole is the best plan: there are a handful of stores, and of settings and tests of each. */
const TINY = [
  'stores',
  'pricing_rules',
  'store_settings',
  'claim_settings',
  'price_settings',
  'store_credit_settings',
  'widgets',
  'ab_tests',
  'ab_variants',
];

/** Columns of which a filter by one value leaves few rows, so that sorting these is cheap. */
const SELECTIVE = [
  'sourceNumber',
  'contactEmailLower',
  'authorEmailLower',
  'emailLower',
  'phone',
  'sku',
  'nameLower',
];

/** Lists that grow with every sale: a filter that leaves little of one must not look at all of it. */
const SOLD: readonly string[] = ['orders', 'claims'];

/** Rules come whole with their setting: nobody counts them. */
const COUNTED = Object.keys(PAGE_BATCHES).filter((batch) => batch !== 'rulesByKind');

const ORDERS = 100_000;
const PRODUCTS = 20_000;
/** A platform has many stores of very different size: here one has half of everything. */
const STORES = 50;
const PICK = `case when i % 2 = 0 then '${STORE.id}' else 'sto_bulk' || i % ${STORES} end`;
const MOMENT = (share: number) =>
  `date_trunc('second', now() - interval '730 days' * ((i * 7919) % ${ORDERS * share}) / ${ORDERS * share}.0)`;

/** As many rows as make the planner choose like in production, of the four stores. */
const FILL = [
  'set session_replication_role = replica',
  `insert into commerce.stores (id, name, domain, platform, currency, timezone, created_at, updated_at)
   select 'sto_bulk' || i, 'Bulk', 'bulk' || i || '.example', 'API', 'USD', 'UTC', now(), now() from generate_series(0, ${STORES - 1}) i`,
  `insert into commerce.customers (id, store_id, source_id, first_name, last_name, email, phone, tags, metafields, account_state, email_consent_state, email_consent_level, sms_consent_state, sms_consent_level, created_at, updated_at)
   select 'cus_bulk' || i, ${PICK}, 'bulk' || i, 'First' || i, 'Last', 'Bulk' || i || '@example.com', '+1' || i, '{}', '[]', 'ENABLED', 'PENDING', 'UNKNOWN', 'PENDING', 'UNKNOWN', ${MOMENT(0.2)}, ${MOMENT(0.2)}
   from generate_series(0, ${ORDERS / 5 - 1}) i`,
  `insert into commerce.customer_addresses (id, store_id, customer_id, position, is_default)
   select 'adr_bulk' || i, ${PICK}, 'cus_bulk' || i, 0, true from generate_series(0, ${ORDERS / 5 - 1}) i`,
  `insert into commerce.products (id, store_id, source_id, name, status, kind, sku, price, currency, inventory_tracked, in_stock, created_at, updated_at)
   select 'prd_bulk' || i, ${PICK}, 'bulk' || i, 'Product ' || i, 'ACTIVE', 'SIMPLE', 'SKU' || i, 100, 'USD', false, true, ${MOMENT(0.2)}, ${MOMENT(0.2)}
   from generate_series(0, ${PRODUCTS - 1}) i`,
  `insert into commerce.product_variants (id, store_id, product_id, source_id, position, title, price, currency, inventory_tracked, in_stock, created_at, updated_at)
   select 'var_bulk' || i || 'x' || p, ${PICK}, 'prd_bulk' || i, 'bulk' || i || 'x' || p, p, 'Variant', 100, 'USD', false, true, now(), now()
   from generate_series(0, ${PRODUCTS - 1}) i, generate_series(0, 1) p`,
  `insert into commerce.product_members (store_id, group_id, product_id, position, quantity)
   select ${PICK}, 'prd_bulk' || i, 'prd_bulk' || (i + p * 10) % ${PRODUCTS}, p, 1 from generate_series(0, ${PRODUCTS - 1}) i, generate_series(1, 2) p`,
  `insert into commerce.orders (id, store_id, source_id, source_number, platform, created_at, updated_at, currency, subtotal, discount_total, shipping_total, tax_total, total, premium_paid, premium_cost, premium_discount, financial_status, fulfillment_status, tags, customer_id, contact_email, original_order_id)
   select 'ord_bulk' || i, ${PICK}, 'bulk' || i, '#9' || i, 'SHOPIFY', ${MOMENT(1)}, ${MOMENT(1)} + interval '3 days', 'USD', 1, 0, 0, 0, 1, 0, 0, 0, (array['PAID', 'PENDING', 'REFUNDED'])[1 + i % 3], 'FULFILLED', '{}',
     'cus_bulk' || (i % ${ORDERS / 5}), 'Bulk' || (i % ${ORDERS / 5}) || '@example.com', case when i % 50 = 0 then 'ord_bulk' || (i + 10) % ${ORDERS} end
   from generate_series(0, ${ORDERS - 1}) i`,
  `insert into commerce.line_items (id, store_id, order_id, order_created_at, position, source_id, product_id, variant_id, name, quantity, refunded_quantity, currency, unit_price, discount_total, tax_total)
   select 'lin_bulk' || i, ${PICK}, 'ord_bulk' || i, ${MOMENT(1)}, 0, 'bulk' || i, 'prd_bulk' || i % ${PRODUCTS}, 'var_bulk' || i % ${PRODUCTS} || 'x0', 'Product', 1, 0, 'USD', 1, 0, 0
   from generate_series(0, ${ORDERS - 1}) i`,
  `insert into commerce.fulfillments (id, store_id, order_id, order_created_at, source_id, status, tracking_numbers, tracking_urls, created_at, updated_at)
   select 'ful_bulk' || i, ${PICK}, 'ord_bulk' || i, ${MOMENT(1)}, 'bulk' || i, 'DELIVERED', '{}', '{}', ${MOMENT(1)}, ${MOMENT(1)}
   from generate_series(0, ${ORDERS - 1}) i`,
  `insert into commerce.fulfillment_line_items (store_id, order_id, order_created_at, fulfillment_id, line_item_id, quantity)
   select ${PICK}, 'ord_bulk' || i, ${MOMENT(1)}, 'ful_bulk' || i, 'lin_bulk' || i, 1 from generate_series(0, ${ORDERS - 1}) i`,
  `insert into commerce.policies (id, store_id, order_id, order_created_at, kind, status, currency, premium, paid_by, insured_value, coverage, terms, effective_at, created_at, updated_at)
   select 'pol_bulk' || i, ${PICK}, 'ord_bulk' || i, ${MOMENT(1)}, 'WARRANTY', 'ACTIVE', 'USD', 1, 'BRAND', 1, '', '', now(), ${MOMENT(1)}, now()
   from generate_series(0, ${ORDERS / 2 - 1}) i`,
  `insert into commerce.claims (id, store_id, order_id, order_created_at, policy_id, customer_id, type, state, filed_from, description, requested_resolution, author_email, created_at, updated_at)
   select 'clm_bulk' || i, ${PICK}, 'ord_bulk' || i, ${MOMENT(1)}, 'pol_bulk' || i, 'cus_bulk' || (i % ${ORDERS / 5}), (array['STOLEN', 'DAMAGED', 'MULTIPLE'])[1 + i % 3], (array['NEW', 'OPEN', 'CLOSED'])[1 + i % 3], 'EXTERNAL', '', 'REFUND', 'Bulk' || (i % ${ORDERS / 5}) || '@example.com', ${MOMENT(1)}, ${MOMENT(1)} + interval '2 days'
   from generate_series(0, ${ORDERS - 1}) i`,
  `insert into commerce.claim_items (id, store_id, claim_id, line_item_id, quantity)
   select 'cli_bulk' || i, ${PICK}, 'clm_bulk' || i, 'lin_bulk' || i, 1 from generate_series(0, ${ORDERS / 2 - 1}) i`,
  `insert into commerce.claim_messages (id, store_id, claim_id, sender, body, media, created_at)
   select 'clg_bulk' || i, ${PICK}, 'clm_bulk' || i, 'BRAND', '', '[]', now() from generate_series(0, ${ORDERS / 2 - 1}) i`,
  `insert into commerce.claim_resolutions (id, store_id, claim_id, type, currency, paid_value, includes_shipping, shipping_amount, created_at)
   select 'res_bulk' || i, ${PICK}, 'clm_bulk' || i, 'REFUND', 'USD', 1, false, 0, now() from generate_series(0, ${ORDERS / 2 - 1}) i`,
  `insert into commerce.discounts (id, store_id, source_id, title, summary, method, codes, target, value_type, currency, applies_once_per_customer, starts_at, created_at, updated_at)
   select 'dsc_bulk' || i, ${PICK}, 'bulk' || i, '', '', (array['CODE', 'AUTOMATIC'])[1 + i / 2 % 2], '{}', 'SHIPPING', 'FREE_SHIPPING', 'USD', false, ${MOMENT(0.2)}, ${MOMENT(0.2)}, now()
   from generate_series(0, ${ORDERS / 5 - 1}) i`,
  `insert into commerce.discount_applications (id, store_id, order_id, order_created_at, position, discount_id, title, target, value_type, currency, total)
   select 'dap_bulk' || i, ${PICK}, 'ord_bulk' || i, ${MOMENT(1)}, 0, 'dsc_bulk' || i % 500, '', 'SHIPPING', 'FREE_SHIPPING', 'USD', 1
   from generate_series(0, ${ORDERS / 2 - 1}) i`,
  `insert into commerce.quotes (id, store_id, lines, currency, subtotal, premium, paid_by, rule_id, expires_at, created_at)
   select 'qte_bulk' || i, ${PICK}, '[]', 'USD', 1, 1, 'BRAND', 'rul_bulk', now(), ${MOMENT(1)} from generate_series(0, ${ORDERS / 5 - 1}) i`,
  `insert into commerce.ab_variant_days (store_id, variant_id, day, currency, sessions, orders, protected_orders, revenue, revenue_squares)
   select ${PICK}, 'abv_bulk' || i / 50, date '2026-01-01' + i % 50, 'USD', 1, 0, 0, 0, 0 from generate_series(0, ${ORDERS / 2 - 1}) i`,
  `insert into commerce.webhooks (id, store_id, owner, url, topics, enabled, scopes, secret_changed_at, created_at, updated_at)
   select 'whk_bulk' || i, ${PICK}, 'ins_bulk' || i / 2 % 10, 'https://hooks.example/' || i, '{order.created}', true, '{}', now(), ${MOMENT(0.2)}, now() from generate_series(0, ${ORDERS / 5 - 1}) i`,
  'vacuum analyze',
];

const SHORTEST = shortestPaths(schema);
/** The client that has a tenth of the store's webhooks. */
const OWNER = 'ins_bulk1';
const SESSION: Session = {
  storeId: STORE.id,
  installationId: null,
  owner: OWNER,
  ordersSince: null,
};

let loads: readonly Load[];
let client: pg.Client;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await cloneDatabase(inject('postgresAdminUrl'));
  drop = database.drop;
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  for (const text of FILL) await owner.query(text);
  await owner.end();
  client = new pg.Client({
    connectionString: database.appUrl,
    options: `-c role=${APP_ROLE} -c plan_cache_mode=force_generic_plan`,
  });
  await client.connect();
  loads = await collectLoads();
});
afterAll(async () => {
  await client.end();
  await drop();
});

/** Every load that the schema's edges, lists, sorts and filters make, each once. */
async function collectLoads(): Promise<readonly Load[]> {
  const gateway = await startTestGateway('postgres');
  const graph = new SeedGraph(seededStore(0));
  const token = await gateway.token(SCOPES.map(({ name }) => name).join(' '));
  const queries = [...edgeQueries(graph), ...listQueries(graph)];
  // The executor loads what it needs, and then the engine, which joins some of it.
  for (let times = 0; times < 3; times += 1) {
    // All at once, the last would wait for longer than a request may take on a machine that is busy.
    for (const some of chunks(queries, 50)) {
      const answers = await Promise.all(some.map((query) => gateway.send(query, { token })));
      for (const [index, { body }] of answers.entries()) {
        expect({ query: some[index], errors: body.errors }).toEqual({
          query: some[index],
          errors: undefined,
        });
      }
    }
  }
  const made = new Map(
    gateway.waves.flatMap((wave) => wave.loads).map((load) => [statementOf(load).text, load]),
  );
  await gateway.close();
  return [...made.values()];
}

const before = (coordinate: string): Path =>
  must(SHORTEST.get(coordinate.split('.')[0] ?? ''), coordinate);

function edgeQueries(graph: SeedGraph): string[] {
  const totals = ['ordersCount', 'amountSpent'].map((field) =>
    extend(schema, before('Customer.id'), `Customer.${field}`),
  );
  // A payload loads what it shows by the same batches as a query does.
  const types = typesOfQueries(schema);
  const edges = edgesOf(schema)
    .filter(({ coordinate }) => types.has(must(coordinate.split('.')[0])))
    .map((edge) => [...before(edge.coordinate), edge]);
  return [...edges, ...totals].map((path) =>
    documentOf(schema, path, realArguments(schema, path, graph)),
  );
}

function listQueries(graph: SeedGraph): string[] {
  const lists = compositeTypes(schema).flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ args }) => args.some(({ name }) => name === 'after'))
      .map((field) => ({ coordinate: `${type.name}.${field.name}`, args: field.args })),
  );
  return lists.flatMap(({ coordinate }) => {
    const path = extend(schema, before(coordinate), coordinate);
    const count = extend(schema, path, `${must(path.at(-1)).returns}.totalCount`);
    const nodes = extend(schema, path, `${must(path.at(-1)).returns}.nodes`);
    const real = realArguments(schema, path, graph);
    return argumentTexts(coordinate).map((text) =>
      documentOf(
        schema,
        path,
        (step, index) => (index === path.length - 1 ? text : real(step, index)),
        [must(count.at(-1)), must(nodes.at(-1))],
      ),
    );
  });
}

/** Every sort in both directions, with no filter and with each filter by itself. */
function argumentTexts(coordinate: string): string[] {
  const places = inputPlaces(schema).filter(({ field }) => field === coordinate);
  const sorts = places
    .filter(({ keys, enumValue }) => keys.join('.') === 'orderBy.field' && enumValue !== null)
    .flatMap(({ enumValue }) =>
      ['ASC', 'DESC'].map((direction) => `orderBy: {field: ${enumValue}, direction: ${direction}}`),
    );
  const filters = places
    .filter(({ keys, enumValue }) => keys[0] === 'filter' && keys.length === 2 && !enumValue)
    .map(({ keys, type }) => {
      const named = getNamedType(type);
      const value = isEnumType(named)
        ? must(named.getValues()[0]).name
        : named.name === 'DateTime'
          ? seededAt().toISOString()
          : 'a';
      return isInputObjectType(named) ? '' : `filter: {${keys[1]}: ${literalOf(type, value)}}`;
    });
  return ['', ...sorts].flatMap((sort) =>
    ['', ...filters].map((filter) => `(${['first: 2', sort, filter].filter(Boolean).join(', ')})`),
  );
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** The plan that the gateway's own prepared statement gets. */
async function explain({ text, values }: Statement): Promise<Plan[]> {
  const session = sessionStatement(SESSION);
  await client.query('begin');
  try {
    await client.query(session.text, [...session.values]);
    await client.query(`prepare explained as ${text}`);
    const given = values.map((value) => (value === null ? 'null' : client.escapeLiteral(value)));
    const list = given.length > 0 ? `(${given.join(', ')})` : '';
    const { rows } = await client.query(`explain (format json) execute explained${list}`);
    return nodesOf(rows[0]['QUERY PLAN'][0].Plan as Plan);
  } finally {
    await client.query('rollback');
    await client.query('deallocate all');
  }
}

const textPlan = (nodes: readonly Plan[]) =>
  nodes
    .map((node) =>
      [node['Node Type'], node['Relation Name'], node['Index Cond']].filter(Boolean).join(' '),
    )
    .join(' > ');

/** Rows of a table that are read without an index, which only a tiny table may be. */
const unindexed = (nodes: readonly Plan[]) =>
  nodes.filter(
    (node) =>
      node['Node Type'] === 'Seq Scan' && !TINY.includes(node['Relation Name'] ?? 'a function'),
  );

const usesIndex = (nodes: readonly Plan[]) =>
  nodes.some((node) => node['Node Type'].includes('Index') && node['Index Cond'] !== undefined);

const valueOfColumn = (column: string): Value =>
  column.endsWith('At')
    ? seededAt()
    : column === 'position'
      ? 1
      : column === 'day'
        ? '2026-01-01'
        : 'm';

/** The first page, the page after a position, the last page, and the page before a position. */
function pagesOf(page: Page): Page[] {
  const position = page.columns.map(valueOfColumn);
  return [
    page,
    { ...page, after: position },
    { ...page, fromEnd: true },
    { ...page, before: position, fromEnd: true },
  ];
}

const describePage = ({ columns, direction, filter, after, before: end, fromEnd }: Page) =>
  [
    columns.join(),
    direction,
    ...filter.map(({ column, operator }) => `${column} ${operator}`),
    after && 'after',
    end && 'before',
    fromEnd && 'from the end',
  ]
    .filter(Boolean)
    .join(' ');

/** Whether the rows have to come out of an index in order: else a page costs what the whole list costs. */
function mustBeOrdered(page: Page, hasParent: boolean): boolean {
  const isFew = ({ column }: Condition) =>
    SELECTIVE.includes(column) || (column.endsWith('At') && column !== page.columns[0]);
  // One parent's rows are few, unless they come in the order that its index has.
  const isOwnOrder = page.columns[0] !== 'updatedAt' && page.columns[0] !== 'contactEmailLower';
  return !page.filter.some(isFew) && (!hasParent || isOwnOrder);
}

/** What a filter leaves of a list in the order of a moment, where that has to be found in an index. */
const foundBy = ({ columns: [first], filter }: Page) =>
  first === 'createdAt' || first === 'updatedAt'
    ? filter.find(({ operator }) => operator === 'equals')
    : undefined;

const nameOf = ({ column }: Condition) =>
  column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

async function problemsOfPage(load: LoadOf<'page'>): Promise<string[]> {
  const problems: string[] = [];
  for (const page of pagesOf(load.page)) {
    const nodes = await explain(statementOf({ ...load, page }));
    if (nodes.some((node) => TINY.includes(node['Relation Name'] ?? ''))) continue;
    const position = page.after ?? page.before;
    const keyset = nodes.some((node) => node['Index Cond']?.includes('ROW('));
    const single = nodes.some((node) => node['Index Cond']?.match(/\b(line_item_)?id [<>]/));
    const isOrdered = mustBeOrdered(page, load.parents !== null);
    const filter = SOLD.includes(load.batch) && foundBy(page);
    const wrong = [
      unindexed(nodes).length > 0 && 'reads a table whole',
      !usesIndex(nodes) && 'uses no index',
      // An incremental sort only orders what is equal so far, such as one address's orders.
      filter &&
        !nodes.some((node) => node['Index Cond']?.includes(`${nameOf(filter)} =`)) &&
        'discards what its filter leaves out',
      isOrdered && nodes.some((node) => node['Node Type'] === 'Sort') && 'sorts',
      isOrdered &&
        position !== null &&
        !keyset &&
        !single &&
        'has no keyset in the index condition',
    ].filter(Boolean);
    if (wrong.length > 0) {
      problems.push(`${describePage(page)}: ${wrong.join(', ')}: ${textPlan(nodes)}`);
    }
  }
  return problems;
}

describe('the generic plan under the app role, on postgres', () => {
  it('is looked at for every batch there is', () => {
    const seen = (kind: Load['kind']) =>
      [...new Set(loads.filter((load) => load.kind === kind).map(({ batch }) => batch))].sort();
    expect(seen('rows')).toEqual(Object.keys(ROW_BATCHES).sort());
    expect(seen('page')).toEqual(Object.keys(PAGE_BATCHES).sort());
    expect(seen('count')).toEqual(COUNTED.toSorted());
    expect(seen('totals')).toEqual(Object.keys(TOTALS_BATCHES).sort());
    const joined = loads.flatMap((load) => ('joins' in load && load.joins) || []);
    const joinedBatches = [...new Set(joined.map(({ batch }) => batch))];
    expect(joinedBatches).toEqual(expect.arrayContaining(['customerById', 'productById']));
  });

  it('is for a large table', async () => {
    const { rows } = await client.query(
      `select reltuples::int as count from pg_class where oid = 'commerce.orders'::regclass`,
    );
    expect(rows[0].count).toBeGreaterThanOrEqual(ORDERS);
  });

  it.each(Object.keys(ROW_BATCHES))('of rows %s uses an index', async (batch) => {
    for (const load of loads.filter((load) => load.kind === 'rows' && load.batch === batch)) {
      const nodes = await explain(statementOf(load));
      expect(unindexed(nodes), textPlan(nodes)).toEqual([]);
      const isTiny = nodes.some((node) => TINY.includes(node['Relation Name'] ?? ''));
      expect(usesIndex(nodes) || isTiny, textPlan(nodes)).toBe(true);
    }
  });

  it.each(Object.keys(PAGE_BATCHES))(
    'of pages of %s finds its position in an index, whatever the sort and the filter',
    async (batch) => {
      const pages = loads.filter((load) => load.kind === 'page' && load.batch === batch);
      const problems: string[] = [];
      for (const load of pages)
        if (load.kind === 'page') problems.push(...(await problemsOfPage(load)));
      expect(problems).toEqual([]);
    },
  );

  it.each([...COUNTED, ...Object.keys(TOTALS_BATCHES)])(
    'of counts and sums of %s uses an index',
    async (batch) => {
      const counts = loads.filter(
        (load) => (load.kind === 'count' || load.kind === 'totals') && load.batch === batch,
      );
      expect(counts.length).toBeGreaterThan(0);
      for (const load of counts) {
        const nodes = await explain(statementOf(load));
        expect(unindexed(nodes), textPlan(nodes)).toEqual([]);
        const isTiny = nodes.some((node) => TINY.includes(node['Relation Name'] ?? ''));
        expect(usesIndex(nodes) || isTiny, textPlan(nodes)).toBe(true);
      }
    },
  );

  it.each([
    { name: 'orders', index: 'orders_by_created' },
    { name: 'premiums', index: 'policies_by_created' },
    { name: 'claims', index: 'claims_by_created' },
    { name: 'payouts', index: 'claim_resolutions_by_created' },
  ] as const)(
    'of the report $name reads the days around the range only',
    async ({ name, index }) => {
      for (const interval of [null, 'DAY', 'WEEK', 'MONTH'] as const) {
        const statement = reportStatement({ name, from: '2026-01-01', to: '2026-01-31', interval });
        const nodes = await explain(statement);
        expect(unindexed(nodes), textPlan(nodes)).toEqual([]);
        const used = nodes.filter((node) => node['Index Name'] !== undefined);
        expect(used.map((node) => node['Index Name'])).toEqual([index]);
        expect(used[0]?.['Index Cond']).toMatch(/store_id = .*created_at >= .*created_at < /);
      }
    },
  );
});
