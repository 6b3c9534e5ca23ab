import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startCluster } from './cluster.ts';
import { openDatabase } from './database.ts';
import {
  type Asked,
  type Cost,
  growByDocuments,
  growByPage,
  growByRows,
  type MemoryGrowth,
} from './growth-gateway.ts';
import { growByDocument, growBySchema } from './growth-schema.ts';
import { OTHER_CORES, pin } from './processes.ts';
import { startServers } from './servers.ts';
import type { Spread } from './statistics.ts';

/** `npm run bench -- growth`: whether cost grows with what it should grow with, and with nothing else. */

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '7' },
    documents: { type: 'string', default: '100000' },
    parts: { type: 'string', default: 'schemas,documents,rows,pages,memory' },
    json: { type: 'boolean', default: false },
    data: { type: 'string', default: fileURLToPath(new URL('../../.data', import.meta.url)) },
  },
});

const isWanted = (part: string) => values.parts.split(',').includes(part);

const say = (text: string) => process.stdout.write(`${text}\n`);
const figure = ({ median, min, max }: Spread) => {
  const digits = median < 10 ? 2 : median < 100 ? 1 : 0;
  const of = (value: number) => value.toFixed(digits);
  return `${of(median)} (${of(min)}-${of(max)})`.padStart(24);
};
const line = (name: string, cells: readonly string[]) =>
  say(`${name.padEnd(22)}${cells.map((cell) => cell.padStart(24)).join('')}`);
const costs = ({ node, postgres }: Cost) => [figure(node), figure(postgres)];

async function measureSchemas() {
  say('\nMicroseconds by types in the schema, a scope each; the operation is the same');
  line('types and scopes', ['a new document', 'a known one', 'executeScoped']);
  const rows = [];
  for (const types of [10, 100, 1_000]) {
    const row = await growBySchema(types);
    line(String(types), [figure(row.plan), figure(row.decide), figure(row.execute)]);
    rows.push(row);
  }
  return rows;
}

async function measureDocuments() {
  say('\nMicroseconds by fields in the document');
  line('fields', ['a new document', 'for each field', 'a known one']);
  const rows = [];
  for (const fields of [10, 100, 1_000, 10_000]) {
    const row = await growByDocument(fields);
    const each = (row.plan.median / fields).toFixed(2);
    line(String(fields), [figure(row.plan), each, figure(row.decide)]);
    rows.push(row);
  }
  return rows;
}

/** The parts that need the running gateway. */
async function measureRequests() {
  const cluster = await startCluster(values.data);
  try {
    const orders = Number(values.orders);
    const database = await openDatabase(cluster, orders, (text) =>
      process.stderr.write(`${text}\n`),
    );
    await pin(cluster.pid, OTHER_CORES);
    await pin(process.pid, OTHER_CORES);
    const [gateway] = await startServers({
      place: 'postgres',
      database,
      folder: values.data,
      names: ['scopegate'],
      nodeOptions: ['--expose-gc', '--import', new URL('heap-probe.js', import.meta.url).href],
    });
    if (gateway === undefined) throw new Error('There is no gateway.');
    try {
      const asked = { gateway, postgresPid: cluster.pid, rounds: Number(values.rounds) };
      return {
        rows: isWanted('rows') && (await measureRows(asked)),
        pages: isWanted('pages') && (await measurePages(asked, orders)),
        memory: isWanted('memory') && (await measureMemory(asked)),
      };
    } finally {
      await gateway.stop();
    }
  } finally {
    await cluster.stop();
  }
}

async function measureRows(asked: Asked) {
  say(
    '\nMicroseconds of processor time by orders on the page, with customer, line items, products',
  );
  line('orders', ['gateway', 'PostgreSQL', 'gateway, each order']);
  const rows = await growByRows(asked, [1, 10, 25, 50, 100]);
  for (const row of rows) {
    line(String(row.rows), [...costs(row), (row.node.median / row.rows).toFixed(0)]);
  }
  return rows;
}

async function measurePages(asked: Asked, orders: number) {
  // The store that is asked has seven tenths of the orders.
  const first = Math.min(100, Math.floor((orders * 0.7) / 1_001));
  say(`\nMicroseconds of processor time by page, ${first} orders each`);
  line('page', ['gateway', 'PostgreSQL']);
  const rows = await growByPage(asked, first, [1, 10, 100, 1_000]);
  for (const row of rows) line(String(row.page), costs(row));
  return rows;
}

async function measureMemory({ gateway }: Asked) {
  say('\nMB of memory after a collection, by documents of which no two are alike');
  line('documents', ['heap', 'resident']);
  const most = Number(values.documents);
  const counts = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1].map((share) => share * most);
  const rows: MemoryGrowth[] = [];
  for await (const row of growByDocuments(gateway, counts)) {
    line(String(row.documents), [row.heap.toFixed(1), row.resident.toFixed(0)]);
    rows.push(row);
  }
  return rows;
}

const schemas = isWanted('schemas') && (await measureSchemas());
const documents = isWanted('documents') && (await measureDocuments());
const needsGateway = ['rows', 'pages', 'memory'].some(isWanted);
const requests = needsGateway && (await measureRequests());
if (values.json) say(JSON.stringify({ schemas, documents, requests }));
