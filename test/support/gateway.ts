import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { GraphQLClient } from 'graphql-request';
import pg from 'pg';
import { inject } from 'vitest';
import type { Database } from '../../src/data/database.ts';
import { createEmbedded } from '../../src/data/pglite.ts';
import { createPostgres } from '../../src/data/postgres.ts';
import { DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import type { Load, Report, Session, Source } from '../../src/data/source.ts';
import { createSqlDirectory } from '../../src/data/sql-directory.ts';
import { createSqlSource } from '../../src/data/sql-source.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server.ts';
import { openDemoIssuer } from '../../src/token/demo-issuer.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { cloneDatabase } from './postgres.ts';

/**
 * What a suite runs on. What a driver could do differently is tested on both; rules, which are SQL alike, on PostgreSQL.
 */
export type Backend = 'pglite' | 'postgres';

/** A wave of loads that the source was asked for, under which session. */
export interface RecordedWave {
  readonly session: Session;
  readonly loads: readonly Load[];
}

/** Reports that the source was asked for together. */
export interface RecordedReports {
  readonly session: Session;
  readonly reports: readonly Report[];
}

export interface TestGateway {
  readonly url: string;
  readonly server: RunningServer;
  readonly source: Source;
  /** Every wave since the start, or since it was last emptied. */
  readonly waves: RecordedWave[];
  /** Every group of reports, likewise. */
  readonly reports: RecordedReports[];
  /** A token with these scopes, separated by spaces, for a demo store (the first by default). */
  token(scope: string, storeId?: string): Promise<string>;
  /** An opaque token of an installation of the demo data, stored as the platform would store it. */
  opaqueToken(options: OpaqueTokenOptions): Promise<string>;
  /** Sends a query as plain text and gives the parsed answer whole. */
  send(query: string, options?: SendOptions): Promise<Answer>;
  /** Statements on its database past the gateway, as any role. */
  readonly asRole: AsRole;
  /** A graphql-request client for typed documents. */
  client(token: string | null): GraphQLClient;
  close(): Promise<void>;
}

export interface OpaqueTokenOptions {
  readonly installation: keyof typeof DEMO_INSTALLATIONS;
  /** Scopes separated by spaces; whether they are granted is not checked. */
  readonly scope: string;
  /** Seconds from now, negative for a token that has expired. (Default: 600) */
  readonly expiresInSeconds?: number;
  /** Whether it has been revoked. (Default: it has not) */
  readonly revoked?: boolean;
}

export interface SendOptions {
  readonly token?: string | null;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code?: string };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: readonly AnswerError[];
  };
}

/** The first demo store, and another. */
export const [STORE, OTHER_STORE] = DEMO_STORES;

