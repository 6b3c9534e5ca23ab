import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keepingLogger } from '../gateway/kit.ts';
import { type Answer, startTestGateway, type TestGateway } from '../support/gateway.ts';

const SCOPES = 'read_orders read_customers read_products';

/** The only answer to a value that no row has. */
const NOTHING = 'nothing';

const INPUT = 'INVALID_INPUT';
const SYNTAX = 'GRAPHQL_PARSE_FAILED';
const INVALID = 'GRAPHQL_VALIDATION_FAILED';

type Row = readonly [query: string, expected: string];

const NUL = '\\u0000';
const LONE = '\\ud800';

/** What each of these documents is answered with: nothing found, or an error with that code. */
const LITERALS: readonly Row[] = [
  // NUL, which PostgreSQL's text cannot hold.
  ...['order', 'customer', 'product', 'node'].flatMap((field): Row[] => [
    [`{ ${field}(id: "${NUL}") { id } }`, NOTHING],
    [`{ ${field}(id: "ord_a${NUL}b") { id } }`, NOTHING],
    [`{ ${field}(id: "cus_${NUL}") { id } }`, NOTHING],
    [`{ ${field}(id: "") { id } }`, NOTHING],
    [`{ ${field}(id: 5) { id } }`, NOTHING],
    [`{ ${field}(id: 123456789012345678901234567890) { id } }`, NOTHING],
    [`{ ${field}(id: 1e400) { id } }`, INVALID],
    [`{ ${field}(id: "${LONE}") { id } }`, SYNTAX],
    [`{ ${field}(id: "ord_\\u{1F600}") { id } }`, NOTHING],
    [`{ ${field}(id: "{a,\\"b\\\\") { id } }`, NOTHING],
  ]),
  ...['orderBySourceId', 'customerBySourceId', 'productBySourceId'].flatMap((field): Row[] => [
    [`{ ${field}(sourceId: "${NUL}") { id } }`, NOTHING],
    [`{ ${field}(sourceId: "a${NUL}b") { id } }`, NOTHING],
    [`{ ${field}(sourceId: "") { id } }`, NOTHING],
    [`{ ${field}(sourceId: "\\"},{\\\\") { id } }`, NOTHING],
    [`{ ${field}(sourceId: "NULL") { id } }`, NOTHING],
    [`{ ${field}(sourceId: "\\uFFFF\\u{10FFFF}") { id } }`, NOTHING],
  ]),
  [`{ nodes(ids: ["${NUL}", "ord_${NUL}", "cus_a${NUL}", ""]) { id } }`, NOTHING],
  ...[
    ['orders', 'sourceNumber'],
    ['orders', 'customerEmail'],
    ['customers', 'email'],
    ['customers', 'emailPrefix'],
    ['customers', 'phone'],
    ['products', 'namePrefix'],
    ['products', 'sku'],
  ].flatMap(([field, filter]): Row[] => [
    [`{ ${field}(filter: { ${filter}: "${NUL}" }) { totalCount nodes { id } } }`, INPUT],
    [`{ ${field}(filter: { ${filter}: "a${NUL}b" }) { totalCount nodes { id } } }`, INPUT],
    [`{ ${field}(filter: { ${filter}: "${LONE}" }) { totalCount nodes { id } } }`, SYNTAX],
    [`{ ${field}(filter: { ${filter}: "\\u{110000}" }) { totalCount nodes { id } } }`, SYNTAX],
    [`{ ${field}(filter: { ${filter}: "\\u{10FFFF}" }) { totalCount nodes { id } } }`, NOTHING],
    [`{ ${field}(filter: { ${filter}: "\\uFFFF%_\\\\" }) { totalCount nodes { id } } }`, NOTHING],
    [`{ ${field}(filter: { ${filter}: 5 }) { totalCount nodes { id } } }`, INVALID],
  ]),
  // Dates.
  ...[
    '"0000-01-01T00:00:00Z"',
    '"9999-12-31T23:59:59-14:00"',
    '"10000-01-01T00:00:00Z"',
    '"+275760-09-13T00:00:00Z"',
    '"-000001-01-01T00:00:00Z"',
    '"2026-02-30T00:00:00Z"',
    '"2026-13-01T00:00:00Z"',
    '"2026-06-30T23:59:60Z"',
    '"2026-06-30T24:00:01Z"',
    '"2026-06-30"',
    '"2026-06-30 00:00:00Z"',
    '"2026-06-30T00:00:00"',
    '"infinity"',
    '"now"',
    `"${NUL}"`,
    `"2026-06-30T00:00:00Z${NUL}"`,
    '""',
    '1e400',
    '12345',
    'true',
    '[]',
    '{ a: 1 }',
    'TODAY',
  ].map((date): Row => [`{ orders(filter: { createdFrom: ${date} }) { totalCount } }`, INVALID]),
  ['{ orders(filter: { createdFrom: "9999-12-31T23:59:59.999Z" }) { totalCount } }', NOTHING],
  ['{ orders(filter: { createdBefore: "0001-01-01T00:00:00Z" }) { totalCount } }', NOTHING],
  ['{ customers(filter: { updatedFrom: "9999-12-31T23:59:59.999Z" }) { totalCount } }', NOTHING],
  // Page sizes and cursors.
  ...['orders', 'customers', 'products'].flatMap((field): Row[] => [
    [`{ ${field}(first: -1) { totalCount } }`, INPUT],
    [`{ ${field}(last: -1) { totalCount } }`, INPUT],
    [`{ ${field}(first: 101) { totalCount } }`, INPUT],
    [`{ ${field}(first: 2147483647) { totalCount } }`, INPUT],
    [`{ ${field}(first: -2147483648) { totalCount } }`, INPUT],
    [`{ ${field}(first: 2147483648) { totalCount } }`, INVALID],
    [`{ ${field}(first: 1e400) { totalCount } }`, INVALID],
    [`{ ${field}(first: 1.5) { totalCount } }`, INVALID],
    [`{ ${field}(first: "1") { totalCount } }`, INVALID],
    [`{ ${field}(first: 1, last: 1) { totalCount } }`, INPUT],
    [`{ ${field}(after: "") { totalCount } }`, INPUT],
    [`{ ${field}(after: "${NUL}") { totalCount } }`, INPUT],
    [`{ ${field}(before: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") { totalCount } }`, INPUT],
    [`{ ${field}(before: "ZZ\\u{1F600}") { totalCount } }`, INPUT],
  ]),
  [`{ __type(name: "${NUL}") { name } }`, NOTHING],
];

