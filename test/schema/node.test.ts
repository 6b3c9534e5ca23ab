import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { NODE_TYPES } from '../../src/schema/node.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { type Call, fakeLoaders } from './fake-loaders.ts';
import { run, token } from './kit.ts';

/** All but the store, which any token opens, and a policy, which either of two scopes does. */
const GUARDED = Object.entries(NODE_TYPES).filter(
  ([prefix]) => prefix !== 'sto' && prefix !== 'pol',
);

const SCOPES: Readonly<Record<string, string>> = {
  cus: 'read_customers',
  adr: 'read_customers',
  prd: 'read_products',
  var: 'read_products',
  ord: 'read_orders',
  lin: 'read_orders',
  ful: 'read_orders',
  dsc: 'read_discounts',
  clm: 'read_claims',
  qte: 'read_quotes',
  abt: 'read_ab_tests',
  abv: 'read_ab_tests',
  whk: 'manage_webhooks',
};

async function ask(source: string, granted: ReturnType<typeof token>, row: unknown = null) {
  const { loaders, calls } = fakeLoaders({ row });
  const answer = await run(schema, source, granted, {}, loaders);
  return { ...answer, calls: calls as readonly Call[] };
}

const node = (id: string) => `{ node(id: ${JSON.stringify(id)}) { id __typename } }`;

describe('node(id:)', () => {
  it.each(GUARDED)('loads %s_ with the scope of its type', async (prefix, { type, batch }) => {
    const id = `${prefix}_1`;
    expect(await ask(node(id), token(SCOPES[prefix]), { id })).toEqual({
      data: { node: { id, __typename: type } },
      errors: [],
      calls: [['row', batch, id]],
    });
  });

  it.each(GUARDED)('refuses %s_ without it before anything is loaded', async (prefix) => {
    const others = ScopeSet.all.without(ScopeSet.parse(SCOPES[prefix] ?? ''));
    expect(await ask(node(`${prefix}_1`), others)).toEqual({
      data: { node: null },
      errors: [
        `node: INSUFFICIENT_SCOPE Query.node needs ${SCOPES[prefix]}; the token lacks ${SCOPES[prefix]}.`,
      ],
      calls: [],
    });
  });

  const POLICIES = 'list_policies or read_policies';

  it.each(['list_policies', 'read_policies'])('loads pol_ with %s alone', async (scope) => {
    expect(await ask(node('pol_1'), token(scope), { id: 'pol_1' })).toEqual({
      data: { node: { id: 'pol_1', __typename: 'Policy' } },
      errors: [],
      calls: [['row', 'policyById', 'pol_1']],
    });
  });

  it('refuses pol_ without either before anything is loaded', async () => {
    const others = ScopeSet.all.without(ScopeSet.parse('list_policies read_policies'));
    expect(await ask(node('pol_1'), others)).toEqual({
      data: { node: null },
      errors: [
        `node: INSUFFICIENT_SCOPE Query.node needs ${POLICIES}; the token lacks list_policies.`,
      ],
      calls: [],
    });
  });

  it('knows these prefixes, and the scope of each here', () => {
    expect(Object.keys(NODE_TYPES)).toEqual([
      'sto',
      'cus',
      'adr',
      'prd',
      'var',
      'ord',
      'lin',
      'ful',
      'dsc',
      'pol',
      'clm',
      'qte',
      'abt',
      'abv',
      'whk',
    ]);
    expect(Object.keys(SCOPES).sort()).toEqual(GUARDED.map(([prefix]) => prefix).sort());
  });

  it.each(['ord_A', 'ord_1_2', 'ord_Zz-9_', 'ord__', 'ord_-'])(
    'loads an id whose opaque part is base64url or less: %s',
    async (id) => {
      expect(await ask(node(id), token('read_orders'), { id })).toEqual({
        data: { node: { id, __typename: 'Order' } },
        errors: [],
        calls: [['row', 'orderById', id]],
      });
    },
  );

  it.each(GUARDED)('refuses %s_ alike whether there is such a row or not', async (prefix) => {
    const others = ScopeSet.all.without(ScopeSet.parse(SCOPES[prefix] ?? ''));
    const id = `${prefix}_1`;
    expect(await ask(node(id), others, { id })).toEqual(await ask(node(id), others, null));
  });

  it('loads a store with any token', async () => {
    expect(await ask(node('sto_1'), token(), { id: 'sto_1' })).toEqual({
      data: { node: { id: 'sto_1', __typename: 'Store' } },
      errors: [],
      calls: [['row', 'storeById', 'sto_1']],
    });
  });

  it('is null without an error when there is no such row', async () => {
    expect(await ask(node('ord_1'), token('read_orders'))).toEqual({
      data: { node: null },
      errors: [],
      calls: [['row', 'orderById', 'ord_1']],
    });
  });

  it.each([
    '',
    'ord',
    'ord_',
    'ORD_1',
    'Ord_1',
    'ord-1',
    'ord_1 ',
    ' ord_1',
    'ord_1\n',
    'ord_1\0',
    'order_1',
    'clm',
    'clm_',
    'Clm_1',
    'clms_1',
    'clm_1.2',
    'clm_1=',
    'clm_1+1',
    'clm_1/1',
    'clm_%',
    'clm_\u0430',
    'pol_1 or 1=1',
    'dsc_*',
    'qte_{}',
    'itm_1',
    'xyz_1',
    '__proto__',
    'constructor_1',
    'con_1',
    '1',
  ])('is null without a load or an error for %j', async (id) => {
    for (const granted of [token(), ScopeSet.all]) {
      expect(await ask(node(id), granted)).toEqual({ data: { node: null }, errors: [], calls: [] });
    }
  });

  it.each(['ord_1', 'sto_1', 'clm_1', 'pol_1', 'qte_1', 'dsc_1', 'xyz_1'])(
    'is refused without a token: %s',
    async (id) => {
      expect(await ask(node(id), null)).toEqual({
        data: { node: null },
        errors: ['node: UNAUTHENTICATED Query.node needs a valid token; no token was sent.'],
        calls: [],
      });
    },
  );
});

describe('nodes(ids:)', () => {
  it('gives what the prefixes name, in the order of the ids, and null for one that names nothing', async () => {
    const source = '{ nodes(ids: ["xyz_1", "prd_1"]) { id } }';
    expect(await ask(source, token('read_products'), { id: 'prd_1' })).toEqual({
      data: { nodes: [null, { id: 'prd_1' }] },
      errors: [],
      calls: [['row', 'productById', 'prd_1']],
    });
  });

  it('is refused whole where the token lacks the scopes of one id, with nothing loaded', async () => {
    const source = '{ nodes(ids: ["prd_1", "cus_1"]) { id } }';
    expect(await ask(source, token('read_products'), { id: 'prd_1' })).toEqual({
      data: { nodes: null },
      errors: [
        'nodes: INSUFFICIENT_SCOPE Query.nodes needs read_customers and read_products; the token lacks read_customers.',
      ],
      calls: [],
    });
  });

  const many = (count: number) =>
    `{ nodes(ids: ${JSON.stringify(Array.from({ length: count }, () => 'prd_1'))}) { id } }`;

  it('takes up to 100 ids', async () => {
    const { data, errors } = await ask(many(100), token('read_products'));
    expect([data?.nodes, errors]).toEqual([Array(100).fill(null), []]);
  });

  it('is refused with 101 ids, with nothing loaded', async () => {
    expect(await ask(many(101), token('read_products'))).toEqual({
      data: { nodes: null },
      errors: ['nodes: INVALID_INPUT Query.nodes takes at most 100 ids and got 101.'],
      calls: [],
    });
  });
});
