import type { DemoRows } from '../../src/data/seed/generate.ts';
import { takenQuotes } from './queries-quotes.ts';
import { webhooksOfStore } from './queries-webhooks.ts';

/** A seeded row as the schema shows it: by field name, with edges as functions. */
export type Thing = Readonly<Record<string, unknown>>;

type Table = keyof DemoRows;
type RowIn<T extends Table> = DemoRows[T][number];

/** The rows of one store as a graph, to look for one that has a value where a path leads. */
export class SeedGraph {
  readonly #rows: DemoRows;
  readonly #things = new Map<string, readonly Thing[]>();
  readonly #indexes = new Map<string, ReadonlyMap<unknown, readonly object[]>>();

  constructor(rows: DemoRows) {
    this.#rows = rows;
  }

  /** A cart that the store prices protection of, as the literal of an argument. */
  cart(): string {
    const [quote] = this.#rows.quotes;
    const [line] = quote?.lines ?? [];
    const variant = this.#rows.productVariants[0]?.sourceId;
    if (quote === undefined || line === undefined || variant === undefined) {
      throw new TypeError('The seed has no cart.');
    }
    const product = JSON.stringify(line.sourceProductId);
    const only = `sourceProductId: ${product}, sourceVariantId: ${JSON.stringify(variant)}`;
    return `{currencyCode: ${quote.currency}, lines: [{${only}, quantity: 1, unitPrice: "50"}]}`;
  }

