import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLoaders } from '../../src/data/loaders.ts';
import { reportStatement } from '../../src/data/reports.ts';
import type {
  Report,
  ReportInterval,
  ReportName,
  ReportRange,
  Session,
  Source,
} from '../../src/data/source.ts';
import { AppError } from '../../src/errors.ts';
import { periodsOf } from '../../src/schema/report-figures.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import type { Granted } from '../../src/scopes/requirement.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { STORE } from '../support/gateway.ts';
import { openReports, type Reports } from './report-kit.ts';

const NAMES: readonly ReportName[] = ['periods', 'orders', 'premiums', 'claims', 'payouts'];
const INTERVALS: readonly ReportInterval[] = ['DAY', 'WEEK', 'MONTH'];

const range = (from: string, to: string, interval: ReportInterval | null = null): ReportRange => ({
  from,
  to,
  interval,
});

const at = (...times: readonly string[]) => times.map((time) => ({ at: time }));

describe.each(['pglite', 'postgres'] as const)('reports on %s', (backend) => {
  let reports: Reports;
  beforeAll(async () => {
    reports = await openReports(backend);
  });
  afterAll(() => reports.owned.close());

  /** How many orders each period has, of a store with orders at these moments only. */
  async function ordersOf(timezone: string, times: readonly string[], days: ReportRange) {
    const store = await reports.addStore(timezone, { orders: at(...times) });
    const rows = await reports.report(store, 'orders', days);
    return Object.fromEntries(rows.map(({ from, orders }) => [from, orders]));
  }

  const periods = async (days: ReportRange) =>
    (await reports.report(STORE.id, 'periods', days)).map(({ from, to }) => `${from} ${to}`);

  it('count orders and those protected, but none that is cancelled or replaces another', async () => {
    const time = '2026-03-04T12:00:00Z';
    const store = await reports.addStore('UTC', {
      orders: [
        { at: time },
        { at: time, cost: 80 },
        { at: time, cost: 80 },
        { at: time, cost: 80, protectionCancelled: true },
        { at: time, cost: 80, cancelled: true },
        { at: time, cost: 80, replaces: 0 },
      ],
    });
    const days = range('2026-03-04', '2026-03-04');
    expect(await reports.report(store, 'orders', days)).toEqual([
      { from: '2026-03-04', orders: 4, protectedOrders: 2 },
    ]);
  });

  it('sum premiums that customers pay for policies of any kind, unless they were cancelled', async () => {
    const time = '2026-03-04T12:00:00Z';
    const store = await reports.addStore('UTC', {
      policies: [
        { at: time, premium: 1_234 },
        { at: time, premium: 66, kind: 'WARRANTY', status: 'CLAIMED' },
        { at: time, premium: 100, kind: 'EXTENDED_WARRANTY', status: 'EXPIRED' },
        { at: time, premium: 5_000, status: 'CANCELLED' },
        { at: time, premium: 7_000, paidBy: 'BRAND' },
        { at: time, premium: 0, currency: 'EUR' },
        { at: time, premium: 980, currency: 'JPY' },
        { at: time, premium: 1_005, currency: 'KWD' },
        { at: '2026-03-05T12:00:00Z', premium: 1, currency: 'KWD' },
      ],
    });
    const days = range('2026-03-01', '2026-03-31');
    expect(await reports.report(store, 'premiums', days)).toEqual([
      { from: '2026-03-01', currency: 'JPY', sum: '980' },
      { from: '2026-03-01', currency: 'KWD', sum: '1006' },
      { from: '2026-03-01', currency: 'USD', sum: '1400' },
    ]);
    const each = await reports.report(store, 'premiums', { ...days, interval: 'DAY' });
    expect(each.filter(({ currency }) => currency === 'KWD')).toEqual([
      { from: '2026-03-04', currency: 'KWD', sum: '1005' },
      { from: '2026-03-05', currency: 'KWD', sum: '1' },
    ]);
  });

  it('count claims by what they are about and where they stand', async () => {
    const time = '2026-03-04T12:00:00Z';
    const store = await reports.addStore('UTC', {
      claims: [
        { at: time, type: 'STOLEN', state: 'NEW' },
        { at: time, type: 'STOLEN', state: 'NEW' },
        { at: time, type: 'STOLEN', state: 'DENIED' },
        { at: time, type: null, state: 'NEW' },
        { at: '2026-03-05T00:00:00Z', type: 'STOLEN', state: 'NEW' },
      ],
    });
    const from = '2026-03-04';
    expect(await reports.report(store, 'claims', range(from, from))).toEqual([
      { from, type: 'STOLEN', state: 'DENIED', count: 1 },
      { from, type: 'STOLEN', state: 'NEW', count: 2 },
      { from, type: null, state: 'NEW', count: 1 },
    ]);
  });

  it('sum what resolutions paid when they paid it, with shipping and without a bonus', async () => {
    const store = await reports.addStore('UTC', {
      resolutions: [
        { at: '2026-03-04T12:00:00Z', paid: 1_500, shipping: 300, bonus: 250 },
        { at: '2026-03-04T13:00:00Z', paid: 1 },
        { at: '2026-03-04T13:00:00Z', paid: 0, currency: 'EUR' },
        { at: '2026-03-04T13:00:00Z', paid: 12, currency: 'JPY' },
        { at: '2026-04-01T00:00:00Z', paid: 7 },
      ],
    });
    const days = range('2026-03-01', '2026-04-30', 'MONTH');
    expect(await reports.report(store, 'payouts', days)).toEqual([
      { from: '2026-03-01', currency: 'JPY', sum: '12' },
      { from: '2026-03-01', currency: 'USD', sum: '1501' },
      { from: '2026-04-01', currency: 'USD', sum: '7' },
    ]);
  });

  it('sum beyond what an integer of 64 bits can hold', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const paid = { at: '2026-03-04T12:00:00Z', paid: most };
    const store = await reports.addStore('UTC', { resolutions: [paid] });
    await reports.owned.admin(
      `insert into commerce.claim_resolutions select (r).* from (
         select jsonb_populate_record(c, jsonb_build_object('id', c.id || i, 'paid_value', 9223372036854775807)) as r
         from commerce.claim_resolutions c, generate_series(1, 2) i where c.store_id = $1
       ) x`,
      [store],
    );
    const [row] = await reports.report(store, 'payouts', range('2026-03-04', '2026-03-04'));
    expect(row?.sum).toBe((BigInt(most) + 2n * 9_223_372_036_854_775_807n).toString());
  });

  describe('put a moment into the day of the store', () => {
    it('to the millisecond, west and east of Greenwich', async () => {
      const days = range('2026-01-14', '2026-01-16', 'DAY');
      const edges = (midnight: string) => {
        const time = Date.parse(midnight);
        return [time - 1, time].map((moment) => new Date(moment).toISOString());
      };
      const split = { '2026-01-14': 1, '2026-01-15': 1 };
      expect(await ordersOf('America/Denver', edges('2026-01-15T00:00:00-07:00'), days)).toEqual(
        split,
      );
      expect(await ordersOf('Asia/Tokyo', edges('2026-01-15T00:00:00+09:00'), days)).toEqual(split);
      expect(await ordersOf('Asia/Kolkata', edges('2026-01-15T00:00:00+05:30'), days)).toEqual(
        split,
      );
      // The furthest of all zones, either way.
      expect(
        await ordersOf('Pacific/Kiritimati', edges('2026-01-15T00:00:00+14:00'), days),
      ).toEqual(split);
      expect(await ordersOf('Etc/GMT+12', edges('2026-01-15T00:00:00-12:00'), days)).toEqual(split);
    });

    it('so that a range ends with its last day and begins with its first', async () => {
      const inside = ['2026-01-15T00:00:00-07:00', '2026-01-15T23:59:59.999-07:00'];
      const outside = ['2026-01-14T23:59:59.999-07:00', '2026-01-16T00:00:00-07:00'];
      const day = range('2026-01-15', '2026-01-15');
      expect(await ordersOf('America/Denver', [...inside, ...outside], day)).toEqual({
        '2026-01-15': 2,
      });
    });

    it('on days of 23 and of 25 hours', async () => {
      const hours = (from: string, count: number) =>
        Array.from({ length: count }, (_, hour) =>
          new Date(Date.parse(from) + hour * 3_600_000).toISOString(),
        );
      const spring = range('2026-03-28', '2026-03-30', 'DAY');
      expect(await ordersOf('Europe/Paris', hours('2026-03-27T23:00:00Z', 71), spring)).toEqual({
        '2026-03-28': 24,
        '2026-03-29': 23,
        '2026-03-30': 24,
      });
      const autumn = range('2026-10-24', '2026-10-26', 'DAY');
      expect(await ordersOf('Europe/Paris', hours('2026-10-23T22:00:00Z', 73), autumn)).toEqual({
        '2026-10-24': 24,
        '2026-10-25': 25,
        '2026-10-26': 24,
      });
    });

    it('where midnight is twice, or never', async () => {
      // The clock goes back from 1:00 to 0:00: both hours are of the day that has begun.
      const azores = [
        '2025-10-25T23:59:59.999Z',
        '2025-10-26T00:00:00Z',
        '2025-10-26T00:59:59Z',
        '2025-10-26T01:00:00Z',
      ];
      const days = range('2025-10-25', '2025-10-26', 'DAY');
      expect(await ordersOf('Atlantic/Azores', azores, days)).toEqual({
        '2025-10-25': 1,
        '2025-10-26': 3,
      });
      const first = range('2025-10-25', '2025-10-25');
      expect(await ordersOf('Atlantic/Azores', azores, first)).toEqual({ '2025-10-25': 1 });
      const second = range('2025-10-26', '2025-10-26');
      expect(await ordersOf('Atlantic/Azores', azores, second)).toEqual({ '2025-10-26': 3 });
      // The clock goes forward from 0:00 to 1:00: the day begins at one.
      const saoPaulo = ['2018-11-04T02:59:59.999Z', '2018-11-04T03:00:00Z'];
      const spring = range('2018-11-03', '2018-11-04', 'DAY');
      expect(await ordersOf('America/Sao_Paulo', saoPaulo, spring)).toEqual({
        '2018-11-03': 1,
        '2018-11-04': 1,
      });
    });

    it('and into its week and month', async () => {
      const times = [
        '2026-03-02T00:00:00Z',
        '2026-03-01T23:59:59Z',
        '2026-03-08T23:59:59Z',
        '2026-02-28T12:00:00Z',
      ];
      expect(await ordersOf('UTC', times, range('2026-02-01', '2026-03-31', 'WEEK'))).toEqual({
        '2026-02-23': 2,
        '2026-03-02': 2,
      });
      expect(await ordersOf('UTC', times, range('2026-02-01', '2026-03-31', 'MONTH'))).toEqual({
        '2026-02-01': 1,
        '2026-03-01': 3,
      });
      // The first period begins where the range does.
      expect(await ordersOf('UTC', times, range('2026-02-25', '2026-03-07', 'WEEK'))).toEqual({
        '2026-02-25': 2,
        '2026-03-02': 1,
      });
    });
  });

  describe('list every period', () => {
    it('by day, over a change of the clock and the end of February', async () => {
      expect(await periods(range('2028-02-28', '2028-03-01', 'DAY'))).toEqual([
        '2028-02-28 2028-02-28',
        '2028-02-29 2028-02-29',
        '2028-03-01 2028-03-01',
      ]);
      const year = await periods(range('2026-01-01', '2026-12-31', 'DAY'));
      expect(new Set(year).size).toBe(365);
    });

    it('by week from Monday, cut to the range, over a year of 53 weeks', async () => {
      expect(await periods(range('2026-12-26', '2027-01-05', 'WEEK'))).toEqual([
        '2026-12-26 2026-12-27',
        '2026-12-28 2027-01-03',
        '2027-01-04 2027-01-05',
      ]);
    });

    it('by month, cut to the range', async () => {
      expect(await periods(range('2026-01-31', '2026-03-15', 'MONTH'))).toEqual([
        '2026-01-31 2026-01-31',
        '2026-02-01 2026-02-28',
        '2026-03-01 2026-03-15',
      ]);
    });

    it('at both ends of the calendar', async () => {
      for (const interval of INTERVALS) {
        expect(await periods(range('0001-01-01', '0001-01-01', interval))).toEqual([
          '0001-01-01 0001-01-01',
        ]);
        expect(await periods(range('9999-12-31', '9999-12-31', interval))).toEqual([
          '9999-12-31 9999-12-31',
        ]);
      }
      for (const name of NAMES.slice(1)) {
        for (const day of ['0001-01-01', '9999-12-31']) {
          expect(await reports.report(STORE.id, name, range(day, day))).toEqual([]);
        }
      }
    });

    it('as many as are counted before they are asked for, without a gap', async () => {
      const day = (number: number) => new Date(number * 86_400_000).toISOString().slice(0, 10);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: -10_000, max: 40_000 }),
          fc.integer({ min: 0, max: 900 }),
          fc.constantFrom(...INTERVALS),
          async (first, length, interval) => {
            const days = range(day(first), day(first + length), interval);
            const listed = await reports.report(STORE.id, 'periods', days);
            let next = first;
            for (const { from, to } of listed) {
              expect(from).toBe(day(next));
              next = Date.parse(to) / 86_400_000 + 1;
            }
            expect(next).toBe(first + length + 1);
            const refused = () => periodsOf(days, interval);
            if (listed.length <= 400) expect(refused()).toEqual(days);
            else expect(refused).toThrow(`was asked for ${listed.length} by ${interval}.`);
          },
        ),
        { numRuns: 60 },
      );
    });
  });

  describe('are bounded', () => {
    const orders = at('2001-01-01T12:00:00Z', '2026-03-04T12:00:00Z');
    const rows = {
      orders,
      policies: orders.map((order) => ({ ...order, premium: 5 })),
      claims: orders,
      resolutions: orders.map((order) => ({ ...order, paid: 5 })),
    };
    const days = range('2001-01-01', '2001-01-02');

    it('by the store, and by nothing else of the session', async () => {
      const store = await reports.addStore('UTC', rows);
      await reports.addStore('UTC', rows);
      for (const name of NAMES) {
        const [narrow, wide] = await Promise.all([
          reports.report(store, name, days),
          reports.report(store, name, days, { ordersSince: null, owner: 'x' }),
        ]);
        expect(narrow).toHaveLength(1);
        expect(wide).toEqual(narrow);
      }
      const [orders] = await reports.report(store, 'orders', days);
      expect(orders).toEqual({ from: '2001-01-01', orders: 1, protectedOrders: 0 });
    });

    it('so that a session of no store, or of one that is not there, gets no figure', async () => {
      await reports.addStore('UTC', rows);
      for (const storeId of ['', ' ', 'sto_none', "' or true --"]) {
        for (const name of NAMES.slice(1)) {
          expect(await reports.report(storeId, name, days)).toEqual([]);
        }
      }
    });
  });
});

