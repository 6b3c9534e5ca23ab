import fc from 'fast-check';
import {
  buildASTSchema,
  buildSchema,
  execute,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isType,
  isUnionType,
  parse,
  printSchema,
  validate,
  validateSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { printScopedSchema } from '../../src/schema/print.ts';
import { coordinatesOf } from '../../src/scopes/coordinates.ts';
import { declaredRequirement } from '../../src/scopes/declaration.ts';
import { scopesOf } from '../../src/scopes/execute-scoped.ts';
import { planOperation } from '../../src/scopes/plan.ts';
import { type Granted, isSatisfied, type Requirement } from '../../src/scopes/requirement.ts';
import { type RequirementIndex, requirementIndex } from '../../src/scopes/requirement-index.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { visibleSchema } from '../../src/scopes/visible-schema.ts';
import { someScopes } from './arbitraries.ts';

const DIRECTIVES = `
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | ENUM_VALUE | UNION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | UNION
`;

/** What a grant sees of SDL in which an element takes the scope `a` where it says `@a`, and so on. */
function visible(sdl: string, scopes: string | null): GraphQLSchema {
  const spelled = sdl.replace(/@([a-c])\b/g, '@requiresScopes(scopes: [["$1"]])');
  const whole = buildSchema(DIRECTIVES + spelled);
  const index = requirementIndex(whole, { undeclared: 'public' });
  return visibleSchema(index, scopesOf(scopes === null ? null : scopes.split(' ')));
}

/** The same printed, without the directives and on few lines. */
const seen = (sdl: string, scopes: string | null) =>
  printSchema(visible(sdl, scopes))
    .replace(/^directive .*\n\n?/gm, '')
    .replace(/\s+/g, ' ')
    .trim();

const spaced = (sdl: string) => sdl.replace(/\s+/g, ' ').trim();

describe('a visible schema', () => {
  const SHOP = `
    type Query { orders: [Order] @a  customers: [Customer]  shop: Shop! }
    type Order { id: ID!  customer: Customer }
    type Customer @b { email: String  orders: [Order] @a }
    type Shop { name: String! }
  `;

  it('has the fields that the grant may select, and the types they lead to', () => {
    expect(seen(SHOP, 'a b')).toBe(
      spaced(`
        type Query { orders: [Order] customers: [Customer] shop: Shop! }
        type Order { id: ID! customer: Customer }
        type Customer { email: String orders: [Order] }
        type Shop { name: String! }
      `),
    );
  });

  it('has neither refused fields nor what only they lead to', () => {
    expect(seen(SHOP, 'a')).toBe(
      spaced(`
        type Query { orders: [Order] shop: Shop! }
        type Order { id: ID! }
        type Shop { name: String! }
      `),
    );
    expect(seen(SHOP, 'b')).toBe(
      spaced(`
        type Query { customers: [Customer] shop: Shop! }
        type Customer { email: String }
        type Shop { name: String! }
      `),
    );
  });

  it('tells a request without a token from one without scopes', () => {
    const sdl = 'type Query { mine: Int @authenticated  open: Int  paid: Int @a }';
    expect(seen(sdl, null)).toBe('type Query { open: Int }');
    expect(seen(sdl, '')).toBe('type Query { mine: Int open: Int }');
  });

  it('loses a type that has nothing left, with the fields that return it', () => {
    const sdl = `
      type Query { open: Int  box: Box  boxes: [Boxes!]! }
      type Boxes { box: Box!  kept: Kept }
      type Box { content: String @a }
      type Kept { only: Box }
    `;
    expect(seen(sdl, 'a')).toContain('type Kept');
    expect(seen(sdl, '')).toBe('type Query { open: Int }');
  });

  it('keeps types that lead to each other', () => {
    const sdl = 'type Query { one: One }  type One { two: Two }  type Two { one: One  x: Int @a }';
    expect(seen(sdl, '')).toBe(
      'type Query { one: One } type One { two: Two } type Two { one: One }',
    );
  });

  it('has a query root also when nothing is left of it, and answers introspection', async () => {
    const none = visible('type Query { paid: Int @a }  type Mutation { pay: Int @a }', '');
    expect(printSchema(none)).toContain('type Query');
    expect(none.getMutationType()).toBeFalsy();
    const document = parse('{ __schema { queryType { name fields { name } } types { name } } }');
    const { data, errors } = await execute({ schema: none, document });
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).not.toContain('paid');
  });

  it('has an empty query root also when the root itself is refused', () => {
    const sdl = 'type Query @a { x: Int }  type Mutation @b { y: Int }';
    expect(seen(sdl, '')).toBe('type Query');
    expect(seen(sdl, 'a')).toBe('type Query { x: Int }');
    expect(seen(sdl, 'b')).toBe('type Query type Mutation { y: Int }');
  });

  it('has a mutation root with what is left of it', () => {
    const sdl = 'type Query { x: Int }  type Mutation { pay: Int @a  ask: Int }';
    expect(seen(sdl, '')).toBe('type Query { x: Int } type Mutation { ask: Int }');
  });
});

