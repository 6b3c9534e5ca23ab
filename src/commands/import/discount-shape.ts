import { z } from 'zod';
import { DISCOUNT_TARGETS, DISCOUNT_VALUE_TYPES } from '../../data/values.ts';
import { percentage } from '../money.ts';
import { sourceId } from '../order-shapes.ts';
import { text } from '../shapes.ts';
import { decimal, orNull, platformValue, type ShapeContext } from './shapes.ts';

/** A discount as an order used it. */
export const discountApplication = (context: ShapeContext) =>
  z
    .strictObject({
      sourceDiscountId: orNull(sourceId),
      title: text(255).min(1, 'It cannot be empty.'),
      code: orNull(text(255)),
      target: platformValue(DISCOUNT_TARGETS, 'discountApplications.target', context),
      valueType: platformValue(DISCOUNT_VALUE_TYPES, 'discountApplications.valueType', context),
      percentage: orNull(decimal.pipe(percentage).transform(Number)),
      amount: orNull(decimal),
      total: decimal,
    })
    .superRefine(({ valueType, percentage, amount }, { addIssue }) => {
      const check = (field: string, given: unknown, wanted: string) => {
        if (valueType === wanted && given === null) {
          addIssue({ code: 'custom', path: [field], message: 'It is missing.' });
        }
        if (valueType !== wanted && given !== null) {
          const message = `Only a discount whose valueType is ${wanted} has it.`;
          addIssue({ code: 'custom', path: [field], message });
        }
      };
      check('percentage', percentage, 'PERCENTAGE');
      check('amount', amount, 'FIXED_AMOUNT');
    });

type Sent = z.infer<ReturnType<typeof discountApplication>>;

/** Amounts in minor units, read by `amount`, which notes what does not fit. */
export const discountsOf = (
  sent: readonly Sent[],
  amount: (decimal: string, ...path: PropertyKey[]) => bigint,
) =>
  sent.map((each, at) => ({
    ...each,
    amount: each.amount === null ? null : amount(each.amount, 'discountApplications', at, 'amount'),
    total: amount(each.total, 'discountApplications', at, 'total'),
  }));
