import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { StartError } from './errors.ts';
import type { Explorer } from './gateway/explorer.ts';
import { createGateway, type GatewayOptions, GRAPHQL_PATH } from './gateway/gateway.ts';
import { protectedResourceMetadata, RESOURCE_METADATA_PATH } from './gateway/protected-resource.ts';
import { withRequest } from './telemetry/request-scope.ts';

export interface ServerOptions extends GatewayOptions {
  readonly explorer: Explorer;
  readonly host: string;
  readonly port: number;
  /** The `iss` of every trusted issuer. */
  readonly issuers: readonly string[];
}

export interface RunningServer {
  /** The address that it listens on. */
  readonly url: string;
  /** Stops accepting, lets running requests finish for at most this many milliseconds, then closes. */
  close(drainMilliseconds: number): Promise<void>;
}

/** A request's target is relative to whatever name the gateway has; only its path counts. */
const BASE = 'http://gateway';

/**
 * Listens. Everything but GraphiQL's files and page and the resource metadata is the gateway's.
 *
 * @throws StartError when the address cannot be listened on.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { explorer, publicUrl, issuers, host, port, limits } = options;
  const gateway = createGateway(options);
  const metadata = JSON.stringify(protectedResourceMetadata(publicUrl, issuers));

  const answer = (req: IncomingMessage, res: ServerResponse) => {
    const target = req.url ?? '/';
    if (!URL.canParse(target, BASE)) return res.writeHead(400).end();
    const { pathname, searchParams } = new URL(target, BASE);
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    if (isRead && pathname === '/') {
      return res.writeHead(302, { location: GRAPHQL_PATH }).end();
    }
    if (isRead && pathname === RESOURCE_METADATA_PATH) {
      return res.writeHead(200, { 'content-type': 'application/json' }).end(metadata);
    }
    const wantsPage = req.headers.accept?.includes('text/html') && !searchParams.has('query');
    if (isRead && pathname === GRAPHQL_PATH && wantsPage) {
      return res.writeHead(200, explorer.headers).end(explorer.html);
    }
    return explorer.assets(req, res, () => gateway(req, res));
  };

  const server = createServer((req, res) => {
    const requestId = randomUUID();
    res.setHeader('x-request-id', requestId);
    res.setHeader('x-content-type-options', 'nosniff');
    res.setHeader('cache-control', 'no-store');
    res.setHeader('vary', 'authorization, accept');
    withRequest({ requestId }, () => answer(req, res));
  });
  server.requestTimeout = limits.requestMilliseconds;
  await listen(server, host, port);
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    close: (drain) => close(server, drain),
  };
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

function close(server: Server, drain: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), drain);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