const ORDER = 'query ($v: ID!) { order(id: $v) { id } }';
const SOURCE = 'query ($v: String!) { orderBySourceId(sourceId: $v) { id } }';
const NODES = 'query ($v: [ID!]!) { nodes(ids: $v) { id } }';
const PAGE = 'query ($v: Int) { orders(first: $v) { totalCount } }';
const FILTER = 'query ($v: OrderFilter) { orders(filter: $v) { totalCount nodes { id } } }';
const PREFIX = 'query ($v: String) { customers(filter: { emailPrefix: $v }) { totalCount } }';

/** The same in variables: the JSON text of `$v`. `rejected` is a coercion that failed. */
const REJECTED = 'rejected';

const VARIABLES: readonly (readonly [query: string, json: string, expected: string])[] = [
  [ORDER, '"\\u0000"', NOTHING],
  [ORDER, '"ord_\\ud800"', NOTHING],
  [ORDER, '"\\udfff\\ud800"', NOTHING],
  [ORDER, '1e400', REJECTED],
  [ORDER, '-1e400', REJECTED],
  [ORDER, '1.5', REJECTED],
  [ORDER, '9007199254740993', NOTHING],
  [ORDER, 'true', REJECTED],
  [ORDER, '{}', REJECTED],
  [ORDER, '[]', REJECTED],
  [ORDER, '["ord_1"]', REJECTED],
  [ORDER, 'null', REJECTED],
  [SOURCE, '"\\u0000"', NOTHING],
  [SOURCE, '"\\ud800"', NOTHING],
  [SOURCE, '1', REJECTED],
  [SOURCE, '{"toString":"x"}', REJECTED],
  [NODES, '["\\u0000", "ord_\\ud800", "ord_\\u0000"]', NOTHING],
  [NODES, '"ord_none"', NOTHING],
  [NODES, '[null]', REJECTED],
  [NODES, '[["ord_1"]]', REJECTED],
  [NODES, JSON.stringify(Array.from({ length: 20_000 }, () => 'ord_1')), INPUT],
  [PAGE, '1e400', REJECTED],
  [PAGE, '-1e400', REJECTED],
  [PAGE, '1e308', REJECTED],
  [PAGE, '99999999999', REJECTED],
  [PAGE, '1.5', REJECTED],
  [PAGE, '"1"', REJECTED],
  [PAGE, '{}', REJECTED],
  [PAGE, '-1', INPUT],
  [PAGE, '2147483647', INPUT],
  [FILTER, '{"customerEmail":"\\u0000"}', INPUT],
  [FILTER, '{"customerEmail":"\\ud800"}', NOTHING],
  [FILTER, '{"sourceNumber":"\\udc00x"}', NOTHING],
  [FILTER, '{"createdFrom":1e400}', REJECTED],
  [FILTER, '{"createdFrom":"0000-01-01T00:00:00Z"}', REJECTED],
  [FILTER, '{"createdFrom":"9999-12-31T23:59:59.999Z"}', NOTHING],
  [FILTER, '{"createdFrom":{}}', REJECTED],
  [FILTER, '{"financialStatus":"constructor"}', REJECTED],
  [FILTER, '{"__proto__":{"customerEmail":"x"}}', REJECTED],
  [FILTER, '{"constructor":1}', REJECTED],
  [FILTER, '[{"sourceNumber":"1"}]', REJECTED],
  [FILTER, '"x"', REJECTED],
  [PREFIX, '"\\udbff"', NOTHING],
  [PREFIX, '"\\udbff\\udfff"', NOTHING],
  [PREFIX, '"\\uffff"', NOTHING],
  [PREFIX, '"\\u0000"', INPUT],
  [PREFIX, JSON.stringify('\u0130'.repeat(50_000)), NOTHING],
];

