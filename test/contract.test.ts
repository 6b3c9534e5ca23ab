import { readFile } from 'node:fs/promises';
import {
  type ArgumentNode,
  type ASTNode,
  buildSchema,
  type DirectiveNode,
  isInputObjectType,
  isObjectType,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../src/schema/index.ts';
import { printScopedSchema } from '../src/schema/print.ts';
import { isScope } from '../src/scopes/catalogue.ts';
import type { NewestOrdersQuery } from './gql/graphql.ts';
import { graphql } from './gql/index.ts';
import { OTHER_STORE, STORE, startTestGateway, type TestGateway } from './support/gateway.ts';

const sdl = await readFile(new URL('../schema.graphql', import.meta.url), 'utf8');

/** Every list of scopes in the file, as written. */
function declaredScopes(): readonly (readonly string[])[][] {
  const found: string[][][] = [];
  visit(parse(sdl), {
    [Kind.DIRECTIVE]: (node: DirectiveNode) => {
      if (node.name.value === 'requiresScopes') found.push(scopesOf(node.arguments?.[0]));
    },
  });
  return found;
}

function scopesOf(argument: ArgumentNode | undefined): string[][] {
  if (argument?.name.value !== 'scopes' || argument.value.kind !== Kind.LIST) return [];
  return argument.value.values.map((group) =>
    group.kind === Kind.LIST
      ? group.values.map((scope) => (scope.kind === Kind.STRING ? scope.value : ''))
      : [],
  );
}

describe('schema.graphql', () => {
  it('is what the schema prints now: run "npm run schema" and read the diff', () => {
    expect(printScopedSchema(schema)).toBe(sdl);
  });

  it('builds with a plain GraphQL library', () => {
    const built = buildSchema(sdl);
    expect(built.getQueryType()?.name).toBe('Query');
    expect(Object.keys(built.getTypeMap())).toEqual(
      expect.arrayContaining(['Customer', 'Order', 'Product', 'Store']),
    );
  });

  it('says for a field, an argument field, an enum value and a type which scopes they take', () => {
    const built = buildSchema(sdl);
    const directivesOf = (
      element: { readonly astNode?: ASTNode | null | undefined } | undefined,
    ) =>
      element?.astNode && 'directives' in element.astNode
        ? (element.astNode.directives ?? []).map((node) => print(node))
        : [];
    const order = built.getType('Order');
    const filter = built.getType('OrderFilter');
    if (!isObjectType(order) || !isInputObjectType(filter)) throw new TypeError('other kinds');
    const ofCustomers = '@requiresScopes(scopes: [["read_customers"]])';
    expect(directivesOf(order)).toEqual(['@requiresScopes(scopes: [["read_orders"]])']);
    expect(directivesOf(order.getFields().customer)).toEqual([ofCustomers]);
    expect(directivesOf(order.getFields().sourceNumber)).toEqual([]);
    expect(directivesOf(filter.getFields().customerEmail)).toEqual([ofCustomers]);
    expect(sdl).toMatch(/^ {2}CONTACT_EMAIL @requiresScopes\(scopes: \[\["read_customers"\]\]\)$/m);
    expect(sdl).toMatch(/^type CurrentApp @authenticated \{$/m);
  });

  it('names scopes of the catalogue only', () => {
    const names = declaredScopes().flat(2);
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !isScope(name))).toEqual([]);
  });

  it('has its scopes sorted, none twice, no empty list and no list that another makes needless', () => {
    for (const groups of declaredScopes()) {
      expect(groups).not.toEqual([]);
      for (const group of groups) {
        expect(group).not.toEqual([]);
        expect(group).toEqual([...new Set(group)].sort());
      }
      const spelled = groups.map((group) => group.join(' '));
      expect(spelled).toEqual([...new Set(spelled)].sort());
      const needless = groups.filter((group) =>
        groups.some((other) => other !== group && other.every((scope) => group.includes(scope))),
      );
      expect(needless).toEqual([]);
    }
  });

  it('gives no element two requirements', () => {
    const doubled: string[] = [];
    visit(parse(sdl), {
      enter: (node) => {
        const names = 'directives' in node ? (node.directives ?? []) : [];
        const own = names.filter(({ name }) => /^(requiresScopes|authenticated)$/.test(name.value));
        if (own.length > 1) doubled.push(print(node));
      },
    });
    expect(doubled).toEqual([]);
  });

  it('has its types, fields and enum values in alphabetical order', () => {
    const { definitions } = parse(sdl);
    const names = definitions.flatMap((node) =>
      'name' in node && node.kind !== Kind.DIRECTIVE_DEFINITION ? [node.name?.value ?? ''] : [],
    );
    expect(names).toEqual([...names].sort());
    for (const node of definitions) {
      const members =
        'fields' in node ? node.fields : node.kind === Kind.ENUM_TYPE_DEFINITION ? node.values : [];
      const own = (members ?? []).map(({ name }) => name.value);
      expect(own).toEqual([...own].sort());
    }
  });
});