describe('the statement of a report', () => {
  const all: readonly Report[] = NAMES.flatMap((name) =>
    [null, ...INTERVALS].map((interval) => ({ name, from: 'FROM', to: 'TO', interval })),
  );

  it('takes its days as values, and has a name of its own', () => {
    for (const report of all) {
      const { text, values } = reportStatement(report);
      expect(values).toEqual(['FROM', 'TO']);
      expect(text).not.toMatch(/FROM|TO\b/);
    }
    expect(new Set(all.map((report) => reportStatement(report).name)).size).toBe(all.length);
    expect(new Set(all.map((report) => reportStatement(report).text)).size).toBe(all.length);
  });

  it('counts and sums in groups, and reads no column that tells a person or a row', () => {
    for (const report of all.filter(({ name }) => name !== 'periods')) {
      const { text } = reportStatement(report);
      expect(text).toMatch(/(count\(\*\)|sum\(t\.\w+\)).*group by/s);
      const read = [...text.matchAll(/\b[rt]\.(\w+)/g)].map(([, column]) => column);
      const figures = [
        ...['created_at', 'day', 'store_id', 'protection_status', 'cancelled_at'],
        ...['original_order_id', 'currency', 'premium', 'paid_by', 'status', 'type', 'state'],
        'paid_value',
      ];
      expect(read.filter((column) => !figures.includes(column ?? ''))).toEqual([]);
    }
  });
});

