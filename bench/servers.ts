import { type ChildProcess, execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DEMO_STORES } from '../src/data/seed/demo-stores.ts';
import { MANY_APPS, type Place, type ServerName } from './cells.ts';
import type { FilledDatabase } from './database.ts';
import { createBenchIssuer, SCOPES } from './issuer.ts';
import { graphqlRequests, type RequestOf, restRequests } from './operations.ts';
import { dataOfPostgraphile, postgraphileRequests } from './postgraphile-operations.ts';
import { listensOn, SERVER_CORE, spawnNode } from './processes.ts';

/** A running server that is compared with the others. */
export interface BenchServer {
  readonly name: ServerName;
  /** Whether it answers all that the others answer. */
  readonly isGranted: boolean;
  readonly url: string;
  readonly pid: number;
  readonly child: ChildProcess;
  readonly requestOf: RequestOf;
  /** How it is asked without `read_customers`. */
  readonly refusedRequestOf: RequestOf;
  /** What it makes of scopes: refuses, knows them and refuses nothing, or has never heard of them. */
  readonly scopes: 'enforced' | 'open' | 'unknown';
  /** What equals the other servers' answers, of a whole response body. */
  dataOf(body: unknown): unknown;
  stop(): Promise<void>;
}

interface Definition {
  /** What is run for each place, from the folder of the built bench. */
  readonly program: { readonly [P in Place]?: readonly string[] };
  readonly requests: (token: string) => RequestOf;
  readonly dataOf: BenchServer['dataOf'];
  /** How many apps ask it, each with a token of its own. (Default: one) */
  readonly apps?: number;
  /** It is asked without `read_customers`. (Default: with all that the operations need) */
  readonly isRefused?: boolean;
  /** What it makes of scopes. (Default: it enforces them) */
  readonly scopes?: BenchServer['scopes'];
  /** A built module that is loaded before the program. */
  readonly preload?: string;
  /** The server that it is another name of. */
  readonly sharesProcessWith?: ServerName;
  /** It runs on Node 22, which is fetched by npx. */
  readonly onNode22?: boolean;
  /** A built file that it takes. It is left out where that is missing. */
  readonly needs?: { readonly [P in Place]?: string };
}

const graphqlData = (body: unknown) => (body as { data?: unknown }).data;
const restData = (body: unknown) => body;

const peer = (file: string, requests: Definition['requests'], dataOf: BenchServer['dataOf']) => ({
  program: { memory: [`peers/${file}`, 'memory'], postgres: [`peers/${file}`, 'postgres'] },
  requests,
  dataOf,
});
const graphqlPeer = (file: string) => peer(file, graphqlRequests, graphqlData);
const restPeer = (file: string) => peer(file, restRequests, restData);

const GATEWAY = '../../../dist/cli/main.js';
const GATEWAY_IN_MEMORY = 'scopegate-memory.js';
const MEMORY_SOURCE = '../../../dist/data/memory/source.js';

const SCOPEGATE: Definition = {
  program: { memory: [GATEWAY_IN_MEMORY], postgres: [GATEWAY, 'start'] },
  requests: graphqlRequests,
  dataOf: graphqlData,
  needs: { memory: MEMORY_SOURCE },
};

const DEFINITIONS: Readonly<Record<ServerName, Definition>> = {
  scopegate: SCOPEGATE,
  refused: {
    program: {},
    requests: graphqlRequests,
    dataOf: graphqlData,
    sharesProcessWith: 'scopegate',
    isRefused: true,
  },
  'many apps': {
    program: {},
    requests: graphqlRequests,
    dataOf: graphqlData,
    sharesProcessWith: 'scopegate',
    apps: MANY_APPS,
  },
  'without scopes': { ...SCOPEGATE, preload: 'without-scopes/register.js', scopes: 'open' },
  'REST, Fastify': restPeer('fastify.js'),
  'REST, node:http': restPeer('rest.js'),
  'REST, awaited': {
    program: { postgres: ['peers/rest.js', 'postgres', 'awaited'] },
    requests: restRequests,
    dataOf: restData,
  },
  'REST, no RLS': {
    program: { postgres: ['peers/rest.js', 'postgres', 'unbound'] },
    requests: restRequests,
    dataOf: restData,
  },
  Mercurius: graphqlPeer('mercurius.js'),
  'Apollo Server': graphqlPeer('apollo.js'),
  Yoga: graphqlPeer('yoga.js'),
  'Hive Gateway': graphqlPeer('hive-gateway.js'),
  PostGraphile: {
    program: { postgres: ['peers/postgraphile.js', 'postgres'] },
    requests: postgraphileRequests,
    dataOf: dataOfPostgraphile,
    onNode22: true,
    scopes: 'unknown',
  },
};

