import type { GraphQLResolveInfo } from 'graphql';
import type { RowBatchName } from '../data/batches.ts';
import { AppError } from '../errors.ts';
import type { PossibleTypesRule } from '../scopes/declaration.ts';
import { refusal } from '../scopes/refusal.ts';
import { AUTHENTICATED, allOf, isSatisfied, UNDECLARED } from '../scopes/requirement.ts';
import { requirementOfType } from '../scopes/requirement-index.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { loadQuote } from './quote-terms.ts';

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
  abt: { type: 'AbTest', batch: 'abTestById' },
  abv: { type: 'AbVariant', batch: 'abVariantById' },
  whk: { type: 'Webhook', batch: 'webhookById' },
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

/** The types that ids name by their prefixes; an unknown prefix names none, and finds nothing. */
const typesOfIds = (ids: readonly unknown[]) =>
  ids.flatMap((id) => nodeTypeOf(String(id))?.type ?? []);

const byId: PossibleTypesRule = ({ id }) => typesOfIds([id]);
const byIds: PossibleTypesRule = ({ ids }) => (Array.isArray(ids) ? typesOfIds(ids) : []);

/** Where the rows of a type are that ids lead to; null where they may be no rows. */
export function nodeBatchOf(type: string): RowBatchName | null {
  // A quote that was computed has its terms in its id and no row.
  if (type === 'Quote') return null;
  return Object.values(NODE_TYPES).find((known) => known.type === type)?.batch ?? null;
}

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
  if (!node) return null;
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
    extensions: { scopegate: { possibleTypes: byId } },
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
    extensions: { scopegate: { possibleTypes: byIds } },
    resolve: (_root, { ids }, context, info) => {
      if (ids.length > MAXIMUM) {
        throw new AppError(
          'INVALID_INPUT',
          `Query.nodes takes at most ${MAXIMUM} ids and got ${ids.length}.`,
        );
      }
      guardIds(ids, context, info);
      return ids.map((id) => loadNode(id, context));
    },
  }),
}));
