import { getNamedType, isNonNullType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import type { DemoRows } from '../../src/data/seed/generate.ts';
import { schema } from '../../src/schema/index.ts';
import { NODE_TYPES } from '../../src/schema/node.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { type Answer, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  crawl,
  enumWords,
  idsIn,
  isReport,
  settle,
  stringsIn,
  stringsOf,
} from '../support/queries-crawl.ts';
import { inputPlaces } from '../support/queries-inputs.ts';
import { listFields } from '../support/queries-paths.ts';
import { typeNeeds, withIncluded } from '../support/queries-sdl.ts';
import {
  chunks,
  idsOf as idsOfRows,
  must,
  oneOf,
  seededAt,
  seededStores,
} from '../support/queries-seed.ts';
import { insertWebhooks, webhooksOfStore } from '../support/queries-webhooks.ts';
import { hasValueAt, SeedGraph } from '../support/queries-witness.ts';

const EVERYTHING = SCOPES.map(({ name }) => name).join(' ');
const NARROW = SCOPES.map(({ name }) => name)
  .filter((name) => name !== 'read_all_orders')
  .join(' ');
const [A, B] = DEMO_STORES;
const [ROWS_A, ROWS_B, , ROWS_D] = seededStores() as [DemoRows, DemoRows, DemoRows, DemoRows];

/** What belongs to the client of these tests in a store, beside what the store has. */
const webhooksOf = (rows: DemoRows) => webhooksOfStore(rows.stores[0]?.id);

/** Every id with a prefix that a client of the store can find. */
const idsOf = (rows: DemoRows) => [...idsOfRows(rows), ...webhooksOf(rows).map(({ id }) => id)];

const stringsOfStore = (rows: DemoRows) => stringsIn([rows, webhooksOf(rows)]);
const OWN_TO_D = stringsOfStore(ROWS_D);
const WORDS = enumWords();
/**
 * Strings that the other stores have and the fourth has not. Short numbers of a shop system mean nothing by
 * themselves: an amount can look the same, and a day is everybody's. The words of enums belong to no store.
 */
const FOREIGN_TO_D = [
  ...new Set(
    seededStores()
      .slice(0, 3)
      .flatMap((rows) => [...stringsOfStore(rows)]),
  ),
].filter(
  (value) =>
    !OWN_TO_D.has(value) && !WORDS.has(value) && !/^(\d{1,8}|\d{4}-\d\d-\d\d)$/.test(value),
);

/** Root fields that take the key of one object, and the keys that a store's rows have for them. */
const LOOKUPS = Object.values(must(schema.getQueryType()).getFields()).flatMap((field) => {
  const argument = field.args.find(({ type, name }) => isNonNullType(type) && name !== 'ids');
  const type = getNamedType(field.type);
  if (argument === undefined || argument.name === 'input' || isReport(field)) return [];
  const keysOf = (rows: DemoRows): string[] => {
    if (!isObjectType(type)) return idsOf(rows);
    const table: readonly { readonly id: string; readonly sourceId?: string }[] | undefined = {
      Order: rows.orders,
      Customer: rows.customers,
      Product: rows.products,
      Discount: rows.discounts,
      Claim: rows.claims,
      Policy: rows.policies,
      Quote: rows.quotes,
      AbTest: rows.abTests,
      Webhook: webhooksOf(rows),
    }[type.name];
    return must(table, type.name).map(({ id, sourceId }) =>
      argument.name === 'id' ? id : must(sourceId),
    );
  };
  return [{ name: field.name, argument: argument.name, keysOf }];
});

/** Values for every filter by a string, taken from a store's own rows. */
const filterValues = (rows: DemoRows): Readonly<Record<string, string>> => {
  const order = must(rows.orders.findLast(({ contactEmail }) => contactEmail));
  const customer = must(rows.customers.find(({ email, phone }) => email && phone));
  const product = must(rows.products.find(({ sku }) => sku));
  return {
    'OrderFilter.sourceNumber': order.sourceNumber,
    'OrderFilter.customerEmail': must(order.contactEmail),
    'ClaimFilter.authorEmail': must(
      rows.claims.find(({ authorEmail }) => authorEmail)?.authorEmail,
    ),
    'CustomerFilter.email': must(customer.email),
    'CustomerFilter.emailPrefix': must(customer.email).slice(0, 8),
    'CustomerFilter.phone': must(customer.phone),
    'ProductFilter.sku': must(product.sku),
    'ProductFilter.namePrefix': product.name.slice(0, 6).toLowerCase(),
  };
};

