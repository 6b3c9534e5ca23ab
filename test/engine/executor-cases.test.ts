import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import type { RefusalErrors } from '../../src/scopes/refusals.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { madeUpSource } from '../differential/made-up-source.ts';
import { type Answer, byEngine, byExecutor } from './kit.ts';

interface Asked {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  /** Scopes that the token lacks. */
  readonly without?: readonly string[];
  readonly style?: RefusalErrors;
}

/** The answer of the engine, which has to be that of graphql-js. */
async function answer(source: string, asked: Asked = {}): Promise<Answer> {
  const { variables = {}, operationName = null, without = [], style } = asked;
  const names = SCOPES.map(({ name }) => name).filter((name) => !without.includes(name));
  const request = {
    document: parse(source),
    variables,
    operationName: operationName as string,
    granted: ScopeSet.of(names),
  };
  expect(validate(schema, request.document)).toEqual([]);
  const engine = await byEngine(request, madeUpSource(null), style);
  if (engine === null) return expect.fail('the engine left it to the executor');
  expect(engine).toEqual(await byExecutor(request, madeUpSource(null), style));
  return engine;
}

const data = async (source: string, asked?: Asked) => (await answer(source, asked)).data;

const ORDER = 'order(id: "ord_1")';

/** What graphql-js's own tests of its executor ask, restated for this schema. */
describe('the engine', () => {
  it('answers by response keys, in the order of the document', async () => {
    expect(await data(`{ b: ${ORDER} { y: currency id x: id } a: store { id } }`)).toBe(
      '{"b":{"y":"USD","id":"ord_1","x":"ord_1"},"a":{"id":"sto_1"}}',
    );
  });

  it('merges fields of one key where the first of them stands', async () => {
    const source = `{ ${ORDER} { customer { id } currency ...F customer { locale } } }
      fragment F on Order { id customer { sourceId } }`;
    expect(await data(source)).toBe(
      '{"order":{"customer":{"id":"customerId_1","sourceId":"sourceId_customerId_1","locale":"locale of cus_customerId_1"},"currency":"USD","id":"ord_1"}}',
    );
  });

  it('merges a list that is asked for twice', async () => {
    const source = `{ ${ORDER} { lineItems(first: 1) { nodes { id } } lineItems(first: 1) { nodes { quantity } edges { node { id } } } } }`;
    expect(await data(source)).toContain('"lineItems":{"nodes":[{"id":');
  });

  it('spreads a fragment once and knows where it applies', async () => {
    const source = `{ node(id: "ord_1") { ...F ...F ... on Customer { email } ... on Node { __typename } } }
      fragment F on Order { id ... { currency } }`;
    expect(await data(source)).toBe(
      '{"node":{"id":"ord_1","currency":"USD","__typename":"Order"}}',
    );
  });

  it('says type names by any key, at the root as well', async () => {
    expect(
      await data(`{ t: __typename ${ORDER} { __typename k: __typename total { __typename } } }`),
    ).toBe(
      '{"t":"Query","order":{"__typename":"Order","k":"Order","total":{"__typename":"Money"}}}',
    );
  });

  it.each([
    [true, false, '{"order":{"id":"ord_1","currency":"USD"}}'],
    [false, false, '{"order":{"id":"ord_1"}}'],
    [true, true, '{"order":{"id":"ord_1"}}'],
    [false, true, '{"order":{"id":"ord_1"}}'],
  ])('includes for %s and skips for %s, on fields and fragments', async (yes, no, expected) => {
    const variables = { yes, no };
    const on = '@include(if: $yes) @skip(if: $no)';
    const head = 'query ($yes: Boolean!, $no: Boolean!)';
    for (const inner of [`currency ${on}`, `... ${on} { currency }`, `...F ${on}`]) {
      const fragment = inner.startsWith('...F') ? 'fragment F on Order { currency }' : '';
      const source = `${head} { ${ORDER} { id ${inner} } } ${fragment}`;
      expect(await data(source, { variables })).toBe(expected);
    }
  });

  it('leaves an object empty where everything in it was skipped', async () => {
    expect(await data(`{ ${ORDER} { id @skip(if: true) } }`)).toBe('{"order":{}}');
  });

  it('runs the operation that was named, with its own variables and their defaults', async () => {
    const source = `query A($id: ID! = "ord_7") { order(id: $id) { id } } query B { store { id } }`;
    expect(await data(source, { operationName: 'A' })).toBe('{"order":{"id":"ord_7"}}');
    const variables = { id: 'ord_8' };
    expect(await data(source, { operationName: 'A', variables })).toBe('{"order":{"id":"ord_8"}}');
    expect(await data(source, { operationName: 'B' })).toBe('{"store":{"id":"sto_1"}}');
  });

  it('coerces a number to an id', async () => {
    expect(await data('{ orderBySourceId(sourceId: "7") { id } }')).toBe(
      '{"orderBySourceId":{"id":"ord_7"}}',
    );
    expect(await data('query ($id: ID!) { order(id: $id) { id } }', { variables: { id: 7 } })).toBe(
      '{"order":{"id":"7"}}',
    );
  });

  it('takes null for a page size as if it was not sent', async () => {
    const source =
      'query ($n: Int) { orders(first: $n) { nodes { id } pageInfo { hasNextPage } } }';
    const expected = await data(source);
    expect(await data(source, { variables: { n: null } })).toBe(expected);
    expect(await data(source, { variables: { n: 2 } })).not.toBe(expected);
  });

  it('answers an empty page with an empty list and null cursors', async () => {
    expect(
      await data(
        '{ orders(first: 0) { nodes { id } edges { cursor } pageInfo { startCursor endCursor } } }',
      ),
    ).toBe('{"orders":{"nodes":[],"edges":[],"pageInfo":{"startCursor":null,"endCursor":null}}}');
  });

  it('writes enums, numbers, booleans, moments, money, lists and JSON documents', async () => {
    const source = `{ ${ORDER} { riskLevel tags createdAt total { amount currencyCode } shippingAddress { city }
      lineItems(first: 1) { nodes { quantity total { amount } } } } cartWidget { enabled } }`;
    const { order, cartWidget } = JSON.parse(await data(source));
    expect(order.createdAt).toBe('2026-11-20T12:00:00.000Z');
    expect(order.total).toEqual({ amount: '0.00', currencyCode: 'USD' });
    expect(order.shippingAddress).toEqual({ city: 'Lyon' });
    expect(order.lineItems.nodes).toEqual([{ quantity: 3, total: { amount: '0.00' } }]);
    expect([order.tags.length, typeof order.riskLevel, cartWidget.enabled]).toEqual([
      1,
      'string',
      true,
    ]);
  });

  it('has null, and an error with its first path and how often, for what is refused', async () => {
    const source = '{ orders(first: 3) { nodes { id mail: contactEmail customer { id } } } }';
    const whole = await answer(source);
    expect(whole.errors).toEqual([]);
    const { data: text, errors } = await answer(source, {
      without: ['read_customers', 'write_customers'],
    });
    const { nodes } = JSON.parse(text).orders;
    expect(nodes).toHaveLength(3);
    for (const node of nodes) expect(node).toMatchObject({ mail: null, customer: null });
    expect(errors).toMatchObject([
      {
        path: ['orders', 'nodes', 0, 'mail'],
        extensions: {
          code: 'INSUFFICIENT_SCOPE',
          coordinate: 'Order.contactEmail',
          occurrences: 3,
        },
      },
      {
        path: ['orders', 'nodes', 0, 'customer'],
        extensions: { coordinate: 'Order.customer', occurrences: 3 },
      },
    ]);
  });

  it('does not report what lies in an empty list', async () => {
    const source = '{ orders(first: 0) { nodes { contactEmail } } }';
    const { data: text, errors } = await answer(source, {
      without: ['read_customers', 'write_customers'],
    });
    expect([text, errors]).toEqual(['{"orders":{"nodes":[]}}', []]);
  });

  it('keeps the order of the document, whatever wave its fields come in', async () => {
    const source = `{ late: ${ORDER} { customer { orders(first: 1) { nodes { customer { id } } } } currency }
      early: store { id } later: order(id: "ord_2") { lineItems(first: 1) { nodes { id } } id } known: currentApp { clientId } }`;
    const text = await data(source);
    expect(Object.keys(JSON.parse(text))).toEqual(['late', 'early', 'later', 'known']);
    expect(Object.keys(JSON.parse(text).late)).toEqual(['customer', 'currency']);
    expect(Object.keys(JSON.parse(text).later)).toEqual(['lineItems', 'id']);
  });

  it('goes as deep as it is asked, also in circles', async () => {
    const inner = (depth: number): string =>
      depth === 0 ? '{ id }' : `{ customer { orders(first: 2) { nodes ${inner(depth - 1)} } } }`;
    const { order } = JSON.parse(await data(`{ ${ORDER} ${inner(4)} }`));
    let nodes = order.customer.orders.nodes;
    for (let depth = 3; depth > 0; depth -= 1) {
      expect(nodes).toHaveLength(2);
      nodes = nodes[1].customer.orders.nodes;
    }
    expect(nodes[1]).toEqual({ id: expect.any(String) });
  });

  it('takes one field with other arguments as another field', async () => {
    const source = `{ one: orders(first: 1) { nodes { id } } two: orders(first: 2) { nodes { id } }
      three: order(id: "ord_3") { id } four: order(id: "ord_4") { id } }`;
    expect(JSON.parse(await data(source))).toEqual({
      one: { nodes: [{ id: 'ord_1' }] },
      two: { nodes: [{ id: 'ord_1' }, { id: 'ord_2' }] },
      three: { id: 'ord_3' },
      four: { id: 'ord_4' },
    });
  });

  it.each([
    ['{ store @skip(if: true) { id } }', '{}'],
    ['{ store @include(if: false) { id } a: __typename }', '{"a":"Query"}'],
    [
      '{ store @skip(if: false) @include(if: true) { id @include(if: true) } }',
      '{"store":{"id":"sto_1"}}',
    ],
    ['{ store { __typename @skip(if: true) id } }', '{"store":{"id":"sto_1"}}'],
    ['{ ... @skip(if: true) { store { id } } __typename }', '{"__typename":"Query"}'],
    ['{ orders(first: 1) { nodes @include(if: false) { id } } }', '{"orders":{}}'],
    [
      '{ orders(first: 1) { nodes { id currency @skip(if: true) } } }',
      '{"orders":{"nodes":[{"id":"ord_1"}]}}',
    ],
  ])('skips and includes by what is written: %s', async (source, expected) => {
    expect(await data(source)).toBe(expected);
  });

  it('keeps a field that is skipped in one place and included in another', async () => {
    const source = `query ($no: Boolean!) { ${ORDER} { id ...A currency @skip(if: $no) ...B @include(if: $no) } }
      fragment A on Order { customer @include(if: $no) { id } currency @include(if: $no) }
      fragment B on Order { customer { locale @skip(if: $no) sourceId } }`;
    expect(await data(source, { variables: { no: true } })).toBe(
      '{"order":{"id":"ord_1","customer":{"id":"customerId_1","sourceId":"sourceId_customerId_1"},"currency":"USD"}}',
    );
    expect(await data(source, { variables: { no: false } })).toBe(
      '{"order":{"id":"ord_1","currency":"USD"}}',
    );
  });

  it('reads fragments on interfaces where there is an object, and on objects where there is an interface', async () => {
    const source = `{ ${ORDER} { ...N ... on Node { __typename } ... on Order { ...N } }
      nodes(ids: ["ord_1", "cus_1"]) { ...N ... on Order { currency ... on Node { key: id } } ... on Customer { orders(first: 0) { nodes { id } } } ... on Claim { state } } }
      fragment N on Node { id }`;
    expect(JSON.parse(await data(source))).toEqual({
      order: { id: 'ord_1', __typename: 'Order' },
      nodes: [
        { id: 'ord_1', currency: 'USD', key: 'ord_1' },
        { id: 'cus_1', orders: { nodes: [] } },
      ],
    });
  });

  it('takes filters and orders from literals and variables alike, with the defaults in them', async () => {
    const asking = (head: string, args: string) =>
      `query ${head} { orders(first: 2, ${args}) { nodes { id } pageInfo { endCursor } } }`;
    const literal = await data(
      asking('', 'orderBy: { field: CREATED_AT }, filter: { createdFrom: "2026-11-01T00:00:00Z" }'),
    );
    const orderBy = { field: 'CREATED_AT' };
    const filter = { createdFrom: '2026-11-01T00:00:00Z' };
    const head = '($orderBy: OrderSort, $filter: OrderFilter)';
    const whole = asking(head, 'orderBy: $orderBy, filter: $filter');
    expect(await data(whole, { variables: { orderBy, filter } })).toBe(literal);
    const parts = asking(
      '($field: OrderSortField!, $from: DateTime, $before: DateTime)',
      'orderBy: { field: $field }, filter: { createdFrom: $from, createdBefore: $before }',
    );
    const variables = { field: orderBy.field, from: filter.createdFrom };
    expect(await data(parts, { variables })).toBe(literal);
    const explicit = { ...orderBy, direction: 'ASC' };
    expect(await data(whole, { variables: { orderBy: explicit, filter } })).toBe(literal);
    const other = { ...orderBy, direction: 'DESC' };
    expect(await data(whole, { variables: { orderBy: other, filter } })).not.toBe(literal);
  });

  it('says the path of each refusal through lists and aliases', async () => {
    const source = `{ all: orders(first: 2) { nodes { items: lineItems(first: 2) { edges { node { what: product { id } } } } }
      edges { node { mail: contactEmail } } } }`;
    const { errors } = await answer(source, {
      without: ['read_products', 'write_products', 'read_customers', 'write_customers'],
      style: 'per-path',
    });
    const paths = (errors as { path: unknown }[]).map(({ path }) => path);
    expect(paths).toHaveLength(6);
    const item = (order: number, at: number) => [
      'all',
      'nodes',
      order,
      'items',
      'edges',
      at,
      'node',
      'what',
    ];
    for (const path of [item(0, 0), item(0, 1), item(1, 0), item(1, 1)]) {
      expect(paths).toContainEqual(path);
    }
    expect(paths).toContainEqual(['all', 'edges', 1, 'node', 'mail']);
  });

  it('leaves it to the executor to make null of what could not be loaded, and to say it', async () => {
    const source = madeUpSource(null);
    const failing: typeof source = {
      ...source,
      async wave(session, loads) {
        if (loads.some(({ batch }) => batch === 'customerById')) throw new TypeError('away');
        return source.wave(session, loads);
      },
    };
    const asked = {
      document: parse(
        `{ ${ORDER} { id customer { orders(first: 1) { nodes { id } } } } store { id } }`,
      ),
      ...{ variables: {}, operationName: null as never, granted: ScopeSet.all },
    };
    await expect(byEngine(asked, failing)).rejects.toThrow(new TypeError('away'));
    const { data: text, errors } = await byExecutor(asked, failing);
    expect(JSON.parse(text)).toEqual({
      order: { id: 'ord_1', customer: null },
      store: { id: 'sto_1' },
    });
    expect(errors).toMatchObject([{ message: 'away', path: ['order', 'customer'] }]);
  });

  it.each([
    'mutation { revokeAppScopes(input: { scopes: [] }) { revokedScopes } }',
    '{ __schema { queryType { name } } }',
  ])('leaves to the executor, which runs it in its own order: %s', async (source) => {
    const asked = {
      document: parse(source),
      ...{ variables: {}, operationName: null as never, granted: ScopeSet.all },
    };
    expect(await byEngine(asked, madeUpSource(null))).toBeNull();
  });
});
