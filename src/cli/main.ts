#!/usr/bin/env node
import cluster from 'node:cluster';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { Config } from '../config.ts';
import { AppError, StartError } from '../errors.ts';
import { type Io, UsageError } from './io.ts';
import type { RunningGateway } from './start.ts';
import type { DemoOAuth } from './welcome.ts';

const HELP = `scopegate <command>

  start                    run the gateway; --workers <n> in so many processes, with PostgreSQL; --print-config shows
                           its settings and stops
  token --scope "..."      print a demo token
  schema print             print the schema with the scopes of every field
  scopes list              print every scope
  scopes explain <file>    say which scopes an operation needs, and what a grant leaves of it
  scopes diff <old> <new>  say what a change of a schema opens and closes; its exit codes are for CI
  app <command>            register, list, review, approve, reject and suspend apps
  store <command>          make stores, and list them
  merchant <command>       make accounts for merchants, who sign in to install apps
  import <store> <file>    import a platform's orders, customers, products and claims
  migrate                  bring a PostgreSQL database up to date

token, scopes, app, store, merchant, import and migrate tell more with --help.
`;

const CREATING = 'Making a database: this takes some ten seconds.\n';
const STOPPING = 'Stopping: running requests may finish.\n';

const io: Io = {
  environment: process.env,
  input: async () => (process.stdin.isTTY ? null : text(process.stdin)),
  out: (said) => process.stdout.write(said),
  err: (said) => process.stderr.write(said),
};

/** Each command loads what it is made of, and waits for nothing else. */
async function run(args: readonly string[], io: Io): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'start':
      return start(rest, io);
    case 'token':
      return (await import('./token.ts')).token(rest, io);
    case 'schema':
      return printSchema(rest, io);
    case 'scopes':
      return (await import('./scopes.ts')).scopes(rest, io);
    case 'app':
      return (await import('./app.ts')).app(rest, io);
    case 'store':
      return (await import('./store.ts')).store(rest, io);
    case 'merchant':
      return (await import('./merchant.ts')).merchant(rest, io);
    case 'import': {
      const { importFile } = await import('./import.ts');
      return importFile(rest, io, process.stderr.isTTY ? process.stderr : null);
    }
    case 'migrate':
      return (await import('./migrate.ts')).migrate(rest, io);
    case '--help':
    case '-h':
      io.out(HELP);
      return 0;
    default:
      throw new UsageError(
        command === undefined ? 'Which command?' : `"${command}" is not a command.`,
      );
  }
}

async function printSchema(args: readonly string[], io: Io): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.out(HELP);
    return 0;
  }
  if (args.join(' ') !== 'print') throw new UsageError('The schema command is "schema print".');
  const [{ schema }, { printScopedSchema }] = await Promise.all([
    import('../schema/index.ts'),
    import('../schema/print.ts'),
  ]);
  io.out(printScopedSchema(schema));
  return 0;
}

async function start(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workers: { type: 'string' },
      'print-config': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.out(HELP);
    return 0;
  }
  const { loadConfig, printConfig } = await import('../config.ts');
  const { workers: SCOPEGATE_WORKERS = io.environment.SCOPEGATE_WORKERS } = values;
  const config = loadConfig({ ...io.environment, SCOPEGATE_WORKERS });
  if (values['print-config']) {
    io.out(`${printConfig(config)}\n`);
    return 0;
  }
  let isStopped = false;
  const stopped = new Promise<void>((resolve) => {
    const stop = () => {
      isStopped = true;
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
  if (config.SCOPEGATE_WORKERS > 1 && config.DATABASE_URL !== undefined) {
    if (cluster.isPrimary) return startMany(config, config.DATABASE_URL, stopped);
    const { work } = await import('./worker.ts');
    return work(config, stopped);
  }
  const { startGateway } = await import('./start.ts');
  const gateway = await startGateway(config, { onCreate: () => io.err(CREATING) });
  if (!isStopped) io.out(await greeting(gateway, config));
  await stopped;
  io.err(STOPPING);
  await gateway.close();
  return 0;
}

async function startMany(config: Config, url: string, stopped: Promise<void>): Promise<number> {
  const { startWorkers } = await import('./workers.ts');
  const workers = await startWorkers(config, url);
  const seconds = (performance.now() / 1000).toFixed(1);
  const count = config.SCOPEGATE_WORKERS;
  io.out(`scopegate listens on ${workers.url} with ${count} workers after ${seconds} s.\n`);
  try {
    await Promise.race([stopped, workers.failed]);
  } catch (error) {
    await workers.close();
    throw error;
  }
  io.err(STOPPING);
  return (await workers.close()) ? 0 : 1;
}

async function greeting({ server, demoIssuer }: RunningGateway, config: Config): Promise<string> {
  const seconds = performance.now() / 1000;
  if (demoIssuer === null)
    return `scopegate listens on ${server.url} after ${seconds.toFixed(1)} s.\n`;
  const { welcome } = await import('./welcome.ts');
  return welcome(server.url, demoIssuer, seconds, await demoOAuth(config));
}

async function demoOAuth(config: Config): Promise<DemoOAuth | null> {
  if (config.SCOPEGATE_OAUTH === 'off') return null;
  const { readDemoSecret } = await import('../data/demo-credentials.ts');
  return { clientSecret: await readDemoSecret(config.SCOPEGATE_DATA_DIR, 'cdp') };
}

/** 1 for what the operator must mend, 2 for a command that was called wrongly, which is told how to call it. */
async function failed(error: unknown, [command = '']: readonly string[]): Promise<number> {
  if (error instanceof StartError) {
    for (const problem of error.problems) io.err(`${problem}\n`);
    return 1;
  }
  if (error instanceof AppError) {
    io.err(`${error.message}\n`);
    return 1;
  }
  const isUsage =
    error instanceof UsageError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_'));
  if (isUsage) {
    io.err(`${reasonOf(error)}\n\n`);
    await run([command, '--help'], { ...io, out: io.err }).catch(() => io.err(HELP));
    return 2;
  }
  io.err(`scopegate failed unexpectedly: ${error instanceof Error ? error.stack : error}\n`);
  return 1;
}

/** Without the runtime's advice on arguments that begin with a dash: no command takes any. */
const reasonOf = ({ message }: Error) => message.replace(/\. To specify a positional.*$/s, '.');

const args = process.argv.slice(2);
process.exitCode = await run(args, io).catch((error) => failed(error, args));
// Whatever is still open must not keep a stopped process alive, nor cut its last words.
setTimeout(() => process.exit(), 1000).unref();
