import type { Row } from '../../data/entities.ts';
import {
  type CLAIM_SOURCES,
  CLAIM_STATES,
  CLAIM_TYPES,
  DENIAL_REASONS,
  REQUESTED_RESOLUTIONS,
} from '../../data/values.ts';
import { builder } from '../builder.ts';
import { derived, edge, lookup } from '../fields.ts';
import { connectionType, filtering, list, ordering, period } from '../list.ts';
import { Node } from '../node.ts';
import {
  ClaimItemConnection,
  ClaimMessageConnection,
  ClaimResolutionConnection,
  claims,
  personal,
} from './claim-parts.ts';
import { Customer } from './customer.ts';
import { Order } from './order.ts';
import { POLICIES, Policy } from './policy.ts';

export const ClaimState = builder.enumType('ClaimState', {
  description: 'Where a claim stands.',
  values: CLAIM_STATES,
});

export const ClaimType = builder.enumType('ClaimType', {
  description: 'What a claim is about.',
  values: CLAIM_TYPES,
});

export const ClaimSource = builder.enumType('ClaimSource', {
  description: 'Who filed a claim.',
  values: {
    EXTERNAL: { description: 'The shopper.' },
    INTERNAL: { description: 'The merchant or the platform, for the shopper.' },
  } satisfies Record<(typeof CLAIM_SOURCES)[number], object>,
});

export const RequestedResolution = builder.enumType('RequestedResolution', {
  description: 'What a shopper asked for.',
  values: REQUESTED_RESOLUTIONS,
});

export const DenialReason = builder.enumType('ClaimDenialReason', {
  description: 'Why a claim was denied.',
  values: DENIAL_REASONS,
});

interface Author {
  readonly authorName: string | null;
  readonly authorEmail: string | null;
}

const ClaimAuthor = builder.objectRef<Author>('ClaimAuthor').implement({
  description: 'Who filed a claim. Personal data.',
  authScopes: { read_customers: true },
  fields: (t) => ({
    name: t.exposeString('authorName', { nullable: true, description: 'The name given.' }),
    email: t.exposeString('authorEmail', {
      nullable: true,
      description: 'The e-mail address given.',
    }),
  }),
});

export const Claim = builder.objectRef<Row<'claim'>>('Claim').implement({
  description:
    'A report that something went wrong with an order. It stays in sight when its order is older than the token may see; the order is then null.',
  interfaces: [Node],
  authScopes: claims,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `clm_`.' }),
    orderId: t.exposeID('orderId', {
      nullable: true,
      description: 'The id of the order; null when the order is not in sight.',
    }),
    type: t.expose('type', {
      type: ClaimType,
      nullable: true,
      description: 'What it is about; null when nobody has said.',
    }),
    state: t.expose('state', { type: ClaimState, description: 'Where it stands.' }),
    filedFrom: t.expose('filedFrom', { type: ClaimSource, description: 'Who filed it.' }),
    description: t.exposeString('description', { description: 'What happened, in free text.' }),
    requestedResolution: t.expose('requestedResolution', {
      type: RequestedResolution,
      description: 'What the shopper asked for.',
    }),
    denialReason: t.expose('denialReason', {
      type: DenialReason,
      nullable: true,
      description: 'Why it was denied; null when it was not.',
    }),
    author: t.field({
      type: ClaimAuthor,
      ...personal,
      description: 'Who filed it.',
      ...derived(['authorName', 'authorEmail'], (row: Row<'claim'>): Author => row),
    }),
    signatureUrl: t.exposeString('signatureUrl', {
      ...personal,
      description: "Where the shopper's signature is; null when none was asked for.",
    }),
    resolvedAt: t.expose('resolvedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was resolved; null when it is open.',
    }),
    version: t.exposeInt('version', {
      description: 'Counts its changes. A decision says which version it was made from.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was filed.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    order: t.field({
      type: Order,
      nullable: true,
      authScopes: { read_orders: true },
      description: 'The order it is about; null when the order is not in sight.',
      ...edge('orderById', 'orderId'),
    }),
    policy: t.field({
      type: Policy,
      nullable: true,
      authScopes: POLICIES,
      description: 'The policy it is filed on; null when the order was not protected.',
      ...edge('policyById', 'policyId'),
    }),
    customer: t.field({
      type: Customer,
      nullable: true,
      authScopes: { read_customers: true },
      description: 'The customer it concerns; null when nobody is known.',
      ...edge('customerById', 'customerId'),
    }),
    items: t.field({
      description: 'What it is about.',
      ...list(t, {
        type: ClaimItemConnection,
        batch: 'itemsByClaim',
        parent: 'id',
        columns: ['id'],
        direction: 'asc',
      }),
    }),
    messages: t.field({
      description: 'The messages about it, oldest first.',
      ...list(t, {
        type: ClaimMessageConnection,
        batch: 'messagesByClaim',
        parent: 'id',
        columns: ['createdAt', 'id'],
        direction: 'asc',
      }),
    }),
    resolutions: t.field({
      description: 'How it was made good, oldest first.',
      ...list(t, {
        type: ClaimResolutionConnection,
        batch: 'resolutionsByClaim',
        parent: 'id',
        columns: ['createdAt', 'id'],
        direction: 'asc',
      }),
    }),
  }),
});

const ClaimConnection = connectionType(Claim, claims);

const newestFirst = {
  type: ClaimConnection,
  parent: 'id',
  columns: ['createdAt', 'id'],
  direction: 'desc',
} as const;

builder.objectField(Order, 'claims', (t) =>
  t.field({
    nullable: true,
    authScopes: claims,
    description: 'The claims about the order, newest first.',
    ...list(t, { ...newestFirst, batch: 'claimsByOrder' }),
  }),
);

builder.objectField(Policy, 'claims', (t) =>
  t.field({
    nullable: true,
    authScopes: claims,
    description: 'The claims on the policy, newest first.',
    ...list(t, { ...newestFirst, batch: 'claimsByPolicy' }),
  }),
);

builder.objectField(Customer, 'claims', (t) =>
  t.field({
    nullable: true,
    authScopes: claims,
    description: 'The claims that concern the customer, newest first.',
    ...list(t, { ...newestFirst, batch: 'claimsByCustomer' }),
  }),
);

const claimOrdering = ordering<'claim'>('Claim', {
  CREATED_AT: { columns: ['createdAt', 'id'], description: 'When the claim was filed.' },
  UPDATED_AT: { columns: ['updatedAt', 'id'], description: 'When the claim last changed.' },
});

const claimFiltering = filtering<'claim'>('Claim', {
  state: {
    type: ClaimState,
    column: 'state',
    operator: 'equals',
    description: 'Only claims in this state.',
  },
  type: {
    type: ClaimType,
    column: 'type',
    operator: 'equals',
    description: 'Only claims of this type.',
  },
  authorEmail: {
    type: 'String',
    column: 'authorEmailLower',
    operator: 'equals',
    lowerCase: true,
    description: 'The e-mail address of who filed it, whole, in any case.',
    authScopes: { read_customers: true },
  },
  ...period('created', 'Filed'),
  ...period('updated', 'Changed'),
});

builder.queryFields((t) => ({
  claim: t.field({
    type: Claim,
    nullable: true,
    authScopes: claims,
    description: 'A claim by id.',
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    ...lookup('claimById', 'id'),
  }),
  claims: t.field({
    nullable: true,
    authScopes: claims,
    description: 'The claims of the store, newest first.',
    ...list(t, {
      ...newestFirst,
      parent: null,
      batch: 'claims',
      ordering: claimOrdering,
      filtering: claimFiltering,
    }),
  }),
}));
