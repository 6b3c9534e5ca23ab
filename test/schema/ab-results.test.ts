import { describe, expect, it } from 'vitest';
import { resultsOf } from '../../src/schema/ab-results.ts';
import { decimalOf, type Money } from '../../src/schema/money.ts';

type Totals = Parameters<typeof resultsOf>[0][number];

const totals = (changes: Partial<Totals> = {}): Totals => ({
  parent: 'abv_1',
  currency: 'USD',
  count: 3,
  sum: 20_000n,
  sessions: '100',
  orders: '10',
  protectedOrders: '5',
  revenueSquares: '60000000',
  ...changes,
});

const text = (money: Money | null | undefined) => money && decimalOf(money);

describe('the results of a variant', () => {
  it('are empty without days', () => {
    expect(resultsOf([], [])).toEqual({
      ...{ sessions: 0, orders: 0, protectedOrders: 0 },
      ...{ conversion: null, attachRate: null, revenue: [] },
    });
  });

  it('have rates of sessions and of orders, and no comparison of the control with itself', () => {
    const { revenue, ...rates } = resultsOf([totals()], null);
    expect(rates).toEqual({
      ...{ sessions: 100, orders: 10, protectedOrders: 5 },
      conversion: {
        value: 0.1,
        interval: { low: 0.055229, high: 0.174366 },
        pValue: null,
        significant: null,
      },
      attachRate: {
        value: 0.5,
        interval: { low: 0.236593, high: 0.763407 },
        pValue: null,
        significant: null,
      },
    });
    expect(revenue).toHaveLength(1);
    expect(revenue[0]).toMatchObject({ pValue: null, significant: null });
  });

  it('have a rate of orders only where there are any', () => {
    const none = totals({ orders: '0', protectedOrders: '0', sum: 0n, revenueSquares: '0' });
    const { conversion, attachRate } = resultsOf([none], null);
    expect([conversion?.value, attachRate]).toEqual([0, null]);
  });

  it('are compared with the control, each by itself', () => {
    const own = totals({ sessions: '1000', orders: '130', protectedOrders: '66' });
    const control = totals({ sessions: '1000', orders: '90', protectedOrders: '45' });
    const { conversion, attachRate } = resultsOf([own], [control]);
    // By hand: 0.11 pooled, an error of 0.013993, z is 2.8586.
    expect(conversion?.pValue).toBeCloseTo(0.004256, 4);
    expect(conversion?.significant).toBe(true);
    expect(attachRate?.significant).toBe(false);
  });

  it.each([
    ['USD', '2.00', '200.00'],
    ['JPY', '200', '20000'],
    ['KWD', '0.200', '20.000'],
  ])('have money with the decimals of %s', (currency, perSession, total) => {
    const [revenue] = resultsOf([totals({ currency })], null).revenue;
    expect([text(revenue?.perSession), text(revenue?.total)]).toEqual([perSession, total]);
    const [low, high] = [revenue?.low?.minorUnits ?? -1n, revenue?.high?.minorUnits ?? -1n];
    // By hand: a variance of 565,656.57, an error of 75.21, t with 99 degrees of freedom is 1.984.
    expect([low, high]).toEqual([50n, 350n]);
  });

  it('have exact money where a float has not enough digits', () => {
    const sum = 9_007_199_254_740_993n;
    const [revenue] = resultsOf([totals({ sum, sessions: '1' })], null).revenue;
    expect(text(revenue?.total)).toBe('90071992547409.93');
    expect(text(revenue?.perSession)).toBe('90071992547409.93');
  });

  it('round the mean half up', () => {
    const means = [0n, 1n, 2n, 3n].map((sum) => {
      const days = totals({ sum, sessions: '2', revenueSquares: String(sum * sum) });
      return resultsOf([days], null).revenue[0]?.perSession.minorUnits;
    });
    expect(means).toEqual([0n, 1n, 1n, 2n]);
  });

  it('keep currencies apart, but count their sessions together', () => {
    const own = [totals(), totals({ currency: 'EUR', sum: 5_000n, revenueSquares: '9000000' })];
    const { sessions, revenue } = resultsOf(own, [totals({ sum: 90_000n })]);
    expect(sessions).toBe(200);
    expect(revenue.map(({ total }) => total)).toEqual([
      { minorUnits: 20_000n, currency: 'USD' },
      { minorUnits: 5_000n, currency: 'EUR' },
    ]);
    expect(revenue.map(({ pValue }) => pValue === null)).toEqual([false, true]);
  });
});
