import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import type { DemoRows } from '../../src/data/seed/generate.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { idsIn } from '../support/queries-crawl.ts';
import { must, seededAt, seededStore } from '../support/queries-seed.ts';

const DAY = 86_400_000;
const INTERVALS = ['DAY', 'WEEK', 'MONTH'] as const;
type Interval = (typeof INTERVALS)[number];

const FIGURES =
  'orders protectedOrders attachRate premiumRevenue { amount currencyCode } claims claimsByType { type count } claimsByState { state count } payouts { amount currencyCode }';

interface Money {
  readonly amount: string;
  readonly currencyCode: string;
}

interface Figures {
  readonly orders: number;
  readonly protectedOrders: number;
  readonly attachRate: number | null;
  readonly premiumRevenue: readonly Money[];
  readonly claims: number;
  readonly claimsByType: readonly { type: string | null; count: number }[];
  readonly claimsByState: readonly { state: string; count: number }[];
  readonly payouts: readonly Money[];
}

interface Analytics {
  readonly from: string;
  readonly to: string;
  readonly totals: Figures;
  readonly series: readonly { from: string; to: string; figures: Figures }[];
}

const DECIMALS: Readonly<Record<string, number>> = { USD: 2, EUR: 2, JPY: 0, KWD: 3 };

