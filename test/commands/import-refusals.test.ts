import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES } from '../../src/commands/import/lines.ts';
import {
  claim,
  customer,
  fulfillment,
  openImports,
  order,
  product,
  protection,
  resolution,
  type TestImports,
  usd,
} from './import-kit.ts';

let store: TestImports;
beforeAll(async () => {
  store = await openImports('postgres');
});
afterAll(() => store.close());

const subscribed = { state: 'SUBSCRIBED' };
const line = order().lines[0];

/** Lines that are refused by themselves, with what the report says after number, type and source id. */
const REFUSED: readonly (readonly [what: string, line: unknown, ...problems: string[]])[] = [
  ['no JSON', '{"type":', '- - -: The line is not valid JSON.'],
  ['a list', '[]', '- - -: The line is not a JSON object.'],
  ['no type', '{}', '- - type: It is none of customer, product, order, claim.'],
  [
    'a type of an object',
    '{"type":"toString"}',
    '- - type: It is none of customer, product, order, claim.',
  ],
  ['a NUL', customer({ note: 'a\0b' }), '- - note: It holds a NUL character.'],
  [
    'half of a character',
    customer({ tags: ['a', '\ud83d'] }),
    '- - tags[1]: It holds half of a character.',
  ],
  [
    'a nest',
    `{"type":"customer","note":"\\u0041","tags":${'['.repeat(9_000)}${']'.repeat(9_000)}}`,
    '- - tags: It goes too deep.',
  ],
  [
    'a long line',
    `{"note":"${'x'.repeat(MAX_LINE_BYTES)}"}`,
    `- - -: The line is longer than ${MAX_LINE_BYTES} bytes.`,
  ],
  [
    'an unknown field',
    customer({ fristName: 'x' }),
    'customer c-1 fristName: There is no such field.',
  ],
  [
    'an unknown field of an address',
    order({ shippingAddress: { town: 'x' } }),
    'order o-1 shippingAddress.town: There is no such field.',
  ],
  [
    'a field that may be anything',
    customer({ 'mara@example.com': 1 }),
    'customer c-1 ?: There is no such field.',
  ],
  ['no source id', customer({ sourceId: undefined }), 'customer - sourceId: It is missing.'],
  ['a number for a text', customer({ sourceId: 7 }), 'customer - sourceId: It is no text.'],
  [
    'two problems',
    customer({ email: 'nobody', phone: '555' }),
    'customer c-1 email: It is not an e-mail address.',
    'customer c-1 phone: It has to be a phone number like +14155550123 (E.164).',
  ],
  [
    'a day for a moment',
    customer({ createdAt: '2024-03-01' }),
    'customer c-1 createdAt: It is no time like 2026-11-21T21:49:00Z (RFC 3339).',
  ],
  [
    'a day that is none',
    customer({ createdAt: '2024-02-30T00:00:00Z' }),
    'customer c-1 createdAt: It is no time like 2026-11-21T21:49:00Z (RFC 3339).',
  ],
  [
    'a moment to come',
    customer({ updatedAt: '2027-03-01T00:00:00Z' }),
    'customer c-1 updatedAt: It lies in the future.',
  ],
  [
    'a change before the creation',
    customer({ updatedAt: '2023-03-01T00:00:00Z' }),
    'customer c-1 updatedAt: It is before createdAt.',
  ],
  [
    'consent without an address',
    customer({ smsMarketingConsent: subscribed }),
    'customer c-1 smsMarketingConsent: Nobody agrees to be written to at no number.',
  ],
  [
    'data of who is erased',
    customer({ emailMarketingConsent: { state: 'REDACTED' }, firstName: null }),
    'customer c-1 email: Of a customer who is REDACTED no personal data is left.',
  ],
  [
    'no inventory',
    product({ variants: [] }),
    'product p-1 inventory: A product without variants has an inventory of its own: say it.',
  ],
  [
    'a group with variants',
    product({ kind: 'GROUPED', members: [{ sourceProductId: 'x', quantity: 1 }] }),
    'product p-1 variants: A group has members, no variants.',
  ],
  [
    'a variant twice',
    product({ variants: [product().variants[0], product().variants[0]] }),
    'product p-1 variants[1].sourceId: Another variant of the product has it.',
  ],
  [
    'a float',
    order({ total: 37.3 }),
    'order o-1 total: It is no amount in a string, such as "12.50".',
  ],
  [
    'an amount beyond all',
    product({ price: usd('99999999999999.99') }),
    'product p-1 price.amount: It is more than an amount can be.',
  ],
  [
    'a currency that is none',
    order({ currency: 'XYZ' }),
    'order o-1 currency: It is no currency code like USD (ISO 4217).',
  ],
  ['no lines', order({ lines: [] }), 'order o-1 lines: There is at least one line.'],
  [
    'a line twice',
    order({ lines: [line, line], subtotal: '50' }),
    'order o-1 lines[1].sourceId: Another line of the order has it.',
    'order o-1 discountTotal: It is less than the discounts of the lines.',
    'order o-1 taxTotal: It is less than the taxes of the lines.',
    'order o-1 total: It is not the subtotal, less discounts, with shipping and tax.',
  ],
  [
    'more paid back than bought',
    order({ lines: [{ ...line, refundedQuantity: 3 }, order().lines[1]] }),
    'order o-1 lines[0].refundedQuantity: It is more than was bought.',
  ],
  [
    'more sent than bought',
    order({ fulfillments: [fulfillment({ lines: [{ sourceLineId: 'a', quantity: 3 }] })] }),
    'order o-1 fulfillments[0].lines[0].quantity: It is more than was bought and is in no other fulfilment.',
  ],
  [
    'a shipment of nothing known',
    order({ fulfillments: [fulfillment({ lines: [{ sourceLineId: 'z', quantity: 1 }] })] }),
    'order o-1 fulfillments[0].lines[0].sourceLineId: The order has no such line.',
  ],
  [
    'a delivery on its way',
    order({ fulfillments: [fulfillment({ status: 'IN_TRANSIT' })] }),
    'order o-1 fulfillments[0].deliveredAt: It needs a status that says that it was delivered.',
  ],
  [
    'protection of a cancelled order',
    order({ cancelledAt: '2024-03-01T11:00:00Z', protection: [protection()] }),
    'order o-1 protection[0].status: A cancelled order has no protection that is ACTIVE.',
  ],
  [
    'protection twice',
    order({ protection: [protection(), protection()] }),
    'order o-1 protection: Each kind comes once.',
  ],
  [
    'protection without terms',
    order({ protection: [protection({ terms: '' })] }),
    'order o-1 protection[0].terms: It cannot be empty.',
  ],
  [
    'a denial without a reason',
    claim({ state: 'DENIED' }),
    'claim k-1 denialReason: A claim that is DENIED says why.',
  ],
  [
    'a payment of an open claim',
    claim({ resolutions: [resolution()] }),
    'claim k-1 resolutions: A claim that is OPEN was not resolved yet.',
  ],
  [
    'a resolved claim that paid nothing',
    claim({ state: 'RESOLVED' }),
    'claim k-1 resolutions: A claim that is RESOLVED says how it was resolved.',
  ],
];

