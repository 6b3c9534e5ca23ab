import { availableParallelism, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Cell, type Place, REFERENCE, SERVER_NAMES } from './cells.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type FilledDatabase, openDatabase } from './database.ts';
import {
  compareAnswers,
  compareRefusals,
  countStatements,
  type Lab,
  type Length,
  measure,
} from './lab.ts';
import { MEMORY_ORDERS, memoryOrderIds } from './memory-rows.ts';
import { OPERATIONS } from './operations.ts';
import { OTHER_CORES, pin, spawnNode } from './processes.ts';
import { ratioTable, requestsPerCpu, requestsPerCpuOfBoth, requestsPerSecond } from './ratios.ts';
import { writeSection } from './readme-section.ts';
import { serverNamed } from './server-named.ts';
import { type BenchServer, startServers } from './servers.ts';
import { formatTable } from './table.ts';

const HELP = `npm run bench -- [options]

  --short            3 rounds of 1 second with 8 connections, one process: about 5 minutes
  --rounds <n>       rounds of each server (default: 6)
  --seconds <n>      length of a round (default: 3)
  --warm-up <n>      seconds of requests before a process is measured (default: 5, short: 2)
  --processes <n>    how many of each server, which take the rounds in turn (default: 3)
  --orders <n>       how many orders the database has (default: 1000000; 20000 is made in seconds)
  --place <name>     memory or postgres (default: both)
  --servers <names>  which servers, separated by semicolons (default: all)
  --json             one line of JSON at the end
  --write            put the chart into the README
  --data <folder>    where the database is kept (default: bench/.data)
`;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    'warm-up': { type: 'string' },
    processes: { type: 'string' },
    orders: { type: 'string', default: '1000000' },
    place: { type: 'string' },
    servers: { type: 'string' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    data: { type: 'string', default: fileURLToPath(new URL('../../.data', import.meta.url)) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const tell = (text: string) => process.stderr.write(`${text}\n`);

const LENGTH: Length = {
  rounds: Number(values.rounds ?? (values.short ? 3 : 6)),
  seconds: Number(values.seconds ?? (values.short ? 1 : 3)),
  // The slower ones need about four until their code is compiled, and would look worse than they are.
  warmUpSeconds: Number(values['warm-up'] ?? (values.short ? 2 : 5)),
};
const PROCESSES = Number(values.processes ?? (values.short ? 1 : 3));
/** What is compared is measured with 8; one alone shows how long an answer takes. */
const CONNECTIONS = values.short ? [8] : [8, 1];
const PLACES: readonly Place[] = (['memory', 'postgres'] as const).filter(
  (place) => values.place === undefined || values.place === place,
);

const NAMES = values.servers?.split(';').map(serverNamed) ?? SERVER_NAMES;

async function run(): Promise<void> {
  const machine = {
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    orders: Number(values.orders),
    ...LENGTH,
    processes: PROCESSES,
    loadBefore: loadavg()[0],
  };
  say(
    `${machine.cores} cores, ${machine.memoryGB} GB, Node ${machine.node}; ${MEMORY_ORDERS} orders in memory, ` +
      `${machine.orders} in PostgreSQL; ${LENGTH.rounds} rounds of ${LENGTH.seconds} s, of ${PROCESSES} processes in turn; ` +
      `load average before: ${machine.loadBefore?.toFixed(1)}. Medians (least-most).`,
  );
  const cells: Cell[] = [];
  if (PLACES.includes('memory')) cells.push(...(await runPlace('memory', null, null)));
  if (PLACES.includes('postgres')) {
    const cluster = await startCluster(values.data);
    try {
      const database = await openDatabase(cluster, machine.orders, tell);
      await pin(cluster.pid, OTHER_CORES);
      cells.push(...(await runPlace('postgres', database, cluster)));
    } finally {
      await cluster.stop();
    }
  }
  say(`\nLoad average after: ${loadavg()[0]?.toFixed(1)}.`);
  const ratios = ratioTable(cells, requestsPerSecond);
  if (values.write) await writeSection(cells, ratios, machine);
  if (values.json) {
    const cpu = ratioTable(cells, requestsPerCpu);
    const cpuOfBoth = ratioTable(cells, requestsPerCpuOfBoth);
    say(JSON.stringify({ ...ratios, cpu, cpuOfBoth, machine }));
  }
}

/** How many of Q1's orders are compared before the rounds; all of them unless it must be short. */
const COMPARED = values.short ? 100 : 500;

/** Starts the servers of a place, measures them and stops them. */
async function runPlace(
  place: Place,
  database: FilledDatabase | null,
  cluster: Cluster | null,
): Promise<readonly Cell[]> {
  const fleets: (readonly BenchServer[])[] = [];
  const loader = spawnNode(OTHER_CORES, [fileURLToPath(new URL('load.js', import.meta.url))], {});
  try {
    for (let number = 0; number < PROCESSES; number += 1) {
      const folder = join(values.data, `issuer-${number}`);
      fleets.push(await startServers({ place, database, folder, names: NAMES, tell }));
    }
    const lab: Lab = {
      place,
      fleets,
      loader,
      orderIds: database?.orderIds ?? memoryOrderIds(),
      adminUrl: database?.adminUrl ?? null,
      postgresPid: cluster?.pid ?? null,
    };
    return await measurePlace(lab);
  } finally {
    for (const { stop } of [...fleets.flat(), loader]) await stop();
  }
}

async function measurePlace(lab: Lab): Promise<readonly Cell[]> {
  await compareAnswers({ ...lab, orderIds: lab.orderIds.slice(0, COMPARED) });
  await compareRefusals(lab);
  const counted = await countStatements(lab);
  const cells: Cell[] = [];
  for (const [index, connections] of CONNECTIONS.entries()) {
    // What was asked before warmed them up.
    const length = index === 0 ? LENGTH : { ...LENGTH, warmUpSeconds: 1 };
    for (const { name, title } of OPERATIONS) {
      const cell = await measure(lab, name, connections, length, counted, tell);
      const asking = `${connections} connection${connections === 1 ? '' : 's'}`;
      say(`\n${name} in ${lab.place}, ${title}; ${asking}; x REST is to ${REFERENCE}`);
      say(formatTable(cell.rows));
      cells.push(cell);
    }
  }
  await compareAnswers({ ...lab, orderIds: lab.orderIds.slice(0, 50) });
  return cells;
}

if (values.help) say(HELP);
else await run();
