import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEMO_CUSTOMER_EMAIL, DEMO_STORES } from '../../../src/data/seed/demo-stores.ts';
import { type DemoRows, generateDemo } from '../../../src/data/seed/generate.ts';
import { isShipped } from '../../../src/data/shipping.ts';
import {
  ACCOUNT_STATES,
  CONSENT_STATES,
  FINANCIAL_STATUSES,
  FULFILLMENT_STATUSES,
  OPT_IN_LEVELS,
  ORDER_FULFILLMENT_STATUSES,
  PRODUCT_KINDS,
  PRODUCT_STATUSES,
  RISK_LEVELS,
  UNKNOWN,
} from '../../../src/data/values.ts';

const NOW = new Date('2026-11-21T10:20:30.456Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BORDER = NOW.getTime() - 60 * DAY;

const demo = [...generateDemo(NOW)];
const all = <T extends keyof DemoRows>(table: T) =>
  demo.flatMap((rows): DemoRows[T][number][] => rows[table]);
const main = demo[0] as DemoRows;

const text = (value: unknown) =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
const hashOf = (rows: Iterable<DemoRows>) =>
  createHash('sha256')
    .update(text([...rows]))
    .digest('hex');
const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

describe('the demo data', () => {
  it('is the same for the same moment, and another for another', () => {
    const hash = hashOf(demo);
    expect(hashOf(generateDemo(new Date(NOW)))).toBe(hash);
    expect(hashOf(generateDemo(new Date('2027-03-01T00:00:00Z')))).not.toBe(hash);
  });

  it('has the stores that the CLI knows, in their order', () => {
    const stores = all('stores').map(({ id, domain, currency }) => ({ id, domain, currency }));
    expect(stores).toEqual(
      DEMO_STORES.map(({ id, domain, currency }) => ({ id, domain, currency })),
    );
    expect(DEMO_STORES.every(({ domain }) => domain.endsWith('.example'))).toBe(true);
  });

  it('is large enough to page through', () => {
    expect(all('orders').length).toBeGreaterThanOrEqual(5_200);
    expect(all('customers').length).toBeGreaterThanOrEqual(1_600);
    expect(all('products').length).toBeGreaterThanOrEqual(210);
    const sizes = demo.map((rows) => rows.orders.length);
    expect(Math.max(...sizes)).toBe(sizes[0]);
  });

  it('gives every row an id of its own', () => {
    const prefixed = [
      ...[...all('stores'), ...all('customers'), ...all('customerAddresses'), ...all('products')],
      ...[...all('productVariants'), ...all('orders'), ...all('lineItems'), ...all('fulfillments')],
      ...[...all('discounts'), ...all('discountApplications'), ...all('pricingRules')],
      ...[...all('quotes'), ...all('policies'), ...all('claims'), ...all('claimItems')],
      ...[...all('claimMessages'), ...all('claimResolutions'), ...all('widgets')],
      ...[...all('abTests'), ...all('abVariants')],
    ].map(({ id }) => id);
    expect(new Set(prefixed).size).toBe(prefixed.length);
    const odd = prefixed.filter((id) => !/^[a-z]{3}_[0-9a-z]{20}$/.test(id));
    expect(odd).toEqual([]);
  });

  it('uses every state there is', () => {
    const statuses = (values: readonly unknown[]) => [...new Set(values)].sort();
    const orders = all('orders');
    const customers = all('customers');
    // Demo data has no value that this API does not know; how somebody agreed may be unknown as such.
    const sorted = (values: readonly string[]) =>
      values.filter((value) => value !== UNKNOWN || values === OPT_IN_LEVELS).sort();
    expect(statuses(orders.map((row) => row.financialStatus))).toEqual(sorted(FINANCIAL_STATUSES));
    expect(statuses(orders.map((row) => row.fulfillmentStatus))).toEqual(
      sorted(ORDER_FULFILLMENT_STATUSES),
    );
    expect(statuses(orders.flatMap((row) => row.riskLevel ?? []))).toEqual(sorted(RISK_LEVELS));
    expect(statuses(all('fulfillments').map((row) => row.status))).toEqual(
      sorted(FULFILLMENT_STATUSES),
    );
    expect(statuses(customers.map((row) => row.accountState))).toEqual(sorted(ACCOUNT_STATES));
    expect(statuses(customers.map((row) => row.emailConsentState))).toEqual(sorted(CONSENT_STATES));
    expect(statuses(customers.map((row) => row.smsConsentState))).toEqual(sorted(CONSENT_STATES));
    expect(statuses(customers.map((row) => row.emailConsentLevel))).toEqual(sorted(OPT_IN_LEVELS));
    expect(statuses(all('products').map((row) => row.status))).toEqual(sorted(PRODUCT_STATUSES));
    expect(statuses(all('products').map((row) => row.kind))).toEqual(sorted(PRODUCT_KINDS));
  });
});

describe('orders over time', () => {
  const ages = all('orders').map(({ createdAt }) => NOW.getTime() - createdAt.getTime());

  it('span two years and end now, with a tenth of them in the window', () => {
    expect(Math.max(...ages)).toBeGreaterThan(720 * DAY);
    expect(Math.max(...ages)).toBeLessThanOrEqual(731 * DAY);
    expect(Math.min(...ages)).toBeGreaterThan(0);
    const recent = ages.filter((age) => age < 60 * DAY).length / ages.length;
    expect(recent).toBeGreaterThan(0.08);
    expect(recent).toBeLessThan(0.12);
  });

  it('stand on either side of the border of the window, and within the last hours', () => {
    for (const { orders } of demo) {
      const off = orders.map(({ createdAt }) => createdAt.getTime() - BORDER);
      expect(off.some((ms) => ms > 0 && ms < 3 * HOUR)).toBe(true);
      expect(off.some((ms) => ms < 0 && ms > -3 * HOUR)).toBe(true);
      expect(orders.some(({ createdAt }) => NOW.getTime() - createdAt.getTime() < 2 * HOUR)).toBe(
        true,
      );
    }
  });

  it('include replacements in the window whose original is outside of it', () => {
    for (const { orders } of demo) {
      const byId = new Map(orders.map((order) => [order.id, order]));
      const replacements = orders.filter((order) => order.originalOrderId);
      for (const order of replacements) {
        const original = byId.get(order.originalOrderId ?? '');
        expect(original?.customerId).toBe(order.customerId);
        expect(order.createdAt.getTime()).toBeGreaterThan(
          original?.createdAt.getTime() ?? Infinity,
        );
        expect(order.total).toBe(0n);
      }
      const crossing = replacements.filter((order) => {
        const before = byId.get(order.originalOrderId ?? '')?.createdAt.getTime() ?? Infinity;
        return order.createdAt.getTime() > BORDER && before < BORDER;
      });
      expect(crossing.length).toBeGreaterThan(0);
      expect(replacements.length / orders.length).toBeGreaterThan(0.01);
      expect(replacements.length / orders.length).toBeLessThan(0.04);
    }
  });

  it.each([0, 1, 2, 5, 30])(
    'have a replacement among the newest, with its original in the window, %d days later',
    (days) => {
      const now = NOW.getTime() + days * DAY;
      for (const { orders } of generateDemo(new Date(now))) {
        const created = new Map(orders.map(({ id, createdAt }) => [id, createdAt.getTime()]));
        const newest = orders.toSorted(
          (one, other) => Number(other.createdAt) - Number(one.createdAt),
        );
        const originals = newest
          .slice(0, 50)
          .map((order) => created.get(order.originalOrderId ?? ''));
        expect(originals.some((at = 0) => at > now - 60 * DAY)).toBe(true);
      }
    },
  );

  it('are dated in a possible order', () => {
    const late = NOW.getTime();
    for (const order of all('orders')) {
      expect(order.updatedAt.getTime()).toBeGreaterThanOrEqual(order.createdAt.getTime());
      expect(order.updatedAt.getTime()).toBeLessThanOrEqual(late);
      if (order.cancelledAt) expect(order.cancelledAt >= order.createdAt).toBe(true);
    }
    for (const row of all('fulfillments')) {
      expect(row.createdAt >= row.orderCreatedAt && row.updatedAt >= row.createdAt).toBe(true);
      expect(row.updatedAt.getTime()).toBeLessThanOrEqual(late);
      expect(row.deliveredAt instanceof Date).toBe(['DELIVERED', 'PICKED_UP'].includes(row.status));
    }
    for (const row of [...all('customers'), ...all('products')]) {
      expect(row.updatedAt >= row.createdAt && row.updatedAt.getTime() <= late).toBe(true);
    }
  });
});

describe('references', () => {
  it('stay inside the store', () => {
    for (const rows of demo) {
      const storeId = rows.stores[0]?.id;
      const known = (list: readonly { id: string }[]) => new Set(list.map(({ id }) => id));
      const customers = known(rows.customers);
      const products = known(rows.products);
      const variants = new Map(rows.productVariants.map((row) => [row.id, row.productId]));
      for (const list of Object.values(rows).slice(1) as { storeId: string }[][]) {
        expect(list.every((row) => row.storeId === storeId)).toBe(true);
      }
      for (const row of rows.customerAddresses) expect(customers.has(row.customerId)).toBe(true);
      for (const row of rows.productVariants) expect(products.has(row.productId)).toBe(true);
      for (const row of rows.orders) {
        if (row.customerId) expect(customers.has(row.customerId)).toBe(true);
      }
      for (const row of rows.lineItems) {
        if (row.productId) expect(products.has(row.productId)).toBe(true);
        if (row.variantId) expect(variants.get(row.variantId)).toBe(row.productId);
      }
      expect(rows.lineItems.some((row) => row.productId === null)).toBe(true);
    }
  });

  it('tell buyers of many orders from those of none, and orders without a customer', () => {
    const byCustomer = grouped(main.orders, (order) => order.customerId ?? '');
    expect(byCustomer.get('')?.length).toBeGreaterThan(20);
    const counts = main.customers.map(({ id }) => byCustomer.get(id)?.length ?? 0);
    expect(counts.filter((count) => count >= 30).length).toBeGreaterThan(1);
    expect(counts.filter((count) => count === 0).length).toBeGreaterThan(20);
    expect(counts.filter((count) => count > 1).length).toBeGreaterThan(300);
  });

  it('let a fulfilment carry only what its own order has, and no piece twice', () => {
    for (const rows of demo) {
      const lines = new Map(rows.lineItems.map((line) => [line.id, line]));
      const orderOf = new Map(rows.fulfillments.map((row) => [row.id, row.orderId]));
      const carried = new Map<string, number>();
      for (const row of rows.fulfillmentLineItems) {
        expect(lines.get(row.lineItemId)?.orderId).toBe(row.orderId);
        expect(orderOf.get(row.fulfillmentId)).toBe(row.orderId);
        carried.set(row.lineItemId, (carried.get(row.lineItemId) ?? 0) + row.quantity);
      }
      for (const [id, quantity] of carried) {
        expect(quantity).toBeLessThanOrEqual(lines.get(id)?.quantity ?? 0);
      }
      const filled = new Set(rows.fulfillmentLineItems.map((row) => row.fulfillmentId));
      expect(filled.size).toBe(rows.fulfillments.length);
    }
  });

  it('agree with the fulfilment status of the order', () => {
    for (const rows of demo) {
      const status = new Map(rows.fulfillments.map((row) => [row.id, row.status]));
      const ordered = grouped(rows.lineItems, (line) => line.orderId);
      const carried = grouped(rows.fulfillmentLineItems, (row) => row.orderId);
      for (const order of rows.orders) {
        const pieces = (ordered.get(order.id) ?? []).reduce(
          (count, line) => count + line.quantity,
          0,
        );
        const gone = (carried.get(order.id) ?? [])
          .filter((row) => isShipped(status.get(row.fulfillmentId) ?? 'UNFULFILLED'))
          .reduce((count, row) => count + row.quantity, 0);
        expect(order.fulfillmentStatus === 'FULFILLED').toBe(gone === pieces);
        expect(order.fulfillmentStatus === 'PARTIALLY_FULFILLED').toBe(gone > 0 && gone < pieces);
        if (order.cancelledAt) expect(gone).toBe(0);
      }
    }
  });

  it('name only simple products as members of a group', () => {
    const kinds = new Map(all('products').map((product) => [product.id, product.kind]));
    expect(all('products').filter(({ kind }) => kind === 'GROUPED').length).toBe(8);
    for (const member of all('productMembers')) {
      expect(kinds.get(member.groupId)).toBe('GROUPED');
      expect(kinds.get(member.productId)).toBe('SIMPLE');
    }
    const variants = grouped(all('productVariants'), (variant) => variant.productId);
    const sizes = [...variants.values()].map((list) => list.length);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([1, 6]);
  });
});

describe('money', () => {
  it('adds up to the minor unit', () => {
    for (const rows of demo) {
      const lines = grouped(rows.lineItems, (line) => line.orderId);
      for (const order of rows.orders) {
        const own = lines.get(order.id) ?? [];
        expect(own.length).toBeGreaterThan(0);
        expect(own.length).toBeLessThanOrEqual(5);
        expect(order.subtotal).toBe(sum(own.map((line) => line.unitPrice * BigInt(line.quantity))));
        expect(order.discountTotal).toBe(sum(own.map((line) => line.discountTotal)));
        expect(order.taxTotal).toBe(sum(own.map((line) => line.taxTotal)));
        expect(order.total).toBe(
          order.subtotal - order.discountTotal + order.shippingTotal + order.taxTotal,
        );
        const least = own.map(
          (line) => line.unitPrice * BigInt(line.quantity) - line.discountTotal,
        );
        expect(
          [order.total, order.premiumPaid, order.premiumDiscount, ...least].every((x) => x >= 0n),
        ).toBe(true);
      }
    }
  });

  it('is in the minor units of the currency: none for yen, three decimals for dinars', () => {
    const median = (prices: readonly bigint[]) =>
      Number([...prices].sort((one, other) => Number(one - other))[prices.length >> 1]);
    const [usd, eur, jpy, kwd] = demo.map((rows) =>
      median(rows.products.map(({ price }) => price)),
    );
    expect((usd ?? 0) / 100).toBeCloseTo(79, -2);
    expect((eur ?? 0) / 100).toBeCloseTo(64, -2);
    expect(jpy).toBeGreaterThan(1_000);
    expect(jpy).toBeLessThan(3_000);
    expect((kwd ?? 0) / 1000).toBeGreaterThan(3);
    expect((kwd ?? 0) / 1000).toBeLessThan(10);
  });

  it('knows every kind of protection', () => {
    for (const { orders } of demo) {
      const kinds = new Set(
        orders.map(({ premiumPaid, premiumCost, protectionCancelledAt }) => {
          if (premiumCost === 0n) return protectionCancelledAt ? 'wrong' : 'none';
          if (protectionCancelledAt) return 'cancelled';
          return premiumPaid > 0n ? 'by customer' : 'by brand';
        }),
      );
      expect([...kinds].sort()).toEqual(['by brand', 'by customer', 'cancelled', 'none']);
    }
  });

  it('agrees with what happened to the order', () => {
    for (const rows of demo) {
      const lines = grouped(rows.lineItems, (line) => line.orderId);
      for (const order of rows.orders) {
        const own = lines.get(order.id) ?? [];
        const back = own.reduce((count, line) => count + line.refundedQuantity, 0);
        const pieces = own.reduce((count, line) => count + line.quantity, 0);
        expect(order.financialStatus === 'REFUNDED').toBe(back === pieces);
        expect(order.financialStatus === 'PARTIALLY_REFUNDED').toBe(back > 0 && back < pieces);
        if (order.cancelledAt)
          expect(['REFUNDED', 'VOIDED', 'EXPIRED']).toContain(order.financialStatus);
      }
    }
  });
});

describe('people', () => {
  const emails = [
    ...all('customers').flatMap(({ email }) => email ?? []),
    ...all('orders').flatMap(({ contactEmail }) => contactEmail ?? []),
  ];

  it('have e-mails on domains that never reach anybody', () => {
    const odd = emails.filter(
      (email) => !/^[\w.+-]+@([a-z]+\.)?example\.(com|org|net)$/i.test(email),
    );
    expect(odd).toEqual([]);
    expect(emails.some((email) => email !== email.toLowerCase())).toBe(true);
  });

  it('share no name, e-mail or phone', () => {
    const unique = (values: readonly (string | null | undefined)[]) => {
      const present = values.filter((value) => value != null);
      expect(new Set(present).size).toBe(present.length);
    };
    unique(all('customers').map(({ email }) => email?.toLowerCase()));
    unique(all('customers').map(({ phone }) => phone?.replace(/\D/g, '')));
    unique(
      all('customers').map(({ firstName, lastName }) => lastName && `${firstName} ${lastName}`),
    );
  });

  it('are named only where a name belongs', () => {
    const open = new Set<string | null | undefined>([
      ...all('stores').map(({ name }) => name),
      ...all('products').flatMap(({ name, description, imageUrl }) => [
        name,
        description,
        imageUrl,
      ]),
      ...all('productVariants').flatMap(({ title, sku }) => [title, sku]),
      ...all('lineItems').flatMap(({ name, sku, imageUrl }) => [name, sku, imageUrl]),
      ...all('fulfillments').flatMap((row) => [row.trackingCompany, ...row.trackingUrls]),
      ...all('orders').flatMap(({ tags }) => tags),
    ]);
    const written = [...open].join('\n');
    const names = new Set(all('orders').flatMap(({ contactName }) => contactName ?? []));
    const found = [...names, ...emails].filter((name) => written.includes(name));
    expect(names.size).toBeGreaterThan(1_000);
    expect(found).toEqual([]);
  });

  it('write in many scripts', () => {
    const written = all('customers')
      .map(({ firstName, lastName }) => `${firstName}${lastName}`)
      .join('');
    for (const script of [
      'Latin',
      'Cyrillic',
      'Greek',
      'Arabic',
      'Hebrew',
      'Han',
      'Hiragana',
      'Hangul',
      'Devanagari',
      'Thai',
    ]) {
      expect(written, script).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'));
    }
    expect(written).toMatch(/'/);
    expect(written).toMatch(/-/);
  });

  it('leave things out', () => {
    for (const part of ['firstName', 'lastName', 'email', 'phone', 'note', 'locale'] as const) {
      expect(
        all('customers').some((customer) => customer[part] === null),
        part,
      ).toBe(true);
    }
    for (const part of ['company', 'address2', 'phone', 'province'] as const) {
      expect(
        all('customerAddresses').some((address) => address[part] === null),
        part,
      ).toBe(true);
      expect(
        all('customerAddresses').some((address) => address[part] !== null),
        part,
      ).toBe(true);
    }
  });

  it('keep no trace of those who were erased', () => {
    const erased = all('customers').filter(
      ({ emailConsentState }) => emailConsentState === 'REDACTED',
    );
    expect(erased.length).toBeGreaterThan(3);
    for (const { firstName, lastName, email, phone } of erased) {
      expect([firstName, lastName, email, phone]).toEqual([null, null, null, null]);
    }
    const ids = new Set(erased.map(({ id }) => id));
    for (const order of all('orders').filter(({ customerId }) => ids.has(customerId ?? ''))) {
      expect([order.contactName, order.contactEmail, order.shippingAddress]).toEqual([
        null,
        null,
        null,
      ]);
    }
  });

  it('include the customer of the README, with orders on both sides of the window', () => {
    const known = main.customers.filter(({ email }) => email === DEMO_CUSTOMER_EMAIL);
    expect(known.length).toBe(1);
    const orders = main.orders.filter(({ customerId }) => customerId === known[0]?.id);
    expect(orders.filter(({ createdAt }) => createdAt.getTime() >= BORDER).length).toBeGreaterThan(
      2,
    );
    expect(orders.filter(({ createdAt }) => createdAt.getTime() < BORDER).length).toBeGreaterThan(
      4,
    );
  });
});