/** The whole gateway on a real database with demo data, listening on a free loopback port. */
export async function startTestGateway(
  backend: Backend = 'postgres',
  overrides: Partial<ServerOptions> = {},
): Promise<TestGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'scopegate-gateway-'));
  const { database, asRole, drop } = await openTestDatabase(backend);
  const demo = await openDemoIssuer(directory);
  const waves: RecordedWave[] = [];
  const reports: RecordedReports[] = [];
  const source = recorded(createSqlSource(database), waves, reports);
  const server = await startServer({
    source,
    writer: database.writer,
    explorer: { html: '<!doctype html>', headers: {}, assets: (_req, _res, next) => next() },
    clock: () => new Date(),
    verifier: createTokenVerifier({
      issuers: [demo.trusted],
      resolveStore: (reference) => source.resolveStore(reference),
      directory: createSqlDirectory(database),
    }),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    secret: randomBytes(32),
    issuers: [demo.trusted.issuer],
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'https://api.example.com',
    scopeMode: 'filter',
    refusalErrors: 'per-coordinate',
    introspection: 'public',
    limits: {
      maxTokens: 5000,
      maxDepth: 16,
      maxAliases: 50,
      maxBodyBytes: 256 * 1024,
      requestMilliseconds: 10_000,
    },
    ...overrides,
  });
  const endpoint = `${server.url}/graphql`;
  const bearer = (token: string | null | undefined) =>
    token ? { authorization: `Bearer ${token}` } : undefined;
  return {
    url: server.url,
    server,
    source,
    waves,
    reports,
    token: (scope, storeId = STORE.id) => demo.mint({ storeId, scope, expiresInSeconds: 600 }),
    opaqueToken: (options) => insertToken(asRole, options),
    asRole,
    async send(query, { token, variables, operationName, headers } = {}) {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(token), ...headers },
        body: JSON.stringify({ query, variables, operationName }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: JSON.parse(text),
      };
    },
    client: (token) =>
      new GraphQLClient(endpoint, { headers: bearer(token) ?? {}, errorPolicy: 'all' }),
    async close() {
      await server.close(1_000);
      await database.close();
      await drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A statement past the gateway, with its values. */
export type Sql = readonly [text: string, values?: readonly unknown[]];

/** Runs statements in one transaction as any of the roles; gives the rows of each. */
export type AsRole = (
  role: string,
  statements: readonly Sql[],
) => Promise<readonly (readonly Readonly<Record<string, unknown>>[])[]>;

export interface TestDatabase {
  /** Under the app role, as the gateway has it. */
  readonly database: Database;
  readonly asRole: AsRole;
  /** Its address for the gateway's user; null where it is embedded. */
  readonly appUrl: string | null;
  /** Ends what `close` of the database does not. */
  drop(): Promise<void>;
}

/** A database of one's own with demo data. */
export async function openTestDatabase(backend: Backend): Promise<TestDatabase> {
  if (backend === 'pglite') {
    const archive = new Blob([await readFile(inject('embeddedArchive'))]);
    const pglite = await PGlite.create({ loadDataDir: archive });
    await pglite.exec("set timezone = 'UTC'; set datestyle = 'ISO'");
    const asRole: AsRole = (role, statements) =>
      pglite.transaction(async (transaction) => {
        await transaction.exec(`set local role ${role}`);
        const results: Readonly<Record<string, unknown>>[][] = [];
        for (const [text, values = []] of statements) {
          const { rows } = await transaction.query<Record<string, unknown>>(text, [...values]);
          results.push(rows);
        }
        return results;
      });
    return { database: createEmbedded(pglite), asRole, appUrl: null, drop: async () => {} };
  }
  const { ownerUrl, appUrl, drop } = await cloneDatabase(inject('postgresAdminUrl'));
  const database = createPostgres({ url: appUrl, connections: 4, statementTimeout: 10_000 });
  const owners = ownersOf(ownerUrl);
  return {
    database,
    asRole: owners.asRole,
    appUrl,
    drop: async () => {
      await owners.close();
      await drop();
    },
  };
}

/** Connections as a superuser, each made when one is needed and kept for the next; `close` waits until they are gone. */
function ownersOf(connectionString: string): { asRole: AsRole; close(): Promise<void> } {
  const idle: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    return client;
  };
  const asRole: AsRole = async (role, statements) => {
    const client = idle.pop() ?? (await connect());
    try {
      await client.query(`begin; set local role ${role}`);
      const results: Readonly<Record<string, unknown>>[][] = [];
      for (const [text, values = []] of statements) {
        results.push((await client.query<Record<string, unknown>>(text, [...values])).rows);
      }
      await client.query('commit');
      idle.push(client);
      return results;
    } catch (error) {
      await client.end();
      throw error;
    }
  };
  const close = async () => {
    await Promise.all(idle.splice(0).map((client) => client.end()));
  };
  return { asRole, close };
}

/** Stores a token of real randomness, of which the database learns the hash only. */
async function insertToken(
  asRole: AsRole,
  { installation, scope, expiresInSeconds = 600, revoked = false }: OpaqueTokenOptions,
): Promise<string> {
  const token = `op_at_${randomBytes(32).toString('base64url')}`;
  const { id, storeId } = DEMO_INSTALLATIONS[installation];
  const now = new Date();
  const columns = 'hash, installation_id, store_id, scope, created_at, expires_at, revoked_at';
  await asRole(SYSTEM_ROLE, [
    [
      `insert into platform.access_tokens (${columns}) values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        createHash('sha256').update(token).digest('hex'),
        id,
        storeId,
        scope,
        now,
        new Date(now.getTime() + expiresInSeconds * 1_000),
        revoked ? now : null,
      ],
    ],
  ]);
  return token;
}

function recorded(source: Source, waves: RecordedWave[], reports: RecordedReports[]): Source {
  return {
    ...source,
    wave: (session, loads) => {
      waves.push({ session, loads });
      return source.wave(session, loads);
    },
    report: (session, asked) => {
      reports.push({ session, reports: asked });
      return source.report(session, asked);
    },
  };
}