function decimal(minorUnits: bigint, currency: string): string {
  const places = must(DECIMALS[currency]);
  const digits = minorUnits.toString().padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function moneyOf(amounts: readonly (readonly [currency: string, amount: bigint])[]): Money[] {
  const sums = new Map<string, bigint>();
  for (const [currency, amount] of amounts) {
    if (amount > 0n) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  }
  return [...sums].sort().map(([currencyCode, sum]) => ({
    amount: decimal(sum, currencyCode),
    currencyCode,
  }));
}

const byName = <T extends string>(values: readonly T[]) =>
  [...new Set(values)].sort().map((value) => [value, values.filter((v) => v === value).length]);

/** The same figures out of all rows of the store, in plain TypeScript, with the days of the runtime's own time zones. */
class Oracle {
  readonly #rows: DemoRows;
  readonly #days: Intl.DateTimeFormat;
  readonly #known = new Map<Date, string>();

  constructor(rows: DemoRows) {
    this.#rows = rows;
    const { timezone: timeZone } = must(rows.stores[0]);
    this.#days = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  }

  #within(from: string, to: string) {
    return ({ createdAt }: { createdAt: Date }) => {
      const day = this.#known.get(createdAt) ?? this.#days.format(createdAt);
      this.#known.set(createdAt, day);
      return day >= from && day <= to;
    };
  }

  figures(from: string, to: string) {
    const within = this.#within(from, to);
    const orders = this.#rows.orders
      .filter(within)
      .filter(({ cancelledAt, originalOrderId }) => !cancelledAt && !originalOrderId);
    const isProtected = orders.filter(
      ({ premiumCost, protectionCancelledAt }) => premiumCost > 0n && !protectionCancelledAt,
    );
    const policies = this.#rows.policies
      .filter(within)
      .filter(({ paidBy, status }) => paidBy === 'CUSTOMER' && status !== 'CANCELLED');
    const claims = this.#rows.claims.filter(within);
    const payouts = this.#rows.claimResolutions.filter(within);
    return {
      orders: orders.length,
      protectedOrders: isProtected.length,
      attachRate:
        orders.length === 0 ? null : Number((isProtected.length / orders.length).toFixed(6)),
      premiumRevenue: moneyOf(policies.map(({ currency, premium }) => [currency, premium])),
      claims: claims.length,
      claimsByType: byName(claims.map(({ type }) => type ?? '-')),
      claimsByState: byName(claims.map(({ state }) => state)),
      payouts: moneyOf(payouts.map(({ currency, paidValue }) => [currency, paidValue])),
    };
  }
}

/** What was answered, with its counts in the order of the oracle. */
const sorted = ({ claimsByType, claimsByState, ...figures }: Figures) => ({
  ...figures,
  claimsByType: claimsByType.map(({ type, count }) => [type ?? '-', count]).sort(),
  claimsByState: claimsByState.map(({ state, count }) => [state, count]).sort(),
});

const dayOf = (number: number) => new Date(number * DAY).toISOString().slice(0, 10);
const numberOf = (day: string) => Date.parse(day) / DAY;

/** The periods of a range, day after day: a new one begins on a Monday, or with a month. */
function periodsOf(from: string, to: string, interval: Interval) {
  const periods: { from: string; to: string }[] = [];
  for (let number = numberOf(from); number <= numberOf(to); number += 1) {
    const day = dayOf(number);
    const begins = {
      DAY: true,
      WEEK: new Date(day).getUTCDay() === 1,
      MONTH: day.endsWith('-01'),
    }[interval];
    const last = periods.at(-1);
    if (last === undefined || begins) periods.push({ from: day, to: day });
    else last.to = day;
  }
  return periods;
}

const TODAY = Math.floor(seededAt().getTime() / DAY);

describe.each(['pglite', 'postgres'] as const)('reports about a store on %s', (backend) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway(backend, { clock: seededAt });
  });
  afterAll(() => gateway.close());

  async function ask(
    from: string,
    to: string,
    interval: Interval,
    { storeId, scope = 'read_analytics' }: { storeId?: string; scope?: string } = {},
  ): Promise<Analytics> {
    const query = `query ($from: Date!, $to: Date!, $interval: AnalyticsInterval!) { analytics(from: $from, to: $to) {
      from to totals { ${FIGURES} } series(interval: $interval) { from to figures { ${FIGURES} } } } }`;
    const token = await gateway.token(scope, storeId);
    const answer = await gateway.send(query, { token, variables: { from, to, interval } });
    expect(answer.body.errors, answer.text).toBeUndefined();
    return answer.body.data?.analytics as Analytics;
  }

  const stores = DEMO_STORES.map((store, index) => ({ ...store, rows: seededStore(index) }));

  it.each(stores)(
    'are the sums of all rows, in $currency and the days of $timezone',
    async ({ id, currency, rows }) => {
      const oracle = new Oracle(rows);
      const asked = new Set<string>();
      const check = async (from: string, to: string, interval: Interval) => {
        const answer = await ask(from, to, interval, { storeId: id });
        expect([answer.from, answer.to]).toEqual([from, to]);
        expect(sorted(answer.totals)).toEqual(oracle.figures(from, to));
        expect(answer.series.map(({ from, to }) => ({ from, to }))).toEqual(
          periodsOf(from, to, interval),
        );
        for (const period of answer.series) {
          expect(sorted(period.figures)).toEqual(oracle.figures(period.from, period.to));
        }
        for (const money of [...answer.totals.premiumRevenue, ...answer.totals.payouts]) {
          asked.add(money.currencyCode);
        }
      };
      await check(dayOf(TODAY - 800), dayOf(TODAY + 1), 'WEEK');
      await check(dayOf(TODAY - 800), dayOf(TODAY + 1), 'MONTH');
      expect([...asked]).toEqual([currency]);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: -760, max: 5 }),
          fc.integer({ min: 0, max: 120 }),
          fc.constantFrom(...INTERVALS),
          (first, length, interval) =>
            check(dayOf(TODAY + first), dayOf(TODAY + first + length), interval),
        ),
        { numRuns: 12 },
      );
    },
  );

  it('add up: a series is together what its totals are', async () => {
    const add = (amounts: readonly (readonly Money[])[]) =>
      amounts.flat().reduce((sum, { amount }) => sum + BigInt(amount.replace('.', '')), 0n);
    for (const interval of INTERVALS) {
      const { totals, series } = await ask(dayOf(TODAY - 390), dayOf(TODAY), interval);
      const all = series.map(({ figures }) => figures);
      const count = (of: (figures: Figures) => number) =>
        all.reduce((sum, figures) => sum + of(figures), 0);
      expect(count(({ orders }) => orders)).toBe(totals.orders);
      expect(count(({ protectedOrders }) => protectedOrders)).toBe(totals.protectedOrders);
      expect(count(({ claims }) => claims)).toBe(totals.claims);
      for (const { type, count: some } of totals.claimsByType) {
        const ofType = all.flatMap(({ claimsByType }) => claimsByType);
        const counts = ofType.filter((each) => each.type === type).map((each) => each.count);
        expect(counts.reduce((sum, each) => sum + each, 0)).toBe(some);
      }
      expect(add(all.map(({ payouts }) => payouts))).toBe(add([totals.payouts]));
      expect(add(all.map(({ premiumRevenue }) => premiumRevenue))).toBe(
        add([totals.premiumRevenue]),
      );
      expect(totals.orders).toBeGreaterThan(1_000);
    }
  });

  it('are the same whichever other scopes there are, over all orders and not those of 60 days', async () => {
    const days = [dayOf(TODAY - 700), dayOf(TODAY - 200), 'MONTH'] as const;
    const alone = await ask(...days);
    expect(alone.totals.orders).toBeGreaterThan(1_000);
    const others = ['read_orders', 'read_orders read_all_orders'].concat(
      SCOPES.map(({ name }) => name).join(' '),
    );
    for (const scope of others) {
      expect(await ask(...days, { scope: `read_analytics ${scope}` })).toEqual(alone);
    }
  });

  it('are null without read_analytics, whatever else is granted, and nothing is fetched', async () => {
    const query = `{ analytics(from: "2026-01-01", to: "2026-02-01") { from totals { orders } series { figures { payouts { amount } } } } store { id } }`;
    const scope = SCOPES.map(({ name }) => name as string).filter(
      (name) => name !== 'read_analytics',
    );
    for (const granted of ['', 'read_orders read_all_orders read_claims', scope.join(' ')]) {
      gateway.reports.length = 0;
      gateway.waves.length = 0;
      const { status, body } = await gateway.send(query, { token: await gateway.token(granted) });
      expect(status).toBe(200);
      expect(body.data).toEqual({ analytics: null, store: { id: DEMO_STORES[0].id } });
      expect(body.errors).toMatchObject([
        {
          message: 'Query.analytics needs read_analytics; the token lacks read_analytics.',
          path: ['analytics'],
          extensions: {
            code: 'INSUFFICIENT_SCOPE',
            coordinate: 'Query.analytics',
            requiredScopes: [['read_analytics']],
            missingScopes: ['read_analytics'],
            occurrences: 1,
          },
        },
      ]);
      expect(gateway.reports).toEqual([]);
      expect(gateway.waves.flatMap(({ loads }) => loads)).toHaveLength(1);
    }
    expect((await gateway.send(query)).status).toBe(401);
    expect(gateway.reports).toEqual([]);
  });

  it('open no row: a token with read_analytics alone gets no order, claim or policy', async () => {
    const query = `{ orders { totalCount nodes { id } } claims { totalCount } policies { totalCount } store { timezone } analytics(from: "${dayOf(TODAY - 60)}", to: "${dayOf(TODAY)}") { totals { ${FIGURES} } series { figures { ${FIGURES} } } } }`;
    const token = await gateway.token('read_analytics');
    const { body, text } = await gateway.send(query, { token });
    expect(body.data).toMatchObject({ orders: null, claims: null, policies: null });
    expect(body.data?.store).toEqual({ timezone: null });
    const analytics = body.data?.analytics as Analytics;
    expect(analytics.totals.orders).toBeGreaterThan(100);
    expect(idsIn(text)).toEqual([]);
  });

  it('are computed where they are asked for, each once', async () => {
    const days = `from: "${dayOf(TODAY - 30)}", to: "${dayOf(TODAY)}"`;
    const token = await gateway.token('read_analytics');
    const asked = async (selection: string) => {
      gateway.reports.length = 0;
      gateway.waves.length = 0;
      const { body } = await gateway.send(`{ ${selection} }`, { token });
      expect(body.errors).toBeUndefined();
      expect(gateway.waves).toEqual([]);
      return gateway.reports.map(({ reports }) =>
        reports.map(({ name, interval }) => `${name} ${interval ?? 'whole'}`).sort(),
      );
    };
    expect(await asked(`analytics(${days}) { from to }`)).toEqual([]);
    expect(await asked(`analytics(${days}) { totals { orders attachRate } }`)).toEqual([
      ['orders whole'],
    ]);
    expect(await asked(`analytics(${days}) { series(interval: WEEK) { from to } }`)).toEqual([
      ['periods WEEK'],
    ]);
    const twice = `totals { ${FIGURES} } series(interval: WEEK) { figures { orders claims claimsByType { count } } }`;
    expect(
      await asked(`a: analytics(${days}) { ${twice} } b: analytics(${days}) { ${twice} }`),
    ).toEqual([
      ['claims whole', 'orders whole', 'payouts whole', 'periods WEEK', 'premiums whole'],
      ['claims WEEK', 'orders WEEK'],
    ]);
  });

  it.each([
    [
      'that ends before it begins',
      'from: "2026-03-02", to: "2026-03-01"',
      '',
      'Query.analytics takes a "from" that is not after its "to", and was asked for 2026-03-02 to 2026-03-01.',
    ],
    [
      'of too many days',
      'from: "2010-01-01", to: "2020-01-09"',
      '(interval: MONTH)',
      'Query.analytics covers at most 3660 days and was asked for 3661.',
    ],
    [
      'of too many periods',
      'from: "2025-01-01", to: "2026-02-05"',
      '(interval: DAY)',
      'Analytics.series has at most 400 periods and was asked for 401 by DAY. Ask for fewer days, or for a longer interval.',
    ],
    [
      'of too many weeks',
      'from: "2017-01-01", to: "2026-01-01"',
      '(interval: WEEK)',
      'Analytics.series has at most 400 periods and was asked for 471 by WEEK. Ask for fewer days, or for a longer interval.',
    ],
  ])('are refused for a range %s, and nothing is fetched', async (_name, days, series, message) => {
    gateway.reports.length = 0;
    const { status, body } = await gateway.send(
      `{ analytics(${days}) { series${series} { from } } }`,
      { token: await gateway.token('read_analytics') },
    );
    expect(status).toBe(200);
    expect(body.data).toEqual({ analytics: null });
    expect(body.errors).toMatchObject([{ message, extensions: { code: 'INVALID_INPUT' } }]);
    expect(gateway.reports).toEqual([]);
  });

  it('are given for the longest range, and the most periods', async () => {
    const token = await gateway.token('read_analytics');
    const count = async (days: string, interval: Interval) => {
      const { body } = await gateway.send(
        `{ analytics(${days}) { series(interval: ${interval}) { from } } }`,
        { token },
      );
      expect(body.errors).toBeUndefined();
      const analytics = body.data?.analytics as Analytics | undefined;
      return analytics?.series.length;
    };
    expect(await count('from: "2025-01-01", to: "2026-02-04"', 'DAY')).toBe(400);
    expect(await count('from: "2010-01-01", to: "2020-01-08"', 'MONTH')).toBe(121);
  });

  it.each(['2026-02-30', '2026-1-1', '2026-01-01T00:00:00Z', 20_260_101, null])(
    'are refused for %s, which is no day',
    async (day) => {
      const token = await gateway.token('read_analytics');
      const codesOf = async (query: string, variables = {}) => {
        const { body } = await gateway.send(query, { token, variables });
        expect(body.data).toBeUndefined();
        return body.errors?.map(({ extensions }) => extensions.code);
      };
      const written = `{ analytics(from: ${JSON.stringify(day)}, to: "2026-03-01") { from } }`;
      expect(await codesOf(written)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
      const sent = `query ($day: Date!) { analytics(from: $day, to: "2026-03-01") { from } }`;
      expect(await codesOf(sent, { day })).toEqual(['INVALID_INPUT']);
    },
  );
});
