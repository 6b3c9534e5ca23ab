import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { createPostgres } from '../src/data/postgres.ts';
import type { Session } from '../src/data/source.ts';
import { createSqlSource } from '../src/data/sql-source.ts';
import { statementOf } from '../src/data/statements.ts';
import { APP_ROLE } from '../src/data/tables/columns.ts';
import { startCluster } from './cluster.ts';
import { type FilledDatabase, openDatabase } from './database.ts';
import { explain, type PlanFacts } from './plan-facts.ts';
import { loadsOfSchema, type NamedLoad } from './plan-loads.ts';
import { loadsOfOperations } from './plan-operations.ts';
import { createSamples } from './plan-samples.ts';

/**
 * `npm run plans`: what PostgreSQL does for every statement of Q1 and Q2, and for those that the lists and look-ups of the
 * schema can send, on the whole database under the app role. `--slow 10` shows the text of those that take longer.
 */

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000000' },
    slow: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    data: { type: 'string', default: fileURLToPath(new URL('../../.data', import.meta.url)) },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const tell = (text: string) => process.stderr.write(`${text}\n`);
const TIMEOUT = 30_000;
const SLOW = Number(values.slow);

async function collect(database: FilledDatabase, session: Session): Promise<readonly NamedLoad[]> {
  const source = createSqlSource(
    createPostgres({ url: database.appUrl, connections: 1, statementTimeout: TIMEOUT }),
  );
  const pool = new pg.Pool({ connectionString: database.adminUrl });
  try {
    const [orderId = ''] = database.orderIds;
    const ofSchema = await loadsOfSchema(createSamples(pool, database.storeId));
    return [...(await loadsOfOperations(source, session, orderId)), ...ofSchema];
  } finally {
    await pool.end();
    await source.close();
  }
}

interface Explained extends NamedLoad {
  readonly facts: PlanFacts | null;
}

/** Null facts for what took longer than the gateway would ever wait. */
async function explainAll(
  { appUrl }: FilledDatabase,
  session: Session,
  loads: readonly NamedLoad[],
): Promise<readonly Explained[]> {
  const client = new pg.Client({
    connectionString: appUrl,
    options: `-c role=${APP_ROLE} -c plan_cache_mode=force_generic_plan -c statement_timeout=${TIMEOUT}`,
  });
  await client.connect();
  const explained: Explained[] = [];
  try {
    for (const named of loads) {
      const facts = await explain(client, session, statementOf(named.load)).catch((error) => {
        if (error instanceof pg.DatabaseError && error.code === '57014') return null;
        throw error;
      });
      explained.push({ ...named, facts });
      say(lineOf({ ...named, facts }));
    }
  } finally {
    await client.end();
  }
  return explained;
}

function lineOf({ name, facts }: Explained): string {
  if (facts === null) return `${'timeout'.padStart(9)}${''.padStart(18)}  ${name}`;
  const { milliseconds, pages, rows, remarks } = facts;
  const figures = [milliseconds.toFixed(2), String(pages), String(rows)];
  const told = remarks.length > 0 ? `  [${remarks.join('; ')}]` : '';
  return `${figures.map((figure) => figure.padStart(9)).join('')}  ${name}${told}`;
}

const isSlow = ({ facts }: Explained) => facts === null || facts.milliseconds > SLOW;

const cluster = await startCluster(values.data);
try {
  const database = await openDatabase(cluster, Number(values.orders), tell);
  const session = { storeId: database.storeId, installationId: null, ordersSince: null };
  const loads = await collect(database, session);
  say(['ms', 'pages', 'rows'].map((head) => head.padStart(9)).join(''));
  const explained = await explainAll(
    database,
    session,
    loads.filter(({ name }) => name.includes(values.only)),
  );
  const slow = explained.filter(isSlow);
  const remarked = explained.filter(({ facts }) => facts !== null && facts.remarks.length > 0);
  for (const { name, load } of slow) say(`\n${name}\n${statementOf(load).text}`);
  say(
    `\n${explained.length} statements; ${remarked.length} read many rows; ${slow.length} take longer than ${SLOW} ms.`,
  );
} finally {
  await cluster.stop();
}
