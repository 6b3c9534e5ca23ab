import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Load, Source } from '../../src/data/source.ts';
import { Anomaly } from '../../src/engine/anomaly.ts';
import { compile } from '../../src/engine/compile.ts';
import { runExecutable } from '../../src/engine/run.ts';
import { NODE_TYPES } from '../../src/schema/node.ts';
import { sealQuote } from '../../src/schema/quote-terms.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { Refusals } from '../../src/scopes/refusals.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { decideRequest } from '../../src/scopes/scoped-request.ts';
import { madeUpSource } from '../differential/made-up-source.ts';
import { INDEX, madeUpContext } from '../differential/real-cases.ts';
import { NOW } from '../schema/kit.ts';
import { byEngine, byExecutor, SESSION } from './kit.ts';

interface Asked {
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Scopes that the token lacks. */
  readonly without?: readonly string[];
  /** Whether quotes are stored. */
  readonly stored?: boolean;
}

/** A source with or without stored quotes, and what it is asked for: each wave a line, each report one. */
function recording(stored: boolean) {
  const source = madeUpSource(null);
  const asked: string[] = [];
  const nameOf = (load: Load) => {
    const keys = load.kind === 'rows' ? load.keys : (load.parents ?? []);
    const joined = ('joins' in load && load.joins) || [];
    const beside = joined.map(({ batch }) => `with ${batch}`).toSorted();
    return [load.kind, load.batch, ...keys.toSorted(), ...beside].join(' ');
  };
  const noting: Source = {
    ...source,
    async wave(session, loads) {
      asked.push(loads.map(nameOf).toSorted().join(', '));
      const found = await source.wave(session, loads);
      return found.map((rows, index) =>
        loads[index]?.batch === 'quoteById' && !stored ? [] : rows,
      );
    },
    report(session, reports) {
      const names = reports.map(({ name, interval }) => `${name} ${interval ?? 'whole'}`);
      asked.push(`reports ${names.toSorted().join(', ')}`);
      return source.report(session, reports);
    },
  };
  return { source: noting, asked };
}

const requestOf = (source: string, { variables = {}, without = [] }: Asked = {}) => ({
  document: parse(source),
  operationName: null as never,
  variables,
  granted: ScopeSet.of(SCOPES.map(({ name }) => name).filter((name) => !without.includes(name))),
});

/** What the engine answers and what it loads; the answer has to be that of graphql-js. */
async function ask(source: string, options: Asked = {}) {
  const request = requestOf(source, options);
  const { stored = true } = options;
  const { source: noting, asked } = recording(stored);
  const answer = await byEngine(request, noting);
  if (answer === null) return expect.fail('the engine left it to the executor');
  expect(answer).toEqual(await byExecutor(request, recording(stored).source));
  return { data: JSON.parse(answer.data), errors: answer.errors, asked };
}

/** What graphql-js says of a request that the engine leaves to it while it runs. */
async function left(source: string, options: Asked = {}) {
  const request = requestOf(source, options);
  const { source: noting, asked } = recording(true);
  await expect(byEngine(request, noting)).rejects.toThrow();
  expect(asked).toEqual([]);
  const { data, errors } = await byExecutor(request, madeUpSource(null));
  return { data: JSON.parse(data), errors };
}

describe('node', () => {
  it.each(Object.entries(NODE_TYPES))(
    'of an id with %s_ is a row of its type',
    async (prefix, { type, batch }) => {
      const { data, asked } = await ask(`{ node(id: "${prefix}_1") { __typename id } }`);
      expect(data).toEqual({ node: { __typename: type, id: `${prefix}_1` } });
      expect(asked).toEqual([`rows ${batch} ${prefix}_1`]);
    },
  );

  it.each(['xyz_1', 'ord', '', 'ord_\\u0000'])(
    'of the id "%s" is null, and nothing is loaded',
    async (id) => {
      const { data, asked } = await ask(`{ node(id: "${id}") { __typename id } }`);
      expect([data, asked]).toEqual([{ node: null }, []]);
    },
  );
});

