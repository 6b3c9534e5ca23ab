import { availableParallelism, loadavg, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { startCluster } from './cluster.ts';
import { openDatabase, runAs } from './database.ts';
import { OPERATIONS, type OperationName } from './operations.ts';
import { OTHER_CORES, pin, spawnNode } from './processes.ts';
import { oneRound, type RoundOf } from './rounds.ts';
import { type BenchServer, REFERENCE, startServers } from './servers.ts';
import { type Round, summaryOf } from './statistics.ts';
import { formatTable, type Statements } from './table.ts';

const HELP = `npm start -- [options]

  --orders <n>     how many orders the database has (default: 1000000; 20000 is made in seconds)
  --rounds <n>     rounds of each server (default: 7)
  --seconds <n>    length of a round (default: 5)
  --short          3 rounds of 3 seconds
  --json           one line of JSON at the end
  --data <folder>  where the database is kept (default: bench/.data)
`;

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000000' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    data: { type: 'string', default: fileURLToPath(new URL('../../.data', import.meta.url)) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const tell = (text: string) => process.stderr.write(`${text}\n`);
const load1 = () => loadavg()[0]?.toFixed(1);

interface Lab extends RoundOf {
  readonly adminUrl: string;
  readonly servers: readonly BenchServer[];
}

async function run(): Promise<void> {
  const cluster = await startCluster(values.data);
  const stops: (() => Promise<void>)[] = [() => cluster.stop()];
  try {
    const database = await openDatabase(cluster, Number(values.orders), tell);
    await pin(cluster.pid, OTHER_CORES);
    const servers = await startServers(database, values.data);
    stops.unshift(...servers.map(({ stop }) => stop));
    const loader = spawnNode(OTHER_CORES, [fileURLToPath(new URL('load.js', import.meta.url))], {});
    stops.unshift(() => loader.stop());
    await measure({ ...database, postgresPid: cluster.pid, servers, loader });
  } finally {
    for (const stop of stops) await stop();
  }
}

async function measure(lab: Lab): Promise<void> {
  const rounds = Number(values.rounds ?? (values.short ? 3 : 7));
  const seconds = Number(values.seconds ?? (values.short ? 3 : 5));
  await compareAnswers(lab);
  const counted = await countStatements(lab);
  const machine = {
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    orders: Number(values.orders),
    rounds,
    seconds,
    loadBefore: loadavg()[0],
  };
  say(
    `${machine.orders} orders; ${machine.cores} cores, ${machine.memoryGB} GB, Node ${machine.node}; ` +
      `${rounds} rounds of ${seconds} s; load average before: ${load1()}. Medians (least-most).`,
  );
  const results = [];
  for (const connections of [8, 1]) {
    for (const { name: operation, title } of OPERATIONS) {
      const cell = await alternate(lab, operation, connections, rounds, seconds);
      const rows = lab.servers.map(({ name }) => ({
        server: name,
        summary: summaryOf(cell.get(name) ?? []),
        counted: counted.get(`${operation} ${name}`) ?? { statements: 0, transactions: 0 },
      }));
      say(`\n${operation}, ${title}; ${connections} connection${connections === 1 ? '' : 's'}`);
      say(formatTable(rows, REFERENCE));
      results.push({ operation, connections, rows });
    }
  }
  say(`\nLoad average after: ${load1()}.`);
  await compareAnswers(lab);
  if (values.json) say(JSON.stringify({ ...machine, reference: REFERENCE, results }));
}

/** Measures nothing unless all servers answer the same. */
async function compareAnswers({ servers, orderIds }: Lab): Promise<void> {
  const [first = ''] = orderIds;
  const asked: [OperationName, string][] = [
    ['Q2', first],
    ...orderIds.map((id): [OperationName, string] => ['Q1', id]),
  ];
  for (const [operation, id] of asked) {
    const answers = await Promise.all(servers.map((server) => ask(server, operation, id)));
    const differs = answers.findIndex((answer) => !isDeepStrictEqual(answer, answers[0]));
    if (differs >= 0) {
      throw new Error(
        `${operation} of ${id}: ${servers[differs]?.name} answers otherwise than ${servers[0]?.name}.`,
      );
    }
  }
}

async function ask(server: BenchServer, operation: OperationName, id: string): Promise<unknown> {
  const { path, method, headers, body } = server.requestOf(operation, id);
  const response = await fetch(`${server.url}${path}`, { method, headers, body: body ?? null });
  const text = await response.text();
  const parsed: unknown = JSON.parse(text);
  const failed = response.status !== 200 || Object.hasOwn(parsed as object, 'errors');
  if (failed) throw new Error(`${server.name} refuses ${operation}: ${text.slice(0, 500)}`);
  return server.dataOf(parsed);
}

const COUNTED = 50;

/** Counts by pg_stat_statements, which is off during the rounds. */
async function countStatements(lab: Lab): Promise<ReadonlyMap<string, Statements>> {
  const { servers, adminUrl, orderIds } = lab;
  const counted = new Map<string, Statements>();
  const ids = orderIds.slice(0, COUNTED);
  await runAs(adminUrl, async (client) => {
    const track = async (what: string) => {
      await client.query(`alter system set pg_stat_statements.track = '${what}'`);
      await client.query('select pg_reload_conf()');
      await sleep(300);
    };
    const read = async () => {
      const { rows } = await client.query<{ calls: string; sessions: string }>(
        `select sum(calls) as calls, sum(calls) filter (where query like 'select set_config(%') as sessions
         from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = 'scopegate_app'`,
      );
      return { calls: Number(rows[0]?.calls ?? 0), sessions: Number(rows[0]?.sessions ?? 0) };
    };
    await track('top');
    for (const { name: operation } of OPERATIONS) {
      for (const server of servers) {
        await ask(server, operation, ids[0] ?? '');
        await client.query('select pg_stat_statements_reset()');
        for (const id of ids) await ask(server, operation, id);
        const { calls, sessions } = await read();
        // Every transaction begins with the session's settings.
        const counts = { statements: calls / ids.length, transactions: sessions / ids.length };
        counted.set(`${operation} ${server.name}`, counts);
      }
    }
    await track('none');
  });
  return counted;
}

/** Rounds of all servers in turn, so that what changes on the machine meets all of them. */
async function alternate(
  lab: Lab,
  operation: OperationName,
  connections: number,
  rounds: number,
  seconds: number,
): Promise<ReadonlyMap<string, readonly Round[]>> {
  const measured = new Map<string, Round[]>(lab.servers.map(({ name }) => [name, []]));
  for (const server of lab.servers) await oneRound(lab, server, operation, connections, 1);
  for (let round = 0; round < rounds; round += 1) {
    for (const index of lab.servers.keys()) {
      const server = lab.servers[(index + round) % lab.servers.length];
      if (server === undefined) continue;
      const result = await oneRound(lab, server, operation, connections, seconds);
      measured.get(server.name)?.push(result);
    }
    tell(`${operation}, ${connections} connections: round ${round + 1} of ${rounds}`);
  }
  return measured;
}

if (values.help) say(HELP);
else await run();
