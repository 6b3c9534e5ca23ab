import { readFile } from 'node:fs/promises';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { isScope, ROW_SCOPES, SCOPES } from '../../src/scopes/catalogue.ts';
import { type Opening, openings } from '../../src/scopes/openings.ts';

const DIRECTIVES = `
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
  directive @authenticated on FIELD_DEFINITION | OBJECT
`;

/** What an SDL opens: what it takes, then what that gives, in short. */
const shortOf = (sdl: string) =>
  openings(buildSchema(`${DIRECTIVES}${sdl}`)).map(({ requirement, opened }) => [
    requirement.anyOf,
    opened.map(({ kind, name, except }) => [kind, name, ...except].join(' ')),
  ]);

describe('what a schema opens', () => {
  it('is a type for all of its fields, but for those that take more', () => {
    const opened = shortOf(`
      type Query { pet: Pet @requiresScopes(scopes: [["pets"]]) }
      type Pet @requiresScopes(scopes: [["pets"]]) {
        name: String
        age: Int
        owner: String @requiresScopes(scopes: [["people"]])
        cost: Int @requiresScopes(scopes: [["people"], ["money"]])
      }
    `);
    expect(opened).toEqual([
      [[['pets']], ['type Pet owner cost', 'query Query.pet']],
      [[['people', 'pets']], ['field Pet.owner']],
      [
        [
          ['money', 'pets'],
          ['people', 'pets'],
        ],
        ['field Pet.cost'],
      ],
    ]);
  });

  it('is each field of a type that takes something else than the type', () => {
    const opened = shortOf(`
      type Query { shop: Shop @authenticated }
      type Shop @authenticated {
        name: String
        motto: String
        domain: String @requiresScopes(scopes: [["shop"]])
        plan: String @requiresScopes(scopes: [["shop"]])
        legal: Legal @requiresScopes(scopes: [["shop"]])
      }
      type Legal @authenticated { name: String @requiresScopes(scopes: [["shop"]]) }
    `);
    expect(opened).toEqual([
      [[], ['query Query.shop', 'type Shop domain plan legal']],
      [[['shop']], ['type Legal', 'field Shop.domain', 'field Shop.legal', 'field Shop.plan']],
    ]);
  });

  it('has arguments, input fields and enum values where they take scopes', () => {
    const opened = shortOf(`
      type Query { pets(first: Int, vet: ID @requiresScopes(scopes: [["vets"]]), filter: Filter, sort: Sort): [Int] @authenticated }
      input Filter { name: String, owner: String @requiresScopes(scopes: [["people"]]) }
      enum Sort { NAME, OWNER @requiresScopes(scopes: [["people"]]) }
    `);
    expect(opened).toEqual([
      [[], ['query Query.pets']],
      [[['people']], ['input field Filter.owner', 'enum value Sort.OWNER']],
      [[['vets']], ['argument Query.pets(vet:)']],
    ]);
  });

  it('tells mutations and subscriptions from fields', () => {
    const opened = shortOf(`
      type Query { a: Int }
      type Mutation { b: Int @requiresScopes(scopes: [["x"]]) }
      type Subscription { c: Int @requiresScopes(scopes: [["x"]]) }
    `);
    expect(opened).toEqual([
      [[], ['query Query.a']],
      [[['x']], ['mutation Mutation.b', 'subscription Subscription.c']],
    ]);
  });
});

describe('what the schema opens', () => {
  const all: readonly Opening[] = openings(schema);
  const asked = new Set(all.flatMap(({ requirement }) => requirement.anyOf.flat()));

  it.each(SCOPES.filter(({ kind }) => kind === 'field').map(({ name }) => name))(
    'is something for %s',
    (name) => {
      expect(asked).toContain(name);
    },
  );

  it('takes no scope that the catalogue does not have', () => {
    expect([...asked].filter((name) => !isScope(name))).toEqual([]);
  });

  it('is nothing for a scope that widens rows: rows prove it', async () => {
    expect(ROW_SCOPES.filter((name) => asked.has(name))).toEqual([]);
    const proof = await readFile(new URL('../isolation/window.test.ts', import.meta.url), 'utf8');
    for (const name of ROW_SCOPES) {
      expect(proof).toContain(`it('is lifted by ${name}, which opens nothing by itself'`);
      expect(proof).toContain(`it('finds every order with ${name}'`);
    }
  });

  it('is listed whole: each coordinate once, and each in short as well', () => {
    const coordinates = all.flatMap(({ coordinates }) => coordinates);
    expect(new Set(coordinates).size).toBe(coordinates.length);
    for (const opening of all) {
      const named = opening.opened.map(({ name }) => name);
      const missing = opening.coordinates.filter(
        (coordinate) =>
          !named.includes(coordinate) && !named.includes(coordinate.split('.')[0] ?? ''),
      );
      expect(missing).toEqual([]);
    }
  });
});
