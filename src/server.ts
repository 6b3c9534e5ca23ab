import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { StartError } from './errors.ts';
import { SCHEMA_PATH } from './gateway/download-schema.ts';
import { inExchange } from './gateway/exchange.ts';
import type { Explorer } from './gateway/explorer.ts';
import {
  createDownload,
  createGateway,
  type GatewayOptions,
  GRAPHQL_PATH,
} from './gateway/gateway.ts';
import { protectedResourceMetadata, RESOURCE_METADATA_PATH } from './gateway/protected-resource.ts';
import type { OAuth } from './oauth/routes.ts';

export interface ServerOptions extends Omit<GatewayOptions, 'publicUrl' | 'authorizationEndpoint'> {
  readonly explorer: Explorer;
  readonly host: string;
  readonly port: number;
  /** The `iss` of every trusted issuer. */
  readonly issuers: readonly string[];
  /** The address that clients use, without a path; null for the one that is listened on. */
  readonly publicUrl: string | null;
  /** Makes the authorization server for the address that clients use. (Default: there is none) */
  readonly oauth?: (publicUrl: string) => Promise<OAuth>;
}

export interface RunningServer {
  /** The address that it listens on. */
  readonly url: string;
  /** Stops accepting, lets running requests finish for at most this many milliseconds, then closes. */
  close(drainMilliseconds: number): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Listens. Each path has one handler, found by its whole name; there is no other door to the gateway.
 *
 * @throws StartError when the address cannot be listened on.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, limits } = options;
  let handle: Handler = () => {};
  /** The latest response of each connection. */
  const latest = new Map<Socket, ServerResponse>();
  const server = createServer(
    {
      requestTimeout: limits.requestMilliseconds,
      headersTimeout: limits.requestMilliseconds,
      // How often the two are looked at; half a minute unless said.
      connectionsCheckingInterval: Math.min(1_000, limits.requestMilliseconds),
      // Longer than proxies keep theirs, so that it is never this side which closes under a request.
      keepAliveTimeout: 75_000,
    },
    (request, response) => {
      latest.set(request.socket, response);
      // On a connection that was open before, and carried nothing yet.
      if (!server.listening) response.setHeader('connection', 'close');
      handle(request, response);
    },
  );
  server.on('connection', (socket) => socket.once('close', () => latest.delete(socket)));
  await listen(server, host, port);
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
  const publicUrl = options.publicUrl ?? url;
  try {
    const oauth = (await options.oauth?.(publicUrl)) ?? null;
    handle = createHandler({ ...options, publicUrl }, oauth);
  } catch (error) {
    server.close();
    throw error;
  }
  return { url, close: (drain) => close(server, latest, drain) };
}

function createHandler(
  options: ServerOptions & { readonly publicUrl: string },
  oauth: OAuth | null,
): Handler {
  const { explorer, source, publicUrl, issuers } = options;
  const authorizationEndpoint = oauth?.authorizationEndpoint ?? null;
  const gateway = createGateway({ ...options, authorizationEndpoint });
  const download = createDownload(options);
  const metadata = JSON.stringify(protectedResourceMetadata(publicUrl, issuers, oauth !== null));

  const pages = new Map<string, Handler>([
    ['/', (_, res) => res.writeHead(302, { location: GRAPHQL_PATH }).end()],
    ['/healthz', (_, res) => res.writeHead(200).end()],
    ['/readyz', async (_, res) => res.writeHead((await isReady(source)) ? 200 : 503).end()],
    [
      RESOURCE_METADATA_PATH,
      (_, res) => res.writeHead(200, { 'content-type': 'application/json' }).end(metadata),
    ],
    ...(download ? ([[SCHEMA_PATH, download]] as const) : []),
  ]);

  const answer: Handler = (req, res) => {
    const target = targetOf(req);
    if (target === null) return res.writeHead(400).end();
    if (oauth?.owns(target.pathname)) return oauth.handle(req, res, target);
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    const page = isRead ? pages.get(target.pathname) : undefined;
    if (page !== undefined) return page(req, res);
    if (target.pathname !== GRAPHQL_PATH) {
      return explorer.assets(req, res, () => res.writeHead(404).end());
    }
    const wantsPage = req.headers.accept?.includes('text/html');
    if (isRead && wantsPage && !target.searchParams.has('query')) {
      return res.writeHead(200, explorer.headers).end(explorer.html);
    }
    // Everything behind this line reads the same path that was decided on here.
    req.url = `${target.pathname}${target.search}`;
    return gateway.answer(req, res);
  };

  return (req, res) => {
    const requestId = randomUUID();
    // Most requests: nothing else answers at this address, and there is nothing in it to read.
    if (req.method === 'POST' && req.url === GRAPHQL_PATH) {
      return gateway.answerPost(req, res, requestId);
    }
    return inExchange(res, requestId, () => answer(req, res));
  };
}

/** The target of a request in origin form or absolute form (RFC 9112 section 3.2); null for any other. */
function targetOf({ url = '/' }: IncomingMessage): URL | null {
  const absolute = url.startsWith('/') ? `http://gateway${url}` : url;
  return URL.canParse(absolute) ? new URL(absolute) : null;
}

async function isReady(source: GatewayOptions['source']): Promise<boolean> {
  try {
    await source.check();
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether an address can be listened on, asked before what takes long.
 *
 * @throws StartError when it cannot.
 */
export async function checkAddress(host: string, port: number): Promise<void> {
  const server = createServer();
  await listen(server, host, port);
  await new Promise((resolve) => server.close(resolve));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'another process listens there already' : error.message;
      reject(
        new StartError([
          `Cannot listen on ${host}:${port}: ${reason}. Set PORT or HOST to another address.`,
        ]),
      );
    });
    server.listen(port, host, resolve);
  });
}

function close(
  server: Server,
  latest: ReadonlyMap<Socket, ServerResponse>,
  drain: number,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), drain);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
    // What is still being answered is the last on its connection.
    for (const response of latest.values()) {
      if (!response.headersSent) response.setHeader('connection', 'close');
      response.once('close', () => server.closeIdleConnections());
    }
  });
}
