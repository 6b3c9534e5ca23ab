import type { Report, ReportName, ReportRows, Session } from '../../src/data/source.ts';
import { createSqlSource } from '../../src/data/sql-source.ts';
import type { Backend } from '../support/gateway.ts';
import { openOwnedDatabase } from '../support/queries-database.ts';
import { must } from '../support/queries-seed.ts';

interface OrderRow {
  readonly at: string;
  readonly cancelled?: boolean;
  /** What protection costs the store; none where it is left out. */
  readonly cost?: number;
  readonly protectionCancelled?: boolean;
  /** The number of the order that it replaces. */
  readonly replaces?: number;
}

interface PolicyRow {
  readonly at: string;
  readonly premium: number;
  readonly currency?: string;
  readonly kind?: string;
  readonly paidBy?: string;
  readonly status?: string;
}

interface ClaimRow {
  readonly at: string;
  readonly type?: string | null;
  readonly state?: string;
}

interface ResolutionRow {
  readonly at: string;
  readonly paid: number;
  readonly currency?: string;
  readonly shipping?: number;
  readonly bonus?: number;
}

/** Everything that is counted, of a store of a test's own. Where an order is not given, there is one of the year 2001. */
export interface StoreRows {
  readonly orders?: readonly OrderRow[];
  readonly policies?: readonly PolicyRow[];
  readonly claims?: readonly ClaimRow[];
  readonly resolutions?: readonly ResolutionRow[];
}

const LONG_AGO = '2001-05-05T12:00:00Z';

/** A database to which stores can be added, and the reports about them. */
export async function openReports(backend: Backend) {
  const owned = await openOwnedDatabase(backend);
  const source = createSqlSource(owned.database);
  let stores = 0;

  const insert = async (table: string, row: Readonly<Record<string, unknown>>) => {
    const names = Object.keys(row);
    await owned.admin(
      `insert into commerce.${table} (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
  };

  /** Adds a store with these rows; gives its id. */
  async function addStore(timezone: string, rows: StoreRows): Promise<string> {
    stores += 1;
    const store = `sto_reported${stores}`;
    const id = (prefix: string, index: number) => `${prefix}_reported${stores}x${index}`;
    await insert('stores', {
      ...{ id: store, name: 'Reported', domain: `reported${stores}.example`, platform: 'API' },
      ...{ currency: 'USD', timezone, created_at: LONG_AGO, updated_at: LONG_AGO },
    });
    const addOrder = async (index: number, order: OrderRow) =>
      insert('orders', {
        ...{ id: id('ord', index), store_id: store, source_id: `${index}`, source_number: '#1' },
        ...{ platform: 'API', created_at: order.at, updated_at: order.at, currency: 'USD' },
        ...{ subtotal: 1, discount_total: 0, shipping_total: 0, tax_total: 0, total: 1 },
        ...{ premium_paid: 0, premium_cost: order.cost ?? 0, premium_discount: 0 },
        protection_cancelled_at: order.protectionCancelled ? order.at : null,
        cancelled_at: order.cancelled ? order.at : null,
        original_order_id: order.replaces === undefined ? null : id('ord', order.replaces),
        ...{ financial_status: 'PAID', fulfillment_status: 'FULFILLED', tags: '{}' },
      });
    const ofOrder = { store_id: store, order_id: id('ord', -1), order_created_at: LONG_AGO };
    await addOrder(-1, { at: LONG_AGO });
    for (const [index, order] of (rows.orders ?? []).entries()) await addOrder(index, order);
    for (const [index, policy] of (rows.policies ?? []).entries()) {
      await insert('policies', {
        ...{ id: id('pol', index), ...ofOrder, kind: policy.kind ?? 'SHIPPING_INSURANCE' },
        ...{ status: policy.status ?? 'ACTIVE', currency: policy.currency ?? 'USD' },
        ...{ premium: policy.premium, paid_by: policy.paidBy ?? 'CUSTOMER', insured_value: 1 },
        ...{ coverage: '', terms: '', effective_at: policy.at },
        ...{ created_at: policy.at, updated_at: policy.at },
      });
    }
    const addClaim = (index: number, { at, type = null, state = 'NEW' }: ClaimRow) =>
      insert('claims', {
        ...{ id: id('clm', index), ...ofOrder, type, state, filed_from: 'EXTERNAL' },
        ...{ description: '', requested_resolution: 'REFUND', created_at: at, updated_at: at },
      });
    for (const [index, claim] of (rows.claims ?? []).entries()) await addClaim(index, claim);
    if (rows.resolutions) await addClaim(-1, { at: LONG_AGO, state: 'RESOLVED' });
    for (const [index, resolution] of (rows.resolutions ?? []).entries()) {
      await insert('claim_resolutions', {
        ...{ id: id('res', index), store_id: store, claim_id: id('clm', -1), type: 'REFUND' },
        ...{ currency: resolution.currency ?? 'USD', paid_value: resolution.paid },
        ...{ includes_shipping: false, shipping_amount: resolution.shipping ?? 0 },
        ...{ bonus: resolution.bonus ?? 0, created_at: resolution.at },
      });
    }
    return store;
  }

  /** The rows of one report, under a session that sees no order but those of this second. */
  async function report<N extends ReportName>(
    storeId: string,
    name: N,
    range: Omit<Report, 'name'>,
    session: Partial<Session> = {},
  ): Promise<readonly ReportRows[N][]> {
    const narrow = { storeId, installationId: null, ordersSince: new Date(), ...session };
    const answers = await source.report(narrow, [{ name, ...range }]);
    return must(answers[0]) as unknown as readonly ReportRows[N][];
  }

  return { owned, source, addStore, report };
}

export type Reports = Awaited<ReturnType<typeof openReports>>;
