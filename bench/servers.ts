import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { FilledDatabase } from './database.ts';
import { createBenchIssuer } from './issuer.ts';
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
  const { setting, token } = await createBenchIssuer(folder, database.storeId);
  const environment = {
    NODE_ENV: 'production',
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: database.appUrl,
    SCOPEGATE_DATABASE_CONNECTIONS: CONNECTIONS,
    SCOPEGATE_PUBLIC_URL: 'https://gateway.bench.example',
    SCOPEGATE_ISSUERS: setting,
    SCOPEGATE_SECRET: randomBytes(32).toString('base64url'),
  };
  const gateway = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
  const rest = fileURLToPath(new URL('rest.js', import.meta.url));
  const start = async (
    name: string,
    args: readonly string[],
    requestOf: RequestOf,
    dataOf: (body: unknown) => unknown,
  ): Promise<BenchServer> => {
    const spawned = spawnNode(SERVER_CORE, args, environment);
    const url = await listensOn(spawned);
    return { name, url, pid: spawned.pid, requestOf, dataOf, stop: spawned.stop };
  };
  const graphqlData = (body: unknown) => (body as { data?: unknown }).data;
  const restData = (body: unknown) => body;
  return [
    await start('gateway', [...nodeOptions, gateway, 'start'], graphqlRequests(token), graphqlData),
    await start(REFERENCE, [rest, 'waves'], restRequests(token), restData),
    await start('REST, transaction', [rest, 'transaction'], restRequests(token), restData),
  ];
}
