import { createServer, type IncomingMessage } from 'node:http';
import { loadConfig } from '../src/config.ts';
import { createPostgres } from '../src/data/postgres.ts';
import type { Session } from '../src/data/source.ts';
import { createSqlDirectory } from '../src/data/sql-directory.ts';
import { createSqlSource } from '../src/data/sql-source.ts';
import { AppError } from '../src/errors.ts';
import type { Scope } from '../src/scopes/catalogue.ts';
import { readBearer } from '../src/token/bearer.ts';
import { createIssuer } from '../src/token/configured-issuer.ts';
import type { Principal } from '../src/token/principal.ts';
import { createTokenVerifier } from '../src/token/verifier.ts';
import { answerOrder, answerOrders } from './rest-answers.ts';
import { inTransaction, inWaves } from './rest-data.ts';

/**
 * The hand-written peer: the gateway's settings, token verifier and connection options, and nothing
 * else of it. `node rest.js waves` sends statements as the gateway does, `node rest.js transaction` as
 * they are ordinarily written.
 */

const config = loadConfig(process.env);
const clock = () => new Date();
const url = config.DATABASE_URL ?? '';
const database = createPostgres({
  url,
  connections: config.SCOPEGATE_DATABASE_CONNECTIONS,
  statementTimeout: config.SCOPEGATE_REQUEST_TIMEOUT,
});
const source = createSqlSource(database);
const verifier = createTokenVerifier({
  issuers: (config.SCOPEGATE_ISSUERS ?? []).map((settings) => createIssuer(settings, { clock })),
  resolveStore: (reference) => source.resolveStore(reference),
  directory: createSqlDirectory(database),
  clock,
});
const access =
  process.argv[2] === 'transaction'
    ? inTransaction(url, config.SCOPEGATE_DATABASE_CONNECTIONS)
    : inWaves(database);

const WINDOW = 60 * 24 * 60 * 60 * 1000;

function sessionOf({ storeId, installation, grantedScopes }: Principal): Session {
  return {
    storeId,
    installationId: installation?.id ?? null,
    ordersSince: grantedScopes.has('read_all_orders') ? null : new Date(Date.now() - WINDOW),
  };
}

const ORDER: readonly Scope[] = ['read_orders', 'read_customers'];
const ORDERS: readonly Scope[] = [...ORDER, 'read_products', 'read_claims'];

async function answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
  const target = new URL(request.url ?? '/', 'http://rest');
  const token = readBearer({ rawHeaders: request.rawHeaders, url: request.url ?? '/' });
  if (token === null) return { status: 401, body: { error: 'Send a token.' } };
  const principal = await verifier.verify(token);
  const has = (scopes: readonly Scope[]) =>
    scopes.every((scope) => principal.grantedScopes.has(scope));
  const [, id] = /^\/orders\/([^/]+)$/.exec(target.pathname) ?? [];
  const isList = target.pathname === '/orders';
  if (id === undefined && !isList) return { status: 404, body: { error: 'Not found.' } };
  if (!has(isList ? ORDERS : ORDER)) return { status: 403, body: { error: 'Not granted.' } };
  const body = await access(sessionOf(principal), (ask) =>
    id === undefined
      ? answerOrders(ask, Math.min(Number(target.searchParams.get('first') ?? 25), 100))
      : answerOrder(ask, decodeURIComponent(id)),
  );
  return { status: 200, body };
}

const server = createServer((request, response) => {
  answer(request)
    .catch((error: unknown) => ({
      status: error instanceof AppError ? error.status : 500,
      body: { error: error instanceof AppError ? error.message : 'Something went wrong.' },
    }))
    .then(({ status, body }) => {
      const bytes = Buffer.from(JSON.stringify(body));
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': bytes.length,
        'cache-control': 'no-store',
      });
      response.end(bytes);
    });
});
server.listen(config.PORT, config.HOST, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.PORT;
  process.stdout.write(`REST listens on http://${config.HOST}:${port}\n`);
});
process.once('SIGTERM', () => process.exit());