const LIST_PLACES = inputPlaces(schema).filter(({ field }) => field.startsWith('Query.'));
const FILTERS = LIST_PLACES.filter(
  ({ keys, type }) => keys[0] === 'filter' && keys.length === 2 && String(type) === 'String',
).map(({ field, coordinates }) => ({
  root: field.slice('Query.'.length),
  coordinate: must(coordinates.at(-1)),
}));
const SORTS = LIST_PLACES.filter(
  ({ keys, enumValue }) => keys.join('.') === 'orderBy.field' && enumValue !== null,
).map(({ field, enumValue }) => ({ root: field.slice('Query.'.length), sort: enumValue }));

const LISTS = listFields(schema);
const GRAPH_A = new SeedGraph(ROWS_A);
const GRAPH_B = new SeedGraph(ROWS_B);

/** A list of the whole store, or of one row; with what comes after or before a position. */
type ListText = (bounds?: string) => string;

/** Queries for a list of the schema in one store: the only one, or two of which each has another parent. */
function listsIn(graph: SeedGraph, { parent, field }: (typeof LISTS)[number]): ListText[] {
  const list = (bounds = '') => `${field}(first: 1${bounds}) { edges { cursor } }`;
  if (parent === 'Query') return [list];
  return graph
    .thingsOf(parent)
    .filter((thing) => hasValueAt(thing, [field]))
    .slice(0, 2)
    .map(
      ({ id }) =>
        (bounds) =>
          `node(id: "${id}") { ... on ${parent} { ${list(bounds)} } }`,
    );
}

/** What an answer says beside its body, but for its time and its own id. */
const headersOf = ({ headers }: Answer) =>
  Object.fromEntries([...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)));

const aliased = (texts: readonly string[]) =>
  `{ ${texts.map((text, index) => `a${index}: ${text}`).join(' ')} }`;

