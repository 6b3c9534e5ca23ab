import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ImportOptions,
  type ImportResult,
  runImport,
} from '../../src/commands/import/run-import.ts';
import { OWNER_ROLE, WRITER_ROLE } from '../../src/data/tables/columns.ts';
import { type Backend, openTestDatabase, STORE, type TestDatabase } from '../support/gateway.ts';

type Rows = readonly Readonly<Record<string, unknown>>[];

export const NOW = new Date('2026-11-22T03:00:00Z');

export interface TestImports {
  readonly test: TestDatabase;
  /** Writes a file of these lines; what is no text is written as JSON. */
  file(lines: readonly unknown[], name?: string): Promise<string>;
  /** Imports a file. */
  run(file: string, options?: Partial<ImportOptions>): Promise<ImportResult>;
  /** Imports these lines. */
  take(lines: readonly unknown[], options?: Partial<ImportOptions>): Promise<ImportResult>;
  /** Imports these lines and gives the refused ones as `line type sourceId field: message`. */
  refusals(lines: readonly unknown[], options?: Partial<ImportOptions>): Promise<string[]>;
  rows(text: string, values?: readonly unknown[], storeId?: string): Promise<Rows>;
  /** Rows of what the writer itself may not read. */
  journal(text: string): Promise<Rows>;
  /** Everything that imports write, of all stores. */
  everything(): Promise<unknown>;
  close(): Promise<void>;
}

const TABLES = [
  'customers',
  'customer_addresses',
  'products',
  'product_variants',
  'product_members',
  'orders',
  'line_items',
  'fulfillments',
  'fulfillment_line_items',
  'discount_applications',
  'policies',
  'claims',
  'claim_items',
  'claim_messages',
  'claim_resolutions',
];

const session = (storeId: string) =>
  [
    "select set_config('scopegate.store_id', $1, true), set_config('scopegate.orders_since', '-infinity', true)",
    [storeId],
  ] as const;

/** A database to import into. */
export async function openImports(backend: Backend): Promise<TestImports> {
  const test = await openTestDatabase(backend);
  const folder = await mkdtemp(join(tmpdir(), 'scopegate-import-'));
  let files = 0;

  const file: TestImports['file'] = async (lines, name = `${++files}.ndjson`) => {
    const path = join(folder, name);
    const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    await writeFile(path, texts.map((text) => `${text}\n`).join(''));
    return path;
  };
  const run: TestImports['run'] = (path, options = {}) =>
    runImport({
      writer: test.database.writer,
      storeId: STORE.id,
      file: path,
      report: `${path}.refused.ndjson`,
      subject: 'somebody',
      now: NOW,
      ...options,
    });
  const take: TestImports['take'] = async (lines, options) => run(await file(lines), options);
  const rows: TestImports['rows'] = async (text, values = [], storeId = STORE.id) => {
    const [, found = []] = await test.asRole(WRITER_ROLE, [session(storeId), [text, values]]);
    return found;
  };
  return {
    test,
    file,
    run,
    take,
    rows,
    async refusals(lines, options) {
      const path = await file(lines);
      const { refused } = await run(path, options);
      return refused === 0 ? [] : reported(`${path}.refused.ndjson`);
    },
    async journal(text) {
      const [, found = []] = await test.asRole(OWNER_ROLE, [session(STORE.id), [text]]);
      return found;
    },
    everything: () => dump(rows),
    async close() {
      await test.database.close();
      await test.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Every row of the store that imports may write, as text. */
export async function dump(rows: TestImports['rows']): Promise<unknown> {
  const all: Record<string, unknown> = {};
  for (const table of TABLES) {
    const found = await rows(
      `select coalesce(json_agg(t.line order by t.line), '[]') as lines from (select t::text as line from commerce.${table} t) t`,
    );
    all[table] = found[0]?.lines;
  }
  return all;
}

interface Reported {
  readonly line: number;
  readonly type: string | null;
  readonly sourceId: string | null;
  readonly problems: readonly { readonly field: string | null; readonly message: string }[];
}

/** What a report says, a line for each problem. */
export async function reported(path: string): Promise<string[]> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return lines
    .map((line): Reported => JSON.parse(line))
    .flatMap(({ line, type, sourceId, problems }) =>
      problems.map(
        ({ field, message }) =>
          `${line} ${type ?? '-'} ${sourceId ?? '-'} ${field ?? '-'}: ${message}`,
      ),
    );
}

const TIMES = { createdAt: '2024-03-01T10:00:00Z', updatedAt: '2024-03-02T10:00:00Z' };

export const customer = (changes: object = {}) => ({
  type: 'customer',
  sourceId: 'c-1',
  firstName: 'Mara',
  email: 'mara@example.com',
  ...TIMES,
  ...changes,
});

export const usd = (amount: string) => ({ amount, currencyCode: 'USD' });

export const product = (changes: object = {}) => ({
  type: 'product',
  sourceId: 'p-1',
  name: 'Mug',
  status: 'ACTIVE',
  price: usd('12.50'),
  variants: [
    { sourceId: 'v-1', title: 'Blue', price: usd('12.50'), inventory: { quantity: 4 } },
    { sourceId: 'v-2', title: 'Green', price: usd('13'), inventory: { quantity: 3 } },
  ],
  ...TIMES,
  ...changes,
});

/** Two lines of 25 and 10 with a discount of 5, shipping of 4.90 and a tax of 2.40. */
export const order = (changes: object = {}) => ({
  type: 'order',
  sourceId: 'o-1',
  sourceNumber: '#1',
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
  ...TIMES,
  ...changes,
});

export const fulfillment = (changes: object = {}) => ({
  sourceId: 'f-1',
  status: 'DELIVERED',
  lines: [{ sourceLineId: 'a', quantity: 2 }],
  createdAt: '2024-03-01T12:00:00Z',
  deliveredAt: '2024-03-02T09:00:00Z',
  ...changes,
});

export const protection = (changes: object = {}) => ({
  kind: 'SHIPPING_INSURANCE',
  status: 'ACTIVE',
  premium: '1.20',
  paidBy: 'CUSTOMER',
  coverage: 'Loss on the way.',
  terms: 'As sold.',
  ...changes,
});

export const claim = (changes: object = {}) => ({
  type: 'claim',
  sourceId: 'k-1',
  sourceOrderId: 'o-1',
  state: 'OPEN',
  description: 'It broke.',
  requestedResolution: 'REFUND',
  items: [{ sourceLineId: 'a', quantity: 1 }],
  ...TIMES,
  ...changes,
});

export const resolution = (changes: object = {}) => ({
  sourceId: 'r-1',
  type: 'REFUND',
  paidValue: '10.80',
  createdAt: '2024-03-02T10:00:00Z',
  ...changes,
});
