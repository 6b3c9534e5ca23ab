import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/gateway.ts';
import { emptySource, post, type Started, start } from './kit.ts';

/** What went wrong at other doors (`docs/advisories.md`), where no other test of this project is as close to it. */

let gateway: Started;

beforeAll(async () => {
  gateway = await start({ source: emptySource() });
});
afterAll(() => gateway.close());

const ask = (query: string, body: object = {}, token = gateway.token('read_orders')) =>
  post(gateway.endpoint, { query, ...body }, { token });

/** Orders inside orders: so many levels of fields below an order. */
const deep = (levels: number) =>
  `${'originalOrder { '.repeat(levels - 1)}id${' }'.repeat(levels - 1)}`;

const aliases = (count: number) =>
  Array.from({ length: count }, (_, index) => `a${index}: id`).join(' ');

const tooMuch = ({ status, body }: Answer) => [
  status,
  body.errors?.[0]?.extensions.code,
  body.data === undefined,
];

const NAMES = ['__schema', '__type', '__typename', 'IntrospectionQuery', '__proto__', 'F'];

describe('a limit', () => {
  it.each(NAMES)('of depth counts in a fragment called %s', async (name) => {
    const query = (levels: number) =>
      `{ orders { nodes { ...${name} } } } fragment ${name} on Order { ${deep(levels)} }`;
    expect(tooMuch(await ask(query(30)))).toEqual([400, 'LIMIT_EXCEEDED', true]);
    expect((await ask(query(10))).body.errors).toBeUndefined();
  });

  it.each(NAMES)('of depth and of aliases counts in an operation called %s', async (name) => {
    const query = (inside: string) => `query ${name} { orders { nodes { ${inside} } } }`;
    expect(tooMuch(await ask(query(deep(30))))).toEqual([400, 'LIMIT_EXCEEDED', true]);
    expect(tooMuch(await ask(query(aliases(51))))).toEqual([400, 'LIMIT_EXCEEDED', true]);
    expect((await ask(query(`${deep(10)} ${aliases(40)}`))).body.errors).toBeUndefined();
  });

  it.each(NAMES)('of aliases counts in a fragment called %s', async (name) => {
    const query = (count: number) =>
      `{ orders { nodes { ...${name} } } } fragment ${name} on Order { ${aliases(count)} }`;
    expect(tooMuch(await ask(query(51)))).toEqual([400, 'LIMIT_EXCEEDED', true]);
    expect((await ask(query(20))).body.errors).toBeUndefined();
  });

  it('of depth counts a fragment where it is deepest, not where it is first', async () => {
    const query = (levels: number) => `{
      shallow: orders { nodes { ...F } }
      orders { nodes { ${'originalOrder { '.repeat(levels)}...F${' }'.repeat(levels)} } }
    } fragment F on Order { ${deep(6)} }`;
    expect(tooMuch(await ask(query(12)))).toEqual([400, 'LIMIT_EXCEEDED', true]);
    expect((await ask(query(3))).body.errors).toBeUndefined();
  });
});

describe('what a body says of its sender', () => {
  const CLAIMS = { scope: 'read_orders read_customers', sub: 'x', store: 'store-1' };

  it.each([
    ['extensions', { extensions: { jwt: CLAIMS, decodedToken: CLAIMS } }],
    ['connection parameters', { connectionParams: { jwt: CLAIMS, authorization: 'Bearer x' } }],
    ['variables', { variables: { __claims: CLAIMS, granted: ['read_customers'] } }],
  ])('grants nothing, as %s', async (_, body) => {
    const query = '{ customers { totalCount } }';
    const granted = await ask(query, {}, gateway.token('read_customers'));
    expect(granted.body).toEqual({ data: { customers: { totalCount: 0 } } });
    const { body: answer, status } = await ask(query, body);
    const code = answer.errors?.[0]?.extensions.code;
    expect([status, code]).toEqual(
      status === 400 ? [400, 'INVALID_REQUEST'] : [200, 'INSUFFICIENT_SCOPE'],
    );
    expect(answer.data?.customers ?? null).toBeNull();
  });
});
