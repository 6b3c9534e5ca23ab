/**
 * Every scope that exists, as `domain.md` section 2 lists them. Nothing else in the project may
 * name a scope that is not here; the schema build refuses it.
 */

/** What a merchant should know before granting: personal data, money, or neither. */
export type Sensitivity = 'pii' | 'financial';

export interface ScopeDefinition {
  readonly name: string;
  readonly group: string;
  /** One sentence, shown on the consent page. */
  readonly description: string;
  readonly sensitivity: Sensitivity | null;
  /** `admin`: usable only by public apps that the platform reviewed and approved. */
  readonly gate: 'none' | 'admin';
  /** `field` guards schema coordinates; `row` widens which rows are visible. */
  readonly kind: 'field' | 'row';
  /** Scopes that come with this one. */
  readonly includes: readonly string[];
}

type Facts = Partial<Omit<ScopeDefinition, 'name' | 'group' | 'description'>>;

const scope = <const Name extends string>(
  name: Name,
  group: string,
  description: string,
  facts: Facts = {},
) => ({
  name,
  group,
  description,
  sensitivity: null,
  gate: 'none' as const,
  kind: 'field' as const,
  includes: [] as readonly string[],
  ...facts,
});

const FINANCIAL = { sensitivity: 'financial' } as const;
const PII = { sensitivity: 'pii' } as const;
const ADMIN = { sensitivity: 'financial', gate: 'admin' } as const;

const DEFINITIONS = [
  scope(
    'read_orders',
    'Orders',
    'Read orders of the last 60 days: items, totals, fulfilments, status and protection.',
    FINANCIAL,
  ),
  scope(
    'read_all_orders',
    'Orders',
    'Lift the 60-day limit, so that every order the app may read is included, however old.',
    { sensitivity: 'financial', kind: 'row' },
  ),
  scope('write_orders', 'Orders', 'Create and update orders and their fulfilments.', FINANCIAL),

  scope(
    'read_claims',
    'Claims',
    'Read claims: their items, messages, state and how they were resolved.',
  ),
  scope('write_claims', 'Claims', 'File and update claims, and add messages to them.'),
  scope(
    'manage_claims',
    'Claims',
    'Manage claims fully: also approve, deny, resolve, dismiss and close them, and see issued credit codes.',
    { sensitivity: 'financial', includes: ['read_claims', 'write_claims'] },
  ),

  scope(
    'read_customers',
    'Customers',
    'Read personal data of customers: name, e-mail, phone, addresses, tags, notes and consent.',
    PII,
  ),
  scope('write_customers', 'Customers', 'Update customers and their marketing consent.', PII),

  scope('read_products', 'Products', 'Read the product catalogue and its inventory.'),
  scope('write_products', 'Products', 'Create, update, archive and delete products.'),

  scope('read_discounts', 'Discounts', 'Read discounts and where orders used them.', FINANCIAL),

  scope('read_store', 'Store', "Read the store's configuration and settings."),
  scope(
    'manage_webhooks',
    'Store',
    'Have the app told when something happens in the store, such as a new order; see and repeat that.',
  ),
  scope(
    'read_analytics',
    'Store',
    'Read reports about the store: protection, claims and payouts.',
    FINANCIAL,
  ),

  scope('read_widget_cart', 'Widgets', 'Read the configuration of the cart widget.'),
  scope('write_widget_cart', 'Widgets', 'Change the configuration of the cart widget.'),
  scope('read_widget_checkout', 'Widgets', 'Read the configuration of the checkout widget.'),
  scope('write_widget_checkout', 'Widgets', 'Change the configuration of the checkout widget.'),

  scope('read_ab_tests', 'A/B testing', 'Read A/B tests: how they are set up and their results.'),
  scope('write_ab_tests', 'A/B testing', 'Create, change, start and stop A/B tests.'),

  scope('read_quotes', 'Quotes', 'Read protection quotes and ask for the quote of a cart.'),

  scope(
    'list_policies',
    'Policies',
    'List the policies of orders: which order, which kind and what status.',
  ),
  scope(
    'read_policies',
    'Policies',
    'Read the details of a policy: premium, coverage, terms and dates.',
    FINANCIAL,
  ),

  scope(
    'read_store_credit_settings',
    'Price settings',
    'Read the store credit configuration.',
    ADMIN,
  ),
  scope(
    'write_store_credit_settings',
    'Price settings',
    'Change the store credit configuration.',
    ADMIN,
  ),
  scope(
    'read_shipping_insurance_pricing',
    'Price settings',
    'Read the pricing rules of shipping insurance.',
    ADMIN,
  ),
  scope(
    'write_shipping_insurance_pricing',
    'Price settings',
    'Change the pricing rules of shipping insurance.',
    ADMIN,
  ),
  scope(
    'read_extended_warranty_pricing',
    'Price settings',
    'Read the pricing rules of extended warranties.',
    ADMIN,
  ),
  scope(
    'write_extended_warranty_pricing',
    'Price settings',
    'Change the pricing rules of extended warranties.',
    ADMIN,
  ),
  scope('read_warranty_pricing', 'Price settings', 'Read the pricing rules of warranties.', ADMIN),
  scope(
    'write_warranty_pricing',
    'Price settings',
    'Change the pricing rules of warranties.',
    ADMIN,
  ),
];

/** The name of a catalogue scope. */
export type Scope = (typeof DEFINITIONS)[number]['name'];

/** The catalogue, in the order people should read it. */
export const SCOPES: readonly (ScopeDefinition & { readonly name: Scope })[] = DEFINITIONS;

/** The scopes that widen which rows are seen. */
export const ROW_SCOPES: readonly Scope[] = SCOPES.filter(({ kind }) => kind === 'row').map(
  ({ name }) => name,
);

const BY_NAME: ReadonlyMap<string, (typeof SCOPES)[number]> = new Map(
  SCOPES.map((definition) => [definition.name, definition]),
);

/** Whether a string names a catalogue scope, compared whole and case-sensitively. */
export function isScope(name: string): name is Scope {
  return BY_NAME.has(name);
}

/** The definition of a catalogue scope. */
export function scopeDefinition(name: Scope): (typeof SCOPES)[number] {
  const definition = BY_NAME.get(name);
  if (definition === undefined) throw new TypeError(`"${name}" is not a scope of the catalogue.`);
  return definition;
}

/** Whether only public apps that the platform approved may use a scope. */
export const isGated = (name: Scope): boolean => scopeDefinition(name).gate === 'admin';
