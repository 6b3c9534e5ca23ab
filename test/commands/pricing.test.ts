import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleFor } from '../../src/data/pricing.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { decimalOf } from '../../src/schema/money.ts';
import { OTHER_STORE, STORE, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  expectForbidden,
  expectRefused,
  lastWritten,
  type Mutation,
  rowsOf,
  run,
  told,
} from './settings-kit.ts';

const pricing = (name: string, scope: string): Mutation => ({
  name,
  input: 'PricingUpdateInput',
  scope,
});
const SHIPPING = pricing('shippingInsurancePricingUpdate', 'write_shipping_insurance_pricing');
const WARRANTY = pricing('warrantyPricingUpdate', 'write_warranty_pricing');
const EXTENDED = pricing('extendedWarrantyPricingUpdate', 'write_extended_warranty_pricing');
const STALE =
  'STALE_VERSION input.version: It was changed since this version was read. Read it again and decide anew.';

const RANGES = [
  { min: '0', max: '50', amount: '1.25', paidBy: 'CUSTOMER' },
  { min: '50.00', max: null, percentage: '2.5', paidBy: 'BRAND' },
];

let gateway: TestGateway;

async function setting(kind = 'SHIPPING_INSURANCE', store: string = STORE.id) {
  const values = [store, kind];
  const of = 'where store_id = $1 and kind = $2';
  const [row] = await rowsOf(gateway, `select * from commerce.price_settings ${of}`, values);
  const rules = await rowsOf(
    gateway,
    `select minimum::text, maximum::text, amount::text, amount_type, paid_by, currency
     from commerce.pricing_rules ${of} order by position`,
    values,
  );
  return { row, version: Number(row?.version ?? 0), rules };
}

