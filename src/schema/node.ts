import type { GraphQLResolveInfo } from 'graphql';
import { AppError } from '../errors.ts';
import type { PossibleTypesRule } from '../scopes/declaration.ts';
import { refusal } from '../scopes/refusal.ts';
import { AUTHENTICATED, allOf, isSatisfied, UNDECLARED } from '../scopes/requirement.ts';
import { requirementOfType } from '../scopes/requirement-index.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { type FieldSourceOf, loadReached, type Reach } from './fields.ts';
import { QUOTE_BY_ID } from './quote-terms.ts';

/** Which type an id belongs to, by its prefix, and how its row is reached. */
export const NODE_TYPES = {
  sto: { type: 'Store', batch: 'storeById' },
  cus: { type: 'Customer', batch: 'customerById' },
  adr: { type: 'CustomerAddress', batch: 'customerAddressById' },
  prd: { type: 'Product', batch: 'productById' },
  var: { type: 'ProductVariant', batch: 'productVariantById' },
  ord: { type: 'Order', batch: 'orderById' },
  lin: { type: 'LineItem', batch: 'lineItemById' },
  ful: { type: 'Fulfillment', batch: 'fulfillmentById' },
  dsc: { type: 'Discount', batch: 'discountById' },
  pol: { type: 'Policy', batch: 'policyById' },
  clm: { type: 'Claim', batch: 'claimById' },
  qte: { type: 'Quote', ...QUOTE_BY_ID },
  abt: { type: 'AbTest', batch: 'abTestById' },
  abv: { type: 'AbVariant', batch: 'abVariantById' },
  whk: { type: 'Webhook', batch: 'webhookById' },
} as const satisfies Record<string, { type: string } & Reach>;

function nodeTypeOf(id: string) {
  const prefix = /^([a-z]{3})_[0-9A-Za-z_-]+$/.exec(id)?.[1];
  return prefix !== undefined && Object.hasOwn(NODE_TYPES, prefix)
    ? NODE_TYPES[prefix as keyof typeof NODE_TYPES]
    : null;
}

export const Node = builder.interfaceRef<{ readonly id: string }>('Node').implement({
  description: 'Anything that can be fetched again by its id.',
  authScopes: { authenticated: true },
  resolveType: ({ id }) => nodeTypeOf(id)?.type,
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'The id: a prefix that names the type, and an opaque part.',
    }),
  }),
});

/** The types that ids name by their prefixes; an unknown prefix names none, and finds nothing. */
const typesOfIds = (ids: readonly unknown[]) =>
  ids.flatMap((id) => nodeTypeOf(String(id))?.type ?? []);

const byId: PossibleTypesRule = ({ id }) => typesOfIds([id]);
const byIds: PossibleTypesRule = ({ ids }) => (Array.isArray(ids) ? typesOfIds(ids) : []);

const REACHES: ReadonlyMap<string, Reach> = new Map(
  Object.values(NODE_TYPES).map(({ type, ...reach }) => [type, reach]),
);

/** What a field says whose ids lead to nodes. */
const nodesBy = (possibleTypes: PossibleTypesRule, idsOf: FieldSourceOf<'nodes'>['idsOf']) => {
  const source: FieldSourceOf<'nodes'> = {
    kind: 'nodes',
    idsOf,
    typeOf: (id) => nodeTypeOf(id)?.type ?? null,
    reachOf: (type) => REACHES.get(type) ?? null,
  };
  return { scopegate: { possibleTypes, source } };
};

/** Decided by the prefixes before anything is fetched, whether the rows exist or not. */
function guardIds(ids: readonly string[], { granted }: Context, info: GraphQLResolveInfo): void {
  const types = typesOfIds(ids).map((name) => info.schema.getType(name));
  const requirement = allOf(
    AUTHENTICATED,
    ...types.map((type) => (type ? requirementOfType(type) : UNDECLARED)),
  );
  if (isSatisfied(requirement, granted)) return;
  throw refusal(`${info.parentType.name}.${info.fieldName}`, requirement, granted);
}

function loadNode(id: string, context: Context) {
  const node = nodeTypeOf(id);
  return node && loadReached(node, id, context);
}

const MAXIMUM = 100;

/**
 * The ids that `nodes` was asked for.
 *
 * @throws AppError INVALID_INPUT for more than it takes.
 */
function idsIn({ ids }: { readonly ids: readonly string[] }): readonly string[] {
  if (ids.length <= MAXIMUM) return ids;
  throw new AppError(
    'INVALID_INPUT',
    `Query.nodes takes at most ${MAXIMUM} ids and got ${ids.length}.`,
  );
}

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    authScopes: { authenticated: true },
    description:
      'Anything by its id. The scopes are those of the type that the prefix of the id names. Null when there is no such row in sight.',
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    extensions: nodesBy(byId, ({ id }) => [String(id)]),
    resolve: (_root, { id }, context, info) => {
      guardIds([id], context, info);
      return loadNode(id, context);
    },
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: true, items: true },
    authScopes: { authenticated: true },
    description: `Up to ${MAXIMUM} things by their ids, in the order of the ids, each as \`node\` would give it. A token that lacks the scopes of one of them gets none.`,
    args: { ids: t.arg.idList({ required: true, description: `The ids, at most ${MAXIMUM}.` }) },
    extensions: nodesBy(byIds, (args) => idsIn(args as never)),
    resolve: (_root, args, context, info) => {
      const ids = idsIn(args);
      guardIds(ids, context, info);
      return ids.map((id) => loadNode(id, context));
    },
  }),
}));
