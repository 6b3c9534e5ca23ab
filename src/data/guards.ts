import { getTableColumns } from 'drizzle-orm';
import { AppError } from '../errors.ts';
import { parseAuthScopes } from '../scopes/auth-scopes.ts';
import {
  allOf,
  anyOf,
  describe,
  type Granted,
  isSatisfied,
  type Requirement,
} from '../scopes/requirement.ts';
import {
  PAGE_BATCHES,
  type PageBatchName,
  TOTALS_BATCHES,
  type TotalsBatch,
  type TotalsBatchName,
} from './batches.ts';
import { type Column, ENTITIES, type Entity } from './entities.ts';
import type { Condition } from './source.ts';
import type { AB_TEST_KINDS, POLICY_KINDS, WIDGET_KINDS } from './values.ts';

/** Requirements of rows by the values that a column can have. */
interface RowsBy {
  readonly column: string;
  readonly values: Readonly<Record<string, Requirement>>;
}

/** What a load says that all of its rows have in a column. */
export interface Said {
  readonly column: string;
  readonly value: unknown;
}

/** What a token needs before the data layer loads anything of an entity. */
interface Guard<E extends Entity> {
  /** What opens the rows; where they differ, what opens any of them. */
  readonly rows: Requirement;
  /** What opens a row by the value of a column, where that differs from row to row. */
  readonly rowsBy?: RowsBy;
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
const AB_TESTS = parseAuthScopes({ read_ab_tests: true });

const WIDGETS: Readonly<Record<(typeof WIDGET_KINDS)[number], Requirement>> = {
  CART: parseAuthScopes({ read_widget_cart: true }),
  CHECKOUT: parseAuthScopes({ read_widget_checkout: true }),
};

const PRICING: Readonly<Record<(typeof POLICY_KINDS)[number], Requirement>> = {
  SHIPPING_INSURANCE: parseAuthScopes({ read_shipping_insurance_pricing: true }),
  WARRANTY: parseAuthScopes({ read_warranty_pricing: true }),
  EXTENDED_WARRANTY: parseAuthScopes({ read_extended_warranty_pricing: true }),
};

/** Satisfied by whatever satisfies one of them. */
const eitherOf = (...requirements: readonly Requirement[]) =>
  anyOf(requirements.flatMap((requirement) => requirement.anyOf));

/** The rows of an entity each need what the value of their column says. */
const by = (column: string, values: Readonly<Record<string, Requirement>>) => ({
  rows: eitherOf(...Object.values(values)),
  rowsBy: { column, values },
});

/** The same requirements, each of them met by a scope for quotes as well. */
const orQuotes = (values: Readonly<Record<string, Requirement>>) =>
  Object.fromEntries(
    Object.entries(values).map(([value, needed]) => [value, eitherOf(needed, QUOTES)]),
  );

/** A price test is part of every quote while it runs; tests of widgets are not. */
const TESTED: Readonly<Record<(typeof AB_TEST_KINDS)[number], Requirement>> = {
  CART_WIDGET: AB_TESTS,
  CHECKOUT_WIDGET: AB_TESTS,
  PRICE: eitherOf(AB_TESTS, QUOTES),
};

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
  // Quotes are priced with the rules, and only where the kind is offered.
  pricingRule: by('kind', orQuotes(PRICING)),
  quote: { rows: QUOTES, columns: { orderId: ORDERS, orderCreatedAt: ORDERS } },
  storeSettings: { rows: STORE },
  claimSettings: { rows: STORE },
  priceSettings: {
    ...by('kind', orQuotes(PRICING)),
    columns: {
      terms: eitherOf(...Object.values(PRICING)),
      version: eitherOf(...Object.values(PRICING)),
      updatedAt: eitherOf(...Object.values(PRICING)),
    },
  },
  storeCreditSettings: { rows: parseAuthScopes({ read_store_credit_settings: true }) },
  widget: by('kind', WIDGETS),
  abTest: {
    ...by('kind', TESTED),
    columns: {
      name: AB_TESTS,
      startedAt: AB_TESTS,
      stoppedAt: AB_TESTS,
      version: AB_TESTS,
      createdAt: AB_TESTS,
      updatedAt: AB_TESTS,
    },
  },
  abVariant: { ...by('kind', TESTED), columns: { name: AB_TESTS } },
  abVariantDay: { rows: AB_TESTS },
  webhook: { rows: parseAuthScopes({ manage_webhooks: true }) },
};

/** What every report of a store needs, whatever it counts: it answers with sums, and opens no row. */
export const REPORT_GUARD = parseAuthScopes({ read_analytics: true });

/** What rows need of which so much is said; where nothing is said that tells them apart, it is all. */
export function requirementOfRows(entity: Entity, said: readonly Said[]): Requirement {
  const { rows, rowsBy }: Pick<Guard<Entity>, 'rows' | 'rowsBy'> = GUARDS[entity];
  if (rowsBy === undefined) return rows;
  const { column, values } = rowsBy;
  const value = said.find((one) => one.column === column)?.value;
  const known = typeof value === 'string' && Object.hasOwn(values, value) && values[value];
  return known || allOf(...Object.values(values));
}

/** Whether all rows of an entity need the same, so that none of them has to be told apart. */
export function opensAlike(entity: Entity): boolean {
  const { rowsBy }: Pick<Guard<Entity>, 'rowsBy'> = GUARDS[entity];
  return rowsBy === undefined;
}

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
 * Refuses rows of an entity, or the use of columns of it as keys, filters or order. `said` is what the load
 * itself says of its rows.
 *
 * @throws AppError INSUFFICIENT_SCOPE naming the entity and what is needed.
 */
export function guardRows(
  entity: Entity,
  columns: readonly string[],
  granted: Granted,
  said: readonly Said[],
): void {
  const need = (needed: Requirement) => {
    if (isSatisfied(needed, granted)) return;
    throw new AppError('INSUFFICIENT_SCOPE', `Loading ${entity} rows needs ${describe(needed)}.`);
  };
  need(requirementOfRows(entity, said));
  for (const column of columns) {
    const needed = columnGuard(entity, column);
    if (needed !== null) need(needed);
  }
}

/**
 * Refuses reports.
 *
 * @throws AppError INSUFFICIENT_SCOPE naming what is needed.
 */
export function guardReports(granted: Granted): void {
  if (isSatisfied(REPORT_GUARD, granted)) return;
  throw new AppError('INSUFFICIENT_SCOPE', `Loading reports needs ${describe(REPORT_GUARD)}.`);
}

/** The columns that a page or a count compares: those of its order and filter, and its parent's. */
export function usedByPage(
  batch: PageBatchName,
  order: readonly string[],
  filter: readonly Condition[],
): readonly string[] {
  const { parent } = PAGE_BATCHES[batch];
  const filtered = filter.map(({ column }) => column);
  return [...order, ...filtered, ...listOf(parent)];
}

/** The columns that totals are made of. */
export function usedByTotals(batch: TotalsBatchName): readonly string[] {
  const { parent, sum, sumUnless, beside }: TotalsBatch = TOTALS_BATCHES[batch];
  return [parent, sum, ...listOf(sumUnless), ...beside];
}

const listOf = (column: string | null) => (column === null ? [] : [column]);

/** What a load says that its rows have: a value of its parent's column, and those of equalities. */
export function saidBy(
  column: string | null,
  parent: string | null,
  filter: readonly Condition[],
): readonly Said[] {
  const equal = filter.filter(({ operator, ignoreCase }) => operator === 'equals' && !ignoreCase);
  return column === null ? equal : [{ column, value: parent }, ...equal];
}
