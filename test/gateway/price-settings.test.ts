import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { must, seededAt, seededStores } from '../support/queries-seed.ts';

const SETTINGS = {
  storeCreditSettings: 'read_store_credit_settings',
  shippingInsurancePricing: 'read_shipping_insurance_pricing',
  warrantyPricing: 'read_warranty_pricing',
  extendedWarrantyPricing: 'read_extended_warranty_pricing',
} as const;
const FIELDS = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];
const SCOPES = Object.values(SETTINGS).join(' ');
const ALL = `{ ${FIELDS.map((field) => `${field} { version }`).join(' ')} }`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway('pglite', { clock: seededAt });
});
afterAll(() => gateway.close());

describe('a setting behind a gate', () => {
  it('is shown to a public app that was reviewed', async () => {
    const token = await gateway.opaqueToken({ installation: 'pricer', scope: SCOPES });
    const { body } = await gateway.send(ALL, { token });
    expect(body.errors).toBeUndefined();
    for (const field of FIELDS) expect(body.data?.[field]).toEqual({ version: expect.any(Number) });
  });

  it.each(['pending', 'private'] as const)(
    'is refused to an app that is %s, whatever its token says, and nothing is loaded',
    async (installation) => {
      const token = await gateway.opaqueToken({ installation, scope: SCOPES });
      gateway.waves.length = 0;
      const { status, body } = await gateway.send(ALL, { token });
      expect(status).toBe(200);
      expect(body.data).toEqual(Object.fromEntries(FIELDS.map((field) => [field, null])));
      expect(body.errors?.map(({ extensions }) => extensions)).toEqual(
        FIELDS.map((field) => ({
          code: 'INSUFFICIENT_SCOPE',
          coordinate: `Query.${field}`,
          requiredScopes: [[SETTINGS[field]]],
          missingScopes: [SETTINGS[field]],
          occurrences: 1,
        })),
      );
      expect(gateway.waves).toEqual([]);
    },
  );

  it.each(FIELDS)('opens no other: %s', async (field) => {
    const token = await gateway.opaqueToken({ installation: 'pricer', scope: SETTINGS[field] });
    const { body } = await gateway.send(ALL, { token });
    const shown = FIELDS.filter((name) => body.data?.[name] !== null);
    expect(shown).toEqual([field]);
  });

  it('is not opened by a scope for quotes, which price by it', async () => {
    const token = await gateway.token('read_quotes');
    const { body } = await gateway.send(ALL, { token });
    expect(Object.values(must(body.data))).toEqual(FIELDS.map(() => null));
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
