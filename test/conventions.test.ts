import { getTableColumns } from 'drizzle-orm';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { PAGE_BATCHES, ROW_BATCHES, TOTALS_BATCHES } from '../src/data/batches.ts';
import { ENTITIES, type Entity, ORDER_REFERENCES } from '../src/data/entities.ts';
import { columnGuard, GUARDS, REPORT_GUARD, requirementOfRows } from '../src/data/guards.ts';
import { type FieldSource, sourceOf as saidSourceOf } from '../src/schema/fields.ts';
import { schema } from '../src/schema/index.ts';
import { NODE_TYPES } from '../src/schema/node.ts';
import { SCOPES } from '../src/scopes/catalogue.ts';
import { declaredRequirement } from '../src/scopes/declaration.ts';
import { anyOf, implies, describe as inWords, PUBLIC } from '../src/scopes/requirement.ts';
import { requirementOfField, requirementOfType } from '../src/scopes/requirement-index.ts';

type Parent = GraphQLObjectType | GraphQLInterfaceType;

const TYPES = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
const PARENTS: readonly Parent[] = TYPES.filter(
  (type): type is Parent => isObjectType(type) || isInterfaceType(type),
);
const ROOTS: readonly unknown[] = [
  schema.getQueryType(),
  schema.getMutationType(),
  schema.getSubscriptionType(),
];

interface Located {
  readonly coordinate: string;
  readonly parent: Parent;
  readonly field: GraphQLField<unknown, unknown>;
}

const FIELDS: readonly Located[] = PARENTS.flatMap((parent) =>
  Object.values(parent.getFields()).map((field) => ({
    coordinate: `${parent.name}.${field.name}`,
    parent,
    field,
  })),
);

interface Input {
  readonly coordinate: string;
  readonly input: GraphQLArgument | GraphQLInputField;
}

const INPUTS: readonly Input[] = [
  ...FIELDS.flatMap(({ coordinate, field }) =>
    field.args.map((input) => ({ coordinate: `${coordinate}(${input.name}:)`, input })),
  ),
  ...TYPES.filter(isInputObjectType).flatMap((type) =>
    Object.values(type.getFields()).map((input) => ({
      coordinate: `${type.name}.${input.name}`,
      input,
    })),
  ),
];

const ENUM_VALUES = TYPES.filter(isEnumType).flatMap((type) =>
  type.getValues().map((value) => ({ coordinate: `${type.name}.${value.name}`, value })),
);

const coordinates = (located: readonly { readonly coordinate: string }[]) =>
  located.map(({ coordinate }) => coordinate);

/** How a field is answered, as its extensions say it. */
type Source = { readonly kind: 'column'; readonly column: string } | FieldSource;

function sourceOf({ extensions }: GraphQLField<unknown, unknown>): Source | null {
  const column = extensions.pothosExposedField;
  if (typeof column === 'string') return { kind: 'column', column };
  return saidSourceOf({ extensions });
}

/** The columns of its own row that a field is made of. */
function columnsOf(field: GraphQLField<unknown, unknown>): readonly string[] {
  const source = sourceOf(field);
  if (source?.kind === 'column') return [source.column];
  if (source !== null && 'columns' in source) return source.columns;
  if (source?.kind === 'money') return [source.amount, source.currency];
  const key = source && 'key' in source ? source.key : null;
  return key === null ? [] : [key];
}

const isConnection = (type: GraphQLNamedType) => type.name.endsWith('Connection');
const isEdge = (type: GraphQLNamedType) => type.name.endsWith('Edge');

/** Fields that the connection plugin adds. */
const PLUGIN = /^(\w+Connection\.(edges|nodes|pageInfo)|\w+Edge\.(node|cursor)|PageInfo\.\w+)$/;

const BATCHES: Readonly<Record<string, { readonly entity: Entity }>> = {
  ...ROW_BATCHES,
  ...PAGE_BATCHES,
  ...TOTALS_BATCHES,
};

/** The entity of each type whose values are rows, read off the edges that lead to it. */
const ROW_TYPES = new Map<string, Entity>();
for (const { coordinate, field } of FIELDS) {
  const source = sourceOf(field);
  if (source === null || !('batch' in source) || source.kind === 'totals') continue;
  const entity = BATCHES[source.batch]?.entity;
  const named = getNamedType(field.type);
  const nodes = isObjectType(named) && isConnection(named) ? named.getFields().nodes : undefined;
  const { name } = nodes ? getNamedType(nodes.type) : named;
  if (entity === undefined) throw new Error(`${coordinate} names no batch.`);
  if ((ROW_TYPES.get(name) ?? entity) !== entity) throw new Error(`${name} has two entities.`);
  ROW_TYPES.set(name, entity);
}

