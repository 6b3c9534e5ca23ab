import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { must, seededAt, seededStores } from '../support/queries-seed.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway('postgres', { clock: seededAt });
});
afterAll(() => gateway.close());

describe('a scope for quotes', () => {
  it('opens no setting that quotes are priced by', async () => {
    const token = await gateway.token('read_quotes');
    const settings =
      '{ storeCreditSettings { version } shippingInsurancePricing { version } warrantyPricing { version } extendedWarrantyPricing { version } }';
    const { body } = await gateway.send(settings, { token });
    expect(Object.values(must(body.data))).toEqual([null, null, null, null]);
    const cart =
      '{currencyCode: USD, lines: [{sourceProductId: "1", quantity: 1, unitPrice: "9"}]}';
    const query = `{ quoteForCart(input: ${cart}) { premium { amount } abVariant } }`;
    expect((await gateway.send(query, { token })).body).toEqual({
      data: { quoteForCart: { premium: { amount: '0.98' }, abVariant: 'control' } },
    });
  });
});

/** As many decimal places as the currency of each store has. */
const DECIMALS = [2, 2, 0, 3];
const STORES = DEMO_STORES.map(({ id, domain, currency }, index) => ({
  ...{ id, domain, currency, index, decimals: DECIMALS[index] ?? 2 },
}));

const decimal = (minorUnits: bigint, decimals: number) => {
  const digits = minorUnits.toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};

describe.each(STORES)('money of $domain, in $currency', ({ id, index, currency, decimals }) => {
  const rows = must(seededStores()[index]);
  const ask = async (query: string, scope: string) => {
    const { body } = await gateway.send(query, { token: await gateway.token(scope, id) });
    expect(body.errors).toBeUndefined();
    return body.data as Record<string, never>;
  };

  it('is exact in the ranges of its prices', async () => {
    const query =
      '{ shippingInsurancePricing { ranges { min { amount currencyCode } max { amount } terms { type amount { amount } percentage } paidBy } } }';
    const data = await ask(query, 'read_shipping_insurance_pricing');
    const rules = rows.pricingRules.filter(({ kind }) => kind === 'SHIPPING_INSURANCE');
    expect(data.shippingInsurancePricing).toEqual({
      ranges: rules.map(({ minimum, maximum, amountType, amount, paidBy }) => ({
        min: { amount: decimal(minimum, decimals), currencyCode: currency },
        max: maximum == null ? null : { amount: decimal(maximum, decimals) },
        terms: {
          type: amountType,
          amount: amountType === 'FIXED' ? { amount: decimal(amount, decimals) } : null,
          percentage: amountType === 'FIXED' ? null : (Number(amount) / 100).toFixed(2),
        },
        paidBy,
      })),
    });
  });

  it('is exact in the results of its tests, and in each of their days', async () => {
    const revenue =
      'revenue { total { amount currencyCode } perSession { amount } low { amount } high { amount } }';
    const query = `{ abTests(filter: {status: RUNNING, kind: PRICE}) { nodes { variants { nodes { id results { sessions orders ${revenue} } days(first: 100) { totalCount nodes { day sessions revenue { amount } } } } } } } }`;
    const data = (await ask(query, 'read_ab_tests')) as unknown as {
      abTests: { nodes: { variants: { nodes: readonly Record<string, unknown>[] } }[] };
    };
    const variants = must(data.abTests.nodes[0]).variants.nodes;
    expect(variants).toHaveLength(2);
    for (const variant of variants) {
      const days = rows.abVariantDays.filter(({ variantId }) => variantId === variant.id);
      const total = days.reduce((sum, day) => sum + day.revenue, 0n);
      const sessions = days.reduce((sum, day) => sum + day.sessions, 0);
      const amount = {
        amount: expect.stringMatching(decimals ? `^\\d+\\.\\d{${decimals}}$` : '^\\d+$'),
      };
      expect(variant).toMatchObject({
        results: {
          sessions,
          orders: days.reduce((sum, day) => sum + day.orders, 0),
          revenue: [
            {
              total: { amount: decimal(total, decimals), currencyCode: currency },
              perSession: {
                amount: decimal(
                  (2n * total + BigInt(sessions)) / (2n * BigInt(sessions)),
                  decimals,
                ),
              },
              low: amount,
              high: amount,
            },
          ],
        },
        days: {
          totalCount: days.length,
          nodes: days.map(({ day, sessions, revenue }) => ({
            ...{ day, sessions, revenue: { amount: decimal(revenue, decimals) } },
          })),
        },
      });
    }
  });
});