const CONNECTIONS = '4';

export interface StartServersOptions {
  readonly place: Place;
  /** Needed for servers on PostgreSQL. */
  readonly database: FilledDatabase | null;
  /** Where the key set of the tokens' issuer is written. */
  readonly folder: string;
  readonly names: readonly ServerName[];
  readonly nodeOptions?: readonly string[];
  readonly tell?: (text: string) => void;
}

/** Starts servers on the same data with the same settings, all on one core. */
export async function startServers(options: StartServersOptions): Promise<readonly BenchServer[]> {
  const { place, database, folder, names, nodeOptions = [], tell = () => {} } = options;
  const { setting, tokenOf } = await createBenchIssuer(folder, DEMO_STORES[0].id);
  const environment = {
    NODE_ENV: 'production',
    PORT: '0',
    HOST: '127.0.0.1',
    SCOPEGATE_DATABASE_CONNECTIONS: CONNECTIONS,
    SCOPEGATE_PUBLIC_URL: 'https://gateway.bench.example',
    SCOPEGATE_ISSUERS: setting,
    SCOPEGATE_SECRET: randomBytes(32).toString('base64url'),
    ...(place === 'postgres' && { DATABASE_URL: database?.appUrl ?? '' }),
  };
  const grantedTo = (apps: number) =>
    Promise.all(Array.from({ length: apps }, (_, app) => tokenOf(SCOPES, `bench ${app}`)));
  const refused = await tokenOf(SCOPES.replace('read_customers ', ''));
  const servers: BenchServer[] = [];
  for (const name of names) {
    const definition = DEFINITIONS[name];
    const { requests, dataOf, apps = 1, isRefused = false, scopes = 'enforced' } = definition;
    const asked = {
      name,
      dataOf,
      isGranted: !isRefused,
      requestOf: inTurn((isRefused ? [refused] : await grantedTo(apps)).map(requests)),
      refusedRequestOf: requests(refused),
      scopes,
    };
    const shared = servers.find((server) => server.name === definition.sharesProcessWith);
    if (shared !== undefined) {
      servers.push({ ...shared, ...asked, stop: async () => {} });
      continue;
    }
    const [file, ...args] = definition.program[place] ?? [];
    if (file === undefined) continue;
    const needed = definition.needs?.[place];
    if (needed !== undefined && !existsSync(pathOf(needed))) {
      tell(`${name} is left out in ${place}: there is no ${needed} yet.`);
      continue;
    }
    const node = definition.onNode22 ? await node22() : process.execPath;
    const preloads = definition.preload ? ['--import', pathOf(definition.preload)] : [];
    const command = [...nodeOptions, ...preloads, pathOf(file), ...args];
    const spawned = spawnNode(SERVER_CORE, command, environment, node);
    const url = await listensOn(spawned);
    servers.push({ ...asked, ...spawned, url });
  }
  return servers;
}

/** So many requests are one app's before the next one's: connections that drift apart a little do not meet in one app. */
const BLOCK = 8;

/** Requests in the names of all, a block of each after the other. */
function inTurn(all: readonly RequestOf[]): RequestOf {
  let asked = 0;
  return (operation, orderId) => {
    const next = all[Math.floor(asked / BLOCK) % all.length] as RequestOf;
    asked += 1;
    return next(operation, orderId);
  };
}

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** A Node 22 by npx, which fetches it the first time. */
async function node22(): Promise<string> {
  const { stdout } = await promisify(execFile)('npx', ['-y', 'node@22', '-p', 'process.execPath']);
  return stdout.trim();
}
