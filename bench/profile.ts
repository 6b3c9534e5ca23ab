import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startCluster } from './cluster.ts';
import { openDatabase } from './database.ts';
import { sendLoad } from './load-process.ts';
import { memoryOrderIds } from './memory-rows.ts';
import { OPERATIONS } from './operations.ts';
import { OTHER_CORES, pin, spawnNode } from './processes.ts';
import { serverNamed } from './server-named.ts';
import { startServers } from './servers.ts';

/** `node dist/bench/profile.js Q2 --orders 20000`: where the gateway, or another server, spends its processor time. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    orders: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '10' },
    place: { type: 'string', default: 'postgres' },
    server: { type: 'string', default: 'scopegate' },
    data: { type: 'string', default: fileURLToPath(new URL('../../.data', import.meta.url)) },
  },
});
const operation = OPERATIONS.find(({ name }) => name === (positionals[0] ?? 'Q2'))?.name;
if (operation === undefined) throw new Error(`There is no operation ${positionals[0]}.`);

const name = serverNamed(values.server);

/** The parts of a V8 CPU profile that are read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

const folder = await mkdtemp(join(tmpdir(), 'scopegate-profile-'));
const place = values.place === 'memory' ? 'memory' : 'postgres';
const cluster = place === 'postgres' ? await startCluster(values.data) : null;
try {
  const database = cluster && (await openDatabase(cluster, Number(values.orders), console.error));
  if (cluster !== null) await pin(cluster.pid, OTHER_CORES);
  const servers = await startServers({
    place,
    database,
    folder: values.data,
    names: [name],
    nodeOptions: ['--cpu-prof', '--cpu-prof-dir', folder],
  });
  const loader = spawnNode(OTHER_CORES, [fileURLToPath(new URL('load.js', import.meta.url))], {});
  const [gateway] = servers;
  if (gateway !== undefined) {
    const ids = database?.orderIds ?? memoryOrderIds();
    await sendLoad(loader, {
      url: gateway.url,
      requests: ids.map((id) => gateway.requestOf(operation, id)),
      connections: 8,
      seconds: Number(values.seconds),
    });
  }
  for (const { stop } of [...servers, loader]) await stop();
} finally {
  await cluster?.stop();
}
const [file = ''] = await readdir(folder);
print(JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile);
process.stdout.write(`\nThe profile is ${join(folder, file)}\n`);

function print({ nodes, samples, timeDeltas }: CpuProfile): void {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const places = new Map<string, number>();
  let total = 0;
  // What came before the load is the server's start.
  let left = timeDeltas.reduce((sum, delta) => sum + delta, 0) - Number(values.seconds) * 1e6;
  samples.forEach((id, index) => {
    left -= timeDeltas[index] ?? 0;
    if (left > 0) return;
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === '(idle)') return;
    const time = timeDeltas[index] ?? 0;
    const place = placeOf(frame.url);
    const name = `${frame.functionName || '(anonymous)'}  ${place}:${frame.lineNumber + 1}`;
    functions.set(name, (functions.get(name) ?? 0) + time);
    places.set(packageOf(place), (places.get(packageOf(place)) ?? 0) + time);
    total += time;
  });
  for (const [title, times] of [
    ['by package or folder', places],
    ['by function', functions],
  ] as const) {
    process.stdout.write(`\nOwn time of ${operation} ${title}\n`);
    const most = [...times].toSorted(([, a], [, b]) => b - a).slice(0, 25);
    for (const [name, time] of most) {
      process.stdout.write(`${((100 * time) / total).toFixed(1).padStart(6)} %  ${name}\n`);
    }
  }
}

/** The end of a script's address: below node_modules, or else below the compiled gateway. */
function placeOf(url: string): string {
  for (const folder of ['/node_modules/', '/dist/']) {
    const start = url.lastIndexOf(folder);
    if (start >= 0) return url.slice(folder === '/dist/' ? start + 1 : start + folder.length);
  }
  return url || '(native)';
}

function packageOf(place: string): string {
  return place
    .split('/')
    .slice(0, place.startsWith('dist/') || place.startsWith('@') ? 2 : 1)
    .join('/');
}