const NewestOrders = graphql(`
  query NewestOrders($first: Int!, $filter: OrderFilter) {
    orders(first: $first, filter: $filter, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount
      nodes {
        id
        sourceNumber
        createdAt
        financialStatus
        total {
          amount
          currencyCode
        }
        customer {
          email
          ordersCount
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

const CatalogueProducts = graphql(`
  query CatalogueProducts {
    products(first: 5) {
      nodes {
        name
        price {
          amount
          currencyCode
        }
        variants(first: 2) {
          nodes {
            title
          }
        }
      }
    }
  }
`);

const Viewer = graphql(`
  query Viewer {
    currentApp {
      clientId
      store {
        id
        name
        currency
      }
      grantedScopes {
        name
        sensitivity
      }
    }
  }
`);

const Node = graphql(`
  query Node($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Order {
        sourceNumber
      }
    }
  }
`);

describe('typed documents', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  it('get typed data where everything is granted', async () => {
    const client = gateway.client(await gateway.token('read_orders read_customers'));
    const { orders } = await client.request(NewestOrders, {
      first: 3,
      filter: { financialStatus: 'PAID' },
    });
    const nodes = orders?.nodes ?? [];
    expect(nodes).toHaveLength(3);
    expect(orders?.pageInfo.hasNextPage).toBe(true);
    expect(orders?.totalCount).toBeGreaterThan(3);
    for (const { id, financialStatus, createdAt, total } of nodes) {
      expect(id.startsWith('ord_')).toBe(true);
      expect(financialStatus).toBe('PAID');
      expect(new Date(createdAt).toISOString()).toBe(createdAt);
      expect(total.amount).toMatch(/^\d+\.\d\d$/);
      expect(total.currencyCode).toBe(STORE.currency);
    }
    const times = nodes.map(({ createdAt }) => Date.parse(createdAt));
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('get null, and errors beside the data, where a field is refused', async () => {
    const client = gateway.client(await gateway.token('read_orders'));
    const { data, errors } = await client.rawRequest<NewestOrdersQuery>(print(NewestOrders), {
      first: 2,
    });
    expect(data.orders?.nodes.map(({ customer }) => customer)).toEqual([null, null]);
    expect(data.orders?.nodes.every(({ sourceNumber }) => sourceNumber.startsWith('#'))).toBe(true);
    expect(errors?.map(({ message, extensions }) => [message, extensions])).toEqual([
      [
        'Order.customer needs read_customers and read_orders; the token lacks read_customers.',
        {
          code: 'INSUFFICIENT_SCOPE',
          coordinate: 'Order.customer',
          requiredScopes: [['read_customers', 'read_orders']],
          missingScopes: ['read_customers'],
          occurrences: 2,
        },
      ],
    ]);
  });

  it('get the decimal places of the currency', async () => {
    const client = gateway.client(await gateway.token('read_products', OTHER_STORE.id));
    const { products } = await client.request(CatalogueProducts);
    const nodes = products?.nodes ?? [];
    expect(nodes).toHaveLength(5);
    for (const { name, price, variants } of nodes) {
      expect(name).not.toBe('');
      expect(price.currencyCode).toBe(OTHER_STORE.currency);
      expect(price.amount).toMatch(/^\d+\.\d\d$/);
      expect(variants.nodes.length).toBeLessThanOrEqual(2);
    }
  });

  it('get what the token is', async () => {
    const client = gateway.client(await gateway.token('read_store read_customers'));
    const { currentApp } = await client.request(Viewer);
    expect(currentApp).toEqual({
      clientId: 'demo-app',
      store: { id: STORE.id, name: STORE.name, currency: STORE.currency },
      grantedScopes: [
        { name: 'read_customers', sensitivity: 'PII' },
        { name: 'read_store', sensitivity: null },
      ],
    });
  });

  it('get one type out of an interface', async () => {
    const client = gateway.client(await gateway.token('read_orders'));
    const { data } = await client.rawRequest<NewestOrdersQuery>(print(NewestOrders), { first: 1 });
    const order = data.orders?.nodes[0];
    const { node } = await client.request(Node, { id: order?.id ?? '' });
    expect(node).toEqual({
      __typename: 'Order',
      id: order?.id,
      sourceNumber: order?.sourceNumber,
    });
  });
});