const ROW_FIELDS = FIELDS.flatMap((located) => {
  const entity = ROW_TYPES.get(located.parent.name);
  return entity === undefined ? [] : [{ ...located, entity }];
});

describe('a description', () => {
  it('is on every type of its own', () => {
    expect(TYPES.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
  });

  it('is on every field', () => {
    expect(coordinates(FIELDS.filter(({ field }) => !field.description))).toEqual([]);
  });

  it('is on every argument and input field', () => {
    expect(coordinates(INPUTS.filter(({ input }) => !input.description))).toEqual([]);
  });

  it('is whole sentences', () => {
    const described = [
      ...TYPES.map(({ name, description }) => ({ coordinate: name, description })),
      ...FIELDS.map(({ coordinate, field }) => ({ coordinate, description: field.description })),
      ...INPUTS.map(({ coordinate, input }) => ({ coordinate, description: input.description })),
    ];
    const wrong = described.filter(
      ({ description }) => !/^[A-Z`][\s\S]*[.]$/.test(description ?? ''),
    );
    expect(wrong).toEqual([]);
  });
});

describe('names', () => {
  it('of types are PascalCase', () => {
    const wrong = TYPES.filter(({ name }) => !/^([A-Z][a-z0-9]*)+$/.test(name));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('of fields, arguments and input fields are camelCase', () => {
    const camel = /^[a-z][a-z0-9]*([A-Z][a-z0-9]*)*$/;
    const wrong = [
      ...FIELDS.filter(({ field }) => !camel.test(field.name)),
      ...INPUTS.filter(({ input }) => !camel.test(input.name)),
    ];
    expect(coordinates(wrong)).toEqual([]);
  });

  it('of enum values are SCREAMING_SNAKE', () => {
    const wrong = ENUM_VALUES.filter(({ value }) => !/^[A-Z]+(_[A-Z0-9]+)*$/.test(value.name));
    // As the platform that this is modelled on spells it.
    expect(coordinates(wrong)).toEqual(['ClaimDenialReason.EXPIRED30']);
  });

  it('speak of scopes, and never of permissions, privileges or rights', () => {
    expect(
      printSchema(schema).match(/.*(permission|privilege|access right|\brights\b).*/gi),
    ).toBeNull();
  });
});

/** What a mutation answers: made of what was written, not loaded. */
const WRITTEN = /(Payload|^UserError|^Mutation)$/;

describe('a field', () => {
  it('outside Query says how it is answered, unless the connection plugin does', () => {
    const silent = FIELDS.filter(
      ({ coordinate, parent, field }) =>
        !ROOTS.includes(parent) &&
        !WRITTEN.test(parent.name) &&
        !PLUGIN.test(coordinate) &&
        sourceOf(field) === null,
    );
    expect(coordinates(silent)).toEqual([]);
  });

  it('of Query says so as well', () => {
    const silent = FIELDS.filter(
      ({ parent, field }) => parent.name === 'Query' && sourceOf(field) === null,
    );
    expect(coordinates(silent)).toEqual([]);
  });

  it('loads by itself only where no batch has what it takes', () => {
    const loading = FIELDS.filter(({ field }) => sourceOf(field)?.kind === 'loaded');
    expect(coordinates(loading)).toEqual(['AbVariant.results', 'Query.quoteForCart']);
  });

  it('says so in a word that is known', () => {
    const words = [
      'column',
      'derived',
      'edge',
      'lookup',
      'nodes',
      'list',
      'rows',
      'totals',
      'money',
      'given',
      'loaded',
      'report',
      'count',
      undefined,
    ];
    const wrong = FIELDS.filter(({ field }) => !words.includes(sourceOf(field)?.kind));
    expect(coordinates(wrong)).toEqual([]);
  });

  it('counts in connections only, and every connection counts', () => {
    const counting = FIELDS.filter(({ field }) => sourceOf(field)?.kind === 'count');
    const connections = PARENTS.filter(isConnection);
    expect(coordinates(counting)).toEqual(connections.map(({ name }) => `${name}.totalCount`));
  });

  it('that loads names a batch that exists', () => {
    const unknown = FIELDS.filter(({ field }) => {
      const source = sourceOf(field);
      return source !== null && 'batch' in source && !Object.hasOwn(BATCHES, source.batch);
    });
    expect(coordinates(unknown)).toEqual([]);
  });

  it('that is a connection names a batch of pages, and no other field does', () => {
    const wrong = FIELDS.filter(({ field }) => {
      return (sourceOf(field)?.kind === 'list') !== isConnection(getNamedType(field.type));
    });
    expect(coordinates(wrong)).toEqual([]);
  });

  it('that lists children names the column of its parent, and a list of the store none', () => {
    const wrong = FIELDS.filter(({ parent, field }) => {
      const source = sourceOf(field);
      if (source?.kind !== 'edge' || !Object.hasOwn(PAGE_BATCHES, source.batch)) return false;
      const whole = PAGE_BATCHES[source.batch as keyof typeof PAGE_BATCHES].parent === null;
      return whole !== (source.key === null) || whole !== ROOTS.includes(parent);
    });
    expect(coordinates(wrong)).toEqual([]);
  });

  it('of a row is made of columns that the row has', () => {
    const hidden = Object.keys(ENTITIES).filter(
      (entity) => ![...ROW_TYPES.values()].includes(entity as Entity),
    );
    expect(hidden).toEqual([]);
    // One type for each kind of what has a scope for each kind.
    const kinds = ['CartWidget', 'CheckoutWidget'].concat([
      'ShippingInsurancePricing',
      'WarrantyPricing',
      'ExtendedWarrantyPricing',
    ]);
    expect([...ROW_TYPES.keys()]).toEqual(expect.arrayContaining(kinds));
    expect(ROW_TYPES.size).toBe(Object.keys(ENTITIES).length + kinds.length - 2);
    const wrong = ROW_FIELDS.flatMap(({ coordinate, field, entity }) => {
      const known = Object.keys(getTableColumns(ENTITIES[entity]));
      return columnsOf(field)
        .filter((column) => !known.includes(column))
        .map((column) => `${coordinate} uses ${entity}.${column}`);
    });
    expect(wrong).toEqual([]);
  });
});

/** Short lists that come whole with their parent; everything else is a connection. */
const LISTS = [
  'AbVariantResults.revenue',
  'Analytics.series',
  'AnalyticsFigures.claimsByState',
  'AnalyticsFigures.claimsByType',
  'AnalyticsFigures.payouts',
  'AnalyticsFigures.premiumRevenue',
  'ClaimMessage.media',
  'CurrentApp.declaredScopes',
  'CurrentApp.grantedScopes',
  'Customer.amountSpent',
  'Customer.metafields',
  'Customer.tags',
  'Discount.codes',
  'ExtendedWarrantyPricing.ranges',
  'Fulfillment.trackingNumbers',
  'Fulfillment.trackingUrls',
  'Order.tags',
  'Query.nodes',
  'Query.scopes',
  'Quote.lines',
  'RevokeAppScopesPayload.revokedScopes',
  'Scope.includes',
  'ShippingInsurancePricing.ranges',
  'UserError.field',
  'WarrantyPricing.ranges',
  'Webhook.topics',
];

describe('a list', () => {
  const lists = FIELDS.filter(({ field }) => isListType(getNullableType(field.type)));

  it('is part of a connection, or short and listed here', () => {
    const own = lists.filter(
      ({ coordinate }) => !PLUGIN.test(coordinate) && !coordinate.endsWith('Payload.userErrors'),
    );
    expect(coordinates(own).sort()).toEqual(LISTS);
  });

  it('outside connections holds scalars or values, and rows only where they are a handful', () => {
    const rows = lists.filter(({ coordinate, field }) => {
      const named = getNamedType(field.type);
      return !PLUGIN.test(coordinate) && !isLeafType(named) && ROW_TYPES.has(named.name);
    });
    expect(coordinates(rows)).toEqual([
      'ExtendedWarrantyPricing.ranges',
      'ShippingInsurancePricing.ranges',
      'WarrantyPricing.ranges',
    ]);
  });

  it('never contains another list', () => {
    const nested = lists.filter(({ field }) => /\[\[|\[.*\[/.test(String(field.type)));
    expect(coordinates(nested)).toEqual([]);
  });
});

describe('a connection', () => {
  const paged = FIELDS.filter(({ field }) => isConnection(getNamedType(field.type)));

  it('can be paged from both ends', () => {
    expect(paged.length).toBeGreaterThan(8);
    for (const { coordinate, field } of paged) {
      const args = Object.fromEntries(field.args.map(({ name, type }) => [name, String(type)]));
      expect([coordinate, args]).toMatchObject([
        coordinate,
        { first: 'Int', last: 'Int', after: 'String', before: 'String' },
      ]);
    }
  });

  it('needs what its nodes need, and so does its edge', () => {
    for (const type of PARENTS.filter((parent) => isConnection(parent) || isEdge(parent))) {
      const node = type.getFields()[isEdge(type) ? 'node' : 'nodes'];
      const needed = node ? requirementOfType(getNamedType(node.type)) : null;
      expect([type.name, requirementOfType(type)]).toEqual([type.name, needed]);
    }
  });
});

describe('a report', () => {
  const reported = FIELDS.filter(({ field }) => sourceOf(field)?.kind === 'report');

  it('is behind fields that need the scope of reports', () => {
    const loose = reported.filter(
      ({ parent, field }) => !implies(requirementOfField(parent, field), REPORT_GUARD),
    );
    expect(coordinates(loose)).toEqual([]);
    expect([...new Set(reported.map(({ parent }) => parent.name))]).toEqual([
      'Analytics',
      'AnalyticsFigures',
    ]);
  });

  it('leads to no row: below it there are numbers, days, amounts and words of the schema', () => {
    const below = new Set<GraphQLNamedType>(reported.map(({ parent }) => parent));
    const leaves = new Set<string>();
    for (const type of below) {
      if (!isObjectType(type)) leaves.add(isEnumType(type) ? 'an enum' : type.name);
      else for (const field of Object.values(type.getFields())) below.add(getNamedType(field.type));
    }
    expect([...below].filter(({ name }) => ROW_TYPES.has(name))).toEqual([]);
    const known = ['CurrencyCode', 'Date', 'Decimal', 'Float', 'Int', 'an enum'];
    expect([...leaves].sort()).toEqual(known);
  });
});

describe('a requirement', () => {
  it('is declared for every field, by itself or by its type', () => {
    const open = FIELDS.filter(
      ({ parent, field }) =>
        declaredRequirement(field) === null &&
        (ROOTS.includes(parent) || declaredRequirement(parent) === null),
    );
    expect(coordinates(open)).toEqual([]);
  });

  it('is public for the catalogue of scopes alone', () => {
    const open = FIELDS.filter(({ parent, field }) =>
      implies(PUBLIC, requirementOfField(parent, field)),
    );
    expect(coordinates(open.filter(({ parent }) => parent.name !== 'Scope'))).toEqual([
      'Query.scopes',
    ]);
  });

  it('of an object is never less than that of its interface, nor is that of a field', () => {
    const weaker = PARENTS.flatMap((type) =>
      type.getInterfaces().flatMap((face) => [
        ...(implies(requirementOfType(type), requirementOfType(face)) ? [] : [type.name]),
        ...Object.values(face.getFields()).flatMap((inherited) => {
          const field = type.getFields()[inherited.name];
          const holds =
            field && implies(requirementOfField(type, field), requirementOfField(face, inherited));
          return holds ? [] : [`${type.name}.${inherited.name}`];
        }),
      ]),
    );
    expect(weaker).toEqual([]);
  });

  it('that is more than its parent asks for leaves the field nullable', () => {
    const wrong = FIELDS.filter(
      ({ parent, field }) =>
        isNonNullType(field.type) &&
        !implies(
          ROOTS.includes(parent) ? PUBLIC : requirementOfType(parent),
          requirementOfField(parent, field),
        ),
    );
    expect(coordinates(wrong)).toEqual([]);
  });

  it('names scopes that guard fields; the one that widens rows guards none', () => {
    const rows = SCOPES.filter(({ kind }) => kind === 'row').map(({ name }) => name as string);
    const elements = [
      ...TYPES,
      ...FIELDS.map(({ field }) => field),
      ...INPUTS.map(({ input }) => input),
    ];
    const named = elements.flatMap((element) => declaredRequirement(element)?.anyOf.flat() ?? []);
    expect(named.filter((name) => rows.includes(name))).toEqual([]);
  });

  it('on an argument or input field comes without a default value, which would always be sent', () => {
    const wrong = INPUTS.filter(
      ({ input }) => declaredRequirement(input) !== null && input.defaultValue !== undefined,
    );
    expect(coordinates(wrong)).toEqual([]);
  });

  it('on an enum value is never on a default', () => {
    const guarded = ENUM_VALUES.filter(({ value }) => declaredRequirement(value) !== null);
    const values = guarded.map(({ value }) => value.value as unknown);
    const wrong = INPUTS.filter(
      ({ input }) => isEnumType(getNamedType(input.type)) && values.includes(input.defaultValue),
    );
    expect(coordinates(wrong)).toEqual([]);
  });
});

describe('personal and guarded data', () => {
  it('is in fields that need the scope of the rows', () => {
    const loose = ROW_FIELDS.filter(({ parent, field, entity }) => {
      return !implies(requirementOfField(parent, field), GUARDS[entity].rows);
    });
    expect(coordinates(loose)).toEqual([]);
  });

  it('of one kind is in fields that need the scope of that kind', () => {
    const kinds: Readonly<Record<string, string>> = {
      cartWidget: 'CART',
      checkoutWidget: 'CHECKOUT',
      shippingInsurancePricing: 'SHIPPING_INSURANCE',
      warrantyPricing: 'WARRANTY',
      extendedWarrantyPricing: 'EXTENDED_WARRANTY',
    };
    const ofKind = FIELDS.filter(({ parent, field }) => {
      const source = sourceOf(field);
      const batch = source?.kind === 'lookup' ? source.batch : '';
      return ROOTS.includes(parent) && /ByKind$/.test(batch);
    });
    expect(ofKind.map(({ field }) => field.name).sort()).toEqual(Object.keys(kinds).sort());
    for (const { parent, field } of ofKind) {
      const source = sourceOf(field) as Source & { kind: 'lookup' };
      const entity = BATCHES[source.batch]?.entity ?? expect.fail(source.batch);
      const value = kinds[field.name];
      const needed = requirementOfRows(entity, [{ column: 'kind', value }]);
      const type = getNamedType(field.type);
      expect([field.name, implies(requirementOfField(parent, field), needed)]).toEqual([
        field.name,
        true,
      ]);
      expect([type.name, implies(requirementOfType(type), needed)]).toEqual([type.name, true]);
      // Not by a scope for quotes, which opens a part of the row only.
      expect(inWords(requirementOfField(parent, field))).not.toMatch(/ or |quotes/);
    }
  });

  it('is in fields that need the scope of each column they are made of', () => {
    const guarded: string[] = [];
    const loose = ROW_FIELDS.flatMap(({ coordinate, parent, field, entity }) => {
      return columnsOf(field).flatMap((column) => {
        const needed = columnGuard(entity, column);
        if (needed === null) return [];
        guarded.push(coordinate);
        const requirement = requirementOfField(parent, field);
        if (implies(requirement, needed)) return [];
        return [`${coordinate} shows ${column} to ${inWords(requirement)}`];
      });
    });
    expect(loose).toEqual([]);
    expect(guarded).toEqual([
      'AbTest.createdAt',
      'AbTest.name',
      'AbTest.startedAt',
      'AbTest.stoppedAt',
      'AbTest.updatedAt',
      'AbTest.version',
      'AbVariant.name',
      'Claim.author',
      'Claim.author',
      'Claim.customer',
      'Claim.policy',
      'Claim.signatureUrl',
      'ClaimItem.lineItem',
      'ClaimMessage.authorName',
      'ClaimResolution.issuedCode',
      'ClaimResolution.shippingAddress',
      'ExtendedWarrantyPricing.terms',
      'ExtendedWarrantyPricing.updatedAt',
      'ExtendedWarrantyPricing.version',
      'LineItem.product',
      'LineItem.variant',
      'Order.billingAddress',
      'Order.contactEmail',
      'Order.contactName',
      'Order.contactPhone',
      'Order.customer',
      'Order.shippingAddress',
      'Policy.cancelledAt',
      'Policy.coverage',
      'Policy.effectiveAt',
      'Policy.expiresAt',
      'Policy.insuredValue',
      'Policy.paidBy',
      'Policy.premium',
      'Policy.terms',
      'Quote.order',
      'ShippingInsurancePricing.terms',
      'ShippingInsurancePricing.updatedAt',
      'ShippingInsurancePricing.version',
      'Store.createdAt',
      'Store.currency',
      'Store.domain',
      'Store.platform',
      'Store.timezone',
      'Store.updatedAt',
      'WarrantyPricing.terms',
      'WarrantyPricing.updatedAt',
      'WarrantyPricing.version',
    ]);
  });

  it('that is worth money to whoever has it needs the scope of who manages it', () => {
    const code = FIELDS.find(({ coordinate }) => coordinate === 'ClaimResolution.issuedCode');
    const needed = code && requirementOfField(code.parent, code.field);
    expect(needed && inWords(needed)).toBe('manage_claims and read_claims');
  });

  it('cannot be filtered or sorted by without its scope', () => {
    const guarded = [
      ...INPUTS.map(({ coordinate, input }) => ({ coordinate, element: input })),
      ...ENUM_VALUES.map(({ coordinate, value }) => ({ coordinate, element: value })),
    ].flatMap(({ coordinate, element }) => {
      const needed = declaredRequirement(element);
      // A topic needs the scope of what it carries: a test of webhooks says which.
      if (needed === null || coordinate.startsWith('EventTopic.')) return [];
      return [[coordinate, needed]];
    });
    const customers = anyOf([['read_customers']]);
    expect(Object.fromEntries(guarded)).toEqual({
      'ClaimFilter.authorEmail': customers,
      'OrderFilter.customerEmail': customers,
      'OrderSortField.CONTACT_EMAIL': customers,
    });
  });

  it('has a name that is guarded, wherever it is shown', () => {
    const personal =
      /email|phone|address|firstName|lastName|displayName|contactName|author|signature/i;
    const customers = anyOf([['read_customers']]);
    const named = FIELDS.filter(
      ({ parent, field }) => personal.test(field.name) || personal.test(parent.name),
    );
    const loose = named.filter(
      ({ parent, field }) => !implies(requirementOfField(parent, field), customers),
    );
    // Whether there is one, and nobody's.
    expect(coordinates(loose)).toEqual(['ClaimSettings.requiresSignature']);
    expect(coordinates(named)).toEqual(
      expect.arrayContaining(['ClaimAuthor.name', 'ClaimMessage.authorName', 'Claim.signatureUrl']),
    );
  });
});

describe('an order that may be older than the token may see', () => {
  const references = ROW_FIELDS.flatMap(({ coordinate, field, entity }) => {
    const hidden: readonly string[] = ORDER_REFERENCES[entity] ?? [];
    return columnsOf(field)
      .filter((column) => hidden.includes(column))
      .map((column) => ({ coordinate, field, column }));
  });

  it('is referred to by these fields only, which are then null', () => {
    expect(references.map(({ coordinate, column }) => [coordinate, column])).toEqual([
      ['Claim.order', 'orderId'],
      ['Claim.orderId', 'orderId'],
      ['Policy.order', 'orderId'],
      ['Policy.orderId', 'orderId'],
      ['Quote.order', 'orderId'],
    ]);
    expect(references.filter(({ field }) => isNonNullType(field.type))).toEqual([]);
  });

  it('is never what a row is found by', () => {
    const wrong = Object.entries(ROW_BATCHES).filter(([, { entity, key }]) => {
      const hidden: readonly string[] = ORDER_REFERENCES[entity] ?? [];
      return hidden.includes(key);
    });
    expect(wrong).toEqual([]);
  });
});

describe('a node', () => {
  it.each(Object.entries(NODE_TYPES))(
    'with an id of %s_ has a type and a batch',
    (_prefix, node) => {
      const type = schema.getType(node.type);
      if (!isObjectType(type)) return expect.fail(`${node.type} is no object type`);
      expect(type.getInterfaces().map(({ name }) => name)).toContain('Node');
      expect(ROW_BATCHES[node.batch]).toEqual({ entity: ROW_TYPES.get(type.name), key: 'id' });
    },
  );

  it('has a prefix for each type that implements Node, and one only', () => {
    const implementing = PARENTS.filter((type) =>
      type.getInterfaces().some(({ name }) => name === 'Node'),
    );
    const named = Object.values(NODE_TYPES).map(({ type }) => type as string);
    expect(named.toSorted()).toEqual(implementing.map(({ name }) => name).toSorted());
  });

  it('says its prefix where its id is described', () => {
    for (const [prefix, { type }] of Object.entries(NODE_TYPES)) {
      const object = schema.getType(type);
      const id = isObjectType(object) ? object.getFields().id : undefined;
      const more = prefix === 'qte' ? ' That of a computed quote carries its signed terms.' : '';
      expect(id?.description).toBe(`The id, beginning with \`${prefix}_\`.${more}`);
    }
  });
});
