import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Variant } from '../../src/commands/price-test.ts';
import type { Row } from '../../src/data/entities.ts';
import type { Context } from '../../src/schema/context.ts';
import { createCursorCodec } from '../../src/schema/cursor.ts';
import { loadReached } from '../../src/schema/fields.ts';
import { schema } from '../../src/schema/index.ts';
import {
  openQuote,
  QUOTE_BY_ID,
  type QuoteTerms,
  sealQuote,
} from '../../src/schema/quote-terms.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { fakeLoaders } from './fake-loaders.ts';
import { contextOf, NOW, principalOf, run, token } from './kit.ts';

const SECRET = new TextEncoder().encode('a secret of the whole fleet, 32+');
const cursors = createCursorCodec(SECRET);

const contextIn = (storeId: string, changes: Partial<Context> = {}): Context => ({
  ...contextOf(token('read_quotes')),
  cursors,
  principal: principalOf(storeId),
  ...changes,
});
const CONTEXT = contextIn('sto_1');

type Terms = Omit<QuoteTerms, 'id' | 'lines'>;

const TERMS: Terms = {
  currency: 'USD',
  subtotal: 12_345n,
  premium: 98n,
  paidBy: 'CUSTOMER',
  ruleId: 'rul_1',
  abVariant: null,
  createdAt: NOW,
  expiresAt: new Date(NOW.getTime() + 1_800_000),
};

const terms: fc.Arbitrary<Terms> = fc.record({
  currency: fc.stringMatching(/^[A-Z]{3}$/),
  subtotal: fc.bigInt({ min: 0n }),
  premium: fc.bigInt({ min: 0n }),
  paidBy: fc.constantFrom('CUSTOMER', 'BRAND'),
  ruleId: fc.string({ unit: 'binary' }),
  abVariant: fc.option(fc.string({ unit: 'binary', minLength: 1 })),
  createdAt: fc.date({ noInvalidDate: true }),
  expiresAt: fc.date({ noInvalidDate: true }),
  kind: fc.constantFrom(undefined, 'WARRANTY'),
});

const ID = sealQuote(TERMS, CONTEXT);

