import {
  getNamedType,
  isRequiredArgument,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import type { TestGateway } from '../support/gateway.ts';
import { crawl, isReport } from '../support/queries-crawl.ts';
import { compositeTypes, coordinatesOf, typesOfQueries } from '../support/queries-paths.ts';
import { must } from '../support/queries-seed.ts';

/** Every field that a document asks for. */
function askedIn(query: string): string[] {
  const found: string[] = [];
  const types = new TypeInfo(schema);
  visit(
    parse(query),
    visitWithTypeInfo(types, {
      Field: ({ name }) => {
        found.push(`${types.getParentType()?.name}.${name.value}`);
      },
    }),
  );
  return found;
}

/** What lists say about themselves, the same rows by another way, and sums, which are of no row. */
const OTHER_WAYS = /^(Node|PageInfo|Analytics\w*)\.|Connection\.(pageInfo|totalCount)$|Edge\.node$/;

const byKey = Object.values(must(schema.getQueryType()).getFields())
  .filter((field) => field.args.some(isRequiredArgument) && !isReport(field))
  .map(({ name }) => `Query.${name}`);

it('a crawl asks for every field of every type that a query leads to', async () => {
  const asked = new Set<string>();
  const send = async (query: string) => {
    for (const coordinate of askedIn(query)) asked.add(coordinate);
    return { body: {} };
  };
  await crawl({ send } as unknown as TestGateway, '', { depth: 3 });
  // A crawl reads: what only a mutation leads to is asked for where there are mutations.
  const types = typesOfQueries(schema);
  const left = coordinatesOf(schema).filter(
    (coordinate) => !asked.has(coordinate) && types.has(must(coordinate.split('.')[0])),
  );
  expect(left.filter((coordinate) => !OTHER_WAYS.test(coordinate))).toEqual(byKey.sort());
  expect(asked.size).toBeGreaterThan(200);
});

it('what no query leads to is payloads and what they say of mistakes', () => {
  const types = typesOfQueries(schema);
  const others = compositeTypes(schema).filter(({ name }) => !types.has(name));
  const payloads = Object.values(must(schema.getMutationType()).getFields()).map(
    ({ type }) => getNamedType(type).name,
  );
  expect(others.map(({ name }) => name).sort()).toEqual(
    ['Mutation', 'UserError', ...payloads].sort(),
  );
});
