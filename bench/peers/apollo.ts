import { ApolloServer } from '@apollo/server';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils';
import Fastify from 'fastify';
import { defaultFieldResolver, GraphQLError, type GraphQLSchema } from 'graphql';
import { createLoaders } from './loaders.ts';
import { announce, scopesOf, sessionOf, startPeer } from './peer.ts';
import { type LoadContext, RESOLVERS } from './resolvers.ts';
import { SCOPES_DIRECTIVE, TYPE_DEFS } from './schema-part.ts';

/**
 * Apollo Server 5 behind Fastify (its documentation's "Integrations", the fastest of them), with a directive that a
 * schema transformer reads (graphql-tools, "Schema Directives", "Enforcing access permissions", which Apollo's
 * documentation of directives points to) and a DataLoader per relation in the context ("Fetching Data").
 *
 * It enforces in resolvers: the transformer wraps the resolver of every field that has the directive, or whose type has.
 */

interface Context extends LoadContext {
  readonly scopes: ReadonlySet<string>;
}

type Alternatives = readonly (readonly string[])[];

/** Wraps the fields of a type and those with scopes of their own; a field needs what both say. */
function requiresScopesTransformer(schema: GraphQLSchema): GraphQLSchema {
  const scopesOf = (node: Parameters<typeof getDirective>[1]): Alternatives | undefined =>
    getDirective(schema, node, 'requiresScopes')?.[0]?.scopes;
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD](field, fieldName, typeName) {
      const type = schema.getType(typeName);
      const requirements = [type && scopesOf(type), scopesOf(field)].filter(
        (each) => each !== undefined,
      );
      if (requirements.length === 0) return field;
      const { resolve = defaultFieldResolver } = field;
      const isGranted = ({ scopes }: Context) =>
        requirements.every((alternatives) =>
          alternatives.some((wanted) => wanted.every((scope) => scopes.has(scope))),
        );
      field.resolve = (parent, args, context: Context, info) => {
        if (!isGranted(context)) {
          throw new GraphQLError(`Not authorized to read ${typeName}.${fieldName}.`, {
            extensions: { code: 'FORBIDDEN' },
          });
        }
        return resolve(parent, args, context, info);
      };
      return field;
    },
  });
}

const { data, host, port, authenticate } = startPeer();
const app = Fastify();
const apollo = new ApolloServer<Context>({
  schema: requiresScopesTransformer(
    makeExecutableSchema({ typeDefs: [SCOPES_DIRECTIVE, TYPE_DEFS], resolvers: RESOLVERS }),
  ),
  plugins: [fastifyApolloDrainPlugin(app)],
});
await apollo.start();
await app.register(fastifyApollo(apollo), {
  async context({ headers }) {
    const principal = await authenticate(headers.authorization);
    if (principal === null) {
      const http = { status: 401 };
      throw new GraphQLError('Send a token.', { extensions: { code: 'UNAUTHENTICATED', http } });
    }
    const reader = data.readerOf(sessionOf(principal));
    return { scopes: scopesOf(principal), reader, loaders: createLoaders(reader) };
  },
});
await app.listen({ host, port });
announce('Apollo Server', app.server);