describe('nodes', () => {
  it('come in the order of their ids, each type in one batch and all of them in one wave', async () => {
    const source = `query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename
      ... on Order { currency customer { id } } ... on Customer { sourceId } } }`;
    const ids = ['ord_2', 'cus_1', 'xyz_1', 'ord_1', 'cus_1', 'ord_2'];
    const { data, asked } = await ask(source, { variables: { ids } });
    expect(data.nodes.map((node: { id: string } | null) => node?.id ?? null)).toEqual([
      'ord_2',
      'cus_1',
      null,
      'ord_1',
      'cus_1',
      'ord_2',
    ]);
    expect(data.nodes[1]).toEqual({
      id: 'cus_1',
      __typename: 'Customer',
      sourceId: 'sourceId_1',
    });
    expect(asked).toEqual([
      'rows customerById cus_1, rows orderById ord_1 ord_2 with customerById',
    ]);
  });

  it('are none of no ids, and a single id is a list of one', async () => {
    expect(await ask('{ nodes(ids: []) { id } }')).toMatchObject({
      data: { nodes: [] },
      asked: [],
    });
    const { data } = await ask('{ nodes(ids: "ord_1") { id } }');
    expect(data).toEqual({ nodes: [{ id: 'ord_1' }] });
  });

  it('count the places of what is refused below them', async () => {
    const { errors } = await ask(
      '{ nodes(ids: ["pol_1", "ord_1", "ord_2"]) { id ... on Order { contactEmail } } }',
      { without: ['read_customers', 'write_customers'] },
    );
    expect(errors).toMatchObject([
      { path: ['nodes', 1, 'contactEmail'], extensions: { occurrences: 2 } },
    ]);
  });

  it('are refused all together where one of them may not be seen', async () => {
    const { data, errors, asked } = await ask('{ nodes(ids: ["pol_1", "cus_1"]) { id } }', {
      without: ['read_customers', 'write_customers'],
    });
    expect([data, asked]).toEqual([{ nodes: null }, []]);
    expect(errors).toMatchObject([
      { path: ['nodes'], extensions: { code: 'INSUFFICIENT_SCOPE', coordinate: 'Query.nodes' } },
    ]);
  });

  it('that are too many are for the executor to refuse', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `ord_${index}`);
    const source = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect((await ask(source, { variables: { ids: ids.slice(1) } })).data.nodes).toHaveLength(100);
    expect(await left(source, { variables: { ids } })).toMatchObject({
      data: { nodes: null },
      errors: [{ message: 'Query.nodes takes at most 100 ids and got 101.' }],
    });
  });

  it('of a type that the executable was not compiled for are left to the executor', async () => {
    const { document, granted } = requestOf('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }');
    const variables = { ids: ['ord_1'] };
    const decided = decideRequest(INDEX, { document, variables, granted, mode: 'filter' });
    if ('errors' in decided) return expect.fail('it is valid');
    const executable = compile(decided.plan, decided.decision, granted, variables);
    const { principal, cursors, now } = madeUpContext(granted, null);
    const runWith = (ids: readonly string[]) =>
      runExecutable(executable, madeUpSource(null), SESSION, {
        ...{ principal, granted, variables: { ids }, cursors, now },
        refusals: new Refusals('per-coordinate'),
      });
    expect(await runWith(['ord_2'])).toBe('{"nodes":[{"id":"ord_2"}]}');
    await expect(runWith(['ord_2', 'cus_1'])).rejects.toThrow(
      new Anomaly('No Customer was asked for.'),
    );
  });
});

const QUOTE = `{ id subtotal { amount currencyCode } premium { amount } paidBy ruleId abVariant
  expiresAt createdAt lines { sourceProductId quantity unitPrice { amount } } order { id } }`;

