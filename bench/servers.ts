import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { FilledDatabase } from './database.ts';
import { createBenchIssuer, SCOPES } from './issuer.ts';
import { graphqlRequests, type RequestOf, restRequests } from './operations.ts';
import { listensOn, SERVER_CORE, spawnNode } from './processes.ts';

/** A running server that is compared with the others. */
export interface BenchServer {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly requestOf: RequestOf;
  /** What equals the other servers' answers, of a whole response body. */
  dataOf(body: unknown): unknown;
  stop(): Promise<void>;
}

/** The one that ratios are taken against. */
export const REFERENCE = 'REST, waves';

const CONNECTIONS = '4';

/** Starts all servers on the same database with the same settings, on one core. */
export async function startServers(
  database: FilledDatabase,
  folder: string,
  nodeOptions: readonly string[] = [],
): Promise<readonly BenchServer[]> {
  const { setting, tokenOf } = await createBenchIssuer(folder, database.storeId);
  const token = await tokenOf(SCOPES);
  const start = starter(database, setting);
  return [
    await start('gateway', [...nodeOptions, GATEWAY, 'start'], graphqlRequests(token), graphqlData),
    await start(REFERENCE, [REST, 'waves'], restRequests(token), restData),
    await start('REST, transaction', [REST, 'transaction'], restRequests(token), restData),
  ];
}

/** One gateway under two names: asked with every scope, and without `read_customers`. */
export async function startRefusals(
  database: FilledDatabase,
  folder: string,
): Promise<readonly BenchServer[]> {
  const { setting, tokenOf } = await createBenchIssuer(folder, database.storeId);
  const granted = graphqlRequests(await tokenOf(SCOPES));
  const refused = graphqlRequests(await tokenOf(SCOPES.replace('read_customers ', '')));
  const start = starter(database, setting);
  const gateway = await start('granted', [GATEWAY, 'start'], granted, graphqlData);
  return [gateway, { ...gateway, name: 'refused', requestOf: refused, stop: async () => {} }];
}

const GATEWAY = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const REST = fileURLToPath(new URL('rest.js', import.meta.url));
const graphqlData = (body: unknown) => (body as { data?: unknown }).data;
const restData = (body: unknown) => body;

function starter(database: FilledDatabase, issuers: string) {
  const environment = {
    NODE_ENV: 'production',
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: database.appUrl,
    SCOPEGATE_DATABASE_CONNECTIONS: CONNECTIONS,
    SCOPEGATE_PUBLIC_URL: 'https://gateway.bench.example',
    SCOPEGATE_ISSUERS: issuers,
    SCOPEGATE_SECRET: randomBytes(32).toString('base64url'),
  };
  return async (
    name: string,
    args: readonly string[],
    requestOf: RequestOf,
    dataOf: BenchServer['dataOf'],
  ): Promise<BenchServer> => {
    const spawned = spawnNode(SERVER_CORE, args, environment);
    const url = await listensOn(spawned);
    return { name, url, pid: spawned.pid, requestOf, dataOf, stop: spawned.stop };
  };
}
