import { z } from 'zod';
import {
  FINANCIAL_STATUSES,
  ORDER_FULFILLMENT_STATUSES,
  PLATFORMS,
  POLICY_KINDS,
  RISK_LEVELS,
} from '../data/values.ts';
import { digitsOf, LARGEST_AMOUNT, minorUnitsOf } from './money.ts';
import { postalAddress } from './postal-address.ts';
import { email, id, phone, tags, text, version, webUrl } from './shapes.ts';

/** An id or number of the merchant's platform. */
export const sourceId = text(255).min(1, 'It is not empty.');

/** What the scalar of the schema has checked to be one. */
const decimal = z.string();

/** How many pieces. */
export const quantity = z.int().min(1, 'It is 1 to 10,000.').max(10_000, 'It is 1 to 10,000.');

const LINE = z.object({
  sourceId,
  name: text(1_000).min(1, 'It is not empty.'),
  variantTitle: text(1_000).nullish(),
  sku: text(255).nullish(),
  imageUrl: webUrl.nullish(),
  sourceProductId: sourceId.nullish(),
  sourceVariantId: sourceId.nullish(),
  quantity,
  unitPrice: decimal,
  discountTotal: decimal.nullish(),
  taxTotal: decimal.nullish(),
});

/** The id of a quote is longer than others: it may carry signed terms. */
const quoteId = text(2_000);

/** The terms that the id of a computed quote carries; whoever gives them has checked the signature. */
export interface QuotedTerms {
  readonly id: string;
  readonly currency: string;
  readonly subtotal: bigint;
  readonly premium: bigint;
  readonly paidBy: 'CUSTOMER' | 'BRAND';
  readonly ruleId: string;
  readonly abVariant: string | null;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  /** Missing where the terms do not say it: then the rule does. */
  readonly kind?: (typeof POLICY_KINDS)[number] | undefined;
}

const PROTECTION = z.object({
  kind: z.enum(POLICY_KINDS),
  quoteId: quoteId.nullish(),
});

/** The terms that the id of a quote carries, null where it carries none. */
interface Opened {
  readonly terms?: QuotedTerms | null | undefined;
}

/** A protection to be added, with the terms of its quote. */
export type ProtectionWish = z.infer<typeof PROTECTION> & Opened;

/** A quote as an input names it. */
export type NamedQuote = { readonly quoteId: string } & Opened;

const CONTACT = {
  contactName: text(255).nullish(),
  contactEmail: email.nullish(),
  contactPhone: phone.nullish(),
  shippingAddress: postalAddress.nullish(),
  billingAddress: postalAddress.nullish(),
};

const FIELDS = z.object({
  sourceId,
  sourceNumber: sourceId,
  platform: z.enum(PLATFORMS),
  createdAt: z.date(),
  currency: z.string(),
  lines: z
    .array(LINE)
    .min(1, 'There is at least one line.')
    .max(250, 'There are at most 250 lines.'),
  subtotal: decimal,
  discountTotal: decimal.nullish(),
  shippingTotal: decimal.nullish(),
  taxTotal: decimal.nullish(),
  total: decimal,
  riskLevel: z.enum(RISK_LEVELS).nullish(),
  financialStatus: z.enum(FINANCIAL_STATUSES).nullish(),
  fulfillmentStatus: z.enum(ORDER_FULFILLMENT_STATUSES).nullish(),
  tags: tags.nullish(),
  customerId: id.nullish(),
  originalOrderId: id.nullish(),
  protection: z.array(PROTECTION).max(POLICY_KINDS.length, 'Each kind comes once.').nullish(),
  declinedQuoteId: quoteId.nullish(),
  ...CONTACT,
});

interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** An order in whole minor units, whose totals add up. */
export const ORDER_CREATE = FIELDS.transform((fields, context) => {
  const issues: Issue[] = [];
  const draft = draftOf(fields, issues);
  if (issues.length === 0) issues.push(...problemsOf(draft));
  if (issues.length === 0) return draft;
  for (const { path, message } of issues) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
  return z.NEVER;
});

export type OrderDraft = ReturnType<typeof draftOf>;