/** The id of a quote that was computed for a store. */
const computedFor = (storeId: string) => {
  const { principal, ...context } = madeUpContext(ScopeSet.all, null);
  if (principal === null) return expect.fail('somebody asks');
  return sealQuote(
    {
      ...{ currency: 'JPY', subtotal: 5_000n, premium: 98n, paidBy: 'CUSTOMER', ruleId: 'rul_1' },
      ...{ abVariant: null, expiresAt: NOW, createdAt: NOW, kind: 'SHIPPING_INSURANCE' },
    },
    { ...context, principal: { ...principal, storeId } },
  );
};

describe('a quote', () => {
  const id = computedFor('sto_1');

  it.each(['quote', 'node', 'nodes'])('that was computed is in its id, behind %s', async (name) => {
    const body = name === 'quote' ? QUOTE : `{ ... on Quote ${QUOTE} }`;
    const argument = name === 'nodes' ? `ids: ["qte_1", "${id}"]` : `id: "${id}"`;
    const { data, asked } = await ask(`{ found: ${name}(${argument}) ${body} }`, { stored: false });
    const [found] = [data.found].flat().slice(-1);
    expect(found).toEqual({
      id,
      subtotal: { amount: '5000', currencyCode: 'JPY' },
      premium: { amount: '98' },
      paidBy: 'CUSTOMER',
      ruleId: 'rul_1',
      abVariant: null,
      expiresAt: NOW.toISOString(),
      createdAt: NOW.toISOString(),
      lines: null,
      order: null,
    });
    expect(asked).toHaveLength(1);
    if (name === 'nodes') expect(data.found[0]).toBeNull();
  });

  it('is the stored one where it is stored, with its order', async () => {
    const { data, asked } = await ask(`{ quote(id: "${id}") ${QUOTE} }`);
    expect(data.quote).toMatchObject({ id, subtotal: { currencyCode: 'USD' } });
    expect(data.quote.order.id).toMatch(/^orderId_/);
    expect(asked).toEqual([`rows quoteById ${id} with orderById`]);
  });

  it.each([
    ['of another store', computedFor('sto_2')],
    ['that was altered', `${id.slice(0, -1)}~`],
    ['that nobody knows', 'qte_1'],
  ])('%s is null', async (_name, unknown) => {
    const { data, asked } = await ask(`{ quote(id: "${unknown}") { id } }`, { stored: false });
    expect([data, asked]).toEqual([{ quote: null }, [`rows quoteById ${unknown}`]]);
  });

  it('with a NUL in its id is not looked for', async () => {
    const { data, asked } = await ask('{ quote(id: "qte_\\u0000") { id } }');
    expect([data, asked]).toEqual([{ quote: null }, []]);
  });
});

describe('quoteForCart', () => {
  const source = (price: string) =>
    `{ quoteForCart(input: { currencyCode: "USD", lines: [{ sourceProductId: "p", quantity: 2, unitPrice: "${price}" }] }) ${QUOTE} }`;

  it('is priced as graphql-js has it, and its id opens the same terms', async () => {
    const { data, asked } = await ask(source('12.50'));
    const { quoteForCart: made } = data;
    expect(made).toMatchObject({
      subtotal: { amount: '25.00' },
      lines: [{ sourceProductId: 'p', quantity: 2, unitPrice: { amount: '12.50' } }],
      order: null,
    });
    expect(asked).toEqual([
      'page abTests, page rulesByKind SHIPPING_INSURANCE, rows priceSettingsByKind SHIPPING_INSURANCE',
      expect.stringMatching(/^page variantsByAbTest abt_\w+$/),
    ]);
    const again = await ask(`{ quote(id: "${made.id}") ${QUOTE} }`, { stored: false });
    expect(again.data.quote).toEqual({ ...made, lines: null });
  });

  it('of a cart that is refused is for the executor to say', async () => {
    expect(await left(source('1.234'))).toMatchObject({
      data: { quoteForCart: null },
      errors: [
        {
          message: 'Query.quoteForCart: input.lines[0].unitPrice has more decimal places than USD.',
        },
      ],
    });
  });
});

const DAYS = 'from: "2026-11-20", to: "2026-11-21"';

