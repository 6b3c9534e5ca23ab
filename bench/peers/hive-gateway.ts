import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { createDefaultExecutor } from '@graphql-tools/delegate';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import type { Principal } from '../../src/token/principal.ts';
import { createLoaders } from './loaders.ts';
import { announce, scopesOf, sessionOf, startPeer } from './peer.ts';
import { RESOLVERS } from './resolvers.ts';
import { SCOPES_DIRECTIVE, TYPE_DEFS } from './schema-part.ts';

/**
 * Hive Gateway as a library (the-guild.dev/graphql/hive/docs/gateway, "Deployment, Node.js") over a supergraph of one
 * subgraph with federation's `@requiresScopes` ("Authorization / Authentication", "Granular field access": generic auth in
 * the mode `protect-granular`). The subgraph is in the same process, behind a transport that executes it at once, so
 * that no second HTTP request is measured.
 *
 * It enforces before it executes: while the document is validated, and for the whole operation.
 */

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@requiresScopes"])';

const supergraph = composeServices([
  { name: 'commerce', url: 'http://commerce', typeDefs: parse(`${LINK}\n${TYPE_DEFS}`) },
]).supergraphSdl;
if (supergraph === undefined) throw new Error('The supergraph does not compose.');

const { data, host, port, authenticate } = startPeer();
const subgraph = makeExecutableSchema({
  typeDefs: [SCOPES_DIRECTIVE, TYPE_DEFS],
  resolvers: RESOLVERS,
});
const execute = createDefaultExecutor(subgraph);

const gateway = createGatewayRuntime({
  supergraph,
  landingPage: false,
  graphiql: false,
  logging: false,
  genericAuth: {
    mode: 'protect-granular',
    resolveUserFn: ({ headers }) => authenticate(headers?.authorization),
    extractScopes: (user) => [...scopesOf(user as Principal)],
  },
  transports: {
    http: {
      getSubgraphExecutor: () => (request) => {
        const reader = data.readerOf(sessionOf(request.context?.currentUser as Principal));
        return execute({ ...request, context: { reader, loaders: createLoaders(reader) } });
      },
    },
  },
});
const server = createServer(gateway);
server.listen(port, host, () => announce('Hive Gateway', server));
