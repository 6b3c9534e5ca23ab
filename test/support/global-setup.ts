import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeEmbedded } from './embedded.ts';
import { createTemplate, type PostgresServer, startPostgres } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of an embedded database, migrated and with demo data, that nobody holds. */
    embeddedFolder: string;
    /** An archive of the same. */
    embeddedArchive: string;
    /** A PostgreSQL server with a template of the same. */
    postgresAdminUrl: string;
    /** The moment that the demo data is relative to. */
    seededAt: string;
  }
}

interface Databases {
  readonly embeddedFolder: string;
  readonly embeddedArchive: string;
  readonly postgres: PostgresServer;
  readonly seededAt: string;
  stop(): Promise<void>;
}

/** Every project of a run comes here, with modules of its own: what was made for the first is the others' as well. */
const MADE = Symbol.for('scopegate.test.databases');
const run = globalThis as { [MADE]?: { readonly databases: Promise<Databases>; projects: number } };

/** Makes both kinds of database once for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const made = run[MADE] ?? { databases: makeDatabases(), projects: 0 };
  run[MADE] = made;
  made.projects += 1;
  const { embeddedFolder, embeddedArchive, postgres, seededAt, stop } = await made.databases;
  project.provide('embeddedFolder', embeddedFolder);
  project.provide('embeddedArchive', embeddedArchive);
  project.provide('postgresAdminUrl', postgres.adminUrl);
  project.provide('seededAt', seededAt);
  return async () => {
    made.projects -= 1;
    if (made.projects > 0) return;
    delete run[MADE];
    await stop();
  };
}

async function makeDatabases(): Promise<Databases> {
  // The data differs from moment to moment, as a seed's does: the same moment makes a failure repeatable.
  const now = new Date(process.env.SEEDED_AT ?? Date.now());
  process.stdout.write(`Demo data of SEEDED_AT=${now.toISOString()}\n`);
  const directory = await mkdtemp(join(tmpdir(), 'scopegate-test-'));
  const embeddedFolder = join(directory, 'database');
  const embeddedArchive = join(directory, 'database.tar');
  const [postgres] = await Promise.all([
    makePostgres(now),
    makeEmbedded(embeddedFolder, now, embeddedArchive),
  ]);
  return {
    embeddedFolder,
    embeddedArchive,
    postgres,
    seededAt: now.toISOString(),
    async stop() {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function makePostgres(now: Date): Promise<PostgresServer> {
  const postgres = await startPostgres();
  await createTemplate(postgres.adminUrl, now);
  return postgres;
}
