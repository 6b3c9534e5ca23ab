import type { Row } from '../../data/entities.ts';
import type { PAYERS, POLICY_KINDS, POLICY_STATUSES } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { edge, lookup } from '../fields.ts';
import { connectionType, list } from '../list.ts';
import { money } from '../money.ts';
import { Node } from '../node.ts';
import { Order } from './order.ts';

export const PolicyKind = builder.enumType('PolicyKind', {
  description: 'What a policy protects against.',
  values: {
    SHIPPING_INSURANCE: { description: 'Loss, theft and damage on the way.' },
    WARRANTY: { description: 'Defects within the warranty.' },
    EXTENDED_WARRANTY: { description: 'Defects after the warranty.' },
  },
} satisfies { description: string; values: Record<(typeof POLICY_KINDS)[number], object> });

const PolicyStatus = builder.enumType('PolicyStatus', {
  description: 'Where a policy stands.',
  values: {
    ACTIVE: { description: 'It protects the order.' },
    CANCELLED: { description: 'It was cancelled before its end.' },
    CLAIMED: { description: 'A claim on it was paid.' },
    EXPIRED: { description: 'Its time is over.' },
  },
} satisfies { description: string; values: Record<(typeof POLICY_STATUSES)[number], object> });

export const Payer = builder.enumType('Payer', {
  description: 'Who pays a premium.',
  values: {
    CUSTOMER: { description: 'The shopper.' },
    BRAND: { description: 'The merchant.' },
  },
} satisfies { description: string; values: Record<(typeof PAYERS)[number], object> });

/** Either scope opens a policy; which fields of it depends on which. */
export const POLICIES = { $any: { list_policies: true, read_policies: true } } as const;
const details = { nullable: true, authScopes: { read_policies: true } } as const;

export const Policy = builder.objectRef<Row<'policy'>>('Policy').implement({
  description:
    'The protection of an order. It stays in sight when its order is older than the token may see; the order is then null.',
  interfaces: [Node],
  authScopes: POLICIES,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `pol_`.' }),
    orderId: t.exposeID('orderId', {
      nullable: true,
      description: 'The id of the order; null when the order is not in sight.',
    }),
    kind: t.expose('kind', { type: PolicyKind, description: 'What it protects against.' }),
    status: t.expose('status', { type: PolicyStatus, description: 'Where it stands.' }),
    premium: t.field({ ...money('premium', 'What it costs.'), ...details }),
    paidBy: t.expose('paidBy', { type: Payer, ...details, description: 'Who pays the premium.' }),
    insuredValue: t.field({ ...money('insuredValue', 'The most it pays.'), ...details }),
    coverage: t.exposeString('coverage', { ...details, description: 'What is covered.' }),
    terms: t.exposeString('terms', { ...details, description: 'Under which terms.' }),
    effectiveAt: t.expose('effectiveAt', {
      type: 'DateTime',
      ...details,
      description: 'When protection begins.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      ...details,
      description: 'When protection ends; null when it has no end.',
    }),
    cancelledAt: t.expose('cancelledAt', {
      type: 'DateTime',
      ...details,
      description: 'When it was cancelled; null when it was not.',
    }),
    order: t.field({
      type: Order,
      nullable: true,
      authScopes: { read_orders: true },
      description: 'The order it protects; null when the order is not in sight.',
      ...edge('orderById', 'orderId'),
    }),
  }),
});

const PolicyConnection = connectionType(Policy, POLICIES);

builder.objectField(Order, 'policies', (t) =>
  t.field({
    nullable: true,
    authScopes: { list_policies: true },
    description: 'The policies that protect the order, newest first.',
    ...list(t, {
      type: PolicyConnection,
      batch: 'policiesByOrder',
      parent: 'id',
      columns: ['createdAt', 'id'],
      direction: 'desc',
    }),
  }),
);

builder.queryFields((t) => ({
  policy: t.field({
    type: Policy,
    nullable: true,
    authScopes: { read_policies: true },
    description: 'A policy by id, with its details.',
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    ...lookup('policyById', 'id'),
  }),
  policies: t.field({
    nullable: true,
    authScopes: { list_policies: true },
    description: 'The policies of the store, newest first.',
    ...list(t, {
      type: PolicyConnection,
      batch: 'policies',
      parent: null,
      columns: ['createdAt', 'id'],
      direction: 'desc',
    }),
  }),
}));
