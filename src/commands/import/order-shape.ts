import { z } from 'zod';
import { isDelivered } from '../../data/shipping.ts';
import {
  FINANCIAL_STATUSES,
  FULFILLMENT_STATUSES,
  ORDER_FULFILLMENT_STATUSES,
  PAYERS,
  PLATFORMS,
  POLICY_KINDS,
  POLICY_STATUSES,
  RISK_LEVELS,
  UNKNOWN,
} from '../../data/values.ts';
import { amountsIn } from '../money.ts';
import { quantity, sourceId } from '../order-shapes.ts';
import { linesOf, sumProblems, totalsOf } from '../order-sums.ts';
import { distinct, email, phone, tags, text, webUrl } from '../shapes.ts';
import { discountApplication, discountsOf } from './discount-shape.ts';
import {
  address,
  currencyCode,
  decimal,
  IN_ORDER,
  inOrder,
  moment,
  orNone,
  orNull,
  pastMoment,
  platformValue,
  type ShapeContext,
  times,
} from './shapes.ts';

const LINE = z.strictObject({
  sourceId,
  name: text(1_000).min(1, 'It cannot be empty.'),
  variantTitle: orNull(text(1_000)),
  sku: orNull(text(255)),
  imageUrl: orNull(webUrl),
  sourceProductId: orNull(sourceId),
  sourceVariantId: orNull(sourceId),
  quantity,
  refundedQuantity: z
    .int()
    .min(0, 'It is less than 0.')
    .nullish()
    .transform((value) => value ?? 0),
  unitPrice: decimal,
  discountTotal: orNull(decimal),
  taxTotal: orNull(decimal),
});

const fulfillment = (context: ShapeContext) =>
  z
    .strictObject({
      sourceId,
      status: platformValue(FULFILLMENT_STATUSES, 'fulfillments.status', context),
      lines: z
        .array(z.strictObject({ sourceLineId: sourceId, quantity }))
        .min(1, 'There is at least one line.')
        .max(250, 'There are at most 250 lines.')
        .superRefine(
          distinct(({ sourceLineId }) => sourceLineId, 'sourceLineId', 'It is named once more.'),
        ),
      trackingCompany: orNull(text(255)),
      trackingNumbers: orNone(text(255).min(1, 'It cannot be empty.'), 100),
      trackingUrls: orNone(webUrl, 100),
      deliveredAt: orNull(pastMoment(context)),
      createdAt: pastMoment(context),
      updatedAt: orNull(pastMoment(context)),
    })
    .refine(
      ({ status, deliveredAt }) =>
        deliveredAt === null || status === UNKNOWN || isDelivered(status),
      { path: ['deliveredAt'], error: 'It needs a status that says that it was delivered.' },
    );

const protection = (context: ShapeContext) =>
  z
    .strictObject({
      kind: z.enum(POLICY_KINDS),
      status: z.enum(POLICY_STATUSES),
      premium: decimal,
      paidBy: z.enum(PAYERS),
      insuredValue: orNull(decimal),
      coverage: text(5_000).min(1, 'It cannot be empty.'),
      terms: text(20_000).min(1, 'It cannot be empty.'),
      effectiveAt: orNull(moment),
      expiresAt: orNull(moment),
      cancelledAt: orNull(pastMoment(context)),
    })
    .superRefine(({ status, effectiveAt, expiresAt, cancelledAt }, { addIssue }) => {
      const refused = (path: string, message: string) =>
        addIssue({ code: 'custom', path: [path], message });
      if (status === 'CANCELLED' && cancelledAt === null) {
        refused('cancelledAt', 'A protection that is CANCELLED says since when.');
      }
      if (status !== 'CANCELLED' && cancelledAt !== null) {
        refused('cancelledAt', 'Only a protection that is CANCELLED has it.');
      }
      if (effectiveAt !== null && expiresAt !== null && expiresAt <= effectiveAt) {
        refused('expiresAt', 'It is not after effectiveAt.');
      }
    });

