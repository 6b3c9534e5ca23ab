import { offerOf } from '../../commands/price-test.ts';
import type { Row } from '../../data/entities.ts';
import type { CartLine } from '../../data/values.ts';
import { AppError } from '../../errors.ts';
import { builder } from '../builder.ts';
import { derived, edge, type Loading, loaded, lookupBy } from '../fields.ts';
import { connectionType, list } from '../list.ts';
import { MoneyType, minorUnitsOf, money } from '../money.ts';
import { Node } from '../node.ts';
import { loadPriceTest } from '../price-test.ts';
import { QUOTE_BY_ID, type QuoteTerms, sealQuote } from '../quote-terms.ts';
import { Order } from './order.ts';
import { Payer, PolicyKind } from './policy.ts';
import { ALL_RULES } from './pricing.ts';

const quotes = { read_quotes: true } as const;

interface PricedLine extends CartLine {
  readonly currency: string;
}

const QuoteLine = builder.objectRef<PricedLine>('QuoteLine').implement({
  description: 'A line of the cart that a quote was asked for.',
  authScopes: quotes,
  fields: (t) => ({
    sourceProductId: t.exposeString('sourceProductId', {
      description: "The product's id on the merchant's platform.",
    }),
    sourceVariantId: t.exposeString('sourceVariantId', {
      nullable: true,
      description: "The variant's id on the merchant's platform.",
    }),
    quantity: t.exposeInt('quantity', { description: 'How many.' }),
    unitPrice: t.field({
      type: MoneyType,
      description: 'The price of one.',
      ...derived(['unitPrice', 'currency'], ({ unitPrice, currency }: PricedLine) => ({
        minorUnits: BigInt(unitPrice),
        currency,
      })),
    }),
  }),
});

export const Quote = builder.objectRef<QuoteTerms>('Quote').implement({
  description: 'What protection of a cart would cost.',
  interfaces: [Node],
  authScopes: quotes,
  fields: (t) => ({
    id: t.exposeID('id', {
      description:
        'The id, beginning with `qte_`. That of a computed quote carries its signed terms.',
    }),
    lines: t.field({
      type: [QuoteLine],
      nullable: true,
      description:
        'The cart; null for a computed quote that is fetched again by its id before an order took it over.',
      ...derived(
        ['lines', 'currency'],
        ({ lines, currency }: QuoteTerms) => lines?.map((line) => ({ ...line, currency })) ?? null,
      ),
    }),
    subtotal: t.field(money('subtotal', 'The cart, before shipping and tax.')),
    premium: t.field(money('premium', 'What protection would cost.')),
    paidBy: t.expose('paidBy', { type: Payer, description: 'Who would pay the premium.' }),
    ruleId: t.exposeID('ruleId', { description: 'The pricing rule that matched.' }),
    abVariant: t.exposeString('abVariant', {
      nullable: true,
      description: 'The variant of the A/B test that priced it; null when none did.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When its terms end.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    order: t.field({
      type: Order,
      nullable: true,
      authScopes: { read_orders: true },
      description: 'The order that took it over; null while none has, or it is not in sight.',
      ...edge('orderById', 'orderId'),
    }),
  }),
});

const QuoteConnection = connectionType(Quote, quotes);

const CartLineInput = builder.inputType('CartLineInput', {
  description: 'A line of a cart.',
  fields: (t) => ({
    sourceProductId: t.string({
      required: true,
      description: "The product's id on the merchant's platform.",
    }),
    sourceVariantId: t.string({ description: "The variant's id on the merchant's platform." }),
    quantity: t.int({ required: true, description: 'How many, 1 to 10,000.' }),
    unitPrice: t.field({ type: 'Decimal', required: true, description: 'The price of one.' }),
  }),
});

const QuoteForCartInput = builder.inputType('QuoteForCartInput', {
  description: 'A cart to quote protection for.',
  fields: (t) => ({
    lines: t.field({
      type: [CartLineInput],
      required: true,
      description: 'What is in the cart, 1 to 100 lines.',
    }),
    currencyCode: t.field({
      type: 'CurrencyCode',
      required: true,
      description: 'The currency of the prices: the one that the store prices protection in.',
    }),
    kind: t.field({
      type: PolicyKind,
      required: true,
      defaultValue: 'SHIPPING_INSURANCE',
      description: 'The protection to quote.',
    }),
    sessionKey: t.string({
      description:
        'What names the session of the shopper, 1 to 200 characters: while the store tests prices, it says which variant the session gets, always the same one. Without it the quote is that of the control. It is not stored.',
    }),
  }),
});

