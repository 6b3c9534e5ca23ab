import type { Row } from '../../data/entities.ts';
import { DISCOUNT_METHODS, DISCOUNT_TARGETS, DISCOUNT_VALUE_TYPES } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { derived, edge, lookup } from '../fields.ts';
import { connectionType, filtering, list, ordering } from '../list.ts';
import { MoneyType, money } from '../money.ts';
import { Node } from '../node.ts';
import { platformEnum } from '../platform-enum.ts';
import { Order } from './order.ts';

const DiscountMethod = platformEnum('DiscountMethod', {
  description: 'How a discount comes into an order.',
  values: DISCOUNT_METHODS,
});

const DiscountTarget = platformEnum('DiscountTarget', {
  description: 'What a discount is taken off.',
  values: DISCOUNT_TARGETS,
});

const DiscountValueType = platformEnum('DiscountValueType', {
  description: 'How a discount is reckoned.',
  values: DISCOUNT_VALUE_TYPES,
});

const DiscountStatus = builder.enumType('DiscountStatus', {
  description: 'Whether a discount can be used at this moment.',
  values: {
    SCHEDULED: { description: 'Not yet.' },
    ACTIVE: { description: 'Now.' },
    EXPIRED: { description: 'No longer.' },
  },
});

const discounts = { read_discounts: true } as const;
const orders = { read_orders: true } as const;

interface ValueColumns {
  readonly percentage: number | null;
  readonly amount: bigint | null;
  readonly currency: string;
}

const percentage = {
  type: 'Decimal',
  nullable: true,
  description: 'The percentage that is taken off; null when it is not reckoned so.',
  ...derived(['percentage'], (row: ValueColumns) =>
    row.percentage === null ? null : (row.percentage / 100).toFixed(2),
  ),
} as const;

const amount = {
  type: MoneyType,
  nullable: true,
  description: 'The amount that is taken off; null when it is not reckoned so.',
  ...derived(['amount', 'currency'], (row: ValueColumns) =>
    row.amount === null ? null : { minorUnits: row.amount, currency: row.currency },
  ),
} as const;

function statusOf({ startsAt, endsAt }: Row<'discount'>, now: Date) {
  if (startsAt > now) return 'SCHEDULED';
  return endsAt !== null && endsAt <= now ? 'EXPIRED' : 'ACTIVE';
}

export const Discount = builder.objectRef<Row<'discount'>>('Discount').implement({
  description: 'A discount that the store offers.',
  interfaces: [Node],
  authScopes: discounts,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `dsc_`.' }),
    sourceId: t.exposeString('sourceId', { description: "The id on the merchant's platform." }),
    title: t.exposeString('title', { description: 'The name that the merchant gave.' }),
    summary: t.exposeString('summary', { description: 'What it does, in a sentence.' }),
    method: t.expose('method', {
      type: DiscountMethod,
      description: 'How it comes into an order.',
    }),
    codes: t.exposeStringList('codes', {
      description: 'The codes that shoppers enter; empty for an automatic discount.',
    }),
    target: t.expose('target', { type: DiscountTarget, description: 'What it is taken off.' }),
    valueType: t.expose('valueType', {
      type: DiscountValueType,
      description: 'How it is reckoned.',
    }),
    percentage: t.field(percentage),
    amount: t.field(amount),
    status: t.field({
      type: DiscountStatus,
      description: 'Whether it can be used at this moment.',
      ...derived(['startsAt', 'endsAt'], statusOf),
    }),
    appliesOncePerCustomer: t.exposeBoolean('appliesOncePerCustomer', {
      description: 'Whether each customer can use it only once.',
    }),
    usageLimit: t.exposeInt('usageLimit', {
      nullable: true,
      description: 'How often it can be used in all; null when there is no limit.',
    }),
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When it begins.' }),
    endsAt: t.expose('endsAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends; null when it does not.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

const DiscountApplication = builder
  .objectRef<Row<'discountApplication'>>('DiscountApplication')
  .implement({
    description:
      'A discount as an order used it. It stays when the discount is changed or deleted.',
    authScopes: { read_orders: true, read_discounts: true },
    fields: (t) => ({
      title: t.exposeString('title', { description: "The discount's name when it was used." }),
      code: t.exposeString('code', {
        nullable: true,
        description: 'The code that the shopper entered; null when it came by itself.',
      }),
      target: t.expose('target', { type: DiscountTarget, description: 'What it was taken off.' }),
      valueType: t.expose('valueType', {
        type: DiscountValueType,
        description: 'How it was reckoned.',
      }),
      percentage: t.field(percentage),
      amount: t.field(amount),
      total: t.field(money('total', 'What it took off the order.')),
      discount: t.field({
        type: Discount,
        nullable: true,
        description: 'The discount as it is now; null when it is gone.',
        ...edge('discountById', 'discountId'),
      }),
      order: t.field({
        type: Order,
        nullable: true,
        description: 'The order that used it.',
        ...edge('orderById', 'orderId'),
      }),
    }),
  });

const DiscountApplicationConnection = connectionType(DiscountApplication, {
  read_orders: true,
  read_discounts: true,
});

builder.objectField(Order, 'discountApplications', (t) =>
  t.field({
    nullable: true,
    authScopes: discounts,
    description: 'The discounts that the order used.',
    ...list(t, {
      type: DiscountApplicationConnection,
      batch: 'applicationsByOrder',
      parent: 'id',
      columns: ['position', 'id'],
      direction: 'asc',
    }),
  }),
);

builder.objectField(Discount, 'applications', (t) =>
  t.field({
    nullable: true,
    authScopes: orders,
    description: 'Where orders in sight used it, newest first.',
    ...list(t, {
      type: DiscountApplicationConnection,
      batch: 'applicationsByDiscount',
      parent: 'id',
      columns: ['orderCreatedAt', 'id'],
      direction: 'desc',
    }),
  }),
);

const DiscountConnection = connectionType(Discount, discounts);

const discountOrdering = ordering<'discount'>('Discount', {
  CREATED_AT: { columns: ['createdAt', 'id'], description: 'When the discount was created.' },
});

const discountFiltering = filtering<'discount'>('Discount', {
  method: {
    type: DiscountMethod,
    column: 'method',
    operator: 'equals',
    description: 'Only discounts that come into an order this way.',
  },
  startsBefore: {
    type: 'DateTime',
    column: 'startsAt',
    operator: 'before',
    description: 'Beginning before this moment.',
  },
});

builder.queryFields((t) => ({
  discount: t.field({
    type: Discount,
    nullable: true,
    authScopes: discounts,
    description: 'A discount by id.',
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    ...lookup('discountById', 'id'),
  }),
  discountBySourceId: t.field({
    type: Discount,
    nullable: true,
    authScopes: discounts,
    description: "A discount by the id on the merchant's platform.",
    args: {
      sourceId: t.arg.string({ required: true, description: "The merchant platform's id." }),
    },
    ...lookup('discountBySourceId', 'sourceId'),
  }),
  discounts: t.field({
    nullable: true,
    authScopes: discounts,
    description: 'The discounts of the store, newest first.',
    ...list(t, {
      type: DiscountConnection,
      batch: 'discounts',
      parent: null,
      columns: ['createdAt', 'id'],
      direction: 'desc',
      ordering: discountOrdering,
      filtering: discountFiltering,
    }),
  }),
}));
