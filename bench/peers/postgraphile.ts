import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { loadConfig } from '../../src/config.ts';
import { APP_ROLE } from '../../src/data/tables/columns.ts';
import { announce, sessionOf, startPeer } from './peer.ts';

/**
 * PostGraphile 5 on `node:http` with the Amber preset (postgraphile.org, "Usage: library", "Configuration"). It makes its
 * schema of the tables that the app role may read and turns an operation into SQL.
 *
 * It enforces by row-level security: `pgSettings` of a verified token say the role and what the policies read
 * ("Security"). It knows no scopes; whoever has a token sees every column of its store's rows.
 */

const config = loadConfig(process.env);
const { host, port, authenticate } = startPeer();

const preset: GraphileConfig.Preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: config.DATABASE_URL ?? '',
      schemas: ['commerce'],
      poolConfig: {
        max: config.SCOPEGATE_DATABASE_CONNECTIONS,
        options: `-c role=${APP_ROLE} -c plan_cache_mode=force_generic_plan -c timezone=UTC -c datestyle=ISO`,
      },
    }),
  ],
  // It would hide an order's line items and claims: their index has the order, but not its creation, which the foreign key has.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: {
    async context({ node }) {
      const principal = await authenticate(node?.req.headers.authorization);
      if (principal === null) throw new Error('Send a token.');
      const { storeId, ordersSince, installationId } = sessionOf(principal);
      return {
        pgSettings: {
          role: APP_ROLE,
          'scopegate.store_id': storeId,
          'scopegate.orders_since': ordersSince?.toISOString() ?? '-infinity',
          'scopegate.installation_id': installationId ?? '',
          'scopegate.owner': '',
        },
      };
    },
  },
};

const server = createServer();
const serv = postgraphile(preset).createServ(grafserv);
await serv.addTo(server);
server.listen(port, host, () => announce('PostGraphile', server));
