import fc from 'fast-check';
import { type GraphQLError, getVariableValues, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { coercionOf, MAX_VARIABLE_ERRORS } from '../../src/scopes/variables.ts';

/** The variable definitions of a document's only operation. */
function definitionsOf(document: string) {
  const [operation] = parse(document).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError(document);
  return operation.variableDefinitions ?? [];
}

const TYPES = [
  'ID!',
  'ID',
  'ID = "ord_1"',
  'Int! = 3',
  'Int',
  'String',
  'Boolean = false',
  '[ID!]!',
  '[[Int]] = [[1], null]',
  'DateTime',
  'OrderFilter',
  'OrderFilter = {financialStatus: PAID}',
  'OrderOrder',
  'FinancialStatus = PAID',
  // Not there, and no input: the executor refuses them, whatever is sent.
  'Order',
  '[Nothing]',
];

const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    'PAID',
    'paid',
    'CREATED_AT',
    '2026-01-01T00:00:00Z',
    'ord_1',
  ),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.string(),
);
const fields = ['financialStatus', 'createdFrom', 'field', 'direction', 'nothing', '__proto__'];
const value = fc.oneof(
  { weight: 4, arbitrary: leaf },
  fc.array(leaf, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom(...fields), leaf, { maxKeys: 3 }),
);

const request = fc.array(fc.constantFrom(...TYPES), { maxLength: 4 }).chain((types) =>
  fc.record({
    types: fc.constant(types),
    // Also more of them than are defined, which nobody minds.
    sent: fc.dictionary(fc.constantFrom('v0', 'v1', 'v2', 'v3', 'constructor'), value),
  }),
);

const told = (errors: readonly GraphQLError[] | undefined) =>
  errors?.map(({ message, locations, nodes }) => ({ message, locations, nodes: nodes?.length }));

describe("a request's variables", () => {
  it('are coerced, and what is wrong with them is said, as graphql-js does it', () => {
    let coercedOnce = false;
    fc.assert(
      fc.property(request, ({ types, sent }) => {
        const defined = types.map((type, index) => `$v${index}: ${type}`).join(', ');
        const definitions = definitionsOf(`query ${defined && `(${defined})`} { __typename }`);
        const expected = getVariableValues(schema, definitions, sent, {
          maxErrors: MAX_VARIABLE_ERRORS,
        });
        const { coerced, errors } = coercionOf(schema, definitions)(sent);
        expect(coerced).toEqual(expected.coerced);
        expect(told(errors)).toEqual(told(expected.errors));
        coercedOnce ||= coerced !== undefined && Object.keys(coerced).length > 1;
      }),
      { numRuns: 500 },
    );
    expect(coercedOnce).toBe(true);
  });

  it('that were not sent are absent, whatever they are called', () => {
    const coerce = coercionOf(schema, definitionsOf('query ($constructor: ID) { __typename }'));
    expect(coerce({}).coerced?.constructor).toBeUndefined();
    expect(coerce({ constructor: 'ord_1' }).coerced).toEqual({ constructor: 'ord_1' });
  });

  it('are asked for where one is missing', () => {
    const coerce = coercionOf(schema, definitionsOf('query ($id: ID!) { __typename }'));
    expect(coerce({ id: 7 }).coerced).toEqual({ id: '7' });
    expect(told(coerce({}).errors)).toMatchObject([
      { message: 'Variable "$id" of required type "ID!" was not provided.' },
    ]);
  });
});