describe('analytics', () => {
  it('asks for each report once a range, and for those of one depth together', async () => {
    const figures = `{ orders protectedOrders attachRate premiumRevenue { amount } claims
      claimsByType { type count } claimsByState { state count } payouts { currencyCode } }`;
    const { data, asked } = await ask(`{ analytics(${DAYS}) { from to totals ${figures}
      again: totals { orders } series(interval: WEEK) { from to figures ${figures} } } }`);
    expect(data.analytics.totals).toMatchObject({
      orders: 4,
      protectedOrders: 3,
      attachRate: 0.75,
    });
    expect(data.analytics.series).toHaveLength(3);
    expect(asked).toEqual([
      'reports claims whole, orders whole, payouts whole, periods WEEK, premiums whole',
      'reports claims WEEK, orders WEEK, payouts WEEK, premiums WEEK',
    ]);
  });

  it('takes what is not said of an argument from its default, and null is refused by the executor', async () => {
    const asking = `query ($interval: AnalyticsInterval) { analytics(${DAYS}) { series(interval: $interval) { from } } }`;
    const { asked } = await ask(asking);
    expect(asked).toEqual(['reports periods DAY']);
    expect(await left(asking, { variables: { interval: null } })).toMatchObject({
      data: { analytics: null },
      errors: [{ message: expect.stringContaining('must not be null') }],
    });
  });

  it('of days in the wrong order is for the executor to refuse', async () => {
    const { data, errors } = await left(
      '{ analytics(from: "2026-11-21", to: "2026-11-20") { totals { orders } } }',
    );
    expect(data).toEqual({ analytics: null });
    expect(errors).toMatchObject([{ message: expect.stringMatching(/not after its "to"/) }]);
  });

  it('is refused without its scope, and nothing is asked for', async () => {
    const { data, errors, asked } = await ask(`{ analytics(${DAYS}) { totals { orders } } }`, {
      without: ['read_analytics'],
    });
    expect([data, asked]).toEqual([{ analytics: null }, []]);
    expect(errors).toMatchObject([{ extensions: { coordinate: 'Query.analytics' } }]);
  });
});

describe('the results of variants', () => {
  it('are compared with the control of each test, in one wave where it is asked for as well', async () => {
    const { data, asked } = await ask(
      '{ abTests(first: 2) { nodes { variants { nodes { id results { sessions conversion { value pValue } revenue { total { amount } } } } } } } }',
    );
    const [{ variants }] = data.abTests.nodes;
    expect(variants.nodes).toHaveLength(3);
    expect(variants.nodes[1].results).toMatchObject({
      sessions: 40,
      conversion: { value: 0.5, pValue: 1 },
      revenue: [{ total: { amount: '12.50' } }],
    });
    expect(asked).toEqual([
      'page abTests',
      'page variantsByAbTest abt_1 abt_2',
      'page variantsByAbTest abt_1 abt_2, totals totalsByAbVariant abv_11 abv_12 abv_21 abv_22 abv_31 abv_32',
    ]);
  });

  it('of a variant alone take those of the control after them', async () => {
    const { data, asked } = await ask(
      '{ node(id: "abv_7") { ... on AbVariant { results { attachRate { pValue significant } } } } }',
    );
    expect(data.node.results).toEqual({ attachRate: { pValue: 1, significant: false } });
    expect(asked).toEqual([
      'rows abVariantById abv_7',
      expect.stringMatching(/^page variantsByAbTest \w+, totals totalsByAbVariant abv_7$/),
      expect.stringMatching(/^totals totalsByAbVariant abv_1\w*$/),
    ]);
  });
});

describe('currentApp', () => {
  it('leads to the store of the token', async () => {
    const { data, asked } = await ask(
      '{ currentApp { clientId store { id settings { supportUrl } claimSettings { maximum { amount } } } } }',
    );
    expect(data.currentApp.store).toMatchObject({ id: 'sto_1', settings: {}, claimSettings: {} });
    expect(asked).toEqual(['rows storeById sto_1 with claimSettingsByStore with settingsByStore']);
  });
});
