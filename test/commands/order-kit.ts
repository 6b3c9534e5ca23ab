import type { Backend } from '../support/gateway.ts';
import { openTestStore, type TestStore } from './kit.ts';

export const WRITE = { scope: 'write_orders' };
export const BOTH = { scope: 'write_orders read_orders' };

/** The tables that mutations of orders change. */
const TABLES = [
  'orders',
  'line_items',
  'policies',
  'quotes',
  'fulfillments',
  'fulfillment_line_items',
];

export const openOrders = (backend: Backend): Promise<TestStore> => openTestStore(backend, TABLES);

let next = 0;
/** A key or source id that no other has. */
export const fresh = () => `test-${++next}`;

/** Two lines of 25 and 10 with a discount of 5, shipping of 4.90 and a tax of 2.40. */
export const order = (changes: object = {}) => ({
  sourceId: fresh(),
  sourceNumber: '#9001',
  platform: 'SHOPIFY',
  createdAt: new Date(Date.now() - 60_000).toISOString(),
  currency: 'USD',
  lines: [
    {
      sourceId: 'a',
      name: 'Mug',
      quantity: 2,
      unitPrice: '12.50',
      discountTotal: '5',
      taxTotal: '1.60',
    },
    { sourceId: 'b', name: 'Tea', quantity: 1, unitPrice: '10', taxTotal: '0.80' },
  ],
  subtotal: '35.00',
  discountTotal: '5.00',
  shippingTotal: '4.90',
  taxTotal: '2.40',
  total: '37.30',
  ...changes,
});

/** Creates an order and gives its id. */
export async function createOrder(store: TestStore, changes: object = {}): Promise<string> {
  const { id, userErrors } = await store.send('orderCreate', order(changes), {
    ...WRITE,
    key: fresh(),
  });
  if (id === null) throw new Error(JSON.stringify(userErrors));
  return id;
}

const DAY = 86_400_000;

/** The id of an order that was placed longer ago than a token without `read_all_orders` may see. */
export const createOldOrder = (store: TestStore): Promise<string> =>
  createOrder(store, { createdAt: new Date(Date.now() - 61 * DAY).toISOString() });

/** A row of an order as it is stored. */
export async function stored(store: TestStore, id: string): Promise<Record<string, unknown>> {
  const [row] = await store.rows('select * from commerce.orders where id = $1', [id]);
  return { ...row };
}

export async function eventsOf(store: TestStore, id: string) {
  const rows = await store.journal(
    'select topic from commerce.outbox_events where entity_id = $1 order by sequence',
    [id],
  );
  return rows.map(({ topic }) => topic);
}