  /** Two months that end with the newest order, which everything that is counted happened in. */
  days(): { from: string; to: string } {
    const newest = Math.max(...this.#rows.orders.map(({ createdAt }) => createdAt.getTime()));
    const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
    return { from: dayOf(newest - 60 * 86_400_000), to: dayOf(newest) };
  }

  /** The rows of an object type; empty for a type that is no row of its own. */
  thingsOf(type: string): readonly Thing[] {
    const known = this.#things.get(type) ?? this.#make(type);
    this.#things.set(type, known);
    return known;
  }

  #make(type: string): readonly Thing[] {
    switch (type) {
      case 'Store':
        return this.#rows.stores;
      case 'Customer':
        return this.#rows.customers.map((row) => this.#customer(row));
      case 'CustomerAddress':
        return this.#rows.customerAddresses;
      case 'Product':
        return this.#rows.products.map((row) => this.#product(row));
      case 'ProductVariant':
        return this.#rows.productVariants.map((row) => this.#variant(row));
      case 'Order':
        return this.#rows.orders.toReversed().map((row) => this.#order(row));
      case 'LineItem':
        return this.#rows.lineItems.toReversed().map((row) => this.#lineItem(row));
      case 'Fulfillment':
        return this.#rows.fulfillments.toReversed().map((row) => this.#fulfillment(row));
      case 'Claim':
        return this.#rows.claims.toReversed().map((row) => this.#claim(row));
      case 'Policy':
        return this.#rows.policies.toReversed().map((row) => this.#policy(row));
      case 'Quote':
        return this.#rows.quotes.map((row) => ({
          ...row,
          order: () => {
            // The oldest order may be left out of these rows.
            const newest = takenQuotes(this.#rows).at(-1);
            return newest?.quote.id === row.id ? this.#orderOf(newest.order.id) : null;
          },
        }));
      case 'Webhook':
        return webhooksOfStore(this.#rows.stores[0]?.id);
      case 'StoreCreditSettings':
        return this.#rows.storeCreditSettings.map(({ bonusType, bonusAmount, ...row }) => ({
          ...row,
          bonusPercentage: bonusType === 'PERCENTAGE' ? bonusAmount : null,
          bonusAmount: bonusType === 'FIXED' ? bonusAmount : null,
        }));
      case 'AbTest':
        return this.#rows.abTests.map((row) => this.#abTest(row));
      case 'AbVariant':
        return this.#rows.abVariants.map((row) => this.#abVariant(row));
      case 'Discount':
        return this.#rows.discounts.map((row) => this.#discount(row));
      default:
        return [];
    }
  }

  #by<T extends Table>(table: T, column: keyof RowIn<T> & string, value: unknown) {
    const name = `${table}.${column}`;
    let index = this.#indexes.get(name);
    if (index === undefined) {
      const groups = new Map<unknown, RowIn<T>[]>();
      for (const row of this.#rows[table] as readonly RowIn<T>[]) {
        const group = groups.get(row[column]);
        if (group) group.push(row);
        else groups.set(row[column], [row]);
      }
      index = groups;
      this.#indexes.set(name, index);
    }
    return (value == null ? [] : (index.get(value) ?? [])) as readonly RowIn<T>[];
  }

  #order(row: RowIn<'orders'>): Thing {
    const orders = (rows: readonly RowIn<'orders'>[]) => rows.map((order) => this.#order(order));
    return {
      ...row,
      cursor: row.id,
      lineItems: () => this.#by('lineItems', 'orderId', row.id).map((line) => this.#lineItem(line)),
      fulfillments: () =>
        this.#by('fulfillments', 'orderId', row.id).map((shipment) => this.#fulfillment(shipment)),
      customer: () =>
        this.#by('customers', 'id', row.customerId).map((customer) =>
          this.#customer(customer),
        )[0] ?? null,
      originalOrder: () => orders(this.#by('orders', 'id', row.originalOrderId))[0] ?? null,
      replacements: () => orders(this.#by('orders', 'originalOrderId', row.id)),
      claims: () => this.#by('claims', 'orderId', row.id).map((claim) => this.#claim(claim)),
      policies: () => this.#by('policies', 'orderId', row.id).map((policy) => this.#policy(policy)),
      discountApplications: () =>
        this.#by('discountApplications', 'orderId', row.id).map((use) => this.#application(use)),
    };
  }

  /** An order, where these rows have it: claims and policies outlive the window. */
  readonly #orderOf = (id: string) =>
    this.#by('orders', 'id', id).map((order) => this.#order(order))[0] ?? null;

  #claim(row: RowIn<'claims'>): Thing {
    return {
      ...row,
      orderId: () => this.#orderOf(row.orderId)?.id ?? null,
      order: () => this.#orderOf(row.orderId),
      author: { name: row.authorName, email: row.authorEmail },
      policy: () =>
        this.#by('policies', 'id', row.policyId).map((policy) => this.#policy(policy))[0] ?? null,
      customer: () =>
        this.#by('customers', 'id', row.customerId).map((customer) =>
          this.#customer(customer),
        )[0] ?? null,
      items: () =>
        this.#by('claimItems', 'claimId', row.id).map((item) => ({
          ...item,
          lineItem: () =>
            this.#by('lineItems', 'id', item.lineItemId).map((line) => this.#lineItem(line))[0] ??
            null,
        })),
      messages: () => this.#by('claimMessages', 'claimId', row.id),
      resolutions: () => this.#by('claimResolutions', 'claimId', row.id),
    };
  }

  #policy(row: RowIn<'policies'>): Thing {
    return {
      ...row,
      orderId: () => this.#orderOf(row.orderId)?.id ?? null,
      order: () => this.#orderOf(row.orderId),
      claims: () => this.#by('claims', 'policyId', row.id).map((claim) => this.#claim(claim)),
    };
  }

  #abTest(row: RowIn<'abTests'>): Thing {
    return {
      ...row,
      variants: () =>
        this.#by('abVariants', 'testId', row.id).map((variant) => this.#abVariant(variant)),
    };
  }

  #abVariant(row: RowIn<'abVariants'>): Thing {
    const days = this.#by('abVariantDays', 'variantId', row.id);
    const { fixed, factor, ...others } = row.overrides as Record<string, unknown>;
    const price = { fixed: fixed ?? null, factor: factor ?? null, paidBy: others.paidBy ?? null };
    const widget = ['enabled', 'checkedByDefault', 'placement', 'heading', 'body', 'accentColor'];
    const compared = row.position > 0 && days.length > 0 ? true : null;
    const rate = { pValue: compared, significant: compared };
    return {
      ...row,
      priceOverrides: row.kind === 'PRICE' ? price : null,
      widgetOverrides:
        row.kind === 'PRICE'
          ? null
          : Object.fromEntries(widget.map((name) => [name, others[name] ?? null])),
      test: () => this.#by('abTests', 'id', row.testId).map((test) => this.#abTest(test))[0],
      days: () => days,
      results: {
        conversion: days.length > 0 ? rate : null,
        attachRate: days.length > 0 ? rate : null,
        revenue: days.slice(0, 1).map(() => rate),
      },
    };
  }

  #discount(row: RowIn<'discounts'>): Thing {
    return {
      ...row,
      applications: () =>
        this.#by('discountApplications', 'discountId', row.id).map((use) => this.#application(use)),
    };
  }

  #application(row: RowIn<'discountApplications'>): Thing {
    return {
      ...row,
      order: () => this.#orderOf(row.orderId),
      discount: () =>
        this.#by('discounts', 'id', row.discountId).map((discount) =>
          this.#discount(discount),
        )[0] ?? null,
    };
  }

  #lineItem(row: RowIn<'lineItems'>): Thing {
    return {
      ...row,
      order: () =>
        this.#by('orders', 'id', row.orderId).map((order) => this.#order(order))[0] ?? null,
      product: () =>
        this.#by('products', 'id', row.productId).map((product) => this.#product(product))[0] ??
        null,
      variant: () =>
        this.#by('productVariants', 'id', row.variantId).map((variant) =>
          this.#variant(variant),
        )[0] ?? null,
    };
  }

  #fulfillment(row: RowIn<'fulfillments'>): Thing {
    return {
      ...row,
      order: () =>
        this.#by('orders', 'id', row.orderId).map((order) => this.#order(order))[0] ?? null,
      lineItems: () =>
        this.#by('fulfillmentLineItems', 'fulfillmentId', row.id).map((carried) => ({
          ...carried,
          lineItem: () =>
            this.#by('lineItems', 'id', carried.lineItemId).map((line) =>
              this.#lineItem(line),
            )[0] ?? null,
        })),
    };
  }

  #customer(row: RowIn<'customers'>): Thing {
    const orders = () =>
      this.#by('orders', 'customerId', row.id).map((order) => this.#order(order));
    return {
      ...row,
      addresses: () => this.#by('customerAddresses', 'customerId', row.id),
      orders,
      claims: () => this.#by('claims', 'customerId', row.id).map((claim) => this.#claim(claim)),
      amountSpent: () => orders().flatMap(({ total }) => total),
      emailMarketingConsent: { updatedAt: row.emailConsentUpdatedAt },
      smsMarketingConsent: { updatedAt: row.smsConsentUpdatedAt },
    };
  }

  #product(row: RowIn<'products'>): Thing {
    return {
      ...row,
      inventory: { quantity: row.inventoryQuantity },
      lineItems: () =>
        this.#by('lineItems', 'productId', row.id).map((line) => this.#lineItem(line)),
      variants: () =>
        this.#by('productVariants', 'productId', row.id).map((variant) => this.#variant(variant)),
      members: () =>
        this.#by('productMembers', 'groupId', row.id).map((member) => ({
          ...member,
          product: () =>
            this.#by('products', 'id', member.productId).map((product) =>
              this.#product(product),
            )[0] ?? null,
        })),
    };
  }

  #variant(row: RowIn<'productVariants'>): Thing {
    return {
      ...row,
      inventory: { quantity: row.inventoryQuantity },
      product: () =>
        this.#by('products', 'id', row.productId).map((product) => this.#product(product))[0] ??
        null,
    };
  }
}

/** Fields that a list or an edge has, and that lead to the same rows. */
const THROUGH = new Set(['nodes', 'edges', 'node']);

/**
 * Whether a thing has a value, and no empty list, where these fields lead. What the graph does not know, such as an amount's
 * currency or a list's count, counts as there: the test itself finds out.
 */
export function hasValueAt(thing: unknown, fields: readonly string[]): boolean {
  const [field, ...rest] = fields;
  if (thing === null || thing === undefined) return false;
  if (field === undefined) return !Array.isArray(thing) || thing.length > 0;
  if (Array.isArray(thing)) {
    if (THROUGH.has(field)) return thing.some((item) => hasValueAt(item, rest));
    // Facts about a list, such as its count, are there when the list is not empty.
    const isList = field === 'pageInfo' || field === 'totalCount';
    return isList ? thing.length > 0 : thing.some((item) => hasValueAt(item, fields));
  }
  if (THROUGH.has(field)) return hasValueAt(thing, rest);
  if (typeof thing !== 'object' || !(field in thing)) return true;
  const value = (thing as Thing)[field];
  return hasValueAt(typeof value === 'function' ? value() : value, rest);
}
