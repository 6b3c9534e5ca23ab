import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { must, reportedDays, seededAt, seededStore } from '../support/queries-seed.ts';

const ALL = SCOPES.map(({ name }) => name).join(' ');
const ROWS = seededStore(0);

const { from, to } = reportedDays();
const FIGURES =
  'orders attachRate premiumRevenue { amount currencyCode } claims claimsByState { state count } payouts { amount }';
const RESULTS =
  'id results { sessions conversion { value pValue interval { low high } } revenue { total { amount currencyCode } perSession { amount } significant } }';

const [order, quote, customer] = [ROWS.orders[0], ROWS.quotes[0], ROWS.customers[0]].map(
  (row) => must(row).id,
);

const QUERIES: Readonly<Record<string, string>> = {
  analytics: `{ analytics(from: "${from}", to: "${to}") { totals { ${FIGURES} } series(interval: MONTH) { from to figures { ${FIGURES} } } } }`,
  nodes: `{ nodes(ids: ["${order}", "cus_none", "${quote}", "${customer}", "${order}"]) { id __typename
    ... on Order { total { amount } customer { id } } ... on Quote { premium { amount } order { id } } } }`,
  quote: `{ quote(id: "${quote}") { id subtotal { amount } lines { quantity unitPrice { amount } } order { id } } }`,
  quoteForCart:
    '{ quoteForCart(input: { currencyCode: "USD", sessionKey: "s", lines: [{ sourceProductId: "1", quantity: 2, unitPrice: "25.00" }] }) { id premium { amount } ruleId expiresAt abVariant order { id } } }',
  results: `{ abTests { nodes { variants { nodes { ${RESULTS} } } } } }`,
  currentApp:
    '{ currentApp { clientId grantedScopes { name } store { name settings { supportUrl } claimSettings { maximum { amount } } } } }',
};

describe('what took the executor once is answered by the short way as by the pipeline, over real rows', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    // A clock that stands still: quotes are made of the moment.
    gateway = await startTestGateway('pglite', { clock: seededAt });
  });
  afterAll(() => gateway.close());

  it.each(Object.entries(QUERIES))('%s', async (_name, query) => {
    const token = await gateway.token(ALL);
    const asked = () => gateway.waves.length + gateway.reports.length;
    const answers = [];
    const groups = [];
    for (let times = 0; times < 3; times += 1) {
      const before = asked();
      answers.push(await gateway.send(query, { token }));
      groups.push(asked() - before);
    }
    const [first, second, third] = answers.map(({ status, text }) => ({ status, text }));
    expect(first?.status).toBe(200);
    expect(answers[0]?.body.errors).toBeUndefined();
    expect([second, third]).toEqual([first, first]);
    expect(Object.values(answers[0]?.body.data ?? {})).not.toContain(null);
    // Twice would be once by each way.
    expect(groups[2]).toBeLessThanOrEqual(groups[0] ?? 0);
  });

  it.each([
    ['read_orders', ['CREATED_AT', 'UPDATED_AT', 'UPDATED_AT']],
    ['read_orders read_customers', ['UPDATED_AT', 'CREATED_AT', 'CONTACT_EMAIL']],
  ])('cursors of a list that a variable orders, with %s', async (scope, sorts) => {
    const token = await gateway.token(scope);
    const query =
      'query ($order: OrderSort) { orders(first: 2, orderBy: $order) { edges { cursor } pageInfo { endCursor } } }';
    const ask = async (field: string) => {
      const before = gateway.waves.length;
      const { body } = await gateway.send(query, { token, variables: { order: { field } } });
      expect(body.errors).toBeUndefined();
      return { data: JSON.stringify(body.data), waves: gateway.waves.length - before };
    };
    const [first = '', ...others] = sorts;
    // By the executor, and then compiled for the first order.
    for (let times = 0; times < 3; times += 1) expect((await ask(first)).waves).toBe(1);
    const answers = [];
    for (const field of others) answers.push(await ask(field));
    // Guarded input is another decision, which the executor answers first.
    expect(answers.map(({ waves }) => waves)).toEqual(others.map(() => 1));
    expect(new Set([(await ask(first)).data, ...answers.map(({ data }) => data)]).size).toBe(
      new Set(sorts).size,
    );
  });

  it('a cart that is refused is refused alike', async () => {
    const token = await gateway.token(ALL);
    const query = must(QUERIES.quoteForCart).replace('25.00', '1.2345');
    const answers = [];
    for (let times = 0; times < 3; times += 1) answers.push(await gateway.send(query, { token }));
    for (const { body } of answers) {
      expect(body).toEqual(answers[0]?.body);
      expect(body).toMatchObject({
        data: { quoteForCart: null },
        errors: [{ extensions: { code: 'INVALID_INPUT' } }],
      });
    }
  });
});
