import { z } from 'zod';
import {
  FINANCIAL_STATUSES,
  ORDER_FULFILLMENT_STATUSES,
  PLATFORMS,
  POLICY_KINDS,
  RISK_LEVELS,
} from '../data/values.ts';
import { amountsIn } from './money.ts';
import { linesOf, sumProblems, totalsOf } from './order-sums.ts';
import { postalAddress } from './postal-address.ts';
import {
  email,
  type Issues,
  id,
  keptUnlessGiven,
  phone,
  tags,
  text,
  version,
  webUrl,
} from './shapes.ts';

/** An id or number of the merchant's platform. */
export const sourceId = text(255).min(1, 'It cannot be empty.');

/** What the scalar of the schema has checked to be one. */
const decimal = z.string();

/** How many pieces. */
export const quantity = z
  .int()
  .min(1, 'It has to be from 1 to 10,000.')
  .max(10_000, 'It has to be from 1 to 10,000.');

const LINE = z.object({
  sourceId,
  name: text(1_000).min(1, 'It cannot be empty.'),
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

/** An order in whole minor units, whose totals add up. */
export const ORDER_CREATE = FIELDS.transform((fields, context) => {
  let isWhole = true;
  const refuse: Issues['addIssue'] = (issue) => {
    isWhole = false;
    context.addIssue(issue);
  };
  const draft = draftOf(fields, { addIssue: refuse });
  if (isWhole) {
    for (const { path, message } of sumProblems(draft)) {
      refuse({ code: 'custom', path: [...path], message });
    }
  }
  return isWhole ? draft : z.NEVER;
});

export type OrderDraft = ReturnType<typeof draftOf>;

function draftOf(fields: z.infer<typeof FIELDS>, issues: Issues) {
  const amount = amountsIn(fields.currency, issues);
  const protection: readonly ProtectionWish[] = fields.protection ?? [];
  const { declinedQuoteId, ...columns } = fields;
  const declined: NamedQuote | null = declinedQuoteId == null ? null : { quoteId: declinedQuoteId };
  return {
    ...columns,
    declined,
    ...totalsOf(fields, amount),
    lines: linesOf(fields.lines, amount),
    protection,
  };
}

export const ORDER_UPDATE = z.object({
  id,
  version,
  riskLevel: z.enum(RISK_LEVELS).nullish(),
  financialStatus: keptUnlessGiven(z.enum(FINANCIAL_STATUSES)),
  fulfillmentStatus: keptUnlessGiven(z.enum(ORDER_FULFILLMENT_STATUSES)),
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