builder.queryFields((t) => ({
  quote: t.field({
    type: Quote,
    nullable: true,
    authScopes: quotes,
    description: 'A quote by id, stored or computed.',
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    ...lookupBy(QUOTE_BY_ID, 'id'),
  }),
  quotes: t.field({
    nullable: true,
    authScopes: quotes,
    description: 'The stored quotes of the store, newest first.',
    ...list(t, {
      type: QuoteConnection as never,
      batch: 'quotes',
      parent: null,
      columns: ['createdAt', 'id'],
      direction: 'desc',
    }),
  }),
  quoteForCart: t.field({
    type: Quote,
    nullable: true,
    authScopes: quotes,
    description:
      'What protection of a cart costs by the rules of the store, and by the price test that it runs. Nothing is stored: the id carries the terms. Null when the store does not offer this protection for such a cart.',
    args: {
      input: t.arg({ type: QuoteForCartInput, required: true, description: 'The cart.' }),
    },
    ...loaded([], (_root: unknown, { input }: { readonly input: CartInput }, loading) =>
      quoteForCart(input, loading),
    ),
  }),
}));

interface CartInput {
  readonly lines: readonly {
    readonly sourceProductId: string;
    readonly sourceVariantId?: string | null | undefined;
    readonly quantity: number;
    readonly unitPrice: string;
  }[];
  readonly currencyCode: string;
  readonly kind: Row<'pricingRule'>['kind'];
  readonly sessionKey?: string | null | undefined;
}

const LIFETIME_MS = 30 * 60 * 1000;

async function quoteForCart(input: CartInput, loading: Loading): Promise<QuoteTerms | null> {
  const lines = input.lines.map((line, index) => priced(line, index, input.currencyCode));
  if (lines.length < 1 || lines.length > 100) throw invalid('lines', 'has 1 to 100 lines');
  const keyLength = input.sessionKey?.length ?? 1;
  if (keyLength < 1 || keyLength > 200) throw invalid('sessionKey', 'has 1 to 200 characters');
  const { loaders, now } = loading;
  const [setting, rules, variants] = await Promise.all([
    loaders.row('priceSettingsByKind', input.kind),
    loaders.page('rulesByKind', input.kind, ALL_RULES),
    loadPriceTest(loaders),
  ]);
  const foreign = rules.find(({ currency }) => currency !== input.currencyCode);
  if (foreign) {
    throw invalid(
      'currencyCode',
      `must be ${foreign.currency}, in which the store prices protection`,
    );
  }
  const subtotal = lines.reduce(
    (sum, { unitPrice, quantity }) => sum + BigInt(unitPrice) * BigInt(quantity),
    0n,
  );
  const { kind } = input;
  const pricing = { kind, enabled: setting?.enabled === true, rules, variants };
  const offer = offerOf(pricing, subtotal, input.sessionKey ?? null);
  if (offer === null) return null;
  const { rule, variant, premium } = offer;
  const terms = {
    currency: rule.currency,
    subtotal,
    premium,
    paidBy: rule.paidBy,
    ruleId: rule.id,
    abVariant: variant?.key ?? null,
    expiresAt: new Date(now.getTime() + LIFETIME_MS),
    createdAt: now,
    kind,
  };
  return { ...terms, lines, id: sealQuote(terms, loading) };
}

function priced(line: CartInput['lines'][number], index: number, currency: string): CartLine {
  const unitPrice = minorUnitsOf(line.unitPrice, currency);
  if (unitPrice === null) {
    throw invalid(`lines[${index}].unitPrice`, `has more decimal places than ${currency}`);
  }
  if (line.quantity < 1 || line.quantity > 10_000) {
    throw invalid(`lines[${index}].quantity`, 'must be from 1 to 10,000');
  }
  return {
    sourceProductId: line.sourceProductId,
    sourceVariantId: line.sourceVariantId ?? null,
    quantity: line.quantity,
    unitPrice: unitPrice.toString(),
  };
}

const invalid = (field: string, problem: string) =>
  new AppError('INVALID_INPUT', `Query.quoteForCart: input.${field} ${problem}.`);