const fieldsOf = (context: ShapeContext) =>
  z
    .strictObject({
      type: z.literal('order'),
      sourceId,
      sourceNumber: sourceId,
      platform: platformValue(PLATFORMS, 'platform', context).nullish(),
      ...times(context),
      cancelledAt: orNull(pastMoment(context)),
      currency: currencyCode,
      lines: z
        .array(LINE)
        .min(1, 'There is at least one line.')
        .max(250, 'There are at most 250 lines.'),
      subtotal: decimal,
      discountTotal: orNull(decimal),
      shippingTotal: orNull(decimal),
      taxTotal: orNull(decimal),
      total: decimal,
      riskLevel: orNull(platformValue(RISK_LEVELS, 'riskLevel', context)),
      financialStatus: platformValue(FINANCIAL_STATUSES, 'financialStatus', context).nullish(),
      fulfillmentStatus: platformValue(
        ORDER_FULFILLMENT_STATUSES,
        'fulfillmentStatus',
        context,
      ).nullish(),
      tags: tags.nullish(),
      sourceCustomerId: orNull(sourceId),
      sourceOriginalOrderId: orNull(sourceId),
      contactName: orNull(text(255)),
      contactEmail: orNull(email),
      contactPhone: orNull(phone),
      shippingAddress: orNull(address),
      billingAddress: orNull(address),
      fulfillments: orNone(fulfillment(context), 250).superRefine(
        distinct(({ sourceId }) => sourceId, 'sourceId', 'Another fulfilment of the order has it.'),
      ),
      discountApplications: orNone(discountApplication(context), 100),
      protection: orNone(protection(context), POLICY_KINDS.length),
    })
    .refine(inOrder, IN_ORDER);

/** An order in whole minor units whose totals add up, with all that hangs off it, as a line says it. */
export const orderShape = (context: ShapeContext) =>
  fieldsOf(context).transform((fields, issues) => {
    let isWhole = true;
    const refuse = (path: PropertyKey[], message: string) => {
      isWhole = false;
      issues.addIssue({ code: 'custom', path, message });
    };
    const amount = amountsIn(fields.currency, {
      addIssue: ({ path, message }) => refuse(path, message),
    });
    const order = {
      ...fields,
      platform: fields.platform ?? context.store.platform,
      ...totalsOf(fields, amount),
      lines: linesOf(fields.lines, amount),
      discountApplications: discountsOf(fields.discountApplications, amount),
      protection: fields.protection.map((each, at) => ({
        ...each,
        premium: amount(each.premium, 'protection', at, 'premium'),
        insuredValue: amount(each.insuredValue ?? fields.total, 'protection', at, 'insuredValue'),
      })),
    };
    if (isWhole) for (const { path, message } of sumProblems(order)) refuse([...path], message);
    if (isWhole) checkParts(order, refuse);
    return isWhole ? order : z.NEVER;
  });

export type OrderRecord = z.infer<ReturnType<typeof orderShape>>;

type Whole = Pick<
  z.infer<ReturnType<typeof fieldsOf>>,
  'createdAt' | 'sourceId' | 'sourceOriginalOrderId' | 'fulfillments' | 'cancelledAt'
> & {
  readonly lines: readonly { sourceId: string; quantity: number; refundedQuantity: number }[];
  readonly protection: readonly { readonly status: string }[];
  readonly discountTotal: bigint;
  readonly discountApplications: readonly { readonly total: bigint }[];
};

/** What does not fit the order among its parts. */
function checkParts(order: Whole, refuse: (path: PropertyKey[], message: string) => void): void {
  if (order.sourceOriginalOrderId === order.sourceId) {
    refuse(['sourceOriginalOrderId'], 'No order replaces itself.');
  }
  if (order.cancelledAt !== null && order.cancelledAt < order.createdAt) {
    refuse(['cancelledAt'], 'It is before createdAt.');
  }
  for (const [at, { quantity, refundedQuantity }] of order.lines.entries()) {
    if (refundedQuantity > quantity) {
      refuse(['lines', at, 'refundedQuantity'], 'It is more than was bought.');
    }
  }
  const left = new Map(order.lines.map(({ sourceId, quantity }) => [sourceId, quantity]));
  for (const [at, fulfillment] of order.fulfillments.entries()) {
    for (const [of, { sourceLineId, quantity }] of fulfillment.lines.entries()) {
      const path = ['fulfillments', at, 'lines', of];
      const rest = left.get(sourceLineId);
      if (rest === undefined) {
        refuse([...path, 'sourceLineId'], 'The order has no such line.');
      } else if (quantity > rest) {
        refuse([...path, 'quantity'], 'It is more than was bought and is in no other fulfilment.');
      } else {
        left.set(sourceLineId, rest - quantity);
      }
    }
  }
  for (const [at, { status }] of order.protection.entries()) {
    if (order.cancelledAt !== null && status === 'ACTIVE') {
      refuse(['protection', at, 'status'], 'A cancelled order has no protection that is ACTIVE.');
    }
  }
  const applied = order.discountApplications.reduce((sum, { total }) => sum + total, 0n);
  if (applied > order.discountTotal) {
    refuse(['discountApplications'], 'They come to more than discountTotal.');
  }
}
