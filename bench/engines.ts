import { parseArgs } from 'node:util';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, parse } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { createMemorySource } from '../src/data/memory/source.ts';
import type { Load, Session, Source } from '../src/data/source.ts';
import { compiledOrNull } from '../src/engine/executables.ts';
import { runExecutable } from '../src/engine/run.ts';
import { createCursorCodec } from '../src/schema/cursor.ts';
import { schema } from '../src/schema/index.ts';
import { ROW_SCOPES } from '../src/scopes/catalogue.ts';
import { Refusals } from '../src/scopes/refusals.ts';
import { requirementIndex } from '../src/scopes/requirement-index.ts';
import { ScopeSet } from '../src/scopes/scope-set.ts';
import { decideRequest } from '../src/scopes/scoped-request.ts';
import { writtenOut } from './engines-written.ts';
import { createMemoryRows, MEMORY_ORDERS } from './memory-rows.ts';
import { graphqlRequests } from './operations.ts';
import { createLoaders } from './peers/loaders.ts';
import { createMemoryData } from './peers/memory-data.ts';
import { RESOLVERS } from './peers/resolvers.ts';
import { answerOrders } from './peers/rest-answers.ts';
import { SCOPES_DIRECTIVE, TYPE_DEFS } from './peers/schema-part.ts';
import { type Spread, spreadOf } from './statistics.ts';

/**
 * `npm run engines`: Q2 from a decision to the text of its data, without HTTP and on the rows in memory. What the engine's
 * closures cost beside a function that was generated for this one operation, a hand-written one, graphql-jit and
 * graphql-js. Only the first enforces anything.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    runs: { type: 'string', default: '400' },
  },
});

const { query } = JSON.parse(graphqlRequests('')('Q2', '').body ?? '{}') as { query: string };
const document = parse(query);
const rows = createMemoryRows(MEMORY_ORDERS);
const source = createMemorySource({ ...rows });
const [store] = rows.store;
const session: Session = { storeId: store?.id ?? '', installationId: null, ordersSince: null };

type Engine = () => Promise<string>;

/** Asks what was asked before, and keeps what is asked. */
const waves: (readonly Load[])[] = [];
const recording: Source = {
  ...source,
  wave: (who, loads) => {
    waves.push(loads);
    return source.wave(who, loads);
  },
};

function closures(from: Source): Engine {
  const index = requirementIndex(schema, { undeclared: 'refuse', rowScopes: ROW_SCOPES });
  const granted = ScopeSet.all;
  const request = { document, granted, mode: 'filter', variables: {} } as const;
  const decided = decideRequest(index, request);
  if ('errors' in decided) throw decided.errors[0];
  const { plan, decision, variables } = decided;
  const executable = compiledOrNull(plan, decision, granted, variables);
  if (executable === null) throw new Error('The engine leaves Q2 to the executor.');
  const cursors = createCursorCodec(new Uint8Array(32));
  return () =>
    runExecutable(executable, from, session, {
      ...{ principal: null, granted, variables, cursors },
      now: new Date(),
      refusals: new Refusals(),
    });
}

const data = createMemoryData(rows);
const peerSchema = makeExecutableSchema({
  typeDefs: [SCOPES_DIRECTIVE, TYPE_DEFS],
  resolvers: RESOLVERS,
});
const contextValue = () => {
  const reader = data.readerOf(session);
  return { reader, loaders: createLoaders(reader) };
};

function jit(): Engine {
  const compiled = compileQuery(peerSchema, document);
  if (!isCompiledQuery(compiled)) throw new Error('graphql-jit does not compile Q2.');
  return async () =>
    compiled.stringify((await compiled.query({}, contextValue(), {})).data as never);
}

await closures(recording)();
const ENGINES: Readonly<Record<string, Engine>> = {
  "the engine's closures": closures(source),
  'a generated function': writtenOut(source, session, waves),
  'by hand': async () =>
    JSON.stringify(answerOrders(await data.rest.newestWithAll(session, 51), 50)),
  'graphql-jit': jit(),
  'graphql-js': async () => {
    const { data } = await execute({ schema: peerSchema, document, contextValue: contextValue() });
    return JSON.stringify(data);
  },
};

const expected = await closures(source)();
for (const [name, run] of Object.entries(ENGINES)) {
  if ((await run()) !== expected) throw new Error(`${name} answers with something else.`);
}

const taken = new Map(Object.keys(ENGINES).map((name) => [name, [] as number[]]));
for (let round = -2; round < Number(values.rounds); round += 1) {
  for (const [name, run] of Object.entries(ENGINES)) {
    const before = process.cpuUsage();
    for (let times = 0; times < Number(values.runs); times += 1) await run();
    const { user, system } = process.cpuUsage(before);
    // The first two rounds are for the compiler.
    if (round >= 0) taken.get(name)?.push((user + system) / Number(values.runs));
  }
}

const shown = ({ median, min, max }: Spread) =>
  `${median.toFixed(0)} (${min.toFixed(0)}-${max.toFixed(0)})`.padStart(22);
process.stdout.write(`${'Q2, microseconds of processor time'.padEnd(36)}medians (least-most)\n`);
for (const [name, times] of taken) {
  process.stdout.write(`${name.padEnd(34)}${shown(spreadOf(times))}\n`);
}
