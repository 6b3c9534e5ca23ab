import { getTableColumns } from 'drizzle-orm';
import { AppError } from '../errors.ts';
import { parseAuthScopes } from '../scopes/auth-scopes.ts';
import { describe, type Granted, isSatisfied, type Requirement } from '../scopes/requirement.ts';
import { type Column, ENTITIES, type Entity } from './entities.ts';

/** What a token needs before the data layer loads anything of an entity. */
interface Guard<E extends Entity> {
  /** What opens the rows. */
  readonly rows: Requirement;
  /** Columns that need more than their row does; without it they are not even selected. */
  readonly columns?: Partial<Readonly<Record<Column<E>, Requirement>>>;
}

const AUTHENTICATED = parseAuthScopes({ authenticated: true });
const STORE = parseAuthScopes({ read_store: true });
const ORDERS = parseAuthScopes({ read_orders: true });
const CUSTOMERS = parseAuthScopes({ read_customers: true });
const PRODUCTS = parseAuthScopes({ read_products: true });
const CLAIMS = parseAuthScopes({ read_claims: true });
const DISCOUNTS = parseAuthScopes({ read_discounts: true });
const POLICIES = parseAuthScopes({ $any: { list_policies: true, read_policies: true } });
const POLICY_DETAILS = parseAuthScopes({ read_policies: true });
const QUOTES = parseAuthScopes({ read_quotes: true });

/**
 * The data layer's own lock: it holds when everything above it has failed. Personal data is
 * guarded column by column wherever it is stored (`domain.md` section 2, decision 2).
 */
export const GUARDS: { readonly [E in Entity]: Guard<E> } = {
  store: {
    rows: AUTHENTICATED,
    columns: {
      domain: STORE,
      platform: STORE,
      currency: STORE,
      timezone: STORE,
      createdAt: STORE,
      updatedAt: STORE,
    },
  },
  customer: { rows: CUSTOMERS },
  customerAddress: { rows: CUSTOMERS },
  product: { rows: PRODUCTS },
  productVariant: { rows: PRODUCTS },
  productMember: { rows: PRODUCTS },
  order: {
    rows: ORDERS,
    columns: {
      customerId: CUSTOMERS,
      contactName: CUSTOMERS,
      contactEmail: CUSTOMERS,
      contactEmailLower: CUSTOMERS,
      contactPhone: CUSTOMERS,
      shippingAddress: CUSTOMERS,
      billingAddress: CUSTOMERS,
    },
  },
  lineItem: { rows: ORDERS, columns: { productId: PRODUCTS, variantId: PRODUCTS } },
  fulfillment: { rows: ORDERS },
  fulfillmentLineItem: { rows: ORDERS },
  discount: { rows: DISCOUNTS },
  discountApplication: { rows: parseAuthScopes({ read_orders: true, read_discounts: true }) },
  policy: {
    rows: POLICIES,
    columns: {
      premium: POLICY_DETAILS,
      paidBy: POLICY_DETAILS,
      insuredValue: POLICY_DETAILS,
      coverage: POLICY_DETAILS,
      terms: POLICY_DETAILS,
      effectiveAt: POLICY_DETAILS,
      expiresAt: POLICY_DETAILS,
      cancelledAt: POLICY_DETAILS,
    },
  },
  claim: {
    rows: CLAIMS,
    columns: {
      policyId: POLICIES,
      customerId: CUSTOMERS,
      authorName: CUSTOMERS,
      authorEmail: CUSTOMERS,
      authorEmailLower: CUSTOMERS,
      signatureUrl: CUSTOMERS,
    },
  },
  claimItem: { rows: CLAIMS, columns: { lineItemId: ORDERS } },
  claimMessage: { rows: CLAIMS, columns: { authorName: CUSTOMERS } },
  claimResolution: {
    rows: CLAIMS,
    columns: {
      shippingAddress: CUSTOMERS,
      issuedCode: parseAuthScopes({ manage_claims: true }),
    },
  },
  // Rules are read to price a quote; showing them takes the scopes of the price settings.
  pricingRule: { rows: QUOTES },
  quote: { rows: QUOTES },
};

/** What a column of an entity needs beyond its row; null where that is nothing. */
export function columnGuard(entity: Entity, column: string): Requirement | null {
  const columns: Readonly<Record<string, Requirement | undefined>> = GUARDS[entity].columns ?? {};
  return columns[column] ?? null;
}

/** The columns of an entity that the token may read. Whether it may read the rows is not asked. */
export function readableColumns(entity: Entity, granted: Granted): readonly string[] {
  return Object.keys(getTableColumns(ENTITIES[entity])).filter((column) => {
    const needed = columnGuard(entity, column);
    return needed === null || isSatisfied(needed, granted);
  });
}

/**
 * Refuses rows of an entity, or the use of columns of it as keys, filters or order.
 *
 * @throws AppError INSUFFICIENT_SCOPE naming the entity and what is needed.
 */
export function guardRows(entity: Entity, columns: readonly string[], granted: Granted): void {
  const used = columns.map((column) => columnGuard(entity, column));
  const refused = [GUARDS[entity].rows, ...used].find(
    (needed) => needed !== null && !isSatisfied(needed, granted),
  );
  if (!refused) return;
  throw new AppError('INSUFFICIENT_SCOPE', `Loading ${entity} rows needs ${describe(refused)}.`);
}
