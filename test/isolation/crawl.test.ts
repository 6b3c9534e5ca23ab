import { isNonNullType, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import type { TestGateway } from '../support/gateway.ts';
import { crawl } from '../support/queries-crawl.ts';
import { coordinatesOf } from '../support/queries-paths.ts';
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
  .filter(({ args }) => args.some(({ type }) => isNonNullType(type)))
  .map(({ name }) => `Query.${name}`);

it('a crawl asks for every field of every type', async () => {
  const asked = new Set<string>();
  const send = async (query: string) => {
    for (const coordinate of askedIn(query)) asked.add(coordinate);
    return { body: {} };
  };
  await crawl({ send } as unknown as TestGateway, '', { depth: 3 });
  const left = coordinatesOf(schema).filter((coordinate) => !asked.has(coordinate));
  expect(left.filter((coordinate) => !OTHER_WAYS.test(coordinate))).toEqual(byKey.sort());
  expect(asked.size).toBeGreaterThan(200);
});
