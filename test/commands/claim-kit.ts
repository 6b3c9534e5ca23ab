import { STORE } from '../support/gateway.ts';
import type { TestStore } from './kit.ts';

const DAY = 24 * 60 * 60 * 1000;

/** What is said of an order for a test; days are before now. */
export interface Ordered {
  readonly storeId?: string;
  readonly currency?: string;
  readonly age?: number;
  /** Null for goods that are still here. */
  readonly sent?: number | null;
  readonly delivered?: number | null;
  /** Null for an order without protection. */
  readonly insured?: bigint | null;
  readonly policy?: {
    readonly kind?: string;
    readonly status?: string;
    readonly currency?: string;
    readonly effective?: number;
    readonly expires?: number;
  };
  readonly shipping?: bigint;
  readonly hasAddress?: boolean;
  /** Pieces, price of one, discount and tax of the line, pieces paid back. */
  readonly lines?: readonly (readonly [number, bigint, bigint?, bigint?, number?])[];
}

export interface PlacedOrder {
  readonly id: string;
  readonly lines: readonly string[];
  readonly policyId: string;
}

/** An order of three pieces at 30.00 each, discounted by 5.00 and taxed by 2.00, sent a week ago and protected. */
export async function placeOrder(store: TestStore, ordered: Ordered = {}): Promise<PlacedOrder> {
  const { storeId = STORE.id, currency = 'USD', age = 10, sent = 8, delivered = 5 } = ordered;
  const { insured = 1_000_00n, policy = {}, shipping = 6_00n, hasAddress = true } = ordered;
  const { lines = [[3, 30_00n, 5_00n, 2_00n]] } = ordered;
  const suffix = crypto.randomUUID();
  const ago = (days: number) => new Date(Date.now() - days * DAY);
  const at = ago(age);
  const insert = (table: string, row: Readonly<Record<string, unknown>>) => {
    const names = Object.keys(row);
    const marks = names.map((_, index) => `$${index + 1}`);
    const values = Object.values(row).map((value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const text = `insert into commerce.${table} (${names.join(', ')}) values (${marks.join(', ')})`;
    return store.rows(text, values, storeId);
  };
  const id = `ord_${suffix}`;
  const of = { store_id: storeId, order_id: id, order_created_at: at };
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, each) => total + each, 0n);
  const subtotal = sum(lines.map(([quantity, price]) => BigInt(quantity) * price));
  const discount = sum(lines.map(([, , each = 0n]) => each));
  const tax = sum(lines.map(([, , , each = 0n]) => each));
  await insert('orders', {
    ...{ id, store_id: storeId, source_id: suffix, source_number: `#${suffix}` },
    ...{ platform: 'API', created_at: at, updated_at: at, currency, subtotal },
    ...{ discount_total: discount, shipping_total: shipping, tax_total: tax },
    total: subtotal - discount + shipping + tax,
    ...{ premium_paid: 0, premium_cost: insured === null ? 0 : 100, premium_discount: 0 },
    ...{ financial_status: 'PAID', fulfillment_status: 'FULFILLED', tags: [] },
    ...{ contact_name: 'Ada Fenwick', contact_email: 'ada@example.com' },
    shipping_address: hasAddress ? JSON.stringify({ name: 'Ada Fenwick', city: 'Leeds' }) : null,
  });
  const lineIds = lines.map((_, index) => `lin_${index}_${suffix}`);
  for (const [index, line] of lines.entries()) {
    const [quantity, unitPrice, discountTotal = 0n, taxTotal = 0n, refunded = 0] = line;
    await insert('line_items', {
      ...{ id: lineIds[index], ...of, position: index, source_id: `${index}`, name: 'Kettle' },
      ...{ quantity, refunded_quantity: refunded, currency, unit_price: unitPrice },
      ...{ discount_total: discountTotal, tax_total: taxTotal },
    });
  }
  if (sent !== null) {
    const fulfillmentId = `ful_${suffix}`;
    await insert('fulfillments', {
      ...{ id: fulfillmentId, ...of, source_id: suffix },
      status: delivered === null ? 'IN_TRANSIT' : 'DELIVERED',
      ...{ tracking_numbers: [], tracking_urls: [] },
      delivered_at: delivered === null ? null : ago(delivered),
      ...{ created_at: ago(sent), updated_at: ago(delivered ?? sent) },
    });
    for (const [index, [quantity]] of lines.entries()) {
      const line_item_id = lineIds[index];
      const carried = { ...of, fulfillment_id: fulfillmentId, line_item_id, quantity };
      await insert('fulfillment_line_items', carried);
    }
  }
  const policyId = `pol_${suffix}`;
  if (insured !== null) {
    await insert('policies', {
      ...{ id: policyId, ...of, kind: policy.kind ?? 'SHIPPING_INSURANCE' },
      ...{ status: policy.status ?? 'ACTIVE', currency: policy.currency ?? currency },
      ...{ premium: 100, paid_by: 'BRAND', insured_value: insured, coverage: 'c', terms: 't' },
      effective_at: ago(policy.effective ?? age),
      expires_at: ago(policy.expires ?? -80),
      ...{ created_at: at, updated_at: at },
    });
  }
  return { id, lines: lineIds, policyId };
}

/** A filing that breaks no rule, of so many pieces of each line; the main store asks for a signature. */
export const filing = (order: PlacedOrder, quantity = 1, changes: object = {}) => ({
  orderId: order.id,
  type: 'MISSING_ITEM',
  description: 'It was not in the box.',
  requestedResolution: 'REFUND',
  items: order.lines.map((lineItemId) => ({ lineItemId, quantity })),
  signatureUrl: 'https://shop.example/signature.png',
  ...changes,
});

let keys = 0;
/** A key that no other request of this file has. */
export const newKey = () => `key ${keys++}`;

/** Files a claim and gives its id. */
export async function file(
  store: TestStore,
  order: PlacedOrder,
  quantity = 1,
  changes: object = {},
): Promise<string> {
  const input = filing(order, quantity, changes);
  const payload = await store.send('claimCreate', input, { scope: 'write_claims', key: newKey() });
  if (payload.id === null) throw new Error(JSON.stringify(payload.userErrors));
  return payload.id;
}

/** What is stored of a claim. */
export async function claimRow(store: TestStore, id: string | null) {
  const [row] = await store.rows('select * from commerce.claims where id = $1', [id]);
  return row ?? {};
}

/** Puts a claim into a state past the gateway, and gives its version. */
export async function put(store: TestStore, id: string, state: string): Promise<number> {
  const text = 'update commerce.claims set state = $2 where id = $1 returning version';
  const [row] = await store.rows(text, [id, state]);
  return Number(row?.version);
}

/** What was paid for a claim; amounts as text, because the databases' drivers do not agree on them. */
export const resolutionsOf = (store: TestStore, id: string) =>
  store.rows(
    `select *, paid_value::text, bonus::text, shipping_amount::text
     from commerce.claim_resolutions where claim_id = $1`,
    [id],
  );

/** The topics that were told of something, in order. */
export async function topicsOf(store: TestStore, entityId: string | null): Promise<unknown[]> {
  const text = 'select topic from commerce.outbox_events where entity_id = $1 order by sequence';
  return (await store.journal(text, [entityId])).map(({ topic }) => topic);
}