describe('abstract types of a visible schema', () => {
  it('are narrowed to the types that are left', () => {
    const sdl = `
      type Query { any: Any  node: Node }
      interface Node { id: ID! }
      union Any = Order | Customer
      type Order implements Node @a { id: ID! }
      type Customer implements Node @b { id: ID! }
    `;
    const orders = visible(sdl, 'a');
    expect(printSchema(orders)).toContain('union Any = Order\n');
    expect(orders.getType('Customer')).toBeUndefined();
    expect(possible(orders, 'Node')).toEqual(['Order']);
    expect(possible(visible(sdl, 'a b'), 'Node')).toEqual(['Order', 'Customer']);
    expect(seen(sdl, '')).toBe('type Query');
  });

  it('have no types that only another way would lead to', () => {
    const sdl = `
      type Query { order: Order  node: Node @a }
      interface Node { id: ID! }
      type Order implements Node { id: ID! }
      type Customer implements Node { id: ID! }
    `;
    expect(possible(visible(sdl, ''), 'Node')).toEqual(['Order']);
    expect(possible(visible(sdl, 'a'), 'Node')).toEqual(['Order', 'Customer']);
  });

  it('keep a field that all their types have, and leave any other to the types that do', () => {
    const sdl = `
      type Query { node: Node }
      interface Node { id: ID!  name: String }
      type Order implements Node { id: ID!  name: String @a }
      type Customer implements Node { id: ID!  name: String }
    `;
    const view = visible(sdl, '');
    const valid = (query: string) => validate(view, parse(query)).length === 0;
    expect(valid('{ node { id } }')).toBe(true);
    expect(valid('{ node { name } }')).toBe(false);
    expect(valid('{ node { ... on Customer { name } } }')).toBe(true);
    expect(valid('{ node { ... on Order { name } } }')).toBe(false);
    expect(validateSchema(buildSchema(printSchema(view)))).toEqual([]);
  });

  it('are gone when no field is left that all their types have', () => {
    const sdl = `
      type Query { node: Node  order: Order }
      interface Node { name: String }
      type Order implements Node { name: String @a  id: ID }
      type Customer implements Node { name: String }
    `;
    expect(seen(sdl, '')).toBe('type Query { order: Order } type Order { id: ID }');
  });

  it('are still what they were where no object type has them', () => {
    const sdl =
      'type Query { some: Some }  interface Some { id: ID!  paid: Int @a  box: Box }  type Box { x: Int }';
    expect(seen(sdl, '')).toBe(
      'type Query { some: Some } interface Some { id: ID! box: Box } type Box { x: Int }',
    );
  });

  it('that are refused take their types along, as their scopes do', () => {
    const sdl = `
      type Query { order: Order  open: Int }
      interface Node @a { id: ID! }
      type Order implements Node { id: ID!  total: Int }
    `;
    expect(seen(sdl, '')).toBe('type Query { open: Int }');
    expect(seen(sdl, 'a')).toContain('type Order implements Node');
  });
});

