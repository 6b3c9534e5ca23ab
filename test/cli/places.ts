import { expect, inject } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { perform } from '../../src/cli/operations.ts';
import { listenPrivately } from '../../src/cli/private-socket.ts';
import { openEmbedded } from '../../src/data/embedded.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { cloneDatabase } from '../support/postgres.ts';
import { capturedIo, type Environment, seededFolder } from './kit.ts';

export const SILENT = createLogger('silent');

/** A gateway's part of it: the database of a folder held by this process, and the socket beside it. */
export async function holdFolder(folder: string) {
  const database = await openEmbedded({ directory: folder, seed: false, now: new Date() });
  const platform = { system: database.system, clock: () => new Date() };
  const listen = () =>
    listenPrivately(folder, (name, input) => perform(platform, name, input), SILENT);
  return { database, listen };
}

/** What one kind of database needs to be worked on, and to be left. */
export interface Place {
  readonly environment: Environment;
  leave(): Promise<void>;
}

/** Wherever the platform's data may be while a command works on it, with demo data. */
export const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  PostgreSQL: async () => {
    const { appUrl, drop } = await cloneDatabase(inject('postgresAdminUrl'));
    return { environment: { DATABASE_URL: appUrl }, leave: drop };
  },
  'the embedded database beside the gateway that holds it': async () => {
    const folder = await seededFolder();
    const { database, listen } = await holdFolder(folder);
    const server = await listen();
    const leave = async () => {
      await server.close(1_000);
      await database.close();
    };
    return { environment: { SCOPEGATE_DATA_DIR: folder }, leave };
  },
};

/** Enters one of them. */
export async function enter(name: string): Promise<Place> {
  const place = PLACES[name];
  if (place === undefined) throw new Error(`${name} is no place`);
  return place();
}

/** One command in this process: what it says, what it prints as JSON, and what it is refused with. */
export function commandOf(command: (args: readonly string[], io: Io) => Promise<number>) {
  type Call = [environment: Environment, args: readonly string[], input?: string | null];

  async function run(...[environment, args, input = null]: Call) {
    const { io, said } = capturedIo(environment, input);
    expect(await command(args, io)).toBe(0);
    return said;
  }

  async function json(...[environment, args, input = null]: Call) {
    return JSON.parse((await run(environment, [...args, '--json'], input)).out);
  }

  /** Nothing may have been printed. */
  async function refusal(...[environment, args, input = null]: Call): Promise<unknown> {
    const { io, said } = capturedIo(environment, input);
    const error = await command(args, io).then(
      (code) => expect.fail(`it ended with ${code}`),
      (reason: unknown) => reason,
    );
    expect(said).toEqual({ out: '', err: '' });
    return error;
  }

  return { run, json, refusal };
}