describe('price settings', () => {
  beforeAll(async () => {
    gateway = await startTestGateway('postgres');
  });
  afterAll(() => gateway.close());

  it.each([
    [SHIPPING, 'SHIPPING_INSURANCE', 'shipping_insurance_pricing'],
    [WARRANTY, 'WARRANTY', 'warranty_pricing'],
    [EXTENDED, 'EXTENDED_WARRANTY', 'extended_warranty_pricing'],
  ] as const)(
    'change with exactly their scope, ranges whole: %o',
    async (mutation, kind, topic) => {
      const kinds = ['SHIPPING_INSURANCE', 'WARRANTY', 'EXTENDED_WARRANTY'];
      const others = async () => [
        ...(await Promise.all(kinds.filter((one) => one !== kind).map((one) => setting(one)))),
        await setting(kind, OTHER_STORE.id),
      ];
      const before = await others();
      const { version } = await setting(kind);
      const input = { version, terms: 'As agreed.', currencyCode: 'USD', ranges: RANGES };
      const payload = await run(gateway, mutation, input);
      expect(payload).toEqual({ id: STORE.id, version: version + 1, userErrors: [] });
      expect(await others()).toEqual(before);
      const after = await setting(kind);
      expect(after.row).toMatchObject({ terms: 'As agreed.', enabled: true, version: version + 1 });
      expect(after.rules.map((rule) => Object.values(rule).join(' '))).toEqual([
        '0 5000 125 FIXED CUSTOMER USD',
        '5000  250 PERCENTAGE BRAND USD',
      ]);
      expect(await lastWritten(gateway)).toEqual({
        audit: {
          mutation: mutation.name,
          entity_id: STORE.id,
          fields: ['ranges', 'terms', 'version'],
        },
        event: { topic: `${topic}.updated`, entity_id: STORE.id },
      });
    },
  );

  it('leave the ranges where none are sent', async () => {
    const { version, rules } = await setting();
    expect(told(await run(gateway, SHIPPING, { version, enabled: false }))).toEqual([]);
    const after = await setting();
    expect(after.row).toMatchObject({ enabled: false, version: version + 1 });
    expect(after.rules).toEqual(rules);
    await run(gateway, SHIPPING, { version: version + 1, enabled: true });
  });

  it('are shown to a token that may read them too, and to no other', async () => {
    const { version } = await setting();
    const input = { version, currencyCode: 'USD', ranges: RANGES };
    const select = `shippingInsurancePricing { version ranges { min { amount } max { amount } paidBy
      terms { type amount { amount currencyCode } percentage } } }`;
    await expectForbidden(gateway, SHIPPING, input, { select });
    const scope = `${SHIPPING.scope} read_shipping_insurance_pricing`;
    const payload = await run(gateway, SHIPPING, input, { select, scope });
    expect(payload.shippingInsurancePricing).toEqual({
      version: version + 1,
      ranges: [
        {
          min: { amount: '0.00' },
          max: { amount: '50.00' },
          paidBy: 'CUSTOMER',
          terms: {
            type: 'FIXED',
            amount: { amount: '1.25', currencyCode: 'USD' },
            percentage: null,
          },
        },
        {
          min: { amount: '50.00' },
          max: null,
          paidBy: 'BRAND',
          terms: { type: 'PERCENTAGE', amount: null, percentage: '2.50' },
        },
      ],
    });
  });

  it.each([
    ['reading them', 'read_shipping_insurance_pricing'],
    ['the other prices', 'write_warranty_pricing write_extended_warranty_pricing'],
    ['store credit and quotes', 'write_store_credit_settings read_quotes read_store'],
  ])('do not change with the scopes of %s', async (_what, scope) => {
    const { version } = await setting();
    await expectForbidden(gateway, SHIPPING, { version, enabled: false }, { scope });
  });

  it('change for a reviewed app alone, because they are gated', async () => {
    const { version } = await setting();
    const input = { version, enabled: true };
    const tokenOf = (installation: 'pricer' | 'pending' | 'private') =>
      gateway.opaqueToken({ installation, scope: SHIPPING.scope });
    await expectForbidden(gateway, SHIPPING, input, { token: await tokenOf('private') });
    await expectForbidden(gateway, SHIPPING, input, { token: await tokenOf('pending') });
    const payload = await run(gateway, SHIPPING, input, { token: await tokenOf('pricer') });
    expect(payload).toEqual({ id: STORE.id, version: version + 1, userErrors: [] });
  });

  it('are not opened to a reviewed app by what the merchant did not grant', async () => {
    const { version } = await setting('WARRANTY');
    const token = await gateway.opaqueToken({ installation: 'pricer', scope: WARRANTY.scope });
    await expectForbidden(gateway, WARRANTY, { version, enabled: false }, { token });
  });

  it('are left alone where they changed since they were read', async () => {
    const { version } = await setting();
    for (const stale of [version - 1, version + 1, 0]) {
      const input = { version: stale, currencyCode: 'USD', ranges: RANGES };
      await expectRefused(gateway, SHIPPING, input, [STALE]);
    }
  });

  it('refuse ranges that overlap or leave a gap, and say which', async () => {
    const { version } = await setting();
    const [first, second] = RANGES;
    const send = (ranges: readonly object[], errors: readonly string[]) =>
      expectRefused(gateway, SHIPPING, { version, currencyCode: 'USD', ranges }, errors);
    await send(
      [first, { ...second, min: '60' }].map((range) => ({ ...range })),
      [
        'INVALID input.ranges.1.min: Range 2 begins at 60: there is a gap after range 1, which ends at 50.',
      ],
    );
    await send(
      [{ ...first }, { ...second, min: '49.99' }],
      [
        'INVALID input.ranges.1.min: Range 2 begins at 49.99: it overlaps range 1, which ends at 50.',
      ],
    );
    await send(
      [
        { ...first, min: '1', amount: '1.255' },
        { ...second, max: '90', percentage: '101' },
      ],
      [
        'INVALID input.ranges.0.min: Range 1 begins at 1, but the first one begins at 0.',
        'INVALID input.ranges.0.amount: Range 1 has more decimal places than the 2 of USD.',
        'INVALID input.ranges.1.max: Range 2 ends at 90, but the last one has no end.',
        'INVALID input.ranges.1.percentage: Range 2 has a percentage that is not from 0 to 100 with at most two decimal places.',
      ],
    );
    await send([], ['INVALID input.ranges: There is at least one range.']);
    await send(
      Array.from({ length: 101 }, () => ({ ...first })),
      ['INVALID input.ranges: There are at most 100 ranges.'],
    );
  });

  it('take ranges and their currency together, and null for neither', async () => {
    const { version } = await setting();
    await expectRefused(gateway, SHIPPING, { version, ranges: RANGES }, [
      'INVALID input.currencyCode: It is needed with ranges.',
    ]);
    await expectRefused(gateway, SHIPPING, { version, currencyCode: 'USD' }, [
      'INVALID input.ranges: It is needed with currencyCode.',
    ]);
    await expectRefused(gateway, SHIPPING, { version, terms: null, ranges: null }, [
      'INVALID input.terms: It cannot be emptied. Leave it out to keep it.',
      'INVALID input.ranges: It cannot be emptied. Leave it out to keep it.',
    ]);
  });

  it('are in the currency of the store, which is named to a token that may read it', async () => {
    const { version } = await setting();
    const input = { version, currencyCode: 'EUR', ranges: RANGES };
    const rule = 'INVALID input.currencyCode: It has to be the currency of the store';
    await expectRefused(gateway, SHIPPING, input, [`${rule}.`]);
    const scope = `${SHIPPING.scope} read_store`;
    await expectRefused(gateway, SHIPPING, input, [`${rule}, USD.`], { scope });
  });

  it.each([
    ['no', 2, '50', '7', '50', '7'],
    ['two', 0, '50.5', '0.07', '5050', '7'],
    ['two', 1, '50', '7.1', '5000', '710'],
    ['three', 3, '50.125', '0.007', '50125', '7'],
  ] as const)('are exact in a currency with %s decimal places', async (...row) => {
    const [, index, end, amount, maximum, minorUnits] = row;
    const { id, currency } = DEMO_STORES[index];
    const { version } = await setting('WARRANTY', id);
    const ranges = [
      { min: '0', max: end, amount, paidBy: 'CUSTOMER' },
      { min: end, amount, paidBy: 'CUSTOMER' },
    ];
    const sent = { version, currencyCode: currency, ranges };
    expect(told(await run(gateway, WARRANTY, sent, { store: id }))).toEqual([]);
    expect((await setting('WARRANTY', id)).rules).toMatchObject([
      { minimum: '0', maximum, amount: minorUnits, currency },
      { minimum: maximum, maximum: null, amount: minorUnits, currency },
    ]);
    const digits = currency === 'JPY' ? 0 : currency === 'KWD' ? 3 : 2;
    const fine = `0.${'0'.repeat(digits)}1`;
    const wrong = [{ min: '0', amount: fine, paidBy: 'CUSTOMER' }];
    await expectRefused(
      gateway,
      WARRANTY,
      { version: version + 1, currencyCode: currency, ranges: wrong },
      [
        `INVALID input.ranges.0.amount: Range 1 has more decimal places than the ${digits} of ${currency}.`,
      ],
      { store: id },
    );
  });

  it('are set up with version 0, whole or not at all', async () => {
    await rowsOf(
      gateway,
      `delete from commerce.price_settings where store_id = '${STORE.id}' and kind = 'EXTENDED_WARRANTY'`,
    );
    await expectRefused(gateway, EXTENDED, { version: 0, enabled: true }, [
      'INVALID input.terms: It is needed to set this up.',
      'INVALID input.ranges: It is needed to set this up.',
    ]);
    const input = { version: 0, enabled: true, terms: 'x', currencyCode: 'USD', ranges: RANGES };
    const payload = await run(gateway, EXTENDED, input);
    expect(payload).toEqual({ id: STORE.id, version: 1, userErrors: [] });
    expect((await lastWritten(gateway)).event?.topic).toBe('extended_warranty_pricing.created');
  });

  it('give every subtotal exactly one rule after whatever was taken', async () => {
    const point = fc.integer({ min: 0, max: 4 });
    const cutsOf = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 });
    const touching = cutsOf.map((cuts): [number, number | null][] => {
      const starts = [0, ...cuts.sort((a, b) => a - b)];
      return starts.map((start, index) => [start, starts[index + 1] ?? null]);
    });
    const any = fc.array(fc.tuple(point, fc.option(point)), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(touching, any), async (ends) => {
        const { version, rules: before } = await setting();
        const ranges = ends.map(([min, max]) => {
          return {
            min: `${min}`,
            max: max === null ? null : `${max}`,
            amount: '1',
            paidBy: 'BRAND',
          };
        });
        const payload = await run(gateway, SHIPPING, { version, currencyCode: 'USD', ranges });
        const { rules } = await setting();
        if (payload.id === null) {
          expect(rules).toEqual(before);
          for (const error of told(payload)) expect(error).toMatch(/: Range [1-3] /);
        }
        for (let subtotal = 0n; subtotal <= 1_000n; subtotal += 50n) {
          const holding = rules.filter(({ minimum, maximum }) => {
            const end = maximum === null ? subtotal + 1n : BigInt(String(maximum));
            return BigInt(String(minimum)) <= subtotal && subtotal < end;
          });
          expect(holding).toHaveLength(1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are what the next quote is priced by', async () => {
    const { version } = await setting();
    const ranges = [{ min: '0', amount: '4.20', paidBy: 'BRAND' }];
    await run(gateway, SHIPPING, { version, enabled: true, currencyCode: 'USD', ranges });
    const token = await gateway.token('read_quotes');
    const query = `{ quoteForCart(input: { currencyCode: "USD", lines: [
      { sourceProductId: "1", quantity: 1, unitPrice: "99.95" }] }) { premium { amount } paidBy } }`;
    const { body } = await gateway.send(query, { token });
    expect(body.data?.quoteForCart).toEqual({ premium: { amount: '4.20' }, paidBy: 'BRAND' });
  });
});

describe('price settings on a real PostgreSQL', () => {
  beforeAll(async () => {
    gateway = await startTestGateway('postgres');
  });
  afterAll(() => gateway.close());

  it('take one of the changes that were made from the same version, its ranges whole', async () => {
    const { version } = await setting();
    const cuts = ['10', '20', '30', '40', '50', '60'];
    const payloads = await Promise.all(
      cuts.map((cut) => {
        const ranges = [
          { min: '0', max: cut, amount: cut, paidBy: 'CUSTOMER' },
          { min: cut, amount: cut, paidBy: 'CUSTOMER' },
        ];
        return run(gateway, SHIPPING, { version, currencyCode: 'USD', ranges });
      }),
    );
    expect(payloads.flatMap(told)).toEqual(Array(5).fill(STALE));
    const won = cuts[payloads.findIndex(({ id }) => id !== null)];
    const { rules, row } = await setting();
    expect(row?.version).toBe(version + 1);
    expect(rules).toHaveLength(2);
    const whole = rules.map(({ minimum, maximum, amount }) => ({
      minimum: BigInt(String(minimum)),
      maximum: maximum === null ? null : BigInt(String(maximum)),
      amountType: 'FIXED' as const,
      amount: BigInt(String(amount)),
    }));
    for (const subtotal of [0n, 999n, 1_000n, 4_500n, 100_000n]) {
      const minorUnits = ruleFor(whole, subtotal)?.amount ?? -1n;
      expect(decimalOf({ minorUnits, currency: 'USD' })).toBe(`${won}.00`);
    }
  });

  it('are set up once', async () => {
    const of = `where store_id = '${STORE.id}' and kind = 'WARRANTY'`;
    await rowsOf(gateway, `delete from commerce.pricing_rules ${of}`);
    await rowsOf(gateway, `delete from commerce.price_settings ${of}`);
    const input = { version: 0, enabled: true, terms: 'x', currencyCode: 'USD', ranges: RANGES };
    const payloads = await Promise.all(
      Array.from({ length: 5 }, () => run(gateway, WARRANTY, input)),
    );
    expect(payloads.flatMap(told)).toEqual(Array(4).fill(STALE));
    expect((await setting('WARRANTY')).rules).toHaveLength(2);
  });
});