describe('the id of a computed quote', () => {
  it('gives its terms back, without the cart', () => {
    fc.assert(
      fc.property(terms, (some) => {
        const id = sealQuote(some, CONTEXT);
        expect(openQuote(id, CONTEXT)).toEqual({ ...some, id, lines: null });
      }),
      { examples: [[TERMS], [{ ...TERMS, abVariant: 'B' }]] },
    );
  });

  it('has the form of an id', () => {
    fc.assert(
      fc.property(terms, (some) => {
        expect(sealQuote(some, CONTEXT)).toMatch(/^qte_[0-9A-Za-z_-]+$/);
      }),
    );
  });

  it('is opened by another process with the same secret, and by none with another', () => {
    const same = createCursorCodec(Uint8Array.from(SECRET));
    expect(openQuote(ID, contextIn('sto_1', { cursors: same }))).not.toBeNull();
    const other = createCursorCodec(SECRET.subarray(1));
    expect(openQuote(ID, contextIn('sto_1', { cursors: other }))).toBeNull();
  });

  it.each(['sto_2', 'sto_', 'STO_1', 'sto_1 ', ''])(
    'is nothing in another store: %j',
    (storeId) => {
      expect(openQuote(ID, contextIn(storeId))).toBeNull();
    },
  );

  it('is nothing without a token', () => {
    expect(openQuote(ID, contextIn('sto_1', { principal: null }))).toBeNull();
  });

  it('is nothing with any character altered, left out or added', () => {
    const position = fc.integer({ min: 'qte_'.length, max: ID.length - 1 });
    const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0189-_');
    const changed = fc.oneof(
      fc.tuple(position, letter).map(([at, by]) => ID.slice(0, at) + by + ID.slice(at + 1)),
      position.map((at) => ID.slice(0, at) + ID.slice(at + 1)),
      position.map((at) => ID.slice(0, at)),
      fc.tuple(position, letter).map(([at, by]) => ID.slice(0, at) + by + ID.slice(at)),
      letter.map((by) => ID + by),
      fc.constantFrom(`${ID}=`, `${ID} `, ` ${ID}`, `${ID}\n`, `${ID}\0`),
    );
    fc.assert(
      fc.property(changed, (id) => {
        fc.pre(id !== ID);
        expect(openQuote(id, CONTEXT)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('is nothing with other terms under the same signature', () => {
    const bytes = Buffer.from(ID.slice('qte_'.length), 'base64url');
    const cheap = Buffer.from(bytes.subarray(16).toString().replace('"98"', '"01"'));
    expect(cheap.equals(bytes.subarray(16))).toBe(false);
    const id = `qte_${Buffer.concat([bytes.subarray(0, 16), cheap]).toString('base64url')}`;
    expect(openQuote(id, CONTEXT)).toBeNull();
  });

  it.each([
    '',
    'qte',
    'qte_',
    'qte_1',
    'qte_0123456789abcdefghijklmnopqrstuvwxyz',
    ID.slice('qte_'.length),
    ID.replace('qte_', 'QTE_'),
    ID.replace('qte_', 'ord_'),
    ID.replace('qte_', 'qte-'),
    `qte_${ID}`,
  ])('is nothing else: %j', (id) => {
    expect(openQuote(id, CONTEXT)).toBeNull();
  });

  it('is no cursor, and a cursor is no such id', () => {
    const binding = { storeId: 'sto_1', connection: '["Query.quotes",null,["createdAt","id"]]' };
    expect(cursors.decode(binding, ID.slice('qte_'.length))).toBeNull();
    const values = [NOW, 'qte_1'];
    expect(openQuote(`qte_${cursors.encode(binding, values)}`, CONTEXT)).toBeNull();
  });
});

describe('a quote by its id', () => {
  it('is opened where the id carries its terms, and no order has taken it over', async () => {
    const { loaders, calls } = fakeLoaders();
    const quote = await loadReached(QUOTE_BY_ID, ID, contextIn('sto_1', { loaders }));
    expect(quote).toEqual({ ...TERMS, id: ID, lines: null });
    expect(calls).toEqual([['row', 'quoteById', ID]]);
  });

  it.each(['qte_1', ID, `${ID}A`, ID.replace('qte_', 'qte_A')])(
    'is what is stored: %s',
    async (id) => {
      const row = { ...TERMS, id, storeId: 'sto_1', lines: [] };
      const { loaders, calls } = fakeLoaders({ row });
      expect(await loadReached(QUOTE_BY_ID, id, contextIn('sto_1', { loaders }))).toBe(row);
      expect(calls).toEqual([['row', 'quoteById', id]]);
    },
  );

  it('is looked for among the stored ones where another store made the id', async () => {
    const { loaders, calls } = fakeLoaders();
    expect(await loadReached(QUOTE_BY_ID, ID, contextIn('sto_2', { loaders }))).toBeNull();
    expect(calls).toEqual([['row', 'quoteById', ID]]);
  });
});

/** What a quote takes from a rule. */
type PricingRule = Pick<
  Row<'pricingRule'>,
  'id' | 'currency' | 'minimum' | 'maximum' | 'paidBy' | 'amountType' | 'amount'
>;

const RULES: readonly PricingRule[] = [
  {
    id: 'rul_1',
    currency: 'USD',
    minimum: 0n,
    maximum: 10_000n,
    paidBy: 'CUSTOMER',
    amountType: 'FIXED',
    amount: 98n,
  },
  {
    id: 'rul_2',
    currency: 'USD',
    minimum: 10_000n,
    maximum: null,
    paidBy: 'BRAND',
    amountType: 'PERCENTAGE',
    amount: 217n,
  },
];

const LINE = { sourceProductId: '7', sourceVariantId: '8', quantity: 2, unitPrice: '12.50' };
const lineOf = (changes: Partial<Record<keyof typeof LINE, unknown>> = {}) => ({
  ...LINE,
  ...changes,
});

interface Setting {
  readonly rules?: readonly PricingRule[];
  readonly scopes?: string;
  readonly fields?: string;
  /** The arms of the price test that runs. */
  readonly variants?: readonly Variant[];
  /** Whether the kind is offered; null where it was never set up. */
  readonly enabled?: boolean | null;
}

/** Asks the real schema for the quote of a cart in the first store. */
async function quote(input: Record<string, unknown>, setting: Setting = {}) {
  const { rules = RULES, scopes = 'read_quotes', fields = 'id ruleId' } = setting;
  const { variants = [], enabled = true } = setting;
  const { loaders, calls } = fakeLoaders({
    of: {
      rulesByKind: rules,
      priceSettingsByKind: enabled === null ? null : { enabled },
      abTests: variants.length > 0 ? [{ id: 'abt_1' }] : [],
      variantsByAbTest: variants,
    },
  });
  const source = `query ($input: QuoteForCartInput!) { quoteForCart(input: $input) { ${fields} } }`;
  const answer = await run(schema, source, token(scopes), { input }, loaders, {
    principal: principalOf('sto_1'),
    cursors,
  });
  return { ...answer, calls, quote: answer.data?.quoteForCart };
}

const cart = (...lines: unknown[]) => ({ lines, currencyCode: 'USD' });

async function expectRefused(input: Record<string, unknown>, problem: string) {
  const { quote: answer, errors } = await quote(input);
  expect(answer).toBeNull();
  expect(errors).toEqual([`quoteForCart: INVALID_INPUT Query.quoteForCart: input.${problem}.`]);
}

const ALL = `lines { sourceProductId sourceVariantId quantity unitPrice { amount currencyCode } }
  subtotal { amount currencyCode } premium { amount currencyCode }
  paidBy ruleId abVariant expiresAt createdAt`;

describe('the quote of a cart', () => {
  it('has its terms from the rule of its subtotal, and ends half an hour later', async () => {
    const { quote: answer, errors } = await quote(
      cart(LINE, lineOf({ sourceVariantId: null, quantity: 3, unitPrice: '30' })),
      { fields: ALL },
    );
    expect(errors).toEqual([]);
    const usd = (amount: string) => ({ amount, currencyCode: 'USD' });
    expect(answer).toEqual({
      lines: [
        { ...LINE, unitPrice: usd('12.50') },
        { ...LINE, sourceVariantId: null, quantity: 3, unitPrice: usd('30.00') },
      ],
      subtotal: usd('115.00'),
      premium: usd('2.50'),
      paidBy: 'BRAND',
      ruleId: 'rul_2',
      abVariant: null,
      createdAt: NOW.toISOString(),
      expiresAt: new Date(NOW.getTime() + 30 * 60 * 1000).toISOString(),
    });
  });

  it('carries exactly those terms in its id', async () => {
    const { quote: answer } = await quote(cart(LINE));
    const { id } = answer as { id: string };
    expect(openQuote(id, CONTEXT)).toEqual({
      ...TERMS,
      id,
      lines: null,
      subtotal: 2_500n,
      premium: 98n,
      kind: 'SHIPPING_INSURANCE',
    });
  });

  it.each([
    'node(id: $id) { id ... on Quote { subtotal { amount } lines { quantity } } }',
    'quote(id: $id) { id subtotal { amount } lines { quantity } }',
  ])('is fetched again by that id, without its cart: %s', async (field) => {
    const { loaders, calls } = fakeLoaders();
    const id = (await quote(cart(LINE), { fields: 'id' })).quote as { id: string };
    const ask = (storeId: string, changes: Partial<Context> = {}) =>
      run(schema, `query ($id: ID!) { it: ${field} }`, token('read_quotes'), id, loaders, {
        principal: principalOf(storeId),
        cursors,
        ...changes,
      });
    expect(await ask('sto_1')).toEqual({
      data: { it: { ...id, subtotal: { amount: '25.00' }, lines: null } },
      errors: [],
    });
    expect(await ask('sto_2')).toEqual({ data: { it: null }, errors: [] });
    const other = createCursorCodec(SECRET.subarray(1));
    expect(await ask('sto_1', { cursors: other })).toEqual({ data: { it: null }, errors: [] });
    expect(calls).toEqual(Array(3).fill(['row', 'quoteById', id.id]));
  });

  it.each([
    [[], 'SHIPPING_INSURANCE'],
    [[['kind', 'WARRANTY']], 'WARRANTY'],
  ])('asks once, for the rules of its kind: %j', async (kind, value) => {
    const { calls } = await quote({ ...cart(LINE), ...Object.fromEntries(kind) });
    const whole = { direction: 'asc', after: null, before: null, fromEnd: false };
    expect(calls).toEqual([
      ['row', 'priceSettingsByKind', value],
      [
        'page',
        'rulesByKind',
        value,
        { ...whole, columns: ['position', 'id'], filter: [], limit: 100 },
      ],
      [
        'page',
        'abTests',
        null,
        {
          ...whole,
          columns: ['id'],
          filter: [
            { column: 'kind', operator: 'equals', value: 'PRICE' },
            { column: 'status', operator: 'equals', value: 'RUNNING' },
          ],
          limit: 1,
        },
      ],
    ]);
  });

  it.each([false, null])('is null where the kind is not offered: %j', async (enabled) => {
    expect(await quote(cart(LINE), { enabled })).toMatchObject({ quote: null, errors: [] });
  });

  it.each([
    ['99.99', 'rul_1'],
    ['100.00', 'rul_2'],
    ['0', 'rul_1'],
  ])('of %s goes by %s', async (unitPrice, ruleId) => {
    const { quote: answer } = await quote(cart(lineOf({ unitPrice, quantity: 1 })));
    expect(answer).toMatchObject({ ruleId });
  });

  it.each<[string, readonly PricingRule[]]>([
    ['no rules', []],
    ['no rule for its subtotal', RULES.slice(1)],
  ])('is null with %s', async (_, rules) => {
    expect(await quote(cart(LINE), { rules })).toMatchObject({ quote: null, errors: [] });
  });

  it.each([
    ['USD', 'EUR'],
    ['JPY', 'USD'],
  ])('is refused where the store prices in %s and the cart in %s', async (prices, asked) => {
    const rules = RULES.map((rule) => ({ ...rule, currency: prices }));
    const input = { lines: [lineOf({ unitPrice: '12' })], currencyCode: asked };
    expect((await quote(input, { rules })).errors).toEqual([
      `quoteForCart: INVALID_INPUT Query.quoteForCart: input.currencyCode must be ${prices}, in which the store prices protection.`,
    ]);
  });

  it.each([
    ['USD', 'EUR', 'rul_2'],
    ['EUR', 'USD', 'rul_2'],
    ['USD', 'EUR', 'rul_1'],
    ['EUR', 'USD', 'rul_1'],
  ])(
    'is refused in %s where one rule is in %s, by whatever rule it goes: %s',
    async (asked, odd, id) => {
      const currencyOf = (rule: PricingRule) => (rule.id === id ? odd : asked);
      const rules = RULES.map((rule) => ({ ...rule, currency: currencyOf(rule) }));
      for (const unitPrice of ['1', '1000']) {
        const input = { lines: [lineOf({ unitPrice })], currencyCode: asked };
        const { quote: answer, errors } = await quote(input, { rules });
        expect(answer).toBeNull();
        expect(errors).toEqual([
          `quoteForCart: INVALID_INPUT Query.quoteForCart: input.currencyCode must be ${odd}, in which the store prices protection.`,
        ]);
      }
    },
  );

  it('goes by its rule where all of them are in its currency, whichever that is', async () => {
    const rules = RULES.map((rule) => ({ ...rule, currency: 'EUR' }));
    for (const [unitPrice, ruleId] of [
      ['1', 'rul_1'],
      ['1000', 'rul_2'],
    ]) {
      const input = { lines: [lineOf({ unitPrice })], currencyCode: 'EUR' };
      expect(await quote(input, { rules })).toMatchObject({ quote: { ruleId }, errors: [] });
    }
  });

  it.each([
    ['USD', '12.505'],
    ['JPY', '12.5'],
    ['KWD', '12.5055'],
  ])('is refused for a price in %s of %s, and says of which line', async (currency, unitPrice) => {
    const input = {
      lines: [lineOf({ unitPrice: '12' }), lineOf({ unitPrice })],
      currencyCode: currency,
    };
    await expectRefused(input, `lines[1].unitPrice has more decimal places than ${currency}`);
  });

  it.each([0, -1, 10_001])('is refused for a quantity of %i', async (quantity) => {
    await expectRefused(
      cart(LINE, lineOf({ quantity })),
      'lines[1].quantity must be from 1 to 10,000',
    );
  });

  it.each([1, 10_000])('takes a quantity of %i', async (quantity) => {
    expect((await quote(cart(lineOf({ quantity })))).errors).toEqual([]);
  });

  it.each([0, 101])('is refused with %i lines', async (count) => {
    await expectRefused(cart(...Array(count).fill(LINE)), 'lines has 1 to 100 lines');
  });

  it.each([1, 100])('takes %i lines', async (count) => {
    const { quote: answer, errors } = await quote(cart(...Array(count).fill(LINE)), {
      fields: 'subtotal { amount }',
    });
    expect(errors).toEqual([]);
    expect(answer).toEqual({ subtotal: { amount: `${count * 25}.00` } });
  });

  it.each(['12.50\n', '-1', '1e3', 12.5, null])('is refused for a price like %j', async (price) => {
    const { data, errors, calls } = await quote(cart(lineOf({ unitPrice: price })));
    expect([data ?? null, errors.length, calls]).toEqual([null, 1, []]);
  });

  it('loads nothing for a cart that is refused by itself', async () => {
    for (const input of [
      cart(),
      cart(lineOf({ quantity: 0 })),
      cart(lineOf({ unitPrice: '1.234' })),
    ]) {
      expect((await quote(input)).calls).toEqual([]);
    }
  });

  const arm = (key: string, overrides: Variant['overrides'], weight = 1): Variant => ({
    ...{ testId: 'abt_1', key, weight, overrides },
  });
  const TERMS_OF = 'premium { amount } paidBy ruleId abVariant';
  const ARMS = [arm('control', {}), arm('less', { factor: 5_000 })];
  const withKey = (sessionKey: string | null) => ({ ...cart(LINE), sessionKey });

  it('is that of the control without a session, while prices are tested', async () => {
    for (const input of [cart(LINE), withKey(null)]) {
      const { quote: answer } = await quote(input, { variants: ARMS, fields: TERMS_OF });
      expect(answer).toEqual({
        premium: { amount: '0.98' },
        paidBy: 'CUSTOMER',
        ruleId: 'rul_1',
        abVariant: 'control',
      });
    }
  });

  it('is that of the variant that the session belongs to, always the same', async () => {
    const premiums: Readonly<Record<string, string>> = { control: '0.98', less: '0.49' };
    const seen = new Map<string, number>();
    for (let session = 0; session < 60; session += 1) {
      const ask = () => quote(withKey(`s${session}`), { variants: ARMS, fields: `id ${TERMS_OF}` });
      const [one, again] = [(await ask()).quote, (await ask()).quote];
      expect(again).toEqual(one);
      const { id, abVariant, premium } = one as {
        readonly id: string;
        readonly abVariant: string;
        readonly premium: object;
      };
      expect(premium).toEqual({ amount: premiums[abVariant] });
      expect(openQuote(id, CONTEXT)?.abVariant).toBe(abVariant);
      seen.set(abVariant, (seen.get(abVariant) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(['control', 'less']);
    expect(Math.min(...seen.values())).toBeGreaterThan(15);
  });

  it.each(['', 'x'.repeat(201)])('is refused for a session key of %j', async (sessionKey) => {
    await expectRefused(withKey(sessionKey), 'sessionKey has 1 to 200 characters');
  });

  it.each([
    ['nothing that is known', { discount: 5 }],
    ['a factor that is no number', { factor: 'half' }],
    ['two things at once', { factor: 1, fixed: { amount: '1', currency: 'USD' } }],
    ['an amount that is a float', { fixed: { amount: 1.5, currency: 'USD' } }],
    ['an amount in another currency', { fixed: { amount: '5', currency: 'EUR' } }],
    ['a payer that is unknown', { paidBy: 'PLATFORM' }],
  ])('goes by its rule where a variant changes %s, and still says its variant', async (_, odd) => {
    const answer = await quote(withKey('s'), { variants: [arm('odd', odd)], fields: TERMS_OF });
    expect(answer).toMatchObject({
      errors: [],
      quote: { premium: { amount: '0.98' }, paidBy: 'CUSTOMER', abVariant: 'odd' },
    });
  });

  it.each([
    ['a factor of a fixed premium', '12.50', { factor: 8_500 }, '0.83', 'CUSTOMER'],
    ['a factor of a percentage', '100.00', { factor: 8_500 }, '3.68', 'BRAND'],
    ['a fixed premium', '100.00', { fixed: { amount: '295', currency: 'USD' } }, '2.95', 'BRAND'],
    ['the payer alone', '12.50', { paidBy: 'BRAND' }, '0.98', 'BRAND'],
  ])('has the terms of its variant: %s', async (_, unitPrice, overrides, amount, paidBy) => {
    const input = { ...cart(lineOf({ unitPrice })), sessionKey: 's' };
    const { quote: answer } = await quote(input, {
      variants: [arm('only', overrides)],
      fields: TERMS_OF,
    });
    expect(answer).toMatchObject({ premium: { amount }, paidBy, abVariant: 'only' });
  });

  it('is none where it would insure shipping for nothing, which no order can buy', async () => {
    const given = { variants: [arm('free', { factor: 0 })], fields: TERMS_OF };
    expect(await quote(withKey('s'), given)).toMatchObject({ errors: [], quote: null });
    const warranty = await quote({ ...withKey('s'), kind: 'WARRANTY' }, given);
    expect(warranty.quote).toMatchObject({ premium: { amount: '0.00' } });
  });

  it('needs read_quotes, and nothing is loaded or told without it', async () => {
    const scopes = ScopeSet.all.without(ScopeSet.of(['read_quotes'])).toString();
    for (const input of [cart(LINE), cart()]) {
      expect(await quote(input, { scopes })).toMatchObject({
        quote: null,
        errors: [
          'quoteForCart: INSUFFICIENT_SCOPE Query.quoteForCart needs read_quotes; the token lacks read_quotes.',
        ],
        calls: [],
      });
    }
  });
});