function expectAnswer({ status, body, text }: Answer, expected: string) {
  expect(status).toBe(200);
  expect(text).not.toContain('INTERNAL');
  if (expected === NOTHING) {
    expect(body.errors).toBeUndefined();
    expect(text).not.toMatch(/"(id|name)":/);
    expect(text).not.toMatch(/"totalCount":[^0]/);
    return;
  }
  expect(body.errors?.length).toBeGreaterThan(0);
  for (const { message, extensions } of body.errors ?? []) {
    expect(message.length).toBeGreaterThan(10);
    if (expected !== REJECTED) expect(extensions.code).toBe(expected);
    else expect(message).toMatch(/^Variable "\$v" /);
  }
  if (expected !== INPUT) expect(body.data).toBeUndefined();
}

describe.each(['pglite', 'postgres'] as const)('over %s', (backend) => {
  const logger = keepingLogger();
  let gateway: TestGateway;
  let token: string;

  beforeAll(async () => {
    gateway = await startTestGateway(backend, { logger });
    token = await gateway.token(SCOPES);
  });

  afterAll(() => gateway.close());

  afterEach(async () => {
    const answer = await gateway.send('{ orders(first: 1) { nodes { id } } }', { token });
    expect(answer.text).toMatch(
      /^\{"data":\{"orders":\{"nodes":\[\{"id":"ord_[0-9a-z]+"\}\]\}\}\}$/,
    );
    expect(logger.lines.splice(0)).toEqual([]);
  });

  it.each(LITERALS)('%s is answered with %s', async (query, expected) => {
    expectAnswer(await gateway.send(query, { token }), expected);
  });

  it.each(
    VARIABLES.map(([query, json, expected]) => [json.slice(0, 60), query, expected, json] as const),
  )('$v = %s in %s is answered with %s', async (_, query, expected, json) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: `{"query":${JSON.stringify(query)},"variables":{"v":${json}}}`,
    });
    const text = await response.text();
    const { status, headers } = response;
    expectAnswer({ status, headers, text, body: JSON.parse(text) }, expected);
  });

  it.each([
    ['a NUL', 'a\0'],
    ['half of a surrogate pair', 'a\ud800'],
  ])(
    'a key with %s is not asked for, which PostgreSQL would refuse or take for another one',
    async (_, key) => {
      const query = 'query ($v: String!) { orderBySourceId(sourceId: $v) { id } }';
      gateway.waves.length = 0;
      for (const [v, asked] of [
        [key, 0],
        ['a', 1],
      ] as const) {
        const { text } = await gateway.send(query, { token, variables: { v } });
        expect(JSON.parse(text)).toEqual({ data: { orderBySourceId: null } });
        expect(gateway.waves).toHaveLength(asked);
      }
    },
  );

  it('a cursor altered in any one character is refused', async () => {
    const page = '{ orders(first: 1) { pageInfo { endCursor } } }';
    const found = await gateway.send(page, { token });
    const cursor = /"endCursor":"([^"]+)"/.exec(found.text)?.[1] ?? '';
    const query = 'query ($after: String) { orders(first: 1, after: $after) { nodes { id } } }';
    const allowed = await gateway.send(query, { token, variables: { after: cursor } });
    expect(allowed.body.errors).toBeUndefined();
    for (const at of [0, 5, 21, 30, cursor.length - 1]) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      const after = cursor.slice(0, at) + other + cursor.slice(at + 1);
      const refused = await gateway.send(query, { token, variables: { after } });
      expect(refused.status).toBe(200);
      expect(refused.body.errors?.[0]).toMatchObject({
        message:
          'Query.orders got a cursor as "after" that belongs to another list. Take cursors from the same field with the same arguments.',
        extensions: { code: INPUT },
      });
    }
  });
});
