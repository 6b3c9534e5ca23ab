import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, cpuOfFamily } from './processes.ts';
import type { BenchServer } from './servers.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** What a request to the running gateway costs by the rows that it shows, by the page, and what many documents leave. */

export interface Asked {
  readonly gateway: BenchServer;
  readonly postgresPid: number;
  readonly rounds: number;
}

export interface Cost {
  /** Microseconds of processor time for one request. */
  readonly node: Spread;
  readonly postgres: Spread;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const IN_FLIGHT = 4;

/** Sends a GraphQL request and gives the whole answer as text; throws for another status than 200. */
async function send({ url, requestOf }: BenchServer, body: object): Promise<string> {
  const { path, headers } = requestOf('Q2', '');
  const sent = request(`${url}${path}`, { method: 'POST', headers, agent });
  sent.end(JSON.stringify(body));
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  if (response.statusCode !== 200) throw new Error(`The gateway answers ${text.slice(0, 500)}`);
  return text;
}

async function sendAll(gateway: BenchServer, count: number, bodyOf: (index: number) => object) {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const body = bodyOf(next);
      next += 1;
      await send(gateway, body);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** What these requests cost, in turns, so that what changes on the machine meets all of them. */
async function compareCosts(
  { gateway, postgresPid, rounds }: Asked,
  requests: readonly { readonly body: object; readonly count: number }[],
): Promise<readonly Cost[]> {
  const measured = requests.map(() => ({ node: [] as number[], postgres: [] as number[] }));
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { body, count }] of requests.entries()) {
      const before = { node: cpuOf(gateway.pid), postgres: cpuOfFamily(postgresPid) };
      await sendAll(gateway, count, () => body);
      await sleep(50);
      // The first round warms up.
      if (round < 0) continue;
      measured[index]?.node.push((cpuOf(gateway.pid) - before.node) / count);
      measured[index]?.postgres.push((cpuOfFamily(postgresPid) - before.postgres) / count);
    }
  }
  return measured.map(({ node, postgres }) => ({
    node: spreadOf(node),
    postgres: spreadOf(postgres),
  }));
}

export interface RowGrowth extends Cost {
  readonly rows: number;
}

/** Orders with what Q2 shows of them. */
export async function growByRows(
  asked: Asked,
  sizes: readonly number[],
): Promise<readonly RowGrowth[]> {
  const query = `query Rows($first: Int!) { orders(first: $first) { nodes { id sourceNumber createdAt
    customer { id firstName } lineItems(first: 10) { nodes { id name product { id name } } } } } }`;
  const costs = await compareCosts(
    asked,
    sizes.map((first) => ({
      body: { query, variables: { first } },
      count: 40 + Math.round(2_000 / first),
    })),
  );
  return costs.map((cost, index) => ({ ...cost, rows: sizes[index] ?? 0 }));
}

const PAGE = `query Page($first: Int!, $after: String) { orders(first: $first, after: $after) {
  nodes { id sourceNumber createdAt total { amount } } pageInfo { endCursor hasNextPage } } }`;

export interface PageGrowth extends Cost {
  readonly page: number;
}

/** The first page and later ones, each reached as a client would: cursor by cursor. */
export async function growByPage(
  asked: Asked,
  first: number,
  pages: readonly number[],
): Promise<readonly PageGrowth[]> {
  const cursors = new Map<number, string | null>([[1, null]]);
  let after: string | null = null;
  for (let page = 2; page <= Math.max(...pages); page += 1) {
    const text = await send(asked.gateway, { query: PAGE, variables: { first, after } });
    const { pageInfo } = JSON.parse(text).data.orders;
    if (!pageInfo.hasNextPage) throw new Error(`There are only ${page - 1} pages of ${first}.`);
    after = pageInfo.endCursor as string;
    cursors.set(page, after);
  }
  const costs = await compareCosts(
    asked,
    pages.map((page) => ({
      body: { query: PAGE, variables: { first, after: cursors.get(page) ?? null } },
      count: 200,
    })),
  );
  return costs.map((cost, index) => ({ ...cost, page: pages[index] ?? 0 }));
}

export interface MemoryGrowth {
  readonly documents: number;
  /** After a collection, in MB. */
  readonly heap: number;
  readonly resident: number;
}

/** Asks documents of which no two are alike and tells the memory at each of the counts, as soon as it is there. */
export async function* growByDocuments(
  gateway: BenchServer,
  counts: readonly number[],
): AsyncGenerator<MemoryGrowth> {
  let sent = 0;
  for (const documents of counts) {
    const from = sent;
    await sendAll(gateway, documents - from, (index) => ({
      query: `query Document${from + index} { order(id: "ord_${from + index}") { id a${from + index}: sourceNumber } }`,
    }));
    sent = documents;
    const { heapUsed, rss } = await memoryOf(gateway);
    yield { documents, heap: heapUsed / 2 ** 20, resident: rss / 2 ** 20 };
  }
}

async function memoryOf({ child }: BenchServer): Promise<NodeJS.MemoryUsage> {
  child.send('memory');
  for (;;) {
    const [message] = await once(child, 'message');
    if ('memory' in message) return message.memory;
  }
}