describe.each(['postgres'] as const)('a token of one store, on %s', (backend) => {
  let gateway: TestGateway;
  let tokenA: string;
  let tokenB: string;

  beforeAll(async () => {
    gateway = await startTestGateway(backend, { clock: seededAt });
    await insertWebhooks(gateway.asRole);
    [tokenA, tokenB] = await Promise.all([
      gateway.token(EVERYTHING, A.id),
      gateway.token(EVERYTHING, B.id),
    ]);
  });
  afterAll(() => gateway.close());

  const ask = (query: string, token = tokenA, variables: Readonly<Record<string, unknown>> = {}) =>
    gateway.send(query, { token, variables });

  it('gets by a crawl of everything all of its own rows and no string of another store', async () => {
    const token = await gateway.token(EVERYTHING, DEMO_STORES[3].id);
    const answers = await crawl(gateway, token, { pageSize: 100, depth: 3 });
    expect(answers.flatMap(({ body }) => body.errors ?? [])).toEqual([]);
    const text = answers.map((answer) => answer.text).join('\n');

    const rules = ROWS_D.pricingRules.map(({ id }) => id);
    const own = [...new Set([...idsOf(ROWS_D), ...rules, DEMO_APPS.demo.id])].sort();
    expect([...new Set(idsIn(text))].sort()).toEqual(own);
    const seen = stringsOf(answers);
    expect(FOREIGN_TO_D.length).toBeGreaterThan(10_000);
    expect(FOREIGN_TO_D.filter((value) => seen.has(value))).toEqual([]);
    await settle();
  });

  it('gets nothing by any id of another store', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    for (const ids of chunks(oneOf(idsOf(ROWS_B), 3), 100)) {
      const { text } = await ask(query, tokenA, { ids });
      expect(text).toBe(JSON.stringify({ data: { nodes: ids.map(() => null) } }));
    }
    const every = idsOf(ROWS_A);
    const ids = oneOf(every, Math.ceil(every.length / 100));
    const twin = await ask(query, tokenA, { ids });
    expect(twin.body.data?.nodes).toEqual(ids.map((id) => expect.objectContaining({ id })));
  });

  it.each(LOOKUPS)('gets nothing from $name by a $argument of another store', async (lookup) => {
    const { name, argument, keysOf } = lookup;
    const textOf = (key: string) => `${name}(${argument}: ${JSON.stringify(key)}) { id }`;
    const keys = keysOf(ROWS_B);
    const step = Math.ceil(keys.length / 200);
    for (const some of chunks(
      keys.filter((_, index) => index % step === 0),
      50,
    )) {
      const { body } = await ask(aliased(some.map(textOf)));
      expect(body.errors).toBeUndefined();
      expect(Object.values(must(body.data))).toEqual(some.map(() => null));
    }
    const own = keysOf(ROWS_A).slice(-50);
    const twin = await ask(aliased(own.map(textOf)));
    expect(Object.values(must(twin.body.data))).not.toContain(null);
  });

  it('has a value of another store for every filter by a string', () => {
    expect(FILTERS.map(({ coordinate }) => coordinate).sort()).toEqual(
      Object.keys(filterValues(ROWS_B)).sort(),
    );
  });

  it.each(FILTERS)('finds nothing of another store with $coordinate', async (filter) => {
    const { root, coordinate } = filter;
    const [, key] = coordinate.split('.');
    const find = async (rows: DemoRows) => {
      const query = `query ($v: String) { ${root}(first: 100, filter: {${key}: $v}) { totalCount nodes { id } } }`;
      return ask(query, tokenA, { v: filterValues(rows)[coordinate] });
    };
    const own = new Set(idsOf(ROWS_A));
    const foreign = await find(ROWS_B);
    expect(foreign.body.errors).toBeUndefined();
    expect(idsIn(foreign.text).filter((id) => !own.has(id))).toEqual([]);
    expect(foreign.body.data?.[root]).toHaveProperty('totalCount', idsIn(foreign.text).length);
    expect(idsIn((await find(ROWS_A)).text).length).toBeGreaterThan(0);
  });

  it.each(SORTS)('sees only its own rows in $root by $sort', async ({ root, sort }) => {
    const own = new Set(idsOf(ROWS_A));
    const page = (size: string, direction: string) =>
      `${root}(${size}: 100, orderBy: {field: ${sort}, direction: ${direction}}) { nodes { id } }`;
    const { text, body } = await ask(
      aliased(['first', 'last'].flatMap((size) => [page(size, 'ASC'), page(size, 'DESC')])),
    );
    expect(body.errors).toBeUndefined();
    const rows = must(ROWS_A[root as keyof DemoRows], root);
    expect(idsIn(text)).toHaveLength(4 * Math.min(100, rows.length));
    expect(idsIn(text).filter((id) => !own.has(id))).toEqual([]);
  });

  it.each(LOOKUPS)(
    'cannot tell a foreign from a missing from a malformed $argument of $name',
    async ({ name, argument, keysOf }) => {
      const [own = '', foreign = ''] = [keysOf(ROWS_A)[0], keysOf(ROWS_B)[0]];
      const missing = foreign.includes('_')
        ? `${foreign.slice(0, 4)}${'z'.repeat(20)}`
        : '99999999999999';
      const malformed = [
        ...[
          '',
          ' ',
          'nonsense',
          '%',
          '_',
          '*',
          '\\',
          '"',
          "' or 1=1 --",
          '{}',
          'null',
          '\u0000',
          '\ud800',
        ],
        ...[`${own} `, ` ${own}`, `${own}\n`, `${own}\u0000`, `${own}%`, own.slice(0, -1)],
        ...(own.includes('_') ? [own.toUpperCase(), own.slice(4), own.slice(0, 4)] : []),
        'x'.repeat(10_000),
      ];
      const query = `query ($key: ${argument === 'id' ? 'ID' : 'String'}!) { ${name}(${argument}: $key) { id } }`;
      const answers = [foreign, missing, ...malformed].map(async (key) => {
        const { status, text } = await ask(query, tokenA, { key });
        return { key, status, text };
      });
      const expected = { status: 200, text: JSON.stringify({ data: { [name]: null } }) };
      for (const { key, ...answer } of await Promise.all(answers)) {
        expect({ key, ...answer }).toEqual({ key, ...expected });
      }
      expect((await ask(query, tokenA, { key: own })).body.data?.[name]).toHaveProperty('id');
    },
  );

  it.each(LOOKUPS.filter(({ name }) => /^order/.test(name)))(
    'cannot tell a hidden from a missing $argument of $name',
    async ({ name, argument, keysOf }) => {
      const query = `query ($key: ${argument === 'id' ? 'ID' : 'String'}!) { ${name}(${argument}: $key) { id } }`;
      const narrow = await gateway.token(NARROW, A.id);
      const [hidden = ''] = keysOf(ROWS_A);
      const missing = hidden.replace(/.{6}$/, '000000');
      for (const key of [hidden, missing]) {
        const { text, status } = await ask(query, narrow, { key });
        expect({ text, status }).toEqual({ status: 200, text: `{"data":{"${name}":null}}` });
      }
      expect((await ask(query, tokenA, { key: hidden })).body.data?.[name]).toHaveProperty('id');
    },
  );

  const NODES = Object.entries(NODE_TYPES).map(([prefix, { type }]) => ({ prefix, type }));

  /** Of a store's rows one id for each prefix, of which there is one for each type behind an id. */
  const idByPrefix = (rows: DemoRows) =>
    new Map(idsOf(rows).map((id): [string, string] => [id.slice(0, 3), id]));

  it('has an id to try for every type behind one', () => {
    expect([...idByPrefix(ROWS_B).keys()].sort()).toEqual(NODES.map(({ prefix }) => prefix).sort());
  });

  it.each(NODES)(
    'cannot tell a missing from a foreign from a hidden $type by node, nor by its refusal',
    async ({ prefix, type }) => {
      const query = 'query ($id: ID!) { node(id: $id) { __typename id } }';
      const own = must(idByPrefix(ROWS_A).get(prefix));
      const missing = `${prefix}_${'z'.repeat(20)}`;
      const foreign = must(idByPrefix(ROWS_B).get(prefix));
      const window = { narrow: await gateway.token(NARROW, A.id) };
      // The first rows of a store are those of its oldest order.
      const old = { ord: ROWS_A.orders, lin: ROWS_A.lineItems, ful: ROWS_A.fulfillments };
      const hidden = old[prefix as keyof typeof old]?.[0]?.id ?? missing;
      const nothing = new Set<string>();
      for (const id of [missing, foreign, hidden]) {
        const answer = await ask(query, window.narrow, { id });
        expect(answer).toMatchObject({ status: 200, text: '{"data":{"node":null}}' });
        nothing.add(JSON.stringify(headersOf(answer)));
      }
      expect(nothing.size).toBe(1);
      const twin = await ask(query, tokenA, { id: hidden === missing ? own : hidden });
      expect(twin.body.data?.node).toMatchObject({ __typename: type });

      const [needed] = typeNeeds(type).groups;
      if (needed === undefined) return;
      const refused = typeNeeds(type).groups.flat();
      const others = SCOPES.map(({ name }) => name).filter(
        (name) => !refused.some((scope) => withIncluded([name]).has(scope)),
      );
      const token = await gateway.token(others.join(' '), A.id);
      gateway.waves.length = 0;
      const answers = [own, missing, foreign, hidden].map((id) => ask(query, token, { id }));
      const texts = new Set((await Promise.all(answers)).map(({ text }) => text));
      expect(texts.size).toBe(1);
      const [answer = ''] = texts;
      expect(JSON.parse(answer)).toMatchObject({
        data: { node: null },
        errors: [{ extensions: { code: 'INSUFFICIENT_SCOPE', coordinate: 'Query.node' } }],
      });
      expect(gateway.waves).toEqual([]);
    },
  );

  it('gets no computed quote of another store, and none that was altered', async () => {
    const cart = (rows: DemoRows) => ({
      input: {
        currencyCode: must(rows.quotes[0]).currency,
        lines: [{ sourceProductId: '1', quantity: 2, unitPrice: '50' }],
      },
    });
    const compute =
      'query ($input: QuoteForCartInput!) { quoteForCart(input: $input) { id premium { amount } } }';
    const quoteOf = async (rows: DemoRows, token: string) => {
      const { body } = await ask(compute, token, cart(rows));
      expect(body.errors).toBeUndefined();
      return must(body.data?.quoteForCart) as { id: string; premium: object };
    };
    const own = await quoteOf(ROWS_A, tokenA);
    const foreign = await quoteOf(ROWS_B, tokenB);
    const again = 'query ($id: ID!) { quote(id: $id) { id } node(id: $id) { id } }';
    const { id } = own;
    expect((await ask(again, tokenA, { id })).body).toEqual({
      data: { quote: { id }, node: { id } },
    });
    const flip = (index: number) =>
      `${id.slice(0, index)}${id[index] === 'A' ? 'B' : 'A'}${id.slice(index + 1)}`;
    const altered = Array.from(id, (_, index) => index)
      .filter((index) => index > 3 && index % 7 === 0)
      .map(flip);
    const cursor = must(
      /"cursor":"([^"]+)"/.exec((await ask('{ quotes { edges { cursor } } }')).text)?.[1],
    );
    const more = [id.slice(0, -1), `${id}A`, `${id} `, `qte_${cursor}`, id.slice(4), 'qte_'];
    for (const other of [foreign.id, ...altered, ...more]) {
      const { status, text } = await ask(again, tokenA, { id: other });
      const nothing = { status: 200, text: JSON.stringify({ data: { quote: null, node: null } }) };
      expect({ other, status, text }).toEqual({ other, ...nothing });
    }
  });

  describe('with a cursor', () => {
    const orders = (args = '') =>
      `query ($after: String, $before: String) { orders(first: 2, after: $after, before: $before${args}) { edges { cursor } } }`;

    const expectRefused = ({ status, body, text }: Answer, root: string) => {
      expect({
        status,
        codes: body.errors?.map(({ extensions }) => extensions.code),
        text,
      }).toEqual({
        status: 200,
        codes: ['INVALID_INPUT'],
        text,
      });
      expect(body.errors?.[0]?.message).toMatch(/cursor/);
      expect(body.data?.[root] ?? null).toBeNull();
    };

    async function cursorFrom(query: string, token = tokenA): Promise<string> {
      const { text } = await ask(query, token);
      return must(/"cursor":"([^"]+)"/.exec(text)?.[1], `a cursor in ${text}`);
    }

    it('of its own list goes on', async () => {
      const after = await cursorFrom(orders());
      const { body } = await ask(orders(), tokenA, { after });
      expect(body.errors).toBeUndefined();
    });

    it('of another store is refused, as after and as before', async () => {
      const cursor = await cursorFrom(orders(), tokenB);
      expectRefused(await ask(orders(), tokenA, { after: cursor }), 'orders');
      expectRefused(await ask(orders(), tokenA, { before: cursor }), 'orders');
    });

    it.each(['claims', 'policies', 'discounts', 'quotes', 'abTests'])(
      'of $0 goes on; a foreign, altered or reused one is refused',
      async (list) => {
        const query = (args = '') =>
          `query ($after: String) { ${list}(first: 2, after: $after${args}) { edges { cursor } } }`;
        const cursor = await cursorFrom(query());
        expect((await ask(query(), tokenA, { after: cursor })).body.errors).toBeUndefined();
        const foreign = await cursorFrom(query(), tokenB);
        const middle = cursor.length >> 1;
        const flipped = cursor[middle] === 'A' ? 'B' : 'A';
        const altered = `${cursor.slice(0, middle)}${flipped}${cursor.slice(middle + 1)}`;
        const other = await cursorFrom(orders());
        for (const after of [foreign, altered, other, cursor.slice(0, -1), `${cursor}A`, 'x', '']) {
          expectRefused(await ask(query(), tokenA, { after }), list);
        }
        const sort = ', orderBy: {field: CREATED_AT, direction: ASC}';
        if (list === 'claims' || list === 'discounts') {
          expectRefused(await ask(query(sort), tokenA, { after: cursor }), list);
        }
        if (list === 'claims') {
          const filter = ', filter: {state: CLOSED}';
          expectRefused(await ask(query(filter), tokenA, { after: cursor }), list);
        }
      },
    );

    it('of another sort, direction or filter is refused', async () => {
      const number = must(ROWS_A.orders[0]).sourceNumber;
      const lists = [
        '',
        ', orderBy: {field: CREATED_AT, direction: ASC}',
        ', orderBy: {field: UPDATED_AT, direction: ASC}',
        ', orderBy: {field: UPDATED_AT, direction: DESC}',
        ', orderBy: {field: CONTACT_EMAIL}',
        ', filter: {financialStatus: PAID}',
        ', filter: {fulfillmentStatus: FULFILLED}',
        `, filter: {createdFrom: "2001-01-01T00:00:00Z"}`,
        `, filter: {createdFrom: "2001-01-01T00:00:01Z"}`,
        `, filter: {sourceNumber: ${JSON.stringify(number)}}`,
      ];
      const cursors = await Promise.all(lists.map((list) => cursorFrom(orders(list))));
      for (const [made, cursor] of cursors.entries()) {
        for (const [used, list] of lists.entries()) {
          const answer = await ask(orders(list), tokenA, { after: cursor });
          if (made === used) expect(answer.body.errors).toBeUndefined();
          else expectRefused(answer, 'orders');
        }
      }
    });

    describe('of any list of the schema', () => {
      let own: readonly string[];
      let foreign: readonly string[];

      const cursorsOf = async (graph: SeedGraph, token: string) => {
        const texts = LISTS.flatMap((list) => listsIn(graph, list).map((text) => text()));
        const { text, body } = await ask(aliased(texts), token);
        expect(body.errors).toBeUndefined();
        const cursors = [...text.matchAll(/"cursor":"([^"]+)"/g)].map(([, cursor = '']) => cursor);
        expect(cursors).toHaveLength(texts.length);
        return cursors;
      };

      beforeAll(async () => {
        [own, foreign] = await Promise.all([
          cursorsOf(GRAPH_A, tokenA),
          cursorsOf(GRAPH_B, tokenB),
        ]);
        expect(new Set([...own, ...foreign]).size).toBe(own.length + foreign.length);
      });

      it.each(LISTS)('goes on in $coordinate of its parent, and nowhere else', async (list) => {
        const before = LISTS.slice(0, LISTS.indexOf(list));
        const start = before.flatMap((other) => listsIn(GRAPH_A, other)).length;
        for (const [index, textOf] of listsIn(GRAPH_A, list).entries()) {
          for (const place of ['after', 'before']) {
            for (const cursors of [own, foreign]) {
              const texts = cursors.map((cursor) => textOf(`, ${place}: "${cursor}"`));
              const { body } = await ask(aliased(texts));
              const refused = cursors.flatMap((_, at) =>
                cursors === own && at === start + index ? [] : `a${at}`,
              );
              expect(body.errors?.map(({ path }) => path?.[0]).sort()).toEqual(refused.sort());
              expect(new Set(body.errors?.map(({ extensions }) => extensions.code))).toEqual(
                new Set(['INVALID_INPUT']),
              );
            }
          }
        }
      });
    });

    it('of one token goes on with any other of the store, from the same place', async () => {
      const tokens = await Promise.all([
        gateway.token('read_orders', A.id),
        gateway.token(NARROW, A.id),
        gateway.opaqueToken({ installation: 'cdp', scope: 'read_orders' }),
      ]);
      const after = await cursorFrom(orders());
      const { text } = await ask(orders(), tokenA, { after });
      for (const token of tokens) {
        expect(await cursorFrom(orders(), token)).toBe(after);
        expect((await ask(orders(), token, { after })).text).toBe(text);
      }
    });

    it('by what a token may not see is of no use to it', async () => {
      const email = must(ROWS_A.orders.findLast(({ contactEmail }) => contactEmail)).contactEmail;
      const token = await gateway.token('read_orders read_all_orders', A.id);
      for (const args of [
        ', orderBy: {field: CONTACT_EMAIL}',
        `, filter: {customerEmail: ${JSON.stringify(email)}}`,
      ]) {
        const after = await cursorFrom(orders(args));
        gateway.waves.length = 0;
        const { body } = await ask(orders(args), token, { after });
        expect(body.data?.orders).toBeNull();
        expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual([
          'INSUFFICIENT_SCOPE',
        ]);
        expectRefused(await ask(orders(), token, { after }), 'orders');
        expect(gateway.waves).toEqual([]);
      }
    });

    it('that was altered or made up is refused', async () => {
      const cursor = await cursorFrom(orders());
      const flip = (index: number) =>
        `${cursor.slice(0, index)}${cursor[index] === 'A' ? 'B' : 'A'}${cursor.slice(index + 1)}`;
      const body = Buffer.from(cursor, 'base64url').subarray(16);
      const forged = [
        ...Array.from(cursor, (_, index) => index)
          .filter((index) => index % 5 === 0)
          .map(flip),
        ...[cursor.slice(0, -1), `${cursor}A`, `${cursor}=`, ` ${cursor}`, `${cursor}\n`, ''],
        ...[cursor.slice(22), 'x', 'null', '0', '\u0000', '💥'],
        body.toString('base64url'),
        Buffer.concat([Buffer.alloc(16), body]).toString('base64url'),
        `${cursor.slice(0, 22)}${Buffer.from('[["d","x"]]').toString('base64url')}`,
      ];
      for (const after of forged) expectRefused(await ask(orders(), tokenA, { after }), 'orders');
    });
  });

  it('gets the same bytes however many requests of two stores run at once', async () => {
    const operations = (rows: DemoRows) => [
      '{ store { id name domain } currentApp { store { id } } }',
      '{ orders(first: 8) { totalCount edges { cursor node { id sourceNumber customer { id email } lineItems { nodes { id product { id name } } } } } } }',
      '{ orders(last: 10, orderBy: {field: CONTACT_EMAIL}) { nodes { id contactEmail } } }',
      '{ customers(first: 6) { nodes { id email ordersCount amountSpent { amount } orders(first: 3) { totalCount nodes { id } } } } }',
      '{ products(first: 8, filter: {status: ACTIVE}) { totalCount nodes { id variants { nodes { id sku } } } } }',
      `{ order(id: "${must(rows.orders.at(-1)).id}") { id total { amount } fulfillments { nodes { id } } } }`,
      `{ nodes(ids: ${JSON.stringify([...idsOf(ROWS_A).slice(-9), ...idsOf(ROWS_B).slice(-9)])}) { id __typename } }`,
    ];
    const sides = [
      { token: tokenA, queries: operations(ROWS_A) },
      { token: tokenB, queries: operations(ROWS_B) },
    ];
    const alone = new Map<string, string>();
    for (const { token, queries } of sides) {
      for (const query of queries) alone.set(`${token} ${query}`, (await ask(query, token)).text);
    }
    expect(new Set(alone.values()).size).toBe(alone.size);
    for (let round = 0; round < 3; round += 1) {
      const requests = Array.from({ length: 50 }, (_, index) => {
        const { token, queries } = must(sides[(index + round) % 2]);
        return { token, query: must(queries[(index * 5 + round) % queries.length]) };
      });
      const answers = await Promise.all(requests.map(({ token, query }) => ask(query, token)));
      for (const [index, { text }] of answers.entries()) {
        const { token, query } = must(requests[index]);
        expect(text).toBe(alone.get(`${token} ${query}`));
      }
    }
  });
});
