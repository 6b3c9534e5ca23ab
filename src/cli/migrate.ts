import { parseArgs } from 'node:util';
import { checkNames, readSetting } from '../config.ts';
import { migrateDatabase } from '../data/migrate.ts';
import { StartError } from '../errors.ts';
import { type Io, UsageError } from './io.ts';

const MIGRATE_HELP = `scopegate migrate

Brings the PostgreSQL database up to date: roles, tables, row-level security. Needs SCOPEGATE_OWNER_URL
(a user that may create roles) and DATABASE_URL (the user that will answer requests).
The embedded database is migrated by "start".
`;

/** Only the two addresses matter here: issuers and secrets are the running gateway's. */
export async function migrate(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    io.out(MIGRATE_HELP);
    return 0;
  }
  checkNames(io.environment);
  const addressIn = (name: 'SCOPEGATE_OWNER_URL' | 'DATABASE_URL') => {
    const url = readSetting(io.environment, name);
    if (url === undefined) throw new UsageError(`migrate needs ${name} to be set.`);
    return url;
  };
  const ownerUrl = addressIn('SCOPEGATE_OWNER_URL');
  const appUrl = addressIn('DATABASE_URL');
  try {
    await migrateDatabase(ownerUrl, appUrl);
  } catch (cause) {
    throw new StartError([
      `The database cannot be migrated: ${cause instanceof Error ? cause.message : String(cause)}. Check SCOPEGATE_OWNER_URL.`,
    ]);
  }
  io.err('The database is up to date.\n');
  return 0;
}
