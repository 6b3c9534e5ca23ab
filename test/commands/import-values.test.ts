import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORE } from '../support/gateway.ts';
import {
  claim,
  customer,
  fulfillment,
  openImports,
  order,
  product,
  type TestImports,
  usd,
} from './import-kit.ts';

let store: TestImports;
beforeAll(async () => {
  store = await openImports('pglite');
});
afterAll(() => store.close());

const orderRow = async (sourceId: string) =>
  (await store.rows('select * from commerce.orders where source_id = $1', [sourceId]))[0];

describe('words of the platform', () => {
  it('that are not known become UNKNOWN and are counted', async () => {
    const lines = [1, 2, 3].map((at) =>
      order({
        sourceId: `w-${at}`,
        financialStatus: 'chargeback',
        riskLevel: 'high',
        fulfillments: [fulfillment({ status: 'teleported' })],
      }),
    );
    const { refused, warnings, moreWarnings } = await store.take(lines);
    expect({ refused, moreWarnings }).toEqual({ refused: 0, moreWarnings: 0 });
    const message = 'This word of the platform is not known here: it became UNKNOWN.';
    expect(warnings).toEqual([
      { field: 'financialStatus', value: 'chargeback', message, firstLine: 1, times: 3 },
      { field: 'fulfillments.status', value: 'teleported', message, firstLine: 1, times: 3 },
    ]);
    expect(await orderRow('w-1')).toMatchObject({
      financial_status: 'UNKNOWN',
      risk_level: 'HIGH',
    });
  });

  it('are listed up to a bound and counted beyond it', async () => {
    const people = Array.from({ length: 130 }, (_, at) =>
      customer({ sourceId: `c-${at}`, accountState: `word ${at}` }),
    );
    const { refused, warnings, moreWarnings } = await store.take(people);
    expect([refused, warnings.length, moreWarnings]).toEqual([0, 100, 30]);
  });

  it('are refused where the word is our own', async () => {
    await store.take([order()]);
    expect(await store.refusals([claim({ state: 'PONDERING' })])).toEqual([
      expect.stringMatching(/^1 claim k-1 state: It is none of NEW, OPEN, .*ARCHIVED\.$/),
    ]);
  });
});

describe('amounts', () => {
  it.each([
    ['USD', '12.5', 1250],
    ['JPY', '1300', 1300],
    ['KWD', '1.234', 1234],
  ])('in %s are taken with its decimals: %s', async (currency, amount, minor) => {
    const sum = { subtotal: amount, total: amount };
    const none = { discountTotal: null, shippingTotal: null, taxTotal: null };
    const lines = [{ sourceId: 'a', name: 'Mug', quantity: 1, unitPrice: amount }];
    const sourceId = `in ${currency}`;
    expect(await store.refusals([order({ sourceId, currency, lines, ...none, ...sum })])).toEqual(
      [],
    );
    expect(await orderRow(sourceId)).toMatchObject({ currency, total: minor });
  });

  it.each([
    ['USD', '1.234', 'USD has no more than 2 decimal places.'],
    ['JPY', '1.5', 'JPY has no more than 0 decimal places.'],
    ['KWD', '1.2345', 'KWD has no more than 3 decimal places.'],
  ])('in %s with more decimals are refused: %s', async (currency, total, message) => {
    const lines = [{ sourceId: 'a', name: 'Mug', quantity: 1, unitPrice: '1' }];
    const whole = { currency, lines, subtotal: '1', taxTotal: null, discountTotal: null };
    expect(await store.refusals([order({ ...whole, shippingTotal: null, total })])).toEqual([
      `1 order o-1 total: ${message}`,
    ]);
  });

  it('are never a float, and never of another currency than the store sells in', async () => {
    expect(
      await store.refusals([
        product({ price: usd('1e3') }),
        product({ price: { amount: '1', currencyCode: 'EUR' } }),
      ]),
    ).toEqual([
      '1 product p-1 price.amount: It is no amount in a string, such as "12.50".',
      `2 product p-1 price.currencyCode: It has to be the currency of the store, ${STORE.currency}.`,
    ]);
  });
});
