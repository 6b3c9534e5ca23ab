import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraphQLError, createSchema, createYoga } from 'graphql-yoga';
import { inject } from 'vitest';
import { startGateway } from '../../src/cli/start.ts';
import { type Environment, loadConfig } from '../../src/config.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { createExplorer } from '../../src/gateway/explorer.ts';
import { freePort } from '../support/postgres.ts';

/** A running gateway whose GraphiQL can be opened, and a token it accepts. */
export interface ExplorerServer {
  /** The address of GraphiQL, on a loopback host. */
  readonly url: string;
  readonly token: string;
  readonly close: () => Promise<void>;
}

/** The gateway itself, on demo data of its own. */
export interface GatewayServer extends ExplorerServer {
  /** The address of everything, without a path. */
  readonly origin: string;
  /** The folder of its data, through which commands reach it. */
  readonly directory: string;
}

/** What a schema could say to run code, load something or lead away from a reader's page. */
export const HOSTILE_DESCRIPTION = [
  '**Bold** is allowed.',
  '<img src=x onerror="window.hostile = 1"><svg onload="window.hostile = 2"></svg>',
  '<script>window.hostile = 3</script>',
  '<style>body { display: none }</style>',
  '[a link](javascript:window.hostile=4)',
  '[data](data:text/html,<script>window.hostile=5</script>)',
  '![tracker](https://tracker.example/pixel.png)',
].join('\n\n');

const TOKEN = 'toy_4f0e6c1d9b7a42b8a3d5c2f1e0987654';

const createToySchema = (description: string) =>
  createSchema({
    typeDefs: /* GraphQL */ `
      type Query {
        currentApp: App
        "The orders, newest first."
        orders(first: Int = 10): OrderConnection
        ${JSON.stringify(description)}
        described: String
      }
      type App { clientId: ID! store: Store! grantedScopes: [Scope!]! }
      type Store { name: String! }
      type Scope { name: String! }
      type OrderConnection { nodes: [Order!]! }
      type Order { id: ID! sourceNumber: String! customer: Customer }
      type Customer { displayName: String! email: String }
    `,
    resolvers: {
      Query: {
        currentApp: (_, __, { request }: { request: Request }) => {
          requireToken(request);
          return {
            clientId: 'toy-app',
            store: { name: 'Toy Store' },
            grantedScopes: [{ name: 'read_orders' }, { name: 'read_customers' }],
          };
        },
        orders: () => ({
          nodes: [1, 2, 3].map((number) => ({
            id: `order-${number}`,
            sourceNumber: `#100${number}`,
            customer: { displayName: `Customer ${number}`, email: `c${number}@example.com` },
          })),
        }),
        described: () => description,
      },
    },
  });

function requireToken(request: Request): void {
  if (request.headers.has('authorization')) return;
  throw createGraphQLError('Send a bearer token.', {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
  });
}

/** A toy gateway: GraphiQL as built in `directory`, before a few fields, one with `description`. */
export async function startToyServer(
  directory: string,
  description: string,
): Promise<ExplorerServer> {
  const explorer = createExplorer(directory);
  const yoga = createYoga({
    schema: createToySchema(description),
    graphiql: false,
    logging: false,
  });

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { authorization } = request.headers;
    if (request.method === 'GET') response.writeHead(200, explorer.headers).end(explorer.html);
    else if (authorization !== undefined && authorization !== `Bearer ${TOKEN}`) {
      const error = { message: 'The token is not valid.', extensions: { code: 'INVALID_TOKEN' } };
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [error] }));
    } else yoga(request, response);
  };
  const server = createServer((request, response) => {
    explorer.assets(request, response, () => {
      if (request.url === '/graphql') answer(request, response);
      else response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    token: TOKEN,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The gateway itself, as `npm start` runs it with these settings, with demo data of its own. */
export async function startServer(settings: Environment = {}): Promise<GatewayServer> {
  const directory = await mkdtemp(join(tmpdir(), 'scopegate-browser-gateway-'));
  await cp(inject('embeddedFolder'), join(directory, 'database'), { recursive: true });
  const port = await freePort();
  const config = loadConfig({ ...settings, SCOPEGATE_DATA_DIR: directory, PORT: String(port) });
  const { server, demoIssuer, close } = await startGateway(config);
  if (demoIssuer === null) throw new TypeError('The demo runs on a loopback host.');
  const token = await demoIssuer.mint({
    storeId: DEMO_STORES[0].id,
    scope: 'read_orders read_customers',
    expiresInSeconds: 3600,
  });
  return {
    url: `${server.url}/graphql`,
    origin: server.url,
    directory,
    token,
    close: async () => {
      await close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
