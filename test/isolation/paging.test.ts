import { getNamedType, isLeafType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { createSqlSource } from '../../src/data/sql-source.ts';
import { schema } from '../../src/schema/index.ts';
import { SCOPES as CATALOGUE } from '../../src/scopes/catalogue.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { type OwnedDatabase, openOwnedDatabase } from '../support/queries-database.ts';
import { inputPlaces } from '../support/queries-inputs.ts';
import { listFields } from '../support/queries-paths.ts';
import { chunks, must, seededStores } from '../support/queries-seed.ts';
import { SeedGraph } from '../support/queries-witness.ts';

const SCOPES = CATALOGUE.map(({ name }) => name).join(' ');
const [A, B, C, D] = DEMO_STORES;
const GRAPH = new SeedGraph(must(seededStores()[3]));

/**
 * Many rows at the same moment, and of the same name: only the id then says which comes first. Rows that do not show
 * their id say it in a text.
 */
const EQUALISE = [
  `update commerce.orders set updated_at = date_trunc('month', updated_at) + interval '1 month' where store_id = '${D.id}'`,
  `update commerce.customers set created_at = date_trunc('year', created_at), updated_at = timestamptz '2026-01-01' where store_id = '${D.id}'`,
  `update commerce.products set created_at = timestamptz '2026-01-01', updated_at = date_trunc('year', updated_at), name = left(name, 1) where store_id = '${D.id}'`,
  `update commerce.product_variants set position = 0 where store_id = '${D.id}'`,
  `update commerce.line_items set position = 0 where store_id = '${D.id}'`,
  `update commerce.discount_applications set position = 0, title = id where store_id = '${D.id}'`,
  `update commerce.claims set created_at = date_trunc('month', created_at), updated_at = timestamptz '2026-01-01' where store_id = '${D.id}'`,
  `update commerce.claim_messages set created_at = date_trunc('year', created_at), body = id where store_id = '${D.id}'`,
  `update commerce.policies set created_at = date_trunc('month', created_at) where store_id = '${D.id}'`,
  `update commerce.discounts set created_at = date_trunc('year', created_at) where store_id = '${D.id}'`,
  `update commerce.ab_tests set created_at = date_trunc('year', created_at) where store_id = '${D.id}'`,
  `update commerce.quotes set created_at = date_trunc('month', created_at) where store_id = '${D.id}'`,
];

/** The columns behind each sort, for the database itself to say what the right order is. */
const SORT_COLUMNS: Readonly<Record<string, string>> = {
  CREATED_AT: 'created_at',
  UPDATED_AT: 'updated_at',
  CONTACT_EMAIL: 'contact_email_lower',
  EMAIL: 'email_lower',
  NAME: 'name_lower',
};

/** Every list of the schema: where it hangs, and what names its items. */
const LISTS = listFields(schema).map((list) => ({ ...list, key: keyOf(list.returns) }));

const ROOT_LISTS = LISTS.filter(({ parent }) => parent === 'Query').flatMap((list) => {
  const sorts = inputPlaces(schema)
    .filter(({ field, keys }) => field === list.coordinate && keys.join('.') === 'orderBy.field')
    .flatMap(({ enumValue }) =>
      ['ASC', 'DESC'].map((direction) => ({ sort: String(enumValue), direction })),
    );
  return sorts.map((sort) => ({ ...list, ...sort }));
});

const NESTED_LISTS = LISTS.filter(({ parent }) => parent !== 'Query');

/** What to select of a node: its id, or that of what it stands for. */
function keyOf(connection: string): string {
  const type = schema.getType(connection);
  const node = isObjectType(type) && getNamedType(must(type.getFields().nodes).type);
  if (!isObjectType(node)) throw new TypeError(`${connection} has no nodes.`);
  const fields = node.getFields();
  if (fields.id) return 'id';
  // A row without an id is named by what it leads to, and by all that it says.
  return Object.values(fields)
    .flatMap(({ name, type: target }) => {
      const object = getNamedType(target);
      if (isLeafType(object)) return [name];
      return isObjectType(object) && object.getFields().id ? [`${name} { id }`] : [];
    })
    .join(' ');
}

interface Page {
  readonly totalCount: number | null;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly edges: readonly { readonly cursor: string; readonly node: object }[];
  readonly nodes: readonly object[];
}

type Fetch = (args: string) => Promise<Page>;

const keysOf = ({ edges }: Page) => edges.map(({ node }) => JSON.stringify(node));

/** That a page is the slice of the whole list from `start` on, and says so. */
function expectSlice(page: Page, whole: readonly string[], start: number, size: number): void {
  const slice = whole.slice(start, start + size);
  expect(keysOf(page)).toEqual(slice);
  expect(page.nodes.map((node) => JSON.stringify(node))).toEqual(slice);
  expect(page.pageInfo).toEqual({
    hasPreviousPage: start > 0,
    hasNextPage: start + size < whole.length,
    startCursor: page.edges[0]?.cursor ?? null,
    endCursor: page.edges.at(-1)?.cursor ?? null,
  });
  expect(page.totalCount).toBe(whole.length);
}

/** Walks a list to its end and back again, page by page. */
async function expectWalks(fetch: Fetch, whole: readonly string[], size: number): Promise<void> {
  let end: string | null = null;
  for (let start = 0; start === 0 || start < whole.length; start += size) {
    const page: Page = await fetch(`first: ${size}, after: ${JSON.stringify(end)}`);
    expectSlice(page, whole, start, size);
    end = page.pageInfo.endCursor;
  }
  let begin: string | null = null;
  for (let stop = whole.length; stop > 0; stop -= size) {
    const page: Page = await fetch(`last: ${size}, before: ${JSON.stringify(begin)}`);
    const start = Math.max(0, stop - size);
    expectSlice(page, whole, start, stop - start);
    begin = page.pageInfo.startCursor;
  }
}

describe.each(['postgres'] as const)('paging on %s', (backend) => {
  let owned: OwnedDatabase;
  let gateway: TestGateway;
  let token: string;

  beforeAll(async () => {
    owned = await openOwnedDatabase(backend);
    for (const text of EQUALISE) await owned.admin(text);
    gateway = await startTestGateway('pglite', { source: createSqlSource(owned.database) });
    token = await gateway.token(SCOPES, D.id);
  });
  afterAll(async () => {
    await gateway.close();
    await owned.close();
  });

  /** Fetches pages of a list; of `parentId`'s where it hangs off something. */
  const fetcher =
    (list: (typeof LISTS)[number], parentId: string | null, fixed = '', by = token): Fetch =>
    async (args) => {
      const texts = [args, fixed].filter(Boolean).join(', ');
      const page = `${list.field}${texts && `(${texts})`} { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { ${list.key} } } nodes { ${list.key} } }`;
      const query = parentId
        ? `{ node(id: "${parentId}") { ... on ${list.parent} { ${page} } } }`
        : `{ ${page} }`;
      const { body } = await gateway.send(query, { token: by });
      expect({ query, errors: body.errors }).toEqual({ query, errors: undefined });
      const data = must(body.data);
      return ((parentId ? data.node : data) as Record<string, Page>)[list.field] as Page;
    };

  /** What the database says is the order of a root list. */
  async function truth(field: string, sort: string, direction: string): Promise<string[]> {
    const column = must(SORT_COLUMNS[sort], sort);
    const table = field === 'abTests' ? 'ab_tests' : field;
    const rows = await owned.admin(
      `select id from commerce.${table} where store_id = '${D.id}' order by ${column} ${direction}, id ${direction}`,
    );
    return rows.map(({ id }) => JSON.stringify({ id }));
  }

  it.each(ROOT_LISTS)('walks $field by $sort $direction, there and back', async (list) => {
    const { field, sort, direction } = list;
    const whole = await truth(field, sort, direction);
    expect(whole.length).toBeGreaterThan({ discounts: 5, abTests: 2 }[field] ?? 20);
    const fetch = fetcher(list, null, `orderBy: {field: ${sort}, direction: ${direction}}`);
    await expectWalks(fetch, whole, Math.min(100, Math.ceil(whole.length / 4.5)));
  });

  it.each([
    'orders',
    'customers',
    'products',
    'claims',
    'policies',
    'discounts',
    'quotes',
    'abTests',
  ])('gives %s newest first when not asked', async (field) => {
    const list = must(LISTS.find(({ coordinate }) => coordinate === `Query.${field}`));
    const whole = await truth(field, 'CREATED_AT', 'DESC');
    expectSlice(await fetcher(list, null)(''), whole, 0, 25);
    expectSlice(await fetcher(list, null)('first: 100'), whole, 0, 100);
  });

  it.each(NESTED_LISTS)('walks $coordinate, there and back', async (list) => {
    const sizeOf = (thing: Readonly<Record<string, unknown>>) => {
      const children = thing[list.field];
      return typeof children === 'function' ? (children() as readonly unknown[]).length : 0;
    };
    const [parent] = GRAPH.thingsOf(list.parent)
      .filter((thing) => sizeOf(thing) <= 100)
      .toSorted((a, b) => sizeOf(b) - sizeOf(a));
    const fetch = fetcher(list, String(must(parent).id));
    const whole = keysOf(await fetch('first: 100'));
    expect(whole).toHaveLength(sizeOf(must(parent)));
    expect(new Set(whole).size).toBe(whole.length);
    await expectWalks(fetch, whole, Math.ceil(whole.length / 5));
  });

  it.each([
    { sort: 'CREATED_AT', direction: 'ASC' },
    { sort: 'UPDATED_AT', direction: 'ASC' },
    { sort: 'UPDATED_AT', direction: 'DESC' },
    { sort: 'CONTACT_EMAIL', direction: 'DESC' },
  ])("walks a customer's orders by $sort $direction", async ({ sort, direction }) => {
    const list = must(LISTS.find(({ coordinate }) => coordinate === 'Customer.orders'));
    const [busiest] = await owned.admin(
      `select customer_id as id from commerce.orders where store_id = '${D.id}' and customer_id is not null group by 1 order by count(*) desc, 1 limit 1`,
    );
    const rows = await owned.admin(
      `select id from commerce.orders where customer_id = '${busiest?.id}' order by ${SORT_COLUMNS[sort]} ${direction}, id ${direction}`,
    );
    const fetch = fetcher(
      list,
      String(busiest?.id),
      `orderBy: {field: ${sort}, direction: ${direction}}`,
    );
    await expectWalks(
      fetch,
      rows.map(({ id }) => JSON.stringify({ id })),
      3,
    );
  });

  it('walks a filtered list', async () => {
    const list = must(LISTS.find(({ coordinate }) => coordinate === 'Query.orders'));
    const rows = await owned.admin(
      `select id from commerce.orders where store_id = '${D.id}' and financial_status = 'PAID' and updated_at >= '2001-01-01' order by updated_at, id`,
    );
    const fetch = fetcher(
      list,
      null,
      'orderBy: {field: UPDATED_AT}, filter: {financialStatus: PAID, updatedFrom: "2001-01-01T00:00:00Z"}',
    );
    await expectWalks(
      fetch,
      rows.map(({ id }) => JSON.stringify({ id })),
      41,
    );
  });

  it('gives what lies between two positions, from either end', async () => {
    const list = must(LISTS.find(({ coordinate }) => coordinate === 'Query.customers'));
    const fetch = fetcher(list, null);
    const page = await fetch('first: 40');
    const [after, before] = [must(page.edges[4]).cursor, must(page.edges[30]).cursor];
    const between = keysOf(page).slice(5, 30);
    const bounds = `after: "${after}", before: "${before}"`;
    const [all, head, tail, none] = await Promise.all([
      fetch(`first: 100, ${bounds}`),
      fetch(`first: 10, ${bounds}`),
      fetch(`last: 10, ${bounds}`),
      fetch(`first: 10, after: "${before}", before: "${after}"`),
    ]);
    expect(keysOf(all)).toEqual(between);
    expect(keysOf(head)).toEqual(between.slice(0, 10));
    expect(head.pageInfo.hasNextPage).toBe(true);
    expect(keysOf(tail)).toEqual(between.slice(-10));
    expect(tail.pageInfo.hasPreviousPage).toBe(true);
    expect(keysOf(none)).toEqual([]);
  });

  // An app's webhooks are not in the demo data.
  it.each(LISTS.filter(({ parent, field }) => parent === 'Query' && field !== 'webhooks'))(
    'gives no item of $field when asked for none, and still says that there are some',
    async (list) => {
      const fetch = fetcher(list, null);
      const { totalCount } = await fetch('first: 1');
      expect(totalCount).toBeGreaterThan(0);
      const info = { startCursor: null, endCursor: null };
      expect(await fetch('first: 0')).toEqual({
        totalCount,
        pageInfo: { ...info, hasNextPage: true, hasPreviousPage: false },
        edges: [],
        nodes: [],
      });
      expect(await fetch('last: 0')).toEqual({
        totalCount,
        pageInfo: { ...info, hasNextPage: false, hasPreviousPage: true },
        edges: [],
        nodes: [],
      });
    },
  );

  it.each([A, B, C])('finds every product of $domain by its name in any case', async ({ id }) => {
    const by = await gateway.token(SCOPES, id);
    const products = must(seededStores().find(({ stores }) => stores[0]?.id === id)).products;
    const lost: string[] = [];
    for (const some of chunks(products, 40)) {
      const texts = some.map(({ name }, index) => {
        const prefix = JSON.stringify(index % 2 === 0 ? name : name.toUpperCase());
        return `a${index}: products(filter: {namePrefix: ${prefix}}) { nodes { id } }`;
      });
      const { body } = await gateway.send(`{ ${texts.join(' ')} }`, { token: by });
      for (const [index, product] of some.entries()) {
        const { nodes } = must(body.data)[`a${index}`] as { nodes: { id: string }[] };
        if (!nodes.some((node) => node.id === product.id)) lost.push(product.name);
      }
    }
    expect(lost).toEqual([]);
  });

  it('gives an empty page of an empty list', async () => {
    const list = must(LISTS.find(({ coordinate }) => coordinate === 'Query.orders'));
    for (const args of ['first: 5', 'last: 5', 'first: 0']) {
      expectSlice(await fetcher(list, null, 'filter: {sourceNumber: "none"}')(args), [], 0, 5);
    }
  });

  it('keeps its place when rows come before it, and when its own row goes', async () => {
    const list = must(LISTS.find(({ coordinate }) => coordinate === 'Query.products'));
    const fetch = fetcher(list, null, '', await gateway.token(SCOPES, C.id));
    const insert = (id: string, at: string) =>
      owned.admin(
        `insert into commerce.products (id, store_id, source_id, name, status, kind, price, currency, inventory_tracked, in_stock, created_at, updated_at)
         values ('${id}', '${C.id}', '${id}', 'New', 'ACTIVE', 'SIMPLE', 1, 'JPY', false, true, '${at}', '${at}')`,
      );
    await insert('prd_middle', '2098-01-01');
    const whole = keysOf(await fetch('first: 12'));
    const page = await fetch('first: 1');
    const after = must(page.pageInfo.endCursor);
    await insert('prd_newest', '2099-01-01');
    expect(keysOf(await fetch(`first: 11, after: "${after}"`))).toEqual(whole.slice(1));
    await owned.admin(`delete from commerce.products where id = 'prd_middle'`);
    expect(keysOf(await fetch(`first: 11, after: "${after}"`))).toEqual(whole.slice(1));
  });

  it('counts up to 10,000 rows and no further', async () => {
    const list = must(LISTS.find(({ coordinate }) => coordinate === 'Query.products'));
    const fetch = fetcher(list, null, '', await gateway.token(SCOPES, B.id));
    const fill = (upTo: number) =>
      owned.admin(
        `insert into commerce.products (id, store_id, source_id, name, status, kind, price, currency, inventory_tracked, in_stock, created_at, updated_at)
         select 'prd_full' || i, '${B.id}', 'full' || i, 'Product', 'DRAFT', 'SIMPLE', 1, 'EUR', false, true, now(), now()
         from generate_series((select count(*) from commerce.products where store_id = '${B.id}') + 1, ${upTo}) i`,
      );
    await fill(10_000);
    expect((await fetch('first: 1')).totalCount).toBe(10_000);
    await fill(10_001);
    expect((await fetch('first: 1')).totalCount).toBeNull();
    const filtered = fetcher(
      list,
      null,
      'filter: {status: ACTIVE}',
      await gateway.token(SCOPES, B.id),
    );
    expect((await filtered('first: 1')).totalCount).toBeGreaterThan(0);
  });
});
