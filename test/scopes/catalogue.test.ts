import { describe, expect, it } from 'vitest';
import { isScope, SCOPES, scopeDefinition } from '../../src/scopes/catalogue.ts';

/** The scope table of the documents that the project was created from: it is law. */
const TABLE: readonly (readonly [group: string, sensitivity: string | null, names: string])[] = [
  ['Orders', 'financial', 'read_orders read_all_orders write_orders'],
  ['Claims', null, 'read_claims write_claims'],
  ['Claims', 'financial', 'manage_claims'],
  ['Customers', 'pii', 'read_customers write_customers'],
  ['Products', null, 'read_products write_products'],
  ['Discounts', 'financial', 'read_discounts'],
  ['Store', null, 'read_store manage_webhooks'],
  ['Store', 'financial', 'read_analytics'],
  [
    'Widgets',
    null,
    'read_widget_cart write_widget_cart read_widget_checkout write_widget_checkout',
  ],
  ['A/B testing', null, 'read_ab_tests write_ab_tests'],
  ['Quotes', null, 'read_quotes'],
  ['Policies', null, 'list_policies'],
  ['Policies', 'financial', 'read_policies'],
  [
    'Price settings',
    'financial',
    'read_store_credit_settings write_store_credit_settings read_shipping_insurance_pricing write_shipping_insurance_pricing read_extended_warranty_pricing write_extended_warranty_pricing read_warranty_pricing write_warranty_pricing',
  ],
];

const ROWS = TABLE.flatMap(([group, sensitivity, names]) =>
  names.split(' ').map((name) => ({ name, group, sensitivity })),
);

describe('the scope catalogue', () => {
  it('lists every scope of the domain, in the order of its table, and no other', () => {
    expect(SCOPES.map(({ name }) => name)).toEqual(ROWS.map(({ name }) => name));
  });

  it.each(ROWS)('puts $name into $group and calls it $sensitivity', (row) => {
    expect(SCOPES.find(({ name }) => name === row.name)).toMatchObject(row);
  });

  it('gates the price settings, and nothing else, behind a review', () => {
    const gated = SCOPES.filter(({ gate }) => gate === 'admin').map(({ name }) => name);
    const priceSettings = ROWS.filter(({ group }) => group === 'Price settings');
    expect(gated).toEqual(priceSettings.map(({ name }) => name));
  });

  it('lets read_all_orders widen rows, and every other scope guard fields', () => {
    const rows = SCOPES.filter(({ kind }) => kind === 'row').map(({ name }) => name);
    expect(rows).toEqual(['read_all_orders']);
  });

  it('lets manage_claims include the other claim scopes, and no other scope include anything', () => {
    const including = SCOPES.filter(({ includes }) => includes.length > 0);
    expect(including.map(({ name, includes }) => [name, includes])).toEqual([
      ['manage_claims', ['read_claims', 'write_claims']],
    ]);
  });

  it('includes only scopes that it lists', () => {
    for (const { includes } of SCOPES)
      expect(includes.filter((name) => !isScope(name))).toEqual([]);
  });

  it('spells no scope twice', () => {
    expect(new Set(SCOPES.map(({ name }) => name)).size).toBe(SCOPES.length);
  });

  it('describes each scope in one sentence that a merchant can read', () => {
    for (const { description } of SCOPES) {
      expect(description).toMatch(/^[A-Z][^.]+\.$/);
      expect(description).not.toMatch(/_/);
    }
  });
});

describe('a name', () => {
  it.each(SCOPES.map(({ name }) => name))('%s is a scope and has its definition', (name) => {
    expect(isScope(name)).toBe(true);
    expect(scopeDefinition(name).name).toBe(name);
  });

  it.each([
    '',
    'public',
    'authenticated',
    'read_order',
    'read_orders ',
    'READ_ORDERS',
    'Read_Orders',
    'read-orders',
    'read_*',
    '__proto__',
    'constructor',
    'toString',
  ])('%j is no scope and has no definition', (name) => {
    expect(isScope(name)).toBe(false);
    expect(() => scopeDefinition(name as 'read_orders')).toThrow(
      new TypeError(`"${name}" is not a scope of the catalogue.`),
    );
  });
});
