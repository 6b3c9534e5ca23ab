import { buildSchema, parse, print, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { executeScoped, scopesOf } from '../../src/scopes/enforce.ts';
import { filterOperation } from '../../src/scopes/filter.ts';
import { planOperation } from '../../src/scopes/plan.ts';
import { requirementIndex } from '../../src/scopes/requirement-index.ts';

const DIRECTIVE =
  'directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE\n';

const of = (sdl: string) => buildSchema(DIRECTIVE + sdl);

/** The answer to a document, each error as its coordinate with where it says it is. */
async function ask(sdl: string, source: string, scopes: string[], rootValue: object) {
  const { data, errors = [] } = await executeScoped({
    schema: of(sdl),
    document: parse(source),
    grantedScopes: scopes,
    undeclared: 'public',
    rootValue,
  });
  return {
    data: JSON.parse(JSON.stringify(data)),
    errors: errors.map(({ path, message, extensions: { coordinate, nulledPath } }) => ({
      coordinate: coordinate ?? message,
      path,
      ...(nulledPath !== undefined && { nulledPath }),
    })),
  };
}

/** Each of these was found by a random case of `test/differential`, or by reading for one. */
describe('a filtered answer', () => {
  const PETS = `
    interface Animal { name: String }
    type Cat implements Animal @requiresScopes(scopes: [["cats"]]) { name: String lives: Int }
    type Dog implements Animal { name: String tricks: Int @requiresScopes(scopes: [["tricks"]]) }
    type Query { first: [Animal] second: [Animal] }`;
  const pets = [
    { __typename: 'Cat', name: 'Mia', lives: 9 },
    { __typename: 'Dog', name: 'Rex', tricks: 2 },
  ];
  const root = { first: pets, second: pets };

  it('keeps an object of a refused type of which nothing is asked', async () => {
    const source =
      '{ first { ... on Dog { name tricks } } second { ... on Cat { lives } ... on Dog { name } } }';
    expect(await ask(PETS, source, [], root)).toEqual({
      data: { first: [{}, { name: 'Rex', tricks: null }], second: [null, { name: 'Rex' }] },
      errors: [
        { coordinate: 'Dog.tricks', path: ['first', 1, 'tricks'] },
        { coordinate: 'Cat', path: ['second', 0] },
      ],
    });
  });

  it('says the place that is null in the end when two refusals rise to different heights', async () => {
    const sdl = `
      type Inner { refused: Int! @requiresScopes(scopes: [["a"]]) }
      type Outer { inner: Inner other: Int! @requiresScopes(scopes: [["b"]]) }
      type Query { outer: Outer }`;
    const source = '{ outer { inner { refused } other } }';
    const outer = { inner: { refused: 1 }, other: 2 };
    expect(await ask(sdl, source, [], { outer })).toEqual({
      data: { outer: null },
      errors: [
        { coordinate: 'Inner.refused', path: ['outer', 'inner', 'refused'], nulledPath: ['outer'] },
        { coordinate: 'Outer.other', path: ['outer', 'other'], nulledPath: ['outer'] },
      ],
    });
    expect(await ask(sdl, source, ['b'], { outer })).toEqual({
      data: { outer: { inner: null, other: 2 } },
      errors: [
        {
          coordinate: 'Inner.refused',
          path: ['outer', 'inner', 'refused'],
          nulledPath: ['outer', 'inner'],
        },
      ],
    });
  });

  describe('of an interface whose types promise more than it does', () => {
    const SHAPES = `
      interface Shape { label: String next: Shape size: Int }
      type Circle implements Shape { label: String! next: Circle size: Int! }
      type Square implements Shape { label: String next: Shape size: Int }
      type Star implements Shape { label: String @requiresScopes(scopes: [["stars"]]) next: Star @requiresScopes(scopes: [["stars"]]) size: Int }
      type Query { shapes: [Shape] }`;
    const circle = { __typename: 'Circle', label: 'round', size: 1 };
    const square = { __typename: 'Square', label: null, size: 2 };
    const star = { __typename: 'Star', label: 'hidden', size: 3 };
    const shapes = [{ ...circle, next: circle }, { ...square, next: circle }, star];
    const source =
      '{ shapes { label key_1: size next { size } ... on Square { next { label } } } }';

    it('comes from a valid document', () => {
      const index = requirementIndex(of(SHAPES), { undeclared: 'public' });
      const plan = planOperation(index, parse(source));
      const { document } = filterOperation(plan, scopesOf([]), {});
      expect(validate(index.schema, parse(print(document)))).toEqual([]);
    });

    it('has the response keys of the original', async () => {
      expect(await ask(SHAPES, source, [], { shapes })).toEqual({
        data: {
          shapes: [
            { label: 'round', key_1: 1, next: { size: 1 } },
            { label: null, key_1: 2, next: { size: 1, label: 'round' } },
            { label: null, key_1: 3, next: null },
          ],
        },
        errors: [
          { coordinate: 'Star.label', path: ['shapes', 2, 'label'] },
          { coordinate: 'Star.next', path: ['shapes', 2, 'next'] },
        ],
      });
    });

    it('tells where something else failed by those keys too', async () => {
      const failing = { ...circle, label: () => Promise.reject(new Error('broken')) };
      const answer = await ask(SHAPES, '{ shapes { label } }', [], { shapes: [failing, star] });
      expect(answer.data).toEqual({ shapes: [null, { label: null }] });
      expect(answer.errors).toContainEqual({ coordinate: 'broken', path: ['shapes', 0, 'label'] });
    });
  });
});
