import { realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MAX_LINE_BYTES } from '../commands/import/lines.ts';
import { runImport } from '../commands/import/run-import.ts';
import { createSqlSource } from '../data/sql-source.ts';
import { StartError } from '../errors.ts';
import { openImportDatabase } from './import-database.ts';
import { showProgress, type Terminal } from './import-progress.ts';
import { inWords } from './import-report.ts';
import { type Io, UsageError } from './io.ts';
import { noStore } from './no-store.ts';

const IMPORT_HELP = `scopegate import <store> <file.ndjson> [--dry-run] [--restart] [--report <file>] [--quiet] [--json]

Imports what a merchant's platform has already: customers, products, orders and claims, one JSON object in each
line of the file; docs/import.md says its fields. The store is named by id or domain. What is stored is updated
where the line is not older, so that a file can be imported again, and a newer one later.

  --dry-run          check the lines by themselves and change nothing; what they refer to is not looked up
  --restart          begin at the first line, where an import of the file was stopped before
  --report <file>    where refused lines are reported (Default: <file>.refused.ndjson)
  --quiet            no progress
  --json             the result as JSON

A line that cannot be taken is reported with its number and the reasons, and the others are imported. A run that was
stopped or killed goes on where it was when it is called again. Lines have at most ${MAX_LINE_BYTES} bytes.

No events are emitted: webhooks and subscriptions tell what happens, and history is no news. Each run is one audit
entry. Without DATABASE_URL it works on the embedded database in SCOPEGATE_DATA_DIR, while no gateway runs on it.

It ends with 0 when every line was taken, 3 when lines were refused, 1 when it could not do its work or was stopped
before the end, 2 when it was called wrongly.
`;

/** Exit codes, as the help says them. */
const DONE = 0;
const STOPPED = 1;
const REFUSED = 3;

/** Imports a file into a store. `terminal` is where a bar can be drawn; null where nobody watches. */
export async function importFile(
  args: readonly string[],
  io: Io,
  terminal: Terminal | null = null,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      restart: { type: 'boolean', default: false },
      report: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.out(IMPORT_HELP);
    return DONE;
  }
  const [reference, given, ...others] = positionals;
  if (reference === undefined || given === undefined || others.length > 0) {
    throw new UsageError(
      'import needs a store and a file, for example: import summitandpine.example orders.ndjson',
    );
  }
  const file = resolve(given);
  const report = resolve(values.report ?? `${given}.refused.ndjson`);
  if (real(report) === real(file)) {
    throw new UsageError('--report names the file itself. Name another one.');
  }
  const database = await openImportDatabase(io.environment);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  const progress = values.quiet ? null : showProgress(io, terminal);
  try {
    const store = await createSqlSource(database).resolveStore(reference);
    if (store === null) throw new StartError([noStore(reference)]);
    const unlock = await database.lock(store.id, onSignal);
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    try {
      const result = await runImport({
        writer: database.writer,
        storeId: store.id,
        file,
        report,
        signal: stop.signal,
        subject: operator(),
        now: new Date(),
        restart: values.restart,
        dryRun: values['dry-run'],
        onProgress: (state) => progress?.show(state),
      });
      progress?.end();
      io.out(
        values.json
          ? `${JSON.stringify({ store: store.id, report: result.refused > 0 ? report : null, ...result }, null, 2)}\n`
          : inWords(result, store, report),
      );
      if (!result.finished) return STOPPED;
      return result.refused > 0 ? REFUSED : DONE;
    } finally {
      await unlock();
    }
  } finally {
    progress?.end();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await database.close();
  }
}

/** Where a path leads, also by links; the path itself where there is nothing yet. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Who is at the machine. A user of a container may have no name. */
function operator(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
