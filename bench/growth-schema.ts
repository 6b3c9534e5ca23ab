import { buildSchema, parse } from 'graphql';
import {
  decide,
  executeScoped,
  planOperation,
  requirementIndex,
  scopesOf,
} from '../src/enforce.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** What deciding costs by the size of the schema and of the document, with `scopegate/enforce` alone. */

const ROUNDS = 21;
const times = <T>(count: number, of: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => of(index));

/** Types with a scope each, of which every one leads to the next; a field of each takes the next one's scope too. */
export function schemaOf(types: number) {
  const typeDefs = times(
    types,
    (i) => `type T${i} @requiresScopes(scopes: [["read_${i}"]]) {
      id: ID! name: String note: String @requiresScopes(scopes: [["read_${(i + 1) % types}"]])
      next: T${(i + 1) % types}
    }`,
  );
  const fields = times(types, (i) => `t${i}: T${i} @requiresScopes(scopes: [["read_${i}"]])`);
  return buildSchema(`
    directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION
    type Query { ${fields.join(' ')} }
    ${typeDefs.join('\n')}
  `);
}

/** The same operation whatever the schema: five types in a row, 16 fields, one of them refused. */
const CHAIN =
  '{ t0 { id name note next { id name note next { id name note next { id name note next { id } } } } } }';
const ROOT = {
  t0: { id: '0', next: { id: '1', next: { id: '2', next: { id: '3', next: { id: '4' } } } } },
};

/** So many fields of one type, under aliases. */
const wide = (fields: number) =>
  `{ ${times(Math.ceil(fields / 4), (i) => `a${i}: t0 { id name note }`).join(' ')} }`;

/** Microseconds of a run; the first rounds are left out. */
async function timed(repeat: number, run: () => unknown): Promise<Spread> {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS + 5; round += 1) {
    const before = process.cpuUsage();
    for (let i = 0; i < repeat; i += 1) await run();
    const { user, system } = process.cpuUsage(before);
    samples.push((user + system) / repeat);
  }
  return spreadOf(samples.slice(5));
}

export interface SchemaGrowth {
  readonly types: number;
  /** A document that was never seen. */
  readonly plan: Spread;
  /** A request with a known document: what is decided of it. */
  readonly decide: Spread;
  /** The same through `executeScoped`, answered by graphql-js. */
  readonly execute: Spread;
}

/** Of every scope but one, so that deciding has something to refuse. */
export async function growBySchema(types: number): Promise<SchemaGrowth> {
  const schema = schemaOf(types);
  const index = requirementIndex(schema, { undeclared: 'refuse' });
  const names = times(types, (i) => `read_${i}`).filter((name) => name !== 'read_3');
  const granted = scopesOf(names);
  const document = parse(CHAIN, { noLocation: true });
  const plan = planOperation(index, document);
  const request = { granted, mode: 'filter', variables: {} } as const;
  return {
    types,
    plan: await timed(20, () => planOperation(index, parse(CHAIN, { noLocation: true }))),
    decide: await timed(5_000, () => decide(plan, request)),
    execute: await timed(200, () =>
      executeScoped({
        schema,
        document,
        grantedScopes: ['read_0', 'read_1', 'read_2'],
        rootValue: ROOT,
      }),
    ),
  };
}

export interface DocumentGrowth {
  readonly fields: number;
  readonly plan: Spread;
  readonly decide: Spread;
}

/** Against 100 types. */
export async function growByDocument(fields: number): Promise<DocumentGrowth> {
  const index = requirementIndex(schemaOf(100), { undeclared: 'refuse' });
  const granted = scopesOf(['read_0']);
  const text = wide(fields);
  const plan = planOperation(index, parse(text, { noLocation: true }));
  const repeat = Math.max(1, Math.round(2_000 / fields));
  return {
    fields,
    plan: await timed(repeat, () => planOperation(index, parse(text, { noLocation: true }))),
    decide: await timed(1_000, () => decide(plan, { granted, mode: 'filter', variables: {} })),
  };
}