describe('a load of a report', () => {
  const SESSION: Session = { storeId: 'sto_1', installationId: null, ordersSince: null };
  const days = range('2026-03-01', '2026-03-02', 'DAY');

  function setUp(granted: Granted) {
    const asked: (readonly Report[])[] = [];
    const source: Source = {
      wave: async () => expect.fail('rows were asked for'),
      async report(session, reports) {
        expect(session).toBe(SESSION);
        asked.push(reports);
        return reports.map(({ name, from }) => [{ from, name }, { from: '2026-03-02' }]);
      },
      resolveStore: async () => null,
      check: async () => {},
      close: async () => {},
    };
    return { asked, loaders: createLoaders(source, SESSION, granted) };
  }

  const grants: readonly Granted[] = [
    null,
    ScopeSet.empty,
    ScopeSet.parse('read_orders read_all_orders read_claims list_policies read_policies'),
    ScopeSet.of(SCOPES.map(({ name }) => name).filter((name) => name !== 'read_analytics')),
  ];

  it.each(grants.map((granted) => [granted?.toString() ?? 'no token', granted] as const))(
    'is refused to %s, and nothing is asked of the source',
    async (_name, granted) => {
      const { asked, loaders } = setUp(granted);
      for (const name of NAMES) {
        const error = await loaders.report(name, days).catch((failure: unknown) => failure);
        expect(error).toBeInstanceOf(AppError);
        expect(error).toMatchObject({
          code: 'INSUFFICIENT_SCOPE',
          message: 'Loading reports needs read_analytics.',
        });
      }
      expect(asked).toEqual([]);
    },
  );

  it('needs read_analytics and no other scope, and gives the rows by their period', async () => {
    const { loaders } = setUp(ScopeSet.parse('read_analytics'));
    expect(await loaders.report('claims', days)).toEqual(
      new Map([
        ['2026-03-01', [{ from: '2026-03-01', name: 'claims' }]],
        ['2026-03-02', [{ from: '2026-03-02' }]],
      ]),
    );
  });

  it('is one with those that are equal, and goes together with the others', async () => {
    const { asked, loaders } = setUp(ScopeSet.all);
    const [one, same] = await Promise.all([
      loaders.report('claims', days),
      loaders.report('claims', { ...days }),
      loaders.report('orders', days),
      loaders.report('claims', { ...days, interval: null }),
    ]);
    expect(same).toBe(one);
    await loaders.report('orders', days);
    expect(asked).toEqual([
      [
        { name: 'claims', ...days },
        { name: 'orders', ...days },
        { name: 'claims', ...days, interval: null },
      ],
    ]);
  });

  it('is made anew after a write', async () => {
    const { asked, loaders } = setUp(ScopeSet.all);
    await loaders.report('claims', days);
    loaders.clear();
    await loaders.report('claims', days);
    expect(asked).toHaveLength(2);
  });
});
