import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { MEDIA_TYPES } from './kit.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway('pglite');
});

afterAll(() => gateway.close());

const endpoint = () => `${gateway.url}/graphql`;

interface Ask {
  readonly query: string;
  readonly variables?: object;
  readonly operationName?: string;
}

interface Told {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

const post = async (
  ask: unknown,
  token: string | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Told> => {
  const response = await fetch(endpoint(), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof ask === 'string' ? ask : JSON.stringify(ask),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  };
};

/** Whether what was loaded last was asked for column by column, as only the engine does. */
const wasCompiled = () => {
  const { loads } = gateway.waves.at(-1) ?? { loads: [] };
  return loads.some((load) => 'columns' in load && load.columns.length < 10);
};

/** Asks until it has been seen often enough to be compiled: by the pipeline, then by the short way. */
async function byBoth(ask: Ask, token: string | null, headers = {}) {
  const first = await post(ask, token, headers);
  const compiledAtOnce = wasCompiled();
  await post(ask, token, headers);
  const last = await post(ask, token, headers);
  return { first, last, ways: [compiledAtOnce, wasCompiled()] };
}

const QUERIES: Readonly<Record<string, Ask>> = {
  'what is granted': {
    query: '{ a: orders(first: 2) { nodes { id sourceNumber createdAt tags } } }',
  },
  'what is refused': {
    query:
      '{ b: orders(first: 3) { nodes { id contactEmail customer { email } total { amount } } } }',
  },
  'cursors and counts': {
    query:
      'query ($first: Int!) { orders(first: $first) { totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }',
    variables: { first: 2 },
  },
  'one of several operations': {
    query: 'query A { orders(first: 1) { nodes { id } } } query B { store { id } }',
    operationName: 'A',
  },
};

describe('the short way', () => {
  it.each(Object.entries(QUERIES))('answers %s as the pipeline does', async (name, given) => {
    // A document of its own, which no other test has shown to the gateway before.
    const ask = { ...given, query: `# ${name}\n${given.query}` };
    const token = await gateway.token('read_orders');
    for (const accept of ['*/*', ...MEDIA_TYPES, MEDIA_TYPES.toReversed().join(', ')]) {
      const { first, last } = await byBoth(ask, token, { accept });
      expect(last).toEqual(first);
      expect(first.status).toBe(200);
    }
    expect(wasCompiled()).toBe(true);
  });

  it('is not taken the first time, and is the third', async () => {
    const query = '{ once: orders(first: 1) { nodes { id } } }';
    const { ways } = await byBoth({ query }, await gateway.token('read_orders'));
    expect(ways).toEqual([false, true]);
  });

  it('follows the cursors that the pipeline gives, and the pipeline those it gives', async () => {
    const query =
      'query P($after: String) { orders(first: 2, after: $after) { pageInfo { endCursor } nodes { id } } }';
    const token = await gateway.token('read_orders');
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 4; page += 1) {
      const { text } = await post({ query, variables: { after } }, token);
      const { orders } = JSON.parse(text).data;
      seen.push(...orders.nodes.map(({ id }: { id: string }) => id));
      after = orders.pageInfo.endCursor;
    }
    expect(wasCompiled()).toBe(true);
    expect(new Set(seen).size).toBe(8);
    const whole = await gateway.send('{ orders(first: 8) { nodes { id } } }', { token });
    const { nodes } = (whole.body.data as { orders: { nodes: { id: string }[] } }).orders;
    expect(nodes.map(({ id }) => id)).toEqual(seen);
  });

  it.each([
    [
      'a cursor of another list',
      'query ($after: String) { orders(first: 1, after: $after) { nodes { id } } }',
      { after: 'AAAA' },
    ],
    [
      'a page that is too large',
      'query ($first: Int) { orders(first: $first) { nodes { id } } }',
      { first: 101 },
    ],
    [
      'a variable of the wrong type',
      'query ($first: Int) { orders(first: $first) { nodes { id } } }',
      { first: 'x' },
    ],
  ])('leaves %s to the pipeline', async (_name, query, variables) => {
    const token = await gateway.token('read_orders');
    const good = 'after' in variables ? { after: null } : { first: 1 };
    for (let times = 0; times < 3; times += 1) await post({ query, variables: good }, token);
    const { first, last } = await byBoth({ query, variables }, token);
    expect(last).toEqual(first);
    expect(JSON.parse(last.text).errors[0].extensions.code).toBe('INVALID_INPUT');
  });

  it('asks each request anew what it may see', async () => {
    const { query } = QUERIES['what is refused'] as Ask;
    const whole = await gateway.token('read_orders read_customers');
    const { last } = await byBoth({ query }, whole);
    expect(JSON.parse(last.text).errors).toBeUndefined();
    const least = await post({ query }, await gateway.token('read_orders'));
    expect(
      JSON.parse(least.text).errors.map(
        ({ extensions }: never) => (extensions as { coordinate: string }).coordinate,
      ),
    ).toEqual(['Order.contactEmail', 'Order.customer']);
    expect((await post({ query }, null)).status).toBe(401);
    expect((await post({ query }, 'op_at_x')).status).toBe(401);
    const limited = await post({ query }, whole, { 'x-scope-limit': 'read_orders' });
    expect(limited.text).toBe(least.text);
    const rejected = await post({ query }, await gateway.token('read_orders'), {
      'x-scope-mode': 'reject',
    });
    expect(rejected.status).toBe(403);
  });
});

/** Every way to bring a query, each giving the text of the answer. */
const DOORS: Readonly<Record<string, (query: string, token: string) => Promise<string>>> = {
  'POST in JSON': async (query, token) => (await post({ query }, token)).text,
  'POST in JSON, again and again': async (query, token) =>
    (await byBoth({ query }, token)).last.text,
  'POST in JSON with extensions': async (query, token) =>
    (await post({ query, extensions: {} }, token)).text,
  'POST of a document': async (query, token) =>
    (await post(query, token, { 'content-type': 'application/graphql' })).text,
  'POST of a form': async (query, token) =>
    (
      await post(new URLSearchParams({ query }).toString(), token, {
        'content-type': 'application/x-www-form-urlencoded',
      })
    ).text,
  GET: async (query, token) => {
    const url = `${endpoint()}?${new URLSearchParams({ query })}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return response.text();
  },
  'events over GET': async (query, token) => {
    const url = `${endpoint()}?${new URLSearchParams({ query })}`;
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const text = await (await fetch(url, { headers })).text();
    return /^data: (\{.*\})$/m.exec(text)?.[1] ?? text;
  },
};

describe('every door', () => {
  it.each(Object.entries(DOORS))('shows the least token the least: %s', async (_name, ask) => {
    const { query } = QUERIES['what is refused'] as Ask;
    const text = await ask(query, await gateway.token('read_orders'));
    const expected = await gateway.send(query, { token: await gateway.token('read_orders') });
    const { data, errors } = JSON.parse(text);
    expect([data, errors]).toEqual([expected.body.data, expected.body.errors]);
    expect(data.b.nodes.map((node: object) => Object.entries(node)[1])).toContainEqual([
      'contactEmail',
      null,
    ]);
    expect(text).not.toContain('@');
  });
});