function draftOf(fields: z.infer<typeof FIELDS>, issues: Issue[]) {
  const { currency } = fields;
  const amount = (sent: string | null | undefined, ...path: Issue['path']): bigint => {
    const minorUnits = minorUnitsOf(sent ?? '0', currency);
    if (minorUnits !== null && minorUnits <= LARGEST_AMOUNT) return minorUnits;
    const message =
      minorUnits === null
        ? `${currency} has no more than ${digitsOf(currency)} decimal places.`
        : 'It is more than an amount can be.';
    issues.push({ path, message });
    return 0n;
  };
  const protection: readonly ProtectionWish[] = fields.protection ?? [];
  const { declinedQuoteId, ...columns } = fields;
  const declined: NamedQuote | null = declinedQuoteId == null ? null : { quoteId: declinedQuoteId };
  return {
    ...columns,
    declined,
    subtotal: amount(fields.subtotal, 'subtotal'),
    discountTotal: amount(fields.discountTotal, 'discountTotal'),
    shippingTotal: amount(fields.shippingTotal, 'shippingTotal'),
    taxTotal: amount(fields.taxTotal, 'taxTotal'),
    total: amount(fields.total, 'total'),
    lines: fields.lines.map((line, index) => ({
      ...line,
      unitPrice: amount(line.unitPrice, 'lines', index, 'unitPrice'),
      discountTotal: amount(line.discountTotal, 'lines', index, 'discountTotal'),
      taxTotal: amount(line.taxTotal, 'lines', index, 'taxTotal'),
    })),
    protection,
  };
}

/** What has to add up in an order. */
export interface OrderSums {
  readonly lines: readonly {
    readonly sourceId: string;
    readonly quantity: number;
    readonly unitPrice: bigint;
    readonly discountTotal: bigint;
    readonly taxTotal: bigint;
  }[];
  readonly subtotal: bigint;
  readonly discountTotal: bigint;
  readonly shippingTotal: bigint;
  readonly taxTotal: bigint;
  readonly total: bigint;
  readonly protection: readonly { readonly kind: string }[];
}

/** What does not add up, from the input alone. */
export function problemsOf(draft: OrderSums): readonly Issue[] {
  const { lines, subtotal, discountTotal, shippingTotal, taxTotal, total, protection } = draft;
  const sum = (part: (line: OrderSums['lines'][number]) => bigint) =>
    lines.reduce((whole, line) => whole + part(line), 0n);
  const gross = (line: OrderSums['lines'][number]) => line.unitPrice * BigInt(line.quantity);
  const issues: Issue[] = [];
  const check = (holds: boolean, path: Issue['path'], message: string) => {
    if (!holds) issues.push({ path, message });
  };
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    check(
      !seen.has(line.sourceId),
      ['lines', index, 'sourceId'],
      'Another line of the order has it.',
    );
    seen.add(line.sourceId);
    check(
      line.discountTotal <= gross(line),
      ['lines', index, 'discountTotal'],
      'It is more than the line comes to.',
    );
  }
  const kinds = new Set(protection.map(({ kind }) => kind));
  check(kinds.size === protection.length, ['protection'], 'Each kind comes once.');
  check(
    subtotal === sum(gross),
    ['subtotal'],
    'It is not what the lines come to: price times quantity, before discounts.',
  );
  check(
    discountTotal >= sum((line) => line.discountTotal),
    ['discountTotal'],
    'It is less than the discounts of the lines.',
  );
  check(
    discountTotal <= subtotal + shippingTotal,
    ['discountTotal'],
    'It is more than there is to pay.',
  );
  check(
    taxTotal >= sum((line) => line.taxTotal),
    ['taxTotal'],
    'It is less than the taxes of the lines.',
  );
  check(
    total === subtotal - discountTotal + shippingTotal + taxTotal,
    ['total'],
    'It is not the subtotal, less discounts, with shipping and tax.',
  );
  return issues;
}

/** A value that can be changed but not emptied. */
const kept = <T extends z.ZodType>(shape: T) => shape.optional();

export const ORDER_UPDATE = z.object({
  id,
  version,
  riskLevel: z.enum(RISK_LEVELS).nullish(),
  financialStatus: kept(z.enum(FINANCIAL_STATUSES, 'It cannot be empty.')),
  fulfillmentStatus: kept(z.enum(ORDER_FULFILLMENT_STATUSES, 'It cannot be empty.')),
  tags: tags.nullish(),
  ...CONTACT,
});

export const ORDER_TAGS = z.object({
  id,
  tags: tags.refine((list) => list.length > 0, 'There is at least one tag.'),
});

export const ORDER_CANCEL = z.object({ id, version });

export const ORDER_PROTECTION_ADD = PROTECTION.extend({ id, version }).transform(
  (input): typeof input & Pick<ProtectionWish, 'terms'> => input,
);

export const ORDER_PROTECTION_REMOVE = z.object({ id, version, kind: z.enum(POLICY_KINDS) });
