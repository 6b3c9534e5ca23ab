import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeArchive } from './embedded-archive.ts';
import { createTemplate, type PostgresServer, startPostgres } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** An archive of an embedded database, migrated and with demo data. */
    embeddedArchive: string;
    /** A PostgreSQL server with a template of the same. */
    postgresAdminUrl: string;
    /** The moment that the demo data is relative to. */
    seededAt: string;
  }
}

/** Makes both kinds of database once for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const now = new Date();
  const directory = await mkdtemp(join(tmpdir(), 'scopegate-test-'));
  const embeddedArchive = join(directory, 'database.tar');
  const [postgres] = await Promise.all([makePostgres(now), makeArchive(embeddedArchive, now)]);
  project.provide('embeddedArchive', embeddedArchive);
  project.provide('postgresAdminUrl', postgres.adminUrl);
  project.provide('seededAt', now.toISOString());
  return async () => {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

async function makePostgres(now: Date): Promise<PostgresServer> {
  const postgres = await startPostgres();
  await createTemplate(postgres.adminUrl, now);
  return postgres;
}
