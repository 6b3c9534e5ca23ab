import { fileURLToPath } from 'node:url';
import { type Config, serverSettings } from '../config.ts';
import type { Database } from '../data/database.ts';
import { openEmbedded } from '../data/embedded.ts';
import { folderSecret } from '../data/folder-secret.ts';
import { createPostgres } from '../data/postgres.ts';
import { createSqlDirectory } from '../data/sql-directory.ts';
import { createSqlSource } from '../data/sql-source.ts';
import { StartError } from '../errors.ts';
import { createExplorer } from '../gateway/explorer.ts';
import { createSigningKeys, namesKey } from '../oauth/keys.ts';
import { checkAddress, type RunningServer, startServer } from '../server.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { type DemoIssuer, openDemoIssuer } from '../token/demo-issuer.ts';
import { createTokenVerifier } from '../token/verifier.ts';
import { openIssuers } from './configured-issuers.ts';
import { openPostgres } from './open-postgres.ts';
import { perform } from './operations.ts';
import { listenPrivately, type PrivateServer } from './private-socket.ts';
import { startSweeping } from './sweeping.ts';

export interface RunningGateway {
  readonly server: RunningServer;
  /** The issuer of demo tokens; null when the demo is off. */
  readonly demoIssuer: DemoIssuer | null;
  /** Drains and closes, the database last. */
  close(): Promise<void>;
}

const EXPLORER = fileURLToPath(new URL('../../dist/explorer', import.meta.url));

export interface StartOptions {
  readonly clock?: () => Date;
  /** Whether it is one of several: the process that started them has checked the database, and keeps it swept. */
  readonly isWorker?: boolean;
  /** Told before the embedded database is made, which takes a while. */
  readonly onCreate?: () => void;
}

/**
 * Brings up everything that the settings ask for and listens.
 *
 * @throws StartError with every problem found; nothing is left running then.
 */
export async function startGateway(
  config: Config,
  { clock = () => new Date(), isWorker = false, onCreate = () => {} }: StartOptions = {},
): Promise<RunningGateway> {
  if (!isWorker) await checkAddress(config.HOST, config.PORT);
  const configured = await openIssuers(config, clock);
  const explorer = createExplorer(EXPLORER);
  const logger = createLogger(config.SCOPEGATE_LOG_LEVEL);
  const database = await openDatabase(config, { clock, isWorker, onCreate });
  try {
    const demoIssuer = config.demo ? await openDemoIssuer(config.SCOPEGATE_DATA_DIR) : null;
    const issuers = demoIssuer ? [...configured, demoIssuer.trusted] : configured;
    const source = createSqlSource(database);
    const secret = config.SCOPEGATE_SECRET ?? (await folderSecret(config.SCOPEGATE_DATA_DIR));
    const server = await startServer({
      source,
      writer: database.writer,
      explorer,
      clock,
      verifier: createTokenVerifier({
        issuers,
        resolveStore: (reference) => source.resolveStore(reference),
        directory: createSqlDirectory(database),
        ...(config.SCOPEGATE_OAUTH === 'on' && {
          isPlatformToken: namesKey(createSigningKeys(secret, clock)),
        }),
        clock,
      }),
      logger,
      secret,
      ...(config.SCOPEGATE_OAUTH === 'on' && {
        oauth: async (publicUrl) => {
          // Loaded for this alone: it takes its time, which other commands need not wait for.
          const { createOAuth } = await import('../oauth/routes.ts');
          return createOAuth({
            system: database.system,
            publicUrl,
            secret,
            introspectionSecret: config.SCOPEGATE_INTROSPECTION_SECRET ?? null,
            proxies: config.SCOPEGATE_PROXIES,
            clock,
            logger,
          });
        },
      }),
      issuers: issuers.map(({ issuer }) => issuer),
      ...serverSettings(config),
    });
    const commands = await listenForCommands(config, database, clock, logger);
    const stopSweeping = isWorker ? null : startSweeping(database.system, clock, logger);
    const close = async () => {
      stopSweeping?.();
      await Promise.all([
        server.close(config.SCOPEGATE_DRAIN_TIMEOUT),
        commands?.close(config.SCOPEGATE_DRAIN_TIMEOUT),
      ]);
      await database.close();
    };
    return { server, demoIssuer, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openDatabase(
  config: Config,
  { clock, isWorker, onCreate }: Required<StartOptions>,
): Promise<Database> {
  const url = config.DATABASE_URL;
  if (url === undefined) {
    const directory = config.SCOPEGATE_DATA_DIR;
    return openEmbedded({ directory, seed: config.demo, now: clock(), onCreate });
  }
  const options = {
    url,
    connections: config.SCOPEGATE_DATABASE_CONNECTIONS,
    statementTimeout: config.SCOPEGATE_REQUEST_TIMEOUT,
  };
  // A worker that comes back while the database is away says 503 until it is there, as all others do.
  return isWorker ? createPostgres(options) : openPostgres(options);
}

/**
 * Lets platform commands in beside a gateway that holds the embedded database. Without that door it still does
 * everything else, so that a folder which takes no socket is no reason not to start.
 */
async function listenForCommands(
  config: Config,
  { system }: Database,
  clock: () => Date,
  logger: Logger,
): Promise<PrivateServer | null> {
  if (config.DATABASE_URL !== undefined) return null;
  const platform = { system, clock };
  try {
    return await listenPrivately(
      config.SCOPEGATE_DATA_DIR,
      (name, input) => perform(platform, name, input),
      logger,
    );
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    logger.warn({}, `Platform commands cannot reach this gateway. ${error.message}`);
    return null;
  }
}
