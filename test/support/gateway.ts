import { randomBytes } from 'node:crypto';

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { GraphQLClient } from 'graphql-request';
import { inject } from 'vitest';
import type { Database } from '../../src/data/database.ts';
import { createEmbedded } from '../../src/data/pglite.ts';
import { createPostgres } from '../../src/data/postgres.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import type { Load, Session, Source } from '../../src/data/source.ts';
import { createSqlSource } from '../../src/data/sql-source.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server.ts';
import { openDemoIssuer } from '../../src/token/demo-issuer.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { cloneDatabase } from './postgres.ts';

export type Backend = 'pglite' | 'postgres';

/** A wave of loads that the source was asked for, under which session. */
export interface RecordedWave {
  readonly session: Session;
  readonly loads: readonly Load[];
}

export interface TestGateway {
  readonly url: string;
  readonly server: RunningServer;
  readonly source: Source;
  /** Every wave since the start, or since it was last emptied. */
  readonly waves: RecordedWave[];
  /** A token with these scopes, separated by spaces, for a demo store (the first by default). */
  token(scope: string, storeId?: string): Promise<string>;
  /** Sends a query as plain text and gives the parsed answer whole. */
  send(query: string, options?: SendOptions): Promise<Answer>;
  /** A graphql-request client for typed documents. */
  client(token: string | null): GraphQLClient;
  close(): Promise<void>;
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
  backend: Backend = 'pglite',
  overrides: Partial<ServerOptions> = {},
): Promise<TestGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'scopegate-gateway-'));
  const { database, drop } = await openTestDatabase(backend);
  const demo = await openDemoIssuer(directory);
  const waves: RecordedWave[] = [];
  const source = recorded(createSqlSource(database), waves);
  const server = await startServer({
    source,
    explorer: { html: '<!doctype html>', headers: {}, assets: (_req, _res, next) => next() },
    clock: () => new Date(),
    verifier: createTokenVerifier({
      issuers: [demo.trusted],
      resolveStore: (reference) => source.resolveStore(reference),
    }),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    secret: randomBytes(32),
    issuers: [demo.trusted.issuer],
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'https://api.example.com',
    scopeMode: 'filter',
    refusalErrors: 'per-coordinate',
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
    token: (scope, storeId = STORE.id) => demo.mint({ storeId, scope, expiresInSeconds: 600 }),
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

/** A database of one's own with demo data, under the app role. */
export async function openTestDatabase(
  backend: Backend,
): Promise<{ database: Database; drop: () => Promise<void> }> {
  if (backend === 'pglite') {
    const archive = new Blob([await readFile(inject('embeddedArchive'))]);
    const pglite = await PGlite.create({ loadDataDir: archive });
    await pglite.exec("set timezone = 'UTC'; set datestyle = 'ISO'");
    return { database: createEmbedded(pglite), drop: async () => {} };
  }
  const { appUrl, drop } = await cloneDatabase(inject('postgresAdminUrl'));
  const database = createPostgres({ url: appUrl, connections: 4, statementTimeout: 10_000 });
  return { database, drop };
}

function recorded(source: Source, waves: RecordedWave[]): Source {
  return {
    ...source,
    wave: (session, loads) => {
      waves.push({ session, loads });
      return source.wave(session, loads);
    },
  };
}
