import type { MemoryData } from '../src/data/memory/source.ts';
import { createMemoryRows, MEMORY_ORDERS } from './memory-rows.ts';

/**
 * The gateway over rows in memory, the same rows that its peers in memory have: `scopegate start` without a database.
 * It runs the built gateway, with the gateway's own packages.
 */

const built = <T>(path: string): Promise<T> =>
  import(new URL(`../../../dist/${path}`, import.meta.url).href) as Promise<T>;

const { loadConfig, serverSettings } = await built<typeof import('../src/config.ts')>('config.js');
const { createExplorer } =
  await built<typeof import('../src/gateway/explorer.ts')>('gateway/explorer.js');
const { startServer } = await built<typeof import('../src/server.ts')>('server.js');
const { createLogger } =
  await built<typeof import('../src/telemetry/logger.ts')>('telemetry/logger.js');
const { createIssuer } = await built<typeof import('../src/token/configured-issuer.ts')>(
  'token/configured-issuer.js',
);
const { createTokenVerifier } =
  await built<typeof import('../src/token/verifier.ts')>('token/verifier.js');
const { createMemorySource } =
  await built<typeof import('../src/data/memory/source.ts')>('data/memory/source.js');

const config = loadConfig(process.env);
const clock = () => new Date();
const issuers = (config.SCOPEGATE_ISSUERS ?? []).map((settings) =>
  createIssuer(settings, { clock }),
);
const rows: MemoryData = { ...createMemoryRows(MEMORY_ORDERS) };
const source = createMemorySource(rows);

const { url } = await startServer({
  source,
  writer: {
    async transaction() {
      throw new Error('The benchmark writes nothing.');
    },
  },
  explorer: createExplorer(new URL('../../../dist/explorer', import.meta.url).pathname),
  clock,
  verifier: createTokenVerifier({
    issuers,
    resolveStore: (reference) => source.resolveStore(reference),
    directory: { findAccessToken: async () => null, findLinkedApp: async () => null },
    clock,
  }),
  logger: createLogger(config.SCOPEGATE_LOG_LEVEL),
  secret: config.SCOPEGATE_SECRET ?? new Uint8Array(32),
  issuers: issuers.map(({ issuer }) => issuer),
  ...serverSettings(config),
});
process.stdout.write(`The gateway listens on ${url}\n`);
process.once('SIGTERM', () => process.exit());
