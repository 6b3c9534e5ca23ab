import type { Socket } from 'node:net';
import pg from 'pg';

export interface PostgresOptions {
  readonly url: string;
  readonly connections: number;
  /** Longest a statement may run, in milliseconds. */
  readonly statementTimeout: number;
}

interface PoolOptions extends Pick<pg.PoolConfig, 'Client' | 'idleTimeoutMillis'> {
  /** What its connections act as. */
  readonly role: string;
  /** What the server knows its connections by. */
  readonly name: string;
  /** Settings of PostgreSQL, beside those of every connection. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** What the server's own answer to a statement that takes too long may take to come, in milliseconds. */
const GRACE = 1_000;

/**
 * Connections to PostgreSQL. Role and settings are connection options: a later `SET ROLE` would not bring them along.
 *
 * A connection in use from which nothing came for longer than a statement may take is broken off, and what waits for it
 * rejects: the server ends a statement in time, but a network that has forgotten a connection tells nobody.
 */
export function createPool(
  { url, connections, statementTimeout }: PostgresOptions,
  { role, name, settings, ...options }: PoolOptions,
): pg.Pool {
  const given = {
    role,
    timezone: 'UTC',
    datestyle: 'ISO',
    statement_timeout: statementTimeout,
    ...settings,
  };
  const pool = new pg.Pool({
    ...options,
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: name,
    options: Object.entries(given)
      .map(([setting, value]) => `-c ${setting}=${value}`)
      .join(' '),
  });
  // A connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    const stream = streamOf(client);
    stream.on('timeout', () => stream.destroy(new SilentError()));
  });
  pool.on('acquire', (client) => streamOf(client).setTimeout(statementTimeout + GRACE));
  pool.on('release', (_, client) => streamOf(client).setTimeout(0));
  return pool;
}

/** Of a connection over the network: a socket, with TLS or without. */
const streamOf = (client: pg.PoolClient) => client.connection.stream as Socket;

class SilentError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('Nothing came from the database for longer than a statement may take.');
  }
}
