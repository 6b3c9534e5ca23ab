import type { Column, Entity } from '../entities.ts';
import type { Condition, Session } from '../source.ts';

/** What row-level security says of an entity's rows. */
interface Policy<C extends string = string> {
  /** The column that holds a row's store. */
  readonly store: C;
  /** The columns that the order window bounds; none where rows outlive it, or are of no order. */
  readonly window?: readonly C[];
  /** The column that holds the client which a row belongs to. */
  readonly owner?: C;
  /** The column that is set in a row that was deleted. */
  readonly deleted?: C;
}

const OF_STORE = { store: 'storeId' } as const;
const OF_ORDER = { store: 'storeId', window: ['orderCreatedAt'] } as const;
const LIVING = { store: 'storeId', deleted: 'deletedAt' } as const;

/** The policies of the tables (`tables/columns.ts`) once more, for where there is no database to apply them. */
export const POLICIES: { readonly [E in Entity]: Policy<Column<E>> } = {
  store: { store: 'id' },
  customer: OF_STORE,
  customerAddress: OF_STORE,
  product: LIVING,
  productVariant: LIVING,
  productMember: OF_STORE,
  order: { store: 'storeId', window: ['createdAt', 'updatedAt'] },
  lineItem: OF_ORDER,
  fulfillment: OF_ORDER,
  fulfillmentLineItem: OF_ORDER,
  discount: OF_STORE,
  discountApplication: OF_ORDER,
  policy: OF_STORE,
  claim: OF_STORE,
  claimItem: OF_STORE,
  claimMessage: OF_STORE,
  claimResolution: OF_STORE,
  pricingRule: OF_STORE,
  quote: OF_STORE,
  storeSettings: OF_STORE,
  claimSettings: OF_STORE,
  priceSettings: OF_STORE,
  storeCreditSettings: OF_STORE,
  widget: OF_STORE,
  abTest: OF_STORE,
  abVariant: OF_STORE,
  abVariantDay: OF_STORE,
  webhook: { store: 'storeId', owner: 'owner' },
};

/**
 * The policy of an entity.
 *
 * @throws TypeError for what has none: nobody may see it, so nobody may store it.
 */
export function policyOf(entity: string): Policy {
  if (Object.hasOwn(POLICIES, entity)) return POLICIES[entity as Entity];
  throw new TypeError(`There is no policy that says who sees rows of "${entity}".`);
}

/** What must hold of the rows of the session's store for the session to see them; null where it sees none. */
export function boundsOf(
  { owner, window = [] }: Policy,
  session: Session,
): readonly Condition[] | null {
  const bounds = window.map((column) => inWindow(column, session));
  if (owner === undefined) return bounds;
  if (!session.owner) return null;
  return [{ column: owner, operator: 'equals', value: session.owner }, ...bounds];
}

/** Before every moment that there is. */
const BEGINNING = new Date(-8_640_000_000_000_000);

/** What must hold of the creation of an order for the order to be in sight: where it is unknown, it is not. */
export const inWindow = (column: string, { ordersSince }: Session): Condition => ({
  column,
  operator: 'from',
  value: ordersSince ?? BEGINNING,
});