/** What an export writes, by the name of what is refused of it. */
describe('a line', () => {
  it.each(REFUSED)('is refused with %s', async (_what, refused, ...problems) => {
    const told = problems.map((problem) => `1 ${problem}`);
    expect(await store.refusals([refused], { dryRun: true })).toEqual(told);
  });

  it('is valid as the kit makes it', async () => {
    const lines = [
      customer(),
      product(),
      order({ fulfillments: [fulfillment()], protection: [protection()] }),
      claim(),
      claim({ state: 'RESOLVED', resolutions: [resolution()] }),
      product({
        kind: 'GROUPED',
        variants: [],
        inventory: { inStock: true },
        members: [{ sourceProductId: 'x', quantity: 1 }],
      }),
      customer({ email: null, firstName: null, emailMarketingConsent: { state: 'REDACTED' } }),
    ];
    expect(await store.refusals(lines, { dryRun: true })).toEqual([]);
  });
});

describe('what the database knows', () => {
  beforeAll(async () => {
    const lines = [
      customer(),
      customer({
        sourceId: 'gone',
        email: null,
        firstName: null,
        emailMarketingConsent: { state: 'REDACTED' },
      }),
      product(),
      order({ protection: [protection()], fulfillments: [fulfillment()] }),
      claim({ items: [{ sourceLineId: 'a', quantity: 2 }] }),
    ];
    expect(await store.refusals(lines)).toEqual([]);
  });

  const later = { updatedAt: '2024-04-01T10:00:00Z' };

  it.each<[string, object, string]>([
    [
      'a customer that is none',
      order({ sourceId: 'o-2', sourceCustomerId: 'c-9' }),
      'order o-2 sourceCustomerId: No line before this one, and no import before, has this customer.',
    ],
    [
      'an original that is none',
      order({ sourceId: 'o-2', sourceOriginalOrderId: 'o-9' }),
      'order o-2 sourceOriginalOrderId: No line before this one, and no import before, has this order.',
    ],
    [
      'an order that is none',
      claim({ sourceId: 'k-2', sourceOrderId: 'o-9' }),
      'claim k-2 sourceOrderId: No line before this one, and no import before, has this order.',
    ],
    [
      'a member that is none',
      product({
        sourceId: 'p-2',
        kind: 'GROUPED',
        variants: [],
        inventory: { inStock: true },
        members: [{ sourceProductId: 'p-9', quantity: 1 }],
      }),
      'product p-2 members[0].sourceProductId: No line before this one, and no import before, has this product.',
    ],
    [
      'a variant of another product',
      product({ sourceId: 'p-2' }),
      'product p-2 variants[0].sourceId: A variant of another product has it.',
    ],
    [
      'another time of creation',
      order({ ...later, createdAt: '2024-02-01T10:00:00Z' }),
      'order o-1 createdAt: It cannot change: it is another one in an import before.',
    ],
    [
      'data of who was erased here',
      customer({ sourceId: 'gone' }),
      "customer gone sourceId: The customer's personal data was erased here, and none is added again.",
    ],
    [
      'pieces that are claimed already',
      claim({ sourceId: 'k-2' }),
      'claim k-2 items[0].quantity: Some of these pieces are in another claim already.',
    ],
    [
      'more pieces than were bought',
      claim({ sourceId: 'k-2', items: [{ sourceLineId: 'b', quantity: 2 }] }),
      'claim k-2 items[0].quantity: It is more than was bought.',
    ],
    [
      'a policy that the order has not',
      claim({
        sourceId: 'k-2',
        policyKind: 'WARRANTY',
        items: [{ sourceLineId: 'b', quantity: 1 }],
      }),
      'claim k-2 policyKind: The order has no protection of this kind.',
    ],
    [
      'a line gone that is claimed',
      order({
        ...later,
        lines: [order().lines[1]],
        subtotal: '10',
        discountTotal: null,
        total: '17.30',
      }),
      'order o-1 lines: A line is gone that was claimed, or shipped, here.',
    ],
  ])('refuses %s', async (_what, refused, problem) => {
    const before = await store.everything();
    expect((await store.refusals([refused]))[0]).toEqual(`1 ${problem}`);
    expect(await store.everything()).toEqual(before);
  });

  it('is not needed in another order of the lines', async () => {
    const lines = [
      order({ sourceId: 'o-5', sourceCustomerId: 'c-5' }),
      customer({ sourceId: 'c-5' }),
      order({ sourceId: 'o-6', sourceCustomerId: 'c-5' }),
    ];
    expect(await store.refusals(lines)).toEqual([
      '1 order o-5 sourceCustomerId: No line before this one, and no import before, has this customer.',
    ]);
  });
});
