import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'graphql';
import { schema } from '../src/schema/index.ts';
import { ROW_SCOPES } from '../src/scopes/catalogue.ts';
import { decide } from '../src/scopes/decide.ts';
import { filterOperation } from '../src/scopes/filter.ts';
import { planOperation } from '../src/scopes/plan.ts';
import { requirementIndex } from '../src/scopes/requirement-index.ts';
import { ScopeSet } from '../src/scopes/scope-set.ts';
import { startCluster } from './cluster.ts';
import { openDatabase } from './database.ts';
import { OTHER_CORES, pin, spawnNode } from './processes.ts';
import { oneRound } from './rounds.ts';
import { startServers } from './servers.ts';
import { type Spread, spreadOf, summaryOf } from './statistics.ts';

/**
 * `npm run decision`: what planning, deciding and filtering cost by the size of a document, and what Q2 costs
 * with all its scopes and without `read_customers`. `--no-requests` leaves the second part out.
 */

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000000' },
    'no-requests': { type: 'boolean', default: false },
    data: { type: 'string', default: fileURLToPath(new URL('../../.data', import.meta.url)) },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const INDEX = requirementIndex(schema, { rowScopes: ROW_SCOPES });
const GRANTED = ScopeSet.parse('read_orders');
const REQUEST = { granted: GRANTED, mode: 'filter', variables: {} } as const;
const ROUNDS = 31;

const times = <T>(count: number, of: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => of(index));

/** Orders with guarded fields inside, under so many aliases: seven fields each. */
const wide = (aliases: number) =>
  `{ ${times(aliases, (i) => `a${i}: order(id: "ord_${i}") { id contactEmail total { amount } customer { id } }`).join(' ')} }`;

/** Each fragment spreads the next one twice: written out, 2^levels fields. */
const bomb = (levels: number) =>
  `{ order(id: "ord_1") { ...F0 } } ${times(levels, (i) => `fragment F${i} on Order { a: originalOrder { ...F${i + 1} } b: originalOrder { ...F${i + 1} } }`).join(' ')} fragment F${levels} on Order { contactEmail }`;

const DOCUMENTS: Readonly<Record<string, string>> = {
  'Q2 of the bench':
    '{ orders(first: 50) { nodes { id sourceNumber customer { id firstName email } lineItems(first: 10) { nodes { id product { id name } } } claims(first: 5) { nodes { id state } } } } }',
  '7 fields': wide(1),
  '70 fields': wide(10),
  '700 fields': wide(100),
  '7,000 fields': wide(1_000),
  '30 levels of doubled fragments': bomb(30),
  'any node by a variable':
    'query ($id: ID!) { node(id: $id) { id ... on Order { contactEmail customer { email } } ... on Claim { state author { name } } } }',
};

/** Microseconds of a run, the first ones left out. */
function timed(run: () => unknown, repeat = 1): Spread {
  const samples = times(ROUNDS + 5, () => {
    const before = performance.now();
    for (let i = 0; i < repeat; i += 1) run();
    return ((performance.now() - before) * 1000) / repeat;
  });
  return spreadOf(samples.slice(5));
}

const shown = ({ median, min, max }: Spread) =>
  `${median.toFixed(1)} (${min.toFixed(1)}-${max.toFixed(1)})`.padStart(26);

function measureDecisions(): void {
  say(`microseconds, medians (least-most) of ${ROUNDS} runs`);
  say(
    `${'document'.padEnd(32)}${['plan', 'filter', 'cached decision'].map((name) => name.padStart(26)).join('')}`,
  );
  for (const [name, source] of Object.entries(DOCUMENTS)) {
    const variables = source.startsWith('query ($id') ? { id: 'ord_1' } : {};
    const documents = times(ROUNDS + 5, () => parse(source, { noLocation: true }));
    const plan = timed(() => planOperation(INDEX, documents.pop() ?? parse(source)));
    const planned = planOperation(INDEX, parse(source));
    const filter = timed(() => filterOperation(planned, GRANTED, variables));
    decide(planned, { ...REQUEST, variables });
    const cached = timed(() => decide(planned, { ...REQUEST, variables }), 1_000);
    say(`${name.padEnd(32)}${[plan, filter, cached].map(shown).join('')}`);
  }
}

/** The same gateway in alternating rounds. */
async function measureRequests(): Promise<void> {
  const cluster = await startCluster(values.data);
  const stops: (() => Promise<void>)[] = [() => cluster.stop()];
  try {
    const database = await openDatabase(cluster, Number(values.orders), say);
    await pin(cluster.pid, OTHER_CORES);
    const servers = await startServers({
      place: 'postgres',
      database,
      folder: values.data,
      names: ['scopegate', 'refused'],
    });
    stops.unshift(...servers.map(({ stop }) => stop));
    const loader = spawnNode(OTHER_CORES, [fileURLToPath(new URL('load.js', import.meta.url))], {});
    stops.unshift(() => loader.stop());
    const lab = { postgresPid: cluster.pid, orderIds: database.orderIds, loader };
    for (const operation of ['Q1', 'Q2'] as const) {
      for (const server of servers) await oneRound(lab, server, operation, 8, 1);
      const rounds = new Map(
        servers.map(({ name }) => [name, [] as Awaited<ReturnType<typeof oneRound>>[]]),
      );
      for (let round = 0; round < 5; round += 1) {
        for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
          rounds.get(server.name)?.push(await oneRound(lab, server, operation, 8, 3));
        }
      }
      for (const [name, measured] of rounds) {
        const { requestsPerSecond, nodeCpu, postgresCpu } = summaryOf(measured);
        say(
          `${operation} ${name.padEnd(8)} req/s ${shown(requestsPerSecond)}  node us ${shown(nodeCpu)}  postgres us ${shown(postgresCpu)}`,
        );
      }
    }
  } finally {
    for (const stop of stops) await stop();
  }
}

measureDecisions();
if (!values['no-requests']) await measureRequests();
