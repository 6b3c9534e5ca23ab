import { createServer } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { createLoaders } from './loaders.ts';
import { announce, sessionOf, startPeer } from './peer.ts';
import { type Context, schema } from './yoga-schema.ts';

/**
 * "Plain Yoga": GraphQL Yoga on `node:http` (the-guild.dev/graphql/yoga-server, "Quick start", "GraphQL Context"), a
 * schema by Pothos with the Scope Auth plugin (pothos-graphql.dev, "Scope Auth plugin": scopes from the context, said at
 * types and fields, `defaultStrategy: 'all'`) and a DataLoader per relation in the context.
 *
 * It enforces in resolvers: the plugin wraps the resolver of every field of a type with scopes.
 */

const { data, host, port, authenticate } = startPeer();
const yoga = createYoga({
  schema,
  graphiql: false,
  async context({ request }): Promise<Context> {
    const principal = await authenticate(request.headers.get('authorization') ?? undefined);
    if (principal === null) throw new Error('Send a token.');
    const reader = data.readerOf(sessionOf(principal));
    return { principal, reader, loaders: createLoaders(reader) };
  },
});
const server = createServer(yoga);
server.listen(port, host, () => announce('Yoga', server));