describe('inputs of a visible schema', () => {
  it('lack refused arguments, input fields and enum values', () => {
    const sdl = `
      type Query { orders(email: String @a, filter: Filter, by: Sort): Int }
      input Filter { email: String @a  name: String }
      enum Sort { EMAIL @a  NAME }
    `;
    expect(seen(sdl, '')).toBe(
      spaced(`
        type Query { orders(filter: Filter, by: Sort): Int }
        input Filter { name: String }
        enum Sort { NAME }
      `),
    );
    expect(seen(sdl, 'a')).toContain('orders(email: String, filter: Filter, by: Sort)');
  });

  it.each([
    ['a required argument is refused', 'type Query { open: Int  x(a: Int! @a): Int }'],
    ['a default is, which counts as present', 'type Query { open: Int  x(a: Int = 1 @a): Int }'],
    [
      'the type of a required argument is',
      'type Query { open: Int  x(a: Secret!): Int }  scalar Secret @a',
    ],
    [
      'a required input field is',
      'type Query { open: Int  x(a: In!): Int }  input In { b: Int! @a  c: Int }',
    ],
    [
      'a required input field is, further in',
      'type Query { open: Int  x(a: Out!): Int }  input Out { in: In! }  input In { b: Int! @a }',
    ],
    [
      'an input field with a default is',
      'type Query { open: Int  x(a: In!): Int }  input In { b: Int = 1 @a  c: Int }',
    ],
    [
      'no value of a required enum is left',
      'type Query { open: Int  x(a: Only!): Int }  enum Only { ONE @a }',
    ],
    ['its enum is', 'type Query { open: Int  x: Only }  enum Only @a { ONE }'],
    ['no value of its enum is left', 'type Query { open: Int  x: Only }  enum Only { ONE @a }'],
    ['its scalar is', 'type Query { open: Int  x: Secret }  scalar Secret @a'],
  ])('take their field along when %s', (_, sdl) => {
    expect(seen(sdl, '')).toBe('type Query { open: Int }');
    expect(seen(sdl, 'a')).toContain(' x');
  });

  it('that may be left out go alone', () => {
    const sdl = `
      type Query { x(a: In, b: Only, c: Int): Int }
      input In { b: Int! @a }
      enum Only { ONE @a }
    `;
    expect(seen(sdl, '')).toBe('type Query { x(c: Int): Int }');
  });

  it('must be sent where their default is refused but other values are not', () => {
    const sdl = `
      type Query { orders(by: Sort! = EMAIL): Int }
      enum Sort { EMAIL @a  NAME }
    `;
    expect(seen(sdl, 'a')).toContain('orders(by: Sort! = EMAIL): Int');
    expect(seen(sdl, '')).toBe('type Query { orders(by: Sort!): Int } enum Sort { NAME }');
  });

  it('of directives stay with them where they are left', () => {
    const sdl = `
      directive @sorted(by: Sort!, secret: Secret) on FIELD
      directive @secret(by: Secret!) on FIELD
      type Query { x: Int }
      enum Sort { NAME  EMAIL @a }
      enum Secret { ONE @a }
    `;
    const view = visible(sdl, '');
    expect(printSchema(view)).toContain('directive @sorted(by: Sort!) on FIELD\n');
    expect(view.getDirective('secret')).toBeUndefined();
    expect(view.getDirective('skip')).toBeDefined();
    expect(visible(sdl, 'a').getDirective('secret')).toBeDefined();
  });

  it('that arguments of an interface share are those that all its types have', () => {
    const sdl = `
      type Query { node: Node  order: Order }
      interface Node { name(as: String, in: String): String }
      type Order implements Node { name(as: String @a, in: String): String }
      type Customer implements Node { name(as: String, in: String): String }
    `;
    const view = visible(sdl, '');
    expect(printSchema(view)).toMatch(/interface Node {\n {2}name\(in: String\): String\n}/);
    expect(printSchema(view)).toMatch(/type Customer.* {\n {2}name\(as: String, in: String\)/);
    expect(validateSchema(buildSchema(printSchema(view)))).toEqual([]);
  });
});

describe('a visible schema keeps', () => {
  it('resolvers, descriptions, deprecations, defaults and extensions', async () => {
    const whole = buildSchema(`${DIRECTIVES}
      "The root."
      type Query {
        "Says hello."
        hello("To whom." name: String = "you" @deprecated(reason: "why")): String @deprecated(reason: "old")
        paid: Int @requiresScopes(scopes: [["a"]])
      }
    `);
    const field = whole.getQueryType()?.getFields().hello;
    if (!field) throw new Error('no field');
    field.resolve = (_, { name }) => `hello ${name}`;
    field.extensions = { kept: true };
    const view = visibleSchema(requirementIndex(whole, { undeclared: 'public' }), scopesOf([]));
    const { data } = await execute({ schema: view, document: parse('{ hello }') });
    expect(data).toEqual({ hello: 'hello you' });
    const kept = view.getQueryType()?.getFields().hello;
    expect(kept?.extensions).toEqual({ kept: true });
    expect(kept?.deprecationReason).toBe('old');
    expect(printSchema(view)).toContain('"""The root."""');
    expect(printSchema(view)).toContain('"""To whom."""');
    expect(printSchema(view)).not.toContain('paid');
  });
});

/** The names of the object types that an abstract type may turn out to be. */
function possible(of: GraphQLSchema, name: string): string[] {
  const type = of.getType(name);
  return isAbstractType(type) ? of.getPossibleTypes(type).map((member) => member.name) : [];
}

/** The fields of all object types, in the order of their names. */
const fieldsOf = (of: GraphQLSchema): string[] =>
  objectsOf(of)
    .flatMap((type) => Object.keys(type.getFields()).map((name) => `${type.name}.${name}`))
    .sort();

const objectsOf = (of: GraphQLSchema) =>
  Object.values(of.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !isIntrospectionType(type),
  );

/** The same by following every satisfied field, without a thought for what it returns. */
function reachableFields(index: RequirementIndex, granted: Granted): string[] {
  const reached = new Set<GraphQLObjectType>();
  const fields: string[] = [];
  const follow = (type: GraphQLNamedType) => {
    if (isAbstractType(type)) {
      for (const member of index.schema.getPossibleTypes(type)) {
        if (isSatisfied(index.ofType(member), granted)) follow(member);
      }
    }
    if (!isObjectType(type) || reached.has(type)) return;
    reached.add(type);
    for (const field of Object.values(type.getFields())) {
      if (!isSatisfied(index.ofField(type, field), granted)) continue;
      const required = field.args.filter(isRequiredArgument);
      const needed = [field, ...required].map(({ type: of }) => getNamedType(of));
      if (!needed.every((of) => hasValues(of, granted))) continue;
      fields.push(`${type.name}.${field.name}`);
      follow(getNamedType(field.type));
    }
  };
  for (const root of [index.schema.getQueryType(), index.schema.getMutationType()]) {
    if (root) follow(root);
  }
  return fields.sort();
}

/** Whether there is a value of the type: an enum has none where all of them are refused, nor what cannot do without it. */
function hasValues(type: GraphQLNamedType, granted: Granted): boolean {
  if (isEnumType(type)) {
    const isOpen = (requirement: Requirement | null) =>
      requirement === null || isSatisfied(requirement, granted);
    return type.getValues().some((value) => isOpen(declaredRequirement(value)));
  }
  if (!isInputObjectType(type)) return true;
  const required = Object.values(type.getFields()).filter(isRequiredInputField);
  return required.every((field) => hasValues(getNamedType(field.type), granted));
}

/** What each element takes, of those that take something. */
const guardsOf = (of: GraphQLSchema) =>
  Object.fromEntries(
    [...coordinatesOf(of)].flatMap(({ coordinate, element }) => {
      const requirement = declaredRequirement(element);
      return requirement?.authenticated ? [[coordinate, requirement]] : [];
    }),
  );

/** For each object type a query that asks for all its fields, on the shortest way from the root. */
function queriesOf(of: GraphQLSchema): string[] {
  const queries: string[] = [];
  const seen = new Set<GraphQLNamedType>();
  const query = of.getQueryType();
  const waiting: Way[] = query ? [{ type: query, variables: [], wrap: (inner) => inner }] : [];
  for (let way = waiting.shift(); way !== undefined; way = waiting.shift()) {
    const { type, variables, wrap } = way;
    if (seen.has(type)) continue;
    seen.add(type);
    if (!isObjectType(type)) {
      for (const member of of.getPossibleTypes(type)) {
        const onMember = (inner: string) => wrap(`... on ${member.name} { ${inner} }`);
        waiting.push({ type: member, variables, wrap: onMember });
      }
      continue;
    }
    const asked = Object.values(type.getFields()).map((field) => {
      const required = field.args.filter(isRequiredArgument);
      const names = required.map(({ name }) => `${name}_${type.name}_${field.name}`);
      const declared = required.map((argument, at) => `$${names[at]}: ${argument.type}`);
      const sent = required.map(({ name }, at) => `${name}: $${names[at]}`);
      const call = `${field.name}${sent.length > 0 ? `(${sent.join(', ')})` : ''}`;
      const named = getNamedType(field.type);
      if (isLeafType(named)) return { declared, text: call };
      if (isObjectType(named) || isInterfaceType(named) || isUnionType(named)) {
        const below = (inner: string) => wrap(`${call} { ${inner} }`);
        waiting.push({ type: named, variables: [...variables, ...declared], wrap: below });
      }
      const [member] = possible(of, named.name);
      const inner = member === undefined ? '__typename' : `... on ${member} { __typename }`;
      return { declared, text: `${call} { ${inner} }` };
    });
    const declared = [...variables, ...asked.flatMap((field) => field.declared)];
    const head = declared.length > 0 ? `query (${declared.join(', ')})` : 'query';
    queries.push(`${head} { ${wrap(asked.map(({ text }, at) => `f${at}: ${text}`).join(' '))} }`);
  }
  return queries;
}

interface Way {
  readonly type: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType;
  readonly variables: readonly string[];
  readonly wrap: (inner: string) => string;
}

describe('the visible part of the real schema', () => {
  const index = requirementIndex(schema, { undeclared: 'refuse' });
  const all = ScopeSet.all;
  const grants = fc.option(fc.oneof(someScopes, fc.constantFrom(ScopeSet.empty, all)), {
    nil: null,
  });

  it('is all of it for a token with every scope', () => {
    expect(printScopedSchema(visibleSchema(index, all))).toBe(printScopedSchema(schema));
  });

  it('is the public part without a token', () => {
    const view = visibleSchema(index, null);
    expect(Object.keys(view.getQueryType()?.getFields() ?? {})).toEqual(['scopes']);
    expect(view.getType('Order')).toBeUndefined();
  });

  it('has a field exactly when it is in reach and the grant satisfies it', () => {
    fc.assert(
      fc.property(grants, (granted) => {
        expect(fieldsOf(visibleSchema(index, granted))).toEqual(reachableFields(index, granted));
      }),
      { numRuns: 60 },
    );
  });

  it('lets every field through the plan, on the way that it shows', () => {
    fc.assert(
      fc.property(grants, (granted) => {
        const view = visibleSchema(index, granted);
        for (const query of queriesOf(view)) {
          const document = parse(query);
          expect(validate(schema, document), query).toEqual([]);
          expect(validate(view, document), query).toEqual([]);
          const { needs } = planOperation(index, document);
          // An id that is not known may be that of a type out of sight.
          const certain = needs.filter(({ coordinate, conditional }) => {
            return !conditional || schema.getType(coordinate) === undefined;
          });
          const refused = certain.filter(({ requirement }) => !isSatisfied(requirement, granted));
          expect(refused, query).toEqual([]);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('has no argument, input field or enum value that is refused, and lacks none that is not', () => {
    fc.assert(
      fc.property(grants, (granted) => {
        const view = visibleSchema(index, granted);
        const left = new Set([...coordinatesOf(view)].map(({ coordinate }) => coordinate));
        for (const { coordinate, element } of coordinatesOf(schema)) {
          const requirement = declaredRequirement(element);
          // Where all values of an enum are refused there is no such type, and nothing that takes it.
          const type = 'type' in element && isType(element.type) && getNamedType(element.type);
          const isOpen =
            (requirement === null || isSatisfied(requirement, granted)) &&
            (!type || view.getType(type.name) !== undefined);
          const [parent = coordinate] = coordinate.match(/^\w+(\.\w+(?=\())?/) ?? [];
          const isInput =
            coordinate.includes('(') ||
            isInputObjectType(schema.getType(parent)) ||
            isEnumType(schema.getType(parent));
          if (isInput && left.has(parent)) {
            expect(left.has(coordinate), coordinate).toBe(isOpen);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('prints as SDL that is a valid schema, and whose directives say the same', () => {
    fc.assert(
      fc.property(grants, (granted) => {
        const view = visibleSchema(index, granted);
        const built = buildASTSchema(parse(printScopedSchema(view)));
        expect(validateSchema(built)).toEqual([]);
        expect(guardsOf(built)).toEqual(guardsOf(view));
      }),
      { numRuns: 15 },
    );
  });

  it('grows with the scopes', () => {
    fc.assert(
      fc.property(someScopes, someScopes, (scopes, more) => {
        const fewer = fieldsOf(visibleSchema(index, scopes));
        const larger = new Set(fieldsOf(visibleSchema(index, scopes.union(more))));
        expect(fewer.filter((coordinate) => !larger.has(coordinate))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('is one object for all grants that satisfy the same requirements', () => {
    const one = visibleSchema(index, ScopeSet.parse('read_orders'));
    expect(visibleSchema(index, ScopeSet.parse('read_orders read_all_orders'))).toBe(one);
    expect(visibleSchema(index, scopesOf(['read_orders', 'of_nobody']))).toBe(one);
    expect(visibleSchema(index, ScopeSet.parse('read_customers'))).not.toBe(one);
  });
});
