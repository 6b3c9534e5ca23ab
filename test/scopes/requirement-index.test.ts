import {
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLString,
  GraphQLUnionType,
  introspectionTypes,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { declaredRequirement } from '../../src/scopes/declaration.ts';
import { AUTHENTICATED, anyOf, PUBLIC, type Requirement } from '../../src/scopes/requirement.ts';
import {
  isSelectable,
  requirementOfField,
  requirementOfType,
} from '../../src/scopes/requirement-index.ts';

const ORDERS = anyOf([['read_orders']]);
const CUSTOMERS = anyOf([['read_customers']]);

const says = (requirement?: Requirement) => ({
  extensions: requirement ? { scopegate: { requirement } } : {},
});

function objectOf(own?: Requirement, field?: Requirement) {
  const type = new GraphQLObjectType({
    name: 'Thing',
    ...says(own),
    fields: { value: { type: GraphQLString, ...says(field) } },
  });
  const value = type.getFields().value;
  if (value === undefined) throw new Error('The field is missing.');
  return { type, value };
}

describe('what an element declares', () => {
  it('is its own requirement', () => {
    expect(declaredRequirement(says(ORDERS))).toEqual(ORDERS);
  });

  it('is null when it declares nothing, or something else', () => {
    expect(declaredRequirement(says())).toBeNull();
    expect(declaredRequirement({ extensions: { scopegate: { source: {} } } })).toBeNull();
    expect(declaredRequirement({ extensions: { other: { requirement: ORDERS } } })).toBeNull();
  });
});

describe('what a field takes', () => {
  it.each([
    [
      'its own beside the one of its type',
      ORDERS,
      CUSTOMERS,
      anyOf([['read_orders', 'read_customers']]),
    ],
    ['the one of its type when it has none', ORDERS, undefined, ORDERS],
    ['its own when its type has none', undefined, CUSTOMERS, CUSTOMERS],
    ['the one of its type when it is public itself', ORDERS, PUBLIC, ORDERS],
    ['its own when any token holds the type', AUTHENTICATED, CUSTOMERS, CUSTOMERS],
    ['nothing when neither says anything', undefined, undefined, PUBLIC],
  ])('is %s', (_name, own, field, whole) => {
    const { type, value } = objectOf(own, field);
    expect(requirementOfField(type, value)).toEqual(whole);
  });

  it('is not part of what the type takes', () => {
    expect(requirementOfType(objectOf(ORDERS, CUSTOMERS).type)).toEqual(ORDERS);
    expect(requirementOfType(objectOf(undefined, CUSTOMERS).type)).toEqual(PUBLIC);
  });
});

describe('a type', () => {
  const { type } = objectOf();

  it.each([type, new GraphQLInterfaceType({ name: 'Face', fields: {} })])(
    '%s has fields to select',
    (selectable) => {
      expect(isSelectable(selectable)).toBe(true);
    },
  );

  it.each([
    ...introspectionTypes,
    GraphQLString,
    new GraphQLScalarType({ name: 'Moment' }),
    new GraphQLEnumType({ name: 'Colour', values: { RED: {} } }),
    new GraphQLUnionType({ name: 'Either', types: [type] }),
    new GraphQLInputObjectType({ name: 'Given', fields: {} }),
  ])('%s has none that the project declares', (other) => {
    expect(isSelectable(other)).toBe(false);
  });
});
