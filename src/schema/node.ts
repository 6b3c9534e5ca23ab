import type { GraphQLSchema } from 'graphql';
import type { RowBatchName } from '../data/batches.ts';
import { AppError } from '../errors.ts';
import { allOf, isSatisfied, PUBLIC, type Requirement } from '../scopes/requirement.ts';
import { type ArgumentRule, requirementOfType } from '../scopes/requirement-index.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { loadQuote } from './quote-terms.ts';
import { refusal } from './refusal.ts';

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
  qte: { type: 'Quote', batch: 'quoteById' },
} as const satisfies Record<string, { type: string; batch: RowBatchName }>;

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

/** What the type that an id's prefix names takes; nothing for an unknown prefix, which finds nothing. */
function requirementOfId(id: string, schema: GraphQLSchema): Requirement {
  const node = nodeTypeOf(id);
  const type = node && schema.getType(node.type);
  return type ? requirementOfType(type) : PUBLIC;
}

const byId: ArgumentRule = ({ id }, schema) => requirementOfId(String(id), schema);

const byIds: ArgumentRule = ({ ids }, schema) =>
  Array.isArray(ids) ? allOf(...ids.map((id) => requirementOfId(String(id), schema))) : PUBLIC;

/** Decided by the prefix before anything is fetched, whether the row exists or not. */
async function loadNode(id: string, field: string, context: Context, schema: GraphQLSchema) {
  const node = nodeTypeOf(id);
  if (!node) return null;
  const requirement = requirementOfId(id, schema);
  if (!isSatisfied(requirement, context.granted)) {
    throw refusal(field, requirement, context.granted);
  }
  // A quote that was computed has its terms in its id and no row.
  if (node.batch === 'quoteById') return loadQuote(id, context);
  return context.loaders.row(node.batch, id);
}

const MAXIMUM = 100;

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    authScopes: { authenticated: true },
    description:
      'Anything by its id. The scopes are those of the type that the prefix of the id names. Null when there is no such row in sight.',
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    extensions: { scopegate: { requirementOfArguments: byId } },
    resolve: (_root, { id }, context, { schema }) => loadNode(id, 'Query.node', context, schema),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: true, items: true },
    authScopes: { authenticated: true },
    description: `Up to ${MAXIMUM} things by their ids, in the order of the ids, each as \`node\` would give it.`,
    args: { ids: t.arg.idList({ required: true, description: `The ids, at most ${MAXIMUM}.` }) },
    extensions: { scopegate: { requirementOfArguments: byIds } },
    resolve: (_root, { ids }, context, { schema }) => {
      if (ids.length > MAXIMUM) {
        throw new AppError(
          'INVALID_INPUT',
          `Query.nodes takes at most ${MAXIMUM} ids and got ${ids.length}.`,
        );
      }
      return ids.map((id) => loadNode(id, 'Query.nodes', context, schema));
    },
  }),
}));
