import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { madeUpSource } from '../differential/made-up-source.ts';
import { type Answer, byEngine, byExecutor } from './kit.ts';

interface Asked {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  /** Scopes that the token lacks. */
  readonly without?: readonly string[];
}

/** The answer of the engine, which has to be that of graphql-js. */
async function answer(source: string, asked: Asked = {}): Promise<Answer> {
  const { variables = {}, operationName = null, without = [] } = asked;
  const names = SCOPES.map(({ name }) => name).filter((name) => !without.includes(name));
  const request = {
    document: parse(source),
    variables,
    operationName: operationName as string,
    granted: ScopeSet.of(names),
  };
  const engine = await byEngine(request, madeUpSource(null));
  if (engine === null) return expect.fail('the engine left it to the executor');
  expect(engine).toEqual(await byExecutor(request, madeUpSource(null)));
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
});
