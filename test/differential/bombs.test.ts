import { buildSchema, type DocumentNode, parse, print, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { decide } from '../../src/scopes/decide.ts';
import { scopesOf } from '../../src/scopes/enforce.ts';
import { planOperation } from '../../src/scopes/plan.ts';
import { requirementIndex } from '../../src/scopes/requirement-index.ts';
import { walkOperation } from '../../src/scopes/walk.ts';
import { post, type Started, start } from '../gateway/kit.ts';

const REAL = requirementIndex(schema);

/** How many field positions are looked at, and how large the document is before and after. */
function measured(index: typeof REAL, source: string, scopes: string[]) {
  const document = parse(source);
  const plan = planOperation(index, document);
  let positions = 0;
  walkOperation(plan, {}, { position: () => ++positions > 0, type: () => {} });
  const decision = decide(plan, { granted: scopesOf(scopes), mode: 'filter', variables: {} });
  const left = decision.outcome === 'filter' ? decision.filtered.document : document;
  expect(print(left).length).toBeGreaterThan(0);
  return { positions, fields: fieldsIn(document), left: fieldsIn(left), outcome: decision.outcome };
}

function fieldsIn(document: DocumentNode): number {
  let count = 0;
  visit(document, { Field: () => void ++count });
  return count;
}

/** Each fragment spreads the next twice: written out there would be 2 to the power of the levels. */
const doubled = (levels: number, type: string, inside: string) =>
  Array.from({ length: levels }, (_, at) =>
    at === levels - 1
      ? `fragment F${at} on ${type} { ${inside} }`
      : `fragment F${at} on ${type} { ...F${at + 1} ...F${at + 1} }`,
  ).join('\n');

/** Names of a schema with interfaces that overlap, each object with a rule of its own. */
const OVERLAPPING = buildSchema(`
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  interface Left { next: Left leaf: Int }
  interface Right { next: Left leaf: Int }
  ${Array.from(
    { length: 12 },
    (_, at) =>
      `type T${at} implements Left & Right { next: Left leaf: Int @requiresScopes(scopes: [["s${at}"], ["t${at}"]]) }`,
  ).join('\n')}
  type Query { left: Left ${Array.from({ length: 12 }, (_, at) => `t${at}: T${at} @requiresScopes(scopes: [["s${at}"], ["t${at}"]])`).join(' ')} }`);
const INDEX = requirementIndex(OVERLAPPING, { undeclared: 'public' });

describe('a document that would explode', () => {
  it('of 30 levels of doubled fragments is walked once', () => {
    const source = `{ orders(first: 1) { nodes { ...F0 } } }\n${doubled(30, 'Order', 'id customer { email }')}`;
    const { positions, left } = measured(REAL, source, ['read_orders']);
    expect(positions).toBe(5);
    expect(left).toBe(3);
  });

  it('of 30 levels of doubled fields is walked once for each field', () => {
    const chain = Array.from({ length: 30 }, (_, at) =>
      at === 29
        ? `fragment F${at} on Order { contactEmail }`
        : `fragment F${at} on Order { a: originalOrder { ...F${at + 1} } b: originalOrder { ...F${at + 1} } }`,
    ).join('\n');
    const { positions, fields, left } = measured(
      REAL,
      `{ order(id: "ord_1") { ...F0 } }\n${chain}`,
      ['read_orders'],
    );
    expect(positions).toBe(fields);
    // What was taken out leaves a `__typename` behind in each place.
    expect(left).toBeLessThanOrEqual(fields + 2);
  });

  it('of 10,000 aliases is walked once for each', () => {
    const aliases = Array.from({ length: 10_000 }, (_, at) => `a${at}: contactEmail`).join(' ');
    const { positions, left } = measured(REAL, `{ order(id: "ord_1") { id ${aliases} } }`, [
      'read_orders',
    ]);
    expect(positions).toBe(10_002);
    expect(left).toBe(2);
  });

  it('of 12 fields that two scopes each would open is decided, not refused', () => {
    const fields = Array.from({ length: 12 }, (_, at) => `t${at} { leaf }`).join(' ');
    const all = Array.from({ length: 12 }, (_, at) => `s${at}`);
    expect(measured(INDEX, `{ ${fields} }`, all)).toMatchObject({
      positions: 24,
      outcome: 'allow',
    });
    expect(measured(INDEX, `{ ${fields} }`, all.slice(1))).toMatchObject({
      left: 22,
      outcome: 'filter',
    });
  });

  it('of deep fragments on one type after the other grows by no more than its types', () => {
    const deep = Array.from({ length: 60 }).reduce<string>(
      (inside, _, at) => `... on ${at % 2 === 0 ? 'Left' : 'Right'} { leaf next { ${inside} } }`,
      'leaf',
    );
    const { positions, fields, left } = measured(INDEX, `{ left { ${deep} } }`, ['s1', 's2', 's3']);
    expect(positions).toBeLessThanOrEqual(fields * 12);
    expect(left).toBeLessThanOrEqual(fields * 13);
  });

  it('of a fragment that is spread under every type is walked once for each of them', () => {
    const spreads = Array.from({ length: 12 }, (_, at) => `... on T${at} { ...F0 }`).join(' ');
    const levels = Array.from({ length: 20 }, (_, at) =>
      at === 19
        ? `fragment F${at} on Left { leaf }`
        : `fragment F${at} on Left { leaf next { ...F${at + 1} ${spreads.replaceAll('F0', `F${at + 1}`)} } }`,
    ).join('\n');
    const source = `{ left { ${spreads} } }\n${levels}`;
    const { positions, fields, left } = measured(INDEX, source, ['s1', 's2', 's3']);
    expect(positions).toBeLessThanOrEqual(fields * 12);
    expect(left).toBeLessThanOrEqual(fields * 14);
  });
});

describe('over the gateway', () => {
  let gateway: Started;

  beforeAll(async () => {
    gateway = await start();
  });

  afterAll(() => gateway.close());

  const ask = (query: string) =>
    post(gateway.endpoint, { query }, { token: gateway.token('read_orders') });

  it.each([
    [
      '10,000 aliases',
      `{ ${Array.from({ length: 10_000 }, (_, at) => `a${at}: scopes { name }`).join(' ')} }`,
    ],
    [
      '60 aliases',
      `{ ${Array.from({ length: 60 }, (_, at) => `a${at}: scopes { name }`).join(' ')} }`,
    ],
    [
      'fields doubled at 30 levels',
      `{ order(id: "ord_1") { ...F0 } }\n${Array.from({ length: 30 }, (_, at) => (at === 29 ? `fragment F${at} on Order { id }` : `fragment F${at} on Order { a: originalOrder { ...F${at + 1} } b: originalOrder { ...F${at + 1} } }`)).join('\n')}`,
    ],
  ])('%s are told which limit they exceed', async (_name, query) => {
    const { status, body } = await ask(query);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
    expect(body.errors?.[0]?.message).toMatch(/at most \d+/);
  });

  it('answers a document of many fields that either of two scopes opens', async () => {
    const fields = Array.from(
      { length: 12 },
      (_, at) => `p${at}: node(id: "pol_${at}") { id }`,
    ).join(' ');
    const { status, body } = await ask(`{ ${fields} }`);
    expect(status).toBe(200);
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['INSUFFICIENT_SCOPE']);
  });
});
