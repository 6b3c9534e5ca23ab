import { setTimeout } from 'node:timers/promises';
import { checkNames, readSetting } from '../config.ts';
import type { Database } from '../data/database.ts';
import { FolderInUseError } from '../data/folder-lock.ts';
import { StartError } from '../errors.ts';
import type { Io } from './io.ts';
import { openExisting } from './open-existing.ts';
import { openPostgres } from './open-postgres.ts';
import {
  type OperationInput,
  type OperationName,
  type OperationResult,
  perform,
} from './operations.ts';
import { callPrivately, isListening, socketOf } from './private-socket.ts';

/** The platform's data, wherever it is kept. */
export interface OpenPlatform {
  /** @throws AppError what the operation throws. */
  call<Name extends OperationName>(
    name: Name,
    input: OperationInput<Name>,
  ): Promise<OperationResult<Name>>;
  close(): Promise<void>;
}

/** How long a data folder may be held by a process that does not listen: it is starting, stopping, or a command too. */
const PATIENCE = 5_000;

const STATEMENT_TIMEOUT = 10_000;

/**
 * Opens the platform's data as the settings say: PostgreSQL where DATABASE_URL is set; otherwise the embedded database,
 * through the gateway that holds it or, where none runs, in this process.
 *
 * @throws StartError when there is no way to it.
 */
export async function openPlatform(environment: Io['environment']): Promise<OpenPlatform> {
  checkNames(environment);
  const url = readSetting(environment, 'DATABASE_URL');
  if (url !== undefined) {
    return inThisProcess(
      await openPostgres({ url, connections: 1, statementTimeout: STATEMENT_TIMEOUT }),
    );
  }
  const directory = readSetting(environment, 'SCOPEGATE_DATA_DIR');
  for (let waited = 0; ; waited += 100) {
    const gateway = await findGateway(directory);
    if (typeof gateway === 'string') return throughGateway(gateway);
    try {
      return inThisProcess(await openExisting(directory));
    } catch (error) {
      if (!(error instanceof FolderInUseError)) throw error;
      if (gateway !== null) throw gateway;
      if (waited >= PATIENCE) throw error;
      await setTimeout(100);
    }
  }
}

/** The socket of the gateway that listens in a folder; null when there is none; or why there can be none. */
async function findGateway(directory: string): Promise<string | StartError | null> {
  let path: string;
  try {
    path = socketOf(directory);
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
  return (await isListening(path)) ? path : null;
}

function inThisProcess({ system, close }: Database): OpenPlatform {
  const platform = { system, clock: () => new Date() };
  return {
    call: async <Name extends OperationName>(name: Name, input: OperationInput<Name>) =>
      (await perform(platform, name, input)) as OperationResult<Name>,
    close,
  };
}

function throughGateway(path: string): OpenPlatform {
  return {
    call: async <Name extends OperationName>(name: Name, input: OperationInput<Name>) =>
      (await callPrivately(path, name, input)) as OperationResult<Name>,
    close: async () => {},
  };
}
